//! The scoring queue's workers: claim, score outside any transaction, finish in one transaction fenced by the attempt.

use std::ops::RangeInclusive;
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{CompetitionId, StageId, SubmissionId, TeamId};
use domain::submissions::{Note, Status};
use storage::jobs::Claim;
use storage::submissions::{Outcome, ToScore};
use tokio::sync::watch;

use crate::error::{Error, Result};
use crate::events::Event;
use crate::leaderboards::certainty;
use crate::mail::deliver;
use crate::services::Services;
use crate::submissions::judge::{Verdict, judge};
use crate::{secrets, stop};

/// Attempts before a submission fails through our fault and its quota is given back.
const ATTEMPTS: i64 = 5;
/// How often a job may be taken without coming back, through a worker that died or was lost, before it fails through our fault.
const CLAIMS: i64 = 5;
/// So often that is an accident: a colleague's submission, or a restart. Beyond it the submission is suspected and scored alone.
const TRUSTED: i64 = 1;
const SUSPECTED: RangeInclusive<i64> = TRUSTED + 1..=i64::MAX;
/// How long a suspect waits for a moment in which nothing else is scored; then the others wait for it.
const OVERDUE: TimeDelta = TimeDelta::minutes(1);
/// How long a scoring may go on after the request to stop. Giving it back takes a moment more, and the server waits for neither long.
pub const FINISHING: Duration = Duration::from_secs(6);
/// How often a worker looks by itself, for jobs put back for later and for other processes' jobs on SQLite.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Runs `count` workers until `stop` turns true; each finishes what it has begun, unless that takes longer than [`FINISHING`]:
/// then the submission goes back to the queue at once.
#[boxed]
pub async fn run(services: Services, count: usize, stop: watch::Receiver<bool>) {
    let mut tasks: Vec<_> = (0..count.max(1)).map(|_| tokio::spawn(work(services.clone(), stop.clone()))).collect();
    tasks.push(tokio::spawn(certainty::run(services.clone(), stop.clone())));
    tasks.push(tokio::spawn(deliver::run(services, stop)));
    for task in tasks {
        if let Err(error) = task.await {
            tracing::error!(%error, "a worker stopped");
        }
    }
}

