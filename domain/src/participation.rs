//! Taking part.

use chrono::{DateTime, Utc};

use crate::access::{Actor, Role, Scope, Via, Visit};
use crate::competitions::Competition;
use crate::teams::Team;

/// What someone is to a competition.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// When they agreed to the rules, if they take part.
    pub agreed_at: Option<DateTime<Utc>>,
    pub role: Option<Role>,
    pub team: Option<Team>,
}

impl Part {
    /// The same before the competition at a moment: what `actor` may do there. A role comes along by a session, or by a token that
    /// may organize; an administrator is an owner everywhere, by a session alone: a stolen token administers nothing.
    pub fn visit<'a>(&'a self, competition: &'a Competition, actor: &Actor, now: DateTime<Utc>) -> Visit<'a> {
        let role = match actor.via {
            Via::Command | Via::Timer => Some(Role::Owner),
            Via::Session if actor.user.as_ref().is_some_and(|user| user.is_admin) => Some(Role::Owner),
            Via::Session => self.role,
            Via::Token(scopes) => self.role.filter(|_| scopes.has(Scope::Organize)),
            Via::Password => None,
        };
        let (takes_part, team) = (self.agreed_at.is_some(), self.team.as_ref());
        Visit { competition, now, user: actor.id(), takes_part, role, via: actor.via, team }
    }
}
