//! How certain a final ranking is: not before the reveal, once, and the same for everyone.

use both::both;
use chrono::TimeDelta;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::User;
use domain::competitions::Competition;
use domain::leaderboards::Side;
use domain::stages::Stage;
use domain::teams::Team;
use platform::competitions::import::import;
use platform::leaderboards::certainty;
use platform::testing::{Store, by, demo_folder, person, team_of_two};
use platform::{Error, Services, accounts, competitions, jobs, leaderboards, teams};
use scoring::standing::Test;

use crate::common::{again, behind_the_back, open_competition, submit, submit_and_score};

/// Teams by the file they submit, the best private score last.
const FILES: [(&str, &str); 4] =
    [("garam", "dummy.csv"), ("naru", "naive-bayes.csv"), ("dari", "svc.csv"), ("maru", "logistic.csv")];

fn code(error: &Error) -> Option<ErrorCode> {
    match error {
        Error::App(error) => Some(error.code),
        _ => None,
    }
}

/// Each of the teams has one score; the last one is returned with its leader.
async fn scored(store: &Store) -> (Services, Competition, Team, User) {
    let (services, competition) = open_competition(store).await;
    let mut last = None;
    for (name, file) in FILES {
        let (team, leader, _) = team_of_two(&services, &competition, name).await;
        submit_and_score(&services, &competition, &team, &leader, file).await;
        last = Some((team, leader));
    }
    let (team, leader) = last.unwrap();
    (services, competition, team, leader)
}

fn ranked(competition: &Competition) -> &Stage {
    competition.stages.iter().find(|stage| stage.takes_submissions).unwrap()
}

#[both]
async fn a_report_is_made_after_the_reveal_and_kept(store: Store) {
    let (services, competition, ..) = scored(&store).await;
    let competition = again(&services, &competition).await;
    let stage = ranked(&competition);
    let get = async |services| certainty::get(services, &competition, stage).await;

    // Before the reveal workers find nothing to do, and nobody is told anything.
    services.clock.set(stage.reveal_at.unwrap() - chrono::Duration::seconds(1));
    jobs::run_until_idle(&services).await.unwrap();
    assert_eq!(code(&get(&services).await.unwrap_err()), Some(ErrorCode::PrivateNotRevealed));
    services.clock.set(stage.reveal_at.unwrap());
    let Error::App(soon) = get(&services).await.unwrap_err() else { panic!("{}", store.name) };
    assert_eq!((soon.code, soon.retry_after.is_some()), (ErrorCode::Unavailable, true), "nothing was made early");

    jobs::run_until_idle(&services).await.unwrap();
    let report = get(&services).await.unwrap();
    assert_eq!((report.certainty.test, report.certainty.cases), (Test::Delong, 146));
    let leaderboard = leaderboards::get(&services, &competition, stage, Side::Private).await.unwrap();
    assert_eq!(leaderboard.rows.len(), FILES.len());
    for row in &leaderboard.rows {
        assert_eq!(i64::from(report.team(row.team_id).unwrap().rank), row.rank, "{}", row.team_name);
    }
    let dummy = leaderboard.rows.last().unwrap();
    let last = report.team(dummy.team_id).unwrap();
    assert!(dummy.team_name == "garam" && last.apart_from_first() && last.low == 4, "chance is told from a model");

    // A restarted server reads it, and no worker makes it again.
    let restarted = store.services(stage.reveal_at.unwrap() + chrono::Duration::days(1)).await;
    assert_eq!(get(&restarted).await.unwrap(), report);
}

#[both]
async fn a_report_that_three_workers_died_of_is_not_tried_again_and_says_nothing(store: Store) {
    let (services, competition, ..) = scored(&store).await;
    let competition = again(&services, &competition).await;
    let stage = ranked(&competition);
    services.clock.set(stage.reveal_at.unwrap());
    // As three claims leave it that nobody came back from.
    let lost = "INSERT INTO certainties (stage_id, leaderboard_version, claimed_until, attempts)
        SELECT id, leaderboard_version, reveal_at, 3 FROM stages WHERE takes_submissions";
    behind_the_back(&store.db, lost).await;
    jobs::run_until_idle(&services).await.unwrap();
    let nothing = certainty::get(&services, &competition, stage).await.unwrap_err();
    assert_eq!(code(&nothing), Some(ErrorCode::NotFound));
}

