//! What is unread: how it is counted, read and announced, and what is never marked.

use both::both;
use domain::accounts::User;
use domain::boards::BoardKind;
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::notifications::{News, NotificationFilter, Topic};
use platform::testing::{Store, by, person, team_of_two};
use platform::{Services, boards, events, jobs, notifications, participation, teams};

use crate::common::open_competition;
use crate::notifications::{all, choose, draft, letters, organizer, texts};

/// Has somebody told of a team, as often as there are numbers.
async fn tell(services: &Services, competition: &Competition, user: &User, numbers: std::ops::Range<i64>) {
    let mut tx = services.db.begin().await.unwrap();
    for number in numbers {
        let news = News::LeadsTeam { team: number.to_string(), number };
        let told = Event::News { competition: competition.id, to: Audience::Person(user.id), news, by: None };
        tx.say(told, services.clock.now());
    }
    tx.commit().await.unwrap();
    jobs::run_until_idle(services).await.unwrap();
}

async fn unread(services: &Services, user: &User) -> i64 {
    notifications::unread(services, user.id).await.unwrap()
}

#[both]
async fn one_is_read_by_itself_and_anothers_by_nobody_else(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (kim, lee) = (person(&services, "kim").await, person(&services, "lee").await);
    tell(&services, &competition, &kim, 0..3).await;
    let page = notifications::list(&services, &by(&kim), &all(), 1).await.unwrap();
    let middle = page.notifications[1].seq;
    notifications::read_one(&services, &by(&lee), middle).await.unwrap();
    assert_eq!(unread(&services, &kim).await, 3, "on {}", store.name);
    for _ in 0..2 {
        notifications::read_one(&services, &by(&kim), middle).await.unwrap();
        let (newest, unread) = notifications::newest(&services, &by(&kim)).await.unwrap();
        let read: Vec<_> = newest.iter().map(|one| one.is_read).collect();
        assert_eq!((read, unread), (vec![false, true, false], 2));
    }
    let only_unread = NotificationFilter { only_unread: true, ..all() };
    let page = notifications::list(&services, &by(&kim), &only_unread, 1).await.unwrap();
    assert_eq!((page.notifications.len(), page.total, page.unread), (2, 2, 2));
    assert!(page.notifications.iter().all(|one| one.seq != middle));
}

#[both]
async fn a_list_may_be_of_one_competition_and_is_then_read_alone(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let other = platform::testing::demo_competition(&services, "digits").await;
    let kim = person(&services, "kim").await;
    tell(&services, &competition, &kim, 0..2).await;
    tell(&services, &other, &kim, 2..5).await;
    let of = NotificationFilter { competition: other.slug.clone(), ..all() };
    let page = notifications::list(&services, &by(&kim), &of, 1).await.unwrap();
    assert_eq!((page.total, page.unread), (3, 3), "on {}", store.name);
    assert!(page.notifications.iter().all(|one| one.slug == other.slug));
    let mut slugs: Vec<_> = page.competitions.into_iter().map(|(slug, _)| slug).collect();
    slugs.sort();
    let mut expected = vec![competition.slug.clone(), other.slug.clone()];
    expected.sort();
    assert_eq!(slugs, expected);
    notifications::read(&services, &by(&kim), i64::MAX, &other.slug).await.unwrap();
    assert_eq!(unread(&services, &kim).await, 2);
    let nowhere = NotificationFilter { competition: "nowhere".into(), ..all() };
    assert_eq!(notifications::list(&services, &by(&kim), &nowhere, 1).await.unwrap().total, 0);
}

#[both]
async fn whoever_opens_a_page_has_read_what_leads_there_and_nothing_else(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let organizer = organizer(&services, &competition).await;
    let (_, leader, _) = team_of_two(&services, &competition, "garam").await;
    let mut numbers = Vec::new();
    for title in ["하나", "둘"] {
        let draft = domain::boards::PostDraft { title: title.into(), ..draft(true) };
        numbers.push(boards::write(&services, &competition, BoardKind::Notice, &organizer, draft).await.unwrap());
    }
    jobs::run_until_idle(&services).await.unwrap();
    // Two notices, and that somebody joined.
    assert_eq!(unread(&services, &leader).await, 3, "on {}", store.name);
    let notice = domain::address::post(&competition.slug, BoardKind::Notice, numbers[1]);
    for path in ["/", "/competitions/nowhere/team", &domain::address::board(&competition.slug, BoardKind::Notice)] {
        assert_eq!(notifications::open(&services, leader.id, path).await.unwrap(), 3, "{path}");
    }
    for _ in 0..2 {
        assert_eq!(notifications::open(&services, leader.id, &notice).await.unwrap(), 2);
    }
    let news = News::RequiredNotice { number: numbers[1], title: "둘".into() };
    let page = notifications::list(&services, &by(&leader), &all(), 1).await.unwrap();
    let read: Vec<_> = page.notifications.into_iter().filter(|one| one.is_read).map(|one| one.news).collect();
    assert_eq!(read, [news]);
}

