//! What one person may have and do, on both databases.

use both::both;
use platform::testing::{Store, by, noon, person, scopes, team_of_two};
use std::net::Ipv4Addr;

use chrono::Duration;
use domain::ErrorCode;
use domain::accounts::User;
use platform::accounts::sessions::{self, SessionPlace};
use platform::accounts::{self, Lifetime};
use platform::{Error, Result, Services, teams};

use crate::common::open_competition;

#[both]
async fn of_a_persons_log_ins_the_fifty_that_were_visited_last_are_remembered(store: Store) {
    let services = store.services(noon()).await;
    let mut known = Vec::new();
    for email in ["kim", "lee"] {
        person(&services, email).await;
        let email = format!("{email}@example.kr");
        let log_in =
            accounts::log_in(&services, &email, "correct horse battery", Ipv4Addr::LOCALHOST.into()).await.unwrap();
        known.push(log_in);
    }
    let of_lee = sessions::begin(&services, &known[1], None, &SessionPlace::default()).await.unwrap();
    let visited = sessions::begin(&services, &known[0], None, &SessionPlace::default()).await.unwrap();
    let mut secrets = Vec::new();
    for _ in 0..60 {
        services.clock.advance(Duration::hours(1));
        sessions::extend(&services, &visited).await.unwrap();
        secrets.push(sessions::begin(&services, &known[0], None, &SessionPlace::default()).await.unwrap());
    }
    // Many at the same moment: who comes last stays.
    for _ in 0..3 {
        let newest = sessions::begin(&services, &known[0], None, &SessionPlace::default()).await.unwrap();
        assert!(sessions::find(&services, &newest).await.unwrap().is_some());
        secrets.push(newest);
    }
    let mut alive = Vec::new();
    for secret in &secrets {
        alive.push(sessions::find(&services, secret).await.unwrap().is_some());
    }
    assert_eq!(alive.iter().filter(|alive| **alive).count(), 49);
    assert!(alive[secrets.len() - 49..].iter().all(|alive| *alive), "the oldest ended: {alive:?}");
    for secret in [visited, of_lee] {
        assert!(sessions::find(&services, &secret).await.unwrap().is_some());
    }
}

async fn make(services: &Services, user: &User) -> Result<()> {
    accounts::create_token(services, &by(user), "노트북", Lifetime::LONGEST, scopes()).await.map(|_| ())
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_has_fifty_tokens_that_work_however_many_are_made_at_once(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    for _ in 0..45 {
        services.clock.advance(Duration::minutes(3));
        make(&services, &kim).await.unwrap();
    }
    services.clock.advance(Duration::hours(1));
    let many = futures::future::join_all((0..15).map(|_| make(&services, &kim))).await;
    let refused: Vec<_> = many.into_iter().filter_map(Result::err).collect();
    assert!(refused.iter().all(|error| error.code() == Some(ErrorCode::TooManyTokens)), "{refused:?}");
    let tokens = accounts::tokens(&services, &kim).await.unwrap();
    assert_eq!((tokens.len(), refused.len()), (50, 10));
    accounts::revoke_token(&services, &by(&kim), tokens[0].id).await.unwrap();
    make(&services, &kim).await.unwrap();
    services.clock.advance(Duration::days(366));
    make(&services, &kim).await.unwrap();
    assert!(make(&services, &person(&services, "lee").await).await.is_ok());
}

#[both]
async fn what_is_done_now_and_then_is_done_twenty_times_and_then_every_three_minutes(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    services.clock.advance(Duration::hours(1));
    let act = async |what: &str, user: &User| match what {
        "token" => make(&services, user).await,
        "name" => accounts::set_public_name(&services, &by(user), "별지기").await,
        "invitation" => teams::renew_invitation(&services, &team, &by(user)).await.map(|_| ()),
        "key" => teams::renew_submission_key(&services, &team, &by(user)).await.map(|_| ()),
        _ => teams::show_submission_key(&services, &team, &by(user)).await.map(|_| ()),
    };
    assert!(accounts::set_public_name(&services, &by(&leader), "\u{1}").await.is_err(), "a wrong name costs nothing");
    for what in ["token", "name", "invitation", "key", "show"] {
        for _ in 0..20 {
            act(what, &leader).await.unwrap();
        }
        let Error::App(error) = act(what, &leader).await.unwrap_err() else { panic!("{what}") };
        assert_eq!((error.code, error.retry_after), (ErrorCode::TooManyAttempts, Some(180)), "{what}");
    }
    assert!(act("show", &member).await.is_ok() && act("name", &member).await.is_ok());
    services.clock.advance(Duration::minutes(3));
    for what in ["token", "name", "invitation", "key", "show"] {
        act(what, &leader).await.unwrap();
        assert!(act(what, &leader).await.is_err(), "{what} on {}", store.name);
    }
}
