//! The metrics, each in the folder of its task; files beside the folders are what all of them need. Adding one is a file with
//! an `Entry` (`metric/<task>/<name>.rs`), its `mod` line there, and a line in [`catalogue`].

mod custom;
mod entry;
mod error;
mod event;
mod fault;
mod handbook;
mod label;
mod mask;
mod message;
mod number;
mod probability;
mod ranking;
mod scorer;
mod spec;
mod sum;
mod survival;
mod task;

use serde::{Deserialize, Serialize};

pub use custom::{About, Custom};
pub use error::{MetricError, Part, Problem, SpecError};
pub(crate) use event::Matched;
pub use fault::{Crash, Fault};
pub use handbook::handbook;
pub use scorer::Scorer;
pub use spec::{Combined, MetricSpec, Params};
pub use task::Task;

use crate::lang::Lang;
use crate::values::Values;

/// Which scores are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Higher,
    Lower,
}

/// One parameter of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Param {
    pub id: &'static str,
    pub default: &'static str,
    pub allowed: Allowed,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowed {
    OneOf(&'static [&'static str]),
    /// Any text but the empty one: the name of a label.
    Text,
    /// A finite number within these bounds, both included.
    Number {
        low: f64,
        high: f64,
    },
    /// A whole number within these bounds, both included.
    Whole {
        low: u32,
        high: u32,
    },
    /// One or more finite numbers within these bounds, both included, separated by spaces.
    Numbers {
        low: f64,
        high: f64,
    },
}

/// The smallest and largest possible score; absent where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Range {
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Range {
    /// From 0 to 1.
    pub const UNIT: Self = Self { low: Some(0.0), high: Some(1.0) };
    /// From 0 on.
    pub const POSITIVE: Self = Self { low: Some(0.0), high: None };
    /// From −1 to 1.
    pub const SIGNED: Self = Self { low: Some(-1.0), high: Some(1.0) };
}

/// What a metric judges. Truth and prediction have the same rows in the same order, but for events.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The columns that [`Task::truth_columns`] names; of events a first one more, the series of each as labels.
    pub truth: &'a [Values],
    /// The columns that [`Task::columns`] names; of events likewise, with the same classes.
    pub prediction: &'a [Values],
    /// One a row, finite and not negative, not all zero; absent where every row counts the same.
    pub weights: Option<&'a [f64]>,
}

impl<'a> Input<'a> {
    /// Rows that all count the same.
    pub fn new(truth: &'a [Values], prediction: &'a [Values]) -> Self {
        Self { truth, prediction, weights: None }
    }

    /// How much a row counts.
    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights.get(row).copied().unwrap_or_default())
    }
}

/// A score and what explains it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Always finite.
    pub score: f64,
    /// Further values by name, each finite: shown beside the score, never ranked by.
    pub details: Vec<(String, f64)>,
}

/// One way to score.
pub trait Metric: Send + Sync {
    /// As in scikit-learn where it has the metric.
    fn id(&self) -> &str;
    fn name(&self, lang: Lang) -> &str;
    fn direction(&self) -> Direction;
    fn task(&self) -> Task;
    fn params(&self) -> &'static [Param] {
        &[]
    }
    fn range(&self) -> Range;
    /// LaTeX.
    fn formula(&self) -> &str;
    /// Two sentences for the evaluation page.
    fn explanation(&self, lang: Lang) -> &str;
    /// What one must know besides to compute the same: ties, empty cases, limits. Often nothing.
    fn notes(&self, _: Lang) -> &'static str {
        ""
    }
    /// Whether rows may have weights.
    fn takes_weights(&self) -> bool {
        false
    }
    /// Whether numbers below zero are refused, in the solution and in a submission.
    fn not_negative(&self) -> bool {
        false
    }

    /// Whether this truth can be scored at all, whatever is predicted.
    ///
    /// # Errors
    /// Why not: no rows, one class only, an unknown `pos_label`.
    fn check(&self, params: &Params, truth: &[Values]) -> Result<(), MetricError>;

    /// The score: always finite.
    ///
    /// # Errors
    /// What [`Metric::check`] finds, and columns that do not fit the metric or each other.
    fn score(&self, params: &Params, input: Input<'_>) -> Result<f64, MetricError>;

    /// The score with what explains it.
    ///
    /// # Errors
    /// As [`Metric::score`].
    fn scores(&self, params: &Params, input: Input<'_>) -> Result<Scores, MetricError> {
        Ok(Scores { score: self.score(params, input)?, details: Vec::new() })
    }
}

/// All metrics, in the order they are shown.
pub fn catalogue() -> &'static [&'static dyn Metric] {
    &[
        &probability::roc_auc::ROC_AUC,
        &probability::average_precision::AVERAGE_PRECISION,
        &probability::sensitivity_at_specificity::SENSITIVITY_AT_SPECIFICITY,
        &probability::log_loss::LOG_LOSS,
        &probability::brier::BRIER,
        &probability::ece::ECE,
        &label::accuracy::ACCURACY,
        &label::balanced_accuracy::BALANCED_ACCURACY,
        &label::by_class::PRECISION,
        &label::by_class::RECALL,
        &label::by_class::SPECIFICITY,
        &label::by_class::F1,
        &label::by_class::FBETA,
        &label::by_class::JACCARD,
        &label::mcc::MCC,
        &label::cohen_kappa::COHEN_KAPPA,
        &number::squared_errors::RMSE,
        &number::absolute_errors::MAE,
        &number::squared_errors::MSE,
        &number::absolute_errors::MEDIAN_ABSOLUTE_ERROR,
        &number::absolute_errors::MAX_ERROR,
        &number::squared_errors::R2,
        &number::relative_errors::MAPE,
        &number::relative_errors::SMAPE,
        &number::squared_errors::RMSLE,
        &number::correlation::PEARSON,
        &number::correlation::SPEARMAN,
        &number::correlation::CCC,
        &number::absolute_errors::PINBALL,
        &survival::concordance::CONCORDANCE_INDEX,
        &ranking::relevance::NDCG,
        &ranking::relevance::MAP,
        &ranking::relevance::MRR,
        &ranking::relevance::HIT_RATE,
        &mask::overlap::DICE,
        &mask::overlap::IOU,
        &mask::hausdorff::HAUSDORFF95,
        &event::event_ap::EVENT_AP,
    ]
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

/// Truth and prediction as numbers, row by row.
fn number_pairs(input: Input<'_>) -> Result<(&[f64], &[f64]), Problem> {
    let (truth, prediction) = (numbers(input.truth)?, numbers(input.prediction)?);
    if truth.len() == prediction.len() { Ok((truth, prediction)) } else { Err(Problem::WrongColumns) }
}

/// A score, unless the numbers left the range of f64.
fn finite(score: f64) -> Result<f64, MetricError> {
    if score.is_finite() { Ok(score) } else { Err(Problem::Overflow.into()) }
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
            assert!(MetricSpec::new(metric.id()).validate().is_ok(), "the defaults of {} are allowed", metric.id());
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
