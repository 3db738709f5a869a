//! The notice board of a competition: the list, a post, and writing one.

mod edit;
mod list;
mod post;
mod row;

pub use edit::{EditNoticePage, NewNoticePage};
pub use list::BoardPage;
pub use post::PostPage;
pub use row::{Marks, is_fresh};
