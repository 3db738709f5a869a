//! Times, numbers and sizes as a reader sees them. Only the server knows time zones, so pages format there and islands
//! get the finished text.

pub mod error;
pub mod note;
mod number;
mod time;

pub use domain::text::query;
pub use number::{bytes, coefficient, difference, grouped, percent, score};
pub use time::{clock, date, date_time, day, deadline, list_day, relative, short, span};
