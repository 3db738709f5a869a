//! Why there is no score. Never a NaN, never a zero in its place.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::lang::Lang;

/// The rows a score is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All rows that are not Ignored.
    All,
    Public,
    Private,
}

/// Why a metric has no score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricError {
    pub part: Part,
    pub problem: Problem,
}

/// What stands in the way of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    Spec(SpecError),
    NoRows,
    NoPositives,
    NoNegatives,
    /// One of several yes/no columns has no positives; columns count from 1.
    NoPositivesIn {
        column: u64,
    },
    /// One of several yes/no columns has no negatives; columns count from 1.
    NoNegativesIn {
        column: u64,
    },
    /// All rows have the same label.
    OneClass,
    /// A class without rows.
    NoClass {
        label: String,
    },
    /// A binary metric and not two classes.
    NotBinary {
        classes: u64,
    },
    /// `pos_label` is none of the solution's labels.
    UnknownPosLabel {
        label: String,
    },
    /// The columns do not fit the metric, or prediction and truth do not fit each other.
    WrongColumns,
    /// The numbers are too large for a finite score.
    Overflow,
    /// A solution that is to be split has a usage column already.
    SplitTwice,
    /// The share leaves the public or the private part without rows.
    SplitLeavesNone,
    /// All rows of the truth have the same value.
    ConstantTruth,
    /// All rows of the prediction have the same value.
    ConstantPrediction,
    /// A number below zero, where logarithms are taken.
    Negative,
    /// No two cases of which it is known who had the event first.
    NoComparablePairs,
    /// Rows without a single relevant item.
    NoRelevant {
        rows: u64,
    },
    /// No `height` and `width`, where distances in an image are measured.
    NoSizes,
    /// Not a single event in any series.
    NoEvents,
    /// A class has the name of the id column, and so would its column in a submission.
    ClassNamedAsId {
        column: String,
    },
    /// Events are to be split by classes, of which a series may have several.
    SplitEvents,
    /// A custom metric broke off, or gave something that is no score.
    Custom {
        metric: String,
        fault: Fault,
    },
}

/// What is wrong with a [`super::MetricSpec`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecError {
    UnknownMetric {
        id: String,
        known: Vec<String>,
    },
    UnknownParam {
        metric: String,
        param: String,
        known: Vec<String>,
    },
    /// Empty `allowed`: any text but the empty one.
    BadValue {
        param: String,
        value: String,
        allowed: Vec<String>,
    },
    /// A combined metric whose better scores point the other way than the first one's.
    OtherDirection {
        metric: String,
    },
    /// A metric that reads other columns than the ranking one.
    OtherColumns {
        metric: String,
    },
    /// A metric that cannot honour the solution's weight column.
    NoWeights {
        metric: String,
    },
    /// A custom metric where there is nobody to run its component.
    NoComponent {
        metric: String,
    },
    /// The id of a custom metric is one of the catalogue, or no id.
    CustomId {
        id: String,
    },
}

impl MetricError {
    /// The same about one part of the rows.
    #[must_use]
    pub fn in_part(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// Whether it is no prediction's doing: the metric could not even be asked, and may be later.
    pub fn is_ours(&self) -> bool {
        let unusable = matches!(&self.problem, Problem::Custom { fault: Fault::Unusable, .. });
        unusable || matches!(&self.problem, Problem::NoRows | Problem::WrongColumns)
    }

    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match &self.problem {
            Problem::Spec(SpecError::UnknownMetric { .. }) => "unknown_metric",
            Problem::Spec(SpecError::UnknownParam { .. }) => "unknown_param",
            Problem::Spec(SpecError::BadValue { .. }) => "bad_param",
            Problem::Spec(SpecError::OtherDirection { .. }) => "other_direction",
            Problem::Spec(SpecError::OtherColumns { .. }) => "other_columns",
            Problem::Spec(SpecError::NoWeights { .. }) => "no_weights",
            Problem::Spec(SpecError::NoComponent { .. }) => "no_component",
            Problem::Spec(SpecError::CustomId { .. }) => "custom_id",
            Problem::NoRows => "no_rows_to_score",
            Problem::NoPositives | Problem::NoPositivesIn { .. } => "no_positives",
            Problem::NoNegatives | Problem::NoNegativesIn { .. } => "no_negatives",
            Problem::OneClass => "one_class",
            Problem::NoClass { .. } => "no_class",
            Problem::NotBinary { .. } => "not_binary",
            Problem::UnknownPosLabel { .. } => "unknown_pos_label",
            Problem::WrongColumns => "wrong_columns",
            Problem::Overflow => "overflow",
            Problem::SplitTwice => "split_twice",
            Problem::SplitLeavesNone => "split_leaves_none",
            Problem::ConstantTruth => "constant_truth",
            Problem::ConstantPrediction => "constant_prediction",
            Problem::Negative => "negative_value",
            Problem::NoComparablePairs => "no_comparable_pairs",
            Problem::NoRelevant { .. } => "no_relevant",
            Problem::NoSizes => "no_sizes",
            Problem::NoEvents => "no_events",
            Problem::ClassNamedAsId { .. } => "class_named_as_id",
            Problem::SplitEvents => "split_events",
            Problem::Custom { fault, .. } => fault.code(),
        }
    }
}

impl From<Problem> for MetricError {
    fn from(problem: Problem) -> Self {
        Self { part: Part::All, problem }
    }
}

impl From<SpecError> for MetricError {
    fn from(error: SpecError) -> Self {
        Problem::Spec(error).into()
    }
}

impl fmt::Display for MetricError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for MetricError {}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for SpecError {}
