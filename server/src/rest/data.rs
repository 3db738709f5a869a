//! Files for people: a competition's data, cover drawing, one's own submitted files.

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::ErrorCode;
use platform::{competitions, sample, submissions};
use uuid::Uuid;

use super::{ApiResult, InLanguage as _};
use crate::extract::{Caller, Language};
use crate::state::AppState;

/// `GET /competitions/{slug}/files/{name}`
pub async fn file(
    State(state): State<AppState>,
    Language(locale): Language,
    caller: Option<Caller>,
    Path((slug, name)): Path<(String, String)>,
) -> ApiResult<Response> {
    let competition = competitions::get(&state.services, &slug).await.told(locale)?;
    let user = caller.map(|caller| caller.0);
    let bytes = competitions::download(&state.services, &competition, &name, user.as_ref()).await.told(locale)?;
    Ok(attachment(&name, bytes))
}

/// `GET /competitions/{slug}/ids/{version}`: what the submit page checks a file's ids against, once for each version.
pub async fn ids(
    State(state): State<AppState>,
    Language(locale): Language,
    Path((slug, version)): Path<(String, String)>,
) -> ApiResult<Response> {
    let competition = competitions::get(&state.services, &slug).await.told(locale)?;
    let packed = sample::packed_ids(&state.services, &competition, &version).await.told(locale)?;
    let headers = [(CONTENT_TYPE, "application/octet-stream"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, packed).into_response())
}

/// `GET /competitions/{slug}/submissions/{id}/file`
pub async fn submitted(
    State(state): State<AppState>,
    Language(locale): Language,
    Caller(user): Caller,
    Path((_, id)): Path<(String, String)>,
) -> ApiResult<Response> {
    let id: Uuid = id.parse().map_err(|_| ErrorCode::NotFound).told(locale)?;
    let (submission, bytes) = submissions::file(&state.services, id, &user).await.told(locale)?;
    Ok(attachment(&submission.file_name, bytes))
}

fn attachment(name: &str, bytes: Bytes) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    // RFC 6266: the Korean name percent-encoded, for all clients of this century.
    let encoded = app::format::query(name);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}
