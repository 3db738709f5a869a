//! The server through HTTP, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod activity;
mod api;
mod application_files;
mod audit;
mod boards;
mod cases;
mod certainty;
mod commands;
mod common;
mod credentials;
mod direct_report;
mod edge;
mod events;
mod files;
mod form_bodies;
mod forms;
mod institution;
mod jobs;
mod killed;
mod leaderboard_page;
mod links;
mod live;
mod mail;
mod outage;
mod people;
mod permissions;
mod post_files;
mod privacy;
mod program;
mod raw;
mod security;
mod settings;
mod stopped;
mod text;
mod upgrade;
mod uploads;
mod worlds;
