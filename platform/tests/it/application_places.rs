//! Places: each that becomes free is offered in order, and filled once; on both databases.

use both::both;
use chrono::Duration;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::User;
use domain::applications::{ApplyMode, ApplySettings, CapacityOf};
use domain::participation::ParticipationState::{self, Approved, Lapsed, Offered, Waiting};
use futures::future::join_all;
use platform::competitions::import::import;
use platform::participation::decisions::Decision;
use platform::participation::{self, ApplicationForm};
use platform::testing::{Store, by, dated_folder, noon, person};
use platform::{Result, competitions, jobs, teams};

use crate::applications::{apply, code, decide, letters, of, offered_until, organizer, people, states, with};

#[both]
async fn of_two_for_the_last_place_one_takes_part_and_the_other_is_first_in_line(store: Store) {
    for round in 0..4 {
        let store = store.another().await;
        let (services, competition) = with(&store, of(ApplyMode::Open, Some(2))).await;
        let users = people(&services, "p", 3).await;
        apply(&services, &competition, &users[2]).await.unwrap();
        let both = join_all(users[..2].iter().map(|user| apply(&services, &competition, user))).await;
        let mut led: Vec<_> = both.into_iter().map(Result::unwrap).collect();
        led.sort_unstable();
        assert_eq!(led, [Waiting, Approved], "round {round} on {}", store.name);
        let waits = users.iter().map(|user| participation::own(&services, &competition, user));
        let places: Vec<_> = join_all(waits).await.into_iter().filter_map(|own| own.unwrap().unwrap().place).collect();
        assert_eq!(places, [1]);
    }
}

#[both]
async fn places_that_become_free_are_offered_in_the_order_of_the_waitlist(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
    let users = people(&services, "p", 5).await;
    for user in &users {
        services.clock.advance(Duration::minutes(1));
        apply(&services, &competition, user).await.unwrap();
    }
    assert_eq!(states(&services, &competition, &users).await, [Approved, Waiting, Waiting, Waiting, Waiting]);
    participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
    // The next may wait no longer; then it is the one after.
    participation::withdraw(&services, &competition, &by(&users[2])).await.unwrap();
    let until = offered_until(&services, &competition, &users[1]).await.unwrap();
    assert_eq!(until, services.clock.now() + Duration::days(3));
    services.clock.set(until - Duration::microseconds(1));
    jobs::run_until_idle(&services).await.unwrap();
    assert_eq!(states(&services, &competition, &users[1..4]).await[0], Offered, "until the moment itself");
    services.clock.set(until);
    for _ in 0..2 {
        jobs::run_until_idle(&services).await.unwrap();
        let now = states(&services, &competition, &users).await;
        assert_eq!(now[1..], [Lapsed, ParticipationState::Withdrawn, Offered, Waiting], "once, on {}", store.name);
    }
    participation::accept(&services, &competition, &by(&users[3])).await.unwrap();
    // Who let it lapse goes to the end.
    assert_eq!(apply(&services, &competition, &users[1]).await.unwrap(), Waiting);
    let place = async |user: &User| participation::own(&services, &competition, user).await.unwrap().unwrap().place;
    assert_eq!((place(&users[4]).await, place(&users[1]).await), (Some(1), Some(2)));
    let told = letters(&services, &store).await;
    let mut to: Vec<_> = told.iter().map(|(to, _)| to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["p1@example.kr", "p3@example.kr"], "one letter an offer");
    assert!(told.iter().all(|(_, text)| text.contains("자리가 났습니다") && !text.contains("?key=")), "{told:?}");
}

#[both]
async fn offers_that_lapsed_while_nothing_ran_pass_on_once_with_the_whole_time_to_accept(store: Store) {
    let users = {
        let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
        let users = people(&services, "p", 3).await;
        for user in &users {
            apply(&services, &competition, user).await.unwrap();
        }
        participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
        users
    };
    let later = noon() + Duration::days(8);
    let restarted = store.services(later).await;
    let competition = competitions::get(&restarted, "breast-cancer").await.unwrap();
    jobs::run_until_idle(&restarted).await.unwrap();
    assert_eq!(states(&restarted, &competition, &users[1..]).await, [Lapsed, Offered], "{}", store.name);
    assert_eq!(offered_until(&restarted, &competition, &users[2]).await, Some(later + Duration::days(3)));
}

