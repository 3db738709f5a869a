//! What is promised about submissions, on both databases.

use both::both;
use domain::ErrorCode;
use domain::access::Actor;
use domain::leaderboards::{Change, Side};
use domain::submissions::{Note, Status};
use platform::testing::{Store, by, noon, person, team_of_two};
use std::path::PathBuf;
use std::sync::Arc;
use storage::Db;

use crate::common::{again, changed, open_competition, stored, submit, submit_and_score, upload};
use chrono::Duration;
use platform::competitions::sample;
use platform::{competitions, jobs, leaderboards, submissions};

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_parallel_submissions_against_a_quota_of_ten_accept_exactly_ten(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let competition = changed(&store, &competition, |settings| settings.quota.in_flight = None).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let shared = Arc::new((services.clone(), competition, team, leader));
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move { submit(&shared.0, &shared.1, &shared.2, &shared.3, "svc.csv").await })
        })
        .collect();
    let mut accepted = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(answer) => accepted.push(answer.submission.number),
            Err(error) => assert_eq!(error.code(), Some(ErrorCode::QuotaExceeded), "{}: {error}", store.name),
        }
    }
    accepted.sort_unstable();
    assert_eq!(accepted, (1..=10).collect::<Vec<_>>());
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 10);
}

#[both]
async fn the_quota_resets_at_midnight_in_the_competitions_zone(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let competition = changed(&store, &competition, |settings| settings.quota.per_day = Some(1)).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let first = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap();
    assert_eq!(first.quota.left_today, Some(0));
    let refused = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::QuotaExceeded));
    services.clock.set("2026-11-21T14:59:59Z".parse().unwrap());
    assert!(submit(&services, &competition, &team, &leader, "svc.csv").await.is_err());
    services.clock.set("2026-11-21T15:00:00Z".parse().unwrap());
    assert!(submit(&services, &competition, &team, &leader, "svc.csv").await.is_ok());
}

#[both]
async fn a_wrong_file_is_refused_with_its_lines_and_costs_nothing(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let mut wrong = upload("svc.csv");
    wrong.bytes = String::from_utf8(wrong.bytes.to_vec()).unwrap().replacen("0.146098", "1.2", 1).into();
    let error = submissions::accept(&services, &competition, &team, &by(&leader), wrong).await.unwrap_err();
    let platform::Error::App(error) = error else { panic!("{error}") };
    assert_eq!(error.code, ErrorCode::InvalidFile);
    let first = &error.file.unwrap().first[0];
    assert_eq!((first.line, first.value.as_deref()), (Some(2), Some("1.2")));
    let quota = submissions::quota(&services, &competition, &team, &by(&leader)).await.unwrap();
    assert_eq!(quota.used.today, 0);
    let (rows, total) = submissions::list(&services, &competition, &team, &by(&leader), 10, 0).await.unwrap();
    assert!(rows.is_empty() && total == 0);
}

#[both]
async fn a_dry_run_checks_everything_and_counts_nowhere(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let mut dry = upload("svc.csv");
    dry.dry_run = true;
    let answer = submissions::accept(&services, &competition, &team, &by(&leader), dry).await.unwrap();
    assert!(matches!(answer.submission.note, Some(Note::Passed { rows: 228, .. })), "{:?}", answer.submission.note);
    assert_eq!(answer.quota.used.today, 0);
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 0);
    let competition = again(&services, &competition).await;
    let leaderboard = leaderboards::get(&services, &competition, &competition.stages[1], Side::Public).await.unwrap();
    assert!(leaderboard.rows.is_empty());
}

#[both]
async fn the_same_idempotency_key_gives_the_same_submission_and_another_file_is_refused(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let keyed = |file: &str| submissions::Upload { idempotency_key: Some("run-7".into()), ..upload(file) };
    let first = submissions::accept(&services, &competition, &team, &by(&leader), keyed("svc.csv")).await.unwrap();
    let second = submissions::accept(&services, &competition, &team, &by(&leader), keyed("svc.csv")).await.unwrap();
    assert_eq!(first.submission.id, second.submission.id);
    assert!(second.repeated && second.quota.used.today == 1);
    let other = submissions::accept(&services, &competition, &team, &by(&leader), keyed("mlp.csv")).await.unwrap_err();
    assert_eq!(other.code(), Some(ErrorCode::IdempotencyMismatch));
}

