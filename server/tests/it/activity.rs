//! What a notebook service reports of teams.

use both::both;
use chrono::Duration;
use domain::access::Actor;
use platform::teams::activity;
use reqwest::Response;
use serde_json::{Value, json};

use crate::common::{Site, json as read, refusal};

async fn report(site: &Site, token: Option<&str>, body: String) -> Response {
    let request = site.client.post(site.at("/api/v1/competitions/breast-cancer/activity")).body(body);
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    request.send().await.unwrap()
}

fn of(teams: &[Value]) -> String {
    json!({ "teams": teams }).to_string()
}

#[both]
async fn the_competitions_own_token_reports_and_nothing_else_does(site: Site) {
    let (team, leader, _) = site.team("garam").await;
    let token = activity::renew_token(&site.services, &site.competition, &Actor::COMMAND).await.unwrap();
    let now = site.services.clock.now();
    let one = || of(&[json!({ "team": team.number, "at": now - Duration::hours(1) })]);
    assert_eq!(refusal(report(&site, None, one()).await).await, (401, "login_required".into()));
    for wrong in [leader.token.as_str(), "mds_guessed", ""] {
        assert_eq!(refusal(report(&site, Some(wrong), one()).await).await.0, 401, "{wrong}");
    }
    let signs = async || site.services.db.team_signs(team.id).await.unwrap().unwrap();
    assert_eq!(signs().await.active_at, None);
    for _ in 0..2 {
        assert_eq!(report(&site, Some(&token), one()).await.status(), 204);
        assert_eq!(signs().await.active_at, Some(now - Duration::hours(1)));
    }
    assert_eq!(report(&site, Some(&token), of(&[json!({ "team": team.number })])).await.status(), 204);
    assert_eq!(signs().await.active_at, Some(now), "left out, it is now");
    // It opens no other door.
    for address in ["/api/v1/me", "/api/v1/competitions/breast-cancer/submissions"] {
        let answer = site.client.get(site.at(address)).bearer_auth(&token).send().await.unwrap();
        assert_eq!(refusal(answer).await.0, 401, "{address} on {}", site.name);
    }
}

#[both]
async fn all_of_a_report_is_taken_or_nothing_and_what_is_wrong_is_told_at_its_place(site: Site) {
    let (team, _, _) = site.team("garam").await;
    let token = activity::renew_token(&site.services, &site.competition, &Actor::COMMAND).await.unwrap();
    let some = of(&[json!({ "team": team.number }), json!({ "team": 901 }), json!({ "team": 902 })]);
    let (status, told) = read(report(&site, Some(&token), some).await).await;
    let fields: Vec<_> = told["error"]["details"].as_array().unwrap().iter().map(|one| one["field"].clone()).collect();
    assert_eq!((status, fields), (422, vec![json!("teams[1].team"), json!("teams[2].team")]), "{told}");
    for broken in ["", "{", "[]", r#"{"teams":[{"team":"가람"}]}"#, &" ".repeat(300_000)] {
        assert_eq!(refusal(report(&site, Some(&token), broken.to_owned()).await).await, (400, "bad_request".into()));
    }
    let many: Vec<_> = (0..1001).map(|_| json!({ "team": team.number })).collect();
    assert_eq!(refusal(report(&site, Some(&token), of(&many)).await).await.0, 422);
    assert_eq!(site.services.db.team_signs(team.id).await.unwrap().unwrap().active_at, None, "on {}", site.name);
}
