//! Moving between pages: tabs, segmented switch, side nav, pagination, breadcrumb. Where the address changes it is a link.

use leptos::prelude::*;

use super::{Badge, Glyph, Icon, Tone};
use crate::context::locale;
use crate::html::{Children, IntoHtml as _};
use crate::i18n::{k, t};
use crate::tf;

/// A strip of [`Tab`]s, stuck under the site header unless `inline`.
#[component]
pub fn Tabs(#[prop(into)] label: String, #[prop(optional)] inline: bool, children: Children) -> impl IntoView {
    let list = view! { <ul>{children.view()}</ul> };
    view! {
        <nav class=if inline { "tabs inline" } else { "tabs" } aria-label=label>
            {if inline { list.into_html() } else { view! { <div class="page">{list}</div> }.into_html() }}
        </nav>
    }
}

/// A tab; a link, marked as the page it leads to when `current`.
#[component]
pub fn Tab(
    #[prop(into)] href: String,
    #[prop(optional)] current: bool,
    #[prop(optional)] count: Option<i64>,
    children: Children,
) -> impl IntoView {
    view! {
        <li>
            <a href=href aria-current=current.then_some("page")>
                {children.view()}
                {count.map(|count| view! { " " <span class="count">{count}</span> })}
            </a>
        </li>
    }
}

/// One of a few views of the same thing, each a [`Segment`].
#[component]
pub fn Segmented(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! { <div class="segmented" role="group" aria-label=label>{children.view()}</div> }
}

/// A choice of a [`Segmented`] switch. Without `href` it is locked: visible, with a lock, explained by `reason_id`'s text.
#[component]
pub fn Segment(
    #[prop(optional, into)] href: Option<String>,
    #[prop(optional)] current: bool,
    #[prop(optional, into)] reason_id: Option<String>,
    children: Children,
) -> impl IntoView {
    match href {
        Some(href) => view! { <a href=href aria-current=current.then_some("page")>{children.view()}</a> }.into_html(),
        None => view! {
            <button type="button" disabled aria-describedby=reason_id><Glyph icon=Icon::Lock small=true/>{children.view()}</button>
        }
        .into_html(),
    }
}

/// A column of links, in [`SideGroup`]s; a strip on a phone.
#[component]
pub fn SideNav(#[prop(into)] label: String, #[prop(optional)] sticky: bool, children: Children) -> impl IntoView {
    view! { <nav class=if sticky { "side-nav sticky" } else { "side-nav" } aria-label=label>{children.view()}</nav> }
}

#[component]
pub fn SideGroup(#[prop(optional, into)] title: Option<String>, children: Children) -> impl IntoView {
    view! {
        {title.map(|title| view! { <h2>{title}</h2> })}
        <ul>{children.view()}</ul>
    }
}

#[component]
pub fn SideLink(
    #[prop(into)] href: String,
    #[prop(optional)] icon: Option<Icon>,
    #[prop(optional)] current: bool,
    /// How many wait behind the link.
    #[prop(optional)]
    count: Option<i64>,
    #[prop(default = Tone::Accent)] tone: Tone,
    children: Children,
) -> impl IntoView {
    let l = locale();
    view! {
        <li>
            <a href=href aria-current=current.then_some("page")>
                {icon.map(|icon| view! { <Glyph icon/> })}
                {children.view()}
                {count
                    .filter(|count| *count > 0)
                    .map(|count| {
                        view! { <span class="push"><Badge tone><span aria-hidden="true">{count}</span><span class="sr-only">{tf!(l, k::ui::nav::ITEMS, n = count)}</span></Badge></span> }
                    })}
            </a>
        </li>
    }
}

/// Links to the pages of a list: the first, the last and those around the current one. Nothing for a single page.
#[component]
pub fn Pagination<F>(
    #[prop(into)] label: String,
    /// The current page, from 1.
    page: i64,
    pages: i64,
    /// The address of a page.
    href: F,
) -> impl IntoView
where
    F: Fn(i64) -> String + 'static,
{
    let l = locale();
    let step = |target: i64, icon: Icon, there: &'static str, none: &'static str| {
        if (1..=pages).contains(&target) {
            let rel = if target < page { "prev" } else { "next" };
            view! { <a href=href(target) aria-label=there rel=rel><Glyph icon small=true/></a> }.into_html()
        } else {
            view! { <span aria-disabled="true"><Glyph icon small=true/><span class="sr-only">{none}</span></span> }
                .into_html()
        }
    };
    (pages > 1).then(|| {
        view! {
            <nav class="pagination" aria-label=label>
                {step(page - 1, Icon::Left, t(l, k::ui::nav::PREVIOUS), t(l, k::ui::nav::NO_PREVIOUS))}
                {shown_pages(page, pages)
                    .into_iter()
                    .map(|shown| match shown {
                        Some(n) => {
                            let name = tf!(l, k::ui::nav::PAGE, n = n);
                            view! { <a href=href(n) aria-label=name aria-current=(n == page).then_some("page")>{n}</a> }.into_html()
                        }
                        None => view! { <span aria-hidden="true">"…"</span> }.into_html(),
                    })
                    .collect_view()}
                {step(page + 1, Icon::Right, t(l, k::ui::nav::NEXT), t(l, k::ui::nav::NO_NEXT))}
            </nav>
        }
    })
}

/// Page numbers to show; `None` is a gap of two pages or more.
fn shown_pages(page: i64, pages: i64) -> Vec<Option<i64>> {
    let mut shown: Vec<Option<i64>> = Vec::new();
    let mut last = 0;
    for n in (1..=pages).filter(|n| *n == 1 || *n == pages || (n - page).abs() <= 2) {
        match n - last {
            1 => {}
            2 => shown.push(Some(n - 1)),
            _ => shown.push(None),
        }
        shown.push(Some(n));
        last = n;
    }
    shown
}

/// Where the page stands: labels with addresses, the last without one.
#[component]
pub fn Breadcrumb(steps: Vec<(String, Option<String>)>) -> impl IntoView {
    view! {
        <nav class="breadcrumb" aria-label=t(locale(), k::ui::nav::BREADCRUMB)>
            <ol>
                {steps
                    .into_iter()
                    .map(|(label, href)| match href {
                        Some(href) => view! { <li><a href=href>{label}</a></li> }.into_html(),
                        None => view! { <li>{label}</li> }.into_html(),
                    })
                    .collect_view()}
            </ol>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::shown_pages;

    fn shown(page: i64, pages: i64) -> String {
        let words: Vec<_> =
            shown_pages(page, pages).into_iter().map(|n| n.map_or("…".to_owned(), |n| n.to_string())).collect();
        words.join(" ")
    }

    #[test]
    fn the_ends_and_the_neighbours_are_shown() {
        assert_eq!(shown(1, 4), "1 2 3 4");
        assert_eq!(shown(1, 9), "1 2 3 … 9");
        assert_eq!(shown(5, 9), "1 2 3 4 5 6 7 8 9");
        assert_eq!(shown(10, 20), "1 … 8 9 10 11 12 … 20");
    }
}
