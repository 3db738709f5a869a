//! Types and rules without I/O: what a competition is, who may do what when, what is left.
//! Compiles for the browser too, so nothing here knows a database, a clock or, without the feature `zones`, a table of time zones.

pub mod access;
pub mod accounts;
pub mod address;
pub mod applications;
pub mod attachments;
pub mod audit;
pub mod boards;
pub mod cases;
pub mod certainty;
pub mod competitions;
pub mod error;
pub mod events;
pub mod idle;
pub mod ids;
pub mod jobs;
pub mod json;
pub mod leaderboards;
pub mod live;
pub mod names;
pub mod notifications;
pub mod participation;
pub mod quotas;
pub mod scores;
pub mod stages;
pub mod standings;
#[cfg(feature = "sqlx")]
mod stored;
pub mod submissions;
pub mod teams;
pub mod text;
pub mod wall;
pub mod zone;

pub use error::{AppError, ErrorCode, Result};
pub use text::{Locale, Text};
