//! Competitions with their stages, pages and data files.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::competitions::{Competition, Settings};
use domain::ids::{CompetitionId, StageId, UserId};
use domain::stages::Stage;
use domain::{Locale, Text};
use sqlx::types::Json;
use uuid::Uuid;

use super::submissions::Outcome;
use super::{Db, Tx};
use crate::error::Result;

sql! {
    INSERT_COMPETITION = "INSERT INTO competitions (id, slug, settings, banner, created_at) VALUES ($1, $2, $3, $4, $5)";
    UPDATE_COMPETITION = "UPDATE competitions SET settings = $2, banner = $3 WHERE id = $1";
    COMPETITIONS = "SELECT id, slug, settings, CASE WHEN banner IS NULL THEN 0 ELSE 1 END AS banner FROM competitions ORDER BY created_at, slug";
    COMPETITION_BY_SLUG = "SELECT id, slug, settings, CASE WHEN banner IS NULL THEN 0 ELSE 1 END AS banner FROM competitions WHERE slug = $1";
    COMPETITION_BY_ID = "SELECT id, slug, settings, CASE WHEN banner IS NULL THEN 0 ELSE 1 END AS banner FROM competitions WHERE id = $1";
    BANNER = "SELECT banner FROM competitions WHERE slug = $1 AND banner IS NOT NULL";
    INSERT_STAGE = "INSERT INTO stages (id, competition_id, position, key, name, starts_at, ends_at, reveal_at, takes_submissions, solution_key,
        public_rows, private_rows, leaderboard_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)";
    STAGES = "SELECT id, competition_id, key, name, starts_at, ends_at, reveal_at, takes_submissions, public_rows, private_rows, leaderboard_version
        FROM stages ORDER BY competition_id, position";
    STAGES_OF = "SELECT id, competition_id, key, name, starts_at, ends_at, reveal_at, takes_submissions, public_rows, private_rows, leaderboard_version
        FROM stages WHERE competition_id = $1 ORDER BY position";
    SET_STAGE = "UPDATE stages SET name = $2, starts_at = $3, ends_at = $4, reveal_at = $5, position = $6 WHERE id = $1";
    DELETE_STAGE = "DELETE FROM stages WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM submissions WHERE stage_id = $1)";
    SOLUTION_KEY = "SELECT s.solution_key, c.settings FROM stages s JOIN competitions c ON c.id = s.competition_id WHERE s.id = $1";
    INSERT_PAGE = "INSERT INTO pages (competition_id, name, locale, markdown, html) VALUES ($1, $2, $3, $4, $5)";
    CLEAR_PAGES = "DELETE FROM pages WHERE competition_id = $1";
    PAGE = "SELECT html FROM pages WHERE competition_id = $1 AND name = $2 AND locale IN ($3, 'ko') ORDER BY CASE WHEN locale = $3 THEN 0 ELSE 1 END LIMIT 1";
    PAGE_SOURCES = "SELECT name, locale, markdown FROM pages WHERE competition_id = $1 ORDER BY name, locale";
    INSERT_FILE = "INSERT INTO data_files (competition_id, name, storage_key, bytes, is_open) VALUES ($1, $2, $3, $4, $5)";
    CLEAR_FILES = "DELETE FROM data_files WHERE competition_id = $1";
    INSERT_IMAGE = "INSERT INTO images (competition_id, name, storage_key, bytes) VALUES ($1, $2, $3, $4)";
    IMAGES = "SELECT name, storage_key, bytes FROM images WHERE competition_id = $1 ORDER BY name";
    CLEAR_IMAGES = "DELETE FROM images WHERE competition_id = $1";
    FILES = "SELECT name, storage_key, bytes, is_open FROM data_files WHERE competition_id = $1 ORDER BY name";
    INSERT_BASELINE = "INSERT INTO baselines (stage_id, position, name, public_score, private_score, secondary_public, secondary_private)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ADD_ORGANIZER = "INSERT INTO organizers (competition_id, user_id) VALUES ($1, $2) ON CONFLICT (competition_id, user_id) DO NOTHING";
    REMOVE_ORGANIZER = "DELETE FROM organizers WHERE competition_id = $1 AND user_id = $2";
    IS_ORGANIZER = "SELECT COUNT(*) FROM organizers WHERE competition_id = $1 AND user_id = $2";
    PARTICIPANTS = "SELECT c.id, (SELECT COUNT(*) FROM teams t WHERE t.competition_id = c.id AND t.ended IS NULL),
        (SELECT COUNT(*) FROM participations p WHERE p.competition_id = c.id) FROM competitions c";
    PARTICIPANTS_OF = "SELECT (SELECT COUNT(*) FROM teams t WHERE t.competition_id = $1 AND t.ended IS NULL),
        (SELECT COUNT(*) FROM participations p WHERE p.competition_id = $1)";
    JOIN = "INSERT INTO participations (competition_id, user_id, agreed_at) VALUES ($1, $2, $3) ON CONFLICT (competition_id, user_id) DO NOTHING";
    AGREED_AT = "SELECT agreed_at FROM participations WHERE competition_id = $1 AND user_id = $2";
    LEADERBOARD_VERSIONS = "SELECT competition_id, id, leaderboard_version FROM stages WHERE takes_submissions";
}

