//! The mail room: letters that the competition has caused, how they fared, and sending again what failed. What they say is not shown.

pub mod rows;
pub mod words;

use std::sync::Arc;

use domain::address::{self, file};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::competitions::letters::{self, LetterState, LettersPage, LettersWanted, ResentLetters};

use self::rows::{LetterRows, RESEND_FORM};
use self::words::{letter_kind_word, letter_state_word};
use crate::api::letters::ResendLetters;
use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::asked::{ListAsked, ListHead};
use crate::pages::console::frame::{Room, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Card, Empty, Icon, LinkButton, Pagination, Tab, Tone};

const PER_PAGE: i64 = 50;

type Asked = ListAsked<LetterState>;

/// `/competitions/:slug/manage/mail`
#[component]
pub fn ManageMailPage() -> impl IntoView {
    let asked = Asked::of_address();
    let state = FormState::of::<ResendLetters>();
    room(Room::Mail, move |here| async move {
        let l = locale();
        let wanted = LettersWanted {
            state: asked.state,
            text: asked.text.clone(),
            limit: PER_PAGE,
            offset: (asked.page - 1) * PER_PAGE,
        };
        let (services, actor) = (request::services(), request::actor());
        let page = letters::list(&services, &here.competition, &actor, &wanted, (l, letter_kind_word)).await?;
        let said = said(&state);
        let parts = [
            view! { <FormError state=state.clone()/> {said} <p class="muted">{t(l, k::console::mail::LEAD)}</p> }
                .into_html(),
            view! { <Filters here=Arc::clone(&here) asked=asked.clone() page=page.clone()/> }.into_html(),
            view! { <Found here asked page state/> }.into_html(),
        ];
        Ok(parts.collect_view())
    })
}

/// What came of what was just sent again.
fn said(state: &FormState) -> Option<Html> {
    use k::console::mail as w;
    let l = locale();
    let ResentLetters { done, moved } = serde_json::from_value(state.result()?.clone()).ok()?;
    let parts = [(done > 0).then(|| tf!(l, w::DONE, n = done)), (moved > 0).then(|| tf!(l, w::MOVED, n = moved))];
    let tone = if moved == 0 { Tone::Success } else { Tone::Warning };
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(view! { <div role="status"><Alert tone>{text}</Alert></div> }.into_html())
}

#[component]
fn Filters(here: Arc<Here>, asked: Asked, page: LettersPage) -> impl IntoView {
    use k::console::mail as w;
    let l = locale();
    let base = address::manage_mail(here.slug());
    let tab = |state: Option<LetterState>, word: &'static str, count: i64| {
        let href = Asked { state, ..asked.clone() }.at(&base, None);
        view! { <Tab href current=asked.state == state count>{word}</Tab> }.into_html()
    };
    let tabs: Vec<_> = std::iter::once(tab(None, t(l, w::ALL), page.counts.all()))
        .chain(LetterState::ALL.map(|state| tab(Some(state), letter_state_word(l, state), page.counts.of(state))))
        .collect();
    let csv = (page.total > 0).then(|| asked.at(&file::mail(here.slug()), None));
    let total = tf!(l, w::TOTAL, n = page.total);
    view! { <ListHead label=t(l, k::console::applications::FILTER) tabs action=base.clone() search=t(l, w::SEARCH) text=asked.text.clone() keep=asked.kept() total csv csv_of=t(l, w::CSV_OF)/> }
}

#[component]
fn Found(here: Arc<Here>, asked: Asked, page: LettersPage, state: FormState) -> impl IntoView {
    use k::console::mail as w;
    let l = locale();
    let base = address::manage_mail(here.slug());
    if page.rows.is_empty() {
        return if page.counts.all() == 0 {
            view! { <Empty whole_page=true icon=Icon::Mail title=t(l, w::NONE) text=t(l, w::NONE_TEXT)/> }.into_html()
        } else {
            view! {
                <Empty whole_page=true icon=Icon::Mail title=t(l, w::NOTHING) text=t(l, w::NOTHING_TEXT)>
                    <LinkButton href=base>{t(l, w::SEE_ALL)}</LinkButton>
                </Empty>
            }
            .into_html()
        };
    }
    let (shown, pages) = asked.shown(page.total, PER_PAGE);
    let chosen = page.rows.iter().any(|letter| LetterState::of(&letter.state) == LetterState::Failed);
    let at = asked.clone();
    view! {
        <LetterRows here=Arc::clone(&here) letters=page.rows chosen ticked=state.value("letters[]")/>
        <Pagination label=t(l, w::PAGES) page=shown pages href=move |page| at.at(&base, Some(page))/>
        {chosen.then(|| view! { <Bulk here state/> })}
    }
    .into_html()
}

/// Sends all again that are chosen above.
#[component]
fn Bulk(here: Arc<Here>, state: FormState) -> impl IntoView {
    use k::console::mail as w;
    let l = locale();
    let error = state.field_error("letters").map(|text| view! { <p class="error" role="alert">{text}</p> });
    view! {
        <Card id="bulk" title=t(l, w::BULK)>
            <form class="stack" id=RESEND_FORM method="post" action=ResendLetters::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                <p class="muted">{t(l, w::BULK_TEXT)}</p>
                {error}
                <p><button class="btn" type="submit">{t(l, w::RESEND_CHOSEN)}</button></p>
            </form>
        </Card>
    }
}
