//! Who changes which team, submits for it, and judges it.

use super::*;

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
    let over = Team { ended: Some(TeamEnd::Withdrawn), ..world.team.clone() };
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
    let over = Team { ended: Some(TeamEnd::Disqualified), ..world.team.clone() };
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
    let over = Team { ended: Some(TeamEnd::Excluded), ..world.team.clone() };
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
        let over = Team { ended: Some(TeamEnd::Disqualified), ..world.team.clone() };
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
    let over = Team { ended: Some(TeamEnd::Disqualified), ..world.team.clone() };
    let visit = Visit { team: Some(&over), ..world.visit(Who::Member, moment(Phase::Open)) };
    assert_eq!(visit.withdraw().check(), Err(Obstacle::InTeam));
}
