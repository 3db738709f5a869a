//! A team's history on its page, and the chain on the command line.

use both::both;
use domain::address;
use platform::teams;
use platform::testing::{Store, by, organizes};
use reqwest::Client;

use crate::common::Site;
use crate::program::{load_demo, madang};

const BASE: &str = "/competitions/breast-cancer";
const TITLE: &str = "id=\"history\"";

async fn page(site: &Site, client: &Client, path: &str) -> String {
    client.get(site.at(path)).send().await.unwrap().text().await.unwrap()
}

#[both]
async fn a_teams_history_is_for_its_members_and_organizers_alone(site: Site) {
    let services = &site.services;
    let (team, leader, member) = site.team("garam").await;
    let (_, other, _) = site.team("naru").await;
    let organizer = site.person("organizer").await;
    organizes(services, &site.competition, &organizer.user).await;
    teams::rename(services, &team, &by(&leader.user), "한가람").await.unwrap();
    teams::show_submission_key(services, &team, &by(&member.user)).await.unwrap();
    teams::rename(services, &team, &by(&organizer.user), "큰가람").await.unwrap();

    let own = page(&site, &site.browser_of(&member).await, &address::team("breast-cancer")).await;
    let history = own.split_once(TITLE).expect("a history").1.split_once("</section>").expect("its end").0;
    let told = [
        "Renamed the team: 한가람 → 큰가람",
        "organizer",
        "Looked at the submission key",
        "garam-2",
        "Renamed the team: garam → 한가람",
        "garam-1",
        "Joined by the invitation link",
        "Made a new invitation link",
        "Made the team",
    ];
    let mut rest = history;
    for text in told {
        rest = rest.split_once(text).unwrap_or_else(|| panic!("{text} on {}: {history}", site.name)).1;
    }
    assert!(!history.contains("organizer@example.kr") && !history.contains("127.0.0.1"));

    let public = address::public_team("breast-cancer", team.number);
    let managed = page(&site, &site.browser_of(&organizer).await, &public).await;
    assert!(managed.contains(TITLE) && managed.contains("한가람 → 큰가람"), "{managed}");
    for client in [site.browser_of(&other).await, site.browser_of(&leader).await, site.client.clone()] {
        let seen = page(&site, &client, &public).await;
        assert!(seen.contains("큰가람") && !seen.contains(TITLE) && !seen.contains("한가람"), "{seen}");
    }
    let elsewhere = page(&site, &site.browser_of(&other).await, &address::team("breast-cancer")).await;
    assert!(elsewhere.contains(TITLE) && !elsewhere.contains("한가람"), "{elsewhere}");
    assert!(!page(&site, &site.client, &address::team("breast-cancer")).await.contains(TITLE));
}

#[both]
async fn a_long_history_has_pages_of_twenty_and_no_page_is_empty(site: Site) {
    let (team, leader, _) = site.team("garam").await;
    for round in 0..30 {
        teams::rename(&site.services, &team, &by(&leader.user), &format!("가람 {round}")).await.unwrap();
    }
    let client = site.browser_of(&leader).await;
    let rows = |page: &str| page.split_once(TITLE).expect("a history").1.matches("<th scope=\"row\">").count();
    let first = page(&site, &client, &format!("{BASE}/team")).await;
    assert!(first.contains("/team?history=2#history") && first.contains("가람 28 → 가람 29"), "{first}");
    assert_eq!(rows(&first), 20);
    let second = page(&site, &client, &format!("{BASE}/team?history=2")).await;
    assert!(second.contains("Made the team") && !second.contains("가람 28 → 가람 29"), "{second}");
    assert_eq!(rows(&second), 13);
    for wrong in ["99", "0", "-1", "x", "9223372036854775807"] {
        assert!(rows(&page(&site, &client, &format!("{BASE}/team?history={wrong}")).await) > 0, "{wrong}");
    }
}

#[both]
#[expect(clippy::unused_async, reason = "what #[both] stands on")]
async fn the_command_line_walks_along_the_chain_and_writes_it_as_lines(store: Store) {
    load_demo(&store);
    let audit = |arguments: &[&str]| {
        let mut command = madang(&store, 0);
        let output = command.stdout(std::process::Stdio::piped()).arg("audit").args(arguments).output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code(), said)
    };
    let (code, [said, _]) = audit(&["verify"]);
    assert!(code == Some(0) && said.contains("entries, the chain holds."), "{said}");
    let (code, [all, _]) = audit(&["export"]);
    let last: serde_json::Value = serde_json::from_str(all.lines().last().unwrap()).unwrap();
    assert!(code == Some(0) && said.contains(last["hash"].as_str().unwrap()), "{said}");
    assert!(said.starts_with(&format!("{} entries", all.lines().count())), "{said}");
    assert!(!all.contains("madang.test"), "an address is in the chain");
    let (_, [one, _]) = audit(&["export", "--competition", "breast-cancer"]);
    assert!(one.lines().count() > 10 && one.lines().count() < all.lines().count());
    assert!(one.lines().all(|line| all.contains(line)));
    let (code, [_, error]) = audit(&["export", "--competition", "nothing"]);
    assert!(code == Some(2) && error.contains("there is no competition"), "{error}");
}
