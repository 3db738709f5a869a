//! Forms of posts that come with files, and files that a script sends while its writer goes on. A page is the answer to a form.

use std::collections::BTreeMap;

use app::api::boards::{EditPost, WritePost, checked_roles, listed};
use app::api::cases::moment;
use app::format;
use app::request::Flash;
use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::access::Actor;
use domain::address;
use domain::boards::files::FILES_AT_ONCE;
use domain::boards::{BODY_MAX, BoardKind, PostDraft, PostFile};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::ScheduledNoticeId;
use domain::{AppError, ErrorCode};
use leptos::server_fn::ServerFn as _;
use platform::boards;
use platform::competitions;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::attached_forms::{AttachedForm, FormBounds};
use crate::error::{ApiError, ApiResult};
use crate::extract::{InCompetition, SignedIn};
use crate::forms::flash;
use crate::language::Language;
use crate::state::AppState;

/// More of a text than it may have, so that whoever wrote too much is told.
const BOUNDS: FormBounds = FormBounds { files: FILES_AT_ONCE, text: 2 * BODY_MAX };
const ONE: FormBounds = FormBounds { files: 1, text: 0 };
/// The field that files stand in.
const FIELD: &str = "upload";

/// `POST /competitions/{slug}/boards/{board}/new`
pub async fn write(
    State(state): State<AppState>,
    known: Option<SignedIn>,
    Path((slug, board)): Path<(String, String)>,
    request: Request,
) -> Response {
    answer(&state, known, &slug, &board, Ok(Subject::New), request).await
}

