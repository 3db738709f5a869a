//! The promise that a solution does not change.

use both::both;
use chrono::Duration;
use domain::access::Actor;
use platform::competitions;
use platform::competitions::import;
use platform::leaderboards::commitments;
use platform::testing::{Store, dated_folder, demo_folder, noon};
use scoring::{Hash, commitment, solution_hash};

use crate::common::open_competition;

#[both]
async fn the_commitment_is_shown_from_the_start_and_opened_with_the_results(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
    let before = commitments::of_stage(&services, stage).await.unwrap().unwrap();
    assert_eq!(before.opening, None);

    services.clock.set(stage.reveal_at.unwrap() + Duration::seconds(1));
    let after = commitments::of_stage(&services, stage).await.unwrap().unwrap();
    assert_eq!(after.commitment, before.commitment);
    let opening = after.opening.unwrap();
    let solution = std::fs::read(demo_folder("breast-cancer").join("solution.csv")).unwrap();
    let hash = solution_hash(&solution, "id").unwrap();
    assert_eq!(opening.solution_sha256, hash.to_string());
    let salt: Hash = opening.salt.parse().unwrap();
    assert_eq!(commitment(salt, hash).to_string(), before.commitment);
}

#[both]
async fn a_solution_without_usage_is_split_by_the_rule_and_kept_that_way(store: Store) {
    let services = store.services(noon()).await;
    let folder = dated_folder("diabetes", store.folder.path(), noon());
    let path = folder.join("solution.csv");
    let whole = std::fs::read_to_string(&path).unwrap();
    let without: Vec<&str> = whole.lines().map(|line| line.rsplit_once(',').unwrap().0).collect();
    std::fs::write(&path, without.join("\n")).unwrap();
    let manifest = folder.join("competition.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, format!("split = {{ public = 0.5, seed = 11, by = \"stratified\" }}\n{text}")).unwrap();

    let competition = import::import(&services, &Actor::COMMAND, &folder, Some("split-by-rule")).await.unwrap();
    let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
    let rows = i64::try_from(whole.lines().count()).unwrap() - 1;
    assert_eq!(stage.public_rows + stage.private_rows, rows);
    assert!((stage.public_rows * 2 - rows).abs() <= 1, "{} of {rows}", stage.public_rows);
    // The same folder again is the same solution, and no visitor can read the seed.
    import::import(&services, &Actor::COMMAND, &folder, Some("split-by-rule")).await.unwrap();
    let settings = competitions::get(&services, "split-by-rule").await.unwrap().settings;
    assert!(!serde_json::to_string(&settings).unwrap().contains("seed"));
}
