//! Who is asking: a browser session, a bearer token, or HTTP Basic with a token or a password.

use std::net::{IpAddr, SocketAddr};

use app::request::ClientAddress;
use axum::extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::account::User;
use domain::ids::UserId;
use domain::{AppError, ErrorCode, Locale};
use platform::accounts;
use tower_sessions::Session;

use crate::rest::ApiError;
use crate::state::AppState;
use crate::viewer;

/// The signed-in user of a program's request; without one the request is refused with `login_required`.
#[derive(Debug, Clone)]
pub struct Caller(pub User);

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let user = identify(parts, state).await.map_err(|error| ApiError::new(locale(parts), error))?;
        user.map(Caller).ok_or_else(|| ApiError::new(locale(parts), ErrorCode::LoginRequired.into()))
    }
}

impl OptionalFromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, ApiError> {
        let user = identify(parts, state).await.map_err(|error| ApiError::new(locale(parts), error))?;
        Ok(user.map(Caller))
    }
}

/// The language to answer a program in: `Accept-Language`, Korean unless it says English.
#[derive(Debug, Clone, Copy)]
pub struct Language(pub Locale);

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(locale(parts)))
    }
}

pub fn locale(parts: &Parts) -> Locale {
    viewer::locale(parts)
}

/// The user behind a request, if it shows who it is. Wrong credentials are an error, none are not.
///
/// # Errors
/// `bad_credentials`, `too_many_attempts`.
pub async fn identify(parts: &Parts, state: &AppState) -> Result<Option<User>, AppError> {
    let services = &state.services;
    if let Some(header) = parts.headers.get(AUTHORIZATION) {
        let header = header.to_str().map_err(|_| ErrorCode::BadCredentials)?;
        let (scheme, value) = header.split_once(' ').ok_or(ErrorCode::BadCredentials)?;
        let user = if scheme.eq_ignore_ascii_case("bearer") {
            accounts::user_of_token(services, value.trim()).await?
        } else if scheme.eq_ignore_ascii_case("basic") {
            let decoded = STANDARD.decode(value.trim()).map_err(|_| ErrorCode::BadCredentials)?;
            let text = String::from_utf8(decoded).map_err(|_| ErrorCode::BadCredentials)?;
            let (email, secret) = text.split_once(':').ok_or(ErrorCode::BadCredentials)?;
            accounts::user_of_basic(services, email, secret, &client_address(parts, state).0).await?
        } else {
            return Err(ErrorCode::BadCredentials.into());
        };
        return Ok(Some(user));
    }
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    let fault =
        |error: tower_sessions::session::Error| AppError::from(platform::Error::other(format!("session: {error}")));
    match session.get::<UserId>(app::session::USER).await.map_err(fault)? {
        Some(id) => Ok(accounts::user(services, id).await?),
        None => Ok(None),
    }
}

/// The client's address: the connection's, or what the nearest trusted proxy says of it.
pub fn client_address(parts: &Parts, state: &AppState) -> ClientAddress {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let Some(mut address) = peer else { return ClientAddress::default() };
    let forwarded = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut hops = forwarded.rsplit(',').filter_map(|hop| hop.trim().parse::<IpAddr>().ok());
    while state.proxies.contains(&address) {
        match hops.next() {
            Some(hop) => address = hop,
            None => break,
        }
    }
    ClientAddress(address.to_string())
}
