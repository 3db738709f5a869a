//! The leaderboard that is kept in memory and changed by each scoring, beside the one made from everything.

use std::path::Path;
use std::time::Duration;

use both::both;
use domain::access::Actor;
use domain::competitions::Competition;
use domain::leaderboards::Side;
use platform::competitions::import;
use platform::submissions::rescore;
use platform::testing::{Store, by, dated_folder, noon, person, team_of_two};
use platform::{Services, accounts, jobs, leaderboards, participation, teams};

use crate::common::{again, behind_the_back, open_competition, submit, submit_and_score};

#[both]
async fn a_leaderboard_that_grows_with_each_scoring_is_the_one_made_from_everything(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let mut teams = Vec::new();
    for name in ["garam", "naru", "dasom"] {
        teams.push(team_of_two(&services, &competition, name).await);
    }
    let files = ["svc.csv", "mlp.csv", "svc.csv", "logistic.csv", "mlp.csv", "tree.csv"];
    for (round, file) in files.iter().cycle().take(14).enumerate() {
        let (team, leader, _) = &teams[round * 7 % 3];
        submit_and_score(&services, &competition, team, leader, file).await;
        let version = check(&store, &services, &competition, &format!("round {round}")).await;
        assert_eq!(version, i64::try_from(round).unwrap() + 1);
    }
    // A day later the changes are counted from another moment.
    services.clock.advance(chrono::Duration::hours(25));
    check(&store, &services, &competition, "a day").await;
}

/// That what grew is what is made from everything; its version.
async fn check(store: &Store, services: &Services, competition: &Competition, after: &str) -> i64 {
    let current = again(services, competition).await;
    let stage = current.current_stage(services.clock.now()).unwrap();
    let grown = leaderboards::get(services, &current, stage, Side::Public).await.unwrap();
    let fresh = store.services(services.clock.now()).await;
    let whole = leaderboards::get(&fresh, &current, stage, Side::Public).await.unwrap();
    assert_eq!(grown, whole, "{} after {after}", store.name);
    grown.version
}

#[both]
async fn names_members_rescorings_imports_and_late_scores_reach_the_leaderboard_that_grows(store: Store) {
    let services = store.services(noon()).await;
    let folder = dated_folder("breast-cancer", store.folder.path(), noon());
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let (garam, garam_leader, _) = team_of_two(&services, &competition, "garam").await;
    let (naru, naru_leader, _) = team_of_two(&services, &competition, "naru").await;
    let (dasom, dasom_leader, _) = team_of_two(&services, &competition, "dasom").await;
    submit_and_score(&services, &competition, &garam, &garam_leader, "svc.csv").await;
    assert_eq!(check(&store, &services, &competition, "the first score").await, 1);

    // Known by other names before its first submission.
    teams::rename(&services, &naru, &by(&naru_leader), "나루").await.unwrap();
    let newcomer = person(&services, "newcomer").await;
    participation::join(&services, &competition, &by(&newcomer), true).await.unwrap();
    let code = teams::renew_invitation(&services, &naru, &by(&naru_leader)).await.unwrap().code;
    teams::join_by_link(&services, &competition, &by(&newcomer), &code).await.unwrap();
    submit_and_score(&services, &competition, &naru, &naru_leader, "mlp.csv").await;
    check(&store, &services, &competition, "a new name before the first score").await;
    teams::rename(&services, &garam, &by(&garam_leader), "가람").await.unwrap();
    accounts::set_public_name(&services, &by(&newcomer), "새별").await.unwrap();
    check(&store, &services, &competition, "new names").await;

    behind_the_back(&store.db, "UPDATE submissions SET public_score = 0.5 WHERE file_name = 'mlp.csv'").await;
    let found = rescore::look(&services, &competition, 2).await.unwrap();
    assert_eq!(rescore::apply(&services, &Actor::COMMAND, &competition, &found).await.unwrap(), 1);
    check(&store, &services, &competition, "a rescoring").await;

    // Scored so late that its day is over.
    services.clock.advance(chrono::Duration::minutes(1));
    submit(&services, &competition, &dasom, &dasom_leader, "tree.csv").await.unwrap();
    services.clock.advance(chrono::Duration::hours(30));
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 1);
    check(&store, &services, &competition, "a late score").await;

    decimals(&folder, 3);
    import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    check(&store, &services, &competition, "an import").await;
    submit_and_score(&services, &competition, &dasom, &dasom_leader, "svc.csv").await;
    check(&store, &services, &competition, "a score after the import").await;
}

fn decimals(folder: &Path, decimals: u32) {
    let manifest = folder.join("competition.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, format!("decimals = {decimals}\n{text}")).unwrap();
}

#[both]
async fn who_read_the_settings_before_an_import_and_asks_after_it_leaves_no_old_ones_behind(store: Store) {
    let services = store.services(noon()).await;
    let folder = dated_folder("breast-cancer", store.folder.path(), noon());
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    submit_and_score(&services, &competition, &team, &leader, "svc.csv").await;
    let before = again(&services, &competition).await;
    decimals(&folder, 3);
    import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let stage = before.current_stage(services.clock.now()).unwrap();
    leaderboards::get(&services, &before, stage, Side::Public).await.unwrap();
    check(&store, &services, &competition, "an import").await;
}

#[both]
async fn while_versions_come_quickly_a_young_board_is_served_but_none_older_than_what_was_announced(mut store: Store) {
    store.config.gather = Duration::from_hours(1);
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let version = async || {
        let current = again(&services, &competition).await;
        let stage = current.current_stage(services.clock.now()).unwrap();
        leaderboards::get(&services, &current, stage, Side::Public).await.unwrap().version
    };
    assert_eq!(version().await, 0);
    // Nobody listens, so nothing was announced: what is shown may be as old as `gather` says.
    submit_and_score(&services, &competition, &team, &leader, "svc.csv").await;
    assert_eq!(version().await, 0);
    let mut listener = services.events.listen(competition.id, &[]);
    submit(&services, &competition, &team, &leader, "mlp.csv").await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    listener.next().await.unwrap();
    assert_eq!(version().await, 2);
}
