use std::sync::Arc;

use domain::address::api;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::api::teams::{RenewServiceToken, RevokeServiceToken};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, Card, Code, Tone};

/// The token by which a service reports that teams use their notebooks; it is shown once, when it is made.
#[component]
pub fn Service(here: Arc<Here>, state: FormState) -> impl IntoView {
    use k::console::team_list as w;
    let l = locale();
    let token = state.result().and_then(|token| token.as_str()).map(str::to_owned);
    let token = token.filter(|_| state.done() == Some(RenewServiceToken::PATH));
    let made = token.map(|token| {
        view! {
            <div role="status">
                <Alert tone=Tone::Success title=t(l, w::TOKEN_MADE)>
                    <div class="stack s"><p>{t(l, w::TOKEN_ONCE)}</p><Code label=t(l, w::TOKEN) text=token/></div>
                </Alert>
            </div>
        }
        .into_html()
    });
    let revoked = (state.done() == Some(RevokeServiceToken::PATH))
        .then(|| view! { <div role="status"><Alert tone=Tone::Success>{t(l, w::TOKEN_REVOKED)}</Alert></div> });
    let address = format!("{}{}", request::base_url(), api::activity(here.slug()));
    let slug = here.slug().to_owned();
    view! {
        <Card id="service" title=t(l, w::TOKEN)>
            <div class="stack">
                <FormError state/>
                {made}
                {revoked}
                <p class="caption">{tf!(l, w::TOKEN_TEXT, address = address)}</p>
                <div class="row tight">
                    <form method="post" action=RenewServiceToken::PATH>
                        <input type="hidden" name="slug" value=slug.clone()/>
                        <Button submit=true>{t(l, w::TOKEN_RENEW)}</Button>
                    </form>
                    <form method="post" action=RevokeServiceToken::PATH>
                        <input type="hidden" name="slug" value=slug/>
                        <Button submit=true>{t(l, w::TOKEN_REVOKE)}</Button>
                    </form>
                </div>
            </div>
        </Card>
    }
}
