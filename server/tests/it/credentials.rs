//! What a token, a password and a session may do, and where a request comes from.

use both::both;
use leptos::server_fn::axum::server_fn_paths;
use platform::accounts;
use platform::testing::TEST_PASSWORD;
use reqwest::{Client, RequestBuilder};

use crate::common::{Site, browser, file, json, model, refusal, site_behind};

/// A server function, who may not call it, and a form that it can read.
pub(crate) type Function = (&'static str, Refuses, Vec<(&'static str, String)>);

/// Every server function with a form that it can read. Whoever adds a function adds it here, with who may not call it.
pub(crate) fn functions(someone: &str) -> Vec<Function> {
    use Refuses::{Members, Nobody, NonOrganizers, Strangers, Visitors};
    let of =
        |fields: &[(&'static str, &str)]| fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let (slug, current) = (("slug", "breast-cancer"), ("current_password", "wrong"));
    let notice = [slug, ("board", "notice"), ("number", "1"), ("title", "공지"), ("markdown", "본문")];
    let (questions, first) = (("board", "qna"), ("number", "1"));
    let id = "01a2018d-9bf0-720f-8fbf-b92b32478092";
    let account =
        [("email", "kim@example.kr"), ("password", "wrong"), ("name", ""), ("affiliation", ""), ("next", "/")];
    vec![
        ("sign_up", Nobody, of(&account)),
        ("log_in", Nobody, of(&account)),
        ("log_out", Nobody, of(&[])),
        ("log_out_everywhere", Visitors, of(&[])),
        ("create_token", Visitors, of(&[("name", "x"), ("days", "30"), ("read", "on")])),
        ("set_public_name", Visitors, of(&[("public_name", "x")])),
        ("read_notifications", Visitors, of(&[("until", "0")])),
        ("read_notification", Visitors, of(&[("seq", "0")])),
        ("newest_notifications", Visitors, of(&[])),
        ("set_notifications", Visitors, of(&[])),
        ("set_profile", Visitors, of(&[("name", "김서연"), ("affiliation", ""), ("locale", "ko")])),
        ("send_verification", Visitors, of(&[])),
        ("verify_address", Visitors, of(&[("key", "x")])),
        ("ask_for_address", Visitors, of(&[("email", "lee@example.kr"), current])),
        ("keep_old_address", Visitors, of(&[])),
        ("change_password", Visitors, of(&[current, ("password", "another good password")])),
        ("turn_on_second_factor", Visitors, of(&[("secret", "x"), ("code", "000000"), current])),
        ("turn_off_second_factor", Visitors, of(&[("code", "000000"), current])),
        ("renew_recovery_codes", Visitors, of(&[("code", "000000"), current])),
        ("end_session", Visitors, of(&[("id", "x")])),
        ("delete_account", Visitors, of(&[("word", "delete my account"), current])),
        ("ask_for_reset", Nobody, of(&[("email", "kim@example.kr")])),
        ("reset_password", Nobody, of(&[("key", "x"), ("password", "another good password")])),
        ("revoke_token", Visitors, of(&[("id", id)])),
        ("suspend_account", NonOrganizers, of(&[("id", id), ("reason", "x")])),
        ("resume_account", NonOrganizers, of(&[("id", id)])),
        ("reset_second_factor", NonOrganizers, of(&[("id", id)])),
        ("vouch_for_address", NonOrganizers, of(&[("id", id)])),
        ("resend_letter", NonOrganizers, of(&[("id", id)])),
        ("settle_job", NonOrganizers, of(&[("id", id)])),
        ("write_site_notice", NonOrganizers, of(&[("title", "점검"), ("markdown", "본문")])),
        ("edit_site_notice", NonOrganizers, of(&[first, ("title", "점검"), ("markdown", "본문")])),
        ("pin_site_notice", NonOrganizers, of(&[first, ("pinned", "on")])),
        ("remove_site_notice", NonOrganizers, of(&[first])),
        ("finish_arrival", Nobody, of(&[("code", "000000")])),
        ("join_by_institution", Nobody, of(&[("name", "김서연")])),
        ("link_identity", Visitors, of(&[current])),
        ("unlink_identity", Visitors, of(&[("id", id), current])),
        ("join", Visitors, of(&[slug, ("agree", "on")])),
        ("withdraw_application", Visitors, of(&[slug])),
        ("agree_to_rules", Visitors, of(&[slug, ("agree", "on")])),
        ("accept_place", Visitors, of(&[slug])),
        ("decide_applications", NonOrganizers, of(&[slug, ("users[]", id), ("decision", "approve")])),
        ("invite_to_apply", NonOrganizers, of(&[slug, ("emails", "lee@example.kr")])),
        ("uninvite_to_apply", NonOrganizers, of(&[slug, ("email", "lee@example.kr")])),
        ("create_team", Visitors, of(&[slug, ("name", "새 팀")])),
        ("join_team", Visitors, of(&[slug, ("code", "x")])),
        ("show_key", Strangers, of(&[slug])),
        ("rename_team", Members, of(&[slug, ("name", "새 이름")])),
        ("remove_member", Members, of(&[slug, ("member", someone)])),
        ("hand_over", Members, of(&[slug, ("member", someone)])),
        ("renew_invitation", Members, of(&[slug])),
        ("renew_key", Members, of(&[slug])),
        ("move_member", NonOrganizers, of(&[slug, ("team", "101"), ("member", someone), ("reason", "x")])),
        ("invite_member", Members, of(&[slug, ("email", "lee@example.kr")])),
        ("take_back_invitation", Members, of(&[slug, ("id", id)])),
        ("join_by_letter", Visitors, of(&[slug, ("key", "x")])),
        ("ask_to_join", Visitors, of(&[slug, ("team", "101")])),
        ("withdraw_request", Visitors, of(&[slug, ("id", id)])),
        ("answer_request", Members, of(&[slug, ("id", id)])),
        ("offer_merge", Members, of(&[slug, ("number", "102")])),
        ("withdraw_merge", Members, of(&[slug, ("id", id)])),
        ("answer_merge", Members, of(&[slug, ("id", id)])),
        ("exclude_teams", NonOrganizers, of(&[slug, ("teams[]", "101"), ("reason", "x")])),
        ("restore_team", NonOrganizers, of(&[slug, ("team", "101")])),
        ("renew_service_token", NonOrganizers, of(&[slug])),
        ("revoke_service_token", NonOrganizers, of(&[slug])),
        ("ask_for_statement", NonOrganizers, of(&[slug, ("number", "1"), ("question", "왜요?")])),
        ("extend_statement", NonOrganizers, of(&[slug, ("number", "1")])),
        ("vote_on_case", NonOrganizers, of(&[slug, ("number", "1"), ("outcome", "warning"), ("reason", "x")])),
        ("decide_case", NonOrganizers, of(&[slug, ("number", "1"), ("outcome", "warning"), ("reason", "x")])),
        ("ask_live", Strangers, of(&[slug, ("session", "1"), ("question", "왜요?")])),
        ("vote_live", Strangers, of(&[slug, ("session", "1"), ("number", "1"), ("vote", "on")])),
        ("answer_live", NonOrganizers, of(&[slug, ("session", "1"), ("number", "1"), ("answer", "네.")])),
        ("mark_live", NonOrganizers, of(&[slug, ("session", "1"), ("number", "1")])),
        ("pin_live", NonOrganizers, of(&[slug, ("session", "1"), ("number", "1")])),
        ("hide_live", NonOrganizers, of(&[slug, ("session", "1"), ("number", "1")])),
        ("move_live", NonOrganizers, of(&[slug, ("session", "1"), ("number", "1")])),
        ("set_live", NonOrganizers, of(&[slug, ("title", "설명회")])),
        ("close_live", NonOrganizers, of(&[slug, ("session", "1")])),
        ("resend_letters", NonOrganizers, of(&[slug, ("letters[]", id)])),
        ("change_role", NonOrganizers, of(&[slug, ("user", id), ("role", "judge")])),
        ("invite_to_role", NonOrganizers, of(&[slug, ("email", "lee@example.kr"), ("role", "judge")])),
        ("withdraw_role_invitation", NonOrganizers, of(&[slug, ("id", id)])),
        ("accept_role", Visitors, of(&[slug, ("key", "x")])),
        ("write_post", NonOrganizers, of(&notice)),
        ("set_recruit_card", Visitors, of(&[slug, first])),
        ("ask_by_post", Visitors, of(&[slug, first])),
        ("invite_by_post", Members, of(&[slug, first])),
        ("edit_post", NonOrganizers, of(&notice)),
        ("unschedule_notice", NonOrganizers, of(&[slug, ("id", id)])),
        ("publish_notice", NonOrganizers, of(&[slug, ("id", id)])),
        ("set_unwanted_words", NonOrganizers, of(&[slug, ("words", "말")])),
        ("pin_notice", NonOrganizers, of(&[slug, ("number", "1"), ("pinned", "on")])),
        ("remind_of_notice", NonOrganizers, of(&[slug, first])),
        ("remove_post", NonOrganizers, of(&[slug, ("board", "notice"), first])),
        ("preview_post", NonOrganizers, of(&[slug, ("board", "notice"), ("markdown", "본문")])),
        ("write_comment", Visitors, of(&[slug, questions, first, ("markdown", "본문")])),
        ("edit_comment", Visitors, of(&[slug, questions, first, ("comment", "1"), ("markdown", "본문")])),
        ("remove_comment", Visitors, of(&[slug, questions, first, ("comment", "1")])),
        ("follow_post", Visitors, of(&[slug, questions, first])),
        ("names_to_call", Visitors, of(&[slug, questions, first])),
        ("react_to_post", Visitors, of(&[slug, questions, first, ("give", "helpful")])),
        ("report_post", Visitors, of(&[slug, questions, first, ("reason", "x")])),
        ("hide_post", NonOrganizers, of(&[slug, questions, first, ("reason", "x")])),
        ("show_post", NonOrganizers, of(&[slug, questions, first])),
        ("settle_reports", NonOrganizers, of(&[slug, questions, first])),
        ("block_writer", NonOrganizers, of(&[slug, questions, first, ("days", "1"), ("reason", "x")])),
        ("publish_question", NonOrganizers, of(&[slug, questions, first, ("title", "x"), ("markdown", "x")])),
        ("link_question", NonOrganizers, of(&[slug, questions, first, ("same", "2")])),
        ("similar_questions", Visitors, of(&[slug, questions, ("title", "마감")])),
        ("set_canned_answer", NonOrganizers, of(&[slug, ("title", "x"), ("markdown", "x")])),
        ("remove_canned_answer", NonOrganizers, of(&[slug, ("id", id)])),
        ("unblock_writer", NonOrganizers, of(&[slug, ("user", id)])),
    ]
}

/// Who is refused, each with those before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Refuses {
    Nobody,
    Visitors,
    /// Who are in no team.
    Strangers,
    /// Who do not lead the team.
    Members,
    /// Leaders too.
    NonOrganizers,
}

fn call(site: &Site, client: &Client, function: &str, fields: &[(&str, String)]) -> RequestBuilder {
    client.post(site.at(&format!("/api/fn/{function}"))).form(fields)
}

#[tokio::test]
async fn every_server_function_refuses_a_visitor_and_a_participant_who_may_not() {
    let site = Site::on_sqlite().await;
    let (_, leader, member) = site.team("garam").await;
    let stranger = site.person("stranger").await;
    let [leads, is_in, is_out] =
        [site.browser_of(&leader).await, site.browser_of(&member).await, site.browser_of(&stranger).await];
    let status = async |client: &Client, function: &str, fields: &[(&str, String)]| {
        call(&site, client, function, fields).send().await.unwrap().status()
    };
    for (function, refuses, fields) in functions(&leader.user.id.to_string()) {
        if refuses >= Refuses::Visitors {
            assert_eq!(status(&browser(), function, &fields).await, 401, "{function} by a visitor");
        }
        for (least, client, who) in [
            (Refuses::Strangers, &is_out, "a stranger"),
            (Refuses::Members, &is_in, "a member who does not lead"),
            (Refuses::NonOrganizers, &leads, "a leader who is no organizer"),
        ] {
            if refuses >= least {
                assert_eq!(status(client, function, &fields).await, 403, "{function} by {who}");
            }
        }
    }
}

#[both]
async fn no_server_function_takes_a_token_or_a_password_and_none_is_forgotten_here(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let functions = functions(&leader.user.id.to_string());
    let mut known: Vec<_> = functions.iter().map(|(function, ..)| format!("/api/fn/{function}")).collect();
    let mut registered: Vec<_> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    known.sort();
    registered.sort();
    assert_eq!(known, registered, "every server function stands in `functions`");
    for (function, refuses, fields) in functions {
        let call = || call(&site, &site.client, function, &fields);
        let answer = call().bearer_auth(&leader.token).send().await.unwrap();
        assert_eq!(refusal(answer).await, (403, "token_not_allowed".into()), "{function}");
        for secret in [leader.token.as_str(), TEST_PASSWORD] {
            let answer = call().basic_auth(&leader.user.email, Some(secret)).send().await.unwrap();
            assert!(refuses == Refuses::Nobody || answer.status() == 401, "{function} on {}", site.name);
        }
    }
    assert_eq!(accounts::tokens(&site.services, &leader.user).await.unwrap().len(), 1, "no token made another");
}

#[both]
async fn pages_refuse_a_token_and_read_nothing_from_a_proxys_own_log_in(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let submit = "/competitions/breast-cancer/submit";
    for path in ["/", "/account", "/account/tokens", submit, "/competitions/breast-cancer/team"] {
        let visitor = site.get(path).await.status();
        let get = || site.client.get(site.at(path));
        let token = get().bearer_auth(&leader.token).send().await.unwrap();
        assert_eq!(refusal(token).await, (403, "token_not_allowed".into()), "{path}");
        for secret in [leader.token.as_str(), TEST_PASSWORD, "the proxy's"] {
            let answer = get().basic_auth(&leader.user.email, Some(secret)).send().await.unwrap();
            assert_eq!(answer.status(), visitor, "{path}");
            assert!(!answer.text().await.unwrap().contains(&leader.user.email), "{path} on {}", site.name);
        }
    }
    let upload = site.client.post(site.at(submit)).bearer_auth(&leader.token).multipart(file("file", model("svc.csv")));
    assert_eq!(
        upload.send().await.unwrap().headers()["location"],
        "/login?next=%2Fcompetitions%2Fbreast-cancer%2Fsubmit"
    );
}

#[both]
async fn behind_a_proxy_with_its_own_log_in_people_read_sign_in_and_submit(site: Site) {
    let (_, leader, _) = site.team("garam").await;
    let client = site.browser_of(&leader).await;
    let before = site.services.passwords.load().0;
    // What the browser's pages send: the proxy's log-in, and where the request comes from. Over plain HTTP it is the page's address.
    for (header, value) in [("sec-fetch-site", "same-origin".to_owned()), ("referer", site.at("/competitions"))] {
        let through =
            |request: RequestBuilder| request.basic_auth("hospital", Some("proxy")).header(header, &value).send();
        for _ in 0..30 {
            assert_eq!(through(client.get(site.at("/account"))).await.unwrap().status(), 200);
            assert_eq!(through(client.get(site.at("/api/v1/me"))).await.unwrap().status(), 200);
        }
        let board = "/api/v1/competitions/breast-cancer/leaderboard/statistics";
        let data = "/competitions/breast-cancer/ids/none";
        for path in [board, "/api/v1/competitions/breast-cancer", data] {
            let plain = site.get(path).await.status();
            assert_eq!(through(browser().get(site.at(path))).await.unwrap().status(), plain, "{path} by a visitor");
        }
        let me = through(browser().get(site.at("/api/v1/me"))).await.unwrap();
        assert_eq!(refusal(me).await, (401, "login_required".into()), "{header}");
        let url = site.at("/api/v1/competitions/breast-cancer/submissions");
        let sent = through(client.post(&url).multipart(file("file", model("svc.csv")))).await.unwrap();
        let (status, body) = json(sent).await;
        assert_eq!(status, 201, "{header}: {body}");
    }
    // An address that was typed in: no page says where it comes from, but the session who asks.
    let typed = client.get(site.at("/api/v1/me")).basic_auth("hospital", Some("proxy")).send().await.unwrap();
    assert_eq!(typed.status(), 200);
    assert_eq!(site.services.passwords.load().0, before, "nothing was tried on {}", site.name);
    let program = browser().get(site.at("/api/v1/me")).basic_auth("hospital", Some("proxy"));
    for request in [program.try_clone().unwrap(), program.header("referer", "https://elsewhere.example/")] {
        assert_eq!(refusal(request.send().await.unwrap()).await, (401, "bad_credentials".into()));
    }
    let fields = [("email", leader.user.email.as_str()), ("password", TEST_PASSWORD), ("next", "/")];
    let log_in = browser().post(site.at("/api/fn/log_in")).form(&fields).basic_auth("hospital", Some("proxy"));
    let answer = log_in.send().await.unwrap();
    assert!(answer.status().is_success() || answer.status().is_redirection());
    // Another site's page cannot borrow the proxy's log-in either.
    let foreign = client.post(site.at("/api/fn/create_token")).form(&[("name", "x"), ("days", "30")]);
    let foreign = foreign.basic_auth("hospital", Some("proxy")).header("sec-fetch-site", "cross-site");
    assert_eq!(refusal(foreign.send().await.unwrap()).await, (403, "cross_site".into()));
}

#[both]
async fn an_administrators_token_administers_nothing(site: Site) {
    let admin = site.admin().await;
    let path = site.at("/competitions/breast-cancer/files/train.csv");
    assert_eq!(site.browser_of(&admin).await.get(&path).send().await.unwrap().status(), 200);
    for secret in [&admin.token, TEST_PASSWORD] {
        let answer = site.client.get(&path).basic_auth(&admin.user.email, Some(secret)).send().await.unwrap();
        assert_eq!(answer.status(), 403);
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_tries_of_its_own_and_cannot_choose_them() {
    let site = site_behind("127.0.0.0/8, 10.0.0.0/8").await;
    site.person("kim").await;
    // As HAProxy sends it: the client's own line, and one more.
    let guess = async |claims: String, client: &str| {
        let request = site.client.post(site.at("/api/fn/log_in"));
        let request = request.form(&[("email", "kim@example.kr"), ("password", "wrong"), ("next", "/")]);
        let request =
            request.header("x-forwarded-for", claims).header("x-forwarded-for", format!("{client}, 10.0.0.7"));
        request.send().await.unwrap().status()
    };
    for attempt in 0..10 {
        assert_eq!(guess(format!("198.51.100.{attempt}"), "203.0.113.9").await, 401);
    }
    assert_eq!(guess("198.51.100.99".into(), "203.0.113.9:4711").await, 429);
    assert_eq!(guess("203.0.113.9".into(), "203.0.113.10").await, 401);
}
