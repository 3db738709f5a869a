//! Submissions of one's own team.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use domain::access::{Action, Actor, Via};
use domain::address;
use domain::competitions::Competition;
use domain::json::USED;
use domain::quotas::QuotaState;
use domain::submissions::{Door, Note, Secondary, Submission};
use domain::teams::Team;
use domain::{ErrorCode, Locale};
use platform::{submissions, teams};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::{Time, moment};
use super::upload;
use crate::error::{ApiResult, ErrorBody};
use crate::extract::{Caller, InCompetition};
use crate::language::Language;
use crate::state::AppState;

/// The actor's own team, for a door that may read its submissions.
async fn own_team(state: &AppState, competition: &Competition, actor: &Actor) -> ApiResult<Team> {
    actor.by_door(Action::ReadSubmissions)?;
    Ok(teams::of(&state.services, competition, actor.person()?).await?.ok_or(ErrorCode::NotMember)?)
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
    Caller(actor): Caller,
    InCompetition(competition): InCompetition,
    request: Request,
) -> ApiResult<(StatusCode, Json<AcceptedOut>)> {
    let own = teams::of(&state.services, &competition, actor.person()?).await?;
    let door = if actor.via == Via::Session { Door::Page } else { Door::Api };
    accept(&state, locale, &competition, own, &actor, request, door).await
}

/// The way that both doors for programs share from here on.
pub(super) async fn accept(
    state: &AppState,
    locale: Locale,
    competition: &Competition,
    own: Option<Team>,
    actor: &Actor,
    request: Request,
    door: Door,
) -> ApiResult<(StatusCode, Json<AcceptedOut>)> {
    let services = &state.services;
    let sent = upload::receive(services, competition, own, actor, request).await?;
    let accepted = sent.accept(services, competition, actor, door).await?;
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
    Caller(actor): Caller,
    Query(page): Query<SubmissionsQuery>,
    InCompetition(competition): InCompetition,
) -> ApiResult<Json<SubmissionPage>> {
    let team = own_team(&state, &competition, &actor).await?;
    let offset = (page.page.unwrap_or(1).clamp(1, 1_000_000) - 1) * PER_PAGE;
    let (rows, total) = submissions::list(&state.services, &competition, &team, &actor, PER_PAGE, offset).await?;
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
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> ApiResult<Json<SubmissionOut>> {
    let id: Uuid = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let (competition, submission) = submissions::get(&state.services, id, &actor).await?;
    Ok(Json(SubmissionOut::new(&competition, &submission, &state.settings.base_url, locale)))
}

/// What your team has left.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/quota", tag = "submissions", params(("slug" = String, Path)), security(("token" = []), ("basic" = [])),
    responses((status = 200, body = QuotaOut), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(super) async fn quota(
    State(state): State<AppState>,
    Caller(actor): Caller,
    InCompetition(competition): InCompetition,
) -> ApiResult<Json<QuotaOut>> {
    let team = own_team(&state, &competition, &actor).await?;
    let quota = submissions::quota(&state.services, &competition, &team, &actor).await?;
    Ok(Json(QuotaOut::new(&competition, &quota)))
}

#[derive(Serialize, ToSchema)]
pub(super) struct SubmissionOut {
    id: Uuid,
    number: i64,
    dry_run: bool,
    /// queued, scoring, scored or failed.
    status: &'static str,
    file_name: String,
    bytes: i64,
    sha256: String,
    memo: String,
    submitted_by: String,
    /// When the request arrived, before its body: the moment that counts for the deadline and for ties.
    created_at: Time,
    finished_at: Option<Time>,
    public_score: Option<f64>,
    /// Only once the private leaderboard is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    private_score: Option<f64>,
    /// Secondary metrics and what explains the public score, by their names.
    #[serde(skip_serializing_if = "Secondary::is_empty")]
    secondary_public: Secondary,
    /// The same beside the private score, once that is there.
    #[serde(skip_serializing_if = "Secondary::is_empty")]
    secondary_private: Secondary,
    /// False when scoring failed through the platform's fault and the quota was given back.
    counts: bool,
    /// True when the decision of a case has taken it out of every ranking; it counts against the quota all the same.
    voided: bool,
    /// How many stand before it in the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    ahead: Option<i64>,
    /// A sentence about how it ended, if there is more to say than the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    url: String,
}

impl SubmissionOut {
    pub(super) fn new(competition: &Competition, submission: &Submission, base_url: &str, locale: Locale) -> Self {
        Self {
            id: submission.id.0,
            number: submission.number,
            dry_run: submission.dry_run,
            status: submission.status.key(),
            file_name: submission.file_name.clone(),
            bytes: submission.bytes,
            sha256: submission.sha256.clone(),
            memo: submission.memo.clone(),
            submitted_by: submission.user_name.clone(),
            created_at: moment(competition, submission.created_at),
            finished_at: submission.finished_at.map(|at| moment(competition, at)),
            public_score: submission.public_score,
            private_score: submission.private_score,
            secondary_public: submission.secondary_public.clone(),
            secondary_private: submission.secondary_private.clone(),
            counts: submission.counts,
            voided: submission.voided,
            ahead: submission.ahead,
            note: submission.note.as_ref().map(|note| sentence(note, locale)),
            url: format!("{base_url}{}", address::submission(&competition.slug, submission.id)),
        }
    }
}

fn sentence(note: &Note, locale: Locale) -> String {
    app::format::note::sentence(locale, note)
}

#[derive(Serialize, ToSchema)]
pub(super) struct QuotaOut {
    /// Counted submissions today.
    used: i64,
    /// Per day; null without a limit.
    limit: Option<i64>,
    /// Null without any limit.
    left: Option<i64>,
    resets_at: Time,
    /// Later than now only while the minimum interval runs.
    next_allowed_at: Option<Time>,
    total: Value,
    in_flight: Value,
}

impl QuotaOut {
    pub(super) fn new(competition: &Competition, quota: &QuotaState) -> Self {
        Self {
            used: quota.used.today,
            limit: quota.limits.per_day,
            left: quota.left_today,
            resets_at: moment(competition, quota.resets_at),
            next_allowed_at: quota.next_allowed_at.map(|at| moment(competition, at)),
            total: json!({ USED.used: quota.used.total, USED.limit: quota.limits.total }),
            in_flight: json!({ USED.used: quota.used.in_flight, USED.limit: quota.limits.in_flight }),
        }
    }
}

/// What every door answers to an accepted submission.
#[derive(Serialize, ToSchema)]
pub(super) struct AcceptedOut {
    submission: SubmissionOut,
    quota: QuotaOut,
    /// A sentence for people: accepted as number n, so many left today.
    message: String,
}

impl AcceptedOut {
    pub(super) fn new(
        competition: &Competition,
        accepted: &submissions::Accepted,
        base_url: &str,
        locale: Locale,
    ) -> Self {
        Self {
            submission: SubmissionOut::new(competition, &accepted.submission, base_url, locale),
            quota: QuotaOut::new(competition, &accepted.quota),
            message: app::format::note::accepted(locale, competition, &accepted.submission, &accepted.quota),
        }
    }
}
