//! Competitions as visitors read them.

pub(crate) mod components;
pub mod export;
pub mod folder;
pub mod import;
pub mod sample;
pub(crate) mod timers;

use std::collections::HashMap;
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use domain::access::Actor;
use domain::accounts::{User, normal_email};
use domain::audit::{Act, Deed};
use domain::boards::NoticeRow;
use domain::competitions::Competition;
use domain::ids::CompetitionId;
use domain::{AppError, ErrorCode, Locale};
use futures::FutureExt as _;
use unicode_normalization::UnicodeNormalization as _;

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

/// What a competition's first page shows to everyone beside the leaderboard.
#[derive(Debug)]
pub struct Front {
    /// The page's sanitised HTML.
    pub text: String,
    /// The cover drawing.
    pub drawing: Option<String>,
    /// The first few of the list.
    pub notices: Vec<NoticeRow>,
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
                notices: db.first_notices(id, FRONT_NOTICES).await?,
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

/// Whether someone who may have the data may have them already; organizers always may.
///
/// # Errors
/// `data_not_open`, with the moment.
#[boxed]
pub async fn require_data_open(services: &Services, competition: &Competition, user: Option<&User>) -> Result<()> {
    let Some(at) = competition.data_opens_at().filter(|at| services.clock.now() < *at) else { return Ok(()) };
    if let Some(user) = user
        && is_organizer(services, competition, user).await?
    {
        return Ok(());
    }
    let closed = AppError::new(ErrorCode::DataNotOpen).with("at", at.to_rfc3339());
    Err(Error::App(closed).in_zone(competition.settings.zone))
}

/// A data file that this reader may have. Open files are everyone's, the others participants' and organizers', from the moment
/// on that the data open.
///
/// # Errors
/// `not_found`, `login_required`, `not_participant`, `data_not_open`.
#[boxed]
pub async fn download(
    services: &Services,
    competition: &Competition,
    name: &str,
    user: Option<&User>,
) -> Result<DataFile> {
    let name: String = name.nfc().collect();
    let files = data_files(services, competition).await?;
    let file = files.iter().find(|file| file.name == name).cloned().ok_or(ErrorCode::NotFound)?;
    if !file.is_open {
        let user = user.ok_or(ErrorCode::LoginRequired)?;
        let takes_part = services.db.agreed_at(competition.id, user.id).await?.is_some();
        if !takes_part && !is_organizer(services, competition, user).await? {
            return Err(ErrorCode::NotParticipant.into());
        }
    }
    require_data_open(services, competition, user).await?;
    Ok(file)
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

/// Organizers of the competition, and administrators.
#[boxed]
pub async fn is_organizer(services: &Services, competition: &Competition, user: &User) -> Result<bool> {
    Ok(user.is_admin || services.db.is_organizer(competition.id, user.id).await?)
}

/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn require_organizer<'a>(
    services: &Services,
    competition: &Competition,
    user: Option<&'a User>,
) -> Result<&'a User> {
    let user = user.ok_or(ErrorCode::LoginRequired)?;
    if is_organizer(services, competition, user).await? { Ok(user) } else { Err(ErrorCode::NotOrganizer.into()) }
}

/// Makes someone an organizer of the competition, or no longer one; whether that changed anything.
///
/// # Errors
/// `not_found` where nobody has an account under that address.
#[boxed]
pub async fn set_organizer(
    services: &Services,
    actor: &Actor,
    competition: &Competition,
    email: &str,
    is_organizer: bool,
) -> Result<(User, bool)> {
    let found = services.db.user_by_email(&normal_email(email)).await?.ok_or(ErrorCode::NotFound)?;
    let user = found.user;
    let mut tx = services.db.begin().await?;
    let changed = if is_organizer {
        tx.add_organizer(competition.id, user.id).await?
    } else {
        tx.remove_organizer(competition.id, user.id).await?
    };
    if changed {
        let role = |holds: bool| holds.then_some("organizer");
        let change = Act::of_competition(Deed::SetRole, competition.id).to(user.id);
        let change = change.before("role", role(!is_organizer)).after("role", role(is_organizer));
        tx.record(services.clock.now(), actor, change);
    }
    tx.commit().await?;
    Ok((user, changed))
}
