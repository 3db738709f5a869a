use std::sync::Arc;

use domain::access::{Action, Obstacle};
use domain::address;
use domain::boards::BoardKind;
use domain::live::{LIVE_QUESTION_MAX, LIVE_QUESTIONS_OF_PERSON, LiveSession};
use domain::stages::Phase;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::api::live::AskLive;
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormState, login_href};
use crate::tf;
use crate::ui::{Alert, Button, Card, Choices, LinkButton, Look, Radio, TextArea, Tone};

/// The form that asks, or what is in the way and what to do instead. `asked` is how many the reader has asked.
#[component]
pub fn Ask(here: Arc<Here>, session: LiveSession, asked: i64, state: FormState) -> impl IntoView {
    let l = locale();
    match session.phase(here.now) {
        Phase::Closed => return view! { <Over here/> }.into_html(),
        Phase::Upcoming => {
            let text = tf!(l, k::live::SOON, at = format::deadline(l, here.zone(), session.opens_at));
            return view! { <Alert tone=Tone::Info title=t(l, k::live::SOON_TITLE)>{text}</Alert> }.into_html();
        }
        Phase::Open => {}
    }
    match here.visit().may(Action::AskLive, None).check() {
        Ok(()) => {}
        Err(Obstacle::NotSignedIn) => {
            let action =
                move || view! { <LinkButton href=login_href() look=Look::Primary>{t(l, k::site::LOGIN)}</LinkButton> };
            return view! { <Alert tone=Tone::Info action>{t(l, k::live::LOG_IN)}</Alert> }.into_html();
        }
        Err(obstacle) => {
            let error = domain::AppError::from(obstacle);
            let href = address::apply(here.slug());
            let action = move || view! { <LinkButton href=href.clone()>{t(l, k::competitions::JOIN)}</LinkButton> };
            return view! { <Alert tone=Tone::Info action>{format::error::error(l, &error)}</Alert> }.into_html();
        }
    }
    if asked >= LIVE_QUESTIONS_OF_PERSON {
        let text = tf!(l, k::live::ASKED_ALL, n = LIVE_QUESTIONS_OF_PERSON);
        return view! { <Alert tone=Tone::Info>{text}</Alert> }.into_html();
    }
    let team = here.team.as_ref().filter(|team| team.ended.is_none());
    let name = match team {
        Some(team) => tf!(l, k::live::AS_TEAM, team = tf!(l, k::teams::ask::TEAM, n = team.number, name = team.name)),
        None if here.visit().role.is_some() => t(l, k::live::AS_STAFF).to_owned(),
        None => t(l, k::live::AS_PARTICIPANT).to_owned(),
    };
    // What was chosen stays chosen after an error.
    let unnamed = state.error().is_some() && state.value("named").is_empty();
    let hint = tf!(l, k::live::ASK_HINT, n = asked, max = LIVE_QUESTIONS_OF_PERSON);
    let longest = u32::try_from(LIVE_QUESTION_MAX).unwrap_or(u32::MAX);
    view! {
        <Card id="ask" title=t(l, k::live::ASK)>
            <form class="stack" method="post" action=AskLive::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                <input type="hidden" name="session" value=session.number/>
                <TextArea name="question" label=t(l, k::live::QUESTION) value=state.value("question") hint error=state.field_error("question") max=longest rows=3 required=true/>
                <Choices legend=t(l, k::live::NAME)>
                    <Radio name="named" value="on" checked=!unnamed>{name}</Radio>
                    <Radio name="named" value="" checked=unnamed>{t(l, k::live::WITHOUT_NAME)}</Radio>
                </Choices>
                <p class="caption">{t(l, k::live::NAME_NOTE)}</p>
                <p><Button look=Look::Primary submit=true>{t(l, k::live::ASK_DO)}</Button></p>
            </form>
        </Card>
    }
    .into_html()
}

/// The hours are over: what can still be done.
#[component]
fn Over(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let href = address::board(here.slug(), BoardKind::Qna);
    let action =
        move || view! { <LinkButton href=href.clone() look=Look::Primary>{t(l, k::live::TO_BOARD)}</LinkButton> };
    view! { <Alert tone=Tone::Info title=t(l, k::live::OVER_TITLE) action>{t(l, k::live::OVER)}</Alert> }
}
