//! Words that nobody but the organizers may write on a competition's boards.

use unicode_normalization::UnicodeNormalization as _;

use crate::error::FieldProblem;
use crate::{AppError, Result};

/// Words of a list, and letters of one.
pub const UNWANTED_MAX: usize = 200;
pub const UNWANTED_LETTERS: std::ops::RangeInclusive<usize> = 2..=40;

/// A list of words, as texts are compared with them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unwanted(Vec<String>);

/// What nobody sees (Unicode's `Default_Ignorable_Code_Point`).
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// A text as it is compared: composed, without capitals and without what nobody sees.
fn folded(text: &str) -> String {
    text.chars().filter(|c| !is_unseen(*c)).nfkc().filter(|c| !is_unseen(*c)).collect::<String>().to_lowercase()
}

impl Unwanted {
    /// The list that somebody typed, a word a line, each once.
    ///
    /// # Errors
    /// The field `words`: too many, or one too short or too long.
    pub fn of_lines(lines: &str) -> Result<Self> {
        let mut words = Vec::new();
        for line in lines.lines() {
            let word = folded(line).trim().to_owned();
            if word.is_empty() || words.contains(&word) {
                continue;
            }
            if !UNWANTED_LETTERS.contains(&word.chars().count()) {
                return Err(AppError::field("words", FieldProblem::UnwantedWords));
            }
            words.push(word);
        }
        if words.len() > UNWANTED_MAX {
            return Err(AppError::field("words", FieldProblem::UnwantedWords));
        }
        Ok(Self(words))
    }

    /// A list as it is stored.
    pub fn stored(lines: &str) -> Self {
        Self(lines.lines().filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }

    /// As it is stored and shown: a word a line.
    pub fn lines(&self) -> String {
        self.0.join("\n")
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses texts, each of a field, in which one of the words stands.
    ///
    /// # Errors
    /// The first field that has one, with the `word`.
    pub fn check(&self, texts: &[(&str, &str)]) -> Result<()> {
        for (field, text) in texts {
            let text = folded(text);
            if let Some(word) = self.0.iter().find(|word| text.contains(word.as_str())) {
                return Err(AppError::field(field, FieldProblem::UnwantedWord).with("word", word));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_written_and_named_with_its_field() {
        let list = Unwanted::of_lines("도박\n Casino \n\n도박\n").unwrap();
        assert_eq!((list.lines().as_str(), list.len()), ("도박\ncasino", 2));
        for text in ["온라인도박 안내", "ＣＡＳＩＮＯ", "ca\u{200b}sino", "\u{1103}\u{1169}\u{1107}\u{1161}\u{11a8}"]
        {
            let error = list.check(&[("title", "괜찮은 제목"), ("markdown", text)]).unwrap_err();
            assert_eq!((error.fields[0].field.as_str(), error.fields[0].problem.key()), ("markdown", "unwanted_word"));
        }
        for text in ["도\u{3164}박", "ca\u{34f}si\u{2063}no"] {
            assert!(list.check(&[("markdown", text)]).is_err(), "{text}");
        }
        assert_eq!(list.check(&[("title", "도 박물관")]), Ok(()));
        assert_eq!(Unwanted::stored(&list.lines()), list);
    }

    #[test]
    fn a_list_has_a_bound_and_no_word_of_one_letter() {
        let problem = |lines: &str| Unwanted::of_lines(lines).unwrap_err().fields[0].problem.key();
        for alone in ["가", "¨", "\u{200b} 가"] {
            assert_eq!(problem(alone), "unwanted_words", "{alone}");
        }
        assert_eq!(problem(&"가".repeat(41)), "unwanted_words");
        let many: Vec<String> = (0..=UNWANTED_MAX).map(|n| format!("말{n}")).collect();
        assert_eq!(problem(&many.join("\n")), "unwanted_words");
        assert!(Unwanted::of_lines("").unwrap().is_empty());
    }
}
