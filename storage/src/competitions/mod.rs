//! Competitions and their settings; what belongs to them has a file a table.

mod answer_files;
mod applicants;
mod baselines;
mod files;
mod pages;
mod participations;
mod people;
mod roles;
pub(super) mod stages;

use std::collections::HashMap;
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::competitions::{Competition, Settings};
use domain::ids::CompetitionId;
use domain::live::LiveSession;
use domain::stages::Stage;
use sqlx::types::Json;

use crate::{Db, Result, Tx};

pub use answer_files::{AnswerFile, OwnAnswerFile};
pub use applicants::{Applicant, ApplicantsAsked, InvitedAddress};
pub use files::DataFile;
pub use participations::{Addressee, NewApplication, Stand};
pub use people::{ListedPerson, PeopleAsked, PeopleCounts};
pub use roles::{Holder, RoleInvitation, WaitingRole};

#[derive(sqlx::FromRow)]
struct CompetitionRow {
    id: CompetitionId,
    slug: String,
    settings: Json<Settings>,
    banner: i32,
}

impl CompetitionRow {
    fn with(self, stages: Vec<Stage>, live: Vec<LiveSession>) -> Competition {
        let Self { id, slug, settings, banner } = self;
        Competition { id, slug, settings: settings.0, stages, has_banner: banner != 0, live }
    }
}

/// What a [`CompetitionRow`] is read from.
macro_rules! competitions {
    ($rest:literal) => {
        concat!(
            "SELECT id, slug, settings, CASE WHEN banner IS NULL THEN 0 ELSE 1 END AS banner FROM competitions ",
            $rest
        )
    };
}

sql! {
    COMPETITIONS = competitions!("ORDER BY created_at, slug");
    BY_SLUG = competitions!("WHERE slug = $1");
    BY_ID = competitions!("WHERE id = $1");
    BANNER = "SELECT banner FROM competitions WHERE slug = $1 AND banner IS NOT NULL";
}

impl Db {
    #[boxed]
    pub async fn competitions(&self) -> Result<Vec<Competition>> {
        let rows: Vec<CompetitionRow> = all!(self, COMPETITIONS)?;
        let mut by_competition: HashMap<CompetitionId, Vec<Stage>> = HashMap::new();
        for stage in self.stages().await? {
            by_competition.entry(stage.competition_id).or_default().push(stage);
        }
        let mut live: HashMap<CompetitionId, Vec<LiveSession>> = HashMap::new();
        for (competition, session) in self.live_sessions().await? {
            live.entry(competition).or_default().push(session);
        }
        Ok(rows
            .into_iter()
            .map(|row| {
                let stages = by_competition.remove(&row.id).unwrap_or_default();
                let live = live.remove(&row.id).unwrap_or_default();
                row.with(stages, live)
            })
            .collect())
    }

    #[boxed]
    pub async fn competition_by_slug(&self, slug: &str) -> Result<Option<Competition>> {
        self.with_times(maybe!(self, BY_SLUG, slug)?).await
    }

    #[boxed]
    pub async fn competition_by_id(&self, id: CompetitionId) -> Result<Option<Competition>> {
        self.with_times(maybe!(self, BY_ID, id)?).await
    }

    async fn with_times(&self, row: Option<CompetitionRow>) -> Result<Option<Competition>> {
        let Some(row) = row else { return Ok(None) };
        let (stages, live) = (self.stages_of(row.id).await?, self.live_sessions_of(row.id).await?);
        Ok(Some(row.with(stages, live)))
    }

    #[boxed]
    pub async fn banner(&self, slug: &str) -> Result<Option<String>> {
        maybe_value!(self, BANNER, slug)
    }
}

sql! {
    INSERT = "INSERT INTO competitions (id, slug, settings, banner, created_at) VALUES ($1, $2, $3, $4, $5)";
    UPDATE = "UPDATE competitions SET settings = $2, banner = $3 WHERE id = $1";
}

impl Tx {
    /// The settings and stages of a competition inside this transaction, read once for all who share it: only an import changes
    /// them, and it shares its own with nobody. The stages' versions may be older; hours of live questions are not in it.
    #[boxed]
    pub async fn rules(&mut self, id: CompetitionId) -> Result<Option<Arc<Competition>>> {
        if let Some(rules) = self.rules.as_ref().filter(|rules| rules.id == id) {
            return Ok(Some(Arc::clone(rules)));
        }
        let row: Option<CompetitionRow> = maybe!(self, BY_ID, id)?;
        let Some(row) = row else { return Ok(None) };
        let stages = self.stages_of(id).await?;
        self.rules = Some(Arc::new(row.with(stages, Vec::new())));
        Ok(self.rules.clone())
    }

    #[boxed]
    pub async fn insert_competition(
        &mut self,
        id: CompetitionId,
        slug: &str,
        settings: &Settings,
        banner: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        run!(self, INSERT, id, slug, Json(settings), banner, at)
    }

    #[boxed]
    pub async fn update_competition(
        &mut self,
        id: CompetitionId,
        settings: &Settings,
        banner: Option<&str>,
    ) -> Result<()> {
        run!(self, UPDATE, id, Json(settings), banner)
    }

    /// Takes away all pages, data files and pictures, to be written anew.
    #[boxed]
    pub async fn clear_pages_and_files(&mut self, competition: CompetitionId) -> Result<()> {
        self.clear_pages(competition).await?;
        self.clear_files(competition).await
    }
}
