//! `/competitions/:slug/manage/notices`: notices that wait for their moment.

use std::sync::Arc;

use domain::ErrorCode;
use domain::address;
use domain::boards::{BoardKind, ScheduledNotice};
use domain::ids::ScheduledNoticeId;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards;
use uuid::Uuid;

use crate::api::boards::{PublishNotice, UnscheduleNotice, WritePost};
use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::keeping::{Keeping, say};
use crate::pages::boards::edit::{Subject, attached, draft_key, editor};
use crate::pages::boards::row::Marks;
use crate::pages::boards::words::writer;
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::{Room, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::ui::{Alert, Badge, Button, Empty, EmptyRow, Icon, LinkButton, Look, Size, Table, Time, TimeForm, Tone};

#[component]
pub fn ManageNoticesPage() -> impl IntoView {
    let state =
        FormState::of_any(&[PublishNotice::PATH, UnscheduleNotice::PATH, WritePost::PATH, address::SCHEDULED_NOTICE]);
    room(Room::Notices, move |here| async move {
        let waiting = boards::scheduled(&request::services(), &here.competition, &request::actor()).await?;
        Ok(view! { <Waiting here waiting state/> })
    })
}

#[component]
fn Waiting(here: Arc<Here>, waiting: Vec<ScheduledNotice>, state: FormState) -> impl IntoView {
    use k::boards::scheduled as w;
    let l = locale();
    let is_empty = waiting.is_empty();
    let done = state.done().map(|path| if path == UnscheduleNotice::PATH { w::UNSCHEDULED } else { w::SCHEDULED });
    // What the browser keeps of a form that has done its work is thrown away.
    let sent = match state.done() {
        Some(WritePost::PATH) => vec![draft_key(&here, BoardKind::Notice, 0)],
        Some(address::SCHEDULED_NOTICE) => {
            waiting.iter().map(|one| draft_key(&here, BoardKind::Notice, one.id)).collect()
        }
        _ => Vec::new(),
    };
    let write = address::new_post(here.slug(), BoardKind::Notice);
    view! {
        {sent.into_iter().map(|key| view! { <span hidden data-draft-sent=key></span> }).collect_view()}
        <div class="row between">
            <p class="muted">{t(l, w::LEAD)}</p>
            <LinkButton href=write look=Look::Primary icon=Icon::Edit>{t(l, k::boards::WRITE)}</LinkButton>
        </div>
        {done.map(|word| view! { <div role="status"><Alert tone=Tone::Success>{t(l, word)}</Alert></div> })}
        <FormError state/>
        <Table caption=t(l, w::TITLE)>
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, k::boards::POST_TITLE)}</th>
                    <th scope="col">{t(l, w::AT)}</th>
                    <th scope="col">{t(l, k::console::boards::DEED)}</th>
                </tr>
            </thead>
            <tbody>
                {waiting.into_iter().map(|one| row(l, &here, one)).collect_view()}
                {is_empty
                    .then(|| {
                        view! { <EmptyRow columns=3><Empty icon=Icon::Calendar whole_page=true title=t(l, w::NONE) text=t(l, w::NONE_TEXT)/></EmptyRow> }
                    })}
            </tbody>
        </Table>
    }
}

fn row(l: Locale, here: &Here, one: ScheduledNotice) -> Html {
    use k::boards::scheduled as w;
    let (zone, at) = (here.zone(), one.at);
    let is_late = at <= here.now;
    let (slug, id) = (here.competition.slug.clone(), one.id.to_string());
    let title = one.draft.title.clone();
    let href = address::scheduled_notice(&slug, one.id);
    // Unfolded first: the one writes to many, the other throws a text away.
    let form = |action: &'static str, word: &'static str, said: &'static str, do_it: &'static str, look: Look| {
        let (slug, id) = (slug.clone(), id.clone());
        view! {
            <details class="folded">
                <summary class="btn ghost s" aria-label=format!("{word}: {title}")>{word}</summary>
                <form class="stack s" method="post" action=action>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="id" value=id/>
                    <p class="caption">{said}</p>
                    <p><Button submit=true size=Size::Small look>{do_it}</Button></p>
                </form>
            </details>
        }
    };
    view! {
        <tr>
            <th scope="row">
                <Marks required=one.draft.required pinned=one.draft.pinned/> " " <a class="title" href=href>{title.clone()}</a>
                <span class="meta">{writer(l, &one.author, true, false)}</span>
            </th>
            <td>
                <Time at zone form=TimeForm::Short/>
                {is_late.then(|| view! { <br/> <Badge tone=Tone::Danger>{t(l, w::LATE)}</Badge> })}
            </td>
            <td>
                <div class="row tight">
                    {form(PublishNotice::PATH, t(l, w::PUBLISH), t(l, w::PUBLISH_TEXT), t(l, w::PUBLISH_DO), Look::Primary)}
                    {form(UnscheduleNotice::PATH, t(l, w::UNSCHEDULE), t(l, w::UNSCHEDULE_TEXT), t(l, w::UNSCHEDULE_DO), Look::Danger)}
                </div>
            </td>
        </tr>
    }
    .into_html()
}

/// `/competitions/:slug/manage/notices/:id`
#[component]
pub fn ScheduledNoticePage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").and_then(|id| id.parse::<Uuid>().ok());
    let state = FormState::of_any(&[address::SCHEDULED_NOTICE]);
    say(Keeping::Secret);
    competition_page(CompetitionTab::Board(BoardKind::Notice), false, move |here| async move {
        let id = ScheduledNoticeId(id.ok_or(ErrorCode::NotFound)?);
        let services = request::services();
        let notice = boards::scheduled_one(&services, &here.competition, &here.actor, id).await?;
        if here.actor.id() != Some(notice.author_id) {
            // Whoever may post it reads it before.
            let html = boards::scheduled_html(&here.competition, &notice).await?;
            return Ok(view! { <Reading here notice html/> }.into_html());
        }
        let own = boards::files::waiting(&services, &here.competition, &here.actor, &notice.files).await?;
        let files = attached(&here, own, &state).await?;
        let subject = Subject::Scheduled(id, notice.at);
        Ok(editor(&here, BoardKind::Notice, subject, notice.draft, files, None, state).into_html())
    })
}

/// Another organizer's, as it will look.
#[component]
fn Reading(here: Arc<Here>, notice: ScheduledNotice, html: String) -> impl IntoView {
    use k::boards::scheduled as w;
    let l = locale();
    let zone = here.zone();
    let ScheduledNotice { draft, author, at, .. } = notice;
    let back = address::manage_notices(here.slug());
    view! {
        <Title text=format!("{} · {}", draft.title, here.title())/>
        <div class="page body">
            <article class="stack reading">
                <header class="stack s">
                    <p class="row tight"><Marks required=draft.required pinned=draft.pinned long=true/></p>
                    <h1>{draft.title}</h1>
                    <p class="caption">{writer(l, &author, true, false)} " · " {t(l, w::AT)} " " <Time at zone/></p>
                </header>
                <div class="prose" inner_html=html></div>
                <p class="caption">{t(l, w::READ_ONLY)}</p>
                <p><LinkButton href=back>{t(l, w::BACK)}</LinkButton></p>
            </article>
        </div>
    }
}