#[both]
async fn only_members_of_a_team_that_is_large_enough_submit_and_only_while_the_stage_is_open(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let stranger = person(&services, "stranger").await;
    let refused = submit(&services, &competition, &team, &stranger, "svc.csv").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotMember));
    let member = team.members.iter().find(|m| m.user_id != leader.id).unwrap().user_id;
    platform::teams::remove(&services, &team, &by(&leader), member).await.unwrap();
    // The door still holds the team as it was read before.
    let refused = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TeamTooSmall));
    let (team, leader, _) = team_of_two(&services, &competition, "naru").await;
    services.clock.advance(Duration::days(13));
    let refused = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::StageClosed));
}

#[both]
async fn a_private_score_reaches_its_own_team_only_after_the_reveal(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    submit_and_score(&services, &competition, &team, &leader, "svc.csv").await;
    let (rows, _) = submissions::list(&services, &competition, &team, &by(&leader), 10, 0).await.unwrap();
    assert_eq!((rows[0].status, rows[0].private_score), (Status::Scored, None));
    assert_eq!(rows[0].public_score, Some(0.934_94));
    let stage = again(&services, &competition).await.stages[1].clone();
    let hidden = leaderboards::get(&services, &competition, &stage, Side::Private).await.unwrap_err();
    assert_eq!(hidden.code(), Some(ErrorCode::PrivateNotRevealed));

    services.clock.set(stage.reveal_at.unwrap());
    let (_, one) = submissions::get(&services, rows[0].id.0, &by(&leader)).await.unwrap();
    assert_eq!(one.private_score, Some(0.916_17));
    let leaderboard = leaderboards::get(&services, &competition, &stage, Side::Private).await.unwrap();
    assert_eq!(leaderboard.rows.iter().map(|row| row.score).collect::<Vec<_>>(), [0.916_17]);
}

#[both]
async fn secondary_metrics_stand_beside_the_score_and_their_private_values_wait_for_the_reveal(store: Store) {
    let is = |value: Option<&f64>, expected: f64| value == Some(&expected);
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    submit_and_score(&services, &competition, &team, &leader, "svc.csv").await;
    let (rows, _) = submissions::list(&services, &competition, &team, &by(&leader), 10, 0).await.unwrap();
    assert!(is(rows[0].secondary_public.get("average_precision"), 0.895_38));
    let sensitivity = "sensitivity_at_specificity(specificity=0.9)";
    assert!(is(rows[0].secondary_public.get(sensitivity), 0.896_55));
    assert!(rows[0].secondary_private.is_empty());
    let competition = again(&services, &competition).await;
    let stage = competition.stages[1].clone();
    let leaderboard = leaderboards::get(&services, &competition, &stage, Side::Public).await.unwrap();
    assert_eq!(leaderboard.rows[0].secondary, rows[0].secondary_public);

    services.clock.set(stage.reveal_at.unwrap());
    let (_, one) = submissions::get(&services, rows[0].id.0, &by(&leader)).await.unwrap();
    assert!(is(one.secondary_private.get("average_precision"), 0.892_05));
    assert!(is(one.secondary_private.get(sensitivity), 0.696_43));
    let leaderboard = leaderboards::get(&services, &competition, &stage, Side::Private).await.unwrap();
    assert_eq!(leaderboard.rows[0].secondary, one.secondary_private);
}

