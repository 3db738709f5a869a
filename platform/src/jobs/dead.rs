//! Jobs that were given up: seen, put back or dropped by those who run the server.

use async_recursion::async_recursion as boxed;
use domain::access::Actor;
use domain::audit::{Act, Deed};
use domain::ids::JobId;
use domain::jobs::JobKind;

pub use storage::jobs::DeadJob;

use crate::error::Result;
use crate::events::Event;
use crate::services::Services;

/// Dead jobs that are listed at once.
const MOST: i64 = 1000;

/// The dead jobs, those that were due first, as many as anybody reads.
#[boxed]
pub async fn list(services: &Services) -> Result<Vec<DeadJob>> {
    Ok(services.db.dead_jobs(MOST).await?)
}

/// Puts a dead job back as if it was new; false when there is none of that id, or of a kind that this version does not know.
#[boxed]
pub async fn retry(services: &Services, actor: &Actor, id: JobId) -> Result<bool> {
    let now = services.clock.now();
    let Some(job) = services.db.dead_job(id).await? else { return Ok(false) };
    let Some(kind) = JobKind::from_key(&job.kind) else { return Ok(false) };
    let mut tx = services.db.begin().await?;
    if !tx.revive_job(id, kind.rules().attempts, now).await? {
        return Ok(false);
    }
    tx.record(now, actor, act(Deed::RetryJob, &job));
    services.events.commit(tx, vec![Event::Queued]).await?;
    Ok(true)
}

/// Puts back those that watch teams: they come again by themselves alone, so one that was given up would watch nobody any more.
/// Whether there were any.
#[boxed]
pub async fn watch_again(services: &Services) -> Result<bool> {
    let mut tx = services.db.begin().await?;
    let revived = tx.revive_jobs(JobKind::Idle, services.clock.now()).await?;
    tx.commit().await?;
    Ok(revived)
}

/// Forgets a dead job; false when there is none of that id.
#[boxed]
pub async fn drop(services: &Services, actor: &Actor, id: JobId) -> Result<bool> {
    let Some(job) = services.db.dead_job(id).await? else { return Ok(false) };
    let mut tx = services.db.begin().await?;
    if !tx.drop_job(id).await? {
        return Ok(false);
    }
    tx.record(services.clock.now(), actor, act(Deed::DropJob, &job));
    tx.commit().await?;
    Ok(true)
}

fn act(deed: Deed, job: &DeadJob) -> Act {
    let act = Act::of_job(deed, job.competition_id).before("job", job.id.0).before("subject", job.subject);
    act.before("kind", job.kind.as_str()).before("attempts", job.attempts)
}
