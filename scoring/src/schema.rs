//! What a submission must look like.

use serde::{Deserialize, Serialize};

/// The columns of a submission. The order in the file does not matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Name of the column that says which row it is.
    pub id: String,
    /// The columns beside the id.
    pub columns: Vec<Column>,
    /// How many rows are expected, where that is known.
    pub rows: Option<u64>,
    /// An id may come any number of times: events in series.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeats: bool,
    /// Whether the numbers of a row must add up to 1: the probabilities of several classes.
    #[serde(default)]
    pub sums_to_one: bool,
}

impl Schema {
    /// All names as a header line: `id,target`.
    pub fn header(&self) -> String {
        let mut names = vec![self.id.as_str()];
        names.extend(self.columns.iter().map(|column| column.name.as_str()));
        names.join(",")
    }
}

/// One column beside the id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
}

/// What the values of a column may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Any finite number.
    Number,
    /// A number from 0 to 1, both included.
    Probability,
    /// A finite number that is not negative.
    Amount,
    /// How much a row counts: a finite number that is not negative.
    Weight,
    /// Pixels along one side of an image: a whole number from 1 on.
    Size,
    /// One of `classes`; any text when `classes` is empty.
    Label { classes: Vec<String> },
    /// Distinct items separated by spaces, best first.
    Items,
    /// Distinct items separated by spaces, each with a gain or without: `a:2 b` is `a:2 b:1`.
    Gains,
    /// A run-length encoded mask: `start length` pairs, 1-based, column by column; `-` for an empty one.
    Mask,
}
