//! Two teams that become one, on both databases.

use std::sync::Arc;

use both::both;
use chrono::Duration;
use domain::ErrorCode;
use domain::accounts::User;
use domain::competitions::Competition;
use domain::ids::TeamNumber;
use domain::leaderboards::Side;
use domain::teams::Team;
use platform::submissions::Upload;
use platform::testing::{Store, by, organizes, person, team_of_two};
use platform::{Result, Services, audit, jobs, leaderboards, participation, submissions, teams};

use crate::common::{again, changed, open_competition, submit, submit_and_score, upload};

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Option<ErrorCode> {
    outcome.unwrap_err().code()
}

/// What is offered to a team first.
async fn accept(services: &Services, team: &Team, leader: &User) -> Result<()> {
    let got = teams::merges(services, team, leader).await.unwrap().got;
    teams::accept_merge(services, team, &by(leader), got[0].id).await
}

/// Numbers and counts of submissions on the public leaderboard.
async fn board(services: &Services, competition: &Competition) -> Vec<(TeamNumber, i64)> {
    let competition = again(services, competition).await;
    let stage = competition.current_stage(services.clock.now()).unwrap();
    let board = leaderboards::get(services, &competition, stage, Side::Public).await.unwrap();
    board.rows.iter().map(|row| (row.team_number, row.submissions)).collect()
}

#[both]
async fn what_both_have_submitted_and_who_was_in_either_is_one_teams_at_once(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (stays, leader, _) = team_of_two(&services, &competition, "garam").await;
    let (ends, other, second) = team_of_two(&services, &competition, "naru").await;
    for file in ["tree.csv", "svc.csv"] {
        submit_and_score(&services, &competition, &stays, &leader, file).await;
        submit_and_score(&services, &competition, &ends, &other, file).await;
    }
    submit_and_score(&services, &competition, &ends, &second, "mlp.csv").await;
    assert_eq!(board(&services, &competition).await.len(), 2);

    teams::offer_merge(&services, &ends, &by(&other), stays.number).await.unwrap();
    let made = teams::merges(&services, &ends, &second).await.unwrap().made;
    let got = teams::merges(&services, &stays, &leader).await.unwrap().got;
    assert_eq!((made[0].number, made[0].members), (stays.number, 2), "both teams see it");
    assert_eq!((got[0].number, got[0].name.as_str()), (ends.number, "naru"));
    accept(&services, &stays, &leader).await.unwrap();

    for user in [&leader, &other, &second] {
        let team = teams::of(&services, &competition, user).await.unwrap().unwrap();
        assert_eq!((team.id, team.leader_id, team.members.len()), (stays.id, leader.id, 4));
        let (rows, total) = submissions::list(&services, &competition, &team, &by(user), 10, 0).await.unwrap();
        let mut numbers: Vec<_> = rows.iter().map(|row| row.number).collect();
        numbers.sort_unstable();
        assert_eq!((total, numbers), (5, vec![1, 2, 3, 4, 5]), "none is lost and each has a number of its own");
    }
    assert_eq!(board(&services, &competition).await, [(stays.number, 5)], "the leaderboard follows at once");
    let joint = teams::of(&services, &competition, &other).await.unwrap().unwrap();
    let quota = submissions::quota(&services, &competition, &joint, &by(&other)).await.unwrap();
    assert_eq!((quota.used.today, quota.used.total), (5, 5), "their quotas count together");
    let ended = teams::by_number(&services, &competition, ends.number).await.unwrap();
    assert!(ended.is_merged() && ended.members.is_empty());

    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    for team in [&stays, &ends] {
        let history = audit::history(&services, &competition, team, &by(&organizer), 1).await.unwrap();
        assert!(history.entries.iter().any(|entry| entry.deed == domain::audit::Deed::MergeTeams), "{}", team.name);
    }
    let told = teams::memberships(&services, &competition, &by(&organizer), &ends).await.unwrap();
    assert!(told.len() == 2 && told.iter().all(|one| one.left_at == Some(services.clock.now())));
    assert_eq!(teams::memberships(&services, &competition, &by(&organizer), &stays).await.unwrap().len(), 4);
}

