//! Boards (docs/decisions/0034-boards.md): one kind of thing with several uses, told apart by [`kind::BoardKind`].

pub mod comments;
pub mod files;
pub mod kind;
pub mod posts;
pub mod questions;
pub mod reactions;
pub mod readers;
pub mod recruiting;
pub mod scheduled;
pub mod unwanted;

pub use comments::{COMMENT_MAX, Comment, CommentDraft, CommentPage, MENTIONS_MAX};
pub use files::PostFile;
pub use kind::{BoardKind, BoardOf, SITE_CATEGORIES};
pub use posts::{
    BODY_MAX, CATEGORY_MAX, Listed, Neighbour, NoticeReaders, Post, PostDraft, PostPage, PostRow, Revision, Sought,
    TITLE_MAX, TeamRead,
};
pub use questions::{CannedAnswer, Publication, QuestionTies, SimilarQuestion};
pub use reactions::{Reaction, ReactionCount};
pub use readers::BoardReader;
pub use recruiting::{CardClosed, RecruitCard, RecruitRole, Seeker};
pub use scheduled::{SCHEDULED_MAX, ScheduledNotice};
pub use unwanted::Unwanted;