#[derive(sqlx::FromRow)]
struct CompetitionRow {
    id: Uuid,
    slug: String,
    settings: Json<Settings>,
    banner: i32,
}

#[derive(sqlx::FromRow)]
struct StageRow {
    id: Uuid,
    competition_id: Uuid,
    key: String,
    name: Json<Text>,
    starts_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
    reveal_at: Option<DateTime<Utc>>,
    takes_submissions: bool,
    public_rows: i64,
    private_rows: i64,
    leaderboard_version: i64,
}

impl From<StageRow> for Stage {
    fn from(row: StageRow) -> Self {
        Self {
            id: StageId(row.id),
            competition_id: CompetitionId(row.competition_id),
            key: row.key,
            name: row.name.0,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            reveal_at: row.reveal_at,
            takes_submissions: row.takes_submissions,
            public_rows: row.public_rows,
            private_rows: row.private_rows,
            leaderboard_version: row.leaderboard_version,
        }
    }
}

fn competition(row: CompetitionRow, stages: Vec<Stage>) -> Competition {
    Competition {
        id: CompetitionId(row.id),
        slug: row.slug,
        settings: row.settings.0,
        stages,
        has_banner: row.banner != 0,
    }
}

/// A file of a competition that can be downloaded, or a picture.
#[derive(Debug, Clone)]
pub struct DataFile {
    pub name: String,
    pub storage_key: String,
    pub bytes: i64,
    /// Whether everyone may have it, or participants only.
    pub is_open: bool,
}

impl Db {
    pub async fn competitions(&self) -> Result<Vec<Competition>> {
        let rows: Vec<CompetitionRow> = read!(self, c => sqlx::query_as(COMPETITIONS).fetch_all(c).await?);
        let stages: Vec<StageRow> = read!(self, c => sqlx::query_as(STAGES).fetch_all(c).await?);
        let mut by_competition: HashMap<Uuid, Vec<Stage>> = HashMap::new();
        for row in stages {
            by_competition.entry(row.competition_id).or_default().push(row.into());
        }
        Ok(rows
            .into_iter()
            .map(|row| {
                let stages = by_competition.remove(&row.id).unwrap_or_default();
                competition(row, stages)
            })
            .collect())
    }

    pub async fn competition_by_slug(&self, slug: &str) -> Result<Option<Competition>> {
        let row: Option<CompetitionRow> =
            read!(self, c => sqlx::query_as(COMPETITION_BY_SLUG).bind(slug).fetch_optional(c).await?);
        self.with_stages(row).await
    }

    pub async fn competition_by_id(&self, id: CompetitionId) -> Result<Option<Competition>> {
        let row: Option<CompetitionRow> =
            read!(self, c => sqlx::query_as(COMPETITION_BY_ID).bind(id.0).fetch_optional(c).await?);
        self.with_stages(row).await
    }

    async fn with_stages(&self, row: Option<CompetitionRow>) -> Result<Option<Competition>> {
        let Some(row) = row else { return Ok(None) };
        let stages: Vec<StageRow> = read!(self, c => sqlx::query_as(STAGES_OF).bind(row.id).fetch_all(c).await?);
        Ok(Some(competition(row, stages.into_iter().map(Stage::from).collect())))
    }

    pub async fn banner(&self, slug: &str) -> Result<Option<String>> {
        Ok(read!(self, c => sqlx::query_scalar(BANNER).bind(slug).fetch_optional(c).await?))
    }

    /// The storage key of a stage's solution and the settings it is read by.
    pub async fn solution_key(&self, stage: StageId) -> Result<Option<(Option<String>, Settings)>> {
        let row: Option<(Option<String>, Json<Settings>)> =
            read!(self, c => sqlx::query_as(SOLUTION_KEY).bind(stage.0).fetch_optional(c).await?);
        Ok(row.map(|(key, settings)| (key, settings.0)))
    }

