//! The notice board of a competition: the list, a post, and writing one.

pub mod edit;
pub mod list;
pub mod news;
pub mod post;
pub mod row;
