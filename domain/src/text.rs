//! The two languages of the product.

pub use scoring::Text;
use serde::{Deserialize, Serialize};

/// Characters that the reason of a decision about people may have.
pub const REASON_MAX: usize = 500;

/// A language of the screen; Korean unless the reader says otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    #[default]
    Ko,
    En,
}

impl Locale {
    /// The BCP 47 tag: `ko` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The locale of a tag such as `en-US`, or `None` for a language that Madang does not speak.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "ko" => Some(Self::Ko),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header that Madang speaks (order as written; weights are rare
    /// and clients list their languages best first), else Korean.
    pub fn from_accept_language(header: &str) -> Self {
        header.split(',').find_map(|part| Self::from_tag(part.split(';').next()?.trim())).unwrap_or_default()
    }

    /// The same language as the scoring crate names it.
    pub fn lang(self) -> scoring::Lang {
        match self {
            Self::Ko => scoring::Lang::Ko,
            Self::En => scoring::Lang::En,
        }
    }
}

impl From<Locale> for scoring::Lang {
    fn from(locale: Locale) -> Self {
        locale.lang()
    }
}

/// A quoted cell of a CSV. A spreadsheet would run one that starts with `=`, `+`, `-`, `@`, a tab or a line's end as a formula
/// (OWASP, CSV injection): an apostrophe leads it.
pub fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// How the addresses end that stand for those of deleted accounts; no address ends like this (RFC 2606).
pub const GONE: &str = "@deleted.invalid";

/// An address as whoever sees it who need not write there: its first letter and its host.
pub fn masked(address: &str) -> String {
    let (name, host) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}***@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_keeps_its_first_letter_and_its_host() {
        assert_eq!(masked("hana.kim@example.kr"), "h***@example.kr");
        assert_eq!(masked("가람@예시.한국"), "가***@예시.한국");
    }

    #[test]
    fn a_name_is_no_formula_in_a_spreadsheet() {
        assert_eq!(cell("=cmd|' /C calc'!A0"), "\"'=cmd|' /C calc'!A0\"");
        assert_eq!(cell("따옴표\"팀"), "\"따옴표\"\"팀\"");
        for start in ["+", "-", "@", "\t", "\r"] {
            assert!(cell(start).starts_with("\"'"), "{start:?}");
        }
    }

    #[test]
    fn the_first_spoken_language_of_the_header_wins() {
        assert_eq!(Locale::from_accept_language("fr-FR, en-GB;q=0.8, ko;q=0.5"), Locale::En);
        assert_eq!(Locale::from_accept_language("ko-KR,ko;q=0.9,en;q=0.8"), Locale::Ko);
        assert_eq!(Locale::from_accept_language("fr"), Locale::Ko);
        assert_eq!(Locale::from_accept_language(""), Locale::Ko);
    }
}