#[both]
async fn twenty_withdraw_and_twenty_are_approved_by_hand_at_once_and_each_place_is_filled_once(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(20))).await;
    let users = people(&services, "p", 60).await;
    for user in &users {
        apply(&services, &competition, user).await.unwrap();
    }
    let actor = organizer(&services, &competition).await;
    let (services_, competition_) = (&services, &competition);
    let leave = users[..20].iter().map(|user| async move {
        participation::withdraw(services_, competition_, &by(user)).await.unwrap();
    });
    // Of the middle and the end of the line, out of turn.
    let approve = users[30..50].iter().map(|user| {
        let actor = actor.clone();
        async move { decide(services_, competition_, &actor, &[user], Decision::Approve).await }
    });
    let (_, decided) = tokio::join!(join_all(leave), join_all(approve));
    let after = states(&services, &competition, &users).await;
    let count = |state| after.iter().filter(|one| **one == state).count();
    assert_eq!(count(Offered) + count(Approved), 20, "every place, and none twice, on {}: {after:?}", store.name);
    assert_eq!((count(ParticipationState::Withdrawn), count(Waiting)), (20, 20));
    let approved = decided.iter().filter(|decided| decided.done == 1).count();
    assert_eq!(decided.iter().filter(|decided| decided.no_place == 1).count(), 20 - approved);
    assert!(count(Approved) <= approved);
    let told = letters(&services, &store).await;
    let offered: Vec<_> = told.iter().filter(|(_, text)| text.contains("자리가 났습니다")).map(|(to, _)| to).collect();
    let distinct: std::collections::BTreeSet<_> = offered.iter().collect();
    assert_eq!(offered.len(), distinct.len(), "nobody is offered a place twice");
}

#[both]
async fn an_offer_that_lapses_at_the_second_it_is_accepted_goes_one_way_alone(store: Store) {
    for round in 0..6 {
        let store = store.another().await;
        let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
        let users = people(&services, "p", 3).await;
        for user in &users {
            apply(&services, &competition, user).await.unwrap();
        }
        participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
        let until = offered_until(&services, &competition, &users[1]).await.unwrap();
        services.clock.set(until - Duration::microseconds(1));
        let actor = by(&users[1]);
        let accept = participation::accept(&services, &competition, &actor);
        let lapse = async {
            // Before it begins, or amid it: the moment passes.
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            services.clock.set(until);
            jobs::run_until_idle(&services).await.unwrap();
        };
        let (accepted, ()) = tokio::join!(accept, lapse);
        jobs::run_until_idle(&services).await.unwrap();
        let after = states(&services, &competition, &users[1..]).await;
        match accepted {
            Ok(()) => assert_eq!(after, [Approved, Waiting], "round {round} on {}", store.name),
            Err(error) => {
                assert_eq!(after, [Lapsed, Offered], "round {round} on {}", store.name);
                assert!(matches!(error.code(), Some(ErrorCode::OfferLapsed | ErrorCode::NoOffer)), "{error}");
            }
        }
    }
}

#[both]
async fn at_its_moment_an_offer_is_refused_though_no_timer_ran(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
    let users = people(&services, "p", 2).await;
    for user in &users {
        apply(&services, &competition, user).await.unwrap();
    }
    assert_eq!(code(participation::accept(&services, &competition, &by(&users[1])).await), ErrorCode::NoOffer);
    participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
    services.clock.set(offered_until(&services, &competition, &users[1]).await.unwrap());
    assert_eq!(code(participation::accept(&services, &competition, &by(&users[1])).await), ErrorCode::OfferLapsed);
}

#[both]
async fn where_a_team_takes_a_place_two_who_come_together_free_one(store: Store) {
    let settings = ApplySettings { capacity_of: CapacityOf::Teams, ..of(ApplyMode::Open, Some(2)) };
    let (services, competition) = with(&store, settings).await;
    let users = people(&services, "p", 3).await;
    for user in &users {
        apply(&services, &competition, user).await.unwrap();
    }
    assert_eq!(states(&services, &competition, &users).await, [Approved, Approved, Waiting]);
    let team = teams::create(&services, &competition, &by(&users[0]), "새벽").await.unwrap();
    let link = teams::renew_invitation(&services, &team, &by(&users[0])).await.unwrap().code;
    assert_eq!(states(&services, &competition, &users).await[2], Waiting);
    teams::join_by_link(&services, &competition, &by(&users[1]), &link).await.unwrap();
    assert_eq!(states(&services, &competition, &users).await, [Approved, Approved, Offered], "{}", store.name);
}

