//! What applicants answer: who reads it, how it is listed, and when it goes; on both databases.

use std::collections::BTreeMap;

use both::both;
use chrono::Duration;
use domain::accounts::User;
use domain::applications::{ApplyMode, ApplySettings, Question, QuestionKind};
use domain::participation::ParticipationState::{Applied, Waiting};
use domain::{ErrorCode, Locale, Text};
use futures::TryStreamExt as _;
use platform::participation::decisions::{self, Decision};
use platform::participation::{self, ApplicantsAsked, ApplicationForm, table};
use platform::testing::{Store, by, person};

use crate::applications::{apply, code, decide, letters, of, organizer, people, with};
use crate::common::behind_the_back;

pub(crate) fn text(ko: &str) -> Text {
    Text { ko: ko.into(), en: None }
}

pub(crate) fn question(key: &str, kind: QuestionKind) -> Question {
    Question {
        key: key.into(),
        kind,
        label: text(key),
        hint: None,
        required: true,
        choices: Vec::new(),
        max: None,
        file_kinds: Vec::new(),
        file_mb: None,
    }
}

pub(crate) fn answered(motive: &str) -> ApplicationForm {
    let answers = BTreeMap::from([("motive".to_owned(), motive.to_owned()), ("consent".to_owned(), "on".to_owned())]);
    ApplicationForm { agreed: Some(1), answers, locale: Locale::En, ..ApplicationForm::default() }
}

#[both]
async fn answers_are_kept_for_organizers_alone_and_go_with_the_application_and_after_the_competition(store: Store) {
    let questions = vec![question("motive", QuestionKind::Text), question("consent", QuestionKind::Consent)];
    let settings = ApplySettings { questions, ..of(ApplyMode::Approval, None) };
    let (services, competition) = with(&store, settings).await;
    let users = people(&services, "p", 3).await;
    assert_eq!(code(apply(&services, &competition, &users[0]).await), ErrorCode::InvalidInput, "unanswered");
    for (user, motive) in users.iter().zip(["=SUM(A1)", "병원에서\n일해요", "공부"]) {
        participation::apply(&services, &competition, &by(user), answered(motive)).await.unwrap();
    }
    let actor = organizer(&services, &competition).await;
    let asked = ApplicantsAsked { limit: 50, ..ApplicantsAsked::default() };
    assert_eq!(code(decisions::list(&services, &competition, &by(&users[0]), &asked).await), ErrorCode::NotOrganizer);
    assert_eq!(
        code(decisions::of(&services, &competition, &by(&users[0]), users[1].id).await),
        ErrorCode::NotOrganizer
    );
    let answers = async |user: &User| {
        decisions::of(&services, &competition, &actor, user.id).await.unwrap().answers.unwrap_or_default()
    };
    assert_eq!(answers(&users[1]).await["motive"], "병원에서\n일해요");
    let csv = table::csv(&services, &competition, &actor, &asked, Locale::Ko, |_, state| state.key()).await.unwrap();
    let csv: String = csv.try_collect().await.unwrap();
    assert!(csv.starts_with("\u{feff}\"이름\",\"메일 주소\",") && csv.contains("\"'=SUM(A1)\""), "{csv}");
    assert_eq!(csv.matches("\r\n").count(), 4, "a head and three: {csv}");
    // Written in the language in which they applied.
    decide(&services, &competition, &actor, &[&users[0], &users[1]], Decision::Approve).await;
    assert!(letters(&services, &store).await.iter().all(|(_, text)| text.contains("your application was approved")));
    participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
    assert!(answers(&users[0]).await.is_empty(), "gone with the application");
    services.clock.set("2027-03-12T08:59:59Z".parse().unwrap());
    participation::forget(&services).await.unwrap();
    let ends = competition.stages.iter().filter_map(|stage| stage.ends_at).max().unwrap();
    services.clock.set(ends + Duration::days(90) - Duration::seconds(1));
    participation::forget(&services).await.unwrap();
    assert!(!answers(&users[1]).await.is_empty());
    services.clock.advance(Duration::seconds(1));
    participation::forget(&services).await.unwrap();
    assert!(answers(&users[1]).await.is_empty() && answers(&users[2]).await.is_empty(), "{}", store.name);
}

#[both]
async fn answers_and_reasons_stand_in_no_audit_entry(store: Store) {
    let settings =
        ApplySettings { questions: vec![question("motive", QuestionKind::Text)], ..of(ApplyMode::Approval, None) };
    let (services, competition) = with(&store, settings).await;
    let kim = person(&services, "kim").await;
    participation::apply(&services, &competition, &by(&kim), answered("비밀 동기")).await.unwrap();
    let actor = organizer(&services, &competition).await;
    decide(&services, &competition, &actor, &[&kim], Decision::Decline).await;
    let entries = platform::audit::entries(&services, 0, None).await.unwrap();
    assert!(entries.iter().any(|entry| entry.deed == "participation.decide"));
    for entry in entries {
        let line = entry.line();
        assert!(!line.contains("비밀") && !line.contains("소속을"), "{line}");
    }
}

