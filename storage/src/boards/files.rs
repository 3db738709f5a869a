//! Pictures and attachments of posts. A row is written before its file, says from when on it is to be removed, and goes after it: whatever
//! breaks off between leaves a row by which the file is found.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::{BoardReader, PostFile};
use domain::ids::{CompetitionId, PostFileId, PostId, UserId};

use super::posts::readable;
use crate::dialect::List;
use crate::{Db, Result, Tx};

/// A file that will be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewPostFile<'a> {
    pub file: &'a PostFile,
    pub competition: CompetitionId,
    pub user: UserId,
    pub media_type: &'a str,
    pub storage_key: &'a str,
    /// In pixels; nothing of what is no picture.
    pub size: (i64, i64),
    pub at: DateTime<Utc>,
    pub remove_at: DateTime<Utc>,
}

/// A file that lies in the storage.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredPostFile {
    #[sqlx(flatten)]
    pub file: PostFile,
    pub media_type: String,
    pub storage_key: String,
    /// Whether everyone may have it.
    pub is_open: bool,
}

/// A file that somebody gave, with the competition's address, for the copy of their own data.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnPostFile {
    pub competition: String,
    #[sqlx(flatten)]
    pub file: PostFile,
    pub at: DateTime<Utc>,
}

sql! {
    OF_POST = concat!(
        "SELECT v.id, v.name, v.is_picture, v.bytes, v.downloads FROM post_files v JOIN posts p ON p.id = v.post_id
        WHERE v.post_id = $1 AND p.removed_at IS NULL AND v.remove_at IS NULL AND ", readable!(), " ORDER BY v.id"
    );
    // Until a post has it, it is whoever's that gave it.
    FOR_READER = concat!(
        "SELECT v.id, v.name, v.is_picture, v.bytes, v.downloads, v.media_type, v.storage_key,
            COALESCE(p.hidden_at IS NULL AND NOT p.secret, FALSE) AS is_open
        FROM post_files v LEFT JOIN posts p ON p.id = v.post_id WHERE v.id = $1 AND v.competition_id = $5
            AND ((v.post_id IS NULL AND v.user_id = $3 AND v.remove_at > $6)
                OR (v.remove_at IS NULL AND p.removed_at IS NULL AND ", readable!(), "))"
    );
    // Those of a list that wait for a post of whoever gave them.
    WAITING_AMONG = concat!(
        "SELECT v.id, v.name, v.is_picture, v.bytes, v.downloads FROM post_files v WHERE v.id ", among!(sqlite bytes), "
            AND v.user_id = $2 AND v.competition_id = $3 AND v.post_id IS NULL AND v.remove_at > $4 ORDER BY v.id"),
        postgres = concat!(
        "SELECT v.id, v.name, v.is_picture, v.bytes, v.downloads FROM post_files v WHERE v.id ", among!(postgres bytes), "
            AND v.user_id = $2 AND v.competition_id = $3 AND v.post_id IS NULL AND v.remove_at > $4 ORDER BY v.id");
    COUNT_WAITING_OF = "SELECT COUNT(*) FROM post_files v WHERE v.user_id = $1 AND v.post_id IS NULL AND v.remove_at > $2";
    OWN = "SELECT c.slug AS competition, v.id, v.name, v.is_picture, v.bytes, v.downloads, v.at FROM post_files v
        JOIN competitions c ON c.id = v.competition_id WHERE v.user_id = $1 AND v.name <> '' ORDER BY v.id";
    DUE = "SELECT v.id, v.remove_at, v.storage_key FROM post_files v WHERE v.remove_at IS NOT NULL AND v.remove_at <= $1
        AND v.remove_at >= $3 AND (v.remove_at > $3 OR v.id > $4) ORDER BY v.remove_at, v.id LIMIT $2";
}

impl Db {
    /// A post's files, where they are for the reader.
    #[boxed]
    pub async fn post_files(&self, post: PostId, reader: BoardReader) -> Result<Vec<PostFile>> {
        all!(self, OF_POST, post, reader.organizes, reader.user, reader.team)
    }

    /// A file, where it is for the reader.
    #[boxed]
    pub async fn post_file(
        &self,
        competition: CompetitionId,
        id: PostFileId,
        reader: BoardReader,
        now: DateTime<Utc>,
    ) -> Result<Option<StoredPostFile>> {
        maybe!(self, FOR_READER, id, reader.organizes, reader.user, reader.team, competition, now)
    }

    /// Which of these files wait for a post of this person.
    #[boxed]
    pub async fn waiting_files(
        &self,
        competition: CompetitionId,
        user: UserId,
        ids: &[PostFileId],
        now: DateTime<Utc>,
    ) -> Result<Vec<PostFile>> {
        all!(self, WAITING_AMONG, List(ids.to_vec()), user, competition, now)
    }

    /// All that somebody gave and that is still there.
    #[boxed]
    pub async fn own_post_files(&self, user: UserId) -> Result<Vec<OwnPostFile>> {
        all!(self, OWN, user)
    }

    /// The first so many that are to be removed by then, after one of them, and where they are.
    #[boxed]
    pub async fn post_files_due(
        &self,
        by: DateTime<Utc>,
        limit: i64,
        (since, after): (DateTime<Utc>, PostFileId),
    ) -> Result<Vec<(PostFileId, DateTime<Utc>, String)>> {
        all!(self, DUE, by, limit, since, after)
    }
}

sql! {
    PUT = "INSERT INTO post_files (id, competition_id, user_id, is_picture, name, media_type, storage_key, bytes, width, height,
            downloads, at, remove_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12)";
    // One whose time is over may be gone; one that another post has stays there.
    BIND = "UPDATE post_files SET post_id = $2, remove_at = NULL WHERE id = $1 AND user_id = $3 AND competition_id = $4
        AND is_picture = $5 AND post_id IS NULL AND remove_at > $6";
    IDS_OF_POST = "SELECT v.id, v.is_picture FROM post_files v WHERE v.post_id = $1 AND v.remove_at IS NULL ORDER BY v.id";
    IS_OF_A_POST = "SELECT COUNT(*) FROM post_files v WHERE v.id = $1 AND v.competition_id = $2 AND v.post_id IS NOT NULL AND v.remove_at IS NULL";
    SUM_OF_POST = "SELECT COUNT(*), CAST(COALESCE(SUM(v.bytes), 0) AS BIGINT) FROM post_files v WHERE v.post_id = $1 AND v.remove_at IS NULL";
    COUNT_FILES = "UPDATE posts SET files = (SELECT COUNT(*) FROM post_files v
            WHERE v.post_id = posts.id AND v.remove_at IS NULL AND v.is_picture = FALSE) WHERE id = $1";
    LET_GO_ONE = "UPDATE post_files SET remove_at = $2, name = '', post_id = NULL WHERE id = $1";
    LET_GO_OF_POST = "UPDATE post_files SET remove_at = $2, name = '' WHERE post_id = $1 AND remove_at IS NULL";
    LET_GO_OF_PERSON = "UPDATE post_files SET remove_at = $2, name = '' WHERE user_id = $1 AND post_id IS NULL AND remove_at > $2";
    DELETE = "DELETE FROM post_files WHERE id = $1 AND remove_at IS NOT NULL";
    DOWNLOADED = "UPDATE post_files SET downloads = downloads + $2 WHERE id = $1";
}

