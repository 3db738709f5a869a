//! The programs' face.

use both::both;
use domain::address;
use domain::json::{ACCEPTED, ERROR, QUOTA, REFUSAL, SUBMISSION, USED, WRONG_LINE};
use platform::teams;
use platform::testing::by;

use crate::common::{Site, file, json, model, refusal};

#[both]
async fn a_submission_by_token_is_accepted_scored_and_on_the_board(site: Site) {
    let (team, leader, _) = site.team("garam").await;
    let form = file("file", model("svc.csv")).text("memo", "SVC, RBF");
    let (status, body) = json(site.submit(&leader, form).send().await.unwrap()).await;
    assert_eq!((status, body["submission"]["status"].as_str()), (201, Some("queued")), "{body}");
    assert_eq!((body["quota"]["used"].as_i64(), body["quota"]["left"].as_i64()), (Some(1), Some(9)));
    assert_eq!(body["quota"]["resets_at"], "2026-11-22T00:00:00+09:00");
    assert_eq!(body["submission"]["memo"], "SVC, RBF");

    assert_eq!(site.score_all().await, 1);
    let id = body["submission"]["id"].as_str().unwrap();
    let one =
        site.client.get(site.at(&format!("/api/v1/submissions/{id}"))).bearer_auth(&leader.token).send().await.unwrap();
    let (_, one) = json(one).await;
    assert_eq!(one["public_score"].as_f64(), Some(0.934_94));
    let (_, board) = json(site.get("/api/v1/competitions/breast-cancer/leaderboard").await).await;
    assert_eq!(board["version"], 1);
    assert_eq!(board["rows"][0]["team"].as_i64(), Some(team.number));
}

#[both]
async fn the_board_has_an_etag_that_changes_with_its_version_only(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let path = "/api/v1/competitions/breast-cancer/leaderboard";
    let etag = site.get(path).await.headers()["etag"].clone();
    let again = site.client.get(site.at(path)).header("if-none-match", &etag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
    site.score_all().await;
    let changed = site.client.get(site.at(path)).header("if-none-match", &etag).send().await.unwrap();
    assert_eq!(changed.status(), 200);
    let csv = site.text("/api/v1/competitions/breast-cancer/leaderboard.csv").await;
    assert!(csv.lines().nth(1).unwrap().starts_with("1,101,\"garam\","), "{csv}");
}

#[both]
async fn the_csv_of_a_leaderboard_quotes_what_people_wrote_and_nothing_else(site: Site) {
    let (team, leader, _) = site.team("garam").await;
    teams::rename(&site.services, &team, &by(&leader.user), "=1+\"팀\", 2").await.unwrap();
    site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
    site.score_all().await;
    let response = site.get("/api/v1/competitions/breast-cancer/leaderboard.csv").await;
    let expected = "\u{feff}rank,team,name,members,score,submissions,last_submission_at,rank_change,\
        \"sensitivity_at_specificity(specificity=0.9)\",\"average_precision\",\"clinical_utility(threshold=0.1)\"\r\n\
        1,101,\"'=1+\"\"팀\"\", 2\",\"\",0.93494,1,2026-11-21T12:00:00+09:00,,0.89655,0.89538,0.89655\r\n";
    assert_eq!(String::from_utf8_lossy(&response.bytes().await.unwrap()), expected);
}

#[both]
async fn a_file_with_errors_is_answered_with_every_line_and_costs_nothing(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let mut text = String::from_utf8(model("svc.csv")).unwrap();
    text = text.replacen("0.146098", "1.2", 1).replacen("0.657995", "NaN", 1);
    let (status, body) = json(site.submit(&leader, file("file", text.into_bytes())).send().await.unwrap()).await;
    assert_eq!((status, body["error"]["code"].as_str()), (422, Some("invalid_file")));
    let details = body["error"]["details"].as_array().unwrap();
    let lines: Vec<_> = details.iter().map(|d| (d["line"].as_i64(), d["column"].as_str().map(str::to_owned))).collect();
    assert_eq!(lines, [(Some(2), Some("malignant".to_owned())), (Some(3), Some("malignant".to_owned()))], "{body}");
    let quota = site
        .client
        .get(site.at("/api/v1/competitions/breast-cancer/quota"))
        .bearer_auth(&leader.token)
        .send()
        .await
        .unwrap();
    assert_eq!(json(quota).await.1["used"], 0);
}

#[both]
async fn what_is_no_csv_at_all_gets_a_clear_refusal(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let submit = |form| site.submit(&leader, form).send();
    assert_eq!(refusal(submit(file("file", Vec::new())).await.unwrap()).await, (422, "empty_file".into()));
    assert_eq!(refusal(submit(file("other", model("svc.csv"))).await.unwrap()).await, (415, "not_csv".into()));
    let zip = b"PK\x03\x04rest of a spreadsheet".to_vec();
    assert_eq!(refusal(submit(file("file", zip)).await.unwrap()).await, (422, "invalid_file".into()));
    let url = site.at("/api/v1/competitions/breast-cancer/submissions");
    let plain = site.client.post(url).bearer_auth(&leader.token).body("id,malignant\n").send().await.unwrap();
    assert_eq!(refusal(plain).await, (415, "not_csv".into()));
    let large = vec![b'1'; 10 * 1024 * 1024 + 1];
    assert_eq!(refusal(submit(file("file", large)).await.unwrap()).await, (413, "too_large".into()));
}

#[both]
async fn the_ids_of_the_submit_page_are_sent_once_for_each_version(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let page = site.browser_of(&leader).await.get(site.at("/competitions/breast-cancer/submit"));
    let page = page.send().await.unwrap().text().await.unwrap();
    let version: String = page.split("breast-cancer/ids/").nth(1).unwrap().chars().take(16).collect();
    let ids = site.get(&format!("/competitions/breast-cancer/ids/{version}")).await;
    assert_eq!(ids.status(), 200);
    assert_eq!(ids.headers()["cache-control"], "private, max-age=31536000, immutable");
    let other = site.get("/competitions/breast-cancer/ids/0000000000000000").await;
    assert_eq!(refusal(other).await, (404, "not_found".into()));
}

#[both]
async fn secondary_metrics_are_in_the_leaderboard_of_programs(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
    site.score_all().await;
    let (_, board) = json(site.get("/api/v1/competitions/breast-cancer/leaderboard").await).await;
    assert_eq!(board["rows"][0]["secondary"]["average_precision"].as_f64(), Some(0.895_38));
    // The baseline's is that of scikit-learn.
    let baseline = board["baselines"][0]["secondary"]["average_precision"].as_f64();
    assert_eq!(baseline, Some(0.758_94));
    let csv = site.text("/api/v1/competitions/breast-cancer/leaderboard.csv").await;
    let (head, row) = (csv.lines().next().unwrap(), csv.lines().nth(1).unwrap());
    assert!(
        head.contains(",\"sensitivity_at_specificity(specificity=0.9)\",\"average_precision\",\"clinical_"),
        "{head}"
    );
    assert!(row.contains(",0.89655,0.89538,"), "{row} on {}", site.name);
}

#[both]
async fn a_repeated_idempotency_key_repeats_the_first_answer(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let send = |file_name: &'static str| {
        site.submit(&leader, file("file", model(file_name))).header("idempotency-key", "night-run-1").send()
    };
    let (first_status, first) = json(send("svc.csv").await.unwrap()).await;
    let (second_status, second) = json(send("svc.csv").await.unwrap()).await;
    assert_eq!((first_status, second_status), (201, 200));
    assert_eq!(first["submission"]["id"], second["submission"]["id"]);
    assert_eq!(second["quota"]["used"], 1);
    assert_eq!(refusal(send("mlp.csv").await.unwrap()).await, (409, "idempotency_mismatch".into()));
}

