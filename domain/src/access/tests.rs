//! Who may do what in which phase, as tables.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::*;
use crate::accounts::User;
use crate::events::Audience;
use crate::ids::{CompetitionId, StageId, TeamId};
use crate::participation::{Application, Part, ParticipationState};
use crate::stages::Stage;
use crate::teams::Member;
use crate::{AppError, ErrorCode, Locale, Text};

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
    Competition { id, slug: "contest".into(), settings, stages: vec![stage], has_banner: false }
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

#[test]
fn who_may_take_part_is_one_table() {
    let world = World::new();
    let answers = world.answers(|visit, _| visit.take_part().check().err());
    let login = Some(Obstacle::NotSignedIn);
    for (who, answer) in EVERYBODY.into_iter().zip(answers) {
        let runs = Some(Obstacle::HasRole);
        let expected = match who {
            Who::SignedOut => [login; 3],
            who if who.role().is_some() => [runs, runs, Some(OVER)],
            _ => [None, None, Some(OVER)],
        };
        assert_eq!(answer, expected, "{who:?}");
    }
    let told = world.visit(Who::SignedOut, moment(Phase::Closed)).take_part().told();
    assert_eq!(told, Err(OVER), "nobody is sent to log in for what is over");
}

#[test]
fn until_it_is_approved_an_application_gives_no_data_no_team_and_no_submitting() {
    let world = World::new();
    for state in ParticipationState::ALL.into_iter().filter(|state| *state != ParticipationState::Approved) {
        let application = application(state);
        let visit = Visit { application: Some(&application), ..world.visit(Who::SignedIn, moment(Phase::Open)) };
        for action in [Action::ReadData, Action::CreateTeam, Action::JoinTeam] {
            let told = visit.may(action, Some(&world.team)).check();
            assert_eq!(told, Err(Obstacle::NotParticipant), "{action:?} while {state:?}");
        }
        let told = visit.may(Action::Submit, None).check();
        assert_eq!(told, Err(Obstacle::NoTeam { takes_part: false }), "{state:?}");
    }
}

#[test]
fn an_application_is_withdrawn_wherever_it_stands_but_by_whoever_was_excluded() {
    use ParticipationState::{Excluded, Withdrawn};
    let world = World::new();
    for state in ParticipationState::ALL {
        let application = application(state);
        let visit = Visit { application: Some(&application), ..world.visit(Who::SignedIn, moment(Phase::Closed)) };
        let expected = if [Withdrawn, Excluded].contains(&state) { Err(Obstacle::NotApplied) } else { Ok(()) };
        assert_eq!(visit.withdraw().check(), expected, "{state:?}");
    }
    let now = moment(Phase::Open);
    assert_eq!(world.visit(Who::Member, now).withdraw().check(), Err(Obstacle::InTeam));
    assert_eq!(world.visit(Who::SignedOut, now).withdraw().check(), Err(Obstacle::NotSignedIn));
    let over = Team { ended: Some("withdrawn".into()), ..world.team.clone() };
    assert_eq!(Visit { team: Some(&over), ..world.visit(Who::Member, now) }.withdraw().check(), Ok(()));
}

#[test]
fn a_place_is_taken_until_the_moment_itself_and_by_whom_it_was_offered_alone() {
    let world = World::new();
    let (until, offered) = (moment(Phase::Open), application(ParticipationState::Offered));
    let told = |who, application, now| Visit { application, ..world.visit(who, now) }.accept().check();
    let before = until - chrono::Duration::microseconds(1);
    assert_eq!(told(Who::SignedIn, Some(&offered), before), Ok(()));
    assert_eq!(told(Who::SignedIn, Some(&offered), until), Err(Obstacle::OfferLapsed { at: until }));
    assert_eq!(told(Who::SignedIn, None, before), Err(Obstacle::NoOffer));
    assert_eq!(told(Who::Organizer, Some(&offered), before), Err(Obstacle::HasRole));
    let waiting = application(ParticipationState::Waiting);
    assert_eq!(told(Who::SignedIn, Some(&waiting), before), Err(Obstacle::NoOffer));
    let late = Application { offer_until: Some(at("2027-01-01T00:00:00Z")), ..offered };
    assert_eq!(told(Who::SignedIn, Some(&late), moment(Phase::Closed)), Err(OVER));
}

