//! Who has read a required notice.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::TeamRead;
use domain::ids::{CompetitionId, PostId, UserId};

use crate::{Db, Result, Tx};

sql! {
    // Of what need not be read nobody keeps who has.
    READ = "INSERT INTO post_readers (post_id, user_id, at) SELECT p.id, u.id, $3 FROM posts p, users u
        WHERE p.id = $1 AND u.id = $2 AND p.required = TRUE ON CONFLICT (post_id, user_id) DO NOTHING";
    UNREAD = "SELECT p.number, p.title FROM boards b JOIN posts p ON p.board_id = b.id
        WHERE b.competition_id = $1 AND b.kind = 'notice' AND p.required = TRUE AND p.removed_at IS NULL AND p.hidden_at IS NULL
            AND ($3 OR p.for_all) AND NOT EXISTS (SELECT 1 FROM post_readers r WHERE r.post_id = p.id AND r.user_id = $2)
        ORDER BY p.number DESC LIMIT 3";
    LEADERS = "SELECT COUNT(*), COUNT(r.at) FROM teams t LEFT JOIN post_readers r ON r.post_id = $2 AND r.user_id = t.leader_id
        WHERE t.competition_id = $1 AND t.ended IS NULL";
    LEADERS_WAITING = "SELECT t.number, t.name, CAST(1 AS BIGINT) AS people, CAST(0 AS BIGINT) AS read FROM teams t
        WHERE t.competition_id = $1 AND t.ended IS NULL
            AND NOT EXISTS (SELECT 1 FROM post_readers r WHERE r.post_id = $2 AND r.user_id = t.leader_id)
        ORDER BY t.number LIMIT $3";
    EVERYONE = "SELECT COUNT(*), COUNT(r.at) FROM participations p LEFT JOIN post_readers r ON r.post_id = $2 AND r.user_id = p.user_id
        WHERE p.competition_id = $1 AND p.state = 'approved'";
    TEAMS_WAITING = "SELECT t.number, t.name, COUNT(*) AS people, COUNT(r.at) AS read FROM teams t JOIN members m ON m.team_id = t.id
            LEFT JOIN post_readers r ON r.post_id = $2 AND r.user_id = m.user_id
        WHERE t.competition_id = $1 AND t.ended IS NULL GROUP BY t.id, t.number, t.name HAVING COUNT(*) > COUNT(r.at)
        ORDER BY t.number LIMIT $3";
    TELL_AGAIN = "UPDATE posts SET told_at = $2 WHERE id = $1 AND (told_at IS NULL OR told_at <= $3)";
}

impl Db {
    /// Numbers and titles of a competition's required notices that somebody has not read, the newest first, three at most; of one who
    /// leads no team those alone that are required of everyone.
    #[boxed]
    pub async fn unread_notices(
        &self,
        competition: CompetitionId,
        user: UserId,
        leads: bool,
    ) -> Result<Vec<(i64, String)>> {
        all!(self, UNREAD, competition, user, leads)
    }

    /// Of how many a notice is required (of the leaders, or of all who take part), and how many have read it.
    #[boxed]
    pub async fn count_readers(&self, competition: CompetitionId, post: PostId, for_all: bool) -> Result<(i64, i64)> {
        one!(self, if for_all { EVERYONE } else { LEADERS }, competition, post)
    }

    /// The first teams of which somebody has not read a notice who must.
    #[boxed]
    pub async fn teams_without(
        &self,
        competition: CompetitionId,
        post: PostId,
        for_all: bool,
        limit: i64,
    ) -> Result<Vec<TeamRead>> {
        all!(self, if for_all { TEAMS_WAITING } else { LEADERS_WAITING }, competition, post, limit)
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
