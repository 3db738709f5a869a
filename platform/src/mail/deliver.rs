//! Letters as those who run the server have them: what waits, what failed, what is sent again.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Actor;
use domain::audit::{Act, Deed};
use domain::ids::LetterId;
use domain::jobs::Pool;
use storage::Tx;
use storage::letters::ListedLetter;

use crate::error::Result;
use crate::jobs;
use crate::mail::letter::Letter;
use crate::services::Services;

/// Letters of each state in an operator's list.
const LISTED: i64 = 100;
/// How long letters are remembered after they were sent or given up.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Sends everything that is due, and how many letters were tried.
#[boxed]
pub async fn deliver_due(services: &Services) -> Result<usize> {
    jobs::drain(services, Pool::Mail).await
}

/// Letters for an operator's list: those that wait and those that were sent, unless `only_failed`, and those that failed.
#[boxed]
pub async fn list(services: &Services, only_failed: bool) -> Result<Vec<ListedLetter>> {
    if only_failed {
        return Ok(services.db.ended_letters(false, LISTED).await?);
    }
    let mut letters = services.db.waiting_letters(LISTED).await?;
    letters.extend(services.db.ended_letters(false, LISTED).await?);
    letters.extend(services.db.ended_letters(true, LISTED).await?);
    Ok(letters)
}

/// Puts a failed letter back, in a transaction. Whether it was: it did not fail, or what it says is over.
pub(crate) async fn put_back(tx: &mut Tx, id: LetterId, now: DateTime<Utc>) -> Result<bool> {
    let Some(failed) = tx.failed_letter(id).await? else { return Ok(false) };
    // One that this version cannot read fails again, for the same reason.
    let is_late = serde_json::from_str::<Letter>(&failed.payload).is_ok_and(|letter| letter.is_late(now));
    Ok(!is_late && tx.resend_letter(id, now).await?)
}

/// Puts a failed letter back. Whether it was: there is none of that id, it did not fail, or it is too late for it.
#[boxed]
pub async fn resend(services: &Services, actor: &Actor, id: LetterId) -> Result<bool> {
    let mut tx = services.db.begin().await?;
    let now = services.clock.now();
    if !put_back(&mut tx, id, now).await? {
        return Ok(false);
    }
    tx.record(now, actor, Act::of_site(Deed::ResendLetter).after("letter", id.0));
    tx.commit().await?;
    Ok(true)
}

/// Removes letters that ended a month ago; what was sent and when is nobody's business for longer.
#[boxed]
pub async fn forget(services: &Services) -> Result<()> {
    let mut tx = services.db.begin().await?;
    tx.forget_letters(services.clock.now() - KEPT).await?;
    Ok(tx.commit().await?)
}
