//! The schema's history: what brings a database of either kind up to date. PostgreSQL's files are SQLite's but for the types.

use sqlx::migrate::Migrator;

pub(crate) static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

#[cfg(test)]
mod tests {
    use both::both;
    use chrono::{DateTime, Utc};
    use domain::ids::{CompetitionId, LetterId, StageId};
    use domain::jobs::{JobKind, Pool};
    use uuid::Uuid;

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

    /// An empty database of the store's kind as that migration left it, and its address.
    async fn at_version(store: &Database, version: i64) -> (Db, String) {
        match &store.db {
            Db::Sqlite { .. } => {
                let url = store.url.replace("madang.db", "before.db");
                let before = opening::sqlite(&url).await.unwrap();
                let Db::Sqlite { write, .. } = &before else { unreachable!() };
                SQLITE.run_to(version, write).await.unwrap();
                (before, url)
            }
            Db::Postgres(pool) => {
                for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
                    sqlx::query(sql).execute(pool).await.unwrap();
                }
                POSTGRES.run_to(version, pool).await.unwrap();
                (store.db.clone(), store.url.clone())
            }
        }
    }

    #[both]
    async fn an_upgrade_keeps_the_versions_of_leaderboards(store: Database) {
        let (competition, stage) = (CompetitionId::random(), StageId::random());
        let (before, url) = at_version(&store, BEFORE_LEADERBOARDS).await;
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

    /// The last version whose queue knew submissions alone.
    const BEFORE_KINDS: i64 = 17;

    #[both]
    async fn an_upgrade_keeps_waiting_and_running_jobs_and_the_reports_that_are_made(store: Database) {
        let (before, url) = at_version(&store, BEFORE_KINDS).await;
        let [competition, stage, other, user, team] = [(); 5].map(|()| Uuid::now_v7());
        let [waiting, running, waits, runs] = [(); 4].map(|()| Uuid::now_v7());
        let now: DateTime<Utc> = "2026-11-21T00:00:00Z".parse().unwrap();
        let mut tx = before.begin().await.unwrap();
        on!(&mut tx, c => {
            sqlx::query("INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at)
                VALUES ($1, 'a@b.kr', 'a', '', '', FALSE, FALSE, $2)").bind(user).bind(now).execute(&mut *c).await.unwrap();
            sqlx::query("INSERT INTO competitions (id, slug, settings, created_at) VALUES ($1, 'c', '{}', $2)")
                .bind(competition).bind(now).execute(&mut *c).await.unwrap();
            for (stage, key) in [(stage, "s"), (other, "t")] {
                sqlx::query("INSERT INTO stages (id, competition_id, position, key, name, starts_at, takes_submissions, public_rows,
                    private_rows, leaderboard_version) VALUES ($1, $2, 0, $3, '{}', $4, TRUE, 1, 1, 7)")
                    .bind(stage).bind(competition).bind(key).bind(now).execute(&mut *c).await.unwrap();
            }
            sqlx::query("INSERT INTO certainties (stage_id, leaderboard_version, claimed_until, report, attempts)
                VALUES ($1, 7, $3, 'null', 1), ($2, 7, $3, NULL, 2)")
                .bind(stage).bind(other).bind(now).execute(&mut *c).await.unwrap();
            sqlx::query("INSERT INTO teams (id, competition_id, number, name, name_key, leader_id, submission_key, created_at)
                VALUES ($1, $2, 101, 't', 't', $3, '', $4)")
                .bind(team).bind(competition).bind(user).bind(now).execute(&mut *c).await.unwrap();
            for (number, id, job, state, lease, taken) in
                [(1, waiting, waits, "waiting", None, 0), (2, running, runs, "running", Some(now), 2)]
            {
                sqlx::query("INSERT INTO submissions (id, stage_id, team_id, user_id, number, dry_run, door, file_name, storage_key,
                    bytes, sha256, memo, status, counts, created_at)
                    VALUES ($1, $2, $3, $4, $5, FALSE, 'api', '', '', 0, '', '', 'queued', TRUE, $6)")
                    .bind(id).bind(stage).bind(team).bind(user).bind(number).bind(now).execute(&mut *c).await.unwrap();
                sqlx::query("INSERT INTO jobs (id, submission_id, team_id, state, attempts, run_at, lease_until, created_at, unreturned)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $6, $5)")
                    .bind(job).bind(id).bind(team).bind(state).bind(taken).bind(now).bind(lease)
                    .execute(&mut *c).await.unwrap();
            }
        });
        tx.commit().await.unwrap();
        before.close().await;
        let db = Db::open(&url).await.unwrap();
        assert_eq!(db.certainty(StageId(stage)).await.unwrap(), Some(None));
        assert_eq!(db.certainty(StageId(other)).await.unwrap(), None, "to be made anew");
        for (job, submission, attempt, left) in [(waits, waiting, 1, 4), (runs, running, 3, 2)] {
            let mut tx = db.begin().await.unwrap();
            let claim = tx.claim(Pool::Quick, now, now, 0..=i64::MAX).await.unwrap().unwrap();
            tx.commit().await.unwrap();
            assert_eq!((claim.id.0, claim.kind, claim.subject), (job, JobKind::Score, submission));
            assert_eq!(
                (claim.competition, claim.attempt, claim.attempts_left),
                (Some(CompetitionId(competition)), attempt, left)
            );
            // Until its lease runs out.
            let mut tx = db.begin().await.unwrap();
            assert!(tx.extend_lease(&claim, now + chrono::TimeDelta::days(1)).await.unwrap());
            tx.commit().await.unwrap();
        }
        db.close().await;
    }

    /// The last version that kept addresses of clients for good.
    const BEFORE_UNTIL: i64 = 20;

    #[both]
    async fn an_upgrade_gives_addresses_of_clients_their_end_and_keeps_the_record_unchangeable(store: Database) {
        let (before, url) = at_version(&store, BEFORE_UNTIL).await;
        let mut tx = before.begin().await.unwrap();
        on!(&mut tx, c => {
            sqlx::query("INSERT INTO audit (seq, at, via, origin, deed, before, after, prev, hash)
                VALUES (1, $1, 'session', 'address', 'account.create', '{}', '{}', 'p', 'h')")
                .bind("2026-01-01T00:00:00.5Z".parse::<DateTime<Utc>>().unwrap()).execute(&mut *c).await.unwrap();
            for hash in ["address", "name"] {
                sqlx::query("INSERT INTO audit_details (hash, seq, salt, value) VALUES ($1, 1, 's', 'v')")
                    .bind(hash).execute(&mut *c).await.unwrap();
            }
        });
        tx.commit().await.unwrap();
        before.close().await;
        let db = Db::open(&url).await.unwrap();
        let kept = async || db.audit_details(0, 1).await.unwrap().into_iter().map(|one| one.hash).collect::<Vec<_>>();
        for (at, left) in [("2027-01-01T00:00:00Z", 2), ("2027-01-02T00:00:01Z", 1)] {
            let mut tx = db.begin().await.unwrap();
            tx.forget_audit_details(at.parse().unwrap()).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(kept().await.len(), left, "{at}");
        }
        assert_eq!(kept().await, ["name"]);
        let mut tx = db.begin().await.unwrap();
        let changed =
            on!(&mut tx, c => sqlx::query("UPDATE audit_details SET value = 'w'").execute(c).await.map(|_| ()));
        assert!(changed.is_err(), "the record is changed");
        drop(tx);
        db.close().await;
    }

    /// The last version whose letters did not know their competition, nor roles who gave them.
    const BEFORE_ROOMS: i64 = 38;

    #[both]
    async fn an_upgrade_finds_the_competitions_of_letters_and_who_gave_roles(store: Database) {
        let (before, url) = at_version(&store, BEFORE_ROOMS).await;
        let now: DateTime<Utc> = "2026-11-21T00:00:00Z".parse().unwrap();
        let [clinic, heart] = [(); 2].map(|()| Uuid::now_v7());
        let people = [(); 4].map(|()| Uuid::now_v7());
        let [owner, changed, invited, gone] = people;
        let payloads = [
            (r#"{"kind":"place_offered","page":"/competitions/clinic/apply"}"#, Some(clinic)),
            (r#"{"kind":"team_excluded","page":"/competitions/clinic-heart/team","reason":"\"page\":\"/competitions/clinic/"}"#, Some(heart)),
            (r#"{"kind":"reset_password","page":"/reset"}"#, None),
            ("", None),
        ]
        .map(|(payload, of)| (Uuid::now_v7(), payload, of));
        let mut tx = before.begin().await.unwrap();
        on!(&mut tx, c => {
            for (id, slug) in [(clinic, "clinic"), (heart, "clinic-heart")] {
                sqlx::query("INSERT INTO competitions (id, slug, settings, created_at) VALUES ($1, $2, '{}', $3)")
                    .bind(id).bind(slug).bind(now).execute(&mut *c).await.unwrap();
            }
            for (index, id) in people.into_iter().enumerate() {
                sqlx::query("INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at)
                    VALUES ($1, $2, $2, '', '', FALSE, FALSE, $3)").bind(id).bind(format!("{index}")).bind(now)
                    .execute(&mut *c).await.unwrap();
                sqlx::query("INSERT INTO roles (competition_id, user_id, role, given_at) VALUES ($1, $2, 'judge', $3)")
                    .bind(clinic).bind(id).bind(now).execute(&mut *c).await.unwrap();
            }
            for (seq, actor, user) in [
                (1_i64, None, owner), (2, None, changed), (3, Some(owner), changed), (4, Some(owner), invited),
                (5, Some(invited), invited), (6, Some(Uuid::now_v7()), gone),
            ] {
                sqlx::query("INSERT INTO audit (seq, at, actor_id, via, deed, competition_id, user_id, before, after, prev, hash)
                    VALUES ($1, $2, $3, 'session', 'role.set', $4, $5, '{}', '{}', '', '')")
                    .bind(seq).bind(now).bind(actor).bind(clinic).bind(user).execute(&mut *c).await.unwrap();
            }
            for (id, payload, _) in payloads {
                sqlx::query("INSERT INTO letters (id, address, kind, locale, payload, message_id, state, attempts, created_at)
                    VALUES ($1, 'a@b.kr', 'k', 'ko', $2, '', 'failed', 0, $3)")
                    .bind(id).bind(payload).bind(now).execute(&mut *c).await.unwrap();
            }
        });
        tx.commit().await.unwrap();
        before.close().await;
        let db = Db::open(&url).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        for (id, payload, of) in payloads {
            let letter = tx.failed_letter(LetterId(id)).await.unwrap().unwrap();
            assert_eq!(letter.competition_id.map(|id| id.0), of, "{payload}");
        }
        drop(tx);
        let holders = db.role_holders(CompetitionId(clinic)).await.unwrap();
        let by = |user| holders.iter().find(|one| one.user_id.0 == user).unwrap().given_by.as_deref();
        assert_eq!([owner, changed, invited, gone].map(by), [None, Some("0"), None, None]);
        db.close().await;
    }

    /// The last version whose letters had a claim of their own.
    const BEFORE_MAIL_JOBS: i64 = 33;

    #[both]
    async fn an_upgrade_gives_letters_that_wait_their_jobs_and_leaves_the_others(store: Database) {
        let (before, url) = at_version(&store, BEFORE_MAIL_JOBS).await;
        let now: DateTime<Utc> = "2026-11-21T00:00:00Z".parse().unwrap();
        let later = now + chrono::TimeDelta::hours(1);
        let letters = [
            ("waiting", 0, now, None),
            ("waiting", 0, now, Some(later)),
            ("waiting", 7, later, None),
            ("waiting", 40, later, None),
            ("failed", 30, now, None),
            ("sent", 1, now, None),
        ]
        .map(|letter| (Uuid::now_v7(), letter));
        let mut tx = before.begin().await.unwrap();
        on!(&mut tx, c => {
            for (id, (state, attempts, due, link)) in letters {
                sqlx::query("INSERT INTO letters (id, address, kind, locale, payload, message_id, state, attempts, last_error, created_at,
                    queued_at, due_at, link_until) VALUES ($1, 'a@b.kr', 'test', 'ko', '{}', '<a@b>', $2, $3, 'why', $4, $4, $5, $6)")
                    .bind(id).bind(state).bind(attempts).bind(now).bind(due).bind(link).execute(&mut *c).await.unwrap();
            }
        });
        tx.commit().await.unwrap();
        before.close().await;
        let db = Db::open(&url).await.unwrap();
        let mut taken = Vec::new();
        for at in [now, later] {
            let mut tx = db.begin().await.unwrap();
            while let Some(claim) =
                tx.claim(Pool::Mail, at, later + chrono::TimeDelta::days(1), 0..=i64::MAX).await.unwrap()
            {
                taken.push((claim.subject, claim.attempt, claim.attempts_left));
            }
            tx.commit().await.unwrap();
        }
        let [plain, keyed, tried, worn, failed, sent] = letters.map(|(id, _)| id);
        assert_eq!(
            taken,
            [(keyed, 1, 29), (plain, 1, 29), (tried, 8, 22), (worn, 41, 0)],
            "whose link is waited for goes first"
        );
        let listed = db.waiting_letters(10).await.unwrap();
        assert_eq!(listed.len(), 4);
        assert!(listed.iter().all(|letter| letter.last_error.as_deref() == Some("why")));
        let ended = [db.ended_letters(false, 10).await.unwrap(), db.ended_letters(true, 10).await.unwrap()].concat();
        assert_eq!(ended.iter().map(|letter| letter.id.0).collect::<Vec<_>>(), [failed, sent]);
        db.close().await;
    }
}
