//! Removes what nobody needs any more: files of submissions that were never accepted. A file is written before the row that names
//! it, so one that is refused, interrupted or killed in between leaves it behind.

use std::collections::HashSet;

use chrono::TimeDelta;
use futures::TryStreamExt as _;
use uuid::Uuid;

use crate::error::Result;
use crate::services::Services;

/// No request takes that long: a file that no row names by then never will be.
const AFTER: TimeDelta = TimeDelta::hours(1);
/// Rows read at once.
const PAGE: i64 = 10_000;

/// Removes files of submissions that no row names, and how many those were.
///
/// # Errors
/// When the storage or the database does not answer; the next round goes on.
pub async fn files(services: &Services) -> Result<usize> {
    let before = services.clock.now() - AFTER;
    // The files first: whatever is accepted after this has its row when the rows are read.
    let old: Vec<String> = services.files.older("submissions", before).try_collect().await?;
    let mut named = HashSet::new();
    let mut last = Uuid::nil();
    loop {
        let page = services.db.with_file(last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = *end;
        named.extend(page);
    }
    let mut removed = services.files.clear_broken("submissions", before).await?;
    for key in old.iter().filter(|key| id_of(key).is_some_and(|id| !named.contains(&id))) {
        services.files.discard(key).await;
        removed += 1;
    }
    Ok(removed)
}

/// The submission that a file is of; none for a file of another make, which is left alone.
fn id_of(key: &str) -> Option<Uuid> {
    key.rsplit_once('/')?.1.strip_suffix(".csv")?.parse().ok()
}
