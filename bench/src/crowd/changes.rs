//! When the leaderboard really changed, and how much later each open page showed it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use storage::Db;

use super::after;
use crate::numbers::Samples;
use crate::page::Shown;
use crate::seed::rows;

/// How the submissions ended.
pub(super) struct Ends {
    /// When each was scored, in order.
    pub(super) finished: Vec<DateTime<Utc>>,
    pub(super) failed: usize,
    pub(super) unscored: usize,
}

/// Looks into the database, once a second, until everything submitted since a moment has ended.
pub(super) async fn wait(db: &Db, since: DateTime<Utc>, patience: Duration) -> anyhow::Result<Ends> {
    let until = Instant::now() + patience;
    loop {
        let rows: Vec<(String, Option<DateTime<Utc>>)> =
            rows!(*db, "SELECT status, finished_at FROM submissions WHERE created_at >= $1", since);
        let count = |statuses: [&str; 2]| rows.iter().filter(|(status, _)| statuses.contains(&status.as_str())).count();
        let (unscored, failed) = (count(["queued", "scoring"]), count(["failed", "failed"]));
        if unscored == 0 || Instant::now() >= until {
            let scored = rows.iter().filter(|(status, _)| status == "scored");
            let mut finished: Vec<_> = scored.filter_map(|(_, at)| *at).collect();
            finished.sort_unstable();
            return Ok(Ends { finished, failed, unscored });
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// A version and the moment from which it could have been shown.
pub(super) type Change = (i64, DateTime<Utc>);

/// Whether each scoring raised the version by one: then the `n`th version is the `n`th score's.
pub(super) fn is_one_a_score(firsts: &[Change], finished: &[DateTime<Utc>]) -> bool {
    let (Some((oldest, _)), Some((newest, _))) = (firsts.first(), firsts.last()) else { return false };
    usize::try_from(newest - oldest).is_ok_and(|raised| raised == finished.len())
}

/// Each version with the moment of its change: when its submission was scored, else when the first stream heard of it.
pub(super) fn changes(firsts: &[Change], finished: &[DateTime<Utc>]) -> Vec<Change> {
    let Some(((before, _), rest)) = firsts.split_first() else { return Vec::new() };
    if is_one_a_score(firsts, finished) {
        (before + 1..).zip(finished.iter().copied()).collect()
    } else {
        rest.to_vec()
    }
}

/// How long each page took to show each change, and how many were never shown.
pub(super) fn delays(shown: &Shown, changes: &[Change], which: impl Fn(bool) -> bool) -> (Samples, usize) {
    let mut pages: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
    for showing in shown.showings.iter().filter(|showing| which(showing.is_signed_in)) {
        pages.entry(showing.page).or_default().push((showing.version, showing.at));
    }
    let (mut samples, mut never) = (Samples::default(), 0);
    for showings in pages.values() {
        let mut next = showings.iter().peekable();
        for (version, at) in changes {
            while next.next_if(|(showing, _)| showing < version).is_some() {}
            match next.peek() {
                Some((_, shown)) => samples.add(after(*at, *shown)),
                None => never += 1,
            }
        }
    }
    (samples, never)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Showing;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_version_is_its_scores_where_each_score_raised_it_and_its_announcements_otherwise() {
        let firsts = [(10, at(0)), (12, at(5))];
        assert_eq!(changes(&firsts, &[at(1), at(4)]), [(11, at(1)), (12, at(4))]);
        assert_eq!(changes(&firsts, &[at(1), at(2), at(4)]), [(12, at(5))]);
        assert!(changes(&[], &[]).is_empty());
    }

    #[test]
    fn a_page_shows_a_change_with_the_first_version_that_has_it() {
        let showing = |version, seconds| Showing { page: 0, is_signed_in: false, version, at: at(seconds) };
        let shown = Shown { showings: vec![showing(10, 0), showing(12, 7)], ..Shown::default() };
        let (mut samples, never) = delays(&shown, &[(11, at(3)), (12, at(4)), (13, at(6))], |_| true);
        assert_eq!((samples.len(), samples.at(100), never), (2, Some(4000.0), 1));
    }
}
