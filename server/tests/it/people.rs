//! Who sees whose name: strangers the public one, teams and organizers the real one; and what organizers put right.

use both::both;
use domain::access::{Actor, Role};
use domain::accounts::SignUp;
use domain::boards::{BoardKind, PostDraft};
use domain::teams::Team;
use platform::competitions::roles;
use platform::testing::{Store, TEST_PASSWORD, by, form, organizes, sign_up};
use platform::{accounts, boards, participation, teams};
use reqwest::Client;
use reqwest::header::{ACCEPT, REFERER};

use crate::common::{Person, Site, browser, file, model};
use crate::program::{load_demo, madang};

const BASE: &str = "/competitions/breast-cancer";

async fn named(site: &Site, slug: &str, name: &str, public_name: &str) -> Person {
    let form =
        SignUp {
            name: name.into(), public_name: public_name.into(), affiliation: "숨은대학교".into(), ..form(slug)
        };
    site.with_token(sign_up(&site.services, form).await).await
}

async fn send(site: &Site, client: &Client, function: &str, from: &str, fields: &[(&str, &str)]) -> u16 {
    let request = client.post(site.at(&format!("/api/fn/{function}"))).form(fields);
    let answer = request.header(ACCEPT, "text/html").header(REFERER, site.at(from)).send().await.unwrap();
    answer.status().as_u16()
}

async fn text(site: &Site, client: &Client, path: &str) -> String {
    client.get(site.at(path)).send().await.unwrap().text().await.unwrap()
}

/// A scored team whose leader goes by a public name and whose member by none, and a notice by an organizer without one.
async fn contest(site: &Site) -> (Team, Person, Person, Person) {
    let leader = named(site, "one", "감춘하나", "별지기").await;
    let member = named(site, "two", "감춘둘째", "").await;
    let organizer = named(site, "three", "감춘운영", "").await;
    organizes(&site.services, &site.competition, &organizer.user).await;
    for person in [&leader, &member] {
        participation::join(&site.services, &site.competition, &by(&person.user), true).await.unwrap();
    }
    let team = teams::create(&site.services, &site.competition, &by(&leader.user), "가람").await.unwrap();
    let code = teams::renew_invitation(&site.services, &team, &by(&leader.user)).await.unwrap().code;
    let team = teams::join_by_link(&site.services, &site.competition, &by(&member.user), &code).await.unwrap();
    site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
    site.score_all().await;
    let draft = PostDraft {
        title: "공지".into(),
        markdown: "본문".into(),
        pinned: false,
        required: false,
        ..PostDraft::default()
    };
    let notice = draft.clone();
    boards::write(&site.services, &site.competition, BoardKind::Notice, &by(&organizer.user), draft).await.unwrap();
    let root = SignUp { name: "감춘관리".into(), ..form("four") };
    let root = accounts::add(&site.services, &Actor::COMMAND, root, true).await.unwrap();
    let number = boards::site::write(&site.services, &by(&root), notice.clone()).await.unwrap();
    let changed = PostDraft { markdown: "다른 본문".into(), ..notice };
    boards::site::edit(&site.services, &by(&root), number, changed).await.unwrap();
    (team, leader, member, organizer)
}