#[both]
async fn a_dry_run_answers_with_what_was_checked_and_counts_nowhere(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let form = file("file", model("svc.csv")).text("dry_run", "true");
    let (status, body) = json(site.submit(&leader, form).send().await.unwrap()).await;
    assert_eq!(
        (status, body["submission"]["dry_run"].as_bool(), body["quota"]["used"].as_i64()),
        (201, Some(true), Some(0))
    );
    assert!(body["submission"]["note"].as_str().unwrap().contains("228"), "{body}");
    assert_eq!(site.score_all().await, 0);
}

#[both]
async fn every_route_for_programs_refuses_the_wrong_caller(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let (_, other, _) = site.team("naru").await;
    let stranger = site.person("stranger").await;
    let (_, made) = json(site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap()).await;
    let id = made["submission"]["id"].as_str().unwrap().to_owned();
    let own = [
        "/api/v1/me".to_owned(),
        "/api/v1/competitions/breast-cancer/submissions".to_owned(),
        "/api/v1/competitions/breast-cancer/quota".to_owned(),
        format!("/api/v1/submissions/{id}"),
    ];
    for path in &own {
        assert_eq!(refusal(site.get(path).await).await, (401, "login_required".into()), "{path}");
        let wrong = site.client.get(site.at(path)).bearer_auth("mdg_wrong").send().await.unwrap();
        assert_eq!(refusal(wrong).await, (401, "bad_credentials".into()), "{path}");
    }
    for path in &own[1..3] {
        let answer = site.client.get(site.at(path)).bearer_auth(&stranger.token).send().await.unwrap();
        assert_eq!(refusal(answer).await, (403, "not_member".into()), "{path}");
    }
    let foreign = site.client.get(site.at(&own[3])).bearer_auth(&other.token).send().await.unwrap();
    assert_eq!(refusal(foreign).await, (404, "not_found".into()));
    let file_path = site.at(&format!("/competitions/breast-cancer/submissions/{id}/file"));
    let foreign = site.client.get(&file_path).bearer_auth(&other.token).send().await.unwrap();
    assert_eq!(refusal(foreign).await, (404, "not_found".into()));
    let own_file = site.client.get(&file_path).bearer_auth(&leader.token).send().await.unwrap();
    assert_eq!(own_file.bytes().await.unwrap(), model("svc.csv"));
    let train = site.at("/competitions/breast-cancer/files/train.csv");
    assert_eq!(site.client.get(&train).send().await.unwrap().status(), 401);
    assert_eq!(site.client.get(&train).bearer_auth(&stranger.token).send().await.unwrap().status(), 403);
    assert_eq!(site.client.get(&train).bearer_auth(&leader.token).send().await.unwrap().status(), 200);
}

