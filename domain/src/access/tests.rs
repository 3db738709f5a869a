//! Who may do what in which phase, as tables.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::*;
use crate::Text;
use crate::ids::{CompetitionId, StageId, TeamId};
use crate::stages::Stage;
use crate::teams::Member;

const PHASES: [Phase; 3] = [Phase::Upcoming, Phase::Open, Phase::Closed];
const ROLES: [Role; 4] = [Role::Leader, Role::Member, Role::Other, Role::Organizer];

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A moment in each phase of [`competition`].
fn moment(phase: Phase) -> DateTime<Utc> {
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
        reveal_at: None,
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
struct World {
    competition: Competition,
    team: Team,
    /// Of someone who is in no way the first one's.
    other: Team,
    leader: UserId,
    member: UserId,
    stranger: UserId,
}

/// What somebody is to a competition.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Who {
    SignedOut,
    SignedIn,
    Participant,
    Leader,
    Member,
    InAnother,
    Organizer,
}

const EVERYBODY: [Who; 7] =
    [Who::SignedOut, Who::SignedIn, Who::Participant, Who::Leader, Who::Member, Who::InAnother, Who::Organizer];

impl World {
    fn new() -> Self {
        let [leader, member, stranger] = [UserId::random(), UserId::random(), UserId::random()];
        let (team, other) = (team(&[leader, member]), team(&[stranger]));
        Self { competition: competition(), team, other, leader, member, stranger }
    }

    fn visit(&self, who: Who, now: DateTime<Utc>) -> Visit<'_> {
        let (user, team) = match who {
            Who::SignedOut => (None, None),
            Who::SignedIn | Who::Participant | Who::Organizer => (Some(self.stranger), None),
            Who::Leader => (Some(self.leader), Some(&self.team)),
            Who::Member => (Some(self.member), Some(&self.team)),
            Who::InAnother => (Some(self.stranger), Some(&self.other)),
        };
        Visit {
            competition: &self.competition,
            now,
            user,
            takes_part: !matches!(who, Who::SignedOut | Who::SignedIn),
            is_organizer: who == Who::Organizer,
            team,
        }
    }

    /// What each is told in each phase.
    fn answers<T>(&self, ask: impl Fn(Visit<'_>, Who) -> T) -> Vec<[T; 3]> {
        EVERYBODY.map(|who| PHASES.map(|phase| ask(self.visit(who, moment(phase)), who))).into()
    }
}

fn in_team(who: Who) -> bool {
    matches!(who, Who::Leader | Who::Member)
}

const SOON: Obstacle = Obstacle::NotOpen { at: DateTime::from_timestamp(1_793_491_200, 0).unwrap() };
const OVER: Obstacle = Obstacle::Closed { at: DateTime::from_timestamp(1_796_029_200, 0).unwrap() };

#[test]
fn who_may_take_part_is_one_table() {
    let world = World::new();
    let answers = world.answers(|visit, _| visit.take_part().check().err());
    let login = Some(Obstacle::NotSignedIn);
    for (who, answer) in EVERYBODY.into_iter().zip(answers) {
        let expected = if who == Who::SignedOut { [login; 3] } else { [None, None, Some(OVER)] };
        assert_eq!(answer, expected, "{who:?}");
    }
    let told = world.visit(Who::SignedOut, moment(Phase::Closed)).take_part().told();
    assert_eq!(told, Err(OVER), "nobody is sent to log in for what is over");
}

