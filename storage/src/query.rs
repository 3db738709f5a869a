//! How statements are declared and run. Each is one text with `$1` placeholders; the few that differ have one for each database.

use std::future::{Ready, ready};

use sqlx::{PgConnection, PgPool, SqliteConnection};

use super::readers::Reader;
use super::{Begun, Db, Tx};

/// A statement as each database takes it, declared by [`sql!`] alone.
#[derive(Clone, Copy)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// Where a statement runs: on one of SQLite's connections, or on whatever PostgreSQL's runs on.
pub(crate) enum On<S, P> {
    Sqlite(S),
    Postgres(P),
}

impl Db {
    /// A connection for reading.
    pub(crate) async fn on(&self) -> Result<On<Reader, &PgPool>, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { read, .. } => On::Sqlite(read.get().await?),
            Self::Postgres(pool) => On::Postgres(pool),
        })
    }
}

impl Tx {
    /// The transaction's connection.
    pub(crate) fn on(&mut self) -> Ready<Result<On<&mut SqliteConnection, &mut PgConnection>, sqlx::Error>> {
        ready(Ok(match &mut self.begun {
            Begun::Sqlite(t) => On::Sqlite(t),
            Begun::Postgres(t) => On::Postgres(t),
        }))
    }
}

/// Declares statements: a block stands above the functions that run them. PostgreSQL's text follows where it is another one. A test
/// of each block prepares them on both databases and looks at their plans, so that there is no list to add them to. An empty text
/// says that there is nothing to run.
macro_rules! sql {
    ($first:ident = $($rest:tt)+) => {
        sql! { @constants $first = $($rest)+ }
        #[cfg(test)]
        sql! { @tests $first: $first = $($rest)+ }
    };
    (@constants $($name:ident = $text:expr $(, postgres = $postgres:expr)?;)+) => {
        $(pub(crate) const $name: $crate::query::Sql = sql!(@sql $text $(, $postgres)?);)+
    };
    (@sql $text:expr) => { $crate::query::Sql { sqlite: $text, postgres: $text } };
    (@sql $sqlite:expr, $postgres:expr) => { $crate::query::Sql { sqlite: $sqlite, postgres: $postgres } };
    (@tests $block:ident: $($name:ident = $text:expr $(, postgres = $postgres:expr)?;)+) => {
        #[expect(non_snake_case, reason = "a block is called by its first statement")]
        mod $block {
            const ALL: &[(&str, $crate::query::Sql)] = &[$((stringify!($name), super::$name)),+];

            #[test]
            fn prepares_on_both_databases() {
                $crate::query::tests::prepare(ALL);
            }

            #[test]
            fn reads_no_table_that_grows_from_end_to_end() {
                $crate::query::tests::read_no_table_that_grows_from_end_to_end(ALL);
            }
        }
    };
}

/// The comparison with a [`crate::dialect::List`] that is bound as `$1`, of texts or of bytes: ids and hashes.
macro_rules! among {
    (sqlite texts) => {
        "IN (SELECT value FROM json_each($1))"
    };
    (sqlite bytes) => {
        "IN (SELECT unhex(value) FROM json_each($1))"
    };
    (postgres $of:ident) => {
        "= ANY($1)"
    };
}

/// Runs a statement with values on a `Db` or in a `Tx`: sqlx' function that makes the query, its method that runs it, and what is
/// done with the outcome.
macro_rules! query {
    ($make:ident, $run:ident $(, |$done:ident| $then:expr)?; $on:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match $on.on().await {
            // Moved into a block: only a connection that is held needs to be `mut`.
            Ok($crate::query::On::Sqlite(c)) => {
                sqlx::$make($sql.sqlite)$(.bind($value))*.$run(&mut *{ c }).await$(.map(|$done| $then))?
            }
            Ok($crate::query::On::Postgres(c)) => {
                sqlx::$make($sql.postgres)$(.bind($value))*.$run(c).await$(.map(|$done| $then))?
            }
            Err(error) => Err(error),
        }
        .map_err($crate::Error::from)
    };
}

/// The one row of a statement.
macro_rules! one {
    ($($query:tt)+) => { query!(query_as, fetch_one; $($query)+) };
}

/// The row, where there is one.
macro_rules! maybe {
    ($($query:tt)+) => { query!(query_as, fetch_optional; $($query)+) };
}

/// All rows.
macro_rules! all {
    ($($query:tt)+) => { query!(query_as, fetch_all; $($query)+) };
}

/// The first column of the one row.
macro_rules! value {
    ($($query:tt)+) => { query!(query_scalar, fetch_one; $($query)+) };
}

/// The first column of the row, where there is one.
macro_rules! maybe_value {
    ($($query:tt)+) => { query!(query_scalar, fetch_optional; $($query)+) };
}

/// The first column of all rows.
macro_rules! values {
    ($($query:tt)+) => { query!(query_scalar, fetch_all; $($query)+) };
}

/// Nothing.
macro_rules! run {
    ($($query:tt)+) => { query!(query, execute, |_done| (); $($query)+) };
}

/// Whether it changed the row that it is about.
macro_rules! changed {
    ($($query:tt)+) => { query!(query, execute, |done| done.rows_affected() == 1; $($query)+) };
}

