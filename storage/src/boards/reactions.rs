//! What people think of posts and comments, without a word.

use async_recursion::async_recursion as boxed;
use domain::boards::{BoardReader, Reaction, ReactionCount};
use domain::ids::{PostId, UserId};
use uuid::Uuid;

use super::posts::readable;
use crate::dialect::List;
use crate::{Db, Result, Tx};

/// Of posts and comments whose text the reader sees.
macro_rules! counts {
    ($database:ident) => {
        concat!(
            "SELECT i.subject, i.kind, COUNT(*) AS count, COUNT(CASE WHEN i.user_id = $3 THEN 1 END) > 0 AS mine
            FROM reactions i JOIN posts p ON p.id = i.post_id LEFT JOIN comments z ON z.id = i.subject
            WHERE i.subject ", among!($database bytes), " AND (z.id IS NOT NULL OR p.removed_at IS NULL) AND z.removed_at IS NULL
                AND (z.hidden_at IS NULL OR $2 OR z.author_id = $3) AND ", readable!(), " GROUP BY i.subject, i.kind"
        )
    };
}

sql! {
    COUNTS = counts!(sqlite), postgres = counts!(postgres);
    COUNT = "SELECT COUNT(*) FROM reactions i WHERE i.subject = $1 AND i.kind = $2";
    REACT = "INSERT INTO reactions (subject, post_id, user_id, kind) VALUES ($1, $2, $3, $4)
        ON CONFLICT (subject, user_id, kind) DO NOTHING";
    TAKE_BACK = "DELETE FROM reactions WHERE subject = $1 AND user_id = $2 AND kind = $3";
    FORGET_OF = "DELETE FROM reactions WHERE user_id = $1";
}

impl Db {
    /// How often these posts and comments, as far as the reader sees them, have each reaction that they have.
    #[boxed]
    pub async fn reactions(&self, subjects: Vec<Uuid>, reader: BoardReader) -> Result<Vec<ReactionCount>> {
        all!(self, COUNTS, List(subjects), reader.organizes, reader.user, reader.team)
    }
}

impl Tx {
    /// Gives a post that is held, or a comment of it, a reaction of somebody, or takes it back; how many there are then.
    #[boxed]
    pub async fn set_reaction(
        &mut self,
        post: PostId,
        subject: Uuid,
        user: UserId,
        reaction: Reaction,
        given: bool,
    ) -> Result<i64> {
        if given {
            run!(self, REACT, subject, post, user, reaction)?;
        } else {
            run!(self, TAKE_BACK, subject, user, reaction)?;
        }
        value!(self, COUNT, subject, reaction)
    }

    /// Takes back all that somebody has given.
    #[boxed]
    pub async fn forget_reactions_of(&mut self, user: UserId) -> Result<()> {
        run!(self, FORGET_OF, user)
    }
}
