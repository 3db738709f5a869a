//! Reads a CSV (RFC 4180, and what spreadsheets make of it) and reports every error with its line.

mod bytes;
mod checker;
mod errors;
mod fast;
mod foreign;
mod header;
mod hexadecimal;
mod ids;
mod kinds;
mod listing;
mod message;
mod numbered;
mod of_file;
mod packed;
mod plain;
mod plan;
mod reader;
mod records;
mod row_checker;
mod series;
mod store;
mod table;
mod value;

pub use checker::{Checker, ColumnSummary, Summary};
pub use errors::{Detail, ErrorKind, FileError, FileErrors, KEPT};
pub use ids::Ids;
pub use kinds::{Encoding, Format};
pub use packed::Unpacking;
pub use table::column_names;

pub(crate) use of_file::lines;
pub(crate) use plan::{Plan, PlanColumn, ReadColumn};
pub(crate) use reader::Reader;
pub(crate) use table::Table;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use {fast::read_with, plan::Read, value::mask};
