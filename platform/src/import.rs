//! A competition from a folder of plain files. Everything is read and checked before anything is written.

use std::path::Path;

use bytes::Bytes;
use chrono::{DateTime, Duration, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::competition::{Competition, FILE_MB, Settings, valid_slug};
use domain::ids::{CompetitionId, StageId};
use domain::stage::Stage;
use domain::{Locale, Text};
use scoring::{FileErrors, Lang, ScoreError, Scorer, Solution};

use crate::competitions::PAGES;
use crate::components::{self, Components};
use crate::db::competitions::DataFile;
use crate::error::{Error, Result};
use crate::folder::{self, BaselineEntry, Baselines, Manifest, StageEntry};
use crate::jobs::Verdict;
use crate::markdown::{self, Breaks};
use crate::services::Services;
use crate::{commitments, secrets, zone};

/// Largest cover drawing in bytes.
const BANNER_MAX: usize = 100 * 1024;

/// Reads a folder and makes the competition, or brings settings, pages and data of an existing one up to date.
/// The folder's name is the address unless `slug` says another.
///
/// # Errors
/// A sentence that names the file and what is wrong with it. An existing competition's solution cannot change.
pub async fn import(services: &Services, folder: &Path, slug: Option<&str>) -> Result<Competition> {
    let folder = folder.canonicalize().map_err(|error| wrong(folder, &error))?;
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let slug = slug.unwrap_or(&name);
    if !valid_slug(slug) {
        return Err(Error::Other(format!(
            "{slug:?} cannot be an address: use 2 to 60 lower-case letters, digits and single hyphens"
        )));
    }
    // Files are read, checked and converted on a thread of their own kind.
    let now = services.clock.now();
    let reading = tokio::task::spawn_blocking(move || Source::read(&folder, now));
    let source = reading.await.map_err(Error::other)??;
    match services.db.competition_by_slug(slug).await? {
        Some(existing) => update(services, &source, existing).await?,
        None => create(services, &source, slug).await?,
    }
    crate::competitions::get(services, slug).await
}

/// A reference model's file and its scores.
struct Baseline {
    name: Text,
    bytes: Vec<u8>,
    verdict: Verdict,
}

/// A folder, read and found right.
struct Source {
    settings: Settings,
    stages: Vec<Stage>,
    banner: Option<String>,
    /// Name, locale, Markdown, HTML.
    pages: Vec<(&'static str, Locale, String, String)>,
    solution_bytes: Vec<u8>,
    /// Name, bytes, whether everyone may have it.
    files: Vec<(String, Vec<u8>, bool)>,
    baselines: Vec<Baseline>,
    components: Components,
}

impl Source {
    fn read(folder: &Path, now: DateTime<Utc>) -> Result<Self> {
        let manifest_path = folder.join(folder::MANIFEST);
        let manifest: Manifest =
            toml::from_str(&text(&manifest_path)?).map_err(|error| wrong(&manifest_path, &error))?;
        let mut settings = manifest.settings;
        let tz: Tz = settings
            .zone
            .parse()
            .map_err(|_| wrong(&manifest_path, &format!("{:?} is no IANA time zone", settings.zone)))?;
        let components = Components::read(folder, &mut settings.metric)?;
        let scorer = components.scorer(&settings.metric).map_err(|error| wrong(&manifest_path, &error))?;
        if !FILE_MB.contains(&settings.file_mb) {
            let (least, most) = (FILE_MB.start(), FILE_MB.end());
            return Err(wrong(
                &manifest_path,
                &format!("file_mb is {}, it may be {least} to {most}", settings.file_mb),
            ));
        }
        if settings.team.min < 1 || settings.team.max < settings.team.min {
            return Err(wrong(&manifest_path, &"[team] needs 1 ≤ min ≤ max"));
        }

        let solution_path = folder.join(folder::SOLUTION);
        let columns = &settings.columns;
        let mut solution_bytes = bytes(&solution_path)?;
        if let Some(rule) = manifest.split {
            solution_bytes = scoring::split(&solution_bytes, &scorer, &columns.id, &columns.target, rule)
                .map_err(|errors| wrong_file(&solution_path, &errors))?;
        }
        let solution = Solution::parse(&solution_bytes, &scorer, &columns.id, &columns.target)
            .map_err(|errors| wrong_file(&solution_path, &errors))?;
        let sample_path = folder.join(folder::SAMPLE);
        let sample = bytes(&sample_path)?;
        scoring::check(&solution, &sample).map_err(|errors| wrong_file(&sample_path, &errors))?;
        components.try_out(folder, &settings.metric, &solution, &sample)?;

        let stages = stages(manifest.stage, tz, now, &solution).map_err(|error| wrong(&manifest_path, &error))?;
        let mut files = vec![(folder::SAMPLE.to_owned(), sample, true)];
        files.extend(data_files(&folder.join(folder::DATA))?);
        Ok(Self {
            pages: pages(folder, &settings, &stages, tz)?,
            banner: banner(folder)?,
            baselines: baselines(folder, &scorer, &solution)?,
            components,
            settings,
            stages,
            solution_bytes,
            files,
        })
    }
}

pub(crate) fn wrong(path: &Path, what: &impl std::fmt::Display) -> Error {
    Error::Other(format!("{}: {what}", path.display()))
}

/// With every error that is kept.
pub(crate) fn wrong_file(path: &Path, errors: &FileErrors) -> Error {
    Error::Other(errors.listing_of(&path.display().to_string(), Lang::En))
}

pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| wrong(path, &error))
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| wrong(path, &error))
}

