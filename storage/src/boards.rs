//! Notices.

use chrono::{DateTime, Utc};
use domain::boards::{Neighbour, NoticeDraft, NoticeRow};
use domain::ids::{CompetitionId, NoticeId, UserId};
use uuid::Uuid;

use super::{Db, Tx};
use crate::error::Result;

macro_rules! notice_rows {
    ($rest:literal) => {
        concat!(
            "SELECT n.id, n.number, n.title, COALESCE(u.public_name, '') AS author, n.pinned, n.required, n.views, n.created_at
            FROM notices n JOIN users u ON u.id = n.author_id WHERE n.removed_at IS NULL AND n.competition_id = $1 ",
            $rest
        )
    };
}

sql! {
    NEXT_NUMBER = "SELECT COALESCE(MAX(number), 0) + 1 FROM notices WHERE competition_id = $1";
    INSERT = "INSERT INTO notices (id, competition_id, number, title, markdown, html, author_id, pinned, required, views, created_at, renderer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11)";
    UPDATE = "UPDATE notices SET title = $3, markdown = $4, html = $5, pinned = $6, required = $7, updated_at = $8, renderer = $9
        WHERE competition_id = $1 AND number = $2 AND removed_at IS NULL";
    OUTDATED = "SELECT n.id, c.slug, n.markdown FROM notices n JOIN competitions c ON c.id = n.competition_id WHERE n.renderer < $1 ORDER BY n.id";
    RENDERED = "UPDATE notices SET html = $2, renderer = $3 WHERE id = $1 AND renderer < $3";
    SET_PINNED = "UPDATE notices SET pinned = $3 WHERE competition_id = $1 AND number = $2 AND removed_at IS NULL";
    REMOVE = "UPDATE notices SET removed_at = $3 WHERE competition_id = $1 AND number = $2 AND removed_at IS NULL";
    VIEWED = "UPDATE notices SET views = views + $3 WHERE competition_id = $1 AND number = $2";
    PINNED = notice_rows!("AND n.pinned = $2 ORDER BY CASE WHEN n.required THEN 0 ELSE 1 END, n.number DESC");
    LIST = notice_rows!("AND n.pinned = $2 ORDER BY n.number DESC LIMIT $3 OFFSET $4");
    FIRST = notice_rows!("ORDER BY CASE WHEN n.pinned AND n.required THEN 0 WHEN n.pinned THEN 1 ELSE 2 END, n.number DESC LIMIT $2");
    SEARCH = notice_rows!("AND (LOWER(n.title) LIKE $2 ESCAPE '!' OR LOWER(n.markdown) LIKE $2 ESCAPE '!') ORDER BY n.number DESC LIMIT $3 OFFSET $4");
    ONE_ROW = notice_rows!("AND n.number = $2");
    COUNT = "SELECT COUNT(CASE WHEN pinned THEN 1 END), COUNT(*) FROM notices WHERE competition_id = $1 AND removed_at IS NULL";
    COUNT_SEARCH = "SELECT COUNT(*) FROM notices WHERE competition_id = $1 AND removed_at IS NULL
        AND (LOWER(title) LIKE $2 ESCAPE '!' OR LOWER(markdown) LIKE $2 ESCAPE '!')";
    TEXT = "SELECT markdown, html, updated_at FROM notices WHERE competition_id = $1 AND number = $2 AND removed_at IS NULL";
    NEWER = "SELECT number, title, created_at FROM notices WHERE competition_id = $1 AND number > $2 AND removed_at IS NULL ORDER BY number LIMIT 1";
    FEED = "SELECT n.id, n.number, n.title, COALESCE(u.public_name, '') AS author, n.html, n.created_at, COALESCE(n.updated_at, n.created_at) AS updated_at
        FROM notices n JOIN users u ON u.id = n.author_id WHERE n.removed_at IS NULL AND n.competition_id = $1 ORDER BY n.number DESC LIMIT $2";
    OLDER = "SELECT number, title, created_at FROM notices WHERE competition_id = $1 AND number < $2 AND removed_at IS NULL ORDER BY number DESC LIMIT 1";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    title: String,
    author: String,
    pinned: bool,
    required: bool,
    views: i64,
    created_at: DateTime<Utc>,
}

