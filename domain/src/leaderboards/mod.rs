//! Leaderboards: what everyone may see of a stage's ranking at one version, with scores as they are published.

mod ranking;

use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use scoring::Direction;
use serde::{Deserialize, Serialize};

pub(crate) use self::ranking::standing_of;
pub use self::ranking::{Entry, Ranking, Standing, better, order, rank};
use crate::ids::{SubmissionId, TeamId, TeamNumber};
use crate::scores::publish;
use crate::stages::Stage;
use crate::submissions::Secondary;
use crate::text::Text;

#[cfg(test)]
mod tests;

/// Which part of the test data a leaderboard is computed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    #[default]
    Public,
    Private,
}

impl Stage {
    /// The leaderboard that counts: the private one as soon as everyone may see it.
    pub fn side_that_counts(&self, now: DateTime<Utc>) -> Side {
        if self.revealed(now) { Side::Private } else { Side::Public }
    }
}

/// How a team's rank moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// By so many places; positive rises.
    By(i64),
    New,
}

/// A row of the leaderboard as everyone may see it: a place, and who has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub rank: i64,
    pub tied_first: bool,
    /// The next team has the same published score, and ranks behind by digits that are not published.
    pub ahead_unseen: bool,
    pub change: Change,
    /// Shared by every version of the leaderboard that does not change it.
    pub record: Arc<Record>,
}

impl Deref for Row {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.record
    }
}

/// What a leaderboard shows of a team, wherever it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub team_id: TeamId,
    pub team_number: TeamNumber,
    pub team_name: String,
    pub members: Vec<String>,
    pub score: f64,
    /// What that submission scored beside.
    pub secondary: Secondary,
    /// The submission that has this score, the earliest of several; only its team can open it.
    pub best: SubmissionId,
    pub submissions: i64,
    pub last_submission_at: DateTime<Utc>,
    /// The team's best score over time, oldest first.
    pub steps: Vec<(DateTime<Utc>, f64)>,
}

/// An organizer's reference row, without a rank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    pub name: Text,
    pub score: f64,
    /// What the same file scored by the metrics shown beside.
    pub secondary: Secondary,
}

/// The ends of every row's trend, so that rows compare. The worst quarter of all values lies on the floor: first tries would
/// else press the rest into a line.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scale {
    pub worst: f64,
    pub best: f64,
}

impl Scale {
    pub fn of(direction: Direction, rows: &[Row]) -> Self {
        let mut values: Vec<f64> = rows.iter().flat_map(|row| row.steps.iter().map(|(_, score)| *score)).collect();
        let by = |a: &f64, b: &f64| match direction {
            Direction::Higher => a.total_cmp(b),
            Direction::Lower => b.total_cmp(a),
        };
        let quarter = values.len() / 4;
        if quarter >= values.len() {
            return Self::default();
        }
        let (_, worst, better) = values.select_nth_unstable_by(quarter, by);
        let worst = *worst;
        Self { worst, best: better.iter().copied().max_by(by).unwrap_or(worst) }
    }
}

/// A whole leaderboard at one version.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaderboard {
    pub side: Side,
    pub version: i64,
    pub direction: Direction,
    pub scale: Scale,
    pub rows: Vec<Row>,
    pub baselines: Vec<Baseline>,
    /// When the newest submission in it was made.
    pub updated_at: Option<DateTime<Utc>>,
}

impl Record {
    /// Makes its scores what the world may see of them; it was ranked before.
    pub fn publish(&mut self, decimals: u32) {
        let steps = self.steps.iter_mut().map(|(_, score)| score);
        publish(steps.chain(self.secondary.values_mut()).chain([&mut self.score]), decimals);
    }
}

impl Baseline {
    /// As a record's.
    pub fn publish(&mut self, decimals: u32) {
        publish(self.secondary.values_mut().chain([&mut self.score]), decimals);
    }
}

/// Marks the rows whose lead over the next one cannot be seen.
pub fn mark_unseen(rows: &mut [Row]) {
    for index in 1..rows.len() {
        let same = rows[index - 1].score.total_cmp(&rows[index].score).is_eq();
        rows[index - 1].ahead_unseen = same && !rows[index - 1].tied_first;
    }
}
