//! Removes what nobody needs any more: files whose row never came. A file is written before the row that names it, so a submission
//! or an import that is refused, interrupted or killed in between leaves it behind. What is removed is gone for good, so it must lie
//! beside a younger file that a row names: a wrong or empty database names none there, one from an older backup only older ones.
//! A first import that is refused takes its files back itself; those of one that is killed stay, for no row names any beside them.

use std::collections::{HashMap, HashSet};

use async_recursion::async_recursion as boxed;
use chrono::TimeDelta;
use domain::ids::SubmissionId;
use futures::TryStreamExt as _;
use uuid::Uuid;

use crate::error::Result;
use crate::services::Services;

/// No request and no import takes that long: a file that no row names by then never will be.
const AFTER: TimeDelta = TimeDelta::days(7);
/// What submissions, imports, cases, applications and posts store.
const FOLDERS: [&str; 6] = ["submissions", "data", "images", "cases", "applications", "boards"];
/// Rows read at once.
const PAGE: i64 = 10_000;

/// Removes files of submissions and of imports that no row names, and how many those were.
///
/// # Errors
/// When the storage or the database does not answer; the next round goes on.
#[boxed]
pub async fn files(services: &Services) -> Result<usize> {
    let before = services.clock.now() - AFTER;
    let (mut old, mut removed) = (Vec::new(), 0);
    // The files first: whatever is accepted after this has its row when the rows are read.
    for folder in FOLDERS {
        old.extend(services.files.older(folder, before).try_collect::<Vec<_>>().await?);
        removed += services.files.clear_broken(folder, before).await?;
    }
    let named = Named::read(services).await?;
    for key in old.iter().filter(|key| named.has_lost(key)) {
        services.files.discard(key).await;
        removed += 1;
    }
    Ok(removed)
}

/// The files that rows name.
#[derive(Default)]
struct Named {
    ids: HashSet<Uuid>,
    /// The youngest of each place.
    youngest: HashMap<String, Uuid>,
}

impl Named {
    async fn read(services: &Services) -> Result<Self> {
        let (mut named, mut last) = (Self::default(), SubmissionId(Uuid::nil()));
        loop {
            let page = services.db.submitted(last, PAGE).await?;
            let Some((end, _)) = page.last() else { break };
            last = *end;
            for (_, key) in &page {
                named.add(key);
            }
        }
        for key in services.db.imported().await? {
            named.add(&key);
        }
        Ok(named)
    }

    fn add(&mut self, key: &str) {
        let Some((place, id)) = made(key) else { return };
        self.ids.insert(id);
        match self.youngest.get_mut(place) {
            Some(youngest) => *youngest = id.max(*youngest),
            None => drop(self.youngest.insert(place.to_owned(), id)),
        }
    }

    fn has_lost(&self, key: &str) -> bool {
        made(key).is_some_and(|(place, id)| {
            !self.ids.contains(&id) && self.youngest.get(place).is_some_and(|youngest| id < *youngest)
        })
    }
}

/// The folder and competition that a file lies in, and its id, which says when it was made; none for a file of another make,
/// which is left alone.
fn made(key: &str) -> Option<(&str, Uuid)> {
    let (end, _) = key.match_indices('/').nth(1)?;
    let (_, name) = key.rsplit_once('/')?;
    Some((key.get(..end)?, name.split('.').next()?.parse().ok()?))
}
