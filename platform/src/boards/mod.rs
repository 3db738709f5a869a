//! Boards (docs/decisions/0034-boards.md): notices, questions, talk and recruiting are one kind of thing. Who may read what is one condition
//! in every query of `storage::boards`; who may do what is `domain::access`', asked here and again under the lock.

mod canned;
mod comments;
pub mod files;
mod mentions;
mod moderation;
mod pictures;
mod questions;
mod reactions;
mod reading;
mod recruiting;
mod rendering;
mod required;
pub(crate) mod scheduling;
mod seeking;
pub mod site;
mod unwanted;
mod uploading;
mod writing;

pub use self::canned::{canned_answers, remove_canned_answer, set_canned_answer};
pub use self::comments::{CommentsAsked, comment, comment_page, edit_comment, follow, is_following, remove_comment};
pub use self::mentions::names_to_call;
pub use self::moderation::{
    BLOCK_DAYS, block, blocked, check_not_blocked, count_reported, hide, hide_comment, report, reported, settle, show,
    show_comment, unblock,
};
pub(crate) use self::moderation::{hide_moved, show_moved};
pub use self::questions::{link_question, publication, publish, similar, ties};
pub use self::reactions::{react, reactions};
pub use self::reading::{PostsAsked, comment_history, feed, get, history, list, newest, reader, viewed};
pub use self::recruiting::{ask_by_card, cards, invite_by_card, open_card, set_card};
pub(crate) use self::rendering::{html, rendered};
pub use self::rendering::{preview, render_anew};
pub use self::required::{note_read, notice_readers, remind, unread_notices};
pub(crate) use self::scheduling::{ChangeNotice, announce};
pub use self::scheduling::{publish_now, schedule, scheduled, scheduled_html, scheduled_one, unschedule};
pub(crate) use self::unwanted::check as check_words;
pub use self::unwanted::{set_unwanted, unwanted};
pub use self::uploading::{check_uploading, upload};
pub use self::writing::{edit, pin, remove, write};
pub use storage::boards::{BlockRow, FeedEntry, ReportRow};
