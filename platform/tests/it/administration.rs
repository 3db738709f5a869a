//! What administrators do about accounts, mail and jobs, and that nobody else does; on both databases.

use std::net::Ipv4Addr;

use both::both;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::accounts::User;
use domain::ids::{JobId, LetterId};
use domain::jobs::JobKind;
use domain::{ErrorCode, Locale};
use platform::accounts::sessions::{self, SessionPlace};
use platform::accounts::{self, Lifetime};
use platform::administration::{self, AccountsAsked, AccountsFilter, JobsWanted};
use platform::competitions::letters::{KindWord, LetterState, LetterWords, LettersWanted};
use platform::testing::{Store, TEST_PASSWORD, by, form, noon, person, scopes, team_of_two};
use platform::{Result, Services, jobs, teams};
use storage::jobs::NewJob;
use uuid::Uuid;

use crate::cases::Scene;
use crate::common::{behind_the_back, code, mailed, open_competition, submit};

/// Kinds by their keys turned round, so that a search for the key finds nothing.
fn words() -> LetterWords {
    (
        |_, kind| (kind == "account_suspended").then_some("계정 정지"),
        |_, state| state.key(),
        |_, error| error.to_owned(),
    )
}

async fn admin(services: &Services) -> Actor {
    by(&accounts::add(services, &Actor::COMMAND, form("admin"), true).await.unwrap())
}

async fn log_in(services: &Services, user: &User, password: &str) -> Result<accounts::Known> {
    accounts::log_in(services, &user.email, password, Ipv4Addr::LOCALHOST.into()).await
}

#[both]
async fn what_was_begun_before_a_suspension_is_not_accepted_after_it(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let admin = admin(&services).await;
    administration::suspend(&services, &admin, leader.id, "까닭").await.unwrap();
    // The request knows its person from before.
    assert_eq!(code(submit(&services, &competition, &team, &leader, "svc.csv").await), ErrorCode::AccountSuspended);
    submit(&services, &competition, &team, &member, "svc.csv").await.unwrap();
}

#[both]
async fn nobody_gets_in_by_an_account_that_is_suspended_until_it_is_resumed(store: Store) {
    let services = store.services(noon()).await;
    let (admin, kim) = (admin(&services).await, person(&services, "kim").await);
    let known = log_in(&services, &kim, TEST_PASSWORD).await.unwrap();
    let begin = async |known| sessions::begin(&services, known, None, &SessionPlace::default()).await;
    let session = begin(&known).await.unwrap();
    let token = accounts::create_token(&services, &by(&kim), "노트북", Lifetime::LONGEST, scopes()).await.unwrap().1;
    let reason = "남의 답을 냈어요.";
    administration::suspend(&services, &admin, kim.id, reason).await.unwrap();
    administration::suspend(&services, &admin, kim.id, "다른 까닭").await.unwrap();
    assert_eq!(sessions::find(&services, &session).await.unwrap(), None);
    assert_eq!(code(accounts::user_of_token(&services, &token).await.map(|_| ())), ErrorCode::BadCredentials);
    // With the password of before, remembered or not; a wrong one learns nothing.
    for _ in 0..2 {
        assert_eq!(code(log_in(&services, &kim, TEST_PASSWORD).await), ErrorCode::AccountSuspended);
    }
    assert_eq!(code(log_in(&services, &kim, "a wrong password").await), ErrorCode::BadCredentials);
    let late = begin(&known).await.unwrap();
    assert_eq!(sessions::find(&services, &late).await.unwrap(), None, "who had shown the password before");
    let told = mailed(&services, &store).await;
    assert_eq!(told.len(), 1, "once");
    assert!(told[0].to == kim.email && told[0].text.contains(reason), "{}", told[0].text);

    administration::resume(&services, &admin, kim.id).await.unwrap();
    administration::resume(&services, &admin, kim.id).await.unwrap();
    let known = log_in(&services, &kim, TEST_PASSWORD).await.unwrap();
    assert!(sessions::find(&services, &begin(&known).await.unwrap()).await.unwrap().is_some());
    assert!(accounts::user_of_token(&services, &token).await.is_ok());
    assert_eq!(mailed(&services, &store).await.len(), 1);
    let own = administration::suspend(&services, &admin, admin.id().unwrap(), reason).await;
    assert_eq!(code(own), ErrorCode::OwnAccount);
    let own = administration::reset_second_factor(&services, &admin, admin.id().unwrap()).await;
    assert_eq!(code(own), ErrorCode::OwnAccount);
    assert_eq!(code(administration::suspend(&services, &admin, kim.id, " ").await), ErrorCode::InvalidInput);
}

