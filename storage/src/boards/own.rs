//! What one person has written on boards, for them alone.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::BoardKind;
use domain::ids::UserId;

use super::mentions::for_whom;
use crate::{Db, Result};

/// A post or a comment of somebody, also one that they have deleted.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnPost {
    /// The competition's slug; empty for a notice of the site.
    pub competition: String,
    pub board: BoardKind,
    /// Of the post.
    pub number: i64,
    pub title: String,
    pub text: String,
    pub secret: bool,
    pub at: DateTime<Utc>,
    pub removed_at: Option<DateTime<Utc>>,
    /// Keys of the roles on its card, where it has one.
    pub roles: Option<String>,
    pub closed_at: Option<DateTime<Utc>>,
}

sql! {
    OWN_POSTS = "SELECT COALESCE(c.slug, '') AS competition, b.kind AS board, p.number, p.title, p.markdown AS text, p.secret, p.created_at AS at,
        p.removed_at, g.roles, g.closed_at FROM posts p LEFT JOIN recruit_cards g ON g.post_id = p.id JOIN boards b ON b.id = p.board_id LEFT JOIN competitions c ON c.id = b.competition_id
        WHERE p.author_id = $1 ORDER BY p.created_at";
    OWN_COMMENTS = "SELECT c.slug AS competition, b.kind AS board, p.number, '' AS title, z.markdown AS text, p.secret,
        z.created_at AS at, z.removed_at, NULL AS roles, z.removed_at AS closed_at FROM comments z JOIN posts p ON p.id = z.post_id JOIN boards b ON b.id = p.board_id
        JOIN competitions c ON c.id = b.competition_id WHERE z.author_id = $1 ORDER BY z.created_at";
    OWN_REPORTS = "SELECT c.slug, y.reason, y.at FROM reports y JOIN competitions c ON c.id = y.competition_id WHERE y.user_id = $1
        ORDER BY y.at";
    OWN_REACTIONS = "SELECT c.slug, b.kind, p.number, z.number AS comment, i.kind AS reaction FROM reactions i
        JOIN posts p ON p.id = i.post_id JOIN boards b ON b.id = p.board_id JOIN competitions c ON c.id = b.competition_id
        LEFT JOIN comments z ON z.id = i.subject WHERE i.user_id = $1 ORDER BY i.post_id, i.subject, i.kind";
    // As far as they may read it now: that there is another is its writer's to tell.
    OWN_MENTIONS = concat!(
        "SELECT c.slug, b.kind, p.number, z.number AS comment, h.name FROM mentions h
        JOIN posts p ON p.id = h.post_id JOIN boards b ON b.id = p.board_id JOIN competitions c ON c.id = b.competition_id
        LEFT JOIN comments z ON z.id = h.subject WHERE h.user_id = $1 AND p.removed_at IS NULL AND p.hidden_at IS NULL
            AND z.removed_at IS NULL AND z.hidden_at IS NULL AND ", for_whom!("h.user_id"), " ORDER BY h.post_id, h.subject"
    );
}

/// A reaction that somebody has given, or a place where they are named: the competition's slug, board, post, comment, and which reaction or name.
pub type OwnTrace = (String, BoardKind, i64, Option<i64>, String);

impl Db {
    #[boxed]
    pub async fn own_posts(&self, user: UserId) -> Result<Vec<OwnPost>> {
        all!(self, OWN_POSTS, user)
    }

    #[boxed]
    pub async fn own_comments(&self, user: UserId) -> Result<Vec<OwnPost>> {
        all!(self, OWN_COMMENTS, user)
    }

    /// Competition, reason and moment of what somebody has reported.
    #[boxed]
    pub async fn own_reports(&self, user: UserId) -> Result<Vec<(String, String, DateTime<Utc>)>> {
        all!(self, OWN_REPORTS, user)
    }

    /// The reactions that somebody has given.
    #[boxed]
    pub async fn own_reactions(&self, user: UserId) -> Result<Vec<OwnTrace>> {
        all!(self, OWN_REACTIONS, user)
    }

    /// Where somebody is named, as far as they may read it.
    #[boxed]
    pub async fn own_mentions(&self, user: UserId) -> Result<Vec<OwnTrace>> {
        all!(self, OWN_MENTIONS, user)
    }
}
