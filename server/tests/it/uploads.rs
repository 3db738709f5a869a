//! Uploads as they really come: slowly, in pieces, too many at once, without the `@`.

use both::both;
use chrono::{Duration, FixedOffset};
use platform::testing::sqlite;
use reqwest::multipart::{Form, Part};

use crate::common::{Site, file, json, model, refusal};
use crate::raw::{Head, SUBMISSIONS, signed_in};

/// The body that curl would send.
fn body(file: &str) -> Vec<u8> {
    let mut body = b"--line\r\ncontent-disposition: form-data; name=\"file\"; filename=\"answer.csv\"\r\n\r\n".to_vec();
    body.extend(model(file));
    body.extend(b"\r\n--line--\r\n");
    body
}

#[both]
async fn the_moment_at_which_the_head_arrives_counts_and_the_answer_says_it(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let end = site.competition.stages[1].ends_at.unwrap();
    site.services.clock.set(end - Duration::seconds(1));
    let body = body("svc.csv");
    let mut in_time = Head::asked(&site, &leader, body.len()).await;
    site.services.clock.set(end + Duration::seconds(20));
    in_time.write(&body).await;
    let (status, _, answer) = in_time.answer().await;
    let arrived = (end - Duration::seconds(1)).with_timezone(&FixedOffset::east_opt(9 * 3600).unwrap()).to_rfc3339();
    assert_eq!((status, answer["submission"]["created_at"].as_str()), (201, Some(arrived.as_str())), "{answer}");
    let late = site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
    assert_eq!(refusal(late).await, (403, "stage_closed".into()));
}

#[both]
async fn a_retry_after_the_deadline_gets_the_first_answer_through_http(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let send = || site.submit(&leader, file("file", model("svc.csv"))).header("idempotency-key", "night-run-1").send();
    let (_, first) = json(send().await.unwrap()).await;
    site.services.clock.advance(Duration::days(20));
    let (status, second) = json(send().await.unwrap()).await;
    assert_eq!((status, &second["submission"]["id"]), (200, &first["submission"]["id"]));
}

#[tokio::test]
async fn a_key_that_cannot_be_read_is_refused_rather_than_passed_over() {
    let site = Site::on_sqlite().await;
    let (_, leader, _) = site.team("garam").await;
    for key in ["실행-7".to_owned(), "k".repeat(201)] {
        let request = site.submit(&leader, file("file", model("svc.csv"))).header("idempotency-key", key.as_bytes());
        assert_eq!(refusal(request.send().await.unwrap()).await, (400, "bad_idempotency_key".into()), "{key}");
    }
}

#[both]
async fn what_can_be_refused_without_the_body_is_with_a_key_and_by_the_page_too(site: Site) {
    let stranger = site.person("stranger").await;
    let expect = "expect: 100-continue\r\n";
    for more in [expect, "idempotency-key: run-7\r\nexpect: 100-continue\r\n"] {
        let (status, _, answer) = Head::send(&site, &stranger, SUBMISSIONS, 9 << 20, more).await.answer().await;
        assert_eq!((status, &answer["error"]["code"]), (403, &"not_member".into()));
    }
    let cookie = signed_in(&site, &stranger).await;
    let page = Head::send_as(&site, &cookie, "/competitions/breast-cancer/submit", 9 << 20, expect).await;
    let (status, head, _) = page.answer().await;
    assert!(status == 303 && head.contains("location: /competitions/breast-cancer/submit\r\n"), "{head}");
    // Who sends without asking hears the reason all the same.
    let large = site.submit(&stranger, file("file", vec![b'1'; 9 << 20])).send().await.unwrap();
    assert_eq!(refusal(large).await, (403, "not_member".into()));
}

#[tokio::test]
async fn an_upload_that_does_not_come_is_let_go() {
    let mut store = sqlite().await;
    store.config.upload_grace = std::time::Duration::from_millis(50);
    let site = Site::start(store, "").await;
    let (_, leader, _) = site.team("garam").await;
    let body = body("svc.csv");
    for sent in [0, 20, body.len() - 20] {
        let mut slow = Head::send(&site, &leader, SUBMISSIONS, body.len(), "").await;
        slow.write(&body[..sent]).await;
        let (status, _, answer) = slow.answer().await;
        assert_eq!((status, &answer["error"]["code"]), (408, &"too_slow".into()), "{sent}");
    }
}

#[tokio::test]
async fn without_room_an_upload_is_told_to_come_again_and_succeeds_then() {
    let mut store = sqlite().await;
    store.config.upload_memory = 4096;
    store.config.upload_wait = std::time::Duration::ZERO;
    let site = Site::start(store, "").await;
    let (_, leader, member) = site.team("garam").await;
    let body = body("svc.csv");
    let mut first = Head::asked(&site, &leader, body.len()).await;
    let send = || site.submit(&member, file("file", model("svc.csv"))).send();
    let refused = send().await.unwrap();
    assert_eq!(refused.headers()["retry-after"], "3");
    assert_eq!(refusal(refused).await, (503, "try_again".into()));
    first.write(&body).await;
    assert_eq!(first.answer().await.0, 201);
    assert_eq!(send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn a_second_file_is_refused_and_not_dropped() {
    let site = Site::on_sqlite().await;
    let (_, leader, _) = site.team("garam").await;
    let part = || Part::bytes(model("svc.csv")).file_name("answer.csv");
    let two = site.submit(&leader, Form::new().part("file", part()).part("files", part())).send().await.unwrap();
    assert_eq!(refusal(two).await, (400, "one_file".into()));
    // An empty choice beside it is none.
    let empty = Part::bytes(Vec::new()).file_name("");
    let one = site.submit(&leader, Form::new().part("file", empty).part("files", part())).send().await.unwrap();
    assert_eq!(one.status(), 201);
}

#[tokio::test]
async fn the_name_of_a_file_in_its_place_is_told_how_to_attach_it() {
    let site = Site::on_sqlite().await;
    let (_, leader, _) = site.team("garam").await;
    let name = site.submit(&leader, Form::new().text("files", "out/answer.csv")).send().await.unwrap();
    let (status, answer) = json(name).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &"file_not_attached".into()));
    assert!(answer["error"]["message"].as_str().unwrap().contains("-F \"files=@answer.csv\""), "{answer}");
    // A program that sends the contents as a text means them.
    let text = String::from_utf8(model("svc.csv")).unwrap();
    assert_eq!(site.submit(&leader, Form::new().text("file", text)).send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn a_dry_runs_file_cannot_be_loaded_and_its_result_can_be_read() {
    let site = Site::on_sqlite().await;
    let (_, leader, _) = site.team("garam").await;
    let form = file("file", model("svc.csv")).text("dry_run", "true");
    let (_, made) = json(site.submit(&leader, form).send().await.unwrap()).await;
    let id = made["submission"]["id"].as_str().unwrap();
    let get = |path: String| site.client.get(site.at(&path)).bearer_auth(&leader.token).send();
    let reader = site.browser_of(&leader).await;
    let page = reader.get(site.at(&format!("/competitions/breast-cancer/submissions/{id}"))).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("228") && !page.contains(&format!("{id}/file")));
    let none = get(format!("/competitions/breast-cancer/submissions/{id}/file")).await.unwrap();
    assert_eq!(none.status(), 404);
    let (_, one) = json(get(format!("/api/v1/submissions/{id}")).await.unwrap()).await;
    assert!(one["note"].as_str().unwrap().contains("228"), "{one}");
}
