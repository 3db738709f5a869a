//! The ways into a team beside its link: letters that were sent, and whoever asks.

use std::sync::Arc;

use domain::address;
use domain::teams::{MESSAGE_MAX, Team};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::teams::{JoinApplicant, OwnRequest, WaitingInvitation};

use crate::api::teams::{AnswerRequest, AskToJoin, InviteMember, TakeBackInvitation, WithdrawRequest};
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::pages::teams::head_count;
use crate::tf;
use crate::ui::{Ago, Alert, Badge, Button, Card, Icon, LinkButton, Look, Section, Size, TextArea, TextField, Tone};

/// Writes to an address, and says which letters wait for an answer; the leader's.
#[component]
pub fn MailCard(here: Arc<Here>, waiting: Vec<WaitingInvitation>, state: FormState) -> impl IntoView {
    let l = locale();
    let slug = here.slug().to_owned();
    let rows = waiting.into_iter().map(|WaitingInvitation { invitation, is_sent, has_failed, name }| {
        // Whoever was asked by their post is known by what everyone calls them.
        let who = invitation.email.unwrap_or_else(|| match name.as_str() {
            "" => t(l, k::boards::UNNAMED).to_owned(),
            _ => name,
        });
        let letter = match (is_sent, has_failed) {
            (_, true) => Some(view! { <Badge tone=Tone::Danger>{t(l, k::teams::mail::FAILED)}</Badge> }.into_html()),
            (true, _) => None,
            _ => Some(t(l, k::teams::mail::NOT_SENT).into_html()),
        };
        let until = tf!(l, k::teams::mail::UNTIL, time = format::short(l, here.zone(), invitation.expires_at));
        let take_back = tf!(l, k::teams::mail::TAKE_BACK_OF, email = who);
        view! {
            <li class="row between one">
                <div>
                    <span class="any-wrap">{who}</span>
                    <p class="caption num">{until} " " {letter}</p>
                </div>
                <form method="post" action=TakeBackInvitation::PATH>
                    <input type="hidden" name="slug" value=slug.clone()/>
                    <input type="hidden" name="id" value=invitation.id.to_string()/>
                    <Button size=Size::Small submit=true label=take_back>{t(l, k::teams::mail::TAKE_BACK)}</Button>
                </form>
            </li>
        }
    });
    let rows: Vec<_> = rows.collect();
    let some = !rows.is_empty();
    view! {
        <section class="card stack s" aria-labelledby="mail">
            <h2 class="card-title" id="mail">{t(l, k::teams::mail::TITLE)}</h2>
            <p class="caption">{t(l, k::teams::mail::TEXT)}</p>
            <form class="stack s" method="post" action=InviteMember::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                <TextField
                    name="email"
                    id="invited-email"
                    kind="email"
                    label=t(l, k::teams::mail::ADDRESS)
                    value=state.value("email")
                    error=state.field_error("email")
                    autocomplete="off"
                    required=true
                />
                <Button submit=true wide=true icon=Icon::Mail>{t(l, k::teams::mail::DO)}</Button>
            </form>
            {some.then(|| view! { <ul class="stack s" aria-label=t(l, k::teams::mail::WAITING)>{rows}</ul> })}
        </section>
    }
}

