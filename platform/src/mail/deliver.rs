//! Sending what waits. A letter is taken with a lease, sent outside any transaction, and then marked: whoever dies between the two
//! leaves it to be sent once more, under the same Message-ID.

use std::time::Duration;

use async_recursion::async_recursion as boxed;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Act, Deed};
use domain::ids::LetterId;
use storage::letters::{ListedLetter, TakenLetter};
use tokio::sync::watch;

use super::letter::Letter;
use super::transport::{Step, Undelivered};
use super::{ToOne, links};
use crate::error::Result;
use crate::services::Services;

/// Letters that a process sends at once: a server that is slow with one shall not hold up all.
const SENDERS: usize = 2;
/// How often each looks for letters.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Due letters that are read at once; others may take some of them meanwhile.
const AT_ONCE: i64 = 20;
/// Letters of each state in an operator's list.
const LISTED: i64 = 100;
/// How long a letter is tried.
const TRIED: TimeDelta = TimeDelta::days(1);
/// How long letters are remembered after they were sent or given up.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Sends letters until `stop` turns true; one that is being sent then comes to its end or is sent once more by another.
pub(crate) async fn run(services: Services, stop: watch::Receiver<bool>) {
    let senders: Vec<_> = (0..SENDERS).map(|_| tokio::spawn(work(services.clone(), stop.clone()))).collect();
    for sender in senders {
        if let Err(error) = sender.await {
            tracing::error!(%error, "a sender of mail stopped");
        }
    }
}

