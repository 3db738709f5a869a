//! Reading a multipart upload under the size cap.

use std::collections::BTreeMap;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use bytes::{Bytes, BytesMut};
use domain::submission::{Door, FILE_MAX};
use domain::{AppError, ErrorCode};
use platform::submissions::{Upload, too_large};

/// Most bytes of a request with a file: the file and some room for the other fields.
#[expect(clippy::cast_possible_truncation, reason = "ten megabytes fit into any usize")]
pub const REQUEST_MAX: usize = FILE_MAX as usize + 64 * 1024;

/// The parts of an upload form.
#[derive(Debug, Default)]
pub struct Form {
    file: Option<(String, Bytes)>,
    memo: String,
    dry_run: bool,
}

impl Form {
    /// Reads every field; the file is the one named `file` or `files`.
    ///
    /// # Errors
    /// `too_large`, `bad_request` when the body is no multipart form or breaks off.
    pub async fn read(mut multipart: Multipart) -> Result<Self, AppError> {
        let mut form = Self::default();
        while let Some(field) = multipart.next_field().await.map_err(|error| broken(&error))? {
            match field.name().unwrap_or_default() {
                "file" | "files" => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    form.file = Some((name, read_file(field).await?));
                }
                "memo" => form.memo = text(field).await?,
                "dry_run" => form.dry_run = matches!(text(field).await?.as_str(), "true" | "1" | "on"),
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

async fn read_file(mut field: Field<'_>) -> Result<Bytes, AppError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if (bytes.len() + chunk.len()) as u64 > FILE_MAX {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

async fn text(field: Field<'_>) -> Result<String, AppError> {
    field.text().await.map_err(|error| broken(&error))
}

fn broken(error: &MultipartError) -> AppError {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { ErrorCode::BadRequest.into() }
}
