//! Posts: a line of the list, the whole of one, and what somebody writes.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::files::PostFile;
use super::kind::{BoardKind, SITE_CATEGORIES};
use super::recruiting::RecruitRole;
use crate::Result;
use crate::error::{FieldProblem, WrongFields};
use crate::ids::{PostFileId, PostId, TeamNumber};
use crate::names;

/// Longest title in characters and longest body in bytes.
pub const TITLE_MAX: usize = 120;
pub const BODY_MAX: usize = 50_000;
/// Longest key of a category.
pub const CATEGORY_MAX: usize = 20;
/// Posts that a page of the list may have; the first is what it has unless another is asked for.
pub const POSTS_PER_PAGE: [i64; 3] = [20, 10, 50];
/// Matches of a search that are counted; beyond, there are "more than" so many.
pub const FOUND_MAX: i64 = 1_000;
/// Characters of a search.
pub const SEARCH_MAX: usize = 80;

/// A post's line in the list. Of one that is not for the reader only what says that there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
#[expect(clippy::struct_excessive_bools, reason = "marks that have nothing to do with each other")]
pub struct PostRow {
    pub id: PostId,
    /// Within its board, from 1.
    pub number: i64,
    /// Empty where it is not for the reader, and so is what follows of people.
    pub title: String,
    /// The author's public name; empty where they chose none.
    pub author: String,
    /// The team that they wrote for.
    pub team: String,
    pub category: String,
    /// Whether the reader may read it.
    pub readable: bool,
    pub secret: bool,
    /// Written by who helps to run the competition.
    pub by_staff: bool,
    /// Published without the name of who asked.
    pub anonymous: bool,
    pub mine: bool,
    pub pinned: bool,
    pub required: bool,
    /// Required of all who take part, not of the leaders alone.
    pub for_all: bool,
    pub answered: bool,
    /// Taken out of sight by the organizers.
    pub hidden: bool,
    pub comments: i64,
    pub files: i64,
    pub views: i64,
    pub created_at: DateTime<Utc>,
}

/// A post with its text, and its neighbours in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub row: PostRow,
    pub markdown: String,
    /// Rendered and sanitised on the server.
    pub html: String,
    pub updated_at: Option<DateTime<Utc>>,
    /// How often it was written: 1 has never been changed.
    pub version: i64,
    /// Deleted; its answers stay.
    pub removed: bool,
    /// Why it is hidden, for whoever may know.
    pub hidden_why: String,
    /// Without those of a deleted one.
    pub files: Vec<PostFile>,
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

/// What a post said in an earlier version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Revision {
    /// From 1.
    pub version: i64,
    pub title: String,
    pub markdown: String,
    /// When it was replaced.
    pub at: DateTime<Utc>,
}

/// Of whom a required notice is required, and how many of them have read it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoticeReaders {
    pub people: i64,
    pub read: i64,
    /// Teams of which somebody has not, by their numbers.
    pub waiting: Vec<TeamRead>,
}

/// How many of a team must read a notice (its leader, or everyone), and how many have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct TeamRead {
    pub number: TeamNumber,
    pub name: String,
    pub people: i64,
    pub read: i64,
}

/// Which posts a list has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Listed {
    #[default]
    All,
    Category(String),
    /// Answered or not.
    Answered(bool),
    /// One's own and one's team's.
    Mine,
}

/// What a list is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// In titles and texts.
    Text(String),
    /// In authors' public names.
    Author(String),
}

impl Sought {
    /// Nothing, where nothing is typed.
    pub fn of(typed: &str, in_authors: bool) -> Option<Self> {
        let text: String = typed.trim().chars().take(SEARCH_MAX).collect();
        (!text.is_empty()).then_some(if in_authors { Self::Author(text) } else { Self::Text(text) })
    }
}

/// A page of the list; pinned posts stand before the first page's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostPage {
    pub pinned: Vec<PostRow>,
    pub rows: Vec<PostRow>,
    /// All posts that match, pinned ones included; of a search at most [`FOUND_MAX`].
    pub total: i64,
    pub page: i64,
    pub pages: i64,
}

/// What somebody writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
#[expect(clippy::struct_excessive_bools, reason = "marks, as a form has them")]
pub struct PostDraft {
    pub title: String,
    pub markdown: String,
    /// The key of one of the board's, or nothing.
    pub category: String,
    /// For the author's team and the organizers alone.
    pub secret: bool,
    /// On top of the list: of notices.
    pub pinned: bool,
    /// To be read by every team's leader: of notices.
    pub required: bool,
    /// To be read by all who take part, which makes it required.
    pub for_all: bool,
    /// Which version whoever changes a post has seen; 0 where they do not say.
    #[cfg_attr(feature = "sqlx", sqlx(skip))]
    pub based_on: i64,
    /// What is attached, as the form lists it; pictures the text names.
    #[cfg_attr(feature = "sqlx", sqlx(skip))]
    pub files: Vec<PostFileId>,
    /// Whom a recruiting post seeks.
    #[cfg_attr(feature = "sqlx", sqlx(skip))]
    pub roles: BTreeSet<RecruitRole>,
}

