//! Texts of the program's own, written in Markdown.

use std::sync::OnceLock;

use platform::markdown::{self, Breaks};

use crate::i18n::Locale;
use crate::request;

/// A text in both languages; `{base}` stands for the site's address.
pub(super) struct OwnText {
    markdown: [&'static str; 2],
    html: [OnceLock<String>; 2],
}

impl OwnText {
    pub(super) const fn new(ko: &'static str, en: &'static str) -> Self {
        Self { markdown: [ko, en], html: [OnceLock::new(), OnceLock::new()] }
    }

    /// HTML of the text, which is converted once.
    pub(super) fn html(&self, locale: Locale) -> String {
        let at = match locale {
            Locale::Ko => 0,
            Locale::En => 1,
        };
        let html = self.html[at].get_or_init(|| markdown::html(self.markdown[at], Breaks::Space).unwrap_or_default());
        html.replace("{base}", &request::base_url())
    }
}