#[both]
async fn no_page_answer_or_file_names_a_real_person_to_a_stranger(site: Site) {
    let (team, leader, _, organizer) = contest(&site).await;
    let code = teams::renew_invitation(&site.services, &team, &by(&leader.user)).await.unwrap().code;
    let stranger = site.browser_of(&site.person("stranger").await).await;
    let api = "/api/v1/competitions/breast-cancer";
    let paths = [
        "/".to_owned(),
        "/notices".to_owned(),
        "/notices/1".to_owned(),
        "/notices/1/history".to_owned(),
        "/notices.atom".to_owned(),
        BASE.to_owned(),
        format!("{BASE}/leaderboard"),
        format!("{BASE}/leaderboard?q=%EA%B0%80%EB%9E%8C"),
        format!("{BASE}/leaderboard?board=private"),
        format!("{BASE}/team"),
        format!("{BASE}/teams/{}", team.number),
        format!("{BASE}/join/{code}"),
        format!("{BASE}/submissions"),
        format!("{BASE}/boards/notice"),
        format!("{BASE}/boards/notice/1"),
        api.to_owned(),
        format!("{api}/leaderboard"),
        format!("{api}/leaderboard?board=private"),
        format!("{api}/leaderboard.csv"),
        format!("{api}/leaderboard.csv?board=private"),
        format!("{api}/leaderboard/statistics"),
        format!("{api}/notices"),
        format!("{api}/notices.atom"),
    ];
    let revealed = site.competition.stages[1].reveal_at.unwrap();
    for at in [site.services.clock.now(), revealed] {
        site.services.clock.set(at);
        site.score_all().await;
        for path in &paths {
            for client in [&stranger, &site.client] {
                let answer = client.get(site.at(path)).send().await.unwrap();
                // Once all is revealed, the certainty of ranks too, there is something to look into.
                assert!(at != revealed || !path.starts_with(api) || answer.status() == 200, "{path}");
                let text = answer.text().await.unwrap();
                for hidden in
                    ["감춘", "숨은대학교", "one@example.kr", "two@example.kr", "three@example.kr", "four@example.kr"]
                {
                    assert!(!text.contains(hidden), "{hidden} on {path}, {}: {text}", site.name);
                }
            }
        }
        // The search is not blind: the public name is where names are, and insiders read the real ones there.
        for path in [format!("{BASE}/leaderboard"), format!("{api}/leaderboard"), format!("{api}/leaderboard.csv")] {
            assert!(site.text(&path).await.contains("별지기"), "{path} on {}", site.name);
        }
    }
    let public = format!("{BASE}/teams/{}", team.number);
    let seen = site.text(&public).await;
    assert!(seen.contains("별지기") && seen.contains("1 member without a public name"), "{seen}");
    let own = text(&site, &site.browser_of(&leader).await, &format!("{BASE}/team")).await;
    assert!(own.contains("감춘하나") && own.contains("감춘둘째") && own.contains("숨은대학교"), "{own}");
    let managed = text(&site, &site.browser_of(&organizer).await, &public).await;
    assert!(managed.contains("감춘둘째") && managed.contains("숨은대학교"), "{managed}");
    assert!(managed.contains("other-name"), "{managed}");
    let lists = site.browser_of(&organizer).await;
    for (list, found) in [("people", "감춘하나"), ("teams", "감춘하나")] {
        let page = text(&site, &lists, &format!("{BASE}/manage/{list}?page=99")).await;
        assert!(page.contains(found), "past the end is the last page of {list}: {page}");
    }
    let dashboard = text(&site, &lists, &format!("{BASE}/manage")).await;
    assert!(dashboard.contains("manage/teams?state=takes_part"), "{dashboard}");
    let viewer = site.person("viewer").await;
    let role = Some(Role::Viewer);
    roles::give(&site.services, &site.competition, &Actor::COMMAND, &viewer.user.email, role).await.unwrap();
    let looked_at = text(&site, &site.browser_of(&viewer).await, &public).await;
    assert!(looked_at.contains("별지기"), "{looked_at}");
    for hidden in ["감춘", "숨은대학교", "other-name", "id=\"memberships\""] {
        assert!(!looked_at.contains(hidden), "{hidden}: {looked_at}");
    }
    assert!(managed.contains("id=\"memberships\""), "{managed}");
    let notice = site.text(&format!("{api}/notices.atom")).await;
    assert!(notice.contains("<author><name>Organizers</name></author>"), "{notice}");
}

#[both]
async fn signing_up_says_who_sees_what_and_the_account_changes_the_public_name(site: Site) {
    let form = site.text("/signup").await;
    assert!(form.contains("name=\"public_name\"") && form.contains("counted as a member without a name"), "{form}");
    let client = browser();
    let fields = [
        ("email", "kim@example.kr"),
        ("name", "김서연"),
        ("public_name", "밤올빼미"),
        ("affiliation", ""),
        ("password", TEST_PASSWORD),
        ("next", "/account"),
    ];
    assert_eq!(send(&site, &client, "sign_up", "/signup", &fields).await, 303);
    assert!(text(&site, &client, "/account").await.contains("value=\"밤올빼미\""));
    send(&site, &client, "set_public_name", "/account", &[("public_name", "")]).await;
    let account = text(&site, &client, "/account").await;
    assert!(account.contains("Your public name was changed.") && !account.contains("밤올빼미"), "{account}");
    let me: serde_json::Value = serde_json::from_str(&text(&site, &client, "/api/v1/me").await).unwrap();
    assert!(me["public_name"].is_null() && me["name"] == "김서연");
}

