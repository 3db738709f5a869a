//! Submissions: their solutions, what their team reads of them, and [`accept`], the one way behind every door.

pub(crate) mod judge;
pub mod rescore;
pub(crate) mod score;

mod accept;

use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor};
use domain::competitions::Competition;
use domain::ids::{StageId, SubmissionId, TeamId};
use domain::quotas::QuotaState;
use domain::submissions::Submission;
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use moka::future::Cache;
use scoring::{Scorer, Solution};
use uuid::Uuid;

pub use self::accept::{Accepted, Upload, accept, team_for};
use crate::competitions::components;
use crate::error::{Error, Result};
use crate::services::Services;

/// Solutions read once, however many ask at first, and kept while they are used: they never change under their key.
struct Solutions(Cache<StageId, Arc<StageSolution>>);

/// Kilobytes of files whose solutions are kept at once; those that were used least recently go.
const SOLUTIONS_MAX: u64 = 512 * 1024;

impl Default for Solutions {
    fn default() -> Self {
        let kilobytes =
            |_: &StageId, loaded: &Arc<StageSolution>| u32::try_from(loaded.bytes / 1024 + 1).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(kilobytes).max_capacity(SOLUTIONS_MAX).build())
    }
}

/// A stage's solution and the metric it is scored with.
pub(crate) struct StageSolution {
    pub(crate) solution: Solution,
    pub(crate) scorer: Scorer,
    /// Of the file.
    bytes: usize,
}

/// The solution of a stage, from memory or from the files.
pub(crate) async fn solution(services: &Services, stage: StageId) -> Result<Arc<StageSolution>> {
    services.cache::<Solutions>().0.try_get_with(stage, read_solution(services, stage)).await.map_err(Error::Shared)
}

/// Has it read anew the next time.
pub(crate) async fn forget_solution(services: &Services, stage: StageId) {
    services.cache::<Solutions>().0.invalidate(&stage).await;
}

async fn read_solution(services: &Services, stage: StageId) -> Result<Arc<StageSolution>> {
    let (key, settings) = services.db.solution_key(stage).await?.ok_or(ErrorCode::NotFound)?;
    let key = key.ok_or_else(|| Error::other("the stage has no solution"))?;
    let bytes = services.files.get(&key).await?;
    let scorer = components::scorer(&services.files, &settings.metric).await?;
    let parsed = tokio::task::spawn_blocking(move || {
        let solution = Solution::parse(&bytes, &scorer, &settings.columns.id, &settings.columns.target);
        solution.map(|solution| StageSolution { solution, scorer, bytes: bytes.len() })
    });
    let loaded = parsed
        .await
        .map_err(Error::other)?
        .map_err(|errors| Error::Other(format!("the solution is wrong: {errors}")))?;
    Ok(Arc::new(loaded))
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
    let day = competition.settings.zone.day(at);
    let used = services.usages.ask(services.asked, (stage, day, team)).await?.unwrap_or_default();
    Ok(QuotaState::new(competition.settings.quota, used, day.1, at))
}

/// What the team has left in the current stage; members only.
#[boxed]
pub async fn quota(services: &Services, competition: &Competition, team: &Team, actor: &Actor) -> Result<QuotaState> {
    check_reading(actor)?;
    team.check_member(actor.person()?.id)?;
    let now = services.clock.now();
    let stage = competition.current_stage(now).ok_or(ErrorCode::NotFound)?;
    quota_of(services, competition, stage.id, team.id, now).await
}

/// A submission as its team may see it.
fn visible(submission: Submission, competition: &Competition, now: DateTime<Utc>) -> Submission {
    let stage = competition.stages.iter().find(|stage| stage.id == submission.stage_id);
    submission.published(stage, competition.settings.decimals, now)
}

/// A page of the team's submissions, newest first, and how many there are; members only.
#[boxed]
pub async fn list(
    services: &Services,
    competition: &Competition,
    team: &Team,
    actor: &Actor,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Submission>, i64)> {
    check_reading(actor)?;
    team.check_member(actor.person()?.id)?;
    let now = services.clock.now();
    let (limit, offset) = (limit.clamp(1, 200), offset.max(0));
    let rows = services.db.submissions_of(team.id, limit, offset).await?;
    // All there are, when there is room for more.
    let total = match i64::try_from(rows.len()).map_err(Error::other)? {
        here if offset == 0 && here < limit => here,
        _ => services.db.count_submissions_of(team.id).await?,
    };
    Ok((rows.into_iter().map(|row| visible(row, competition, now)).collect(), total))
}

/// One submission with its competition; only for members of the team that made it. To anyone else it does not exist.
#[boxed]
pub async fn get(services: &Services, id: Uuid, actor: &Actor) -> Result<(Competition, Submission)> {
    let submission = own(services, SubmissionId(id), actor).await?;
    let team = services.db.team_by_id(submission.team_id).await?.ok_or(ErrorCode::NotFound)?;
    let competition = services.db.competition_by_id(team.competition_id).await?.ok_or(ErrorCode::NotFound)?;
    let submission = visible(submission, &competition, services.clock.now());
    Ok((competition, submission))
}

/// A door that does not read one's own submissions is told so, whatever there is.
fn check_reading(actor: &Actor) -> Result<()> {
    Ok(actor.by_door(Action::ReadSubmissions)?)
}

async fn own(services: &Services, id: SubmissionId, actor: &Actor) -> Result<Submission> {
    check_reading(actor)?;
    let user = actor.person()?.id;
    let submission = services.db.submission(id).await?.ok_or(ErrorCode::NotFound)?;
    let team = services.db.team_by_id(submission.team_id).await?.ok_or(ErrorCode::NotFound)?;
    if team.member(user).is_some() { Ok(submission) } else { Err(ErrorCode::NotFound.into()) }
}

/// Where a submitted file is kept, and what its team knows of it.
#[derive(Debug)]
pub struct SubmittedFile {
    pub name: String,
    pub storage_key: String,
    pub bytes: i64,
}

/// The submitted file, for its own team, to be read piece by piece. Of a dry run none is kept.
#[boxed]
pub async fn file(services: &Services, id: Uuid, actor: &Actor) -> Result<SubmittedFile> {
    let Submission { id, file_name: name, bytes, .. } = own(services, SubmissionId(id), actor).await?;
    let storage_key = services.db.submission_file(id).await?.ok_or(ErrorCode::NotFound)?;
    Ok(SubmittedFile { name, storage_key, bytes })
}

/// What a submission to the current stage must look like.
#[boxed]
pub async fn schema(services: &Services, competition: &Competition) -> Result<scoring::Schema> {
    let stage = competition.current_stage(services.clock.now()).ok_or(ErrorCode::NotFound)?;
    Ok(solution(services, stage.id).await?.solution.schema().clone())
}
