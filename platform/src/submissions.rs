//! The way of a submission: one `accept` behind every door.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::account::User;
use domain::competition::Competition;
use domain::ids::{StageId, SubmissionId, UserId};
use domain::quota::QuotaState;
use domain::stage::Stage;
use domain::submission::{Door, Note, Secondary, Status, Submission, tidy_file_name, tidy_memo};
use domain::team::Team;
use domain::{AppError, ErrorCode};
use moka::future::Cache;
use scoring::{FileErrors, Scorer, Solution, Summary};
use uuid::Uuid;

use crate::db::submissions::NewSubmission;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::services::Services;
use crate::{components, secrets, zone};

/// Solutions read once, however many ask at first, and kept while they are used: they never change under their key.
pub(crate) struct Solutions(Cache<StageId, Arc<Loaded>>);

/// Kilobytes of files whose solutions are kept at once; those that were used least recently go.
const SOLUTIONS_MAX: u64 = 512 * 1024;

impl Default for Solutions {
    fn default() -> Self {
        let kilobytes = |_: &StageId, loaded: &Arc<Loaded>| u32::try_from(loaded.bytes / 1024 + 1).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(kilobytes).max_capacity(SOLUTIONS_MAX).build())
    }
}

/// A stage's solution and the metric it is scored with.
pub(crate) struct Loaded {
    pub(crate) solution: Solution,
    pub(crate) scorer: Scorer,
    /// Of the file.
    bytes: usize,
}

/// The solution of a stage, from memory or from the files.
pub(crate) async fn solution(services: &Services, stage: StageId) -> Result<Arc<Loaded>> {
    services.solutions.0.try_get_with(stage, read_solution(services, stage)).await.map_err(Error::Shared)
}

/// Has it read anew the next time.
pub(crate) async fn forget_solution(services: &Services, stage: StageId) {
    services.solutions.0.invalidate(&stage).await;
}

async fn read_solution(services: &Services, stage: StageId) -> Result<Arc<Loaded>> {
    let (key, settings) = services.db.solution_key(stage).await?.ok_or(ErrorCode::NotFound)?;
    let key = key.ok_or_else(|| Error::other("the stage has no solution"))?;
    let bytes = services.files.get(&key).await?;
    let scorer = components::scorer(&services.files, &settings.metric).await?;
    let parsed = tokio::task::spawn_blocking(move || {
        let solution = Solution::parse(&bytes, &scorer, &settings.columns.id, &settings.columns.target);
        solution.map(|solution| Loaded { solution, scorer, bytes: bytes.len() })
    });
    let loaded = parsed
        .await
        .map_err(Error::other)?
        .map_err(|errors| Error::Other(format!("the solution is wrong: {errors}")))?;
    Ok(Arc::new(loaded))
}

/// What a door hands in.
pub struct Upload {
    pub door: Door,
    pub file_name: String,
    pub bytes: Bytes,
    pub memo: String,
    pub dry_run: bool,
    pub idempotency_key: Option<String>,
}

/// What a door answers with.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    pub submission: Submission,
    pub quota: QuotaState,
    /// The same idempotency key was used before: nothing new was made.
    pub repeated: bool,
}

/// The stage that takes submissions now, or why none does.
pub fn open_stage(competition: &Competition, now: DateTime<Utc>) -> Result<&Stage> {
    let stage = competition.current_stage(now).ok_or(ErrorCode::StageClosed)?;
    stage.check_open(now).map_err(|error| Error::App(error).in_zone(&competition.settings.zone))?;
    Ok(stage)
}

/// What of a refusal can be known before the body is read: stage, membership, team, quota. Saves reading megabytes in vain.
///
/// # Errors
/// As [`accept`], but for the file.
pub async fn precheck(
    services: &Services,
    competition: &Competition,
    team: &Team,
    user: &User,
    dry_run: bool,
) -> Result<()> {
    let now = services.clock.now();
    let zone = &competition.settings.zone;
    team.check_member(user.id)?;
    let stage = open_stage(competition, now)?;
    team.check_ready(competition.settings.team)?;
    if !dry_run {
        let quota = quota_of(services, competition, stage, team).await?;
        quota.check(now).map_err(|error| Error::App(error).in_zone(zone))?;
    }
    Ok(())
}

/// Accepts a submission, or says why not. An answer of success means that file, row and job are on the disk.
///
/// # Errors
/// `not_member`, `stage_not_open`, `stage_closed`, `team_ended`, `team_too_small`, `too_large`, `empty_file`, `invalid_file`,
/// `quota_…`, `idempotency_mismatch`.
pub async fn accept(
    services: &Services,
    competition: &Competition,
    team: &Team,
    user: &User,
    upload: Upload,
) -> Result<Accepted> {
    let now = services.clock.now();
    team.check_member(user.id)?;
    let stage = open_stage(competition, now)?;
    team.check_ready(competition.settings.team)?;
    let (summary, sha256, ms) = check_file(services, competition, stage, &upload.bytes).await?;

    let id = SubmissionId::new();
    let storage_key = format!("submissions/{}/{}/{id}.csv", competition.id, team.id);
    services.files.put(&storage_key, upload.bytes.clone()).await?;

    let note = upload.dry_run.then(|| Note::Passed {
        rows: summary.rows,
        columns: summary.columns.iter().map(|column| column.name.clone()).collect(),
        ms,
    });
    let submission = Submission {
        id,
        stage_id: stage.id,
        team_id: team.id,
        user_id: user.id,
        user_name: user.name.clone(),
        number: 0,
        file_name: tidy_file_name(&upload.file_name),
        bytes: i64::try_from(upload.bytes.len()).unwrap_or(i64::MAX),
        sha256,
        memo: tidy_memo(&upload.memo),
        dry_run: upload.dry_run,
        status: if upload.dry_run { Status::Scored } else { Status::Queued },
        created_at: now,
        scoring_at: None,
        finished_at: upload.dry_run.then_some(now),
        public_score: None,
        private_score: None,
        secondary_public: Secondary::new(),
        secondary_private: Secondary::new(),
        counts: true,
        note,
        ahead: None,
    };
    let outcome = store(services, competition, stage, team, submission, &upload, &storage_key).await;
    // Not accepted, or accepted before: no row names the new file.
    if !matches!(&outcome, Ok(accepted) if !accepted.repeated) {
        services.files.discard(&storage_key).await;
    }
    outcome
}

