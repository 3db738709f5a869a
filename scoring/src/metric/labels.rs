//! Labels for metrics: the positive one, and counts by class.

use super::error::Problem;
use crate::values::Values;

/// The only column, as class names and a code for each row.
pub(super) fn labels(columns: &[Values]) -> Result<(&[String], &[usize]), Problem> {
    match columns {
        [Values::Labels { codes, .. }] if codes.is_empty() => Err(Problem::NoRows),
        [Values::Labels { classes, codes }] => Ok((classes, codes)),
        _ => Err(Problem::WrongColumns),
    }
}

/// The code of the positive label of two classes.
pub(super) fn positive(classes: &[String], label: &str) -> Result<usize, Problem> {
    if classes.len() != 2 {
        return Err(Problem::NotBinary { classes: classes.len() as u64 });
    }
    classes.iter().position(|class| class == label).ok_or_else(|| Problem::UnknownPosLabel { label: label.to_owned() })
}

/// Of one class: rows that are it, rows that are called it, rows that are both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) truth: u64,
    pub(super) predicted: u64,
    pub(super) both: u64,
}

/// Counts by class; the classes of both columns must be the same.
pub(super) fn counts(truth: &[Values], prediction: &[Values]) -> Result<Vec<Count>, Problem> {
    let (classes, truth) = labels(truth)?;
    let (same_classes, prediction) = labels(prediction)?;
    if classes != same_classes || truth.len() != prediction.len() {
        return Err(Problem::WrongColumns);
    }
    let mut counts = vec![Count::default(); classes.len()];
    for (&t, &p) in truth.iter().zip(prediction) {
        counts.get_mut(t).ok_or(Problem::WrongColumns)?.truth += 1;
        let predicted = counts.get_mut(p).ok_or(Problem::WrongColumns)?;
        predicted.predicted += 1;
        predicted.both += u64::from(t == p);
    }
    Ok(counts)
}