#[both]
async fn a_merge_is_offered_by_a_leader_and_accepted_by_the_other_and_ends_by_either(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (stays, leader, member) = team_of_two(&services, &competition, "garam").await;
    let (ends, other, second) = team_of_two(&services, &competition, "naru").await;
    let offer = |user: &User, number| {
        let user = by(user);
        let services = services.clone();
        let ends = ends.clone();
        async move { teams::offer_merge(&services, &ends, &user, number).await }
    };
    assert_eq!(code(offer(&second, stays.number).await), Some(ErrorCode::NotLeader));
    for number in [ends.number, 999] {
        let Err(platform::Error::App(error)) = offer(&other, number).await else { panic!() };
        assert_eq!(error.fields[0].problem.key(), "team_number");
    }
    offer(&other, stays.number).await.unwrap();
    offer(&other, stays.number).await.unwrap();
    let got = teams::merges(&services, &stays, &leader).await.unwrap().got;
    assert_eq!(got.len(), 1, "offering twice changes nothing");
    let id = got[0].id;
    assert_eq!(code(teams::accept_merge(&services, &stays, &by(&member), id).await), Some(ErrorCode::NotLeader));
    assert_eq!(code(teams::accept_merge(&services, &ends, &by(&other), id).await), Some(ErrorCode::NotFound));
    assert_eq!(code(teams::withdraw_merge(&services, &stays, &by(&leader), id).await), Some(ErrorCode::NotFound));
    teams::refuse_merge(&services, &stays, &by(&leader), id).await.unwrap();
    assert_eq!(code(teams::accept_merge(&services, &stays, &by(&leader), id).await), Some(ErrorCode::NotFound));
    offer(&other, stays.number).await.unwrap();
    let id = teams::merges(&services, &stays, &leader).await.unwrap().got[0].id;
    teams::withdraw_merge(&services, &ends, &by(&other), id).await.unwrap();
    assert_eq!(code(teams::accept_merge(&services, &stays, &by(&leader), id).await), Some(ErrorCode::NotFound));
    assert_eq!(teams::merges(&services, &ends, &other).await.unwrap(), teams::Merges::default());
}

#[both]
async fn teams_that_are_too_many_together_or_too_late_do_not_merge(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (stays, leader, _) = team_of_two(&services, &competition, "garam").await;
    let (ends, other, _) = team_of_two(&services, &competition, "naru").await;
    let now = services.clock.now();
    let small = changed(&store, &competition, |settings| settings.team.max = 3).await;
    let refused = teams::offer_merge(&services, &ends, &by(&other), stays.number).await;
    assert_eq!(code(refused), Some(ErrorCode::MergeTooLarge));
    let until = now + Duration::hours(1);
    changed(&store, &small, |settings| {
        settings.team.max = 4;
        settings.merges_until = Some(until);
    })
    .await;
    teams::offer_merge(&services, &ends, &by(&other), stays.number).await.unwrap();
    // Somebody enters meanwhile.
    let kim = person(&services, "kim").await;
    participation::join(&services, &competition, &by(&kim), true).await.unwrap();
    let link = teams::renew_invitation(&services, &stays, &by(&leader)).await.unwrap().code;
    teams::join_by_link(&services, &competition, &by(&kim), &link).await.unwrap();
    assert_eq!(code(accept(&services, &stays, &leader).await), Some(ErrorCode::MergeTooLarge));
    teams::remove(&services, &stays, &by(&leader), kim.id).await.unwrap();
    services.clock.set(until);
    assert_eq!(code(accept(&services, &stays, &leader).await), Some(ErrorCode::MergesClosed));
    let refused = teams::offer_merge(&services, &stays, &by(&leader), ends.number).await;
    assert_eq!(code(refused), Some(ErrorCode::MergesClosed));
    services.clock.set(until - Duration::microseconds(1));
    accept(&services, &stays, &leader).await.unwrap();
}

