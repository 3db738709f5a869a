//! What a page knows about its reader and its server; the one place that tells the server from the browser.

use domain::Locale;
use domain::accounts::User;
pub use domain::zone::Zone;
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
    /// How many notifications they have not read.
    pub unread: i64,
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
