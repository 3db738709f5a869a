//! What every answer carries, and what is refused.

use std::collections::BTreeSet;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use both::both;
use chrono::Duration;
use domain::address;
use flate2::read::GzDecoder;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::generate_route_list;
use platform::teams;
use platform::testing::{by, noon};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::{Site, file, json, model, refusal};

#[tokio::test]
async fn every_page_carries_a_policy_without_unsafe_inline_and_has_no_inline_script_or_style() {
    let site = Site::on_sqlite().await;
    for path in
        ["/", "/login", "/signup", "/competitions/breast-cancer", "/competitions/breast-cancer/leaderboard", "/nowhere"]
    {
        let response = site.get(path).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), "{path}: {policy}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert!(response.headers().contains_key("x-request-id"));
        let page = response.text().await.unwrap();
        for (index, _) in page.match_indices("<script") {
            assert!(page[index..].split('>').next().unwrap().contains("src="), "inline script on {path}");
        }
        assert!(!page.contains(" style=\"") && !page.contains("<style") && !page.contains(" onclick="), "{path}");
    }
}

#[tokio::test]
async fn an_error_of_whatever_route_carries_the_headers_and_its_number() {
    let site = Site::on_sqlite().await;
    for path in ["/assets/none.js", "/api/v1/competitions/none/events", "/api/v1/none", "/competitions/none/files/x"] {
        let response = site.get(path).await;
        assert!(response.status().is_client_error(), "{path}: {}", response.status());
        for name in ["content-security-policy", "x-content-type-options", "x-frame-options", "x-request-id"] {
            assert!(response.headers().contains_key(name), "{name} of {path}");
        }
    }
}

#[both]
async fn another_sites_form_is_refused_even_with_a_session(site: Site) {
    let person = site.person("kim").await;
    let client = site.browser_of(&person).await;
    for path in [
        "/api/fn/create_token",
        "/preferences",
        "/competitions/breast-cancer/submit",
        "/api/v1/competitions/breast-cancer/submissions",
        "/api/v1/competitions/breast-cancer/events",
    ] {
        let foreign = client.post(site.at(path)).form(&[("name", "x"), ("days", "30")]);
        let by_header = foreign.try_clone().unwrap().header("sec-fetch-site", "cross-site").send().await.unwrap();
        assert_eq!(refusal(by_header).await, (403, "cross_site".into()), "{path}");
        let by_origin = foreign.header("origin", "https://evil.example").send().await.unwrap();
        assert_eq!(refusal(by_origin).await, (403, "cross_site".into()), "{path} on {}", site.name);
    }
}

#[both]
async fn logging_in_by_guessing_is_stopped_with_a_time_to_wait(site: Site) {
    site.person("kim").await;
    let attempt = || {
        site.client
            .post(site.at("/api/fn/log_in"))
            .form(&[("email", "kim@example.kr"), ("password", "wrong"), ("next", "/")])
            .send()
    };
    for _ in 0..10 {
        assert_eq!(attempt().await.unwrap().status(), 401);
    }
    let stopped = attempt().await.unwrap();
    assert_eq!(stopped.status(), 429);
    assert!(stopped.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 60);
}