#[test]
fn a_greater_version_of_the_rules_asks_who_takes_part_again() {
    let mut world = World::new();
    let asked = |world: &World, who| {
        let visit = world.visit(who, moment(Phase::Open));
        (visit.owes_agreement(), visit.may(Action::AgreeToRules, None).check())
    };
    assert_eq!(asked(&world, Who::Member), (false, Ok(())));
    world.competition.settings.apply.rules = 2;
    assert_eq!(asked(&world, Who::Member), (true, Ok(())));
    assert_eq!(asked(&world, Who::Applicant), (false, Err(Obstacle::NotParticipant)), "first they take part");
    assert_eq!(asked(&world, Who::SignedOut), (false, Err(Obstacle::NotSignedIn)));
    world.approved.rules_version = 2;
    assert!(!asked(&world, Who::Member).0);
}

#[test]
fn whoever_was_excluded_or_is_not_meant_does_not_apply() {
    let mut competition = competition();
    competition.settings.apply.mode = crate::applications::ApplyMode::Domain;
    competition.settings.apply.domains = vec!["hospital.kr".into()];
    let told = |part: &Part, email: &str, competition: &Competition| {
        let person = User { email: email.into(), ..user(false) };
        part.visit(competition, &Actor::browser(Some(person), None), moment(Phase::Open)).take_part().check()
    };
    let with = |state| Part { application: Some(application(state)), ..Part::default() };
    assert_eq!(told(&Part::default(), "kim@lab.hospital.kr", &competition), Ok(()));
    assert_eq!(told(&Part::default(), "kim@example.kr", &competition), Err(Obstacle::OtherDomain));
    let approved = with(ParticipationState::Approved);
    assert_eq!(told(&approved, "kim@example.kr", &competition), Ok(()), "stays one");
    let excluded = with(ParticipationState::Excluded);
    assert_eq!(told(&excluded, "kim@hospital.kr", &competition), Err(Obstacle::Excluded));
    competition.settings.apply.mode = crate::applications::ApplyMode::Invitation;
    let invited = Part { is_invited: true, ..Part::default() };
    assert_eq!(told(&Part::default(), "kim@hospital.kr", &competition), Err(Obstacle::InvitationOnly));
    assert_eq!(told(&invited, "kim@example.kr", &competition), Ok(()));
}

#[test]
fn who_may_make_a_team_is_one_table() {
    let frozen = Some(Obstacle::TeamsFrozen);
    let answers = World::new().answers(|visit, _| visit.create().check().err());
    for (who, answer) in EVERYBODY.into_iter().zip(answers) {
        let expected = match who {
            Who::SignedOut => [Some(Obstacle::NotSignedIn); 3],
            Who::Participant => [None, None, frozen],
            Who::Leader | Who::Member | Who::InAnother => [Some(Obstacle::InTeam), Some(Obstacle::InTeam), frozen],
            _ => [Some(Obstacle::NotParticipant); 3],
        };
        assert_eq!(answer, expected, "{who:?}");
    }
}

#[test]
fn who_may_enter_a_team_is_one_table_and_a_page_names_what_cannot_be_helped() {
    let world = World::new();
    let asked = |told: bool| {
        world.answers(|visit, _| {
            let obstacles = visit.join(&world.team);
            if told { obstacles.told().err() } else { obstacles.check().err() }
        })
    };
    let [frozen, taken, runs] = [Obstacle::TeamsFrozen, Obstacle::InTeam, Obstacle::HasRole].map(Some);
    for ((who, answer), told) in EVERYBODY.into_iter().zip(asked(false)).zip(asked(true)) {
        let (login, agree) = (Some(Obstacle::NotSignedIn), Some(Obstacle::NotParticipant));
        let (expected, on_page) = match who {
            Who::SignedOut => ([login; 3], [login, login, frozen]),
            Who::Participant => ([None, None, frozen], [None, None, frozen]),
            Who::Leader | Who::Member => ([taken; 3], [taken; 3]),
            Who::InAnother => ([taken, taken, frozen], [taken; 3]),
            who if who.role().is_some() => ([agree; 3], [runs; 3]),
            _ => ([agree; 3], [agree, agree, frozen]),
        };
        assert_eq!((answer, told), (expected, on_page), "{who:?}");
    }
}

