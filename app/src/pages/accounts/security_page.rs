use chrono::{DateTime, Utc};
use domain::accounts::Session;
use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::accounts::second_factors::{self, FactorState};
use platform::accounts::{identities, sessions};

use super::fields::{CodeField, CurrentPassword, Done, NewPassword, Revoke};
use super::identity_card::IdentityCard;
use super::room::{AccountRoom, account_room};
use crate::api::accounts::{
    ChangePassword, EndSession, LinkIdentity, LogOutEverywhere, RenewRecoveryCodes, TurnOffSecondFactor,
    TurnOnSecondFactor, UnlinkIdentity,
};
use crate::context::{Zone, locale};
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::load::{FormError, FormState};
use crate::tf;
use crate::ui::{Ago, Alert, Badge, Button, Card, Code, LinkButton, Section, Size, Table, Time, TimeForm, Tone};
use crate::{request, session};

/// `/account/security`: password, second factor, and where I am logged in.
#[component]
pub fn SecurityPage() -> impl IntoView {
    let password = FormState::of::<ChangePassword>();
    let factor = FormState::of_any(&[TurnOnSecondFactor::PATH, TurnOffSecondFactor::PATH, RenewRecoveryCodes::PATH]);
    let ended = FormState::of::<EndSession>();
    let linked = FormState::of_any(&[LinkIdentity::PATH, UnlinkIdentity::PATH]);
    account_room(AccountRoom::Security, None, move |user| async move {
        let l = locale();
        let services = request::services();
        let now = services.clock.now();
        let open = sessions::list(&services, &user, session::current().as_deref()).await?;
        let of_factor = second_factors::state(&services, &user).await?;
        let identities = identities::list(&services, &user).await?;
        let done = ended.done().map(|_| t(l, k::accounts::sessions::ENDED));
        Ok(view! {
            <NewCodes state=factor.clone()/>
            <div class="grid-2">
                <PasswordCard state=password/>
                <FactorCard of=of_factor is_verified=user.is_verified() state=factor/>
                <IdentityCard user linked=identities state=linked/>
            </div>
            <Section id="sessions" title=t(l, k::accounts::sessions::TITLE)>
                <Done text=done/>
                <FormError state=ended/>
                <p class="muted">{t(l, k::accounts::sessions::LEAD)}</p>
                <Sessions open now/>
                <form method="post" action=LogOutEverywhere::PATH><Button submit=true>{t(l, k::accounts::sessions::END_ALL)}</Button></form>
            </Section>
        })
    })
}

#[component]
fn PasswordCard(state: FormState) -> impl IntoView {
    let l = locale();
    let done = state.done().map(|_| t(l, k::accounts::password::CHANGED));
    view! {
        <Card id="password-card" title=t(l, k::accounts::password::TITLE)>
            <form class="stack" method="post" action=ChangePassword::PATH>
                <Done text=done/>
                <FormError state=state.clone()/>
                <CurrentPassword id="change-current" state=state.clone()/>
                <NewPassword state/>
                <Revoke/>
                <p class="caption">{t(l, k::accounts::password::HINT)}</p>
                <p><Button submit=true>{t(l, k::accounts::password::DO)}</Button></p>
            </form>
        </Card>
    }
}

/// Recovery codes, on the one page that shows them; or what else was done to the second factor.
#[component]
fn NewCodes(state: FormState) -> impl IntoView {
    let l = locale();
    let title = match state.done()? {
        TurnOnSecondFactor::PATH => k::accounts::factor::TURNED_ON,
        RenewRecoveryCodes::PATH => k::accounts::factor::RENEWED,
        _ => return Some(view! { <Done text=Some(t(l, k::accounts::factor::TURNED_OFF))/> }.into_html()),
    };
    let codes = state.result()?.as_array()?.iter().filter_map(|code| code.as_str()).collect::<Vec<_>>().join("\n");
    let shown = view! {
        <div class="stack s" role="status">
            <Alert tone=Tone::Warning title=t(l, title)>{t(l, k::accounts::factor::CODES_TEXT)}</Alert>
            <Code label=t(l, k::accounts::factor::CODES) text=codes/>
        </div>
    };
    Some(shown.into_html())
}

