//! Forms of cases that come with files: one is opened, given evidence, answered by its team. A page is the answer, without a script.

use std::collections::BTreeMap;

use app::request::Flash;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Path, Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::address;
use domain::cases::{CASE_FILE_MAX, CASE_FILES_MAX, CASE_TEXT_MAX};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::{AppError, ErrorCode};
use platform::cases::{self, Attachment, NewCase};
use platform::uploads::Room;
use platform::{Services, competitions};
use serde_json::Value;

use crate::error::ApiError;
use crate::extract::SignedIn;
use crate::forms::flash;
use crate::rest::upload::{Pace, length, read_on};
use crate::state::AppState;
use crate::{arrival, text};

/// As much of a text is kept: more than it may have, so that whoever wrote too much is told.
const TEXT: usize = 2 * CASE_TEXT_MAX;
/// Texts of one form.
const TEXTS: usize = 16;
/// Bytes of a whole form: its files, and room for what stands beside them.
const MOST: u64 = CASE_FILE_MAX * CASE_FILES_MAX as u64 + (512 << 10);

/// What is done with a form, and to which case.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Open,
    Evidence(i64),
    Statement(i64),
}

/// `POST /competitions/{slug}/manage/cases`
pub async fn open(
    State(state): State<AppState>,
    known: Option<SignedIn>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    answer(&state, known, &slug, Ok(Purpose::Open), request).await
}

/// `POST /competitions/{slug}/manage/cases/{number}`
pub async fn evidence(
    State(state): State<AppState>,
    known: Option<SignedIn>,
    Path((slug, number)): Path<(String, String)>,
    request: Request,
) -> Response {
    answer(&state, known, &slug, numbered(&number).map(Purpose::Evidence), request).await
}

/// `POST /competitions/{slug}/cases/{number}`
pub async fn statement(
    State(state): State<AppState>,
    known: Option<SignedIn>,
    Path((slug, number)): Path<(String, String)>,
    request: Request,
) -> Response {
    answer(&state, known, &slug, numbered(&number).map(Purpose::Statement), request).await
}

fn numbered(number: &str) -> Result<i64, ErrorCode> {
    number.parse().map_err(|_| ErrorCode::NotFound)
}

impl Purpose {
    /// What the outcome is kept under, and the page that shows it.
    fn page(self, slug: &str) -> (&'static str, String) {
        match self {
            Self::Open => (address::MANAGE_CASES, address::new_case(slug)),
            Self::Evidence(number) => (address::MANAGE_CASE, address::manage_case(slug, number)),
            Self::Statement(number) => (address::CASE, address::case(slug, number)),
        }
    }
}

