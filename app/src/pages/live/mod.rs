//! Live questions: the page, what stands in it, and the projector's.

pub mod ask;
pub mod list;
pub mod page;
pub mod question;
pub mod screen;
pub mod words;
