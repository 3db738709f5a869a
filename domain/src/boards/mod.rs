//! Boards (docs/decisions/0034-boards.md): one kind of thing with several uses, told apart by [`kind::BoardKind`].

pub mod comments;
pub mod files;
pub mod kind;
pub mod posts;
pub mod reactions;
pub mod readers;

pub use comments::{COMMENT_MAX, Comment, CommentDraft, CommentPage, MENTIONS_MAX};
pub use files::PostFile;
pub use kind::BoardKind;
pub use posts::{
    BODY_MAX, CATEGORY_MAX, LeaderRead, Listed, Neighbour, Post, PostDraft, PostPage, PostRow, Revision, Sought,
    TITLE_MAX,
};
pub use reactions::{Reaction, ReactionCount};
pub use readers::BoardReader;
