//! The language of a request.

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use domain::Locale;

/// Cookie of the chosen language; without it `Accept-Language` decides.
pub const LANG: &str = "lang";

/// The language that was chosen, or the one that is asked for.
pub fn of(parts: &Parts) -> Locale {
    chosen(&CookieJar::from_headers(&parts.headers), parts)
}

/// The same, of cookies that were read.
pub fn chosen(cookies: &CookieJar, parts: &Parts) -> Locale {
    let cookie = cookies.get(LANG).and_then(|cookie| Locale::from_tag(cookie.value()));
    let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    cookie.unwrap_or_else(|| header.map(Locale::from_accept_language).unwrap_or_default())
}

/// The language to answer a program in: `Accept-Language`, Korean unless it says English.
#[derive(Debug, Clone, Copy)]
pub struct Language(pub Locale);

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(of(parts)))
    }
}
