//! The web server, the scoring workers and the command line around the application.

#![recursion_limit = "512"]

pub mod application_form;
pub mod arrival;
pub mod assets;
pub mod attached_forms;
pub mod case_forms;
pub mod client;
pub mod command;
pub mod crowd;
pub mod error;
pub mod extract;
pub mod faults;
pub mod forms;
pub mod frame;
pub mod html;
pub mod institution;
pub mod language;
pub mod leaderboard_page;
pub mod listener;
mod live_list;
pub mod page_cache;
pub mod placed;
pub mod post_forms;
pub mod preferences;
pub mod rest;
pub mod router;
pub mod security;
pub mod settings;
pub mod sse;
pub mod state;
pub mod submit_form;
pub mod template;
pub mod terminal;
pub mod text;
pub mod viewer;
