//! Forgotten and changed passwords, on both databases.

use std::net::IpAddr;

use both::both;
use chrono::Duration;
use domain::access::Actor;
use domain::accounts::User;
use domain::error::FieldProblem;
use domain::{ErrorCode, Locale};
use futures::future::join_all;
use platform::accounts::sessions::{self, SessionPlace};
use platform::accounts::{self, Known, Lifetime, Tokens, addresses, resets};
use platform::mail::deliver;
use platform::testing::{Store, TEST_PASSWORD, by, form, noon, person, scopes};
use platform::{Result, Services};

use crate::common::{code, mailed, wrong};

const NEW: &str = "another good password";

fn place(number: u8) -> IpAddr {
    [203, 0, 113, number].into()
}

fn visitor() -> Actor {
    Actor::browser(None, Some(place(1)))
}

async fn log_in(services: &Services, password: &str) -> Result<Known> {
    accounts::log_in(services, "kim@example.kr", password, place(1)).await
}

async fn session(services: &Services, known: &Known) -> String {
    sessions::begin(services, known, None, &SessionPlace::default()).await.unwrap()
}

async fn token(services: &Services, user: &User) -> String {
    accounts::create_token(services, &by(user), "노트북", Lifetime::LONGEST, scopes()).await.unwrap().1
}

/// The key of a letter that leads to a new password.
async fn asked(services: &Services, store: &Store) -> String {
    resets::ask(services, " KIM@example.kr", Locale::Ko, place(1)).await.unwrap();
    mailed(services, store).await.into_iter().map(|letter| letter.key).find(|key| !key.is_empty()).unwrap()
}

#[both]
async fn whoever_forgot_sets_another_password_once_and_every_session_ends(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    let known = log_in(&services, TEST_PASSWORD).await.unwrap();
    let (open, token) = (session(&services, &known).await, token(&services, &kim).await);
    let (first, second) = (asked(&services, &store).await, asked(&services, &store).await);
    assert_eq!(resets::opened(&services, &first).await.unwrap().address, kim.email);
    assert!(log_in(&services, TEST_PASSWORD).await.is_ok(), "looking changes nothing");
    assert_eq!(wrong(resets::set(&services, &visitor(), &first, "short", true).await).1, FieldProblem::PasswordShort);
    assert_eq!(resets::set(&services, &visitor(), &first, NEW, false).await.unwrap(), Tokens::Stay(1));
    assert_eq!(sessions::find(&services, &open).await.unwrap(), None);
    assert_eq!(code(log_in(&services, TEST_PASSWORD).await), ErrorCode::BadCredentials);
    assert!(log_in(&services, NEW).await.is_ok());
    assert!(accounts::user_of_token(&services, &token).await.is_ok());
    assert_eq!(code(resets::set(&services, &visitor(), &first, NEW, true).await), ErrorCode::LinkUsed);
    assert_eq!(code(resets::set(&services, &visitor(), &second, NEW, true).await), ErrorCode::LinkEnded);
    let third = asked(&services, &store).await;
    assert_eq!(resets::set(&services, &visitor(), &third, TEST_PASSWORD, true).await.unwrap(), Tokens::Revoked(1));
    assert!(accounts::user_of_token(&services, &token).await.is_err());
}

#[both]
async fn of_six_who_use_a_link_at_once_one_sets_the_password(store: Store) {
    let services = store.services(noon()).await;
    person(&services, "kim").await;
    let key = asked(&services, &store).await;
    let set = async |number: u8| {
        let password = format!("password number {number}");
        resets::set(&services, &visitor(), &key, &password, false).await.map(|_| password)
    };
    let outcomes = join_all((0..6).map(set)).await;
    let mut set: Vec<_> = outcomes.into_iter().filter_map(Result::ok).collect();
    assert_eq!(set.len(), 1, "{set:?} on {}", store.name);
    assert!(log_in(&services, &set.remove(0)).await.is_ok());
}

