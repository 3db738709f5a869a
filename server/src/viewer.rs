//! Who is looking at a page and how, read from the request.

use std::time::Instant;

use app::context::{Theme, Viewer};
use app::request::Flash;
use app::session::{COOKIE, SessionId, cookie};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use domain::ErrorCode;
use domain::ids::UserId;
use platform::accounts::sessions::{self, Visit};
use platform::{Services, notifications};

use crate::error::ApiError;
use crate::forms::{self, flash};
use crate::state::AppState;
use crate::{client, extract, language};

/// Cookie of the chosen theme; without it the system decides.
pub const THEME: &str = "theme";

/// A reader of whom nothing is asked but what the request itself says.
pub fn passing(parts: &Parts) -> Viewer {
    let cookies = CookieJar::from_headers(&parts.headers);
    let theme = cookies.get(THEME).and_then(|cookie| Theme::from_key(cookie.value()));
    let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    Viewer { locale: language::chosen(&cookies, parts), theme, path, ..Viewer::default() }
}

/// Around all pages and server functions: puts the reader, the client's address and the last form's outcome where they find them. Who is reading, the
/// session alone says: a token is refused, and a proxy's own log-in is not ours to read.
pub async fn attach(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // Known already to who tells failures.
    let passing = parts.extensions.remove::<Viewer>().unwrap_or_else(|| passing(&parts));
    if extract::shows_token(&parts.headers) {
        return ApiError::from(ErrorCode::TokenNotAllowed).into_response();
    }
    let services = state.services.asked(Instant::now());
    let visit = match extract::visit(&parts.headers, &services).await {
        Ok(visit) => visit,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let renewed = renewed(&state, visit.as_ref()).await;
    let flash = flash::take(&state, &parts, visit.as_ref()).await;
    let (shows_flash, is_own) = (flash.is_some(), flash.is_some() || visit.is_some());
    if let Some(flash) = flash {
        parts.extensions.insert::<Flash>(flash);
    }
    let user = visit.as_ref().map(|(_, visit)| visit.user.clone());
    let unread = match &user {
        Some(user) if parts.method == Method::GET => unread(&services, user.id, parts.uri.path()).await,
        _ => 0,
    };
    let viewer = Viewer { user, unread, is_demo: state.is_demo, ..passing };
    if let Some((session, _)) = visit {
        parts.extensions.insert(session);
    }
    let address = client::address(&parts, &state.proxies);
    parts.extensions.insert(address);
    parts.extensions.insert(viewer);

    let mut response = forms::redirect(&state, &services, Request::from_parts(parts, body), next).await;
    let headers = response.headers_mut();
    flash::forget(&state, shows_flash, headers);
    // An answer that begins or ends a session says so itself.
    if let Some(cookie) = renewed.filter(|_| !flash::sets(headers, COOKIE)) {
        headers.append(SET_COOKIE, cookie);
    }
    if is_own {
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// How many notifications the reader of a page has not read: what leads to this page is read by opening it.
async fn unread(services: &Services, user: UserId, path: &str) -> i64 {
    match notifications::open(services, user, path).await {
        Ok(unread) => unread,
        // A page is worth more than the number above it.
        Err(error) => {
            tracing::warn!(%error, "notifications could not be counted");
            0
        }
    }
}

/// Makes a session last from this visit on, once a day; the cookie then lasts as long.
async fn renewed(state: &AppState, visit: Option<&(SessionId, Visit)>) -> Option<HeaderValue> {
    let (session, _) = visit.filter(|(_, visit)| visit.is_due)?;
    match sessions::extend(&state.services, &session.0).await {
        Ok(()) => HeaderValue::from_str(&cookie(session, &state.settings.base_url)).ok(),
        Err(error) => {
            tracing::warn!(%error, "a session could not be extended");
            None
        }
    }
}
