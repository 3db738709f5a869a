//! The boards of a competition: lists, a post with its comments, and writing one.

pub mod attaching;
pub mod comments;
pub mod deeds;
pub mod edit;
pub mod history;
pub mod list;
pub mod news;
pub mod post;
pub mod reactions;
pub mod row;
pub mod words;