impl PostDraft {
    /// The draft for a board with a tidy title and nothing that the board does not know, or every wrong field. A required notice is
    /// always pinned.
    ///
    /// # Errors
    /// The fields `title`, `category`, `roles` and `markdown`.
    pub fn validated(self, kind: BoardKind) -> Result<Self> {
        let for_all = self.for_all && kind == BoardKind::Notice;
        let required = for_all || (self.required && kind == BoardKind::Notice);
        let pinned = kind == BoardKind::Notice && (self.pinned || required);
        let secret = self.secret && kind.has_secrets();
        let roles = if kind.has_cards() { self.roles.clone() } else { BTreeSet::new() };
        Ok(Self { secret, pinned, required, for_all, roles, ..self.checked(kind.categories(), kind.has_cards())? })
    }

    /// The same for a notice of the site, which has no teams whose leaders must read it, and no files.
    ///
    /// # Errors
    /// As [`Self::validated`].
    pub fn validated_for_site(self) -> Result<Self> {
        let roles = BTreeSet::new();
        Ok(Self {
            required: false,
            for_all: false,
            secret: false,
            files: Vec::new(),
            roles,
            ..self.checked(SITE_CATEGORIES, false)?
        })
    }

    fn checked(self, categories: &[&str], has_cards: bool) -> Result<Self> {
        let title = names::tidy(&self.title);
        let mut wrong = WrongFields::default();
        if title.is_empty() || title.chars().count() > TITLE_MAX {
            wrong.note("title", FieldProblem::Title);
        }
        if !self.category.is_empty() && !categories.contains(&self.category.as_str()) {
            wrong.note("category", FieldProblem::Category);
        }
        if has_cards && self.category.is_empty() {
            wrong.note("category", FieldProblem::CategoryNeeded);
        }
        if has_cards && self.roles.is_empty() {
            wrong.note("roles", FieldProblem::RecruitRoles);
        }
        if self.markdown.trim().is_empty() {
            wrong.note("markdown", FieldProblem::BodyEmpty);
        } else if self.markdown.len() > BODY_MAX {
            wrong.note("markdown", FieldProblem::BodyLong);
        }
        wrong.or(Self { title, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(title: &str, markdown: &str) -> PostDraft {
        PostDraft { title: title.into(), markdown: markdown.into(), ..PostDraft::default() }
    }

    #[test]
    fn an_empty_draft_names_every_wrong_field() {
        let draft = PostDraft { category: "prizes".into(), ..draft(" ", "\n") };
        let fields: Vec<_> = draft.validated(BoardKind::Qna).unwrap_err().fields.into_iter().map(|f| f.field).collect();
        assert_eq!(fields, ["title", "category", "markdown"]);
    }

    #[test]
    fn whoever_recruits_says_what_they_seek_and_whom() {
        let fields = |draft: PostDraft| draft.validated(BoardKind::Recruit).map_err(|e| e.fields.len());
        assert_eq!(fields(draft("팀원 구해요", "본문")), Err(2));
        let roles = BTreeSet::from([RecruitRole::Clinical]);
        let whole = PostDraft { category: "team_seeks".into(), roles, ..draft("팀원 구해요", "본문") };
        assert_eq!(fields(whole.clone()).unwrap().roles.len(), 1);
        assert!(PostDraft { category: String::new(), ..whole }.validated(BoardKind::Talk).unwrap().roles.is_empty());
    }

    #[test]
    fn a_required_notice_is_pinned_and_nothing_else_is() {
        let wished = PostDraft { required: true, secret: true, ..draft("마감 안내", "본문") };
        let notice = wished.clone().validated(BoardKind::Notice).unwrap();
        assert!(notice.pinned && notice.required && !notice.secret);
        let question = wished.validated(BoardKind::Qna).unwrap();
        assert!(!question.pinned && !question.required && question.secret);
    }

    #[test]
    fn a_notice_of_the_site_is_for_everyone_and_about_the_site() {
        let wished = PostDraft { required: true, secret: true, pinned: true, ..draft("점검", "본문") };
        let notice = PostDraft { category: "terms".into(), ..wished.clone() }.validated_for_site().unwrap();
        assert!(notice.pinned && !notice.required && !notice.secret);
        assert!(PostDraft { category: "data".into(), ..wished }.validated_for_site().is_err());
    }

    #[test]
    fn a_search_for_nothing_is_none_and_one_without_end_is_cut() {
        assert_eq!(Sought::of(" \n", false), None);
        assert_eq!(Sought::of(" 마감 ", false), Some(Sought::Text("마감".into())));
        assert_eq!(Sought::of(&"가".repeat(200), true), Some(Sought::Author("가".repeat(SEARCH_MAX))));
    }
}
