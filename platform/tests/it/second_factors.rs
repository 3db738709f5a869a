//! The second factor, on both databases.

use std::net::IpAddr;

use both::both;
use chrono::Duration;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::User;
use domain::error::FieldProblem;
use futures::future::join_all;
use platform::accounts::second_factors::{self, FactorState};
use platform::accounts::sessions::{self, SessionPlace};
use platform::accounts::{self, Known, Lifetime};
use platform::testing::{Store, TEST_PASSWORD, by, form, noon, person, scopes};
use platform::{Result, Services};

use crate::common::{code, mailed, wrong};

fn place(number: u8) -> IpAddr {
    [203, 0, 113, number].into()
}

async fn log_in(services: &Services, code: &str, from: u8) -> Result<Known> {
    accounts::log_in_with_code(services, "kim@example.kr", TEST_PASSWORD, code, place(from)).await
}

/// What the device shows now.
fn shown(services: &Services, secret: &str) -> String {
    second_factors::code_at(secret, services.clock.now()).unwrap()
}

/// Somebody with a second factor, their secret and recovery codes; a step of time later.
async fn guarded(services: &Services) -> (User, String, Vec<String>) {
    let kim = person(services, "kim").await;
    let secret = second_factors::set_up(services, &kim, None).unwrap().secret;
    let code = shown(services, &secret);
    let codes = second_factors::turn_on(services, &by(&kim), &secret, &code, TEST_PASSWORD, None).await.unwrap();
    services.clock.advance(Duration::seconds(30));
    (kim, secret, codes)
}

#[both]
async fn it_is_on_once_a_code_of_the_device_was_seen_and_every_other_session_ends(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    let known = log_in(&services, "", 1).await.unwrap();
    let mut open = Vec::new();
    for _ in 0..2 {
        open.push(sessions::begin(&services, &known, None, &SessionPlace::default()).await.unwrap());
    }
    let setup = second_factors::set_up(&services, &kim, None).unwrap();
    let again = second_factors::set_up(&services, &kim, Some(&setup.secret)).unwrap();
    assert_eq!(setup, again, "what was scanned is shown again");
    let right = shown(&services, &setup.secret);
    let on = async |code: &str, password: &str| {
        second_factors::turn_on(&services, &by(&kim), &setup.secret, code, password, Some(&open[0])).await
    };
    assert_eq!(wrong(on("000000", TEST_PASSWORD).await), ("code".into(), FieldProblem::CodeWrong));
    assert_eq!(wrong(on(&right, "wrong").await), ("current_password".into(), FieldProblem::PasswordWrong));
    assert!(!second_factors::state(&services, &kim).await.unwrap().is_on);
    let spaced = format!("{} {}", &right[..3], &right[3..]);
    let codes = on(&spaced, TEST_PASSWORD).await.unwrap();
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| code.len() == 29 && code.matches('-').count() == 5), "{codes:?}");
    assert_eq!(second_factors::state(&services, &kim).await.unwrap(), FactorState { is_on: true, codes_left: 10 });
    assert!(sessions::find(&services, &open[0]).await.unwrap().is_some());
    assert_eq!(sessions::find(&services, &open[1]).await.unwrap(), None);
    assert_eq!(code(on(&right, TEST_PASSWORD).await), ErrorCode::SecondFactorOn);
}

#[both]
async fn whoever_has_not_confirmed_their_address_has_none(store: Store) {
    let services = store.services(noon()).await;
    let stranger = accounts::sign_up(&services, &Actor::browser(None, None), form("kim")).await.unwrap().user;
    let secret = second_factors::set_up(&services, &stranger, None).unwrap().secret;
    let right = shown(&services, &secret);
    let on = second_factors::turn_on(&services, &by(&stranger), &secret, &right, TEST_PASSWORD, None).await;
    assert_eq!(code(on), ErrorCode::NotVerified);
}

#[both]
async fn without_a_code_a_right_password_is_told_like_a_wrong_one_and_takes_as_much_work(store: Store) {
    let services = store.services(noon()).await;
    let (kim, secret, _) = guarded(&services).await;
    // A network tries ten times whatever it tries: a right password forgives nothing either.
    for (from, password) in [(2, TEST_PASSWORD), (3, "wrong")] {
        let before = services.passwords.load().0;
        for attempt in 0..=10 {
            let outcome = accounts::log_in_with_code(&services, &kim.email, password, "123456", place(from)).await;
            let expected = if attempt < 10 { ErrorCode::BadCredentials } else { ErrorCode::TooManyAttempts };
            assert_eq!(code(outcome), expected, "{password} on {}", store.name);
        }
        assert_eq!(services.passwords.load().0 - before, 10);
    }
    assert_eq!(code(log_in(&services, "", 1).await), ErrorCode::BadCredentials);
    services.clock.advance(Duration::hours(1));
    assert_eq!(log_in(&services, &shown(&services, &secret), 1).await.unwrap().user.id, kim.id);
}

#[both]
async fn a_code_lets_in_once_however_many_show_it_at_once(store: Store) {
    let services = store.services(noon()).await;
    let (_, secret, codes) = guarded(&services).await;
    for code in [shown(&services, &secret), codes[0].clone()] {
        let outcomes = join_all((0..6).map(|from| log_in(&services, &code, from))).await;
        let let_in = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(let_in, 1, "{outcomes:?} on {}", store.name);
        assert!(log_in(&services, &code, 9).await.is_err());
    }
    // Nor does an earlier one after a later one.
    let early = shown(&services, &secret);
    services.clock.advance(Duration::seconds(30));
    assert!(log_in(&services, &shown(&services, &secret), 9).await.is_ok());
    assert!(log_in(&services, &early, 9).await.is_err());
}

