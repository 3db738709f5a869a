//! The server through HTTP, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod api;
mod boards;
mod certainty;
mod common;
mod direct_report;
mod forms;
mod killed;
mod links;
mod outage;
mod privacy;
mod program;
mod security;
