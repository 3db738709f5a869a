//! The real program with S3 storage that does not answer.

use std::process::{Command, Stdio};

use both::both;
use platform::testing::{Store, sqlite};
use reqwest::{Client, RequestBuilder};

use crate::common::{Site, file, json, model};
use crate::program::{Program, free_port, load_demo, madang, serve, until};

fn as_garam(request: RequestBuilder) -> RequestBuilder {
    request.basic_auth("garam@madang.test", Some("madang-demo-2026")).header("accept-language", "en")
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_storage_the_site_is_read_says_so_and_refuses_submissions(store: Store) {
    load_demo(&store);
    // Nothing listens there.
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let storage = [
        ("MADANG_STORAGE_URL", "s3://bucket/prefix"),
        ("AWS_ENDPOINT", nowhere.as_str()),
        ("MADANG_LOG", "off"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];
    let client = Client::new();
    let submit = |url: &str| {
        let request = client.post(format!("{url}/api/v1/competitions/breast-cancer/submissions"));
        as_garam(request).multipart(file("file", model("mlp.csv"))).send()
    };
    let server = serve(&store, &[], &storage).await;
    let ready = client.get(format!("{}/readyz", server.url)).send().await.unwrap();
    assert_eq!(ready.status(), 503);
    assert_eq!(ready.text().await.unwrap(), "not ready: no answer from storage");
    let board = client.get(format!("{}/competitions/breast-cancer/leaderboard", server.url)).send().await.unwrap();
    assert_eq!(board.status(), 200);

    let refused = submit(&server.url).await.unwrap();
    assert_eq!(refused.headers()["retry-after"], "30");
    let (status, body) = json(refused).await;
    assert_eq!((status, body["error"]["code"].as_str()), (503, Some("unavailable")), "{body} on {}", store.name);
    let quota = client.get(format!("{}/api/v1/competitions/breast-cancer/quota", server.url));
    let (_, quota) = json(as_garam(quota).send().await.unwrap()).await;
    assert_eq!(quota["used"], 0, "{quota} on {}", store.name);
    drop(server);

    // The same database with its own storage: the refused submission left nothing behind.
    let server = serve(&store, &[], &[]).await;
    let ready = client.get(format!("{}/readyz", server.url)).send().await.unwrap();
    assert_eq!(ready.text().await.unwrap(), "ready");
    let (status, body) = json(submit(&server.url).await.unwrap()).await;
    assert_eq!((status, &body["quota"]["used"]), (201, &1.into()), "{body} on {}", store.name);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_disk_is_full_the_site_is_read_and_refuses_submissions_and_then_goes_on_by_itself() {
    let store = sqlite().await;
    load_demo(&store);
    // A limit on the size of files is what a full disk is to a process; the signal that comes with it is ignored.
    let port = free_port();
    let plain = madang(&store, port);
    let mut ignoring = Command::new("sh");
    ignoring.args(["-c", "trap '' XFSZ; exec \"$0\" serve"]).arg(plain.get_program());
    ignoring.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("MADANG_LOG", "off");
    ignoring.current_dir(store.folder.path()).stdout(Stdio::null());
    let server = Program { child: ignoring.spawn().unwrap(), url: format!("http://127.0.0.1:{port}") };
    let client = Client::new();
    let get = |path: &str| client.get(format!("{}{path}", server.url)).send();
    until("the server answers", || async { get("/readyz").await.is_ok_and(|ready| ready.status() == 200) }).await;
    let submit = || {
        let request = client.post(format!("{}/api/v1/competitions/breast-cancer/submissions", server.url));
        as_garam(request).multipart(file("file", model("mlp.csv"))).send()
    };
    let limit = |bytes: &str| {
        let pid = server.child.id().to_string();
        assert!(Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={bytes}")]).status().unwrap().success());
    };
    limit("0:unlimited");
    for _ in 0..3 {
        let refused = submit().await.unwrap();
        assert!(refused.headers().contains_key("retry-after"));
        assert_eq!(refused.status(), 503);
    }
    until("readyz says so", || async { get("/readyz").await.unwrap().status() == 503 }).await;
    assert_eq!(get("/competitions/breast-cancer/leaderboard").await.unwrap().status(), 200);
    limit("unlimited");
    let (status, body) = json(submit().await.unwrap()).await;
    assert_eq!((status, &body["quota"]["used"]), (201, &1.into()), "{body}");
    until("readyz is well again", || async { get("/readyz").await.unwrap().status() == 200 }).await;
}

#[both]
async fn a_page_that_the_database_keeps_from_being_made_says_when_to_come_again(site: Site) {
    site.services.db.close().await;
    for path in ["/", "/competitions/breast-cancer", "/competitions/breast-cancer/leaderboard"] {
        let page = site.client.get(site.at(path)).header("accept", "text/html").send().await.unwrap();
        let after = page.headers().get("retry-after").map(|after| after.to_str().unwrap().to_owned());
        assert_eq!((page.status().as_u16(), after.as_deref()), (503, Some("5")), "{path} on {}", site.name);
        assert!(page.text().await.unwrap().contains("<!DOCTYPE html>"), "{path} on {}", site.name);
    }
}
