//! Files that are attached to a case: stored before the row that names them.

use domain::AppError;
use domain::attachments::{ATTACHMENT_MAX, takes};
use domain::cases::{CASE_FILES_MAX, CASE_TEXT_MAX, CaseFile};
use domain::competitions::Competition;
use domain::error::{FieldProblem, WrongFields};
use domain::ids::{CaseEntryId, CaseFileId};

use crate::attachments::Attachment;
use crate::error::Result;
use crate::markdown::{self, Breaks};
use crate::services::Services;

/// A file that lies in the storage.
pub(super) struct StoredAttachment {
    id: CaseFileId,
    name: String,
    bytes: i64,
    pub(super) storage_key: String,
}

impl StoredAttachment {
    pub(super) fn of(&self, entry_id: CaseEntryId) -> CaseFile {
        CaseFile { id: self.id, entry_id, name: self.name.clone(), bytes: self.bytes }
    }
}

/// Looks through what was written and attached.
///
/// # Errors
/// `invalid_input` with every wrong field: `markdown`, `files`.
pub(super) async fn check(markdown: &str, files: &[Attachment], mut wrong: WrongFields) -> Result<()> {
    let problem = text_problem(markdown).await?;
    if let Some((problem, _)) = problem {
        wrong.note("markdown", problem);
    }
    if files.len() > CASE_FILES_MAX {
        wrong.note("files", FieldProblem::CaseFiles);
    } else if files.iter().any(|file| !takes(&file.kept_name(), &[])) {
        wrong.note("files", FieldProblem::CaseFileKind);
    } else if files.iter().any(|file| file.bytes.len() as u64 > ATTACHMENT_MAX) {
        wrong.note("files", FieldProblem::CaseFileLarge);
    } else if !files.iter().all(Attachment::fits) {
        wrong.note("files", FieldProblem::FileContent);
    }
    Ok(wrong.or(()).map_err(|error| error.with("line", problem.map_or(1, |(_, line)| line)))?)
}

/// What is wrong with a text that must say something, and from which line on.
async fn text_problem(markdown: &str) -> Result<Option<(FieldProblem, usize)>> {
    if markdown.trim().is_empty() {
        return Ok(Some((FieldProblem::BodyEmpty, 1)));
    }
    if markdown.len() > CASE_TEXT_MAX {
        return Ok(Some((FieldProblem::CaseLong, 1)));
    }
    let refused = markdown::render(markdown.to_owned(), Breaks::Line).await?.err();
    Ok(refused.map(|refused| (refused.problem(), refused.line)))
}

/// The same as an error of its own field.
///
/// # Errors
/// `invalid_input`.
pub(super) async fn check_text(field: &str, markdown: &str) -> Result<()> {
    match text_problem(markdown).await? {
        Some((problem, line)) => Err(AppError::field(field, problem).with("line", line).into()),
        None => Ok(()),
    }
}

/// Stores files of a case of the competition.
pub(super) async fn store(
    services: &Services,
    competition: &Competition,
    files: Vec<Attachment>,
) -> Result<Vec<StoredAttachment>> {
    let mut stored = Vec::with_capacity(files.len());
    for file in files {
        let id = CaseFileId::at(services.clock.now());
        let storage_key = format!("cases/{}/{id}.bin", competition.id);
        let (name, bytes) = (file.kept_name(), file.length());
        services.files.put(&storage_key, file.bytes).await?;
        stored.push(StoredAttachment { id, name, bytes, storage_key });
    }
    Ok(stored)
}

/// Takes stored files back where no row names them: what was to name them was refused.
pub(super) async fn or_discard<T>(services: &Services, files: &[StoredAttachment], outcome: Result<T>) -> Result<T> {
    // After any other failure a row may name them all the same, so the sweeper decides.
    if matches!(outcome, Err(crate::Error::App(_))) {
        for file in files {
            services.files.discard(&file.storage_key).await;
        }
    }
    outcome
}
