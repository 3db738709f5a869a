//! Letters from the deed to the server that takes them, on both databases.

use std::collections::BTreeSet;

use both::both;
use chrono::TimeDelta;
use domain::Locale;
use domain::access::Actor;
use domain::ids::LetterId;
use platform::Services;
use platform::mail::letter::Letter;
use platform::mail::links::{self, LinkState};
use platform::mail::{Recipient, deliver};
use platform::testing::smtp::SmtpServer;
use platform::testing::{Store, noon, person};
use storage::Db;
use storage::letters::ListedLetter;

const FROM: &str = "마당 <madang@example.kr>";

fn to(address: &str) -> Recipient<'_> {
    Recipient { user: None, competition: None, address, locale: Locale::Ko, reply_to: None }
}

fn test_letter() -> Letter {
    Letter::Test { at: noon() }
}

fn keyed() -> Letter {
    Letter::VerifyAddress { page: "/verify".to_owned(), until: noon() + TimeDelta::hours(1) }
}

/// Services that send to that server.
async fn services(store: &mut Store, server: &SmtpServer) -> Services {
    store.config.mail_url = server.url("");
    store.config.mail_from = FROM.into();
    store.services(noon()).await
}

async fn posted(services: &Services, address: &str, letter: &Letter) -> LetterId {
    let mut tx = services.db.begin().await.unwrap();
    let id = services.mail.post(&mut tx, to(address), letter, services.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn listed(services: &Services, id: LetterId) -> ListedLetter {
    let letters = deliver::list(services, false).await.unwrap();
    letters.into_iter().find(|letter| letter.id == id).unwrap()
}

async fn state(services: &Services, id: LetterId) -> String {
    listed(services, id).await.state
}

#[both]
async fn a_letter_goes_out_once_and_then_nobody_knows_what_it_said(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    let id = posted(&services, "kim@example.kr", &keyed()).await;
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
    services.clock.advance(TimeDelta::days(2));
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 0);
    assert!(!deliver::resend(&services, &Actor::COMMAND, id).await.unwrap());
    let received = server.received().await;
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].header("Message-ID"), format!("<{id}@example.kr>"));
    assert_eq!(received[0].from, "madang@example.kr");
    let payload: Vec<String> = column(&services.db, "SELECT payload FROM letters").await;
    assert_eq!(payload, [""]);
}

/// A column of what is stored, behind the application's back.
async fn column(db: &Db, sql: &'static str) -> Vec<String> {
    match db {
        Db::Sqlite { write, .. } => sqlx::query_scalar(sql).fetch_all(write).await,
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
    }
    .unwrap()
}

#[both]
async fn a_key_is_in_its_letter_and_nowhere_else(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    // One that is sent, one that is tried again and one that fails.
    for address in ["kim@example.kr", "later@example.kr", "refused@example.kr"] {
        posted(&services, address, &keyed()).await;
    }
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 3);
    let key = key(&server.received().await[0].data);
    let all = "SELECT payload || COALESCE(last_error, '') || message_id || address FROM letters";
    let stored = column(&services.db, all).await;
    assert_eq!(stored.len(), 3);
    assert!(!stored.iter().any(|row| row.contains(&key) || row.contains("key")), "{stored:?}");
    if matches!(services.db, Db::Sqlite { .. }) {
        for name in ["madang.db", "madang.db-wal"] {
            let bytes = std::fs::read(store.folder.path().join(name)).unwrap();
            assert!(!bytes.windows(key.len()).any(|part| part == key.as_bytes()), "{name}");
        }
    }
}

#[both]
async fn a_deed_that_is_undone_posts_no_letter(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    let mut tx = services.db.begin().await.unwrap();
    services.mail.post(&mut tx, to("kim@example.kr"), &test_letter(), noon()).await.unwrap();
    drop(tx);
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 0);
    assert!(deliver::list(&services, false).await.unwrap().is_empty());
}

