//! Receiving an upload: first what can be refused without it, then room for it, then the multipart body under its cap and pace.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::competitions::Competition;
use domain::submissions::{Door, idempotency_key, tidy_file_name};
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use futures::StreamExt as _;
use platform::Services;
use platform::submissions::{self, Accepted, Upload, too_large};
use platform::uploads::Room;
use tokio::time::{Instant, timeout_at};

use crate::{arrival, text};

/// Room in a request for the other fields beside the file, in bytes.
const BESIDE: u64 = 64 * 1024;
/// As much of a text field is kept; a memo is far shorter.
const TEXT: usize = 4096;
/// The slowest pace of a body, in bytes a second, once it has taken longer than the grace.
const PACE: u64 = 64 * 1024;
/// Seconds after the grace in which a body of whatever length must have come, so that a long one has a faster pace.
const LONGEST: u64 = 300;
/// As much of a refused body is read on, so that the refusal reaches a client that sends first and listens then.
const READ_ON: u64 = 32 * 1024 * 1024;

/// An upload and what is known of who sends it.
pub struct Sent {
    pub form: UploadForm,
    team: Team,
    key: Option<String>,
    received_at: DateTime<Utc>,
}

/// Reads an upload once it may come. `own` is the team that the user submits for, unless the request repeats an earlier one.
///
/// # Errors
/// `bad_idempotency_key`, what [`submissions::team_for`] refuses, `try_again` without room, `too_slow`, and those of a form.
pub async fn receive(
    services: &Services,
    competition: &Competition,
    own: Option<Team>,
    actor: &Actor,
    request: Request,
) -> Result<Sent, AppError> {
    let user = actor.person()?;
    let received_at = arrival::of(&request, services);
    let grace = services.config.upload_grace;
    let header = request.headers().get("idempotency-key").cloned();
    let most = competition.settings.file_max().saturating_add(BESIDE);
    let length = length(request.headers()).unwrap_or(most);
    let begin = async {
        let key = header.map(|key| idempotency_key(key.as_bytes())).transpose()?;
        let team = submissions::team_for(services, competition, own, actor, key.as_deref(), received_at).await?;
        if length > most {
            return Err(too_large(competition));
        }
        Ok::<_, AppError>((key, team, services.uploads.room(user.id, length).await?))
    };
    match begin.await {
        Ok((key, team, room)) => {
            let form = UploadForm::read(competition, request, room, Pace::new(grace, length)).await?;
            Ok(Sent { form, team, key, received_at })
        }
        Err(refused) => {
            read_on(request, grace).await;
            Err(refused)
        }
    }
}

impl Sent {
    /// Hands it in.
    ///
    /// # Errors
    /// `not_csv` when the form has no file, and those of [`submissions::accept`].
    pub async fn accept(
        self,
        services: &Services,
        competition: &Competition,
        actor: &Actor,
        door: Door,
    ) -> Result<Accepted, AppError> {
        let UploadForm { file, memo, dry_run } = self.form;
        let (file_name, bytes) = file.ok_or(ErrorCode::NotCsv)?;
        let (idempotency_key, received_at) = (self.key, Some(self.received_at));
        let upload = Upload { door, file_name, bytes, memo, dry_run, idempotency_key, received_at };
        Ok(submissions::accept(services, competition, &self.team, actor, upload).await?)
    }
}

/// How long a request says that its body is.
pub fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads what is left of a refused body, within bounds. Who waits to be asked for it (`Expect`) is not asked.
pub(crate) async fn read_on(request: Request, grace: Duration) {
    if request.headers().contains_key(EXPECT) {
        return;
    }
    // It holds no room: whatever length it names, it has the time of a short one.
    let mut pace = Pace::new(grace, 0);
    let mut body = request.into_body().into_data_stream();
    while pace.read < READ_ON
        && let Ok(Some(Ok(chunk))) = pace.keep(body.next()).await
    {
        pace.read += chunk.len() as u64;
    }
}

/// How fast a body must come.
pub(crate) struct Pace {
    began: Instant,
    grace: Duration,
    /// Bytes a second.
    least: u64,
    pub(crate) read: u64,
}

impl Pace {
    /// For a body that has room for so many bytes.
    pub(crate) fn new(grace: Duration, length: u64) -> Self {
        Self { began: Instant::now(), grace, least: PACE.max(length.div_ceil(LONGEST)), read: 0 }
    }

    /// How long it may have taken until the next part comes.
    fn within(&self) -> Duration {
        self.grace + Duration::from_millis(self.read.saturating_mul(1000) / self.least)
    }

    /// Waits for the next part, as long as what was read so far allows.
    pub(crate) async fn keep<T>(&self, part: impl Future<Output = T>) -> Result<T, AppError> {
        timeout_at(self.began + self.within(), part).await.map_err(|_| ErrorCode::TooSlow.into())
    }
}

