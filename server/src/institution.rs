//! The way to the log-in of an institution and back. Both are plain redirects; what is asked afterwards is a page with a form.

use app::context::Viewer;
use app::request::ClientAddress;
use app::session::{self, ARRIVAL, SessionId, safe_path};
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;
use domain::access::Actor;
use domain::{AppError, ErrorCode, address};
use platform::accounts::identities::{self, Answer, Arrived, PATIENCE};
use platform::accounts::sessions::{self, SessionPlace};
use serde::Deserialize;

use crate::state::AppState;

/// Keeps what ties who comes back to who left.
const AWAY: &str = "institution";

/// Where somebody wants to go.
#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    next: String,
}

/// Leads to the log-in of the institution.
pub async fn begin(State(state): State<AppState>, wanted: Result<Query<Wanted>, QueryRejection>) -> Response {
    let wanted = wanted.map(|Query(wanted)| wanted).unwrap_or_default();
    match identities::depart(&state.services, safe_path(&wanted.next)).await {
        Ok(departure) => {
            let kept = kept(&state, AWAY, &departure.kept, address::INSTITUTION, PATIENCE.num_seconds());
            see_other(&departure.address, [kept])
        }
        Err(error) => problem(&state, error.into()),
    }
}

/// What a provider adds to our address.
#[derive(Deserialize)]
pub struct Told {
    code: Option<String>,
    #[serde(default)]
    state: String,
    error: Option<String>,
    iss: Option<String>,
}

/// Takes whoever comes back from there.
pub async fn back(
    State(state): State<AppState>,
    told: Result<Query<Told>, QueryRejection>,
    Extension(viewer): Extension<Viewer>,
    Extension(ClientAddress(from)): Extension<ClientAddress>,
    session: Option<Extension<SessionId>>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(told)) = told else { return problem(&state, ErrorCode::ArrivalEnded.into()) };
    let cookies = CookieJar::from_headers(&headers);
    let away = cookies.get(AWAY).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let answer = Answer { code: told.code, state: told.state, error: told.error, issuer: told.iss };
    let visitor = Actor::browser(viewer.user, Some(from));
    let arrived = match identities::arrive(&state.services, &visitor, &away, answer).await {
        Ok(Arrived::In(known, next)) => {
            let says = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let (old, place) = (session.as_ref().map(|old| old.0.0.as_str()), SessionPlace::of(says, from));
            sessions::begin(&state.services, &known, old, &place).await.map(|secret| {
                let cookie = session::cookie(&SessionId(secret), &state.settings.base_url);
                (next, HeaderValue::from_str(&cookie).ok())
            })
        }
        Ok(Arrived::There(next)) => Ok((next, None)),
        Ok(Arrived::Asked(secret)) => {
            let cookie = kept(&state, ARRIVAL, &secret, "/", PATIENCE.num_seconds());
            Ok((address::INSTITUTION.to_owned(), cookie))
        }
        Err(error) => Err(error),
    };
    match arrived {
        Ok((next, cookie)) => see_other(safe_path(&next), [cookie, forgotten(&state)]),
        Err(error) => problem(&state, error.into()),
    }
}

/// The page that says what went wrong; whoever tries again leaves anew.
fn problem(state: &AppState, error: AppError) -> Response {
    let page = address::asking(address::INSTITUTION, &[("problem", error.code.key())]);
    see_other(&page, [forgotten(state)])
}

fn forgotten(state: &AppState) -> Option<HeaderValue> {
    kept(state, AWAY, "", address::INSTITUTION, 0)
}

fn kept(state: &AppState, name: &str, value: &str, path: &str, seconds: i64) -> Option<HeaderValue> {
    HeaderValue::from_str(&session::kept(name, value, path, seconds, &state.settings.base_url)).ok()
}

fn see_other(target: &str, cookies: impl IntoIterator<Item = Option<HeaderValue>>) -> Response {
    let mut answer = (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response();
    for cookie in cookies.into_iter().flatten() {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}
