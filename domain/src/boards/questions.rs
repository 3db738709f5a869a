//! What ties questions together (the same one asked again, a secret one that was published), and the answers that organizers keep.

use super::comments::COMMENT_MAX;
use super::kind::BoardKind;
use super::posts::{Neighbour, PostDraft};
use crate::Result;
use crate::error::{FieldError, FieldProblem, WrongFields};
use crate::ids::CannedAnswerId;
use crate::names;

/// Questions that are offered to whoever types a title.
pub const SIMILAR_MAX: usize = 5;
/// Answers that a competition's organizers keep.
pub const CANNED_MAX: i64 = 50;
/// Longest title in characters and longest text in bytes of such an answer: all of them stand on the page of a question.
pub const CANNED_TITLE_MAX: usize = 60;
pub const CANNED_TEXT_MAX: usize = 4_000;

/// The posts that a question has to do with, as far as they are for the reader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuestionTies {
    /// The same question, which was there before.
    pub same: Option<Neighbour>,
    /// The secret question as it was published, without a name.
    pub published: Option<Neighbour>,
    /// For organizers: the number of the secret question that this one was published from.
    pub source: Option<i64>,
    /// For organizers: questions that are the same as this one.
    pub sames: i64,
}

/// A question that resembles a title.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct SimilarQuestion {
    pub number: i64,
    pub title: String,
    pub answered: bool,
}

/// A text that organizers answer with again and again; for them alone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct CannedAnswer {
    pub id: CannedAnswerId,
    pub title: String,
    pub markdown: String,
}

/// Title and text of such an answer, tidy.
///
/// # Errors
/// The fields `title` and `markdown`.
pub fn canned_answer(title: &str, markdown: &str) -> Result<(String, String)> {
    let title = names::tidy(title);
    let mut wrong = WrongFields::default();
    if title.is_empty() || title.chars().count() > CANNED_TITLE_MAX {
        wrong.note("title", FieldProblem::CannedTitle);
    }
    if markdown.trim().is_empty() {
        wrong.note("markdown", FieldProblem::BodyEmpty);
    } else if markdown.len() > CANNED_TEXT_MAX {
        wrong.note("markdown", FieldProblem::CannedLong);
    }
    wrong.or((title, markdown.trim().to_owned()))
}

/// A secret question as it is published, and its answer, which may be none yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Publication {
    pub title: String,
    pub markdown: String,
    pub category: String,
    pub answer: String,
}

impl Publication {
    /// The question and its answer, or every wrong field.
    ///
    /// # Errors
    /// The fields `title`, `category`, `markdown` and `answer`.
    pub fn validated(self, kind: BoardKind) -> Result<(PostDraft, Option<String>)> {
        let Self { title, markdown, category, answer } = self;
        let answer = Some(answer).filter(|answer| !answer.trim().is_empty());
        let is_long = answer.as_ref().is_some_and(|answer| answer.len() > COMMENT_MAX);
        let too_long = is_long.then(|| FieldError::new("answer", FieldProblem::CommentLong));
        match (PostDraft { title, markdown, category, ..PostDraft::default() }).validated(kind) {
            Ok(draft) => too_long.map_or(Ok((draft, answer)), |wrong| Err(crate::AppError::fields(vec![wrong]))),
            Err(mut error) => {
                error.fields.extend(too_long);
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_keep_has_a_title_and_a_text_of_bounded_length() {
        assert_eq!(canned_answer(" 일정 ", "본문\n"), Ok(("일정".into(), "본문".into())));
        let fields = |title: &str, text: &str| {
            let wrong = canned_answer(title, text).err().map(|error| error.fields).unwrap_or_default();
            wrong.into_iter().map(|wrong| wrong.field).collect::<Vec<_>>()
        };
        assert_eq!(fields(" ", ""), ["title", "markdown"]);
        assert_eq!(fields(&"가".repeat(CANNED_TITLE_MAX + 1), &"a".repeat(CANNED_TEXT_MAX + 1)), ["title", "markdown"]);
        assert!(fields(&"가".repeat(CANNED_TITLE_MAX), &"a".repeat(CANNED_TEXT_MAX)).is_empty());
    }

    #[test]
    fn every_wrong_field_of_a_publication_is_named_at_once_and_an_empty_answer_is_none() {
        let wrong = Publication { answer: "a".repeat(COMMENT_MAX + 1), ..Publication::default() };
        let fields: Vec<_> =
            wrong.validated(BoardKind::Qna).unwrap_err().fields.into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, ["title", "markdown", "answer"]);
        let bare = Publication {
            title: "제목".into(),
            markdown: "본문".into(),
            answer: " \n".into(),
            ..Publication::default()
        };
        let (draft, answer) = bare.validated(BoardKind::Qna).unwrap();
        assert_eq!((draft.secret, answer), (false, None));
    }
}
