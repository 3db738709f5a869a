use std::sync::Arc;

use domain::AppError;
use domain::access::Action;
use domain::address;
use domain::boards::{NoticePage, NoticeRow};
use leptos::prelude::*;
use leptos_meta::{Link, Title};
use platform::boards;

use crate::api::boards::RemoveNotice;
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::boards::row::{Marks, is_fresh};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::FormState;
use crate::request;
use crate::tf;
use crate::ui::{Alert, Badge, Button, Empty, EmptyRow, Glyph, Icon, LinkButton, Look, Pagination, Size, Table, Tone};

/// `/competitions/:slug/boards/notice`
#[component]
pub fn BoardPage() -> impl IntoView {
    let search = request::query("q").unwrap_or_default().trim().to_owned();
    let page = request::query("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let state = FormState::of::<RemoveNotice>();
    competition_page(CompetitionTab::Notices, false, move |here| async move {
        let notices = boards::list(&request::services(), &here.competition, &search, page).await?;
        Ok::<_, AppError>(view! { <Board here notices search state/> })
    })
}

#[component]
fn Board(here: Arc<Here>, notices: NoticePage, search: String, state: FormState) -> impl IntoView {
    let l = locale();
    let feed = address::api::notices_atom(here.slug());
    let total = if search.is_empty() {
        tf!(l, k::boards::TOTAL, n = notices.total)
    } else {
        tf!(l, k::boards::FOUND, q = search, n = notices.total)
    };
    let list = address::notices(here.slug());
    let is_empty = notices.total == 0;
    let nothing = {
        let (list, search) = (list.clone(), search.clone());
        is_empty.then(move || view! { <EmptyRow columns=5><Nothing list search/></EmptyRow> })
    };
    let page_href = {
        let (list, search) = (list.clone(), search.clone());
        move |page: i64| {
            let page = page.to_string();
            let fields = [("q", search.as_str()), ("page", page.as_str())];
            address::asking(&list, if search.is_empty() { &fields[1..] } else { &fields })
        }
    };
    let all = notices.pinned.into_iter().map(|row| (true, row)).chain(notices.rows.into_iter().map(|row| (false, row)));
    let rows = all.map(|(on_top, row)| line(l, &here, row, on_top)).collect_view();
    view! {
        <Link rel="alternate" type_="application/atom+xml" href=feed.clone() title=t(l, k::boards::ATOM)/>
        {(!search.is_empty()).then(|| view! { <Title text=format!("{total} · {}", here.title())/> })}
        <div class="page body stack">
            {state.done().map(|_| view! { <div role="status"><Alert tone=Tone::Success>{t(l, k::boards::REMOVED)}</Alert></div> })}
            <header class="row between">
                <div class="section-head"><h1>{t(l, k::competitions::tabs::NOTICES)}</h1><span class="caption num">{total}</span></div>
                <div class="row tight">
                    // A feed is another document: the link leaves the site's pages.
                    <LinkButton href=feed look=Look::Ghost size=Size::Small icon=Icon::Bell>{t(l, k::boards::ATOM)}</LinkButton>
                    {here
                        .may(Action::WriteNotices)
                        .then(|| view! { <LinkButton href=address::new_notice(here.slug()) look=Look::Primary icon=Icon::Edit>{t(l, k::boards::WRITE)}</LinkButton> })}
                </div>
            </header>
            <Table caption=t(l, k::boards::CAPTION) class="posts">
                <thead>
                    <tr>
                        <th scope="col" class="center wide-only">{t(l, k::boards::NO)}</th>
                        <th scope="col" class="fill">{t(l, k::boards::POST_TITLE)}</th>
                        <th scope="col" class="wide-only">{t(l, k::boards::AUTHOR)}</th>
                        <th scope="col" class="end wide-only">{t(l, k::boards::VIEWS)}</th>
                        <th scope="col" class="end wide-only">{t(l, k::boards::DATE)}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows}
                    {nothing}
                </tbody>
            </Table>
            <Pagination label=t(l, k::boards::PAGES) page=notices.page pages=notices.pages href=page_href/>
            <form class="row centered" role="search" method="get" action=list>
                <span class="search">
                    <Glyph icon=Icon::Search/>
                    <input class="input" type="search" name="q" value=search maxlength="80" aria-label=t(l, k::boards::SEARCH) placeholder=t(l, k::boards::SEARCH_PLACEHOLDER)/>
                </span>
                <Button submit=true>{t(l, k::boards::SEARCH_DO)}</Button>
            </form>
        </div>
    }
}

#[component]
fn Nothing(list: String, search: String) -> impl IntoView {
    let l = locale();
    if search.is_empty() {
        return view! { <Empty whole_page=true title=t(l, k::boards::EMPTY) text=t(l, k::boards::EMPTY_TEXT)/> }
            .into_html();
    }
    view! {
        <Empty whole_page=true icon=Icon::Search title=tf!(l, k::boards::NONE_FOUND, q = search) text=t(l, k::boards::NONE_FOUND_TEXT)>
            <LinkButton href=list>{t(l, k::boards::CLEAR)}</LinkButton>
        </Empty>
    }
    .into_html()
}

/// A notice's row; one that stands on top shows its mark instead of its number.
fn line(l: Locale, here: &Here, row: NoticeRow, on_top: bool) -> impl IntoView + use<> {
    let date = format::list_day(l, here.zone(), row.created_at, here.now);
    let views = format::grouped(row.views);
    let fresh = is_fresh(&row, here.now);
    let marked = row.required || row.pinned;
    let (required, pinned) = (row.required, row.pinned);
    let href = address::notice(here.slug(), row.number);
    let when = row.created_at.to_rfc3339();
    let author = format::author(l, &row.author);
    view! {
        <tr class=on_top.then_some("pinned")>
            <td class="center wide-only num">
                {if marked { view! { <Marks required pinned/> }.into_html() } else { row.number.into_html() }}
            </td>
            <th scope="row">
                {marked.then(|| view! { <span class="narrow-only"><Marks required pinned/>" "</span> })}
                <a class="title" href=href>{row.title}</a>
                {fresh.then(|| view! { " " <Badge tone=Tone::Warning>{t(l, k::boards::FRESH)}</Badge> })}
                <span class="meta narrow-only num">{tf!(l, k::boards::META, author = author, views = views)} " · " {date.clone()}</span>
            </th>
            <td class="wide-only tight-col">{author.clone()}</td>
            <td class="end wide-only">{views.clone()}</td>
            <td class="end wide-only nowrap"><time datetime=when>{date}</time></td>
        </tr>
    }
}
