//! The queue's workers: claim, work outside any transaction, finish in one transaction fenced by the attempt.

pub mod dead;
mod work;

use std::ops::RangeInclusive;
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::jobs::{JobKind, Pool};
use storage::Tx;
use storage::jobs::Claim;
use tokio::sync::{RwLockReadGuard, RwLockWriteGuard, watch};

pub use storage::jobs::JobTally;

use self::work::{Done, Task};
use crate::competitions::timers;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::leaderboards::certainty;
use crate::services::Services;
use crate::stop;

/// So often a worker may die of a job, or be lost with it, by accident: a colleague's job, or a restart. Beyond it the job is
/// suspected and done alone.
const TRUSTED: i64 = 1;
const SUSPECTED: RangeInclusive<i64> = TRUSTED + 1..=i64::MAX;
const ALL: RangeInclusive<i64> = 0..=i64::MAX;
/// How long a suspect waits for a moment in which nothing else is scored; then the others wait for it.
const OVERDUE: TimeDelta = TimeDelta::minutes(1);
/// How long a scoring or a letter may go on after the request to stop. Giving it back takes a moment more, and the server waits for neither long.
pub const FINISHING: Duration = Duration::from_secs(6);
/// How often a worker looks by itself, for jobs put back for later and for other processes' jobs on SQLite.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// The same for those who do what is slow, or send mail.
const LOOK_SLOWLY: Duration = Duration::from_secs(1);
/// Letters that a process sends at once: a server that is slow with one shall not hold up all.
const SENDERS: usize = 2;
/// What is said of a job whose last worker was never heard of again.
const LOST: &str = "no worker that took it came back";

/// Runs `count` workers, one for what is slow and two for mail, until `stop` turns true; each finishes what it has begun, unless that takes
/// longer than [`FINISHING`]: then the job goes back to the queue at once.
#[boxed]
pub async fn run(services: Services, count: usize, stop: watch::Receiver<bool>) {
    if let Err(error) = timers::set_all(&services).await {
        tracing::warn!(%error, "the moments of competitions that an older version imported could not be set");
    }
    let pools = [(Pool::Quick, count.max(1)), (Pool::Slow, 1), (Pool::Mail, SENDERS)];
    let pools = pools.into_iter().flat_map(|(pool, count)| std::iter::repeat_n(pool, count));
    let tasks: Vec<_> = pools.map(|pool| tokio::spawn(work(services.clone(), pool, stop.clone()))).collect();
    for task in tasks {
        if let Err(error) = task.await {
            tracing::error!(%error, "a worker stopped");
        }
    }
}

