//! The parts of a solution that have a score of their own: all rows, the public and the private ones.

use std::borrow::Cow;

use crate::metric::{MetricError, Part, Problem, Scorer};
use crate::values::{Values, pick};

/// The truth of the rows that one score is about.
#[derive(Clone, Debug)]
pub(crate) struct PartTruth {
    pub(super) part: Part,
    /// Positions of its ids; absent when it is all of them in their order.
    rows: Option<Vec<u32>>,
    /// How many ids: rows, or series of events.
    pub(super) len: usize,
    pub(crate) truth: Vec<Values>,
    pub(crate) weights: Option<Vec<f64>>,
    /// A code a row.
    pub(crate) groups: Option<Vec<u32>>,
    /// Rows repeat ids: [`Whole::repeats`].
    repeats: bool,
}

impl PartTruth {
    /// A prediction of all rows at the rows of this part.
    pub(crate) fn picked<'a>(&self, prediction: &'a [Values]) -> Cow<'a, [Values]> {
        let Some(rows) = &self.rows else { return Cow::Borrowed(prediction) };
        let rows = rows_of_ids(prediction, rows, self.repeats);
        prediction.iter().map(|values| values.at(&rows)).collect()
    }

    /// The codes of its series, those without events too; none where rows are not events.
    pub(crate) fn series(&self) -> Option<Cow<'_, [u32]>> {
        let all = || (0..).take(self.len).collect();
        self.repeats.then(|| self.rows.as_deref().map_or_else(all, Cow::Borrowed))
    }

    /// Whether it can be scored: all rows must be right, and those that count must be enough.
    pub(super) fn check(&self, scorer: &Scorer) -> Result<(), MetricError> {
        let weights = self.weights.as_deref().unwrap_or_default();
        let counting: Vec<u32> = (0..).zip(weights).filter(|(_, weight)| **weight > 0.0).map(|(row, _)| row).collect();
        if self.len == 0 || (self.weights.is_some() && counting.is_empty()) {
            return Err(Problem::NoRows.into());
        }
        scorer.check(&self.truth)?;
        if counting.len() == weights.len() {
            return Ok(());
        }
        scorer.check(&self.truth.iter().map(|values| values.at(&counting)).collect::<Vec<_>>())
    }
}

/// What a solution file holds, before it is split.
pub(super) struct Whole {
    pub(super) truth: Vec<Values>,
    pub(super) weights: Option<Vec<f64>>,
    /// The truth has any number of rows an id; its first column says which.
    pub(super) repeats: bool,
    pub(super) groups: Option<Vec<u32>>,
}

/// The rows of these ids: the same, but where rows repeat and `columns` begin with the series of each.
fn rows_of_ids<'a>(columns: &[Values], ids: &'a [u32], repeats: bool) -> Cow<'a, [u32]> {
    match columns.first() {
        Some(Values::Labels { classes, codes }) if repeats => {
            let mut wanted = vec![false; classes.len()];
            for &id in ids {
                if let Some(wanted) = wanted.get_mut(id as usize) {
                    *wanted = true;
                }
            }
            let is_wanted = |&(_, series): &(u32, &u32)| wanted.get(*series as usize) == Some(&true);
            (0..).zip(codes).filter(is_wanted).map(|(row, _)| row).collect()
        }
        _ => Cow::Borrowed(ids),
    }
}

/// The parts that have a score of their own. `usage` has a code of [`super::USAGES`] an id.
pub(super) fn split(whole: Whole, rows: usize, usage: Option<&[u32]>) -> Vec<PartTruth> {
    let usage = usage.unwrap_or_default();
    let part = |part: Part, wanted: &[u32]| {
        let rows: Vec<u32> = (0..).zip(usage).filter(|(_, code)| wanted.contains(code)).map(|(row, _)| row).collect();
        let truth_rows = rows_of_ids(&whole.truth, &rows, whole.repeats);
        let truth = whole.truth.iter().map(|values| values.at(&truth_rows)).collect();
        let weights = whole.weights.as_ref().map(|weights| pick(weights, &rows));
        let groups = whole.groups.as_ref().map(|groups| pick(groups, &rows));
        let len = rows.len();
        let rows = (len < usage.len()).then_some(rows);
        PartTruth { part, rows, len, truth, weights, groups, repeats: whole.repeats }
    };
    let own = [part(Part::Public, &[0]), part(Part::Private, &[1])].into_iter().filter(|part| part.len > 0);
    let own: Vec<PartTruth> = own.collect();
    let all = if usage.contains(&2) {
        part(Part::All, &[0, 1])
    } else {
        let Whole { truth, weights, groups, repeats } = whole;
        PartTruth { part: Part::All, rows: None, len: rows, truth, weights, groups, repeats }
    };
    std::iter::once(all).chain(own).collect()
}
