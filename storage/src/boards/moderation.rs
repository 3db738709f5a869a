//! Keeping order on a competition's boards: hiding, reports, and who may not write for a time.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::{BoardKind, BoardReader};
use domain::ids::{CommentId, CompetitionId, PostId, UserId};
use uuid::Uuid;

use super::posts::readable;
use crate::{Db, Result, Tx};

/// What was reported, once however many have.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReportRow {
    pub kind: BoardKind,
    pub post: i64,
    /// Of a comment, else none.
    pub comment: Option<i64>,
    pub title: String,
    /// Whose it is, by their public name.
    pub author: String,
    pub reports: i64,
    pub at: DateTime<Utc>,
    pub hidden: bool,
    /// The post's or the comment's id.
    pub subject: Uuid,
    /// The newest of the reasons that were given, [`REASONS_MAX`] at most.
    #[sqlx(skip)]
    pub reasons: Vec<String>,
}

/// Reasons that are shown of what was reported.
const REASONS_MAX: i64 = 5;

sql! {
    HIDE_POST = "UPDATE posts SET hidden_at = $2, hidden_why = $3, pinned = FALSE WHERE id = $1 AND hidden_at IS NULL";
    SHOW_POST = "UPDATE posts SET hidden_at = NULL, hidden_why = '' WHERE id = $1 AND hidden_at IS NOT NULL";
    SHOW_POST_FOR = "UPDATE posts SET hidden_at = NULL, hidden_why = '' WHERE id = $1 AND hidden_at IS NOT NULL AND hidden_why = $2";
    HIDE_COMMENT = "UPDATE comments SET hidden_at = $2, hidden_why = $3 WHERE id = $1 AND hidden_at IS NULL";
    SHOW_COMMENT = "UPDATE comments SET hidden_at = NULL, hidden_why = '' WHERE id = $1 AND hidden_at IS NOT NULL";
    REPORT = "INSERT INTO reports (subject, user_id, competition_id, post_id, reason, at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (subject, user_id) DO UPDATE SET reason = excluded.reason, at = excluded.at, settled_at = NULL
            WHERE reports.settled_at IS NOT NULL";
    SETTLE = "UPDATE reports SET settled_at = $2 WHERE subject = $1 AND settled_at IS NULL";
    BLOCK = "INSERT INTO board_blocks (competition_id, user_id, until, reason) VALUES ($1, $2, $3, $4)
        ON CONFLICT (competition_id, user_id) DO UPDATE SET until = excluded.until, reason = excluded.reason";
    UNBLOCK = "DELETE FROM board_blocks WHERE competition_id = $1 AND user_id = $2";
    BLOCKED = "SELECT until FROM board_blocks WHERE competition_id = $1 AND user_id = $2 AND until > $3";
}

impl Tx {
    /// Takes a post out of sight; false where it was before.
    #[boxed]
    pub async fn hide_post(&mut self, post: PostId, why: &str, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, HIDE_POST, post, at, why)
    }

    #[boxed]
    pub async fn show_post(&mut self, post: PostId) -> Result<bool> {
        changed!(self, SHOW_POST, post)
    }

    /// Shows a post that was hidden for just this reason; false of any other.
    #[boxed]
    pub async fn show_post_hidden_for(&mut self, post: PostId, why: &str) -> Result<bool> {
        changed!(self, SHOW_POST_FOR, post, why)
    }

    /// Takes a comment out of sight; false where it was before.
    #[boxed]
    pub async fn hide_comment(&mut self, comment: CommentId, why: &str, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, HIDE_COMMENT, comment, at, why)
    }

    #[boxed]
    pub async fn show_comment(&mut self, comment: CommentId) -> Result<bool> {
        changed!(self, SHOW_COMMENT, comment)
    }

    /// Notes that somebody has reported a post or a comment of it; false where what they said before is not seen to yet.
    #[boxed]
    pub async fn report(
        &mut self,
        competition: CompetitionId,
        post: PostId,
        subject: Uuid,
        by: UserId,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        changed!(self, REPORT, subject, by, competition, post, reason, at)
    }

    /// What was reported of a post or a comment is seen to.
    #[boxed]
    pub async fn settle_reports(&mut self, subject: Uuid, at: DateTime<Utc>) -> Result<()> {
        run!(self, SETTLE, subject, at)
    }

    /// Somebody may not write on a competition's boards until then.
    #[boxed]
    pub async fn block_writer(
        &mut self,
        competition: CompetitionId,
        user: UserId,
        until: DateTime<Utc>,
        reason: &str,
    ) -> Result<()> {
        run!(self, BLOCK, competition, user, until, reason)
    }

    /// False where they might.
    #[boxed]
    pub async fn unblock_writer(&mut self, competition: CompetitionId, user: UserId) -> Result<bool> {
        changed!(self, UNBLOCK, competition, user)
    }

    /// Until when somebody may not write there.
    #[boxed]
    pub async fn blocked_until(
        &mut self,
        competition: CompetitionId,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        maybe_value!(self, BLOCKED, competition, user, now)
    }
}

