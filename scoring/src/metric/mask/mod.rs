//! Metrics of run-length encoded masks, a case a row, and what they share; the score is the mean over the cases.

pub(super) mod hausdorff;
pub(super) mod overlap;

use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::{Direction, Input, Range, Task};
use crate::values::{Texts, Values};

/// A metric of masks, from 0 to 1, higher is better.
const MASKS: Entry = Entry {
    direction: Direction::Higher,
    task: Task::Segmentation,
    range: Range::UNIT,
    check: |_, truth| masks(truth).map(|_| ()),
    ..Entry::ERROR
};

/// Masks of a solution (its height and width may follow) or a submission.
fn masks(columns: &[Values]) -> Result<&Texts, Problem> {
    match columns {
        [Values::Texts(masks), ..] if masks.is_empty() => Err(Problem::NoRows),
        [Values::Texts(masks), ..] => Ok(masks),
        _ => Err(Problem::WrongColumns),
    }
}

/// True and predicted masks, row by row.
fn mask_pairs(input: Input<'_>) -> Result<(&Texts, &Texts), Problem> {
    let pairs = (masks(input.truth)?, masks(input.prediction)?);
    if pairs.0.len() == pairs.1.len() { Ok(pairs) } else { Err(Problem::WrongColumns) }
}
