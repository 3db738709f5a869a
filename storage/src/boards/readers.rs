//! Who has read a required notice.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::LeaderRead;
use domain::ids::{CompetitionId, PostId, UserId};

use crate::{Db, Result, Tx};

sql! {
    // Of what need not be read nobody keeps who has.
    READ = "INSERT INTO post_readers (post_id, user_id, at) SELECT p.id, u.id, $3 FROM posts p, users u
        WHERE p.id = $1 AND u.id = $2 AND p.required = TRUE ON CONFLICT (post_id, user_id) DO NOTHING";
    UNREAD = "SELECT p.number, p.title FROM boards b JOIN posts p ON p.board_id = b.id
        WHERE b.competition_id = $1 AND b.kind = 'notice' AND p.required = TRUE AND p.removed_at IS NULL AND p.hidden_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM post_readers r WHERE r.post_id = p.id AND r.user_id = $2)
        ORDER BY p.number DESC LIMIT 3";
    LEADERS = "SELECT t.number, t.name, r.at FROM teams t LEFT JOIN post_readers r ON r.post_id = $2 AND r.user_id = t.leader_id
        WHERE t.competition_id = $1 AND t.ended IS NULL ORDER BY CASE WHEN r.at IS NULL THEN 0 ELSE 1 END, t.number";
    TELL_AGAIN = "UPDATE posts SET told_at = $2 WHERE id = $1 AND (told_at IS NULL OR told_at <= $3)";
}

impl Db {
    /// Numbers and titles of a competition's required notices that somebody has not read, the newest first, three at most.
    #[boxed]
    pub async fn unread_notices(&self, competition: CompetitionId, user: UserId) -> Result<Vec<(i64, String)>> {
        all!(self, UNREAD, competition, user)
    }

    /// The teams of a competition that have not ended, with when their leaders have read a post; those that have not first.
    #[boxed]
    pub async fn leaders_read(&self, competition: CompetitionId, post: PostId) -> Result<Vec<LeaderRead>> {
        all!(self, LEADERS, competition, post)
    }
}

impl Tx {
    /// Notes that somebody has read a required notice, once; of any other post nothing.
    #[boxed]
    pub async fn note_read(&mut self, post: PostId, user: UserId, at: DateTime<Utc>) -> Result<()> {
        run!(self, READ, post, user, at)
    }

    /// Marks that whoever has not read a post is told again; false where they were told after `until`.
    #[boxed]
    pub async fn tell_again(&mut self, post: PostId, at: DateTime<Utc>, until: DateTime<Utc>) -> Result<bool> {
        changed!(self, TELL_AGAIN, post, at, until)
    }
}
