use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;

use super::fields::{CodeField, Done};
use super::institution_page::InstitutionButton;
use super::{send_on, wanted, with_next};
use crate::api::accounts::{DeleteAccount, LogIn, ResetPassword};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::accounts::EmailField;
use crate::pages::load::{FormError, FormState};
use crate::ui::{Button, Look, Size, TextField};

/// `/login`
#[component]
pub fn LogInPage() -> impl IntoView {
    let l = locale();
    let next = wanted();
    send_on(&next);
    let state = FormState::of::<LogIn>();
    let failed = state.error().is_some();
    let sign_up = with_next(address::SIGNUP, &next);
    let done = match FormState::of_any(&[ResetPassword::PATH, DeleteAccount::PATH]).done() {
        Some(ResetPassword::PATH) => Some(t(l, k::accounts::reset::DONE)),
        other => other.map(|_| t(l, k::accounts::data::DELETED)),
    };
    view! {
        <Title text=t(l, k::accounts::auth::LOGIN_TITLE)/>
        <div class="page body">
            <div class="door stack">
                <header class="stack s">
                    <h1>{t(l, k::accounts::auth::LOGIN_TITLE)}</h1>
                    <p class="muted">{t(l, k::accounts::auth::LOGIN_LEAD)}</p>
                </header>
                <Done text=done/>
                <FormError state=state.clone()/>
                <form class="card stack" method="post" action=LogIn::PATH>
                    <input type="hidden" name="next" value=next.clone()/>
                    <EmailField state=state.clone()/>
                    <TextField name="password" kind="password" label=t(l, k::accounts::auth::PASSWORD) autocomplete="current-password" required=true/>
                    // Always there and never asked for: the page tells nobody who has a second factor.
                    <details open=failed>
                        <summary>{t(l, k::accounts::factor::LOGIN)}</summary>
                        <CodeField id="code" state=FormState::default() hint=t(l, k::accounts::factor::ANY_CODE_HINT)/>
                    </details>
                    <Button look=Look::Primary size=Size::Large submit=true wide=true>{t(l, k::accounts::auth::LOGIN_DO)}</Button>
                </form>
                <InstitutionButton next/>
                <p class="center"><a href=address::RESET>{t(l, k::accounts::auth::FORGOT)}</a></p>
                <p class="center muted">{t(l, k::accounts::auth::NO_ACCOUNT)} " " <a href=sign_up>{t(l, k::accounts::auth::SIGNUP_TITLE)}</a></p>
            </div>
        </div>
    }
    .into_html()
}
