use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;

use super::institution_page::InstitutionButton;
use super::{AffiliationField, NameField, PublicNameField, send_on, wanted, with_next};
use crate::api::accounts::SignUp;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::load::{FormError, FormState};
use crate::ui::{Button, Look, Size, TextField};

/// `/signup`
#[component]
pub fn SignUpPage() -> impl IntoView {
    let l = locale();
    let next = wanted();
    send_on(&next);
    let state = FormState::of::<SignUp>();
    let log_in = with_next(address::LOGIN, &next);
    view! {
        <Title text=t(l, k::accounts::auth::SIGNUP_TITLE)/>
        <div class="page body">
            <div class="door stack">
                <header class="stack s">
                    <h1>{t(l, k::accounts::auth::SIGNUP_TITLE)}</h1>
                    <p class="muted">{t(l, k::accounts::auth::SIGNUP_LEAD)}</p>
                </header>
                <FormError state=state.clone()/>
                <form class="card stack" method="post" action=SignUp::PATH>
                    <input type="hidden" name="next" value=next.clone()/>
                    <TextField
                        name="email"
                        kind="email"
                        label=t(l, k::accounts::auth::EMAIL)
                        value=state.value("email")
                        error=state.field_error("email")
                        hint=t(l, k::accounts::auth::EMAIL_HINT)
                        placeholder=t(l, k::accounts::auth::EMAIL_PLACEHOLDER)
                        autocomplete="username"
                        required=true
                    />
                    <NameField state=state.clone()/>
                    <PublicNameField state=state.clone()/>
                    <AffiliationField state=state.clone()/>
                    <TextField
                        name="password"
                        kind="password"
                        label=t(l, k::accounts::auth::PASSWORD)
                        error=state.field_error("password")
                        hint=t(l, k::accounts::auth::PASSWORD_HINT)
                        autocomplete="new-password"
                        required=true
                    />
                    <Button look=Look::Primary size=Size::Large submit=true wide=true>{t(l, k::accounts::auth::SIGNUP_DO)}</Button>
                </form>
                <InstitutionButton next/>
                <p class="center muted">{t(l, k::accounts::auth::HAS_ACCOUNT)} " " <a href=log_in>{t(l, k::accounts::auth::LOGIN_TITLE)}</a></p>
            </div>
        </div>
    }
    .into_html()
}
