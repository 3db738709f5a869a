//! Mail as an operator meets it: the real program before a real mail server.

use std::process::Output;

use both::both;
use chrono::TimeDelta;
use domain::Locale;
use domain::access::Actor;
use domain::boards::{BoardKind, PostDraft};
use platform::boards;
use platform::competitions::import::import;
use platform::mail::letter::Letter;
use platform::mail::{Recipient, deliver};
use platform::testing::smtp::{Received, SmtpServer};
use platform::testing::{Store, by, dated_folder, organizes, person};
use platform::{Services, clock::Clock, participation, teams};

use crate::program::{Program, free_port, madang, until};

const FROM: &str = "마당 <madang@example.kr>";

/// What the program says to an operator, with these settings.
fn asked(store: &Store, url: &str, environment: &[(&str, &str)], arguments: &[&str]) -> (bool, String) {
    let mut command = madang(store, free_port());
    command.env("MADANG_MAIL_URL", url).env("MADANG_MAIL_FROM", FROM).env("LANG", "en_US.UTF-8").env_remove("LC_ALL");
    let Output { status, stdout, stderr } = command
        .envs(environment.iter().copied())
        .args(arguments)
        .stdout(std::process::Stdio::piped())
        .output()
        .unwrap();
    let text = [stdout, stderr].concat();
    (status.success(), String::from_utf8(text).unwrap().trim_end().to_owned())
}

#[tokio::test]
async fn a_test_letter_says_what_the_server_answered_or_what_to_do() {
    let store = platform::testing::sqlite().await;
    let server = SmtpServer::start(&["--tls", "--user", "kim@example.kr", "--password", "p/w:#"]).await;
    let wrapped = |credentials: &str| server.url(credentials).replace("smtp://", "smtps://");
    let trusted = server.certificate();
    let trusted = [("SSL_CERT_FILE", trusted.to_str().unwrap())];
    let right = wrapped("kim%40example.kr:p%2Fw%3A%23@");

    let said = asked(&store, &right, &trusted, &["mail", "test", "lee@example.kr"]);
    assert_eq!(said, (true, "The letter was handed over: 250 2.0.0 Ok: queued as TEST".to_owned()));
    let received = server.received().await;
    assert_eq!((received[0].to[0].as_str(), received[0].user.as_deref()), ("lee@example.kr", Some("kim@example.kr")));
    assert!(received[0].encrypted && received[0].data.contains("Subject: The test e-mail has arrived"));

    let cases = [
        (
            wrapped("kim%40example.kr:wrong@"),
            "lee@example.kr",
            "the log-in was refused (535 5.7.8): ",
            "look at user and password",
        ),
        (
            right.clone(),
            "refused@example.kr",
            "the recipient was refused (550 5.1.1): ",
            "takes no letter to this address",
        ),
        (right.clone(), "refused-content@example.kr", "the letter was not taken (554 5.7.0): ", "SPF or DKIM"),
        (right.clone(), "lee", "the address is none that a letter can be sent to: ", "write the address like"),
        (format!("smtp://127.0.0.1:{}", free_port()), "lee@example.kr", "the server did not answer: ", "a firewall"),
    ];
    for (url, to, why, cure) in cases {
        let (ok, said) = asked(&store, &url, &trusted, &["mail", "test", to]);
        assert!(!ok && said.starts_with(&format!("madang: {why}")) && said.contains(cure), "{said}");
        assert!(!said.contains("wrong") && !said.contains("p/w"), "{said}");
    }
    // Whose certificate nobody vouches for is told nothing.
    let (ok, said) = asked(&store, &right, &[], &["mail", "test", "lee@example.kr"]);
    assert!(!ok && said.starts_with("madang: no encrypted connection: invalid peer certificate"), "{said}");
    assert!(!store.folder.path().join("data/madang.db").exists(), "it needs no database");

    let folder = format!("file://{}/tried", store.folder.path().display());
    let (ok, said) = asked(&store, &folder, &[], &["mail", "test", "lee@example.kr"]);
    assert!(ok && said.starts_with("The letter was handed over: written to "), "{said}");
    assert_eq!(std::fs::read_dir(store.folder.path().join("tried")).unwrap().count(), 2);
}

