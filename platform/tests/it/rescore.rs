//! What is promised about scoring everything again, on both databases.

use both::both;
use domain::access::Actor;
use domain::accounts::User;
use domain::competitions::Competition;
use domain::leaderboards::Side;
use domain::scores::published;
use domain::submissions::{Note, Status, Submission};
use domain::teams::Team;
use std::time::Duration;

use crate::common::{again, behind_the_back, open_competition, submit, submit_and_score};
use platform::events::Event;
use platform::submissions::rescore::{Moved, Rescoring, Scores, apply, look};
use platform::testing::{Store, by, noon, team_of_two};
use platform::{Services, jobs, leaderboards, submissions};

/// Two teams: garam with tree (1) and svc (2), naru with mlp (1), the best.
async fn two_teams(store: &Store) -> (Services, Competition, (Team, User), (Team, User)) {
    let (services, competition) = open_competition(store).await;
    let (garam, garam_leader, _) = team_of_two(&services, &competition, "garam").await;
    let (naru, naru_leader, _) = team_of_two(&services, &competition, "naru").await;
    submit_and_score(&services, &competition, &garam, &garam_leader, "tree.csv").await;
    submit_and_score(&services, &competition, &garam, &garam_leader, "svc.csv").await;
    submit_and_score(&services, &competition, &naru, &naru_leader, "mlp.csv").await;
    (services, competition, (garam, garam_leader), (naru, naru_leader))
}

async fn of(services: &Services, competition: &Competition, (team, user): &(Team, User)) -> Vec<Submission> {
    submissions::list(services, competition, team, &by(user), 50, 0).await.unwrap().0
}

async fn look_again(services: &Services, competition: &Competition) -> Rescoring {
    look(services, competition, 2).await.unwrap()
}

async fn version(services: &Services, competition: &Competition) -> i64 {
    again(services, competition).await.stages[1].leaderboard_version
}

async fn ranks(services: &Services, competition: &Competition) -> Vec<String> {
    let competition = again(services, competition).await;
    let leaderboard = leaderboards::get(services, &competition, &competition.stages[1], Side::Public).await.unwrap();
    leaderboard.rows.iter().map(|row| row.team_name.clone()).collect()
}

#[both]
async fn scores_that_are_right_stay_and_nothing_is_written(store: Store) {
    let (services, competition, ..) = two_teams(&store).await;
    let found = look_again(&services, &competition).await;
    assert!(found.changes_nothing() && found.moved.is_empty() && found.without_file.is_empty(), "{found:?}");
    assert_eq!((found.unchanged, found.under_way), (3, 0));
    assert_eq!(apply(&services, &Actor::COMMAND, &competition, &found).await.unwrap(), 0);
    assert_eq!(version(&services, &competition).await, 3);
}

#[both]
async fn a_look_names_every_change_and_writes_nothing_and_applying_it_twice_changes_once(store: Store) {
    let (services, competition, garam, naru) = two_teams(&store).await;
    let right = of(&services, &competition, &naru).await[0].clone();
    behind_the_back(
        &store.db,
        "UPDATE submissions SET public_score = 0.5, private_score = 0.25 WHERE file_name = 'mlp.csv'",
    )
    .await;
    behind_the_back(&store.db, "UPDATE baselines SET public_score = 0.125").await;
    // Seen anew, as by a process that starts now.
    let services = store.services(services.clock.now()).await;
    assert_eq!(ranks(&services, &competition).await, ["garam", "naru"]);

    let found = look_again(&services, &competition).await;
    assert_eq!((found.unchanged, found.changes.len(), found.baselines.len()), (2, 1, 1));
    let change = &found.changes[0];
    assert_eq!((change.team_number, change.team_name.as_str(), change.number), (naru.0.number, "naru", 1));
    assert_eq!(change.before, Some(Scores { public: 0.5, private: Some(0.25) }));
    assert_eq!(change.after.map(|after| published(after.public, 5)), right.public_score);
    assert_eq!(found.baselines[0].before.map(|before| before.public), Some(0.125));
    let moved = |team: &Team, before, after| Moved {
        team_number: team.number,
        team_name: team.name.clone(),
        before: Some(before),
        after: Some(after),
    };
    assert_eq!(found.moved, [moved(&naru.0, 2, 1), moved(&garam.0, 1, 2)]);
    assert_eq!(of(&services, &competition, &naru).await[0].public_score, Some(0.5));
    assert_eq!(version(&services, &competition).await, 3);

    assert_eq!(apply(&services, &Actor::COMMAND, &competition, &found).await.unwrap(), 2);
    assert_eq!(of(&services, &competition, &naru).await, [right]);
    assert_eq!(ranks(&services, &competition).await, ["naru", "garam"]);
    assert_eq!(version(&services, &competition).await, 4);

    let found = look_again(&services, &competition).await;
    assert!(found.changes_nothing() && found.unchanged == 3, "{found:?} on {}", store.name);
    assert_eq!(apply(&services, &Actor::COMMAND, &competition, &found).await.unwrap(), 0);
    assert_eq!(version(&services, &competition).await, 4);
}

#[both]
async fn another_value_beside_the_score_is_a_change_too(store: Store) {
    let (services, competition, garam, _) = two_teams(&store).await;
    let right = of(&services, &competition, &garam).await;
    behind_the_back(&store.db, "UPDATE submissions SET secondary_public = NULL WHERE file_name = 'svc.csv'").await;
    let found = look_again(&services, &competition).await;
    assert_eq!((found.unchanged, found.changes.len(), found.moved.len()), (2, 1, 0));
    assert_eq!(found.changes[0].before, found.changes[0].after);
    assert_eq!(apply(&services, &Actor::COMMAND, &competition, &found).await.unwrap(), 1);
    assert_eq!(of(&services, &competition, &garam).await, right);
}

