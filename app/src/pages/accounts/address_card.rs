//! The account's e-mail address: whether it is confirmed, and another one.

use chrono::{DateTime, Utc};
use domain::AppError;
use domain::accounts::User;
use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::accounts::addresses;

use super::fields::{CurrentPassword, Done};
use crate::api::accounts::{AskForAddress, KeepOldAddress, SendVerification, VerifyAddress};
use crate::context::{Zone, viewer};
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Badge, Button, Card, Icon, LinkButton, Size, TextField, Tone};

/// What is shown of an account's address.
pub(super) struct AddressCard {
    /// The one that it is to have, and until when it can be confirmed.
    awaited: Option<(String, DateTime<Utc>)>,
    state: FormState,
    asked: FormState,
}

impl AddressCard {
    pub(super) async fn read(user: &User) -> Result<Self, AppError> {
        let state = FormState::of_any(&[SendVerification::PATH, KeepOldAddress::PATH, VerifyAddress::PATH]);
        let awaited = addresses::awaited(&request::services(), user).await?;
        Ok(Self { awaited, state, asked: FormState::of::<AskForAddress>() })
    }

    /// What was just done, and what waits.
    pub(super) fn alerts(&self, l: Locale, user: &User) -> Html {
        let moved = self.state.result().and_then(serde_json::Value::as_bool).unwrap_or_default();
        let done = match self.state.done() {
            Some(SendVerification::PATH) => Some(k::accounts::address::SENT_AGAIN),
            Some(KeepOldAddress::PATH) => Some(k::accounts::address::KEPT),
            Some(_) if moved => Some(k::accounts::address::CHANGED),
            Some(_) => Some(k::accounts::address::CONFIRMED),
            None => self.asked.done().map(|_| k::accounts::address::ASKED),
        };
        // Where another address is awaited, its letter is the one to look for.
        let is_asked = !user.is_verified() && self.awaited.is_none();
        let unverified = is_asked.then(|| {
            let text = tf!(l, k::accounts::address::UNVERIFIED_TEXT, email = user.email);
            let action = move || {
                view! {
                    <form method="post" action=SendVerification::PATH><Button size=Size::Small submit=true>{t(l, k::accounts::address::SEND_AGAIN)}</Button></form>
                }
            };
            view! { <Alert tone=Tone::Warning title=t(l, k::accounts::address::UNVERIFIED_TITLE) action>{text}</Alert> }
        });
        let awaited = self.awaited.clone().map(|(email, until)| {
            let title = tf!(l, k::accounts::address::AWAITED, email = email);
            let text = tf!(l, k::accounts::address::AWAITED_TEXT, at = format::deadline(l, Zone::default(), until));
            let action = move || {
                view! {
                    <form method="post" action=KeepOldAddress::PATH><Button size=Size::Small submit=true>{t(l, k::accounts::address::KEEP)}</Button></form>
                }
            };
            view! { <Alert tone=Tone::Info title action>{text}</Alert> }
        });
        view! {
            <Done text=done.map(|text| t(l, text))/>
            <FormError state=self.state.clone()/>
            {unverified}
            {awaited}
        }
        .into_html()
    }

    /// The address, and the form that asks for another.
    pub(super) fn view(&self, l: Locale, user: &User) -> Html {
        let (tone, icon, word) = if user.is_verified() {
            (Tone::Success, Icon::Ok, k::accounts::address::VERIFIED)
        } else {
            (Tone::Warning, Icon::Alert, k::accounts::address::UNVERIFIED)
        };
        let (email, state) = (user.email.clone(), self.asked.clone());
        let failed = state.error().is_some();
        view! {
            <Card id="address" title=t(l, k::accounts::address::TITLE)>
                <div class="stack">
                    <p class="row tight"><span class="strong any-wrap">{email}</span> <Badge tone icon>{t(l, word)}</Badge></p>
                    <p class="caption">{t(l, k::accounts::auth::EMAIL_HINT)}</p>
                    <details open=failed>
                        <summary>{t(l, k::accounts::address::CHANGE)}</summary>
                        <form class="stack" method="post" action=AskForAddress::PATH>
                            <FormError state=state.clone()/>
                            <TextField
                                name="email"
                                kind="email"
                                label=t(l, k::accounts::address::NEW)
                                value=state.value("email")
                                error=state.field_error("email")
                                hint=t(l, k::accounts::address::NEW_HINT)
                                autocomplete="email"
                                required=true
                            />
                            <CurrentPassword id="address-password" state/>
                            <p><Button submit=true>{t(l, k::accounts::address::CHANGE_DO)}</Button></p>
                        </form>
                    </details>
                </div>
            </Card>
        }
        .into_html()
    }
}

/// That the reader has not confirmed their address, with the way to it; nothing for others. For pages where it matters.
#[component]
pub fn UnverifiedAlert() -> impl IntoView {
    let l = crate::context::locale();
    let user = viewer().user.filter(|user| !user.is_verified())?;
    let text = tf!(l, k::accounts::address::UNVERIFIED_TEXT, email = user.email);
    let action = move || {
        view! { <LinkButton href=address::ACCOUNT size=Size::Small>{t(l, k::accounts::address::GO)}</LinkButton> }
    };
    Some(view! { <Alert tone=Tone::Warning title=t(l, k::accounts::address::UNVERIFIED_TITLE) action>{text}</Alert> })
}
