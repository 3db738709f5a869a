//! How certain a final ranking is: not before the reveal, once, and the same for everyone.

use both::both;
use chrono::TimeDelta;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::User;
use domain::competitions::Competition;
use domain::jobs::Pool;
use domain::leaderboards::Side;
use domain::stages::Stage;
use domain::teams::Team;
use platform::competitions::import::import;
use platform::leaderboards::certainty;
use platform::testing::{Store, by, demo_folder, organizes, person, team_of_two};
use platform::{Error, Services, accounts, jobs, leaderboards, teams};
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

/// How it is when each worker that takes a ranking's job dies of it.
async fn workers_die(services: &Services) {
    for _ in 0..3 {
        let now = services.clock.now();
        let mut tx = services.db.begin().await.unwrap();
        assert!(tx.claim(Pool::Slow, now, now + TimeDelta::minutes(1), 0..=i64::MAX).await.unwrap().is_some());
        tx.commit().await.unwrap();
        services.clock.advance(TimeDelta::minutes(1));
    }
}

#[both]
async fn a_report_that_three_workers_died_of_says_nothing_until_somebody_puts_its_job_back(store: Store) {
    let (services, competition, ..) = scored(&store).await;
    let competition = again(&services, &competition).await;
    let stage = ranked(&competition);
    services.clock.set(stage.reveal_at.unwrap());
    certainty::put_due(&services).await.unwrap();
    workers_die(&services).await;
    jobs::run_until_idle(&services).await.unwrap();
    let nothing = certainty::get(&services, &competition, stage).await.unwrap_err();
    assert_eq!(code(&nothing), Some(ErrorCode::NotFound));
    let dead = jobs::dead::list(&services).await.unwrap();
    assert_eq!(dead.iter().map(|dead| dead.kind.as_str()).collect::<Vec<_>>(), ["certainty"], "{}", store.name);

    // What the server has read it keeps for a minute: another one is asked.
    assert!(jobs::dead::retry(&services, &Actor::COMMAND, dead[0].id).await.unwrap());
    jobs::run_until_idle(&services).await.unwrap();
    let restarted = store.services(services.clock.now()).await;
    assert!(certainty::get(&restarted, &competition, stage).await.is_ok());
    assert!(jobs::dead::list(&services).await.unwrap().is_empty());
}

#[both]
async fn a_new_name_changes_no_report_and_a_late_score_makes_another(store: Store) {
    let (services, competition, team, leader) = scored(&store).await;
    let (late, late_leader, _) = team_of_two(&services, &competition, "late").await;
    submit(&services, &competition, &late, &late_leader, "tree.csv").await.unwrap();
    behind_the_back(&store.db, "UPDATE jobs SET run_at = '2027-12-31T00:00:00Z' WHERE kind = 'score'").await;
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
    organizes(&services, &competition, &organizer).await;
    teams::rename(&services, &team, &by(&organizer), "바로잡은 이름").await.unwrap();
    assert_eq!(get().await.unwrap(), report);
    assert_eq!(ranked(&again(&services, &competition).await).leaderboard_version, before + 2);
    assert!(report.team(late.id).is_none());

    services.clock.set("2028-01-01T00:00:00Z".parse().unwrap());
    jobs::run_until_idle(&services).await.unwrap();
    assert!(get().await.unwrap().team(late.id).is_some());
}

#[both]
async fn a_ranking_has_one_job_whoever_looks_and_another_only_when_it_is_another_ranking(store: Store) {
    let now = "2026-11-21T03:00:00Z".parse().unwrap();
    let (services, store_name) = (store.services(now).await, store.name);
    let competition = import(&services, &Actor::COMMAND, &demo_folder("digits"), None).await.unwrap();
    let stage = ranked(&competition).id;
    let due = async || services.db.certainty_due(now).await.unwrap().into_iter().map(|(.., version)| version);
    let waiting = async || {
        let tallies = jobs::tallies(&services).await.unwrap();
        tallies.iter().find(|tally| tally.kind == "certainty").map_or(0, |tally| tally.waiting)
    };
    assert_eq!(due().await.collect::<Vec<_>>(), [0]);
    for _ in 0..2 {
        certainty::put_due(&services).await.unwrap();
    }
    assert_eq!((due().await.count(), waiting().await), (0, 1));

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
    behind_the_back(&services.db, "DELETE FROM jobs WHERE kind = 'certainty'").await;
    store(0).await;
    assert_eq!((known().await, due().await.count()), (Some(None), 0), "that nothing can be said is kept");
    raise(true).await;
    assert_eq!((known().await, due().await.count()), (Some(None), 0), "a name changes no ranking");
    let ranked = raise(false).await;
    assert_eq!(known().await, None, "{store_name} has another ranking");
    assert_eq!(due().await.collect::<Vec<_>>(), [ranked]);
    store(ranked).await;
    store(ranked - 1).await;
    assert_eq!((known().await, due().await.count()), (Some(None), 0), "never an older one, {store_name}");
}
