//! Accepting. What can be refused without the file is refused before it is read; everything is decided again under the team's
//! lock, by the rules that stand then. The moment that counts for both is that at which the request's head arrived.

use async_recursion::async_recursion as boxed;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Action, Actor, Visit};
use domain::competitions::Competition;
use domain::ids::{CompetitionId, StageId, SubmissionId};
use domain::names;
use domain::quotas::{DRY_RUNS_AN_HOUR, QuotaState, check_dry_runs};
use domain::stages::Stage;
use domain::submissions::{Door, Note, Secondary, Status, Submission, tidy_file_name, tidy_memo};
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use scoring::{FileErrors, Hash, Summary};
use storage::Tx;
use storage::submissions::NewSubmission;

use super::{quota_of, solution, too_large, visible};
use crate::access;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::services::Services;
use crate::writes::Written;

/// What a door hands in.
#[derive(Debug, Clone)]
pub struct Upload {
    pub door: Door,
    pub file_name: String,
    pub bytes: Bytes,
    pub memo: String,
    pub dry_run: bool,
    pub idempotency_key: Option<String>,
    /// When the head of the request arrived, which counts for the deadline, the quota's day and ties; `None` is now.
    pub received_at: Option<DateTime<Utc>>,
}

/// What a door answers with.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    pub submission: Submission,
    pub quota: QuotaState,
    /// The same idempotency key was used before: nothing new was made.
    pub repeated: bool,
}

/// The team that a request submits for, told before its body is read: the one its key was used for, wherever the user is now, or
/// else `own`, when that may submit. What it may submit, a dry run or in earnest, is in the body: only when both would be refused
/// the request is.
///
/// # Errors
/// As [`accept`], but for the file.
#[boxed]
pub async fn team_for(
    services: &Services,
    competition: &Competition,
    own: Option<Team>,
    actor: &Actor,
    key: Option<&str>,
    at: DateTime<Utc>,
) -> Result<Team> {
    actor.by_door(Action::Submit)?;
    let user = actor.person()?;
    if let Some(key) = key
        && let Some(team) = services.db.team_by_key(competition.id, user.id, key).await?
    {
        return services.db.team_by_id(team).await?.ok_or(ErrorCode::NotMember.into());
    }
    let team = own.ok_or(ErrorCode::NotMember)?;
    // A colleague may have used the key: then theirs is the first answer.
    if let Some(key) = key
        && team.member(user.id).is_some()
        && services.db.submission_by_key(team.id, key).await?.is_some()
    {
        return Ok(team);
    }
    match precheck(services, competition, &team, actor, false, at).await {
        Err(refused @ Error::App(_)) => match precheck(services, competition, &team, actor, true, at).await {
            Err(Error::App(_)) => Err(refused),
            other => other.map(|_| team),
        },
        other => other.map(|_| team),
    }
}

/// What of a refusal can be known without the file; otherwise the stage that it is for.
async fn precheck<'a>(
    services: &Services,
    competition: &'a Competition,
    team: &Team,
    actor: &Actor,
    dry_run: bool,
    at: DateTime<Utc>,
) -> Result<&'a Stage> {
    let stage = check_turn(competition, team, actor, at)?;
    let checked = if dry_run {
        check_dry_runs(services.db.dry_runs(team.id, at - HOUR).await?, at)
    } else {
        quota_of(services, competition, stage.id, team.id, at).await?.check(at)
    };
    checked.map_err(|error| Error::App(error).in_zone(competition.settings.zone))?;
    Ok(stage)
}

const HOUR: TimeDelta = TimeDelta::hours(1);

/// Whether this actor may submit for this team at that moment, and to which stage.
fn check_turn<'a>(competition: &'a Competition, team: &Team, actor: &Actor, at: DateTime<Utc>) -> Result<&'a Stage> {
    // Whoever is in a team takes part: an application is not ended before they have left it.
    let (user, via) = (actor.id(), actor.via);
    let visit = Visit {
        competition,
        now: at,
        user,
        application: None,
        stranger: None,
        role: None,
        held: None,
        via,
        is_verified: false,
        team: Some(team),
    };
    let stage = visit.may(Action::Submit, Some(team)).check().and_then(|()| competition.open_stage(at));
    stage.map_err(|obstacle| Error::refused(obstacle, competition))
}

