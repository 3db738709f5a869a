//! Beginning and ending a browser session; the cookie that names it.

use axum::http::HeaderValue;
use axum::http::header::{COOKIE as COOKIES, SET_COOKIE};
use axum::http::request::Parts;
use domain::AppError;
use domain::address;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use platform::accounts::Known;
use platform::accounts::sessions::{self, LIFE};

use crate::request;

/// Name of the session's cookie.
pub const COOKIE: &str = "madang";

/// Name of the cookie of somebody who came from an institution and is asked something yet.
pub const ARRIVAL: &str = "arrival";

/// What the cookie of a session that lives holds.
#[derive(Clone)]
pub struct SessionId(pub String);

/// The `Set-Cookie` that keeps a session for as long as it lasts without a visit.
pub fn cookie(session: &SessionId, base_url: &str) -> String {
    set(&session.0, LIFE.num_seconds(), base_url)
}

fn set(value: &str, seconds: i64, base_url: &str) -> String {
    kept(COOKIE, value, "/", seconds, base_url)
}

/// The `Set-Cookie` of a secret that the browser keeps for us under a path.
pub fn kept(name: &str, value: &str, path: &str, seconds: i64, base_url: &str) -> String {
    let secure = if base_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn answer_with(cookie: &str) {
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(cookie)) {
        response.append_header(SET_COOKIE, cookie);
    }
}

/// Signs the user in under a new session id, so that one that was planted before is worth nothing.
///
/// # Errors
/// When the session cannot be stored.
pub async fn begin(known: &Known) -> Result<(), AppError> {
    let old = use_context::<SessionId>();
    let (old, place) = (old.as_ref().map(|old| old.0.as_str()), request::place());
    let secret = sessions::begin(&request::services(), known, old, &place).await?;
    answer_with(&cookie(&SessionId(secret), &request::base_url()));
    Ok(())
}

/// The secret of the session that asks.
pub fn current() -> Option<String> {
    use_context::<SessionId>().map(|session| session.0)
}

/// The secret of somebody who came from an institution; empty where there is none.
pub fn arrival() -> String {
    let parts = use_context::<Parts>();
    let cookies = parts.iter().flat_map(|parts| parts.headers.get_all(COOKIES)).filter_map(|line| line.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == ARRIVAL).map(|(_, secret)| secret.to_owned()).unwrap_or_default()
}

/// Forgets that somebody came from an institution.
pub fn forget_arrival() {
    answer_with(&kept(ARRIVAL, "", "/", 0, &request::base_url()));
}

/// Forgets the session altogether.
///
/// # Errors
/// When the session cannot be removed.
pub async fn end() -> Result<(), AppError> {
    if let Some(session) = use_context::<SessionId>() {
        sessions::end(&request::services(), &session.0).await?;
    }
    answer_with(&set("", 0, &request::base_url()));
    Ok(())
}

/// A path on this site, or the front page for anything that could lead elsewhere.
pub fn safe_path(next: &str) -> &str {
    let elsewhere =
        !next.starts_with('/') || next.starts_with("//") || next.contains(|c: char| c == '\\' || c.is_control());
    if elsewhere { address::HOME } else { next }
}

#[cfg(test)]
mod tests {
    use super::safe_path;

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        assert_eq!(safe_path("/competitions/breast-cancer?page=2"), "/competitions/breast-cancer?page=2");
        for elsewhere in
            ["https://example.com", "//example.com", "/\\example.com", "javascript:1", "/\t/example.com", "/\u{1}", ""]
        {
            assert_eq!(safe_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
