//! The leaderboard that is kept in memory and changed by each scoring, beside the one made from everything.

use std::time::Duration;

use domain::leaderboard::Board;
use platform::testing::stores;
use platform::{jobs, leaderboards};

use crate::common::{again, open_competition, submit, submit_and_score, team_of_two};

#[tokio::test]
async fn a_leaderboard_that_grows_with_each_scoring_is_the_one_made_from_everything() {
    for store in stores().await {
        let (services, competition) = open_competition(&store).await;
        let mut teams = Vec::new();
        for name in ["garam", "naru", "dasom"] {
            teams.push(team_of_two(&services, &competition, name).await);
        }
        let files = ["svc.csv", "mlp.csv", "svc.csv", "logistic.csv", "mlp.csv", "tree.csv"];
        for (round, file) in files.iter().cycle().take(14).enumerate() {
            let (team, leader, _) = &teams[round * 7 % 3];
            submit_and_score(&services, &competition, team, leader, file).await;
            let current = again(&services, &competition).await;
            let stage = current.current_stage(services.clock.now()).unwrap();
            let grown = leaderboards::get(&services, &current, stage, Board::Public).await.unwrap();
            let fresh = store.services(services.clock.now()).await;
            let whole = leaderboards::get(&fresh, &current, stage, Board::Public).await.unwrap();
            assert_eq!(grown, whole, "{} round {round}", store.name);
            assert_eq!(grown.version, i64::try_from(round).unwrap() + 1);
        }
        // A day later the changes are counted from another moment.
        services.clock.advance(chrono::Duration::hours(25));
        let current = again(&services, &competition).await;
        let stage = current.current_stage(services.clock.now()).unwrap();
        let grown = leaderboards::get(&services, &current, stage, Board::Public).await.unwrap();
        let fresh = store.services(services.clock.now()).await;
        assert_eq!(grown, leaderboards::get(&fresh, &current, stage, Board::Public).await.unwrap(), "{}", store.name);
    }
}

#[tokio::test]
async fn while_versions_come_quickly_a_young_board_is_served_but_none_older_than_what_was_announced() {
    for mut store in stores().await {
        store.config.gather = Duration::from_hours(1);
        let (services, competition) = open_competition(&store).await;
        let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
        let version = async || {
            let current = again(&services, &competition).await;
            let stage = current.current_stage(services.clock.now()).unwrap();
            leaderboards::get(&services, &current, stage, Board::Public).await.unwrap().version
        };
        assert_eq!(version().await, 0);
        // Nobody listens, so nothing was announced: what is shown may be as old as `gather` says.
        submit_and_score(&services, &competition, &team, &leader, "svc.csv").await;
        assert_eq!(version().await, 0, "{}", store.name);
        let mut listener = services.events.listen(competition.id, None);
        submit(&services, &competition, &team, &leader, "mlp.csv").await.unwrap();
        jobs::run_until_idle(&services).await.unwrap();
        listener.next().await.unwrap();
        assert_eq!(version().await, 2, "{}", store.name);
    }
}
