//! Who takes part: apply, accept, make a team.

use super::*;

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
    let over = Team { ended: Some(TeamEnd::Withdrawn), ..world.team.clone() };
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
fn whoever_takes_part_or_has_a_role_is_heard_in_a_live_session_in_every_phase() {
    let world = World::new();
    for action in [Action::AskLive, Action::VoteLive] {
        let answers = world.answers(|visit, _| visit.may(action, None).check().err());
        for (who, answer) in EVERYBODY.into_iter().zip(answers) {
            let expected = match who {
                Who::SignedOut => Some(Obstacle::NotSignedIn),
                Who::SignedIn | Who::Applicant => Some(Obstacle::NotParticipant),
                _ => None,
            };
            assert_eq!(answer, [expected; 3], "{who:?}");
        }
    }
    let bare = Visit { role: None, ..world.visit(Who::Judge, moment(Phase::Open)) };
    assert_eq!(bare.may(Action::AskLive, None).check(), Err(Obstacle::NeedsFactor));
}
