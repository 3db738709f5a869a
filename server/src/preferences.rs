//! `POST /preferences`: the reader's language and theme, kept in cookies so that the server renders them.

use app::context::Theme;
use app::session::safe_path;
use axum::Form;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use domain::Locale;
use serde::Deserialize;
use time::Duration;

use crate::language::LANG;
use crate::viewer::THEME;

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
    (jar, Redirect::to(choice.next.as_deref().map_or("/", safe_path)))
}

/// A cookie for a year. The theme's is read by `boot.js` too, so neither is `HttpOnly`; they hold no secret.
fn kept(name: &'static str, value: &'static str) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").max_age(Duration::days(365)).same_site(SameSite::Lax).build()
}
