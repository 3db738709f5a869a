//! The submit page's form without a script: the same `accept`, and a page as the answer.

use std::collections::BTreeMap;

use app::request::Flash;
use axum::extract::{Path, Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::access::Actor;
use domain::address;
use domain::submissions::Door;
use domain::{AppError, ErrorCode};
use platform::{competitions, teams};
use serde_json::Value;

use crate::error::ApiError;
use crate::extract::SignedIn;
use crate::forms::flash;
use crate::rest::upload;
use crate::state::AppState;

/// `POST /competitions/{slug}/submit`: to the submission's own page when it is accepted, else back with what was wrong.
pub async fn submit(
    State(state): State<AppState>,
    known: Option<SignedIn>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let back = address::submit(&slug);
    // No competition has a name that no header would take.
    if HeaderValue::from_str(&slug).is_err() {
        return ApiError::from(ErrorCode::NotFound).into_response();
    }
    let Some(SignedIn { actor, session }) = known else {
        return (StatusCode::SEE_OTHER, [(LOCATION, address::login_then(&back))]).into_response();
    };
    let (values, accepted) = hand_in(&state, &slug, &actor, request).await;
    let (target, outcome) = match accepted {
        Ok(target) => (target, Ok(Value::Null)),
        Err(error) => (back, Err(error)),
    };
    let mut answer = (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response();
    if outcome.is_err() {
        let flash = Flash { path: address::SUBMIT.to_owned(), outcome, values };
        flash::keep(&state, Some(&session), flash, answer.headers_mut()).await;
    }
    answer
}

/// What was typed, as far as it was read, and the submission's page or why there is none.
async fn hand_in(
    state: &AppState,
    slug: &str,
    actor: &Actor,
    request: Request,
) -> (BTreeMap<String, String>, Result<String, AppError>) {
    let services = &state.services;
    let receive = async {
        let competition = competitions::get(services, slug).await?;
        let own = teams::of(services, &competition, actor.person()?).await?;
        let sent = upload::receive(services, &competition, own, actor, request).await?;
        Ok::<_, AppError>((competition, sent))
    };
    let (competition, sent) = match receive.await {
        Ok(received) => received,
        Err(error) => return (BTreeMap::new(), Err(error)),
    };
    let typed = sent.form.typed();
    let accepted = sent.accept(services, &competition, actor, Door::Page).await;
    (typed, accepted.map(|accepted| address::submission(slug, accepted.submission.id)))
}
