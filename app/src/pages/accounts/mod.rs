//! Pages about the reader's own account.

pub mod address_card;
pub mod data_page;
pub mod fields;
pub mod identity_card;
pub mod institution_page;
pub mod log_in;
pub mod own_competitions;
pub mod profile_page;
pub mod reset;
pub mod room;
pub mod second_factor_page;
pub mod security_page;
pub mod sign_up;
pub mod tokens;
pub mod useless;
pub mod verify;

pub use address_card::UnverifiedAlert;
pub use data_page::DataPage;
pub use institution_page::InstitutionPage;
pub use log_in::LogInPage;
pub use profile_page::ProfilePage;
pub use reset::ResetPage;
pub use second_factor_page::SecondFactorPage;
pub use security_page::SecurityPage;
pub use sign_up::SignUpPage;
pub use tokens::TokensPage;
pub use verify::VerifyPage;

use domain::accounts::PUBLIC_NAME_MAX;
use domain::address;
use leptos::prelude::*;

use crate::context::{locale, viewer};
use crate::i18n::{k, t};
use crate::pages::load::FormState;
use crate::request;
use crate::session::safe_path;
use crate::ui::TextField;

/// Where the reader wanted to go, from the address' `next`.
fn wanted() -> String {
    let next = request::query("next").unwrap_or_default();
    safe_path(&next).to_owned()
}

/// Sends a reader who is signed in already to where they wanted to go.
fn send_on(next: &str) {
    if viewer().user.is_some() {
        leptos_axum::redirect(next);
    }
}

/// `path` with `next` as its query, so that whoever changes their mind still comes back.
fn with_next(path: &str, next: &str) -> String {
    if next == address::HOME { path.to_owned() } else { address::asking(path, &[("next", next)]) }
}

/// The field of the address that an account is found by.
#[component]
fn EmailField(state: FormState) -> impl IntoView {
    let l = locale();
    view! {
        <TextField
            name="email"
            kind="email"
            label=t(l, k::accounts::auth::EMAIL)
            value=state.value("email")
            error=state.field_error("email")
            placeholder=t(l, k::accounts::auth::EMAIL_PLACEHOLDER)
            autocomplete="username"
            required=true
        />
    }
}

/// The field of the real name: what was typed and refused, else what is known.
#[component]
fn NameField(state: FormState, #[prop(optional)] chosen: String) -> impl IntoView {
    let l = locale();
    view! {
        <TextField
            name="name"
            label=t(l, k::accounts::auth::NAME)
            value=state.typed("name").cloned().unwrap_or(chosen)
            error=state.field_error("name")
            hint=t(l, k::accounts::auth::NAME_HINT)
            autocomplete="name"
            max=40
            required=true
        />
    }
}

/// The field of where somebody belongs.
#[component]
fn AffiliationField(state: FormState) -> impl IntoView {
    let l = locale();
    view! {
        <TextField
            name="affiliation"
            label=t(l, k::accounts::auth::AFFILIATION)
            note=t(l, k::accounts::auth::OPTIONAL)
            value=state.value("affiliation")
            error=state.field_error("affiliation")
            hint=t(l, k::accounts::auth::AFFILIATION_HINT)
            placeholder=t(l, k::accounts::auth::AFFILIATION_PLACEHOLDER)
            autocomplete="organization"
            max=80
        />
    }
}

/// The field of the name that everyone may see: what was typed and refused, else the one chosen before.
#[component]
fn PublicNameField(state: FormState, #[prop(optional)] chosen: String) -> impl IntoView {
    let l = locale();
    view! {
        <TextField
            name="public_name"
            label=t(l, k::accounts::auth::PUBLIC_NAME)
            note=t(l, k::accounts::auth::OPTIONAL)
            value=state.typed("public_name").cloned().unwrap_or(chosen)
            error=state.field_error("public_name")
            hint=t(l, k::accounts::auth::PUBLIC_NAME_HINT)
            placeholder=t(l, k::accounts::auth::PUBLIC_NAME_PLACEHOLDER)
            autocomplete="nickname"
            max=PUBLIC_NAME_MAX
        />
    }
}
