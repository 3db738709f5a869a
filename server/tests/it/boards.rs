//! Notices through HTTP, and what open pages hear of.

use both::both;
use platform::testing::{Store, by};
use std::time::Duration;

use domain::accounts::User;
use domain::boards::{BoardKind, PostDraft};
use futures::StreamExt as _;
use platform::boards;
use serde_json::Value;

use crate::common::{Person, Site, file, json, model};

fn draft(title: &str) -> PostDraft {
    PostDraft {
        title: title.into(),
        markdown: "본문 <script>alert(1)</script> $x^2$".into(),
        pinned: false,
        required: false,
        ..PostDraft::default()
    }
}

async fn post(site: &Site, title: &str) -> i64 {
    let admin = site.person(&format!("admin{}", title.len())).await;
    let admin = User { is_admin: true, ..admin.user };
    boards::write(&site.services, &site.competition, BoardKind::Notice, &by(&admin), draft(title)).await.unwrap()
}

#[both]
async fn a_notice_is_in_the_list_the_feed_and_its_own_page_without_its_script(site: Site) {
    let number = post(&site, "예선 <마감> 안내").await;
    let (_, list) = json(site.get("/api/v1/competitions/breast-cancer/notices").await).await;
    assert_eq!((list["total"].as_i64(), list["notices"][0]["title"].as_str()), (Some(1), Some("예선 <마감> 안내")));
    let feed = site.text("/api/v1/competitions/breast-cancer/notices.atom").await;
    assert!(feed.contains("<title>예선 &lt;마감&gt; 안내</title>"), "{feed}");
    let page = site.text(&format!("/competitions/breast-cancer/boards/notice/{number}")).await;
    assert!(page.contains("<msup>") && !page.contains("<script>alert"), "{} {page}", site.name);
}

#[both]
async fn of_equal_scores_only_the_earliest_submission_is_marked_as_the_teams_best_on_whatever_page(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    // More than the submit page shows.
    for _ in 0..8 {
        site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
        site.score_all().await;
    }
    let browser = site.browser_of(&leader).await;
    let marks = async |page: &str| {
        let address = site.at(&format!("/competitions/breast-cancer/{page}"));
        let text = browser.get(address).send().await.unwrap().text().await.unwrap();
        text.matches("team's best").count() + text.matches("team&#x27;s best").count()
    };
    assert_eq!((marks("submissions").await, marks("submit").await), (1, 0));
}

/// The next event of this name from a competition's stream.
async fn next(site: &Site, person: Option<&Person>, wanted: &str, deed: impl AsyncFnOnce()) -> String {
    let request = site.client.get(site.at("/api/v1/competitions/breast-cancer/events"));
    let request = match person {
        Some(person) => request.bearer_auth(&person.token),
        None => request,
    };
    let mut stream = request.send().await.unwrap().bytes_stream();
    // The greeting says that listening has begun.
    let mut text = String::from_utf8(stream.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(text.contains("event: leaderboard"), "{text}");
    text.clear();
    deed().await;
    let wait = async {
        while !text.contains(&format!("event: {wanted}\n")) || !text.ends_with("\n\n") {
            text.push_str(&String::from_utf8_lossy(&stream.next().await.unwrap().unwrap()));
        }
        text.clone()
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap_or_else(|_| panic!("no {wanted} on {}", site.name))
}

#[both]
async fn open_pages_hear_of_a_new_notice_and_of_the_boards_new_version(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let text = next(&site, None, "notice", async || {
        post(&site, "공지").await;
    })
    .await;
    assert!(text.contains("\"title\":\"공지\""), "{text}");
    let text = next(&site, None, "leaderboard", async || {
        site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
        site.score_all().await;
    })
    .await;
    assert!(text.contains("\"version\":1"), "{}: {text}", site.name);
    assert!(!text.contains("event: submission"), "a visitor hears nothing of submissions: {text}");
}

#[both]
async fn whoever_is_greeted_with_a_version_that_nobody_was_there_to_hear_of_reads_none_older(mut store: Store) {
    store.config.gather = Duration::from_hours(1);
    let site = Site::start(store, "").await;
    let (_, leader, _) = site.team("garam").await;
    let version = async || {
        let board = site.text("/api/v1/competitions/breast-cancer/leaderboard").await;
        serde_json::from_str::<Value>(&board).unwrap()["version"].as_i64().unwrap()
    };
    assert_eq!(version().await, 0);
    site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
    site.score_all().await;
    assert_eq!(version().await, 0, "versions are gathered on {}", site.name);
    let mut stream = site.get("/api/v1/competitions/breast-cancer/events").await.bytes_stream();
    let greeting = String::from_utf8(stream.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(greeting.contains("\"version\":1"), "{}: {greeting}", site.name);
    assert_eq!(version().await, 1);
}

#[both]
async fn a_team_hears_of_its_own_submissions_without_scores(site: Site) {
    let (_, leader, member) = site.team("garam").await;
    let text = next(&site, Some(&member), "submission", async || {
        site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
    })
    .await;
    assert!(text.contains("\"status\":\"queued\"") && !text.contains("score\""), "{}: {text}", site.name);
}

#[both]
async fn a_text_that_would_stop_the_server_is_refused_with_its_line(site: Site) {
    let admin = User { is_admin: true, ..site.person("admin").await.user };
    for text in [format!("첫 줄\n\n${}x$", "{".repeat(1_200)), format!("첫 줄\n\n{}", ">".repeat(30_000))] {
        let draft = PostDraft { markdown: text, ..draft("공지") };
        let posted = boards::write(&site.services, &site.competition, BoardKind::Notice, &by(&admin), draft).await;
        let Err(platform::Error::App(error)) = posted else { panic!("{}: posted", site.name) };
        let problem = (error.fields[0].field.as_str(), error.fields[0].problem.key());
        assert_eq!(problem, ("markdown", "body_deep"));
        assert_eq!(
            app::format::error::of_field(domain::Locale::Ko, Some(&error), "markdown").unwrap().split(':').next(),
            Some("3번째 줄")
        );
    }
    let text = format!("앞줄 ${}$", "{".repeat(1_200));
    let preview = boards::preview(&site.services, &site.competition, BoardKind::Notice, &by(&admin), text).await;
    assert_eq!(preview.unwrap_err().code(), Some(domain::ErrorCode::InvalidInput));
    assert_eq!(site.get("/healthz").await.status(), 200);
}
