//! Times, numbers and sizes as a reader sees them. Only the server knows time zones, so pages format there and islands
//! get the finished text.

pub mod error;
pub mod note;
mod number;
mod time;

use domain::Locale;

use crate::i18n::{k, t};
use crate::tf;

/// Who wrote a notice: by the public name, else the organizers together.
pub fn author(locale: Locale, name: &str) -> String {
    if name.is_empty() { t(locale, k::boards::ORGANIZERS).to_owned() } else { name.to_owned() }
}

/// Who wrote a notice of the site.
pub fn administrator(locale: Locale, name: &str) -> String {
    if name.is_empty() { t(locale, k::boards::site::AUTHOR).to_owned() } else { name.to_owned() }
}

/// What the feed of the site's notices is called.
pub fn site_notices(locale: Locale) -> String {
    tf!(locale, k::boards::site::FEED, name = t(locale, k::site::NAME))
}

/// A person by their real name, or that they have left.
pub fn person(locale: Locale, name: &str) -> String {
    if name.is_empty() { t(locale, k::teams::history::GONE).to_owned() } else { name.to_owned() }
}

/// Text between the tags of `<title>` or `<textarea>`, where only an ampersand and an opening bracket mean more.
pub fn between_tags(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

pub use number::{bytes, coefficient, difference, grouped, percent, score};
pub use time::{clock, date, date_time, day, deadline, list_day, relative, short, span};
