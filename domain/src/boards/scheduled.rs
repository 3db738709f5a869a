//! Notices that wait for their moment.

use chrono::{DateTime, TimeDelta, Utc};

use super::posts::PostDraft;
use crate::AppError;
use crate::error::FieldProblem;
use crate::ids::{PostFileId, ScheduledNoticeId, UserId};

/// Notices of a competition that wait at once.
pub const SCHEDULED_MAX: i64 = 50;
/// How far ahead a notice may be scheduled.
const AHEAD: TimeDelta = TimeDelta::days(366);

/// A notice that goes up at its moment. Nobody but the organizers knows of it before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct ScheduledNotice {
    pub id: ScheduledNoticeId,
    pub author_id: UserId,
    /// The author's public name.
    pub author: String,
    /// Without its files.
    #[cfg_attr(feature = "sqlx", sqlx(flatten))]
    pub draft: PostDraft,
    /// Attachments, as the form lists them.
    #[cfg_attr(feature = "sqlx", sqlx(json))]
    pub files: Vec<PostFileId>,
    pub at: DateTime<Utc>,
}

/// A moment at which a notice may go up: in the future, and not further than a year.
///
/// # Errors
/// The field `publish_at`.
pub fn check_moment(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> crate::Result<DateTime<Utc>> {
    at.filter(|at| *at > now && *at <= now + AHEAD)
        .ok_or_else(|| AppError::field("publish_at", FieldProblem::PublishAt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_scheduled_for_a_moment_of_the_coming_year() {
        let now = DateTime::UNIX_EPOCH;
        let is_right = |at: Option<DateTime<Utc>>| check_moment(at, now).is_ok();
        assert!(is_right(Some(now + TimeDelta::minutes(1))) && is_right(Some(now + AHEAD)));
        assert!(!is_right(None) && !is_right(Some(now)) && !is_right(Some(now + AHEAD + TimeDelta::seconds(1))));
    }
}
