//! Competitions.

use axum::Json;
use axum::extract::{Path, State};
use domain::ErrorCode;
use platform::competitions;
use platform::leaderboards::commitments;

use super::types::{CommitmentOut, CompetitionOut};
use crate::error::{ApiResult, ErrorBody, InLanguage as _};
use crate::language::Language;
use crate::state::AppState;

/// All competitions.
#[utoipa::path(get, path = "/api/v1/competitions", tag = "competitions", responses((status = 200, body = Vec<CompetitionOut>)))]
pub(super) async fn list(
    State(state): State<AppState>,
    Language(locale): Language,
) -> ApiResult<Json<Vec<CompetitionOut>>> {
    let now = state.services.clock.now();
    let competitions = competitions::list(&state.services).await.told(locale)?;
    Ok(Json(
        competitions
            .iter()
            .map(|competition| CompetitionOut::new(competition, &state.settings.base_url, now))
            .collect(),
    ))
}

/// One competition.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}", tag = "competitions", params(("slug" = String, Path)),
    responses((status = 200, body = CompetitionOut), (status = 404, body = ErrorBody)))]
pub(super) async fn get(
    State(state): State<AppState>,
    Language(locale): Language,
    Path(slug): Path<String>,
) -> ApiResult<Json<CompetitionOut>> {
    let competition = competitions::get(&state.services, &slug).await.told(locale)?;
    Ok(Json(CompetitionOut::new(&competition, &state.settings.base_url, state.services.clock.now())))
}

/// What binds the organizers to the solution. Salt and solution hash are null until the results are revealed; then
/// SHA-256 of their 64 bytes is the commitment.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/commitment", tag = "competitions", params(("slug" = String, Path)),
    responses((status = 200, body = CommitmentOut), (status = 404, body = ErrorBody)))]
pub(super) async fn commitment(
    State(state): State<AppState>,
    Language(locale): Language,
    Path(slug): Path<String>,
) -> ApiResult<Json<CommitmentOut>> {
    let competition = competitions::get(&state.services, &slug).await.told(locale)?;
    let stage = competition.current_stage(state.services.clock.now()).ok_or(ErrorCode::NotFound).told(locale)?;
    let commitment = commitments::of_stage(&state.services, stage).await.told(locale)?;
    Ok(Json(commitment.ok_or(ErrorCode::NotFound).told(locale)?.into()))
}
