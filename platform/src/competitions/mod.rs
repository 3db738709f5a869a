//! Competitions as visitors read them.

pub(crate) mod components;
pub mod export;
pub mod folder;
pub mod holders;
pub mod import;
pub mod letters;
pub mod people;
pub mod roles;
pub mod sample;
pub(crate) mod timers;

use std::collections::HashMap;
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::boards::{BoardKind, BoardReader, PostRow};
use domain::competitions::Competition;
use domain::ids::CompetitionId;
use domain::{ErrorCode, Locale};
use futures::FutureExt as _;
use unicode_normalization::UnicodeNormalization as _;

use crate::access;
use crate::error::{Error, Result};
use crate::kept::joined::Joined;
use crate::services::Services;

pub use storage::competitions::DataFile;

/// Pages of a competition that are written in Markdown.
pub const PAGE_NAMES: [&str; 5] = ["overview", "data", "evaluation", "rules", "schedule"];

/// Notices on the first page.
const FRONT_NOTICES: i64 = 3;

#[boxed]
pub async fn list(services: &Services) -> Result<Vec<Competition>> {
    Ok(services.db.competitions().await?)
}

/// # Errors
/// `not_found`.
#[boxed]
pub async fn get(services: &Services, slug: &str) -> Result<Competition> {
    current(services, slug).await.map(Arc::unwrap_or_clone)
}

/// Readers of the same competition share a read of it: see [`Joined`].
#[derive(Default)]
struct Reads(Joined<String, std::result::Result<Option<Arc<Competition>>, Arc<Error>>>);

/// The same without a copy, for the pages that many read at once.
///
/// # Errors
/// `not_found`.
#[boxed]
pub async fn current(services: &Services, slug: &str) -> Result<Arc<Competition>> {
    let read = async {
        let (db, key) = (services.db.clone(), slug.to_owned());
        let load = async move {
            let read = db.competition_by_slug(&key).await;
            read.map(|found| found.map(Arc::new)).map_err(|error| Arc::new(error.into()))
        };
        let found = services.cache::<Reads>().0.read(&slug.to_owned(), load.boxed()).await;
        found.map_err(Error::Shared)?.ok_or(ErrorCode::NotFound.into())
    };
    services.competitions.get(services.asked, slug.to_owned(), read).await
}

#[boxed]
pub async fn by_id(services: &Services, id: CompetitionId) -> Result<Competition> {
    services.db.competition_by_id(id).await?.ok_or(ErrorCode::NotFound.into())
}

/// Teams and participants of every competition.
#[boxed]
pub async fn counts(services: &Services) -> Result<HashMap<CompetitionId, (i64, i64)>> {
    Ok(services.db.participant_counts().await?)
}

/// Teams and participants of one competition.
#[boxed]
pub async fn count(services: &Services, competition: &Competition) -> Result<(i64, i64)> {
    Ok(services.db.participant_count(competition.id).await?)
}

/// Submissions since midnight in the competition's zone, without dry runs.
#[boxed]
pub async fn submitted_today(services: &Services, competition: &Competition) -> Result<i64> {
    let (since, _) = competition.settings.zone.day(services.clock.now());
    Ok(services.db.submitted_since(competition.id, since).await?)
}

/// What a competition's first page shows to everyone beside the leaderboard.
#[derive(Debug)]
pub struct Front {
    /// The page's sanitised HTML.
    pub text: String,
    /// The cover drawing.
    pub drawing: Option<String>,
    /// The first few of the list.
    pub notices: Vec<PostRow>,
    /// Teams and participants.
    pub counts: (i64, i64),
}

/// Readers of the same first page share a read of it: see [`Joined`].
#[derive(Default)]
struct Fronts(Joined<(CompetitionId, Locale), std::result::Result<Arc<Front>, Arc<Error>>>);

/// What the first page shows, with so many notices as stand there.
///
/// # Errors
/// `not_found`.
#[boxed]
pub async fn front(services: &Services, competition: &Competition, locale: Locale) -> Result<Arc<Front>> {
    let (db, id, slug) = (services.db.clone(), competition.id, competition.slug.clone());
    let load = async move {
        let read = async {
            Ok(Front {
                text: db.page(id, "overview", locale).await?.ok_or(ErrorCode::NotFound)?,
                drawing: db.banner(&slug).await?,
                notices: match db.board(id, BoardKind::Notice).await? {
                    Some(board) => db.first_posts(board.id, BoardReader::EVERYONE, FRONT_NOTICES).await?,
                    None => Vec::new(),
                },
                counts: db.participant_count(id).await?,
            })
        };
        read.await.map(Arc::new).map_err(Arc::new)
    };
    services.cache::<Fronts>().0.read(&(id, locale), load).await.map_err(Error::Shared)
}

/// A page's sanitised HTML, in Korean where there is no translation.
#[boxed]
pub async fn page(services: &Services, competition: &Competition, name: &str, locale: Locale) -> Result<String> {
    services.db.page(competition.id, name, locale).await?.ok_or(ErrorCode::NotFound.into())
}

/// The cover drawing.
#[boxed]
pub async fn banner(services: &Services, slug: &str) -> Result<String> {
    services.db.banner(slug).await?.ok_or(ErrorCode::NotFound.into())
}

/// Readers of the same list of files share a read of it: see [`Joined`].
#[derive(Default)]
struct FileLists(Joined<CompetitionId, std::result::Result<Arc<[DataFile]>, Arc<Error>>>);

#[boxed]
pub async fn data_files(services: &Services, competition: &Competition) -> Result<Arc<[DataFile]>> {
    let (db, id) = (services.db.clone(), competition.id);
    let load = async move { db.data_files(id).await.map(Arc::from).map_err(|error| Arc::new(error.into())) };
    services.cache::<FileLists>().0.read(&id, load).await.map_err(Error::Shared)
}

/// A data file that this reader may have. Open files are everyone's, the others participants' and theirs who help to run the
/// competition, from the moment on that the data open.
///
/// # Errors
/// `not_found`, `login_required`, `not_participant`, `data_not_open`, `no_scope`.
#[boxed]
pub async fn download(services: &Services, competition: &Competition, name: &str, actor: &Actor) -> Result<DataFile> {
    let name: String = name.nfc().collect();
    let files = data_files(services, competition).await?;
    let file = files.iter().find(|file| file.name == name).cloned().ok_or(ErrorCode::NotFound)?;
    check_data(services, competition, actor, file.is_open).await?;
    Ok(file)
}

/// Refuses whoever may not have data now, of which some are open to everyone once they are there.
///
/// # Errors
/// `login_required`, `not_participant`, `data_not_open`, `no_scope`.
#[boxed]
pub async fn check_data(services: &Services, competition: &Competition, actor: &Actor, is_open: bool) -> Result<()> {
    let part = access::part(services, competition, actor).await?;
    let visit = part.visit(competition, actor, services.clock.now());
    let obstacles = if is_open { visit.read_data(true) } else { visit.may(Action::ReadData, None) };
    obstacles.check().map_err(|obstacle| Error::refused(obstacle, competition))
}

/// A picture of a page or a notice, which everyone may see as they may see those.
///
/// # Errors
/// `not_found`.
#[boxed]
pub async fn image(services: &Services, competition: &Competition, name: &str) -> Result<DataFile> {
    let name: String = name.nfc().collect();
    let images = services.db.images(competition.id).await?;
    images.into_iter().find(|image| image.name == name).ok_or(ErrorCode::NotFound.into())
}
