use std::sync::Arc;

use domain::access::Action;
use domain::address;
use domain::boards::{Neighbour, Notice, NoticeRow};
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards;

use crate::api::boards::{EditNotice, PinNotice, PostNotice, RemoveNotice};
use crate::context::{locale, viewer};
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::boards::row::Marks;
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{
    Alert, Button, Card, Dialog, DialogCloser, DialogOpener, Glyph, Icon, LinkButton, Look, Size, Time, TimeForm, Tone,
};

/// `/competitions/:slug/boards/notice/:number`
#[component]
pub fn PostPage() -> impl IntoView {
    let number = use_params_map().read_untracked().get("number").and_then(|number| number.parse().ok());
    let state = FormState::of_any(&[PostNotice::PATH, EditNotice::PATH, PinNotice::PATH, RemoveNotice::PATH]);
    competition_page(CompetitionTab::Notices, false, move |here| async move { page(here, number, state).await })
}

async fn page(here: Arc<Here>, number: Option<i64>, state: FormState) -> Result<impl IntoView, AppError> {
    let l = locale();
    let services = request::services();
    let number: i64 = number.ok_or(ErrorCode::NotFound)?;
    let mut notice = boards::get(&services, &here.competition, number).await?;
    if here.visit().role.is_none() {
        let reader = viewer().user.map_or_else(|| request::client_address().to_string(), |user| user.id.to_string());
        notice.row.views += i64::from(boards::viewed(&services, &here.competition, number, &reader));
    }
    let pinned = boards::list(&services, &here.competition, "", 1).await?.pinned;
    let title = format!("{} · {}", notice.row.title, here.title());
    let said = match state.done() {
        Some(PostNotice::PATH) => Some(k::boards::POSTED),
        Some(EditNotice::PATH) => Some(k::boards::CHANGED),
        Some(PinNotice::PATH) => Some(k::boards::PIN_CHANGED),
        _ => None,
    };
    let html = notice.html.clone();
    let head = view! { <Head here=Arc::clone(&here) notice=notice.clone()/> }.into_html();
    let manage = here
        .may(Action::WriteNotices)
        .then(|| view! { <Manage here=Arc::clone(&here) row=notice.row.clone()/> }.into_html());
    let around = view! { <Around here=Arc::clone(&here) notice/> }.into_html();
    Ok(view! {
        <Title text=title/>
        <div class="page body with-rail">
            <div class="stack">
                {said.map(|phrase| view! { <div role="status"><Alert tone=Tone::Success>{t(l, phrase)}</Alert></div> })}
                <FormError state/>
                <article class="stack l">
                    {head}
                    <div class="prose" inner_html=html></div>
                    {manage}
                    {around}
                </article>
            </div>
            <aside class="stack" aria-label=t(l, k::boards::BESIDE)>
                {(!pinned.is_empty()).then(|| view! { <Pinned here rows=pinned number/> })}
            </aside>
        </div>
    })
}

#[component]
fn Head(here: Arc<Here>, notice: Notice) -> impl IntoView {
    let l = locale();
    let zone = here.zone();
    let row = notice.row;
    let marked = row.required || row.pinned;
    view! {
        <header class="post-head stack s">
            {marked.then(|| view! { <p class="row tight"><Marks required=row.required pinned=row.pinned long=true/></p> })}
            <h1>{row.title}</h1>
            <dl class="meta-line">
                <div><dt>{t(l, k::boards::AUTHOR)}</dt><dd>{format::author(l, &row.author)}</dd></div>
                <div><dt>{t(l, k::boards::WRITTEN)}</dt><dd><Time at=row.created_at zone/></dd></div>
                {notice.updated_at.map(|at| view! { <div><dt>{t(l, k::boards::EDITED)}</dt><dd><Time at zone form=TimeForm::Short/></dd></div> })}
                <div><dt>{t(l, k::boards::VIEWS)}</dt><dd>{format::grouped(row.views)}</dd></div>
            </dl>
        </header>
    }
}