#[both]
async fn asking_writes_the_same_for_an_unknown_address_and_nothing_is_sent_there(store: Store) {
    let services = store.services(noon()).await;
    person(&services, "kim").await;
    for email in ["kim@example.kr", "nobody@example.kr"] {
        resets::ask(&services, email, Locale::Ko, place(1)).await.unwrap();
    }
    let waiting = deliver::list(&services, false).await.unwrap();
    assert_eq!(waiting.iter().map(|letter| letter.kind.as_str()).collect::<Vec<_>>(), ["reset_password"; 2]);
    let sent = mailed(&services, &store).await;
    assert_eq!(sent.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["kim@example.kr"]);
    let left = deliver::list(&services, false).await.unwrap();
    assert!(left.iter().all(|letter| letter.address == "kim@example.kr"), "{left:?}");
    assert_eq!(wrong(resets::ask(&services, "kim", Locale::Ko, place(1)).await).1, FieldProblem::Email);
}

#[both]
async fn a_stranger_who_asks_for_somebodys_letters_leaves_them_a_link_that_works(store: Store) {
    let services = store.services(noon()).await;
    person(&services, "kim").await;
    // From wherever, as often as it can be, for as long as a link lasts.
    let mut keys = Vec::new();
    for minute in 0..180 {
        for network in 0..3 {
            resets::ask(&services, "kim@example.kr", Locale::Ko, place(network)).await.unwrap();
        }
        keys.extend(mailed(&services, &store).await.into_iter().map(|letter| letter.key));
        let key = keys.last().unwrap();
        assert!(resets::opened(&services, key).await.is_ok(), "in minute {minute} on {}", store.name);
        services.clock.advance(Duration::minutes(1));
    }
    assert!(keys.len() <= 5 + 18, "{} letters in three hours", keys.len());
    let key = keys.last().unwrap();
    assert!(resets::set(&services, &visitor(), key, NEW, false).await.is_ok());
}

#[both]
async fn a_network_asks_for_a_hundred_letters_and_then_waits_while_others_do_not(store: Store) {
    let services = store.services(noon()).await;
    for number in 0..100 {
        resets::ask(&services, &format!("person{number}@example.kr"), Locale::Ko, place(1)).await.unwrap();
    }
    let one_more = resets::ask(&services, "kim@example.kr", Locale::Ko, place(1)).await;
    assert_eq!(code(one_more), ErrorCode::TooManyAttempts);
    resets::ask(&services, "kim@example.kr", Locale::Ko, place(2)).await.unwrap();
}

#[both]
async fn whose_address_a_stranger_has_signed_up_with_takes_the_account_and_all_that_was_made_of_it(store: Store) {
    let services = store.services(noon()).await;
    let stranger = accounts::sign_up(&services, &visitor(), form("kim")).await.unwrap();
    let (open, token) = (session(&services, &stranger).await, token(&services, &stranger.user).await);
    mailed(&services, &store).await;
    let key = asked(&services, &store).await;
    assert_eq!(resets::set(&services, &visitor(), &key, NEW, false).await.unwrap(), Tokens::Revoked(1));
    assert_eq!(sessions::find(&services, &open).await.unwrap(), None);
    assert!(accounts::user_of_token(&services, &token).await.is_err(), "whatever was asked");
    assert!(log_in(&services, NEW).await.unwrap().user.is_verified());
}

#[both]
async fn a_link_to_an_address_that_the_account_has_no_longer_leads_nowhere(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    let key = asked(&services, &store).await;
    addresses::ask_for_another(&services, &by(&kim), "new@example.kr", TEST_PASSWORD).await.unwrap();
    let confirm = mailed(&services, &store).await.remove(0).key;
    addresses::verify(&services, &by(&kim), &confirm).await.unwrap();
    assert_eq!(code(resets::set(&services, &visitor(), &key, NEW, false).await), ErrorCode::NotFound);
    services.clock.advance(Duration::hours(1));
    assert_eq!(code(resets::opened(&services, &key).await), ErrorCode::LinkEnded);
}

