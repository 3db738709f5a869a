//! The form of an application that asks for files. A page is the answer, without a script.

use std::collections::BTreeMap;

use app::api::participation::{agreed, invited_by, led_to};
use app::request::Flash;
use axum::extract::{Path, Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::access::{Action, Actor};
use domain::applications::{ANSWER_MAX, answers_of, field};
use domain::competitions::Competition;
use domain::{AppError, ErrorCode, Locale, address};
use platform::participation::{self, ApplicationForm};
use platform::{access, competitions};
use serde_json::Value;

use crate::attached_forms::{AttachedForm, FormBounds};
use crate::error::ApiError;
use crate::extract::SignedIn;
use crate::forms::{answers, flash};
use crate::language::Language;
use crate::state::AppState;

/// Bytes of an answer, or of another field: twice what the longest may have, so that whoever wrote too much finds it again.
const TEXT: usize = 2 * 4 * ANSWER_MAX as usize;

/// `POST /competitions/{slug}/apply`: to where the application led, else back with what was wrong.
pub async fn apply(
    State(state): State<AppState>,
    known: Option<SignedIn>,
    Language(locale): Language,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    // No competition has a name that no header would take.
    if HeaderValue::from_str(&slug).is_err() {
        return ApiError::from(ErrorCode::NotFound).into_response();
    }
    let back = address::apply(&slug);
    let Some(SignedIn { actor, session }) = known else {
        return (StatusCode::SEE_OTHER, [(LOCATION, address::login_then(&back))]).into_response();
    };
    let competition = match competitions::get(&state.services, &slug).await {
        Ok(competition) => competition,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let (values, done) = hand_in(&state, &competition, &actor, locale, request).await;
    let (target, outcome) = match done {
        Ok(target) => (target, Ok(Value::Null)),
        Err(error) => (back, Err(error)),
    };
    let mut answer = (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response();
    if outcome.is_err() {
        let flash = Flash { path: address::APPLY.to_owned(), outcome, values };
        flash::keep(&state, Some(&session), flash, answer.headers_mut()).await;
    }
    answer
}

/// What was typed and how the files were called, as far as it is asked, and where that led.
async fn hand_in(
    state: &AppState,
    competition: &Competition,
    actor: &Actor,
    locale: Locale,
    request: Request,
) -> (BTreeMap<String, String>, Result<String, AppError>) {
    let services = &state.services;
    let user = match actor.person() {
        Ok(user) => user.id,
        Err(error) => return (BTreeMap::new(), Err(error.into())),
    };
    let apply = &competition.settings.apply;
    let bounds = FormBounds { files: apply.file_questions().count(), text: TEXT };
    let may = async { Ok(access::check(services, competition, actor, Action::TakePart).await?) };
    let (form, read) = AttachedForm::receive(services, user, bounds, may, request).await;
    let mut values = form.texts.clone();
    for question in apply.file_questions() {
        let name = field(&question.key);
        // Of a file the name comes back, for whoever has to choose it again.
        match form.files.iter().find(|(field, _)| *field == name) {
            Some((_, file)) => drop(values.insert(name, file.name.clone())),
            None => drop(values.remove(&name)),
        }
    }
    answers::keep_asked(apply, &mut values);
    let done = async {
        read?;
        let next = form.typed("next");
        let files = apply.file_questions().filter_map(|question| {
            let name = field(&question.key);
            let (_, file) = form.files.iter().find(|(field, _)| *field == name)?;
            Some((question.key.clone(), file.clone()))
        });
        let form = ApplicationForm {
            agreed: agreed(&form.typed("agree"), form.typed("rules").parse().ok()),
            answers: answers_of(&form.texts),
            files: files.collect(),
            locale,
            code: invited_by(&competition.slug, &next),
        };
        let state = participation::apply(services, competition, actor, form).await?;
        Ok(led_to(&competition.slug, &next, state))
    };
    let done = done.await;
    (values, done)
}
