//! Who gets which job, and how often.

use both::both;
use chrono::TimeDelta;
use futures::future::join_all;

use super::*;
use crate::testing::Database;

const ALL: RangeInclusive<i64> = 0..=i64::MAX;
const LEASE: TimeDelta = TimeDelta::seconds(30);

fn noon() -> DateTime<Utc> {
    "2026-11-21T03:00:00Z".parse().unwrap()
}

fn job(kind: JobKind) -> NewJob {
    let subject = Uuid::now_v7();
    NewJob { kind, subject, competition: None, payload: None, run_at: noon(), unique_key: None }
}

async fn put(db: &Db, job: NewJob) -> bool {
    let mut tx = db.begin().await.unwrap();
    let is_put = tx.put_job(job, noon()).await.unwrap();
    tx.commit().await.unwrap();
    is_put
}

async fn claim(db: &Db, pool: Pool, now: DateTime<Utc>) -> Option<Claim> {
    let mut tx = db.begin().await.unwrap();
    let claim = tx.claim(pool, now, now + LEASE, ALL).await.unwrap();
    tx.commit().await.unwrap();
    claim
}

async fn tally(db: &Db, kind: JobKind, now: DateTime<Utc>) -> Option<JobTally> {
    db.job_tallies(now).await.unwrap().into_iter().find(|tally| tally.kind == kind.key())
}

#[both]
async fn a_job_whose_workers_all_die_is_taken_as_often_as_its_kind_allows_and_is_dead_then(database: Database) {
    let db = &database.db;
    for kind in JobKind::ALL {
        put(db, job(kind)).await;
        let (pool, most) = (kind.rules().pool, kind.rules().attempts);
        let mut now = noon();
        for left in (0..most).rev() {
            let taken = claim(db, pool, now).await.unwrap();
            assert_eq!((taken.kind, taken.attempts_left, taken.attempt), (kind, left, most - left));
            assert!(claim(db, pool, now).await.is_none(), "its lease holds");
            now += LEASE;
        }
        let dead = claim(db, pool, now).await.unwrap();
        assert_eq!(dead.attempts_left, -1);
        assert!(claim(db, pool, now + TimeDelta::days(1)).await.is_none());
        let tally = tally(db, kind, now).await.unwrap();
        assert_eq!((tally.waiting, tally.running, tally.dead, tally.oldest), (0, 0, 1, None));
    }
}

#[both]
async fn twenty_who_put_the_same_at_once_put_one_job(database: Database) {
    let key = || Some("the same".to_owned());
    let same = || NewJob { unique_key: key(), ..job(JobKind::Certainty) };
    let put_by = join_all((0..20).map(|_| put(&database.db, same()))).await;
    assert_eq!(put_by.into_iter().filter(|is_put| *is_put).count(), 1);
    let only = claim(&database.db, Pool::Slow, noon()).await.unwrap();
    assert!(claim(&database.db, Pool::Slow, noon()).await.is_none());
    assert!(!put(&database.db, same()).await, "it is being done");
    let mut tx = database.db.begin().await.unwrap();
    assert!(tx.finish_job(&only).await.unwrap());
    tx.commit().await.unwrap();
    assert!(put(&database.db, same()).await, "what is done may come again");
    assert!(put(&database.db, job(JobKind::Certainty)).await && put(&database.db, job(JobKind::Certainty)).await);
}

#[both]
async fn a_job_of_another_pool_or_of_another_versions_kind_is_left_alone(database: Database) {
    put(&database.db, job(JobKind::Certainty)).await;
    assert!(claim(&database.db, Pool::Quick, noon()).await.is_none());
    assert!(database.db.due(Pool::Quick, noon(), noon()).await.unwrap().is_none());
    assert!(database.db.due(Pool::Slow, noon(), noon()).await.unwrap().is_some());
}

#[both]
async fn what_has_priority_goes_first_however_late_it_came_and_then_who_came_first(database: Database) {
    let (earlier, later) = (job(JobKind::Score), job(JobKind::Score));
    let expected = [earlier.subject, later.subject];
    put(&database.db, earlier).await;
    put(&database.db, later).await;
    let timer = job(JobKind::Timer);
    let first = timer.subject;
    put(&database.db, timer).await;
    for subject in [first, expected[0], expected[1]] {
        assert_eq!(claim(&database.db, Pool::Quick, noon()).await.unwrap().subject, subject);
    }
}

