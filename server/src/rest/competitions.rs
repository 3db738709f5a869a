//! Competitions.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::address;
use domain::competitions::Competition;
use platform::competitions;
use platform::leaderboards::commitments::{self, Commitment};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shapes::{Time, moment, text};
use crate::error::{ApiResult, ErrorBody};
use crate::extract::InCompetition;
use crate::state::AppState;

/// All competitions.
#[utoipa::path(get, path = "/api/v1/competitions", tag = "competitions", responses((status = 200, body = Vec<CompetitionOut>)))]
pub(super) async fn list(State(state): State<AppState>) -> ApiResult<Json<Vec<CompetitionOut>>> {
    let now = state.services.clock.now();
    let competitions = competitions::list(&state.services).await?;
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
    InCompetition(competition): InCompetition,
) -> ApiResult<Json<CompetitionOut>> {
    Ok(Json(CompetitionOut::new(&competition, &state.settings.base_url, state.services.clock.now())))
}

/// What binds the organizers to the solution. Salt and solution hash are null until the results are revealed; then
/// SHA-256 of their 64 bytes is the commitment.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/commitment", tag = "competitions", params(("slug" = String, Path)),
    responses((status = 200, body = CommitmentOut), (status = 404, body = ErrorBody)))]
pub(super) async fn commitment(
    State(state): State<AppState>,
    InCompetition(competition): InCompetition,
) -> ApiResult<Json<CommitmentOut>> {
    let stage = competition.current_stage(state.services.clock.now()).ok_or(ErrorCode::NotFound)?;
    let commitment = commitments::of_stage(&state.services, stage).await?;
    Ok(Json(commitment.ok_or(ErrorCode::NotFound)?.into()))
}

#[derive(Serialize, ToSchema)]
pub(super) struct CompetitionOut {
    slug: String,
    title: Value,
    lead: Value,
    zone: String,
    metric: String,
    direction: String,
    /// upcoming, open or closed.
    phase: domain_phase::Phase,
    stages: Vec<StageOut>,
    quota: Value,
    team_size: Value,
    columns: Vec<String>,
    url: String,
}

/// The phase's words, for the schema.
mod domain_phase {
    #[derive(serde::Serialize, utoipa::ToSchema)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Phase {
        Upcoming,
        Open,
        Closed,
    }

    impl From<domain::stages::Phase> for Phase {
        fn from(phase: domain::stages::Phase) -> Self {
            match phase {
                domain::stages::Phase::Upcoming => Self::Upcoming,
                domain::stages::Phase::Open => Self::Open,
                domain::stages::Phase::Closed => Self::Closed,
            }
        }
    }
}

#[derive(Serialize, ToSchema)]
struct StageOut {
    key: String,
    name: Value,
    starts_at: Time,
    ends_at: Option<Time>,
    private_opens_at: Option<Time>,
    takes_submissions: bool,
    phase: domain_phase::Phase,
}

impl CompetitionOut {
    pub(super) fn new(competition: &Competition, base_url: &str, now: DateTime<Utc>) -> Self {
        let settings = &competition.settings;
        let at = |time| moment(competition, time);
        Self {
            slug: competition.slug.clone(),
            title: text(&settings.title),
            lead: text(&settings.lead),
            zone: settings.zone.name().to_owned(),
            metric: settings.metric.id.clone(),
            direction: match competition.direction() {
                scoring::Direction::Higher => "higher".to_owned(),
                scoring::Direction::Lower => "lower".to_owned(),
            },
            phase: competition.phase(now).into(),
            stages: competition
                .stages
                .iter()
                .map(|stage| StageOut {
                    key: stage.key.clone(),
                    name: text(&stage.name),
                    starts_at: at(stage.starts_at),
                    ends_at: stage.ends_at.map(at),
                    private_opens_at: stage.private_opens_at().map(at),
                    takes_submissions: stage.takes_submissions,
                    phase: stage.phase(now).into(),
                })
                .collect(),
            quota: json!(settings.quota),
            team_size: json!(settings.team),
            columns: std::iter::once(settings.columns.id.clone())
                .chain(settings.columns.target.iter().cloned())
                .collect(),
            url: format!("{base_url}{}", address::competition(&competition.slug)),
        }
    }
}

/// All as 64 hexadecimal digits.
#[derive(Serialize, ToSchema)]
pub(super) struct CommitmentOut {
    commitment: String,
    salt: Option<String>,
    solution_sha256: Option<String>,
}

impl From<Commitment> for CommitmentOut {
    fn from(commitment: Commitment) -> Self {
        let (salt, solution_sha256) =
            commitment.opening.map_or((None, None), |opening| (Some(opening.salt), Some(opening.solution_sha256)));
        Self { commitment: commitment.commitment, salt, solution_sha256 }
    }
}
