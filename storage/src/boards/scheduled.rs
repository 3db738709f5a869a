//! Notices that wait for their moment: no posts yet, so that no list, number or search can know of them.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::{PostDraft, ScheduledNotice};
use domain::ids::{CompetitionId, PostFileId, ScheduledNoticeId, UserId};
use sqlx::types::Json;

use crate::{Db, Result, Tx};

macro_rules! scheduled {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.author_id, COALESCE(u.public_name, '') AS author, s.title, s.markdown, s.category, FALSE AS secret, s.pinned,
                s.required, s.for_all, s.files, s.at FROM scheduled_notices s JOIN users u ON u.id = s.author_id
            WHERE s.competition_id = $1 ",
            $rest
        )
    };
}

sql! {
    OF_COMPETITION = scheduled!("ORDER BY s.at, s.id LIMIT 100");
    ONE = scheduled!("AND s.id = $2");
    HELD = scheduled!("AND s.id = $2"), postgres = scheduled!("AND s.id = $2 FOR UPDATE OF s");
    SAME = "SELECT s.id FROM scheduled_notices s WHERE s.competition_id = $1 AND s.author_id = $2 AND s.at = $3 AND s.title = $4
        AND s.markdown = $5 LIMIT 1";
    COUNT = "SELECT COUNT(*) FROM scheduled_notices s WHERE s.competition_id = $1";
    PUT = "INSERT INTO scheduled_notices (id, competition_id, author_id, title, markdown, category, pinned, required, for_all, files, at,
            written_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title, markdown = EXCLUDED.markdown, category = EXCLUDED.category,
            pinned = EXCLUDED.pinned, required = EXCLUDED.required, for_all = EXCLUDED.for_all, files = EXCLUDED.files,
            at = EXCLUDED.at, written_at = EXCLUDED.written_at";
    DELETE = "DELETE FROM scheduled_notices WHERE id = $1";
    DELETE_OF = "DELETE FROM scheduled_notices WHERE author_id = $1";
    // It waits longer, or no more.
    KEEP_FILE = "UPDATE post_files SET remove_at = $2 WHERE id = $1 AND user_id = $3 AND competition_id = $4 AND is_picture = $5
        AND post_id IS NULL AND remove_at > $6";
}

impl Db {
    /// A competition's scheduled notices, the next first.
    #[boxed]
    pub async fn scheduled_notices(&self, competition: CompetitionId) -> Result<Vec<ScheduledNotice>> {
        all!(self, OF_COMPETITION, competition)
    }

    #[boxed]
    pub async fn scheduled_notice(
        &self,
        competition: CompetitionId,
        id: ScheduledNoticeId,
    ) -> Result<Option<ScheduledNotice>> {
        maybe!(self, ONE, competition, id)
    }
}

impl Tx {
    /// A scheduled notice that nobody else changes until the commit.
    #[boxed]
    pub async fn hold_scheduled_notice(
        &mut self,
        competition: CompetitionId,
        id: ScheduledNoticeId,
    ) -> Result<Option<ScheduledNotice>> {
        maybe!(self, HELD, competition, id)
    }

    /// One that the same person has scheduled for the same moment with the same text.
    #[boxed]
    pub async fn same_scheduled_notice(
        &mut self,
        competition: CompetitionId,
        author: UserId,
        at: DateTime<Utc>,
        draft: &PostDraft,
    ) -> Result<Option<ScheduledNoticeId>> {
        maybe_value!(self, SAME, competition, author, at, &draft.title, &draft.markdown)
    }

    #[boxed]
    pub async fn count_scheduled_notices(&mut self, competition: CompetitionId) -> Result<i64> {
        value!(self, COUNT, competition)
    }

    /// Writes a scheduled notice, or another text and moment of it.
    #[boxed]
    pub async fn put_scheduled_notice(
        &mut self,
        competition: CompetitionId,
        notice: &ScheduledNotice,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let ScheduledNotice { id, author_id, author: _, draft, files, at } = notice;
        let PostDraft {
            title,
            markdown,
            category,
            pinned,
            required,
            for_all,
            secret: _,
            files: _,
            roles: _,
            based_on: _,
        } = draft;
        run!(
            self,
            PUT,
            id,
            competition,
            author_id,
            title,
            markdown,
            category,
            pinned,
            required,
            for_all,
            Json(files),
            at,
            now
        )
    }

    /// A notice no longer waits; false where it did not.
    #[boxed]
    pub async fn delete_scheduled_notice(&mut self, id: ScheduledNoticeId) -> Result<bool> {
        changed!(self, DELETE, id)
    }

    /// Nothing of somebody's goes up any more.
    #[boxed]
    pub async fn delete_scheduled_notices_of(&mut self, author: UserId) -> Result<()> {
        run!(self, DELETE_OF, author)
    }

    /// Until when a waiting file of somebody's is kept; false where it is none, or gone.
    #[boxed]
    pub async fn keep_waiting_file(
        &mut self,
        id: PostFileId,
        (competition, user): (CompetitionId, UserId),
        is_picture: bool,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        changed!(self, KEEP_FILE, id, until, user, competition, is_picture, now)
    }
}