#[test]
fn a_full_team_or_one_whose_part_has_ended_takes_nobody_in() {
    let mut world = World::new();
    world.team.members.push(member(UserId::random()));
    let visit = world.visit(Who::Participant, moment(Phase::Open));
    assert_eq!(visit.join(&world.team).check(), Err(Obstacle::Full { max: 3 }));
    let over = Team { ended: Some("withdrawn".into()), ..world.team.clone() };
    assert_eq!(visit.join(&over).check(), Err(Obstacle::TeamEnded));
}

#[test]
fn who_may_submit_is_one_table_and_a_page_names_the_time_first() {
    let world = World::new();
    let answers = world.answers(|visit, _| (visit.submit().check().err(), visit.submit().told().err()));
    for (who, answer) in EVERYBODY.into_iter().zip(answers) {
        let outside = |takes_part| Some(Obstacle::NoTeam { takes_part });
        let own = match who {
            Who::SignedOut => Some(Obstacle::NotSignedIn),
            Who::Participant => outside(true),
            Who::Leader | Who::Member | Who::InAnother => None,
            _ => outside(false),
        };
        let is_outside = own.is_some();
        let by_time = |time| if is_outside { own } else { Some(time) };
        let mut expected = [(by_time(SOON), Some(SOON)), (own, own), (by_time(OVER), Some(OVER))];
        if who.role().is_some() {
            expected = expected.map(|(checked, _)| (checked, Some(Obstacle::HasRole)));
        }
        assert_eq!(answer, expected, "{who:?}");
    }
}

#[test]
fn the_first_moment_is_open_and_the_deadline_itself_is_closed() {
    let world = World::new();
    let told = |now| world.visit(Who::Leader, now).submit().check();
    let (start, end) = (at("2026-11-01T00:00:00Z"), at(END));
    let moment_before = |at: DateTime<Utc>| at - chrono::Duration::microseconds(1);
    assert_eq!([told(start), told(moment_before(end))], [Ok(()), Ok(())]);
    assert_eq!([told(moment_before(start)), told(end)], [Err(SOON), Err(OVER)]);
    let unscored = World { competition: Competition { stages: Vec::new(), ..competition() }, ..World::new() };
    assert_eq!(unscored.visit(Who::Leader, end).submit().check(), Err(Obstacle::NoStage));
}

#[test]
fn a_team_that_is_not_ones_own_or_whose_part_has_ended_is_not_submitted_for() {
    let world = World::new();
    let visit = Visit { team: Some(&world.other), ..world.visit(Who::Leader, moment(Phase::Open)) };
    assert_eq!(visit.submit().check(), Err(Obstacle::NotMember));
    let alone = Team { members: vec![member(world.leader)], ..world.team.clone() };
    let visit = Visit { team: Some(&alone), ..world.visit(Who::Leader, moment(Phase::Open)) };
    assert_eq!(visit.submit().check(), Err(Obstacle::TooSmall { have: 1, min: 2 }));
    let over = Team { ended: Some("disqualified".into()), ..world.team.clone() };
    let visit = Visit { team: Some(&over), ..world.visit(Who::Leader, moment(Phase::Open)) };
    assert_eq!(visit.submit().check(), Err(Obstacle::TeamEnded));
}

/// The actions that change a team.
const CHANGES: [Action; 13] = [
    Action::JoinTeam,
    Action::RenameTeam,
    Action::RemoveMember,
    Action::LeaveTeam,
    Action::HandOver,
    Action::RenewInvitation,
    Action::InviteMember,
    Action::AskToJoin,
    Action::AnswerRequests,
    Action::MergeTeams,
    Action::MoveMember,
    Action::RenewKey,
    Action::CreateTeam,
];

