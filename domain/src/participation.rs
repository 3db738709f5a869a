//! Taking part: the application of a user to a competition.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{CompetitionId, UserId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participation {
    pub competition_id: CompetitionId,
    pub user_id: UserId,
    /// When the rules were agreed to; taking part needs it.
    pub agreed_at: DateTime<Utc>,
}
