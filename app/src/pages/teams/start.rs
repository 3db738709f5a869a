//! The team page of someone who has no team.

use std::sync::Arc;

use domain::address;
use domain::teams::NAME_MAX;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::teams::OwnRequest;

use crate::api::teams::CreateTeam;
use crate::context::{locale, viewer};
use crate::i18n::{Phrase, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState, login_href};
use crate::pages::teams::entering::OwnRequests;
use crate::pages::teams::size_sentence;
use crate::request;
use crate::ui::{Button, Empty, Icon, LinkButton, Look, Size, TextField};

/// The address of the page where an account is made, coming back here.
fn signup_href() -> String {
    address::asking(address::SIGNUP, &[("next", &viewer().path)])
}

/// Log in or sign up, and come back.
#[component]
pub fn Doors() -> impl IntoView {
    let l = locale();
    view! {
        <p class="row tight centered">
            <LinkButton href=login_href() look=Look::Primary>{t(l, k::site::LOGIN)}</LinkButton>
            <LinkButton href=signup_href()>{t(l, k::site::SIGNUP)}</LinkButton>
        </p>
    }
}

#[component]
pub fn Visitor(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    view! {
        <h1 class="sr-only">{t(l, k::teams::TITLE)}</h1>
        <Empty whole_page=true icon=Icon::Users title=t(l, k::teams::VISITOR) text=t(l, k::teams::VISITOR_TEXT)><Doors/></Empty>
        <p class="caption center">{size_sentence(l, &here)}</p>
    }
}

#[component]
pub fn Over(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    view! {
        <h1 class="sr-only">{t(l, k::teams::TITLE)}</h1>
        <Empty whole_page=true icon=Icon::Flag title=t(l, k::teams::OVER) text=t(l, k::teams::OVER_TEXT)>
            <LinkButton href=here.leaderboard_href() look=Look::Primary>{t(l, k::participation::BOARD)}</LinkButton>
        </Empty>
    }
}

#[component]
pub fn TakePartFirst(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let size = size_sentence(l, &here);
    let (title, text, action) = match here.application.map(|application| application.state.is_open()) {
        Some(true) => (k::teams::APPLIED, k::teams::APPLIED_TEXT, k::teams::SEE_APPLICATION),
        _ => (k::teams::NOT_JOINED, k::teams::NOT_JOINED_TEXT, k::teams::APPLY),
    };
    view! {
        <h1 class="sr-only">{t(l, k::teams::TITLE)}</h1>
        <Empty whole_page=true icon=Icon::Users title=t(l, title) text=t(l, text)>
            <LinkButton href=address::apply(here.slug()) look=Look::Primary>{t(l, action)}</LinkButton>
        </Empty>
        <p class="caption center">{size}</p>
    }
}

/// Make a team, or how to enter one.
#[component]
pub fn NoTeam(here: Arc<Here>, asked: Vec<OwnRequest>, state: FormState) -> impl IntoView {
    let l = locale();
    let sample = format!("{}{}…", request::base_url(), address::invitation(here.slug(), ""));
    let alone = here.competition.settings.team.max == 1;
    let words = move |one: Phrase, of_many: Phrase| t(l, if alone { one } else { of_many });
    let refused = state.error().is_some_and(|error| error.fields.is_empty());
    view! {
        <header class="section-head">
            <h1>{t(l, k::teams::NONE)}</h1>
            <span class="caption">{size_sentence(l, &here)}</span>
        </header>
        {refused.then(|| view! { <FormError state=state.clone()/> })}
        <div class="grid-2">
            <section class="card stack" aria-labelledby="new-team">
                <h2 class="card-title" id="new-team">{words(k::teams::ALONE, k::teams::NEW)}</h2>
                <p class="muted">{words(k::teams::ALONE_TEXT, k::teams::NEW_TEXT)}</p>
                <form class="stack" method="post" action=CreateTeam::PATH>
                    <input type="hidden" name="slug" value=here.competition.slug.clone()/>
                    <TextField
                        name="name"
                        label=t(l, k::teams::NAME)
                        value=state.value("name")
                        hint=words(k::teams::ALONE_HINT, k::teams::NAME_HINT)
                        error=state.field_error("name")
                        max=u32::try_from(NAME_MAX).unwrap_or(u32::MAX)
                        autocomplete="off"
                        required=!alone
                    />
                    <Button look=Look::Primary size=Size::Large submit=true wide=true>{words(k::teams::ALONE_DO, k::teams::NEW_DO)}</Button>
                </form>
            </section>
            {(here.competition.settings.team.max > 1)
                .then(|| {
                    view! {
                        <section class="card stack" aria-labelledby="enter-team">
                            <h2 class="card-title" id="enter-team">{t(l, k::teams::ENTER)}</h2>
                            <p class="muted">{t(l, k::teams::ENTER_TEXT)}</p>
                            <div class="stack s">
                                <p class="caption">{t(l, k::teams::ENTER_LOOKS)}</p>
                                <div class="code"><pre>{sample}</pre></div>
                            </div>
                        </section>
                        <OwnRequests here=Arc::clone(&here) requests=asked/>
                    }
                })}
        </div>
    }
}