#[both]
async fn a_closed_stage_refuses_and_says_when_it_ended(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    site.services.clock.advance(chrono::Duration::days(20));
    let response = site.submit(&leader, file("file", model("svc.csv"))).send().await.unwrap();
    let (status, body) = json(response).await;
    assert_eq!((status, body["error"]["code"].as_str()), (403, Some("stage_closed")));
    assert!(body["error"]["message"].as_str().unwrap().contains("KST"), "{body}");
}

#[both]
async fn an_unknown_address_of_the_api_is_not_found(site: Site) {
    assert_eq!(refusal(site.get("/api/v1/competitions/nowhere").await).await, (404, "not_found".into()));
    let (_, leader, _) = site.team("garam").await;
    let odd =
        site.client.get(site.at("/api/v1/submissions/not-an-id")).bearer_auth(&leader.token).send().await.unwrap();
    assert_eq!(refusal(odd).await, (404, "not_found".into()));
}

#[tokio::test]
async fn the_openapi_document_names_every_route_for_programs() {
    let site = Site::on_sqlite().await;
    let (_, document) = json(site.get("/api/v1/openapi.json").await).await;
    for path in [
        "/api/direct-report/{team_number}",
        "/api/v1/competitions",
        "/api/v1/competitions/{slug}",
        "/api/v1/competitions/{slug}/leaderboard",
        "/api/v1/competitions/{slug}/leaderboard.csv",
        "/api/v1/competitions/{slug}/events",
        "/api/v1/competitions/{slug}/submissions",
        "/api/v1/competitions/{slug}/quota",
        "/api/v1/competitions/{slug}/notices",
        "/api/v1/competitions/{slug}/notices.atom",
        "/api/v1/submissions/{id}",
        "/api/v1/me",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let described: Vec<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut addresses: Vec<&str> = address::api::patterns().into_iter().map(|(address, _)| address).collect();
    addresses.retain(|address| *address != address::api::OPENAPI);
    addresses.sort_unstable();
    assert_eq!(described, addresses, "what programs ask for has an address of ours");
}

#[tokio::test]
async fn the_answers_have_every_field_that_a_pages_script_reads() {
    let site = Site::on_sqlite().await;
    let (_, document) = json(site.get(address::api::OPENAPI).await).await;
    for (shape, names) in [
        ("AcceptedOut", ACCEPTED.all()),
        ("SubmissionOut", SUBMISSION.all()),
        ("QuotaOut", [QUOTA.all(), USED.all()].concat()),
        ("ErrorBody", REFUSAL.all()),
        ("ErrorObject", ERROR.all()),
    ] {
        for name in names {
            assert!(document["components"]["schemas"][shape]["properties"][name].is_object(), "{shape}: {name}");
        }
    }
    let (_, leader, _) = site.team("garam").await;
    let wrong = file("file", b"id,malignant\n1,x\n".to_vec());
    let (_, refused) = json(site.submit(&leader, wrong).send().await.unwrap()).await;
    for name in WRONG_LINE.all() {
        assert!(refused[REFUSAL.error][ERROR.details][0].get(name).is_some(), "{name}: {refused}");
    }
}

#[both]
async fn the_commitment_is_public_and_its_opening_comes_with_the_results(site: Site) {
    let path = "/api/v1/competitions/breast-cancer/commitment";
    let (status, before) = json(site.get(path).await).await;
    assert_eq!((status, before["commitment"].as_str().unwrap().len()), (200, 64));
    assert!(before["salt"].is_null() && before["solution_sha256"].is_null());
    let page = site.text("/competitions/breast-cancer/evaluation").await;
    assert!(page.contains(before["commitment"].as_str().unwrap()));

    site.services.clock.set(site.competition.stages[1].reveal_at.unwrap());
    let (_, after) = json(site.get(path).await).await;
    assert_eq!(after["commitment"], before["commitment"]);
    let [salt, hash] = ["salt", "solution_sha256"].map(|key| after[key].as_str().unwrap().parse().unwrap());
    assert_eq!(scoring::commitment(salt, hash).to_string(), before["commitment"].as_str().unwrap());
    assert!(!page.contains(after["salt"].as_str().unwrap()));
}

#[tokio::test]
async fn what_programs_rely_on_changes_only_on_purpose() {
    let site = Site::on_sqlite().await;
    let (_, described) = json(site.get(address::api::OPENAPI).await).await;
    insta::assert_snapshot!("openapi", serde_json::to_string_pretty(&described).unwrap());
}