/// Accepts a submission, or says why not. An answer of success means that file, row and job are on the disk. A key that was used
/// before gives its first answer, whatever has happened since.
///
/// # Errors
/// `idempotency_mismatch`, `not_member`, `stage_not_open`, `stage_closed`, `team_ended`, `team_too_small`, `quota_…`,
/// `dry_run_limit`, `too_large`, `empty_file`, `invalid_file`, `try_again`.
#[boxed]
pub async fn accept(
    services: &Services,
    competition: &Competition,
    team: &Team,
    actor: &Actor,
    upload: Upload,
) -> Result<Accepted> {
    let user = actor.person()?;
    let at = upload.received_at.unwrap_or_else(|| services.clock.now());
    if let Some(key) = &upload.idempotency_key
        && let Some(first) = services.db.submission_by_key(team.id, key).await?
        && (first.user_id == user.id || team.member(user.id).is_some())
    {
        let sha256 = sha256(upload.bytes.clone()).await?;
        return first_answer(services, competition, team, actor, first, &sha256, upload.dry_run).await;
    }
    // Once more, now that it is known what it is: nothing is checked and stored in vain.
    let stage = precheck(services, competition, team, actor, upload.dry_run, at).await?;
    let (summary, sha256, ms) = check_file(services, competition, stage, &upload.bytes).await?;

    let id = SubmissionId::at(services.clock.now());
    // A dry run is told what was found, and that is all that is kept of it.
    let storage_key =
        if upload.dry_run { String::new() } else { format!("submissions/{}/{}/{id}.csv", competition.id, team.id) };
    if !upload.dry_run {
        services.files.put(&storage_key, upload.bytes.clone()).await?;
    }
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
        file_name: tidy_file_name(&names::tidy(&upload.file_name)),
        bytes: i64::try_from(upload.bytes.len()).unwrap_or(i64::MAX),
        sha256: sha256.clone(),
        memo: tidy_memo(&names::tidy(&upload.memo)),
        dry_run: upload.dry_run,
        status: if upload.dry_run { Status::Scored } else { Status::Queued },
        created_at: at,
        scoring_at: None,
        finished_at: upload.dry_run.then_some(at),
        public_score: None,
        private_score: None,
        secondary_public: Secondary::new(),
        secondary_private: Secondary::new(),
        counts: true,
        voided: false,
        note,
        ahead: None,
    };
    let new = New {
        competition: competition.id,
        checked_against: stage.id,
        actor: actor.clone(),
        door: upload.door,
        key: upload.idempotency_key,
        storage_key: storage_key.clone(),
        queued_at: services.clock.now(),
        submission,
    };
    let stored = services.writes.run(move |tx| Box::pin(decide(tx, new))).await;
    // Refused, or accepted before: no row names the new file. After any other failure one might, so the sweeper decides.
    if !upload.dry_run && matches!(&stored, Err(Error::App(_)) | Ok(Stored::Before(_))) {
        services.files.discard(&storage_key).await;
    }
    match stored? {
        Stored::New(accepted) => Ok(*accepted),
        Stored::Before(first) => {
            first_answer(services, competition, team, actor, *first, &sha256, upload.dry_run).await
        }
    }
}

