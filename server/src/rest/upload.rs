//! Reading a multipart upload under the size cap.

use std::collections::BTreeMap;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use bytes::{Bytes, BytesMut};
use domain::competition::Competition;
use domain::submission::Door;
use domain::{AppError, ErrorCode};
use platform::submissions::{Upload, too_large};

/// Room in a request for the other fields beside the file, in bytes.
const BESIDE: u64 = 64 * 1024;

/// The parts of an upload form.
#[derive(Debug, Default)]
pub struct Form {
    file: Option<(String, Bytes)>,
    memo: String,
    dry_run: bool,
}

impl Form {
    /// Reads every field; the file is the one named `file` or `files`. No more is read than the competition takes.
    ///
    /// # Errors
    /// `not_csv` when the body is no multipart form, `too_large`, `bad_request` when it breaks off.
    pub async fn read(competition: &Competition, mut request: Request) -> Result<Self, AppError> {
        let most = competition.settings.file_max().saturating_add(BESIDE);
        DefaultBodyLimit::max(usize::try_from(most).unwrap_or(usize::MAX)).apply(&mut request);
        let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| ErrorCode::NotCsv)?;
        let broken = |error: MultipartError| broken(competition, &error);
        let mut form = Self::default();
        while let Some(field) = multipart.next_field().await.map_err(broken)? {
            match field.name().unwrap_or_default() {
                "file" | "files" => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    form.file = Some((name, read_file(competition, field).await?));
                }
                "memo" => form.memo = field.text().await.map_err(broken)?,
                "dry_run" => form.dry_run = matches!(field.text().await.map_err(broken)?.as_str(), "true" | "1" | "on"),
                _ => {}
            }
        }
        Ok(form)
    }

    /// # Errors
    /// `not_csv` when the form has no file.
    pub fn into_upload(self, door: Door, idempotency_key: Option<String>) -> Result<Upload, AppError> {
        let (file_name, bytes) = self.file.ok_or(ErrorCode::NotCsv)?;
        // A file input that nothing was chosen in is sent without name and content.
        if file_name.is_empty() && bytes.is_empty() {
            return Err(ErrorCode::NotCsv.into());
        }
        Ok(Upload { door, file_name, bytes, memo: self.memo, dry_run: self.dry_run, idempotency_key })
    }

    /// What was typed, by the names of the page's fields; a switch that is off is absent.
    pub fn typed(&self) -> BTreeMap<String, String> {
        let memo = ("memo".to_owned(), self.memo.clone());
        let switch = self.dry_run.then(|| ("dry_run".to_owned(), "on".to_owned()));
        std::iter::once(memo).chain(switch).collect()
    }

    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }
}

async fn read_file(competition: &Competition, mut field: Field<'_>) -> Result<Bytes, AppError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(competition, &error))? {
        if (bytes.len() + chunk.len()) as u64 > competition.settings.file_max() {
            return Err(too_large(competition));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn broken(competition: &Competition, error: &MultipartError) -> AppError {
    let is_large = error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE;
    if is_large { too_large(competition) } else { ErrorCode::BadRequest.into() }
}
