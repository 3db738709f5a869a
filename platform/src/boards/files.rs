//! Pictures and attachments of posts (docs/decisions/0037-post-files.md): whose they are, who may have them, and when they go.

use std::collections::BTreeSet;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::boards::files::{POST_BYTES_MAX, POST_FILES_MAX, file_of_address};
use domain::boards::{PostDraft, PostFile};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::{PostFileId, PostId, UserId};
use domain::{AppError, ErrorCode};
use storage::Tx;
use storage::boards::StoredPostFile;
use uuid::Uuid;

use super::reading::reader;
use crate::error::Result;
use crate::markdown::images;
use crate::services::Services;
use crate::visits::Visits;

/// Files that are removed at once.
const AT_ONCE: i64 = 100;

/// The files that a post is to have.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Shown in the text.
    pictures: BTreeSet<PostFileId>,
    /// Listed under it.
    listed: BTreeSet<PostFileId>,
}

impl Wanted {
    /// Each, and whether it is a picture.
    fn all(&self) -> impl Iterator<Item = (PostFileId, bool)> {
        self.listed.iter().map(|id| (*id, false)).chain(self.pictures.iter().map(|id| (*id, true)))
    }

    pub(super) fn listed(&self) -> Vec<PostFileId> {
        self.listed.iter().copied().collect()
    }

    /// What a draft lists and its HTML shows.
    ///
    /// # Errors
    /// More than a post may have: the fields `files` and `markdown`.
    pub(super) fn of(draft: &mut PostDraft, html: &str, slug: &str) -> Result<Self> {
        let listed: BTreeSet<_> = std::mem::take(&mut draft.files).into_iter().collect();
        let shown = images::named(html).into_iter();
        let pictures: BTreeSet<_> = shown.filter_map(|image| file_of_address(slug, image.here()?)).collect();
        for (files, field) in [(&listed, "files"), (&pictures, "markdown")] {
            if files.len() > POST_FILES_MAX {
                return Err(AppError::field(field, FieldProblem::PostFiles).into());
            }
        }
        Ok(Self { pictures, listed })
    }
}

/// Gives a post the files that it is to have and takes the others from it, whoever of those who may change it gave them. Whether that
/// changed anything.
///
/// # Errors
/// The field `files` where one is gone or has become another post's, or they are too many or too large together; `markdown` where a picture
/// is no post's and waits for none of this person's.
pub(super) async fn bind(
    tx: &mut Tx,
    competition: &Competition,
    user: UserId,
    post: PostId,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<bool> {
    let before = tx.files_of_post(post).await?;
    let mut changed = false;
    for (id, is_picture) in &before {
        let wanted = if *is_picture { &wanted.pictures } else { &wanted.listed };
        if !wanted.contains(id) {
            tx.let_post_file_go(*id, now).await?;
            changed = true;
        }
    }
    let has = |id: &PostFileId, picture: bool| before.contains(&(*id, picture));
    for id in wanted.listed.iter().filter(|id| !has(id, false)) {
        if !tx.bind_post_file(*id, post, (competition.id, user), false, now).await? {
            return Err(AppError::field("files", FieldProblem::PostFileGone).into());
        }
        changed = true;
    }
    for id in wanted.pictures.iter().filter(|id| !has(id, true)) {
        let bound = tx.bind_post_file(*id, post, (competition.id, user), true, now).await?;
        // A picture of another post is shown to whoever may read that one.
        if !bound && !tx.is_of_a_post(*id, competition.id).await? {
            return Err(AppError::field("markdown", FieldProblem::PictureGone).into());
        }
    }
    let (count, bytes) = tx.sum_of_files(post).await?;
    if count > i64::try_from(POST_FILES_MAX).unwrap_or(i64::MAX) || bytes > POST_BYTES_MAX {
        return Err(AppError::field("files", FieldProblem::PostFiles).into());
    }
    tx.count_post_files(post).await?;
    Ok(changed)
}

/// Keeps the files that a notice is to have when its moment has come: they wait for it as whoever's that gave them.
///
/// # Errors
/// As [`bind`].
pub(super) async fn keep(
    tx: &mut Tx,
    competition: &Competition,
    user: UserId,
    wanted: &Wanted,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    for (id, is_picture) in wanted.all() {
        let kept = tx.keep_waiting_file(id, (competition.id, user), is_picture, until, now).await?;
        let is_there = kept || (is_picture && tx.is_of_a_post(id, competition.id).await?);
        if !is_there {
            let (field, problem) = if is_picture {
                ("markdown", FieldProblem::PictureGone)
            } else {
                ("files", FieldProblem::PostFileGone)
            };
            return Err(AppError::field(field, problem).into());
        }
    }
    Ok(())
}

/// Which of these files wait for a post of the actor's, for a form that comes back.
#[boxed]
pub async fn waiting(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    ids: &[PostFileId],
) -> Result<Vec<PostFile>> {
    let Some(user) = actor.id() else { return Ok(Vec::new()) };
    let ids = &ids[..ids.len().min(POST_FILES_MAX)];
    Ok(services.db.waiting_files(competition.id, user, ids, services.clock.now()).await?)
}

/// A file, for whoever may read its post; of no post yet, for whoever gave it.
///
/// # Errors
/// `not_found`, also for whoever may not have it.
#[boxed]
pub async fn file(services: &Services, competition: &Competition, actor: &Actor, id: Uuid) -> Result<StoredPostFile> {
    let reader = reader(services, competition, actor).await?;
    let found = services.db.post_file(competition.id, PostFileId(id), reader, services.clock.now()).await?;
    Ok(found.ok_or(ErrorCode::NotFound)?)
}

/// Counts whoever takes a file, known by whatever tells one from another; each once a day. Nothing is written now: see [`crate::visits`].
pub fn taken(services: &Services, file: PostFileId, reader: &str) {
    services.cache::<Visits>().taken(file, reader, services.clock.now());
}

pub(super) async fn remove_one(services: &Services, id: PostFileId, key: &str) -> Result<()> {
    services.files.remove(key).await?;
    let mut tx = services.db.begin().await?;
    tx.delete_post_file(id).await?;
    Ok(tx.commit().await?)
}

/// Removes the files that are no post's any longer or never became one's, and how many those were. What cannot be removed now waits for
/// the next time, and keeps none that come after it.
#[boxed]
pub async fn remove_due(services: &Services) -> Result<usize> {
    let mut removed = 0;
    let now = services.clock.now();
    let mut last = (DateTime::UNIX_EPOCH, PostFileId(Uuid::nil()));
    loop {
        let due = services.db.post_files_due(now, AT_ONCE, last).await?;
        let Some((id, at, _)) = due.last() else { return Ok(removed) };
        last = (*at, *id);
        for (id, _, key) in due {
            match remove_one(services, id, &key).await {
                Ok(()) => removed += 1,
                Err(error) => tracing::warn!(%key, %error, "a file that is no post's could not be removed yet"),
            }
        }
    }
}

/// The same after something was let go, for which it was done already: what fails is done later.
pub(crate) async fn tidy(services: &Services) {
    if let Err(error) = remove_due(services).await {
        tracing::warn!(%error, "files that are no post's could not be removed yet");
    }
}
