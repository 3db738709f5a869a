//! Taking part.

use chrono::{DateTime, Utc};

use crate::access::Visit;
use crate::competitions::Competition;
use crate::ids::UserId;
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

impl Part {
    /// The same before the competition at a moment: what `user` may do there.
    pub fn visit<'a>(&'a self, competition: &'a Competition, user: Option<UserId>, now: DateTime<Utc>) -> Visit<'a> {
        let (takes_part, is_organizer) = (self.agreed_at.is_some(), self.is_organizer);
        Visit { competition, now, user, takes_part, is_organizer, team: self.team.as_ref() }
    }
}