/// Reads the file against the solution's schema, a bounded number at once.
async fn check_file(
    services: &Services,
    competition: &Competition,
    stage: &Stage,
    bytes: &Bytes,
) -> Result<(Summary, String, u64)> {
    if bytes.is_empty() {
        return Err(ErrorCode::EmptyFile.into());
    }
    if bytes.len() as u64 > competition.settings.file_max() {
        return Err(too_large(competition).into());
    }
    let loaded = solution(services, stage.id).await?;
    let _turn = services.uploads.acquire().await.map_err(Error::other)?;
    let bytes = bytes.clone();
    let checked = tokio::task::spawn_blocking(move || {
        let started = std::time::Instant::now();
        let summary = scoring::check(&loaded.solution, &bytes)?;
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok::<_, FileErrors>((summary, secrets::sha256_hex(&bytes), ms))
    });
    Ok(checked.await.map_err(Error::other)?.map_err(AppError::file)?)
}

/// The error for a file that is larger than the competition takes.
pub fn too_large(competition: &Competition) -> AppError {
    AppError::new(ErrorCode::TooLarge).with("mb", competition.settings.file_mb)
}

/// The one write transaction: the team's lock, the checks at the clock's now, the row and its job.
async fn store(
    services: &Services,
    competition: &Competition,
    stage: &Stage,
    team: &Team,
    mut submission: Submission,
    upload: &Upload,
    storage_key: &str,
) -> Result<Accepted> {
    let now = submission.created_at;
    let mut tx = services.db.begin().await?;
    tx.lock_team(team.id.0).await?;
    if let Some(key) = &upload.idempotency_key
        && let Some((earlier, sha256)) = tx.submission_by_key(team.id, key).await?
    {
        if sha256 != submission.sha256 {
            return Err(ErrorCode::IdempotencyMismatch.into());
        }
        drop(tx);
        let submission = services.db.submission(earlier).await?.ok_or(ErrorCode::NotFound)?;
        let quota = quota_of(services, competition, stage, team).await?;
        return Ok(Accepted { submission: hide_private(submission, stage, now), quota, repeated: true });
    }
    // Read again under the lock: someone may have left, or the team may have ended, since the page was loaded.
    let current = tx.team(team.id).await?.ok_or(ErrorCode::NotMember)?;
    current.check_member(submission.user_id)?;
    current.check_ready(competition.settings.team)?;

    let (day_start, resets_at) = zone::day(zone::zone(&competition.settings.zone), now);
    let limits = competition.settings.quota;
    let used = tx.usage(team.id, stage.id, day_start).await?;
    if !submission.dry_run {
        let quota = QuotaState::new(limits, used, resets_at, now);
        quota.check(now).map_err(|error| Error::App(error).in_zone(&competition.settings.zone))?;
    }
    submission.number = tx.next_submission_number(team.id, submission.dry_run).await?;
    tx.insert_submission(NewSubmission {
        submission: &submission,
        door: upload.door.key(),
        storage_key,
        idempotency_key: upload.idempotency_key.as_deref(),
    })
    .await?;
    let mut events = vec![Event::Submission {
        competition: competition.id,
        team: team.id,
        id: submission.id,
        number: submission.number,
        status: submission.status,
    }];
    if !submission.dry_run {
        tx.enqueue(submission.id, team.id, now).await?;
        events.push(Event::Queued);
    }
    let used = tx.usage(team.id, stage.id, day_start).await?;
    services.events.commit(tx, events).await?;
    Ok(Accepted { submission, quota: QuotaState::new(limits, used, resets_at, now), repeated: false })
}

async fn quota_of(services: &Services, competition: &Competition, stage: &Stage, team: &Team) -> Result<QuotaState> {
    let now = services.clock.now();
    let (day_start, resets_at) = zone::day(zone::zone(&competition.settings.zone), now);
    let used = services.db.usage(team.id, stage.id, day_start).await?;
    Ok(QuotaState::new(competition.settings.quota, used, resets_at, now))
}

/// What the team has left in the current stage; members only.
pub async fn quota(services: &Services, competition: &Competition, team: &Team, user: &User) -> Result<QuotaState> {
    team.check_member(user.id)?;
    let stage = competition.current_stage(services.clock.now()).ok_or(ErrorCode::NotFound)?;
    quota_of(services, competition, stage, team).await
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

/// The submitted file itself, for its own team.
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
