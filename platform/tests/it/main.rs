//! The application through its own functions, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod backup;
mod certainty;
mod commitments;
mod common;
mod custom_metrics;
mod export;
mod outage;
mod reading;
mod rescore;
mod submissions;
mod teams;