fn stages(entries: Vec<StageEntry>, tz: Tz, now: DateTime<Utc>, solution: &Solution) -> Result<Vec<Stage>, String> {
    if entries.iter().filter(|entry| entry.submissions).count() != 1 {
        return Err("exactly one [[stage]] has submissions = true".to_owned());
    }
    let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    entries
        .into_iter()
        .map(|entry| {
            let starts_at = time(&entry.starts, tz, now)?;
            let ends_at = entry.ends.as_deref().map(|ends| time(ends, tz, now)).transpose()?;
            if ends_at.is_some_and(|end| end <= starts_at) {
                return Err(format!("stage {:?} ends before it starts", entry.key));
            }
            Ok(Stage {
                id: StageId::new(),
                competition_id: CompetitionId(uuid::Uuid::nil()),
                key: entry.key,
                name: entry.name,
                starts_at,
                ends_at,
                reveal_at: entry.reveal.as_deref().map(|reveal| time(reveal, tz, now)).transpose()?,
                takes_submissions: entry.submissions,
                public_rows: if entry.submissions { count(solution.public_rows()) } else { 0 },
                private_rows: if entry.submissions { count(solution.private_rows()) } else { 0 },
                board_version: 0,
            })
        })
        .collect()
}

/// RFC 3339, or `-14d 10:00`: so many days from today, at that clock time in the zone.
///
/// # Errors
/// A sentence that quotes the text.
pub fn time(text: &str, tz: Tz, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    if let Ok(absolute) = DateTime::parse_from_rfc3339(text) {
        return Ok(absolute.with_timezone(&Utc));
    }
    let relative = || {
        let (days, clock) = text.trim().split_once(' ')?;
        let days: i64 = days.strip_suffix('d')?.parse().ok()?;
        let clock = NaiveTime::parse_from_str(clock.trim(), "%H:%M").ok()?;
        let date = now.with_timezone(&tz).date_naive().checked_add_signed(Duration::days(days))?;
        Some(zone::local(tz, date, clock))
    };
    relative().ok_or_else(|| format!("{text:?} is no time: write 2026-11-27T18:00:00+09:00, or +12d 18:00 from today"))
}

fn data_files(folder: &Path) -> Result<Vec<(String, Vec<u8>, bool)>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| wrong(folder, &error))? {
        let entry = entry.map_err(|error| wrong(folder, &error))?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_file() && !name.starts_with('.') {
            files.push((name, bytes(&path)?, false));
        }
    }
    files.sort();
    Ok(files)
}

fn banner(folder: &Path) -> Result<Option<String>> {
    let path = folder.join(folder::BANNER);
    if !path.is_file() {
        return Ok(None);
    }
    let svg = text(&path)?;
    if svg.len() > BANNER_MAX {
        return Err(wrong(&path, &"a banner is at most 100 KB"));
    }
    // It is put into the page, so it may draw and nothing else.
    let mut allowed = ammonia::Builder::empty();
    allowed
        .add_tags(["svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"])
        .add_generic_attributes([
            "viewBox",
            "preserveAspectRatio",
            "fill",
            "fill-opacity",
            "stroke",
            "stroke-width",
            "stroke-linecap",
            "stroke-linejoin",
            "stroke-dasharray",
            "stroke-opacity",
            "opacity",
            "d",
            "cx",
            "cy",
            "r",
            "rx",
            "ry",
            "x",
            "y",
            "x1",
            "y1",
            "x2",
            "y2",
            "width",
            "height",
            "points",
            "transform",
            "class",
            "aria-hidden",
        ]);
    Ok(Some(allowed.clean(&svg).to_string()))
}

