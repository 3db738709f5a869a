//! A data folder of an older version: what it shows afterwards. The fixture is the demo as revision d29a8c7 (migration 20) wrote it, on
//! each database, and the leaderboards that it answered.

use std::io::Read as _;

use both::both;
use platform::audit::{self, Walked};
use platform::mail::deliver;
use platform::testing::Store;
use sqlx::Connection as _;
use storage::Db;
use storage::testing::{Database, World as _};

use crate::common::Site;

/// When the older version was asked.
const ASKED: &str = "2026-11-30T09:14:30Z";

const LEADERBOARDS: [(&str, &str, &str); 3] = [
    ("breast-cancer", "public", include_str!("../fixtures/version-20/breast-cancer-public.json")),
    ("digits", "public", include_str!("../fixtures/version-20/digits-public.json")),
    ("digits", "private", include_str!("../fixtures/version-20/digits-private.json")),
];

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    brotli::Decompressor::new(packed, 1 << 16).read_to_end(&mut bytes).unwrap();
    bytes
}

/// The older version's data in place of an empty database, after that statement, brought up to date.
async fn older(database: Database, last_deed: &'static str) -> Database {
    let Database { name, mut url, db, folder } = database;
    match &db {
        Db::Sqlite { .. } => {
            let path = folder.path().join("older.db");
            std::fs::write(&path, unpacked(include_bytes!("../fixtures/version-20/sqlite.db.br"))).unwrap();
            url = format!("sqlite://{}", path.display());
            let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
            sqlx::raw_sql(last_deed).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }
        Db::Postgres(pool) => {
            let dump = String::from_utf8(unpacked(include_bytes!("../fixtures/version-20/postgres.sql.br"))).unwrap();
            for sql in
                ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public", &dump, "SET search_path TO public", last_deed]
            {
                sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(pool).await.unwrap();
            }
        }
    }
    db.close().await;
    let db = Db::open(&url).await.unwrap();
    Database { name, url, db, folder }
}

#[both]
async fn data_of_an_older_version_shows_the_same_leaderboards_to_the_last_digit(database: Database) {
    let store = Store::on(older(database, "").await).await;
    let services = store.services(ASKED.parse().unwrap()).await;
    let competition = services.db.competition_by_slug("breast-cancer").await.unwrap().unwrap();
    let site = Site::of(store, services, competition, "").await;
    for (slug, side, shown) in LEADERBOARDS {
        let now = site.text(&format!("/api/v1/competitions/{slug}/leaderboard?board={side}")).await;
        assert_eq!(now, shown, "{side} of {slug} on {}", site.name);
    }
    let walked = audit::verify(&site.services).await.unwrap();
    assert!(matches!(walked, Walked::Whole { entries: 230, .. }), "{walked:?} on {}", site.name);
}

/// A letter that the older version wrote and did not come to send. Its columns and what it says are as they were then.
const UNSENT: &str = r#"INSERT INTO letters (id, address, kind, locale, payload, message_id, state, attempts, created_at, queued_at, due_at)
    SELECT id, 'kim@example.kr', 'test', 'ko', '{"kind":"test","at":"2026-11-30T09:00:00Z"}', '<old@example.kr>', 'waiting', 2,
    '2026-11-30T09:00:00+00:00', '2026-11-30T09:00:00+00:00', '2026-11-30T09:03:00+00:00' FROM users ORDER BY id LIMIT 1"#;

#[both]
async fn a_letter_that_an_older_version_left_unsent_is_sent(database: Database) {
    let store = Store::on(older(database, UNSENT).await).await;
    let services = store.services(ASKED.parse().unwrap()).await;
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
    let letter = deliver::list(&services, false).await.unwrap().remove(0);
    assert_eq!((letter.state.as_str(), letter.attempts), ("sent", 3));
    let files = std::fs::read_dir(store.folder.path().join("mail")).unwrap();
    assert_eq!(
        files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "eml")).count(),
        1
    );
}