#[both]
async fn accounts_are_found_by_state_and_by_what_is_written_of_them(store: Store) {
    let services = store.services(noon()).await;
    let admin = admin(&services).await;
    person(&services, "kim").await;
    let typed = accounts::sign_up(&services, &Actor::browser(None, None), form("le_e")).await.unwrap().user;
    administration::suspend(&services, &admin, typed.id, "=1+1").await.unwrap();
    let list = async |filter, text: &str| {
        let asked = AccountsAsked { filter, text: text.to_owned(), limit: 10, offset: 0 };
        let page = administration::accounts(&services, &admin, &asked).await.unwrap();
        (page.rows.into_iter().map(|row| row.name).collect::<Vec<_>>(), page.total)
    };
    assert_eq!(list(None, "").await.1, 3);
    assert_eq!(list(Some(AccountsFilter::Suspended), "").await, (vec!["le_e".to_owned()], 1));
    assert_eq!(list(Some(AccountsFilter::Unverified), "kim").await.1, 0);
    assert_eq!(list(Some(AccountsFilter::Admins), "").await.0, ["admin"]);
    assert_eq!(list(None, "E_E").await.0, ["le_e"], "an underscore is one");
    assert_eq!(list(None, "%").await.1, 0);
    let asked = AccountsAsked::default();
    let csv = administration::accounts_csv(&services, &admin, &asked, Locale::Ko).await.unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.lines().count() == 4, "{csv}");
    assert!(csv.contains("'=1+1"), "no cell is a formula: {csv}");
    assert!(
        mailed(&services, &store).await.iter().all(|letter| letter.to != typed.email || !letter.text.contains("1+1"))
    );
}

#[both]
async fn whoever_is_no_administrator_sees_and_does_nothing_here(store: Store) {
    let services = store.services(noon()).await;
    let (admin, kim) = (admin(&services).await, person(&services, "kim").await);
    let lee = person(&services, "lee").await;
    for (actor, refusal) in [(by(&kim), ErrorCode::Forbidden), (Actor::browser(None, None), ErrorCode::LoginRequired)] {
        let (s, actor, id) = (&services, &actor, lee.id);
        let asked = AccountsAsked::default();
        let outcomes = [
            administration::accounts(s, actor, &asked).await.map(|_| ()),
            administration::account(s, actor, id).await.map(|_| ()),
            administration::accounts_csv(s, actor, &asked, Locale::Ko).await.map(|_| ()),
            administration::suspend(s, actor, id, "까닭").await,
            administration::resume(s, actor, id).await,
            administration::reset_second_factor(s, actor, id).await.map(|_| ()),
            administration::vouch(s, actor, id).await.map(|_| ()),
            administration::health(s, actor).await.map(|_| ()),
            administration::letters(s, actor, &LettersWanted::default(), (Locale::Ko, |_, _| None)).await.map(|_| ()),
            administration::letters_csv(s, actor, &LettersWanted::default(), Locale::Ko, words()).await.map(|_| ()),
            administration::queue(s, actor, &JobsWanted::default()).await.map(|_| ()),
            administration::queue_csv(s, actor, &JobsWanted::default(), Locale::Ko).await.map(|_| ()),
            administration::resend(s, actor, LetterId::random()).await,
            administration::settle_job(s, actor, JobId::random(), true).await,
        ];
        for outcome in outcomes {
            assert_eq!(code(outcome), refusal, "on {}", store.name);
        }
    }
    assert!(administration::account(&services, &admin, lee.id).await.unwrap().suspended_at.is_none());
    assert_eq!(code(administration::settle_job(&services, &admin, JobId::random(), false).await), ErrorCode::NotFound);
}

