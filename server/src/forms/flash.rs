//! How a form ended, on its way to the page that shows it once: in a cookie, or in the session where it is too long for one.

use std::collections::BTreeMap;

use app::forms::{kept, longest, takes_long};
use app::request::Flash;
use app::session::SessionId;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use platform::accounts::sessions::{self, Visit};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::state::AppState;

const COOKIE_NAME: &str = "flash";
const KEPT: Duration = Duration::minutes(2);
/// Longest outcome that travels in the cookie itself: a proxy such as nginx takes 4 KB for all headers of an answer.
const COOKIE_MAX: usize = 1800;
/// What is kept of a form's fields, together; of a notice, all that a notice may have.
pub(super) const VALUES_MAX: usize = 4 * 1024;

/// An outcome on its way to the next page.
#[derive(Serialize, Deserialize)]
struct Waiting {
    until: DateTime<Utc>,
    flash: Flash,
}

/// Keeps an outcome for the next page: in a cookie, so that a new token's secret is stored nowhere and a visitor writes nothing into
/// the database; the refusal of a long file or text in the session of whoever is signed in.
pub async fn keep(state: &AppState, session: Option<&SessionId>, mut flash: Flash, headers: &mut HeaderMap) {
    let until = state.services.clock.now() + KEPT;
    flash.values = values(&flash);
    let mut waiting = Waiting { until, flash };
    if let Some(text) = written(&waiting).filter(|text| text.len() <= COOKIE_MAX) {
        return set_cookie(state, &URL_SAFE_NO_PAD.encode(text), KEPT, headers);
    }
    match session {
        Some(session) if waiting.flash.outcome.is_err() => {
            let text = written(&waiting).unwrap_or_default();
            if let Err(error) = sessions::leave(&state.services, &session.0, &text).await {
                tracing::error!(%error, "a form's outcome could not be kept");
            }
        }
        _ => {
            waiting.flash.values.clear();
            waiting.flash.outcome = waiting.flash.outcome.map(|_| Value::Null);
            let text = written(&waiting).filter(|text| text.len() <= COOKIE_MAX).unwrap_or_default();
            set_cookie(state, &URL_SAFE_NO_PAD.encode(text), KEPT, headers);
        }
    }
}

fn written(waiting: &Waiting) -> Option<String> {
    serde_json::to_string(waiting).ok()
}

/// Appends the cookie that carries an outcome; without a lifetime it is taken away.
fn set_cookie(state: &AppState, value: &str, lasts: Duration, headers: &mut HeaderMap) {
    let secure = if state.settings.base_url.starts_with("https://") { "; Secure" } else { "" };
    let seconds = lasts.num_seconds();
    let cookie = format!("{COOKIE_NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(SET_COOKIE, cookie);
    }
}

/// Takes the outcome that waits for this page, if one does; it is shown once. What a script fetches beside a page takes nothing.
pub async fn take(state: &AppState, parts: &Parts, visit: Option<&(SessionId, Visit)>) -> Option<Flash> {
    let is_document =
        parts.headers.get("sec-fetch-dest").is_none_or(|dest| dest == HeaderValue::from_static("document"));
    if parts.method != Method::GET || !is_document {
        return None;
    }
    let carried = CookieJar::from_headers(&parts.headers).get(COOKIE_NAME).and_then(|cookie| {
        let text = URL_SAFE_NO_PAD.decode(cookie.value()).ok()?;
        Some(serde_json::from_slice::<Waiting>(&text).ok())
    });
    let left = visit.filter(|(_, visit)| !visit.left.is_empty());
    if let Some((session, _)) = left
        && let Err(error) = sessions::leave(&state.services, &session.0, "").await
    {
        tracing::warn!(%error, "a form's outcome could not be taken away");
    }
    let left = left.and_then(|(_, visit)| serde_json::from_str::<Waiting>(&visit.left).ok());
    let waiting = carried.flatten().or(left)?;
    (waiting.until > state.services.clock.now()).then_some(waiting.flash)
}

/// Whether an answer sets the cookie of that name.
pub fn sets(headers: &HeaderMap, name: &str) -> bool {
    let is_it = |cookie: &HeaderValue| {
        cookie.as_bytes().strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
    };
    headers.get_all(SET_COOKIE).iter().any(is_it)
}

/// Takes the cookie away after the page that showed what it carried, unless there is a new one.
pub fn forget(state: &AppState, shown: bool, headers: &mut HeaderMap) {
    if shown && !sets(headers, COOKIE_NAME) {
        set_cookie(state, "", Duration::zero(), headers);
    }
}

/// What was typed into the fields that the form's page shows again, after a failure alone and no more than a bound.
pub(super) fn values(flash: &Flash) -> BTreeMap<String, String> {
    let Err(error) = &flash.outcome else { return BTreeMap::new() };
    // Whoever may not write a notice gets no room for one.
    let may_write = takes_long(&flash.path) && !matches!(error.status(), 401 | 403 | 404);
    let mut room = if may_write { longest(&flash.path) } else { VALUES_MAX };
    let mut values = BTreeMap::new();
    let is_kept = |name: &str| {
        kept(&flash.path).iter().any(|kept| *kept == name || kept.ends_with('[') && name.starts_with(kept))
    };
    for (field, value) in flash.values.iter().filter(|(name, _)| is_kept(name)) {
        // Names are whoever's that sends them, and take room too.
        if field.len() > room {
            break;
        }
        room -= field.len();
        let mut end = value.len().min(room);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        room -= end;
        values.insert(field.clone(), value[..end].to_owned());
    }
    values
}
