//! Handing files in, and what became of them.

pub mod list;
pub mod rail;
pub mod submission;
pub mod submit;
