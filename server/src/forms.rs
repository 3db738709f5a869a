//! Forms without a script: a server function's answer becomes a redirect to a page that shows how it ended, once.
//!
//! The outcome and what was typed (never a password) wait in the session table under a random name for two minutes;
//! a cookie holds the name. So nothing has to be typed again, and no error text travels in an address.

use std::collections::BTreeMap;

use app::format::query;
use app::request::Flash;
use app::session::safe_path;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, COOKIE, LOCATION, REFERER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use chrono::Duration;
use domain::{AppError, ErrorCode};
use serde_json::Value;
use uuid::Uuid;

use crate::state::AppState;

const COOKIE_NAME: &str = "flash";
const KEPT: Duration = Duration::minutes(2);
/// Largest form body: a notice and some room.
pub const BODY_MAX: usize = 512 * 1024;
/// Values that are never kept.
const SECRET: [&str; 1] = ["password"];

/// Whether a plain form was sent, rather than a call from a script.
fn wants_page(headers: &HeaderMap) -> bool {
    let has = |name, start: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(start))
    };
    has(ACCEPT, "text/html")
}

/// Wraps the server functions: calls from scripts pass, plain forms get a redirect.
pub async fn redirect(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/fn/") || !wants_page(request.headers()) {
        return next.run(request).await;
    }
    let back = referer(request.headers());
    let function = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let values = typed(&body);
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;

    let (parts, body) = response.into_parts();
    let failed = parts.status.is_client_error() || parts.status.is_server_error();
    let target =
        parts.headers.get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned).filter(|_| !failed);
    let bytes = to_bytes(body, BODY_MAX).await.unwrap_or_default();
    let outcome = if failed {
        Err(serde_json::from_slice::<AppError>(&bytes).unwrap_or_else(|_| AppError::new(ErrorCode::BadRequest)))
    } else {
        Ok(serde_json::from_slice::<Value>(&bytes).unwrap_or(Value::Null))
    };
    let needs_login = matches!(&outcome, Err(error) if error.code == ErrorCode::LoginRequired);
    let target = if needs_login { format!("/login?next={}", query(&back)) } else { target.unwrap_or(back) };
    let flash = Flash { function, outcome, values };
    let mut answer = (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response();
    keep(&state, &flash, answer.headers_mut()).await;
    answer
}

/// Keeps an outcome for the next page and sets the cookie that names it.
pub async fn keep(state: &AppState, flash: &Flash, headers: &mut HeaderMap) {
    let name = format!("flash-{}", Uuid::new_v4().simple());
    let Ok(data) = serde_json::to_string(flash) else { return };
    let until = state.services.clock.now() + KEPT;
    if let Err(error) = state.services.db.save_session(&name, &data, until).await {
        tracing::error!(%error, "a form's outcome could not be kept");
        return;
    }
    let secure = if state.settings.base_url.starts_with("https://") { "; Secure" } else { "" };
    let cookie = format!("{COOKIE_NAME}={name}; Path=/; Max-Age=120; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(SET_COOKIE, cookie);
    }
}

/// Takes the outcome that waits for this request, if one does; it is shown once.
pub async fn take(state: &AppState, headers: &HeaderMap) -> Option<Flash> {
    if !headers.get(COOKIE)?.to_str().ok()?.contains(COOKIE_NAME) {
        return None;
    }
    let name = CookieJar::from_headers(headers).get(COOKIE_NAME)?.value().to_owned();
    if !name.starts_with("flash-") {
        return None;
    }
    let db = &state.services.db;
    let (data, _) = db.load_session(&name, state.services.clock.now()).await.ok()??;
    db.delete_session(&name).await.ok()?;
    serde_json::from_str(&data).ok()
}

/// The form's fields; of a field that repeats, the last.
fn typed(body: &[u8]) -> BTreeMap<String, String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
    pairs.into_iter().filter(|(name, _)| !SECRET.contains(&name.as_str())).collect()
}

/// Path and query of the page the form stood on.
pub fn referer(headers: &HeaderMap) -> String {
    let uri = headers
        .get(REFERER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<axum::http::Uri>().ok());
    let path = uri.and_then(|uri| uri.path_and_query().map(ToString::to_string)).unwrap_or_default();
    safe_path(&path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_without_the_password() {
        let kept = typed("email=kim%40example.kr&password=secret&name=%EA%B9%80".as_bytes());
        assert_eq!(kept.get("email").map(String::as_str), Some("kim@example.kr"));
        assert_eq!(kept.get("name").map(String::as_str), Some("김"));
        assert!(!kept.contains_key("password"));
    }

    #[test]
    fn the_way_back_stays_on_this_site() {
        let mut headers = HeaderMap::new();
        headers.insert(REFERER, HeaderValue::from_static("https://elsewhere.example//evil.example/path"));
        assert_eq!(referer(&headers), "/");
        headers.insert(REFERER, HeaderValue::from_static("http://127.0.0.1:3000/login?next=%2Faccount"));
        assert_eq!(referer(&headers), "/login?next=%2Faccount");
    }
}
