//! The one-line submission from a notebook.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use domain::ErrorCode;
use domain::submissions::Door;
use platform::{competitions, teams};
use serde::Deserialize;

use super::submissions;
use super::submissions::AcceptedOut;
use crate::error::{ApiResult, ErrorBody};
use crate::extract::Caller;
use crate::language::Language;
use crate::state::AppState;

#[derive(Deserialize)]
pub(super) struct Key {
    #[serde(default)]
    password: String,
}

/// Submits for a team by its number and submission key:
/// `curl --user "email:token" -X POST -F "files=@answer.csv" "…/api/direct-report/101?password=KEY"`.
#[utoipa::path(post, path = "/api/direct-report/{team_number}", tag = "submissions",
    params(("team_number" = i64, Path), ("password" = String, Query, description = "the team's submission key")),
    request_body(content_type = "multipart/form-data", description = "the CSV in the field `files`"), security(("basic" = []), ("token" = [])),
    responses((status = 201, body = AcceptedOut), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub(super) async fn direct_report(
    State(state): State<AppState>,
    Language(locale): Language,
    Caller(actor): Caller,
    Path(number): Path<String>,
    Query(key): Query<Key>,
    request: Request,
) -> ApiResult<(StatusCode, Json<AcceptedOut>)> {
    let user = actor.person()?;
    let number = number.parse().map_err(|_| ErrorCode::NotMember)?;
    let services = &state.services;
    let now = services.clock.now();
    services.throttle.team_key(user.id, number, now)?;
    let team = teams::by_key(services, user, number, &key.password).await;
    // Only a wrong key of a team of one's own is a guess: no such team is none, nor a database that does not answer.
    if !matches!(&team, Err(error) if error.code() == Some(ErrorCode::WrongKey)) {
        services.throttle.give_back_team_key(user.id, number, now);
    }
    let team = team?;
    let competition = competitions::by_id(services, team.competition_id).await?;
    submissions::accept(&state, locale, &competition, Some(team), &actor, request, Door::DirectReport).await
}
