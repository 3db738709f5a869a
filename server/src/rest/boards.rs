//! Notices as JSON and as an Atom feed.

use std::fmt::Write as _;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use domain::boards::NoticeRow;
use platform::{boards, competitions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{Time, moment};
use crate::error::{ApiResult, ErrorBody, InLanguage as _};
use crate::language::Language;
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub(super) struct NoticeOut {
    number: i64,
    title: String,
    author: String,
    pinned: bool,
    required: bool,
    views: i64,
    created_at: Time,
    url: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct NoticesOut {
    total: i64,
    pages: i64,
    notices: Vec<NoticeOut>,
}

#[derive(Deserialize)]
pub(super) struct NoticesQuery {
    #[serde(default)]
    page: Option<i64>,
    #[serde(default)]
    q: String,
}

/// Notices, pinned ones first.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/notices", tag = "notices", params(("slug" = String, Path), ("page" = Option<i64>, Query), ("q" = Option<String>, Query)),
    responses((status = 200, body = NoticesOut), (status = 404, body = ErrorBody)))]
pub(super) async fn list(
    State(state): State<AppState>,
    Language(locale): Language,
    Path(slug): Path<String>,
    Query(which): Query<NoticesQuery>,
) -> ApiResult<Json<NoticesOut>> {
    let competition = competitions::get(&state.services, &slug).await.told(locale)?;
    let page = boards::list(&state.services, &competition, &which.q, which.page.unwrap_or(1)).await.told(locale)?;
    let out = |row: &NoticeRow| NoticeOut {
        number: row.number,
        title: row.title.clone(),
        author: app::format::author(locale, &row.author),
        pinned: row.pinned,
        required: row.required,
        views: row.views,
        created_at: moment(&competition, row.created_at),
        url: format!("{}/competitions/{slug}/boards/notice/{}", state.settings.base_url, row.number),
    };
    Ok(Json(NoticesOut {
        total: page.total,
        pages: page.pages,
        notices: page.pinned.iter().chain(&page.rows).map(out).collect(),
    }))
}

/// The newest notices as an Atom feed (RFC 4287).
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/notices.atom", tag = "notices", params(("slug" = String, Path)),
    responses((status = 200, content_type = "application/atom+xml"), (status = 404, body = ErrorBody)))]
pub(super) async fn atom(
    State(state): State<AppState>,
    Language(locale): Language,
    Path(slug): Path<String>,
) -> ApiResult<Response> {
    let services = &state.services;
    let competition = competitions::get(services, &slug).await.told(locale)?;
    let entries = boards::feed(services, &competition).await.told(locale)?;
    let base = &state.settings.base_url;
    let title = escape(competition.settings.title.get(locale));
    let updated = entries.iter().map(|entry| entry.updated_at).max().unwrap_or_default().to_rfc3339();
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>{title}</title>\n\
         <id>urn:uuid:{}</id>\n<updated>{updated}</updated>\n\
         <link rel=\"self\" href=\"{base}/api/v1/competitions/{slug}/notices.atom\"/>\n\
         <link href=\"{base}/competitions/{slug}/boards/notice\"/>\n",
        competition.id
    );
    for entry in &entries {
        let updated = entry.updated_at.to_rfc3339();
        let _ = write!(
            feed,
            "<entry>\n<title>{}</title>\n<id>urn:uuid:{}</id>\n<published>{}</published>\n<updated>{updated}</updated>\n\
             <author><name>{}</name></author>\n<link href=\"{base}/competitions/{slug}/boards/notice/{}\"/>\n<content type=\"html\">{}</content>\n</entry>\n",
            escape(&entry.title),
            entry.id,
            entry.created_at.to_rfc3339(),
            escape(&app::format::author(locale, &entry.author)),
            entry.number,
            escape(&entry.html),
        );
    }
    feed.push_str("</feed>\n");
    Ok(([(CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed).into_response())
}

/// Text as XML content. Characters that XML 1.0 forbids are dropped.
fn escape(text: &str) -> String {
    let allowed: String = text
        .chars()
        .filter(|c| (!c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')) || matches!(c, '\t' | '\n' | '\r'))
        .collect();
    allowed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
