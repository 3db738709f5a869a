//! A private score is nowhere to be seen before the reveal.

use crate::common::{Site, file, json, model};
use both::both;

/// The digits of SVC's private score on the breast-cancer data, as any formatting would begin with them.
const PRIVATE: &str = "0.9161";
/// The same of its private average precision and sensitivity, which stand beside the score.
const BESIDE: [&str; 2] = ["0.8920", "0.6964"];
/// The same of the baseline's private score and average precision.
const BASELINE: [&str; 2] = ["0.825", "0.7411"];

#[both]
async fn no_answer_page_or_event_carries_a_private_score_before_the_reveal(site: Site) {
    let (team, leader, _) = site.team("garam").await;
    let (_, made) = json(site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap()).await;
    site.score_all().await;
    let id = made["submission"]["id"].as_str().unwrap().to_owned();
    let client = site.browser_of(&leader).await;
    let paths = [
        "/".to_owned(),
        "/competitions/breast-cancer".to_owned(),
        "/competitions/breast-cancer/leaderboard".to_owned(),
        "/competitions/breast-cancer/leaderboard?board=private".to_owned(),
        "/competitions/breast-cancer/submit".to_owned(),
        "/competitions/breast-cancer/submissions".to_owned(),
        format!("/competitions/breast-cancer/submissions/{id}"),
        "/competitions/breast-cancer/team".to_owned(),
        format!("/competitions/breast-cancer/teams/{}", team.number),
        "/api/v1/competitions/breast-cancer/leaderboard".to_owned(),
        "/api/v1/competitions/breast-cancer/leaderboard?board=private".to_owned(),
        "/api/v1/competitions/breast-cancer/leaderboard.csv?board=private".to_owned(),
        "/api/v1/competitions/breast-cancer/leaderboard/statistics".to_owned(),
        "/api/v1/competitions/breast-cancer/submissions".to_owned(),
        format!("/api/v1/submissions/{id}"),
    ];
    for path in &paths {
        for browser in [&client, &site.client] {
            let text = browser.get(site.at(path)).send().await.unwrap().text().await.unwrap();
            assert!(!text.contains(PRIVATE), "{path} on {}", site.name);
            assert!(!BESIDE.iter().any(|digits| text.contains(digits)), "{path} on {}", site.name);
            assert!(!text.contains(BASELINE[1]), "{path} on {}", site.name);
        }
    }
    // The same paths do show it afterwards, so the search above is not blind.
    site.services.clock.set(site.competition.stages[1].reveal_at.unwrap());
    let text = client.get(site.at(&format!("/api/v1/submissions/{id}"))).send().await.unwrap().text().await.unwrap();
    assert!(text.contains(PRIVATE) && BESIDE.iter().all(|digits| text.contains(digits)), "{text}");
    let text = site.text("/api/v1/competitions/breast-cancer/leaderboard?board=private").await;
    assert!(BASELINE.iter().all(|digits| text.contains(digits)), "{text}");
    let text = site.text("/competitions/breast-cancer/leaderboard?board=private").await;
    assert!(text.contains("0.91617") && text.contains("0.89205"));
}
