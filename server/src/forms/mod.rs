//! Forms without a script: a server function's answer becomes a redirect to a page that shows how it ended, once
//! (docs/decisions/0003-forms-and-flash.md). So nothing has to be typed again, and no error text travels in an address.

pub mod answers;
pub mod flash;

mod body;

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use app::api::participation::Join;
use app::context::Viewer;
use app::forms::{page_of, takes_long};
use app::request::Flash;
use app::session::{SessionId, safe_path};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, LOCATION, REFERER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::address;
use domain::{AppError, ErrorCode};
use leptos::server_fn::ServerFn as _;
use leptos::server_fn::axum::server_fn_paths;
use platform::Services;
use serde_json::Value;

use self::body::{BODY_MAX, NOTICE_MAX};
use crate::error::ApiError;
use crate::state::AppState;
use crate::{leaderboard_page, text};

#[cfg(test)]
mod tests;

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
    let (most, beyond) = match (takes_long(path), is_known) {
        (true, true) => (NOTICE_MAX, ErrorCode::FormTooLarge),
        // Who was logged out while writing is told that, rather than that the notice is too long.
        (true, false) => (BODY_MAX, ErrorCode::LoginRequired),
        (false, _) => (BODY_MAX, ErrorCode::FormTooLarge),
    };
    let body = body::read(&parts.headers, body, most, beyond, state.services.config.upload_grace).await;
    let body = body.and_then(|body| text::encoded(&body).map(|()| body));
    let (body, refused) = body.map_or_else(|error| (Bytes::new(), Some(error)), |body| (body, None));
    if !is_form {
        return match refused {
            Some(error) => ApiError::from(error).into_response(),
            None => next.run(Request::from_parts(parts, Body::from(body))).await,
        };
    }
    let mut typed = typed(&body);
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
    if path == Join::PATH && outcome.is_err() {
        answers::only_asked(services, &mut typed).await;
    }
    let mut answer = see_other(&target);
    for cookie in cookies {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    let flash = Flash { path: path.to_owned(), outcome, values: typed };
    flash::keep(state, session.as_ref(), flash, answer.headers_mut()).await;
    answer
}

/// What was sent by its names; of a list, all in one.
fn typed(body: &[u8]) -> BTreeMap<String, String> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
    let mut typed = BTreeMap::<String, String>::new();
    for (name, value) in fields {
        match typed.get_mut(&name).filter(|_| name.ends_with("[]")) {
            Some(list) => *list = format!("{list} {value}"),
            None => _ = typed.insert(name, value),
        }
    }
    typed
}

fn see_other(target: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response()
}

/// Wraps a form that is no server function's: it is handed on when it has come, in time and no larger than a form.
pub async fn whole(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let within = state.services.config.upload_grace;
    match body::read(&parts.headers, body, BODY_MAX, ErrorCode::FormTooLarge, within).await {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(error) => ApiError::from(error).into_response(),
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

/// Path and query of the page the form stood on, if the browser says it.
fn referer(headers: &HeaderMap) -> Option<String> {
    let uri: axum::http::Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    uri.path_and_query().map(|path| safe_path(path.as_str()).to_owned())
}