#[both]
async fn a_letter_to_many_is_one_letter_a_person(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    let all = ["kim@example.kr", "lee@example.kr", "park@example.kr"];
    let mut tx = services.db.begin().await.unwrap();
    for address in all {
        services.mail.post(&mut tx, to(address), &test_letter(), noon()).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 3);
    let received = server.received().await;
    for (letter, address) in received.iter().zip(all) {
        assert_eq!((letter.to.as_slice(), letter.header("To")), ([address.to_owned()].as_slice(), address));
        assert!(!all.iter().any(|other| other != &address && letter.data.contains(other)), "{}", letter.data);
    }
    let ids: BTreeSet<_> = received.iter().map(|letter| letter.header("Message-ID").to_owned()).collect();
    assert_eq!(ids.len(), 3);
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_who_deliver_at_once_send_each_letter_once(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    let mut ids = BTreeSet::new();
    for number in 0..10 {
        let id = posted(&services, &format!("kim{number}@example.kr"), &test_letter()).await;
        ids.insert(format!("<{id}@example.kr>"));
    }
    let deliverers = (0..20).map(|_| {
        let services = services.clone();
        tokio::spawn(async move { deliver::deliver_due(&services).await.unwrap() })
    });
    let tried: usize = futures_sum(deliverers.collect()).await;
    assert_eq!(tried, 10, "{}", store.name);
    let received: Vec<_> =
        server.received().await.iter().map(|letter| letter.header("Message-ID").to_owned()).collect();
    assert_eq!(received.len(), 10);
    assert_eq!(received.into_iter().collect::<BTreeSet<_>>(), ids);
}

async fn futures_sum(tasks: Vec<tokio::task::JoinHandle<usize>>) -> usize {
    let mut sum = 0;
    for task in tasks {
        sum += task.await.unwrap();
    }
    sum
}

#[both]
async fn who_dies_between_sending_and_writing_it_down_leaves_it_to_be_sent_once_more_under_the_same_id(
    mut store: Store,
) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    let id = posted(&services, "hold-once@example.kr", &keyed()).await;
    let dying = tokio::spawn({
        let services = services.clone();
        async move { deliver::deliver_due(&services).await }
    });
    // The server has it, and the sender dies before it is answered.
    server.until(1).await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 0, "its lease has not ended");
    services.clock.advance(TimeDelta::minutes(1));
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
    services.clock.advance(TimeDelta::days(1));
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 0);
    let received = server.received().await;
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].header("Message-ID"), received[1].header("Message-ID"));
    // Whoever keeps only the first of the two has a link that works.
    services.clock.set(noon());
    for letter in &received {
        assert_eq!(
            links::open(&services, Letter::VERIFY_ADDRESS, &key(&letter.data)).await.unwrap().unwrap().letter,
            id
        );
    }
}

/// The key of the link in a message.
fn key(message: &str) -> String {
    let message = mail_parser::MessageParser::default().parse(message.as_bytes()).unwrap();
    let text = message.body_text(0).unwrap();
    text.split_once("?key=").unwrap().1.lines().next().unwrap().to_owned()
}

#[both]
async fn what_the_server_refuses_for_good_fails_at_once_and_can_be_sent_again(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    for (address, why) in [
        ("refused@example.kr", "the recipient was refused (550 5.1.1)"),
        ("refused-content@example.kr", "the letter was not taken (554 5.7.0)"),
        ("kim@example.kr, lee@example.kr", "the address is none that a letter can be sent to"),
    ] {
        let id = posted(&services, address, &test_letter()).await;
        assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
        let letter = listed(&services, id).await;
        assert_eq!((letter.state.as_str(), letter.last_error.as_deref()), ("failed", Some(why)));
        services.clock.advance(TimeDelta::hours(2));
        assert_eq!(deliver::deliver_due(&services).await.unwrap(), 0);
        assert_eq!(deliver::list(&services, true).await.unwrap()[0].id, id);
        assert!(deliver::resend(&services, &Actor::COMMAND, id).await.unwrap());
        assert!(!deliver::resend(&services, &Actor::COMMAND, id).await.unwrap(), "it waits");
        assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
        assert_eq!(listed(&services, id).await.attempts, 2);
    }
}

