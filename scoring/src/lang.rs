//! The two languages of every message.

use serde::{Deserialize, Serialize};

/// The language a message is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    #[default]
    Ko,
    En,
}

impl Lang {
    /// One of two texts.
    pub fn pick<T>(self, ko: T, en: T) -> T {
        match self {
            Self::Ko => ko,
            Self::En => en,
        }
    }
}

/// A text an organizer wrote in one or both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub ko: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Text {
    /// The text in a language, falling back to Korean.
    pub fn get(&self, lang: impl Into<Lang>) -> &str {
        match (lang.into(), &self.en) {
            (Lang::En, Some(en)) if !en.is_empty() => en,
            _ => &self.ko,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_english_text_falls_back_to_korean() {
        let text = Text { ko: "예선".into(), en: None };
        assert_eq!(text.get(Lang::En), "예선");
    }
}
