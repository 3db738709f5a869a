//! Forms as a browser without a script sends them.

use both::both;
use platform::accounts;
use platform::testing::{TEST_PASSWORD, by, left_in_sessions};
use reqwest::Response;
use reqwest::header::{ACCEPT, LOCATION, REFERER};

use crate::common::{Site, browser, file, model};

async fn send(site: &Site, client: &reqwest::Client, function: &str, from: &str, fields: &[(&str, &str)]) -> Response {
    let request = client.post(site.at(&format!("/api/fn/{function}"))).form(fields);
    request.header(ACCEPT, "text/html,application/xhtml+xml").header(REFERER, site.at(from)).send().await.unwrap()
}

fn target(response: &Response) -> String {
    assert_eq!(response.status(), 303);
    response.headers()[LOCATION].to_str().unwrap().to_owned()
}

fn session(response: &Response) -> Option<String> {
    let cookies = response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    cookies.filter(|cookie| cookie.starts_with("madang=")).map(str::to_owned).next()
}

#[both]
async fn signing_up_signs_in_and_signing_out_ends_the_session(site: Site) {
    let client = browser();
    let fields = [
        ("email", "kim@example.kr"),
        ("name", "김서연"),
        ("affiliation", ""),
        ("password", TEST_PASSWORD),
        ("next", "/account"),
    ];
    let answer = send(&site, &client, "sign_up", "/signup", &fields).await;
    let cookie = session(&answer).unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(target(&answer), "/account");
    let me = client.get(site.at("/api/v1/me")).send().await.unwrap();
    assert_eq!(me.status(), 200);
    assert_eq!(target(&send(&site, &client, "log_out", "/account", &[]).await), "/");
    assert_eq!(client.get(site.at("/api/v1/me")).send().await.unwrap().status(), 401);
}

#[both]
async fn logging_in_starts_a_new_session_id(site: Site) {
    site.person("kim").await;
    let client = browser();
    let fields = [("email", "kim@example.kr"), ("password", TEST_PASSWORD), ("next", "/")];
    let first = session(&send(&site, &client, "log_in", "/login", &fields).await).unwrap();
    let second = session(&send(&site, &client, "log_in", "/login", &fields).await).unwrap();
    assert_ne!(first.split(';').next(), second.split(';').next());
    let planted = reqwest::Client::new().get(site.at("/api/v1/me")).header("cookie", first.split(';').next().unwrap());
    assert_eq!(planted.send().await.unwrap().status(), 401, "the old id is worth nothing");
}

#[both]
async fn a_failed_form_goes_back_with_its_error_and_what_was_typed_but_the_password(site: Site) {
    let client = browser();
    let fields =
        [("email", "not-an-address"), ("name", "김서연"), ("affiliation", ""), ("password", "short"), ("next", "/")];
    let answer = send(&site, &client, "sign_up", "/signup", &fields).await;
    assert_eq!(target(&answer), "/signup");
    let page = client.get(site.at("/signup")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("value=\"not-an-address\"") && page.contains("김서연"), "{page}");
    assert!(page.contains("at least 12 characters"), "{page}");
    assert!(!page.contains("value=\"short\""));
    let again = client.get(site.at("/signup")).send().await.unwrap().text().await.unwrap();
    assert!(!again.contains("not-an-address"), "it is shown once, on {}", site.name);
}

#[tokio::test]
async fn a_form_that_needs_a_login_leads_there_and_back() {
    let site = Site::on_sqlite().await;
    let fields = [("slug", "breast-cancer"), ("name", "새 팀")];
    let answer = send(&site, &browser(), "create_team", "/competitions/breast-cancer/team", &fields).await;
    assert_eq!(target(&answer), "/login?next=%2Fcompetitions%2Fbreast-cancer%2Fteam");
}

#[both]
async fn the_upload_form_without_a_script_leads_to_the_submission_or_back_with_the_lines(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let client = site.browser_of(&leader).await;
    let url = site.at("/competitions/breast-cancer/submit");
    let good = client.post(&url).multipart(file("file", model("svc.csv"))).send().await.unwrap();
    let path = target(&good);
    assert!(path.starts_with("/competitions/breast-cancer/submissions/"), "{path}");
    let wrong = String::from_utf8(model("svc.csv")).unwrap().replacen("0.146098", "1.2", 1);
    let bad = client.post(&url).multipart(file("file", wrong.into_bytes())).send().await.unwrap();
    assert_eq!(target(&bad), "/competitions/breast-cancer/submit");
    let page = client.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("1.2") && page.contains("between 0 and 1"), "{} {page}", site.name);
}

