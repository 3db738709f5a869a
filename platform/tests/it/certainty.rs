//! How certain a final ranking is: not before the reveal, once, and the same for everyone.

use domain::ErrorCode;
use domain::leaderboard::Board;
use platform::db::Db;
use platform::testing::stores;
use platform::{Error, certainty, jobs, leaderboards};
use scoring::standing::Test;

use crate::common::{again, open_competition, submit_and_score, team_of_two};

/// Teams by the file they submit, the best private score last.
const FILES: [(&str, &str); 4] =
    [("garam", "dummy.csv"), ("naru", "naive-bayes.csv"), ("dari", "svc.csv"), ("maru", "logistic.csv")];

fn code(error: &Error) -> Option<ErrorCode> {
    match error {
        Error::App(error) => Some(error.code),
        _ => None,
    }
}

#[tokio::test]
async fn a_report_is_made_after_the_reveal_and_kept() {
    for store in stores().await {
        let (services, competition) = open_competition(&store).await;
        for (name, file) in FILES {
            let (team, leader, _) = team_of_two(&services, &competition, name).await;
            submit_and_score(&services, &competition, &team, &leader, file).await;
        }
        let competition = again(&services, &competition).await;
        let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
        let get = async |services| certainty::get(services, &competition, stage).await;

        // Before the reveal workers find nothing to do, and nobody is told anything.
        services.clock.set(stage.reveal_at.unwrap() - chrono::Duration::seconds(1));
        jobs::run_until_idle(&services).await.unwrap();
        assert_eq!(code(&get(&services).await.unwrap_err()), Some(ErrorCode::PrivateNotRevealed), "{}", store.name);
        services.clock.set(stage.reveal_at.unwrap());
        let Error::App(soon) = get(&services).await.unwrap_err() else { panic!("{}", store.name) };
        assert_eq!((soon.code, soon.retry_after.is_some()), (ErrorCode::Unavailable, true), "nothing was made early");

        jobs::run_until_idle(&services).await.unwrap();
        let report = get(&services).await.unwrap();
        assert_eq!((report.certainty.test, report.certainty.cases), (Test::Delong, 146), "{}", store.name);
        let board = leaderboards::get(&services, &competition, stage, Board::Private).await.unwrap();
        assert_eq!(board.rows.len(), FILES.len());
        for row in &board.rows {
            assert_eq!(i64::from(report.team(row.team_id).unwrap().rank), row.rank, "{}", row.team_name);
        }
        let dummy = board.rows.last().unwrap();
        let last = report.team(dummy.team_id).unwrap();
        assert!(dummy.team_name == "garam" && last.apart_from_first() && last.low == 4, "chance is told from a model");

        // A restarted server reads it, and no worker makes it again.
        let restarted = store.services(stage.reveal_at.unwrap() + chrono::Duration::days(1)).await;
        assert_eq!(get(&restarted).await.unwrap(), report, "{}", store.name);
    }
}

#[tokio::test]
async fn a_report_that_three_workers_died_of_is_not_tried_again_and_says_nothing() {
    for store in stores().await {
        let (services, competition) = open_competition(&store).await;
        for (name, file) in FILES {
            let (team, leader, _) = team_of_two(&services, &competition, name).await;
            submit_and_score(&services, &competition, &team, &leader, file).await;
        }
        let competition = again(&services, &competition).await;
        let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
        services.clock.set(stage.reveal_at.unwrap());
        // As three claims leave it that nobody came back from.
        let lost = "INSERT INTO certainties (stage_id, board_version, claimed_until, attempts) VALUES ($1, $2, $3, 3)";
        let (id, version, until) = (stage.id.0, stage.board_version, services.clock.now());
        match &store.db {
            Db::Sqlite { write, .. } => {
                sqlx::query(lost).bind(id).bind(version).bind(until).execute(write).await.map(|_| ())
            }
            Db::Postgres(pool) => sqlx::query(lost).bind(id).bind(version).bind(until).execute(pool).await.map(|_| ()),
        }
        .unwrap();
        jobs::run_until_idle(&services).await.unwrap();
        let nothing = certainty::get(&services, &competition, stage).await.unwrap_err();
        assert_eq!(code(&nothing), Some(ErrorCode::NotFound), "{}", store.name);
    }
}
