//! Newtypes over UUID version 7, so that a team's id can never be given where a user's is meant.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id that sorts after every id made before it in this process.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a default id would look like a value, not a new identity")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
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
    NoticeId,
    TokenId,
    JobId,
}

/// A team's public number within its competition, from 101 up.
pub type TeamNumber = i64;
