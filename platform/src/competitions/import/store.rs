//! Writes what was read: a new competition, or an existing one as the folder has it now.

use bytes::Bytes;
use domain::Locale;
use domain::access::Actor;
use domain::audit::{Act, Deed};
use domain::competitions::{Competition, Settings};
use domain::ids::{CompetitionId, uuid_at};
use domain::stages::Stage;
use scoring::Hash;
use storage::Tx;
use storage::competitions::DataFile;

use super::refusals::{dropped, has_submissions, refusals};
use super::source::Source;
use super::{ChangeKind, FolderChange, baseline_key};
use super::{announced, data};
use crate::competitions::folder::problems::{Problem, Problems, said};
use crate::competitions::folder::{self, DATA, MANIFEST, SAMPLE, TEAMS};
use crate::competitions::timers;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::leaderboards::commitments;
use crate::participation::places;
use crate::services::Services;

/// Where a competition's files are stored, in a folder of its own each.
const SOLUTIONS: &str = "solutions";
const FILES: &str = "data";
const IMAGES: &str = "images";

pub(super) async fn create(services: &Services, actor: &Actor, source: &Source, slug: &str) -> Result<()> {
    let id = CompetitionId::at(services.clock.now());
    match prepare(services, actor, source, slug, id).await {
        // A commit that failed may have been done all the same: then the files stay.
        Ok(tx) => Ok(tx.commit().await?),
        Err(error) => {
            for folder in [SOLUTIONS, FILES, IMAGES] {
                services.files.discard_all(&format!("{folder}/{id}")).await;
            }
            for stage in source.stages.iter().filter(|stage| stage.takes_submissions) {
                for (position, _) in (0_i64..).zip(&source.baselines) {
                    services.files.discard(&baseline_key(stage.id, position)).await;
                }
            }
            Err(error)
        }
    }
}

/// Stores the files and writes the rows that name them.
async fn prepare(services: &Services, actor: &Actor, source: &Source, slug: &str, id: CompetitionId) -> Result<Tx> {
    let solution_key = format!("{SOLUTIONS}/{id}/{}.csv", Hash::of(&source.solution));
    services.files.put(&solution_key, Bytes::from(source.solution.clone())).await?;
    let kept = Kept::store(services, id, source, &Before::default()).await?;
    source.components.store(&services.files).await?;
    let commitment = commitments::bind(&source.solution, &source.settings.columns.id)?;
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
        timers::set(&mut tx, &stage, now).await?;
        if stage.takes_submissions {
            tx.insert_commitment(stage.id, &commitment).await?;
            for (position, baseline) in (0_i64..).zip(&source.baselines) {
                tx.insert_baseline(stage.id, position, &baseline.name, &baseline.verdict.outcome(now)).await?;
            }
        }
    }
    kept.write(&mut tx, id, source).await?;
    if let Some(rules) = tx.rules(id).await? {
        timers::look_at_teams(&mut tx, &rules, now, now).await?;
    }
    let change = Act::of_competition(Deed::CreateCompetition, id).after("slug", slug);
    tx.record(now, actor, change.after("settings", sum(&source.settings)?));
    Ok(tx)
}

