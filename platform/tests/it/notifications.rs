//! What people are told in person: each once, on a page of theirs and by mail.

use both::both;
use domain::access::{Actor, Role};
use domain::accounts::User;
use domain::boards::{BoardKind, PostDraft};
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::notifications::{News, NotificationFilter, Topic};
use domain::teams::Team;
use platform::notifications::Wishes;
use platform::testing::{Store, by, organizes, person, team_of_two};
use platform::{Services, boards, competitions::roles, events, jobs, mail, notifications, participation, teams};

use crate::common::{behind_the_back, open_competition};

pub(crate) async fn texts(services: &Services, user: &User) -> Vec<News> {
    let page = notifications::list(services, &by(user), &all(), 1).await.unwrap();
    page.notifications.into_iter().map(|one| one.news).collect()
}

pub(crate) fn all() -> NotificationFilter {
    NotificationFilter::default()
}

pub(crate) async fn choose(services: &Services, user: &User, marked: &[Topic], mailed: &[Topic]) {
    let wishes = Wishes { marked: marked.to_vec(), mailed: mailed.to_vec() };
    notifications::set_wishes(services, &by(user), &wishes).await.unwrap();
}

/// The letters that wait: their kinds and addresses.
pub(crate) async fn letters(services: &Services) -> Vec<(String, String)> {
    let mut letters: Vec<_> =
        mail::deliver::list(services, false).await.unwrap().into_iter().map(|one| (one.kind, one.address)).collect();
    letters.sort();
    letters
}

pub(crate) async fn organizer(services: &Services, competition: &Competition) -> Actor {
    let lee = person(services, "lee").await;
    organizes(services, competition, &lee).await;
    by(&lee)
}

pub(crate) fn draft(required: bool) -> PostDraft {
    PostDraft {
        title: "마감 연장".into(), markdown: "본문".into(), pinned: required, required, ..PostDraft::default()
    }
}

async fn three(services: &Services, competition: &Competition) -> (Team, User, User, User) {
    let (team, leader, member) = team_of_two(services, competition, "garam").await;
    jobs::run_until_idle(services).await.unwrap();
    let third = person(services, "third").await;
    participation::join(services, competition, &by(&third), true).await.unwrap();
    let code = teams::renew_invitation(services, &team, &by(&leader)).await.unwrap().code;
    let team = teams::join_by_link(services, competition, &by(&third), &code).await.unwrap();
    jobs::run_until_idle(services).await.unwrap();
    (team, leader, member, third)
}

#[both]
async fn a_required_notice_reaches_every_leader_on_their_page_and_by_mail_and_nobody_else(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let organizer = organizer(&services, &competition).await;
    let (_, leader, member) = team_of_two(&services, &competition, "garam").await;
    let (_, other, _) = team_of_two(&services, &competition, "naru").await;
    boards::write(&services, &competition, BoardKind::Notice, &organizer, draft(false)).await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    assert_eq!(letters(&services).await, [], "a notice that nobody must read");
    let number = boards::write(&services, &competition, BoardKind::Notice, &organizer, draft(true)).await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    let news = News::RequiredNotice { number, title: "마감 연장".into() };
    for leader in [&leader, &other] {
        assert_eq!(texts(&services, leader).await.first(), Some(&news), "on {}", store.name);
    }
    assert!(!texts(&services, &member).await.contains(&news));
    let mut expected = [&leader, &other].map(|user| ("required_notice".to_owned(), user.email.clone()));
    expected.sort();
    assert_eq!(letters(&services).await, expected);
    // Text that changes is not told of again; what becomes required is.
    boards::edit(
        &services,
        &competition,
        BoardKind::Notice,
        &organizer,
        number,
        PostDraft { title: "또".into(), ..draft(true) },
    )
    .await
    .unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    assert_eq!(letters(&services).await.len(), 2);
    for required in [true, false, true] {
        boards::edit(&services, &competition, BoardKind::Notice, &organizer, 1, draft(required)).await.unwrap();
        jobs::run_until_idle(&services).await.unwrap();
        assert_eq!(letters(&services).await.len(), 4, "once, on {}", store.name);
    }
    let number = boards::write(&services, &competition, BoardKind::Notice, &organizer, draft(true)).await.unwrap();
    boards::remove(&services, &competition, BoardKind::Notice, &organizer, number).await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    assert_eq!(letters(&services).await.len(), 4, "of one that was taken off, on {}", store.name);
}

