//! Ranking: the best score of each team, ties to the earlier submission, a missing score never ranks.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use scoring::Direction;
use serde::{Deserialize, Serialize};

use crate::ids::{SubmissionId, TeamId, TeamNumber};
use crate::score::{publish, published};
use crate::submission::Secondary;
use crate::text::Text;

/// Which part of the test data a leaderboard is computed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Board {
    #[default]
    Public,
    Private,
}

/// How scores are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    entries.retain(|entry| entry.score.is_finite());
    entries.sort_unstable_by_key(|entry| (entry.at, entry.submission));
    let mut place: HashMap<TeamId, usize> = HashMap::new();
    let mut standings: Vec<Standing> = Vec::new();
    for entry in entries {
        let index = *place.entry(entry.team).or_insert(standings.len());
        if let Some(standing) = standings.get_mut(index) {
            standing.entries += 1;
            standing.last_at = entry.at;
            if better(ranking, entry.score, standing.best.score) {
                standing.best = entry;
                standing.steps.push((entry.at, entry.score));
            }
        } else {
            standings.push(Standing {
                team: entry.team,
                best: entry,
                rank: 0,
                tied_first: false,
                entries: 1,
                last_at: entry.at,
                steps: vec![(entry.at, entry.score)],
            });
        }
    }
    standings.sort_unstable_by(|a, b| order(ranking, &a.best, &b.best));
    for (index, standing) in standings.iter_mut().enumerate() {
        standing.rank = i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1);
    }
    for index in 1..standings.len() {
        let score = |index: usize| ranking.compared(standings[index].best.score);
        standings[index - 1].tied_first = score(index - 1).total_cmp(&score(index)).is_eq();
    }
    standings
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

/// A row of the leaderboard as everyone may see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub rank: i64,
    pub team_id: TeamId,
    pub team_number: TeamNumber,
    pub team_name: String,
    pub members: Vec<String>,
    pub score: f64,
    /// What that submission scored beside.
    #[serde(default)]
    pub secondary: Secondary,
    /// The submission that has this score, the earliest of several; only its team can open it.
    pub best: SubmissionId,
    pub tied_first: bool,
    /// The next team has the same published score, and ranks behind by digits that are not published.
    #[serde(default)]
    pub ahead_unseen: bool,
    pub change: Change,
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

/// A whole leaderboard at one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leaderboard {
    pub board: Board,
    pub version: i64,
    pub direction: Direction,
    pub rows: Vec<Row>,
    pub baselines: Vec<Baseline>,
    /// When the newest submission in it was made.
    pub updated_at: Option<DateTime<Utc>>,
}

impl Leaderboard {
    /// Makes every score what the world may see of it, once the rows are ranked.
    pub fn publish(&mut self, decimals: u32) {
        for row in &mut self.rows {
            let steps = row.steps.iter_mut().map(|(_, score)| score);
            publish(steps.chain(row.secondary.values_mut()).chain([&mut row.score]), decimals);
        }
        for baseline in &mut self.baselines {
            publish(baseline.secondary.values_mut().chain([&mut baseline.score]), decimals);
        }
        for index in 1..self.rows.len() {
            let same = self.rows[index - 1].score.total_cmp(&self.rows[index].score).is_eq();
            self.rows[index - 1].ahead_unseen = same && !self.rows[index - 1].tied_first;
        }
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
        let row = |score, tied_first| Row {
            rank: 1,
            team_id: TeamId::new(),
            team_number: 1,
            team_name: String::new(),
            members: Vec::new(),
            score,
            secondary: Secondary::from([("mae".to_owned(), score)]),
            best: SubmissionId::new(),
            tied_first,
            ahead_unseen: false,
            change: Change::New,
            submissions: 1,
            last_submission_at: DateTime::default(),
            steps: vec![(DateTime::default(), score)],
        };
        let rows = vec![row(0.123_454, false), row(0.123_449_999, true), row(0.123_449_999, false), row(0.1, false)];
        let baselines = vec![Baseline { name: Text::default(), score: 1.0 / 3.0, secondary: Secondary::new() }];
        let (board, direction) = (Board::Public, Direction::Higher);
        let mut board = Leaderboard { board, version: 1, direction, rows, baselines, updated_at: None };
        board.publish(5);
        assert_eq!(board.rows.iter().map(|row| row.score).collect::<Vec<_>>(), [0.123_45, 0.123_45, 0.123_45, 0.1]);
        assert_eq!(board.rows.iter().map(|row| row.ahead_unseen).collect::<Vec<_>>(), [true, false, false, false]);
        assert_eq!((board.rows[0].steps[0].1, board.rows[0].secondary["mae"]), (0.123_45, 0.123_45));
        assert_eq!(board.baselines.iter().map(|baseline| baseline.score).collect::<Vec<_>>(), [0.333_33]);
    }

    #[test]
    fn a_score_that_is_shown_as_before_is_no_better_one() {
        let a = TeamId::new();
        let ranked = rank(Ranking { decimals: Some(2), ..LOWER }, vec![entry(a, 1, 0.504), entry(a, 2, 0.496)]);
        assert_eq!((ranked[0].best.score, ranked[0].steps.len()), (0.504, 1));
    }
}