fn baselines(folder: &Path, scorer: &Scorer, solution: &Solution) -> Result<Vec<Baseline>> {
    let path = folder.join(folder::TEAMS);
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let teams: Baselines = toml::from_str(&text(&path)?).map_err(|error| wrong(&path, &error))?;
    teams
        .baseline
        .into_iter()
        .map(|BaselineEntry { name, file }| {
            let path = folder.join(folder::SUBMISSIONS).join(file);
            let bytes = bytes(&path)?;
            let scored = scoring::score(solution, scorer, &bytes).map_err(|error| match error {
                ScoreError::File(errors) => wrong_file(&path, &errors),
                error @ ScoreError::Metric(_) => wrong(&path, &error),
            })?;
            Ok(Baseline { name, bytes, verdict: scored.into() })
        })
        .collect()
}

fn pages(
    folder: &Path,
    settings: &Settings,
    stages: &[Stage],
    tz: Tz,
) -> Result<Vec<(&'static str, Locale, String, String)>> {
    let mut pages = Vec::new();
    for name in PAGES {
        for locale in [Locale::Ko, Locale::En] {
            let specific = folder.join(folder::PAGES).join(format!("{name}.{}.md", locale.tag()));
            let plain = folder.join(folder::PAGES).join(format!("{name}.md"));
            let path = if specific.is_file() { specific } else { plain };
            if !path.is_file() {
                if locale == Locale::Ko {
                    return Err(wrong(&path, &"this page is missing"));
                }
                continue;
            }
            let source = text(&path)?;
            let filled = fill(&source, settings, stages, tz, locale);
            let html = markdown::html(&filled, Breaks::Space).map_err(|refused| wrong(&path, &refused))?;
            pages.push((name, locale, source, html));
        }
    }
    Ok(pages)
}

/// Puts the settings' values into a page's placeholders, so that the rules never say other than what is enforced.
fn fill(page: &str, settings: &Settings, stages: &[Stage], tz: Tz, locale: Locale) -> String {
    let per_day = settings.quota.per_day.map_or_else(|| "∞".to_owned(), |limit| limit.to_string());
    let external = match (settings.policy.external_data, locale) {
        (true, Locale::Ko) => {
            "공개되어 누구나 쓸 수 있는 외부 데이터와 사전 학습 모델을 사용할 수 있습니다. 사용한 것은 출처와 함께 밝혀야 합니다."
        }
        (false, Locale::Ko) => "제공한 데이터 외의 외부 데이터와 사전 학습 모델은 사용할 수 없습니다.",
        (true, Locale::En) => "Public external data and pretrained models may be used; name each with its source.",
        (false, Locale::En) => "External data and pretrained models may not be used.",
    };
    let public = stages.iter().find(|stage| stage.takes_submissions).map_or(100, Stage::public_percent);
    page.replace("{{quota_per_day}}", &per_day)
        .replace("{{team_min}}", &settings.team.min.to_string())
        .replace("{{team_max}}", &settings.team.max.to_string())
        .replace("{{final_selection}}", &settings.policy.final_selection.to_string())
        .replace("{{public_share}}", &public.to_string())
        .replace("{{external_data}}", external)
        .replace("{{schedule}}", &schedule(stages, tz, locale))
}

fn schedule(stages: &[Stage], tz: Tz, locale: Locale) -> String {
    let head = match locale {
        Locale::Ko => "| 단계 | 시작 | 끝 |\n|---|---|---|\n",
        Locale::En => "| Stage | Starts | Ends |\n|---|---|---|\n",
    };
    stages.iter().fold(head.to_owned(), |table, stage| {
        let starts = zone::deadline(stage.starts_at, tz, locale);
        let ends = stage.ends_at.map_or_else(|| "–".to_owned(), |end| zone::deadline(end, tz, locale));
        format!("{table}| {} | {starts} | {ends} |\n", stage.name.get(locale))
    })
}