    /// A page's HTML in `locale`, else in Korean.
    pub async fn page(&self, competition: CompetitionId, name: &str, locale: Locale) -> Result<Option<String>> {
        Ok(
            read!(self, c => sqlx::query_scalar(PAGE).bind(competition.0).bind(name).bind(locale.tag()).fetch_optional(c).await?),
        )
    }

    /// Name, language tag and Markdown of every page.
    pub async fn page_sources(&self, competition: CompetitionId) -> Result<Vec<(String, String, String)>> {
        Ok(read!(self, c => sqlx::query_as(PAGE_SOURCES).bind(competition.0).fetch_all(c).await?))
    }

    pub async fn data_files(&self, competition: CompetitionId) -> Result<Vec<DataFile>> {
        let rows: Vec<(String, String, i64, bool)> =
            read!(self, c => sqlx::query_as(FILES).bind(competition.0).fetch_all(c).await?);
        Ok(rows
            .into_iter()
            .map(|(name, storage_key, bytes, is_open)| DataFile { name, storage_key, bytes, is_open })
            .collect())
    }

    /// The pictures of pages and notices.
    pub async fn images(&self, competition: CompetitionId) -> Result<Vec<DataFile>> {
        let rows: Vec<(String, String, i64)> =
            read!(self, c => sqlx::query_as(IMAGES).bind(competition.0).fetch_all(c).await?);
        let image = |(name, storage_key, bytes)| DataFile { name, storage_key, bytes, is_open: true };
        Ok(rows.into_iter().map(image).collect())
    }

    pub async fn is_organizer(&self, competition: CompetitionId, user: UserId) -> Result<bool> {
        let count: i64 =
            read!(self, c => sqlx::query_scalar(IS_ORGANIZER).bind(competition.0).bind(user.0).fetch_one(c).await?);
        Ok(count > 0)
    }

    /// The newest leaderboard version of every stage that has one.
    pub async fn leaderboard_versions(&self) -> Result<Vec<(CompetitionId, StageId, i64)>> {
        let rows: Vec<(Uuid, Uuid, i64)> = read!(self, c => sqlx::query_as(LEADERBOARD_VERSIONS).fetch_all(c).await?);
        Ok(rows.into_iter().map(|(id, stage, version)| (CompetitionId(id), StageId(stage), version)).collect())
    }

    /// Teams and participants of every competition.
    pub async fn participant_counts(&self) -> Result<HashMap<CompetitionId, (i64, i64)>> {
        let rows: Vec<(Uuid, i64, i64)> = read!(self, c => sqlx::query_as(PARTICIPANTS).fetch_all(c).await?);
        Ok(rows.into_iter().map(|(id, teams, people)| (CompetitionId(id), (teams, people))).collect())
    }

    /// Teams and participants of one competition.
    pub async fn participant_count(&self, competition: CompetitionId) -> Result<(i64, i64)> {
        Ok(read!(self, c => sqlx::query_as(PARTICIPANTS_OF).bind(competition.0).fetch_one(c).await?))
    }

    pub async fn agreed_at(&self, competition: CompetitionId, user: UserId) -> Result<Option<DateTime<Utc>>> {
        Ok(read!(self, c => sqlx::query_scalar(AGREED_AT).bind(competition.0).bind(user.0).fetch_optional(c).await?))
    }
}

impl Tx {
    /// The settings and stages of a competition inside this transaction, read once for all who share it: only an import changes
    /// them, and it shares its own with nobody. The stages' versions may be older.
    pub async fn rules(&mut self, id: CompetitionId) -> Result<Option<Arc<Competition>>> {
        if let Some(rules) = self.rules.as_ref().filter(|rules| rules.id == id) {
            return Ok(Some(Arc::clone(rules)));
        }
        let row: Option<CompetitionRow> =
            on!(self, c => sqlx::query_as(COMPETITION_BY_ID).bind(id.0).fetch_optional(c).await?);
        let Some(row) = row else { return Ok(None) };
        let stages: Vec<StageRow> = on!(self, c => sqlx::query_as(STAGES_OF).bind(id.0).fetch_all(c).await?);
        self.rules = Some(Arc::new(competition(row, stages.into_iter().map(Stage::from).collect())));
        Ok(self.rules.clone())
    }

