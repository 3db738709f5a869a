//! Idle teams: `[idle]` of a competition, and where a team stands by what was seen of it.

use std::ops::RangeInclusive;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::stages::{Phase, Stage};

/// Days that may be set. One would leave no day to warn.
pub const DAYS: RangeInclusive<i64> = 2..=60;
/// How long before it is idle a team is warned, and the least that it has after that.
pub const NOTICE: TimeDelta = TimeDelta::days(1);

/// A service that has reported nothing for so long says nothing of anybody: then nobody is idle by what it does not say.
pub const SILENCE: TimeDelta = TimeDelta::days(1);

/// When a team is idle: as long as all that is set here says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdleSettings {
    /// Without a submission for so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission_days: Option<i64>,
    /// Without use of a notebook, as a service reports it, for so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_days: Option<i64>,
    #[serde(default)]
    pub exclusion: Exclusion,
}

/// Who excludes an idle team.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// Organizers, each time.
    #[default]
    Manual,
    /// The moment at which it is idle.
    Automatic,
}

/// What was seen of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Signs {
    /// From when its days are counted at the earliest: it was made, or brought back.
    pub since: DateTime<Utc>,
    /// Its last submission that was not a dry run.
    pub submitted_at: Option<DateTime<Utc>>,
    /// The last use of a notebook that was reported.
    pub active_at: Option<DateTime<Utc>>,
    pub warned_at: Option<DateTime<Utc>>,
    /// When the service last reported, of whichever team, and since when it has without being silent.
    pub reported_at: Option<DateTime<Utc>>,
    pub reporting_since: Option<DateTime<Utc>>,
}

/// Where a team stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idleness {
    /// It has until then at least, and is not warned before this other moment.
    Active { warned_from: DateTime<Utc>, until: DateTime<Utc> },
    /// It is idle then, unless something comes of it; `warned` where its leader was told.
    Soon { at: DateTime<Utc>, warned: bool },
    /// It may be excluded.
    Idle { since: DateTime<Utc> },
}

impl IdleSettings {
    /// Whether it takes reports to say who is idle, and there are none now.
    pub fn is_unreported(&self, reported_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        self.activity_days.is_some() && reported_at.is_none_or(|at| now - at > SILENCE)
    }

    /// When a team is idle of which nothing more comes in this stage; none where nothing is set.
    fn idle_at(&self, stage: &Stage, signs: &Signs) -> Option<DateTime<Utc>> {
        let base = signs.since.max(stage.starts_at);
        let after = |days: Option<i64>, last: Option<DateTime<Utc>>| {
            Some(last.map_or(base, |last| last.max(base)) + TimeDelta::days(days?))
        };
        after(self.submission_days, signs.submitted_at).max(after(self.activity_days, signs.active_at))
    }

    /// Where a team stands that has not ended; none where it cannot be idle before the stage's end, the stage is not open, or a
    /// service that is to report is silent.
    pub fn judge(&self, stage: &Stage, signs: &Signs, now: DateTime<Utc>) -> Option<Idleness> {
        if self.is_unreported(signs.reported_at, now) {
            return None;
        }
        let until = self.idle_at(stage, signs).filter(|_| stage.phase(now) == Phase::Open)?;
        let warned_from = until - NOTICE;
        // A warning of before a later submission is none for now, nor is one of before the service was silent.
        let heard = signs.reporting_since.filter(|_| self.activity_days.is_some());
        let warned = signs.warned_at.filter(|at| *at >= warned_from && heard.is_none_or(|since| *at >= since));
        let at = until.max(warned.unwrap_or(now) + NOTICE);
        if stage.ends_at.is_some_and(|end| end <= until.max(at)) {
            return None;
        }
        Some(match warned {
            _ if now < warned_from => Idleness::Active { warned_from, until },
            Some(_) if at <= now => Idleness::Idle { since: at },
            warned => Idleness::Soon { at, warned: warned.is_some() },
        })
    }
}

impl Idleness {
    /// When the team's time is over, or was.
    pub fn until(self) -> DateTime<Utc> {
        match self {
            Self::Active { until, .. } | Self::Soon { at: until, .. } | Self::Idle { since: until } => until,
        }
    }