#[both]
async fn changing_the_password_asks_for_it_ends_other_sessions_and_asks_about_tokens(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    let known = log_in(&services, TEST_PASSWORD).await.unwrap();
    let (here, there) = (session(&services, &known).await, session(&services, &known).await);
    let token = token(&services, &kim).await;
    let change = async |current: &str, password: &str, revoke| {
        accounts::change_password(&services, &by(&kim), current, password, revoke, Some(&here)).await
    };
    assert_eq!(wrong(change("wrong", NEW, false).await), ("current_password".into(), FieldProblem::PasswordWrong));
    assert_eq!(wrong(change(TEST_PASSWORD, "short", false).await), ("password".into(), FieldProblem::PasswordShort));
    assert_eq!(wrong(change(TEST_PASSWORD, "KIM@example.kr", false).await).1, FieldProblem::PasswordEmail);
    assert_eq!(change(TEST_PASSWORD, NEW, false).await.unwrap(), Tokens::Stay(1));
    assert!(sessions::find(&services, &here).await.unwrap().is_some(), "goes on here");
    assert_eq!(sessions::find(&services, &there).await.unwrap(), None);
    assert!(log_in(&services, TEST_PASSWORD).await.is_err() && log_in(&services, NEW).await.is_ok());
    assert!(accounts::user_of_token(&services, &token).await.is_ok());
    assert_eq!(change(NEW, TEST_PASSWORD, true).await.unwrap(), Tokens::Revoked(1));
    assert!(accounts::user_of_token(&services, &token).await.is_err());
    assert!(sessions::find(&services, &here).await.unwrap().is_some());
}

#[both]
async fn of_many_who_change_one_password_at_once_one_does(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    let change = async |number: u8| {
        let password = format!("password number {number}");
        let actor = Actor { from: Some(place(number)), ..by(&kim) };
        accounts::change_password(&services, &actor, TEST_PASSWORD, &password, false, None).await.map(|_| password)
    };
    let outcomes = join_all((0..6).map(change)).await;
    let changed: Vec<_> = outcomes.into_iter().filter_map(Result::ok).collect();
    assert_eq!(changed.len(), 1, "{changed:?} on {}", store.name);
    assert!(log_in(&services, &changed[0]).await.is_ok());
}

#[both]
async fn guessing_at_the_password_of_an_open_session_is_slowed_down_like_a_log_in(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    let guess = async || accounts::change_password(&services, &by(&kim), "wrong", NEW, false, None).await;
    for _ in 0..10 {
        assert_eq!(wrong(guess().await).1, FieldProblem::PasswordWrong);
    }
    assert_eq!(code(guess().await), ErrorCode::TooManyAttempts);
}

#[both]
async fn sessions_are_listed_with_device_and_network_and_end_one_by_one(store: Store) {
    let services = store.services(noon()).await;
    let (kim, lee) = (person(&services, "kim").await, person(&services, "lee").await);
    let known = log_in(&services, TEST_PASSWORD).await.unwrap();
    let phone =
        SessionPlace::of("Mozilla/5.0 (iPhone; CPU iPhone OS 19_1) Version/19.1 Mobile/15E148 Safari/604.1", place(9));
    let lost = sessions::begin(&services, &known, None, &phone).await.unwrap();
    services.clock.advance(Duration::days(1));
    let here = session(&services, &known).await;
    let open = sessions::list(&services, &kim, Some(&here)).await.unwrap();
    assert_eq!(open.iter().map(|one| one.is_current).collect::<Vec<_>>(), [true, false]);
    let other = &open[1];
    assert_eq!((other.device.as_str(), other.network.as_str()), ("Safari · iPhone", "203.0.113.*"));
    assert_eq!((other.began_at, other.seen_at), (Some(noon()), noon()));
    assert_eq!(code(sessions::end_one(&services, &by(&lee), &other.id).await), ErrorCode::NotFound);
    sessions::end_one(&services, &by(&kim), &other.id).await.unwrap();
    assert_eq!(sessions::find(&services, &lost).await.unwrap(), None);
    assert!(sessions::find(&services, &here).await.unwrap().is_some());
    assert!(sessions::find(&services, &other.id).await.unwrap().is_none(), "what is listed opens nothing");
}

#[both]
async fn a_network_that_may_ask_for_no_more_letters_takes_none_of_anybodys(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    for number in 0..100 {
        resets::ask(&services, &format!("n{number}@example.kr"), Locale::Ko, place(1)).await.unwrap();
    }
    for _ in 0..5 {
        let refused = resets::ask(&services, &kim.email, Locale::Ko, place(1)).await;
        assert_eq!(code(refused), ErrorCode::TooManyAttempts);
    }
    resets::ask(&services, &kim.email, Locale::Ko, place(2)).await.unwrap();
    let sent = mailed(&services, &store).await;
    assert_eq!(
        sent.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(),
        [kim.email.as_str()],
        "{}",
        store.name
    );
}