/// Back to the page that the form stands on, or to the case that was opened; who has no business there is told that there is nothing.
async fn answer(
    state: &AppState,
    known: Option<SignedIn>,
    slug: &str,
    purpose: Result<Purpose, ErrorCode>,
    request: Request,
) -> Response {
    let purpose = match purpose {
        // No competition has a name that no header would take.
        Ok(purpose) if HeaderValue::from_str(slug).is_ok() => purpose,
        _ => return ApiError::from(ErrorCode::NotFound).into_response(),
    };
    let (path, back) = purpose.page(slug);
    let Some(SignedIn { actor, session }) = known else {
        return (StatusCode::SEE_OTHER, [(LOCATION, address::login_then(&back))]).into_response();
    };
    let (values, done) = hand_in(state, slug, purpose, &actor, request).await;
    let (target, outcome) = match done {
        Ok(target) => (target.unwrap_or(back), Ok(Value::Null)),
        Err(error) if matches!(error.status(), 403 | 404) => return ApiError::from(error).into_response(),
        Err(error) => (back, Err(error)),
    };
    let mut answer = (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response();
    let flash = Flash { path: path.to_owned(), outcome, values };
    flash::keep(state, Some(&session), flash, answer.headers_mut()).await;
    answer
}

/// What was typed, as far as it was read, and where that led.
async fn hand_in(
    state: &AppState,
    slug: &str,
    purpose: Purpose,
    actor: &Actor,
    request: Request,
) -> (BTreeMap<String, String>, Result<Option<String>, AppError>) {
    let services = &state.services;
    let received_at = arrival::of(&request, services);
    let receive = async {
        let competition = competitions::get(services, slug).await?;
        let form = CaseForm::receive(services, &competition, purpose, actor, received_at, request).await?;
        Ok::<_, AppError>((competition, form))
    };
    let (competition, form) = match receive.await {
        Ok(received) => received,
        Err(error) => return (BTreeMap::new(), Err(error)),
    };
    // Its room is held until all of it is stored.
    let CaseForm { texts, files, room: _room } = form;
    let typed = |name: &str| texts.get(name).cloned().unwrap_or_default();
    let (markdown, is_shown) = (typed("markdown"), !typed("is_shown").is_empty());
    let done = match purpose {
        Purpose::Open => {
            let new = NewCase {
                // What is no number is the number of no team.
                team: typed("team").trim().parse().unwrap_or_default(),
                title: typed("title"),
                markdown,
                submissions: typed("submissions"),
                by_vote: !typed("by_vote").is_empty(),
                is_shown,
                files,
            };
            let opened = cases::open(services, &competition, actor, new).await;
            opened.map(|number| Some(address::manage_case(slug, number)))
        }
        Purpose::Evidence(number) => {
            let text = (markdown.as_str(), is_shown);
            cases::add_evidence(services, &competition, actor, number, text, files).await.map(|()| None)
        }
        Purpose::Statement(number) => {
            let at = Some(received_at);
            cases::state(services, &competition, actor, number, &markdown, files, at).await.map(|()| None)
        }
    };
    (texts, done.map_err(AppError::from))
}

/// A form with what was typed, by the names of its fields, and its files.
#[derive(Default)]
struct CaseForm {
    texts: BTreeMap<String, String>,
    files: Vec<Attachment>,
    room: Option<Room>,
}

impl CaseForm {
    /// Reads it once it may come: what can be refused without the body is, then room is taken for it.
    async fn receive(
        services: &Services,
        competition: &Competition,
        purpose: Purpose,
        actor: &Actor,
        received_at: DateTime<Utc>,
        request: Request,
    ) -> Result<Self, AppError> {
        let grace = services.config.upload_grace;
        let length = length(request.headers()).unwrap_or(MOST);
        let begin = async {
            match purpose {
                Purpose::Open => cases::check_managing(services, competition, actor).await?,
                Purpose::Evidence(number) => {
                    cases::check_managing(services, competition, actor).await?;
                    cases::of(services, competition, actor, number).await?;
                }
                Purpose::Statement(number) => {
                    cases::check_answering(services, competition, actor, number, received_at).await?;
                }
            }
            if length > MOST {
                return Err(ErrorCode::BodyTooLarge.into());
            }
            services.uploads.room(actor.person()?.id, length).await
        };
        match begin.await {
            Ok(room) => {
                let form = Self::read(request, Pace::new(grace, length)).await?;
                Ok(Self { room: Some(room), ..form })
            }
            Err(refused) => {
                read_on(request, grace).await;
                Err(refused)
            }
        }
    }

    async fn read(mut request: Request, mut pace: Pace) -> Result<Self, AppError> {
        DefaultBodyLimit::max(usize::try_from(MOST).unwrap_or(usize::MAX)).apply(&mut request);
        let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| ErrorCode::BadRequest)?;
        let mut form = Self::default();
        while let Some(mut field) = pace.keep(multipart.next_field()).await?.map_err(|error| broken(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "files" {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                text::plain(file_name.as_bytes())?;
                let bytes = file(&mut field, &mut pace).await?;
                // A file input that nothing was chosen in is sent without name and content.
                if file_name.is_empty() && bytes.is_empty() {
                    continue;
                }
                if form.files.len() >= CASE_FILES_MAX {
                    return Err(AppError::field("files", FieldProblem::CaseFiles));
                }
                form.files.push(Attachment { name: file_name, bytes: bytes.into() });
            } else if form.texts.len() < TEXTS {
                let value = typed(&mut field, &mut pace).await?;
                form.texts.insert(name, value);
            }
        }
        Ok(form)
    }
}

async fn chunk(field: &mut Field<'_>, pace: &mut Pace) -> Result<Option<bytes::Bytes>, AppError> {
    let chunk = pace.keep(field.chunk()).await?.map_err(|error| broken(&error))?;
    pace.read += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
    Ok(chunk)
}

async fn file(field: &mut Field<'_>, pace: &mut Pace) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = chunk(field, pace).await? {
        if (bytes.len() + chunk.len()) as u64 > CASE_FILE_MAX {
            return Err(AppError::field("files", FieldProblem::CaseFileLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The beginning of a text; what is beyond it is read and let go.
async fn typed(field: &mut Field<'_>, pace: &mut Pace) -> Result<String, AppError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = chunk(field, pace).await? {
        bytes.extend_from_slice(&chunk[..chunk.len().min(TEXT - bytes.len())]);
    }
    text::plain(&bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn broken(error: &MultipartError) -> AppError {
    let is_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    if is_large { ErrorCode::BodyTooLarge.into() } else { ErrorCode::BadRequest.into() }
}
