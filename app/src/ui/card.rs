//! Cards, facts, tiles and the heads of pages and sections.

use leptos::prelude::*;

use crate::html::{Children, IntoHtml as _};

/// A card with a title. `note` stands at the end of its head: a small link, a badge.
#[component]
pub fn Card(
    #[prop(into)] title: String,
    /// Id of the title; the card is named by it.
    #[prop(into)]
    id: String,
    #[prop(optional, into)] note: ViewFn,
    /// `flush` for a table that reaches the edges.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=format!("card {class}") aria-labelledby=id>
            <header><h2 id=id.clone()>{title}</h2>{note.run()}</header>
            {children.view()}
        </section>
    }
}

/// Terms with their values; `lines` sets one below the other, the value at the end.
#[component]
pub fn Facts(#[prop(optional)] lines: bool, children: Children) -> impl IntoView {
    view! { <dl class=if lines { "facts lines" } else { "facts" }>{children.view()}</dl> }
}

/// A term of [`Facts`] with its value.
#[component]
pub fn Fact(#[prop(into)] term: String, children: Children) -> impl IntoView {
    view! { <div><dt>{term}</dt><dd>{children.view()}</dd></div> }
}

/// Numbers at a glance, each a [`Tile`].
#[component]
pub fn Tiles(children: Children) -> impl IntoView {
    view! { <dl class="tiles">{children.view()}</dl> }
}

/// A number that leads, with its unit and a line below.
#[component]
pub fn Tile(
    #[prop(into)] term: String,
    #[prop(into)] value: String,
    #[prop(into)] unit: String,
    #[prop(into)] note: String,
    /// The list behind the number.
    #[prop(optional, into)]
    href: Option<String>,
    /// The list behind the numbers of the line below, where that is another one.
    #[prop(optional_no_strip)]
    note_href: Option<String>,
) -> impl IntoView {
    let number = view! { {value}<small>{unit}</small> };
    view! {
        <div class="tile">
            <dt>{term}</dt>
            <dd class="big">
                {match href {
                    Some(href) => view! { <a href=href>{number}</a> }.into_html(),
                    None => number.into_html(),
                }}
            </dd>
            <dd class="caption">
                {match note_href {
                    Some(href) => view! { <a href=href>{note}</a> }.into_html(),
                    None => note.into_html(),
                }}
            </dd>
        </div>
    }
}

/// A page's `h1` with a small line beside it; children stand at the end: the page's actions.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(optional_no_strip, into)] note: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="row between">
            <div class="section-head">
                <h1>{title}</h1>
                {note.map(|note| view! { <span class="caption num">{note}</span> })}
            </div>
            {children.map(|children| view! { <div class="row">{children.view()}</div> })}
        </header>
    }
}

/// A section with its `h2` and a small line beside it.
#[component]
pub fn Section(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    #[prop(optional, into)] note: ViewFn,
    /// Tighter rows between the parts.
    #[prop(optional)]
    tight: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=if tight { "stack s" } else { "stack" } aria-labelledby=id>
            <div class="section-head"><h2 id=id.clone()>{title}</h2>{note.run()}</div>
            {children.view()}
        </section>
    }
}

/// The tinted band under the site header that says where the page belongs: breadcrumb, name, and facts at the end.
#[component]
pub fn Band(
    #[prop(optional)] crumbs: Vec<(String, Option<String>)>,
    #[prop(into)] title: String,
    /// Whether the name is the page's `h1`; on a competition's pages it is not.
    #[prop(optional)]
    heading: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="comp-head compact">
            <div class="page">
                <div>
                    {(!crumbs.is_empty()).then(|| view! { <super::Breadcrumb steps=crumbs/> })}
                    {if heading {
                        view! { <h1>{title}</h1> }.into_html()
                    } else {
                        view! { <p class="comp-name">{title}</p> }.into_html()
                    }}
                </div>
                {children.map(|children| view! { <div class="row tight">{children.view()}</div> })}
            </div>
        </div>
    }
}
