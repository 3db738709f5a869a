//! What is promised about log-ins, sessions and tokens, on both databases.

use std::net::IpAddr;

use both::both;
use chrono::Duration;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::{SignUp, User};
use platform::accounts::sessions::{self, SessionPlace};
use platform::accounts::{self, Known, Lifetime, Tokens};
use platform::testing::{Store, by, noon, person, scopes, sqlite};
use platform::{Result, Services, visits};

const PASSWORD: &str = "correct horse battery";
const KIM: &str = "kim@example.kr";

fn place(number: u8) -> IpAddr {
    [203, 0, 113, number].into()
}

async fn log_in(services: &Services, password: &str, from: u8) -> Result<Known> {
    accounts::log_in(services, KIM, password, place(from)).await
}

/// Services with one account.
async fn with_kim(store: &Store) -> (Services, User) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    (services, kim)
}

#[both]
async fn log_in_says_the_same_and_works_as_much_for_a_wrong_password_and_an_unknown_address(store: Store) {
    let (services, kim) = with_kim(&store).await;
    let right = accounts::log_in(&services, " KIM@example.kr ", PASSWORD, place(1)).await.unwrap();
    assert_eq!(right.user, kim);
    for email in [KIM, "nobody@example.kr"] {
        let before = services.passwords.load().0;
        for attempt in 0..=10 {
            let error = accounts::log_in(&services, email, "wrong", place(2)).await.unwrap_err();
            let code = if attempt < 10 { ErrorCode::BadCredentials } else { ErrorCode::TooManyAttempts };
            assert_eq!(error.code(), Some(code), "{email} on {}", store.name);
        }
        assert_eq!(services.passwords.load().0 - before, 10, "{email} on {}", store.name);
    }
}

#[tokio::test]
async fn what_no_account_can_have_is_refused_without_hashing() {
    let store = sqlite().await;
    let (services, _) = with_kim(&store).await;
    let before = services.passwords.load().0;
    let long = "x".repeat(400_000);
    for (email, password) in [(format!("{long}@example.kr"), PASSWORD), (KIM.to_owned(), long.as_str())] {
        let error = accounts::log_in(&services, &email, password, place(1)).await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::BadCredentials));
    }
    assert_eq!(services.passwords.load().0, before);
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_parallel_guesses_ten_are_tried_and_the_owner_gets_in_from_elsewhere(store: Store) {
    let (services, kim) = with_kim(&store).await;
    let before = services.passwords.load().0;
    let guesses: Vec<_> = (0..200)
        .map(|guess| {
            let services = services.clone();
            tokio::spawn(async move { log_in(&services, &format!("guess number {guess}"), 2).await })
        })
        .collect();
    let mut tried = 0;
    for guess in guesses {
        let error = guess.await.unwrap().unwrap_err();
        tried += usize::from(error.code() == Some(ErrorCode::BadCredentials));
    }
    let (begun, most) = services.passwords.load();
    assert_eq!((tried, begun - before), (10, 10));
    assert!(most <= 2, "{most} at once");
    assert_eq!(log_in(&services, PASSWORD, 1).await.unwrap().user, kim);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guess_whose_client_hangs_up_counts_as_a_guess() {
    let store = sqlite().await;
    let (services, _) = with_kim(&store).await;
    let before = services.passwords.load().0;
    // Until no try is left; those that were taken back before their hash began are none.
    for _ in 0..10_000 {
        let (mine, begun) = (services.clone(), services.passwords.load().0);
        let guess = tokio::spawn(async move { log_in(&mine, "guess", 2).await });
        while !guess.is_finished() && services.passwords.load().0 == begun {
            tokio::task::yield_now().await;
        }
        guess.abort();
        services.passwords.settled().await;
        if services.passwords.load().0 - before >= 10 {
            break;
        }
    }
    assert_eq!(services.passwords.load().0 - before, 10);
    let refused = log_in(&services, PASSWORD, 2).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyAttempts));
    services.clock.advance(Duration::seconds(90));
    assert!(log_in(&services, PASSWORD, 2).await.is_ok(), "one more try every 90 seconds");
}

#[tokio::test]
async fn a_network_signs_up_two_hundred_people_and_wrong_forms_cost_it_nothing() {
    let store = sqlite().await;
    let services = store.services(noon()).await;
    let form = |password: &str| SignUp {
        email: KIM.into(),
        name: "김서연".into(),
        public_name: String::new(),
        affiliation: String::new(),
        password: password.into(),
        locale: domain::Locale::Ko,
    };
    let visitor = Actor::browser(None, Some(place(1)));
    for _ in 0..300 {
        let error = accounts::sign_up(&services, &visitor, form("short")).await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::InvalidInput));
    }
    assert!(accounts::sign_up(&services, &visitor, form(PASSWORD)).await.is_ok());
}

