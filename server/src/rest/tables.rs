//! Lists for people as tables that spreadsheets open: what the list on the page shows.

use app::pages::administration::mail::any_letter_word;
use app::pages::cases::words::{case_outcome_word, case_state_word};
use app::pages::console::frame::role_word;
use app::pages::console::mail::words::{letter_kind_word, letter_reason, letter_state_word};
use app::pages::console::teams::rows::team_state_word;
use app::ui::application_word;
use axum::body::Body;
use axum::extract::{FromRequestParts, OptionalFromRequestParts, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use domain::access::{Actor, Role};
use domain::cases::CaseState;
use domain::jobs::JobKind;
use domain::participation::ParticipationState;
use domain::{ErrorCode, Locale};
use platform::administration::{self, AccountsAsked, AccountsFilter, JobsWanted};
use platform::cases::{self, CasesWanted};
use platform::competitions::holders::{self, HoldersWanted};
use platform::competitions::letters::{self, LetterState, LettersWanted};
use platform::competitions::people::{self, PeopleFilter, PeopleWanted};
use platform::participation::{ApplicantsAsked, table as applicants};
use platform::teams::overview::{self, TeamsAsked, TeamsFilter};
use serde::Deserialize;

use super::files::{attached, set};
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, InCompetition};
use crate::language::Language;
use crate::state::AppState;

/// `GET /competitions/{slug}/manage/applications.csv?q=…&state=…`: what the list of applications shows, as a table.
pub async fn applications(
    State(state): State<AppState>,
    asked: TableAsked,
    InCompetition(competition): InCompetition,
) -> ApiResult<Response> {
    let TableAsked { actor, locale, text, state: key } = asked;
    let wanted = ApplicantsAsked {
        state: key.as_deref().and_then(ParticipationState::from_key),
        text,
        ..ApplicantsAsked::default()
    };
    let csv = applicants::csv(&state.services, &competition, &actor, &wanted, locale, application_word).await?;
    // Piece by piece: one that breaks off is a download that broke off.
    Ok(table(Body::from_stream(csv), &format!("{}-applications.csv", competition.slug)))
}

/// `GET /competitions/{slug}/manage/teams.csv?q=…&state=…`: what the list of teams shows, as a table.
pub async fn teams(
    State(state): State<AppState>,
    asked: TableAsked,
    InCompetition(competition): InCompetition,
) -> ApiResult<Response> {
    let TableAsked { actor, locale, text, state: key } = asked;
    let filter = key.as_deref().and_then(TeamsFilter::from_key);
    let wanted = TeamsAsked { filter, text };
    let csv = overview::csv(&state.services, &competition, &actor, &wanted, locale, team_state_word).await?;
    Ok(table(csv, &format!("{}-teams.csv", competition.slug)))
}

/// `GET /competitions/{slug}/manage/cases.csv?q=…&state=…`: what the list of cases shows, as a table.
pub async fn cases(
    State(state): State<AppState>,
    asked: TableAsked,
    InCompetition(competition): InCompetition,
) -> ApiResult<Response> {
    let TableAsked { actor, locale, text, state: key } = asked;
    let state_of = key.as_deref().and_then(CaseState::from_key);
    let wanted = CasesWanted { state: state_of, text, ..CasesWanted::default() };
    let words = (case_state_word as fn(_, _) -> _, case_outcome_word as fn(_, _) -> _);
    let csv = cases::csv(&state.services, &competition, &actor, &wanted, locale, words).await?;
    Ok(table(csv, &format!("{}-cases.csv", competition.slug)))
}

/// `GET /competitions/{slug}/manage/people.csv?q=…&state=…`: what the list of people shows, as a table.
pub async fn people(
    State(state): State<AppState>,
    asked: TableAsked,
    InCompetition(competition): InCompetition,
) -> ApiResult<Response> {
    let TableAsked { actor, locale, text, state: key } = asked;
    let filter = key.as_deref().and_then(PeopleFilter::from_key);
    let wanted = PeopleWanted { filter, text, ..PeopleWanted::default() };
    let words = (application_word as fn(_, _) -> _, role_word as fn(_, _) -> _);
    let csv = people::csv(&state.services, &competition, &actor, &wanted, locale, words).await?;
    Ok(table(csv, &format!("{}-people.csv", competition.slug)))
}