#[test]
fn who_may_make_a_team_is_one_table() {
    let frozen = Some(Obstacle::TeamsFrozen);
    let answers = World::new().answers(|visit, _| visit.create().check().err());
    for (who, answer) in EVERYBODY.into_iter().zip(answers) {
        let expected = match who {
            Who::SignedOut => [Some(Obstacle::NotSignedIn); 3],
            Who::SignedIn => [Some(Obstacle::NotParticipant); 3],
            Who::Participant | Who::Organizer => [None, None, frozen],
            Who::Leader | Who::Member | Who::InAnother => [Some(Obstacle::InTeam), Some(Obstacle::InTeam), frozen],
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
    let (frozen, taken) = (Some(Obstacle::TeamsFrozen), Some(Obstacle::InTeam));
    for ((who, answer), told) in EVERYBODY.into_iter().zip(asked(false)).zip(asked(true)) {
        let (login, agree) = (Some(Obstacle::NotSignedIn), Some(Obstacle::NotParticipant));
        let (expected, on_page) = match who {
            Who::SignedOut => ([login; 3], [login, login, frozen]),
            Who::SignedIn => ([agree; 3], [agree, agree, frozen]),
            Who::Participant | Who::Organizer => ([None, None, frozen], [None, None, frozen]),
            Who::Leader | Who::Member => ([taken; 3], [taken; 3]),
            Who::InAnother => ([taken, taken, frozen], [taken; 3]),
        };
        assert_eq!((answer, told), (expected, on_page), "{who:?}");
    }
}

#[test]
fn a_full_team_or_one_whose_part_has_ended_takes_nobody_in_not_even_an_organizer() {
    let mut world = World::new();
    world.team.members.push(member(UserId::random()));
    for who in [Who::Participant, Who::Organizer] {
        let visit = world.visit(who, moment(Phase::Open));
        assert_eq!(visit.join(&world.team).check(), Err(Obstacle::Full { max: 3 }), "{who:?}");
        let over = Team { ended: Some("withdrawn".into()), ..world.team.clone() };
        assert_eq!(visit.join(&over).check(), Err(Obstacle::TeamEnded), "{who:?}");
    }
}

#[test]
fn who_may_submit_is_one_table_and_a_page_names_the_time_first() {
    let world = World::new();
    let answers = world.answers(|visit, _| (visit.submit().check().err(), visit.submit().told().err()));
    for (who, answer) in EVERYBODY.into_iter().zip(answers) {
        let outside = |takes_part| Some(Obstacle::NoTeam { takes_part });
        let own = match who {
            Who::SignedOut => Some(Obstacle::NotSignedIn),
            Who::SignedIn => outside(false),
            Who::Participant | Who::Organizer => outside(true),
            Who::Leader | Who::Member => None,
            Who::InAnother => Some(Obstacle::TooSmall { have: 1, min: 2 }),
        };
        let is_outside = !in_team(who) && who != Who::InAnother;
        let by_time = |time| if is_outside { own } else { Some(time) };
        let expected = [(by_time(SOON), Some(SOON)), (own, own), (by_time(OVER), Some(OVER))];
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
    let over = Team { ended: Some("disqualified".into()), ..world.team.clone() };
    let visit = Visit { team: Some(&over), ..world.visit(Who::Leader, moment(Phase::Open)) };
    assert_eq!(visit.submit().check(), Err(Obstacle::TeamEnded));
}

/// What who is `role` to a team is told when they would do this to it.
fn changed(world: &World, action: Action, phase: Phase, role: Role) -> Option<Obstacle> {
    let who = match role {
        Role::Leader => Who::Leader,
        Role::Member => Who::Member,
        Role::Other => Who::Participant,
        Role::Organizer => Who::Organizer,
    };
    let visit = world.visit(who, moment(phase));
    assert_eq!(visit.role(&world.team), role);
    visit.change(action, &world.team).check().err()
}

#[test]
fn after_the_end_only_organizers_change_a_team_and_never_who_enters_it() {
    let world = World::new();
    for action in Action::ALL {
        for role in ROLES {
            let allowed = changed(&world, action, Phase::Closed, role).is_none();
            let expected =
                role == Role::Organizer && matches!(action, Action::Rename | Action::Remove | Action::HandOver);
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
        for action in [Action::Rename, Action::Remove, Action::HandOver, Action::RenewInvitation, Action::RenewKey] {
            assert_eq!(told(action, Role::Leader), frozen);
            assert_eq!(told(action, Role::Member), Some(Obstacle::NotLeader));
            assert_eq!(told(action, Role::Other), Some(Obstacle::NotLeader));
        }
        assert_eq!(told(Action::Leave, Role::Member), frozen);
        assert_eq!(told(Action::Leave, Role::Other), Some(Obstacle::NotMember));
        assert_eq!(told(Action::Create, Role::Member), frozen.or(Some(Obstacle::InTeam)));
        assert_eq!(told(Action::Join, Role::Other), frozen);
    }
}

#[test]
fn of_a_team_whose_part_has_ended_only_organizers_change_something() {
    let world = World::new();
    let over = Team { ended: Some("excluded".into()), ..world.team.clone() };
    let told = |who| world.visit(who, moment(Phase::Open)).change(Action::Rename, &over).check();
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