#[both]
async fn a_server_that_asks_to_come_later_is_asked_again_until_it_takes_the_letter(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    let id = posted(&services, "later-twice@example.kr", &test_letter()).await;
    for minutes in [1, 2, 0] {
        assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
        assert_eq!(deliver::deliver_due(&services).await.unwrap(), 0, "not before its time");
        services.clock.advance(TimeDelta::minutes(minutes));
    }
    let letter = listed(&services, id).await;
    assert_eq!((letter.state.as_str(), letter.attempts, letter.last_error), ("sent", 3, None));
    assert_eq!(server.received().await.len(), 1);
}

#[both]
async fn a_letter_that_no_server_takes_is_given_up_after_a_day(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    let id = posted(&services, "later@example.kr", &test_letter()).await;
    let mut tried = 0;
    for _ in 0..30 * 60 {
        tried += deliver::deliver_due(&services).await.unwrap();
        if state(&services, id).await == "failed" {
            break;
        }
        services.clock.advance(TimeDelta::minutes(1));
    }
    let letter = listed(&services, id).await;
    assert_eq!(
        (letter.state.as_str(), letter.last_error.as_deref()),
        ("failed", Some("the recipient was refused (451 4.7.1)"))
    );
    assert_eq!((tried, (services.clock.now() - noon()).num_minutes()), (30, 24 * 60 + 3));
    assert_eq!(services.db.job_tallies(services.clock.now()).await.unwrap(), [], "it is in the letters' list alone");
    // Put back it has another day.
    assert!(deliver::resend(&services, &Actor::COMMAND, id).await.unwrap());
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
    assert_eq!(state(&services, id).await, "waiting");
}

#[both]
async fn a_conversation_that_is_cut_off_is_begun_anew(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    for address in ["cut@example.kr", "cut-after@example.kr"] {
        let id = posted(&services, address, &test_letter()).await;
        assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
        let letter = listed(&services, id).await;
        assert_eq!(
            (letter.state.as_str(), letter.last_error.as_deref()),
            ("waiting", Some("the letter was not taken"))
        );
    }
    assert_eq!(server.received().await.len(), 1);
    drop(server);
    services.clock.advance(TimeDelta::minutes(1));
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 2);
    for letter in deliver::list(&services, false).await.unwrap() {
        assert_eq!(
            (letter.state.as_str(), letter.last_error.as_deref()),
            ("waiting", Some("the server did not answer"))
        );
    }
}

#[both]
async fn a_wrong_password_of_ours_fails_no_letter(mut store: Store) {
    let server = SmtpServer::start(&["--user", "madang", "--password", "right"]).await;
    store.config.mail_url = server.url("madang:wrong@");
    store.config.mail_from = FROM.into();
    let services = store.services(noon()).await;
    let id = posted(&services, "kim@example.kr", &test_letter()).await;
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
    let letter = listed(&services, id).await;
    assert_eq!(
        (letter.state.as_str(), letter.last_error.as_deref()),
        ("waiting", Some("the log-in was refused (535 5.7.8)"))
    );
    // An operator puts it right.
    store.config.mail_url = server.url("madang:right@");
    let services = store.services(noon() + TimeDelta::minutes(1)).await;
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
    let received = server.received().await;
    assert_eq!((received[0].user.as_deref(), received[0].encrypted), (Some("madang"), true));
}