async fn create(services: &Services, source: &Source, slug: &str) -> Result<()> {
    let id = CompetitionId::new();
    let solution_key = format!("solutions/{id}/{}.csv", secrets::sha256_hex(&source.solution_bytes));
    services.files.put(&solution_key, Bytes::from(source.solution_bytes.clone())).await?;
    let files = store_files(services, id, source).await?;
    source.components.store(&services.files).await?;
    let commitment = commitments::bind(&source.solution_bytes, &source.settings.columns.id)?;
    for stage in source.stages.iter().filter(|stage| stage.takes_submissions) {
        for (position, baseline) in (0_i64..).zip(&source.baselines) {
            services.files.put(&baseline_key(stage.id, position), Bytes::from(baseline.bytes.clone())).await?;
        }
    }

    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    tx.insert_competition(id, slug, &source.settings, source.banner.as_deref(), now).await?;
    for (position, stage) in (0_i64..).zip(&source.stages) {
        let stage = Stage { competition_id: id, ..stage.clone() };
        let key = stage.takes_submissions.then_some(solution_key.as_str());
        tx.insert_stage(&stage, position, key).await?;
        if stage.takes_submissions {
            tx.insert_commitment(stage.id, &commitment).await?;
            for (position, baseline) in (0_i64..).zip(&source.baselines) {
                tx.insert_baseline(stage.id, position, &baseline.name, &baseline.verdict.outcome(now)).await?;
            }
        }
    }
    write_pages(&mut tx, id, source, &files).await?;
    tx.audit(now, None, Some(id), "competition.import", slug).await?;
    tx.commit().await
}

/// Where a baseline's file is kept, for scoring it again and for the export.
pub(crate) fn baseline_key(stage: StageId, position: i64) -> String {
    format!("baselines/{stage}/{position}.csv")
}

async fn update(services: &Services, source: &Source, existing: Competition) -> Result<()> {
    let stage = existing
        .stages
        .iter()
        .find(|stage| stage.takes_submissions)
        .ok_or_else(|| Error::other("no stage takes submissions"))?;
    let (key, _) = services.db.solution_key(stage.id).await?.unwrap_or((None, existing.settings.clone()));
    if !key.is_some_and(|key| key.contains(&secrets::sha256_hex(&source.solution_bytes))) {
        return Err(Error::other(
            "solution.csv differs from the one submissions were scored with; import under another address",
        ));
    }
    if let Some(name) = components::exchanged(&existing.settings.metric, &source.settings.metric) {
        return Err(Error::Other(format!(
            "{name} differs from the component submissions were scored with; import under another address"
        )));
    }
    if existing.settings.metric != source.settings.metric || existing.settings.columns != source.settings.columns {
        return Err(Error::other(
            "metric and columns of a competition that exists cannot change; import under another address",
        ));
    }
    let files = store_files(services, existing.id, source).await?;
    let mut tx = services.db.begin().await?;
    tx.update_competition(existing.id, &source.settings, source.banner.as_deref()).await?;
    for stage in &source.stages {
        let stage = Stage { competition_id: existing.id, ..stage.clone() };
        if !tx.set_stage_times(&stage).await? {
            return Err(Error::Other(format!(
                "stage {:?} is new; stages of a competition that exists cannot be added",
                stage.key
            )));
        }
    }
    write_pages(&mut tx, existing.id, source, &files).await?;
    tx.audit(services.clock.now(), None, Some(existing.id), "competition.import", &existing.slug).await?;
    tx.commit().await
}

async fn store_files(services: &Services, id: CompetitionId, source: &Source) -> Result<Vec<DataFile>> {
    let mut files = Vec::with_capacity(source.files.len());
    for (name, bytes, is_open) in &source.files {
        let storage_key = format!("data/{id}/{}/{name}", secrets::sha256_hex(bytes));
        services.files.put(&storage_key, Bytes::from(bytes.clone())).await?;
        let bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        files.push(DataFile { name: name.clone(), storage_key, bytes, is_open: *is_open });
    }
    Ok(files)
}

async fn write_pages(tx: &mut crate::db::Tx, id: CompetitionId, source: &Source, files: &[DataFile]) -> Result<()> {
    for (name, locale, markdown, html) in &source.pages {
        tx.upsert_page(id, name, *locale, markdown, html).await?;
    }
    for file in files {
        tx.upsert_data_file(id, file).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_are_days_from_today_in_the_competitions_zone() {
        // 16:00 UTC is already the next day in Seoul.
        let now = "2026-11-21T16:00:00Z".parse().unwrap();
        let at = time("+12d 18:00", Tz::Asia__Seoul, now).unwrap();
        assert_eq!(at, "2026-12-04T09:00:00Z".parse::<DateTime<Utc>>().unwrap());
        assert!(time("next week", Tz::Asia__Seoul, now).unwrap_err().contains("next week"));
    }
}