#[both]
async fn after_the_end_a_team_is_as_it_was_but_an_organizer_puts_right_what_has_to_be(site: Site) {
    let (team, leader, member, organizer) = contest(&site).await;
    site.services.clock.set(site.competition.stages[1].reveal_at.unwrap());
    let (own, public) = (format!("{BASE}/team"), format!("{BASE}/teams/{}", team.number));
    let slug = ("slug", "breast-cancer");
    let (member_id, number) = (member.user.id.to_string(), team.number.to_string());
    let client = site.browser_of(&leader).await;
    let page = text(&site, &client, &own).await;
    assert!(!page.contains("other-name") && !page.contains("leave-team") && !page.contains("renew-key"), "{page}");
    for (function, fields) in [
        ("rename_team", vec![slug, ("name", "우승 팀")]),
        ("remove_member", vec![slug, ("member", member_id.as_str())]),
        ("hand_over", vec![slug, ("member", member_id.as_str())]),
        ("renew_invitation", vec![slug]),
        ("renew_key", vec![slug]),
    ] {
        let call = client.post(site.at(&format!("/api/fn/{function}"))).form(&fields);
        let answer = call.header(REFERER, site.at(&own)).send().await.unwrap();
        let (status, told) = (answer.status().as_u16(), answer.text().await.unwrap());
        assert!(status == 403 && told.contains("teams_frozen"), "{function} on {}: {status} {told}", site.name);
    }
    // Nobody but an organizer acts on a team by its number.
    let client = site.browser_of(&site.person("stranger").await).await;
    let fields = [slug, ("team", number.as_str()), ("name", "장난")];
    send(&site, &client, "rename_team", &public, &fields).await;
    let client = site.browser_of(&organizer).await;
    assert!(text(&site, &client, &public).await.contains("For organizers only"));
    let fields = [slug, ("team", number.as_str()), ("name", "바로잡은 이름")];
    send(&site, &client, "rename_team", &public, &fields).await;
    let page = text(&site, &client, &public).await;
    assert!(page.contains("The team has a new name."), "{page}");
    let fields = [slug, ("team", number.as_str()), ("member", member_id.as_str()), ("reason", "본인이 부탁함")];
    send(&site, &client, "move_member", &public, &fields).await;
    let team = teams::by_number(&site.services, &site.competition, team.number).await.unwrap();
    assert_eq!((team.name.as_str(), team.members.len()), ("바로잡은 이름", 1));
}

#[both]
#[expect(clippy::unused_async, reason = "what #[both] stands on")]
async fn the_command_line_gives_a_role_and_takes_it_back(store: Store) {
    load_demo(&store);
    let role = |arguments: &[&str]| {
        let output = madang(&store, 0)
            .env("MADANG_ADDR", "127.0.0.1:1")
            .stdout(std::process::Stdio::piped())
            .args(["competition", "role", "digits", "naru@madang.test"])
            .args(arguments)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (output.status.success(), said)
    };
    let (ok, said) = role(&["organizer"]);
    assert!(ok && said.contains("naru@madang.test (최나루) is organizer of digits now."), "{said}");
    assert!(role(&["organizer"]).1.contains("already"));
    let (ok, said) = role(&["judge"]);
    assert!(ok && said.contains("is judge of digits now"), "{said}");
    let (ok, said) = role(&["king"]);
    assert!(!ok && said.contains("owner, organizer, judge or viewer"), "{said}");
    let (ok, said) = role(&["--remove"]);
    assert!(ok && said.contains("has no role in digits any more"), "{said}");
    assert!(!role(&[]).0);
}
