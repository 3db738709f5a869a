//! Reading writes nothing while it lasts, and what it leaves behind arrives.

use both::both;
use domain::accounts::User;
use domain::boards::{BoardKind, BoardReader, PostDraft};
use platform::accounts::Lifetime;
use platform::testing::{Store, by, noon, person, scopes, team_of_two};
use platform::{Services, accounts, boards, teams, visits};
use storage::{Begun, Tx};

use crate::common::open_competition;

/// Holds up whoever wants to write: SQLite's one lock, on PostgreSQL that of the tables.
async fn held(services: &Services) -> Tx {
    let mut tx = services.db.begin().await.unwrap();
    if let Begun::Postgres(transaction) = &mut tx.begun {
        sqlx::query("LOCK TABLE posts, tokens IN EXCLUSIVE MODE").execute(&mut **transaction).await.unwrap();
    }
    tx
}

#[both]
async fn reading_a_notice_and_using_a_token_wait_for_nobody_and_are_counted_later(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let admin = User { is_admin: true, ..person(&services, "admin").await };
    let kim = person(&services, "kim").await;
    let draft = PostDraft {
        title: "공지".into(),
        markdown: "본문".into(),
        pinned: false,
        required: false,
        ..PostDraft::default()
    };
    let number = boards::write(&services, &competition, BoardKind::Notice, &by(&admin), draft).await.unwrap();
    let (_, secret) =
        accounts::create_token(&services, &by(&kim), "노트북", Lifetime::LONGEST, scopes()).await.unwrap();

    let other = held(&services).await;
    assert_eq!(accounts::user_of_token(&services, &secret).await.unwrap().0.id, kim.id);
    let notice = boards::get(&services, &competition, BoardKind::Notice, BoardReader::EVERYONE, number).await.unwrap();
    let read = |reader: &str| boards::viewed(&services, notice.row.id, reader);
    assert!(read("203.0.113.9"));
    assert!(!read("203.0.113.9"), "the same reader again");
    assert!(read(&kim.id.to_string()));
    let notice = boards::get(&services, &competition, BoardKind::Notice, BoardReader::EVERYONE, number).await.unwrap();
    assert_eq!(notice.row.views, 2, "what waits is shown too");
    let last_used = async |services: &Services| accounts::tokens(services, &kim).await.unwrap()[0].last_used_at;
    assert_eq!(last_used(&services).await, Some(noon()), "{}, before it is written", store.name);
    drop(other);

    visits::write(&services).await.unwrap();
    visits::write(&services).await.unwrap();
    let elsewhere = store.services(noon()).await;
    let notice = boards::get(&elsewhere, &competition, BoardKind::Notice, BoardReader::EVERYONE, number).await.unwrap();
    assert_eq!(notice.row.views, 2);
    assert_eq!(last_used(&elsewhere).await, Some(noon()));
    services.clock.advance(chrono::TimeDelta::hours(1));
    accounts::user_of_token(&services, &secret).await.unwrap();
    let again = Some(noon() + chrono::TimeDelta::hours(1));
    assert_eq!((last_used(&services).await, last_used(&elsewhere).await), (again, Some(noon())));
}

#[both]
async fn what_could_not_be_written_waits_for_the_next_time(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let admin = User { is_admin: true, ..person(&services, "admin").await };
    let draft = PostDraft {
        title: "공지".into(),
        markdown: "본문".into(),
        pinned: false,
        required: false,
        ..PostDraft::default()
    };
    let number = boards::write(&services, &competition, BoardKind::Notice, &by(&admin), draft).await.unwrap();
    let notice = boards::get(&services, &competition, BoardKind::Notice, BoardReader::EVERYONE, number).await.unwrap();
    boards::viewed(&services, notice.row.id, "a");
    let (_, secret) =
        accounts::create_token(&services, &by(&admin), "노트북", Lifetime::LONGEST, scopes()).await.unwrap();
    accounts::user_of_token(&services, &secret).await.unwrap();
    let away = |from: &str, to: &str| sqlx::AssertSqlSafe(format!("ALTER TABLE {from} RENAME TO {to}"));
    for (from, to, works) in [("posts", "posts_away", false), ("posts_away", "posts", true)] {
        let mut tx = services.db.begin().await.unwrap();
        match &mut tx.begun {
            Begun::Sqlite(t) => sqlx::query(away(from, to)).execute(&mut **t).await.map(|_| ()),
            Begun::Postgres(t) => sqlx::query(away(from, to)).execute(&mut **t).await.map(|_| ()),
        }
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(visits::write(&services).await.is_ok(), works);
    }
    let elsewhere = store.services(noon()).await;
    assert_eq!(
        boards::get(&elsewhere, &competition, BoardKind::Notice, BoardReader::EVERYONE, number)
            .await
            .unwrap()
            .row
            .views,
        1
    );
    let tokens = accounts::tokens(&elsewhere, &admin).await.unwrap();
    assert_eq!(tokens[0].last_used_at, Some(noon()));
}

#[both]
async fn the_feed_has_the_newest_notices_with_their_texts_and_the_time_of_their_last_change(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let admin = User { is_admin: true, ..person(&services, "admin").await };
    let draft = |title: &str| PostDraft {
        title: title.into(),
        markdown: format!("본문 {title}"),
        pinned: title == "1",
        required: false,
        ..PostDraft::default()
    };
    for title in ["1", "2", "3"] {
        boards::write(&services, &competition, BoardKind::Notice, &by(&admin), draft(title)).await.unwrap();
    }
    services.clock.advance(chrono::TimeDelta::hours(1));
    boards::edit(&services, &competition, BoardKind::Notice, &by(&admin), 2, draft("2b")).await.unwrap();
    boards::remove(&services, &competition, BoardKind::Notice, &by(&admin), 3).await.unwrap();
    let feed = boards::feed(&services, &competition, BoardKind::Notice).await.unwrap();
    let shown: Vec<_> = feed.iter().map(|entry| (entry.title.as_str(), entry.updated_at - noon())).collect();
    let hour = chrono::TimeDelta::hours(1);
    assert_eq!(shown, [("2b", hour), ("1", chrono::TimeDelta::zero())]);
    assert!(feed[0].html.contains("본문 2b"));
}

#[both]
async fn all_of_ones_teams_are_listed_with_their_competitions(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let mine = teams::all_of(&services, &leader).await.unwrap();
    let mine: Vec<_> = mine.iter().map(|(of, team)| (of.slug.as_str(), team.number)).collect();
    assert_eq!(mine, [("breast-cancer", team.number)]);
    let stranger = person(&services, "lee").await;
    assert!(teams::all_of(&services, &stranger).await.unwrap().is_empty());
}