#[both]
async fn together_they_have_submitted_no_more_than_one_team_could_have_by_now(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let stage = competition.current_stage(services.clock.now()).unwrap();
    services.clock.set(stage.starts_at + Duration::hours(1));
    changed(&store, &competition, |settings| settings.quota.per_day = Some(3)).await;
    let (stays, leader, _) = team_of_two(&services, &competition, "garam").await;
    let (ends, other, _) = team_of_two(&services, &competition, "naru").await;
    for _ in 0..2 {
        submit_and_score(&services, &competition, &stays, &leader, "tree.csv").await;
        submit_and_score(&services, &competition, &ends, &other, "svc.csv").await;
    }
    let Err(platform::Error::App(refused)) = teams::offer_merge(&services, &ends, &by(&other), stays.number).await
    else {
        panic!("four on a day of three");
    };
    assert_eq!(refused.code, ErrorCode::MergeOverQuota);
    assert_eq!((refused.params["have"].as_str(), refused.params["max"].as_str()), ("4", "3"));
    assert!(teams::merges(&services, &stays, &leader).await.unwrap().got.is_empty());
    assert_eq!(board(&services, &competition).await.len(), 2, "what was tried is undone");
    // On the second day one team could have made six.
    services.clock.advance(Duration::days(1));
    teams::offer_merge(&services, &ends, &by(&other), stays.number).await.unwrap();
    for _ in 0..3 {
        submit_and_score(&services, &competition, &ends, &other, "svc.csv").await;
    }
    assert_eq!(
        code(accept(&services, &stays, &leader).await),
        Some(ErrorCode::MergeOverQuota),
        "asked again when it is"
    );
    services.clock.advance(Duration::days(1));
    accept(&services, &stays, &leader).await.unwrap();
}

#[both]
async fn a_team_has_at_most_three_open_offers(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (mine, leader, _) = team_of_two(&services, &competition, "garam").await;
    let mut teams_of = Vec::new();
    for name in ["a1", "b2", "c3", "d4"] {
        teams_of.push(team_of_two(&services, &competition, name).await);
    }
    for (number, (team, other, _)) in teams_of.iter().enumerate() {
        let made = teams::offer_merge(&services, &mine, &by(&leader), team.number).await;
        let got = teams::offer_merge(&services, team, &by(other), mine.number).await;
        if number < 3 {
            assert!(made.is_ok() && got.is_ok());
        } else {
            assert_eq!((code(made), code(got)), (Some(ErrorCode::TooManyMerges), Some(ErrorCode::TooManyMerges)));
        }
    }
    // A team that becomes part of another has nothing open any more.
    accept(&services, &mine, &leader).await.unwrap();
    let left = teams::merges(&services, &mine, &leader).await.unwrap();
    assert_eq!((left.made.len(), left.got.len()), (2, 2));
}