async fn work(services: Services, pool: Pool, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match run_one(&services, pool, &mut stop).await {
            Ok(Some(_)) => {}
            Ok(None) => rest(&services, pool, &mut stop).await,
            Err(error) => {
                tracing::error!(%error, "a worker could not reach the queue");
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Until something was queued, or it is time to look, or to stop.
async fn rest(services: &Services, pool: Pool, stop: &mut watch::Receiver<bool>) {
    let (every, is_quick) = match pool {
        Pool::Quick => (LOOK_EVERY, true),
        Pool::Slow | Pool::Mail => (LOOK_SLOWLY, false),
    };
    tokio::select! {
        () = services.queue.notified(), if is_quick => {}
        () = tokio::time::sleep(every) => {}
        _ = stop.changed() => {}
    }
}

/// Does everything that is due but for mail, and returns how many submissions were taken from the queue.
#[boxed]
pub async fn run_until_idle(services: &Services) -> Result<usize> {
    let (_running, mut stop) = watch::channel(false);
    let mut scored = 0;
    while let Some(kind) = match run_one(services, Pool::Quick, &mut stop).await? {
        Some(kind) => Some(kind),
        None => run_one(services, Pool::Slow, &mut stop).await?,
    } {
        scored += usize::from(kind == JobKind::Score);
    }
    Ok(scored)
}

/// Does all of a pool that is due, and how many jobs were taken.
#[boxed]
pub(crate) async fn drain(services: &Services, pool: Pool) -> Result<usize> {
    let (_running, mut stop) = watch::channel(false);
    let mut taken = 0;
    while run_one(services, pool, &mut stop).await?.is_some() {
        taken += 1;
    }
    Ok(taken)
}

/// What waits, runs and is dead, by kind.
#[boxed]
pub async fn tallies(services: &Services) -> Result<Vec<JobTally>> {
    Ok(services.db.job_tallies(services.clock.now()).await?)
}

/// Held while a job is done: with all who score, or alone.
type Turn<'s> = (Option<RwLockReadGuard<'s, ()>>, Option<RwLockWriteGuard<'s, ()>>);

/// Takes one job, if one is due, and does it. Which kind it was of.
async fn run_one(services: &Services, pool: Pool, stop: &mut watch::Receiver<bool>) -> Result<Option<JobKind>> {
    let turn = match pool {
        Pool::Quick => quick_turn(services).await?,
        Pool::Slow => slow_turn(services).await?,
        Pool::Mail => mail_turn(services).await?,
    };
    let Some((_turn, unreturned)) = turn else { return Ok(None) };
    // Others may have been waited for since the request to stop.
    if *stop.borrow() {
        return Ok(None);
    }
    let Some((claim, task)) = claim(services, pool, unreturned).await? else { return Ok(None) };
    let Some(task) = task else { return Ok(Some(claim.kind)) };
    if pool == Pool::Quick {
        // More may be waiting: wake a colleague before the long part begins.
        services.queue.notify_one();
    }
    let heartbeat = tokio::spawn(keep_lease(services.clone(), claim.clone()));
    let done = tokio::select! {
        done = task.work(services, &claim) => Some(done),
        () = out_of_patience(pool, stop) => None,
    };
    heartbeat.abort();
    let finished = match done {
        Some(Ok(done)) => finish(services, &claim, done).await,
        Some(Err(error)) => put_back(services, &claim, &error).await,
        None => release(services, &claim).await,
    };
    if let Err(error) = finished {
        // The lease runs out and the job is done again; nothing is lost.
        tracing::error!(%error, kind = claim.kind.key(), subject = %claim.subject, "a job that was done could not be finished");
    }
    Ok(Some(claim.kind))
}

/// A turn to score, and how often what is taken may have been taken without coming back.
async fn quick_turn(services: &Services) -> Result<Option<(Turn<'_>, RangeInclusive<i64>)>> {
    let now = services.clock.now();
    let Some(due) = services.db.due(Pool::Quick, now, now - OVERDUE).await? else { return Ok(None) };
    // A suspect waits until nothing else is scored here: if this process dies of it, no other submission goes with it.
    Ok(if due.waited.is_some_and(|waited| waited > TRUSTED) {
        Some(((None, Some(services.alone.write().await)), SUSPECTED))
    } else if due.least <= TRUSTED {
        Some(((Some(services.alone.read().await), None), 0..=TRUSTED))
    } else {
        services.alone.try_write().ok().map(|alone| ((None, Some(alone)), SUSPECTED))
    })
}

/// What is slow begins only while nothing waits to be scored, and nobody ever waits for it.
async fn slow_turn(services: &Services) -> Result<Option<(Turn<'_>, RangeInclusive<i64>)>> {
    let now = services.clock.now();
    if services.db.due(Pool::Quick, now, now).await?.is_some() {
        return Ok(None);
    }
    certainty::put_due(services).await?;
    Ok(services.db.due(Pool::Slow, now, now).await?.map(|_| ((None, None), ALL)))
}

/// Mail waits for nobody, and nobody for it.
async fn mail_turn(services: &Services) -> Result<Option<(Turn<'_>, RangeInclusive<i64>)>> {
    let now = services.clock.now();
    Ok(services.db.due(Pool::Mail, now, now).await?.map(|_| ((None, None), ALL)))
}

/// Some time after the request to stop; never without one. What is slow would keep nobody but the server waiting.
async fn out_of_patience(pool: Pool, stop: &mut watch::Receiver<bool>) {
    stop::asked(stop).await;
    if pool != Pool::Slow {
        tokio::time::sleep(FINISHING).await;
    }
}

/// Takes a job; without a task where it was taken as often as it may be and is given up.
async fn claim(
    services: &Services,
    pool: Pool,
    unreturned: RangeInclusive<i64>,
) -> Result<Option<(Claim, Option<Task>)>> {
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    let Some(claim) = tx.claim(pool, now, now + lease(services), unreturned).await? else { return Ok(None) };
    let (task, events) = if claim.attempts_left < 0 {
        (None, give_up(&mut tx, &claim, LOST, now).await?.unwrap_or_default())
    } else {
        let (task, events) = Task::begin(&mut tx, &claim, now).await?;
        (Some(task), events)
    };
    services.events.commit(tx, events).await?;
    Ok(Some((claim, task)))
}

fn lease(services: &Services) -> TimeDelta {
    TimeDelta::from_std(services.config.lease).unwrap_or(TimeDelta::seconds(30))
}

/// Keeps the lease while the work takes long; stops when it was lost.
async fn keep_lease(services: Services, claim: Claim) {
    loop {
        tokio::time::sleep(services.config.lease / 3).await;
        let extended: Result<bool> = async {
            let mut tx = services.db.begin().await?;
            let kept = tx.extend_lease(&claim, services.clock.now() + lease(&services)).await?;
            tx.commit().await?;
            Ok(kept)
        }
        .await;
        if matches!(extended, Ok(false)) {
            return;
        }
    }
}

/// What came of the work and the job's end in one transaction; when the lease was lost meanwhile nothing but what has left the house.
async fn finish(services: &Services, claim: &Claim, done: Done<'_>) -> Result<()> {
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    // Whoever holds a competition puts jobs of the same key: they would wait for each other.
    if let Some(competition) = done.competition() {
        tx.lock_competition(competition).await?;
    }
    if !tx.finish_job(claim).await? {
        tracing::warn!(kind = claim.kind.key(), subject = %claim.subject, attempt = claim.attempt, "the lease was lost; another worker has it");
        if !done.is_out() {
            return Ok(());
        }
    }
    let events = done.write(services, &mut tx, now).await?;
    services.events.commit(tx, events).await
}

/// After a fault of ours: again later, twice as late each time; after the last attempt it is given up. While the storage does not
/// answer no attempt is the last one.
async fn put_back(services: &Services, claim: &Claim, error: &Error) -> Result<()> {
    let now = services.clock.now();
    let (kind, outage, text) = (claim.kind, error.is_outage(), error.to_string());
    tracing::error!(error = text, kind = kind.key(), subject = %claim.subject, attempt = claim.attempt, "a job failed");
    let mut tx = services.db.begin().await?;
    if claim.attempts_left <= 0 && !outage {
        let Some(events) = give_up(&mut tx, claim, &text, now).await? else { return Ok(()) };
        return services.events.commit(tx, events).await;
    }
    tx.retry_job(claim, !outage, kind.rules().after(claim.attempt, now), &text).await?;
    Ok(tx.commit().await?)
}

/// The job is dead, and what follows of it is written; nothing when the lease was lost.
async fn give_up(tx: &mut Tx, claim: &Claim, error: &str, now: DateTime<Utc>) -> Result<Option<Vec<Event>>> {
    if !tx.bury_job(claim, error).await? {
        return Ok(None);
    }
    tracing::error!(
        job = %claim.id, kind = claim.kind.key(), subject = %claim.subject, attempt = claim.attempt, unreturned = claim.unreturned,
        "gave a job up"
    );
    work::give_up(tx, claim, error, now).await.map(Some)
}

/// Gives the job back before its time, for whoever comes next.
async fn release(services: &Services, claim: &Claim) -> Result<()> {
    tracing::warn!(kind = claim.kind.key(), subject = %claim.subject, "asked to stop meanwhile; the job goes back to the queue");
    let mut tx = services.db.begin().await?;
    tx.retry_job(claim, false, services.clock.now(), "the worker was asked to stop").await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod mail_tests;
#[cfg(test)]
mod tests;