impl From<Row> for NoticeRow {
    fn from(row: Row) -> Self {
        Self {
            id: NoticeId(row.id),
            number: row.number,
            title: row.title,
            author: row.author,
            pinned: row.pinned,
            required: row.required,
            views: row.views,
            created_at: row.created_at,
        }
    }
}

/// A notice as a feed has it.
#[derive(sqlx::FromRow)]
pub struct FeedEntry {
    pub id: Uuid,
    pub number: i64,
    pub title: String,
    pub author: String,
    pub html: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

fn rows(rows: Vec<Row>) -> Vec<NoticeRow> {
    rows.into_iter().map(NoticeRow::from).collect()
}

/// A search text as a LIKE pattern, with its wildcards escaped.
fn pattern(text: &str) -> String {
    let escaped = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

/// HTML made of a notice's Markdown, and by which revision of the converter.
#[derive(Debug, Clone, Copy)]
pub struct Rendered<'a> {
    pub text: &'a str,
    pub revision: i64,
}

impl Db {
    pub async fn pinned_notices(&self, competition: CompetitionId) -> Result<Vec<NoticeRow>> {
        Ok(rows(read!(self, c => sqlx::query_as(PINNED).bind(competition.0).bind(true).fetch_all(c).await?)))
    }

    /// The notices that stand first in the list: those that are pinned, then the newest.
    pub async fn first_notices(&self, competition: CompetitionId, limit: i64) -> Result<Vec<NoticeRow>> {
        Ok(rows(read!(self, c => sqlx::query_as(FIRST).bind(competition.0).bind(limit).fetch_all(c).await?)))
    }

    /// Notices that are not pinned, newest first.
    pub async fn notices(&self, competition: CompetitionId, limit: i64, offset: i64) -> Result<Vec<NoticeRow>> {
        Ok(rows(
            read!(self, c => sqlx::query_as(LIST).bind(competition.0).bind(false).bind(limit).bind(offset).fetch_all(c).await?),
        ))
    }