/// What it changed, and what it left as it was.
pub(super) async fn update(
    services: &Services,
    actor: &Actor,
    source: &Source,
    existing: Competition,
) -> Result<(Vec<FolderChange>, Option<Problem>)> {
    Problems::check(refusals(services, source, &existing).await?)?;
    let id = existing.id;
    let before = Before::read(services, &existing).await?;
    let kept = Kept::store(services, id, source, &before).await?;
    let changes = changes(source, &existing, &before, &kept);

    let now = services.clock.now();
    let told = announced::read(services, actor, source, &existing, now).await?;
    let mut tx = services.db.begin().await?;
    tx.lock_competition(id).await?;
    tx.update_competition(id, &source.settings, source.banner.as_deref()).await?;
    let mut events = Vec::new();
    for (position, stage) in (0_i64..).zip(&source.stages) {
        let Some(old) = existing.stages.iter().find(|old| old.key == stage.key) else { continue };
        tx.set_stage(old.id, stage, position).await?;
        timers::set(&mut tx, &Stage { id: old.id, competition_id: id, ..stage.clone() }, now).await?;
        let shown = |settings: &Settings| (settings.policy, settings.decimals, settings.ties);
        let is_board_new = !same_stage(old, stage) || shown(&existing.settings) != shown(&source.settings);
        if stage.takes_submissions && is_board_new {
            let (competition, version) = tx.raise_leaderboard_version(old.id).await?;
            events.push(Event::Leaderboard { competition, stage: old.id, version });
        }
    }
    for dropped in dropped(source, &existing) {
        if !tx.delete_stage(dropped.id).await? {
            return Err(has_submissions(dropped).into());
        }
    }
    tx.clear_pages_and_files(id).await?;
    kept.write(&mut tx, id, source).await?;
    // There may be more places than there were.
    if let Some(rules) = tx.rules(id).await? {
        places::fill(&services.mail, &mut tx, &rules, now).await?;
        timers::look_at_teams(&mut tx, &rules, now, now).await?;
    }
    let change = Act::of_competition(Deed::ImportCompetition, id)
        .before("settings", sum(&existing.settings)?)
        .after("settings", sum(&source.settings)?)
        .after("added", names(&changes, ChangeKind::Added))
        .after("changed", names(&changes, ChangeKind::Changed))
        .after("removed", names(&changes, ChangeKind::Removed));
    tx.record(now, actor, change);
    if let Some(told) = told {
        events.extend(told.post(&mut tx, &existing, actor, now).await?);
    }
    services.events.commit(tx, events).await?;

    for key in before.keys().filter(|key| !kept.keys().any(|kept| kept == *key)) {
        services.files.discard(key).await;
    }
    Ok((changes, other_baselines(services, source, &existing).await?))
}

/// Names of parts in one entry of the audit record at most, of each kind.
const NAMED: usize = 100;

/// The first names of what an import did to parts of the folder.
fn names(changes: &[FolderChange], kind: ChangeKind) -> Vec<String> {
    let of_kind = changes.iter().filter(|change| change.kind == kind);
    of_kind.take(NAMED).map(|change| change.what.get(Locale::En).to_owned()).collect()
}

/// What tells settings from others.
fn sum(settings: &Settings) -> Result<String> {
    Ok(Hash::of(serde_json::to_vec(settings).map_err(Error::other)?).to_string())
}

/// That the folder's baselines are not those on the board, which stay.
async fn other_baselines(services: &Services, source: &Source, existing: &Competition) -> Result<Option<Problem>> {
    let Some(stage) = existing.stages.iter().find(|stage| stage.takes_submissions) else { return Ok(None) };
    let stored = services.db.baselines(stage.id).await?;
    let mut same = stored.len() == source.baselines.len();
    for ((position, stored), baseline) in (0_i64..).zip(&stored).zip(&source.baselines) {
        let bytes = services.files.find(&baseline_key(stage.id, position)).await?;
        same &= stored.name == baseline.name && bytes.is_none_or(|bytes| bytes == baseline.bytes);
    }
    Ok((!same).then(|| {
        Problem::of(
            TEAMS,
            said(
                "기준 모델은 처음 가져온 그대로 남아요. 바꾸려면 다른 주소로 가져와 주세요.",
                "Baselines stay as they were first imported; to change them import under another address.",
            ),
        )
    }))
}

fn same_stage(old: &Stage, new: &Stage) -> bool {
    (&old.name, old.starts_at, old.ends_at, old.reveal_at) == (&new.name, new.starts_at, new.ends_at, new.reveal_at)
}

/// What a competition has before an import.
#[derive(Default)]
struct Before {
    files: Vec<DataFile>,
    images: Vec<DataFile>,
    /// Path and Markdown.
    pages: Vec<(String, String)>,
    banner: Option<String>,
}

impl Before {
    async fn read(services: &Services, existing: &Competition) -> Result<Self> {
        let pages = services.db.page_sources(existing.id).await?.into_iter();
        Ok(Self {
            files: services.db.data_files(existing.id).await?,
            images: services.db.images(existing.id).await?,
            pages: pages.map(|(name, locale, text)| (page_path(&name, &locale), text)).collect(),
            banner: services.db.banner(&existing.slug).await?,
        })
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        self.files.iter().chain(&self.images).map(|file| file.storage_key.as_str())
    }
}

/// The folder's files, stored.
struct Kept {
    files: Vec<DataFile>,
    images: Vec<DataFile>,
}

