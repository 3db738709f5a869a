//! Boards (docs/decisions/0034-boards.md): notices, questions, talk and recruiting are one kind of thing. Who may read what is one condition
//! in every query of `storage::boards`; who may do what is `domain::access`', asked here and again under the lock.

mod comments;
pub mod files;
mod mentions;
mod moderation;
mod pictures;
mod reactions;
mod reading;
mod rendering;
mod required;
mod uploading;
mod writing;

pub use self::comments::{CommentsAsked, comment, comment_page, edit_comment, follow, is_following, remove_comment};
pub use self::mentions::names_to_call;
pub use self::moderation::{
    BLOCK_DAYS, block, blocked, check_not_blocked, count_reported, hide, hide_comment, report, reported, settle, show,
    show_comment, unblock,
};
pub use self::reactions::{react, reactions};
pub use self::reading::{PostsAsked, comment_history, feed, get, history, list, newest, reader, viewed};
pub(crate) use self::rendering::{html, rendered};
pub use self::rendering::{preview, render_anew};
pub use self::required::{leaders_read, note_read, remind, unread_notices};
pub use self::uploading::{check_uploading, upload};
pub use self::writing::{edit, pin, remove, write};
pub use storage::boards::{BlockRow, FeedEntry, ReportRow};