#[both]
async fn the_operator_turns_it_off_for_who_has_lost_everything(store: Store) {
    let services = store.services(noon()).await;
    let (kim, _, _) = guarded(&services).await;
    assert!(second_factors::take_away(&services, &Actor::COMMAND, " KIM@example.kr").await.unwrap());
    assert!(!second_factors::take_away(&services, &Actor::COMMAND, &kim.email).await.unwrap());
    assert!(log_in(&services, "", 1).await.is_ok());
    let nobody = second_factors::take_away(&services, &Actor::COMMAND, "nobody@example.kr").await;
    assert_eq!(code(nobody), ErrorCode::NotFound);
}

#[both]
async fn a_recovery_code_is_read_however_it_is_typed_and_one_is_left_less(store: Store) {
    let services = store.services(noon()).await;
    let (kim, _, codes) = guarded(&services).await;
    let typed = codes[3].to_uppercase().replace('-', " ");
    assert!(log_in(&services, &typed, 1).await.is_ok());
    assert_eq!(second_factors::state(&services, &kim).await.unwrap().codes_left, 9);
}

#[both]
async fn programs_show_tokens_and_no_password(store: Store) {
    let services = store.services(noon()).await;
    let (kim, _, _) = guarded(&services).await;
    let basic = accounts::user_of_basic(&services, &kim.email, TEST_PASSWORD, place(1)).await;
    assert_eq!(code(basic), ErrorCode::BadCredentials);
    let (_, token) = accounts::create_token(&services, &by(&kim), "노트북", Lifetime::LONGEST, scopes()).await.unwrap();
    assert_eq!(accounts::user_of_basic(&services, &kim.email, &token, place(1)).await.unwrap().0.id, kim.id);
}

#[both]
async fn whoever_has_the_password_guesses_ten_codes_wherever_from_and_the_owner_has_a_way_in(store: Store) {
    let services = store.services(noon()).await;
    let (_, secret, codes) = guarded(&services).await;
    for from in 10..20 {
        assert!(log_in(&services, "000000", from).await.is_err());
    }
    assert_eq!(
        code(log_in(&services, &shown(&services, &secret), 30).await),
        ErrorCode::BadCredentials,
        "as any other"
    );
    assert!(log_in(&services, &codes[0], 30).await.is_ok());
    services.clock.advance(Duration::minutes(30));
    assert!(log_in(&services, &shown(&services, &secret), 30).await.is_ok());
}

#[both]
async fn turning_it_off_and_new_recovery_codes_ask_for_the_password_and_a_code(store: Store) {
    let services = store.services(noon()).await;
    let (kim, secret, codes) = guarded(&services).await;
    let off = async |code: &str, password: &str| second_factors::turn_off(&services, &by(&kim), code, password).await;
    assert_eq!(wrong(off("000000", TEST_PASSWORD).await), ("code".into(), FieldProblem::CodeWrong));
    assert_eq!(wrong(off("", TEST_PASSWORD).await).1, FieldProblem::CodeWrong);
    assert_eq!(wrong(off(&codes[0], "wrong").await).1, FieldProblem::PasswordWrong);
    let renew = second_factors::renew_recovery_codes(&services, &by(&kim), &codes[0], TEST_PASSWORD).await.unwrap();
    assert_eq!(second_factors::state(&services, &kim).await.unwrap().codes_left, 10);
    assert!(log_in(&services, &codes[1], 1).await.is_err() && log_in(&services, &renew[1], 1).await.is_ok());
    off(&shown(&services, &secret), TEST_PASSWORD).await.unwrap();
    assert_eq!(second_factors::state(&services, &kim).await.unwrap(), FactorState { is_on: false, codes_left: 0 });
    assert!(log_in(&services, "", 1).await.is_ok());
    assert_eq!(code(off("000000", TEST_PASSWORD).await), ErrorCode::SecondFactorOff);
}

#[both]
async fn a_program_that_sends_the_password_alone_uses_up_none_of_its_owners_codes(store: Store) {
    let services = store.services(noon()).await;
    let (kim, secret, _) = guarded(&services).await;
    for from in 0..30 {
        let refused = accounts::user_of_basic(&services, &kim.email, TEST_PASSWORD, place(from)).await;
        assert_eq!(code(refused), ErrorCode::BadCredentials);
    }
    assert_eq!(log_in(&services, &shown(&services, &secret), 99).await.unwrap().user.id, kim.id, "on {}", store.name);
}

#[both]
async fn an_owner_is_written_to_when_a_door_of_the_account_is_changed(store: Store) {
    let services = store.services(noon()).await;
    let (kim, secret, codes) = guarded(&services).await;
    let told = async || {
        let mut words = Vec::new();
        for letter in mailed(&services, &store).await {
            assert_eq!(letter.to, kim.email);
            words.push(letter.text);
        }
        words
    };
    let has = |words: &[String], what: &str| words.len() == 1 && words[0].contains(what);
    let on = told().await;
    assert!(has(&on, "2단계 인증 켜짐"), "{on:?}");
    log_in(&services, &codes[0], 1).await.unwrap();
    let used = told().await;
    assert!(has(&used, "복구 코드 사용"), "{used:?}");
    second_factors::turn_off(&services, &by(&kim), &shown(&services, &secret), TEST_PASSWORD).await.unwrap();
    let off = told().await;
    assert!(has(&off, "2단계 인증 꺼짐"), "{off:?}");
    accounts::change_password(&services, &by(&kim), TEST_PASSWORD, "pine-lantern-harbour-42", false, None)
        .await
        .unwrap();
    let changed = told().await;
    assert!(has(&changed, "비밀번호 변경"), "{changed:?}");
}
