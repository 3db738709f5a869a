//! Newtypes over UUID version 7, so that a team's id can never be given where a user's is meant.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id of this moment: see [`uuid_at`].
            #[must_use]
            pub fn at(now: DateTime<Utc>) -> Self {
                Self(uuid_at(now))
            }

            /// An id of no moment, for tests to which only matters that it is another.
            #[must_use]
            pub fn random() -> Self {
                Self::at(DateTime::UNIX_EPOCH)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

id! {
    /// A person with an account.
    UserId,
    CompetitionId,
    StageId,
    TeamId,
    SubmissionId,
    BoardId,
    PostId,
    CommentId,
    TokenId,
    RoleInvitationId,
    TeamInvitationId,
    JoinRequestId,
    MergeOfferId,
    JobId,
    LetterId,
    /// An account at an institution, as far as it opens one of ours.
    IdentityId,
    CaseId,
    CaseEntryId,
    CaseFileId,
    /// A file that answers a question of an application.
    AnswerFileId,
    LiveSessionId,
    /// A picture or an attachment of a post.
    PostFileId,
    ScheduledNoticeId,
    CannedAnswerId,
}

impl UserId {
    /// When the account was made, to the millisecond.
    pub fn made_at(self) -> DateTime<Utc> {
        let (seconds, nanoseconds) = self.0.get_timestamp().map_or((0, 0), |time| time.to_unix());
        DateTime::from_timestamp(i64::try_from(seconds).unwrap_or_default(), nanoseconds).unwrap_or_default()
    }
}

/// A team's public number within its competition, from 101 up.
pub type TeamNumber = i64;

/// A new UUID version 7 of a moment: it sorts by its microsecond, and within one after those that this process made before it.
///
/// Layout (RFC 9562, 5.7 and 6.2, methods 1 and 3): milliseconds, the microseconds within one, a counter, random
/// bits. By hand, for uuid's own counter stands still in the latest moment it was asked for, and a clock can be moved.
#[must_use]
pub fn uuid_at(now: DateTime<Utc>) -> Uuid {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    static SECRET: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    let micros = u64::try_from(now.timestamp_micros()).unwrap_or_default();
    let within = u16::try_from(micros % 1000).unwrap_or_default();
    // It begins elsewhere in each microsecond, where only this process knows: how much others do is nobody's business.
    let start = u32::try_from(SECRET.hash_one(micros) >> 35).unwrap_or_default();
    let count = start + (COUNTER.fetch_add(1, Ordering::Relaxed) & (u32::MAX >> 3));
    let mut bytes = [0; 10];
    bytes[..2].copy_from_slice(&within.to_be_bytes());
    // The variant has the counter's first two bits.
    bytes[2..6].copy_from_slice(&count.to_be_bytes());
    bytes[6..].copy_from_slice(&Uuid::new_v4().as_bytes()[..4]);
    Builder::from_unix_timestamp_millis(micros / 1000, &bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_their_moment_and_within_one_as_they_were_made() {
        let noon = "2026-11-21T03:00:00.000001Z".parse::<DateTime<Utc>>().unwrap_or_default();
        let earlier = noon - chrono::Duration::microseconds(1);
        let mut ids: Vec<_> = (0..1000).map(|_| TeamId::at(noon)).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
        ids.insert(0, TeamId::at(earlier));
        assert!(ids.is_sorted());
    }

    #[test]
    fn ids_of_two_moments_do_not_tell_how_many_were_made_between() {
        let counted = |micros: i64| {
            let id = uuid_at(DateTime::from_timestamp_micros(micros).unwrap_or_default());
            u32::from_be_bytes([id.as_bytes()[8] & 0x3F, id.as_bytes()[9], id.as_bytes()[10], id.as_bytes()[11]])
        };
        let counts: Vec<_> = (1..100).map(counted).collect();
        assert!(!counts.is_sorted(), "{counts:?}");
    }

    #[test]
    fn an_id_is_a_version_7_uuid_that_tells_its_millisecond() {
        let at = "2026-11-21T03:00:00.123456Z".parse::<DateTime<Utc>>().unwrap_or_default();
        let id = uuid_at(at);
        assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
        let told = id.get_timestamp().map(|time| time.to_unix());
        assert_eq!(told, Some((1_795_230_000, 123_000_000)));
    }
}
