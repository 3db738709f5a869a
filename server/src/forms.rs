//! Forms without a script: a server function's answer becomes a redirect to a page that shows how it ended, once
//! (docs/decisions/0003-forms-and-flash.md). So nothing has to be typed again, and no error text travels in an address.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use app::context::Viewer;
use app::forms::{kept, page_of, takes_notice};
use app::request::Flash;
use app::session::{SessionId, safe_path};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, LOCATION, REFERER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use domain::address;
use domain::{AppError, ErrorCode};
use leptos::server_fn::axum::server_fn_paths;
use platform::Services;
use platform::accounts::sessions::{self, Visit};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ApiError;
use crate::rest::upload;
use crate::state::AppState;
use crate::{leaderboard_page, text};

const COOKIE_NAME: &str = "flash";
const KEPT: Duration = Duration::minutes(2);
/// Longest outcome that travels in the cookie itself: a proxy such as nginx takes 4 KB for all headers of an answer.
const COOKIE_MAX: usize = 1800;
/// Largest form.
const BODY_MAX: usize = 16 * 1024;
/// Largest form with a notice, from whoever is signed in.
const NOTICE_MAX: usize = 512 * 1024;
/// What is kept of a form's fields, together; of a notice, all that a notice may have.
const VALUES_MAX: usize = 4 * 1024;
/// Largest answer of a server function.
const ANSWER_MAX: usize = 4 * 1024 * 1024;

/// Paths of the server functions.
static FUNCTIONS: LazyLock<HashSet<&str>> = LazyLock::new(|| server_fn_paths().map(|(path, _)| path).collect());

/// Whether a plain form was sent, rather than a call from a script.
fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("text/html"))
}