    pub async fn search_notices(
        &self,
        competition: CompetitionId,
        text: &str,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<NoticeRow>> {
        let like = pattern(text);
        Ok(rows(
            read!(self, c => sqlx::query_as(SEARCH).bind(competition.0).bind(like).bind(limit).bind(offset).fetch_all(c).await?),
        ))
    }

    /// The newest notices with their texts.
    pub async fn notice_feed(&self, competition: CompetitionId, limit: i64) -> Result<Vec<FeedEntry>> {
        Ok(read!(self, c => sqlx::query_as(FEED).bind(competition.0).bind(limit).fetch_all(c).await?))
    }

    /// Pinned notices and all notices.
    pub async fn count_notices(&self, competition: CompetitionId) -> Result<(i64, i64)> {
        Ok(read!(self, c => sqlx::query_as(COUNT).bind(competition.0).fetch_one(c).await?))
    }

    pub async fn count_found_notices(&self, competition: CompetitionId, text: &str) -> Result<i64> {
        Ok(
            read!(self, c => sqlx::query_scalar(COUNT_SEARCH).bind(competition.0).bind(pattern(text)).fetch_one(c).await?),
        )
    }

    pub async fn notice_row(&self, competition: CompetitionId, number: i64) -> Result<Option<NoticeRow>> {
        let row: Option<Row> =
            read!(self, c => sqlx::query_as(ONE_ROW).bind(competition.0).bind(number).fetch_optional(c).await?);
        Ok(row.map(NoticeRow::from))
    }

    /// Markdown, HTML and the time of the last change.
    pub async fn notice_text(
        &self,
        competition: CompetitionId,
        number: i64,
    ) -> Result<Option<(String, String, Option<DateTime<Utc>>)>> {
        Ok(read!(self, c => sqlx::query_as(TEXT).bind(competition.0).bind(number).fetch_optional(c).await?))
    }

    /// Notices whose HTML an earlier revision of the converter has made, with their Markdown.
    pub async fn outdated_notices(&self, revision: i64) -> Result<Vec<(NoticeId, String, String)>> {
        let rows: Vec<(Uuid, String, String)> =
            read!(self, c => sqlx::query_as(OUTDATED).bind(revision).fetch_all(c).await?);
        Ok(rows.into_iter().map(|(id, slug, markdown)| (NoticeId(id), slug, markdown)).collect())
    }

    /// The next newer and the next older notice.
    pub async fn notice_neighbours(
        &self,
        competition: CompetitionId,
        number: i64,
    ) -> Result<(Option<Neighbour>, Option<Neighbour>)> {
        let neighbour = |row: Option<(i64, String, DateTime<Utc>)>| {
            row.map(|(number, title, created_at)| Neighbour { number, title, created_at })
        };
        let newer = read!(self, c => sqlx::query_as(NEWER).bind(competition.0).bind(number).fetch_optional(c).await?);
        let older = read!(self, c => sqlx::query_as(OLDER).bind(competition.0).bind(number).fetch_optional(c).await?);
        Ok((neighbour(newer), neighbour(older)))
    }
}

impl Tx {
    /// The number after the highest; hold the competition's lock until the notice is inserted.
    pub async fn next_notice_number(&mut self, competition: CompetitionId) -> Result<i64> {
        Ok(on!(self, c => sqlx::query_scalar(NEXT_NUMBER).bind(competition.0).fetch_one(c).await?))
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
        let id = NoticeId::new();
        on!(self, c => {
            sqlx::query(INSERT)
                .bind(id.0)
                .bind(competition.0)
                .bind(number)
                .bind(&draft.title)
                .bind(&draft.markdown)
                .bind(html.text)
                .bind(author.0)
                .bind(draft.pinned)
                .bind(draft.required)
                .bind(at)
                .bind(html.revision)
                .execute(c)
                .await?;
        });
        Ok(id)
    }

    pub async fn update_notice(
        &mut self,
        competition: CompetitionId,
        number: i64,
        draft: &NoticeDraft,
        html: Rendered<'_>,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on!(self, c => sqlx::query(UPDATE)
            .bind(competition.0)
            .bind(number)
            .bind(&draft.title)
            .bind(&draft.markdown)
            .bind(html.text)
            .bind(draft.pinned)
            .bind(draft.required)
            .bind(at)
            .bind(html.revision)
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows == 1)
    }

    /// Stores a notice's HTML made anew, unless someone was quicker.
    pub async fn set_notice_html(&mut self, id: NoticeId, html: Rendered<'_>) -> Result<()> {
        on!(self, c => { sqlx::query(RENDERED).bind(id.0).bind(html.text).bind(html.revision).execute(c).await?; });
        Ok(())
    }

    pub async fn set_pinned(&mut self, competition: CompetitionId, number: i64, pinned: bool) -> Result<bool> {
        Ok(
            on!(self, c => sqlx::query(SET_PINNED).bind(competition.0).bind(number).bind(pinned).execute(c).await?.rows_affected())
                == 1,
        )
    }

    pub async fn remove_notice(&mut self, competition: CompetitionId, number: i64, at: DateTime<Utc>) -> Result<bool> {
        Ok(
            on!(self, c => sqlx::query(REMOVE).bind(competition.0).bind(number).bind(at).execute(c).await?.rows_affected())
                == 1,
        )
    }

    pub async fn notice_viewed(&mut self, competition: CompetitionId, number: i64, readers: i64) -> Result<()> {
        on!(self, c => { sqlx::query(VIEWED).bind(competition.0).bind(number).bind(readers).execute(c).await?; });
        Ok(())
    }
}