async fn work(services: Services, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match deliver_next(&services).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "letters could not be looked for"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Sends everything that is due, and how many letters were tried.
#[boxed]
pub async fn deliver_due(services: &Services) -> Result<usize> {
    let mut tried = 0;
    while deliver_next(services).await? {
        tried += 1;
    }
    Ok(tried)
}

/// Tries one letter that is due. Whether there was one.
async fn deliver_next(services: &Services) -> Result<bool> {
    for id in services.db.due_letters(services.clock.now(), AT_ONCE).await? {
        if deliver(services, id).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sends a letter if it is due and nobody else has it, and writes down what came of it. Whether it was tried.
#[boxed]
pub async fn deliver(services: &Services, id: LetterId) -> Result<bool> {
    let Some((taken, key)) = take(services, id).await? else { return Ok(false) };
    let heartbeat = tokio::spawn(keep(services.clone(), taken.id, taken.attempts));
    let outcome = send(services, &taken, key.as_deref()).await;
    heartbeat.abort();
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    match outcome {
        Ok(_) => {
            tx.letter_sent(id, now).await?;
            tracing::info!(letter = %id, kind = taken.kind, attempt = taken.attempts, "a letter was sent");
        }
        Err(why) => {
            let said = why.to_string();
            let next = now + pause(now - taken.queued_at);
            if why.is_final() || next >= taken.queued_at + TRIED {
                tx.letter_failed(id, taken.attempts, now, &said).await?;
                tracing::error!(letter = %id, kind = taken.kind, attempt = taken.attempts, why = said, "a letter failed");
            } else {
                tx.put_letter_back(id, taken.attempts, next, &said).await?;
                tracing::warn!(letter = %id, kind = taken.kind, attempt = taken.attempts, why = said, "a letter is sent later");
            }
        }
    }
    tx.commit().await?;
    Ok(true)
}

/// Takes the letter, with a key of its own where it has a link: only the key's hash is ever stored.
async fn take(services: &Services, id: LetterId) -> Result<Option<(TakenLetter, Option<String>)>> {
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    let Some(mut taken) = tx.take_letter(id, now, now + lease(services)).await? else { return Ok(None) };
    if taken.kind == Letter::RESET_PASSWORD {
        // Only here is looked whether there is such an account: whoever asked for it learns nothing.
        let Some(row) = tx.user_of_email(&taken.address).await? else {
            tx.drop_letter(id).await?;
            tx.commit().await?;
            return Ok(None);
        };
        taken.locale = row.user.locale;
    }
    let key = match taken.link_until {
        Some(_) => Some(links::add(&mut tx, id).await?),
        None => None,
    };
    tx.commit().await?;
    Ok(Some((taken, key)))
}

async fn send(services: &Services, taken: &TakenLetter, key: Option<&str>) -> Result<String, Undelivered> {
    let now = services.clock.now();
    let refused = |why: &str| Err(Undelivered::here(Step::Writing, why));
    let Ok(letter) = serde_json::from_str::<Letter>(&taken.payload) else {
        return refused("this version does not know such letters");
    };
    if taken.link_until.is_some_and(|until| until <= now) {
        return Err(Undelivered::here(Step::Late, "its link has ended"));
    }
    // Workers died of it, or none was there for long since the last attempt.
    if taken.attempts > 1 && now >= taken.queued_at + TRIED {
        return Err(Undelivered::here(Step::Late, "it was tried for a day"));
    }
    let to = ToOne {
        message_id: &taken.message_id,
        address: &taken.address,
        locale: taken.locale,
        reply_to: taken.reply_to.as_deref(),
        key,
    };
    services.mail.send(&letter, &to, now).await
}

/// Keeps the letter while the server takes its time; stops when it was lost.
async fn keep(services: Services, id: LetterId, attempts: i64) {
    loop {
        tokio::time::sleep(services.config.lease / 3).await;
        let kept: Result<bool> = async {
            let mut tx = services.db.begin().await?;
            let kept = tx.keep_letter(id, attempts, services.clock.now() + lease(&services)).await?;
            tx.commit().await?;
            Ok(kept)
        }
        .await;
        if matches!(kept, Ok(false)) {
            return;
        }
    }
}

fn lease(services: &Services) -> TimeDelta {
    TimeDelta::from_std(services.config.lease).unwrap_or(TimeDelta::seconds(30))
}

/// How long until the next attempt of a letter that has waited so long: as long again, from a minute to an hour.
fn pause(waited: TimeDelta) -> TimeDelta {
    waited.clamp(TimeDelta::minutes(1), TimeDelta::hours(1))
}

/// Letters for an operator's list: those that wait and those that were sent, unless `only_failed`, and those that failed.
#[boxed]
pub async fn list(services: &Services, only_failed: bool) -> Result<Vec<ListedLetter>> {
    if only_failed {
        return Ok(services.db.ended_letters(false, LISTED).await?);
    }
    let mut letters = services.db.waiting_letters(LISTED).await?;
    letters.extend(services.db.ended_letters(false, LISTED).await?);
    letters.extend(services.db.ended_letters(true, LISTED).await?);
    Ok(letters)
}

/// Puts a failed letter back. Whether it was: there is none of that id, it did not fail, or its link has ended.
#[boxed]
pub async fn resend(services: &Services, actor: &Actor, id: LetterId) -> Result<bool> {
    let mut tx = services.db.begin().await?;
    let now = services.clock.now();
    if !tx.resend_letter(id, now).await? {
        return Ok(false);
    }
    tx.record(now, actor, Act::of_site(Deed::ResendLetter).after("letter", id.0));
    tx.commit().await?;
    Ok(true)
}

/// Removes letters that ended a month ago; what was sent and when is nobody's business for longer.
#[boxed]
pub async fn forget(services: &Services) -> Result<()> {
    let mut tx = services.db.begin().await?;
    tx.forget_letters(services.clock.now() - KEPT).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use both::both;
    use chrono::DateTime;
    use domain::Locale;

    use super::*;
    use crate::mail::Recipient;
    use crate::testing::{Store, noon};

    #[both]
    async fn a_letter_that_takes_longer_than_its_lease_is_kept_by_signs_of_life(mut store: Store) {
        store.config.lease = Duration::from_millis(30);
        let services = store.services(noon()).await;
        let mut tx = services.db.begin().await.unwrap();
        let to = Recipient { user: None, address: "kim@example.kr", locale: Locale::Ko, reply_to: None };
        let id = services.mail.post(&mut tx, to, &Letter::Test { at: noon() }, noon()).await.unwrap();
        tx.commit().await.unwrap();
        let (taken, _) = take(&services, id).await.unwrap().unwrap();
        let heartbeat = tokio::spawn(keep(services.clone(), id, taken.attempts));
        for _ in 0..3 {
            services.clock.advance(TimeDelta::milliseconds(25));
            let alive = services.clock.now() + lease(&services) - TimeDelta::microseconds(1);
            while !services.db.due_letters(alive, 1).await.unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
            assert!(take(&services, id).await.unwrap().is_none());
        }
        heartbeat.abort();
        assert!(heartbeat.await.unwrap_err().is_cancelled());
        services.clock.advance(lease(&services));
        assert_eq!(take(&services, id).await.unwrap().unwrap().0.attempts, 2);
        // Who has lost it stops by itself, and puts it nowhere.
        keep(services.clone(), id, taken.attempts).await;
        let mut tx = services.db.begin().await.unwrap();
        assert!(!tx.put_letter_back(id, taken.attempts, noon(), "late").await.unwrap());
        assert!(!tx.letter_failed(id, taken.attempts, noon(), "late").await.unwrap());
        assert!(tx.letter_sent(id, noon()).await.unwrap(), "what was sent was sent");
    }

    #[test]
    fn a_letter_is_tried_soon_and_then_each_hour_for_a_day() {
        let start = DateTime::UNIX_EPOCH;
        let (mut at, mut tries) = (start, Vec::new());
        while at < start + TRIED {
            tries.push((at - start).num_minutes());
            at += pause(at - start);
        }
        assert_eq!(tries[..9], [0, 1, 2, 4, 8, 16, 32, 64, 124]);
        assert_eq!((tries.len(), tries.last()), (30, Some(&1384)));
    }
}
