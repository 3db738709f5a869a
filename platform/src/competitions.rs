//! Competitions as visitors read them.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use domain::account::User;
use domain::competition::Competition;
use domain::ids::CompetitionId;
use domain::{ErrorCode, Locale};

use crate::db::competitions::DataFile;
use crate::error::{Error, Result};
use crate::joined::Joined;
use crate::services::Services;

/// Pages of a competition that are written in Markdown.
pub const PAGES: [&str; 5] = ["overview", "data", "evaluation", "rules", "schedule"];

pub async fn list(services: &Services) -> Result<Vec<Competition>> {
    services.db.competitions().await
}

/// # Errors
/// `not_found`.
pub async fn get(services: &Services, slug: &str) -> Result<Competition> {
    current(services, slug).await.map(Arc::unwrap_or_clone)
}

/// Readers of the same competition share a read of it: see [`Joined`].
pub(crate) type Reads = Joined<String, std::result::Result<Option<Arc<Competition>>, Arc<Error>>>;

/// The same without a copy, for the pages that many read at once.
///
/// # Errors
/// `not_found`.
pub async fn current(services: &Services, slug: &str) -> Result<Arc<Competition>> {
    let (db, key) = (services.db.clone(), slug.to_owned());
    let load = async move {
        let read = db.competition_by_slug(&key).await;
        read.map(|found| found.map(Arc::new)).map_err(Arc::new)
    };
    let found = services.competitions.read(&slug.to_owned(), load).await;
    found.map_err(Error::Shared)?.ok_or(ErrorCode::NotFound.into())
}

pub async fn by_id(services: &Services, id: CompetitionId) -> Result<Competition> {
    services.db.competition_by_id(id).await?.ok_or(ErrorCode::NotFound.into())
}

/// Teams and participants of every competition.
pub async fn counts(services: &Services) -> Result<HashMap<CompetitionId, (i64, i64)>> {
    services.db.participant_counts().await
}

/// A page's sanitised HTML, in Korean where there is no translation.
pub async fn page(services: &Services, competition: &Competition, name: &str, locale: Locale) -> Result<String> {
    services.db.page(competition.id, name, locale).await?.ok_or(ErrorCode::NotFound.into())
}

/// The cover drawing.
pub async fn banner(services: &Services, slug: &str) -> Result<String> {
    services.db.banner(slug).await?.ok_or(ErrorCode::NotFound.into())
}

pub async fn data_files(services: &Services, competition: &Competition) -> Result<Vec<DataFile>> {
    services.db.data_files(competition.id).await
}

/// A data file's bytes. Open files are everyone's, the others participants' and organizers'.
///
/// # Errors
/// `not_found`, `login_required`, `not_participant`.
pub async fn download(
    services: &Services,
    competition: &Competition,
    name: &str,
    user: Option<&User>,
) -> Result<Bytes> {
    let files = services.db.data_files(competition.id).await?;
    let file = files.iter().find(|file| file.name == name).ok_or(ErrorCode::NotFound)?;
    if !file.is_open {
        let user = user.ok_or(ErrorCode::LoginRequired)?;
        let takes_part = services.db.agreed_at(competition.id, user.id).await?.is_some();
        if !takes_part && !is_organizer(services, competition, user).await? {
            return Err(ErrorCode::NotParticipant.into());
        }
    }
    services.files.get(&file.storage_key).await
}

/// Organizers of the competition, and administrators.
pub async fn is_organizer(services: &Services, competition: &Competition, user: &User) -> Result<bool> {
    Ok(user.is_admin || services.db.is_organizer(competition.id, user.id).await?)
}

/// # Errors
/// `login_required`, `not_organizer`.
pub async fn require_organizer<'a>(
    services: &Services,
    competition: &Competition,
    user: Option<&'a User>,
) -> Result<&'a User> {
    let user = user.ok_or(ErrorCode::LoginRequired)?;
    if is_organizer(services, competition, user).await? { Ok(user) } else { Err(ErrorCode::NotOrganizer.into()) }
}
