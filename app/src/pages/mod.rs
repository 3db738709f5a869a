//! The pages, a page a file. Only the server has them: what wakes in the browser is in `islands`.

pub mod accounts;
pub mod administration;
pub mod api_docs;
pub mod boards;
pub mod cases;
pub mod competitions;
pub mod console;
pub mod design;
pub mod guide;
pub mod home;
pub mod leaderboards;
pub mod live;
pub mod load;
pub mod notifications;
mod own_text;
pub mod participation;
pub mod qr;
pub mod site_news;
pub mod submissions;
pub mod teams;
