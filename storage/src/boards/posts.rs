//! Reading posts: lists, one of them, its neighbours, the feed.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::{BoardKind, BoardOf, BoardReader, Listed, Neighbour, PostRow, Revision};
use domain::ids::{BoardId, PostId, UserId};
use uuid::Uuid;

use crate::{Db, Result, Tx};

/// A board that has ever had a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct BoardRow {
    pub id: BoardId,
    /// Posts that have a line in the list, whoever reads it.
    pub listed: i64,
}

/// A post as a feed has it.
#[derive(sqlx::FromRow)]
pub struct FeedEntry {
    pub id: PostId,
    pub number: i64,
    pub title: String,
    pub author: String,
    pub html: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a post says; of one that is not for the reader nothing.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PostText {
    pub markdown: String,
    pub html: String,
    pub updated_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub removed: bool,
    pub hidden_why: String,
    /// The number of the official answer; 0 is none.
    pub answer: i64,
}

/// HTML made of Markdown, and by which revision of the converter.
#[derive(Debug, Clone, Copy)]
pub struct Rendered<'a> {
    pub text: &'a str,
    pub revision: i64,
}

/// Whether a reader may read a post `p`: `$2` organizes, `$3` is who they are and `$4` their team. Never asked otherwise.
macro_rules! readable {
    () => {
        "COALESCE((p.hidden_at IS NULL OR $2 OR p.author_id = $3)
            AND (NOT p.secret OR $2 OR p.author_id = $3 OR p.team_id = $4), FALSE)"
    };
}
pub(super) use readable;

/// Lines of the list of a board (`$1`), masked where the post is not for the reader.
macro_rules! post_rows {
    ($from:expr, $rest:expr) => {
        concat!(
            "SELECT p.id, p.number, p.category, p.secret, p.pinned, p.required, p.for_all, p.created_at, ",
            $crate::boards::posts::readable!(),
            " AS readable, CASE WHEN ",
            $crate::boards::posts::readable!(),
            " THEN p.title ELSE '' END AS title, CASE WHEN ",
            $crate::boards::posts::readable!(),
            " AND NOT p.anonymous THEN COALESCE(u.public_name, '') ELSE '' END AS author, CASE WHEN ",
            $crate::boards::posts::readable!(),
            " AND NOT p.anonymous THEN COALESCE(t.name, '') ELSE '' END AS team, CASE WHEN ",
            $crate::boards::posts::readable!(),
            " THEN p.comments ELSE 0 END AS comments, CASE WHEN ",
            $crate::boards::posts::readable!(),
            " THEN p.files ELSE 0 END AS files, CASE WHEN ",
            $crate::boards::posts::readable!(),
            " THEN p.views ELSE 0 END AS views, p.by_staff, p.anonymous, COALESCE(p.author_id = $3, FALSE) AS mine,
                p.answered_at IS NOT NULL AS answered, p.hidden_at IS NOT NULL AS hidden FROM ",
            $from,
            " JOIN users u ON u.id = p.author_id LEFT JOIN teams t ON t.id = p.team_id WHERE p.board_id = $1 ",
            $rest
        )
    };
}
pub(super) use post_rows;

macro_rules! listed {
    ($rest:literal) => {
        post_rows!("posts p", concat!("AND p.removed_at IS NULL ", $rest))
    };
}

