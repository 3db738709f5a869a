//! `POST /preferences`: the reader's language and theme, kept in cookies so that the server renders them.

use app::context::Theme;
use axum::Form;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use domain::Locale;
use serde::Deserialize;
use time::Duration;

use crate::viewer::{LANG, THEME};

#[derive(Deserialize)]
pub struct Choice {
    lang: Option<String>,
    theme: Option<String>,
    next: Option<String>,
}

/// Sets the cookies and goes back to the page the form stood on.
pub async fn choose(jar: CookieJar, Form(choice): Form<Choice>) -> impl IntoResponse {
    let mut jar = jar;
    if let Some(locale) = choice.lang.as_deref().and_then(Locale::from_tag) {
        jar = jar.add(kept(LANG, locale.tag()));
    }
    if let Some(theme) = choice.theme.as_deref() {
        jar = match Theme::from_key(theme) {
            Some(theme) => jar.add(kept(THEME, theme.key())),
            None => jar.remove(Cookie::build(THEME).path("/").build()),
        };
    }
    (jar, Redirect::to(choice.next.as_deref().map_or("/", local)))
}

/// A cookie for a year. The theme's is read by `boot.js` too, so neither is `HttpOnly`; they hold no secret.
fn kept(name: &'static str, value: &'static str) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").max_age(Duration::days(365)).same_site(SameSite::Lax).build()
}

/// A path on this site, or the front page for anything that could lead elsewhere.
fn local(next: &str) -> &str {
    let elsewhere = !next.starts_with('/') || next.starts_with("//") || next.contains(['\\', '\r', '\n']);
    if elsewhere { "/" } else { next }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_paths_of_this_site_are_gone_back_to() {
        assert_eq!(local("/competitions/breast-cancer?page=2"), "/competitions/breast-cancer?page=2");
        for elsewhere in ["https://example.com", "//example.com", "/\\example.com", "javascript:1", ""] {
            assert_eq!(local(elsewhere), "/", "{elsewhere}");
        }
    }
}
