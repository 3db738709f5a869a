//! The application through its own functions, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod accepting;
mod accounts;
mod addresses;
mod administration;
mod applications;
mod audit;
mod backup;
mod boards;
mod case_decisions;
mod case_doors;
mod case_records;
mod cases;
mod certainty;
mod commitments;
mod common;
mod custom_metrics;
mod data;
mod deletion;
mod export;
mod folders;
mod idle;
mod leaderboards;
mod letters;
mod limits;
mod names;
mod notifications;
mod outage;
mod own_parts;
mod passwords;
mod publishing;
mod reading;
mod required_factors;
mod rescore;
mod roles;
mod second_factors;
mod secrets;
mod submissions;
mod sweep;
mod team_entering;
mod team_merges;
mod team_rules;
mod teams;
mod timers;
mod waitlist;
