//! The submission quota: per day in the competition's zone, a minimum interval, in total, and at once.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppError, ErrorCode, Result};

/// Dry runs that a team may make in any hour. As many are kept; older ones give way.
pub const DRY_RUNS_AN_HOUR: i64 = 60;

/// Whether one more dry run is allowed after so many since an hour ago, of which the first was at `first`.
pub fn check_dry_runs((count, first): (i64, Option<DateTime<Utc>>), now: DateTime<Utc>) -> Result<()> {
    if count < DRY_RUNS_AN_HOUR {
        return Ok(());
    }
    let next = first.unwrap_or(now) + Duration::hours(1);
    Err(wait(ErrorCode::DryRunLimit, next, now).with("limit", DRY_RUNS_AN_HOUR))
}

/// What a minimum interval may be: up to a week. None is longer than most stages.
pub const MIN_INTERVAL_SECONDS: std::ops::RangeInclusive<i64> = 0..=7 * 24 * 60 * 60;

/// Limits; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    #[serde(default = "default_per_day")]
    pub per_day: Option<i64>,
    #[serde(default)]
    pub min_interval_seconds: Option<i64>,
    #[serde(default)]
    pub total: Option<i64>,
    #[serde(default)]
    pub in_flight: Option<i64>,
}

#[expect(clippy::unnecessary_wraps, reason = "serde's default has the field's type")]
fn default_per_day() -> Option<i64> {
    Some(10)
}

impl Default for Quota {
    fn default() -> Self {
        Self { per_day: default_per_day(), min_interval_seconds: None, total: None, in_flight: None }
    }
}

/// What forbids one more submission, with the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    Total(i64),
    PerDay(i64),
    /// Seconds between two.
    Interval(i64),
    InFlight(i64),
}

impl Quota {
    /// How many submissions a team can have made in so many days, today among them; none without a limit of the day or in total.
    pub fn most_in(&self, days: i64) -> Option<i64> {
        let by_days = self.per_day.map(|limit| limit.saturating_mul(days.max(1)));
        match (by_days, self.total) {
            (Some(days), Some(total)) => Some(days.min(total)),
            (one, other) => one.or(other),
        }
    }

    /// How many more on this day; `None` without any limit.
    pub fn left(&self, used: &Usage) -> Option<i64> {
        let by_day = self.per_day.map(|limit| (limit - used.today).max(0));
        let by_total = self.total.map(|limit| (limit - used.total).max(0));
        match (by_day, by_total) {
            (Some(day), Some(total)) => Some(day.min(total)),
            (one, other) => one.or(other),
        }
    }

    /// The limit that forbids one more, the one that lasts longest first; `waits` while the minimum interval runs.
    pub fn reached(&self, used: &Usage, waits: bool) -> Option<Reached> {
        let at = |limit: Option<i64>, used: i64| limit.filter(|limit| used >= *limit);
        let interval = || waits.then(|| Reached::Interval(self.min_interval_seconds.unwrap_or_default()));
        (at(self.total, used.total).map(Reached::Total))
            .or(at(self.per_day, used.today).map(Reached::PerDay))
            .or_else(interval)
            .or(at(self.in_flight, used.in_flight).map(Reached::InFlight))
    }
}

/// What a team has used at a moment. Dry runs and submissions that failed through our fault are not in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Usage {
    pub today: i64,
    pub total: i64,
    pub in_flight: i64,
    pub last_at: Option<DateTime<Utc>>,
}

impl Usage {
    /// The same after one more submission, on the day that `today` counts.
    #[must_use]
    pub fn plus_one(self, at: DateTime<Utc>) -> Self {
        Self {
            today: self.today + 1,
            total: self.total + 1,
            in_flight: self.in_flight + 1,
            last_at: self.last_at.max(Some(at)),
        }
    }
}

/// The quota as a page or a program is told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaState {
    pub limits: Quota,
    pub used: Usage,
    /// Midnight in the competition's zone.
    pub resets_at: DateTime<Utc>,
    /// Later than now only while the minimum interval runs.
    pub next_allowed_at: Option<DateTime<Utc>>,
    /// How many more today; `None` without any limit.
    pub left_today: Option<i64>,
}

impl QuotaState {
    /// The state at `now`; `resets_at` is the next midnight in the competition's zone.
    pub fn new(limits: Quota, used: Usage, resets_at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let left_today = limits.left(&used);
        let next_allowed_at = limits
            .min_interval_seconds
            .zip(used.last_at)
            .map(|(seconds, last)| after(last, seconds))
            .filter(|next| *next > now);
        Self { limits, used, resets_at, next_allowed_at, left_today }
    }

    /// Whether one more submission is allowed now, or the limit that forbids it and when to come back.
    pub fn check(&self, now: DateTime<Utc>) -> Result<()> {
        let Some(reached) = self.limits.reached(&self.used, self.next_allowed_at.is_some()) else { return Ok(()) };
        Err(match reached {
            Reached::Total(limit) => AppError::new(ErrorCode::QuotaTotal).with("limit", limit),
            Reached::PerDay(limit) => wait(ErrorCode::QuotaExceeded, self.resets_at, now).with("limit", limit),
            Reached::Interval(seconds) => {
                wait(ErrorCode::QuotaInterval, self.next_allowed_at.unwrap_or(now), now).with("seconds", seconds)
            }
            Reached::InFlight(limit) => AppError::new(ErrorCode::QuotaInFlight).with("limit", limit).retry_after(2),
        })
    }
}

/// The last day of 9999, in seconds: a later moment cannot be told in every zone.
const LAST_DAY: i64 = 253_402_214_400;