sql! {
    BOARD = "SELECT id, listed FROM boards WHERE competition_id = $1 AND kind = $2";
    BOARD_OF_SITE = "SELECT id, listed FROM boards WHERE competition_id IS NULL AND kind = $1";
    PINNED = listed!("AND p.pinned = TRUE ORDER BY CASE WHEN p.required THEN 0 ELSE 1 END, p.number DESC LIMIT 50");
    FIRST = listed!("ORDER BY CASE WHEN p.pinned AND p.required THEN 0 WHEN p.pinned THEN 1 ELSE 2 END, p.number DESC LIMIT $5");
    // Numbers alone are counted off to where a page begins.
    ALL = listed!(
        "AND p.pinned = FALSE AND p.number <= (SELECT q.number FROM posts q WHERE q.board_id = $1 AND q.pinned = FALSE
            AND q.removed_at IS NULL ORDER BY q.number DESC LIMIT 1 OFFSET $6) ORDER BY p.number DESC LIMIT $5"
    );
    OF_CATEGORY = listed!(
        "AND p.category = $7 AND p.number <= (SELECT q.number FROM posts q WHERE q.board_id = $1 AND q.category = $7
            AND q.removed_at IS NULL ORDER BY q.number DESC LIMIT 1 OFFSET $6) ORDER BY p.number DESC LIMIT $5"
    );
    WAITING = listed!(
        "AND p.answered_at IS NULL AND p.number <= (SELECT q.number FROM posts q WHERE q.board_id = $1 AND q.answered_at IS NULL
            AND q.removed_at IS NULL ORDER BY q.number DESC LIMIT 1 OFFSET $6) ORDER BY p.number DESC LIMIT $5"
    );
    ANSWERED = listed!("AND p.answered_at IS NOT NULL ORDER BY p.number DESC LIMIT $5 OFFSET $6");
    MINE = listed!("AND (p.author_id = $3 OR p.team_id = $4) ORDER BY p.number DESC LIMIT $5 OFFSET $6");
    COUNT_PINNED = "SELECT COUNT(*) FROM posts p WHERE p.board_id = $1 AND p.pinned = TRUE AND p.removed_at IS NULL";
    COUNT_OF_CATEGORY = "SELECT COUNT(*) FROM posts p WHERE p.board_id = $1 AND p.category = $2 AND p.removed_at IS NULL";
    COUNT_WAITING = "SELECT COUNT(*) FROM posts p WHERE p.board_id = $1 AND p.answered_at IS NULL AND p.removed_at IS NULL";
    COUNT_MINE = "SELECT COUNT(*) FROM posts p WHERE p.board_id = $1 AND (p.author_id = $2 OR p.team_id = $3) AND p.removed_at IS NULL";
}

impl Db {
    /// A competition's board of a kind, or the site's; none as long as nobody has written there.
    #[boxed]
    pub async fn board(&self, of: impl Into<BoardOf> + Send + 'static, kind: BoardKind) -> Result<Option<BoardRow>> {
        match of.into() {
            BoardOf::Competition(competition) => maybe!(self, BOARD, competition, kind),
            BoardOf::Site => maybe!(self, BOARD_OF_SITE, kind),
        }
    }

    #[boxed]
    pub async fn pinned_posts(&self, board: BoardId, reader: BoardReader) -> Result<Vec<PostRow>> {
        all!(self, PINNED, board, reader.organizes, reader.user, reader.team)
    }

    /// The posts that stand first in the list: those that are pinned, then the newest.
    #[boxed]
    pub async fn first_posts(&self, board: BoardId, reader: BoardReader, limit: i64) -> Result<Vec<PostRow>> {
        all!(self, FIRST, board, reader.organizes, reader.user, reader.team, limit)
    }

