//! Comments under posts.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::{BoardReader, Comment};
use domain::ids::{CommentId, PostId, TeamId, UserId};

use super::posts::{Rendered, readable};
use crate::{Db, Result, Tx};

/// A comment to write.
#[derive(Debug, Clone, Copy)]
pub struct NewComment<'a> {
    pub post: PostId,
    /// The comment that it answers.
    pub answers: Option<i64>,
    pub markdown: &'a str,
    pub html: Rendered<'a>,
    pub author: UserId,
    pub team: Option<TeamId>,
    pub by_staff: bool,
    pub official: bool,
    pub at: DateTime<Utc>,
}

/// A comment that nobody else changes until the commit, for its post is held.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CommentHeld {
    pub id: CommentId,
    pub number: i64,
    pub thread: i64,
    pub author_id: UserId,
    pub markdown: String,
    pub official: bool,
    pub version: i64,
    pub removed: bool,
    pub hidden: bool,
}

/// Whether the reader sees what a comment `z` of a post `p` says.
macro_rules! open {
    () => {
        "(z.removed_at IS NULL AND (z.hidden_at IS NULL OR $2 OR z.author_id = $3))"
    };
}

/// Of a post (`$1`) that the reader may read. A deleted comment keeps its place where it is answered.
macro_rules! shown {
    ($rest:literal) => {
        concat!(
            " FROM comments z JOIN posts p ON p.id = z.post_id JOIN users u ON u.id = z.author_id LEFT JOIN teams t ON t.id = z.team_id
            WHERE z.post_id = $1 AND (z.removed_at IS NULL OR (z.thread = z.number AND EXISTS (SELECT 1 FROM comments x
                WHERE x.post_id = $1 AND x.thread = z.number AND x.number <> z.number AND x.removed_at IS NULL))) AND ",
            readable!(),
            $rest
        )
    };
}

macro_rules! comment_rows {
    ($rest:literal) => {
        concat!(
            "SELECT z.id, z.number, z.thread, z.by_staff, z.official, z.created_at, z.removed_at IS NOT NULL AS removed,
                z.hidden_at IS NOT NULL AS hidden, COALESCE(z.author_id = $3, FALSE) AS mine,
                CASE WHEN ", open!(), " THEN COALESCE(u.public_name, '') ELSE '' END AS author,
                CASE WHEN ", open!(), " THEN COALESCE(t.name, '') ELSE '' END AS team,
                CASE WHEN ", open!(), " THEN z.html ELSE '' END AS html,
                CASE WHEN ", open!(), " THEN z.markdown ELSE '' END AS markdown,
                CASE WHEN ", open!(), " THEN z.hidden_why ELSE '' END AS hidden_why,
                CASE WHEN ", open!(), " THEN z.updated_at ELSE NULL END AS updated_at",
            shown!($rest)
        )
    };
}

sql! {
    // The official answer's thread stands first.
    LIST = comment_rows!(" ORDER BY CASE WHEN z.thread = p.answer THEN 0 ELSE 1 END, z.thread, z.number LIMIT $5 OFFSET $6");
    // How many stand before one.
    PLACE = concat!("SELECT COUNT(*)", shown!(" AND ((CASE WHEN z.thread = p.answer THEN 0 ELSE 1 END), z.thread, z.number) <
        (SELECT (CASE WHEN y.thread = p.answer THEN 0 ELSE 1 END), y.thread, y.number FROM comments y
            WHERE y.post_id = $1 AND y.number = $5)"));
    COUNT = concat!("SELECT COUNT(*)", shown!(""));
    ONE = comment_rows!(" AND z.number = $5");
    SAID = "SELECT z.number FROM comments z WHERE z.post_id = $1 AND z.author_id = $2 AND z.created_at > $3 AND z.markdown = $4
        AND z.removed_at IS NULL AND (z.thread = $5 OR ($5 = 0 AND z.thread = z.number)) ORDER BY z.number DESC LIMIT 1";
    HELD = "SELECT z.id, z.number, z.thread, z.author_id, z.markdown, z.official, z.version, z.removed_at IS NOT NULL AS removed,
        z.hidden_at IS NOT NULL AS hidden FROM comments z WHERE z.post_id = $1 AND z.number = $2";
}

impl Db {
    /// Comments of a post that the reader may read, and how many there are.
    #[boxed]
    pub async fn comments(
        &self,
        post: PostId,
        reader: BoardReader,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Comment>, i64)> {
        let BoardReader { user, team, organizes } = reader;
        let total = value!(self, COUNT, post, organizes, user, team)?;
        Ok((all!(self, LIST, post, organizes, user, team, limit, offset)?, total))
    }

    /// A comment, where its post is for the reader.
    #[boxed]
    pub async fn comment(&self, post: PostId, reader: BoardReader, number: i64) -> Result<Option<Comment>> {
        maybe!(self, ONE, post, reader.organizes, reader.user, reader.team, number)
    }

    /// How many comments stand before one.
    #[boxed]
    pub async fn comments_before(&self, post: PostId, reader: BoardReader, number: i64) -> Result<i64> {
        value!(self, PLACE, post, reader.organizes, reader.user, reader.team, number)
    }
}

sql! {
    NUMBER = "UPDATE posts SET numbered = numbered + 1, comments = comments + 1 WHERE id = $1 RETURNING numbered";
    INSERT = "INSERT INTO comments (id, post_id, number, thread, markdown, html, renderer, author_id, team_id, by_staff, official, version,
        created_at, hidden_why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, '')";
    ANSWER = "UPDATE posts SET answered_at = $2, answer = $3 WHERE id = $1";
    WAIT = "UPDATE posts SET answered_at = NULL WHERE id = $1";
    // Of the answers that are left the newest is the one.
    SETTLE = "UPDATE posts SET answer = COALESCE((SELECT MAX(z.thread) FROM comments z WHERE z.post_id = $1 AND z.official = TRUE
            AND z.removed_at IS NULL AND z.hidden_at IS NULL), 0) WHERE id = $1";
    UNANSWER = "UPDATE posts SET answered_at = NULL WHERE id = $1 AND answer = 0 AND same_as IS NULL";
    ANSWER_AGAIN = "UPDATE posts SET answered_at = $2 WHERE id = $1 AND answered_at IS NULL AND answer > 0";
    REVISE = "INSERT INTO revisions (subject, post_id, version, title, markdown, at)
        SELECT z.id, z.post_id, z.version, '', z.markdown, $2 FROM comments z WHERE z.id = $1";
    UPDATE = "UPDATE comments SET markdown = $2, html = $3, renderer = $4, updated_at = $5, version = version + 1 WHERE id = $1";
    REMOVE = "UPDATE comments SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL";
    LESS = "UPDATE posts SET comments = comments - 1 WHERE id = $1";
}

