//! The room of live questions: their sessions, a new one, and the way to the page.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::address;
use domain::live::{LIVE_TITLE_MAX, LiveSession};
use domain::stages::Phase;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::live;

use crate::api::live::{CloseLive, SetLive};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::cases::fields::wall;
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::{Room, room};
use crate::pages::live::words::{hours, mark};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, Card, Empty, Icon, LinkButton, Look, Size, StateBadge, TextField, Tone};

/// `/competitions/:slug/manage/live`
#[component]
pub fn ManageLivePage() -> impl IntoView {
    let state = FormState::of_any(&[SetLive::PATH, CloseLive::PATH]);
    room(Room::Live, move |here| async move {
        let tallies = live::tallies(&request::services(), &here.competition, &request::actor()).await?;
        let l = locale();
        let done = state
            .done()
            .map(|path| t(l, if path == SetLive::PATH { k::live::room::SET } else { k::live::room::CLOSED }));
        let mut sessions = here.competition.live.clone();
        // What is open or to come first, then the last that closed.
        sessions.sort_by_key(|one| {
            (one.phase(here.now) == Phase::Closed, one.phase(here.now) == Phase::Upcoming, one.opens_at)
        });
        let parts = [
            view! { <p class="muted reading">{t(l, k::live::room::LEAD)}</p> }.into_html(),
            view! { <FormError state=state.clone()/> }.into_html(),
            done.map(|text| view! { <div role="status"><Alert tone=Tone::Success>{text}</Alert></div> }).into_html(),
            view! { <Sessions here=Arc::clone(&here) sessions tallies state=state.clone()/> }.into_html(),
            view! { <NewSession here state/> }.into_html(),
        ];
        Ok(parts.into_iter().collect_view())
    })
}

#[component]
fn Sessions(here: Arc<Here>, sessions: Vec<LiveSession>, tallies: Vec<(i64, i64)>, state: FormState) -> impl IntoView {
    let l = locale();
    if sessions.is_empty() {
        return view! { <Empty whole_page=true icon=Icon::Chat title=t(l, k::live::room::NONE) text=t(l, k::live::room::NONE_TEXT)/> }
            .into_html();
    }
    let cards: Vec<_> = sessions
        .into_iter()
        .map(|session| {
            let asked = tallies.iter().find(|(number, _)| *number == session.number).map_or(0, |(_, asked)| *asked);
            view! { <Session here=Arc::clone(&here) session asked state=state.clone()/> }.into_html()
        })
        .collect();
    cards.into_html()
}

#[component]
fn Session(here: Arc<Here>, session: LiveSession, asked: i64, state: FormState) -> impl IntoView {
    let l = locale();
    let phase = session.phase(here.now);
    let number = session.number;
    // What was typed stands again in the form that it was typed into.
    let own = state.error().is_some() && state.value("session") == number.to_string();
    let typed = if own { state } else { FormState::default() };
    let close = (phase != Phase::Closed).then(|| {
        let word = if phase == Phase::Open { k::live::room::CLOSE } else { k::live::room::TAKE_AWAY };
        view! {
            <form method="post" action=CloseLive::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                <input type="hidden" name="session" value=number/>
                <Button submit=true size=Size::Small icon=Icon::X>{t(l, word)}</Button>
            </form>
        }
    });
    let is_shown = LiveSession::shown(&here.competition.live, here.now).is_some_and(|shown| shown.number == number);
    let see = is_shown.then(|| {
        view! {
            <LinkButton href=address::live(here.slug()) size=Size::Small icon=Icon::Chat>{t(l, k::live::room::SEE)}</LinkButton>
            <LinkButton href=address::live_screen(here.slug()) size=Size::Small icon=Icon::External>{t(l, k::live::SCREEN)}</LinkButton>
        }
    });
    let when = hours(l, here.zone(), &session);
    view! {
        <Card id=format!("session-{number}") title=session.title.clone() note=move || view! { <StateBadge state=mark(phase)/> }>
            <div class="stack">
                <p class="num">{when} " · " {tf!(l, k::live::COUNT, n = asked)}</p>
                <div class="row tight">{see}{close}</div>
                <details open=own>
                    <summary>{t(l, k::live::room::CHANGE)}</summary>
                    <SessionForm here session=Some(session) state=typed/>
                </details>
            </div>
        </Card>
    }
}

#[component]
fn NewSession(here: Arc<Here>, state: FormState) -> impl IntoView {
    let l = locale();
    let own = state.error().is_some() && state.is_of(SetLive::PATH) && state.value("session").is_empty();
    let state = if own { state } else { FormState::default() };
    view! {
        <Card id="new" title=t(l, k::live::room::NEW)>
            <SessionForm here session=None state/>
        </Card>
    }
}

#[component]
fn SessionForm(here: Arc<Here>, session: Option<LiveSession>, state: FormState) -> impl IntoView {
    let l = locale();
    let zone = here.zone();
    let id = |name: &str| match &session {
        Some(session) => format!("{name}-{}", session.number),
        None => format!("{name}-new"),
    };
    let (opens_at, closes_at) = match &session {
        Some(session) => (session.opens_at, session.closes_at),
        None => (here.now, here.now + TimeDelta::hours(1)),
    };
    let value = |name: &str, at| state.typed(name).cloned().unwrap_or_else(|| wall(zone, at));
    let title = session.as_ref().map(|session| session.title.clone()).unwrap_or_default();
    let title = state.typed("title").cloned().unwrap_or(title);
    let hint = tf!(l, k::live::room::ZONE_HINT, zone = zone.name());
    let (send, look) = match &session {
        Some(_) => (k::live::room::SAVE, Look::Outlined),
        None => (k::live::room::ADD, Look::Primary),
    };
    let longest = u32::try_from(LIVE_TITLE_MAX).unwrap_or(u32::MAX);
    view! {
        <form class="stack" method="post" action=SetLive::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            {session.as_ref().map(|session| view! { <input type="hidden" name="session" value=session.number/> })}
            <TextField id=id("title") name="title" label=t(l, k::live::room::SESSION_TITLE) value=title hint=t(l, k::live::room::TITLE_HINT) error=state.field_error("title") max=longest autocomplete="off" required=true/>
            <div class="grid-2">
                <TextField id=id("opens") name="opens_at" kind="datetime-local" label=t(l, k::live::room::OPENS) value=value("opens_at", opens_at) hint=hint.clone() error=state.field_error("opens_at") required=true/>
                <TextField id=id("closes") name="closes_at" kind="datetime-local" label=t(l, k::live::room::CLOSES) value=value("closes_at", closes_at) hint error=state.field_error("closes_at") required=true/>
            </div>
            <p><Button look submit=true>{t(l, send)}</Button></p>
        </form>
    }
}