#[both]
async fn a_link_is_looked_at_as_often_as_one_likes_and_used_once(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    let kim = person(&services, "kim").await;
    let mut tx = services.db.begin().await.unwrap();
    let recipient = Recipient { user: Some(kim.id), ..to(&kim.email) };
    let id = services.mail.post(&mut tx, recipient, &keyed(), noon()).await.unwrap();
    tx.commit().await.unwrap();
    deliver::deliver_due(&services).await.unwrap();
    let key = key(&server.received().await[0].data);
    let open = || async { links::open(&services, Letter::VERIFY_ADDRESS, &key).await.unwrap().unwrap() };

    for _ in 0..3 {
        let link = open().await;
        assert_eq!((link.state, link.user, link.address), (LinkState::Fresh, Some(kim.id), kim.email.clone()));
    }
    assert!(links::open(&services, Letter::RESET_PASSWORD, &key).await.unwrap().is_none(), "another letter's page");
    assert!(links::open(&services, Letter::VERIFY_ADDRESS, "guessed").await.unwrap().is_none());
    // What is undone used nothing.
    let mut tx = services.db.begin().await.unwrap();
    assert!(links::take(&mut tx, id, noon()).await.unwrap());
    drop(tx);
    let mut tx = services.db.begin().await.unwrap();
    assert!(links::take(&mut tx, id, noon()).await.unwrap());
    assert!(!links::take(&mut tx, id, noon()).await.unwrap());
    tx.commit().await.unwrap();
    services.clock.advance(TimeDelta::days(1));
    assert_eq!(open().await.state, LinkState::Used(noon()));
}

#[both]
async fn a_link_ends_and_its_letter_is_not_sent_after_that(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = services(&mut store, &server).await;
    let sent = posted(&services, "kim@example.kr", &keyed()).await;
    deliver::deliver_due(&services).await.unwrap();
    let late = posted(&services, "lee@example.kr", &keyed()).await;
    services.clock.advance(TimeDelta::hours(1));
    let link =
        links::open(&services, Letter::VERIFY_ADDRESS, &key(&server.received().await[0].data)).await.unwrap().unwrap();
    assert_eq!((link.letter, link.state), (sent, LinkState::Ended(noon() + TimeDelta::hours(1))));
    let mut tx = services.db.begin().await.unwrap();
    assert!(!links::take(&mut tx, sent, services.clock.now()).await.unwrap());
    drop(tx);
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
    assert_eq!(listed(&services, late).await.last_error.as_deref(), Some("its link has ended"));
    assert!(!deliver::resend(&services, &Actor::COMMAND, late).await.unwrap());
    assert_eq!(server.received().await.len(), 1);
}

#[both]
async fn a_month_later_nobody_knows_of_a_letter(store: Store) {
    let services = store.services(noon()).await;
    let id = posted(&services, "kim@example.kr", &keyed()).await;
    deliver::deliver_due(&services).await.unwrap();
    let waits = posted(&services, "lee@example.kr", &test_letter()).await;
    services.clock.advance(TimeDelta::days(29));
    deliver::forget(&services).await.unwrap();
    assert_eq!(state(&services, id).await, "sent");
    services.clock.advance(TimeDelta::hours(25));
    deliver::forget(&services).await.unwrap();
    let left: Vec<_> = deliver::list(&services, false).await.unwrap().into_iter().map(|letter| letter.id).collect();
    assert_eq!(left, [waits]);
}

#[both]
async fn in_a_folder_a_letter_is_a_whole_file_for_our_eyes_only(store: Store) {
    let services = store.services(noon()).await;
    let id = posted(&services, "kim@example.kr", &keyed()).await;
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
    let folder = store.folder.path().join("mail");
    let names = |folder: &std::path::Path| -> BTreeSet<_> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names(&folder), BTreeSet::from([format!("{id}.eml"), "tmp".to_owned()]));
    assert!(names(&folder.join("tmp")).is_empty());
    let path = folder.join(format!("{id}.eml"));
    let message = std::fs::read_to_string(&path).unwrap();
    assert_eq!(key(&message).len(), 40);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