/// The parts of an upload form.
#[derive(Debug, Default)]
pub struct UploadForm {
    file: Option<(String, bytes::Bytes)>,
    memo: String,
    dry_run: bool,
}

impl UploadForm {
    /// Reads every field; the file is the one named `file` or `files`. No more is read than the competition takes.
    ///
    /// # Errors
    /// `not_csv` when the body is no multipart form, `one_file`, `file_not_attached`, `bad_text`, `too_large`, `too_slow`,
    /// `bad_request` when it breaks off.
    async fn read(competition: &Competition, mut request: Request, room: Room, pace: Pace) -> Result<Self, AppError> {
        let most = competition.settings.file_max().saturating_add(BESIDE);
        DefaultBodyLimit::max(usize::try_from(most).unwrap_or(usize::MAX)).apply(&mut request);
        let length = length(request.headers()).unwrap_or_default();
        let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| ErrorCode::NotCsv)?;
        let mut reading = Reading { competition, pace };
        let (mut form, mut room) = (Self::default(), Some(room));
        while let Some(mut field) =
            reading.pace.keep(multipart.next_field()).await?.map_err(|error| reading.broken(&error))?
        {
            match field.name().unwrap_or_default() {
                "file" | "files" => {
                    let name = field.file_name().map(str::to_owned);
                    let bytes = reading.file(&mut field, length).await?;
                    // A file input that nothing was chosen in is sent without name and content.
                    if name.as_deref().is_none_or(str::is_empty) && bytes.is_empty() {
                        continue;
                    }
                    if name.is_none() {
                        check_attached(&bytes)?;
                    }
                    let room = room.take().ok_or(ErrorCode::OneFile)?;
                    form.file = Some((name.unwrap_or_default(), room.hold(bytes)));
                }
                "memo" => form.memo = reading.text(&mut field).await?,
                "dry_run" => form.dry_run = matches!(reading.text(&mut field).await?.as_str(), "true" | "1" | "on"),
                _ => {}
            }
        }
        Ok(form)
    }

    /// What was typed, by the names of the page's fields; a switch that is off is absent.
    pub fn typed(&self) -> BTreeMap<String, String> {
        let memo = ("memo".to_owned(), self.memo.clone());
        let switch = self.dry_run.then(|| ("dry_run".to_owned(), "on".to_owned()));
        std::iter::once(memo).chain(switch).collect()
    }
}

/// A form that is being read.
struct Reading<'a> {
    competition: &'a Competition,
    pace: Pace,
}

impl Reading<'_> {
    async fn chunk(&mut self, field: &mut Field<'_>) -> Result<Option<bytes::Bytes>, AppError> {
        let chunk = self.pace.keep(field.chunk()).await?.map_err(|error| self.broken(&error))?;
        self.pace.read += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        Ok(chunk)
    }

    /// The file, in memory of the size that the request names.
    async fn file(&mut self, field: &mut Field<'_>, length: u64) -> Result<Vec<u8>, AppError> {
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        while let Some(chunk) = self.chunk(field).await? {
            if (bytes.len() + chunk.len()) as u64 > self.competition.settings.file_max() {
                return Err(too_large(self.competition));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// The beginning of a text; what is beyond it is read and let go.
    async fn text(&mut self, field: &mut Field<'_>) -> Result<String, AppError> {
        let mut text = Vec::new();
        while let Some(chunk) = self.chunk(field).await? {
            text.extend_from_slice(&chunk[..chunk.len().min(TEXT - text.len())]);
        }
        text::plain(&text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn broken(&self, error: &MultipartError) -> AppError {
        let is_large = error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE;
        if is_large { too_large(self.competition) } else { ErrorCode::BadRequest.into() }
    }
}

/// Refuses the name of a file in place of the file: what curl sends for `-F files=answer.csv` without the `@`.
fn check_attached(bytes: &[u8]) -> Result<(), AppError> {
    let text = std::str::from_utf8(bytes).unwrap_or_default().trim();
    if text.is_empty() || text.len() > 255 || text.contains(['\n', '\r', ',']) {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::FileNotAttached).with("text", tidy_file_name(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_its_grace_and_five_minutes_at_most_however_long_it_is() {
        let grace = Duration::from_secs(20);
        for (length, seconds) in [(0, 0), (64 << 10, 1), (10 << 20, 160), (64 << 20, 300), (256 << 20, 300)] {
            let pace = Pace { read: length, ..Pace::new(grace, length) };
            assert_eq!((pace.within().as_millis().div_ceil(1000), length), (20 + seconds, length));
            let begun = Pace::new(grace, length);
            assert_eq!(begun.within(), grace, "nothing has come yet");
        }
        let slow = Pace { read: 32 << 20, ..Pace::new(grace, 256 << 20) };
        assert!(slow.within() < Duration::from_mins(1), "an eighth of it has an eighth of the time");
    }
}
