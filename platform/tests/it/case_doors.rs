//! Who learns of a case: by its doors, by notifications and letters, by files and lists; and what is kept of whom.

use std::collections::BTreeSet;

use both::both;
use domain::ErrorCode;
use domain::access::{Actor, Role};
use domain::accounts::User;
use domain::cases::{CaseOutcome, CaseState};
use domain::notifications::{News, NotificationFilter, Topic};
use platform::accounts::deletion;
use platform::cases::{self, CasesWanted, NewCase};
use platform::notifications::Wishes;
use platform::testing::{Store, TEST_PASSWORD, by, form, person, team_of_two};
use platform::{accounts, audit, jobs, mail, notifications, teams};

use crate::cases::{Scene, due, file};
use crate::common::{code, submit_and_score};

/// What somebody was told of cases, and the kinds of letters about them to their address.
async fn told(scene: &Scene, user: &User) -> (Vec<&'static str>, Vec<String>) {
    let page = notifications::list(&scene.services, &by(user), &NotificationFilter::default(), 1).await.unwrap();
    let news = page.notifications.into_iter().rev().filter_map(|one| match one.news {
        News::CaseAsked { .. } => Some("asked"),
        News::CaseDecided { .. } => Some("decided"),
        News::CaseDeliberates { .. } => Some("deliberates"),
        _ => None,
    });
    let letters = mail::deliver::list(&scene.services, false).await.unwrap().into_iter();
    let mut kinds: Vec<_> = letters
        .filter(|one| one.address == user.email)
        .map(|one| one.kind)
        .filter(|kind| kind.starts_with("case"))
        .collect();
    kinds.sort();
    (news.collect(), kinds)
}

#[both]
async fn a_case_tells_its_team_and_those_who_decide_and_nobody_else(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, leader, member, .. } = &scene;
    let judge = scene.with_role("judge", Role::Judge).await;
    let viewer = scene.with_role("viewer", Role::Viewer).await;
    let (_, other, _) = team_of_two(services, competition, "naru").await;
    // Who was in the team when it was opened and has left since.
    let dropped = scene.open(scene.suspicion()).await;
    scene.decide(dropped, CaseOutcome::NoBreach).await.unwrap();
    let number = scene.open(scene.suspicion()).await;
    teams::remove(services, &scene.team, &by(member), member.id).await.unwrap();
    let newcomer = person(services, "newcomer").await;
    platform::participation::join(services, competition, &by(&newcomer), true).await.unwrap();
    let link = teams::renew_invitation(services, &scene.team, &by(leader)).await.unwrap().code;
    teams::join_by_link(services, competition, &by(&newcomer), &link).await.unwrap();
    // Whatever they turned off.
    for (user, mailed) in [(leader, vec![]), (&judge, vec![Topic::Teams])] {
        let wishes = Wishes { marked: Topic::ALL.to_vec(), mailed };
        notifications::set_wishes(services, &by(user), &wishes).await.unwrap();
    }
    scene.ask(number).await;
    services.clock.set(due());
    jobs::run_until_idle(services).await.unwrap();
    scene.decide(number, CaseOutcome::Warning).await.unwrap();
    jobs::run_until_idle(services).await.unwrap();

    for user in [leader, member, &newcomer] {
        let letters = vec!["case_asked".to_owned(), "case_decided".to_owned()];
        assert_eq!(told(&scene, user).await, (vec!["asked", "decided"], letters), "{} on {}", user.name, store.name);
    }
    assert_eq!(told(&scene, organizer).await, (vec!["deliberates"], vec!["case_deliberates".to_owned()]));
    assert_eq!(told(&scene, &judge).await, (vec!["deliberates"], vec![]), "without the letter that they did not want");
    for user in [&other, &viewer] {
        assert_eq!(told(&scene, user).await, (vec![], vec![]), "{}", user.name);
    }
    for letter in crate::common::mailed(services, &store).await {
        assert!(!letter.text.contains("두 팀의 제출이 같음") && !letter.text.contains("설명해"), "{}", letter.text);
    }
}

