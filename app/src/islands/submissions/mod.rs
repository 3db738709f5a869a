//! Submitting: the form that checks a file before it is sent and follows it until it is scored.

mod check;
pub mod desk;
mod drops;
pub mod errors;
pub mod form;
mod going;
pub mod progress;
mod send;
pub mod verdict;
pub mod watch;

pub use check::Wanted;
pub use desk::Refusal;
pub use errors::{ErrorRow, error_table};
pub use form::SubmitForm;
pub use going::Going;
pub use send::{QuotaNow, Wait};
pub use watch::SubmissionWatch;
