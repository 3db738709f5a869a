//! Competitions' pages.

use async_recursion::async_recursion as boxed;
use domain::Locale;
use domain::ids::CompetitionId;

use crate::{Db, Result, Tx};

sql! {
    PAGE = "SELECT html FROM pages WHERE competition_id = $1 AND name = $2 AND locale IN ($3, 'ko')
        ORDER BY CASE WHEN locale = $3 THEN 0 ELSE 1 END LIMIT 1";
    SOURCES = "SELECT name, locale, markdown FROM pages WHERE competition_id = $1 ORDER BY name, locale";
}

impl Db {
    /// A page's HTML in `locale`, else in Korean.
    #[boxed]
    pub async fn page(&self, competition: CompetitionId, name: &str, locale: Locale) -> Result<Option<String>> {
        maybe_value!(self, PAGE, competition, name, locale)
    }

    /// Name, language tag and Markdown of every page.
    #[boxed]
    pub async fn page_sources(&self, competition: CompetitionId) -> Result<Vec<(String, String, String)>> {
        all!(self, SOURCES, competition)
    }
}

sql! {
    INSERT = "INSERT INTO pages (competition_id, name, locale, markdown, html) VALUES ($1, $2, $3, $4, $5)";
    CLEAR = "DELETE FROM pages WHERE competition_id = $1";
}

sql! {
    KEEP_RULES = "INSERT INTO rules_versions (competition_id, version, locale, markdown) VALUES ($1, $2, $3, $4)";
    CLEAR_RULES = "DELETE FROM rules_versions WHERE competition_id = $1 AND version = $2";
}

impl Tx {
    /// Takes away what is kept of the rules under a version, in all languages, to be kept anew.
    #[boxed]
    pub async fn clear_rules(&mut self, competition: CompetitionId, version: i64) -> Result<()> {
        run!(self, CLEAR_RULES, competition, version)
    }

    /// Keeps the rules under their version.
    #[boxed]
    pub async fn keep_rules(
        &mut self,
        competition: CompetitionId,
        version: i64,
        locale: Locale,
        markdown: &str,
    ) -> Result<()> {
        run!(self, KEEP_RULES, competition, version, locale, markdown)
    }
}

sql! {
    RULES = "SELECT markdown FROM rules_versions WHERE competition_id = $1 AND version = $2
        AND locale IN ($3, 'ko') ORDER BY CASE WHEN locale = $3 THEN 0 ELSE 1 END LIMIT 1";
}

impl Db {
    /// The rules under a version, in Korean where there is no translation.
    #[boxed]
    pub async fn rules(&self, competition: CompetitionId, version: i64, locale: Locale) -> Result<Option<String>> {
        maybe_value!(self, RULES, competition, version, locale)
    }
}

impl Tx {
    #[boxed]
    pub async fn insert_page(
        &mut self,
        competition: CompetitionId,
        name: &str,
        locale: Locale,
        markdown: &str,
        html: &str,
    ) -> Result<()> {
        run!(self, INSERT, competition, name, locale, markdown, html)
    }

    /// Takes away all pages, to be written anew.
    pub(super) async fn clear_pages(&mut self, competition: CompetitionId) -> Result<()> {
        run!(self, CLEAR, competition)
    }
}
