//! A stage: a period of a competition, with its own solution and leaderboard when it takes submissions.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{CompetitionId, StageId};
use crate::text::Text;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Stage {
    pub id: StageId,
    pub competition_id: CompetitionId,
    /// The folder's name for it, such as `qualifier`.
    pub key: String,
    #[cfg_attr(feature = "sqlx", sqlx(json))]
    pub name: Text,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    /// When the organizers want the private leaderboard to open; `None` while they have not said. See [`Self::private_opens_at`].
    pub reveal_at: Option<DateTime<Utc>>,
    /// A stage without submissions is a milestone of the schedule (applications, announcement).
    pub takes_submissions: bool,
    /// Rows of the solution's public and private part; 0 and 0 for a milestone.
    pub public_rows: i64,
    pub private_rows: i64,
    /// Grows by one with every change that the leaderboard shows.
    pub leaderboard_version: i64,
}

/// Where a stage stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Upcoming,
    Open,
    Closed,
}

impl Stage {
    /// Whether another has the same but for the version of its leaderboard.
    pub fn is_same_but_version(&self, other: &Self) -> bool {
        let Self {
            id,
            competition_id,
            key,
            name,
            starts_at,
            ends_at,
            reveal_at,
            takes_submissions,
            public_rows,
            private_rows,
            leaderboard_version: _,
        } = self;
        (id, competition_id, key, name) == (&other.id, &other.competition_id, &other.key, &other.name)
            && (starts_at, ends_at, reveal_at) == (&other.starts_at, &other.ends_at, &other.reveal_at)
            && (takes_submissions, public_rows, private_rows)
                == (&other.takes_submissions, &other.public_rows, &other.private_rows)
    }

    /// The start belongs to the stage, the end does not.
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        if now < self.starts_at {
            Phase::Upcoming
        } else if self.ends_at.is_none_or(|end| now < end) {
            Phase::Open
        } else {
            Phase::Closed
        }
    }

    /// When everyone may see private scores: never while submissions are taken, whatever was announced before the end was
    /// moved. `None` while nobody knows.
    pub fn private_opens_at(&self) -> Option<DateTime<Utc>> {
        Some(self.reveal_at?.max(self.ends_at?))
    }

    /// Whether everyone may see private scores, and what else the results open.
    pub fn revealed(&self, now: DateTime<Utc>) -> bool {
        self.private_opens_at().is_some_and(|at| now >= at)
    }

    /// The moments at which everyone comes to see something else: it opens, it closes, its private scores are shown.
    pub fn moments(&self) -> impl Iterator<Item = DateTime<Utc>> {
        [Some(self.starts_at), self.ends_at, self.private_opens_at()].into_iter().flatten()
    }

    /// The moment whose ranking the public board's changes are counted from: 24 hours before the end of a stage that is
    /// over, else 24 hours before the last full hour, so that a board that is kept stays right for an hour.
    pub fn changes_since(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        self.ends_at.filter(|end| *end <= now).unwrap_or(hour) - TimeDelta::hours(24)
    }

    /// The public part's share of the scored rows, in percent, rounded.
    pub fn public_percent(&self) -> i64 {
        let all = self.public_rows + self.private_rows;
        if all == 0 { 100 } else { (self.public_rows * 100 + all / 2) / all }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage() -> Stage {
        let at = |s: &str| s.parse::<DateTime<Utc>>().unwrap();
        Stage {
            id: StageId::random(),
            competition_id: CompetitionId::random(),
            key: "qualifier".into(),
            name: Text::default(),
            starts_at: at("2026-11-01T00:00:00Z"),
            ends_at: Some(at("2026-11-27T09:00:00Z")),
            reveal_at: Some(at("2026-11-28T09:00:00Z")),
            takes_submissions: true,
            public_rows: 69,
            private_rows: 159,
            leaderboard_version: 0,
        }
    }

    #[test]
    fn the_first_moment_is_open_and_the_deadline_itself_is_closed() {
        let stage = stage();
        assert_eq!(stage.phase(stage.starts_at), Phase::Open);
        let end = stage.ends_at.unwrap();
        assert_eq!(stage.phase(end - chrono::Duration::microseconds(1)), Phase::Open);
        assert_eq!(stage.phase(end), Phase::Closed);
    }

    #[test]
    fn a_stage_without_an_end_stays_open() {
        let stage = Stage { ends_at: None, ..stage() };
        assert_eq!(stage.phase("2099-01-01T00:00:00Z".parse().unwrap()), Phase::Open);
    }

    #[test]
    fn private_scores_stay_hidden_until_the_reveal() {
        let stage = stage();
        assert!(!stage.revealed(stage.ends_at.unwrap()));
        assert!(stage.revealed(stage.reveal_at.unwrap()));
        assert!(!Stage { reveal_at: None, ..stage }.revealed("2099-01-01T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn the_private_leaderboard_counts_from_the_moment_it_is_open_to_everyone() {
        use crate::leaderboards::Side;

        let stage = stage();
        let reveal = stage.reveal_at.unwrap();
        let before = reveal - chrono::Duration::microseconds(1);
        assert_eq!((stage.side_that_counts(before), stage.side_that_counts(reveal)), (Side::Public, Side::Private));
        let unsaid = Stage { reveal_at: None, ..stage };
        assert_eq!(unsaid.side_that_counts("2099-01-01T00:00:00Z".parse().unwrap()), Side::Public);
    }

    #[test]
    fn nothing_is_revealed_while_submissions_are_taken() {
        let stage = stage();
        let (end, announced) = (stage.ends_at.unwrap(), stage.reveal_at.unwrap());
        let extended = Stage { ends_at: Some(announced + chrono::Duration::days(3)), ..stage.clone() };
        assert!(!extended.revealed(announced) && !extended.revealed(announced + chrono::Duration::days(2)));
        assert_eq!(extended.private_opens_at(), extended.ends_at);
        assert!(extended.revealed(extended.ends_at.unwrap()));
        let endless = Stage { ends_at: None, ..stage.clone() };
        assert!(!endless.revealed("2099-01-01T00:00:00Z".parse().unwrap()));
        assert!(!Stage { reveal_at: Some(end), ..stage }.revealed(end - chrono::Duration::microseconds(1)));
    }

    #[test]
    fn rank_changes_are_counted_from_24_hours_before_the_hour_or_before_the_end() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let stage = Stage { ends_at: Some(at("2026-11-27T09:30:00Z")), ..stage() };
        assert_eq!(stage.changes_since(at("2026-11-21T05:59:59.9Z")), at("2026-11-20T05:00:00Z"));
        assert_eq!(stage.changes_since(at("2026-11-21T06:00:00Z")), at("2026-11-20T06:00:00Z"));
        for late in ["2026-11-27T09:30:00Z", "2026-12-24T00:00:00Z"] {
            assert_eq!(stage.changes_since(at(late)), at("2026-11-26T09:30:00Z"));
        }
    }

    #[test]
    fn the_public_share_is_said_in_whole_percent() {
        assert_eq!(stage().public_percent(), 30);
    }
}
