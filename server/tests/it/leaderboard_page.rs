//! The leaderboard's page: rendered once for everyone, with what is the reader's own laid over.

use std::io::Read as _;

use app::pages::leaderboards::asked::PER_PAGE;
use both::both;
use platform::jobs;
use reqwest::Client;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING};

use crate::common::{Site, browser, file, model};

const PAGE: &str = "/competitions/breast-cancer/leaderboard";

async fn text(site: &Site, client: &Client, path: &str) -> String {
    let response = client.get(site.at(path)).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

/// A page with the reader's parts laid over it, which is the page rendered whole for them.
async fn laid_over(site: &Site, client: &Client, query: &str) -> String {
    let laid = text(site, client, &format!("{PAGE}{query}")).await;
    // An address that the page's own links do not have is rendered for its reader alone.
    let (odd, plain) = match query {
        "" => ("?page=01".to_owned(), ""),
        query if query.contains("page=") => (query.replace("page=", "page=0"), query),
        query => (format!("{query}&page=01"), query),
    };
    let mut whole = text(site, client, &format!("{PAGE}{odd}")).await;
    let ways: [fn(&str) -> String; 3] = [str::to_owned, |query| query.replace('&', "&amp;"), encoded];
    for written in ways {
        whole = whole.replace(&written(&odd), &written(plain));
    }
    assert_eq!(laid, whole, "{query} on {}", site.name);
    assert!(!laid.contains("<mine-"));
    laid
}

fn encoded(query: &str) -> String {
    query.replace('?', "%3F").replace('=', "%3D").replace('&', "%26")
}

#[both]
async fn a_readers_page_with_their_parts_laid_over_is_the_page_rendered_whole_for_them(site: Site) {
    let (_, garam, member) = site.team("garam").await;
    let (_, naru, _) = site.team("naru").await;
    let (_, without_score, _) = site.team("dasom").await;
    let stranger = site.person("stranger").await;
    for (person, answer) in [(&garam, "svc.csv"), (&naru, "mlp.csv")] {
        assert_eq!(site.submit(person, file("file", model(answer))).send().await.unwrap().status(), 201);
    }
    site.score_all().await;
    let mut clients = Vec::new();
    for person in [&garam, &member, &naru, &without_score, &stranger] {
        clients.push(site.browser_of(person).await);
    }
    clients.push(browser());
    // The second time with the private board, and how certain it is.
    for (board, reveal) in [("", false), ("?board=private", true)] {
        if reveal {
            site.services.clock.set(site.competition.stages[1].reveal_at.unwrap());
            site.score_all().await;
        }
        let mut pages = Vec::new();
        for client in &clients {
            pages.push(laid_over(&site, client, board).await);
        }
        assert!(pages[0].contains("id=\"own\"") && pages[0].contains("garam-1"), "{board} on {}", site.name);
        assert!(pages.iter().all(|page| page.contains("class=\"card certainty\"") == reveal));
        assert!(!pages[4].contains("id=\"own\"") && !pages[4].contains("my-rank"));
        assert!(!pages[5].contains("id=\"own\""));
    }
}

#[tokio::test]
async fn on_another_page_the_readers_own_row_is_where_it_stands() {
    let site = Site::on_sqlite().await;
    let mut teams = Vec::new();
    for number in 0..=PER_PAGE {
        teams.push(site.team(&format!("team{number}")).await);
    }
    // Of equal scores the earlier one is first.
    for (_, leader, _) in &teams {
        site.services.clock.advance(chrono::Duration::seconds(1));
        assert_eq!(site.submit(leader, file("file", model("svc.csv"))).send().await.unwrap().status(), 201);
    }
    site.score_all().await;
    let [first, last] = [&teams[0].1, &teams[PER_PAGE].1];
    for query in ["?page=2", "?board=private&page=2"] {
        for (person, is_there) in [(first, false), (last, true)] {
            let page = laid_over(&site, &site.browser_of(person).await, query).await;
            assert_eq!(page.contains("id=\"own\""), is_there, "{query} for {}", person.user.name);
        }
        laid_over(&site, &browser(), query).await;
        site.services.clock.set(site.competition.stages[1].reveal_at.unwrap());
    }
}

#[both]
async fn a_readers_page_is_packed_and_no_cache_may_keep_it(site: Site) {
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
    assert_eq!(unpacked, plain);
}

#[both]
async fn the_page_shows_a_new_score_and_a_new_quota_at_once(site: Site) {
    let (_, garam, _) = site.team("garam").await;
    let client = site.browser_of(&garam).await;
    let rows = async || text(&site, &client, PAGE).await.matches("id=\"own\"").count();
    assert_eq!(rows().await, 0);
    let visitor = browser();
    let before = text(&site, &visitor, PAGE).await;
    site.submit(&garam, file("file", model("svc.csv"))).send().await.unwrap();
    site.score_all().await;
    assert_eq!(rows().await, 1);
    assert_ne!(text(&site, &visitor, PAGE).await, before);
}

#[both]
async fn a_kept_page_has_each_readers_own_bell_and_a_visitors_none(site: Site) {
    let (_, leader, member) = site.team("garam").await;
    jobs::run_until_idle(&site.services).await.unwrap();
    let clients = [site.browser_of(&leader).await, site.browser_of(&member).await, browser()];
    // The second time from memory.
    for _ in 0..2 {
        let mut bells = Vec::new();
        for client in &clients {
            let page = text(&site, client, PAGE).await;
            let bell = page.split_once("id=\"bell\"").and_then(|(_, rest)| rest.split_once("</a>"));
            bells.push(bell.map(|(bell, _)| bell.contains("Notifications, 1 unread")));
        }
        // The leader was told who joined.
        assert_eq!(bells, [Some(true), Some(false), None], "on {}", site.name);
    }
}