#[both]
async fn more_places_by_an_import_are_offered_at_once(store: Store) {
    let services = store.services(noon()).await;
    let folder = dated_folder("breast-cancer", store.folder.path(), noon());
    let path = folder.join("competition.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let with = |capacity: i64| format!("{text}\n[apply]\ncapacity = {capacity}\noffer_days = 2\n");
    std::fs::write(&path, with(1)).unwrap();
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let users = people(&services, "p", 4).await;
    for user in &users {
        apply(&services, &competition, user).await.unwrap();
    }
    std::fs::write(&path, with(3)).unwrap();
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(states(&services, &competition, &users).await, [Approved, Offered, Offered, Waiting], "{}", store.name);
    assert_eq!(offered_until(&services, &competition, &users[1]).await, Some(noon() + Duration::days(2)));
}

#[both]
async fn where_a_team_takes_a_place_whoever_enters_one_by_its_link_needs_none_and_makes_none_of_their_own(
    store: Store,
) {
    let settings = ApplySettings { capacity_of: CapacityOf::Teams, ..of(ApplyMode::Open, Some(1)) };
    let (services, competition) = with(&store, settings).await;
    let [kim, lee, park, han] = [0, 1, 2, 3].map(|index| format!("p{index}"));
    let [kim, lee, park, han] = [
        person(&services, &kim).await,
        person(&services, &lee).await,
        person(&services, &park).await,
        person(&services, &han).await,
    ];
    apply(&services, &competition, &kim).await.unwrap();
    let team = teams::create(&services, &competition, &by(&kim), "새벽").await.unwrap();
    let link = teams::renew_invitation(&services, &team, &by(&kim)).await.unwrap().code;
    let by_link = async |user: &User, code: &str| {
        let form = ApplicationForm { agreed: Some(1), code: Some(code.to_owned()), ..ApplicationForm::default() };
        participation::apply(&services, &competition, &by(user), form).await.unwrap()
    };
    assert_eq!(apply(&services, &competition, &lee).await.unwrap(), Waiting, "full");
    assert_eq!(by_link(&han, "no such link").await, Waiting);
    assert_eq!(by_link(&park, &link).await, Approved);
    assert_eq!(code(teams::create(&services, &competition, &by(&park), "다른 팀").await), ErrorCode::NoPlace);
    teams::join_by_link(&services, &competition, &by(&park), &link).await.unwrap();
    assert_eq!(states(&services, &competition, &[lee, han]).await, [Waiting, Waiting], "{}", store.name);
}

#[both]
async fn who_was_to_enter_a_team_that_has_ended_makes_one_of_their_own_with_the_place_they_hold(store: Store) {
    let settings = ApplySettings { capacity_of: CapacityOf::Teams, ..of(ApplyMode::Open, Some(2)) };
    let (services, competition) = with(&store, settings).await;
    let users = people(&services, "p", 2).await;
    apply(&services, &competition, &users[0]).await.unwrap();
    let team = teams::create(&services, &competition, &by(&users[0]), "새벽").await.unwrap();
    let code = teams::renew_invitation(&services, &team, &by(&users[0])).await.unwrap().code;
    let form = ApplicationForm { agreed: Some(1), code: Some(code), ..ApplicationForm::default() };
    assert_eq!(participation::apply(&services, &competition, &by(&users[1]), form).await.unwrap(), Approved);
    teams::remove(&services, &team, &by(&users[0]), users[0].id).await.unwrap();
    teams::create(&services, &competition, &by(&users[1]), "아침").await.unwrap();
    teams::create(&services, &competition, &by(&users[0]), "새벽").await.unwrap();
    let late = people(&services, "late", 1).await;
    assert_eq!(apply(&services, &competition, &late[0]).await.unwrap(), Waiting, "both are taken, on {}", store.name);
}
