//! The leaderboard's page: rendered once for everyone, with what is the reader's own laid over.

use std::io::Read as _;

use reqwest::Client;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING};

use crate::common::{Site, browser, file, model, sites};

const PAGE: &str = "/competitions/breast-cancer/leaderboard";

async fn text(site: &Site, client: &Client, path: &str) -> String {
    let response = client.get(site.at(path)).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

#[tokio::test]
async fn a_readers_page_with_their_parts_laid_over_is_the_page_rendered_whole_for_them() {
    for site in sites().await {
        let (_, garam, member) = site.team("garam").await;
        let (_, naru, _) = site.team("naru").await;
        let (_, without_score, _) = site.team("dasom").await;
        let stranger = site.person("stranger").await;
        for (person, answer) in [(&garam, "svc.csv"), (&naru, "mlp.csv")] {
            assert_eq!(site.submit(person, file("file", model(answer))).send().await.unwrap().status(), 201);
        }
        site.score_all().await;
        let mut pages = Vec::new();
        for person in [&garam, &member, &naru, &without_score, &stranger] {
            let client = site.browser_of(person).await;
            let laid = text(&site, &client, PAGE).await;
            // An address that the page's own links do not have is rendered for its reader alone.
            let whole =
                text(&site, &client, &format!("{PAGE}?page=1")).await.replace("leaderboard?page=1", "leaderboard");
            assert_eq!(laid, whole, "{} {}", site.name, person.user.name);
            assert!(!laid.contains("<mine-"));
            pages.push(laid);
        }
        assert!(pages[0].contains("id=\"own\"") && pages[0].contains("garam-1"));
        assert!(!pages[4].contains("id=\"own\"") && !pages[4].contains("my-rank"));
        let visitor = text(&site, &browser(), PAGE).await;
        let whole =
            text(&site, &browser(), &format!("{PAGE}?page=1")).await.replace("leaderboard?page=1", "leaderboard");
        assert_eq!(visitor, whole, "{}", site.name);
        assert!(!visitor.contains("<mine-") && !visitor.contains("id=\"own\""));
    }
}

#[tokio::test]
async fn a_readers_page_is_packed_and_no_cache_may_keep_it() {
    for site in sites().await {
        let (_, garam, _) = site.team("garam").await;
        site.submit(&garam, file("file", model("svc.csv"))).send().await.unwrap();
        site.score_all().await;
        let client = site.browser_of(&garam).await;
        let plain = text(&site, &client, PAGE).await;
        let packed = client.get(site.at(PAGE)).header(ACCEPT_ENCODING, "br, gzip").send().await.unwrap();
        assert_eq!(packed.headers()[CONTENT_ENCODING], "gzip");
        assert_eq!(packed.headers()["cache-control"], "no-store");
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(&packed.bytes().await.unwrap()[..]).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain, "{}", site.name);
    }
}

#[tokio::test]
async fn the_page_shows_a_new_score_and_a_new_quota_at_once() {
    for site in sites().await {
        let (_, garam, _) = site.team("garam").await;
        let client = site.browser_of(&garam).await;
        let rows = async || text(&site, &client, PAGE).await.matches("id=\"own\"").count();
        assert_eq!(rows().await, 0);
        let visitor = browser();
        let before = text(&site, &visitor, PAGE).await;
        site.submit(&garam, file("file", model("svc.csv"))).send().await.unwrap();
        site.score_all().await;
        assert_eq!(rows().await, 1, "{}", site.name);
        assert_ne!(text(&site, &visitor, PAGE).await, before);
    }
}
