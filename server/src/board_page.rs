//! A spectator's leaderboard page from memory: rendered once for each version, language, theme and address.

use app::context::Viewer;
use app::request::Flash;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use platform::competitions;

use crate::assets::ASSETS;
use crate::html;
use crate::state::AppState;

const PAGE_MAX: usize = 16 * 1024 * 1024;

/// Answers a visitor's leaderboard from memory where its version is still the newest; anyone signed in gets a page of their own.
pub async fn kept(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (name, version) = match visitor(&request) {
        Some((slug, name)) => match version(&state, &slug).await {
            Some(version) => (name, version),
            None => return next.run(request).await,
        },
        None => return next.run(request).await,
    };
    // What the browser kept may be in another language or theme, or name the scripts of another build.
    let look = name.split(' ').next().unwrap_or_default();
    let etag = format!("W/\"{version}-{look}-{}\"", ASSETS.app);
    if request.headers().get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, etag)]).into_response();
    }
    if let Some(bytes) = state.pages.get(&name, &version) {
        return answer(Body::from(bytes), &etag);
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.headers().contains_key(SET_COOKIE) {
        return response;
    }
    let Ok(bytes) = to_bytes(response.into_body(), PAGE_MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    state.pages.put(&name, &version, bytes.clone());
    answer(Body::from(bytes), &etag)
}

fn answer(body: Body, etag: &str) -> Response {
    let mut response = Response::new(body);
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(ETAG, etag);
    }
    if let Some(hints) = html::hints() {
        headers.insert(LINK, hints);
    }
    response
}

/// The competition and the name a visitor's leaderboard is kept under. Nobody signed in, no form's outcome to show.
fn visitor(request: &Request) -> Option<(String, String)> {
    let slug = request.uri().path().strip_prefix("/competitions/")?.strip_suffix("/leaderboard")?;
    let viewer = request.extensions().get::<Viewer>()?;
    let has_flash = request.extensions().get::<Flash>().is_some();
    if request.method() != Method::GET || viewer.user.is_some() || has_flash {
        return None;
    }
    Some((slug.to_owned(), format!("{:?}-{:?} page {}", viewer.locale, viewer.theme, request.uri())))
}

/// Everything a visitor's leaderboard depends on: the board, what its rank changes are counted from, and what time has opened or closed.
async fn version(state: &AppState, slug: &str) -> Option<String> {
    let competition = competitions::get(&state.services, slug).await.ok()?;
    let now = state.services.clock.now();
    let stage = competition.current_stage(now)?;
    Some(format!(
        "{}-{}-{}-{:?}-{}",
        stage.id,
        stage.board_version,
        stage.changes_since(now).timestamp(),
        stage.phase(now),
        stage.revealed(now)
    ))
}
