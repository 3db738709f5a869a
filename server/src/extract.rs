//! Who is asking. Programs show a token or a password with each request, or come from our pages with the browser's session; pages,
//! forms and server functions know the session alone (docs/decisions/0010-credentials.md).

use std::sync::Arc;

use app::session::{COOKIE, SessionId};
use axum::extract::{FromRequestParts, OptionalFromRequestParts, RawPathParams};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::access::{Actor, Via};
use domain::accounts::User;
use domain::competitions::Competition;
use domain::{AppError, ErrorCode};
use platform::accounts::sessions::{self, Visit};
use platform::{Services, accounts, competitions, secrets};

use crate::error::ApiError;
use crate::state::AppState;
use crate::{client, security, text};

/// The signed-in person of a program's request, by whichever door; without one the request is refused with `login_required`.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

impl Caller {
    /// The same, or a visitor.
    pub fn or_visitor(caller: Option<Self>) -> Actor {
        caller.map_or_else(|| Actor::browser(None, None), |caller| caller.0)
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let caller = <Self as OptionalFromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        Ok(caller.ok_or(ErrorCode::LoginRequired)?)
    }
}

impl OptionalFromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, ApiError> {
        let known = caller(parts, state).await?;
        let Some((user, via)) = known else { return Ok(None) };
        let from = Some(client::address(parts, &state.proxies).0);
        Ok(Some(Self(Actor { user: Some(user), via, from })))
    }
}

/// What a service that is no person shows: `Authorization: Bearer …`. Whose it is, is for the caller to ask.
pub struct ShownToken(pub String);

impl FromRequestParts<AppState> for ShownToken {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        match credentials(&parts.headers)? {
            Some(Credentials::Token(token)) => Ok(Self(token)),
            Some(Credentials::Basic { .. }) => Err(ErrorCode::BadCredentials.into()),
            None => Err(ErrorCode::LoginRequired.into()),
        }
    }
}

/// The competition that the address names by its slug; a request for one that is none is refused with `not_found`.
pub struct InCompetition(pub Arc<Competition>);

impl FromRequestParts<AppState> for InCompetition {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let named = RawPathParams::from_request_parts(parts, state).await.map_err(|_| ErrorCode::BadRequest)?;
        let (_, slug) = named.iter().find(|(name, _)| *name == "slug").ok_or(ErrorCode::NotFound)?;
        Ok(Self(competitions::current(&state.services, slug).await?))
    }
}

/// The signed-in user of a page's form.
#[derive(Clone)]
pub struct SignedIn {
    pub actor: Actor,
    pub session: SessionId,
}

impl OptionalFromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, ApiError> {
        let known = visit(&parts.headers, &state.services).await?;
        let from = Some(client::address(parts, &state.proxies).0);
        Ok(known.map(|(session, visit)| Self { actor: Actor::browser(Some(visit.user), from), session }))
    }
}

/// What an `Authorization` header holds.
enum Credentials {
    Token(String),
    Basic { email: String, secret: String },
}

/// The user behind a program's request, if it shows who it is. Wrong credentials are an error, none are not.
///
/// # Errors
/// `bad_credentials`, `bad_text`, `too_many_attempts`.
async fn caller(parts: &Parts, state: &AppState) -> Result<Option<(User, Via)>, AppError> {
    let (services, shown) = (&state.services, credentials(&parts.headers));
    if let Ok(Some(Credentials::Token(token))) = &shown {
        let (user, scopes) = accounts::user_of_token(services, token).await?;
        return Ok(Some((user, Via::Token(scopes))));
    }
    // A browser that must log in to a proxy before us sends that log-in with everything its pages do: it is not meant for us.
    if let Some((_, visit)) = visit(&parts.headers, &state.services).await? {
        return Ok(Some((visit.user, Via::Session)));
    }
    if security::is_of_our_page(&parts.headers, &state.settings.base_url) {
        return Ok(None);
    }
    let Some(Credentials::Basic { email, secret }) = shown? else { return Ok(None) };
    let from = client::address(parts, &state.proxies).0;
    Ok(Some(accounts::user_of_basic(services, &email, &secret, from).await?))
}

/// The credentials of a program.
fn credentials(headers: &HeaderMap) -> Result<Option<Credentials>, AppError> {
    let Some(header) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let header = header.to_str().map_err(|_| ErrorCode::BadCredentials)?;
    let (scheme, value) = header.split_once(' ').ok_or(ErrorCode::BadCredentials)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(Some(Credentials::Token(value.trim().to_owned())));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(ErrorCode::BadCredentials.into());
    }
    let decoded = STANDARD.decode(value.trim()).map_err(|_| ErrorCode::BadCredentials)?;
    text::plain(&decoded)?;
    let text = String::from_utf8(decoded).map_err(|_| ErrorCode::BadCredentials)?;
    let (email, secret) = text.split_once(':').ok_or(ErrorCode::BadCredentials)?;
    Ok(Some(Credentials::Basic { email: email.to_owned(), secret: secret.to_owned() }))
}

/// Whether one of our tokens was sent along, which is not for where a session belongs.
pub fn shows_token(headers: &HeaderMap) -> bool {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|text| text.split_once(' '));
    value.is_some_and(|(scheme, value)| scheme.eq_ignore_ascii_case("bearer") && secrets::is_token(value.trim()))
}

/// The browser's session, if it sent one that lives.
///
/// # Errors
/// When the database does not answer.
pub async fn visit(headers: &HeaderMap, services: &Services) -> Result<Option<(SessionId, Visit)>, AppError> {
    let cookies = CookieJar::from_headers(headers);
    let Some(secret) = cookies.get(COOKIE).map(|cookie| cookie.value().to_owned()) else { return Ok(None) };
    let visit = sessions::find(services, &secret).await?;
    Ok(visit.map(|visit| (SessionId(secret), visit)))
}