#[both]
async fn what_is_done_too_often_is_stopped_with_a_time_to_wait_and_for_this_person_alone(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let (client, other) = (site.browser_of(&leader).await, site.person("kim").await);
    let slug = ("slug", "breast-cancer");
    let all = [
        ("create_token", vec![("name", "x"), ("days", "30"), ("read", "on")]),
        ("set_public_name", vec![("public_name", "별지기")]),
        ("renew_invitation", vec![slug]),
        ("renew_key", vec![slug]),
        ("show_key", vec![slug]),
    ];
    for (function, fields) in &all {
        let call = || client.post(site.at(&format!("/api/fn/{function}"))).form(fields);
        let (mut done, mut answer) = (0, call().send().await.unwrap());
        while answer.status() == 200 && done < 20 {
            (done, answer) = (done + 1, call().send().await.unwrap());
        }
        // One token and one invitation were made before.
        assert!(done >= 19, "{function} {done} times on {}", site.name);
        assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &"180".parse().unwrap()));
    }
    // A form without a script is told so on its page.
    let form = client.post(site.at("/api/fn/set_public_name")).form(&all[1].1).header("accept", "text/html");
    assert_eq!(form.send().await.unwrap().headers()["location"], "/account");
    let page = client.get(site.at("/account")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Try again in 3 minutes."), "{page}");
    let other = site.browser_of(&other).await.post(site.at("/api/fn/set_public_name")).form(&all[1].1);
    assert_eq!(other.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused_before_it_is_read_whole() {
    let site = Site::on_sqlite().await;
    // One says how long it is and sends nothing of it; the other does not say, and sends and sends.
    let endless = format!("transfer-encoding: chunked\r\n\r\n8000\r\n{}\r\n8000\r\n", "x".repeat(0x8000));
    for rest in ["content-length: 1048576\r\n\r\n", &endless] {
        for path in ["/api/fn/create_token", "/api/fn/log_in", "/preferences"] {
            let mut stream = TcpStream::connect(site.url.trim_start_matches("http://")).await.unwrap();
            let kind = "content-type: application/x-www-form-urlencoded";
            let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n{kind}\r\n{rest}");
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).await.unwrap();
            assert_eq!(std::str::from_utf8(&answer).unwrap(), "HTTP/1.1 413", "{path}");
        }
    }
}

#[both]
async fn the_metrics_page_is_for_loopback_and_administrators(site: Site) {
    let (person, admin) = (site.person("kim").await, site.admin().await);
    let metrics = || site.client.get(site.at("/metrics"));
    let local = metrics().send().await.unwrap();
    assert_eq!(local.status(), 200);
    assert!(local.text().await.unwrap().contains("madang_jobs{kind=\"score\",state=\"waiting\"}"));
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        let forwarded = || metrics().header(header, "203.0.113.9");
        assert_eq!(forwarded().send().await.unwrap().status(), 404, "{header}");
        assert_eq!(forwarded().bearer_auth(&person.token).send().await.unwrap().status(), 404, "{header}");
        assert_eq!(forwarded().bearer_auth(&admin.token).send().await.unwrap().status(), 200, "{header}");
    }
    assert_eq!(site.get("/healthz").await.text().await.unwrap(), "ok");
    assert_eq!(site.get("/readyz").await.text().await.unwrap(), "ready");
}

#[tokio::test]
async fn times_of_answers_are_counted_in_steps_and_kept_by_nobody_else() {
    let site = Site::on_sqlite().await;
    for _ in 0..3 {
        site.get("/healthz").await;
    }
    let text = site.text("/metrics").await;
    assert!(text.contains("madang_http_seconds_bucket{route=\"/healthz\",le=\"0.25\"}"), "{text}");
    assert!(!text.contains("quantile"), "a summary keeps every time for itself: {text}");
    assert!(text.contains("madang_event_streams") && text.contains("madang_connections"), "{text}");
}

#[both]
async fn pages_and_boards_are_sent_packed_and_pages_with_secrets_are_not(site: Site) {
    let encoding = async |path: &str| {
        let request = site.client.get(site.at(path)).header("accept-encoding", "br, gzip");
        let response = request.send().await.unwrap();
        response.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned())
    };
    for path in ["/", "/competitions/breast-cancer/leaderboard", "/competitions/breast-cancer/evaluation"] {
        assert_eq!(encoding(path).await.as_deref(), Some("br"), "{path} on {}", site.name);
    }
    assert_eq!(encoding("/api/v1/competitions/breast-cancer/leaderboard").await.as_deref(), Some("br"));
    for path in ["/competitions/breast-cancer/team", "/account/tokens"] {
        for path in [path.to_owned(), format!("{path}/"), format!("{path}/?x")] {
            assert_eq!(encoding(&path).await, None, "{path} on {}", site.name);
        }
    }
}