/// `POST /competitions/{slug}/boards/{board}/{number}/edit`
pub async fn edit(
    State(state): State<AppState>,
    known: Option<SignedIn>,
    Path((slug, board, number)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let subject = number.parse().map(Subject::Post).map_err(|_| ErrorCode::NotFound);
    answer(&state, known, &slug, &board, subject, request).await
}

/// `POST /competitions/{slug}/manage/notices/{id}`
pub async fn scheduled(
    State(state): State<AppState>,
    known: Option<SignedIn>,
    Path((slug, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let subject = id.parse().map(|id| Subject::Scheduled(ScheduledNoticeId(id))).map_err(|_| ErrorCode::NotFound);
    answer(&state, known, &slug, BoardKind::Notice.key(), subject, request).await
}

/// What a form writes.
#[derive(Clone, Copy)]
enum Subject {
    New,
    Post(i64),
    Scheduled(ScheduledNoticeId),
}

/// To the post, or back to the form with what was typed; files that came stay with it.
async fn answer(
    state: &AppState,
    known: Option<SignedIn>,
    slug: &str,
    board: &str,
    subject: Result<Subject, ErrorCode>,
    request: Request,
) -> Response {
    // No competition has a name that no header would take.
    let (Some(kind), Ok(subject), Ok(_)) = (BoardKind::from_key(board), subject, HeaderValue::from_str(slug)) else {
        return ApiError::from(ErrorCode::NotFound).into_response();
    };
    let (path, back) = match subject {
        Subject::New => (WritePost::PATH, address::new_post(slug, kind)),
        Subject::Post(number) => (EditPost::PATH, address::edit_post(slug, kind, number)),
        Subject::Scheduled(id) => (address::SCHEDULED_NOTICE, address::scheduled_notice(slug, id)),
    };
    let Some(SignedIn { actor, session }) = known else {
        return (StatusCode::SEE_OTHER, [(LOCATION, address::login_then(&back))]).into_response();
    };
    let (values, done) = hand_in(state, slug, kind, subject, &actor, request).await;
    let (target, outcome) = match done {
        Ok(Some(number)) => (address::post(slug, kind, number), Ok(Value::Null)),
        Ok(None) => (address::manage_notices(slug), Ok(Value::Null)),
        Err(error) => (back, Err(error)),
    };
    let mut answer = (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response();
    let flash = Flash { path: path.to_owned(), outcome, values };
    flash::keep(state, Some(&session), flash, answer.headers_mut()).await;
    answer
}

/// What was typed, as far as it was read, and the post's number; a notice that waits for its moment has none.
async fn hand_in(
    state: &AppState,
    slug: &str,
    kind: BoardKind,
    subject: Subject,
    actor: &Actor,
    request: Request,
) -> (BTreeMap<String, String>, Result<Option<i64>, AppError>) {
    let services = &state.services;
    let known = async {
        let user = actor.person()?.id;
        Ok::<_, AppError>((user, competitions::get(services, slug).await?))
    };
    let (user, competition) = match known.await {
        Ok(known) => known,
        Err(error) => return (BTreeMap::new(), Err(error)),
    };
    let may = async { Ok(boards::check_uploading(services, &competition, kind, actor).await?) };
    let (mut form, read) = AttachedForm::receive(services, user, BOUNDS, may, request).await;
    let done = async {
        read?;
        take(state, &competition, kind, actor, &mut form).await?;
        let draft = draft(&form);
        let publish_at = form.typed("publish_at");
        let id = match subject {
            Subject::Post(number) => {
                boards::edit(services, &competition, kind, actor, number, draft).await?;
                return Ok(Some(number));
            }
            Subject::New if kind != BoardKind::Notice || publish_at.trim().is_empty() => {
                return Ok(Some(boards::write(services, &competition, kind, actor, draft).await?));
            }
            Subject::New => None,
            Subject::Scheduled(id) => Some(id),
        };
        let at = moment(&competition, &publish_at);
        boards::schedule(services, &competition, actor, id, draft, at).await?;
        Ok(None)
    };
    let done = done.await;
    (form.texts, done)
}

/// Stores the files that came: pictures stand at the end of the text, others in the list.
async fn take(
    state: &AppState,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    form: &mut AttachedForm,
) -> Result<(), AppError> {
    let files: Vec<_> = form.files.drain(..).filter(|(name, _)| name == FIELD).map(|(_, file)| file).collect();
    if files.len() > FILES_AT_ONCE {
        return Err(AppError::field("files", FieldProblem::PostFilesAtOnce));
    }
    for file in files {
        let file = boards::upload(&state.services, competition, kind, actor, file).await?;
        if file.is_picture {
            let text = form.texts.entry("markdown".to_owned()).or_default();
            let space = if text.trim().is_empty() { "" } else { "\n\n" };
            *text = format!("{}{space}{}\n", text.trim_end(), file.markdown(&competition.slug));
        } else {
            form.texts.insert(format!("files[{}]", file.id), file.id.to_string());
        }
    }
    Ok(())
}

fn draft(form: &AttachedForm) -> PostDraft {
    let is_checked = |name: &str| !form.typed(name).is_empty();
    PostDraft {
        title: form.typed("title"),
        // A browser sends line breaks as two signs.
        markdown: form.typed("markdown").replace("\r\n", "\n"),
        category: form.typed("category"),
        secret: is_checked("secret"),
        pinned: is_checked("pinned"),
        required: is_checked("required"),
        for_all: is_checked("for_all"),
        based_on: form.typed("version").parse().unwrap_or_default(),
        files: listed(&form.texts),
        roles: checked_roles(&form.texts),
    }
}

#[derive(Deserialize)]
pub struct OfBoard {
    board: String,
}

/// `POST /competitions/{slug}/boards/files?board=…`: takes one file and says what it became.
pub async fn upload(
    State(state): State<AppState>,
    known: Option<SignedIn>,
    Language(locale): Language,
    Query(OfBoard { board }): Query<OfBoard>,
    InCompetition(competition): InCompetition,
    request: Request,
) -> ApiResult<Json<Value>> {
    let services = &state.services;
    let kind = BoardKind::from_key(&board).ok_or(ErrorCode::NotFound)?;
    let actor = known.ok_or(ErrorCode::LoginRequired)?.actor;
    let user = actor.person()?.id;
    let may = async { Ok(boards::check_uploading(services, &competition, kind, &actor).await?) };
    let (form, read) = AttachedForm::receive(services, user, ONE, may, request).await;
    read?;
    let (_, sent) = form.files.first().filter(|(name, _)| name == FIELD).ok_or(ErrorCode::OneFile)?;
    let file = boards::upload(services, &competition, kind, &actor, sent.clone()).await?;
    let markdown = file.is_picture.then(|| file.markdown(&competition.slug));
    let PostFile { id, name, bytes, .. } = file;
    let size = format::bytes(u64::try_from(bytes).unwrap_or_default(), locale);
    Ok(Json(json!({ "id": id, "name": name, "size": size, "markdown": markdown })))
}
