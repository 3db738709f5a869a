//! What is predicted, and so which columns a solution and a submission have.

use serde::{Deserialize, Serialize};

use crate::schema::{Column, ColumnKind};
use crate::values::Values;

/// What kind of prediction a metric judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A label in both.
    Label,
    /// Probabilities. The solution has one column of two labels (the submission: the probability of the positive one), one
    /// column of more labels (a column for each, named as the label), or several 0/1 columns (the same columns).
    Probability,
    /// A number in both.
    Number,
    /// Time to an event: `time` and `event` (0 where the case was censored); the submission's `risk` is higher for sooner.
    Survival,
    /// `relevant` items (`a b` or `a:2 b:1` with gains); the submission's `ranked` items, best first.
    Ranking,
    /// A mask a row: `rle`, with `height` and `width` where a metric needs them.
    Segmentation,
    /// Events in series, any number a series: `event`, `onset`, `offset`; the submission adds a `score`. In a solution a series
    /// without events is one row with the event `-`, onset and offset left empty.
    Events,
}

/// A column of a solution.
#[derive(Clone, Debug, PartialEq)]
pub struct TruthColumn {
    pub name: String,
    pub kind: ColumnKind,
    pub optional: bool,
}

impl TruthColumn {
    fn new(name: &str, kind: ColumnKind) -> Self {
        Self { name: name.to_owned(), kind, optional: false }
    }
}

impl Task {
    /// Whether an id may come any number of times.
    pub fn repeats(self) -> bool {
        self == Self::Events
    }

    /// The columns of a solution beside the id; `targets` names them where the task leaves the name open.
    pub fn truth_columns(self, targets: &[String]) -> Vec<TruthColumn> {
        let labels = || ColumnKind::Label { classes: Vec::new() };
        let binary = || ColumnKind::Label { classes: vec!["0".to_owned(), "1".to_owned()] };
        let all = |kind: &dyn Fn() -> ColumnKind| targets.iter().map(|name| TruthColumn::new(name, kind())).collect();
        match self {
            Self::Probability if targets.len() > 1 => all(&binary),
            Self::Label | Self::Probability => all(&labels),
            Self::Number => all(&|| ColumnKind::Number),
            Self::Survival => vec![TruthColumn::new("time", ColumnKind::Number), TruthColumn::new("event", binary())],
            Self::Ranking => vec![TruthColumn::new("relevant", ColumnKind::Gains)],
            Self::Segmentation => {
                let size = |name| TruthColumn { optional: true, ..TruthColumn::new(name, ColumnKind::Size) };
                vec![TruthColumn::new("rle", ColumnKind::Mask), size("height"), size("width")]
            }
            Self::Events => vec![
                TruthColumn::new("event", labels()),
                TruthColumn::new("onset", ColumnKind::Number),
                TruthColumn::new("offset", ColumnKind::Number),
            ],
        }
    }

    /// Whether the truth is a plain number.
    pub(crate) fn is_number(self) -> bool {
        self == Self::Number
    }

    /// The columns of a submission beside the id, where the solution has `truth` in the columns `targets`.
    pub fn columns(self, targets: &[String], truth: &[Values]) -> Vec<Column> {
        let column = |name: &str, kind| Column { name: name.to_owned(), kind };
        let classes = |values: Option<&Values>| match values {
            Some(Values::Labels { classes, .. }) => classes.to_vec(),
            _ => Vec::new(),
        };
        match self {
            Self::Label => {
                let kinds = truth.iter().map(|truth| ColumnKind::Label { classes: classes(Some(truth)) });
                targets.iter().zip(kinds).map(|(name, kind)| column(name, kind)).collect()
            }
            Self::Probability => {
                let classes = classes(truth.first());
                let names = if targets.len() == 1 && classes.len() > 2 { &classes } else { targets };
                names.iter().map(|name| column(name, ColumnKind::Probability)).collect()
            }
            Self::Number => targets.iter().map(|name| column(name, ColumnKind::Number)).collect(),
            Self::Survival => vec![column("risk", ColumnKind::Number)],
            Self::Ranking => vec![column("ranked", ColumnKind::Items)],
            Self::Segmentation => vec![column("rle", ColumnKind::Mask)],
            Self::Events => vec![
                column("event", ColumnKind::Label { classes: classes(truth.first()) }),
                column("onset", ColumnKind::Number),
                column("offset", ColumnKind::Number),
                column("score", ColumnKind::Number),
            ],
        }
    }
}
