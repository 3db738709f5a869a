//! Boards and their posts; so far the notice board.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::error::{FieldProblem, WrongFields};
use crate::ids::{CompetitionId, NoticeId};

/// Longest title in characters and longest body in bytes.
pub const TITLE_MAX: usize = 120;
pub const BODY_MAX: usize = 50_000;

/// A notice's line in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct NoticeRow {
    pub id: NoticeId,
    pub number: i64,
    pub title: String,
    /// The author's public name; empty where they chose none.
    pub author: String,
    pub pinned: bool,
    pub required: bool,
    pub views: i64,
    pub created_at: DateTime<Utc>,
}

/// A notice with its text, and its neighbours in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub row: NoticeRow,
    pub competition_id: CompetitionId,
    pub markdown: String,
    /// Rendered and sanitised on the server.
    pub html: String,
    pub updated_at: Option<DateTime<Utc>>,
    pub newer: Option<Neighbour>,
    pub older: Option<Neighbour>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Neighbour {
    pub number: i64,
    pub title: String,
    pub created_at: DateTime<Utc>,
}

/// A page of the list; pinned notices stand before the first page's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticePage {
    pub pinned: Vec<NoticeRow>,
    pub rows: Vec<NoticeRow>,
    /// All notices that match, pinned ones included.
    pub total: i64,
    pub page: i64,
    pub pages: i64,
}

/// What an organizer writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct NoticeDraft {
    pub title: String,
    pub markdown: String,
    pub pinned: bool,
    pub required: bool,
}

impl NoticeDraft {
    /// The draft with a tidy title, or every wrong field. A required notice is always pinned.
    pub fn validated(self) -> Result<Self> {
        let title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut wrong = WrongFields::default();
        if title.is_empty() || title.chars().count() > TITLE_MAX {
            wrong.note("title", FieldProblem::Title);
        }
        if self.markdown.trim().is_empty() {
            wrong.note("markdown", FieldProblem::BodyEmpty);
        } else if self.markdown.len() > BODY_MAX {
            wrong.note("markdown", FieldProblem::BodyLong);
        }
        wrong.or(Self { title, pinned: self.pinned || self.required, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_draft_names_both_fields() {
        let draft = NoticeDraft { title: " ".into(), markdown: "\n".into(), pinned: false, required: false };
        let fields: Vec<_> = draft.validated().unwrap_err().fields.into_iter().map(|f| f.field).collect();
        assert_eq!(fields, ["title", "markdown"]);
    }

    #[test]
    fn a_required_notice_is_pinned() {
        let draft =
            NoticeDraft { title: "마감 안내".into(), markdown: "본문".into(), pinned: false, required: true };
        assert!(draft.validated().unwrap().pinned);
    }
}
