//! Fields that several forms about an account have, and the sentence that says what was done.

use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::pages::load::FormState;
use crate::request;
use crate::ui::{Alert, Checkbox, TextField, Tone};

/// What was just done, for whoever sees and whoever hears.
#[component]
pub fn Done(text: Option<&'static str>) -> impl IntoView {
    text.map(|text| view! { <div role="status"><Alert tone=Tone::Success>{text}</Alert></div> })
}

/// The password of now, which every deed asks for that could take an account away.
#[component]
pub fn CurrentPassword(#[prop(into)] id: String, state: FormState) -> impl IntoView {
    let l = locale();
    view! {
        <TextField
            name="current_password"
            id
            kind="password"
            label=t(l, k::accounts::password::CURRENT)
            error=state.field_error("current_password")
            autocomplete="current-password"
            required=true
        />
    }
}

/// The password that is to be.
#[component]
pub fn NewPassword(state: FormState) -> impl IntoView {
    let l = locale();
    view! {
        <TextField
            name="password"
            kind="password"
            label=t(l, k::accounts::password::NEW)
            error=state.field_error("password")
            hint=t(l, k::accounts::auth::PASSWORD_HINT)
            autocomplete="new-password"
            required=true
        />
    }
}

/// Whether tokens end with the old password.
#[component]
pub fn Revoke(#[prop(optional)] checked: bool) -> impl IntoView {
    let l = locale();
    // Where no institution opens accounts, nobody reads of one.
    let has_institution = request::services().institution.is_some();
    let label = t(l, if has_institution { k::accounts::reset::TOKENS } else { k::accounts::reset::TOKENS_ALONE });
    view! {
        <div class="stack s">
            <Checkbox name="revoke_tokens" checked>{label}</Checkbox>
            <p class="caption">{t(l, k::accounts::reset::TOKENS_HINT)}</p>
        </div>
    }
}

/// A code of the second factor.
#[component]
pub fn CodeField(
    #[prop(into)] id: String,
    state: FormState,
    hint: &'static str,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let l = locale();
    view! {
        <TextField
            name="code"
            id
            label=t(l, k::accounts::factor::CODE)
            error=state.field_error("code")
            hint
            autocomplete="one-time-code"
            max=40
            required
        />
    }
}