#[both]
async fn the_packed_ids_are_the_samples_and_known_by_their_version_only(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let schema = submissions::schema(&services, &competition).await.unwrap();
    let version = sample::version(&services, &competition, &schema).await.unwrap().unwrap();
    let packed = sample::packed_ids(&services, &competition, &version, &Actor::browser(None, None)).await.unwrap();
    let ids = scoring::Ids::unpack(packed.to_vec()).finish().unwrap();
    let file = competitions::download(&services, &competition, "sample_submission.csv", &Actor::browser(None, None))
        .await
        .unwrap();
    let file = services.files.get(&file.storage_key).await.unwrap();
    let expected = scoring::Ids::from_csv(&file, "id").unwrap();
    assert_eq!(ids.iter().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    assert_eq!(ids.len(), 228);
    let wrong =
        sample::packed_ids(&services, &competition, "0123456789abcdef", &Actor::browser(None, None)).await.unwrap_err();
    assert_eq!(wrong.code(), Some(ErrorCode::NotFound));
    let events = scoring::Schema { repeats: true, ..schema };
    assert_eq!(sample::version(&services, &competition, &events).await.unwrap(), None, "any series may be in a file");
}

#[both]
async fn a_file_may_be_as_large_as_the_competition_says_and_no_larger(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let mut small = competition.clone();
    small.settings.file_mb = 1;
    let mut large = upload("svc.csv");
    large.bytes = vec![b'1'; 1024 * 1024 + 1].into();
    let refused = submissions::accept(&services, &small, &team, &by(&leader), large).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooLarge));
    let mut allowed = upload("svc.csv");
    allowed.bytes = vec![b'1'; 1024 * 1024 + 1].into();
    let read = submissions::accept(&services, &competition, &team, &by(&leader), allowed).await.unwrap_err();
    assert_eq!(read.code(), Some(ErrorCode::InvalidFile), "read, and found wrong for another reason");
}

#[both]
async fn another_teams_submission_does_not_exist_for_a_stranger(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let (_, other, _) = team_of_two(&services, &competition, "naru").await;
    let answer = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap();
    let id = answer.submission.id.0;
    assert_eq!(submissions::get(&services, id, &by(&other)).await.unwrap_err().code(), Some(ErrorCode::NotFound));
    assert_eq!(submissions::file(&services, id, &by(&other)).await.unwrap_err().code(), Some(ErrorCode::NotFound));
    let listed = submissions::list(&services, &competition, &team, &by(&other), 10, 0).await.unwrap_err();
    assert_eq!(listed.code(), Some(ErrorCode::NotMember));
}

#[both]
async fn the_board_ranks_the_best_public_score_and_equal_scores_by_time(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (garam, garam_leader, _) = team_of_two(&services, &competition, "garam").await;
    let (naru, naru_leader, _) = team_of_two(&services, &competition, "naru").await;
    let (haneul, haneul_leader, _) = team_of_two(&services, &competition, "haneul").await;
    submit_and_score(&services, &competition, &naru, &naru_leader, "svc.csv").await;
    submit_and_score(&services, &competition, &garam, &garam_leader, "tree.csv").await;
    submit_and_score(&services, &competition, &garam, &garam_leader, "svc.csv").await;
    submit_and_score(&services, &competition, &haneul, &haneul_leader, "mlp.csv").await;
    let competition = again(&services, &competition).await;
    let stage = &competition.stages[1];
    assert_eq!(stage.leaderboard_version, 4);
    let leaderboard = leaderboards::get(&services, &competition, stage, Side::Public).await.unwrap();
    let names: Vec<_> = leaderboard.rows.iter().map(|row| (row.rank, row.team_name.as_str(), row.tied_first)).collect();
    assert_eq!(names, [(1, "haneul", false), (2, "naru", true), (3, "garam", false)]);
    assert_eq!(leaderboard.rows[2].steps.len(), 2);
    assert_eq!(leaderboard.baselines.len(), 1);
}

#[both]
async fn rank_changes_are_counted_over_24_hours_whatever_the_date(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (garam, garam_leader, _) = team_of_two(&services, &competition, "garam").await;
    let (naru, naru_leader, _) = team_of_two(&services, &competition, "naru").await;
    submit_and_score(&services, &competition, &naru, &naru_leader, "svc.csv").await;
    submit_and_score(&services, &competition, &garam, &garam_leader, "tree.csv").await;
    services.clock.advance(Duration::hours(30));
    submit_and_score(&services, &competition, &garam, &garam_leader, "mlp.csv").await;
    let changes = async || {
        let competition = again(&services, &competition).await;
        let stage = &competition.stages[1];
        let leaderboard = leaderboards::get(&services, &competition, stage, Side::Public).await.unwrap();
        leaderboard.rows.iter().map(|row| row.change).collect::<Vec<_>>()
    };
    let moved = [Change::By(1), Change::By(-1)];
    assert_eq!(changes().await, moved);
    // Past midnight in Seoul, then past the 24 hours, without a new submission.
    services.clock.advance(Duration::hours(20));
    assert_eq!(changes().await, moved);
    services.clock.advance(Duration::hours(5));
    assert_eq!(changes().await, [Change::By(0), Change::By(0)]);
}