/// Wraps the server functions: calls from scripts pass, plain forms get a redirect. Neither may be large, come for long, or hold what
/// no text may.
pub async fn redirect(state: &AppState, services: &Services, request: Request, next: Next) -> Response {
    let path = FUNCTIONS.get(request.uri().path()).copied().filter(|_| request.method() == Method::POST);
    let Some(path) = path else { return leaderboard_page::kept(state, services, request, next).await };
    let (mut parts, body) = request.into_parts();
    let is_form = wants_page(&parts.headers);
    let is_known = parts.extensions.get::<Viewer>().is_some_and(|viewer| viewer.user.is_some());
    let (most, beyond) = match (takes_notice(path), is_known) {
        (true, true) => (NOTICE_MAX, ErrorCode::FormTooLarge),
        // Who was logged out while writing is told that, rather than that the notice is too long.
        (true, false) => (BODY_MAX, ErrorCode::LoginRequired),
        (false, _) => (BODY_MAX, ErrorCode::FormTooLarge),
    };
    let body = read(&parts.headers, body, most, beyond, state.services.config.upload_grace).await;
    let body = body.and_then(|body| text::encoded(&body).map(|()| body));
    let (body, refused) = body.map_or_else(|error| (Bytes::new(), Some(error)), |body| (body, None));
    if !is_form {
        return match refused {
            Some(error) => ApiError::from(error).into_response(),
            None => next.run(Request::from_parts(parts, Body::from(body))).await,
        };
    }
    let typed: BTreeMap<String, String> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let back = referer(&parts.headers).unwrap_or_else(|| page_of(path, &typed));
    let session = parts.extensions.get::<SessionId>().cloned();
    parts.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let mut cookies = Vec::new();
    let (outcome, target) = match refused {
        Some(error) => (Err(error), None),
        None => {
            let (parts, body) = next.run(Request::from_parts(parts, Body::from(body))).await.into_parts();
            cookies.extend(parts.headers.get_all(SET_COOKIE).iter().cloned());
            let outcome = outcome(parts.status, body).await;
            let target = parts.headers.get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
            (outcome, target)
        }
    };
    let target = match &outcome {
        Err(error) if error.code == ErrorCode::LoginRequired => {
            return see_other(&address::login_then(&back));
        }
        Err(_) => back,
        Ok(_) => target.unwrap_or(back),
    };
    let mut answer = see_other(&target);
    for cookie in cookies {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    let flash = Flash { path: path.to_owned(), outcome, values: typed };
    keep(state, session.as_ref(), flash, answer.headers_mut()).await;
    answer
}

fn see_other(target: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response()
}

/// Wraps a form that is no server function's: it is handed on when it has come, in time and no larger than a form.
pub async fn whole(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let within = state.services.config.upload_grace;
    match read(&parts.headers, body, BODY_MAX, ErrorCode::FormTooLarge, within).await {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(error) => ApiError::from(error).into_response(),
    }
}

/// The body, if it is no larger than `most` and all of it comes in time, however often a part of it does; one that says that it is
/// larger is not read at all.
async fn read(
    headers: &HeaderMap,
    body: Body,
    most: usize,
    beyond: ErrorCode,
    within: std::time::Duration,
) -> Result<Bytes, AppError> {
    // The layers around the body do not pass on what it knows of its size.
    if upload::length(headers).is_some_and(|length| length > most as u64) {
        return Err(beyond.into());
    }
    match tokio::time::timeout(within, to_bytes(body, most)).await {
        Ok(body) => body.map_err(|_| beyond.into()),
        Err(_) => Err(ErrorCode::TooSlow.into()),
    }
}

/// What a server function returned, or why it failed.
async fn outcome(status: StatusCode, body: Body) -> Result<Value, AppError> {
    let bytes = to_bytes(body, ANSWER_MAX).await.unwrap_or_default();
    if status.is_client_error() || status.is_server_error() {
        return Err(serde_json::from_slice(&bytes).unwrap_or_else(|_| AppError::new(ErrorCode::BadRequest)));
    }
    Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// An outcome on its way to the next page.
#[derive(Serialize, Deserialize)]
struct Waiting {
    until: DateTime<Utc>,
    flash: Flash,
}

/// Keeps an outcome for the next page: in a cookie, so that a new token's secret is stored nowhere and a visitor writes nothing into
/// the database; the refusal of a long file or text in the session of whoever is signed in.
pub async fn keep(state: &AppState, session: Option<&SessionId>, mut flash: Flash, headers: &mut HeaderMap) {
    let until = state.services.clock.now() + KEPT;
    flash.values = values(&flash);
    let mut waiting = Waiting { until, flash };
    if let Some(text) = written(&waiting).filter(|text| text.len() <= COOKIE_MAX) {
        return set_cookie(state, &URL_SAFE_NO_PAD.encode(text), KEPT, headers);
    }
    match session {
        Some(session) if waiting.flash.outcome.is_err() => {
            let text = written(&waiting).unwrap_or_default();
            if let Err(error) = sessions::leave(&state.services, &session.0, &text).await {
                tracing::error!(%error, "a form's outcome could not be kept");
            }
        }
        _ => {
            waiting.flash.values.clear();
            waiting.flash.outcome = waiting.flash.outcome.map(|_| Value::Null);
            let text = written(&waiting).filter(|text| text.len() <= COOKIE_MAX).unwrap_or_default();
            set_cookie(state, &URL_SAFE_NO_PAD.encode(text), KEPT, headers);
        }
    }
}

fn written(waiting: &Waiting) -> Option<String> {
    serde_json::to_string(waiting).ok()
}

/// Appends the cookie that carries an outcome; without a lifetime it is taken away.
fn set_cookie(state: &AppState, value: &str, lasts: Duration, headers: &mut HeaderMap) {
    let secure = if state.settings.base_url.starts_with("https://") { "; Secure" } else { "" };
    let seconds = lasts.num_seconds();
    let cookie = format!("{COOKIE_NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(SET_COOKIE, cookie);
    }
}

/// Takes the outcome that waits for this page, if one does; it is shown once. What a script fetches beside a page takes nothing.
pub async fn take(state: &AppState, parts: &Parts, visit: Option<&(SessionId, Visit)>) -> Option<Flash> {
    let is_document =
        parts.headers.get("sec-fetch-dest").is_none_or(|dest| dest == HeaderValue::from_static("document"));
    if parts.method != Method::GET || !is_document {
        return None;
    }
    let carried = CookieJar::from_headers(&parts.headers).get(COOKIE_NAME).and_then(|cookie| {
        let text = URL_SAFE_NO_PAD.decode(cookie.value()).ok()?;
        Some(serde_json::from_slice::<Waiting>(&text).ok())
    });
    let left = visit.filter(|(_, visit)| !visit.left.is_empty());
    if let Some((session, _)) = left
        && let Err(error) = sessions::leave(&state.services, &session.0, "").await
    {
        tracing::warn!(%error, "a form's outcome could not be taken away");
    }
    let left = left.and_then(|(_, visit)| serde_json::from_str::<Waiting>(&visit.left).ok());
    let waiting = carried.flatten().or(left)?;
    (waiting.until > state.services.clock.now()).then_some(waiting.flash)
}

/// Whether an answer sets the cookie of that name.
pub fn sets(headers: &HeaderMap, name: &str) -> bool {
    let is_it = |cookie: &HeaderValue| {
        cookie.as_bytes().strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
    };
    headers.get_all(SET_COOKIE).iter().any(is_it)
}

/// Takes the cookie away after the page that showed what it carried, unless there is a new one.
pub fn forget(state: &AppState, shown: bool, headers: &mut HeaderMap) {
    if shown && !sets(headers, COOKIE_NAME) {
        set_cookie(state, "", Duration::zero(), headers);
    }
}

/// What was typed into the fields that the form's page shows again, after a failure alone and no more than a bound.
fn values(flash: &Flash) -> BTreeMap<String, String> {
    let Err(error) = &flash.outcome else { return BTreeMap::new() };
    // Whoever may not write a notice gets no room for one.
    let may_write = takes_notice(&flash.path) && !matches!(error.status(), 401 | 403 | 404);
    let mut room = if may_write { NOTICE_MAX } else { VALUES_MAX };
    let mut values = BTreeMap::new();
    for field in kept(&flash.path) {
        let Some(value) = flash.values.get(*field) else { continue };
        let mut end = value.len().min(room);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        room -= end;
        values.insert((*field).to_owned(), value[..end].to_owned());
    }
    values
}

/// Path and query of the page the form stood on, if the browser says it.
fn referer(headers: &HeaderMap) -> Option<String> {
    let uri: axum::http::Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    uri.path_and_query().map(|path| safe_path(path.as_str()).to_owned())
}

#[cfg(test)]
mod tests {
    use app::api::accounts::{CreateToken, SignUp};
    use app::api::boards::PostNotice;
    use futures::StreamExt as _;
    use leptos::server_fn::ServerFn as _;

    use super::*;

    fn failed(path: &str, code: ErrorCode, fields: &[(&str, String)]) -> BTreeMap<String, String> {
        let values = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        values_of(path, Err(code.into()), values)
    }

    fn values_of(
        path: &str,
        outcome: Result<Value, AppError>,
        values: BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        super::values(&Flash { path: path.to_owned(), outcome, values })
    }

    #[test]
    fn what_was_typed_is_kept_without_the_password_and_without_what_no_page_shows() {
        let typed = ["email", "password", "name", "whatever"].map(|field| (field, "김서연".to_owned()));
        let kept = failed(SignUp::PATH, ErrorCode::InvalidInput, &typed);
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["email", "name"]);
        assert_eq!(failed("nowhere", ErrorCode::InvalidInput, &typed), BTreeMap::new());
        let all = typed.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        assert_eq!(values_of(SignUp::PATH, Ok(Value::Null), all), BTreeMap::new(), "after a success nothing");
    }

    #[test]
    fn four_kilobytes_of_a_form_are_kept_and_a_notice_whole_for_whoever_may_write_it() {
        let long = "가".repeat(50_000);
        let size = |kept: BTreeMap<String, String>| kept.values().map(String::len).sum::<usize>();
        let typed = [("name", long.clone()), ("days", long.clone())];
        assert_eq!(size(failed(CreateToken::PATH, ErrorCode::InvalidInput, &typed)), 4095, "at the end of a character");
        let notice = [("title", "공지".to_owned()), ("markdown", long)];
        assert_eq!(size(failed(PostNotice::PATH, ErrorCode::InvalidInput, &notice)), 150_006);
        assert!(size(failed(PostNotice::PATH, ErrorCode::NotOrganizer, &notice)) <= VALUES_MAX);
    }

    #[tokio::test]
    async fn a_form_has_its_time_in_all_however_often_a_part_of_it_comes() {
        let parts = futures::stream::iter(0..5_000_000).then(async |_| {
            tokio::task::yield_now().await;
            Ok::<_, std::convert::Infallible>(Bytes::new())
        });
        let slow = Body::from_stream(parts);
        let within = std::time::Duration::from_millis(20);
        let refused = read(&HeaderMap::new(), slow, BODY_MAX, ErrorCode::FormTooLarge, within).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::TooSlow);
    }

    #[test]
    fn the_way_back_stays_on_this_site() {
        let mut headers = HeaderMap::new();
        assert_eq!(referer(&headers), None);
        headers.insert(REFERER, HeaderValue::from_static("https://elsewhere.example//evil.example/path"));
        assert_eq!(referer(&headers).as_deref(), Some("/"));
        headers.insert(REFERER, HeaderValue::from_static("http://127.0.0.1:3000/login?next=%2Faccount"));
        assert_eq!(referer(&headers).as_deref(), Some("/login?next=%2Faccount"));
    }
}
