//! The one-line submission from a notebook.

use crate::common::{Person, Site, file, json, model, refusal};
use both::both;
use platform::testing::TEST_PASSWORD;

async fn report(site: &Site, person: &Person, secret: &str, number: i64, key: &str) -> reqwest::Response {
    let url = site.at(&format!("/api/direct-report/{number}?password={key}"));
    let form = file("files", model("svc.csv"));
    site.client.post(url).basic_auth(&person.user.email, Some(secret)).multipart(form).send().await.unwrap()
}

#[both]
async fn basic_auth_works_with_the_password_and_with_a_token(site: Site) {
    let (team, leader, _) = site.team("garam").await;
    let key = site.key(&team, &leader).await;
    for (count, secret) in [(1, TEST_PASSWORD), (2, leader.token.as_str())] {
        let (status, body) = json(report(&site, &leader, secret, team.number, &key).await).await;
        assert_eq!((status, body["quota"]["used"].as_i64()), (201, Some(count)), "{}: {body}", site.name);
    }
}

#[both]
async fn a_wrong_team_a_wrong_key_and_a_wrong_password_are_told_apart(site: Site) {
    let (team, leader, _) = site.team("garam").await;
    let (naru, naru_leader, _) = site.team("naru").await;
    let (key, naru_key) = (site.key(&team, &leader).await, site.key(&naru, &naru_leader).await);
    let answer = report(&site, &leader, &leader.token, naru.number, &naru_key).await;
    assert_eq!(refusal(answer).await, (403, "not_member".into()));
    let answer = report(&site, &leader, &leader.token, team.number, &naru_key).await;
    assert_eq!(refusal(answer).await, (403, "wrong_key".into()));
    let answer = report(&site, &leader, "not the password", team.number, &key).await;
    assert_eq!(refusal(answer).await, (401, "bad_credentials".into()));
    let answer = report(&site, &naru_leader, &leader.token, team.number, &key).await;
    assert_eq!(refusal(answer).await, (401, "bad_credentials".into()));
}

#[both]
async fn guessing_the_key_is_slowed_down(site: Site) {
    let (team, leader, _) = site.team("garam").await;
    for _ in 0..10 {
        assert_eq!(report(&site, &leader, &leader.token, team.number, "guess").await.status(), 403);
    }
    let stopped = report(&site, &leader, &leader.token, team.number, "guess").await;
    assert!(stopped.headers().contains_key("retry-after"));
    assert_eq!(refusal(stopped).await, (429, "too_many_attempts".into()));
}

#[both]
async fn a_number_of_no_team_of_ones_own_is_no_guess_at_a_key(site: Site) {
    let (team, leader, _) = site.team("garam").await;
    let (naru, _, _) = site.team("naru").await;
    let key = site.key(&team, &leader).await;
    for number in [naru.number; 15].into_iter().chain(900..915) {
        let answer = report(&site, &leader, &leader.token, number, "guess").await;
        assert_eq!(refusal(answer).await, (403, "not_member".into()));
    }
    assert_eq!(report(&site, &leader, &leader.token, team.number, &key).await.status(), 201);
}

#[tokio::test]
async fn the_message_follows_accept_language_and_is_korean_without_it() {
    let site = Site::on_sqlite().await;
    let (team, leader, _) = site.team("garam").await;
    let english = report(&site, &leader, &leader.token, team.number, "guess").await;
    assert!(json(english).await.1["error"]["message"].as_str().unwrap().starts_with("The submission key"));
    let plain = reqwest::Client::new().post(site.at(&format!("/api/direct-report/{}?password=x", team.number)));
    let korean = plain.basic_auth(&leader.user.email, Some(&leader.token)).send().await.unwrap();
    assert!(json(korean).await.1["error"]["message"].as_str().unwrap().starts_with("제출 키가"));
}
