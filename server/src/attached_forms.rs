//! Forms that come with files, without a script: read once they may come, in time, and no more of them in memory than there is room for.

use std::collections::BTreeMap;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::StatusCode;
use bytes::Bytes;
use domain::attachments::ATTACHMENT_MAX;
use domain::ids::UserId;
use domain::{AppError, ErrorCode};
use platform::Services;
use platform::attachments::Attachment;
use platform::uploads::Room;

use crate::rest::upload::{Pace, length, read_on};
use crate::text;

/// Texts of one form.
const TEXTS: usize = 32;
/// Characters of a field's name; of the names of all texts as many times as there may be texts.
const NAME_MAX: usize = 100;
/// Room beside the files.
const BESIDE: u64 = 512 << 10;

/// As much is read beyond what is kept, so that whoever chose a file that is too large loses nothing else.
const BEYOND: u64 = 64 << 20;

/// What is kept of a form.
#[derive(Debug, Clone, Copy)]
pub struct FormBounds {
    /// Files, of none more than it may have.
    pub files: usize,
    /// Bytes of a text.
    pub text: usize,
}

impl FormBounds {
    /// Bytes of memory.
    fn kept(self) -> u64 {
        (ATTACHMENT_MAX + 1) * self.files as u64 + BESIDE
    }

    /// Bytes that are read.
    fn read(self) -> u64 {
        self.kept() + BEYOND
    }
}

/// A form with what was typed, by the names of its fields, and its files with the names of theirs.
#[derive(Default)]
pub struct AttachedForm {
    pub texts: BTreeMap<String, String>,
    /// Of one that is larger than a file may be there is a byte more than that; one more than there may be stands here empty.
    pub files: Vec<(String, Attachment)>,
    /// Held until all of it is stored.
    room: Option<Room>,
}

impl AttachedForm {
    /// Reads a form that `may` come: what can be refused without the body is, then room is taken for it. Where the body breaks off or is
    /// too long, what had come of it stays, with the error.
    pub async fn receive(
        services: &Services,
        user: UserId,
        bounds: FormBounds,
        may: impl Future<Output = Result<(), AppError>>,
        request: Request,
    ) -> (Self, Result<(), AppError>) {
        let grace = services.config.upload_grace;
        let length = length(request.headers()).unwrap_or_else(|| bounds.read());
        let begin = async {
            may.await?;
            services.uploads.room(user, length.min(bounds.kept())).await
        };
        let mut form = Self::default();
        let read = match begin.await {
            Ok(room) => {
                form.room = Some(room);
                form.read(request, bounds, Pace::new(grace, length)).await
            }
            Err(refused) => {
                read_on(request, grace).await;
                Err(refused)
            }
        };
        (form, read)
    }

    async fn read(&mut self, mut request: Request, bounds: FormBounds, mut pace: Pace) -> Result<(), AppError> {
        DefaultBodyLimit::max(usize::try_from(bounds.read()).unwrap_or(usize::MAX)).apply(&mut request);
        let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| ErrorCode::BadRequest)?;
        while let Some(mut field) = pace.keep(multipart.next_field()).await?.map_err(|error| broken(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let is_taken = name.len() <= NAME_MAX;
            if let Some(file_name) = file_name {
                text::plain(file_name.as_bytes())?;
                let most = if is_taken && self.files.len() < bounds.files { ATTACHMENT_MAX + 1 } else { 0 };
                let bytes = beginning(&mut field, &mut pace, usize::try_from(most).unwrap_or(usize::MAX)).await?;
                // A file input that nothing was chosen in is sent without name and content.
                if is_taken && self.files.len() <= bounds.files && !(file_name.is_empty() && bytes.is_empty()) {
                    self.files.push((name, Attachment { name: file_name, bytes: bytes.into() }));
                }
            } else {
                let bytes = beginning(&mut field, &mut pace, bounds.text).await?;
                text::plain(&bytes)?;
                if is_taken && self.texts.len() < TEXTS {
                    self.texts.insert(name, String::from_utf8_lossy(&bytes).into_owned());
                }
            }
        }
        Ok(())
    }

    /// What was typed into a field.
    pub fn typed(&self, name: &str) -> String {
        self.texts.get(name).cloned().unwrap_or_default()
    }
}

async fn chunk(field: &mut Field<'_>, pace: &mut Pace) -> Result<Option<Bytes>, AppError> {
    let chunk = pace.keep(field.chunk()).await?.map_err(|error| broken(&error))?;
    pace.read += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
    Ok(chunk)
}

/// The beginning of a field; what is beyond it is read and let go.
async fn beginning(field: &mut Field<'_>, pace: &mut Pace, most: usize) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = chunk(field, pace).await? {
        bytes.extend_from_slice(&chunk[..chunk.len().min(most - bytes.len())]);
    }
    Ok(bytes)
}

fn broken(error: &MultipartError) -> AppError {
    let is_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    if is_large { ErrorCode::BodyTooLarge.into() } else { ErrorCode::BadRequest.into() }
}
