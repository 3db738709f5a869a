//! Texts that organizers answer with again and again; nobody else ever reads them.

use async_recursion::async_recursion as boxed;
use domain::ErrorCode;
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed};
use domain::boards::CannedAnswer;
use domain::boards::questions::{CANNED_MAX, canned_answer};
use domain::competitions::Competition;
use domain::ids::CannedAnswerId;

use super::rendering::html;
use crate::access;
use crate::error::Result;
use crate::services::Services;

/// The answers that a competition's organizers keep, by their titles.
///
/// # Errors
/// `not_organizer`.
#[boxed]
pub async fn canned_answers(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
) -> Result<Vec<CannedAnswer>> {
    access::check(services, competition, actor, Action::RunBoards).await?;
    Ok(services.db.canned_answers(competition.id).await?)
}

/// Keeps an answer, or changes one.
///
/// # Errors
/// `not_organizer`; `not_found` for one that is gone or another competition's; `too_many_answers`; the fields `title` and `markdown`.
#[boxed]
pub async fn set_canned_answer(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    id: Option<CannedAnswerId>,
    title: &str,
    markdown: &str,
) -> Result<()> {
    access::check(services, competition, actor, Action::RunBoards).await?;
    let (title, markdown) = canned_answer(title, markdown)?;
    // One that could not be posted is said so now.
    html(&markdown, &competition.slug).await?;
    let (mut tx, now) = access::begin(services, competition, actor, Action::RunBoards).await?;
    let before = match id {
        Some(id) => Some(tx.canned_answer(id, competition.id).await?.ok_or(ErrorCode::NotFound)?),
        None => None,
    };
    // Sent twice it is kept once.
    if before.is_none() && tx.has_canned_answer(competition.id, &title, &markdown).await? {
        return Ok(());
    }
    let answer =
        CannedAnswer { id: before.as_ref().map_or_else(|| CannedAnswerId::at(now), |one| one.id), title, markdown };
    if before.as_ref() == Some(&answer) {
        return Ok(());
    }
    tx.put_canned_answer(competition.id, &answer).await?;
    if tx.count_canned_answers(competition.id).await? > CANNED_MAX {
        return Err(ErrorCode::TooManyAnswers.into());
    }
    let act = Act::of_competition(Deed::SetAnswer, competition.id).after("title", answer.title);
    tx.record(now, actor, before.into_iter().fold(act, |act, before| act.before("title", before.title)));
    Ok(tx.commit().await?)
}

/// Deletes an answer that was kept; again, it is gone.
///
/// # Errors
/// `not_organizer`.
#[boxed]
pub async fn remove_canned_answer(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    id: CannedAnswerId,
) -> Result<()> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::RunBoards).await?;
    if let Some(answer) = tx.canned_answer(id, competition.id).await? {
        tx.delete_canned_answer(id).await?;
        tx.record(now, actor, Act::of_competition(Deed::RemoveAnswer, competition.id).before("title", answer.title));
    }
    Ok(tx.commit().await?)
}
