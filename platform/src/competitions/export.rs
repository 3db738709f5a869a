//! A competition as a folder of plain files: what `import` reads, written from what is stored.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use async_recursion::async_recursion as boxed;
use domain::Text;
use domain::competitions::Competition;
use futures::TryStreamExt as _;
use storage::competitions::DataFile;

use crate::competitions::components;
use crate::competitions::folder::teams::{self, BaselineEntry};
use crate::competitions::folder::{self, StageEntry};
use crate::competitions::import::baseline_key;
use crate::error::{Error, Result};
use crate::services::Services;

/// Writes the competition into a folder that is new or empty. Imported under another name it is an equal competition, its
/// times the same moments. Teams, submissions and notices are not part of it. Returns the baselines that had to be left out,
/// because they were imported before their files were kept.
///
/// # Errors
/// When the folder has something in it, or a file cannot be read from storage or written.
#[boxed]
pub async fn export(services: &Services, competition: &Competition, folder: &Path) -> Result<Vec<Text>> {
    if competition.stages.iter().filter(|stage| stage.takes_submissions).count() > 1 {
        return Err(Error::other("two stages take submissions; a folder has the solution of one"));
    }
    prepare(folder)?;
    write_pages(services, competition, folder).await?;
    write_files(services, competition, folder).await?;
    let left_out = write_baselines(services, competition, folder).await?;
    // Last: a folder whose export broke off has no manifest and is no competition.
    let zone = competition.settings.zone;
    let stages: Vec<_> = competition.stages.iter().map(|stage| StageEntry::of(stage, zone)).collect();
    let manifest = folder::manifest(&competition.settings, &stages)?;
    write(&folder.join(folder::MANIFEST), manifest.as_bytes(), Readers::Everyone)?;
    Ok(left_out)
}

fn prepare(folder: &Path) -> Result<()> {
    let wrong = |error| unwritable(folder, &error);
    fs::create_dir_all(folder).map_err(wrong)?;
    if fs::read_dir(folder).map_err(wrong)?.next().is_some() {
        return Err(Error::Other(format!(
            "{} is not empty; nothing was written: name a folder that is empty or does not exist yet",
            folder.display()
        )));
    }
    Ok(())
}

async fn write_pages(services: &Services, competition: &Competition, folder: &Path) -> Result<()> {
    for (name, locale, markdown) in services.db.page_sources(competition.id).await? {
        let path = folder.join(folder::PAGES).join(format!("{name}.{locale}.md"));
        write(&path, markdown.as_bytes(), Readers::Everyone)?;
    }
    for image in services.db.images(competition.id).await? {
        copy(services, &image, &folder.join(folder::PAGES)).await?;
    }
    if let Some(banner) = services.db.banner(&competition.slug).await? {
        write(&folder.join(folder::BANNER), banner.as_bytes(), Readers::Everyone)?;
    }
    Ok(())
}

/// The solution, the components of custom metrics and what participants get, one file in memory at a time.
async fn write_files(services: &Services, competition: &Competition, folder: &Path) -> Result<()> {
    for stage in &competition.stages {
        if let Some((Some(key), _)) = services.db.solution_key(stage.id).await? {
            write(&folder.join(folder::SOLUTION), &services.files.get(&key).await?, Readers::Owner)?;
        }
    }
    for (name, (_, bytes)) in components::stored(&services.files, &competition.settings.metric).await? {
        write(&folder.join(name), &bytes, Readers::Everyone)?;
    }
    for file in services.db.data_files(competition.id).await? {
        let parent = if file.name == folder::SAMPLE { folder.to_path_buf() } else { folder.join(folder::DATA) };
        copy(services, &file, &parent).await?;
    }
    Ok(())
}

/// A stored file under its name, a piece in memory at a time.
async fn copy(services: &Services, file: &DataFile, folder: &Path) -> Result<()> {
    let path = folder.join(&file.name);
    let mut written = create(&path, Readers::Everyone)?;
    let mut pieces = services.files.stream(&file.storage_key, 0..u64::try_from(file.bytes).unwrap_or(0)).await?;
    while let Some(piece) = pieces.try_next().await? {
        written.write_all(&piece).map_err(|error| unwritable(&path, &error))?;
    }
    Ok(())
}

async fn write_baselines(services: &Services, competition: &Competition, folder: &Path) -> Result<Vec<Text>> {
    let (mut entries, mut left_out) = (Vec::new(), Vec::new());
    for stage in &competition.stages {
        for (position, baseline) in (0_i64..).zip(services.db.baselines(stage.id).await?) {
            let Some(bytes) = services.files.find(&baseline_key(stage.id, position)).await? else {
                left_out.push(baseline.name);
                continue;
            };
            let file = format!("baseline-{}.csv", entries.len() + 1);
            write(&folder.join(folder::SUBMISSIONS).join(&file), &bytes, Readers::Everyone)?;
            entries.push(BaselineEntry { name: baseline.name, file });
        }
    }
    if !entries.is_empty() {
        write(&folder.join(folder::TEAMS), teams::write(&entries)?.as_bytes(), Readers::Everyone)?;
    }
    Ok(left_out)
}

/// Who may read a file, where the system has modes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readers {
    Everyone,
    Owner,
}

fn write(path: &Path, bytes: &[u8], readers: Readers) -> Result<()> {
    create(path, readers)?.write_all(bytes).map_err(|error| unwritable(path, &error))
}

fn create(path: &Path, readers: Readers) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = readers;
    let created = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| options.open(path));
    created.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    Error::Other(format!("{}: {error}", path.display()))
}
