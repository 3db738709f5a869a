//! How certain a final ranking is.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::ErrorCode;
use domain::certainty::Report;
use domain::leaderboards::{Leaderboard, Row, Side};
use platform::leaderboards;
use platform::leaderboards::certainty;
use scoring::standing::{LEVEL, Team, Test};
use serde::Serialize;
use utoipa::ToSchema;

use super::leaderboards::{LeaderboardQuery, find_stage};
use crate::error::{ApiResult, ErrorBody};
use crate::extract::InCompetition;
use crate::state::AppState;

/// Bootstrap of the private part's cases, the same draws for every team, and tests between the teams.
#[derive(Serialize, ToSchema)]
pub(super) struct CertaintyOut {
    stage: String,
    /// Of the leaderboard.
    version: i64,
    draws: u32,
    /// Of the `SplitMix64` stream that the draws come from.
    seed: u64,
    /// Draws on which the metric had no score and that others replaced.
    redrawn: u64,
    /// What was drawn: so many rows, or groups of rows where the solution has them.
    cases: u64,
    grouped: bool,
    /// delong, mcnemar or bootstrap; one-sided.
    test: &'static str,
    /// Teams are told apart when a p-value, after Holm's correction over all pairs, is at most this.
    level: f64,
    /// Kendall's tau between the ranking and that of each draw; null for a single team.
    tau: Option<TauOut>,
    teams: Vec<TeamOut>,
}

/// A mean with the bounds of 95 % of the draws.
#[derive(Serialize, ToSchema)]
struct TauOut {
    mean: f64,
    low: f64,
    high: f64,
}

#[derive(Serialize, ToSchema)]
struct TeamOut {
    rank: i64,
    team: i64,
    name: String,
    median_rank: f64,
    /// The bounds of the ranks in 95 % of the draws.
    rank_low: u32,
    rank_high: u32,
    /// The share of draws in which the team is first.
    first_probability: f64,
    /// Corrected p-value and verdict against the first team; null for the first itself.
    p_first: Option<f64>,
    apart_from_first: Option<bool>,
    /// The same against the team behind; null for the last.
    p_next: Option<f64>,
    apart_from_next: Option<bool>,
}

impl CertaintyOut {
    fn new(stage: &str, leaderboard: &Leaderboard, report: &Report) -> Self {
        let certainty = &report.certainty;
        let team = |row: &Row| report.team(row.team_id).map(|team| TeamOut::new(row, team));
        Self {
            stage: stage.to_owned(),
            version: leaderboard.version,
            draws: certainty.draws,
            seed: certainty.seed,
            redrawn: certainty.redrawn,
            cases: certainty.cases,
            grouped: certainty.grouped,
            test: match certainty.test {
                Test::Delong => "delong",
                Test::Mcnemar => "mcnemar",
                Test::Bootstrap => "bootstrap",
            },
            level: LEVEL,
            tau: certainty.tau.map(|tau| TauOut { mean: tau.mean, low: tau.low, high: tau.high }),
            teams: leaderboard.rows.iter().filter_map(team).collect(),
        }
    }
}

impl TeamOut {
    fn new(row: &Row, team: &Team) -> Self {
        Self {
            rank: row.rank,
            team: row.team_number,
            name: row.team_name.clone(),
            median_rank: team.median,
            rank_low: team.low,
            rank_high: team.high,
            first_probability: team.first,
            p_first: team.p_first,
            apart_from_first: team.p_first.map(|_| team.apart_from_first()),
            p_next: team.p_next,
            apart_from_next: team.p_next.map(|_| team.apart_from_next()),
        }
    }
}

/// How certain the final ranking is. 403 until the private leaderboard opens; 503 with Retry-After for the moments after,
/// until it has been computed.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/leaderboard/statistics", tag = "leaderboard",
    params(("slug" = String, Path), ("stage" = Option<String>, Query, description = "Key of a stage; the current one when absent")),
    responses((status = 200, body = CertaintyOut), (status = 304), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(super) async fn json(
    State(state): State<AppState>,
    Query(which): Query<LeaderboardQuery>,
    InCompetition(competition): InCompetition,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let services = &state.services;
    let stage = find_stage(&competition, which.stage.as_deref(), services.clock.now()).ok_or(ErrorCode::NotFound)?;
    let report = certainty::get(services, &competition, stage).await?;
    let leaderboard = leaderboards::get(services, &competition, stage, Side::Private).await?;
    // The leaderboard may be newer than the report: with another one the answer is another.
    let etag = format!("\"{}-{}-{}\"", stage.id, stage.leaderboard_version, leaderboard.version);
    let kept = [(ETAG, etag.as_str()), (CACHE_CONTROL, "no-cache")];
    if headers.get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, Json(CertaintyOut::new(&stage.key, &leaderboard, &report))).into_response())
}
