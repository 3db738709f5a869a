//! Boards: posts, comments and what belongs to them. What a reader may see is one condition, `readable!`, in every statement that reads posts.

mod comments;
mod files;
mod grams;
mod mentions;
mod moderation;
mod own;
mod posts;
mod questions;
mod reactions;
mod readers;
mod recruiting;
mod scheduled;
pub(crate) mod search;
mod unwanted;
mod writing;

pub use comments::{CommentHeld, NewComment};
pub use files::{NewPostFile, OwnPostFile, StoredPostFile};
pub(crate) use mentions::for_whom;
pub use mentions::{CalledPerson, CalledTeam, Mention};
pub use moderation::{BlockRow, ReportRow};
pub use own::{OwnPost, OwnTrace};
pub use posts::{BoardRow, FeedEntry, PostText, Rendered};
pub use recruiting::CardHeld;
pub use writing::{NewPost, OutdatedPost, PostHeld};
