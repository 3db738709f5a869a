//! Log-in by an institution: its button, and what whoever comes from there is asked.

use domain::access::Actor;
use domain::{AppError, ErrorCode, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use platform::accounts::identities::{self, Question};

use super::fields::{CodeField, CurrentPassword};
use super::useless::UselessLink;
use super::{AffiliationField, NameField, PublicNameField};
use crate::api::accounts::{FinishArrival, JoinByInstitution, LinkIdentity};
use crate::context::locale;
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::keeping::{Keeping, say};
use crate::pages::load::{FormError, FormState, load};
use crate::ui::{Button, Icon, LinkButton, Look, Size};
use crate::{request, session, tf};

/// The way to the log-in of the institution, where there is one: a link, since a form would lead to another site.
#[component]
pub fn InstitutionButton(next: String) -> impl IntoView {
    let label = label()?;
    let href = address::asking(address::service::INSTITUTION_BEGIN, &[("next", &next)]);
    Some(view! { <LinkButton href size=Size::Large wide=true>{label}</LinkButton> })
}

/// What the button says; nothing where there is no institution.
fn label() -> Option<String> {
    let l = locale();
    let services = request::services();
    let name = services.institution.as_ref()?.name().to_owned();
    Some(tf!(l, k::accounts::institution::DO, name = named(&name)))
}

/// The institution's name, or what it is where nobody has said.
pub(super) fn named(name: &str) -> String {
    if name.is_empty() { t(locale(), k::accounts::institution::UNNAMED).to_owned() } else { name.to_owned() }
}

/// `/login/institution`
#[component]
pub fn InstitutionPage() -> impl IntoView {
    say(Keeping::Secret);
    let (finish, join, link) =
        (FormState::of::<FinishArrival>(), FormState::of::<JoinByInstitution>(), FormState::of::<LinkIdentity>());
    let (problem, actor, secret) = (request::query("problem"), request::actor(), session::arrival());
    let is_nobody = secret.is_empty() && problem.is_none();
    if is_nobody {
        leptos_axum::redirect(address::LOGIN);
    }
    load(async move {
        let l = locale();
        let asked = match problem.as_deref().map(told) {
            Some(code) => Err(code.into()),
            None => identities::question(&request::services(), &actor, &secret).await.map_err(AppError::from),
        };
        let content = match asked {
            Ok(Question::Code) => code(finish),
            Ok(Question::Who { email, name }) => who(&email, name, join),
            Ok(Question::Link { email }) => linking(&actor, email, link),
            Err(_) if is_nobody => ().into_html(),
            Err(error) => useless(&actor, error)?,
        };
        Ok(view! {
            <Title text=t(l, k::accounts::institution::TITLE)/>
            <div class="page body">
                <div class="door stack">{content}</div>
            </div>
        })
    })
}

/// What the way back may have met; an address says nothing else.
fn told(problem: &str) -> ErrorCode {
    use ErrorCode::{
        AccountSuspended, ArrivalEnded, IdentityTaken, InstitutionDown, InstitutionRefused, NotFound, TooManyAttempts,
    };
    let all =
        [AccountSuspended, ArrivalEnded, IdentityTaken, InstitutionDown, InstitutionRefused, NotFound, TooManyAttempts];
    all.into_iter().find(|code| code.key() == problem).unwrap_or(ErrorCode::Unavailable)
}

fn code(state: FormState) -> Html {
    let l = locale();
    view! {
        <h1>{t(l, k::accounts::institution::TITLE)}</h1>
        <p class="muted">{t(l, k::accounts::institution::CODE_LEAD)}</p>
        <FormError state=state.clone()/>
        <form class="card stack" method="post" action=FinishArrival::PATH>
            <CodeField id="code" state hint=t(l, k::accounts::factor::ANY_CODE_HINT) required=true/>
            <Button look=Look::Primary size=Size::Large submit=true wide=true>{t(l, k::accounts::auth::LOGIN_DO)}</Button>
        </form>
    }
    .into_html()
}

fn who(email: &str, name: String, state: FormState) -> Html {
    let l = locale();
    view! {
        <header class="stack s">
            <h1>{t(l, k::accounts::institution::WHO_TITLE)}</h1>
            <p class="muted">{tf!(l, k::accounts::institution::WHO_LEAD, email = email)}</p>
        </header>
        <FormError state=state.clone()/>
        <form class="card stack" method="post" action=JoinByInstitution::PATH>
            <NameField state=state.clone() chosen=name/>
            <PublicNameField state=state.clone()/>
            <AffiliationField state/>
            <Button look=Look::Primary size=Size::Large submit=true wide=true>{t(l, k::accounts::auth::SIGNUP_DO)}</Button>
        </form>
        <p class="caption">{t(l, k::accounts::institution::HAS_OTHER)}</p>
    }
    .into_html()
}

fn linking(actor: &Actor, email: Option<String>, state: FormState) -> Html {
    let l = locale();
    let mine = actor.user.as_ref().map(|user| user.email.clone()).unwrap_or_default();
    let lead = match email {
        Some(email) => tf!(l, k::accounts::institution::LINK_LEAD, theirs = email, mine = mine),
        None => tf!(l, k::accounts::institution::LINK_LEAD_UNKNOWN, mine = mine),
    };
    view! {
        <h1>{t(l, k::accounts::institution::LINK_TITLE)}</h1>
        <p class="muted">{lead}</p>
        <FormError state=state.clone()/>
        <form class="card stack" method="post" action=LinkIdentity::PATH>
            <CurrentPassword id="link-password" state=state.clone()/>
            <CodeField id="link-code" state hint=t(l, k::accounts::institution::CODE_HINT)/>
            <Button look=Look::Primary size=Size::Large submit=true wide=true>{t(l, k::accounts::institution::LINK_DO)}</Button>
        </form>
        <p class="center"><a href=address::SECURITY>{t(l, k::accounts::institution::NOT_NOW)}</a></p>
    }
    .into_html()
}

/// What went wrong on the way, and what to do next.
fn useless(actor: &Actor, error: AppError) -> Result<Html, AppError> {
    let l = locale();
    if error.code == ErrorCode::LoginRequired {
        return Err(error);
    }
    let text = format::error::error(l, &error);
    let exists = error.code == ErrorCode::AccountExists;
    let (href, action) = match &actor.user {
        // Whoever is signed in came to link.
        Some(_) => (address::SECURITY.to_owned(), k::accounts::institution::TO_SECURITY),
        None if exists => (address::login_then(address::SECURITY), k::accounts::institution::PROVE),
        None => (address::LOGIN.to_owned(), k::accounts::reset::BACK),
    };
    let title = if exists { k::accounts::institution::EXISTS } else { k::accounts::institution::FAILED };
    Ok(view! {
        <h1>{t(l, k::accounts::institution::TITLE)}</h1>
        <UselessLink error title=t(l, title) text href action=t(l, action) icon=Icon::Alert/>
    }
    .into_html())
}
