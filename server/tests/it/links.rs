//! Texts promise nothing that is not there: every link of every page and text leads somewhere, for a reader and a member.

use std::collections::BTreeSet;
use std::path::Path;

use both::both;
use domain::access::Actor;
use domain::address;
use platform::competitions::import;
use platform::testing::{dated_folder, demo_folder, noon};
use reqwest::header::ACCEPT_LANGUAGE;

use crate::common::{Site, browser, file, json, model};

const COMPETITIONS: [&str; 3] = ["breast-cancer", "diabetes", "digits"];

/// Addresses of this site in the links of a page.
pub(crate) fn links(html: &str) -> impl Iterator<Item = String> + '_ {
    html.split("<a ").skip(1).filter_map(|rest| {
        let tag = rest.split('>').next()?;
        let href = tag.split("href=\"").nth(1)?.split('"').next()?;
        let address = href.split('#').next()?.replace("&amp;", "&");
        (address.starts_with('/') && !address.starts_with("/assets/")).then_some(address)
    })
}

/// Addresses of this site in the links of a Markdown text.
fn links_of_text(markdown: &str) -> impl Iterator<Item = String> + '_ {
    markdown.split("](/").skip(1).filter_map(|rest| Some(format!("/{}", rest.split([')', '#']).next()?)))
}

/// Every text under a folder.
fn texts(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_text = path.extension().is_some_and(|end| end == "md" || end == "toml");
        if path.is_dir() {
            texts(&path, found);
        } else if is_text {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

/// A site with the demo's competitions and a member of a team, signed in.
async fn site() -> (Site, reqwest::Client, String) {
    let site = Site::on_sqlite().await;
    for slug in &COMPETITIONS[1..] {
        import::import(&site.services, &Actor::COMMAND, &demo_folder(slug), None).await.unwrap();
    }
    let (_, leader, _) = site.team("garam").await;
    let (_, made) = json(site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap()).await;
    site.score_all().await;
    let id = made["submission"]["id"].as_str().unwrap().to_owned();
    let client = site.browser_of(&leader).await;
    (site, client, id)
}

#[tokio::test]
async fn every_link_of_every_page_and_text_leads_somewhere_in_both_languages() {
    let (site, member, _) = site().await;
    let visitor = browser();
    // Every page that a competition's name is enough for.
    let of_competitions =
        address::patterns().into_iter().filter(|(_, values)| values.iter().all(|name| *name == "slug"));
    let mut pages: BTreeSet<_> =
        of_competitions.flat_map(|(pattern, _)| COMPETITIONS.map(|slug| pattern.replace("{slug}", slug))).collect();
    // These open with a letter's key.
    let keyed = |slug: &&str| [address::role_invitation(slug), address::mailed_invitation(slug)];
    pages.retain(|page| !COMPETITIONS.iter().flat_map(keyed).any(|of_letter| of_letter == *page));
    pages.retain(|page| page != address::VERIFY);
    pages.extend(COMPETITIONS.map(|slug| format!("{}?board=public", address::leaderboard(slug))));
    let mut wrong = Vec::new();
    for language in ["ko", "en"] {
        let get = async |client: &reqwest::Client, address: &str| {
            client.get(site.at(address)).header(ACCEPT_LANGUAGE, language).send().await.unwrap()
        };
        let mut addresses = BTreeSet::new();
        for page in &pages {
            for client in [&visitor, &member] {
                let answer = get(client, page).await;
                let (status, html) = (answer.status(), answer.text().await.unwrap());
                // A page may ask to sign in first; whatever it is, its links hold.
                assert!(status.as_u16() < 404, "{page} in {language}: {status}");
                addresses.extend(links(&html).map(|address| (address, page.clone())));
            }
        }
        let mut found = Vec::new();
        texts(demo_folder("digits").parent().unwrap(), &mut found);
        texts(&demo_folder("digits").join("../../app/texts"), &mut found);
        let of_texts = found.iter().flat_map(|text| links_of_text(text));
        addresses.extend(of_texts.map(|address| (address, "a text".to_owned())));
        assert!(addresses.len() > 50, "the search is not blind: {addresses:?}");
        let mut asked = BTreeSet::new();
        for (address, page) in addresses {
            if asked.insert(address.clone()) {
                let status = get(&member, &address).await.status();
                if status.as_u16() >= 400 {
                    wrong.push(format!("{address} on {page} in {language}: {status}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_address_that_the_api_page_names_answers() {
    let (site, member, id) = site().await;
    // How certain ranks are is there once they are revealed.
    site.services.clock.set(site.competition.stages[1].reveal_at.unwrap());
    site.score_all().await;
    let mut found = Vec::new();
    texts(&demo_folder("digits").join("../../app/texts"), &mut found);
    let named: BTreeSet<_> = found
        .iter()
        .flat_map(|text| text.split("`GET ").skip(1))
        .filter_map(|rest| rest.split('`').next())
        .map(|path| path.replace("{slug}", "breast-cancer").replace("{id}", &id))
        .collect();
    assert!(named.len() > 8, "{named:?}");
    for path in named {
        let status = member.get(site.at(&path)).send().await.unwrap().status();
        assert_eq!(status, 200, "{path}");
    }
}

#[both]
async fn pages_say_the_competitions_own_decimals_and_promise_no_notice_of_a_date_that_is_not_set(site: Site) {
    let within = tempfile::tempdir().unwrap();
    let folder = dated_folder("breast-cancer", within.path(), noon());
    let manifest = folder.join("competition.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with("reveal")).collect();
    std::fs::write(&manifest, format!("decimals = 3\n{}", lines.join("\n"))).unwrap();
    import::import(&site.services, &Actor::COMMAND, &folder, None).await.unwrap();
    let (_, leader, _) = site.team("garam").await;
    site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
    site.score_all().await;
    for (page, said) in [
        ("evaluation", "To 3 decimal places"),
        ("leaderboard", "no date is set yet for the private leaderboard"),
        ("leaderboard?board=private", "no date is set for it"),
    ] {
        let seen = site.text(&format!("/competitions/breast-cancer/{page}")).await;
        assert!(seen.contains(said), "{page} on {}: {seen}", site.name);
    }
}
