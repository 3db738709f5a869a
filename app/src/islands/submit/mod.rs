//! Submitting: the form that checks a file before it is sent and follows it until it is scored.

mod browser;
mod check;
pub mod errors;
pub mod form;
pub mod progress;
mod send;
pub mod verdict;
pub mod watch;

pub use errors::{ErrorRow, ErrorTable};
pub use form::{Refusal, SubmitForm};
pub use progress::Going;
pub use send::{QuotaNow, Wait};
pub use watch::SubmissionWatch;
