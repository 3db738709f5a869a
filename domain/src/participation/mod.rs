//! Taking part, and what someone is to a competition.

pub mod state;

use chrono::{DateTime, Utc};

use crate::access::{Actor, Obstacle, Role, Scope, Via, Visit};
use crate::accounts::User;
use crate::applications::ApplyMode;
use crate::competitions::Competition;
use crate::teams::Team;

pub use state::{Application, ParticipationState, Step};

/// What someone is to a competition.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub application: Option<Application>,
    /// Whether organizers have asked whoever has their address.
    pub is_invited: bool,
    pub role: Option<Role>,
    pub team: Option<Team>,
}

impl Part {
    /// When they agreed to the rules, if they take part.
    pub fn agreed_at(&self) -> Option<DateTime<Utc>> {
        let taking_part = |application: &Application| application.state == ParticipationState::Approved;
        self.application.filter(taking_part).map(|application| application.agreed_at)
    }

    /// The same before the competition at a moment: what `actor` may do there. A role comes along by a session, or by a token that
    /// may organize; an administrator is an owner everywhere, by a session alone: a stolen token administers nothing.
    pub fn visit<'a>(&'a self, competition: &'a Competition, actor: &Actor, now: DateTime<Utc>) -> Visit<'a> {
        let held = match actor.via {
            Via::Command | Via::Timer => Some(Role::Owner),
            Via::Session if actor.user.as_ref().is_some_and(|user| user.is_admin) => Some(Role::Owner),
            Via::Session => self.role,
            Via::Token(scopes) => self.role.filter(|_| scopes.has(Scope::Organize)),
            Via::Password => None,
        };
        let needs_factor = actor.user.as_ref().is_some_and(|user| user.needs_factor);
        Visit {
            competition,
            now,
            user: actor.id(),
            application: self.application.as_ref(),
            stranger: actor.user.as_ref().and_then(|user| self.stranger(competition, user)),
            role: held.filter(|_| !needs_factor),
            held,
            via: actor.via,
            is_verified: actor.user.as_ref().is_some_and(User::is_verified),
            team: self.team.as_ref(),
        }
    }

    /// Why the competition is not for them at all.
    fn stranger(&self, competition: &Competition, user: &User) -> Option<Obstacle> {
        let apply = &competition.settings.apply;
        match apply.mode {
            ApplyMode::Domain if !apply.takes(&user.email) => Some(Obstacle::OtherDomain),
            ApplyMode::Domain | ApplyMode::Invitation if !user.is_verified() => Some(Obstacle::NotVerified),
            ApplyMode::Invitation if !self.is_invited => Some(Obstacle::InvitationOnly),
            _ => None,
        }
    }
}