    /// The next moment at which something is to be done, where it is excluded by itself.
    pub fn next(self, exclusion: Exclusion, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match (self, exclusion) {
            (Self::Active { warned_from, .. }, _) => Some(warned_from),
            (Self::Soon { warned: false, .. }, _) | (Self::Idle { .. }, Exclusion::Automatic) => Some(now),
            (Self::Soon { at, warned: true }, Exclusion::Automatic) => Some(at),
            (Self::Soon { .. } | Self::Idle { .. }, Exclusion::Manual) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CompetitionId, StageId};
    use crate::text::Text;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    fn stage() -> Stage {
        Stage {
            id: StageId::random(),
            competition_id: CompetitionId::random(),
            key: "contest".into(),
            name: Text::default(),
            starts_at: at("01T00:00"),
            ends_at: Some(at("20T00:00")),
            reveal_at: None,
            takes_submissions: true,
            public_rows: 0,
            private_rows: 0,
            leaderboard_version: 0,
        }
    }

    fn judge(days: [Option<i64>; 2], signs: &Signs, now: &str) -> Option<Idleness> {
        let [submission_days, activity_days] = days;
        let settings = IdleSettings { submission_days, activity_days, exclusion: Exclusion::default() };
        // The service reports all the time, but where a test says when it last did.
        let signs = Signs { reported_at: signs.reported_at.or(Some(at(now))), ..*signs };
        settings.judge(&stage(), &signs, at(now))
    }

    fn signs(since: &str) -> Signs {
        Signs {
            since: at(since),
            submitted_at: None,
            active_at: None,
            warned_at: None,
            reported_at: None,
            reporting_since: None,
        }
    }

    fn soon(moment: &str, warned: bool) -> Idleness {
        Idleness::Soon { at: at(moment), warned }
    }

    #[test]
    fn a_team_is_idle_once_all_that_is_set_says_so_counted_from_the_start_at_the_earliest() {
        let both = [Some(3), Some(2)];
        let early = Signs { since: at("01T00:00") - TimeDelta::days(9), ..signs("01T00:00") };
        let active = |signs: Signs| match judge(both, &signs, "01T00:00") {
            Some(Idleness::Active { until, .. }) => until,
            other => panic!("{other:?}"),
        };
        assert_eq!(active(early), at("04T00:00"));
        assert_eq!(active(Signs { submitted_at: Some(at("02T06:00")), ..early }), at("05T06:00"));
        assert_eq!(active(Signs { active_at: Some(at("02T12:00")), ..early }), at("04T12:00"));
        assert_eq!(judge(both, &early, "20T00:00"), None, "it is over");
        assert_eq!(judge([None, None], &early, "09T00:00"), None);
    }

    #[test]
    fn nobody_is_idle_without_a_day_since_the_warning_for_this_very_silence() {
        let judge = |signs: &Signs, now: &str| judge([Some(3), None], signs, now);
        let silent = signs("01T00:00");
        assert!(matches!(judge(&silent, "02T23:59"), Some(Idleness::Active { .. })));
        assert_eq!(judge(&silent, "03T00:00"), Some(soon("04T00:00", false)));
        // Nobody was there to warn it.
        assert_eq!(judge(&silent, "08T00:00"), Some(soon("09T00:00", false)));
        let warned = Signs { warned_at: Some(at("08T00:00")), ..silent };
        assert_eq!(judge(&warned, "08T23:59"), Some(soon("09T00:00", true)));
        assert_eq!(judge(&warned, "09T00:00"), Some(Idleness::Idle { since: at("09T00:00") }));
        // What comes of it takes the warning along.
        let back = Signs { submitted_at: Some(at("08T12:00")), ..warned };
        let until = at("11T12:00");
        let active = Idleness::Active { warned_from: until - NOTICE, until };
        assert_eq!(judge(&back, "09T00:00"), Some(active));
        assert_eq!(judge(&back, "11T00:00"), Some(soon("12T00:00", false)));
    }

    #[test]
    fn a_service_that_is_silent_makes_nobody_idle_until_it_reports_again() {
        let at_noon = |days, reported: &str| {
            judge(days, &Signs { reported_at: Some(at(reported)), ..signs("01T00:00") }, "09T12:00")
        };
        for days in [[None, Some(2)], [Some(3), Some(2)]] {
            assert!(at_noon(days, "08T12:00").is_some(), "a day ago is not silent");
            assert_eq!(at_noon(days, "08T11:59"), None);
        }
        assert!(at_noon([Some(3), None], "01T00:00").is_some(), "where it says nothing, nobody waits for it");
        // Warned before the silence: whoever is idle once it is heard again has another day.
        let warned = Signs { warned_at: Some(at("03T00:00")), ..signs("01T00:00") };
        let heard = |since| judge([None, Some(2)], &Signs { reporting_since: Some(at(since)), ..warned }, "09T12:00");
        assert!(matches!(heard("02T00:00"), Some(Idleness::Idle { .. })));
        assert_eq!(heard("09T12:00"), Some(soon("10T12:00", false)));
        let settings = IdleSettings { submission_days: None, activity_days: Some(2), exclusion: Exclusion::Manual };
        assert_eq!(settings.judge(&stage(), &signs("01T00:00"), at("09T12:00")), None, "it never did");
    }

    #[test]
    fn who_would_be_idle_at_the_end_or_after_it_is_not() {
        let last = |submitted: &str, now: &str| {
            judge([Some(3), None], &Signs { submitted_at: Some(at(submitted)), ..signs("01T00:00") }, now)
        };
        assert_eq!(last("17T00:00", "19T12:00"), None);
        assert_eq!(last("16T23:00", "19T01:00"), None, "no day is left to warn");
        assert!(last("16T12:00", "18T12:00").is_some());
        assert_eq!(last("02T00:00", "20T00:00"), None, "it is over");
    }

    #[test]
    fn something_is_to_be_done_at_the_warning_and_where_that_is_set_at_the_end_of_the_silence() {
        let (now, then) = (at("02T00:00"), at("03T00:00"));
        let active = Idleness::Active { warned_from: then, until: then + NOTICE };
        let [told, untold] = [true, false].map(|warned| Idleness::Soon { at: then, warned });
        let idle = Idleness::Idle { since: now };
        let next = |exclusion| [active, untold, told, idle].map(|one| one.next(exclusion, now));
        assert_eq!(next(Exclusion::Manual), [Some(then), Some(now), None, None]);
        assert_eq!(next(Exclusion::Automatic), [Some(then), Some(now), Some(then), Some(now)]);
    }
}
