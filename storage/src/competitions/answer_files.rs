//! Files that answer questions of applications. A row is written before its file, says from when on it is to be removed, and goes after
//! it: whatever breaks off between leaves a row by which the file is found.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{AnswerFileId, CompetitionId, UserId};

use crate::{Db, Result, Tx};

/// A file that is an answer, and whose.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AnswerFile {
    pub id: AnswerFileId,
    pub user_id: UserId,
    /// Its key.
    pub question: String,
    pub name: String,
    pub storage_key: String,
    pub bytes: i64,
}

/// A file that somebody gave, with the competition's address, for the copy of their own data.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnAnswerFile {
    pub competition: String,
    pub id: AnswerFileId,
    pub question: String,
    pub name: String,
    pub bytes: i64,
}

sql! {
    OF = "SELECT y.id, y.user_id, y.question, y.name, y.storage_key, y.bytes FROM answer_files y
        WHERE y.competition_id = $1 AND y.user_id = $2 AND y.remove_at IS NULL ORDER BY y.question";
    BY_ID = "SELECT y.id, y.user_id, y.question, y.name, y.storage_key, y.bytes FROM answer_files y
        WHERE y.id = $1 AND y.competition_id = $2 AND y.remove_at IS NULL";
    OWN = "SELECT c.slug AS competition, y.id, y.question, y.name, y.bytes FROM answer_files y JOIN competitions c ON c.id = y.competition_id
        WHERE y.user_id = $1 AND y.remove_at IS NULL ORDER BY y.id";
    DUE = "SELECT y.id, y.remove_at, y.storage_key FROM answer_files y WHERE y.remove_at IS NOT NULL AND y.remove_at <= $1
        AND y.remove_at >= $3 AND (y.remove_at > $3 OR y.id > $4) ORDER BY y.remove_at, y.id LIMIT $2";
}

impl Db {
    /// The files that somebody's application has, by their questions' keys.
    #[boxed]
    pub async fn answer_files(&self, competition: CompetitionId, user: UserId) -> Result<Vec<AnswerFile>> {
        all!(self, OF, competition, user)
    }

    #[boxed]
    pub async fn answer_file(&self, competition: CompetitionId, id: AnswerFileId) -> Result<Option<AnswerFile>> {
        maybe!(self, BY_ID, id, competition)
    }

    /// The files of all of somebody's applications.
    #[boxed]
    pub async fn own_answer_files(&self, user: UserId) -> Result<Vec<OwnAnswerFile>> {
        all!(self, OWN, user)
    }

    /// The first so many that are to be removed by then, after one of them, and where they are.
    #[boxed]
    pub async fn answer_files_due(
        &self,
        by: DateTime<Utc>,
        limit: i64,
        (since, after): (DateTime<Utc>, AnswerFileId),
    ) -> Result<Vec<(AnswerFileId, DateTime<Utc>, String)>> {
        all!(self, DUE, by, limit, since, after)
    }
}

sql! {
    PUT = "INSERT INTO answer_files (id, competition_id, user_id, question, name, storage_key, bytes, remove_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    // One whose time is over may be gone.
    KEEP = "UPDATE answer_files SET remove_at = NULL WHERE id = $1 AND remove_at > $2";
    LET_GO_ONE = "UPDATE answer_files SET remove_at = $2, name = '' WHERE id = $1 AND remove_at IS NULL";
    LET_GO = "UPDATE answer_files SET remove_at = $3, name = '' WHERE competition_id = $1 AND user_id = $2 AND remove_at IS NULL";
    LET_GO_OF_COMPETITION = "UPDATE answer_files SET remove_at = $2, name = '' WHERE competition_id = $1 AND remove_at IS NULL";
    LET_GO_OF_PERSON = "UPDATE answer_files SET remove_at = $2, name = '' WHERE user_id = $1 AND (remove_at IS NULL OR remove_at > $2)";
    DELETE = "DELETE FROM answer_files WHERE id = $1 AND remove_at IS NOT NULL";
}

impl Tx {
    /// The same as [`Db::answer_files`], inside this transaction.
    #[boxed]
    pub async fn answer_files(&mut self, competition: CompetitionId, user: UserId) -> Result<Vec<AnswerFile>> {
        all!(self, OF, competition, user)
    }

    /// Names a file that will be stored; it is to be removed unless it is an answer by then.
    #[boxed]
    pub async fn put_answer_file(
        &mut self,
        competition: CompetitionId,
        file: &AnswerFile,
        remove_at: DateTime<Utc>,
    ) -> Result<()> {
        let AnswerFile { id, user_id, question, name, storage_key, bytes } = file;
        run!(self, PUT, id, competition, user_id, question, name, storage_key, bytes, remove_at)
    }

    /// Makes a stored file an answer; false where it came too late and may be gone.
    #[boxed]
    pub async fn keep_answer_file(&mut self, id: AnswerFileId, now: DateTime<Utc>) -> Result<bool> {
        changed!(self, KEEP, id, now)
    }

    /// A file is an answer no longer.
    #[boxed]
    pub async fn let_answer_file_go(&mut self, id: AnswerFileId, now: DateTime<Utc>) -> Result<()> {
        run!(self, LET_GO_ONE, id, now)
    }

    /// The same of all that somebody's application has.
    #[boxed]
    pub async fn let_answer_files_go(
        &mut self,
        competition: CompetitionId,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        run!(self, LET_GO, competition, user, now)
    }

    /// The same of all that a competition's applications have.
    #[boxed]
    pub(crate) async fn let_answer_files_of_competition_go(
        &mut self,
        competition: CompetitionId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        run!(self, LET_GO_OF_COMPETITION, competition, now)
    }

    /// The same of all that are somebody's, also those that are no answer yet.
    #[boxed]
    pub async fn let_answer_files_of_person_go(&mut self, user: UserId, now: DateTime<Utc>) -> Result<()> {
        run!(self, LET_GO_OF_PERSON, user, now)
    }

    /// Forgets a file that is gone.
    #[boxed]
    pub async fn delete_answer_file(&mut self, id: AnswerFileId) -> Result<()> {
        run!(self, DELETE, id)
    }
}
