//! What roles and doors carry, and how a refusal is told.

use super::*;

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
