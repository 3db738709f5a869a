//! The leaderboard in the browser.

pub mod live;
mod rows;