#[both]
async fn a_new_name_changes_no_report_and_a_late_score_makes_another(store: Store) {
    let (services, competition, team, leader) = scored(&store).await;
    let (late, late_leader, _) = team_of_two(&services, &competition, "late").await;
    submit(&services, &competition, &late, &late_leader, "tree.csv").await.unwrap();
    behind_the_back(&store.db, "UPDATE jobs SET run_at = '2027-12-31T00:00:00Z'").await;
    services.clock.set(ranked(&competition).reveal_at.unwrap());
    jobs::run_until_idle(&services).await.unwrap();
    let get = async || {
        let now = again(&services, &competition).await;
        certainty::get(&services, &now, ranked(&now)).await
    };
    let report = get().await.unwrap();
    let before = ranked(&again(&services, &competition).await).leaderboard_version;
    accounts::set_public_name(&services, &by(&leader), "별지기").await.unwrap();
    assert_eq!(get().await.unwrap(), report);
    let organizer = person(&services, "organizer").await;
    competitions::set_organizer(&services, &Actor::COMMAND, &competition, &organizer.email, true).await.unwrap();
    teams::rename(&services, &team, &by(&organizer), "바로잡은 이름").await.unwrap();
    assert_eq!(get().await.unwrap(), report);
    assert_eq!(ranked(&again(&services, &competition).await).leaderboard_version, before + 2);
    assert!(report.team(late.id).is_none());

    services.clock.set("2028-01-01T00:00:00Z".parse().unwrap());
    jobs::run_until_idle(&services).await.unwrap();
    assert!(get().await.unwrap().team(late.id).is_some());
}

#[both]
async fn a_version_is_claimed_by_one_worker_and_again_only_when_that_one_is_gone(store: Store) {
    let now = "2026-11-21T03:00:00Z".parse().unwrap();
    let (services, store_name) = (store.services(now).await, store.name);
    let competition = import(&services, &Actor::COMMAND, &demo_folder("digits"), None).await.unwrap();
    let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap().id;
    let due = async |at| services.db.certainty_due(at).await.unwrap().map(|(_, stage)| stage);
    let claim = async |version, at| {
        let mut tx = services.db.begin().await.unwrap();
        let claimed = tx.claim_certainty(stage, version, at, at + TimeDelta::minutes(5)).await.unwrap();
        tx.commit().await.unwrap();
        claimed.is_some()
    };
    let later = now + TimeDelta::minutes(5);
    assert_eq!(due(now).await, Some(stage));
    assert!(claim(0, now).await && !claim(0, now).await);
    assert_eq!((due(now).await, due(later).await), (None, Some(stage)));
    assert!(claim(0, later).await, "the first worker is taken for dead");

    let store = async |version| {
        let mut tx = services.db.begin().await.unwrap();
        tx.store_certainty(stage, version, None).await.unwrap();
        tx.commit().await.unwrap();
    };
    let raise = async |names: bool| {
        let mut tx = services.db.begin().await.unwrap();
        let raised = if names { tx.raise_for_names(stage).await } else { tx.raise_leaderboard_version(stage).await };
        tx.commit().await.unwrap();
        raised.unwrap().1
    };
    let known = async || services.db.certainty(stage).await.unwrap();
    let much_later = later + TimeDelta::days(1);
    store(0).await;
    assert_eq!(known().await, Some(None), "that nothing can be said is kept");
    assert!(!claim(0, much_later).await, "what is done is done");
    let named = raise(true).await;
    assert_eq!((known().await, due(much_later).await), (Some(None), None), "a name changes no ranking");
    assert!(!claim(named, much_later).await, "{}", store_name);

    let ranked = raise(false).await;
    assert_eq!((known().await, due(later).await), (None, Some(stage)), "{store_name} has another ranking");
    assert!(claim(ranked, later).await && !claim(named, much_later).await, "never an older one");
    let named = raise(true).await;
    assert_eq!((due(later).await, claim(named, later).await), (None, false), "whoever is at it stays at it");
    store(ranked).await;
    assert_eq!((known().await, due(much_later).await), (Some(None), None), "{store_name}");
}
