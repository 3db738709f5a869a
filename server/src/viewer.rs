//! Who is looking at a page and how, read from the request.

use app::context::{Theme, Viewer};
use app::request::Flash;
use axum::extract::{Request, State};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use domain::Locale;

use crate::rest::ApiError;
use crate::state::AppState;
use crate::{extract, forms};

/// Cookie of the chosen language; without it `Accept-Language` decides.
pub const LANG: &str = "lang";
/// Cookie of the chosen theme; without it the system decides.
pub const THEME: &str = "theme";

pub fn locale(parts: &Parts) -> Locale {
    let chosen = CookieJar::from_headers(&parts.headers).get(LANG).and_then(|cookie| Locale::from_tag(cookie.value()));
    let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    chosen.unwrap_or_else(|| header.map(Locale::from_accept_language).unwrap_or_default())
}

/// A reader of whom nothing is asked but what the request itself says.
pub fn passing(parts: &Parts) -> Viewer {
    let theme = CookieJar::from_headers(&parts.headers).get(THEME).and_then(|cookie| Theme::from_key(cookie.value()));
    let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    Viewer { locale: locale(parts), theme, path, ..Viewer::default() }
}

/// Puts the reader, the client's address and the last form's outcome where pages and server functions find them.
pub async fn attach(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let user = match extract::identify(&parts, &state).await {
        Ok(user) => user,
        Err(error) => return ApiError::new(locale(&parts), error).into_response(),
    };
    let viewer = Viewer { user, is_demo: state.is_demo, ..passing(&parts) };
    if let Some(flash) = forms::take(&state, &parts.headers).await {
        parts.extensions.insert::<Flash>(flash);
    }
    let address = extract::client_address(&parts, &state);
    parts.extensions.insert(address);
    parts.extensions.insert(viewer);
    next.run(Request::from_parts(parts, body)).await
}