#[both]
async fn a_team_hears_who_comes_and_goes_and_who_leads_it_but_not_of_what_one_did_oneself(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member, third) = three(&services, &competition).await;
    let (name, number) = (team.name.clone(), team.number);
    let joined = News::MemberJoined { team: name.clone(), number, who: third.id };
    assert_eq!(texts(&services, &leader).await.first(), Some(&joined));
    assert_eq!(texts(&services, &third).await, []);
    teams::hand_over(&services, &team, &by(&leader), member.id).await.unwrap();
    teams::remove(&services, &team, &by(&member), third.id).await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    let left = News::MemberLeft { team: name.clone(), number, who: third.id };
    assert_eq!(texts(&services, &leader).await[0], left, "on {}", store.name);
    assert_eq!(texts(&services, &member).await[0], News::LeadsTeam { team: name.clone(), number });
    assert_eq!(texts(&services, &third).await, [News::RemovedFromTeam { team: name }]);
    let expected = [("leads_team".to_owned(), member.email), ("removed_from_team".to_owned(), third.email)];
    assert_eq!(letters(&services).await, expected);
}

#[both]
async fn letters_that_are_turned_off_do_not_come_but_the_required_ones_do(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let organizer = organizer(&services, &competition).await;
    let (team, leader, member, third) = three(&services, &competition).await;
    for user in [&leader, &member, &third] {
        choose(&services, user, &Topic::ALL, &[]).await;
        let required = [Topic::RequiredNotices, Topic::Standing, Topic::Cases];
        assert_eq!(notifications::wishes(&services, user.id).await.unwrap().mailed, required);
    }
    teams::hand_over(&services, &team, &by(&leader), member.id).await.unwrap();
    boards::write(&services, &competition, BoardKind::Notice, &organizer, draft(true)).await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    assert_eq!(letters(&services).await, [("required_notice".to_owned(), member.email.clone())]);
    assert_eq!(texts(&services, &member).await.len(), 3, "the page has them all on {}", store.name);
    choose(&services, &third, &Topic::ALL, &[Topic::Teams]).await;
    teams::remove(&services, &team, &by(&member), third.id).await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    assert!(letters(&services).await.contains(&("removed_from_team".to_owned(), third.email)));
}

#[both]
async fn everyone_is_told_once_however_often_the_job_is_done_and_however_many_they_are(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let mut people = Vec::new();
    for number in 0..5 {
        let user = person(&services, &format!("kim{number}")).await;
        participation::join(&services, &competition, &by(&user), true).await.unwrap();
        people.push(user);
    }
    // As many more as are told at once, written behind the application's back.
    crowd(&store, &competition, 400).await;
    let news = News::LeadsTeam { team: "모두".into(), number: 101 };
    let told = Event::News { competition: competition.id, to: Audience::Participants(competition.id), news, by: None };
    let mut tx = services.db.begin().await.unwrap();
    tx.say(told, services.clock.now());
    tx.commit().await.unwrap();
    let twice = (services.clone(), services.clone());
    let (one, two) = tokio::join!(jobs::run_until_idle(&twice.0), jobs::run_until_idle(&twice.1));
    one.and(two).unwrap();
    assert_eq!(count(&store).await, (405, 405), "on {}", store.name);
    // A worker that was cut off after it told them does so again.
    behind(&store, "DELETE FROM jobs WHERE kind = 'notify'").await;
    let seq = events::since(&services).await.unwrap();
    let mut tx = services.db.begin().await.unwrap();
    let nobody = domain::ids::UserId(uuid::Uuid::nil());
    tx.put_job(storage::jobs::NewJob::notify(competition.id, seq, nobody, services.clock.now()), services.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    assert_eq!(count(&store).await, (405, 405), "on {}", store.name);
    for user in &people {
        assert_eq!(texts(&services, user).await.len(), 1);
    }
}

#[both]
async fn what_is_read_is_read_up_to_where_the_page_stood_and_only_so_many_are_kept(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let kim = person(&services, "kim").await;
    let say = async |number: i64| {
        let news = News::LeadsTeam { team: number.to_string(), number };
        let told = Event::News { competition: competition.id, to: Audience::Person(kim.id), news, by: None };
        let mut tx = services.db.begin().await.unwrap();
        tx.say(told, services.clock.now());
        tx.commit().await.unwrap();
    };
    for number in 0..3 {
        say(number).await;
    }
    jobs::run_until_idle(&services).await.unwrap();
    let page = notifications::list(&services, &by(&kim), &all(), 1).await.unwrap();
    assert_eq!((page.total, page.unread), (3, 3));
    say(3).await;
    jobs::run_until_idle(&services).await.unwrap();
    notifications::read(&services, &by(&kim), page.notifications[0].seq, "").await.unwrap();
    assert_eq!(notifications::unread(&services, kim.id).await.unwrap(), 1, "what came since is new on {}", store.name);
    // Another's are not touched.
    let lee = person(&services, "lee").await;
    notifications::read(&services, &by(&lee), i64::MAX, "").await.unwrap();
    assert_eq!(notifications::unread(&services, kim.id).await.unwrap(), 1);
    for number in 4..310 {
        say(number).await;
    }
    jobs::run_until_idle(&services).await.unwrap();
    let page = notifications::list(&services, &by(&kim), &all(), 99).await.unwrap();
    assert_eq!((page.total, page.page, page.pages), (300, 15, 15), "on {}", store.name);
    services.clock.advance(chrono::TimeDelta::days(181));
    notifications::forget(&services).await.unwrap();
    assert_eq!(notifications::list(&services, &by(&kim), &all(), 1).await.unwrap().total, 0);
}

#[both]
async fn what_somebody_is_still_to_be_told_of_is_kept_however_long_it_takes(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    teams::hand_over(&services, &team, &by(&leader), member.id).await.unwrap();
    // Nobody is there to tell it for a month.
    services.clock.advance(chrono::TimeDelta::days(30));
    events::forget(&services).await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    let page = notifications::list(&services, &by(&member), &all(), 1).await.unwrap();
    assert_eq!(page.notifications.len(), 1, "on {}", store.name);
    events::forget(&services).await.unwrap();
    assert_eq!(services.db.messages_since(0, 10).await.unwrap().len(), 0, "and then forgotten");
}

#[both]
async fn what_nobody_can_be_told_of_is_forgotten_in_the_end(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    teams::hand_over(&services, &team, &by(&leader), member.id).await.unwrap();
    behind_the_back(&store.db, "UPDATE jobs SET state = 'dead' WHERE kind = 'notify'").await;
    for (days, is_gone) in [(59, false), (2, true)] {
        services.clock.advance(chrono::TimeDelta::days(days));
        events::forget(&services).await.unwrap();
        assert_eq!(services.db.messages_since(0, 10).await.unwrap().is_empty(), is_gone, "on {}", store.name);
    }
}

#[both]
async fn a_role_is_an_audience_of_those_who_have_it_or_more(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let mut all = Vec::new();
    for role in Role::ALL {
        let user = person(&services, role.key()).await;
        roles::give(&services, &competition, &Actor::COMMAND, &user.email, Some(role)).await.unwrap();
        all.push((role, user));
    }
    let to = Audience::Role(competition.id, Role::Judge);
    let told = services.db.addressees(to, domain::ids::UserId(uuid::Uuid::nil()), 10, "teams").await.unwrap();
    let mut ids: Vec<_> = told.into_iter().map(|one| one.id).collect();
    let mut expected: Vec<_> = all.iter().filter(|(role, _)| *role >= Role::Judge).map(|(_, user)| user.id).collect();
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected, "on {}", store.name);
}