impl Tx {
    /// Writes a comment under a post that is held; its number.
    pub async fn insert_comment(&mut self, new: NewComment<'_>) -> Result<(CommentId, i64)> {
        let NewComment { post, answers, markdown, html, author, team, by_staff, official, at } = new;
        let (id, number) = (CommentId::at(at), value!(self, NUMBER, post)?);
        let thread = answers.unwrap_or(number);
        run!(
            self,
            INSERT,
            id,
            post,
            number,
            thread,
            markdown,
            html.text,
            html.revision,
            author,
            team,
            by_staff,
            official,
            at
        )?;
        Ok((id, number))
    }

    /// The number of the comment that somebody has written there with this text since then, if they have; thread 0 is a new one.
    #[boxed]
    pub async fn said_since(
        &mut self,
        post: PostId,
        author: UserId,
        since: DateTime<Utc>,
        markdown: &str,
        thread: i64,
    ) -> Result<Option<i64>> {
        maybe_value!(self, SAID, post, author, since, markdown, thread)
    }

    #[boxed]
    pub async fn hold_comment(&mut self, post: PostId, number: i64) -> Result<Option<CommentHeld>> {
        maybe!(self, HELD, post, number)
    }

    /// A comment is the official answer of its post.
    #[boxed]
    pub async fn answer_post(&mut self, post: PostId, number: i64, at: DateTime<Utc>) -> Result<()> {
        run!(self, ANSWER, post, at, number)
    }

    /// A post waits for an answer, whether it had one or not.
    #[boxed]
    pub async fn post_waits(&mut self, post: PostId) -> Result<()> {
        run!(self, WAIT, post)
    }

    /// An official answer is there again: its post is answered.
    #[boxed]
    pub async fn answer_again(&mut self, post: PostId, at: DateTime<Utc>) -> Result<()> {
        run!(self, SETTLE, post)?;
        run!(self, ANSWER_AGAIN, post, at)
    }

    /// Of the official answers that are left the newest stands first; without any the post waits again, unless another question answers it.
    #[boxed]
    pub async fn settle_answer(&mut self, post: PostId) -> Result<()> {
        run!(self, SETTLE, post)?;
        run!(self, UNANSWER, post)
    }

    pub async fn update_comment(
        &mut self,
        comment: CommentId,
        markdown: &str,
        html: Rendered<'_>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        run!(self, REVISE, comment, at)?;
        run!(self, UPDATE, comment, markdown, html.text, html.revision, at)
    }

    /// Deletes a comment of a post; false where it was before.
    #[boxed]
    pub async fn remove_comment(&mut self, post: PostId, comment: CommentId, at: DateTime<Utc>) -> Result<bool> {
        let removed = changed!(self, REMOVE, comment, at)?;
        if removed {
            run!(self, LESS, post)?;
        }
        Ok(removed)
    }
}

sql! {
    OUTDATED = "SELECT z.id, c.slug, z.markdown FROM comments z JOIN posts p ON p.id = z.post_id JOIN boards b ON b.id = p.board_id
        JOIN competitions c ON c.id = b.competition_id WHERE z.renderer < $1 ORDER BY z.renderer, z.id LIMIT $2";
    RENDERED = "UPDATE comments SET html = $2, renderer = $3 WHERE id = $1 AND renderer < $3";
}

impl Db {
    /// Comments whose HTML an earlier revision of the converter has made, with their competition's slug and their Markdown.
    #[boxed]
    pub async fn outdated_comments(&self, revision: i64, limit: i64) -> Result<Vec<(CommentId, String, String)>> {
        all!(self, OUTDATED, revision, limit)
    }
}

impl Tx {
    /// Stores a comment's HTML made anew, unless someone was quicker.
    pub async fn set_comment_html(&mut self, id: CommentId, html: Rendered<'_>) -> Result<()> {
        run!(self, RENDERED, id, html.text, html.revision)
    }
}