/// A letter that waits, and the services that wrote it.
async fn posted(store: &Store, address: &str) -> Services {
    let mut config = store.config.clone();
    config.mail_from = FROM.into();
    let services = Services::open(config, Clock::System).await.unwrap();
    let letter =
        Letter::VerifyAddress { page: "/verify".to_owned(), until: services.clock.now() + TimeDelta::hours(1) };
    let mut tx = services.db.begin().await.unwrap();
    let to = Recipient { user: None, competition: None, address, locale: Locale::Ko, reply_to: None };
    services.mail.post(&mut tx, to, &letter, services.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    services
}

/// The real worker, which sends to that server.
fn worker(store: &Store, server: &SmtpServer) -> Program {
    let mut command = madang(store, free_port());
    command.env("MADANG_MAIL_URL", server.url("")).env("MADANG_MAIL_FROM", FROM).arg("worker");
    Program { child: command.spawn().unwrap(), url: String::new() }
}

async fn first(services: &Services) -> (String, i64) {
    let letter = deliver::list(services, false).await.unwrap().remove(0);
    (letter.state, letter.attempts)
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_between_sending_and_writing_it_down_repeats_at_most_that_letter(store: Store) {
    let server = SmtpServer::start(&[]).await;
    let services = posted(&store, "hold-once@example.kr").await;
    let mut killed = worker(&store, &server);
    server.until(1).await;
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    assert_eq!(first(&services).await, ("waiting".to_owned(), 1));

    let _second = worker(&store, &server);
    until("the letter is sent", || async { first(&services).await.0 == "sent" }).await;
    let received = server.received().await;
    let ids: Vec<_> = received.iter().map(|letter| letter.header("Message-ID")).collect();
    assert_eq!((ids.len(), ids[0] == ids[1] && !ids[0].is_empty()), (2, true), "{ids:?}");
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_required_notice_each_leader_has_one_letter_though_the_worker_is_killed_while_it_tells_them(store: Store) {
    let server = SmtpServer::start(&[]).await;
    let mut config = store.config.clone();
    config.mail_from = FROM.into();
    let services = Services::open(config, Clock::System).await.unwrap();
    let folder = dated_folder("breast-cancer", store.folder.path(), services.clock.now());
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    for name in ["hold-once", "naru", "garam"] {
        let leader = by(&person(&services, name).await);
        participation::join(&services, &competition, &leader, true).await.unwrap();
        teams::create(&services, &competition, &leader, name).await.unwrap();
    }
    let draft = PostDraft { title: "마감".into(), markdown: "본문".into(), required: true, ..PostDraft::default() };
    boards::write(&services, &competition, BoardKind::Notice, &by(&organizer), draft).await.unwrap();

    let mut killed = worker(&store, &server);
    let is_held = |letter: &Received| letter.to[0].starts_with("hold-once@");
    until("the first letter is held", || async { server.received().await.iter().any(is_held) }).await;
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();

    let _second = worker(&store, &server);
    let is_sent = async || {
        let letters = deliver::list(&services, false).await.unwrap();
        letters.len() == 3 && letters.iter().all(|letter| letter.state == "sent")
    };
    until("all are sent", is_sent).await;
    let mut told: Vec<_> =
        server.received().await.iter().map(|one| (one.to[0].clone(), one.header("Message-ID").to_owned())).collect();
    told.sort();
    // What the server had and nobody wrote down comes again as the same letter, which mailboxes show once.
    told.dedup();
    let who: Vec<_> = told.iter().map(|(to, _)| to.split('@').next().unwrap()).collect();
    assert_eq!(who, ["garam", "hold-once", "naru"], "on {}", store.name);
}

#[tokio::test]
async fn an_operator_sees_what_failed_and_sends_it_again() {
    let store = platform::testing::sqlite().await;
    let server = SmtpServer::start(&[]).await;
    let services = posted(&store, "refused@example.kr").await;
    let list = |arguments: &[&str]| asked(&store, &server.url(""), &[], &[&["mail", "list"], arguments].concat()).1;
    assert_eq!(list(&["--failed"]), "No letter has failed.");
    let _worker = worker(&store, &server);
    until("it has failed", || async { first(&services).await.0 == "failed" }).await;
    let listed = list(&["--failed"]);
    let [id, "failed", ..] = listed.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{listed}") };
    assert!(
        listed.ends_with("verify_address  refused@example.kr  the recipient was refused (550 5.1.1), attempt 1"),
        "{listed}"
    );
    let (ok, said) = asked(&store, &server.url(""), &[], &["mail", "resend", id]);
    assert!(ok, "{said}");
    until("it has failed again", || async { first(&services).await == ("failed".to_owned(), 2) }).await;
    for wrong in ["1", "01a1fc0b-e380-7000-97a4-cf28facba38b"] {
        let (ok, said) = asked(&store, &server.url(""), &[], &["mail", "resend", wrong]);
        assert!(!ok && said.contains(wrong), "{said}");
    }
}
