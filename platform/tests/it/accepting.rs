//! What is promised about accepting: repeated requests, the moment that counts, dry runs, what is left of what failed.

use std::sync::Arc;

use both::both;
use chrono::Duration;
use domain::ErrorCode;
use domain::access::{Actor, Scopes, Via};
use domain::competitions::Competition;
use domain::submissions::{Note, Status};
use platform::submissions::{Upload, accept, team_for};
use platform::testing::{Store, by, noon, postgres, team_of_two, to_score};
use platform::{competitions, jobs, submissions, teams};
use storage::Db;
use tokio::sync::watch;

use crate::common::{again, changed, open_competition, stored, submit, upload};

fn keyed(file: &str) -> Upload {
    Upload { idempotency_key: Some("run-7".into()), ..upload(file) }
}

fn dry(file: &str) -> Upload {
    Upload { dry_run: true, ..upload(file) }
}

async fn run(db: &Db, sql: &'static str) {
    match db {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
    }
    .unwrap();
}

#[both]
async fn a_repeated_request_gets_its_first_answer_with_the_quota_used_up_and_after_the_deadline(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let competition = changed(&store, &competition, |settings| settings.quota.per_day = Some(1)).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let first = accept(&services, &competition, &team, &by(&leader), keyed("svc.csv")).await.unwrap();
    let repeat = async || {
        let key = keyed("svc.csv").idempotency_key;
        let own = teams::of(&services, &competition, &leader).await.unwrap();
        let now = services.clock.now();
        let team = team_for(&services, &competition, own, &by(&leader), key.as_deref(), now).await.unwrap();
        accept(&services, &competition, &team, &by(&leader), keyed("svc.csv")).await.unwrap()
    };
    let full = repeat().await;
    assert!(full.repeated && full.submission.id == first.submission.id);
    services.clock.advance(Duration::days(13));
    let late = repeat().await;
    assert!(late.repeated && late.submission.id == first.submission.id);
    // Another key is another submission, and that is too late.
    let own = teams::of(&services, &competition, &leader).await.unwrap();
    let other = team_for(&services, &competition, own, &by(&leader), Some("run-8"), services.clock.now()).await;
    assert_eq!(other.unwrap_err().code(), Some(ErrorCode::StageClosed));
    assert_eq!(stored(&store, "submissions").len(), 1);
}

#[both]
async fn a_member_who_has_left_or_whose_team_has_ended_gets_the_first_answer_and_no_score(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let first = accept(&services, &competition, &team, &by(&member), keyed("svc.csv")).await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    run(&store.db, "UPDATE teams SET ended = 'withdrawn'").await;
    run(&store.db, "DELETE FROM members WHERE user_id <> (SELECT leader_id FROM teams)").await;
    let own = teams::of(&services, &competition, &member).await.unwrap();
    assert!(own.is_none());
    let now = services.clock.now();
    let team = team_for(&services, &competition, own, &by(&member), Some("run-7"), now).await.unwrap();
    let again = accept(&services, &competition, &team, &by(&member), keyed("svc.csv")).await.unwrap();
    assert_eq!((again.repeated, again.submission.id), (true, first.submission.id));
    assert_eq!((again.submission.status, again.submission.public_score), (Status::Queued, None));
    let of_leader = accept(&services, &competition, &team, &by(&leader), keyed("svc.csv")).await.unwrap();
    assert_eq!((of_leader.submission.id, of_leader.submission.status), (first.submission.id, Status::Scored));
    // A stranger who knows the key learns nothing.
    let (_, stranger, _) = team_of_two(&services, &competition, "naru").await;
    let refused = accept(&services, &competition, &team, &by(&stranger), keyed("svc.csv")).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotMember));
}

#[both]
async fn a_key_of_a_dry_run_does_not_submit_and_says_so(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let tried = Upload { dry_run: true, ..keyed("svc.csv") };
    let first = accept(&services, &competition, &team, &by(&leader), tried.clone()).await.unwrap();
    let repeated = accept(&services, &competition, &team, &by(&leader), tried).await.unwrap();
    assert_eq!((repeated.repeated, repeated.submission.id), (true, first.submission.id));
    let earnest = accept(&services, &competition, &team, &by(&leader), keyed("svc.csv")).await.unwrap_err();
    assert_eq!(earnest.code(), Some(ErrorCode::IdempotencyMismatch));
}

