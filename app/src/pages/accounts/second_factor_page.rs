use domain::{ErrorCode, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::accounts::second_factors;

use super::address_card::UnverifiedAlert;
use super::fields::{CodeField, CurrentPassword};
use super::room::{AccountRoom, account_room};
use crate::api::accounts::TurnOnSecondFactor;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::load::{FormError, FormState};
use crate::pages::qr::qr;
use crate::request;
use crate::ui::{Button, Card, Code, Look};

/// `/account/security/second-factor`: a device is given a secret and shows that it has it. Nothing is stored until then.
#[component]
pub fn SecondFactorPage() -> impl IntoView {
    let l = locale();
    let state = FormState::of::<TurnOnSecondFactor>();
    account_room(AccountRoom::Security, Some(t(l, k::accounts::factor::SET_UP)), move |user| async move {
        if !user.is_verified() {
            return Ok(view! { <UnverifiedAlert/> }.into_html());
        }
        let services = request::services();
        if second_factors::state(&services, &user).await?.is_on {
            leptos_axum::redirect(address::SECURITY);
            return Err(ErrorCode::SecondFactorOn.into());
        }
        let setup = second_factors::set_up(&services, &user, state.typed("secret").map(String::as_str))?;
        let fours: Vec<_> = setup.secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        let fours = fours.join(" ");
        let content = view! {
            <p class="muted reading">{t(l, k::accounts::factor::SETUP_LEAD)}</p>
            <FormError state=state.clone()/>
            <div class="grid-2">
                <Card id="scan" title=t(l, k::accounts::factor::SCAN)>
                    <div class="stack">
                        {qr(&setup.picture, t(l, k::accounts::factor::PICTURE))}
                        <p class="caption">{t(l, k::accounts::factor::SECRET_HINT)}</p>
                        <Code label=t(l, k::accounts::factor::SECRET) text=fours/>
                    </div>
                </Card>
                <Card id="check" title=t(l, k::accounts::factor::CHECK)>
                    <form class="stack" method="post" action=TurnOnSecondFactor::PATH>
                        <input type="hidden" name="secret" value=setup.secret/>
                        <CodeField id="code" state=state.clone() hint=t(l, k::accounts::factor::CODE_HINT) required=true/>
                        <CurrentPassword id="current_password" state/>
                        <p><Button look=Look::Primary submit=true>{t(l, k::accounts::factor::TURN_ON)}</Button></p>
                    </form>
                </Card>
            </div>
        };
        Ok(content.into_html())
    })
}
