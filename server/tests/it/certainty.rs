//! How certain a final ranking is, over HTTP.

use both::both;
use platform::accounts;
use platform::testing::by;
use reqwest::header::{ETAG, IF_NONE_MATCH, RETRY_AFTER};

use crate::common::{Person, Site, file, json, model, refusal};

const API: &str = "/api/v1/competitions/breast-cancer/leaderboard/statistics";
const PAGE: &str = "/competitions/breast-cancer/leaderboard?board=private";
/// What only a page with the report holds.
const MARK: &str = "class=\"card certainty\"";

async fn submitted(site: &Site, name: &str, model_file: &str) -> Person {
    let (_, leader, _) = site.team(name).await;
    let response = site.submit(&leader, file("file", model(model_file))).send().await.unwrap();
    assert_eq!(response.status(), 201, "{name}");
    leader
}

#[both]
async fn nobody_learns_how_certain_ranks_are_before_the_reveal(site: Site) {
    let leader = submitted(&site, "garam", "svc.csv").await;
    submitted(&site, "naru", "dummy.csv").await;
    let stage = site.competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
    site.services.clock.set(stage.ends_at.unwrap() - chrono::Duration::seconds(1));
    site.score_all().await;
    // Not a visitor, and not a team either, by its token or by naming the stage.
    for path in [API.to_owned(), format!("{API}?stage={}", stage.key)] {
        for token in [None, Some(&leader.token)] {
            let request = site.client.get(site.at(&path));
            let request = token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth);
            let (status, code) = refusal(request.send().await.unwrap()).await;
            assert_eq!((status, code.as_str()), (403, "private_not_revealed"), "{path} on {}", site.name);
        }
    }
    assert!(!site.text(PAGE).await.contains(MARK));
    let (status, code) = refusal(site.get(&format!("{API}?stage=application")).await).await;
    assert_eq!((status, code.as_str()), (404, "not_found"), "a milestone has no ranking");
    let (status, _) = refusal(site.get("/api/v1/competitions/nothing/leaderboard/statistics").await).await;
    assert_eq!(status, 404);
}

#[both]
async fn after_the_reveal_everyone_reads_the_same_report_as_soon_as_it_is_made(site: Site) {
    let leader = submitted(&site, "garam", "svc.csv").await;
    submitted(&site, "naru", "dummy.csv").await;
    site.score_all().await;
    let stage = site.competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
    site.services.clock.set(stage.reveal_at.unwrap());
    let soon = site.get(API).await;
    assert_eq!((soon.status().as_u16(), soon.headers().contains_key(RETRY_AFTER)), (503, true));
    assert!(!site.text(PAGE).await.contains(MARK));

    site.score_all().await;
    let response = site.get(API).await;
    let etag = response.headers()[ETAG].clone();
    let (status, report) = json(response).await;
    assert_eq!((status, &report["test"], &report["cases"]), (200, &"delong".into(), &146.into()), "{report}");
    let [first, second] = report["teams"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!((&first["name"], &first["rank"], &first["p_first"]), (&"garam".into(), &1.into(), &().into()));
    assert_eq!((&second["apart_from_first"], &first["apart_from_next"]), (&true.into(), &true.into()));
    let same_everywhere = format!("\"{0}-{1}-{1}\"", stage.id, report["version"]);
    assert_eq!(etag, same_everywhere.as_str());
    assert!(first["first_probability"].as_f64().unwrap() > 0.99, "{report}");
    let again = site.client.get(site.at(API)).header(IF_NONE_MATCH, &etag).send().await.unwrap();
    assert_eq!(again.status(), 304);

    // The visitor's page that was kept without it is not shown any more; the public board never has it.
    assert!(site.text(PAGE).await.contains(MARK));
    assert!(!site.text("/competitions/breast-cancer/leaderboard").await.contains(MARK));

    accounts::set_public_name(&site.services, &by(&leader.user), "별지기").await.unwrap();
    let renamed = site.client.get(site.at(API)).header(IF_NONE_MATCH, &etag).send().await.unwrap();
    assert_eq!(renamed.status(), 200, "at once, under another tag, on {}", site.name);
}