#[both]
async fn a_submission_that_failed_because_of_the_metric_is_scored_and_counts_again(store: Store) {
    let (services, competition, _, naru) = two_teams(&store).await;
    behind_the_back(
        &store.db,
        "UPDATE submissions SET status = 'failed', public_score = NULL, private_score = NULL, counts = (1 = 0),
         note = '{\"kind\":\"internal\",\"incident\":\"A1\"}' WHERE file_name = 'mlp.csv'",
    )
    .await;
    let found = look_again(&services, &competition).await;
    assert_eq!(found.changes.len(), 1);
    assert_eq!((found.changes[0].before, found.changes[0].after.is_some()), (None, true));
    assert_eq!(found.moved[0].before, None);
    apply(&services, &Actor::COMMAND, &competition, &found).await.unwrap();
    let row = of(&services, &competition, &naru).await.remove(0);
    assert_eq!((row.status, row.counts, row.note), (Status::Scored, true, None));
    assert_eq!(ranks(&services, &competition).await, ["naru", "garam"]);
}

#[both]
async fn a_submission_that_can_no_longer_be_scored_fails_with_its_reason_and_costs_nothing(store: Store) {
    let (services, competition, garam, _) = two_teams(&store).await;
    let first = of(&services, &competition, &garam).await.pop().unwrap();
    let path = format!("files/submissions/{}/{}/{}.csv", competition.id, garam.0.id, first.id);
    std::fs::write(store.folder.path().join(path), "id,malignant\nnobody,0.5\n").unwrap();
    let found = look_again(&services, &competition).await;
    assert!(matches!(found.changes[0].refusal(), Some(Note::File { .. })), "{found:?}");
    apply(&services, &Actor::COMMAND, &competition, &found).await.unwrap();
    let first = of(&services, &competition, &garam).await.pop().unwrap();
    assert_eq!((first.status, first.counts, first.public_score), (Status::Failed, false, None));
    assert!(matches!(first.note, Some(Note::File { .. })), "{:?}", first.note);
}

#[both]
async fn what_waits_or_is_being_scored_is_left_to_the_workers(store: Store) {
    let (services, competition, _, naru) = two_teams(&store).await;
    submit(&services, &competition, &naru.0, &naru.1, "svc.csv").await.unwrap();
    let found = look_again(&services, &competition).await;
    assert_eq!((found.unchanged, found.under_way, found.changes_nothing()), (3, 1, true));
    assert_eq!(of(&services, &competition, &naru).await[0].status, Status::Queued);
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 1);
}

#[both]
async fn a_change_that_was_looked_at_and_is_no_longer_so_is_not_written(store: Store) {
    let (services, competition, _, naru) = two_teams(&store).await;
    behind_the_back(&store.db, "UPDATE submissions SET public_score = 0.5 WHERE file_name = 'mlp.csv'").await;
    let found = look_again(&services, &competition).await;
    behind_the_back(&store.db, "UPDATE submissions SET status = 'scoring' WHERE file_name = 'mlp.csv'").await;
    assert_eq!(apply(&services, &Actor::COMMAND, &competition, &found).await.unwrap(), 0);
    assert_eq!(of(&services, &competition, &naru).await[0].public_score, Some(0.5));
    assert_eq!(version(&services, &competition).await, 3);
}

#[both]
async fn a_score_is_never_given_up_because_its_file_cannot_be_read(store: Store) {
    let (services, competition, garam, _) = two_teams(&store).await;
    let folder = store.folder.path().join(format!("files/submissions/{}/{}", competition.id, garam.0.id));
    std::fs::rename(&folder, folder.with_extension("away")).unwrap();
    let error = look(&services, &competition, 2).await.unwrap_err().to_string();
    assert!(error.contains(&format!("submission 1 of team {}", garam.0.number)), "{error} on {}", store.name);
}

#[both]
async fn the_pages_of_another_process_hear_of_the_new_board(store: Store) {
    let (services, competition, ..) = two_teams(&store).await;
    let server = store.services(noon()).await;
    let mut heard = server.events.listen(competition.id, &[]);
    behind_the_back(&store.db, "UPDATE submissions SET public_score = 0.5 WHERE file_name = 'mlp.csv'").await;
    let found = look_again(&services, &competition).await;
    apply(&services, &Actor::COMMAND, &competition, &found).await.unwrap();
    let leaderboard = Event::Leaderboard { competition: competition.id, stage: competition.stages[1].id, version: 4 };
    let listening = async { while heard.next().await.is_none_or(|heard| heard.event != leaderboard) {} };
    tokio::time::timeout(Duration::from_secs(20), listening).await.unwrap_or_else(|_| panic!("{}", store.name));
}

#[both]
async fn of_two_looks_at_the_same_scores_only_the_first_is_written(store: Store) {
    let (services, competition, ..) = two_teams(&store).await;
    behind_the_back(&store.db, "UPDATE submissions SET public_score = 0.5 WHERE file_name = 'mlp.csv'").await;
    behind_the_back(&store.db, "UPDATE baselines SET public_score = 0.125").await;
    let (first, second) = (look_again(&services, &competition).await, look_again(&services, &competition).await);
    assert_eq!(apply(&services, &Actor::COMMAND, &competition, &first).await.unwrap(), 2);
    assert_eq!(apply(&services, &Actor::COMMAND, &competition, &second).await.unwrap(), 0);
    assert_eq!(version(&services, &competition).await, 4);
}
