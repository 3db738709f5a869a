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

/// A text as it is compared: composed, without capitals and without what nobody sees.
fn folded(text: &str) -> String {
    let seen = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    text.nfkc().filter(seen).collect::<String>().to_lowercase()
}

impl Unwanted {
    /// The list that somebody typed, a word a line, each once.
    ///
    /// # Errors
    /// The field `words`: too many, or one too short or too long.
    pub fn of_lines(lines: &str) -> Result<Self> {
        let mut words = Vec::new();
        for line in lines.lines() {
            let word = folded(line.trim());
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
        assert_eq!(list.check(&[("title", "도 박물관")]), Ok(()));
    }

    #[test]
    fn a_list_has_a_bound_and_no_word_of_one_letter() {
        let problem = |lines: &str| Unwanted::of_lines(lines).unwrap_err().fields[0].problem.key();
        assert_eq!(problem("가"), "unwanted_words");
        assert_eq!(problem(&"가".repeat(41)), "unwanted_words");
        let many: Vec<String> = (0..=UNWANTED_MAX).map(|n| format!("말{n}")).collect();
        assert_eq!(problem(&many.join("\n")), "unwanted_words");
        assert!(Unwanted::of_lines("").unwrap().is_empty());
    }
}
