//! The scoring queue's workers: claim, score outside any transaction, finish in one transaction fenced by the attempt.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{StageId, SubmissionId, TeamId};
use domain::submission::{Note, Secondary, Status};
use scoring::{ScoreError, Scored};
use tokio::sync::watch;

use crate::db::jobs::Claim;
use crate::db::submissions::{Outcome, ToScore};
use crate::error::{Error, Result};
use crate::events::Event;
use crate::services::Services;
use crate::{certainty, secrets, submissions};

/// Attempts before a submission fails through our fault and its quota is given back.
const ATTEMPTS: i64 = 5;
/// How often a worker looks by itself, for jobs put back for later and for other processes' jobs on SQLite.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Runs `count` workers until `stop` turns true; each finishes what it has begun.
pub async fn run(services: Services, count: usize, stop: watch::Receiver<bool>) {
    let workers: Vec<_> = (0..count.max(1)).map(|_| tokio::spawn(work(services.clone(), stop.clone()))).collect();
    for worker in workers {
        if let Err(error) = worker.await {
            tracing::error!(%error, "a worker stopped");
        }
    }
}

async fn work(services: Services, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match run_one(&services).await {
            Ok(true) => {}
            // Nothing to score: time for what nobody waits for.
            Ok(false)
                if certainty::run_one(&services).await.unwrap_or_else(|error| {
                    tracing::error!(%error, "a ranking's certainty could not be computed");
                    false
                }) => {}
            Ok(false) => {
                tokio::select! {
                    () = services.queue.notified() => {}
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    _ = stop.changed() => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, "a worker could not reach the queue");
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Does everything that is due and returns how many submissions were scored.
pub async fn run_until_idle(services: &Services) -> Result<usize> {
    let mut done = 0;
    while run_one(services).await? {
        done += 1;
    }
    while certainty::run_one(services).await? {}
    Ok(done)
}

/// Waiting and running jobs, for the metrics page.
pub async fn queue_size(services: &Services) -> Result<(i64, i64)> {
    services.db.queue_size().await
}

/// Takes one job, if one is due, and does it. Whether there was one.
async fn run_one(services: &Services) -> Result<bool> {
    let Some((claim, job)) = claim(services).await? else { return Ok(false) };
    // More may be waiting: wake a colleague before the long part begins.
    services.queue.notify_one();
    let heartbeat = tokio::spawn(keep_lease(services.clone(), claim));
    let result = judge(services, job.stage, &job.storage_key).await;
    heartbeat.abort();
    let finished = match result {
        Ok(verdict) => finish(services, claim, &job, verdict).await,
        Err(error) => put_back(services, claim, &job, &error).await,
    };
    if let Err(error) = finished {
        // The lease runs out and the job is done again; nothing is lost.
        tracing::error!(%error, submission = %claim.submission, "a scored job could not be finished");
    }
    Ok(true)
}

async fn claim(services: &Services) -> Result<Option<(Claim, Job)>> {
    let now = services.clock.now();
    let lease = TimeDelta::from_std(services.config.lease).unwrap_or(TimeDelta::seconds(30));
    let mut tx = services.db.begin().await?;
    let Some(claim) = tx.claim(services.db.claim_sql(), now, now + lease).await? else { return Ok(None) };
    tx.set_scoring(claim.submission, now).await?;
    let row =
        services.db.to_score(claim.submission).await?.ok_or_else(|| Error::other("a job without a submission"))?;
    let job = Job::from(row);
    let event = announce(services, &job, claim.submission, Status::Scoring).await?;
    services.events.commit(tx, vec![event]).await?;
    Ok(Some((claim, job)))
}

struct Job {
    stage: StageId,
    team: TeamId,
    storage_key: String,
    finished: bool,
}

impl From<ToScore> for Job {
    fn from(row: ToScore) -> Self {
        Self {
            stage: StageId(row.stage_id),
            team: TeamId(row.team_id),
            storage_key: row.storage_key,
            finished: Status::from_key(&row.status).finished(),
        }
    }
}

/// Keeps the lease while the scoring takes long; stops when it was lost.
async fn keep_lease(services: Services, claim: Claim) {
    loop {
        tokio::time::sleep(services.config.lease / 3).await;
        let extended: Result<bool> = async {
            let lease = TimeDelta::from_std(services.config.lease).unwrap_or(TimeDelta::seconds(30));
            let mut tx = services.db.begin().await?;
            let kept = tx.extend_lease(claim, services.clock.now() + lease).await?;
            tx.commit().await?;
            Ok(kept)
        }
        .await;
        if matches!(extended, Ok(false)) {
            return;
        }
    }
}

/// How a scoring ended that came to an end.
#[derive(Debug)]
pub(crate) enum Verdict {
    Scored { public: f64, private: Option<f64>, secondary_public: Secondary, secondary_private: Secondary },
    Refused(Note),
}

impl Verdict {
    /// What is written of it.
    pub(crate) fn outcome(&self, at: DateTime<Utc>) -> Outcome<'_> {
        match self {
            Self::Scored { public, private, secondary_public, secondary_private } => Outcome {
                status: Status::Scored,
                public: Some(*public),
                private: *private,
                secondary: Some((secondary_public, secondary_private)),
                note: None,
                counts: true,
                at,
            },
            Self::Refused(note) => Outcome::failed(note, at),
        }
    }
}

impl From<Scored> for Verdict {
    fn from(scored: Scored) -> Self {
        Self::Scored {
            public: scored.public_score(),
            private: scored.private,
            secondary_public: scored.beside_public().clone(),
            secondary_private: scored.secondary_private,
        }
    }
}

/// Scores a stored file against its stage's solution.
///
/// # Errors
/// Faults of ours only: the solution or the file cannot be read.
pub(crate) async fn judge(services: &Services, stage: StageId, storage_key: &str) -> Result<Verdict> {
    let loaded = submissions::solution(services, stage).await?;
    let bytes = services.files.get(storage_key).await?;
    let scored = tokio::task::spawn_blocking(move || scoring::score(&loaded.solution, &loaded.scorer, &bytes));
    Ok(match scored.await.map_err(Error::other)? {
        Ok(scored) => scored.into(),
        Err(ScoreError::File(errors)) => Verdict::Refused(Note::File { errors: Box::new(errors) }),
        Err(ScoreError::Metric(error)) if error.is_ours() => {
            submissions::forget_solution(services, stage).await;
            return Err(Error::other(format!("a custom metric cannot be run: {error}")));
        }
        Err(ScoreError::Metric(error)) => Verdict::Refused(Note::Metric { error }),
    })
}

/// Score, leaderboard version and the job's end in one transaction; nothing when the lease was lost meanwhile.
async fn finish(services: &Services, claim: Claim, job: &Job, verdict: Verdict) -> Result<()> {
    let outcome = verdict.outcome(services.clock.now());
    end(services, claim, job, outcome).await
}

async fn end(services: &Services, claim: Claim, job: &Job, outcome: Outcome<'_>) -> Result<()> {
    let status = outcome.status;
    let mut tx = services.db.begin().await?;
    if !tx.finish_job(claim).await? {
        tracing::warn!(submission = %claim.submission, attempt = claim.attempt, "the lease was lost; another worker has it");
        return Ok(());
    }
    let mut events = vec![announce(services, job, claim.submission, status).await?];
    if tx.finish_submission(claim.submission, outcome).await? && status == Status::Scored {
        let (competition, version) = tx.raise_board_version(job.stage).await?;
        events.push(Event::Leaderboard { competition, version });
    }
    services.events.commit(tx, events).await
}

async fn announce(services: &Services, job: &Job, submission: SubmissionId, status: Status) -> Result<Event> {
    let row = services.db.submission(submission).await?.ok_or_else(|| Error::other("a job without a submission"))?;
    let team = services.db.team_by_id(job.team).await?.ok_or_else(|| Error::other("a submission without a team"))?;
    Ok(Event::Submission {
        competition: team.competition_id,
        team: job.team,
        id: submission,
        number: row.number,
        status,
    })
}

/// After a fault of ours: again later, twice as late each time; after the last attempt the submission fails and does not count.
/// While the storage does not answer no attempt is the last one.
async fn put_back(services: &Services, claim: Claim, job: &Job, error: &Error) -> Result<()> {
    let now = services.clock.now();
    tracing::error!(%error, submission = %claim.submission, attempt = claim.attempt, "scoring failed");
    if claim.attempt >= ATTEMPTS && !job.finished && !error.is_outage() {
        let incident = secrets::incident();
        tracing::error!(%incident, submission = %claim.submission, "gave up scoring");
        let note = Note::Internal { incident };
        return end(services, claim, job, Outcome::failed(&note, now)).await;
    }
    let mut tx = services.db.begin().await?;
    tx.retry_job(claim, later(now, claim.attempt), &error.to_string()).await?;
    tx.commit().await
}

/// 1, 2, 4, 8… seconds after the first, second… attempt, a minute at most.
fn later(now: DateTime<Utc>, attempt: i64) -> DateTime<Utc> {
    now + TimeDelta::seconds((1 << (attempt.clamp(1, 7) - 1)).min(60))
}