    /// Posts of the list, newest first; of all without those that are pinned.
    #[boxed]
    pub async fn posts(
        &self,
        board: BoardId,
        reader: BoardReader,
        which: &Listed,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<PostRow>> {
        let BoardReader { user, team, organizes } = reader;
        let sql = match which {
            Listed::All => ALL,
            Listed::Category(key) => {
                return all!(self, OF_CATEGORY, board, organizes, user, team, limit, offset, key);
            }
            Listed::Answered(false) => WAITING,
            Listed::Answered(true) => ANSWERED,
            Listed::Mine => MINE,
        };
        all!(self, sql, board, organizes, user, team, limit, offset)
    }

    /// How many of a board's posts a list has.
    #[boxed]
    pub async fn count_posts(&self, board: BoardRow, reader: BoardReader, which: &Listed) -> Result<i64> {
        match which {
            Listed::All => Ok(board.listed),
            Listed::Category(key) => value!(self, COUNT_OF_CATEGORY, board.id, key),
            Listed::Answered(false) => value!(self, COUNT_WAITING, board.id),
            Listed::Answered(true) => {
                let waiting: i64 = value!(self, COUNT_WAITING, board.id)?;
                Ok(board.listed - waiting)
            }
            Listed::Mine => value!(self, COUNT_MINE, board.id, reader.user, reader.team),
        }
    }

    #[boxed]
    pub async fn count_pinned_posts(&self, board: BoardId) -> Result<i64> {
        value!(self, COUNT_PINNED, board)
    }
}

sql! {
    // Also one that was deleted: its answers stay.
    ONE_ROW = post_rows!("posts p", "AND p.number = $5");
    TEXT = concat!(
        "SELECT CASE WHEN p.removed_at IS NULL THEN p.markdown ELSE '' END AS markdown,
            CASE WHEN p.removed_at IS NULL THEN p.html ELSE '' END AS html, p.updated_at, p.version,
            p.removed_at IS NOT NULL AS removed, p.hidden_why, p.answer
        FROM posts p WHERE p.id = $1 AND ", readable!()
    );
    NEWER = concat!(
        "SELECT p.number, p.title, p.created_at FROM posts p WHERE p.board_id = $1 AND p.number > $5 AND p.removed_at IS NULL
            AND ", readable!(), " ORDER BY p.number LIMIT 1"
    );
    OLDER = concat!(
        "SELECT p.number, p.title, p.created_at FROM posts p WHERE p.board_id = $1 AND p.number < $5 AND p.removed_at IS NULL
            AND ", readable!(), " ORDER BY p.number DESC LIMIT 1"
    );
    FEED = concat!(
        "SELECT p.id, p.number, p.title, CASE WHEN p.anonymous THEN '' ELSE COALESCE(u.public_name, '') END AS author, p.html,
            p.created_at, COALESCE(p.updated_at, p.created_at) AS updated_at FROM posts p JOIN users u ON u.id = p.author_id
        WHERE p.board_id = $1 AND p.removed_at IS NULL AND ", readable!(), " ORDER BY p.number DESC LIMIT $5"
    );
    // What somebody is shown of a post that they were told of: its title of now, if it is still for them.
    TITLE_FOR = "SELECT p.title FROM competitions c JOIN boards b ON b.competition_id = c.id JOIN posts p ON p.board_id = b.id
        WHERE c.slug = $1 AND b.kind = $2 AND p.number = $3 AND p.removed_at IS NULL AND (p.hidden_at IS NULL OR p.author_id = $4)
            AND (NOT p.secret OR p.author_id = $4
                OR EXISTS (SELECT 1 FROM members m WHERE m.team_id = p.team_id AND m.user_id = $4)
                OR EXISTS (SELECT 1 FROM roles o WHERE o.competition_id = c.id AND o.user_id = $4
                    AND o.role IN ('organizer', 'owner')))";
    REVISIONS = "SELECT version, title, markdown, at FROM revisions WHERE subject = $1 ORDER BY version DESC LIMIT 100";
}

impl Tx {
    /// A post's title of now for somebody, if it is still for them.
    #[boxed]
    pub async fn post_title_for(
        &mut self,
        slug: &str,
        kind: BoardKind,
        number: i64,
        user: UserId,
    ) -> Result<Option<String>> {
        maybe_value!(self, TITLE_FOR, slug, kind, number, user)
    }
}

impl Db {
    /// A post's line, also where it is not for the reader or was deleted.
    #[boxed]
    pub async fn post_row(&self, board: BoardId, reader: BoardReader, number: i64) -> Result<Option<PostRow>> {
        maybe!(self, ONE_ROW, board, reader.organizes, reader.user, reader.team, number)
    }

    /// What a post says, where it is for the reader.
    #[boxed]
    pub async fn post_text(&self, post: PostId, reader: BoardReader) -> Result<Option<PostText>> {
        maybe!(self, TEXT, post, reader.organizes, reader.user, reader.team)
    }

    /// The next newer and the next older post that are for the reader.
    #[boxed]
    pub async fn post_neighbours(
        &self,
        board: BoardId,
        reader: BoardReader,
        number: i64,
    ) -> Result<(Option<Neighbour>, Option<Neighbour>)> {
        let BoardReader { user, team, organizes } = reader;
        let newer = maybe!(self, NEWER, board, organizes, user, team, number)?;
        Ok((newer, maybe!(self, OLDER, board, organizes, user, team, number)?))
    }

    /// The newest posts that are for the reader, with their texts.
    #[boxed]
    pub async fn post_feed(&self, board: BoardId, reader: BoardReader, limit: i64) -> Result<Vec<FeedEntry>> {
        all!(self, FEED, board, reader.organizes, reader.user, reader.team, limit)
    }

    /// A post's title of now for somebody, if it is still for them.
    #[boxed]
    pub async fn post_title_for(
        &self,
        slug: &str,
        kind: BoardKind,
        number: i64,
        user: UserId,
    ) -> Result<Option<String>> {
        maybe_value!(self, TITLE_FOR, slug, kind, number, user)
    }

    /// What a post or a comment, by its id, said before, the newest version first. Who may know is for the caller to see.
    #[boxed]
    pub async fn revisions(&self, subject: Uuid) -> Result<Vec<Revision>> {
        all!(self, REVISIONS, subject)
    }
}
