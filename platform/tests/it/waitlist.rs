//! Who comes next: nobody goes before whoever waits, a place is nobody's twice, and people agree to what they were shown; on both
//! databases.

use both::both;
use chrono::Duration;
use domain::ErrorCode;
use domain::applications::{ApplyMode, ApplySettings, CapacityOf};
use domain::competitions::Competition;
use domain::participation::ParticipationState::{Applied, Approved, Declined, Excluded, Lapsed, Offered, Waiting};
use platform::audit::Walked;
use platform::competitions::roles;
use platform::participation::decisions::{Decided, Decision};
use platform::participation::{self, ApplicationForm};
use platform::testing::{Store, by, organizes, person};
use platform::{Services, audit, teams};

use crate::applications::{apply, code, decide, of, organizer, people, states, with};
use crate::common::{behind_the_back, changed};

/// Some who have applied, one after the other.
async fn applied(services: &Services, competition: &Competition, count: usize) -> Vec<domain::accounts::User> {
    let users = people(services, "p", count).await;
    for user in &users {
        services.clock.advance(Duration::minutes(1));
        apply(services, competition, user).await.unwrap();
    }
    users
}

#[both]
async fn whoever_leaves_a_team_that_has_a_place_needs_one_of_their_own(store: Store) {
    let settings = ApplySettings { capacity_of: CapacityOf::Teams, ..of(ApplyMode::Open, Some(2)) };
    let (services, competition) = with(&store, settings).await;
    let users = applied(&services, &competition, 3).await;
    let [leader, member, third] = [0, 1, 2].map(|index| &users[index]);
    let team = teams::create(&services, &competition, &by(leader), "새벽").await.unwrap();
    let link = teams::renew_invitation(&services, &team, &by(leader)).await.unwrap().code;
    let team = teams::join_by_link(&services, &competition, &by(member), &link).await.unwrap();
    participation::accept(&services, &competition, &by(third)).await.unwrap();
    for who in [member, leader] {
        let refused = teams::remove(&services, &team, &by(who), member.id).await;
        assert_eq!(code(refused), ErrorCode::NoPlace, "{}", store.name);
    }
    let part = participation::of(&services, &competition, member).await.unwrap();
    assert_eq!(part.team.map(|team| team.members.len()), Some(2), "they stay");
    // An organizer is not kept from it: then they take part no longer.
    let actor = organizer(&services, &competition).await;
    teams::move_member(&services, &team, &actor, member.id, None, "본인이 부탁했어요.").await.unwrap();
    assert_eq!(states(&services, &competition, &users).await, [Approved, Excluded, Approved]);
    // With the last one the team goes, and its place is theirs.
    teams::remove(&services, &team, &by(leader), leader.id).await.unwrap();
    assert_eq!(states(&services, &competition, &users).await, [Approved, Excluded, Approved]);
}

#[both]
async fn with_a_place_free_a_team_is_left(store: Store) {
    let settings = ApplySettings { capacity_of: CapacityOf::Teams, ..of(ApplyMode::Open, Some(2)) };
    let (services, competition) = with(&store, settings).await;
    let users = applied(&services, &competition, 2).await;
    let team = teams::create(&services, &competition, &by(&users[0]), "새벽").await.unwrap();
    let link = teams::renew_invitation(&services, &team, &by(&users[0])).await.unwrap().code;
    let team = teams::join_by_link(&services, &competition, &by(&users[1]), &link).await.unwrap();
    teams::remove(&services, &team, &by(&users[1]), users[1].id).await.unwrap();
    assert_eq!(states(&services, &competition, &users).await, [Approved, Approved], "{}", store.name);
    let late = person(&services, "late").await;
    assert_eq!(apply(&services, &competition, &late).await.unwrap(), Waiting);
}

#[both]
async fn several_who_are_moved_to_the_front_keep_their_order(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
    let users = applied(&services, &competition, 5).await;
    let actor = organizer(&services, &competition).await;
    let decided = decide(&services, &competition, &actor, &[&users[4], &users[3]], Decision::First).await;
    assert_eq!(decided.done, 2);
    let mut places = Vec::new();
    for user in &users[1..] {
        places.push(participation::own(&services, &competition, user).await.unwrap().unwrap().place.unwrap());
    }
    assert_eq!(places, [3, 4, 1, 2], "{}", store.name);
}

