use std::sync::Arc;

use domain::AppError;
use domain::access::Action;
use domain::address::{self, file};
use domain::boards::BoardKind;
use domain::live::{LIVE_LISTED, LiveSession};
use domain::stages::Phase;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::live;

use super::ask::Ask;
use super::list::{LiveListAsked, html};
use super::words::{hours, mark, turns};
use crate::api::live::{AnswerLive, AskLive, HideLive, MarkLive, MoveLive, PinLive, VoteLive};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::islands::LiveQuestions;
use crate::keeping::{Keeping, say};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::ui::{Alert, Empty, Icon, LinkButton, PageHead, Section, Size, StateBadge, Tone};

/// `/competitions/:slug/live`
#[component]
pub fn LivePage() -> impl IntoView {
    let all = request::query("all").is_some();
    let state = FormState::of_any(&[
        AskLive::PATH,
        VoteLive::PATH,
        AnswerLive::PATH,
        MarkLive::PATH,
        PinLive::PATH,
        HideLive::PATH,
        MoveLive::PATH,
    ]);
    competition_page(CompetitionTab::Live, false, move |here| async move {
        let session = LiveSession::shown(&here.competition.live, here.now).cloned();
        let Some(session) = session else { return Ok(view! { <NoSession here/> }.into_html()) };
        let services = request::services();
        if here.may(Action::RunLive) {
            // Real names stand on it.
            say(Keeping::Secret);
        }
        let asked = match &here.actor.user {
            Some(user) => live::asked_by(&services, &session, user).await?,
            None => 0,
        };
        let list = html(&services, &here, locale(), &session, LiveListAsked { all, screen: false, now: true }).await?;
        Ok::<_, AppError>(view! { <Room here session asked list all state/> }.into_html())
    })
}

#[component]
fn Room(here: Arc<Here>, session: LiveSession, asked: i64, list: String, all: bool, state: FormState) -> impl IntoView {
    let l = locale();
    let phase = session.phase(here.now);
    let slug = here.slug().to_owned();
    let (address, version) = (file::live_list(&slug), version_of(&list));
    let address = if all { address::asking(&address, &[("all", "on")]) } else { address };
    let runs = here.may(Action::RunLive).then(|| {
        view! { <LinkButton href=address::manage_live(&slug) size=Size::Small icon=Icon::Settings>{t(l, k::live::MANAGE)}</LinkButton> }
    });
    let screen = (phase != Phase::Closed).then(|| {
        view! { <LinkButton href=address::live_screen(&slug) size=Size::Small icon=Icon::External>{t(l, k::live::SCREEN)}</LinkButton> }
    });
    let sent = (state.done() == Some(AskLive::PATH))
        .then(|| view! { <div role="status"><Alert tone=Tone::Success>{t(l, k::live::SENT)}</Alert></div> });
    let more = (!all && shows_part(&list)).then(|| {
        let href = address::asking(&address::live(&slug), &[("all", "on")]);
        view! { <p><LinkButton href>{t(l, k::live::SEE_ALL)}</LinkButton></p> }
    });
    let (note, moments) = (hours(l, here.zone(), &session), turns(&session, here.now));
    view! {
        <div class="page body stack">
            <PageHead title=t(l, k::live::TITLE) note=session.title.clone()>
                <StateBadge state=mark(phase)/>
                {screen}
                {runs}
            </PageHead>
            <p class="caption num">{note}</p>
            <FormError state=state.clone()/>
            {sent}
            <Ask here session asked state/>
            <Section id="questions" title=t(l, k::live::QUESTIONS)>
                <LiveQuestions address version moments/>
                <div inner_html=list></div>
                {more}
            </Section>
        </div>
    }
}

/// Before a competition has any hours.
#[component]
pub(super) fn NoSession(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let (href, word) = if here.may(Action::RunLive) {
        (address::manage_live(here.slug()), k::live::MANAGE)
    } else {
        (address::board(here.slug(), BoardKind::Qna), k::live::TO_BOARD)
    };
    view! {
        <div class="page body stack">
            <PageHead title=t(l, k::live::TITLE)/>
            <Empty whole_page=true icon=Icon::Chat title=t(l, k::live::NO_SESSION) text=t(l, k::live::NO_SESSION_TEXT)>
                <LinkButton href>{t(l, word)}</LinkButton>
            </Empty>
        </div>
    }
}

/// A number that a list says of itself.
fn said(list: &str, name: &str) -> i64 {
    let after = list.split_once(&format!("{name}=\"")).map_or("", |(_, after)| after);
    after.split('"').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

pub(super) fn version_of(list: &str) -> i64 {
    said(list, "data-version")
}

fn shows_part(list: &str) -> bool {
    usize::try_from(said(list, "data-count")).is_ok_and(|count| count > LIVE_LISTED)
}
