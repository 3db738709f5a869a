//! What a page knows about its reader and its server; the one place that tells the server from the browser.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::Locale;
use domain::accounts::User;
use leptos::prelude::*;

/// A chosen appearance; without one the page follows the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    /// The word in the cookie, in the form and in `data-theme`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a stored word; anything else follows the system.
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }
}

/// Who is looking at the page and how; the server provides it for each request.
#[derive(Debug, Clone, Default)]
pub struct Viewer {
    pub user: Option<User>,
    pub locale: Locale,
    pub theme: Option<Theme>,
    /// Path and query of the page, for the current mark of links and for coming back after a preference was changed.
    pub path: String,
    /// Whether demo accounts exist, so that a banner says it.
    pub is_demo: bool,
}

/// Addresses of the built files, whose names carry hashes. Empty when the bundle has not been built.
#[derive(Debug, Clone, Copy, Default)]
pub struct Assets {
    pub style: &'static str,
    pub fonts: &'static str,
    pub boot: &'static str,
    pub app: &'static str,
    pub wasm: &'static str,
    /// The worker that holds the connection of all tabs.
    pub live: &'static str,
    /// Font files that nearly every Korean page needs.
    pub font_preloads: &'static [&'static str],
}

/// Who is looking; nobody in particular when the server has not said.
pub fn viewer() -> Viewer {
    use_context().unwrap_or_default()
}

/// The language of the page. In the browser the document itself says it, so an island needs no property for it.
#[cfg(not(feature = "hydrate"))]
pub fn locale() -> Locale {
    use_context::<Viewer>().unwrap_or_default().locale
}

/// The language of the page, as the document says it.
#[cfg(feature = "hydrate")]
pub fn locale() -> Locale {
    let root = document().document_element();
    root.and_then(|root| root.get_attribute("lang")).and_then(|tag| Locale::from_tag(&tag)).unwrap_or_default()
}

/// A time zone by its IANA name. The browser has no table of zones: there, local time is UTC, and pages never ask.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(chrono_tz::Tz);

/// A time zone; only the server has the table, see [`Zone::local`].
#[cfg(not(feature = "ssr"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(());

#[cfg(feature = "ssr")]
impl Zone {
    /// The zone of that name; Seoul for a name that is none.
    pub fn named(name: &str) -> Self {
        Self(name.parse().unwrap_or(chrono_tz::Asia::Seoul))
    }

    /// The wall clock there.
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// `KST`, `CEST`, or `UTC+05` where there is no usual abbreviation.
    pub fn abbreviation(self, at: DateTime<Utc>) -> String {
        let word = at.with_timezone(&self.0).format("%Z").to_string();
        if word.starts_with(['+', '-']) { format!("UTC{word}") } else { word }
    }
}

#[cfg(not(feature = "ssr"))]
impl Zone {
    pub fn named(_name: &str) -> Self {
        Self(())
    }

    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc()
    }

    pub fn abbreviation(self, _at: DateTime<Utc>) -> String {
        "UTC".to_owned()
    }
}
