//! `/competitions/:slug/manage/boards`: what was reported and not seen to.

use std::sync::Arc;

use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::boards::{self, BlockRow, ReportRow};

use crate::api::boards::{SetUnwantedWords, SettleReports, UnblockWriter};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::boards::words::{board_word, writer};
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::{Room, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{
    Alert, Badge, Button, Card, Empty, EmptyRow, Icon, LinkButton, Size, Table, TextArea, Time, TimeForm, Tone,
};

#[component]
pub fn ManageBoardsPage() -> impl IntoView {
    let state = FormState::of_any(&[SettleReports::PATH, UnblockWriter::PATH, SetUnwantedWords::PATH]);
    room(Room::Boards, move |here| async move {
        let (services, actor) = (request::services(), request::actor());
        let reported = boards::reported(&services, &here.competition, &actor).await?;
        let blocked = boards::blocked(&services, &here.competition, &actor).await?;
        let words = boards::unwanted(&services, &here.competition, &actor).await?.lines();
        Ok(view! {
            <Reported here=Arc::clone(&here) reported state=state.clone()/>
            <Blocked here=Arc::clone(&here) blocked/>
            <UnwantedWords here words state/>
        })
    })
}

#[component]
fn Reported(here: Arc<Here>, reported: Vec<ReportRow>, state: FormState) -> impl IntoView {
    use k::console::boards as w;
    let l = locale();
    let none = reported.is_empty();
    let done = state.done().map(|path| match path {
        UnblockWriter::PATH => w::UNBLOCKED,
        SetUnwantedWords::PATH => w::WORDS_SET,
        _ => w::SETTLED,
    });
    view! {
        <p class="muted">{t(l, w::LEAD)}</p>
        <p><LinkButton href=address::manage_answers(here.slug()) size=Size::Small icon=Icon::Chat>{t(l, k::console::answers::TITLE)}</LinkButton></p>
        {done.map(|word| view! { <div role="status"><Alert tone=Tone::Success>{t(l, word)}</Alert></div> })}
        <FormError state/>
        <Table caption=t(l, w::TITLE)>
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, w::WHAT)}</th>
                    <th scope="col" class="end">{t(l, w::TIMES)}</th>
                    <th scope="col">{t(l, w::DEED)}</th>
                </tr>
            </thead>
            <tbody>
                {reported.into_iter().map(|one| row(l, &here, one)).collect_view()}
                {none
                    .then(|| {
                        view! { <EmptyRow columns=3><Empty icon=Icon::Ok whole_page=true title=t(l, w::NONE) text=t(l, w::NONE_TEXT)/></EmptyRow> }
                    })}
            </tbody>
        </Table>
    }
}

/// Words that nobody but the organizers may write.
#[component]
fn UnwantedWords(here: Arc<Here>, words: String, state: FormState) -> impl IntoView {
    use k::console::boards as w;
    let l = locale();
    let value =
        if state.is_of(SetUnwantedWords::PATH) && state.error().is_some() { state.value("words") } else { words };
    view! {
        <Card id="unwanted" title=t(l, w::WORDS)>
            <form class="stack" method="post" action=SetUnwantedWords::PATH>
                <input type="hidden" name="slug" value=here.competition.slug.clone()/>
                <TextArea name="words" label=t(l, w::WORDS_LABEL) hint=t(l, w::WORDS_HINT) value error=state.field_error("words") rows=6/>
                <p><Button submit=true>{t(l, w::WORDS_SAVE)}</Button></p>
            </form>
        </Card>
    }
}

/// Who may not write now.
#[component]
fn Blocked(here: Arc<Here>, blocked: Vec<BlockRow>) -> impl IntoView {
    use k::console::boards as w;
    let l = locale();
    let zone = here.zone();
    (!blocked.is_empty()).then(|| {
        let rows = blocked.into_iter().map(|one| {
            let user = one.user_id.to_string();
            view! {
                <tr>
                    <th scope="row">{writer(l, &one.name, false, false)}<span class="meta">{one.reason}</span></th>
                    <td class="nowrap"><Time at=one.until zone form=TimeForm::Short/></td>
                    <td>
                        <form method="post" action=UnblockWriter::PATH>
                            <input type="hidden" name="slug" value=here.competition.slug.clone()/>
                            <input type="hidden" name="user" value=user/>
                            <Button submit=true size=Size::Small>{t(l, w::UNBLOCK)}</Button>
                        </form>
                    </td>
                </tr>
            }
        });
        let rows: Vec<_> = rows.collect();
        view! {
            <h2>{t(l, w::BLOCKED)}</h2>
            <Table caption=t(l, w::BLOCKED)>
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, w::WHO)}</th>
                        <th scope="col">{t(l, w::UNTIL)}</th>
                        <th scope="col">{t(l, w::DEED)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
    })
}

fn row(l: Locale, here: &Here, one: ReportRow) -> impl IntoView + use<> {
    use k::console::boards as w;
    let (slug, kind, post, comment) = (here.competition.slug.clone(), one.kind, one.post, one.comment);
    let href = match comment {
        Some(comment) => address::comment(&slug, kind, post, comment),
        None => address::post(&slug, kind, post),
    };
    let what = match comment {
        Some(_) => tf!(l, w::COMMENT_ON, title = one.title),
        None => one.title.clone(),
    };
    let author = writer(l, &one.author, false, false);
    let (zone, at, hidden) = (here.zone(), one.at, one.hidden);
    let more = usize::try_from(one.reports).unwrap_or_default().saturating_sub(one.reasons.len());
    let reasons = one.reasons.into_iter().chain((more > 0).then(|| tf!(l, w::MORE_REASONS, n = more)));
    let reasons: Vec<_> = reasons.map(|reason| view! { <li>{reason}</li> }).collect();
    let reasons = view! { <ul class="meta" aria-label=t(l, w::REASON)>{reasons}</ul> }.into_html();
    view! {
        <tr>
            <th scope="row">
                <a class="title" href=href>{what}</a>
                {hidden.then(|| view! { " " <Badge tone=Tone::Danger>{t(l, k::boards::HIDDEN)}</Badge> })}
                <span class="meta">{board_word(l, kind)} " · " {author} " · " <Time at zone form=TimeForm::Short/></span>
                {reasons}
            </th>
            <td class="end num">{one.reports}</td>
            <td>
                <form method="post" action=SettleReports::PATH>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="board" value=kind.key()/>
                    <input type="hidden" name="number" value=post/>
                    {comment.map(|comment| view! { <input type="hidden" name="comment" value=comment/> })}
                    <Button submit=true size=Size::Small>{t(l, w::SETTLE)}</Button>
                </form>
            </td>
        </tr>
    }
    .into_html()
}
