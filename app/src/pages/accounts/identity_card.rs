//! By which accounts at an institution one's own is opened.

use domain::accounts::{Identity, User};
use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::fields::{CodeField, CurrentPassword, Done};
use super::institution_page::named;
use crate::api::accounts::{LinkIdentity, UnlinkIdentity};
use crate::context::{Zone, locale};
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::load::{FormError, FormState};
use crate::ui::{Button, Card, LinkButton, Time, TimeForm};
use crate::{request, tf};

/// The card on the page of log-in and security; none where there is neither an institution nor anything linked.
#[component]
pub(super) fn IdentityCard(user: User, linked: Vec<Identity>, state: FormState) -> impl IntoView {
    let l = locale();
    let institution = request::services().institution.as_ref().map(|of| named(of.name()));
    if institution.is_none() && linked.is_empty() {
        return None;
    }
    let done = match state.done() {
        Some(LinkIdentity::PATH) => Some(t(l, k::accounts::institution::LINKED)),
        other => other.map(|_| t(l, k::accounts::institution::UNLINKED)),
    };
    let begin = institution.map(|name| {
        let href = address::asking(address::service::INSTITUTION_BEGIN, &[("next", address::SECURITY)]);
        let label = tf!(l, k::accounts::institution::CONNECT, name = name);
        if user.is_verified() {
            view! { <p><LinkButton href>{label}</LinkButton></p> }.into_html()
        } else {
            view! { <p>{t(l, k::accounts::institution::NEEDS_ADDRESS)}</p> }.into_html()
        }
    });
    let none = linked.is_empty().then(|| view! { <p class="muted">{t(l, k::accounts::institution::NONE)}</p> });
    let view = view! {
        <Card id="institution" title=t(l, k::accounts::institution::CARD)>
            <div class="stack">
                <Done text=done/>
                <FormError state=state.clone()/>
                {none}
                {linked.into_iter().map(|identity| view! { <Linked identity state=state.clone()/> }).collect_view()}
                {begin}
                <p class="caption">
                    {t(l, k::accounts::institution::NO_PASSWORD)} " " <a href=address::RESET>{t(l, k::accounts::institution::SET_PASSWORD)}</a>
                </p>
            </div>
        </Card>
    };
    Some(view.into_html())
}

#[component]
fn Linked(identity: Identity, state: FormState) -> impl IntoView {
    let l = locale();
    let Identity { id, issuer, linked_at, .. } = identity;
    let host = issuer.split_once("://").map_or(issuer.as_str(), |(_, rest)| rest).to_owned();
    let ids = [format!("unlink-password-{id}"), format!("unlink-code-{id}")];
    let [password_id, code_id] = ids;
    let state = if state.is_of(UnlinkIdentity::PATH) { state } else { FormState::default() };
    let failed = state.error().is_some();
    view! {
        <div class="stack s">
            <p><span class="strong">{host}</span> " · " <Time at=linked_at zone=Zone::default() form=TimeForm::Deadline/></p>
            <details open=failed>
                <summary>{t(l, k::accounts::institution::UNLINK)}</summary>
                <form class="stack" method="post" action=UnlinkIdentity::PATH>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <CurrentPassword id=password_id state=state.clone()/>
                    <CodeField id=code_id state hint=t(l, k::accounts::institution::CODE_HINT)/>
                    <p><Button submit=true>{t(l, k::accounts::institution::UNLINK)}</Button></p>
                </form>
            </details>
        </div>
    }
}
