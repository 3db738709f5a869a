//! Leaderboards as JSON and CSV, with an `ETag` by version; the bytes are kept until the version changes.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::ErrorCode;
use domain::competitions::Competition;
use domain::leaderboards::{Change, Leaderboard, Row, Side};
use domain::stages::Stage;
use domain::submissions::Secondary;
use domain::text::cell;
use platform::leaderboards;
use scoring::MetricSpec;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::shapes::{Time, moment, text};
use crate::error::{ApiResult, ErrorBody};
use crate::extract::InCompetition;
use crate::page_cache::{Encoding, Made, PackedPage, Shows};
use crate::state::AppState;

#[derive(Deserialize)]
pub(super) struct LeaderboardQuery {
    /// `public` or `private`.
    #[serde(default)]
    board: Option<String>,
    /// Key of a stage; the current one when absent.
    #[serde(default)]
    pub(super) stage: Option<String>,
}

/// A leaderboard. Private ones answer 403 until they are opened.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/leaderboard", tag = "leaderboard",
    params(("slug" = String, Path), ("board" = Option<String>, Query, description = "public (default) or private"), ("stage" = Option<String>, Query)),
    responses((status = 200, body = LeaderboardOut), (status = 304), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(super) async fn json(
    State(state): State<AppState>,
    Query(which): Query<LeaderboardQuery>,
    InCompetition(competition): InCompetition,
    headers: HeaderMap,
) -> ApiResult<Response> {
    answer(&state, competition, &which, &headers, Format::Json).await
}

/// A leaderboard as CSV, in UTF-8 with a byte order mark so that spreadsheets read Korean.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/leaderboard.csv", tag = "leaderboard",
    params(("slug" = String, Path), ("board" = Option<String>, Query), ("stage" = Option<String>, Query)),
    responses((status = 200, content_type = "text/csv"), (status = 403, body = ErrorBody)))]
pub(super) async fn csv(
    State(state): State<AppState>,
    Query(which): Query<LeaderboardQuery>,
    InCompetition(competition): InCompetition,
    headers: HeaderMap,
) -> ApiResult<Response> {
    answer(&state, competition, &which, &headers, Format::Csv).await
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
}

async fn answer(
    state: &AppState,
    competition: Arc<Competition>,
    which: &LeaderboardQuery,
    headers: &HeaderMap,
    format: Format,
) -> ApiResult<Response> {
    let services = &state.services;
    let side = match which.board.as_deref() {
        None | Some("public") => Side::Public,
        Some("private") => Side::Private,
        Some(_) => return Err(ErrorCode::BadRequest.into()),
    };
    let stage = find_stage(&competition, which.stage.as_deref(), services.clock.now()).ok_or(ErrorCode::NotFound)?;
    let leaderboard = leaderboards::get(services, &competition, stage, side).await?;
    let name = format!("api {} {} {side:?} {format:?}", competition.slug, stage.key);
    let shows =
        Shows { leaderboard: Arc::clone(&leaderboard), competition: Arc::clone(&competition), state: String::new() };
    let make = async {
        let bytes = match format {
            Format::Json => {
                serde_json::to_vec(&LeaderboardOut::new(&competition, &stage.key, &leaderboard)).unwrap_or_default()
            }
            Format::Csv => as_csv(&competition, &leaderboard).into_bytes(),
        };
        Some(Made {
            leaderboard: Arc::clone(&leaderboard),
            page: Arc::new(PackedPage::new(bytes.into())),
            template: None,
        })
    };
    let made = state.pages.get(name, shows, make).await;
    let page = made.ok_or(ErrorCode::NotFound)?.page;
    if headers.get(IF_NONE_MATCH) == Some(&page.etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, page.etag.clone())]).into_response());
    }
    let mut parts = HeaderMap::new();
    let body = page.packed(Encoding::accepted(headers), &mut parts);
    parts.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    parts.insert(ETAG, page.etag.clone());
    let kind = if format == Format::Json { "application/json" } else { "text/csv; charset=utf-8" };
    parts.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if format == Format::Csv {
        parts.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"leaderboard.csv\""));
    }
    Ok((parts, body).into_response())
}

