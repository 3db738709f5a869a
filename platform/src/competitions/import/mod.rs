//! A competition from a folder of plain files. Everything is read and checked before anything is written; what the folder no
//! longer has is gone with the same transaction.

use std::path::Path;

use async_recursion::async_recursion as boxed;
use domain::Text;
use domain::access::Actor;
use domain::competitions::{Competition, valid_slug};
use domain::ids::StageId;
use scoring::Lang;

use crate::competitions::folder::problems::{Problem, said};
use crate::error::{Error, Result};
use crate::services::Services;

mod announced;
mod applying;
mod data;
mod limits;
pub(crate) mod listing;
mod pages;
mod refusals;
mod source;
mod store;
mod times;

use source::Source;
pub use times::time;

/// A competition as it is after an import, and what the import did.
#[derive(Debug)]
pub struct Imported {
    pub competition: Competition,
    pub is_new: bool,
    /// Of a competition that was there before.
    pub changes: Vec<FolderChange>,
    /// What is worth knowing: files that were left out, ids that the solution does not know.
    pub notes: Vec<Problem>,
}

/// What an import did to one part of a competition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderChange {
    pub kind: ChangeKind,
    /// A path within the folder, or the name of a stage.
    pub what: Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Added,
    Changed,
    Removed,
}

impl Imported {
    /// What was added, changed and removed, then the notes; a line for each kind and each note.
    pub fn listing(&self, lang: Lang) -> String {
        let kinds = [
            (ChangeKind::Added, lang.pick("더함", "Added")),
            (ChangeKind::Changed, lang.pick("바꿈", "Changed")),
            (ChangeKind::Removed, lang.pick("지움", "Removed")),
        ];
        let changes = kinds.into_iter().filter_map(|(kind, word)| {
            let of_kind = self.changes.iter().filter(|change| change.kind == kind);
            let names: Vec<&str> = of_kind.map(|change| change.what.get(lang)).collect();
            (!names.is_empty()).then(|| format!("{word}: {}", names.join(", ")))
        });
        let nothing = (!self.is_new && self.changes.is_empty())
            .then(|| lang.pick("바뀐 것이 없어요.", "Nothing changed.").to_owned());
        let notes = self.notes.iter().map(|note| note.message(lang));
        changes.chain(nothing).chain(notes).collect::<Vec<_>>().join("\n")
    }
}

/// [`run`], for those who want the competition alone.
#[boxed]
pub async fn import(services: &Services, actor: &Actor, folder: &Path, slug: Option<&str>) -> Result<Competition> {
    run(services, actor, folder, slug).await.map(|imported| imported.competition)
}

/// Reads a folder and makes the competition, or brings settings, pages and data of an existing one up to date: what the folder
/// does not have is taken away. The folder's name is the address unless `slug` says another.
///
/// # Errors
/// Every file that is wrong, with what is wrong with it. An existing competition's solution, metric, columns and stages cannot
/// change, and times of it are not counted from today.
#[boxed]
pub async fn run(services: &Services, actor: &Actor, folder: &Path, slug: Option<&str>) -> Result<Imported> {
    let folder = folder.canonicalize().map_err(|error| Problem::system(folder.display().to_string(), &error))?;
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let slug = slug.unwrap_or(&name);
    if !valid_slug(slug) {
        return Err(Problem::of(
            "",
            said(
                format!(
                    "‘{slug}’{} 주소가 될 수 없어요. 영어 소문자, 숫자, 홑 하이픈으로 2–60자를 써 주세요.",
                    scoring::josa(slug, "은", "는")
                ),
                format!("“{slug}” cannot be an address: use 2 to 60 lower-case letters, digits and single hyphens"),
            ),
        )
        .into());
    }
    // Files are read, checked and converted on a thread of their own kind.
    let (now, address) = (services.clock.now(), slug.to_owned());
    let reading = tokio::task::spawn_blocking(move || Source::read(&folder, &address, now));
    let source = reading.await.map_err(Error::other)??;
    let existing = services.db.competition_by_slug(slug).await?;
    let is_new = existing.is_none();
    let mut notes = source.notes.clone();
    let changes = match existing {
        Some(existing) => {
            let (changes, left) = store::update(services, actor, &source, existing).await?;
            notes.extend(left);
            changes
        }
        None => store::create(services, actor, &source, slug).await.map(|()| Vec::new())?,
    };
    let competition = crate::competitions::get(services, slug).await?;
    Ok(Imported { competition, is_new, changes, notes })
}

/// Where a baseline's file is kept, for scoring it again and for the export.
pub(crate) fn baseline_key(stage: StageId, position: i64) -> String {
    format!("baselines/{stage}/{position}.csv")
}
