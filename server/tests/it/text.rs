//! U+0000, which one of the two databases cannot keep, is refused wherever it is sent, before anything is asked.

use both::both;
use platform::testing::TEST_PASSWORD;
use reqwest::header::{ACCEPT, CONTENT_TYPE, REFERER};
use reqwest::multipart::Part;
use reqwest::{Method, RequestBuilder};

use crate::common::{Site, file, model, refusal};
use crate::credentials::functions;

const BAD: (u16, &str) = (400, "bad_text");

async fn refused(request: RequestBuilder) -> (u16, String) {
    refusal(request.send().await.unwrap()).await
}

#[both]
async fn every_field_of_every_server_function_refuses_it(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let client = site.browser_of(&leader).await;
    for (function, _, fields) in functions(&leader.user.id.to_string()) {
        let call = || client.post(site.at(&format!("/api/fn/{function}")));
        for wrong in 0..fields.len() {
            let mut fields = fields.clone();
            fields[wrong].1.push('\0');
            let answer = call().form(&fields).send().await.unwrap();
            let (status, text) = (answer.status(), answer.text().await.unwrap());
            assert!(status == 400 && text.contains("bad_text"), "{fields:?} of {function}, {}: {text}", site.name);
        }
        let raw = call().header(CONTENT_TYPE, "application/x-www-form-urlencoded").body("name=a\0b&x=%FF");
        assert_eq!(refused(raw).await, (BAD.0, BAD.1.to_owned()), "{function} on {}", site.name);
    }
    // A form without a script is told so on its page.
    let fields = [("name", "노트\0북"), ("days", "30")];
    let form = client.post(site.at("/api/fn/create_token")).form(&fields).header(ACCEPT, "text/html");
    form.header(REFERER, site.at("/account/tokens")).send().await.unwrap();
    let page = client.get(site.at("/account/tokens")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("a character that cannot be used (U+0000)"), "{page}");
}

/// Every address for programs, as the description names it, and those of pages and files that look something up.
async fn addresses(site: &Site) -> Vec<(Method, String)> {
    let described = site.text("/api/v1/openapi.json").await;
    let described: serde_json::Value = serde_json::from_str(&described).unwrap();
    let mut all = Vec::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            all.push((method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    assert!(all.len() > 12, "{all:?}");
    let others = [
        "/competitions/{slug}",
        "/competitions/{slug}/leaderboard",
        "/competitions/{slug}/join/{code}",
        "/competitions/{slug}/files/{name}",
        "/competitions/{slug}/images/{name}",
        "/competitions/{slug}/ids/{version}",
    ];
    all.extend(others.map(|path| (Method::GET, path.to_owned())));
    all
}

#[both]
async fn every_address_refuses_it_in_its_path_and_in_its_query(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    for (method, path) in addresses(&site).await {
        let pieces: Vec<_> = path.split('/').collect();
        let places: Vec<_> = (0..pieces.len()).filter(|index| pieces[*index].starts_with('{')).collect();
        let mut wrong: Vec<_> = places
            .iter()
            .map(|bad| {
                let filled = pieces.iter().enumerate().map(|(index, piece)| match *piece {
                    _ if index == *bad => "a%00b",
                    "{slug}" => "breast-cancer",
                    piece if piece.starts_with('{') => "1",
                    piece => piece,
                });
                filled.collect::<Vec<_>>().join("/")
            })
            .collect();
        wrong.push(format!("{}?q=%00&password=%00", path.replace("{slug}", "breast-cancer").replace(['{', '}'], "")));
        for path in wrong {
            let request = site.client.request(method.clone(), site.at(&path));
            let request = if path.starts_with("/api/") { request.bearer_auth(&leader.token) } else { request };
            assert_eq!(refused(request).await, (BAD.0, BAD.1.to_owned()), "{method} {path} on {}", site.name);
        }
    }
    let page = site.client.get(site.at("/competitions/%00")).header(ACCEPT, "text/html").send().await.unwrap();
    assert_eq!(page.status(), 400);
    let page = page.text().await.unwrap();
    assert!(page.contains("a character that cannot be used (U+0000)") && page.contains("<html"), "{page}");
}

#[both]
async fn the_fields_beside_a_file_and_the_name_in_a_header_refuse_it_and_a_files_own_bytes_are_its_readers(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    for (field, value) in [("memo", "a\0b"), ("dry_run", "true\0")] {
        let form = file("file", model("svc.csv")).text(field, value);
        assert_eq!(refused(site.submit(&leader, form)).await, (BAD.0, BAD.1.to_owned()), "{field} on {}", site.name);
    }
    let me = || site.client.get(site.at("/api/v1/me"));
    for (email, secret) in
        [("kim\0@example.kr", TEST_PASSWORD), ("kim@example.kr", "pass\0word"), ("\0", leader.token.as_str())]
    {
        assert_eq!(refused(me().basic_auth(email, Some(secret))).await, (BAD.0, BAD.1.to_owned()));
    }
    let send = async |name: &'static str| {
        let bytes = Part::bytes(b"id,malignant\nB\0,0.5\n".to_vec()).file_name(name);
        refused(site.submit(&leader, reqwest::multipart::Form::new().part("file", bytes))).await
    };
    // In the head of a part it is no form at all.
    assert_eq!(send("a\0nswer.csv").await, (BAD.0, "bad_request".into()));
    let answer = send("answer.csv").await;
    assert_eq!(answer, (422, "invalid_file".into()));
}
