//! `GET /competitions/{slug}/live/list`: the list of live questions alone, as an open page fetches it when there is another version.

use app::context::Viewer;
use app::keeping::Keeping;
use app::pages::competitions::here::Here;
use app::pages::live::list::{LiveListAsked, html};
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use domain::ErrorCode;
use domain::access::Action;
use domain::live::LiveSession;
use platform::competitions;
use serde::Deserialize;

use crate::error::{ApiError, ApiResult};
use crate::state::AppState;

/// Which list is wanted.
#[derive(Deserialize)]
pub(crate) struct LiveListWanted {
    all: Option<String>,
    screen: Option<String>,
}

pub(crate) async fn list(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(wanted): Query<LiveListWanted>,
    Extension(viewer): Extension<Viewer>,
) -> ApiResult<Response> {
    let services = &state.services;
    let competition = competitions::current(services, &slug).await?;
    let here = Here::of(services, competition, viewer.user).await.map_err(ApiError::from)?;
    let session = LiveSession::shown(&here.competition.live, here.now).ok_or(ErrorCode::NotFound)?;
    let asked = LiveListAsked { all: wanted.all.is_some(), screen: wanted.screen.is_some(), now: false };
    let list = html(services, &here, viewer.locale, session, asked).await.map_err(ApiError::from)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (headers, list).into_response();
    if here.may(Action::RunLive) {
        // Who asked stands there, by their real names.
        response.extensions_mut().insert(Keeping::Secret);
    }
    Ok(response)
}