/// What organizers can do with a notice.
#[component]
fn Manage(here: Arc<Here>, row: NoticeRow) -> impl IntoView {
    let l = locale();
    let slug = here.competition.slug.clone();
    let number = row.number;
    let actions = {
        let slug = slug.clone();
        move || {
            view! {
                <DialogCloser dialog="remove-notice">{t(l, k::boards::REMOVE_KEEP)}</DialogCloser>
                <form method="post" action=RemoveNotice::PATH>
                    <input type="hidden" name="slug" value=slug.clone()/>
                    <input type="hidden" name="number" value=number/>
                    <Button look=Look::Danger submit=true>{t(l, k::boards::REMOVE_DO)}</Button>
                </form>
            }
        }
    };
    // A required notice stays on top as long as it is required.
    let pin = (!row.required).then(|| {
        let (value, words) = if row.pinned { ("", k::boards::UNPIN) } else { ("on", k::boards::PIN) };
        view! {
            <form method="post" action=PinNotice::PATH>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="number" value=number/>
                <input type="hidden" name="pinned" value=value/>
                <Button submit=true size=Size::Small icon=Icon::Pin>{t(l, words)}</Button>
            </form>
        }
    });
    view! {
        <div class="row tight" role="group" aria-label=t(l, k::boards::MANAGE)>
            <LinkButton href=address::edit_notice(here.slug(), number) size=Size::Small icon=Icon::Edit>{t(l, k::boards::EDIT)}</LinkButton>
            {pin}
            <DialogOpener dialog="remove-notice" size=Size::Small look=Look::Danger icon=Icon::Trash>{t(l, k::boards::REMOVE)}</DialogOpener>
        </div>
        <Dialog id="remove-notice" title=t(l, k::boards::REMOVE_TITLE) actions><p>{tf!(l, k::boards::REMOVE_TEXT, title = row.title)}</p></Dialog>
    }
}

#[component]
fn Around(here: Arc<Here>, notice: Notice) -> impl IntoView {
    let l = locale();
    let line = |neighbour: Option<Neighbour>, icon: Icon, word: &'static str| {
        neighbour.map(|neighbour| {
            let date = format::list_day(l, here.zone(), neighbour.created_at, here.now);
            view! {
                <li>
                    <span class="way"><Glyph icon small=true/>{word}</span>
                    <a href=address::notice(here.slug(), neighbour.number)>{neighbour.title}</a>
                    <span class="caption num push wide-only">{date}</span>
                </li>
            }
        })
    };
    let alone = notice.newer.is_none() && notice.older.is_none();
    view! {
        <nav class="stack" aria-label=t(l, k::boards::AROUND)>
            {(!alone)
                .then(|| {
                    view! {
                        <ul class="neighbours">
                            {line(notice.newer, Icon::Up, t(l, k::boards::NEWER))}
                            {line(notice.older, Icon::Down, t(l, k::boards::OLDER))}
                        </ul>
                    }
                })}
            <p class="center"><LinkButton href=address::notices(here.slug())>{t(l, k::boards::LIST)}</LinkButton></p>
        </nav>
    }
}

#[component]
fn Pinned(here: Arc<Here>, rows: Vec<NoticeRow>, number: i64) -> impl IntoView {
    let l = locale();
    view! {
        <Card id="pinned" title=t(l, k::boards::PINNED_LIST)>
            <ul class="items">
                {rows
                    .into_iter()
                    .map(|row| {
                        let href = address::notice(here.slug(), row.number);
                        if row.number == number {
                            view! { <li><a href=href aria-current="page"><strong>{row.title}</strong></a></li> }.into_html()
                        } else {
                            view! { <li><a href=href>{row.title}</a></li> }.into_html()
                        }
                    })
                    .collect_view()}
            </ul>
        </Card>
    }
}