#[both]
async fn what_is_quiet_is_there_without_a_mark_and_mailed_all_the_same_but_never_what_is_required(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let organizer = organizer(&services, &competition).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    jobs::run_until_idle(&services).await.unwrap();
    choose(&services, &member, &[], &[Topic::Teams]).await;
    let required = vec![Topic::RequiredNotices, Topic::Standing, Topic::Cases];
    assert_eq!(notifications::wishes(&services, member.id).await.unwrap().marked, required);
    teams::hand_over(&services, &team, &by(&leader), member.id).await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    let page = notifications::list(&services, &by(&member), &all(), 1).await.unwrap();
    assert_eq!((page.total, page.unread), (1, 0), "on {}", store.name);
    assert_eq!(letters(&services).await, [("leads_team".to_owned(), member.email.clone())]);
    boards::write(&services, &competition, BoardKind::Notice, &organizer, draft(true)).await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    assert_eq!(unread(&services, &member).await, 1, "what is required is marked");
    choose(&services, &member, &Topic::ALL, &[]).await;
    assert_eq!(notifications::wishes(&services, member.id).await.unwrap().marked, Topic::ALL);
}

#[both]
async fn a_letter_is_written_for_a_new_row_alone(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (kim, lee) = (person(&services, "kim").await, person(&services, "lee").await);
    for user in [&kim, &lee] {
        participation::join(&services, &competition, &by(user), true).await.unwrap();
    }
    let news = News::LeadsTeam { team: "모두".into(), number: 101 };
    let told = Event::News { competition: competition.id, to: Audience::Participants(competition.id), news, by: None };
    let mut tx = services.db.begin().await.unwrap();
    tx.say(told, services.clock.now());
    tx.commit().await.unwrap();
    // One of them has the row already: the letter was sent with it.
    let (seq, at) = (events::since(&services).await.unwrap(), services.clock.now());
    let mut tx = services.db.begin().await.unwrap();
    let (competition, news) = (competition.id, r#"{"news":"leads_team","team":"모두","number":101}"#);
    let row =
        storage::notifications::NewNotification { user: lee.id, seq, competition, news, who: None, at, read_at: None };
    assert!(tx.notify(row).await.unwrap());
    tx.commit().await.unwrap();
    jobs::run_until_idle(&services).await.unwrap();
    assert_eq!(letters(&services).await, [("leads_team".to_owned(), kim.email.clone())], "on {}", store.name);
    for user in [&kim, &lee] {
        assert_eq!(texts(&services, user).await.len(), 1);
    }
}

#[both]
async fn who_is_told_or_reads_hears_of_it_in_every_process_and_nobody_else_does(store: Store) {
    let (services, competition) = open_competition(&store).await;
    // Announcements reach another process on PostgreSQL alone.
    let there = if matches!(store.db, storage::Db::Sqlite { .. }) {
        services.clone()
    } else {
        store.services(services.clock.now()).await
    };
    let (kim, lee) = (person(&services, "kim").await, person(&services, "lee").await);
    let mut own = there.events.listen(None, &[Audience::Person(kim.id)]);
    let mut other = there.events.listen(None, &[Audience::Person(lee.id)]);
    let told = Event::Told { user: kim.id };
    let mut heard = async || {
        let next = async { while own.next().await.unwrap().event != told {} };
        tokio::time::timeout(std::time::Duration::from_secs(20), next).await.expect("it is heard in time");
    };
    tell(&services, &competition, &kim, 0..3).await;
    for _ in 0..3 {
        heard().await;
    }
    let seq = notifications::list(&services, &by(&kim), &all(), 1).await.unwrap().notifications[0].seq;
    notifications::read_one(&services, &by(&kim), seq).await.unwrap();
    heard().await;
    notifications::read(&services, &by(&kim), i64::MAX, "").await.unwrap();
    heard().await;
    // Nothing has changed any more.
    notifications::read(&services, &by(&kim), i64::MAX, "").await.unwrap();
    notifications::read_one(&services, &by(&kim), seq).await.unwrap();
    tell(&services, &competition, &lee, 3..4).await;
    while other.next().await.unwrap().event != (Event::Told { user: lee.id }) {}
    assert!(futures::FutureExt::now_or_never(own.next()).is_none(), "on {}", store.name);
}
