//! Live questions on their page, in the list that open pages fetch, on a projector and among the events.

use both::both;
use chrono::TimeDelta;
use domain::live::LiveDraft;
use platform::testing::{by, noon, organizes};
use platform::{competitions, live};
use reqwest::Client;
use reqwest::header::{ACCEPT, LOCATION};

use crate::common::{Person, Site, browser};

const PAGE: &str = "/competitions/breast-cancer/live";

/// A site with an organizer, a team and an open session.
struct Scene {
    site: Site,
    organizer: Person,
    leader: Person,
}

impl Scene {
    async fn of(site: Site) -> Self {
        let organizer = site.person("lee").await;
        organizes(&site.services, &site.competition, &organizer.user).await;
        let (_, leader, _) = site.team("garam").await;
        let draft =
            LiveDraft {
                title: "설명회".into(), opens_at: Some(noon()), closes_at: Some(noon() + TimeDelta::hours(2))
            };
        live::set(&site.services, &site.competition, &by(&organizer.user), None, draft).await.unwrap();
        Self { site, organizer, leader }
    }

    async fn ask(&self, text: &str, named: bool) {
        let Self { site, leader, .. } = self;
        live::ask(&site.services, &site.competition, &by(&leader.user), 1, text, named).await.unwrap();
    }

    async fn page(&self, client: &Client, rest: &str) -> String {
        client.get(self.site.at(&format!("{PAGE}{rest}"))).send().await.unwrap().text().await.unwrap()
    }
}

#[both]
async fn a_question_without_a_name_says_whose_it_is_to_organizers_and_in_no_way_out_to_anybody_else(site: Site) {
    let scene = Scene::of(site).await;
    scene.ask("이름 없이 물어요", false).await;
    scene.ask("팀으로 물어요", true).await;
    let (_, other, _) = scene.site.team("naru").await;
    let ways = ["", "/list", "/list?all=on", "/list?screen=on", "/screen"];
    for client in [browser(), scene.site.browser_of(&other).await] {
        for way in ways {
            let text = scene.page(&client, way).await;
            assert!(text.contains("이름 없이 물어요") && text.contains("팀으로 물어요"), "{way}: {text}");
            // Once, under the question that has it.
            assert_eq!(text.matches("garam").count(), 1, "{way}: {text}");
            for secret in ["garam-1", "garam-2", &scene.leader.user.id.to_string()] {
                assert!(!text.contains(secret), "{secret} in {way}");
            }
        }
    }
    let organizer = scene.site.browser_of(&scene.organizer).await;
    for way in ["", "/list"] {
        let text = scene.page(&organizer, way).await;
        assert_eq!(text.matches("Asked by garam-1").count(), 2, "{way}: {text}");
    }
    for way in ["/list?screen=on", "/screen"] {
        assert!(!scene.page(&organizer, way).await.contains("garam-1"), "a hall looks at {way}");
    }
    let me = scene.site.browser_of(&scene.leader).await;
    assert!(scene.page(&me, "").await.contains("Organizers can see who asked"), "it is said before one asks");
}

#[both]
async fn events_of_live_questions_are_a_version_and_nothing_else(site: Site) {
    let scene = Scene::of(site).await;
    let mut stream = crate::events::Stream::open(&scene.site, None, None).await;
    let hello = stream.until("live").await;
    let data = |frame: &crate::events::Frame| serde_json::from_str::<serde_json::Value>(&frame["data"]).unwrap();
    assert_eq!(data(hello.last().unwrap())["version"], 1);
    scene.ask("이름 없이 물어요", false).await;
    let heard = stream.until("live").await;
    let told = data(heard.last().unwrap());
    assert_eq!(told["version"], 2, "on {}", scene.site.name);
    let fields: Vec<_> = told.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["spread", "version"]);
    assert!(!heard.last().unwrap().contains_key("id"));
}

#[both]
async fn whoever_has_no_script_votes_by_a_form_and_sees_their_own_vote_alone(site: Site) {
    let scene = Scene::of(site).await;
    scene.ask("몇 팀이 오르나요?", true).await;
    let me = scene.site.browser_of(&scene.leader).await;
    let (_, other, _) = scene.site.team("naru").await;
    let (other, visitor) = (scene.site.browser_of(&other).await, browser());
    for vote in ["on", "on"] {
        let form = [("slug", "breast-cancer"), ("session", "1"), ("number", "1"), ("vote", vote)];
        let sent = me.post(scene.site.at("/api/fn/vote_live")).header(ACCEPT, "text/html").form(&form);
        assert_eq!(sent.send().await.unwrap().headers()[LOCATION], format!("{PAGE}#q1"));
    }
    let mine = scene.page(&me, "").await;
    assert!(mine.contains("aria-pressed=\"true\"") && mine.contains("Take back my vote, 1 now"), "{mine}");
    let theirs = scene.page(&other, "").await;
    assert!(theirs.contains("aria-pressed=\"false\"") && theirs.contains("Vote, 1 now"), "{theirs}");
    let passing = scene.page(&visitor, "").await;
    assert!(!passing.contains("vote_live") && passing.contains("Log in to ask and vote"), "{passing}");
}

#[tokio::test]
async fn after_the_hours_the_page_says_so_takes_nothing_and_leads_to_the_board() {
    let scene = Scene::of(Site::on_sqlite().await).await;
    scene.ask("끝나면요?", true).await;
    scene.site.services.clock.set(noon() + TimeDelta::hours(2));
    let page = scene.page(&scene.site.browser_of(&scene.leader).await, "").await;
    assert!(page.contains("The time for questions is over.") && page.contains("To Questions and answers"), "{page}");
    assert!(page.contains("끝나면요?") && !page.contains("vote_live") && !page.contains("ask_live"), "{page}");
}

#[tokio::test]
async fn a_competition_has_the_tab_from_when_hours_are_set_and_says_on_its_first_page_that_they_are_open() {
    let site = Site::on_sqlite().await;
    let first = "/competitions/breast-cancer";
    let before = site.text(first).await;
    assert!(!before.contains(PAGE), "{before}");
    assert_eq!(site.get(&format!("{PAGE}/list")).await.status(), 404);
    for path in [PAGE, &format!("{PAGE}/screen")] {
        assert!(site.text(path).await.contains("No live questions are planned"), "{path}");
    }
    let scene = Scene::of(site).await;
    let open = scene.site.text(first).await;
    assert!(open.contains("You can ask and vote now."), "{open}");
    let board = scene.site.text("/competitions/breast-cancer/leaderboard").await;
    assert!(board.contains(PAGE), "a page that is kept in memory has the tab too");
    scene.site.services.clock.set(noon() + TimeDelta::hours(2));
    let over = scene.site.text(first).await;
    assert!(over.contains(PAGE) && !over.contains("You can ask and vote now."));
}

#[tokio::test]
async fn what_a_question_says_is_text_wherever_it_stands() {
    let scene = Scene::of(Site::on_sqlite().await).await;
    scene.ask("<script>alert(1)</script> & \"x\"", true).await;
    let competition = competitions::get(&scene.site.services, "breast-cancer").await.unwrap();
    let organizer = by(&scene.organizer.user);
    live::answer(&scene.site.services, &competition, &organizer, (1, 1), "<img src=x>\n둘째 줄").await.unwrap();
    for way in ["", "/list", "/screen"] {
        let text = scene.page(&browser(), way).await;
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{way}: {text}");
    }
}