impl Tx {
    /// Names a file that will be stored; it is to be removed unless it is a post's by then.
    pub async fn put_post_file(&mut self, new: NewPostFile<'_>) -> Result<()> {
        let NewPostFile { file, competition, user, media_type, storage_key, size: (width, height), at, remove_at } =
            new;
        let PostFile { id, name, is_picture, bytes, .. } = file;
        run!(
            self,
            PUT,
            id,
            competition,
            user,
            is_picture,
            name,
            media_type,
            storage_key,
            bytes,
            width,
            height,
            at,
            remove_at
        )
    }

    /// Files of a person that no post has yet.
    #[boxed]
    pub async fn count_waiting_files(&mut self, user: UserId, now: DateTime<Utc>) -> Result<i64> {
        value!(self, COUNT_WAITING_OF, user, now)
    }

    /// Gives a waiting file of its giver to a post; false where it is none, or came too late and may be gone.
    #[boxed]
    pub async fn bind_post_file(
        &mut self,
        id: PostFileId,
        post: PostId,
        (competition, user): (CompetitionId, UserId),
        is_picture: bool,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        changed!(self, BIND, id, post, user, competition, is_picture, now)
    }

    /// The files that a post has, and whether each is a picture.
    #[boxed]
    pub async fn files_of_post(&mut self, post: PostId) -> Result<Vec<(PostFileId, bool)>> {
        all!(self, IDS_OF_POST, post)
    }

    /// Whether some post of the competition has this file.
    #[boxed]
    pub async fn is_of_a_post(&mut self, id: PostFileId, competition: CompetitionId) -> Result<bool> {
        let count: i64 = value!(self, IS_OF_A_POST, id, competition)?;
        Ok(count > 0)
    }

    /// How many files a post has, and their bytes together.
    #[boxed]
    pub async fn sum_of_files(&mut self, post: PostId) -> Result<(i64, i64)> {
        one!(self, SUM_OF_POST, post)
    }

    /// Writes into a post's row how many attachments it has.
    #[boxed]
    pub async fn count_post_files(&mut self, post: PostId) -> Result<()> {
        run!(self, COUNT_FILES, post)
    }

    /// A file is no post's any longer.
    #[boxed]
    pub async fn let_post_file_go(&mut self, id: PostFileId, now: DateTime<Utc>) -> Result<()> {
        run!(self, LET_GO_ONE, id, now)
    }

    /// The same of all that a post has.
    #[boxed]
    pub async fn let_files_of_post_go(&mut self, post: PostId, now: DateTime<Utc>) -> Result<()> {
        run!(self, LET_GO_OF_POST, post, now)?;
        self.count_post_files(post).await
    }

    /// The same of all that are somebody's and no post's yet.
    #[boxed]
    pub async fn let_waiting_files_go(&mut self, user: UserId, now: DateTime<Utc>) -> Result<()> {
        run!(self, LET_GO_OF_PERSON, user, now)
    }

    /// Forgets a file that is gone.
    #[boxed]
    pub async fn delete_post_file(&mut self, id: PostFileId) -> Result<()> {
        run!(self, DELETE, id)
    }

    /// Counts readers who have taken a file.
    #[boxed]
    pub async fn post_file_taken(&mut self, id: PostFileId, readers: i64) -> Result<()> {
        run!(self, DOWNLOADED, id, readers)
    }
}