async fn work(services: Services, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match run_one(&services, &mut stop).await {
            Ok(true) => {}
            Ok(false) => rest(&services, &mut stop).await,
            Err(error) => {
                tracing::error!(%error, "a worker could not reach the queue");
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Until something was queued, or it is time to look, or to stop.
async fn rest(services: &Services, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = services.queue.notified() => {}
        () = tokio::time::sleep(LOOK_EVERY) => {}
        _ = stop.changed() => {}
    }
}

/// Does everything that is due and returns how many submissions were taken from the queue.
#[boxed]
pub async fn run_until_idle(services: &Services) -> Result<usize> {
    let (_running, mut stop) = watch::channel(false);
    let mut done = 0;
    while run_one(services, &mut stop).await? {
        done += 1;
    }
    while certainty::run_one(services, &mut stop).await? {}
    Ok(done)
}

/// Waiting and running jobs, for the metrics page.
#[boxed]
pub async fn queue_size(services: &Services) -> Result<(i64, i64)> {
    Ok(services.db.queue_size().await?)
}

/// Takes one job, if one is due, and does it. Whether there was one.
async fn run_one(services: &Services, stop: &mut watch::Receiver<bool>) -> Result<bool> {
    let now = services.clock.now();
    let Some(due) = services.db.due(now, now - OVERDUE).await? else { return Ok(false) };
    // A suspect waits until nothing else is scored here: if this process dies of it, no other submission goes with it.
    let (_together, _alone, unreturned) = if due.waited.is_some_and(|waited| waited > TRUSTED) {
        (None, Some(services.alone.write().await), SUSPECTED)
    } else if due.least <= TRUSTED {
        (Some(services.alone.read().await), None, 0..=TRUSTED)
    } else {
        let Ok(alone) = services.alone.try_write() else { return Ok(false) };
        (None, Some(alone), SUSPECTED)
    };
    // Others may have been waited for since the request to stop.
    if *stop.borrow() {
        return Ok(false);
    }
    let Some((claim, job)) = claim(services, unreturned).await? else { return Ok(false) };
    // More may be waiting: wake a colleague before the long part begins.
    services.queue.notify_one();
    let finished = if claim.unreturned > CLAIMS {
        give_up(services, claim, &job).await
    } else {
        let heartbeat = tokio::spawn(keep_lease(services.clone(), claim));
        let judged = tokio::select! {
            result = judge(services, job.stage, &job.storage_key) => Some(result),
            () = out_of_patience(stop) => None,
        };
        heartbeat.abort();
        match judged {
            Some(Ok(verdict)) => finish(services, claim, &job, verdict).await,
            Some(Err(error)) => put_back(services, claim, &job, &error).await,
            None => release(services, claim).await,
        }
    };
    if let Err(error) = finished {
        // The lease runs out and the job is done again; nothing is lost.
        tracing::error!(%error, submission = %claim.submission, "a scored job could not be finished");
    }
    Ok(true)
}

/// Some time after the request to stop; never without one.
async fn out_of_patience(stop: &mut watch::Receiver<bool>) {
    stop::asked(stop).await;
    tokio::time::sleep(FINISHING).await;
}

async fn claim(services: &Services, unreturned: RangeInclusive<i64>) -> Result<Option<(Claim, Job)>> {
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    let Some(claim) = tx.claim(now, now + lease(services), unreturned).await? else { return Ok(None) };
    tx.set_scoring(claim.submission, now).await?;
    let row = tx.for_scoring(claim.submission).await?.ok_or_else(|| Error::other("a job without a submission"))?;
    let job = Job::from(row);
    services.events.commit(tx, vec![job.announce(claim.submission, Status::Scoring)]).await?;
    Ok(Some((claim, job)))
}

fn lease(services: &Services) -> TimeDelta {
    TimeDelta::from_std(services.config.lease).unwrap_or(TimeDelta::seconds(30))
}

struct Job {
    competition: CompetitionId,
    stage: StageId,
    team: TeamId,
    number: i64,
    storage_key: String,
}

impl From<ToScore> for Job {
    fn from(row: ToScore) -> Self {
        Self {
            competition: row.competition_id,
            stage: row.stage_id,
            team: row.team_id,
            number: row.number,
            storage_key: row.storage_key,
        }
    }
}

impl Job {
    fn announce(&self, id: SubmissionId, status: Status) -> Event {
        Event::Submission { competition: self.competition, team: self.team, id, number: self.number, status }
    }
}

/// Keeps the lease while the scoring takes long; stops when it was lost.
async fn keep_lease(services: Services, claim: Claim) {
    loop {
        tokio::time::sleep(services.config.lease / 3).await;
        let extended: Result<bool> = async {
            let mut tx = services.db.begin().await?;
            let kept = tx.extend_lease(claim, services.clock.now() + lease(&services)).await?;
            tx.commit().await?;
            Ok(kept)
        }
        .await;
        if matches!(extended, Ok(false)) {
            return;
        }
    }
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
    let mut events = vec![job.announce(claim.submission, status)];
    if tx.finish_submission(claim.submission, outcome).await? && status == Status::Scored {
        let (competition, version) = tx.raise_for_score(job.stage, claim.submission).await?;
        events.push(Event::Leaderboard { competition, stage: job.stage, version });
    }
    services.events.commit(tx, events).await
}

/// After a fault of ours: again later, twice as late each time; after the last attempt the submission fails and does not count.
/// While the storage does not answer no attempt is the last one.
async fn put_back(services: &Services, claim: Claim, job: &Job, error: &Error) -> Result<()> {
    let now = services.clock.now();
    tracing::error!(%error, submission = %claim.submission, attempt = claim.attempt, "scoring failed");
    if claim.attempt >= ATTEMPTS && !error.is_outage() {
        return give_up(services, claim, job).await;
    }
    let mut tx = services.db.begin().await?;
    tx.retry_job(claim, later(now, claim.attempt), &error.to_string()).await?;
    Ok(tx.commit().await?)
}

/// The submission fails through our fault: it does not count, and its number says where to look.
async fn give_up(services: &Services, claim: Claim, job: &Job) -> Result<()> {
    let incident = secrets::incident();
    tracing::error!(%incident, submission = %claim.submission, attempt = claim.attempt, unreturned = claim.unreturned, "gave up scoring");
    let note = Note::Internal { incident };
    end(services, claim, job, Outcome::failed(&note, services.clock.now())).await
}

/// Gives the job back before its time, for whoever comes next.
async fn release(services: &Services, claim: Claim) -> Result<()> {
    tracing::warn!(submission = %claim.submission, "asked to stop while scoring; it goes back to the queue");
    let mut tx = services.db.begin().await?;
    tx.retry_job(claim, services.clock.now(), "the worker was asked to stop").await?;
    Ok(tx.commit().await?)
}

/// 1, 2, 4, 8… seconds after the first, second… attempt, a minute at most.
fn later(now: DateTime<Utc>, attempt: i64) -> DateTime<Utc> {
    now + TimeDelta::seconds((1 << (attempt.clamp(1, 7) - 1)).min(60))
}

#[cfg(test)]
mod tests;
