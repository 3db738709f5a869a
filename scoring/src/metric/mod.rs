//! The metrics. Adding one is one file with a `Metric` and one line in [`catalogue`].

mod error;
mod f1;
mod labels;
mod rmse;
mod roc_auc;
mod spec;
mod sum;

use serde::{Deserialize, Serialize};

pub use error::{MetricError, Part, Problem, SpecError};
pub use spec::{MetricSpec, Params};

use crate::lang::Lang;
use crate::schema::ColumnKind;
use crate::values::Values;

/// Which scores are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Higher,
    Lower,
}

/// What kind of prediction a metric judges, and so which columns solution and submission have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A label in both.
    Label,
    /// One of two labels in the solution, the probability of the positive one in the submission.
    Probability,
    /// A number in both.
    Number,
}

impl Task {
    /// What a solution's target column holds.
    pub fn truth_kind(self) -> ColumnKind {
        match self {
            Self::Label | Self::Probability => ColumnKind::Label { classes: Vec::new() },
            Self::Number => ColumnKind::Number,
        }
    }

    /// What a submission's column holds where the solution has `truth`.
    pub fn prediction_kind(self, truth: &Values) -> ColumnKind {
        match (self, truth) {
            (Self::Label, Values::Labels { classes, .. }) => ColumnKind::Label { classes: classes.to_vec() },
            (Self::Probability, _) => ColumnKind::Probability,
            (Self::Label | Self::Number, _) => ColumnKind::Number,
        }
    }
}

/// One parameter of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Param {
    pub id: &'static str,
    pub default: &'static str,
    pub allowed: Allowed,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowed {
    OneOf(&'static [&'static str]),
    /// Any text but the empty one: the name of a label.
    Text,
}

/// The smallest and largest possible score; absent where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// One way to score. Truth and prediction have the same rows in the same order.
pub trait Metric: Sync {
    /// As in scikit-learn where it has the metric.
    fn id(&self) -> &'static str;
    fn name(&self, lang: Lang) -> &'static str;
    fn direction(&self) -> Direction;
    fn task(&self) -> Task;
    fn params(&self) -> &'static [Param] {
        &[]
    }
    fn range(&self) -> Range;
    /// LaTeX.
    fn formula(&self) -> &'static str;
    /// Two sentences for the evaluation page.
    fn explanation(&self, lang: Lang) -> &'static str;

    /// Whether this truth can be scored at all, whatever is predicted.
    ///
    /// # Errors
    /// Why not: no rows, one class only, an unknown `pos_label`.
    fn check(&self, params: &Params, truth: &[Values]) -> Result<(), MetricError>;

    /// The score: always finite.
    ///
    /// # Errors
    /// What [`Metric::check`] finds, and columns that do not fit the metric or each other.
    fn score(&self, params: &Params, truth: &[Values], prediction: &[Values]) -> Result<f64, MetricError>;
}

/// All metrics, in the order they are shown.
pub fn catalogue() -> &'static [&'static dyn Metric] {
    &[&roc_auc::RocAuc, &f1::F1, &rmse::Rmse]
}

/// The metric with this id.
pub fn find(id: &str) -> Option<&'static dyn Metric> {
    catalogue().iter().copied().find(|metric| metric.id() == id)
}

/// The only column, as numbers.
fn numbers(columns: &[Values]) -> Result<&[f64], Problem> {
    match columns {
        [Values::Numbers(numbers)] if numbers.is_empty() => Err(Problem::NoRows),
        [Values::Numbers(numbers)] => Ok(numbers),
        _ => Err(Problem::WrongColumns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_can_be_found_and_explains_itself() {
        for metric in catalogue() {
            assert_eq!(find(metric.id()).map(Metric::id), Some(metric.id()));
            for lang in [Lang::Ko, Lang::En] {
                assert!(!metric.name(lang).is_empty(), "{}", metric.id());
                let sentences = metric.explanation(lang).matches(['.']).count();
                assert!(sentences >= 2, "{} {lang:?}", metric.id());
            }
            assert!(metric.explanation(Lang::Ko).ends_with("니다."), "{}", metric.id());
            for param in metric.params() {
                if let Allowed::OneOf(allowed) = param.allowed {
                    assert!(allowed.contains(&param.default), "{} {}", metric.id(), param.id);
                }
            }
        }
    }

    #[test]
    fn ids_are_distinct() {
        let mut ids: Vec<_> = catalogue().iter().map(|metric| metric.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), catalogue().len());
    }
}
