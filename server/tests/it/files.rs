//! Data files and pictures, as a browser gets them.

use axum::http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderName};
use both::both;
use domain::access::Actor;
use platform::clock::Clock;
use platform::competitions::import;
use platform::testing::{by, dated_folder, noon, sqlite};
use platform::{participation, submissions};
use reqwest::Method;
use uuid::Uuid;

use crate::common::{Person, Site, browser, file, json, model, refusal};
use crate::program::{free_port, load_demo, madang, serve, until};

/// The open competition with these files more, among its data and beside its pages.
async fn with_files(site: &Site, files: &[(&str, &[u8])]) {
    let within = tempfile::tempdir().unwrap();
    let folder = dated_folder("breast-cancer", within.path(), noon());
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    import::import(&site.services, &Actor::COMMAND, &folder, None).await.unwrap();
}

fn text(headers: &HeaderMap, name: HeaderName) -> String {
    headers.get(&name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[both]
async fn every_link_of_the_data_page_works_whatever_is_in_a_files_name(site: Site) {
    let names = ["train#1.csv", "a+b?.csv", "50% off.csv", "훈련 데이터.csv", "q\"uo'te&.csv"];
    let files: Vec<(String, &[u8])> = names.iter().map(|name| (format!("data/{name}"), name.as_bytes())).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    with_files(&site, &files).await;
    let person = site.person("garam").await;
    participation::join(&site.services, &site.competition, &by(&person.user), true).await.unwrap();
    let reader = site.browser_of(&person).await;
    let page = reader.get(site.at("/competitions/breast-cancer/data")).send().await.unwrap().text().await.unwrap();
    let links: Vec<&str> = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| link.contains("/files/"))
        .collect();
    assert_eq!(links.len(), 8, "{links:?} on {}", site.name);
    let mut bodies = Vec::new();
    for link in links {
        let response = reader.get(site.at(link)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{link}");
        let disposition = text(response.headers(), CONTENT_DISPOSITION);
        let encoded = link.rsplit_once('/').unwrap().1;
        assert_eq!(disposition, format!("attachment; filename*=UTF-8''{encoded}"));
        assert_eq!(text(response.headers(), HeaderName::from_static("x-content-type-options")), "nosniff");
        bodies.push(response.text().await.unwrap());
    }
    // Each got its own.
    for name in names {
        assert!(bodies.contains(&name.to_owned()), "{name}");
    }
}

#[both]
async fn a_download_that_broke_off_goes_on_where_it_stopped(site: Site) {
    let bytes: Vec<u8> = (0..=250_u8).cycle().take(100_000).collect();
    with_files(&site, &[("data/images.zip", &bytes)]).await;
    let person = site.person("garam").await;
    participation::join(&site.services, &site.competition, &by(&person.user), true).await.unwrap();
    let get = || {
        let address = site.at("/competitions/breast-cancer/files/images.zip");
        site.client.get(address).bearer_auth(&person.token).header(ACCEPT_ENCODING, "gzip, br")
    };
    let whole = get().send().await.unwrap();
    let headers = whole.headers().clone();
    assert_eq!(text(&headers, CONTENT_LENGTH), "100000");
    assert_eq!(
        (text(&headers, ACCEPT_RANGES), text(&headers, CONTENT_TYPE)),
        ("bytes".into(), "application/zip".into())
    );
    assert_eq!(text(&headers, CONTENT_ENCODING), "");
    assert_eq!(whole.bytes().await.unwrap(), bytes);
    let etag = text(&headers, ETAG);

    let part = get().header(RANGE, "bytes=60000-").header(IF_RANGE, &etag).send().await.unwrap();
    assert_eq!((part.status().as_u16(), text(part.headers(), CONTENT_RANGE)), (206, "bytes 60000-99999/100000".into()));
    assert_eq!(part.bytes().await.unwrap(), bytes[60_000..]);
    let outside = get().header(RANGE, "bytes=100000-").send().await.unwrap();
    assert_eq!((outside.status().as_u16(), text(outside.headers(), CONTENT_RANGE)), (416, "bytes */100000".into()));
    assert_eq!(get().header(IF_NONE_MATCH, &etag).send().await.unwrap().status(), 304);
    let head = site.client.head(site.at("/competitions/breast-cancer/files/images.zip")).bearer_auth(&person.token);
    let head = head.send().await.unwrap();
    assert_eq!((head.status().as_u16(), text(head.headers(), CONTENT_LENGTH)), (200, "100000".into()));

    // Another file under the name: nothing of the old one is continued.
    let other: Vec<u8> = bytes.iter().rev().copied().collect();
    with_files(&site, &[("data/images.zip", &other)]).await;
    let fresh = get().header(RANGE, "bytes=60000-").header(IF_RANGE, &etag).send().await.unwrap();
    assert_eq!(fresh.status(), 200);
    assert_eq!(fresh.bytes().await.unwrap(), other);
    // A table, which would be packed otherwise, has its parts too.
    let table = site.client.get(site.at("/competitions/breast-cancer/files/sample_submission.csv"));
    let table = table.header(ACCEPT_ENCODING, "gzip").send().await.unwrap();
    assert_eq!(
        (text(table.headers(), CONTENT_ENCODING), text(table.headers(), CONTENT_TYPE)),
        (String::new(), "text/csv; charset=utf-8".into())
    );
}

#[both]
async fn ones_own_submitted_file_comes_in_parts_and_for_its_head_alone_it_is_not_opened(site: Site) {
    let (_, leader, member) = site.team("garam").await;
    let (_, other, _) = site.team("naru").await;
    let bytes = model("svc.csv");
    let (_, made) = json(site.submit(&leader, file("file", bytes.clone())).send().await.unwrap()).await;
    let id: Uuid = made["submission"]["id"].as_str().unwrap().parse().unwrap();
    let address = site.at(&format!("/competitions/breast-cancer/submissions/{id}/file"));
    let ask = |method: Method, person: &Person| {
        site.client.request(method, &address).bearer_auth(&person.token).header(ACCEPT_ENCODING, "gzip, br")
    };
    let whole = ask(Method::GET, &member).send().await.unwrap();
    let headers = whole.headers().clone();
    assert_eq!(text(&headers, CONTENT_LENGTH), bytes.len().to_string());
    assert_eq!(text(&headers, CONTENT_TYPE), "text/csv; charset=utf-8");
    assert_eq!(text(&headers, CONTENT_DISPOSITION), "attachment; filename*=UTF-8''answer.csv");
    assert_eq!(whole.bytes().await.unwrap(), bytes);
    let part = ask(Method::GET, &leader).header(RANGE, "bytes=100-").header(IF_RANGE, text(&headers, ETAG));
    let part = part.send().await.unwrap();
    let range = format!("bytes 100-{}/{}", bytes.len() - 1, bytes.len());
    assert_eq!((part.status().as_u16(), text(part.headers(), CONTENT_RANGE)), (206, range));
    assert_eq!(part.bytes().await.unwrap(), bytes[100..]);
    for method in [Method::GET, Method::HEAD] {
        assert_eq!(ask(method, &other).send().await.unwrap().status(), 404);
    }
    let stored = submissions::file(&site.services, id, &by(&leader.user)).await.unwrap();
    site.services.files.discard(&stored.storage_key).await;
    let head = ask(Method::HEAD, &leader).send().await.unwrap();
    assert_eq!((head.status().as_u16(), text(head.headers(), CONTENT_LENGTH)), (200, bytes.len().to_string()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quarter_of_the_files_that_are_sent_at_once_may_go_to_one_address() {
    let store = sqlite().await;
    load_demo(&store);
    let services = store.services(Clock::System.now()).await;
    let folder = dated_folder("breast-cancer", store.folder.path(), services.clock.now());
    // More than a connection takes whose reader does not read.
    std::fs::write(folder.join("data/large.bin"), vec![0; 32 << 20]).unwrap();
    import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let server = serve(&store, &["--no-worker"], &[("MADANG_CONNECTIONS", "8")]).await;
    let file = format!("{}/competitions/breast-cancer/files/large.bin", server.url);
    let get = || browser().get(&file).basic_auth("garam@madang.test", Some("madang-demo-2026")).send();
    let held = [get().await.unwrap(), get().await.unwrap()];
    assert!(held.iter().all(|file| file.content_length() == Some(32 << 20)));
    let refused = get().await.unwrap();
    assert_eq!(refused.headers()["retry-after"], "30");
    assert_eq!(refusal(refused).await, (503, "unavailable".into()));
    drop(held);
    until("there is a place again", || async { get().await.unwrap().status() == 200 }).await;
}

#[both]
async fn a_picture_of_a_page_is_for_everyone_who_may_read_the_page(site: Site) {
    let png: &[u8] = b"\x89PNG\r\n\x1a\nand so on";
    with_files(&site, &[("pages/figure 1.png", png)]).await;
    let picture = site.get("/competitions/breast-cancer/images/figure%201.png").await;
    assert_eq!((picture.status().as_u16(), text(picture.headers(), CONTENT_TYPE)), (200, "image/png".into()));
    assert_eq!(text(picture.headers(), CONTENT_DISPOSITION), "");
    assert_eq!(picture.bytes().await.unwrap(), png);
    with_files(&site, &[]).await;
    let gone = site.get("/competitions/breast-cancer/images/figure%201.png").await;
    assert_eq!(refusal(gone).await, (404, "not_found".to_owned()));
}

#[both]
async fn data_that_are_not_open_yet_say_when_they_open(site: Site) {
    let within = tempfile::tempdir().unwrap();
    let folder = dated_folder("diabetes", within.path(), noon());
    let competition = import::import(&site.services, &Actor::COMMAND, &folder, None).await.unwrap();
    let early = site.get("/competitions/diabetes/files/sample_submission.csv").await;
    assert_eq!(refusal(early).await, (403, "data_not_open".to_owned()));
    let page = site.text("/competitions/diabetes/data").await;
    assert!(page.contains("The data open on ") && !page.contains("/files/"), "{page}");
    site.services.clock.set(competition.data_opens_at().unwrap());
    assert!(site.text("/competitions/diabetes/data").await.contains("/files/sample_submission.csv"));
}

#[tokio::test]
async fn an_import_tells_what_it_did_and_what_is_wrong_in_the_terminals_language() {
    let store = sqlite().await;
    let folder = dated_folder("breast-cancer", store.folder.path(), noon());
    let import = |lang: &str| {
        let mut command = madang(&store, free_port());
        command.env("LC_ALL", lang).args(["competition", "import"]).arg(&folder).stdout(std::process::Stdio::piped());
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, out, _) = import("ko_KR.UTF-8");
    assert_eq!(code, Some(0));
    assert!(out.contains("notices.toml: 가져오지 않았어요."), "{out}");
    std::fs::remove_file(folder.join("banner.svg")).unwrap();
    let (code, out, _) = import("C");
    assert_eq!(code, Some(0));
    assert!(out.contains("/competitions/breast-cancer\nRemoved: banner.svg\n"), "{out}");
    let manifest = folder.join("competition.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("per_day", "per_dya")).unwrap();
    let (code, _, error) = import("ko_KR.UTF-8");
    assert_eq!(code, Some(2));
    assert!(error.contains("‘per_dya’ 항목은 없어요. ‘per_day’를 쓰려던 건가요?"), "{error}");
}
