//! Forms as a browser without a script sends them.

use reqwest::Response;
use reqwest::header::{ACCEPT, LOCATION, REFERER};

use crate::common::{PASSWORD, Site, browser, file, model, sites};

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

#[tokio::test]
async fn signing_up_signs_in_and_signing_out_ends_the_session() {
    for site in sites().await {
        let client = browser();
        let fields = [
            ("email", "kim@example.kr"),
            ("name", "김서연"),
            ("affiliation", ""),
            ("password", PASSWORD),
            ("next", "/account"),
        ];
        let answer = send(&site, &client, "sign_up", "/signup", &fields).await;
        let cookie = session(&answer).unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert_eq!(target(&answer), "/account");
        let me = client.get(site.at("/api/v1/me")).send().await.unwrap();
        assert_eq!(me.status(), 200, "{}", site.name);
        assert_eq!(target(&send(&site, &client, "log_out", "/account", &[]).await), "/");
        assert_eq!(client.get(site.at("/api/v1/me")).send().await.unwrap().status(), 401);
    }
}

#[tokio::test]
async fn logging_in_starts_a_new_session_id() {
    for site in sites().await {
        site.person("kim").await;
        let client = browser();
        let fields = [("email", "kim@example.kr"), ("password", PASSWORD), ("next", "/")];
        let first = session(&send(&site, &client, "log_in", "/login", &fields).await).unwrap();
        let second = session(&send(&site, &client, "log_in", "/login", &fields).await).unwrap();
        assert_ne!(first.split(';').next(), second.split(';').next(), "{}", site.name);
        let planted =
            reqwest::Client::new().get(site.at("/api/v1/me")).header("cookie", first.split(';').next().unwrap());
        assert_eq!(planted.send().await.unwrap().status(), 401, "the old id is worth nothing");
    }
}

#[tokio::test]
async fn a_failed_form_goes_back_with_its_error_and_what_was_typed_but_the_password() {
    for site in sites().await {
        let client = browser();
        let fields = [
            ("email", "not-an-address"),
            ("name", "김서연"),
            ("affiliation", ""),
            ("password", "short"),
            ("next", "/"),
        ];
        let answer = send(&site, &client, "sign_up", "/signup", &fields).await;
        assert_eq!(target(&answer), "/signup");
        let page = client.get(site.at("/signup")).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("value=\"not-an-address\"") && page.contains("김서연"), "{page}");
        assert!(page.contains("at least 12 characters"), "{page}");
        assert!(!page.contains("value=\"short\""));
        let again = client.get(site.at("/signup")).send().await.unwrap().text().await.unwrap();
        assert!(!again.contains("not-an-address"), "it is shown once, on {}", site.name);
    }
}

#[tokio::test]
async fn a_form_that_needs_a_login_leads_there_and_back() {
    let site = sites().await.remove(0);
    let fields = [("slug", "breast-cancer"), ("name", "새 팀")];
    let answer = send(&site, &browser(), "create_team", "/competitions/breast-cancer/team", &fields).await;
    assert_eq!(target(&answer), "/login?next=%2Fcompetitions%2Fbreast-cancer%2Fteam");
}

#[tokio::test]
async fn the_upload_form_without_a_script_leads_to_the_submission_or_back_with_the_lines() {
    for site in sites().await {
        let (_, leader, _) = site.team("garam").await;
        let client = browser();
        send(
            &site,
            &client,
            "log_in",
            "/login",
            &[("email", &leader.user.email), ("password", PASSWORD), ("next", "/")],
        )
        .await;
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
}

#[tokio::test]
async fn a_refused_upload_form_keeps_its_memo_and_its_switch() {
    for site in sites().await {
        let (_, leader, _) = site.team("garam").await;
        let client = browser();
        let login = [("email", leader.user.email.as_str()), ("password", PASSWORD), ("next", "/")];
        send(&site, &client, "log_in", "/login", &login).await;
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
            assert!(
                tag("memo").contains("value=\"ResNet-50, &quot;x&quot; &amp; y\""),
                "{} {}",
                site.name,
                tag("memo")
            );
            assert!(tag("dry_run").contains(" checked"), "{}", tag("dry_run"));
        }
        let page = client.get(&url).send().await.unwrap().text().await.unwrap();
        assert!(!page.contains("ResNet-50"), "it is shown once, on {}", site.name);
    }
}

#[tokio::test]
async fn every_server_function_refuses_a_visitor_and_a_participant_who_may_not() {
    let site = sites().await.remove(0);
    let (_, leader, member) = site.team("garam").await;
    let visitor = reqwest::Client::new();
    let slug = ("slug", "breast-cancer");
    let stranger = site.person("stranger").await;
    let other = leader.user.id.to_string();
    let call = |client: &reqwest::Client, token: Option<&str>, function: &str, fields: Vec<(&str, &str)>| {
        let request = client.post(site.at(&format!("/api/fn/{function}"))).form(&fields);
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
        .send()
    };
    let functions: Vec<(&str, Vec<(&str, &str)>)> = vec![
        ("create_token", vec![("name", "x"), ("days", "30")]),
        ("revoke_token", vec![("id", "01a2018d-9bf0-720f-8fbf-b92b32478092")]),
        ("set_public_name", vec![("public_name", "x")]),
        ("join", vec![slug, ("agree", "on")]),
        ("create_team", vec![slug, ("name", "새 팀")]),
        ("join_team", vec![slug, ("code", "x")]),
        ("rename_team", vec![slug, ("name", "새 이름")]),
        ("remove_member", vec![slug, ("member", &other)]),
        ("hand_over", vec![slug, ("member", &other)]),
        ("renew_invitation", vec![slug]),
        ("show_key", vec![slug]),
        ("renew_key", vec![slug]),
        ("post_notice", vec![slug, ("title", "공지"), ("markdown", "본문")]),
        ("edit_notice", vec![slug, ("number", "1"), ("title", "공지"), ("markdown", "본문")]),
        ("pin_notice", vec![slug, ("number", "1"), ("pinned", "on")]),
        ("remove_notice", vec![slug, ("number", "1")]),
        ("preview_notice", vec![slug, ("markdown", "본문")]),
    ];
    for (function, fields) in &functions {
        let answer = call(&visitor, None, function, fields.clone()).await.unwrap();
        assert_eq!(answer.status(), 401, "{function} by a visitor");
    }
    for (function, fields) in functions.iter().filter(|(name, _)| name.contains("notice")) {
        let answer = call(&visitor, Some(&leader.token), function, fields.clone()).await.unwrap();
        assert_eq!(answer.status(), 403, "{function} by a participant");
    }
    for function in ["rename_team", "remove_member", "hand_over", "renew_invitation", "show_key", "renew_key"] {
        let fields = functions.iter().find(|(name, _)| *name == function).unwrap().1.clone();
        let answer = call(&visitor, Some(&stranger.token), function, fields.clone()).await.unwrap();
        assert_eq!(answer.status(), 403, "{function} by a stranger");
        if function != "show_key" {
            let answer = call(&visitor, Some(&member.token), function, fields).await.unwrap();
            assert_eq!(answer.status(), 403, "{function} by a member who does not lead");
        }
    }
}