async fn end_of_stage(store: &Store, competition: &Competition, ends_at: chrono::DateTime<chrono::Utc>) {
    let (sql, id) = ("UPDATE stages SET ends_at = $1 WHERE id = $2", competition.stages[1].id.0);
    match &store.db {
        Db::Sqlite { write, .. } => sqlx::query(sql).bind(ends_at).bind(id).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::query(sql).bind(ends_at).bind(id).execute(pool).await.map(|_| ()),
    }
    .unwrap();
}

#[both]
async fn the_arrival_counts_for_the_deadline_the_day_and_the_order(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let competition = changed(&store, &competition, |settings| settings.quota.per_day = Some(1)).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let end = competition.stages[1].ends_at.unwrap();
    let arrived = |before: Duration| Upload { received_at: Some(end - before), ..upload("svc.csv") };
    // The end is at 18:00 in Seoul. A body that comes a day later belongs to the day on which its head arrived.
    services.clock.set(end + Duration::hours(20));
    let accepted = accept(&services, &competition, &team, &by(&leader), arrived(Duration::seconds(1))).await.unwrap();
    assert_eq!(accepted.submission.created_at, end - Duration::seconds(1));
    let full = accept(&services, &competition, &team, &by(&leader), arrived(Duration::seconds(2))).await.unwrap_err();
    assert_eq!(full.code(), Some(ErrorCode::QuotaExceeded));
    let the_day_before = arrived(Duration::hours(24));
    let accepted = accept(&services, &competition, &team, &by(&leader), the_day_before).await.unwrap();
    assert_eq!(accepted.quota.used.today, 1, "of its own day, on {}", store.name);
    let late = accept(&services, &competition, &team, &by(&leader), arrived(Duration::zero())).await.unwrap_err();
    assert_eq!(late.code(), Some(ErrorCode::StageClosed));
}

#[both]
async fn an_edit_of_deadline_or_quota_counts_for_what_is_under_way(store: Store) {
    let (services, before) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &before, "garam").await;
    end_of_stage(&store, &before, noon() - Duration::seconds(1)).await;
    let refused = submit(&services, &before, &team, &leader, "svc.csv").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::StageClosed));
    end_of_stage(&store, &before, noon() + Duration::hours(1)).await;
    changed(&store, &before, |settings| settings.quota.per_day = Some(1)).await;
    submit(&services, &before, &team, &leader, "svc.csv").await.unwrap();
    let refused = submit(&services, &before, &team, &leader, "svc.csv").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::QuotaExceeded));
    changed(&store, &before, |settings| settings.team.min = 3).await;
    let refused = submit(&services, &before, &team, &leader, "svc.csv").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TeamTooSmall));
    assert_eq!(stored(&store, "submissions").len(), 1, "what was refused left no file, on {}", store.name);
}

#[both]
async fn a_dry_run_keeps_no_file_and_sixty_an_hour_are_allowed_and_kept(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let try_out = async || accept(&services, &competition, &team, &by(&leader), dry("svc.csv")).await;
    let first = try_out().await.unwrap().submission;
    assert!(stored(&store, "submissions").is_empty());
    let none = submissions::file(&services, first.id.0, &by(&leader)).await.unwrap_err();
    assert_eq!(none.code(), Some(ErrorCode::NotFound));
    let (_, shown) = submissions::get(&services, first.id.0, &by(&leader)).await.unwrap();
    assert!(matches!(shown.note, Some(Note::Passed { rows: 228, .. })));
    for _ in 1..60 {
        services.clock.advance(Duration::seconds(1));
        try_out().await.unwrap();
    }
    let refused = domain::AppError::from(try_out().await.unwrap_err());
    assert_eq!((refused.code, refused.retry_after), (ErrorCode::DryRunLimit, Some(3600 - 59)));
    // In earnest it still goes, and another team may try.
    submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap();
    let (naru, naru_leader, _) = team_of_two(&services, &competition, "naru").await;
    accept(&services, &competition, &naru, &by(&naru_leader), dry("svc.csv")).await.unwrap();
    services.clock.advance(Duration::seconds(3600 - 59));
    try_out().await.unwrap();
    let (_, total) = submissions::list(&services, &competition, &team, &by(&leader), 1, 0).await.unwrap();
    assert_eq!(total, 1 + 60, "the oldest gave way, on {}", store.name);
}

#[both]
async fn a_dry_run_is_possible_when_the_quota_is_used_up_and_refused_before_the_body_when_both_are(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let competition = changed(&store, &competition, |settings| settings.quota.per_day = Some(0)).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let now = services.clock.now();
    let begin = async || team_for(&services, &competition, Some(team.clone()), &by(&leader), None, now).await;
    begin().await.unwrap();
    for _ in 0..60 {
        accept(&services, &competition, &team, &by(&leader), dry("svc.csv")).await.unwrap();
    }
    assert_eq!(begin().await.unwrap_err().code(), Some(ErrorCode::QuotaExceeded));
}

