//! The two languages of every message, and Korean particles that fit their word.

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

/// How a word ends when it is read aloud in Korean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Vowel,
    /// The final consonant ㄹ, which takes 로 instead of 으로.
    Rieul,
    Consonant,
}

/// The particle that fits `word`: `closed` after a final consonant, `open` after a vowel
/// (`josa("팀", "을", "를")` is `을`). For `으로` and `로` the final ㄹ counts as a vowel.
///
/// Digits and Latin words are judged by how they are read in Korean; marks at the end (quotes, brackets) are skipped.
pub fn josa(word: &str, closed: &'static str, open: &'static str) -> &'static str {
    match ending(word) {
        Ending::Vowel => open,
        Ending::Rieul if closed == "으로" => open,
        Ending::Rieul | Ending::Consonant => closed,
    }
}

fn ending(word: &str) -> Ending {
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '%');
    match word.chars().next_back() {
        Some(last @ '가'..='힣') => match (u32::from(last) - u32::from('가')) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        // 영, 일, 삼, 육, 칠, 팔 end in a consonant; 이, 사, 오, 구 do not.
        Some('1' | '7' | '8') => Ending::Rieul,
        Some('0' | '3' | '6') => Ending::Consonant,
        Some(last) if last.is_ascii_alphabetic() => latin_ending(word),
        _ => Ending::Vowel,
    }
}

/// The usual Korean reading of a Latin word, by its last letters (file → 파일, target → 타깃, id → 아이디).
fn latin_ending(word: &str) -> Ending {
    let start = word
        .rfind(|c: char| !c.is_ascii_alphabetic())
        .map_or(0, |at| at + word[at..].chars().next().map_or(1, char::len_utf8));
    let letters = &word[start..];
    // A single letter or a short word in capitals is spelled out: 엘, 엠, 엔, 알.
    if letters.len() == 1 || letters.bytes().all(|b| b.is_ascii_uppercase()) {
        return match letters.bytes().last().map(|b| b.to_ascii_lowercase()) {
            Some(b'l' | b'r') => Ending::Rieul,
            Some(b'm' | b'n') => Ending::Consonant,
            _ => Ending::Vowel,
        };
    }
    let lower = letters.to_ascii_lowercase();
    let (before, last) = match lower.as_bytes() {
        [.., before, last] => (*before, *last),
        _ => return Ending::Vowel,
    };
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    match (before, last) {
        (b'l', b'e') | (_, b'l') => Ending::Rieul,
        (b'm' | b'n', b'e') | (_, b'm' | b'n') | (b'n', b'g') | (b'c', b'k') => Ending::Consonant,
        (before, b'b' | b'c' | b'k' | b'p' | b't') if vowel(before) => Ending::Consonant,
        _ => Ending::Vowel,
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

    #[test]
    fn a_particle_fits_a_korean_word() {
        assert_eq!(josa("팀", "을", "를"), "을");
        assert_eq!(josa("대회", "을", "를"), "를");
        assert_eq!(josa("파일", "으로", "로"), "로");
        assert_eq!(josa("값", "으로", "로"), "으로");
        assert_eq!(josa("파일", "이", "가"), "이");
    }

    #[test]
    fn a_particle_fits_a_number() {
        for (number, expected) in [("0", "은"), ("1.2", "는"), ("43", "은"), ("9", "는"), ("10", "은"), ("7", "은")]
        {
            assert_eq!(josa(number, "은", "는"), expected, "{number}");
        }
        assert_eq!(josa("1", "으로", "로"), "로");
        assert_eq!(josa("50%", "은", "는"), "는");
    }

    #[test]
    fn a_particle_fits_a_latin_word_as_it_is_read() {
        for (word, expected) in [
            ("id", "를"),
            ("target", "을"),
            ("malignant", "를"),
            ("label", "을"),
            ("file", "을"),
            ("time", "을"),
            ("score", "를"),
            ("CSV", "를"),
            ("XLSX", "를"),
            ("HTML", "을"),
            ("P_n", "을"),
        ] {
            assert_eq!(josa(word, "을", "를"), expected, "{word}");
        }
    }

    #[test]
    fn marks_at_the_end_are_skipped() {
        assert_eq!(josa("‘팀’", "을", "를"), "을");
        assert_eq!(josa("", "을", "를"), "를");
        assert_eq!(josa("（）", "을", "를"), "를");
    }
}