/// A page's address for this reader.
fn filled(route: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(route.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
}

#[tokio::test]
async fn whatever_page_shows_a_secret_says_so_and_is_sent_unpacked_and_stored_nowhere() {
    let site = Site::on_sqlite().await;
    let (team, leader, _) = site.team("garam").await;
    let invitation = teams::renew_invitation(&site.services, &team, &by(&leader.user)).await.unwrap();
    let answer = json(site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap()).await.1;
    let (number, session) = (team.number.to_string(), site.cookie_of(&leader).await);
    let organizer = site.cookie_of(&site.admin().await).await;
    let values = |number| {
        let id = answer["submission"]["id"].as_str().unwrap();
        [("slug", site.competition.slug.as_str()), ("code", &invitation.code), ("number", number), ("id", id)]
    };
    let key = site.key(&team, &leader).await;
    // What any server function may have answered to the form before: the page that shows it shows a secret.
    let secrets = [invitation.code.as_str(), &key, "what a function answered"];
    let ended = |session: &str, path: &str| {
        let flash = json!({ "path": path, "outcome": { "Ok": secrets[2] }, "values": {} });
        let waiting = json!({ "until": noon() + Duration::minutes(1), "flash": flash });
        format!("{session}; flash={}", URL_SAFE_NO_PAD.encode(waiting.to_string()))
    };
    let mut shown = BTreeSet::new();
    // Every page but the one that shows the components and has no reader's data.
    let routes = generate_route_list(app::routes::Pages).into_iter().filter(|route| route.path() != address::DESIGN);
    for route in routes {
        let (session, number) =
            if route.path().contains("/notice/") { (&organizer, "1") } else { (&session, number.as_str()) };
        let path = filled(route.path(), &values(number));
        for (function, _) in server_fn_paths() {
            let request = site
                .client
                .get(site.at(&path))
                .header("cookie", ended(session, function))
                .header(ACCEPT_ENCODING, "gzip");
            let page = request.send().await.unwrap();
            // What is not for this reader shows nothing, whatever ended before.
            if !page.status().is_success() {
                break;
            }
            let (headers, bytes) = (page.headers().clone(), page.bytes().await.unwrap());
            let is_packed = headers.contains_key(CONTENT_ENCODING);
            let mut text = String::new();
            if is_packed {
                GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
            } else {
                text.push_str(std::str::from_utf8(&bytes).unwrap());
            }
            // An address that holds the secret tells nobody more than they know.
            if secrets.iter().any(|secret| text.contains(secret) && !path.contains(secret)) {
                assert!(!is_packed && headers["cache-control"] == "no-store", "{path} after {function}");
                shown.insert(route.path().to_owned());
            }
        }
    }
    assert_eq!(shown.iter().collect::<Vec<_>>(), ["/account/tokens", "/competitions/{slug}/team"]);
}

#[both]
async fn names_and_searches_are_text_in_a_pages_title_and_decoded_once(site: Site) {
    let (team, leader, _) = site.team("garam").await;
    teams::rename(&site.services, &team, &by(&leader.user), "</title><u>x&amp;").await.unwrap();
    let title = async |path: &str| {
        let page = site.client.get(site.at(path)).header(ACCEPT, "text/html").send().await.unwrap();
        assert_eq!(page.status(), 200, "{path} on {}", site.name);
        let page = page.text().await.unwrap();
        let title = page.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
        (title.to_owned(), page.clone())
    };
    let (named, _) = title(&format!("/competitions/breast-cancer/teams/{}", team.number)).await;
    assert!(named.starts_with("&lt;/title>&lt;u>x&amp;amp; · "), "{named}");
    let list = "/competitions/breast-cancer/boards/notice";
    let (searched, page) = title(&format!("{list}?q=%3C%2Ftitle%3E%3Cmeta%3E")).await;
    assert!(searched.contains("&lt;/title>&lt;meta>") && !page.contains("<meta>"), "{searched}");
    // Twice decoded it would be the character that PostgreSQL refuses, or another search.
    for (asked, field) in [("%2500", "%00"), ("%2541", "%41")] {
        let (_, page) = title(&format!("{list}?q={asked}")).await;
        assert!(page.contains(&format!("value=\"{field}\"")), "{asked} on {}: {page}", site.name);
    }
}

#[both]
async fn arguments_that_no_server_function_reads_are_the_callers_fault(site: Site) {
    let client = site.browser_of(&site.person("kim").await).await;
    for (function, body) in [("log_in", "email=a"), ("revoke_token", "id=x"), ("log_in", ""), ("join", "a=1&a=2")] {
        let call = client.post(site.at(&format!("/api/fn/{function}"))).header(ACCEPT, "application/json");
        let form = call.header("content-type", "application/x-www-form-urlencoded").body(body);
        let (status, answer) = json(form.send().await.unwrap()).await;
        assert_eq!((status, answer["code"].as_str()), (400, Some("bad_request")), "{function} {body} on {}", site.name);
    }
}
