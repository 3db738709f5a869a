//! Submissions of one's own team.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use domain::accounts::{User, Via};
use domain::competitions::Competition;
use domain::submissions::Door;
use domain::teams::Team;
use domain::{ErrorCode, Locale};
use platform::{competitions, submissions, teams};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::types::{AcceptedOut, QuotaOut, SubmissionOut};
use super::upload;
use crate::error::{ApiResult, ErrorBody, InLanguage as _};
use crate::extract::Caller;
use crate::language::Language;
use crate::state::AppState;

async fn own_team(state: &AppState, locale: Locale, slug: &str, user: &User) -> ApiResult<(Competition, Team)> {
    let competition = competitions::get(&state.services, slug).await.told(locale)?;
    let team =
        teams::of(&state.services, &competition, user).await.told(locale)?.ok_or(ErrorCode::NotMember).told(locale)?;
    Ok((competition, team))
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read field by field")]
pub(super) struct SubmissionForm {
    /// The CSV.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Up to 200 characters, for your own team.
    memo: Option<String>,
    /// Checks everything, scores nothing, costs nothing; sixty an hour for a team.
    dry_run: Option<bool>,
}

/// Submits a CSV. The moment at which the request's head arrives counts for the deadline and for ties: it is the answer's `created_at`.
/// With an `Idempotency-Key` (1 to 200 printable ASCII characters) a repeated request gives the first answer, after the deadline too.
#[utoipa::path(post, path = "/api/v1/competitions/{slug}/submissions", tag = "submissions", params(("slug" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = SubmissionForm, content_type = "multipart/form-data"), security(("token" = []), ("basic" = [])),
    responses((status = 201, body = AcceptedOut), (status = 200, description = "repeated", body = AcceptedOut), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 408, body = ErrorBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody),
        (status = 503, body = ErrorBody)))]
pub(super) async fn create(
    State(state): State<AppState>,
    Language(locale): Language,
    Caller(user): Caller,
    Path(slug): Path<String>,
    request: Request,
) -> ApiResult<(StatusCode, Json<AcceptedOut>)> {
    let competition = competitions::get(&state.services, &slug).await.told(locale)?;
    let own = teams::of(&state.services, &competition, &user).await.told(locale)?;
    let door = if request.extensions().get() == Some(&Via::Session) { Door::Page } else { Door::Api };
    accept(&state, locale, &competition, own, &user, request, door).await
}

/// The way that both doors for programs share from here on.
pub(super) async fn accept(
    state: &AppState,
    locale: Locale,
    competition: &Competition,
    own: Option<Team>,
    user: &User,
    request: Request,
    door: Door,
) -> ApiResult<(StatusCode, Json<AcceptedOut>)> {
    let services = &state.services;
    let sent = upload::receive(services, competition, own, user, request).await.told(locale)?;
    let accepted = sent.accept(services, competition, user, door).await.told(locale)?;
    let status = if accepted.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(AcceptedOut::new(competition, &accepted, &state.settings.base_url, locale))))
}

#[derive(Deserialize)]
pub(super) struct SubmissionsQuery {
    #[serde(default)]
    page: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SubmissionPage {
    total: i64,
    submissions: Vec<SubmissionOut>,
}

const PER_PAGE: i64 = 100;

/// Your team's submissions, newest first, a hundred a page.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/submissions", tag = "submissions", params(("slug" = String, Path), ("page" = Option<i64>, Query)),
    security(("token" = []), ("basic" = [])), responses((status = 200, body = SubmissionPage), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(super) async fn list(
    State(state): State<AppState>,
    Language(locale): Language,
    Caller(user): Caller,
    Path(slug): Path<String>,
    Query(page): Query<SubmissionsQuery>,
) -> ApiResult<Json<SubmissionPage>> {
    let (competition, team) = own_team(&state, locale, &slug, &user).await?;
    let offset = (page.page.unwrap_or(1).clamp(1, 1_000_000) - 1) * PER_PAGE;
    let (rows, total) =
        submissions::list(&state.services, &competition, &team, &user, PER_PAGE, offset).await.told(locale)?;
    let base = &state.settings.base_url;
    Ok(Json(SubmissionPage {
        total,
        submissions: rows.iter().map(|row| SubmissionOut::new(&competition, row, base, locale)).collect(),
    }))
}

/// One submission of your team.
#[utoipa::path(get, path = "/api/v1/submissions/{id}", tag = "submissions", params(("id" = Uuid, Path)), security(("token" = []), ("basic" = [])),
    responses((status = 200, body = SubmissionOut), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(super) async fn get(
    State(state): State<AppState>,
    Language(locale): Language,
    Caller(user): Caller,
    Path(id): Path<String>,
) -> ApiResult<Json<SubmissionOut>> {
    let id: Uuid = id.parse().map_err(|_| ErrorCode::NotFound).told(locale)?;
    let (competition, submission) = submissions::get(&state.services, id, &user).await.told(locale)?;
    Ok(Json(SubmissionOut::new(&competition, &submission, &state.settings.base_url, locale)))
}

/// What your team has left.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/quota", tag = "submissions", params(("slug" = String, Path)), security(("token" = []), ("basic" = [])),
    responses((status = 200, body = QuotaOut), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(super) async fn quota(
    State(state): State<AppState>,
    Language(locale): Language,
    Caller(user): Caller,
    Path(slug): Path<String>,
) -> ApiResult<Json<QuotaOut>> {
    let (competition, team) = own_team(&state, locale, &slug, &user).await?;
    let quota = submissions::quota(&state.services, &competition, &team, &user).await.told(locale)?;
    Ok(Json(QuotaOut::new(&competition, &quota)))
}
