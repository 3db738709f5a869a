//! Files that come while a post is written, before there is one.

use async_recursion::async_recursion as boxed;
use chrono::TimeDelta;
use domain::access::{Action, Actor};
use domain::attachments::{ATTACHMENT_MAX, takes};
use domain::boards::files::WAITING_FILES_MAX;
use domain::boards::{BoardKind, PostFile};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::PostFileId;
use domain::{AppError, ErrorCode};
use storage::boards::NewPostFile;

use super::files::remove_one;
use super::pictures::{self, Picture};
use super::writing::begin;
use crate::access;
use crate::attachments::Attachment;
use crate::error::Result;
use crate::services::Services;

/// How long a file waits for its post: somebody may well write for an evening.
const WAITS: TimeDelta = TimeDelta::days(1);

/// What can be refused before a file has come.
///
/// # Errors
/// What stands in the way of writing on the board.
#[boxed]
pub async fn check_uploading(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
) -> Result<()> {
    access::check(services, competition, actor, action(kind)).await?;
    Ok(())
}

/// Whoever may change a post may be one who may write none.
fn action(kind: BoardKind) -> Action {
    if kind == BoardKind::Notice { Action::WriteNotices } else { Action::Comment }
}

/// Takes a file of somebody who writes or changes a post. It waits a day for that, and only they may have it until then. A picture is
/// made anew.
///
/// # Errors
/// What stands in the way of writing there; the field `files`; `too_many_uploads`, `too_many_attempts`.
#[boxed]
pub async fn upload(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    file: Attachment,
) -> Result<PostFile> {
    check_uploading(services, competition, kind, actor).await?;
    let user = actor.person()?.id;
    let wrong = |problem| AppError::field("files", problem);
    let mut name = file.kept_name();
    if !takes(&name, &[]) {
        return Err(wrong(FieldProblem::CaseFileKind).into());
    }
    if file.bytes.len() as u64 > ATTACHMENT_MAX {
        return Err(wrong(FieldProblem::CaseFileLarge).into());
    }
    if !file.fits() {
        return Err(wrong(FieldProblem::FileContent).into());
    }
    services.throttle.upload(user, services.clock.now())?;
    let is_picture = pictures::is_picture(&name);
    let (bytes, media_type, size) = if is_picture {
        let made = pictures::kept(file.bytes).await?;
        let Picture { bytes, media_type, ending, size } = made.map_err(wrong)?;
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        name = format!("{stem}.{ending}");
        (bytes, media_type, (i64::from(size.0), i64::from(size.1)))
    } else {
        (file.bytes, "application/octet-stream", (0, 0))
    };
    let mut tx = if kind == BoardKind::Notice {
        access::begin(services, competition, actor, Action::WriteNotices).await?.0
    } else {
        begin(services, competition, actor, Action::Comment, true).await?.tx
    };
    tx.lock_user(user).await?;
    let now = services.clock.now();
    if tx.count_waiting_files(user, now).await? >= WAITING_FILES_MAX {
        return Err(ErrorCode::TooManyUploads.into());
    }
    let id = PostFileId::at(now);
    let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let file = PostFile { id, name, is_picture, bytes: length, downloads: 0 };
    let storage_key = &format!("boards/{}/{id}.bin", competition.id);
    let (competition, remove_at) = (competition.id, now + WAITS);
    tx.put_post_file(NewPostFile { file: &file, competition, user, media_type, storage_key, size, at: now, remove_at })
        .await?;
    tx.commit().await?;
    if let Err(error) = services.files.put(storage_key, bytes).await {
        // A row without a file would be a picture that cannot be seen; what fails here the sweeper does.
        if let Err(error) = remove_one(services, id, storage_key).await {
            tracing::warn!(key = storage_key, %error, "a file that did not come to lie could not be removed yet");
        }
        return Err(error);
    }
    Ok(file)
}