#[both]
async fn a_memo_and_a_file_name_hold_nothing_that_turns_or_hides_what_stands_beside_them(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let odd = |text: &str| text.to_owned();
    let (memo, file_name) = (odd("\u{202E}첫 \u{2066}시도\u{1b}[31m"), odd("\u{202E}vsc.\u{200B}csv"));
    let accepted =
        accept(&services, &competition, &team, &by(&leader), Upload { memo, file_name, ..upload("svc.csv") }).await;
    let kept = accepted.unwrap().submission;
    assert_eq!((kept.memo.as_str(), kept.file_name.as_str()), ("첫 시도[31m", "vsc.csv"));
}

#[both]
async fn a_file_goes_only_where_surely_no_row_names_it(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    // A fault in the middle of the transaction; of one at its end nobody could say whether it happened.
    run(&store.db, "ALTER TABLE jobs RENAME TO away").await;
    let fault = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap_err();
    assert_eq!((fault.code(), stored(&store, "submissions").len()), (None, 1));
    run(&store.db, "ALTER TABLE away RENAME TO jobs").await;
    let competition = changed(&store, &competition, |settings| settings.quota.per_day = Some(0)).await;
    let refused = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap_err();
    assert_eq!((refused.code(), stored(&store, "submissions").len()), (Some(ErrorCode::QuotaExceeded), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_workers_than_connections_never_wait_for_each_other() {
    let mut store = postgres().await;
    // One is the listener's.
    store.config.connections = 2;
    let (services, competition) = open_competition(&store).await;
    let competition = changed(&store, &competition, |settings| {
        settings.quota.per_day = None;
        settings.quota.total = None;
        settings.quota.in_flight = None;
    })
    .await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let (stopping, stop) = watch::channel(false);
    let workers = tokio::spawn(jobs::run(services.clone(), 4, stop));
    let shared = Arc::new((services.clone(), competition, team, leader));
    for round in 0..8 {
        let tasks: Vec<_> = (0..30)
            .map(|_| {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move { submit(&shared.0, &shared.1, &shared.2, &shared.3, "svc.csv").await })
            })
            .collect();
        for task in tasks {
            assert!(task.await.unwrap().is_ok(), "round {round}");
        }
    }
    while to_score(&services).await != (0, 0) {
        jobs::run_until_idle(&services).await.unwrap();
        tokio::task::yield_now().await;
    }
    stopping.send(true).unwrap();
    workers.await.unwrap();
    assert_eq!(again(&services, &shared.1).await.stages[1].leaderboard_version, 240);
}

#[both]
async fn a_board_without_a_database_is_told_to_come_again(store: Store) {
    let (services, _) = open_competition(&store).await;
    services.db.close().await;
    let away = domain::AppError::from(competitions::get(&services, "breast-cancer").await.unwrap_err());
    assert_eq!((away.code, away.retry_after), (ErrorCode::TryAgain, Some(5)));
}

#[both]
async fn a_submission_whose_job_cannot_be_written_is_not_there_either_and_the_next_one_is_accepted(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    run(&store.db, "ALTER TABLE jobs RENAME TO jobs_away").await;
    assert!(submit(&services, &competition, &team, &leader, "svc.csv").await.is_err());
    run(&store.db, "ALTER TABLE jobs_away RENAME TO jobs").await;
    let accepted = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap();
    assert_eq!((accepted.submission.number, accepted.quota.used.total), (1, 1));
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 1);
}

#[both]
async fn a_token_that_submits_alone_is_told_that_it_was_accepted_and_never_how_it_went_on(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let sent = || Upload { idempotency_key: Some("run-1".into()), ..upload("svc.csv") };
    let by_token = |scopes: &str| Actor { via: Via::Token(Scopes::from_keys(scopes)), ..by(&leader) };
    let answer = async |scopes: &str| accept(&services, &competition, &team, &by_token(scopes), sent()).await.unwrap();
    let first = answer("submit").await.submission;
    jobs::run_until_idle(&services).await.unwrap();
    let again = answer("submit").await;
    assert!(again.repeated && again.submission == first, "{:?} on {}", again.submission, store.name);
    let read = answer("read submit").await.submission;
    assert!(read.public_score.is_some() && read.status == Status::Scored, "{read:?}");
}