#[both]
async fn people_agree_to_the_rules_that_they_were_shown(store: Store) {
    let (services, competition) = with(&store, ApplySettings { rules: 2, ..of(ApplyMode::Open, None) }).await;
    let kim = person(&services, "kim").await;
    let form = |version| ApplicationForm { agreed: Some(version), ..ApplicationForm::default() };
    let early = participation::apply(&services, &competition, &by(&kim), form(1)).await;
    assert_eq!(code(early), ErrorCode::RulesChanged, "{}", store.name);
    assert_eq!(participation::own(&services, &competition, &kim).await.unwrap(), None);
    participation::apply(&services, &competition, &by(&kim), form(2)).await.unwrap();
    let version =
        async |competition| participation::own(&services, competition, &kim).await.unwrap().unwrap().rules_version;
    assert_eq!(version(&competition).await, 2);
    let newest = changed(&store, &competition, |settings| settings.apply.rules = 4).await;
    for (sent, stored) in [(1, 2), (3, 3), (99, 4)] {
        participation::agree(&services, &newest, &by(&kim), Some(sent)).await.unwrap();
        assert_eq!(version(&newest).await, stored, "who was shown {sent}");
    }
}

#[both]
async fn nobody_is_let_in_before_whoever_waits(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
    let users = applied(&services, &competition, 3).await;
    // Who helps to run the competition is passed over, until they lay that down.
    organizes(&services, &competition, &users[1]).await;
    participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
    participation::withdraw(&services, &competition, &by(&users[2])).await.unwrap();
    assert_eq!(states(&services, &competition, &users[1..2]).await, [Waiting]);
    roles::change(&services, &competition, &by(&users[1]), users[1].id, None).await.unwrap();
    assert_eq!(states(&services, &competition, &users[1..2]).await, [Offered], "{}", store.name);
    // A place that became free unseen is not whose who comes next.
    assert_eq!(apply(&services, &competition, &users[2]).await.unwrap(), Waiting);
    let competition = changed(&store, &competition, |settings| settings.apply.capacity = Some(2)).await;
    let late = person(&services, "late").await;
    assert_eq!(apply(&services, &competition, &late).await.unwrap(), Waiting);
    assert_eq!(states(&services, &competition, &users[1..]).await, [Offered, Offered], "{}", store.name);
}

#[both]
async fn an_offer_whose_timer_is_dead_lapses_all_the_same(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
    let users = applied(&services, &competition, 3).await;
    participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
    let until = participation::own(&services, &competition, &users[1]).await.unwrap().unwrap().offer_until.unwrap();
    behind_the_back(&store.db, "UPDATE jobs SET state = 'dead' WHERE kind = 'offer'").await;
    services.clock.set(until);
    assert_eq!(states(&services, &competition, &users[1..]).await, [Lapsed, Waiting], "as pages show it");
    assert_eq!(apply(&services, &competition, &users[1]).await.unwrap(), Waiting);
    assert_eq!(states(&services, &competition, &users[1..]).await, [Waiting, Offered], "{}", store.name);
}

#[both]
async fn whoever_was_declined_withdraws_and_is_let_in_by_nobody_after_the_end(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Approval, None)).await;
    let users = applied(&services, &competition, 3).await;
    let actor = organizer(&services, &competition).await;
    organizes(&services, &competition, &users[2]).await;
    let moved = Decided { moved: 1, ..Decided::default() };
    assert_eq!(decide(&services, &competition, &actor, &[&users[2]], Decision::Approve).await, moved, "has a role");
    let own = decide(&services, &competition, &by(&users[2]), &[&users[2]], Decision::Decline).await;
    assert_eq!(own, moved, "about oneself");
    assert_eq!(decide(&services, &competition, &actor, &[&users[0]], Decision::Decline).await.done, 1);
    participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
    let ends = competition.stages.iter().filter_map(|stage| stage.ends_at).max().unwrap();
    services.clock.set(ends);
    assert_eq!(decide(&services, &competition, &actor, &[&users[1]], Decision::Approve).await, moved, "it is over");
    assert_eq!(decide(&services, &competition, &actor, &[&users[1]], Decision::Decline).await.done, 1);
    let after = [Declined, Declined, Applied];
    assert_eq!(states(&services, &competition, &users).await, after, "{}", store.name);
}

#[both]
async fn reasons_go_ninety_days_after_the_end_from_the_record_too_and_it_stays_whole(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Approval, None)).await;
    let users = applied(&services, &competition, 1).await;
    let actor = organizer(&services, &competition).await;
    decide(&services, &competition, &actor, &[&users[0]], Decision::Decline).await;
    let reasons = async || {
        let details = services.db.audit_details(0, i64::MAX).await.unwrap();
        details.iter().filter(|detail| detail.value.contains("소속을 확인할 수 없어요.")).count()
    };
    let ends = competition.stages.iter().filter_map(|stage| stage.ends_at).max().unwrap();
    services.clock.set(ends + Duration::days(90) - Duration::seconds(1));
    participation::forget(&services).await.unwrap();
    assert_eq!(reasons().await, 1, "{}", store.name);
    services.clock.advance(Duration::seconds(1));
    participation::forget(&services).await.unwrap();
    assert_eq!(reasons().await, 0, "{}", store.name);
    assert!(matches!(audit::verify(&services).await.unwrap(), Walked::Whole { .. }));
}
