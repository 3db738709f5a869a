//! Who may what, through every door: what `domain::access` says of each person in each phase is what each server function and each
//! route does.

use std::collections::BTreeSet;

use both::both;
use chrono::{DateTime, Duration, Utc};
use domain::access::{Action, Actor, Obstacle, Role, Scope, SiteAction, Via};
use domain::{AppError, ErrorCode};
use leptos::server_fn::axum::server_fn_paths;
use platform::accounts::{self, Lifetime};
use platform::competitions::roles;
use platform::testing::{TEST_PASSWORD, applicant, by};
use platform::{access, participation, submissions, teams};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

use crate::common::{Person, Site, browser, file, model};

/// What is asked of the rules before a door is tried.
#[derive(Clone, Copy)]
enum Asks {
    /// Everyone may.
    Everyone,
    In(Action),
    Site(SiteAction),
}

/// A server function, what it is, and a form that is wrong in its content, so that whoever may is told so and nothing changes.
type Function = (&'static str, Asks, Vec<(&'static str, &'static str)>);

fn functions() -> Vec<Function> {
    use Asks::{Everyone, In, Site};
    let slug = ("slug", "breast-cancer");
    let nobody = "01a2018d-9bf0-720f-8fbf-b92b32478092";
    let (account, current) = (Site(SiteAction::ChangeAccount), ("current_password", ""));
    let (notices, questions, ninth) = (("board", "notice"), ("board", "qna"), ("number", "9"));
    let wrong = vec![("email", ""), ("password", ""), ("name", ""), ("affiliation", ""), ("next", "/")];
    vec![
        ("sign_up", Everyone, wrong),
        ("set_public_name", account, vec![("public_name", "a\u{7}b")]),
        ("set_profile", account, vec![("name", ""), ("locale", "ko")]),
        // Nothing is sent to an address that is confirmed.
        ("send_verification", account, vec![]),
        ("verify_address", account, vec![("key", "x")]),
        ("ask_for_address", account, vec![("email", ""), current]),
        ("keep_old_address", account, vec![]),
        ("change_password", account, vec![current, ("password", "")]),
        ("turn_on_second_factor", account, vec![("secret", ""), ("code", ""), current]),
        ("turn_off_second_factor", account, vec![("code", ""), current]),
        ("renew_recovery_codes", account, vec![("code", ""), current]),
        ("end_session", account, vec![("id", "x")]),
        ("delete_account", account, vec![("word", ""), current]),
        ("ask_for_reset", Everyone, vec![("email", "")]),
        ("reset_password", Everyone, vec![("key", "x"), ("password", "")]),
        ("read_notifications", Site(SiteAction::ChangeAccount), vec![("until", "0")]),
        ("read_notification", Site(SiteAction::ChangeAccount), vec![("seq", "0")]),
        ("newest_notifications", Site(SiteAction::ReadAccount), vec![]),
        ("set_notifications", Site(SiteAction::ChangeAccount), vec![("marked[]", "teams"), ("mailed[]", "teams")]),
        ("create_token", Site(SiteAction::ChangeTokens), vec![("name", ""), ("days", "30"), ("read", "on")]),
        ("revoke_token", Site(SiteAction::ChangeTokens), vec![("id", nobody)]),
        ("suspend_account", Site(SiteAction::ManageAccounts), vec![("id", nobody), ("reason", "")]),
        ("resume_account", Site(SiteAction::ManageAccounts), vec![("id", nobody)]),
        ("reset_second_factor", Site(SiteAction::ManageAccounts), vec![("id", nobody)]),
        ("vouch_for_address", Site(SiteAction::ManageAccounts), vec![("id", nobody)]),
        ("resend_letter", Site(SiteAction::ManageQueue), vec![("id", nobody)]),
        ("settle_job", Site(SiteAction::ManageQueue), vec![("id", nobody)]),
        ("write_site_notice", Site(SiteAction::WriteSiteNotices), vec![("title", ""), ("markdown", "")]),
        ("edit_site_notice", Site(SiteAction::WriteSiteNotices), vec![ninth, ("title", ""), ("markdown", "")]),
        ("pin_site_notice", Site(SiteAction::WriteSiteNotices), vec![ninth, ("pinned", "on")]),
        ("remove_site_notice", Site(SiteAction::WriteSiteNotices), vec![ninth]),
        ("preview_post", Site(SiteAction::WriteSiteNotices), vec![("slug", ""), notices, ("markdown", "")]),
        ("finish_arrival", Everyone, vec![("code", "")]),
        ("join_by_institution", Everyone, vec![("name", "")]),
        ("link_identity", account, vec![current]),
        ("unlink_identity", account, vec![("id", nobody), current]),
        ("join", In(Action::TakePart), vec![slug]),
        ("agree_to_rules", In(Action::AgreeToRules), vec![slug]),
        ("accept_place", In(Action::AcceptOffer), vec![slug]),
        ("decide_applications", In(Action::DecideApplications), vec![slug, ("decision", "decline")]),
        ("invite_to_apply", In(Action::DecideApplications), vec![slug, ("emails", "nobody")]),
        ("uninvite_to_apply", In(Action::DecideApplications), vec![slug, ("email", "nobody@example.kr")]),
        ("create_team", In(Action::CreateTeam), vec![slug, ("name", "")]),
        ("show_key", In(Action::ShowKey), vec![slug]),
        ("rename_team", In(Action::RenameTeam), vec![slug, ("name", ""), ("team", "101")]),
        ("remove_member", In(Action::RemoveMember), vec![slug, ("member", nobody), ("team", "101")]),
        ("hand_over", In(Action::HandOver), vec![slug, ("member", nobody), ("team", "101")]),
        ("renew_invitation", In(Action::RenewInvitation), vec![slug]),
        ("renew_key", In(Action::RenewKey), vec![slug]),
        ("move_member", In(Action::MoveMember), vec![slug, ("team", "101"), ("member", nobody), ("reason", "")]),
        ("invite_member", In(Action::InviteMember), vec![slug, ("email", "")]),
        ("take_back_invitation", In(Action::InviteMember), vec![slug, ("id", nobody)]),
        ("join_by_letter", Site(SiteAction::ChangeAccount), vec![slug, ("key", "x")]),
        ("ask_to_join", In(Action::AskToJoin), vec![slug, ("team", "101"), ("message", "\u{7}")]),
        ("withdraw_request", Site(SiteAction::ChangeAccount), vec![slug, ("id", nobody)]),
        ("answer_request", In(Action::AnswerRequests), vec![slug, ("id", nobody)]),
        ("offer_merge", In(Action::MergeTeams), vec![slug, ("number", "0")]),
        ("withdraw_merge", In(Action::MergeTeams), vec![slug, ("id", nobody)]),
        ("answer_merge", In(Action::MergeTeams), vec![slug, ("id", nobody), ("accept", "on")]),
        ("exclude_teams", In(Action::ExcludeTeam), vec![slug, ("teams[]", "101"), ("reason", "")]),
        ("restore_team", In(Action::ExcludeTeam), vec![slug, ("team", "101")]),
        // There is none.
        ("revoke_service_token", In(Action::SetServiceToken), vec![slug]),
        ("ask_for_statement", In(Action::ManageCases), vec![slug, ("number", "1"), ("question", "")]),
        ("extend_statement", In(Action::ManageCases), vec![slug, ("number", "1")]),
        ("vote_on_case", In(Action::VoteOnCases), vec![slug, ("number", "1"), ("reason", "")]),
        ("decide_case", In(Action::ManageCases), vec![slug, ("number", "1"), ("reason", "")]),
        ("ask_live", In(Action::AskLive), vec![slug, ("session", "1"), ("question", "")]),
        // There is no session.
        ("vote_live", In(Action::VoteLive), vec![slug, ("session", "1"), ("number", "1"), ("vote", "on")]),
        ("answer_live", In(Action::RunLive), vec![slug, ("session", "1"), ("number", "1"), ("answer", "")]),
        ("mark_live", In(Action::RunLive), vec![slug, ("session", "1"), ("number", "1"), ("answered", "on")]),
        ("pin_live", In(Action::RunLive), vec![slug, ("session", "1"), ("number", "1"), ("pinned", "on")]),
        ("hide_live", In(Action::RunLive), vec![slug, ("session", "1"), ("number", "1"), ("hidden", "on")]),
        ("move_live", In(Action::RunLive), vec![slug, ("session", "1"), ("number", "1")]),
        ("set_live", In(Action::RunLive), vec![slug, ("title", "")]),
        ("close_live", In(Action::RunLive), vec![slug, ("session", "1")]),
        ("resend_letters", In(Action::ManageMail), vec![slug]),
        ("change_role", In(Action::GiveRoles), vec![slug, ("user", nobody), ("role", "judge")]),
        ("invite_to_role", In(Action::GiveRoles), vec![slug, ("email", ""), ("role", "judge")]),
        ("withdraw_role_invitation", In(Action::GiveRoles), vec![slug, ("id", nobody)]),
        ("accept_role", Site(SiteAction::ChangeAccount), vec![slug, ("key", "x")]),
        ("write_post", In(Action::WriteNotices), vec![slug, notices, ("title", ""), ("markdown", "")]),
        ("write_post", In(Action::WritePosts), vec![slug, questions, ("title", ""), ("markdown", "")]),
        ("write_post", In(Action::Recruit), vec![slug, ("board", "recruit"), ("title", ""), ("markdown", "")]),
        ("set_recruit_card", In(Action::Comment), vec![slug, ninth]),
        ("ask_by_post", Site(SiteAction::ChangeAccount), vec![slug, ninth, ("message", "x")]),
        ("invite_by_post", In(Action::InviteMember), vec![slug, ninth]),
        ("edit_post", In(Action::WriteNotices), vec![slug, notices, ninth, ("title", ""), ("markdown", "")]),
        ("edit_post", In(Action::Comment), vec![slug, questions, ninth, ("title", ""), ("markdown", "")]),
        ("unschedule_notice", In(Action::WriteNotices), vec![slug, ("id", nobody)]),
        ("publish_notice", In(Action::WriteNotices), vec![slug, ("id", nobody)]),
        ("pin_notice", In(Action::WriteNotices), vec![slug, ninth, ("pinned", "on")]),
        ("remind_of_notice", In(Action::WriteNotices), vec![slug, ninth]),
        ("remove_post", In(Action::WriteNotices), vec![slug, notices, ninth]),
        ("remove_post", In(Action::Comment), vec![slug, questions, ninth]),
        ("preview_post", In(Action::WriteNotices), vec![slug, notices, ("markdown", "")]),
        ("preview_post", In(Action::Comment), vec![slug, questions, ("markdown", "")]),
        ("write_comment", In(Action::Comment), vec![slug, questions, ninth, ("markdown", "")]),
        ("edit_comment", In(Action::Comment), vec![slug, questions, ninth, ("comment", "1"), ("markdown", "")]),
        ("remove_comment", In(Action::Comment), vec![slug, questions, ninth, ("comment", "1")]),
        ("follow_post", In(Action::Comment), vec![slug, questions, ninth, ("follows", "on")]),
        ("names_to_call", In(Action::Comment), vec![slug, questions, ninth]),
        ("react_to_post", In(Action::Comment), vec![slug, questions, ninth, ("give", "helpful")]),
        ("report_post", In(Action::Comment), vec![slug, questions, ninth, ("reason", "x")]),
        ("hide_post", In(Action::RunBoards), vec![slug, questions, ninth, ("reason", "x")]),
        ("show_post", In(Action::RunBoards), vec![slug, questions, ninth]),
        ("settle_reports", In(Action::RunBoards), vec![slug, questions, ninth]),
        ("block_writer", In(Action::RunBoards), vec![slug, questions, ninth, ("days", "1"), ("reason", "x")]),
        ("set_unwanted_words", In(Action::RunBoards), vec![slug, ("words", "x")]),
        ("publish_question", In(Action::RunBoards), vec![slug, questions, ninth, ("title", ""), ("markdown", "")]),
        ("link_question", In(Action::RunBoards), vec![slug, questions, ninth, ("same", "0")]),
        ("similar_questions", In(Action::WritePosts), vec![slug, questions, ("title", "?")]),
        ("set_canned_answer", In(Action::RunBoards), vec![slug, ("title", ""), ("markdown", "")]),
        ("remove_canned_answer", In(Action::RunBoards), vec![slug, ("id", nobody)]),
        ("unblock_writer", In(Action::RunBoards), vec![slug, ("user", nobody)]),
    ]
}

/// Those that cannot be tried without doing it; `team_rules`, `idle` and `applications` of `platform` and `credentials` here try them.
const APART: [&str; 6] =
    ["join_team", "log_in", "log_out", "log_out_everywhere", "withdraw_application", "renew_service_token"];

/// What a program asks for: the route as OpenAPI describes it, the address, and what it is.
fn routes(submission: &str) -> Vec<(&'static str, Method, String, Asks)> {
    use Asks::{Everyone, In, Site};
    const C: &str = "/api/v1/competitions/breast-cancer";
    let get = |route, address: String, asks| (route, Method::GET, address, asks);
    vec![
        get("/api/v1/competitions", "/api/v1/competitions".into(), Everyone),
        get("/api/v1/competitions/{slug}", C.into(), Everyone),
        get("/api/v1/competitions/{slug}/commitment", format!("{C}/commitment"), Everyone),
        get(
            "/api/v1/competitions/{slug}/leaderboard",
            format!("{C}/leaderboard?board=private"),
            In(Action::ReadResults),
        ),
        get(
            "/api/v1/competitions/{slug}/leaderboard.csv",
            format!("{C}/leaderboard.csv?board=private"),
            In(Action::ReadResults),
        ),
        get("/api/v1/competitions/{slug}/notices", format!("{C}/notices"), Everyone),
        get("/api/v1/competitions/{slug}/notices.atom", format!("{C}/notices.atom"), Everyone),
        get("/api/v1/competitions/{slug}/submissions", format!("{C}/submissions"), In(Action::ReadSubmissions)),
        ("/api/v1/competitions/{slug}/submissions", Method::POST, format!("{C}/submissions"), In(Action::Submit)),
        get("/api/v1/competitions/{slug}/quota", format!("{C}/quota"), In(Action::ReadSubmissions)),
        get("/api/v1/submissions/{id}", format!("/api/v1/submissions/{submission}"), In(Action::ReadSubmissions)),
        get("/api/v1/me", "/api/v1/me".into(), Site(SiteAction::ReadAccount)),
        get("", "/notices.atom".into(), Everyone),
        get("", "/account/data.json".into(), Site(SiteAction::TakeData)),
        get("", "/admin/accounts.csv".into(), Site(SiteAction::ManageAccounts)),
        get("", "/admin/mail.csv".into(), Site(SiteAction::ManageQueue)),
        get("", "/admin/queue.csv".into(), Site(SiteAction::ManageQueue)),
        get("", "/competitions/breast-cancer/files/train.csv".into(), In(Action::ReadData)),
        get("", "/competitions/breast-cancer/manage/applications.csv".into(), In(Action::DecideApplications)),
        // None is anybody's own.
        get(
            "",
            "/competitions/breast-cancer/apply/files/01a2018d-9bf0-720f-8fbf-b92b32478092".into(),
            In(Action::DecideApplications),
        ),
        // A file of a post is for whoever may read it, and there is none; `post_files` tries those that are there.
        get("", "/competitions/breast-cancer/boards/files/01a2018d-9bf0-720f-8fbf-b92b32478092".into(), Everyone),
        get("", "/competitions/breast-cancer/manage/people.csv".into(), In(Action::Manage)),
        get("", "/competitions/breast-cancer/manage/teams.csv".into(), In(Action::Manage)),
        get("", "/competitions/breast-cancer/manage/roles.csv".into(), In(Action::Manage)),
        get("", "/competitions/breast-cancer/manage/mail.csv".into(), In(Action::ManageMail)),
        get("", "/competitions/breast-cancer/manage/cases.csv".into(), In(Action::ReadCases)),
        get("", format!("/competitions/breast-cancer/submissions/{submission}/file"), In(Action::ReadSubmissions)),
    ]
}

/// Routes that are tried elsewhere: streams do not end, a key is needed beside who one is, or a token that is nobody's, and statistics
/// are made by a worker.
const ELSEWHERE: [&str; 5] = [
    "/api/v1/competitions/{slug}/activity",
    "/api/v1/competitions/{slug}/events",
    "/api/v1/me/events",
    "/api/direct-report/{team_number}",
    "/api/v1/competitions/{slug}/leaderboard/statistics",
];

/// A door that somebody comes by.
struct Door {
    name: String,
    actor: Actor,
    client: Client,
    /// Sent along with each request.
    credentials: Option<(String, String)>,
}

impl Door {
    fn send(&self, site: &Site, method: &Method, address: &str) -> RequestBuilder {
        // From elsewhere than the machine itself.
        let request = self.client.request(method.clone(), site.at(address)).header("x-forwarded-for", "203.0.113.9");
        match &self.credentials {
            Some((user, secret)) if user.is_empty() => request.bearer_auth(secret),
            Some((user, secret)) => request.basic_auth(user, Some(secret)),
            None => request,
        }
    }
}

/// Everybody, by a session; the leader and an organizer also by a token of each scope and by their password.
async fn doors(site: &Site, people: &[(&'static str, Person)]) -> Vec<Door> {
    let visitor = Actor::browser(None, None);
    let mut doors = vec![Door { name: "a visitor".into(), actor: visitor, client: browser(), credentials: None }];
    for (name, person) in people {
        let client = site.browser_of(person).await;
        doors.push(Door { name: (*name).into(), actor: by(&person.user), client, credentials: None });
        if !["leader", "organizer", "admin"].contains(name) {
            continue;
        }
        let mut by_program = |via, what: &str, credentials| {
            let actor = Actor { via, ..by(&person.user) };
            let name = format!("{name} by {what}");
            doors.push(Door { name, actor, client: browser(), credentials: Some(credentials) });
        };
        for scope in Scope::ALL {
            let owner = by(&person.user);
            let made = accounts::create_token(&site.services, &owner, scope.key(), Lifetime::LONGEST, scope.into());
            let (_, secret) = made.await.unwrap();
            by_program(Via::Token(scope.into()), scope.key(), (String::new(), secret));
        }
        by_program(Via::Password, "password", (person.user.email.clone(), TEST_PASSWORD.into()));
    }
    doors
}

async fn code(answer: Response) -> Option<String> {
    if answer.status().is_success() || answer.status().is_redirection() {
        return None;
    }
    let status = answer.status();
    let text = answer.text().await.unwrap();
    let body: Value = serde_json::from_str(&text).unwrap_or_default();
    let told = body["error"]["code"].as_str().or(body["code"].as_str());
    Some(told.map_or_else(|| format!("{status} {text}"), str::to_owned))
}

/// Codes that say that somebody may not, and nothing about what they sent.
fn refuses(code: &str) -> bool {
    let found = ErrorCode::ALL.iter().find(|one| one.key() == code);
    found.is_some_and(|code| matches!(code.status(), 401 | 403))
}

/// What the rules say that this door is told now, if it is refused.
async fn expected(site: &Site, door: &Door, asks: Asks) -> Option<Obstacle> {
    match asks {
        Asks::Everyone => None,
        Asks::Site(action) => door.actor.may(action).check().err(),
        Asks::In(action) => {
            let part = access::part(&site.services, &site.competition, &door.actor).await.unwrap();
            let team = match action {
                // By their number these are asked of whoever may see the team at all.
                Action::RenameTeam
                | Action::RemoveMember
                | Action::HandOver
                | Action::MoveMember
                | Action::AskToJoin => Some(teams::by_number(&site.services, &site.competition, 101).await.unwrap()),
                _ => part.team.clone(),
            };
            let visit = part.visit(&site.competition, &door.actor, site.services.clock.now());
            if matches!(action, Action::RenameTeam | Action::RemoveMember | Action::HandOver | Action::MoveMember) {
                let reads = visit.may(Action::ReadTeam, team.as_ref()).check();
                if let Err(obstacle @ (Obstacle::NotMember | Obstacle::NotSignedIn)) = reads {
                    return Some(obstacle);
                }
            }
            visit.may(action, team.as_ref()).check().err()
        }
    }
}

fn told(obstacle: Obstacle) -> String {
    AppError::from(obstacle).code.key().to_owned()
}

/// Notes an answer that is none of what the rules say: another refusal, or one where there should be none.
fn check(wrong: &mut Vec<String>, what: &str, expected: Option<String>, got: Option<String>) {
    let fits = match &expected {
        Some(code) => got.as_ref() == Some(code),
        None => !got.as_deref().is_some_and(refuses),
    };
    if !fits {
        wrong.push(format!("{what}: {got:?} instead of {expected:?}"));
    }
}

async fn try_all(site: &Site, phase: &str, submission: &str, doors: &[Door]) -> Vec<String> {
    let mut wrong = Vec::new();
    for door in doors {
        for (function, asks, fields) in functions() {
            let request = door.send(site, &Method::POST, &format!("/api/fn/{function}")).form(&fields);
            let got = code(request.send().await.unwrap()).await;
            let what = format!("{function} for {}, {phase}, on {}", door.name, site.name);
            let expected = match (&door.credentials, expected(site, door, asks).await) {
                // Pages and forms know sessions alone.
                (Some((user, _)), _) if user.is_empty() => Some("token_not_allowed".to_owned()),
                (Some(_), _) => Some("login_required".to_owned()).filter(|_| !matches!(asks, Asks::Everyone)),
                (None, obstacle) => obstacle.map(told),
            };
            check(&mut wrong, &what, expected, got);
        }
        for (_, method, address, asks) in routes(submission) {
            let mut request = door.send(site, &method, &address);
            if method == Method::POST {
                request = request.multipart(reqwest::multipart::Form::new().text("memo", "no file"));
            }
            let got = code(request.send().await.unwrap()).await;
            let what = format!("{method} {address} for {}, {phase}, on {}", door.name, site.name);
            let of_one = address.contains(submission);
            let expected = match expected(site, door, asks).await {
                // To others a submission does not exist.
                Some(Obstacle::NoTeam { .. }) if of_one => Some("not_found".to_owned()),
                None if of_one && door.name.starts_with("another") => Some("not_found".to_owned()),
                obstacle => obstacle.map(told),
            };
            check(&mut wrong, &what, expected, got);
        }
    }
    wrong
}

#[both]
async fn every_server_function_and_route_does_what_the_rules_say_for_everybody_in_every_phase(site: Site) {
    let (services, competition) = (&site.services, &site.competition);
    let (team, leader, member) = site.team("garam").await;
    let (_, other, _) = site.team("naru").await;
    let [user, participant] = [site.person("user").await, site.person("participant").await];
    participation::join(services, competition, &by(&participant.user), true).await.unwrap();
    let mut people = vec![
        ("user", user),
        ("applicant", site.with_token(applicant(services, competition, "applicant").await).await),
        ("participant", participant),
        ("member", member),
        ("leader", leader),
        ("another team's", other),
    ];
    for role in Role::ALL {
        let person = site.person(role.key()).await;
        roles::give(services, competition, &Actor::COMMAND, &person.user.email, Some(role)).await.unwrap();
        people.push((role.key(), person));
    }
    people.push(("admin", site.admin().await));
    let leads = &people[4].1;
    let answer = site.submit(leads, file("file", model("svc.csv"))).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    site.score_all().await;
    let (rows, _) = submissions::list(services, competition, &team, &by(&leads.user), 1, 0).await.unwrap();
    let doors = doors(&site, &people).await;
    let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
    let after: DateTime<Utc> = stage.private_opens_at().unwrap() + Duration::minutes(1);
    let phases =
        [("before", stage.starts_at - Duration::minutes(1)), ("during", services.clock.now()), ("after", after)];
    let mut wrong = Vec::new();
    for (phase, now) in phases {
        services.clock.set(now);
        wrong.extend(try_all(&site, phase, &rows[0].id.to_string(), &doors).await);
    }
    assert!(
        wrong.is_empty(),
        "{} answers, the first of them:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(100)].join("\n")
    );
}

#[both]
async fn no_server_function_and_no_route_is_forgotten_in_the_table(site: Site) {
    let known: BTreeSet<_> =
        functions().iter().map(|(function, ..)| *function).chain(APART).map(|name| format!("/api/fn/{name}")).collect();
    let registered: BTreeSet<_> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(known, registered);
    let document: Value = site.get("/api/v1/openapi.json").await.json().await.unwrap();
    let described: BTreeSet<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
    let known: BTreeSet<_> = routes("x")
        .iter()
        .map(|(route, ..)| *route)
        .filter(|route| !route.is_empty())
        .chain(ELSEWHERE)
        .map(str::to_owned)
        .collect();
    assert_eq!(known, described);
}
