//! Ranking: the best score of each team, ties to the earlier submission, a missing score never ranks.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use scoring::Direction;
use serde::{Deserialize, Serialize};

use crate::ids::{SubmissionId, TeamId};
use crate::scores::published;

/// How scores are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranking {
    pub direction: Direction,
    /// Places scores are compared at; `None`: all digits.
    pub decimals: Option<u32>,
}

impl Ranking {
    /// A score as it is compared; minus zero is zero.
    fn compared(self, score: f64) -> f64 {
        self.decimals.map_or(score, |decimals| published(score, decimals)) + 0.0
    }

    /// Whether neither is better than the other.
    pub(crate) fn tied(self, a: &Entry, b: &Entry) -> bool {
        self.compared(a.score).total_cmp(&self.compared(b.score)).is_eq()
    }
}

/// A scored submission, as ranking needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    pub team: TeamId,
    pub submission: SubmissionId,
    pub at: DateTime<Utc>,
    pub score: f64,
}

/// A team's standing: its best entry, in rank order.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub team: TeamId,
    pub best: Entry,
    pub rank: i64,
    /// The next team has the same score and ranks behind only because it came later.
    pub tied_first: bool,
    /// Scored submissions of the team.
    pub entries: i64,
    pub last_at: DateTime<Utc>,
    /// The team's best score after each submission that improved it, oldest first.
    pub steps: Vec<(DateTime<Utc>, f64)>,
}

/// Whether `a` is a better score than `b`. A NaN is never better.
pub fn better(ranking: Ranking, a: f64, b: f64) -> bool {
    let (a, b) = (ranking.compared(a), ranking.compared(b));
    match ranking.direction {
        Direction::Higher => a > b,
        Direction::Lower => a < b,
    }
}

/// Ranks teams by their best score. `entries` come in any order; those with a score that is not finite do not rank.
/// Of equal scores the earlier submission stands first (then the smaller id, so that the order is total).
pub fn rank(ranking: Ranking, mut entries: Vec<Entry>) -> Vec<Standing> {
    entries.sort_unstable_by_key(|entry| (entry.team, entry.at, entry.submission));
    let mut standings: Vec<Standing> =
        entries.chunk_by(|a, b| a.team == b.team).filter_map(|team| standing_of(ranking, team)).collect();
    standings.sort_unstable_by(|a, b| order(ranking, &a.best, &b.best));
    for (index, standing) in standings.iter_mut().enumerate() {
        standing.rank = i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1);
    }
    for index in 1..standings.len() {
        standings[index - 1].tied_first = ranking.tied(&standings[index - 1].best, &standings[index].best);
    }
    standings
}

/// A team's standing by its entries, in the order they were made; without a rank, which depends on the others. `None` where no
/// score is finite.
pub(crate) fn standing_of(ranking: Ranking, entries: &[Entry]) -> Option<Standing> {
    let mut finite = entries.iter().filter(|entry| entry.score.is_finite());
    let first = finite.next()?;
    let mut standing = Standing {
        team: first.team,
        best: *first,
        rank: 0,
        tied_first: false,
        entries: 1,
        last_at: first.at,
        steps: vec![(first.at, first.score)],
    };
    for entry in finite {
        standing.entries += 1;
        standing.last_at = entry.at;
        if better(ranking, entry.score, standing.best.score) {
            standing.best = *entry;
            standing.steps.push((entry.at, entry.score));
        }
    }
    Some(standing)
}

/// Better first, then earlier, then the smaller id.
pub fn order(ranking: Ranking, a: &Entry, b: &Entry) -> Ordering {
    let ascending = ranking.compared(a.score).total_cmp(&ranking.compared(b.score));
    let by_score = match ranking.direction {
        Direction::Higher => ascending.reverse(),
        Direction::Lower => ascending,
    };
    by_score.then(a.at.cmp(&b.at)).then(a.submission.cmp(&b.submission))
}