#[both]
async fn a_request_that_is_sent_again_after_the_merge_gets_its_first_answer(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (stays, leader, _) = team_of_two(&services, &competition, "garam").await;
    let (ends, other, _) = team_of_two(&services, &competition, "naru").await;
    let keyed = |file: &str, key: &str| Upload { idempotency_key: Some(key.into()), ..upload(file) };
    // Both have used one key, as notebooks do that count.
    submissions::accept(&services, &competition, &stays, &by(&leader), keyed("tree.csv", "1")).await.unwrap();
    submissions::accept(&services, &competition, &ends, &by(&other), keyed("svc.csv", "1")).await.unwrap();
    let first = submissions::accept(&services, &competition, &ends, &by(&other), keyed("mlp.csv", "2")).await.unwrap();
    teams::offer_merge(&services, &ends, &by(&other), stays.number).await.unwrap();
    accept(&services, &stays, &leader).await.unwrap();
    let own = teams::of(&services, &competition, &other).await.unwrap();
    let now = services.clock.now();
    let team = submissions::team_for(&services, &competition, own, &by(&other), Some("2"), now).await.unwrap();
    let repeated =
        submissions::accept(&services, &competition, &team, &by(&other), keyed("mlp.csv", "2")).await.unwrap();
    assert!(repeated.repeated && repeated.submission.id == first.submission.id);
    // A page that had read the team of before is told to come again.
    let late = submit(&services, &competition, &ends, &other, "tree.csv").await;
    assert_eq!(code(late), Some(ErrorCode::TryAgain));
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 3, "what waited is scored all the same");
    assert_eq!(board(&services, &competition).await, [(stays.number, 3)]);
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn who_submits_for_either_while_they_merge_loses_nothing_and_gains_no_quota(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (stays, leader, _) = team_of_two(&services, &competition, "garam").await;
    let (ends, other, _) = team_of_two(&services, &competition, "naru").await;
    let competition = changed(&store, &competition, |settings| settings.quota.in_flight = None).await;
    teams::offer_merge(&services, &ends, &by(&other), stays.number).await.unwrap();
    let shared = Arc::new((services.clone(), competition.clone()));
    let mut tasks = Vec::new();
    for round in 0..30 {
        if round == 8 {
            let (shared, stays, leader) = (Arc::clone(&shared), stays.clone(), leader.clone());
            tasks.push(tokio::spawn(async move { accept(&shared.0, &stays, &leader).await.map(|()| 0) }));
        }
        for (team, user) in [(&stays, &leader), (&ends, &other)] {
            let (shared, team, user) = (Arc::clone(&shared), team.clone(), user.clone());
            tasks.push(tokio::spawn(async move {
                // As a page does: the team that one is in now.
                let own = teams::of(&shared.0, &shared.1, &user).await?.unwrap_or(team);
                submit(&shared.0, &shared.1, &own, &user, "tree.csv").await.map(|_| 1)
            }));
        }
    }
    let mut accepted = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(one) => accepted += one,
            Err(error) => assert!(
                matches!(error.code(), Some(ErrorCode::QuotaExceeded | ErrorCode::TryAgain)),
                "{error} on {}",
                store.name
            ),
        }
    }
    let joint = teams::of(&services, &competition, &other).await.unwrap().unwrap();
    assert_eq!(joint.id, stays.id);
    let (_, total) = submissions::list(&services, &competition, &joint, &by(&other), 200, 0).await.unwrap();
    assert_eq!(total, accepted, "each that was accepted is there");
    let quota = submissions::quota(&services, &competition, &joint, &by(&other)).await.unwrap();
    assert_eq!(quota.used.total, accepted);
    // Ten each at most before, and none more once they are one.
    assert!((10..=20).contains(&accepted), "{accepted} on {}", store.name);
    let late = submit(&services, &competition, &joint, &leader, "svc.csv").await;
    assert_eq!(code(late), Some(ErrorCode::QuotaExceeded));
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn two_teams_that_accept_each_other_at_once_become_one(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (one, leader, _) = team_of_two(&services, &competition, "garam").await;
    let (two, other, _) = team_of_two(&services, &competition, "naru").await;
    teams::offer_merge(&services, &one, &by(&leader), two.number).await.unwrap();
    teams::offer_merge(&services, &two, &by(&other), one.number).await.unwrap();
    let tasks = [(one.clone(), leader.clone()), (two.clone(), other.clone())].map(|(team, user)| {
        let services = services.clone();
        tokio::spawn(async move { accept(&services, &team, &user).await })
    });
    let mut merged = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => merged += 1,
            Err(error) => assert!(
                matches!(error.code(), Some(ErrorCode::NotLeader | ErrorCode::NotFound | ErrorCode::TeamEnded)),
                "{error} on {}",
                store.name
            ),
        }
    }
    assert_eq!(merged, 1);
    let joint = teams::of(&services, &competition, &other).await.unwrap().unwrap();
    assert_eq!(joint.members.len(), 4);
    assert_eq!(teams::of(&services, &competition, &leader).await.unwrap().unwrap().id, joint.id);
}
