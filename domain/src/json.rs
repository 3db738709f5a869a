//! Names of JSON fields that the server writes and a page's script reads, each written once. The script reads field by field
//! with the names alone: a deserializer for every shape would weigh ten times as much.

use serde::{Deserialize, Serialize};

/// The names of an object's fields, each under itself.
macro_rules! names {
    ($($(#[$doc:meta])* $NAMES:ident: $Names:ident { $($field:ident),+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $Names { $(pub $field: &'static str),+ }

        $(#[$doc])*
        pub const $NAMES: $Names = $Names { $($field: stringify!($field)),+ };

        impl $Names {
            pub fn all(self) -> Vec<&'static str> {
                vec![$(self.$field),+]
            }
        }
    )+};
}

/// What an event carries, with the names of its fields.
macro_rules! events {
    ($($(#[$doc:meta])* $Event:ident, $NAMES:ident: $Names:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $Event { $($(#[$attribute])* pub $field: $type,)+ }

        names! { $(#[$doc])* $NAMES: $Names { $($field),+ } }
    )+};
}

names! {
    /// The events of a competition. `live.js` knows them too.
    EVENT: EventNames { leaderboard, notice, submission, notifications, live, end }

    /// The answer to an accepted submission.
    ACCEPTED: AcceptedNames { submission, quota }

    /// A submission.
    SUBMISSION: SubmissionNames { id, number, dry_run, status, file_name, created_at, ahead, public_score, note }

    /// The state of the quota. Today's limit and what is used of it stand beside these, under the names of [`USED`].
    QUOTA: QuotaNames { resets_at, next_allowed_at, total, in_flight }

    /// What is used of a limit.
    USED: UsedNames { limit, used }

    /// Every answer about a failure.
    REFUSAL: RefusalNames { error }

    /// Why a request failed.
    ERROR: ErrorNames { code, message, details, total }

    /// What is wrong with a line of a file.
    WRONG_LINE: WrongLineNames { line, column, value, message }
}

events! {
    /// The leaderboard changed.
    LeaderboardEvent, LEADERBOARD_EVENT: LeaderboardEventNames {
        /// How many milliseconds readers spread their fetches over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spread: Option<u64>,
        /// None says that some changes may have been missed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<i64>,
    }

    /// A notice was posted, or is the newest of now.
    NoticeEvent, NOTICE_EVENT: NoticeEventNames {
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        latest: bool,
        number: i64,
        /// None where there is no notice at all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
    }

    /// How many notifications the reader has not read. `boot.js` knows it too.
    NotificationsEvent, NOTIFICATIONS_EVENT: NotificationsEventNames {
        unread: i64,
    }
    /// The live questions changed: how they are now is on their page.
    LiveEvent, LIVE_EVENT: LiveEventNames {
        /// How many milliseconds readers spread their fetches over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spread: Option<u64>,
        /// None says that some changes may have been missed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<i64>,
    }

    /// A submission of the reader's own team is further.
    SubmissionEvent, SUBMISSION_EVENT: SubmissionEventNames {
        id: String,
        number: i64,
        status: String,
    }
}

impl Copy for LeaderboardEvent {}
impl Copy for LiveEvent {}