/// Where the file of the only submission lies.
fn only_file(store: &Store) -> PathBuf {
    let mut files = stored(store, "submissions");
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[both]
async fn a_submission_that_could_not_be_scored_waits_and_is_scored_once_the_file_is_back(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let answer = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap();
    // Its file is held back, so the first attempt fails after the claim; then the storage is whole again.
    let path = only_file(&store);
    let away = path.with_extension("away");
    std::fs::rename(&path, &away).unwrap();
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 1);
    let (_, waiting) = submissions::get(&services, answer.submission.id.0, &by(&leader)).await.unwrap();
    assert!(!waiting.status.finished());
    std::fs::rename(&away, &path).unwrap();
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 0, "not before its time");
    services.clock.advance(Duration::seconds(2));
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 1);
    let (_, scored) = submissions::get(&services, answer.submission.id.0, &by(&leader)).await.unwrap();
    assert_eq!(scored.status, Status::Scored);
    assert_eq!(again(&services, &competition).await.stages[1].leaderboard_version, 1);
}

#[both]
async fn after_five_failures_of_ours_the_submission_fails_and_the_quota_is_given_back(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let answer = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap();
    let path = only_file(&store);
    std::fs::remove_file(path).unwrap();
    for attempt in 0..5 {
        assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 1, "attempt {attempt} on {}", store.name);
        services.clock.advance(Duration::seconds(60));
    }
    let (_, failed) = submissions::get(&services, answer.submission.id.0, &by(&leader)).await.unwrap();
    assert_eq!((failed.status, failed.counts), (Status::Failed, false));
    assert!(matches!(failed.note, Some(Note::Internal { .. })));
    let quota = submissions::quota(&services, &competition, &team, &by(&leader)).await.unwrap();
    assert_eq!((quota.used.today, quota.used.in_flight), (0, 0));
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_never_score_one_submission_twice_into_the_board(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let competition = changed(&store, &competition, |settings| settings.quota.in_flight = None).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    for _ in 0..8 {
        submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap();
    }
    // A second process on the same database.
    let second = store.services(noon()).await;
    let (one, two) = tokio::join!(jobs::run_until_idle(&services), jobs::run_until_idle(&second));
    assert_eq!(one.unwrap() + two.unwrap(), 8);
    let competition = again(&services, &competition).await;
    assert_eq!(competition.stages[1].leaderboard_version, 8);
    let leaderboard = leaderboards::get(&services, &competition, &competition.stages[1], Side::Public).await.unwrap();
    assert_eq!(leaderboard.rows[0].submissions, 8);
}

#[both]
async fn a_team_with_many_waiting_submissions_does_not_hold_up_the_others(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let competition = changed(&store, &competition, |settings| settings.quota.in_flight = None).await;
    let (garam, garam_leader, _) = team_of_two(&services, &competition, "garam").await;
    let (naru, naru_leader, _) = team_of_two(&services, &competition, "naru").await;
    for _ in 0..5 {
        submit(&services, &competition, &garam, &garam_leader, "svc.csv").await.unwrap();
        services.clock.advance(Duration::seconds(1));
    }
    let late = submit(&services, &competition, &naru, &naru_leader, "mlp.csv").await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    // The version of the leaderboard that first shows it tells when it was scored.
    let sql = "SELECT leaderboard_version FROM submissions WHERE id = $1";
    let id = late.submission.id.0;
    let place: i64 = match &store.db {
        Db::Sqlite { read, .. } => {
            sqlx::query_scalar(sql).bind(id).fetch_one(&mut *read.get().await.unwrap()).await.unwrap()
        }
        Db::Postgres(pool) => sqlx::query_scalar(sql).bind(id).fetch_one(pool).await.unwrap(),
    };
    assert_eq!(place, 2);
}
