use chrono::TimeDelta;

use super::CaseOutcome::{Disqualified, NoBreach, Voided, Warning};
use super::CaseState::{Answered, Asked, Decided, Deliberating, Suspected};
use super::*;

const DUE: DateTime<Utc> = DateTime::from_timestamp(1_796_029_200, 0).unwrap();

fn case(state: CaseState, by_vote: bool) -> Case {
    let due_at = (state != Suspected).then_some(DUE);
    Case {
        id: CaseId::random(),
        competition_id: CompetitionId::random(),
        number: 123_456,
        team_id: TeamId::random(),
        title: String::new(),
        by_vote,
        state,
        due_at,
        votes_until: due_at.filter(|_| by_vote).map(|due| due + TimeDelta::days(3)),
        outcome: None,
        voted: None,
        opened_at: DateTime::UNIX_EPOCH,
        changed_at: DateTime::UNIX_EPOCH,
    }
}

fn just_before(at: DateTime<Utc>) -> DateTime<Utc> {
    at - TimeDelta::microseconds(1)
}

#[test]
fn a_vote_is_won_by_more_than_half_of_those_asked_and_a_tie_is_the_milder() {
    let table: &[(usize, &[CaseOutcome], CaseOutcome)] = &[
        (0, &[], NoBreach),
        (3, &[], NoBreach),
        (3, &[Disqualified], NoBreach),
        (3, &[Disqualified, Disqualified], Disqualified),
        (4, &[Disqualified, Disqualified], NoBreach),
        (4, &[Disqualified, Disqualified, Warning, NoBreach], Warning),
        (2, &[Disqualified, Voided], Voided),
        (2, &[Disqualified, NoBreach], NoBreach),
        (3, &[Disqualified, Voided, NoBreach], Voided),
        (5, &[Disqualified, Disqualified, Disqualified, NoBreach, NoBreach], Disqualified),
    ];
    for (asked, votes, expected) in table {
        assert_eq!(CaseOutcome::of_votes(*asked, votes), *expected, "{votes:?} of {asked}");
    }
}

#[test]
fn the_time_for_a_statement_ends_with_its_moment_and_begins_with_the_question() {
    for state in [Asked, Answered] {
        let case = case(state, false);
        assert_eq!((case.state_at(just_before(DUE)), case.state_at(DUE)), (state, Deliberating));
        assert!(case.takes_statement(just_before(DUE), false) && !case.takes_statement(DUE, false));
        assert!(!case.takes_statement(just_before(DUE), true), "a judge has voted");
    }
    // The timer was faster than the body.
    assert!(case(Deliberating, false).takes_statement(just_before(DUE), false));
    for state in [Suspected, Decided] {
        assert!(!case(state, false).takes_statement(just_before(DUE), false), "{state:?}");
    }
}

#[test]
fn judges_vote_between_the_two_deadlines_and_only_where_they_decide() {
    let case = |by_vote| case(Answered, by_vote);
    let until = DUE + TimeDelta::days(3);
    let told = [just_before(DUE), DUE, just_before(until), until].map(|now| case(true).takes_votes(now));
    assert_eq!(told, [false, true, true, false]);
    assert!(!case(false).takes_votes(DUE));
}

#[test]
fn nobody_is_in_breach_who_was_not_asked_and_organizers_are_never_severer_than_the_judges() {
    let told = |case: &Case| case.outcomes(DUE, true);
    assert_eq!(told(&case(Suspected, false)), [NoBreach]);
    assert_eq!(case(Asked, false).outcomes(just_before(DUE), true), []);
    assert_eq!(told(&case(Asked, false)), CaseOutcome::ALL);
    assert_eq!(told(&case(Deliberating, true)), [], "the judges' to decide");
    let dropped = Case { outcome: Some(NoBreach), due_at: None, ..case(Decided, false) };
    assert_eq!(told(&dropped), []);
    let decided = Case { outcome: Some(Disqualified), ..case(Decided, false) };
    assert_eq!(told(&decided), [NoBreach, Warning, Voided]);
    let voted = Case { outcome: Some(NoBreach), voted: Some(Voided), ..case(Decided, true) };
    assert_eq!(told(&voted), [Warning, Voided]);
    assert_eq!(voted.outcomes(DUE, false), [Warning], "there is nothing to void");
}

#[test]
fn every_word_is_another() {
    assert!(CaseState::ALL.iter().all(|state| CaseState::from_key(state.key()) == Some(*state)));
    assert!(CaseOutcome::ALL.iter().all(|outcome| CaseOutcome::from_key(outcome.key()) == Some(*outcome)));
    assert!(CaseEntryKind::ALL.iter().all(|kind| CaseEntryKind::from_key(kind.key()) == Some(*kind)));
}