/// Runs the body on whichever database the transaction is of; `$c` is its connection.
macro_rules! on {
    ($tx:expr, $c:ident => $body:expr) => {
        match &mut $tx.begun {
            $crate::Begun::Sqlite(t) => {
                let $c = &mut **t;
                $body
            }
            $crate::Begun::Postgres(t) => {
                let $c = &mut **t;
                $body
            }
        }
    };
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;
    use std::sync::OnceLock;

    use sqlx::{Connection as _, Executor as _, SqlSafeStr as _};

    use super::*;
    use crate::{accounts, boards, certainty, competitions, jobs, migrations, sessions, sweep, teams, testing};

    pub(crate) type Statements = [(&'static str, Sql)];

    fn block_on<T>(task: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(task)
    }

    async fn sqlite() -> SqliteConnection {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        migrations::SQLITE.run(&mut connection).await.unwrap();
        connection
    }

    /// The address of one database for all these tests, which write nothing.
    fn postgres() -> &'static str {
        static URL: OnceLock<String> = OnceLock::new();
        URL.get_or_init(|| {
            block_on(async {
                let store = testing::postgres().await;
                store.db.close().await;
                store.url
            })
        })
    }

    pub(crate) fn prepare(statements: &Statements) {
        let url = postgres();
        block_on(async {
            let (mut sqlite, mut postgres) = (sqlite().await, PgConnection::connect(url).await.unwrap());
            for (name, sql) in statements {
                if !sql.sqlite.is_empty() {
                    let outcome = (&mut sqlite).prepare(sqlx::AssertSqlSafe(sql.sqlite).into_sql_str()).await;
                    assert!(outcome.is_ok(), "{name} on SQLite: {outcome:?}");
                }
                if !sql.postgres.is_empty() {
                    let outcome = (&mut postgres).prepare(sqlx::AssertSqlSafe(sql.postgres).into_sql_str()).await;
                    assert!(outcome.is_ok(), "{name} on PostgreSQL: {outcome:?}");
                }
            }
        });
    }

    /// Steps of a plan that read all of what a crowd makes grow: the names are those of tables and the letters that stand for them.
    fn reads_all(step: &str) -> bool {
        let is = |what: &str, names: &[&str]| names.iter().any(|name| step.starts_with(&format!("{what} {name} ")));
        let of_stage = step.ends_with("(stage_id=?) ") && is("SEARCH", &["submissions", "s", "x"]);
        let tables = [
            "submissions",
            "s",
            "x",
            "teams",
            "t",
            "members",
            "r",
            "m",
            "participations",
            "p",
            "w",
            "sessions",
            "users",
            "u",
            "jobs",
            "j",
            "audit",
            "a",
            "o",
            "audit_details",
            "letters",
            "l",
            "letter_keys",
            "second_factors",
            "identities",
            "arrivals",
            "f",
            "recovery_codes",
            "outbox",
            "k",
            "join_requests",
            "q",
            "team_invitations",
            "merge_offers",
            "memberships",
            "h",
            "cases",
            "case_entries",
            "e",
            "case_files",
            "d",
            "case_people",
            "case_submissions",
            "b",
            "answer_files",
            "y",
            "post_files",
            "v",
            "posts",
            "recruit_cards",
            "comments",
            "z",
            "reports",
            "post_readers",
            "reactions",
            "i",
            "mentions",
            "revisions",
            "notifications",
            "n",
            "quiet_topics",
            "live_questions",
            "live_votes",
        ];
        of_stage || is("SCAN", &tables)
    }

    pub(crate) fn read_no_table_that_grows_from_end_to_end(statements: &Statements) {
        // The first one's `s` are stages, an import removes a stage, the next three are asked at the start, jobs come and go, administrators
        // alone look over all accounts, authors are found by their names, a test asks for what waits in sessions, and the sweeper looks at all that is kept.
        let may = [
            certainty::DUE,
            competitions::stages::DELETE_STAGE,
            accounts::ANY_DEMO_USER,
            teams::names::KEYLESS,
            teams::names::NAME_KEYS,
            jobs::TALLY,
            accounts::listed::LIST,
            accounts::listed::FOUND,
            accounts::listed::COUNTS,
            boards::search::OF_AUTHOR,
            boards::search::COUNT_OF_AUTHOR,
            crate::letters::of_site::LIST,
            crate::letters::of_site::FOUND,
            crate::letters::of_site::COUNTS,
            sessions::DATA,
            sweep::IMPORTED,
        ];
        block_on(async {
            let mut connection = sqlite().await;
            for (name, sql) in statements.iter().filter(|(_, sql)| !may.iter().any(|may| may.sqlite == sql.sqlite)) {
                // Of each command, where a text has several.
                for command in
                    sql.sqlite.split("; ").filter(|command| !command.is_empty() && !command.starts_with("PRAGMA"))
                {
                    let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {command}"));
                    let plan: Vec<(i64, i64, i64, String)> =
                        sqlx::query_as(explained).fetch_all(&mut connection).await.unwrap();
                    let whole: Vec<_> = plan.iter().filter(|step| reads_all(&format!("{} ", step.3))).collect();
                    assert!(whole.is_empty(), "{name}: {whole:?}");
                }
            }
        });
    }

    #[test]
    fn no_statement_is_run_that_no_block_declares() {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut read = 0;
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let source = std::fs::read_to_string(&path).unwrap();
                let program = source.split("mod tests {").next().unwrap_or_default();
                let written = program
                    .split("sqlx::query")
                    .skip(1)
                    .find(|after| after.split_once('(').is_some_and(|(_, text)| text.trim_start().starts_with('"')));
                assert!(written.is_none(), "{}: {written:?}", path.display());
                read += 1;
            }
        }
        assert!(read > 10, "the sources are elsewhere");
    }

    #[test]
    fn a_statements_plan_does_not_depend_on_what_is_bound() {
        // Otherwise each execution with another LIMIT parses the statement anew; .cargo/config.toml says so to SQLite.
        let asked = "SELECT sqlite_compileoption_used('ENABLE_QPSG')";
        let is_stable: bool =
            block_on(async { sqlx::query_scalar(asked).fetch_one(&mut sqlite().await).await.unwrap() });
        assert!(is_stable);
    }
}
