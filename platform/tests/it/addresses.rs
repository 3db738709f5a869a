//! Whose an e-mail address is, and another one, on both databases.

use both::both;
use chrono::Duration;
use domain::access::{Actor, Role};
use domain::accounts::User;
use domain::error::FieldProblem;
use domain::{ErrorCode, Locale};
use futures::future::join_all;
use platform::accounts::sessions::{self, SessionPlace};
use platform::accounts::{self, Known, addresses};
use platform::competitions::roles;
use platform::testing::{Store, TEST_PASSWORD, by, form, noon, person};
use platform::{Result, Services};

use crate::common::{code, mailed, open_competition, wrong};

const HERE: [u8; 4] = [203, 0, 113, 9];

/// Somebody who signs up, and whose address nobody knows yet.
async fn newcomer(services: &Services, name: &str) -> User {
    let visitor = Actor::browser(None, Some(HERE.into()));
    accounts::sign_up(services, &visitor, form(name)).await.unwrap().user
}

/// The same person as they are now.
async fn again(services: &Services, user: &User) -> User {
    services.db.user_by_id(user.id).await.unwrap().unwrap().user
}

async fn log_in(services: &Services, email: &str) -> Result<Known> {
    accounts::log_in(services, email, TEST_PASSWORD, HERE.into()).await
}

#[both]
async fn an_address_counts_once_the_account_that_asked_has_pressed_its_button(store: Store) {
    let services = store.services(noon()).await;
    let (kim, lee) = (newcomer(&services, "kim").await, person(&services, "lee").await);
    let letters = mailed(&services, &store).await;
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["kim@example.kr"]);
    let key = &letters[0].key;
    for _ in 0..3 {
        assert_eq!(addresses::opened(&services, key).await.unwrap().address, kim.email);
    }
    assert!(!again(&services, &kim).await.is_verified(), "looking changes nothing");
    assert_eq!(code(addresses::verify(&services, &by(&lee), key).await), ErrorCode::NotYourLink);
    let visitor = Actor::browser(None, None);
    assert_eq!(code(addresses::verify(&services, &visitor, key).await), ErrorCode::LoginRequired);
    assert!(!addresses::verify(&services, &by(&kim), key).await.unwrap());
    let kim = again(&services, &kim).await;
    assert_eq!(kim.verified_at, Some(noon()));
    assert_eq!(code(addresses::opened(&services, key).await), ErrorCode::LinkUsed);
    assert_eq!(code(addresses::verify(&services, &by(&kim), key).await), ErrorCode::LinkUsed);
    assert_eq!(code(addresses::opened(&services, "x").await), ErrorCode::NotFound);
    addresses::send_again(&services, &by(&kim)).await.unwrap();
    assert!(mailed(&services, &store).await.is_empty(), "nothing is asked that is known");
}

#[both]
async fn a_link_ends_after_a_day_and_another_is_sent_but_not_too_often(store: Store) {
    let services = store.services(noon()).await;
    let kim = newcomer(&services, "kim").await;
    let late = mailed(&services, &store).await.remove(0).key;
    for _ in 0..4 {
        addresses::send_again(&services, &by(&kim)).await.unwrap();
    }
    assert_eq!(code(addresses::send_again(&services, &by(&kim)).await), ErrorCode::TooManyAttempts);
    assert_eq!(mailed(&services, &store).await.len(), 4);
    services.clock.advance(Duration::days(1));
    assert_eq!(code(addresses::verify(&services, &by(&kim), &late).await), ErrorCode::LinkEnded);
    addresses::send_again(&services, &by(&kim)).await.unwrap();
    let key = mailed(&services, &store).await.remove(0).key;
    assert!(!addresses::verify(&services, &by(&kim), &key).await.unwrap());
}

#[both]
async fn the_operator_vouches_for_an_address_where_no_mail_can_ask(store: Store) {
    let services = store.services(noon()).await;
    let kim = newcomer(&services, "kim").await;
    let vouch = || addresses::vouch(&services, &Actor::COMMAND, " KIM@example.kr");
    assert!(vouch().await.unwrap().1 && !vouch().await.unwrap().1);
    assert!(again(&services, &kim).await.is_verified());
}

#[both]
async fn of_eight_who_press_at_once_one_is_first(store: Store) {
    let services = store.services(noon()).await;
    let kim = newcomer(&services, "kim").await;
    let key = mailed(&services, &store).await.remove(0).key;
    let actor = by(&kim);
    let outcomes = join_all((0..8).map(|_| addresses::verify(&services, &actor, &key))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?} on {}", store.name);
    for late in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code(late), ErrorCode::LinkUsed);
    }
}