#[both]
async fn a_list_is_searched_filtered_and_paged_and_what_looks_like_a_pattern_is_meant_as_it_is(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(3))).await;
    for user in &people(&services, "p", 5).await {
        services.clock.advance(Duration::minutes(1));
        apply(&services, &competition, user).await.unwrap();
    }
    behind_the_back(&store.db, "UPDATE users SET affiliation = '100%_병원' WHERE name = 'p1'").await;
    let actor = organizer(&services, &competition).await;
    let found = async |state, text: &str, limit, offset| {
        let asked = ApplicantsAsked { state, text: text.into(), limit, offset };
        let page = decisions::list(&services, &competition, &actor, &asked).await.unwrap();
        let names: Vec<_> = page.rows.iter().map(|row| row.name.clone()).collect();
        (names.join(" "), page.total)
    };
    assert_eq!(found(None, "", 2, 0).await, ("p4 p3".into(), 5), "the newest first");
    assert_eq!(found(None, "", 2, 4).await, ("p0".into(), 5));
    assert_eq!(found(Some(Waiting), "", 9, 0).await, ("p3 p4".into(), 2), "of the waitlist the next first");
    assert_eq!(found(None, " P2@EXAMPLE ", 9, 0).await, ("p2".into(), 1));
    assert_eq!(found(None, "%_", 9, 0).await, ("p1".into(), 1));
    assert_eq!(found(Some(Applied), "", 9, 0).await, (String::new(), 0));
}

#[both]
async fn a_table_is_read_piece_by_piece_and_has_each_applicant_once_whatever_they_do_meanwhile(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
    let users = people(&services, "p", 3).await;
    for user in &users {
        apply(&services, &competition, user).await.unwrap();
    }
    many_apply(&store).await;
    let actor = organizer(&services, &competition).await;
    let asked = ApplicantsAsked::default();
    let of_now =
        async || table::csv(&services, &competition, &actor, &asked, Locale::En, |_, state| state.key()).await.unwrap();
    let mut csv = of_now().await;
    let mut pieces = vec![csv.try_next().await.unwrap().unwrap(), csv.try_next().await.unwrap().unwrap()];
    // Some who were read already apply anew or stand elsewhere by their time, and so does the last of all: in the list's order they would
    // be there twice, and others not at all.
    participation::withdraw(&services, &competition, &by(&users[1])).await.unwrap();
    services.clock.advance(Duration::minutes(1));
    apply(&services, &competition, &users[1]).await.unwrap();
    for moved in [
        "UPDATE participations SET applied_at = '2020-01-01T00:00:00+00:00'
        WHERE user_id IN (SELECT id FROM users WHERE email IN ('many1@example.kr', 'many2@example.kr'))",
        "UPDATE participations SET applied_at = '2026-11-20T00:00:00+00:00'
        WHERE user_id IN (SELECT id FROM users WHERE email = 'many1200@example.kr')",
    ] {
        behind_the_back(&store.db, moved).await;
    }
    while let Some(piece) = csv.try_next().await.unwrap() {
        pieces.push(piece);
    }
    assert!(pieces.len() >= 4, "a head and three pieces on {}: {}", store.name, pieces.len());
    let text = pieces.concat();
    let mut addresses: Vec<_> = text.split("\r\n").filter_map(|line| line.split("\",\"").nth(1)).collect();
    let found = addresses.len();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!((found, addresses.len()), (1204, 1204), "a head and everyone, on {}", store.name);
    // Whoever loses their role meanwhile has no more of it.
    let mut csv = of_now().await;
    csv.try_next().await.unwrap();
    csv.try_next().await.unwrap();
    behind_the_back(&store.db, "DELETE FROM roles").await;
    let rest: platform::Result<Vec<String>> = csv.try_collect().await;
    assert_eq!(code(rest), ErrorCode::NotOrganizer);
}

/// 1200 more accounts that have applied, after all others in their order.
async fn many_apply(store: &Store) {
    let people = match &store.db {
        storage::Db::Sqlite { .. } => {
            "INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
            SELECT unhex('ffffffff0000000000000000' || printf('%08x', i)), 'many' || i || '@example.kr', 'many', '', '', FALSE, FALSE,
            '2026-11-01T00:00:00+00:00' FROM n"
        }
        storage::Db::Postgres(_) => {
            "INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at)
            SELECT ('ffffffff0000000000000000' || lpad(to_hex(i), 8, '0'))::uuid, 'many' || i || '@example.kr', 'many', '', '', FALSE, FALSE,
            '2026-11-01T00:00:00Z' FROM generate_series(1, 1200) i"
        }
    };
    behind_the_back(&store.db, people).await;
    let apply = "INSERT INTO participations (competition_id, user_id, agreed_at, state)
        SELECT c.id, u.id, u.created_at, 'waiting' FROM users u CROSS JOIN competitions c WHERE u.name = 'many'";
    behind_the_back(&store.db, apply).await;
}
