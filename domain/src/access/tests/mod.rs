//! Who may do what in which phase, as tables.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::*;
use crate::accounts::User;
use crate::events::Audience;
use crate::ids::{CompetitionId, StageId, TeamId};
use crate::participation::{Application, Part, ParticipationState};
use crate::stages::Stage;
use crate::teams::{Member, TeamEnd};
use crate::{AppError, ErrorCode, Locale, Text};

mod doors;
mod taking_part;
mod teams;

pub(super) const PHASES: [Phase; 3] = [Phase::Upcoming, Phase::Open, Phase::Closed];
const ROLES: [TeamRole; 4] = [TeamRole::Leader, TeamRole::Member, TeamRole::Other, TeamRole::Organizer];

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A moment in each phase of [`competition`].
pub(super) fn moment(phase: Phase) -> DateTime<Utc> {
    at(match phase {
        Phase::Upcoming => "2026-10-31T00:00:00Z",
        Phase::Open => "2026-11-15T00:00:00Z",
        Phase::Closed => END,
    })
}

const END: &str = "2026-11-30T09:00:00Z";

/// Teams of two or three; one stage, in November.
fn competition() -> Competition {
    let settings = json!({
        "title": { "ko": "대회" }, "lead": { "ko": "" }, "team": { "min": 2, "max": 3 },
        "metric": { "id": "roc_auc" }, "columns": { "id": "id", "target": ["y"] },
    });
    let id = CompetitionId::random();
    let stage = Stage {
        id: StageId::random(),
        competition_id: id,
        key: "final".into(),
        name: Text::default(),
        starts_at: at("2026-11-01T00:00:00Z"),
        ends_at: Some(at(END)),
        reveal_at: Some(at(END)),
        takes_submissions: true,
        public_rows: 0,
        private_rows: 0,
        leaderboard_version: 0,
    };
    let settings = serde_json::from_value(settings).unwrap();
    Competition { id, slug: "contest".into(), settings, stages: vec![stage], has_banner: false, live: Vec::new() }
}

fn member(user_id: UserId) -> Member {
    let joined_at = DateTime::default();
    Member { user_id, name: String::new(), public_name: None, affiliation: String::new(), joined_at, submissions: 0 }
}

fn team(members: &[UserId]) -> Team {
    Team {
        id: TeamId::random(),
        competition_id: CompetitionId::random(),
        number: 101,
        name: "가람".into(),
        leader_id: members[0],
        created_at: DateTime::default(),
        ended: None,
        members: members.iter().copied().map(member).collect(),
    }
}

/// A competition, a team of a leader and a member, and everybody who may come by.
pub(super) struct World {
    competition: Competition,
    pub(super) team: Team,
    /// Of someone who is in no way the first one's.
    other: Team,
    leader: UserId,
    member: UserId,
    stranger: UserId,
    approved: Application,
    offered: Application,
}

/// What somebody is to a competition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Who {
    SignedOut,
    SignedIn,
    /// To whom a place is offered.
    Applicant,
    Participant,
    Leader,
    Member,
    InAnother,
    Viewer,
    Judge,
    Organizer,
    Owner,
    Admin,
}

impl Who {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::SignedOut => "visitor",
            Self::SignedIn => "user",
            Self::Applicant => "applicant",
            Self::Participant => "participant",
            Self::Member => "member",
            Self::Leader => "leader",
            Self::InAnother => "another team",
            Self::Viewer => "viewer",
            Self::Judge => "judge",
            Self::Organizer => "organizer",
            Self::Owner => "owner",
            Self::Admin => "admin",
        }
    }

    /// In a competition, by a session.
    fn role(self) -> Option<Role> {
        match self {
            Self::Viewer => Some(Role::Viewer),
            Self::Judge => Some(Role::Judge),
            Self::Organizer => Some(Role::Organizer),
            Self::Owner | Self::Admin => Some(Role::Owner),
            _ => None,
        }
    }
}

pub(super) const EVERYBODY: [Who; 12] = [
    Who::SignedOut,
    Who::SignedIn,
    Who::Applicant,
    Who::Participant,
    Who::Member,
    Who::Leader,
    Who::InAnother,
    Who::Viewer,
    Who::Judge,
    Who::Organizer,
    Who::Owner,
    Who::Admin,
];

/// An application that has come so far.
fn application(state: ParticipationState) -> Application {
    let at = DateTime::default();
    let offer_until = (state == ParticipationState::Offered).then(|| moment(Phase::Open));
    Application {
        state,
        agreed_at: at,
        applied_at: at,
        changed_at: at,
        offer_until,
        rules_version: 1,
        joins_team: None,
    }
}

pub(super) fn user(is_admin: bool) -> User {
    let (email, name, affiliation) = (String::new(), String::new(), String::new());
    let (verified_at, locale) = (Some(DateTime::UNIX_EPOCH), Locale::Ko);
    User {
        id: UserId::random(),
        email,
        name,
        public_name: None,
        affiliation,
        is_admin,
        verified_at,
        locale,
        needs_factor: false,
    }
}

impl World {
    pub(super) fn new() -> Self {
        let [leader, member, stranger] = [UserId::random(), UserId::random(), UserId::random()];
        let (team, other) = (team(&[leader, member]), team(&[stranger, UserId::random()]));
        let approved = application(ParticipationState::Approved);
        let offered = Application { offer_until: Some(at(END)), ..application(ParticipationState::Offered) };
        Self { competition: competition(), team, other, leader, member, stranger, approved, offered }
    }

    pub(super) fn visit(&self, who: Who, now: DateTime<Utc>) -> Visit<'_> {
        let (user, team) = match who {
            Who::SignedOut => (None, None),
            Who::Leader => (Some(self.leader), Some(&self.team)),
            Who::Member => (Some(self.member), Some(&self.team)),
            Who::InAnother => (Some(self.stranger), Some(&self.other)),
            _ => (Some(self.stranger), None),
        };
        Visit {
            competition: &self.competition,
            is_verified: who != Who::SignedOut,
            now,
            user,
            application: match who {
                Who::Participant | Who::Member | Who::Leader | Who::InAnother => Some(&self.approved),
                Who::Applicant => Some(&self.offered),
                _ => None,
            },
            stranger: None,
            role: who.role(),
            held: who.role(),
            via: Via::Session,
            team,
        }
    }

    /// What each is told in each phase.
    fn answers<T>(&self, ask: impl Fn(Visit<'_>, Who) -> T) -> Vec<[T; 3]> {
        EVERYBODY.map(|who| PHASES.map(|phase| ask(self.visit(who, moment(phase)), who))).into()
    }
}

const SOON: Obstacle = Obstacle::NotOpen { at: DateTime::from_timestamp(1_793_491_200, 0).unwrap() };
const OVER: Obstacle = Obstacle::Closed { at: DateTime::from_timestamp(1_796_029_200, 0).unwrap() };