#[both]
async fn an_attempt_that_does_not_count_is_given_back_and_its_number_is_not(database: Database) {
    let db = &database.db;
    put(db, job(JobKind::Certainty)).await;
    for attempt in 1..=9 {
        let taken = claim(db, Pool::Slow, noon()).await.unwrap();
        assert_eq!((taken.attempt, taken.attempts_left, taken.unreturned), (attempt, 2, 1));
        let mut tx = db.begin().await.unwrap();
        assert!(tx.retry_job(&taken, false, noon(), "away").await.unwrap());
        tx.commit().await.unwrap();
    }
}

#[both]
async fn who_lost_a_dead_job_that_was_put_back_writes_nothing(database: Database) {
    let db = &database.db;
    put(db, job(JobKind::Certainty)).await;
    let mut now = noon();
    let first = claim(db, Pool::Slow, now).await.unwrap();
    while claim(db, Pool::Slow, now).await.is_none_or(|taken| taken.attempts_left >= 0) {
        now += LEASE;
    }
    let dead = db.dead_jobs(10).await.unwrap();
    assert_eq!(dead.iter().map(|dead| (dead.id, dead.attempts)).collect::<Vec<_>>(), [(first.id, 4)]);
    let mut tx = db.begin().await.unwrap();
    assert!(tx.revive_job(first.id, 3, now).await.unwrap());
    assert!(!tx.revive_job(first.id, 3, now).await.unwrap() && !tx.drop_job(first.id).await.unwrap());
    tx.commit().await.unwrap();
    let again = claim(db, Pool::Slow, now).await.unwrap();
    assert_eq!((again.id, again.attempts_left, again.unreturned), (first.id, 2, 1));
    let mut tx = db.begin().await.unwrap();
    assert!(!tx.finish_job(&first).await.unwrap() && !tx.extend_lease(&first, now + LEASE).await.unwrap());
    assert!(!tx.bury_job(&first, "late").await.unwrap());
    assert!(!tx.retry_job(&first, true, now, "late").await.unwrap());
    assert!(tx.finish_job(&again).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(db.job_tallies(now).await.unwrap(), []);
}

#[both]
async fn all_dead_jobs_of_a_kind_are_put_back_and_those_of_others_stay(database: Database) {
    let db = &database.db;
    for kind in [JobKind::Idle, JobKind::Certainty] {
        put(db, job(kind)).await;
        let mut now = noon();
        while claim(db, kind.rules().pool, now).await.is_none_or(|taken| taken.attempts_left >= 0) {
            now += LEASE;
        }
    }
    let revive = async || {
        let mut tx = db.begin().await.unwrap();
        let revived = tx.revive_jobs(JobKind::Idle, noon()).await.unwrap();
        tx.commit().await.unwrap();
        revived
    };
    assert!(revive().await && !revive().await);
    let back = claim(db, Pool::Quick, noon()).await.unwrap();
    assert_eq!((back.kind, back.attempts_left), (JobKind::Idle, JobKind::Idle.rules().attempts - 1));
    assert_eq!(db.dead_jobs(10).await.unwrap().len(), 1);
}

#[both]
async fn the_one_that_has_been_due_longest_is_told_and_what_is_for_later_is_not(database: Database) {
    let (db, kind) = (&database.db, JobKind::Certainty);
    let since = noon() - TimeDelta::minutes(3);
    for run_at in [since, noon(), noon() + TimeDelta::days(1)] {
        put(db, NewJob { run_at, ..job(kind) }).await;
    }
    let told = tally(db, kind, noon()).await.unwrap();
    assert_eq!((told.waiting, told.running, told.dead, told.oldest), (3, 0, 0, Some(since)));
    // A lease that ran out is due since then.
    assert_eq!(claim(db, Pool::Slow, noon()).await.unwrap().attempt, 1);
    let told = tally(db, kind, noon() + LEASE).await.unwrap();
    assert_eq!((told.waiting, told.running, told.oldest), (2, 1, Some(noon())));
}
