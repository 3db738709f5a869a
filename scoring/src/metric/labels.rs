//! Labels for metrics: the positive one, and counts by class.

use super::Input;
use super::error::Problem;
use crate::values::Values;

/// The only column, as class names and a code for each row.
pub(super) fn labels(columns: &[Values]) -> Result<(&[String], &[u32]), Problem> {
    match columns {
        [Values::Labels { codes, .. }] if codes.is_empty() => Err(Problem::NoRows),
        [Values::Labels { classes, codes }] => Ok((classes, codes)),
        _ => Err(Problem::WrongColumns),
    }
}

/// The code of the positive label of two classes.
pub(super) fn positive(classes: &[String], label: &str) -> Result<u32, Problem> {
    if classes.len() != 2 {
        return Err(Problem::NotBinary { classes: classes.len() as u64 });
    }
    let code = (0..).zip(classes).find(|(_, class)| *class == label).map(|(code, _)| code);
    code.ok_or_else(|| Problem::UnknownPosLabel { label: label.to_owned() })
}

/// Of one class: rows that are it, rows that are called it, rows that are both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) truth: u64,
    pub(super) predicted: u64,
    pub(super) both: u64,
}

/// Counts by class; the classes of both columns must be the same.
pub(super) fn counts(input: Input<'_>) -> Result<Vec<Count>, Problem> {
    let (classes, truth) = labels(input.truth)?;
    let (same_classes, prediction) = labels(input.prediction)?;
    if classes != same_classes || truth.len() != prediction.len() {
        return Err(Problem::WrongColumns);
    }
    let mut counts = vec![Count::default(); classes.len()];
    for (&t, &p) in truth.iter().zip(prediction) {
        counts.get_mut(t as usize).ok_or(Problem::WrongColumns)?.truth += 1;
        let predicted = counts.get_mut(p as usize).ok_or(Problem::WrongColumns)?;
        predicted.predicted += 1;
        predicted.both += u64::from(t == p);
    }
    Ok(counts)
}
