//! The web server, the scoring workers and the command line around the application.

#![recursion_limit = "512"]

pub mod arrival;
pub mod assets;
pub mod board_page;
pub mod command;
pub mod config;
pub mod extract;
pub mod forms;
pub mod html;
pub mod page_cache;
pub mod preferences;
pub mod rest;
pub mod router;
pub mod security;
pub mod session_store;
pub mod sse;
pub mod state;
pub mod submit_form;
pub mod viewer;