/// What who is `role` to a team is told when they would do this to it.
fn changed(world: &World, action: Action, phase: Phase, role: TeamRole) -> Option<Obstacle> {
    let who = match role {
        TeamRole::Leader => Who::Leader,
        TeamRole::Member => Who::Member,
        TeamRole::Other => Who::Participant,
        TeamRole::Organizer => Who::Organizer,
    };
    let visit = world.visit(who, moment(phase));
    assert_eq!(visit.team_role(&world.team), role);
    visit.may(action, Some(&world.team)).check().err()
}

#[test]
fn after_the_end_only_organizers_change_a_team_and_never_who_enters_it() {
    let world = World::new();
    for action in CHANGES {
        for role in ROLES {
            let allowed = changed(&world, action, Phase::Closed, role).is_none();
            let expected = role == TeamRole::Organizer
                && matches!(action, Action::RenameTeam | Action::MoveMember | Action::HandOver);
            assert_eq!(allowed, expected, "{action:?} by {role:?}");
            assert_eq!(changed(&world, action, Phase::Upcoming, role), changed(&world, action, Phase::Open, role));
        }
    }
}

#[test]
fn a_members_own_action_is_to_leave_and_the_rest_is_the_leaders() {
    let world = World::new();
    for phase in PHASES {
        let told = |action: Action, role| changed(&world, action, phase, role);
        let frozen = (phase == Phase::Closed).then_some(Obstacle::TeamsFrozen);
        for action in [
            Action::RenameTeam,
            Action::RemoveMember,
            Action::HandOver,
            Action::RenewInvitation,
            Action::InviteMember,
            Action::AnswerRequests,
            Action::MergeTeams,
            Action::RenewKey,
        ] {
            assert_eq!(told(action, TeamRole::Leader), frozen);
            assert_eq!(told(action, TeamRole::Member), Some(Obstacle::NotLeader));
            assert_eq!(told(action, TeamRole::Other), Some(Obstacle::NotLeader));
        }
        assert_eq!(told(Action::LeaveTeam, TeamRole::Member), frozen);
        assert_eq!(told(Action::LeaveTeam, TeamRole::Other), Some(Obstacle::NotMember));
        assert_eq!(told(Action::CreateTeam, TeamRole::Member), frozen.or(Some(Obstacle::InTeam)));
        assert_eq!(told(Action::JoinTeam, TeamRole::Other), frozen);
        assert_eq!(told(Action::AskToJoin, TeamRole::Other), frozen);
        for role in [TeamRole::Leader, TeamRole::Member, TeamRole::Other] {
            assert_eq!(told(Action::MoveMember, role), Some(Obstacle::NoRole(Role::Organizer)));
        }
    }
}

#[test]
fn teams_merge_until_the_moment_that_the_organizers_say_and_for_all_else_go_on() {
    let mut world = World::new();
    let until = at("2026-11-20T00:00:00Z");
    world.competition.settings.merges_until = Some(until);
    let told = |action, now| world.visit(Who::Leader, now).may(action, Some(&world.team)).check();
    let before = until - chrono::Duration::microseconds(1);
    assert_eq!(told(Action::MergeTeams, before), Ok(()));
    assert_eq!(told(Action::MergeTeams, until), Err(Obstacle::MergesClosed { at: until }));
    assert_eq!(told(Action::InviteMember, until), Ok(()));
    assert_eq!(world.competition.teams_settle_at(), Some(until));
    world.competition.settings.merges_until = None;
    assert_eq!(world.competition.teams_settle_at(), Some(at(END)));
}

#[test]
fn of_a_team_whose_part_has_ended_only_organizers_change_something() {
    let world = World::new();
    let over = Team { ended: Some("excluded".into()), ..world.team.clone() };
    let told = |who| world.visit(who, moment(Phase::Open)).change(Action::RenameTeam, &over).check();
    assert_eq!((told(Who::Leader), told(Who::Organizer)), (Err(Obstacle::TeamEnded), Ok(())));
}

