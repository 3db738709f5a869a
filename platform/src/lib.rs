//! The application itself: what may be done, by whom, and what it changes. Native only.

pub mod access;
pub mod accounts;
pub mod administration;
pub mod attachments;
pub mod audit;
pub mod boards;
pub mod cases;
pub mod changes;
pub mod clock;
pub mod competitions;
pub mod demo;
pub mod error;
pub mod events;
pub mod files;
pub mod institution;
pub mod jobs;
mod kept;
pub mod leaderboards;
pub mod live;
pub mod mail;
pub mod markdown;
pub mod notifications;
mod paging;
pub mod participation;
pub mod places;
pub mod qr;
pub mod secrets;
pub mod services;
mod stop;
pub mod submissions;
pub mod sweep;
pub mod teams;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod throttle;
pub mod uploads;
pub mod visits;
mod writes;

pub use error::{Error, Result};
pub use services::{Config, Services};
pub use storage::DatabaseKind;
