//! Comments on a post, in two levels.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::kind::BoardKind;
use super::readers::BoardReader;
use crate::Result;
use crate::error::{FieldProblem, WrongFields};
use crate::ids::CommentId;

/// Longest comment in bytes.
pub const COMMENT_MAX: usize = 10_000;
/// Comments on one page of a post.
pub const COMMENTS_PER_PAGE: i64 = 50;
/// People and teams that a post or a comment names, in all its versions.
pub const MENTIONS_MAX: usize = 10;
/// Comments on one post.
pub const COMMENTS_MAX: i64 = 5_000;

/// A comment as its reader may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
#[expect(clippy::struct_excessive_bools, reason = "marks that have nothing to do with each other")]
pub struct Comment {
    pub id: CommentId,
    /// Within its post, from 1.
    pub number: i64,
    /// The number of the comment that it answers, or its own.
    pub thread: i64,
    /// The author's public name; empty where they chose none or it is not for the reader.
    pub author: String,
    pub team: String,
    /// Written by who helps to run the competition.
    pub by_staff: bool,
    /// An answer in the organizers' name.
    pub official: bool,
    /// Empty where it is not for the reader; so is the text.
    pub html: String,
    pub markdown: String,
    pub mine: bool,
    pub removed: bool,
    pub hidden: bool,
    /// Why, for whoever may know.
    pub hidden_why: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: Option<DateTime<Utc>>,
}

impl Comment {
    /// Whether it answers another one.
    pub fn is_reply(&self) -> bool {
        self.thread != self.number
    }

    /// Whether a reader may know what it said before: whoever wrote it and the organizers, and everyone what those have said under a notice.
    pub fn shows_history(&self, kind: BoardKind, reader: &BoardReader) -> bool {
        let is_seen = !self.removed && (!self.hidden || self.mine || reader.organizes);
        is_seen && (self.mine || reader.organizes || (kind.shows_history() && self.by_staff))
    }
}

/// A page of a post's comments: official ones first, then in the order of their threads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommentPage {
    pub comments: Vec<Comment>,
    pub total: i64,
    pub page: i64,
    pub pages: i64,
}

/// What somebody writes under a post.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommentDraft {
    pub markdown: String,
    /// In the organizers' name; for them alone.
    pub official: bool,
    /// The asker has a further question: it waits for an answer again.
    pub asks_again: bool,
}

impl CommentDraft {
    /// The draft, or what is wrong with its text.
    ///
    /// # Errors
    /// The field `markdown`.
    pub fn validated(self) -> Result<Self> {
        let mut wrong = WrongFields::default();
        if self.markdown.trim().is_empty() {
            wrong.note("markdown", FieldProblem::BodyEmpty);
        } else if self.markdown.len() > COMMENT_MAX {
            wrong.note("markdown", FieldProblem::CommentLong);
        }
        wrong.or(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_or_endless_comment_is_refused() {
        let wrong = |text: String| CommentDraft { markdown: text, ..CommentDraft::default() }.validated().is_err();
        assert!(wrong(" \n".to_owned()) && wrong("a".repeat(COMMENT_MAX + 1)) && !wrong("a".repeat(COMMENT_MAX)));
    }
}