#[both]
async fn all_mail_is_listed_searched_and_had_as_a_table(store: Store) {
    let services = store.services(noon()).await;
    let (admin, kim, lee) = (admin(&services).await, person(&services, "kim").await, person(&services, "lee").await);
    for user in [&kim, &lee] {
        administration::suspend(&services, &admin, user.id, "까닭").await.unwrap();
    }
    assert_eq!(mailed(&services, &store).await.len(), 2);
    administration::resume(&services, &admin, lee.id).await.unwrap();
    let list = async |state, text: &str, limit| {
        let wanted = LettersWanted { state, text: text.to_owned(), limit, offset: 0 };
        administration::letters(&services, &admin, &wanted, (Locale::Ko, words().0)).await.unwrap()
    };
    let page = list(None, "", 1).await;
    assert_eq!((page.rows.len(), page.total, page.counts.of(LetterState::Sent)), (1, 3, 2), "on {}", store.name);
    assert_eq!(page.rows[0].kind, "account_resumed", "the newest first");
    for (state, text, found) in [
        (Some(LetterState::Waiting), "", 1),
        (Some(LetterState::Failed), "", 0),
        (None, "LEE@", 2),
        (None, "정지", 2),
        (Some(LetterState::Sent), "lee", 1),
        (None, "account_", 0),
        (None, "%", 0),
    ] {
        assert_eq!(list(state, text, 10).await.total, found, "{state:?} {text}");
    }
    let past = LettersWanted { limit: 2, offset: 200, ..LettersWanted::default() };
    let past = administration::letters(&services, &admin, &past, (Locale::Ko, words().0)).await.unwrap();
    assert_eq!((past.rows.len(), past.total), (1, 3), "past the end is the last page");
    let past = AccountsAsked { limit: 2, offset: 200, ..AccountsAsked::default() };
    assert_eq!(administration::accounts(&services, &admin, &past).await.unwrap().rows.len(), 1);
    let wanted = LettersWanted { text: "kim".into(), ..LettersWanted::default() };
    let csv = administration::letters_csv(&services, &admin, &wanted, Locale::Ko, words()).await.unwrap();
    assert!(csv.starts_with("\u{feff}\"종류\",") && csv.lines().count() == 2, "{csv}");
    assert!(csv.contains("\"계정 정지\",\"kim@"), "{csv}");
}

#[both]
async fn whom_a_team_has_invited_is_masked_and_not_found_by_administrators(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let admin = admin(&services).await;
    teams::invite(&services, &team, &by(&leader), "secret.friend@example.kr", Locale::Ko).await.unwrap();
    let word: KindWord = |_, kind| (kind == "team_invitation").then_some("팀 초대");
    for (text, finds) in [("", 1), ("초대", 1), ("secret", 0), ("example", 0)] {
        let wanted = LettersWanted { text: text.into(), limit: 9, ..LettersWanted::default() };
        let page = administration::letters(&services, &admin, &wanted, (Locale::Ko, word)).await.unwrap();
        assert_eq!((page.total, page.rows.len()), (finds, usize::try_from(finds).unwrap()), "{text} on {}", store.name);
        assert!(page.rows.iter().all(|letter| letter.address == "s***@example.kr"), "{:?}", page.rows);
    }
    let wanted = LettersWanted::default();
    let csv = administration::letters_csv(&services, &admin, &wanted, Locale::Ko, words()).await.unwrap();
    assert!(csv.contains("s***@") && !csv.contains("secret"), "{csv}");
    behind_the_back(&store.db, "UPDATE letters SET state = 'failed'").await;
    let health = administration::health(&services, &admin).await.unwrap();
    assert_eq!(health.failed_letters[0].address, "s***@example.kr");
}

#[both]
async fn letters_about_cases_are_hidden_from_administrators_who_were_ever_in_a_team_there(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, member, .. } = &scene;
    let number = scene.open(scene.suspicion()).await;
    scene.ask(number).await;
    jobs::run_until_idle(services).await.unwrap();
    let (other, was_in) = (admin(services).await, by(&User { is_admin: true, ..member.clone() }));
    behind_the_back(&store.db, "UPDATE letters SET state = 'failed' WHERE kind LIKE 'case_%'").await;
    let word: KindWord = |_, kind| kind.starts_with("case_").then_some("사안");
    let wanted = LettersWanted { text: "사안".into(), limit: 99, ..LettersWanted::default() };
    let list =
        async |actor: &Actor| administration::letters(services, actor, &wanted, (Locale::Ko, word)).await.unwrap();
    let (seen, hidden) = (list(&other).await, list(&was_in).await);
    assert!(seen.total > 0 && seen.counts.of(LetterState::Failed) == seen.total, "on {}", store.name);
    assert_eq!((hidden.total, hidden.rows.len(), hidden.counts.of(LetterState::Failed)), (0, 0, 0));
    let wanted = LettersWanted::default();
    let csv = administration::letters_csv(services, &was_in, &wanted, Locale::Ko, words()).await.unwrap();
    assert!(!csv.contains("case_"), "{csv}");
    assert_eq!(administration::health(services, &was_in).await.unwrap().failed_letters, []);
    let id = seen.rows[0].id;
    assert_eq!(code(administration::resend(services, &was_in, id).await), ErrorCode::NotFound);
    administration::resend(services, &other, id).await.unwrap();
}