#[test]
fn whoever_has_submitted_stays_unless_an_organizer_decides_and_somebody_always_answers_for_it() {
    let mut world = World::new();
    world.team.members[1].submissions = 3;
    let told = |who, team: &Team, member| {
        let visit = world.visit(who, moment(Phase::Open));
        visit.remove(team, member, team.members.iter().any(|member| member.submissions > 0)).check()
    };
    let (team, leader, member) = (&world.team, world.leader, world.member);
    assert_eq!(told(Who::Member, team, member), Err(Obstacle::HasSubmitted), "leaves");
    assert_eq!(told(Who::Leader, team, member), Err(Obstacle::HasSubmitted), "is removed");
    assert_eq!(told(Who::Organizer, team, member), Ok(()));
    assert_eq!(told(Who::Organizer, team, leader), Err(Obstacle::LeaderCannotLeave));
    assert_eq!(told(Who::Organizer, team, UserId::random()), Err(Obstacle::NoSuchMember));
    assert_eq!(told(Who::Member, team, leader), Err(Obstacle::NotLeader));
    let mut alone = world.team.clone();
    alone.members.truncate(1);
    assert_eq!(told(Who::Leader, &alone, leader), Ok(()), "takes a team without submissions along");
    alone.members[0].submissions = 1;
    assert_eq!(told(Who::Leader, &alone, leader), Err(Obstacle::HasSubmitted));
    assert_eq!(told(Who::Organizer, &alone, leader), Err(Obstacle::LastMember));
}

#[test]
fn nobody_judges_a_case_of_their_own_whatever_their_role_and_its_team_sees_it_after_the_end_too() {
    let world = World::new();
    for phase in PHASES {
        for action in [Action::ReadCases, Action::VoteOnCases, Action::ManageCases] {
            let owner = |who| Visit { role: Some(Role::Owner), ..world.visit(who, moment(phase)) };
            assert_eq!(owner(Who::SignedIn).may(action, Some(&world.team)).check(), Ok(()), "{action:?}");
            let told = owner(Who::Member).may(action, Some(&world.team)).check();
            assert!(matches!(told, Err(Obstacle::NoRole(_))), "{action:?}: {told:?}");
        }
        let over = Team { ended: Some("disqualified".into()), ..world.team.clone() };
        let told = |who| world.visit(who, moment(phase)).may(Action::AnswerCases, Some(&over)).check();
        assert_eq!((told(Who::Member), told(Who::Leader)), (Ok(()), Ok(())));
        for who in [Who::InAnother, Who::Organizer, Who::Owner, Who::Participant] {
            assert_eq!(told(who), Err(Obstacle::NotMember), "{who:?}");
        }
    }
}

#[test]
fn a_disqualified_teams_members_keep_their_places_for_they_may_come_back() {
    let world = World::new();
    let over = Team { ended: Some("disqualified".into()), ..world.team.clone() };
    let visit = Visit { team: Some(&over), ..world.visit(Who::Member, moment(Phase::Open)) };
    assert_eq!(visit.withdraw().check(), Err(Obstacle::InTeam));
}

#[test]
fn a_refusal_is_told_with_the_code_that_its_door_has_always_had() {
    let told = |obstacle: Obstacle| AppError::from(obstacle);
    for takes_part in [true, false] {
        assert_eq!(told(Obstacle::NoTeam { takes_part }), ErrorCode::NotMember.into());
    }
    let small = told(Obstacle::TooSmall { have: 1, min: 2 });
    assert_eq!(small, AppError::new(ErrorCode::TeamTooSmall).with("have", 1).with("min", 2));
    assert_eq!(told(OVER), AppError::new(ErrorCode::StageClosed).with("at", "2026-11-30T09:00:00+00:00"));
    assert_eq!(told(Obstacle::NoStage), ErrorCode::StageClosed.into());
    assert_eq!(told(Obstacle::NoSuchMember), ErrorCode::NotFound.into());
}

