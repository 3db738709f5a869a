//! The boards of a competition, and the notices of the site: lists, a post with its comments, and writing one.

pub mod attaching;
pub mod canned;
pub mod comments;
pub mod deeds;
pub mod edit;
pub mod history;
pub mod list;
pub mod news;
pub mod place;
pub mod post;
pub mod publish;
pub mod reactions;
pub mod recruiting;
pub mod row;
pub mod similar;
pub mod site;
pub mod ties;
pub mod words;
