//! Types and rules without I/O: what a competition is, who may do what when, what is left.
//! Compiles for the browser too, so nothing here knows a database, a clock or a time zone table.

pub mod account;
pub mod board;
pub mod competition;
pub mod error;
pub mod ids;
pub mod leaderboard;
pub mod participation;
pub mod quota;
pub mod score;
pub mod stage;
pub mod standings;
pub mod submission;
pub mod team;
pub mod text;
pub mod wall;

pub use error::{AppError, ErrorCode, Result};
pub use text::{Locale, Text};
