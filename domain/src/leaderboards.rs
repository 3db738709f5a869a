//! Ranking: the best score of each team, ties to the earlier submission, a missing score never ranks.

use std::cmp::Ordering;
use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use scoring::Direction;
use serde::{Deserialize, Serialize};

use crate::ids::{SubmissionId, TeamId, TeamNumber};
use crate::scores::{publish, published};
use crate::stages::Stage;
use crate::submissions::Secondary;
use crate::text::Text;

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

#[cfg(test)]
mod tests {
    use super::*;

    const HIGHER: Ranking = Ranking { direction: Direction::Higher, decimals: None };
    const LOWER: Ranking = Ranking { direction: Direction::Lower, decimals: None };

    fn entry(team: TeamId, minute: i64, score: f64) -> Entry {
        let at = DateTime::from_timestamp(minute * 60, 0).unwrap();
        Entry { team, submission: SubmissionId::new(), at, score }
    }

    #[test]
    fn the_best_score_in_the_metrics_direction_counts() {
        let (a, b) = (TeamId::new(), TeamId::new());
        let entries = vec![entry(a, 1, 0.7), entry(a, 2, 0.9), entry(a, 3, 0.8), entry(b, 4, 0.85)];
        let ranked = rank(HIGHER, entries.clone());
        assert_eq!(ranked.iter().map(|s| (s.team, s.best.score)).collect::<Vec<_>>(), [(a, 0.9), (b, 0.85)]);
        let ranked = rank(LOWER, entries);
        assert_eq!(ranked.iter().map(|s| (s.team, s.best.score)).collect::<Vec<_>>(), [(a, 0.7), (b, 0.85)]);
    }

    #[test]
    fn of_two_equal_scores_the_earlier_submission_stands_first_and_is_marked() {
        let (late, early) = (TeamId::new(), TeamId::new());
        let ranked = rank(HIGHER, vec![entry(late, 9, 0.9), entry(early, 3, 0.9)]);
        assert_eq!(
            ranked.iter().map(|s| (s.team, s.rank, s.tied_first)).collect::<Vec<_>>(),
            [(early, 1, true), (late, 2, false)]
        );
    }

    #[test]
    fn repeating_the_best_score_later_does_not_move_its_time() {
        let (a, b) = (TeamId::new(), TeamId::new());
        let ranked = rank(HIGHER, vec![entry(a, 1, 0.9), entry(b, 2, 0.9), entry(a, 3, 0.9)]);
        assert_eq!(ranked[0].team, a);
        assert_eq!(ranked[0].entries, 2);
        assert_eq!(ranked[0].steps.len(), 1);
    }

    #[test]
    fn a_score_that_is_not_a_number_never_ranks() {
        let (a, b) = (TeamId::new(), TeamId::new());
        let ranked = rank(LOWER, vec![entry(a, 1, f64::NAN), entry(b, 2, f64::INFINITY), entry(b, 3, 5.0)]);
        assert_eq!(ranked.iter().map(|s| s.team).collect::<Vec<_>>(), [b]);
        assert_eq!(ranked[0].entries, 1);
    }

    #[test]
    fn the_order_in_which_scores_arrive_does_not_matter() {
        let (a, b) = (TeamId::new(), TeamId::new());
        let mut entries = vec![entry(a, 1, 0.5), entry(b, 2, 0.9), entry(a, 5, 0.9), entry(b, 6, 0.95)];
        let forward = rank(HIGHER, entries.clone());
        entries.reverse();
        assert_eq!(rank(HIGHER, entries), forward);
    }

    #[test]
    fn a_best_score_that_looks_the_same_is_no_better_one_where_ties_are_as_shown() {
        let shown = Ranking { decimals: Some(2), ..HIGHER };
        assert!(better(HIGHER, 0.504, 0.503) && !better(shown, 0.504, 0.503) && better(shown, 0.514, 0.503));
        assert!(better(LOWER, 0.503, 0.504) && !better(LOWER, f64::NAN, 0.504));
    }

    #[test]
    fn scores_that_are_shown_alike_are_a_tie_where_the_organizer_says_so() {
        let (late, early) = (TeamId::new(), TeamId::new());
        let entries = vec![entry(late, 9, 0.123_454), entry(early, 3, 0.123_449_9), entry(late, 2, 0.1)];
        let first = |ranking| rank(ranking, entries.clone()).into_iter().map(|s| (s.team, s.tied_first)).next();
        assert_eq!(first(HIGHER), Some((late, false)));
        assert_eq!(first(Ranking { decimals: Some(5), ..HIGHER }), Some((early, true)));
        assert_eq!(first(Ranking { decimals: Some(6), ..HIGHER }), Some((late, false)));
    }

    #[test]
    fn of_two_rows_that_look_equal_the_one_ahead_in_unseen_digits_says_so() {
        let row = |score, tied_first| {
            let mut record = Record {
                team_id: TeamId::new(),
                team_number: 1,
                team_name: String::new(),
                members: Vec::new(),
                score,
                secondary: Secondary::from([("mae".to_owned(), score)]),
                best: SubmissionId::new(),
                submissions: 1,
                last_submission_at: DateTime::default(),
                steps: vec![(DateTime::default(), score)],
            };
            record.publish(5);
            Row { rank: 1, tied_first, ahead_unseen: false, change: Change::New, record: Arc::new(record) }
        };
        let mut rows =
            vec![row(0.123_454, false), row(0.123_449_999, true), row(0.123_449_999, false), row(0.1, false)];
        mark_unseen(&mut rows);
        assert_eq!(rows.iter().map(|row| row.score).collect::<Vec<_>>(), [0.123_45, 0.123_45, 0.123_45, 0.1]);
        assert_eq!(rows.iter().map(|row| row.ahead_unseen).collect::<Vec<_>>(), [true, false, false, false]);
        assert_eq!((rows[0].steps[0].1, rows[0].secondary["mae"]), (0.123_45, 0.123_45));
        let mut baseline = Baseline { name: Text::default(), score: 1.0 / 3.0, secondary: Secondary::new() };
        baseline.publish(5);
        assert!((baseline.score - 0.333_33).abs() < f64::EPSILON);
    }

    #[test]
    fn a_score_that_is_shown_as_before_is_no_better_one() {
        let a = TeamId::new();
        let ranked = rank(Ranking { decimals: Some(2), ..LOWER }, vec![entry(a, 1, 0.504), entry(a, 2, 0.496)]);
        assert_eq!((ranked[0].best.score, ranked[0].steps.len()), (0.504, 1));
    }
}