/// `GET /competitions/{slug}/manage/roles.csv?q=…&state=…`: what the list of roles shows, as a table.
pub async fn roles(
    State(state): State<AppState>,
    asked: TableAsked,
    InCompetition(competition): InCompetition,
) -> ApiResult<Response> {
    let TableAsked { actor, locale, text, state: key } = asked;
    let role = key.as_deref().and_then(Role::from_key);
    let wanted = HoldersWanted { role, text };
    let csv = holders::csv(&state.services, &competition, &actor, &wanted, locale, role_word).await?;
    Ok(table(csv, &format!("{}-roles.csv", competition.slug)))
}

/// `GET /competitions/{slug}/manage/mail.csv?q=…&state=…`: what the list of letters shows, as a table.
pub async fn mail(
    State(state): State<AppState>,
    asked: TableAsked,
    InCompetition(competition): InCompetition,
) -> ApiResult<Response> {
    let TableAsked { actor, locale, text, state: key } = asked;
    let filter = key.as_deref().and_then(LetterState::from_key);
    let wanted = LettersWanted { state: filter, text, ..LettersWanted::default() };
    let words =
        (letter_kind_word as fn(_, &str) -> _, letter_state_word as fn(_, _) -> _, letter_reason as fn(_, &str) -> _);
    let csv = letters::csv(&state.services, &competition, &actor, &wanted, locale, words).await?;
    Ok(table(csv, &format!("{}-mail.csv", competition.slug)))
}

/// `GET /admin/accounts.csv?q=…&state=…`: what the list of accounts shows, as a table.
pub async fn admin_accounts(State(state): State<AppState>, asked: TableAsked) -> ApiResult<Response> {
    let TableAsked { actor, locale, text, state: key } = asked;
    let filter = key.as_deref().and_then(AccountsFilter::from_key);
    let wanted = AccountsAsked { filter, text, ..AccountsAsked::default() };
    let csv = administration::accounts_csv(&state.services, &actor, &wanted, locale).await?;
    Ok(table(csv, "accounts.csv"))
}

/// `GET /admin/mail.csv?q=…&state=…`: what the list of all mail shows, as a table.
pub async fn admin_mail(State(state): State<AppState>, asked: TableAsked) -> ApiResult<Response> {
    let TableAsked { actor, locale, text, state: key } = asked;
    let filter = key.as_deref().and_then(LetterState::from_key);
    let wanted = LettersWanted { state: filter, text, ..LettersWanted::default() };
    let words =
        (any_letter_word as fn(_, &str) -> _, letter_state_word as fn(_, _) -> _, letter_reason as fn(_, &str) -> _);
    let csv = administration::letters_csv(&state.services, &actor, &wanted, locale, words).await?;
    Ok(table(csv, "mail.csv"))
}

/// `GET /admin/queue.csv?q=…&state=…`: what the list of dead jobs shows, as a table.
pub async fn admin_queue(State(state): State<AppState>, asked: TableAsked) -> ApiResult<Response> {
    let TableAsked { actor, locale, text, state: key } = asked;
    let kind = key.as_deref().and_then(JobKind::from_key);
    let wanted = JobsWanted { kind, text, ..JobsWanted::default() };
    let csv = administration::queue_csv(&state.services, &actor, &wanted, locale).await?;
    Ok(table(csv, "queue.csv"))
}

/// A table of names, and of what people answered: kept by nobody on the way.
fn table(csv: impl Into<Body>, name: &str) -> Response {
    let mut response = csv.into().into_response();
    set(&mut response, CONTENT_TYPE, "text/csv; charset=utf-8");
    set(&mut response, CACHE_CONTROL, "private, no-store");
    set(&mut response, CONTENT_DISPOSITION, &attached(name));
    response
}

/// Who asks for a table, in which language, and which of its rows.
pub struct TableAsked {
    actor: Actor,
    locale: Locale,
    text: String,
    /// What the list is filtered by, as it stands in addresses.
    state: Option<String>,
}

#[derive(Deserialize)]
struct ListQuery {
    q: Option<String>,
    state: Option<String>,
}

impl FromRequestParts<AppState> for TableAsked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let caller = <Caller as OptionalFromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        let Ok(Language(locale)) = Language::from_request_parts(parts, state).await;
        let query = Query::<ListQuery>::from_request_parts(parts, state).await.map_err(|_| ErrorCode::BadRequest)?;
        let ListQuery { q, state } = query.0;
        Ok(Self { actor: Caller::or_visitor(caller), locale, text: q.unwrap_or_default(), state })
    }
}