#[component]
fn FactorCard(of: FactorState, is_verified: bool, state: FormState) -> impl IntoView {
    let l = locale();
    let (tone, word) =
        if of.is_on { (Tone::Success, k::accounts::factor::ON) } else { (Tone::Neutral, k::accounts::factor::OFF) };
    let content = match (of.is_on, is_verified) {
        (true, _) => view! {
            <p>{tf!(l, k::accounts::factor::ON_TEXT, n = of.codes_left)}</p>
            <FormError state=state.clone()/>
            <WithCode open="renew" path=RenewRecoveryCodes::PATH title=t(l, k::accounts::factor::RENEW) state=state.clone()/>
            <WithCode open="turn-off" path=TurnOffSecondFactor::PATH title=t(l, k::accounts::factor::TURN_OFF) state/>
        }
        .into_html(),
        (false, true) => view! {
            <p class="muted">{t(l, k::accounts::factor::OFF_TEXT)}</p>
            <p><LinkButton href=address::SECOND_FACTOR>{t(l, k::accounts::factor::SET_UP)}</LinkButton></p>
        }
        .into_html(),
        (false, false) => view! {
            <p class="muted">{t(l, k::accounts::factor::OFF_TEXT)}</p>
            <p>{t(l, k::accounts::factor::NEEDS_ADDRESS)}</p>
        }
        .into_html(),
    };
    let note = move || view! { <Badge tone>{t(l, word)}</Badge> };
    view! { <Card id="factor" title=t(l, k::accounts::factor::TITLE) note><div class="stack">{content}</div></Card> }
}

/// A deed that asks for the password and a code.
#[component]
fn WithCode(open: &'static str, path: &'static str, title: &'static str, state: FormState) -> impl IntoView {
    let l = locale();
    let state = if state.is_of(path) { state } else { FormState::default() };
    let failed = state.error().is_some();
    let ids = if open == "renew" { ["renew-password", "renew-code"] } else { ["turn-off-password", "turn-off-code"] };
    view! {
        <details open=failed>
            <summary>{title}</summary>
            <form class="stack" method="post" action=path>
                <CurrentPassword id=ids[0] state=state.clone()/>
                <CodeField id=ids[1] state hint=t(l, k::accounts::factor::ANY_CODE_HINT) required=true/>
                <p><Button submit=true>{title}</Button></p>
            </form>
        </details>
    }
}

#[component]
fn Sessions(open: Vec<Session>, now: DateTime<Utc>) -> impl IntoView {
    let l = locale();
    view! {
        <Table caption=t(l, k::accounts::sessions::TITLE) class="roomy">
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, k::accounts::sessions::DEVICE)}</th>
                    <th scope="col" class="wide-only">{t(l, k::accounts::sessions::NETWORK)}</th>
                    <th scope="col" class="wide-only">{t(l, k::accounts::sessions::BEGAN)}</th>
                    <th scope="col" class="wide-only">{t(l, k::accounts::sessions::SEEN)}</th>
                    <th scope="col"><span class="sr-only">{t(l, k::accounts::sessions::END)}</span></th>
                </tr>
            </thead>
            <tbody>{open.into_iter().map(|session| row(l, session, now)).collect_view()}</tbody>
        </Table>
    }
}

fn row(l: Locale, session: Session, now: DateTime<Utc>) -> impl IntoView {
    let zone = Zone::default();
    let device =
        if session.device.is_empty() { t(l, k::accounts::sessions::UNKNOWN).to_owned() } else { session.device };
    let end = tf!(l, k::accounts::sessions::END_OF, device = device);
    let began = session.began_at;
    let began = move || began.map(|at| view! { <Time at zone form=TimeForm::Deadline/> });
    view! {
        <tr>
            <th scope="row">
                <span class="strong">{device}</span>
                {session.is_current.then(|| view! { " " <Badge tone=Tone::Accent>{t(l, k::accounts::sessions::HERE)}</Badge> })}
                {session.by_institution.then(|| view! { <span class="meta">{t(l, k::accounts::institution::DOOR)}</span> })}
                <span class="meta narrow-only num">{session.network.clone()} " · " {began()}</span>
            </th>
            <td class="wide-only tight-col num">{session.network}</td>
            <td class="wide-only tight-col">{began()}</td>
            <td class="wide-only tight-col"><Ago at=session.seen_at now zone/></td>
            <td class="end">
                {(!session.is_current)
                    .then(|| {
                        view! {
                            <form method="post" action=EndSession::PATH>
                                <input type="hidden" name="id" value=session.id/>
                                <Button size=Size::Small submit=true label=end>{t(l, k::accounts::sessions::END)}</Button>
                            </form>
                        }
                    })}
            </td>
        </tr>
    }
}