#[both]
async fn a_refused_upload_form_keeps_its_memo_and_its_switch(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let client = site.browser_of(&leader).await;
    let url = site.at("/competitions/breast-cancer/submit");
    // Without a file, and with a wrong one.
    for form in [file("file", Vec::new()), file("file", b"id,other\n".to_vec())] {
        let form = form.text("memo", "ResNet-50, \"x\" & y").text("dry_run", "on");
        target(&client.post(&url).multipart(form).send().await.unwrap());
        let page = client.get(&url).send().await.unwrap().text().await.unwrap();
        let tag = |id: &str| {
            let tags = page.split('<').filter(|tag| tag.starts_with("input"));
            tags.filter(|tag| tag.contains(&format!("id=\"{id}\""))).collect::<String>()
        };
        assert!(tag("memo").contains("value=\"ResNet-50, &quot;x&quot; &amp; y\""), "{} {}", site.name, tag("memo"));
        assert!(tag("dry_run").contains(" checked"), "{}", tag("dry_run"));
    }
    let page = client.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(!page.contains("ResNet-50"), "it is shown once, on {}", site.name);
}

#[tokio::test]
async fn a_log_in_without_a_referer_ends_where_its_message_is_shown() {
    let site = Site::on_sqlite().await;
    let client = browser();
    let fields = [("email", "kim@example.kr"), ("password", "wrong"), ("next", "/account")];
    let request = client.post(site.at("/api/fn/log_in")).form(&fields).header(ACCEPT, "text/html");
    assert_eq!(target(&request.send().await.unwrap()), "/login?next=%2Faccount");
    let page = client.get(site.at("/login?next=%2Faccount")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Could not log in") && page.contains("value=\"kim@example.kr\""), "{page}");
}

#[tokio::test]
async fn what_a_script_fetches_beside_a_page_does_not_take_the_pages_message() {
    let site = Site::on_sqlite().await;
    let client = browser();
    let fields = [("email", "kim@example.kr"), ("password", "wrong"), ("next", "/")];
    send(&site, &client, "log_in", "/login", &fields).await;
    client.get(site.at("/login")).header("sec-fetch-dest", "empty").send().await.unwrap();
    let page = client.get(site.at("/login")).header("sec-fetch-dest", "document").send().await.unwrap();
    assert!(page.text().await.unwrap().contains("Could not log in"));
}

#[both]
async fn strangers_forms_write_nothing_whatever_they_send_and_wherever_to(site: Site) {
    let long = "x".repeat(12_000);
    let huge = "x".repeat(500_000);
    let fields = |name: &str| vec![("email", name.to_owned()), ("name", name.to_owned()), ("slug", name.to_owned())];
    for (function, value) in [
        ("sign_up", &long),
        ("log_in", &huge),
        ("create_team", &long),
        ("create_token", &huge),
        ("nowhere", &huge),
        ("write_post", &huge[..300_000].to_owned()),
    ] {
        let client = browser();
        let form = fields(value);
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = send(&site, &client, function, "/login", &form).await;
        assert!(answer.headers().get_all("set-cookie").iter().all(|cookie| cookie.len() < 2600), "{function}");
        for get in ["create_team", "nowhere"] {
            client.get(site.at(&format!("/api/fn/{get}"))).header(ACCEPT, "text/html").send().await.unwrap();
        }
    }
    assert_eq!(left_in_sessions(&site.services).await, Vec::<String>::new());
    let client = browser();
    assert_eq!(target(&send(&site, &client, "log_in", "/login", &[("email", &huge)]).await), "/login");
    let page = client.get(site.at("/login")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("too long") && page.len() < 100_000);
}

