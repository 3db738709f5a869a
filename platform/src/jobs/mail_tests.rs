//! Letters in the queue: what is written of one that two have sent, or that none comes back with; and that nobody waits for them.

use both::both;
use domain::Locale;
use domain::ids::LetterId;
use storage::jobs::NewJob;
use storage::letters::ListedLetter;

use super::*;
use crate::mail::letter::Letter;
use crate::mail::sending::Ending;
use crate::mail::transport::{Step, Undelivered};
use crate::mail::{Recipient, deliver};
use crate::testing::smtp::SmtpServer;
use crate::testing::{Store, noon};

async fn post(services: &Services, address: &str) -> LetterId {
    let mut tx = services.db.begin().await.unwrap();
    let to = Recipient { user: None, competition: None, address, locale: Locale::Ko, reply_to: None };
    let id = services.mail.post(&mut tx, to, &Letter::Test { at: noon() }, services.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn only(services: &Services) -> ListedLetter {
    deliver::list(services, false).await.unwrap().remove(0)
}

async fn taken(services: &Services) -> (Claim, Task) {
    let (claim, task) = claim(services, Pool::Mail, ALL).await.unwrap().expect("a letter that is due");
    (claim, task.expect("a letter that is not given up"))
}

fn done(task: &Task, ending: Ending) -> Done<'_> {
    let Task::Mail(Some(sending)) = task else { panic!("no letter") };
    Done::Mail(Some((sending, ending)))
}

#[both]
async fn that_a_letter_was_sent_is_written_by_who_lost_it_and_nothing_else_is(store: Store) {
    let services = store.services(noon()).await;
    post(&services, "kim@example.kr").await;
    let (first, slow) = taken(&services).await;
    services.clock.advance(lease(&services));
    let (second, again) = taken(&services).await;
    // The first one comes back with a refusal, then with an error: both are late.
    let refused = Undelivered { step: Step::Recipient, code: Some(550), details: String::new() };
    finish(&services, &first, done(&slow, Ending::Failed(refused))).await.unwrap();
    put_back(&services, &first, &Error::other("late")).await.unwrap();
    assert_eq!((only(&services).await.state, only(&services).await.last_error), ("waiting".to_owned(), None));
    // What was sent was sent, and whoever has it now is rid of it.
    finish(&services, &first, done(&slow, Ending::Sent)).await.unwrap();
    assert_eq!(only(&services).await.state, "sent");
    put_back(&services, &second, &Error::other("too late")).await.unwrap();
    finish(&services, &second, done(&again, Ending::Sent)).await.unwrap();
    assert_eq!((only(&services).await.state, only(&services).await.attempts), ("sent".to_owned(), 2));
    assert_eq!(tallies(&services).await.unwrap(), []);
}

#[both]
async fn a_letter_that_all_workers_die_of_has_failed_and_is_no_dead_job(store: Store) {
    let services = store.services(noon()).await;
    let id = post(&services, "kim@example.kr").await;
    for _ in 0..JobKind::Mail.rules().attempts {
        taken(&services).await;
        services.clock.advance(lease(&services));
    }
    deliver::deliver_due(&services).await.unwrap();
    let letter = only(&services).await;
    assert_eq!((letter.id, letter.state.as_str(), letter.last_error.as_deref()), (id, "failed", Some(LOST)));
    assert_eq!(tallies(&services).await.unwrap(), []);
    assert!(deliver::resend(&services, &domain::access::Actor::COMMAND, id).await.unwrap());
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
    assert_eq!(only(&services).await.state, "sent");
}

#[both]
async fn a_mail_server_that_hangs_holds_up_nothing_else(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    store.config.mail_url = server.url("");
    "Madang <madang@example.kr>".clone_into(&mut store.config.mail_from);
    let services = store.services(noon()).await;
    for _ in 0..=SENDERS {
        post(&services, "hang@example.kr").await;
    }
    let timer = NewJob {
        kind: JobKind::Timer,
        subject: uuid::Uuid::now_v7(),
        competition: None,
        payload: Some(noon().to_rfc3339()),
        run_at: noon(),
        unique_key: None,
    };
    let (stopping, stop) = watch::channel(false);
    let workers = tokio::spawn(run(services.clone(), 1, stop));
    let state = async |kind: JobKind| {
        let all = tallies(&services).await.unwrap();
        all.iter().find(|tally| tally.kind == kind.key()).map(|tally| (tally.waiting, tally.running))
    };
    let senders = i64::try_from(SENDERS).unwrap();
    let goes_on = async {
        while state(JobKind::Mail).await != Some((1, senders)) {
            tokio::task::yield_now().await;
        }
        let mut tx = services.db.begin().await.unwrap();
        tx.put_job(timer, noon()).await.unwrap();
        tx.commit().await.unwrap();
        while state(JobKind::Timer).await.is_some() {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_mins(1), goes_on).await;
    assert!(in_time.is_ok() && state(JobKind::Mail).await == Some((1, senders)), "{}", store.name);
    stopping.send(true).unwrap();
    workers.await.unwrap();
    assert_eq!(state(JobKind::Mail).await, Some((1 + senders, 0)), "they are given back");
}
