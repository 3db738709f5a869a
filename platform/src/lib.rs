//! The application itself: what may be done, by whom, and what it changes. Native only.

pub mod accounts;
pub mod boards;
mod caches;
pub mod certainty;
pub mod clock;
pub mod commitments;
pub mod competitions;
mod components;
pub mod db;
pub mod demo;
pub mod error;
pub mod events;
pub mod export;
pub mod files;
pub mod folder;
mod gathered;
pub mod images;
pub mod import;
pub mod jobs;
mod joined;
pub mod leaderboards;
pub mod markdown;
pub mod names;
pub mod participation;
pub mod passwords;
pub mod places;
pub mod rescore;
pub mod sample;
pub mod secrets;
pub mod services;
pub mod sessions;
mod stop;
pub mod submissions;
pub mod sweep;
pub mod teams;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod throttle;
mod unchanged;
pub mod uploads;
pub mod visits;
mod writes;
pub mod zone;

pub use error::{Error, Result};
pub use services::{Config, Services};