/// Who asks to be let in, for the leader; nothing while nobody does.
#[component]
pub fn Requests(here: Arc<Here>, applicants: Vec<JoinApplicant>) -> impl IntoView {
    let l = locale();
    if applicants.is_empty() {
        return ().into_html();
    }
    let count = tf!(l, k::teams::requests::COUNT, n = applicants.len());
    let rows = applicants.into_iter().map(|one| {
        let answer = |accept: bool| {
            let (words, label, look) = if accept {
                (k::teams::requests::ACCEPT, tf!(l, k::teams::requests::ACCEPT_OF, name = one.name), Look::Outlined)
            } else {
                (k::teams::requests::REFUSE, tf!(l, k::teams::requests::REFUSE_OF, name = one.name), Look::Ghost)
            };
            view! {
                <form method="post" action=AnswerRequest::PATH>
                    <input type="hidden" name="slug" value=here.slug().to_owned()/>
                    <input type="hidden" name="id" value=one.id.to_string()/>
                    {accept.then(|| view! { <input type="hidden" name="accept" value="on"/> })}
                    <Button look size=Size::Small submit=true label>{t(l, words)}</Button>
                </form>
            }
        };
        let answers = [answer(true), answer(false)];
        let about = (!one.affiliation.is_empty()).then(|| format!("{} · ", one.affiliation));
        view! {
            <li class="card stack s">
                <div class="row between">
                    <div>
                        <strong>{one.name.clone()}</strong>
                        <p class="caption">{about} <Ago at=one.created_at now=here.now zone=here.zone()/></p>
                    </div>
                    <span class="row tight">{answers.into_iter().collect_view()}</span>
                </div>
                {(!one.message.is_empty()).then(|| view! { <p class="any-wrap">{one.message.clone()}</p> })}
            </li>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <Section id="requests" title=t(l, k::teams::requests::TITLE) tight=true note=move || view! { <span class="caption num">{count.clone()}</span> }>
            <ul class="stack s">{rows}</ul>
            <p class="caption">{t(l, k::teams::requests::TEXT)}</p>
        </Section>
    }
    .into_html()
}

/// On a team's public page: asks to be let in, or says how that stands. Nothing for whoever could not enter.
#[component]
pub fn AskCard(here: Arc<Here>, team: Team, requests: Vec<OwnRequest>, state: FormState) -> impl IntoView {
    let l = locale();
    let own = requests.into_iter().find(|request| request.team_id == team.id);
    let (may, max) = (here.visit().join(&team).check().is_ok(), here.competition.settings.team.max);
    if own.is_none() && (!may || max == 1) {
        return ().into_html();
    }
    let asked = state.done().is_some();
    let body = match own {
        Some(request) if request.refused_at.is_some() => view! {
            <Alert tone=Tone::Warning title=t(l, k::teams::ask::REFUSED)>{t(l, k::teams::ask::REFUSED_TEXT)}</Alert>
        }
        .into_html(),
        Some(request) => {
            let title = t(l, if asked { k::teams::ask::SENT } else { k::teams::ask::WAITS });
            view! {
                <div role="status"><Alert tone=Tone::Success title>{t(l, k::teams::ask::WAITS_TEXT)}</Alert></div>
                <Withdraw here=Arc::clone(&here) request/>
            }
            .into_html()
        }
        None => {
            let left = tf!(l, k::teams::PLACES_LEFT, n = head_count(&team), max = max, left = max - head_count(&team));
            view! {
                <FormError state=state.clone()/>
                <p class="muted">{t(l, k::teams::ask::TEXT)}</p>
                <form class="stack s" method="post" action=AskToJoin::PATH>
                    <input type="hidden" name="slug" value=here.slug().to_owned()/>
                    <input type="hidden" name="team" value=team.number/>
                    <TextArea
                        name="message"
                        label=t(l, k::teams::ask::MESSAGE)
                        note=t(l, k::teams::ask::MESSAGE_NOTE)
                        value=state.value("message")
                        error=state.field_error("message")
                        max=u32::try_from(MESSAGE_MAX).unwrap_or(u32::MAX)
                        rows=3
                    />
                    <p class="row tight">
                        <Button look=Look::Primary submit=true>{t(l, k::teams::ask::DO)}</Button>
                        <span class="caption num">{left}</span>
                    </p>
                </form>
            }
            .into_html()
        }
    };
    view! { <Card id="ask" title=t(l, k::teams::ask::TITLE)><div class="stack s">{body}</div></Card> }.into_html()
}

/// One's own requests, for whoever is in no team.
#[component]
pub fn OwnRequests(here: Arc<Here>, requests: Vec<OwnRequest>) -> impl IntoView {
    let l = locale();
    let rows = requests.into_iter().map(|request| {
        let team = address::public_team(here.slug(), request.number);
        let name = tf!(l, k::teams::ask::TEAM, n = request.number, name = request.team_name);
        let stands = match request.refused_at {
            Some(_) => view! { <Badge>{t(l, k::teams::ask::REFUSED_BADGE)}</Badge> }.into_html(),
            None => view! { <Withdraw here=Arc::clone(&here) request/> }.into_html(),
        };
        view! { <li class="row between"><a href=team>{name}</a> {stands}</li> }
    });
    let rows: Vec<_> = rows.collect();
    let some = !rows.is_empty();
    view! {
        <section class="card stack" aria-labelledby="asked">
            <h2 class="card-title" id="asked">{t(l, k::teams::ask::TITLE)}</h2>
            <p class="muted">{t(l, k::teams::ask::HOW)}</p>
            {some.then(|| view! { <ul class="stack s" aria-label=t(l, k::teams::ask::OWN)>{rows}</ul> })}
            <p><LinkButton href=here.leaderboard_href()>{t(l, k::participation::BOARD)}</LinkButton></p>
        </section>
    }
}

#[component]
fn Withdraw(here: Arc<Here>, request: OwnRequest) -> impl IntoView {
    let l = locale();
    let label = tf!(l, k::teams::ask::WITHDRAW_OF, name = request.team_name);
    view! {
        <form method="post" action=WithdrawRequest::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            <input type="hidden" name="id" value=request.id.to_string()/>
            <Button size=Size::Small submit=true label>{t(l, k::teams::ask::WITHDRAW)}</Button>
        </form>
    }
}
