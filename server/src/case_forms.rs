//! Forms of cases that come with files: one is opened, given evidence, answered by its team. A page is the answer, without a script.

use std::collections::BTreeMap;

use app::request::Flash;
use axum::extract::{Path, Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::address;
use domain::cases::{CASE_FILES_MAX, CASE_TEXT_MAX};
use domain::competitions::Competition;
use domain::{AppError, ErrorCode};
use platform::cases::{self, NewCase};
use platform::{Services, competitions};
use serde_json::Value;

use crate::arrival;
use crate::attached_forms::{AttachedForm, FormBounds};
use crate::error::ApiError;
use crate::extract::SignedIn;
use crate::forms::flash;
use crate::state::AppState;

/// More of a text than it may have, so that whoever wrote too much is told.
const BOUNDS: FormBounds = FormBounds { files: CASE_FILES_MAX, text: 2 * CASE_TEXT_MAX };

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
    let known = async {
        let user = actor.person()?.id;
        Ok::<_, AppError>((user, competitions::get(services, slug).await?))
    };
    let (user, competition) = match known.await {
        Ok(known) => known,
        Err(error) => return (BTreeMap::new(), Err(error)),
    };
    let may = check(services, &competition, purpose, actor, received_at);
    let (form, read) = AttachedForm::receive(services, user, BOUNDS, may, request).await;
    let done = match read {
        Ok(()) => done(services, &competition, purpose, actor, received_at, &form).await,
        Err(error) => Err(error),
    };
    (form.texts, done)
}

/// What can be refused before anything of the form is read.
async fn check(
    services: &Services,
    competition: &Competition,
    purpose: Purpose,
    actor: &Actor,
    received_at: DateTime<Utc>,
) -> Result<(), AppError> {
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
    Ok(())
}

/// Does it; the address of a case that was opened.
async fn done(
    services: &Services,
    competition: &Competition,
    purpose: Purpose,
    actor: &Actor,
    received_at: DateTime<Utc>,
    form: &AttachedForm,
) -> Result<Option<String>, AppError> {
    let files = form.files.iter().filter(|(name, _)| name == "files").map(|(_, file)| file.clone()).collect();
    let (markdown, is_shown) = (form.typed("markdown"), !form.typed("is_shown").is_empty());
    match purpose {
        Purpose::Open => {
            let new = NewCase {
                // What is no number is the number of no team.
                team: form.typed("team").trim().parse().unwrap_or_default(),
                title: form.typed("title"),
                markdown,
                submissions: form.typed("submissions"),
                by_vote: !form.typed("by_vote").is_empty(),
                is_shown,
                files,
            };
            let number = cases::open(services, competition, actor, new).await?;
            return Ok(Some(address::manage_case(&competition.slug, number)));
        }
        Purpose::Evidence(number) => {
            cases::add_evidence(services, competition, actor, number, (markdown.as_str(), is_shown), files).await?;
        }
        Purpose::Statement(number) => {
            cases::state(services, competition, actor, number, &markdown, files, Some(received_at)).await?;
        }
    }
    Ok(None)
}