/// What the first request with a key was answered, told again to one who sends the same.
async fn first_answer(
    services: &Services,
    competition: &Competition,
    team: &Team,
    actor: &Actor,
    first: Submission,
    sha256: &str,
    dry_run: bool,
) -> Result<Accepted> {
    if first.sha256 != sha256 || first.dry_run != dry_run {
        return Err(ErrorCode::IdempotencyMismatch.into());
    }
    let now = services.clock.now();
    let quota = quota_of(services, competition, first.stage_id, team.id, now).await?;
    let mut submission = visible(first, competition, now);
    // Who has left the team, or came by a door that reads nothing, learns that it was accepted, and not how it went on.
    let reads =
        actor.by_door(Action::ReadSubmissions).is_ok() && actor.id().is_some_and(|id| team.member(id).is_some());
    if !reads && !submission.dry_run {
        submission.status = Status::Queued;
        (submission.scoring_at, submission.finished_at) = (None, None);
        submission.public_score = None;
        submission.secondary_public = Secondary::new();
        submission.note = None;
        submission = submission.without_private();
    }
    Ok(Accepted { submission, quota, repeated: true })
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
    let turn = services.checks.clone().acquire_owned().await.map_err(Error::other)?;
    let bytes = bytes.clone();
    let checked = tokio::task::spawn_blocking(move || {
        // Who asked may be gone; the work goes on and its turn with it.
        let _turn = turn;
        let started = std::time::Instant::now();
        let summary = scoring::check(&loaded.solution, &bytes)?;
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok::<_, FileErrors>((summary, Hash::of(&bytes).to_string(), ms))
    });
    Ok(checked.await.map_err(Error::other)?.map_err(AppError::file)?)
}

async fn sha256(bytes: Bytes) -> Result<String> {
    tokio::task::spawn_blocking(move || Hash::of(&bytes).to_string()).await.map_err(Error::other)
}

/// A submission to be decided on.
struct New {
    competition: CompetitionId,
    /// The stage whose solution's schema the file was read against.
    checked_against: StageId,
    actor: Actor,
    door: Door,
    key: Option<String>,
    storage_key: String,
    queued_at: DateTime<Utc>,
    submission: Submission,
}

enum Stored {
    New(Box<Accepted>),
    /// Another request with the same key was first.
    Before(Box<Submission>),
}

/// In the one write transaction: under the team's lock everything is read and decided again, then come the row and its job.
async fn decide(tx: &mut Tx, new: New) -> Written<Stored> {
    let New { mut submission, actor, .. } = new;
    let (team, stage, at) = (submission.team_id, submission.stage_id, submission.created_at);
    tx.lock_team(team).await?;
    if let Some(key) = &new.key
        && let Some(first) = tx.submission_by_key(team, key).await?
    {
        return Ok((Stored::Before(Box::new(first)), Vec::new()));
    }
    access::check_present(tx, submission.user_id).await?;
    let competition = tx.rules(new.competition).await?.ok_or(ErrorCode::NotFound)?;
    let settings = &competition.settings;
    let day = settings.zone.day(at);
    let (current, used) = tx.roster(team, stage, day).await?.ok_or(ErrorCode::NotMember)?;
    if current.is_merged() {
        // Meanwhile: what comes again is the other team's.
        return Err(AppError::new(ErrorCode::TryAgain).retry_after(1).into());
    }
    if check_turn(&competition, &current, &actor, at)?.id != new.checked_against {
        // The stages' times were changed meanwhile: the file is for another one.
        return Err(AppError::new(ErrorCode::TryAgain).retry_after(1).into());
    }
    let quota = QuotaState::new(settings.quota, used, day.1, at);
    let checked =
        if submission.dry_run { check_dry_runs(tx.dry_runs(team, at - HOUR).await?, at) } else { quota.check(at) };
    checked.map_err(|error| Error::App(error).in_zone(settings.zone))?;

    let row = NewSubmission {
        submission: &submission,
        competition: new.competition,
        door: new.door,
        storage_key: &new.storage_key,
        idempotency_key: new.key.as_deref(),
    };
    submission.number = tx.insert_submission(row, (!submission.dry_run).then_some(new.queued_at)).await?;
    let (id, number, status) = (submission.id, submission.number, submission.status);
    let mut events = vec![Event::Submission { competition: competition.id, team, id, number, status }];
    let quota = if submission.dry_run {
        tx.delete_dry_runs(team, number - DRY_RUNS_AN_HOUR).await?;
        quota
    } else {
        events.push(Event::Queued);
        QuotaState::new(settings.quota, used.plus_one(at), day.1, at)
    };
    Ok((Stored::New(Box::new(Accepted { submission, quota, repeated: false })), events))
}
