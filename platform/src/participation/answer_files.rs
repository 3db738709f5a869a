//! Files as answers. Each has a row before it is stored and until it is removed ([`storage::competitions::AnswerFile`]), so that nothing
//! that breaks off leaves one lying: the row says from when on it is to be removed, unless an application has made it an answer.

use std::collections::BTreeMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ErrorCode;
use domain::access::{Action, Actor, SiteAction};
use domain::accounts::User;
use domain::applications::{Answers, GivenFile};
use domain::competitions::Competition;
use domain::ids::{AnswerFileId, CompetitionId, UserId};
use storage::Tx;
use storage::competitions::AnswerFile;
use uuid::Uuid;

use crate::access;
use crate::attachments::Attachment;
use crate::error::{Error, Result};
use crate::services::Services;
use crate::throttle::Seldom;

/// How long a stored file waits for its application: no request takes that long.
const WAITS: TimeDelta = TimeDelta::days(1);
/// Files that are removed at once.
const AT_ONCE: i64 = 100;

/// What a form is looked through with: of each question the file that was chosen, or else the one that the application has.
pub(super) fn given(kept: &[AnswerFile], chosen: &BTreeMap<String, Attachment>) -> BTreeMap<String, GivenFile> {
    let kept = kept.iter().map(|file| {
        let bytes = u64::try_from(file.bytes).unwrap_or_default();
        (file.question.clone(), GivenFile { name: file.name.clone(), bytes, fits: true })
    });
    let chosen = chosen.iter().map(|(key, file)| {
        let (name, bytes, fits) = (file.kept_name(), file.bytes.len() as u64, file.fits());
        (key.clone(), GivenFile { name, bytes, fits })
    });
    kept.chain(chosen).collect()
}

/// The files of an application that is being made.
#[derive(Debug, Default)]
pub(super) struct AnswerFiles {
    /// Stored for it.
    stored: Vec<AnswerFile>,
    /// Of the one before, to be kept.
    kept: Vec<AnswerFileId>,
}

/// Stores the chosen files that answer something, once all answers are right.
///
/// # Errors
/// `too_many_attempts`.
pub(super) async fn store(
    services: &Services,
    competition: &Competition,
    user: UserId,
    answers: &Answers,
    (kept, mut chosen): (Vec<AnswerFile>, BTreeMap<String, Attachment>),
) -> Result<AnswerFiles> {
    let asked: Vec<_> = competition.settings.apply.file_questions().map(|question| question.key.as_str()).collect();
    let answers_one = |key: &str| asked.contains(&key) && answers.contains_key(key);
    chosen.retain(|key, _| answers_one(key));
    let kept = kept.into_iter().filter(|file| answers_one(&file.question) && !chosen.contains_key(&file.question));
    let mut files = AnswerFiles { stored: Vec::new(), kept: kept.map(|file| file.id).collect() };
    if chosen.is_empty() {
        return Ok(files);
    }
    let now = services.clock.now();
    services.throttle.seldom(Seldom::AttachAnswers, user, now)?;
    let mut tx = services.db.begin().await?;
    for (question, file) in &chosen {
        let id = AnswerFileId::at(now);
        let storage_key = format!("applications/{}/{id}.bin", competition.id);
        let (question, name, bytes) = (question.clone(), file.kept_name(), file.length());
        let file = AnswerFile { id, user_id: user, question, name, storage_key, bytes };
        tx.put_answer_file(competition.id, &file, now + WAITS).await?;
        files.stored.push(file);
    }
    tx.commit().await?;
    for (file, chosen) in files.stored.iter().zip(chosen.into_values()) {
        if let Err(error) = services.files.put(&file.storage_key, chosen.bytes).await {
            remove(services, &files).await;
            return Err(error);
        }
    }
    Ok(files)
}

/// Makes them the answers, in place of what the application had; under the competition's lock.
///
/// # Errors
/// `try_again` where one that was to be kept, or was stored long ago, is gone meanwhile.
pub(super) async fn attach(
    tx: &mut Tx,
    competition: CompetitionId,
    user: UserId,
    files: &AnswerFiles,
    now: DateTime<Utc>,
) -> Result<()> {
    let before = tx.answer_files(competition, user).await?;
    if files.kept.iter().any(|id| !before.iter().any(|file| file.id == *id)) {
        return Err(ErrorCode::TryAgain.into());
    }
    for file in before.iter().filter(|file| !files.kept.contains(&file.id)) {
        tx.let_answer_file_go(file.id, now).await?;
    }
    for file in &files.stored {
        if !tx.keep_answer_file(file.id, now).await? {
            return Err(ErrorCode::TryAgain.into());
        }
    }
    Ok(())
}

/// Removes what was stored for an application that came to nothing; a failure leaves it to [`remove_due`].
pub(super) async fn remove(services: &Services, files: &AnswerFiles) {
    for file in &files.stored {
        if let Err(error) = remove_one(services, file.id, &file.storage_key).await {
            tracing::warn!(key = file.storage_key, %error, "a file that is no answer could not be removed yet");
        }
    }
}

async fn remove_one(services: &Services, id: AnswerFileId, key: &str) -> Result<()> {
    services.files.remove(key).await?;
    let mut tx = services.db.begin().await?;
    tx.delete_answer_file(id).await?;
    Ok(tx.commit().await?)
}

/// Removes the files that are answers no longer, or never came to be, and how many those were. What cannot be removed now waits for the
/// next time, and keeps none that come after it.
#[boxed]
pub async fn remove_due(services: &Services) -> Result<usize> {
    let mut removed = 0;
    let now = services.clock.now();
    let mut last = (DateTime::UNIX_EPOCH, AnswerFileId(Uuid::nil()));
    loop {
        let due = services.db.answer_files_due(now, AT_ONCE, last).await?;
        let Some((id, at, _)) = due.last() else { return Ok(removed) };
        last = (*at, *id);
        for (id, _, key) in due {
            match remove_one(services, id, &key).await {
                Ok(()) => removed += 1,
                Err(error) => tracing::warn!(%key, %error, "a file that is no answer could not be removed yet"),
            }
        }
    }
}

/// The same after something was let go, for which it was done already: what fails is done later.
pub(crate) async fn tidy(services: &Services) {
    if let Err(error) = remove_due(services).await {
        tracing::warn!(%error, "files that are no answers could not be removed yet");
    }
}

/// The files that one's own application has.
#[boxed]
pub async fn own(services: &Services, competition: &Competition, user: &User) -> Result<Vec<AnswerFile>> {
    Ok(services.db.answer_files(competition.id, user.id).await?)
}

/// The files that somebody's application has, for those who decide.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`.
#[boxed]
pub async fn of(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    user: UserId,
) -> Result<Vec<AnswerFile>> {
    access::check(services, competition, actor, Action::DecideApplications).await?;
    Ok(services.db.answer_files(competition.id, user).await?)
}

/// A file, for whoever gave it and for those who decide, by a session.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer` whether there is such a file or not; `not_found`.
#[boxed]
pub async fn file(services: &Services, competition: &Competition, actor: &Actor, id: Uuid) -> Result<AnswerFile> {
    let found = services.db.answer_file(competition.id, AnswerFileId(id)).await?;
    match found {
        Some(file) if actor.id() == Some(file.user_id) => {
            actor.may(SiteAction::TakeData).check()?;
            Ok(file)
        }
        found => {
            access::check(services, competition, actor, Action::DecideApplications).await?;
            found.ok_or(Error::from(ErrorCode::NotFound))
        }
    }
}