#[both]
async fn to_whoever_has_no_business_with_it_a_case_is_a_number_that_is_none(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, leader, .. } = &scene;
    let judge = scene.with_role("judge", Role::Judge).await;
    let viewer = scene.with_role("viewer", Role::Viewer).await;
    let (_, other, _) = team_of_two(services, competition, "naru").await;
    let user = person(services, "user").await;
    let number = scene.open(NewCase { is_shown: true, files: vec![file("a.pdf")], ..scene.suspicion() }).await;
    scene.ask(number).await;
    let id = scene.seen_by(organizer, number).await.unwrap().entries[0].files[0].id.0;
    let visitor = Actor::browser(None, None);
    let none = if number == 999_999 { 999_998 } else { 999_999 };
    for (actor, team_side, house) in [
        (visitor, ErrorCode::LoginRequired, ErrorCode::LoginRequired),
        (by(&user), ErrorCode::NotFound, ErrorCode::NotOrganizer),
        (by(&other), ErrorCode::NotFound, ErrorCode::NotOrganizer),
        (by(&viewer), ErrorCode::NotFound, ErrorCode::NotOrganizer),
    ] {
        for number in [number, none] {
            let asks = async || cases::own(services, competition, &actor, number).await;
            assert_eq!(code(asks().await), team_side, "{actor:?}");
            let states = cases::state(services, competition, &actor, number, "소명", vec![], None).await;
            assert_eq!(code(states), team_side);
            assert_eq!(code(cases::stored_file(services, competition, &actor, number, id).await), team_side);
            assert_eq!(code(cases::of(services, competition, &actor, number).await), house);
            let adds = cases::add_evidence(services, competition, &actor, number, ("x", true), vec![]).await;
            assert_eq!(code(adds), house);
            assert_eq!(code(cases::ask(services, competition, &actor, number, "x", (None, None)).await), house);
            assert_eq!(code(cases::extend(services, competition, &actor, number, None, None).await), house);
            assert_eq!(code(cases::vote(services, competition, &actor, number, None, "x").await), house);
            assert_eq!(code(cases::decide(services, competition, &actor, number, None, "x").await), house);
        }
        assert_eq!(
            code(cases::list(services, competition, &actor, &CasesWanted { limit: 9, ..CasesWanted::default() }).await),
            house
        );
        assert_eq!(code(cases::counts(services, competition, &actor).await), house);
        assert_eq!(code(cases::open(services, competition, &actor, scene.suspicion()).await), house);
    }
    // A judge reads and does not lead; the team does not come by the organizers' doors.
    scene.seen_by(&judge, number).await.unwrap();
    assert_eq!(
        code(cases::decide(services, competition, &by(&judge), number, None, "x").await),
        ErrorCode::NotOrganizer
    );
    assert_eq!(code(cases::open(services, competition, &by(&judge), scene.suspicion()).await), ErrorCode::NotOrganizer);
    assert_eq!(code(scene.seen_by(leader, number).await), ErrorCode::NotOrganizer);
    assert_eq!(code(scene.own(organizer, number).await), ErrorCode::NotFound);
    cases::stored_file(services, competition, &by(leader), number, id).await.unwrap();
}

#[both]
async fn a_file_is_seen_by_whoever_sees_its_entry(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, leader, .. } = &scene;
    let number = scene.open(NewCase { files: vec![file("몰래.png")], ..scene.suspicion() }).await;
    scene.ask(number).await;
    scene.state(leader, number, "소명", None).await.unwrap();
    let view = scene.seen_by(organizer, number).await.unwrap();
    let files: Vec<_> = view.entries.iter().flat_map(|shown| &shown.files).map(|file| file.id.0).collect();
    let reads = async |user: &User, id| cases::stored_file(services, competition, &by(user), number, id).await;
    for id in &files {
        reads(organizer, *id).await.unwrap();
    }
    assert_eq!(code(reads(leader, files[0]).await), ErrorCode::NotFound, "of a suspicion that is not shown");
    let own = reads(leader, files[1]).await.unwrap();
    assert_eq!((own.name.as_str(), own.bytes), ("소명서.pdf", 14));
    // Under another case's number there is no such file.
    let other = scene.open(scene.suspicion()).await;
    assert_eq!(
        code(cases::stored_file(services, competition, &by(organizer), other, files[0]).await),
        ErrorCode::NotFound
    );
}