sql! {
    BLOCKS = "SELECT k.user_id, COALESCE(u.public_name, '') AS name, k.until, k.reason FROM board_blocks k JOIN users u ON u.id = k.user_id
        WHERE k.competition_id = $1 AND k.until > $2 ORDER BY k.until LIMIT 200";
    BLOCK_OF = "SELECT until FROM board_blocks WHERE competition_id = $1 AND user_id = $2 AND until > $3";
}

/// Somebody who may not write on a competition's boards.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct BlockRow {
    pub user_id: UserId,
    /// Public.
    pub name: String,
    pub until: DateTime<Utc>,
    pub reason: String,
}

impl Db {
    /// Who may not write there now.
    #[boxed]
    pub async fn board_blocks(&self, competition: CompetitionId, now: DateTime<Utc>) -> Result<Vec<BlockRow>> {
        all!(self, BLOCKS, competition, now)
    }

    /// Until when somebody may not write there.
    #[boxed]
    pub async fn board_block_of(
        &self,
        competition: CompetitionId,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        maybe_value!(self, BLOCK_OF, competition, user, now)
    }
}

/// What waits to be looked at in a competition (`$1`), as far as the reader may read it.
macro_rules! waiting {
    () => {
        " FROM reports y JOIN posts p ON p.id = y.post_id JOIN boards b ON b.id = p.board_id LEFT JOIN comments z ON z.id = y.subject
            JOIN users u ON u.id = COALESCE(z.author_id, p.author_id)
        WHERE y.competition_id = $1 AND y.settled_at IS NULL AND p.removed_at IS NULL AND z.removed_at IS NULL AND "
    };
}

sql! {
    REPORTED = concat!(
        "SELECT b.kind, p.number AS post, z.number AS comment, p.title, COALESCE(u.public_name, '') AS author, y.subject,
            COUNT(*) AS reports, MAX(y.at) AS at, COALESCE(z.hidden_at, p.hidden_at) IS NOT NULL AS hidden",
        waiting!(), readable!(),
        " GROUP BY y.subject, b.kind, p.number, z.number, p.title, u.public_name, z.hidden_at, p.hidden_at
        ORDER BY MAX(y.at) DESC LIMIT 200"
    );
    REASONS = "SELECT newest.subject, newest.reason FROM (SELECT y.subject, y.reason, y.at, ROW_NUMBER() OVER (
            PARTITION BY y.subject ORDER BY y.at DESC, y.user_id) AS place FROM reports y
            WHERE y.competition_id = $1 AND y.settled_at IS NULL) newest
        WHERE newest.place <= $2 ORDER BY newest.at DESC LIMIT 1000";
    COUNT_REPORTED = concat!("SELECT COUNT(DISTINCT y.subject)", waiting!(), readable!());
}

impl Db {
    /// What was reported in a competition and not seen to, the newest first.
    #[boxed]
    pub async fn reported(&self, competition: CompetitionId, reader: BoardReader) -> Result<Vec<ReportRow>> {
        let mut rows: Vec<ReportRow> = all!(self, REPORTED, competition, reader.organizes, reader.user, reader.team)?;
        let reasons: Vec<(Uuid, String)> = all!(self, REASONS, competition, REASONS_MAX)?;
        let mut of: HashMap<Uuid, Vec<String>> = HashMap::new();
        for (subject, reason) in reasons {
            of.entry(subject).or_default().push(reason);
        }
        for row in &mut rows {
            row.reasons = of.remove(&row.subject).unwrap_or_default();
        }
        Ok(rows)
    }

    #[boxed]
    pub async fn count_reported(&self, competition: CompetitionId, reader: BoardReader) -> Result<i64> {
        value!(self, COUNT_REPORTED, competition, reader.organizes, reader.user, reader.team)
    }
}