/// So many seconds later, at most on that day.
fn after(last: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
    let end = DateTime::from_timestamp(LAST_DAY, 0).unwrap_or(last);
    let later = Duration::try_seconds(seconds).and_then(|wait| last.checked_add_signed(wait));
    later.map_or(end, |later| later.min(end))
}

fn wait(code: ErrorCode, until: DateTime<Utc>, now: DateTime<Utc>) -> AppError {
    let seconds = u64::try_from((until - now).num_milliseconds().max(0)).unwrap_or(0).div_ceil(1000);
    AppError::new(code).with("at", until.to_rfc3339()).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: &str) -> DateTime<Utc> {
        s.parse().unwrap()
    }

    fn state(limits: Quota, used: Usage) -> QuotaState {
        QuotaState::new(limits, used, at("2026-11-21T15:00:00Z"), at("2026-11-21T05:33:00Z"))
    }

    fn check(limits: Quota, used: Usage) -> Result<()> {
        state(limits, used).check(at("2026-11-21T05:33:00Z"))
    }

    #[test]
    fn the_tenth_submission_of_a_day_is_accepted_and_the_eleventh_is_not() {
        assert!(check(Quota::default(), Usage { today: 9, total: 9, ..Usage::default() }).is_ok());
        let refused = check(Quota::default(), Usage { today: 10, total: 10, ..Usage::default() }).unwrap_err();
        assert_eq!(refused.code, ErrorCode::QuotaExceeded);
        assert_eq!(refused.retry_after, Some(9 * 3600 + 27 * 60));
    }

    #[test]
    fn the_minimum_interval_says_when_the_next_is_allowed() {
        let limits = Quota { min_interval_seconds: Some(600), ..Quota::default() };
        let used = Usage { today: 1, total: 1, in_flight: 0, last_at: Some(at("2026-11-21T05:30:00Z")) };
        assert_eq!(state(limits, used).next_allowed_at, Some(at("2026-11-21T05:40:00Z")));
        assert_eq!(check(limits, used).unwrap_err().code, ErrorCode::QuotaInterval);
        let earlier = Usage { last_at: Some(at("2026-11-21T05:23:00Z")), ..used };
        assert!(check(limits, earlier).is_ok());
    }

    #[test]
    fn an_interval_longer_than_the_calendar_is_a_refusal_and_no_panic() {
        for seconds in [i64::MAX, 9_000_000_000_000_000, 9_000_000_000_000] {
            let limits = Quota { min_interval_seconds: Some(seconds), ..Quota::default() };
            let used = Usage { today: 1, total: 1, in_flight: 0, last_at: Some(at("2026-11-21T05:30:00Z")) };
            assert_eq!(check(limits, used).unwrap_err().code, ErrorCode::QuotaInterval);
        }
    }

    #[test]
    fn the_total_and_the_number_in_flight_are_limits_of_their_own() {
        let limits = Quota { per_day: None, total: Some(3), in_flight: Some(1), ..Quota::default() };
        assert_eq!(check(limits, Usage { total: 3, ..Usage::default() }).unwrap_err().code, ErrorCode::QuotaTotal);
        let busy = Usage { total: 1, in_flight: 1, ..Usage::default() };
        assert_eq!(check(limits, busy).unwrap_err().code, ErrorCode::QuotaInFlight);
        assert_eq!(state(limits, busy).left_today, Some(2));
    }

    #[test]
    fn of_several_limits_the_one_that_lasts_longest_is_named() {
        let all = Quota { per_day: Some(1), min_interval_seconds: Some(60), total: Some(1), in_flight: Some(1) };
        let used = Usage { today: 1, total: 1, in_flight: 1, last_at: None };
        assert_eq!(all.reached(&used, true), Some(Reached::Total(1)));
        let all = Quota { total: None, ..all };
        assert_eq!(all.reached(&used, true), Some(Reached::PerDay(1)));
        let all = Quota { per_day: None, ..all };
        assert_eq!(all.reached(&used, true), Some(Reached::Interval(60)));
        assert_eq!(all.reached(&used, false), Some(Reached::InFlight(1)));
        assert_eq!(all.reached(&Usage::default(), false), None);
    }

    #[test]
    fn the_sixty_first_dry_run_of_an_hour_waits_until_the_first_is_an_hour_old() {
        let (now, first) = (at("2026-11-21T05:33:00Z"), at("2026-11-21T04:34:00Z"));
        assert!(check_dry_runs((59, Some(first)), now).is_ok());
        let refused = check_dry_runs((60, Some(first)), now).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (ErrorCode::DryRunLimit, Some(60)));
    }

    #[test]
    fn a_team_can_have_made_each_days_share_and_no_more_than_the_total() {
        let most = |per_day, total, days| Quota { per_day, total, ..Quota::default() }.most_in(days);
        assert_eq!((most(Some(10), None, 1), most(Some(10), None, 3)), (Some(10), Some(30)));
        assert_eq!((most(Some(10), Some(25), 3), most(Some(10), Some(25), 2)), (Some(25), Some(20)));
        assert_eq!((most(None, Some(25), 3), most(None, None, 3)), (Some(25), None));
        assert_eq!(most(Some(i64::MAX), None, 3), Some(i64::MAX));
    }

    #[test]
    fn without_limits_everything_is_allowed() {
        let none = Quota { per_day: None, min_interval_seconds: None, total: None, in_flight: None };
        assert!(check(none, Usage { today: 9999, total: 9999, in_flight: 99, last_at: None }).is_ok());
        assert_eq!(state(none, Usage::default()).left_today, None);
    }
}