#[test]
fn each_role_may_what_those_before_it_may() {
    let world = World::new();
    for phase in PHASES {
        for action in Action::ALL {
            let told = Role::ALL.map(|role| {
                let visit = Visit { role: Some(role), held: Some(role), ..world.visit(Who::SignedIn, moment(phase)) };
                visit.may(action, Some(&world.team)).check().is_ok()
            });
            assert!(told.is_sorted(), "{action:?}: {told:?}");
        }
    }
}

#[test]
fn a_token_does_what_its_scopes_say_and_changes_no_team_no_role_and_no_account() {
    let world = World::new();
    let visit = |via| Visit {
        via,
        role: Some(Role::Owner),
        held: Some(Role::Owner),
        ..world.visit(Who::Leader, moment(Phase::Open))
    };
    for action in Action::ALL {
        let told = |via| visit(via).may(action, Some(&world.team)).check();
        match action.needs() {
            Needs::Nothing => assert_eq!(told(Via::Token(Scopes::default())), told(Via::Session), "{action:?}"),
            Needs::Session => {
                assert_eq!(told(Via::Token(Scope::ALL.into_iter().collect())), Err(Obstacle::NotByToken));
            }
            Needs::Scope(scope) => {
                assert_eq!(told(Via::Token(Scopes::default())), Err(Obstacle::NoScope(scope)), "{action:?}");
                let others = Scope::ALL.into_iter().filter(|other| *other != scope).collect();
                assert_eq!(told(Via::Token(others)), Err(Obstacle::NoScope(scope)), "{action:?}");
                assert_eq!(told(Via::Token(scope.into())), told(Via::Session), "{action:?}");
            }
        }
    }
    let person = Actor { via: Via::Token(Scope::ALL.into_iter().collect()), ..Actor::browser(None, None) };
    for action in [SiteAction::ChangeAccount, SiteAction::ChangeTokens] {
        assert_eq!(person.may(action).check(), Err(Obstacle::NotByToken));
    }
}

#[test]
fn a_role_comes_along_by_a_session_or_a_token_that_organizes_and_an_administrator_by_a_session_alone() {
    let (competition, now) = (competition(), moment(Phase::Open));
    let part = Part { role: Some(Role::Organizer), ..Part::default() };
    let role = |part: &Part, via, is_admin| {
        part.visit(&competition, &Actor { user: Some(user(is_admin)), via, from: None }, now).role
    };
    let [reads, organizes] = [Scope::Read, Scope::Organize].map(|scope| Via::Token(scope.into()));
    let by = |via| role(&part, via, false);
    assert_eq!([by(Via::Session), by(organizes)], [Some(Role::Organizer); 2]);
    assert_eq!([by(Via::Password), by(reads)], [None; 2]);
    assert_eq!(role(&Part::default(), Via::Session, true), Some(Role::Owner));
    assert_eq!(role(&Part::default(), organizes, true), None);
}

#[test]
fn who_hears_what_is_one_table() {
    let world = World::new();
    let id = world.competition.id;
    for who in EVERYBODY {
        let visit = world.visit(who, moment(Phase::Open));
        let heard = visit.hears();
        let hears = |audience| heard.contains(&audience);
        assert!(hears(Audience::Everyone(id)), "{who:?}");
        let own = world.visit(who, moment(Phase::Open)).user;
        let strangers = [world.leader, world.member, world.stranger].into_iter().filter(|user| Some(*user) != own);
        assert!(strangers.into_iter().all(|user| !hears(Audience::Person(user))), "{who:?}");
        assert_eq!(hears(Audience::Participants(id)), visit.takes_part(), "{who:?}");
        assert_eq!(hears(Audience::Leaders(id)), matches!(who, Who::Leader | Who::InAnother), "{who:?}");
        assert_eq!(hears(Audience::Team(world.team.id)), matches!(who, Who::Member | Who::Leader), "{who:?}");
        for role in Role::ALL {
            assert_eq!(hears(Audience::Role(id, role)), who.role() >= Some(role), "{who:?}, {role:?}");
        }
    }
}
