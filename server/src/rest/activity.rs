//! What a service reports of a competition's teams.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::ErrorCode;
use platform::teams::activity;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::{ApiResult, ErrorBody};
use crate::extract::{InCompetition, ShownToken};
use crate::state::AppState;

/// Bytes of a report: [`activity::REPORTED`] teams, with much room.
const LARGEST: usize = 256 * 1024;

#[derive(Deserialize, ToSchema)]
pub(super) struct ActivityIn {
    /// At most 1000.
    teams: Vec<TeamActivity>,
}

#[derive(Deserialize, ToSchema)]
struct TeamActivity {
    /// The team's number.
    team: i64,
    /// When it was last active; left out, now. What is still to come counts as now.
    #[serde(default)]
    at: Option<DateTime<Utc>>,
}

/// Reports when teams last used their notebooks, with the competition's token for that:
/// `curl -H "Authorization: Bearer TOKEN" -d '{"teams":[{"team":101}]}' "…/activity"`. All of a report is taken or nothing; the same may be sent again.
#[utoipa::path(post, path = "/api/v1/competitions/{slug}/activity", tag = "teams", params(("slug" = String, Path)), request_body = ActivityIn,
    security(("service" = [])),
    responses((status = 204), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn report(
    State(state): State<AppState>,
    InCompetition(competition): InCompetition,
    ShownToken(token): ShownToken,
    request: Request,
) -> ApiResult<StatusCode> {
    // Before anything of what was sent is read.
    activity::check(&state.services, &competition, &token).await?;
    let body = to_bytes(request.into_body(), LARGEST).await.map_err(|_| ErrorCode::BadRequest)?;
    let ActivityIn { teams } = serde_json::from_slice(&body).map_err(|_| ErrorCode::BadRequest)?;
    let teams: Vec<_> = teams.into_iter().map(|one| (one.team, one.at)).collect();
    activity::report(&state.services, &competition, &token, &teams).await?;
    Ok(StatusCode::NO_CONTENT)
}