    pub async fn insert_competition(
        &mut self,
        id: CompetitionId,
        slug: &str,
        settings: &Settings,
        banner: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_COMPETITION).bind(id.0).bind(slug).bind(Json(settings)).bind(banner).bind(at).execute(c).await?;
        });
        Ok(())
    }

    pub async fn update_competition(
        &mut self,
        id: CompetitionId,
        settings: &Settings,
        banner: Option<&str>,
    ) -> Result<()> {
        on!(self, c => { sqlx::query(UPDATE_COMPETITION).bind(id.0).bind(Json(settings)).bind(banner).execute(c).await?; });
        Ok(())
    }

    pub async fn insert_stage(&mut self, stage: &Stage, position: i64, solution_key: Option<&str>) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_STAGE)
                .bind(stage.id.0)
                .bind(stage.competition_id.0)
                .bind(position)
                .bind(&stage.key)
                .bind(Json(&stage.name))
                .bind(stage.starts_at)
                .bind(stage.ends_at)
                .bind(stage.reveal_at)
                .bind(stage.takes_submissions)
                .bind(solution_key)
                .bind(stage.public_rows)
                .bind(stage.private_rows)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// Gives a stage another's name, times and place.
    pub async fn set_stage(&mut self, id: StageId, stage: &Stage, position: i64) -> Result<()> {
        on!(self, c => {
            sqlx::query(SET_STAGE)
                .bind(id.0)
                .bind(Json(&stage.name))
                .bind(stage.starts_at)
                .bind(stage.ends_at)
                .bind(stage.reveal_at)
                .bind(position)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// False when it has submissions, and stays.
    pub async fn delete_stage(&mut self, id: StageId) -> Result<bool> {
        let rows = on!(self, c => sqlx::query(DELETE_STAGE).bind(id.0).execute(c).await?.rows_affected());
        Ok(rows == 1)
    }

    /// Takes away all pages, data files and pictures, to be written anew.
    pub async fn clear_pages_and_files(&mut self, competition: CompetitionId) -> Result<()> {
        for clear in [CLEAR_PAGES, CLEAR_FILES, CLEAR_IMAGES] {
            on!(self, c => { sqlx::query(clear).bind(competition.0).execute(c).await?; });
        }
        Ok(())
    }

    pub async fn insert_page(
        &mut self,
        competition: CompetitionId,
        name: &str,
        locale: Locale,
        markdown: &str,
        html: &str,
    ) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_PAGE).bind(competition.0).bind(name).bind(locale.tag()).bind(markdown).bind(html).execute(c).await?;
        });
        Ok(())
    }

    pub async fn insert_data_file(&mut self, competition: CompetitionId, file: &DataFile) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_FILE)
                .bind(competition.0)
                .bind(&file.name)
                .bind(&file.storage_key)
                .bind(file.bytes)
                .bind(file.is_open)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    pub async fn insert_image(&mut self, competition: CompetitionId, image: &DataFile) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_IMAGE)
                .bind(competition.0)
                .bind(&image.name)
                .bind(&image.storage_key)
                .bind(image.bytes)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    pub async fn insert_baseline(
        &mut self,
        stage: StageId,
        position: i64,
        name: &Text,
        outcome: &Outcome<'_>,
    ) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_BASELINE)
                .bind(stage.0)
                .bind(position)
                .bind(Json(name))
                .bind(outcome.public)
                .bind(outcome.private)
                .bind(outcome.secondary.map(|(public, _)| Json(public)))
                .bind(outcome.secondary.map(|(_, private)| Json(private)))
                .execute(c)
                .await?;
        });
        Ok(())
    }

    /// False when they were one already.
    pub async fn add_organizer(&mut self, competition: CompetitionId, user: UserId) -> Result<bool> {
        let rows = on!(self, c => sqlx::query(ADD_ORGANIZER).bind(competition.0).bind(user.0).execute(c).await?.rows_affected());
        Ok(rows == 1)
    }

    /// False when they were none.
    pub async fn remove_organizer(&mut self, competition: CompetitionId, user: UserId) -> Result<bool> {
        let rows = on!(self, c => sqlx::query(REMOVE_ORGANIZER).bind(competition.0).bind(user.0).execute(c).await?.rows_affected());
        Ok(rows == 1)
    }

    /// Whether this made the user a participant; false when they were one already.
    pub async fn join(&mut self, competition: CompetitionId, user: UserId, at: DateTime<Utc>) -> Result<bool> {
        let rows = on!(self, c => sqlx::query(JOIN).bind(competition.0).bind(user.0).bind(at).execute(c).await?.rows_affected());
        Ok(rows == 1)
    }
}
