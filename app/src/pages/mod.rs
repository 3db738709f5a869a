//! The pages, a page a file. Only the server has them: what wakes in the browser is in `islands`.

pub mod account;
pub mod api_docs;
pub mod board;
pub mod competition;
pub mod design;
pub mod guide;
pub mod home;
pub mod load;
pub mod notices;
mod own_text;
pub mod team;
