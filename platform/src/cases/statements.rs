//! The team's statement: given and changed until the deadline, by the moment at which it was received; every version is kept.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor};
use domain::cases::{CaseEntryKind, CaseState, STATEMENTS_MAX};
use domain::competitions::Competition;
use domain::error::WrongFields;
use domain::{AppError, ErrorCode};

use super::attached;
use super::course::{self, Course, Said};
use super::reading;
use crate::attachments::Attachment;
use crate::error::{Error, Result};
use crate::services::Services;
use crate::throttle::Seldom;

/// Whether a statement that arrived at a moment will be taken, as far as that is known without it.
///
/// # Errors
/// `login_required`, `token_not_allowed`; `not_found` but for the team; `statement_closed` once its time is over, `case_moved` before.
#[boxed]
pub async fn check_answering(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    received_at: DateTime<Utc>,
) -> Result<()> {
    let view = reading::own(services, competition, actor, number).await?;
    if view.case.takes_statement(received_at, false) {
        return Ok(());
    }
    Err(closed(competition, view.case.due_at, received_at))
}

/// It came too late, or else it was voted or decided already.
fn closed(competition: &Competition, due_at: Option<DateTime<Utc>>, received_at: DateTime<Utc>) -> Error {
    match due_at {
        Some(at) if at <= received_at => {
            let error = AppError::new(ErrorCode::StatementClosed).with("at", at.to_rfc3339());
            Error::App(error).in_zone(competition.settings.zone)
        }
        _ => ErrorCode::CaseMoved.into(),
    }
}

/// Hands in a version of the team's statement.
///
/// # Errors
/// As [`check_answering`]'s; every wrong field; `case_full` after as many versions of theirs as there may be, `too_many_attempts`.
#[boxed]
pub async fn state(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    markdown: &str,
    files: Vec<Attachment>,
    received_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let received_at = received_at.unwrap_or_else(|| services.clock.now());
    check_answering(services, competition, actor, number, received_at).await?;
    attached::check(markdown, &files, WrongFields::default()).await?;
    let author = actor.person()?.id;
    services.throttle.seldom(Seldom::GiveStatement, author, services.clock.now())?;
    let files = attached::store(services, competition, files).await?;
    let write = async {
        let (mut tx, mut course) = course::take(services, competition, actor, number, Action::AnswerCases).await?;
        let Course { case, .. } = &mut course;
        let voted = tx.count_case_entries(case.id, CaseEntryKind::Vote).await? > 0;
        if !case.takes_statement(received_at, voted) {
            return Err(closed(competition, case.due_at, received_at));
        }
        if tx.count_statements_by(case.id, author).await? >= STATEMENTS_MAX {
            return Err(AppError::new(ErrorCode::CaseFull).with("max", STATEMENTS_MAX).into());
        }
        if case.state == CaseState::Asked {
            case.state = CaseState::Answered;
        }
        let said = Said { markdown, is_shown: true, files: &files, ..Said::default() };
        course.enter(&mut tx, actor, CaseEntryKind::Statement, said).await?;
        course.write(&mut tx).await?;
        services.events.commit(tx, course.events).await
    };
    let outcome = write.await;
    attached::or_discard(services, &files, outcome).await
}