#[both]
async fn a_new_tokens_secret_is_shown_once_never_cached_and_stored_nowhere(site: Site) {
    let kim = site.person("kim").await;
    let client = site.browser_of(&kim).await;
    let fields = [("name", "노트북"), ("days", "30"), ("read", "on")];
    let answer = send(&site, &client, "create_token", "/account/tokens", &fields).await;
    assert_eq!(target(&answer), "/account/tokens");
    assert_eq!(left_in_sessions(&site.services).await, [String::new()]);
    let page = client.get(site.at("/account/tokens")).send().await.unwrap();
    assert_eq!(page.headers()["cache-control"], "no-store");
    let page = page.text().await.unwrap();
    let secret: String = page.split("mdg_").nth(1).unwrap().chars().take(40).collect();
    let me = site.client.get(site.at("/api/v1/me")).bearer_auth(format!("mdg_{secret}")).send().await.unwrap();
    assert_eq!(me.headers()["cache-control"], "no-store");
    assert_eq!(me.status(), 200, "{secret}");
    let again = client.get(site.at("/account/tokens")).send().await.unwrap().text().await.unwrap();
    assert!(!again.contains(&secret));
}

#[tokio::test]
async fn a_lifetime_that_cannot_be_read_is_an_error_at_its_field_and_no_token_for_ever() {
    let site = Site::on_sqlite().await;
    let kim = site.person("kim").await;
    let client = site.browser_of(&kim).await;
    send(&site, &client, "create_token", "/account/tokens", &[("name", "노트북"), ("days", "3O")]).await;
    let page = client.get(site.at("/account/tokens")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Choose for how long the token works") && page.contains("value=\"노트북\""), "{page}");
    assert_eq!(accounts::tokens(&site.services, &kim.user).await.unwrap().len(), 1, "the one it had");
}

#[both]
async fn a_public_name_that_is_refused_is_told_on_the_account_page_and_the_chosen_one_stays(site: Site) {
    let kim = site.person("kim").await;
    accounts::set_public_name(&site.services, &by(&kim.user), "별지기").await.unwrap();
    let client = site.browser_of(&kim).await;
    let (long, huge) = ("밤".repeat(21), "밤".repeat(200_000));
    for (name, told, shown) in [(&long, "up to 20 characters", long.as_str()), (&huge, "too long", "별지기")] {
        let request = client.post(site.at("/api/fn/set_public_name")).form(&[("public_name", name)]);
        assert_eq!(target(&request.header(ACCEPT, "text/html").send().await.unwrap()), "/account");
        let page = client.get(site.at("/account")).send().await.unwrap().text().await.unwrap();
        let says = page.contains(told) && page.contains(&format!("value=\"{shown}\""));
        assert!(says, "{told} on {}: {page}", site.name);
    }
}

#[both]
async fn a_long_notice_that_is_refused_comes_back_whole_once(site: Site) {
    let client = site.browser_of(&site.admin().await).await;
    let text = "마감 안내 ".repeat(3_000);
    let fields = [("slug", "breast-cancer"), ("title", ""), ("markdown", text.trim())];
    let new = "/competitions/breast-cancer/boards/notice/new";
    assert_eq!(target(&send(&site, &client, "write_post", new, &fields).await), new);
    let page = client.get(site.at(new)).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(text.trim()));
    let again = client.get(site.at(new)).send().await.unwrap().text().await.unwrap();
    assert!(!again.contains("마감 안내"));
    assert_eq!(left_in_sessions(&site.services).await, [String::new()]);
}

#[both]
async fn a_daily_visitor_stays_signed_in_and_the_cookie_is_renewed_once_a_day(site: Site) {
    let kim = site.person("kim").await;
    let client = site.browser_of(&kim).await;
    let visit = async || client.get(site.at("/account")).send().await.unwrap();
    assert_eq!(session(&visit().await), None);
    for _ in 0..20 {
        site.services.clock.advance(chrono::Duration::days(1));
        let cookie = session(&visit().await).unwrap();
        assert!(cookie.contains("Max-Age=1209600") && cookie.contains("HttpOnly"), "{cookie}");
        assert_eq!(session(&visit().await), None);
    }
    site.services.clock.advance(chrono::Duration::days(14));
    assert_eq!(client.get(site.at("/api/v1/me")).send().await.unwrap().status(), 401);
}

#[both]
async fn logging_out_everywhere_ends_the_sessions_of_other_browsers_too(site: Site) {
    let kim = site.person("kim").await;
    let (here, elsewhere) = (site.browser_of(&kim).await, site.browser_of(&kim).await);
    assert_eq!(target(&send(&site, &here, "log_out_everywhere", "/account", &[]).await), "/login");
    for client in [here, elsewhere] {
        assert_eq!(client.get(site.at("/api/v1/me")).send().await.unwrap().status(), 401);
    }
}
