//! Jobs that were given up: seen, put back or dropped by those who run the server.

use async_recursion::async_recursion as boxed;
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
pub async fn retry(services: &Services, id: JobId) -> Result<bool> {
    let dead = services.db.dead_job(id).await?;
    let Some(kind) = dead.and_then(|dead| JobKind::from_key(&dead.kind)) else { return Ok(false) };
    let mut tx = services.db.begin().await?;
    let is_back = tx.revive_job(id, kind.rules().attempts, services.clock.now()).await?;
    services.events.commit(tx, vec![Event::Queued]).await?;
    Ok(is_back)
}

/// Forgets a dead job; false when there is none of that id.
#[boxed]
pub async fn drop(services: &Services, id: JobId) -> Result<bool> {
    let mut tx = services.db.begin().await?;
    let is_gone = tx.drop_job(id).await?;
    tx.commit().await?;
    Ok(is_gone)
}
