//! The only values and commands that differ between the two databases; of statements, [`sql!`] takes two texts.

use async_recursion::async_recursion as boxed;
use domain::ids::{CompetitionId, LetterId, PostFileId, PostId, SubmissionId, TeamId, UserId};
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo};
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo};
use sqlx::{PgPool, Postgres, Sqlite, Type};
use uuid::Uuid;

use super::{Begun, Tx};
use crate::error::Result;
use crate::query::Sql;

/// What is looked for, as `LIKE` takes it: what stands for other letters there is meant as it is. Empty for all.
pub(crate) fn pattern(text: &str) -> String {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return text;
    }
    let plain = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{plain}%")
}

sql! {
    // Announcements to every process of the database, in their order.
    NOTIFY = "", postgres = "SELECT pg_notify('madang', payload) FROM unnest($1::TEXT[]) AS payload";
}

#[boxed]
pub async fn notify(pool: &PgPool, payloads: &[String]) -> Result<()> {
    sqlx::query(NOTIFY.postgres).bind(payloads).execute(pool).await?;
    Ok(())
}

sql! {
    // Holds a team's row until the transaction ends. SQLite's one writer already holds everything.
    LOCK_TEAM = "", postgres = "SELECT 1::BIGINT FROM teams WHERE id = $1 FOR UPDATE";
    // Holds a competition's row: team numbers and notice numbers are counted under it. Not against what refers to it: a commit that puts
    // a job holds what all wait for.
    LOCK_COMPETITION = "", postgres = "SELECT 1::BIGINT FROM competitions WHERE id = $1 FOR NO KEY UPDATE";
    // Holds a user's row, though not against what refers to it: their tokens are counted under it.
    LOCK_USER = "", postgres = "SELECT 1::BIGINT FROM users WHERE id = $1 FOR NO KEY UPDATE";
    // Holds the job of a letter: whoever sends one has its job first and then the letter.
    LOCK_LETTER_JOB = "", postgres = "SELECT 1::BIGINT FROM jobs WHERE subject = $1 AND submission_id IS NULL FOR UPDATE";
}

impl Tx {
    #[boxed]
    pub async fn lock_team(&mut self, id: TeamId) -> Result<()> {
        self.lock(LOCK_TEAM, id.0).await
    }

    #[boxed]
    pub async fn lock_competition(&mut self, id: CompetitionId) -> Result<()> {
        self.lock(LOCK_COMPETITION, id.0).await
    }

    #[boxed]
    pub async fn lock_user(&mut self, id: UserId) -> Result<()> {
        self.lock(LOCK_USER, id.0).await
    }

    pub(crate) async fn lock_letter_job(&mut self, id: LetterId) -> Result<()> {
        self.lock(LOCK_LETTER_JOB, id.0).await
    }

    async fn lock(&mut self, sql: Sql, id: Uuid) -> Result<()> {
        if let Begun::Postgres(t) = &mut self.begun {
            sqlx::query(sql.postgres).bind(id).execute(&mut **t).await?;
        }
        Ok(())
    }
}

/// A list that a statement asks about, as `among!` compares with it: an array, and for SQLite JSON.
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T: PgHasArrayType> Type<Postgres> for List<T> {
    fn type_info() -> PgTypeInfo {
        <Vec<T> as Type<Postgres>>::type_info()
    }
}

impl<'q, T> Encode<'q, Postgres> for List<T>
where
    Vec<T>: Encode<'q, Postgres>,
{
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.0.encode_by_ref(buffer)
    }
}

impl<T> Type<Sqlite> for List<T> {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl<T: InJson> Encode<'_, Sqlite> for List<T> {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        let json: serde_json::Value = self.0.iter().map(InJson::text).collect();
        <String as Encode<Sqlite>>::encode(json.to_string(), buffer)
    }
}

/// What a list may hold: in JSON, ids and hashes are hexadecimal digits.
pub(crate) trait InJson {
    fn text(&self) -> String;
}

impl InJson for String {
    fn text(&self) -> String {
        self.clone()
    }
}

impl InJson for Uuid {
    fn text(&self) -> String {
        self.simple().to_string()
    }
}

impl InJson for Vec<u8> {
    fn text(&self) -> String {
        scoring::hex(self)
    }
}

macro_rules! ids {
    ($($id:ident),+) => {
        $(impl InJson for $id {
            fn text(&self) -> String {
                self.0.simple().to_string()
            }
        })+
    };
}
ids!(UserId, TeamId, SubmissionId, PostId, PostFileId);