#[both]
async fn an_administrator_in_the_team_neither_sees_counts_nor_leads_its_cases(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, .. } = &scene;
    let admin = accounts::add(services, &Actor::COMMAND, form("admin"), true).await.unwrap();
    let number = scene.open(scene.suspicion()).await;
    let (other, ..) = team_of_two(services, competition, "naru").await;
    scene.open(NewCase { team: other.number, ..scene.suspicion() }).await;
    let count =
        async |user: &User| cases::counts(services, competition, &by(user)).await.unwrap().of(CaseState::Suspected);
    assert_eq!(count(&admin).await, 2);
    // However they came into it.
    let mut tx = services.db.begin().await.unwrap();
    tx.insert_member(&scene.team, admin.id, services.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&admin).await, 1, "on {}", store.name);
    let rows = cases::list(services, competition, &by(&admin), &CasesWanted { limit: 9, ..CasesWanted::default() })
        .await
        .unwrap()
        .rows;
    assert_eq!(rows.iter().map(|row| row.team_number).collect::<Vec<_>>(), [other.number]);
    assert_eq!(code(scene.seen_by(&admin, number).await), ErrorCode::NotFound);
    let decides = cases::decide(services, competition, &by(&admin), number, Some(CaseOutcome::NoBreach), "x").await;
    assert_eq!(code(decides), ErrorCode::NotFound);
    let opens = cases::open(services, competition, &by(&admin), scene.suspicion()).await;
    assert_eq!(crate::common::wrong(opens).0, "team");
}

#[both]
async fn an_account_that_goes_leaves_its_case_without_a_name_and_takes_its_statement_along_first(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, team, member, organizer, .. } = &scene;
    submit_and_score(services, competition, team, member, "svc.csv").await;
    let number = scene.open(scene.suspicion()).await;
    scene.ask(number).await;
    scene.state(member, number, "제가 쓴 소명입니다.", None).await.unwrap();
    let data = accounts::own_data::of(services, &by(member)).await.unwrap();
    let statement = &data["statements"][0];
    assert_eq!((statement["case"].as_i64(), statement["text"].as_str()), (Some(number), Some("제가 쓴 소명입니다.")));
    assert_eq!(statement["files"][0]["name"], "소명서.pdf");
    let leads = accounts::own_data::of(services, &by(&scene.leader)).await.unwrap();
    assert_eq!(leads["statements"].as_array().map(Vec::len), Some(0), "one's own alone");
    deletion::delete(services, &by(member), "계정 삭제", TEST_PASSWORD, "").await.unwrap();
    let view = scene.seen_by(organizer, number).await.unwrap();
    let kept = &view.entries.last().unwrap().entry;
    assert_eq!(
        (kept.author.as_deref(), kept.markdown.as_str()),
        (Some(""), "제가 쓴 소명입니다."),
        "on {}",
        store.name
    );
    assert!(!format!("{view:?}").contains("garam-2"));
}

#[both]
async fn numbers_tell_nobody_how_many_cases_there_are_and_the_teams_history_nothing_of_them(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, team, leader, .. } = &scene;
    let mut numbers = BTreeSet::new();
    for _ in 0..20 {
        numbers.insert(scene.open(scene.suspicion()).await);
    }
    assert_eq!(numbers.len(), 20);
    assert!(numbers.iter().all(|number| (100_000..1_000_000).contains(number)));
    let ordered: Vec<_> = numbers.iter().collect();
    assert!(ordered.windows(2).any(|pair| pair[1] - pair[0] > 1), "{ordered:?}");
    let before = audit::history(services, competition, team, &by(leader), 1).await.unwrap().total;
    let number = *ordered[0];
    scene.ask(number).await;
    scene.state(leader, number, "소명", None).await.unwrap();
    let after = audit::history(services, competition, team, &by(leader), 1).await.unwrap().total;
    assert_eq!(after, before, "whoever may look at the team reads its history, on {}", store.name);
    services.clock.set(due());
    scene.decide(number, CaseOutcome::Disqualified).await.unwrap();
    let after = audit::history(services, competition, team, &by(leader), 1).await.unwrap();
    assert_eq!(after.total, before + 1, "what everyone sees is in it");
}
