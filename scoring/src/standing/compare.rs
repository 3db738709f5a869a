//! Tests of one team against a lower-ranked one, all one-sided, and Holm's correction for making many.

use serde::{Deserialize, Serialize};

use super::auc::{Auc, Components};
use crate::metric::Scorer;
use crate::values::Values;

/// Teams are told apart when the corrected p-value is at most this.
pub const LEVEL: f64 = 0.05;

/// Up to so many discordant cases `McNemar`'s test is exact; `0.5^1000` is still a normal number.
const EXACT_UP_TO: u64 = 1000;

/// How two teams are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// `DeLong`'s test, for ROC AUC.
    Delong,
    /// `McNemar`'s test, for accuracy.
    Mcnemar,
    /// The difference over its standard deviation among the draws, held against the normal distribution.
    Bootstrap,
}

/// A test with what it needs of every team.
#[derive(Debug)]
pub(super) enum Comparison<'a> {
    Delong(Vec<Components>),
    /// Which cases each team has right.
    Mcnemar(Vec<Vec<bool>>),
    /// Each team's score on the whole and on every draw, higher being better.
    Bootstrap {
        whole: &'a [f64],
        draws: &'a [Vec<f64>],
    },
}

impl<'a> Comparison<'a> {
    /// The metric's own test where the cases are independent and count alike; else the draws decide.
    pub(super) fn new(
        scorer: &Scorer,
        auc: Option<&Auc>,
        truth: &[Values],
        predictions: &[Vec<Values>],
        independent: bool,
        (whole, draws): (&'a [f64], &'a [Vec<f64>]),
    ) -> Self {
        if independent {
            if let Some(auc) = auc.filter(|auc| auc.has_variance()) {
                return Self::Delong((0..predictions.len()).map(|team| auc.components(team)).collect());
            }
            if let Some(right) = right(scorer, truth, predictions) {
                return Self::Mcnemar(right);
            }
        }
        Self::Bootstrap { whole, draws }
    }

    pub(super) fn test(&self) -> Test {
        match self {
            Self::Delong(_) => Test::Delong,
            Self::Mcnemar(_) => Test::Mcnemar,
            Self::Bootstrap { .. } => Test::Bootstrap,
        }
    }

    /// The p-value of "team `better` is not better than team `worse`", before correction.
    pub(super) fn p(&self, better: usize, worse: usize) -> f64 {
        match self {
            Self::Delong(teams) => {
                let (difference, variance) = teams[better].difference(&teams[worse]);
                upper_tail(difference, variance)
            }
            Self::Mcnemar(right) => {
                let pairs = || right[better].iter().zip(&right[worse]);
                let only = |wanted: (bool, bool)| pairs().filter(|&(&a, &b)| (a, b) == wanted).count() as u64;
                mcnemar(only((true, false)), only((false, true)))
            }
            Self::Bootstrap { whole, draws } => {
                let differences = draws.iter().map(|draw| draw[better] - draw[worse]);
                upper_tail(whole[better] - whole[worse], variance(differences))
            }
        }
    }
}

/// Which cases each team has right, where the metric is their share: accuracy, and micro F1 of single labels.
fn right(scorer: &Scorer, truth: &[Values], predictions: &[Vec<Values>]) -> Option<Vec<Vec<bool>>> {
    let (id, params) = scorer.only()?;
    if id != "accuracy" && (id != "f1" || params.get("average") != "micro") {
        return None;
    }
    let [Values::Labels { codes: truth, .. }] = truth else { return None };
    let team = |columns: &Vec<Values>| match columns.as_slice() {
        [Values::Labels { codes, .. }] => Some(codes.iter().zip(truth).map(|(a, b)| a == b).collect()),
        _ => None,
    };
    predictions.iter().map(team).collect()
}

/// The chance that a normal number is at least `difference` over its standard deviation: `Φ(−z) = erfc(z/√2)/2`.
/// Without variance a difference is certain, and no difference is none.
pub(super) fn upper_tail(difference: f64, variance: f64) -> f64 {
    if variance > 0.0 {
        return libm::erfc(difference / variance.sqrt() * std::f64::consts::FRAC_1_SQRT_2) / 2.0;
    }
    if difference > 0.0 { 0.0 } else { 1.0 }
}

/// The sample variance (over n − 1), in two passes.
fn variance(numbers: impl ExactSizeIterator<Item = f64> + Clone) -> f64 {
    let count = numbers.len() as f64;
    let mean = numbers.clone().sum::<f64>() / count;
    numbers.map(|number| (number - mean).powi(2)).sum::<f64>() / (count - 1.0)
}

/// `McNemar`'s one-sided test (Psychometrika 12, 1947) for `better` cases that only the better team has right and
/// `worse` ones that only the other has: binomial up to [`EXACT_UP_TO`] of them, beyond it normal with Edwards'
/// correction for continuity (1948).
pub(super) fn mcnemar(better: u64, worse: u64) -> f64 {
    let discordant = better + worse;
    if discordant > EXACT_UP_TO {
        let distance = better as f64 - worse as f64;
        return upper_tail(distance - 1.0, discordant as f64);
    }
    // P(X ≥ better) = P(X ≤ worse) for X of `discordant` fair coins.
    let mut term = 0.5_f64.powf(discordant as f64);
    let mut sum = term;
    for k in 1..=worse {
        term *= (discordant - k + 1) as f64 / k as f64;
        sum += term;
    }
    sum.min(1.0)
}

/// Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979): p-values that may each be held against the
/// level while the chance of any false rejection stays below it.
pub(super) fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut corrected = vec![1.0; p.len()];
    let mut largest = 0.0_f64;
    for (done, &test) in order.iter().enumerate() {
        largest = largest.max((p.len() - done) as f64 * p[test]).min(1.0);
        corrected[test] = largest;
    }
    corrected
}