#[both]
async fn another_address_is_had_when_its_link_was_pressed_and_both_are_told(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    let known = log_in(&services, &kim.email).await.unwrap();
    let session = sessions::begin(&services, &known, None, &SessionPlace::default()).await.unwrap();
    let ask =
        async |email: &str, password: &str| addresses::ask_for_another(&services, &by(&kim), email, password).await;
    assert_eq!(wrong(ask("new@example.kr", "wrong").await), ("current_password".into(), FieldProblem::PasswordWrong));
    assert_eq!(wrong(ask("new", TEST_PASSWORD).await), ("email".into(), FieldProblem::Email));
    assert_eq!(wrong(ask(" KIM@example.kr", TEST_PASSWORD).await), ("email".into(), FieldProblem::AddressSame));
    ask(" New@Example.kr ", TEST_PASSWORD).await.unwrap();
    let letters = mailed(&services, &store).await;
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["new@example.kr"]);
    assert_eq!(addresses::awaited(&services, &kim).await.unwrap().unwrap().0, "new@example.kr");
    assert!(log_in(&services, "new@example.kr").await.is_err(), "not before the button");
    assert!(log_in(&services, &kim.email).await.is_ok());
    assert!(addresses::verify(&services, &by(&kim), &letters[0].key).await.unwrap());
    let told = mailed(&services, &store).await;
    assert_eq!(told.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["kim@example.kr", "new@example.kr"]);
    assert!(told.iter().all(|letter| letter.text.contains("new@example.kr")));
    // Not even the minute in which a password is remembered lets the old address in.
    assert_eq!(code(log_in(&services, "kim@example.kr").await), ErrorCode::BadCredentials);
    assert!(log_in(&services, "new@example.kr").await.is_ok());
    assert_eq!(sessions::find(&services, &session).await.unwrap().unwrap().user.email, "new@example.kr");
    assert_eq!(addresses::awaited(&services, &kim).await.unwrap(), None);
}

#[both]
async fn that_an_address_is_somebody_elses_is_told_to_whoever_reads_mail_there_alone(store: Store) {
    let services = store.services(noon()).await;
    let (kim, lee) = (person(&services, "kim").await, person(&services, "lee").await);
    for email in ["free@example.kr", lee.email.as_str()] {
        addresses::ask_for_another(&services, &by(&kim), email, TEST_PASSWORD).await.unwrap();
        let letters = mailed(&services, &store).await;
        assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [email]);
        let outcome = addresses::verify(&services, &by(&kim), &letters[0].key).await;
        if email == lee.email {
            assert_eq!(wrong(outcome), ("email".into(), FieldProblem::EmailTaken));
        } else {
            assert!(outcome.unwrap());
            mailed(&services, &store).await;
        }
    }
    assert_eq!(again(&services, &kim).await.email, "free@example.kr");
    assert_eq!(again(&services, &lee).await.email, "lee@example.kr");
}

#[both]
async fn the_last_address_that_was_asked_for_counts_until_that_is_taken_back(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    let ask = async |email: &str| {
        addresses::ask_for_another(&services, &by(&kim), email, TEST_PASSWORD).await.unwrap();
        mailed(&services, &store).await.remove(0).key
    };
    let (first, second) = (ask("first@example.kr").await, ask("second@example.kr").await);
    assert_eq!(code(addresses::verify(&services, &by(&kim), &first).await), ErrorCode::LinkEnded);
    addresses::keep_old(&services, &by(&kim)).await.unwrap();
    assert_eq!(code(addresses::verify(&services, &by(&kim), &second).await), ErrorCode::LinkEnded);
    assert_eq!(addresses::awaited(&services, &kim).await.unwrap(), None);
    // What ended before it was sent is not sent.
    addresses::ask_for_another(&services, &by(&kim), "third@example.kr", TEST_PASSWORD).await.unwrap();
    addresses::keep_old(&services, &by(&kim)).await.unwrap();
    assert!(mailed(&services, &store).await.is_empty());
    // Nor does one survive another password.
    let fourth = ask("fourth@example.kr").await;
    accounts::set_password(&services, &Actor::COMMAND, &kim.email, "another good password", false).await.unwrap();
    assert_eq!(code(addresses::verify(&services, &by(&kim), &fourth).await), ErrorCode::LinkEnded);
}

#[both]
async fn an_address_that_was_never_confirmed_is_told_nothing(store: Store) {
    let services = store.services(noon()).await;
    let kim = newcomer(&services, "stranger").await;
    mailed(&services, &store).await;
    addresses::ask_for_another(&services, &by(&kim), "kim@example.kr", TEST_PASSWORD).await.unwrap();
    let key = mailed(&services, &store).await.remove(0).key;
    assert!(addresses::verify(&services, &by(&kim), &key).await.unwrap());
    assert!(again(&services, &kim).await.is_verified());
    let told = mailed(&services, &store).await;
    assert_eq!(told.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["kim@example.kr"]);
}

#[both]
async fn the_key_of_an_invitation_to_a_role_shows_whose_the_address_is(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let kim = newcomer(&services, "kim").await;
    mailed(&services, &store).await;
    roles::invite(&services, &competition, &Actor::COMMAND, &kim.email, Role::Judge, Locale::En).await.unwrap();
    let key = mailed(&services, &store).await.remove(0).key;
    assert!(!again(&services, &kim).await.is_verified());
    roles::accept(&services, &competition, &by(&kim), &key).await.unwrap();
    assert!(again(&services, &kim).await.is_verified());
}

#[both]
async fn letters_are_written_in_the_language_of_the_profile(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    let profile =
        |locale| domain::accounts::Profile {
            name: " 김서연 ".into(), affiliation: "마당대학교".into(), locale
        };
    accounts::set_profile(&services, &by(&kim), profile(Locale::En)).await.unwrap();
    let kim = again(&services, &kim).await;
    assert_eq!((kim.name.as_str(), kim.affiliation.as_str(), kim.locale), ("김서연", "마당대학교", Locale::En));
    addresses::ask_for_another(&services, &by(&kim), "new@example.kr", TEST_PASSWORD).await.unwrap();
    assert!(mailed(&services, &store).await.remove(0).text.contains("confirm it with the button"));
    let nameless = domain::accounts::Profile { name: " ".into(), ..profile(Locale::Ko) };
    assert_eq!(
        wrong(accounts::set_profile(&services, &by(&kim), nameless).await),
        ("name".into(), FieldProblem::PersonName)
    );
}
