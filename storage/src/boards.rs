//! Notices.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::{Neighbour, NoticeDraft, NoticeRow};
use domain::ids::{CompetitionId, NoticeId, UserId};

use crate::{Db, Result, Tx};

/// A notice as a feed has it.
#[derive(sqlx::FromRow)]
pub struct FeedEntry {
    pub id: NoticeId,
    pub number: i64,
    pub title: String,
    pub author: String,
    pub html: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// HTML made of a notice's Markdown, and by which revision of the converter.
#[derive(Debug, Clone, Copy)]
pub struct Rendered<'a> {
    pub text: &'a str,
    pub revision: i64,
}

/// A search text as a LIKE pattern, with its wildcards escaped.
fn pattern(text: &str) -> String {
    let escaped = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

macro_rules! notice_rows {
    ($rest:literal) => {
        concat!(
            "SELECT n.id, n.number, n.title, COALESCE(u.public_name, '') AS author, n.pinned, n.required, n.views, n.created_at
            FROM notices n JOIN users u ON u.id = n.author_id WHERE n.removed_at IS NULL AND n.competition_id = $1 ",
            $rest
        )
    };
}

macro_rules! draft {
    ($rest:literal) => {
        concat!(
            "SELECT title, markdown, pinned, required FROM notices WHERE competition_id = $1 AND number = $2 AND removed_at IS NULL",
            $rest
        )
    };
}

sql! {
    PINNED = notice_rows!("AND n.pinned = $2 ORDER BY CASE WHEN n.required THEN 0 ELSE 1 END, n.number DESC");
    FIRST = notice_rows!(
        "ORDER BY CASE WHEN n.pinned AND n.required THEN 0 WHEN n.pinned THEN 1 ELSE 2 END, n.number DESC LIMIT $2"
    );
    LIST = notice_rows!("AND n.pinned = $2 ORDER BY n.number DESC LIMIT $3 OFFSET $4");
    SEARCH = notice_rows!(
        "AND (LOWER(n.title) LIKE $2 ESCAPE '!' OR LOWER(n.markdown) LIKE $2 ESCAPE '!')
            ORDER BY n.number DESC LIMIT $3 OFFSET $4"
    );
    COUNT = "SELECT COUNT(CASE WHEN pinned THEN 1 END), COUNT(*) FROM notices WHERE competition_id = $1 AND removed_at IS NULL";
    COUNT_SEARCH = "SELECT COUNT(*) FROM notices WHERE competition_id = $1 AND removed_at IS NULL
        AND (LOWER(title) LIKE $2 ESCAPE '!' OR LOWER(markdown) LIKE $2 ESCAPE '!')";
}

impl Db {
    #[boxed]
    pub async fn pinned_notices(&self, competition: CompetitionId) -> Result<Vec<NoticeRow>> {
        all!(self, PINNED, competition, true)
    }

    /// The notices that stand first in the list: those that are pinned, then the newest.
    #[boxed]
    pub async fn first_notices(&self, competition: CompetitionId, limit: i64) -> Result<Vec<NoticeRow>> {
        all!(self, FIRST, competition, limit)
    }

    /// Notices that are not pinned, newest first.
    #[boxed]
    pub async fn notices(&self, competition: CompetitionId, limit: i64, offset: i64) -> Result<Vec<NoticeRow>> {
        all!(self, LIST, competition, false, limit, offset)
    }

    #[boxed]
    pub async fn search_notices(
        &self,
        competition: CompetitionId,
        text: &str,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<NoticeRow>> {
        all!(self, SEARCH, competition, pattern(text), limit, offset)
    }

    /// Pinned notices and all notices.
    #[boxed]
    pub async fn count_notices(&self, competition: CompetitionId) -> Result<(i64, i64)> {
        one!(self, COUNT, competition)
    }

    #[boxed]
    pub async fn count_found_notices(&self, competition: CompetitionId, text: &str) -> Result<i64> {
        value!(self, COUNT_SEARCH, competition, pattern(text))
    }
}

sql! {
    ONE_ROW = notice_rows!("AND n.number = $2");
    TEXT = "SELECT markdown, html, updated_at FROM notices WHERE competition_id = $1 AND number = $2 AND removed_at IS NULL";
    NEWER = "SELECT number, title, created_at FROM notices
        WHERE competition_id = $1 AND number > $2 AND removed_at IS NULL ORDER BY number LIMIT 1";
    OLDER = "SELECT number, title, created_at FROM notices
        WHERE competition_id = $1 AND number < $2 AND removed_at IS NULL ORDER BY number DESC LIMIT 1";
    FEED = "SELECT n.id, n.number, n.title, COALESCE(u.public_name, '') AS author, n.html, n.created_at,
        COALESCE(n.updated_at, n.created_at) AS updated_at FROM notices n JOIN users u ON u.id = n.author_id
        WHERE n.removed_at IS NULL AND n.competition_id = $1 ORDER BY n.number DESC LIMIT $2";
}

impl Db {
    #[boxed]
    pub async fn notice_row(&self, competition: CompetitionId, number: i64) -> Result<Option<NoticeRow>> {
        maybe!(self, ONE_ROW, competition, number)
    }

    /// Markdown, HTML and the time of the last change.
    #[boxed]
    pub async fn notice_text(
        &self,
        competition: CompetitionId,
        number: i64,
    ) -> Result<Option<(String, String, Option<DateTime<Utc>>)>> {
        maybe!(self, TEXT, competition, number)
    }

    /// The next newer and the next older notice.
    #[boxed]
    pub async fn notice_neighbours(
        &self,
        competition: CompetitionId,
        number: i64,
    ) -> Result<(Option<Neighbour>, Option<Neighbour>)> {
        Ok((maybe!(self, NEWER, competition, number)?, maybe!(self, OLDER, competition, number)?))
    }

    /// The newest notices with their texts.
    #[boxed]
    pub async fn notice_feed(&self, competition: CompetitionId, limit: i64) -> Result<Vec<FeedEntry>> {
        all!(self, FEED, competition, limit)
    }
}

sql! {
    NEXT_NUMBER = "SELECT COALESCE(MAX(number), 0) + 1 FROM notices WHERE competition_id = $1";
    INSERT = "INSERT INTO notices (id, competition_id, number, title, markdown, html, author_id, pinned, required, views,
        created_at, renderer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11)";
    DRAFT = draft!(""), postgres = draft!(" FOR UPDATE");
    UPDATE = "UPDATE notices SET title = $3, markdown = $4, html = $5, pinned = $6, required = $7, updated_at = $8, renderer = $9
        WHERE competition_id = $1 AND number = $2 AND removed_at IS NULL";
    SET_PINNED = "UPDATE notices SET pinned = $3 WHERE competition_id = $1 AND number = $2 AND removed_at IS NULL";
    REMOVE = "UPDATE notices SET removed_at = $3 WHERE competition_id = $1 AND number = $2 AND removed_at IS NULL";
    TOLD = "UPDATE notices SET told_at = $3 WHERE competition_id = $1 AND number = $2 AND told_at IS NULL";
    VIEWED = "UPDATE notices SET views = views + $3 WHERE competition_id = $1 AND number = $2";
}

impl Tx {
    /// The number after the highest; hold the competition's lock until the notice is inserted.
    #[boxed]
    pub async fn next_notice_number(&mut self, competition: CompetitionId) -> Result<i64> {
        value!(self, NEXT_NUMBER, competition)
    }

    pub async fn insert_notice(
        &mut self,
        competition: CompetitionId,
        number: i64,
        draft: &NoticeDraft,
        html: Rendered<'_>,
        author: UserId,
        at: DateTime<Utc>,
    ) -> Result<NoticeId> {
        let id = NoticeId::at(at);
        run!(
            self,
            INSERT,
            id,
            competition,
            number,
            &draft.title,
            &draft.markdown,
            html.text,
            author,
            draft.pinned,
            draft.required,
            at,
            html.revision
        )?;
        Ok(id)
    }

    /// A notice as it was written, which nobody else changes until the commit.
    #[boxed]
    pub async fn notice_draft(&mut self, competition: CompetitionId, number: i64) -> Result<Option<NoticeDraft>> {
        maybe!(self, DRAFT, competition, number)
    }

    pub async fn update_notice(
        &mut self,
        competition: CompetitionId,
        number: i64,
        draft: &NoticeDraft,
        html: Rendered<'_>,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        changed!(
            self,
            UPDATE,
            competition,
            number,
            &draft.title,
            &draft.markdown,
            html.text,
            draft.pinned,
            draft.required,
            at,
            html.revision
        )
    }

    #[boxed]
    pub async fn set_pinned(&mut self, competition: CompetitionId, number: i64, pinned: bool) -> Result<bool> {
        changed!(self, SET_PINNED, competition, number, pinned)
    }

    #[boxed]
    pub async fn remove_notice(&mut self, competition: CompetitionId, number: i64, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, REMOVE, competition, number, at)
    }

    /// Marks that leaders are told of a notice; false when they were before.
    #[boxed]
    pub async fn tell_of_notice(&mut self, competition: CompetitionId, number: i64, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, TOLD, competition, number, at)
    }

    #[boxed]
    pub async fn notice_viewed(&mut self, competition: CompetitionId, number: i64, readers: i64) -> Result<()> {
        run!(self, VIEWED, competition, number, readers)
    }
}

sql! {
    OUTDATED = "SELECT n.id, c.slug, n.markdown FROM notices n JOIN competitions c ON c.id = n.competition_id
        WHERE n.renderer < $1 ORDER BY n.id";
    RENDERED = "UPDATE notices SET html = $2, renderer = $3 WHERE id = $1 AND renderer < $3";
}

impl Db {
    /// Notices whose HTML an earlier revision of the converter has made, with their competition's slug and their Markdown.
    #[boxed]
    pub async fn outdated_notices(&self, revision: i64) -> Result<Vec<(NoticeId, String, String)>> {
        all!(self, OUTDATED, revision)
    }
}

impl Tx {
    /// Stores a notice's HTML made anew, unless someone was quicker.
    pub async fn set_notice_html(&mut self, id: NoticeId, html: Rendered<'_>) -> Result<()> {
        run!(self, RENDERED, id, html.text, html.revision)
    }
}
