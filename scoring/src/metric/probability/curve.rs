//! What a falling threshold lets through: the kernel of every metric that looks at the order of scores.

use super::Target;
use crate::metric::Input;
use crate::metric::sum::Sum;

/// The weight of positives and negatives at or above a score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Step {
    pub(super) positives: f64,
    pub(super) negatives: f64,
}

/// From nothing at all, a step for each distinct score from the highest down; the last has everything. Rows that weigh
/// nothing make no step. Without weights all are whole numbers.
pub(super) fn steps(target: Target<'_>, scores: &[f64], weights: Option<&[f64]>) -> Vec<Step> {
    let input = Input { truth: &[], prediction: &[], weights };
    // A score and its row's weight, below zero for a negative: sixteen bytes to sort.
    let mut rows: Vec<(f64, f64)> = Vec::with_capacity(scores.len());
    for (row, (answer, score)) in target.answers().zip(scores).enumerate() {
        let weight = input.weight(row);
        if let Some(is_positive) = answer.filter(|_| weight > 0.0) {
            // Adding zero turns -0 into 0, so that the two tie.
            rows.push((score + 0.0, if is_positive { weight } else { -weight }));
        }
    }
    rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let (mut positives, mut negatives) = (Sum::default(), Sum::default());
    let mut steps = vec![Step::default()];
    for tied in rows.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        for &(_, weight) in tied {
            if weight > 0.0 { positives.add(weight) } else { negatives.add(-weight) }
        }
        steps.push(Step { positives: positives.value(), negatives: negatives.value() });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tied_scores_are_one_step_and_rows_of_other_classes_or_no_weight_none() {
        let target = Target { codes: &[1, 0, 1, 2, 0], positive: 1, against: Some(0) };
        let found = steps(target, &[0.5, 0.5, 0.9, 0.7, 0.1], Some(&[1.0, 2.0, 3.0, 4.0, 0.0]));
        let expected = [(0.0, 0.0), (3.0, 0.0), (4.0, 2.0)].map(|(positives, negatives)| Step { positives, negatives });
        assert_eq!(found, expected);
    }

    #[test]
    fn both_zeros_tie() {
        let target = Target { codes: &[0, 1], positive: 1, against: None };
        assert_eq!(steps(target, &[-0.0, 0.0], None).len(), 2);
    }
}
