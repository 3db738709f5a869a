//! Submissions: their solutions, what their team reads of them, and [`accept`], the one way behind every door.

mod accept;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::account::User;
use domain::competition::Competition;
use domain::ids::{StageId, SubmissionId, TeamId, UserId};
use domain::quota::QuotaState;
use domain::stage::Stage;
use domain::submission::Submission;
use domain::team::Team;
use domain::{AppError, ErrorCode};
use scoring::{Scorer, Solution};
use uuid::Uuid;

pub use self::accept::{Accepted, Upload, accept, team_for};
use crate::error::{Error, Result};
use crate::services::Services;
use crate::{components, zone};

/// Solutions read once and kept: they never change under their key.
#[derive(Default)]
pub(crate) struct Solutions(Mutex<HashMap<StageId, Arc<Loaded>>>);

/// A stage's solution and the metric it is scored with.
pub(crate) struct Loaded {
    pub(crate) solution: Solution,
    pub(crate) scorer: Scorer,
}

/// The solution of a stage, from memory or from the files.
pub(crate) async fn solution(services: &Services, stage: StageId) -> Result<Arc<Loaded>> {
    let known = services.solutions.0.lock().unwrap_or_else(PoisonError::into_inner).get(&stage).cloned();
    if let Some(loaded) = known {
        return Ok(loaded);
    }
    let (key, settings) = services.db.solution_key(stage).await?.ok_or(ErrorCode::NotFound)?;
    let key = key.ok_or_else(|| Error::other("the stage has no solution"))?;
    let bytes = services.files.get(&key).await?;
    let scorer = components::scorer(&services.files, &settings.metric).await?;
    let parsed = tokio::task::spawn_blocking(move || {
        let solution = Solution::parse(&bytes, &scorer, &settings.columns.id, &settings.columns.target);
        solution.map(|solution| Loaded { solution, scorer })
    });
    let loaded = parsed
        .await
        .map_err(Error::other)?
        .map_err(|errors| Error::Other(format!("the solution is wrong: {errors}")))?;
    let loaded = Arc::new(loaded);
    services.solutions.0.lock().unwrap_or_else(PoisonError::into_inner).insert(stage, Arc::clone(&loaded));
    Ok(loaded)
}

/// The stage that takes submissions now, or why none does.
pub fn open_stage(competition: &Competition, now: DateTime<Utc>) -> Result<&Stage> {
    let stage = competition.current_stage(now).ok_or(ErrorCode::StageClosed)?;
    stage.check_open(now).map_err(|error| Error::App(error).in_zone(&competition.settings.zone))?;
    Ok(stage)
}

/// The error for a file that is larger than the competition takes.
pub fn too_large(competition: &Competition) -> AppError {
    AppError::new(ErrorCode::TooLarge).with("mb", competition.settings.file_mb)
}

/// The quota of a team in a stage at a moment.
async fn quota_of(
    services: &Services,
    competition: &Competition,
    stage: StageId,
    team: TeamId,
    at: DateTime<Utc>,
) -> Result<QuotaState> {
    let day = zone::day(zone::zone(&competition.settings.zone), at);
    let used = services.db.usage(team, stage, day).await?;
    Ok(QuotaState::new(competition.settings.quota, used, day.1, at))
}

/// What the team has left in the current stage; members only.
pub async fn quota(services: &Services, competition: &Competition, team: &Team, user: &User) -> Result<QuotaState> {
    team.check_member(user.id)?;
    let now = services.clock.now();
    let stage = competition.current_stage(now).ok_or(ErrorCode::NotFound)?;
    quota_of(services, competition, stage.id, team.id, now).await
}

/// A submission without its private score, unless the stage has revealed it.
fn hide_private(submission: Submission, stage: &Stage, now: DateTime<Utc>) -> Submission {
    if stage.revealed(now) { submission } else { submission.without_private() }
}

fn visible(submission: Submission, competition: &Competition, now: DateTime<Utc>) -> Submission {
    match competition.stages.iter().find(|stage| stage.id == submission.stage_id) {
        Some(stage) => hide_private(submission, stage, now),
        None => submission.without_private(),
    }
}

/// A page of the team's submissions, newest first, and how many there are; members only.
pub async fn list(
    services: &Services,
    competition: &Competition,
    team: &Team,
    user: &User,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Submission>, i64)> {
    team.check_member(user.id)?;
    let now = services.clock.now();
    let rows = services.db.submissions_of(team.id, limit.clamp(1, 200), offset.max(0)).await?;
    let total = services.db.count_submissions_of(team.id).await?;
    Ok((rows.into_iter().map(|row| visible(row, competition, now)).collect(), total))
}

/// One submission with its competition; only for members of the team that made it. To anyone else it does not exist.
pub async fn get(services: &Services, id: Uuid, user: &User) -> Result<(Competition, Submission)> {
    let submission = own(services, SubmissionId(id), user.id).await?;
    let team = services.db.team_by_id(submission.team_id).await?.ok_or(ErrorCode::NotFound)?;
    let competition = services.db.competition_by_id(team.competition_id).await?.ok_or(ErrorCode::NotFound)?;
    let submission = visible(submission, &competition, services.clock.now());
    Ok((competition, submission))
}

async fn own(services: &Services, id: SubmissionId, user: UserId) -> Result<Submission> {
    let submission = services.db.submission(id).await?.ok_or(ErrorCode::NotFound)?;
    let team = services.db.team_by_id(submission.team_id).await?.ok_or(ErrorCode::NotFound)?;
    if team.member(user).is_some() { Ok(submission) } else { Err(ErrorCode::NotFound.into()) }
}

/// The submitted file itself, for its own team. Of a dry run none is kept.
pub async fn file(services: &Services, id: Uuid, user: &User) -> Result<(Submission, Bytes)> {
    let submission = own(services, SubmissionId(id), user.id).await?;
    let key = services.db.submission_file(submission.id).await?.ok_or(ErrorCode::NotFound)?;
    let bytes = services.files.get(&key).await?;
    Ok((submission.without_private(), bytes))
}

/// What a submission to the current stage must look like.
pub async fn schema(services: &Services, competition: &Competition) -> Result<scoring::Schema> {
    let stage = competition.current_stage(services.clock.now()).ok_or(ErrorCode::NotFound)?;
    Ok(solution(services, stage.id).await?.solution.schema().clone())
}
