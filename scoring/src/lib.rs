//! Pure arithmetic of Madang: reads and checks a submission CSV, and scores it.
//!
//! No I/O and no clock: the same code runs in the browser (before anything is sent) and in the scoring worker. Only large
//! files are read and scored by several threads, and never in a browser; a score does not depend on how many they are.
//!
//! - [`csv::Checker`] reads a submission in slices and reports every error with its line.
//! - [`Solution`] is the hidden truth; it knows what a submission must look like.
//! - [`judge`] scores a competition's submission, part by part, with the [`Scorer`] of a [`MetricSpec`]; [`score()`] scores
//!   two files by hand.
//! - [`metric::catalogue`] lists the metrics.
//! - [`standing::certainty()`] says how certain a ranking is.

mod commitment;
pub mod csv;
mod fit;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
mod hash;
mod items;
mod josa;
mod lang;
pub mod metric;
mod parallel;
mod perfect;
mod published;
mod runs;
mod schema;
mod score;
mod solution;
mod split;
pub mod standing;
mod text_table;
mod values;
mod words;

pub use commitment::{commitment, solution_hash};
pub use csv::{Checker, ErrorKind, FileError, FileErrors, Ids, Summary, column_names};
pub use hash::{Hash, hex};
pub use josa::josa;
pub use lang::{Lang, Text};
pub use metric::{Direction, Metric, MetricError, MetricSpec, Scorer};
pub use perfect::perfect;
pub use published::published;
pub use schema::{Column, ColumnKind, Schema};
pub use score::{ErrorLine, ErrorReport, Judged, Report, ScoreError, Scored, check, judge, score};
pub use solution::{EXTRAS, Solution};
pub use split::{SplitBy, SplitRule, split};
pub use values::{Texts, Values};
