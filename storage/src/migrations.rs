//! The schema's history: what brings a database of either kind up to date. PostgreSQL's files are SQLite's but for the types.

use sqlx::migrate::Migrator;

pub(crate) static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

#[cfg(test)]
mod tests {
    use both::both;
    use domain::ids::{CompetitionId, StageId};

    use super::*;
    use crate::testing::Database;
    use crate::{Db, opening};

    /// PostgreSQL's types, and what SQLite calls them. It knows the numbers' name too and takes it for the same.
    const TYPES: [(&str, &str); 6] = [
        ("UUID", "BLOB"),
        ("BYTEA", "BLOB"),
        ("TIMESTAMPTZ", "TEXT"),
        ("JSONB", "TEXT"),
        ("DOUBLE PRECISION", "REAL"),
        NUMBERS,
    ];
    const NUMBERS: (&str, &str) = ("BIGINT", "INTEGER");

    fn renamed(sql: &str, types: &[(&str, &str)]) -> String {
        types.iter().fold(sql.to_owned(), |sql, (from, to)| sql.replace(from, to))
    }

    /// Triggers have no words that both databases know: what follows this line is each one's own.
    const OWN_WORDS: &str = "-- From here on each database has its own words.";

    fn files(of: &Migrator, types: &[(&str, &str)]) -> Vec<(i64, String, String)> {
        let file = |one: &sqlx::migrate::Migration| {
            let common = one.sql.as_str().split_inclusive(OWN_WORDS).next().unwrap_or_default();
            (one.version, one.description.to_string(), renamed(common, types))
        };
        of.iter().map(file).collect()
    }

    #[test]
    fn both_databases_have_the_same_migrations_but_for_the_names_of_types() {
        let (sqlite, postgres) = (files(&SQLITE, &[NUMBERS]), files(&POSTGRES, &TYPES));
        for (sqlite, postgres) in sqlite.iter().zip(&postgres) {
            assert_eq!(sqlite, postgres);
        }
        assert_eq!(sqlite.len(), postgres.len());
    }

    /// The last version that called leaderboards boards.
    const BEFORE_LEADERBOARDS: i64 = 15;

    #[both]
    async fn an_upgrade_keeps_the_versions_of_leaderboards(store: Database) {
        let (competition, stage) = (CompetitionId::random(), StageId::random());
        let mut url = store.url.clone();
        let before = match &store.db {
            Db::Sqlite { .. } => {
                url = url.replace("madang.db", "before.db");
                let before = opening::sqlite(&url).await.unwrap();
                let Db::Sqlite { write, .. } = &before else { unreachable!() };
                SQLITE.run_to(BEFORE_LEADERBOARDS, write).await.unwrap();
                before
            }
            Db::Postgres(pool) => {
                for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
                    sqlx::query(sql).execute(pool).await.unwrap();
                }
                POSTGRES.run_to(BEFORE_LEADERBOARDS, pool).await.unwrap();
                store.db.clone()
            }
        };
        let mut tx = before.begin().await.unwrap();
        on!(&mut tx, c => {
            sqlx::query("INSERT INTO competitions (id, slug, settings, created_at) VALUES ($1, 'c', '{}', '2026-11-21T00:00:00Z')")
                .bind(competition).execute(&mut *c).await.unwrap();
            sqlx::query("INSERT INTO stages (id, competition_id, position, key, name, starts_at, takes_submissions, public_rows,
                private_rows, board_version, rebuilt_version, named_version)
                VALUES ($1, $2, 0, 's', '{}', '2026-11-21T00:00:00Z', TRUE, 1, 1, 7, 5, 6)")
                .bind(stage).bind(competition).execute(&mut *c).await.unwrap();
            sqlx::query("INSERT INTO certainties (stage_id, board_version, claimed_until, report)
                VALUES ($1, 7, '2026-11-21T00:00:00Z', 'null')")
                .bind(stage).execute(&mut *c).await.unwrap();
        });
        tx.commit().await.unwrap();
        before.close().await;
        let db = Db::open(&url).await.unwrap();
        let marks = db.marks(stage).await.unwrap();
        assert_eq!((marks.version, marks.rebuilt, marks.named), (7, 5, 6));
        assert_eq!(db.leaderboard_versions().await.unwrap(), [(competition, stage, 7)]);
        assert_eq!(db.certainty(stage).await.unwrap(), Some(None));
        db.close().await;
    }
}
