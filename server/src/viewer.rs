//! Who is looking at a page and how, read from the request.

use app::context::{Theme, Viewer};
use domain::Locale;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;

/// Cookie of the chosen language; without it `Accept-Language` decides.
pub const LANG: &str = "lang";
/// Cookie of the chosen theme; without it the system decides.
pub const THEME: &str = "theme";

/// The reader of this request, signed in or not.
pub fn viewer(parts: &Parts) -> Viewer {
    let cookies = CookieJar::from_headers(&parts.headers);
    let chosen = |name| cookies.get(name).map(|cookie| cookie.value().to_owned());
    let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Viewer {
        user: None,
        locale: chosen(LANG)
            .and_then(|tag| Locale::from_tag(&tag))
            .unwrap_or_else(|| header.map(Locale::from_accept_language).unwrap_or_default()),
        theme: chosen(THEME).and_then(|key| Theme::from_key(&key)),
        path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
    }
}
