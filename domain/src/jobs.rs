//! Jobs: what is done beside requests, and how each kind of them is treated.

use chrono::{DateTime, TimeDelta, Utc};

/// What is to be done. A new kind is a variant here, its rules below, and its place in `platform/src/jobs/work.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// A submission is scored.
    Score,
    /// How certain a stage's final ranking is.
    Certainty,
    /// A moment of a stage has come.
    Timer,
    /// Those whom something is for are told of it.
    Notify,
    /// The time to take an offered place is over.
    Offer,
    /// A deadline of a case has come.
    Case,
    /// Whether teams are idle is looked at.
    Idle,
    /// Those who decide are told that applications wait.
    Applications,
    /// A letter is sent.
    Mail,
    /// A scheduled notice goes up.
    Publish,
}

/// Who does jobs. What may take long is done by others, so that it never holds up scoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    Quick,
    Slow,
    /// What waits for servers of others.
    Mail,
}

/// How jobs of a kind are done.
#[derive(Debug, Clone, Copy)]
pub struct JobRules {
    pub pool: Pool,
    /// Of what is due the highest goes first.
    pub priority: i64,
    /// How often a job may be taken before it is given up, but for the times it was brought back through no fault of its own.
    pub attempts: i64,
    /// How long after its first attempt it is tried again, and the most that this doubles to.
    pub backoff: (TimeDelta, TimeDelta),
}

const SOON: (TimeDelta, TimeDelta) = (TimeDelta::seconds(1), TimeDelta::minutes(1));
/// With thirty attempts: for a day.
const FOR_A_DAY: (TimeDelta, TimeDelta) = (TimeDelta::minutes(1), TimeDelta::hours(1));
const LATER: (TimeDelta, TimeDelta) = (TimeDelta::minutes(5), TimeDelta::minutes(5));

impl JobKind {
    pub const ALL: [Self; 10] = [
        Self::Score,
        Self::Certainty,
        Self::Timer,
        Self::Notify,
        Self::Offer,
        Self::Case,
        Self::Idle,
        Self::Applications,
        Self::Mail,
        Self::Publish,
    ];

    /// Attempts, backoff, pool and priority of the kind.
    pub const fn rules(self) -> JobRules {
        match self {
            Self::Score => JobRules { pool: Pool::Quick, priority: 10, attempts: 5, backoff: SOON },
            Self::Certainty => JobRules { pool: Pool::Slow, priority: 0, attempts: 3, backoff: LATER },
            Self::Timer | Self::Offer | Self::Case | Self::Idle | Self::Publish => {
                JobRules { pool: Pool::Quick, priority: 20, attempts: 10, backoff: SOON }
            }
            Self::Notify | Self::Applications => {
                JobRules { pool: Pool::Quick, priority: 5, attempts: 10, backoff: SOON }
            }
            Self::Mail => JobRules { pool: Pool::Mail, priority: 0, attempts: 30, backoff: FOR_A_DAY },
        }
    }

    /// The word in the database, on the command line and in metrics.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Certainty => "certainty",
            Self::Timer => "timer",
            Self::Notify => "notify",
            Self::Offer => "offer",
            Self::Case => "case",
            Self::Idle => "idle",
            Self::Applications => "applications",
            Self::Mail => "mail",
            Self::Publish => "publish",
        }
    }

    /// The kind of a stored word; none for one of another version's.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

impl JobRules {
    /// When to try again after an attempt, counted from one.
    pub fn after(&self, attempt: i64, now: DateTime<Utc>) -> DateTime<Utc> {
        let (first, most) = self.backoff;
        // Far more doublings than any `most` needs.
        now + (first * (1 << (attempt.clamp(1, 16) - 1))).min(most)
    }
}

impl Pool {
    /// What is done in it.
    pub fn kinds(self) -> impl Iterator<Item = JobKind> {
        JobKind::ALL.into_iter().filter(move |kind| kind.rules().pool == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_waits_twice_as_long_as_the_last_up_to_the_most() {
        let rules = JobKind::Score.rules();
        let now = DateTime::UNIX_EPOCH;
        let waits: Vec<_> = (1..=8).map(|attempt| (rules.after(attempt, now) - now).num_seconds()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(rules.after(i64::MAX, now) - now, TimeDelta::minutes(1));
    }

    #[test]
    fn a_letter_is_tried_soon_and_then_each_hour_for_a_day() {
        let rules = JobKind::Mail.rules();
        let (mut at, mut tries) = (DateTime::UNIX_EPOCH, Vec::new());
        for attempt in 1..=rules.attempts {
            tries.push(at.timestamp() / 60);
            at = rules.after(attempt, at);
        }
        assert_eq!(tries[..9], [0, 1, 3, 7, 15, 31, 63, 123, 183]);
        assert_eq!(tries.last(), Some(&(24 * 60 + 3)));
    }

    #[test]
    fn every_kind_has_a_word_of_its_own_and_a_pool() {
        for kind in JobKind::ALL {
            assert_eq!(JobKind::from_key(kind.key()), Some(kind));
        }
        assert_eq!(JobKind::from_key("of another version"), None);
        let pools = [Pool::Quick, Pool::Slow, Pool::Mail];
        assert_eq!(pools.iter().map(|pool| pool.kinds().count()).sum::<usize>(), JobKind::ALL.len());
    }
}