#[both]
async fn a_new_password_ends_every_session_and_remembered_password_in_whatever_process(store: Store) {
    let (services, kim) = with_kim(&store).await;
    let known = log_in(&services, PASSWORD, 1).await.unwrap();
    let secret = sessions::begin(&services, &known, None, &SessionPlace::default()).await.unwrap();
    assert_eq!(sessions::find(&services, &secret).await.unwrap().unwrap().user, kim);
    accounts::create_token(&services, &by(&kim), "노트북", Lifetime::LONGEST, scopes()).await.unwrap();

    // As `madang user password` does it: a process with a memory of its own.
    let command = store.services(noon()).await;
    let stayed = accounts::set_password(&command, &Actor::COMMAND, KIM, "another good password", false).await.unwrap();
    assert_eq!(stayed, Tokens::Stay(1));
    assert_eq!(sessions::find(&services, &secret).await.unwrap(), None);
    let old = log_in(&services, PASSWORD, 1).await.unwrap_err();
    assert_eq!(old.code(), Some(ErrorCode::BadCredentials));
    // A log-in that was answered just before the change.
    let late = sessions::begin(&services, &known, None, &SessionPlace::default()).await.unwrap();
    assert_eq!(sessions::find(&services, &late).await.unwrap(), None);
    assert!(log_in(&services, "another good password", 1).await.is_ok());

    assert_eq!(accounts::tokens(&services, &kim).await.unwrap().len(), 1);
    let revoked = accounts::set_password(&command, &Actor::COMMAND, KIM, "a third good password", true).await.unwrap();
    assert_eq!(revoked, Tokens::Revoked(1));
    assert_eq!(accounts::tokens(&services, &kim).await.unwrap(), []);
}

#[both]
async fn logging_out_everywhere_ends_every_session_and_leaves_tokens(store: Store) {
    let (services, kim) = with_kim(&store).await;
    let (_, token) = accounts::create_token(&services, &by(&kim), "노트북", Lifetime::LONGEST, scopes()).await.unwrap();
    let known = log_in(&services, PASSWORD, 1).await.unwrap();
    let one = sessions::begin(&services, &known, None, &SessionPlace::default()).await.unwrap();
    let two = sessions::begin(&services, &known, None, &SessionPlace::default()).await.unwrap();
    sessions::end_all(&services, &by(&kim)).await.unwrap();
    for secret in [one, two] {
        assert_eq!(sessions::find(&services, &secret).await.unwrap(), None);
    }
    assert_eq!(accounts::user_of_token(&services, &token).await.unwrap().0, kim);
    assert!(log_in(&services, PASSWORD, 1).await.is_ok());
}

#[both]
async fn a_session_lasts_fourteen_days_without_a_visit_and_a_visit_extends_it_once_a_day(store: Store) {
    let (services, _) = with_kim(&store).await;
    let known = log_in(&services, PASSWORD, 1).await.unwrap();
    let secret = sessions::begin(&services, &known, None, &SessionPlace::default()).await.unwrap();
    let visit = async || sessions::find(&services, &secret).await.unwrap();
    services.clock.advance(Duration::hours(23));
    assert!(!visit().await.unwrap().is_due, "no write for each page");
    for _ in 0..30 {
        services.clock.advance(Duration::hours(24));
        assert!(visit().await.unwrap().is_due);
        sessions::extend(&services, &secret).await.unwrap();
        assert!(!visit().await.unwrap().is_due);
    }
    services.clock.advance(Duration::days(14) - Duration::seconds(1));
    assert!(visit().await.is_some());
    services.clock.advance(Duration::seconds(1));
    assert_eq!(visit().await, None);
    sessions::sweep(&services).await.unwrap();
    sessions::extend(&services, &secret).await.unwrap();
    assert_eq!(visit().await, None, "what has ended does not come back");
}

#[both]
async fn a_tokens_name_is_what_one_sees_of_it(store: Store) {
    let (services, kim) = with_kim(&store).await;
    let named =
        async |name: &str| accounts::create_token(&services, &by(&kim), name, Lifetime::LONGEST, scopes()).await;
    assert_eq!(named(" 연구실\u{202E}  \u{200B}서버 ").await.unwrap().0.name, "연구실 서버");
    for bad in ["", "\u{200B}\u{FEFF}", "a\u{1b}[31m", &"가".repeat(41)] {
        assert!(named(bad).await.is_err(), "{bad:?} on {}", store.name);
    }
}

#[both]
async fn a_token_works_until_it_expires_or_is_revoked_and_only_with_its_owners_address(store: Store) {
    let (services, kim) = with_kim(&store).await;
    let lee = person(&services, "lee").await;
    let basic = async |email: &str, secret: &str| accounts::user_of_basic(&services, email, secret, place(1)).await;
    let (token, secret) =
        accounts::create_token(&services, &by(&kim), "노트북", Lifetime::LONGEST, scopes()).await.unwrap();
    assert_eq!(accounts::user_of_token(&services, &secret).await.unwrap().0.id, kim.id);
    visits::write(&services).await.unwrap();
    assert!(accounts::tokens(&services, &kim).await.unwrap()[0].last_used_at.is_some());
    assert_eq!(basic(&kim.email, &secret).await.unwrap().0.id, kim.id);
    assert_eq!(basic(&lee.email, &secret).await.unwrap_err().code(), Some(ErrorCode::BadCredentials));
    let not_yours = accounts::revoke_token(&services, &by(&lee), token.id).await.unwrap_err();
    assert_eq!(not_yours.code(), Some(ErrorCode::NotFound));
    services.clock.advance(Duration::days(366));
    assert!(accounts::user_of_token(&services, &secret).await.is_err());
    let (token, secret) =
        accounts::create_token(&services, &by(&kim), "서버", Lifetime::LONGEST, scopes()).await.unwrap();
    accounts::revoke_token(&services, &by(&kim), token.id).await.unwrap();
    assert!(accounts::user_of_token(&services, &secret).await.is_err());
}

#[test]
fn a_token_has_an_end_a_number_of_days_away_of_a_year_at_most() {
    assert_eq!("366".parse(), Ok(Lifetime::LONGEST));
    for wrong in ["3O", "", "0", "-1", "forever", "367", "99999", "30 days"] {
        let error = wrong.parse::<Lifetime>().unwrap_err();
        assert_eq!((error.fields[0].field.as_str(), error.fields[0].problem.key()), ("days", "token_days"), "{wrong}");
    }
}
