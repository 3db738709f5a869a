//! What is to be read of a file, and what was.

use super::ids::Ids;
use crate::schema::ColumnKind;
use crate::values::Values;

/// How far from 1 the probabilities of a row may add up: rounding to a few digits is fine, and so is rounding in the sum.
const SUM_TOLERANCE: f64 = 1e-3 + 1e-9;

/// Whether the probabilities of a row add up to 1.
pub(super) fn adds_up(sum: f64) -> bool {
    (sum - 1.0).abs() <= SUM_TOLERANCE
}

/// The columns to read.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) columns: Vec<PlanColumn>,
    /// Other columns are fine.
    pub(crate) ignore_extra: bool,
    /// An id may come any number of times: events in series. Then a required column has a value an event, an optional one a
    /// value a series.
    pub(crate) repeats: bool,
    /// The numbers of a row must add up to 1.
    pub(crate) sums_to_one: bool,
}

#[derive(Debug)]
pub(crate) struct PlanColumn {
    pub(crate) name: String,
    pub(crate) kind: ColumnKind,
    pub(crate) optional: bool,
}

impl Plan {
    /// The ids alone.
    pub(super) fn of_ids(id: &str) -> Self {
        Self { id: id.to_owned(), columns: Vec::new(), ignore_extra: true, repeats: false, sums_to_one: false }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str()).chain(self.columns.iter().map(|column| column.name.as_str()))
    }

    pub(super) fn header(&self) -> String {
        let names = std::iter::once(&self.id)
            .chain(self.columns.iter().filter(|column| !column.optional).map(|column| &column.name));
        names.map(String::as_str).collect::<Vec<_>>().join(",")
    }
}

/// What was read from a file without errors.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) ids: Ids,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// As planned; where ids repeat and values are kept, the ids come first.
    pub(crate) columns: Vec<ReadColumn>,
}

#[derive(Debug)]
pub(crate) struct ReadColumn {
    pub(crate) name: String,
    /// Whether the file has it; only an optional column may be absent.
    pub(crate) present: bool,
    /// Smallest and largest number.
    pub(crate) range: Option<(f64, f64)>,
    /// By position of the id; empty unless values are kept.
    pub(crate) values: Values,
}
