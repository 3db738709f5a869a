//! Pictures and attachments of posts through HTTP: the forms without a script, what a script sends, and how files are handed on.

use both::both;
use platform::testing::organizes;
use reqwest::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RANGE,
};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;

use crate::common::{Site, browser, json};

const C: &str = "/competitions/breast-cancer";
const NEW: &str = "/competitions/breast-cancer/boards/qna/new";
const UPLOAD: &str = "/competitions/breast-cancer/boards/files?board=qna";
/// A picture of one pixel.
const PIXEL: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

fn part(name: &str, bytes: &[u8]) -> Part {
    Part::bytes(bytes.to_vec()).file_name(name.to_owned()).mime_str("text/html").unwrap()
}

async fn send(site: &Site, client: &Client, path: &str, form: Form) -> Response {
    client.post(site.at(path)).header(ACCEPT, "text/html").multipart(form).send().await.unwrap()
}

fn target(answer: &Response) -> String {
    answer.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

fn said(answer: &Response, name: impl reqwest::header::AsHeaderName) -> String {
    answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// The address that a page has between these, the first that begins so.
fn found(page: &str, begins: &str) -> String {
    let (_, rest) = page.split_once(begins).unwrap_or_else(|| panic!("no {begins} in {page}"));
    format!("{begins}{}", &rest[..rest.find('"').unwrap()])
}

async fn page(site: &Site, client: &Client, path: &str) -> String {
    client.get(site.at(path)).send().await.unwrap().text().await.unwrap()
}

#[both]
async fn a_form_without_a_script_brings_a_picture_into_the_text_and_a_file_under_it(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let client = site.browser_of(&leader).await;
    let form = Form::new()
        .text("title", "표가 이상해요")
        .text("markdown", "이렇게 보여요")
        .text("secret", "on")
        .part("upload", part("화면.gif", PIXEL))
        .part("upload", part("../기록 \"최종\".txt", "0123456789".as_bytes()));
    let answer = send(&site, &client, NEW, form).await;
    let post = target(&answer);
    assert!(post.ends_with("/boards/qna/1"), "{} {post}", answer.status());
    let text = page(&site, &client, &post).await;
    let (image, file) =
        (found(&text, &format!("{C}/boards/files/")), found(&text, &format!("href=\"{C}/boards/files/")));
    let file = file.trim_start_matches("href=\"").to_owned();
    assert!(text.contains("기록 &quot;최종&quot;.txt") || text.contains("기록 \"최종\".txt"), "{text}");

    let seen = client.get(site.at(&image)).send().await.unwrap();
    assert_eq!(
        (said(&seen, CONTENT_TYPE), said(&seen, "x-content-type-options")),
        ("image/png".into(), "nosniff".into())
    );
    assert!(said(&seen, CONTENT_SECURITY_POLICY).contains("sandbox"));
    assert_eq!(said(&seen, CACHE_CONTROL), "private, no-store", "of a secret post");
    assert_eq!(said(&seen, "cross-origin-resource-policy"), "same-origin");

    let saved = client.get(site.at(&file)).send().await.unwrap();
    assert_eq!(said(&saved, CONTENT_TYPE), "application/octet-stream");
    let name = said(&saved, CONTENT_DISPOSITION);
    assert_eq!(name, "attachment; filename*=UTF-8''%EA%B8%B0%EB%A1%9D%20%22%EC%B5%9C%EC%A2%85%22.txt");
    assert!(said(&saved, CONTENT_SECURITY_POLICY).contains("sandbox"));
    assert_eq!(saved.text().await.unwrap(), "0123456789");
    let some = client.get(site.at(&file)).header(RANGE, "bytes=2-4").send().await.unwrap();
    assert_eq!((some.status(), said(&some, CONTENT_RANGE)), (StatusCode::PARTIAL_CONTENT, "bytes 2-4/10".into()));
    assert_eq!(some.text().await.unwrap(), "234");
    assert!(page(&site, &client, &post).await.contains("1 download<"), "whoever takes it in parts has taken it once");

    let rival = site.team("naru").await.1;
    for other in [browser(), site.browser_of(&rival).await] {
        for path in [&image, &file] {
            let answer = other.get(site.at(path)).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path} on {}", site.name);
        }
    }
    // Without the secret, everyone has them; without the checkmark, nobody.
    let edit = format!("{post}/edit");
    let text = page(&site, &client, &edit).await;
    let id = file.rsplit('/').next().unwrap().to_owned();
    assert!(text.contains(&format!("files[{id}]")), "{text}");
    let fields = || Form::new().text("title", "표").text("markdown", format!("![x]({image})"));
    let answer = send(&site, &client, &edit, fields().text(format!("files[{id}]"), id.clone())).await;
    assert_eq!(target(&answer), post);
    assert_eq!(browser().get(site.at(&file)).send().await.unwrap().status(), StatusCode::OK);
    // A new account does not write that often.
    site.services.clock.advance(chrono::TimeDelta::hours(1));
    send(&site, &client, &edit, fields()).await;
    assert_eq!(client.get(site.at(&file)).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(browser().get(site.at(&image)).send().await.unwrap().status(), StatusCode::OK);
}

#[both]
async fn a_form_that_is_refused_loses_neither_its_text_nor_its_files(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let client = site.browser_of(&leader).await;
    let form = Form::new()
        .text("title", "")
        .text("markdown", "오래 쓴 글")
        .part("upload", part("화면.gif", PIXEL))
        .part("upload", part("기록.txt", b"x"));
    let answer = send(&site, &client, NEW, form).await;
    assert_eq!(target(&answer), NEW);
    let text = page(&site, &client, NEW).await;
    assert!(text.contains("오래 쓴 글") && text.contains(&format!("![화면]({C}/boards/files/")), "{text}");
    assert!(text.contains("기록.txt") && text.contains("name=\"files["), "{text}");
    let form = Form::new().text("title", "제목").text("markdown", "글").part("upload", part("run.exe", b"MZ"));
    assert_eq!(target(&send(&site, &client, NEW, form).await), NEW);
    let text = page(&site, &client, NEW).await;
    assert!(text.contains("A file of this kind cannot be attached"), "{text}");
    // Nobody else's door.
    let form = || Form::new().text("title", "제목").text("markdown", "글");
    assert!(target(&send(&site, &browser(), NEW, form()).await).starts_with("/login"));
    for path in [
        "/competitions/breast-cancer/boards/none/new",
        "/competitions/none/boards/qna/new",
        "/competitions/breast-cancer/boards/qna/x/edit",
    ] {
        let answer = send(&site, &client, path, form()).await;
        assert!(answer.status() == StatusCode::NOT_FOUND || target(&answer) == path, "{path} {}", answer.status());
    }
}

#[both]
async fn a_script_is_told_what_its_file_became_or_why_not(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let client = site.browser_of(&leader).await;
    let upload = async |client: &Client, path: &str, name: &str, bytes: &[u8]| {
        let form = Form::new().part("upload", part(name, bytes));
        let request = client.post(site.at(path)).header(ACCEPT, "application/json").multipart(form);
        let (status, told) = json(request.send().await.unwrap()).await;
        (StatusCode::from_u16(status).unwrap(), told)
    };
    let (status, told) = upload(&client, UPLOAD, "화면.gif", PIXEL).await;
    let id = told["id"].as_str().unwrap();
    assert_eq!(
        (status, told["markdown"].as_str()),
        (StatusCode::OK, Some(format!("![화면]({C}/boards/files/{id})").as_str()))
    );
    let (status, told) = upload(&client, UPLOAD, "기록.txt", b"x").await;
    assert_eq!((status, &told["markdown"], told["size"].as_str()), (StatusCode::OK, &Value::Null, Some("1 B")));
    let (status, told) = upload(&client, UPLOAD, "a.png", b"<svg onload=alert(1)>").await;
    let why = told["error"]["details"][0]["message"].as_str().unwrap_or_default();
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && why.contains("content is not what"), "{told}");
    let code = |told: &Value| told["error"]["code"].as_str().unwrap_or_default().to_owned();
    assert_eq!(code(&upload(&browser(), UPLOAD, "a.txt", b"x").await.1), "login_required");
    let notices = "/competitions/breast-cancer/boards/files?board=notice";
    assert_eq!(code(&upload(&client, notices, "a.txt", b"x").await.1), "not_organizer");
    assert_eq!(code(&upload(&client, &notices.replace("notice", "none"), "a.txt", b"x").await.1), "not_found");
    let organizer = site.person("organizer").await;
    organizes(&site.services, &site.competition, &organizer.user).await;
    let organizer = site.browser_of(&organizer).await;
    assert_eq!(upload(&organizer, notices, "a.txt", b"x").await.0, StatusCode::OK);
    // What waits is its giver's alone, also for those who run the competition.
    let (_, told) = upload(&client, UPLOAD, "기록.txt", b"x").await;
    let path = format!("{C}/boards/files/{}", told["id"].as_str().unwrap());
    assert_eq!(organizer.get(site.at(&path)).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(client.get(site.at(&path)).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(
        client.get(site.at(&format!("{C}/boards/files/x"))).send().await.unwrap().status(),
        StatusCode::NOT_FOUND
    );
}