impl Kept {
    async fn store(services: &Services, id: CompetitionId, source: &Source, before: &Before) -> Result<Self> {
        Ok(Self {
            files: keep(services, &format!("{FILES}/{id}"), &source.files, &before.files).await?,
            images: keep(services, &format!("{IMAGES}/{id}"), &source.pictures, &before.images).await?,
        })
    }

    async fn write(&self, tx: &mut Tx, id: CompetitionId, source: &Source) -> Result<()> {
        tx.clear_rules(id, source.settings.apply.rules).await?;
        for page in &source.pages {
            tx.insert_page(id, page.name, page.locale, &page.markdown, &page.html).await?;
            if page.name == "rules" {
                tx.keep_rules(id, source.settings.apply.rules, page.locale, &page.filled).await?;
            }
        }
        for file in &self.files {
            tx.insert_data_file(id, file).await?;
        }
        for image in &self.images {
            tx.insert_image(id, image).await?;
        }
        Ok(())
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        self.files.iter().chain(&self.images).map(|file| file.storage_key.as_str())
    }
}

/// Stores each file that is not stored already.
async fn keep(
    services: &Services,
    place: &str,
    sources: &[data::DataSource],
    before: &[DataFile],
) -> Result<Vec<DataFile>> {
    let mut kept: Vec<DataFile> = Vec::with_capacity(sources.len());
    for source in sources {
        let storage_key = match before.iter().chain(&kept).find(|old| old.storage_key.contains(&source.sha256)) {
            Some(old) => old.storage_key.clone(),
            None => {
                // A new one each time: the sweeper may be about to remove what an import left behind. Without the name: in another
                // script it may be longer than a file system takes.
                let key = format!("{place}/{}.{}", uuid_at(services.clock.now()), source.sha256);
                services.files.put_file(&key, &source.path, &source.sha256).await?;
                key
            }
        };
        let bytes = i64::try_from(source.bytes).unwrap_or(i64::MAX);
        kept.push(DataFile { name: source.name.clone(), storage_key, bytes, is_open: source.is_open });
    }
    Ok(kept)
}

fn page_path(name: &str, locale: &str) -> String {
    format!("{}/{name}.{locale}.md", folder::PAGES)
}

/// What an import does, part by part.
fn changes(source: &Source, existing: &Competition, before: &Before, kept: &Kept) -> Vec<FolderChange> {
    let mut changes = Vec::new();
    let change = |kind, name: &str| FolderChange { kind, what: said(name, name) };
    if existing.settings != source.settings {
        changes.push(change(ChangeKind::Changed, MANIFEST));
    }
    for old in &existing.stages {
        let kind = match source.stages.iter().find(|stage| stage.key == old.key) {
            Some(stage) if same_stage(old, stage) => continue,
            Some(_) => ChangeKind::Changed,
            None => ChangeKind::Removed,
        };
        let (name, key) = (&old.name.ko, &old.key);
        changes.push(FolderChange { kind, what: said(format!("단계 ‘{name}’({key})"), format!("stage {key}")) });
    }
    let place = |file: &DataFile| if file.name == SAMPLE { file.name.clone() } else { format!("{DATA}/{}", file.name) };
    let picture = |file: &DataFile| format!("{}/{}", folder::PAGES, file.name);
    let parts = |files: &[DataFile], images: &[DataFile], pages: Vec<(String, String)>, banner: &Option<String>| {
        let files = files.iter().map(|file| (place(file), file.storage_key.clone()));
        let images = images.iter().map(|file| (picture(file), file.storage_key.clone()));
        let banner = banner.iter().map(|banner| (folder::BANNER.to_owned(), banner.clone()));
        files.chain(images).chain(pages).chain(banner).collect::<Vec<_>>()
    };
    let pages = source.pages.iter().map(|page| (page_path(page.name, page.locale.tag()), page.markdown.clone()));
    let old = parts(&before.files, &before.images, before.pages.clone(), &before.banner);
    let new = parts(&kept.files, &kept.images, pages.collect(), &source.banner);
    for (name, content) in &new {
        match old.iter().find(|(other, _)| other == name) {
            None => changes.push(change(ChangeKind::Added, name)),
            Some((_, other)) if other != content => changes.push(change(ChangeKind::Changed, name)),
            Some(_) => {}
        }
    }
    let gone = old.iter().filter(|(name, _)| !new.iter().any(|(other, _)| other == name));
    changes.extend(gone.map(|(name, _)| change(ChangeKind::Removed, name)));
    changes
}
