//! Leaderboard pages from memory: rendered once for each version, language, theme and page, with the reader's own parts laid over.

use std::sync::Arc;

use app::context::Viewer;
use app::keeping::Keeping;
use app::mine::{Mine, mine};
use app::request::{Flash, Shared};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, SET_COOKIE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::leaderboards::Side;
use platform::leaderboards::certainty;
use platform::{Services, competitions, leaderboards};

use crate::html;
use crate::page_cache::{Encoding, Made, PackedPage, Shows};
use crate::state::AppState;
use crate::template::Template;

const PAGE_MAX: usize = 16 * 1024 * 1024;

/// Answers a leaderboard from memory where it still shows the newest: a visitor's as it is, a signed-in reader's with what is theirs.
pub async fn kept(state: &AppState, services: &Services, request: Request, next: Next) -> Response {
    let Some(asked) = asked(&request) else { return next.run(request).await };
    let Some(shows) = shows(services, &asked.slug, asked.side).await else { return next.run(request).await };
    let (encoding, packs) = (Encoding::accepted(request.headers()), Encoding::takes(request.headers(), "gzip"));
    let known = request.headers().get(IF_NONE_MATCH).cloned();
    let competition = Arc::clone(&shows.competition);
    let kept = state.pages.kept(&asked.name, &shows).await;
    let (made, request, next) = match kept {
        Some(made) => (made, request, next),
        None => {
            let (again, next_again) = (copy(&request), next.clone());
            let made = render(state, asked.viewer.clone(), asked.page, shows.clone(), request, next);
            match Box::pin(state.pages.get(asked.name, shows, made)).await {
                Some(made) => (made, again, next_again),
                None => return next_again.run(again).await,
            }
        }
    };
    let template = match made.template {
        Some(template) if asked.viewer.user.is_some() => template,
        _ => return answer(&made.page, encoding, known.as_ref()),
    };
    // Of the leaderboard that the rest of the page shows.
    match mine(services, asked.viewer, competition, &made.leaderboard, asked.page).await {
        Ok(mine) => own(&template, &mine, packs),
        Err(error) => {
            tracing::warn!(?error, "a reader's own parts could not be made");
            next.run(request).await
        }
    }
}

/// What is asked for, when it may be kept: a page of a leaderboard, with no search and no form's outcome to show.
struct Asked {
    slug: String,
    name: String,
    side: Side,
    page: usize,
    viewer: Viewer,
}

fn asked(request: &Request) -> Option<Asked> {
    if request.method() != Method::GET || request.extensions().get::<Flash>().is_some() {
        return None;
    }
    let link = request.uri().path_and_query()?.as_str();
    let (slug, wishes) = app::pages::leaderboards::asked::Asked::kept(link)?;
    let viewer = request.extensions().get::<Viewer>()?.clone();
    let name = format!("{link} {:?}-{:?}", viewer.locale, viewer.theme);
    Some(Asked { slug: slug.to_owned(), name, side: wishes.side, page: wishes.page, viewer })
}

/// The same question again, for a page that cannot be kept.
fn copy(request: &Request) -> Request {
    let mut copy = Request::new(Body::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    copy
}

/// Renders the page for everyone.
async fn render(
    state: &AppState,
    viewer: Viewer,
    page: usize,
    shows: Shows,
    mut request: Request,
    next: Next,
) -> Option<Made> {
    let visitor = Viewer { user: None, unread: 0, ..viewer };
    request.extensions_mut().insert(Shared(Arc::clone(&shows.leaderboard)));
    request.extensions_mut().insert(visitor.clone());
    let response = next.run(request).await;
    let is_kept = response.extensions().get() == Some(&Keeping::Kept);
    if !is_kept || response.status() != StatusCode::OK || response.headers().contains_key(SET_COOKIE) {
        return None;
    }
    let template = Template::new(&to_bytes(response.into_body(), PAGE_MAX).await.ok()?);
    let nobody = mine(&state.services, visitor, shows.competition, &shows.leaderboard, page).await.ok()?;
    let page = PackedPage::new(template.plain(&nobody).into());
    Some(Made { leaderboard: shows.leaderboard, page: Arc::new(page), template: Some(Arc::new(template)) })
}

/// A signed-in reader's page.
fn own(template: &Template, mine: &Mine, packs: bool) -> Response {
    let mut headers = HeaderMap::new();
    let body = if packs {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        template.gzip(mine)
    } else {
        template.plain(mine)
    };
    headers.insert(VARY, HeaderValue::from_static("accept-encoding, cookie"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(hints) = html::hints() {
        headers.insert(LINK, hints);
    }
    (headers, body).into_response()
}

fn answer(page: &PackedPage, encoding: Encoding, known: Option<&HeaderValue>) -> Response {
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

/// Everything a visitor's leaderboard depends on: the leaderboard, the competition, what time has opened or closed, and whether it is
/// known how certain the final ranking is.
async fn shows(services: &Services, slug: &str, side: Side) -> Option<Shows> {
    let competition = competitions::current(services, slug).await.ok()?;
    let now = services.clock.now();
    let stage = competition.current_stage(now)?;
    let leaderboard = leaderboards::get(services, &competition, stage, side).await.ok()?;
    let (hour, phase, revealed) = (stage.changes_since(now).timestamp(), stage.phase(now), stage.revealed(now));
    let certain = revealed && certainty::get(services, &competition, stage).await.is_ok();
    Some(Shows { leaderboard, competition, state: format!("{hour}-{phase:?}-{revealed}-{certain}") })
}
