//! A spectator's leaderboard page from memory: rendered once for each version, language, theme and address.

use std::sync::Arc;

use app::context::Viewer;
use app::request::Flash;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::leaderboard::Board;
use platform::{certainty, competitions, leaderboards};

use crate::html;
use crate::page_cache::{Encoding, Page, Shows};
use crate::state::AppState;

const PAGE_MAX: usize = 16 * 1024 * 1024;

/// Answers a visitor's leaderboard from memory where it still shows the newest; anyone signed in gets a page of their own.
pub async fn kept(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some((slug, name)) = visitor(&request) else { return next.run(request).await };
    let Some(shows) = shows(&state, &slug).await else { return next.run(request).await };
    let (encoding, known) = (Encoding::accepted(request.headers()), request.headers().get(IF_NONE_MATCH).cloned());
    if let Some(page) = state.pages.get(&name, &shows) {
        return answer(&page, encoding, known.as_ref());
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.headers().contains_key(SET_COOKIE) {
        return response;
    }
    let Ok(bytes) = to_bytes(response.into_body(), PAGE_MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = Arc::new(Page::new(bytes));
    state.pages.put(&name, shows, &page);
    answer(&page, encoding, known.as_ref())
}

fn answer(page: &Page, encoding: Encoding, known: Option<&HeaderValue>) -> Response {
    if known == Some(&page.etag) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, page.etag.clone())]).into_response();
    }
    let mut headers = HeaderMap::new();
    let body = page.packed(encoding, &mut headers);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(ETAG, page.etag.clone());
    if let Some(hints) = html::hints() {
        headers.insert(LINK, hints);
    }
    (headers, body).into_response()
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

/// Everything a visitor's leaderboard depends on: the board, the competition, what time has opened or closed, and whether it is
/// known how certain the final ranking is.
async fn shows(state: &AppState, slug: &str) -> Option<Shows> {
    let services = &state.services;
    let competition = competitions::current(services, slug).await.ok()?;
    let now = services.clock.now();
    let stage = competition.current_stage(now)?;
    let board = leaderboards::get(services, &competition, stage, Board::Public).await.ok()?;
    let (hour, phase, revealed) = (stage.changes_since(now).timestamp(), stage.phase(now), stage.revealed(now));
    let certain = revealed && certainty::get(services, &competition, stage).await.is_ok();
    Some(Shows { board, competition, state: format!("{hour}-{phase:?}-{revealed}-{certain}") })
}