#[both]
async fn dead_jobs_are_listed_by_their_kind_and_by_what_is_said_of_them(store: Store) {
    let services = store.services(noon()).await;
    let (admin, kim) = (admin(&services).await, person(&services, "kim").await);
    administration::suspend(&services, &admin, kim.id, "까닭").await.unwrap();
    behind_the_back(&store.db, "UPDATE jobs SET state = 'dead', last_error = 'the Server was away'").await;
    for (kind, text, found) in
        [(None, "", 1), (Some(JobKind::Mail), "server", 1), (Some(JobKind::Score), "", 0), (None, "elsewhere", 0)]
    {
        let wanted = JobsWanted { kind, text: text.into(), limit: 9, offset: 0 };
        let page = administration::queue(&services, &admin, &wanted).await.unwrap();
        assert_eq!(i64::try_from(page.dead.len()), Ok(page.total));
        assert_eq!((page.dead.len(), page.tallies[0].dead), (found, 1), "{kind:?} {text} on {}", store.name);
        let csv = administration::queue_csv(&services, &admin, &wanted, Locale::En).await.unwrap();
        assert_eq!(csv.lines().count(), 1 + found, "{csv}");
    }
}

#[both]
async fn dead_jobs_are_found_however_many_there_are(store: Store) {
    let services = store.services(noon()).await;
    let admin = admin(&services).await;
    let mut tx = services.db.begin().await.unwrap();
    let mut last = Uuid::nil();
    for minute in 0..1005 {
        last = Uuid::new_v4();
        let run_at = noon() + TimeDelta::minutes(minute);
        let (kind, subject) = (JobKind::Notify, last);
        let job = NewJob { kind, subject, competition: None, payload: None, run_at, unique_key: None };
        tx.put_job(job, noon()).await.unwrap();
    }
    tx.commit().await.unwrap();
    behind_the_back(&store.db, "UPDATE jobs SET state = 'dead', last_error = 'away'").await;
    let queue = async |text: &str, offset| {
        let wanted = JobsWanted { kind: Some(JobKind::Notify), text: text.into(), limit: 20, offset };
        administration::queue(&services, &admin, &wanted).await.unwrap()
    };
    let subject = last.to_string();
    for text in [subject.as_str(), &subject[..13], &subject.to_uppercase()] {
        let found = queue(text, 0).await;
        assert_eq!((found.total, found.dead[0].subject), (1, last), "{text} on {}", store.name);
    }
    let past = queue("away", 99_980).await;
    assert_eq!((past.total, past.dead.len()), (1005, 5), "past the end is the last page");
    assert_eq!(past.dead[4].subject, last);
    let health = administration::health(&services, &admin).await.unwrap();
    assert_eq!(health.dead, 1005);
    let csv = administration::queue_csv(&services, &admin, &JobsWanted::default(), Locale::En).await.unwrap();
    assert_eq!(csv.lines().count(), 1006);
}

#[both]
async fn what_was_given_up_is_seen_and_put_back(store: Store) {
    let services = store.services(noon()).await;
    let admin = admin(&services).await;
    let kim = person(&services, "kim").await;
    administration::suspend(&services, &admin, kim.id, "까닭").await.unwrap();
    behind_the_back(&store.db, "UPDATE letters SET state = 'failed'").await;
    let health = administration::health(&services, &admin).await.unwrap();
    assert_eq!((health.failed_letters.len(), health.accounts.suspended), (1, 1));
    administration::resend(&services, &admin, health.failed_letters[0].id).await.unwrap();
    assert_eq!(mailed(&services, &store).await.len(), 1);
    assert_eq!(code(administration::resend(&services, &admin, health.failed_letters[0].id).await), ErrorCode::NotFound);
}