/// Participants of whom nothing but their rows is there.
async fn crowd(store: &Store, competition: &Competition, count: i64) {
    for number in 0..count {
        let id = domain::ids::UserId::random();
        let user = format!(
            "INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at, verified_at)
            VALUES ({}, 'crowd{number}@example.kr', '무리', '', '', FALSE, FALSE, '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z')",
            literal(store, id.0)
        );
        let part = format!(
            "INSERT INTO participations (competition_id, user_id, agreed_at) VALUES ({}, {}, '2026-11-01T00:00:00Z')",
            literal(store, competition.id.0),
            literal(store, id.0)
        );
        behind(store, &user).await;
        behind(store, &part).await;
    }
}

fn literal(store: &Store, id: uuid::Uuid) -> String {
    match &store.db {
        storage::Db::Sqlite { .. } => format!("x'{}'", id.simple()),
        storage::Db::Postgres(_) => format!("'{id}'"),
    }
}

async fn behind(store: &Store, sql: &str) {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match &store.db {
        storage::Db::Sqlite { write, .. } => drop(sqlx::query(sql).execute(write).await.unwrap()),
        storage::Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

/// How many notifications and how many letters there are.
async fn count(store: &Store) -> (i64, i64) {
    let sql = "SELECT (SELECT COUNT(*) FROM notifications), (SELECT COUNT(*) FROM letters)";
    match &store.db {
        storage::Db::Sqlite { write, .. } => sqlx::query_as(sql).fetch_one(write).await.unwrap(),
        storage::Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    }
}

#[both]
async fn who_hands_a_team_over_waits_for_nobody_who_holds_the_competition(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let organizer = organizer(&services, &competition).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let storage::Db::Postgres(_) = &store.db else { return };
    let mut held = services.db.begin().await.unwrap();
    held.lock_competition(competition.id).await.unwrap();
    teams::hand_over(&services, &team, &by(&leader), member.id).await.unwrap();
    let act = domain::audit::Act::of_competition(domain::audit::Deed::ImportCompetition, competition.id);
    held.record(services.clock.now(), &organizer, act);
    held.commit().await.unwrap();
}
