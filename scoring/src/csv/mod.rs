//! Reads a CSV (RFC 4180, and what spreadsheets make of it) and reports every error with its line.

mod bytes;
mod checker;
mod errors;
mod fast;
mod foreign;
mod header;
mod hexadecimal;
mod ids;
mod listing;
mod message;
mod numbered;
mod packed;
mod reader;
mod records;
mod series;
mod store;
mod table;
mod value;

pub use bytes::{Encoding, Format};
pub use checker::{Checker, ColumnSummary, Summary};
pub use errors::{Detail, ErrorKind, FileError, FileErrors, KEPT};
pub use ids::Ids;
pub use packed::Unpacking;
pub use table::column_names;

pub(crate) use ids::lines;
pub(crate) use reader::{Plan, PlanColumn, ReadColumn, Reader};
pub(crate) use table::Table;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use {fast::read_with, reader::Read, value::mask};
