//! The check of a submission, in slices so that a page stays alive.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::errors::{Detail, ErrorKind, FileError, FileErrors};
use super::ids::Ids;
use super::plan::{Plan, PlanColumn, Read};
use super::reader::Reader;
use crate::schema::Schema;

/// Checks a submission that is pushed in chunks; chunks may end anywhere. In a browser 256 KiB at a time
/// keep the page alive.
///
/// ```
/// use scoring::{Checker, Column, ColumnKind, Ids, Schema};
/// let columns = vec![Column { name: "x".to_owned(), kind: ColumnKind::Number }];
/// let schema = Schema { id: "id".to_owned(), columns, rows: None, repeats: false, sums_to_one: false };
/// let ids = Ids::from_csv(b"id,x\na,0\nb,0\n", "id")?;
/// let mut checker = Checker::new(schema, ids);
/// checker.push(b"id,x\nb,0.");
/// checker.push(b"5\na,1\n");
/// assert_eq!(checker.finish()?.rows, 2);
/// # Ok::<(), scoring::FileErrors>(())
/// ```
#[derive(Debug)]
pub struct Checker {
    reader: Reader,
    /// Expected rows where no ids are known.
    rows: Option<u64>,
}

/// What a right file holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Without the header.
    pub rows: u64,
    pub columns: Vec<ColumnSummary>,
    pub bytes: u64,
}

/// One column beside the id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    pub name: String,
    /// Smallest value; numbers and probabilities only.
    pub min: Option<f64>,
    /// Largest value; numbers and probabilities only.
    pub max: Option<f64>,
}

impl Checker {
    pub fn new(schema: Schema, ids: Ids) -> Self {
        let rows = schema.rows.filter(|_| ids.is_empty());
        let columns = schema.columns.into_iter().map(|column| PlanColumn {
            name: column.name,
            kind: column.kind,
            optional: false,
        });
        let plan = Plan {
            id: schema.id,
            columns: columns.collect(),
            ignore_extra: false,
            repeats: schema.repeats,
            sums_to_one: schema.sums_to_one,
        };
        Self { reader: Reader::new(plan, Some(ids)), rows }
    }

    /// Masks must fit into images of so many pixels, by position of the id.
    pub(crate) fn within(mut self, areas: Option<Arc<[u64]>>) -> Self {
        self.reader = self.reader.within(areas);
        self
    }

    /// Reads on.
    pub fn push(&mut self, chunk: &[u8]) {
        self.reader.push(chunk);
    }

    /// Rows read so far, for a progress bar.
    pub fn rows(&self) -> u64 {
        self.reader.rows()
    }

    /// What is wrong so far.
    pub fn errors(&self) -> &FileErrors {
        self.reader.errors()
    }

    /// The end of the file.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn finish(self) -> Result<Summary, FileErrors> {
        expecting(self.rows, self.reader.finish()?).map(Summary::from)
    }

    /// A whole file at once; `keep` keeps the values, for scoring.
    pub(crate) fn read(self, bytes: &[u8], keep: bool) -> Result<Read, FileErrors> {
        expecting(self.rows, self.reader.read(bytes, keep)?)
    }
}

/// The file, when it has as many rows as are expected.
fn expecting(rows: Option<u64>, read: Read) -> Result<Read, FileErrors> {
    match rows {
        Some(expected) if expected != read.rows => {
            let detail = Detail::Count { expected, found: read.rows };
            Err(FileErrors::one(FileError::of_file(ErrorKind::RowCount, detail)))
        }
        _ => Ok(read),
    }
}

impl From<Read> for Summary {
    fn from(read: Read) -> Self {
        let columns = read.columns.into_iter().map(|column| ColumnSummary {
            name: column.name,
            min: column.range.map(|(min, _)| min),
            max: column.range.map(|(_, max)| max),
        });
        Self { rows: read.rows, bytes: read.bytes, columns: columns.collect() }
    }
}