pub(super) fn find_stage<'a>(
    competition: &'a Competition,
    key: Option<&str>,
    now: chrono::DateTime<chrono::Utc>,
) -> Option<&'a Stage> {
    match key {
        Some(key) => competition.stages.iter().find(|stage| stage.takes_submissions && stage.key == key),
        None => competition.current_stage(now),
    }
}

fn as_csv(competition: &Competition, leaderboard: &Leaderboard) -> String {
    let zone = competition.settings.zone;
    let beside: Vec<String> = competition.settings.metric.beside().map(MetricSpec::label).collect();
    let mut text = String::from("\u{feff}rank,team,name,members,score,submissions,last_submission_at,rank_change");
    for label in &beside {
        text.extend([",", &cell(label)]);
    }
    text.push_str("\r\n");
    for row in &leaderboard.rows {
        let change = match row.change {
            Change::By(places) => places.to_string(),
            Change::New => String::new(),
        };
        let members: Vec<_> = row.members.iter().filter(|name| !name.is_empty()).map(String::as_str).collect();
        let _ = write!(
            text,
            "{},{},{},{},{},{},{},{change}",
            row.rank,
            row.team_number,
            cell(&row.team_name),
            cell(&members.join("; ")),
            row.score,
            row.submissions,
            zone.rfc3339(row.last_submission_at),
        );
        for label in &beside {
            let value = row.secondary.get(label).map(f64::to_string).unwrap_or_default();
            text.extend([",", &value]);
        }
        text.push_str("\r\n");
    }
    text
}

#[derive(Serialize, ToSchema)]
pub(super) struct LeaderboardOut {
    board: String,
    stage: String,
    version: i64,
    metric: String,
    rows: Vec<RowOut>,
    baselines: Vec<BaselineOut>,
}

#[derive(Serialize, ToSchema)]
struct RowOut {
    rank: i64,
    /// The next row shows the same score and ranks behind by digits that are not published.
    ahead_unseen: bool,
    team: i64,
    name: String,
    /// Public names, of those who chose one.
    members: Vec<String>,
    score: f64,
    /// What the same submission scored by the metrics shown beside, by their names.
    #[serde(skip_serializing_if = "Secondary::is_empty")]
    secondary: Secondary,
    submissions: i64,
    last_submission_at: Time,
    /// Places gained since yesterday (public) or against the public board (private); null for a new team.
    rank_change: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct BaselineOut {
    name: Value,
    score: f64,
    /// As in a row.
    #[serde(skip_serializing_if = "Secondary::is_empty")]
    secondary: Secondary,
}

impl LeaderboardOut {
    pub(super) fn new(competition: &Competition, stage: &str, leaderboard: &Leaderboard) -> Self {
        Self {
            board: match leaderboard.side {
                Side::Public => "public".to_owned(),
                Side::Private => "private".to_owned(),
            },
            stage: stage.to_owned(),
            version: leaderboard.version,
            metric: competition.settings.metric.id.clone(),
            rows: leaderboard.rows.iter().map(|row| RowOut::new(competition, row)).collect(),
            baselines: leaderboard
                .baselines
                .iter()
                .map(|baseline| BaselineOut {
                    name: text(&baseline.name),
                    score: baseline.score,
                    secondary: baseline.secondary.clone(),
                })
                .collect(),
        }
    }
}

impl RowOut {
    fn new(competition: &Competition, row: &Row) -> Self {
        Self {
            rank: row.rank,
            ahead_unseen: row.ahead_unseen,
            team: row.team_number,
            name: row.team_name.clone(),
            members: row.members.iter().filter(|name| !name.is_empty()).cloned().collect(),
            score: row.score,
            secondary: row.secondary.clone(),
            submissions: row.submissions,
            last_submission_at: moment(competition, row.last_submission_at),
            rank_change: match row.change {
                Change::By(places) => Some(places),
                Change::New => None,
            },
        }
    }
}
