//! Pure arithmetic of Madang: reads and checks a submission CSV, and scores it.
//!
//! No I/O, no clock, no threads (but in [`standing`], which the browser has no use for): the same code runs in the browser (before anything is sent) and in the scoring worker.
//!
//! - [`csv::Checker`] reads a submission in slices and reports every error with its line.
//! - [`Solution`] is the hidden truth; it knows what a submission must look like.
//! - [`score()`] scores a submission against a solution with the [`Scorer`] of a [`MetricSpec`].
//! - [`metric::catalogue`] lists the metrics.
//! - [`standing::certainty()`] says how certain a ranking is.

pub mod csv;
mod lang;
pub mod metric;
mod schema;
mod score;
mod solution;
pub mod standing;
mod text_table;
mod values;

pub use csv::{Checker, ErrorKind, FileError, FileErrors, Ids, Summary};
pub use lang::{Lang, josa};
pub use metric::{Direction, Metric, MetricError, MetricSpec, Scorer};
pub use schema::{Column, ColumnKind, Schema};
pub use score::{ErrorLine, ErrorReport, Report, ScoreError, Scored, check, score};
pub use solution::{EXTRAS, Solution};
pub use values::{Texts, Values};
