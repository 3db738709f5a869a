//! Taking part.

use chrono::{DateTime, Utc};

use crate::teams::Team;

/// What someone is to a competition.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// When they agreed to the rules, if they take part.
    pub agreed_at: Option<DateTime<Utc>>,
    /// Of the competition; administrators too.
    pub is_organizer: bool,
    pub team: Option<Team>,
}
