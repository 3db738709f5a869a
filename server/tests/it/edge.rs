//! The door and what stands behind it when something is wrong.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::routing::get;
use both::both;
use platform::places::Places;
use reqwest::Method;
use reqwest::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use server::listener::{self, Door};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinHandle;

use crate::common::{Site, json};

struct House {
    address: SocketAddr,
    places: Arc<Places>,
    stop: watch::Sender<bool>,
    ended: JoinHandle<()>,
}

async fn house(app: Router, places: Places, proxies: &[&str], head: Duration) -> House {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (places, (stop, stopped)) = (Arc::new(places), watch::channel(false));
    let proxies = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
    let door = Door { places: Arc::clone(&places), proxies, head };
    let ended = tokio::spawn(listener::serve(listener, app, door, stopped));
    House { address, places, stop, ended }
}

/// What comes until the other side hangs up.
async fn read(mut stream: TcpStream) -> String {
    let mut text = String::new();
    // Hung up on in the middle of a sentence: that is an end, too.
    let _ = stream.read_to_string(&mut text).await;
    text
}

#[tokio::test]
async fn who_does_not_finish_a_requests_head_is_hung_up_on() {
    let app = Router::new().route("/", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string()));
    let house = house(app, Places::new(10, 10), &[], Duration::from_millis(50)).await;
    let mut slow = TcpStream::connect(house.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ").await.unwrap();
    let silent = TcpStream::connect(house.address).await.unwrap();
    for stream in [slow, silent] {
        let said = read(stream).await;
        assert!(!said.contains("200 OK"), "{said}");
    }
    let mut quick = TcpStream::connect(house.address).await.unwrap();
    let own = quick.local_addr().unwrap().to_string();
    quick.write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n").await.unwrap();
    let said = read(quick).await;
    assert!(said.contains("200 OK") && said.ends_with(&own), "{said}");
    while house.places.taken() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_address_with_too_many_connections_is_told_so_and_a_proxy_is_not_counted() {
    let app = || Router::new().route("/", get(async || "here"));
    let house_of_two = house(app(), Places::new(100, 2), &[], Duration::from_mins(1)).await;
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let url = format!("http://{}/", house_of_two.address);
    let first = TcpStream::connect(house_of_two.address).await.unwrap();
    let _second = TcpStream::connect(house_of_two.address).await.unwrap();
    let third = read(TcpStream::connect(house_of_two.address).await.unwrap()).await;
    assert!(third.starts_with("HTTP/1.1 429 Too Many Requests\r\n"), "{third}");
    assert!(third.contains("너무 많아요") && third.contains("Too many connections from this network"), "{third}");
    drop(first);
    while house_of_two.places.taken() > 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(client.get(&url).send().await.unwrap().text().await.unwrap(), "here");

    let behind_a_proxy = house(app(), Places::new(3, 2), &["127.0.0.1/32"], Duration::from_mins(1)).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(TcpStream::connect(behind_a_proxy.address).await.unwrap());
    }
    let full = read(TcpStream::connect(behind_a_proxy.address).await.unwrap()).await;
    assert!(full.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{full}");
}

#[tokio::test]
async fn at_the_end_a_request_is_finished_and_nothing_new_begins() {
    let (begun, begins) = oneshot::channel();
    let begun = Arc::new(std::sync::Mutex::new(Some(begun)));
    let goes_on = Arc::new(Notify::new());
    let handler = {
        let goes_on = Arc::clone(&goes_on);
        async move || {
            let begun = begun.lock().unwrap().take();
            begun.unwrap().send(()).unwrap();
            goes_on.notified().await;
            "done"
        }
    };
    let house = house(Router::new().route("/", get(handler)), Places::new(10, 10), &[], Duration::from_mins(1)).await;
    let _idle = TcpStream::connect(house.address).await.unwrap();
    let request = tokio::spawn(reqwest::get(format!("http://{}/", house.address)));
    begins.await.unwrap();
    house.stop.send(true).unwrap();
    while TcpStream::connect(house.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    goes_on.notify_one();
    assert_eq!(request.await.unwrap().unwrap().text().await.unwrap(), "done");
    house.ended.await.unwrap();
}

#[tokio::test]
async fn a_wrong_address_or_method_of_the_api_is_told_in_json_with_what_is_allowed() {
    let site = Site::on_sqlite().await;
    for path in ["/api", "/api/v1/nothing", "/api/v2/competitions"] {
        for method in [Method::GET, Method::POST] {
            let request = site.client.request(method, site.at(path)).header(ACCEPT, "text/html,*/*");
            let (status, body) = json(request.send().await.unwrap()).await;
            assert_eq!((status, &body["error"]["code"]), (404, &"not_found".into()), "{path}");
        }
    }
    let wrong = site.client.delete(site.at("/api/v1/competitions")).send().await.unwrap();
    assert!(wrong.headers()[ALLOW].to_str().unwrap().contains("GET"));
    let (status, body) = json(wrong).await;
    assert_eq!((status, &body["error"]["code"]), (405, &"method_not_allowed".into()));
    let message = body["error"]["message"].as_str().unwrap();
    assert!(message.contains("DELETE") && message.contains("Allow"), "{message}");
    let unread = site.get("/api/v1/competitions/breast-cancer/notices?page=first").await;
    let (status, body) = json(unread).await;
    assert_eq!((status, &body["error"]["code"]), (400, &"bad_request".into()));
}

#[both]
async fn without_its_database_a_browser_gets_a_page_and_a_program_json_both_with_503(site: Site) {
    site.services.db.close().await;
    for path in ["/competitions/breast-cancer", "/competitions/breast-cancer/leaderboard", "/"] {
        let page = site.client.get(site.at(path)).header(ACCEPT, "text/html").header("cookie", "lang=ko").send();
        let page = page.await.unwrap();
        assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE, "{path} on {}", site.name);
        assert!(page.headers()[CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
        let text = page.text().await.unwrap();
        assert!(text.contains("잠시 뒤"), "{path}: {text}");
    }
    let answer = site.get("/api/v1/competitions/breast-cancer").await;
    assert_eq!(answer.headers()["retry-after"], "5");
    let (status, body) = json(answer).await;
    assert_eq!((status, &body["error"]["code"]), (503, &"try_again".into()));
}

#[tokio::test]
async fn to_strangers_readyz_says_only_whether() {
    let site = Site::on_sqlite().await;
    site.services.db.close().await;
    let stranger = site.client.get(site.at("/readyz")).header("x-forwarded-for", "203.0.113.9").send().await.unwrap();
    assert_eq!(stranger.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stranger.text().await.unwrap(), "not ready");
    assert_eq!(site.text("/readyz").await, "not ready: no answer from database");
}

#[tokio::test]
async fn event_streams_are_bounded_by_address_and_a_place_is_free_again_when_one_ends() {
    let site = Site::on_sqlite().await;
    let stream = || site.client.get(site.at("/api/v1/competitions/breast-cancer/events")).send();
    let mut open = Vec::new();
    for _ in 0..crate::common::STREAMS {
        let answer = stream().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        open.push(answer);
    }
    let refused = stream().await.unwrap();
    assert!(refused.headers().contains_key("retry-after"));
    let (status, body) = json(refused).await;
    assert_eq!((status, &body["error"]["code"]), (429, &"too_many_connections".into()));
    open.clear();
    while stream().await.unwrap().status() != StatusCode::OK {
        tokio::task::yield_now().await;
    }
}
