//! Metrics of labels, and what they share: the positive label, and what is counted by class.

pub(super) mod accuracy;
pub(super) mod balanced_accuracy;
pub(super) mod by_class;
pub(super) mod cohen_kappa;
pub(super) mod mcc;

use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::sum::Sum;
use crate::metric::{Allowed, Direction, Input, Param, Range, Task};
use crate::values::Values;

/// Which of two labels is the positive one.
pub(super) const POS_LABEL: Param = Param { id: "pos_label", default: "1", allowed: Allowed::Text };

/// A metric of labels, from 0 to 1, higher is better.
pub(super) const LABELS: Entry = Entry {
    direction: Direction::Higher,
    task: Task::Label,
    range: Range::UNIT,
    check: |_, truth| labels(truth).map(|_| ()),
    ..Entry::ERROR
};

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

/// Truth and prediction in the same classes.
#[derive(Clone, Copy)]
pub(super) struct Pairs<'a> {
    pub(super) classes: &'a [String],
    truth: &'a [u32],
    prediction: &'a [u32],
    input: Input<'a>,
}

/// Whether every code has a class. Looks at eight codes at a time, where a search for an unknown one would take them one by one.
pub(super) fn are_known(classes: &[String], codes: &[u32]) -> bool {
    codes.is_empty() || (codes.iter().copied().fold(0, u32::max) as usize) < classes.len()
}

/// Truth and prediction; the classes of both columns must be the same.
pub(super) fn pairs(input: Input<'_>) -> Result<Pairs<'_>, Problem> {
    let (classes, truth) = labels(input.truth)?;
    let (same_classes, prediction) = labels(input.prediction)?;
    if classes != same_classes
        || truth.len() != prediction.len()
        || !are_known(classes, truth)
        || !are_known(classes, prediction)
    {
        return Err(Problem::WrongColumns);
    }
    Ok(Pairs { classes, truth, prediction, input })
}

/// Of one class, rows by their weight: those that are it, those that are not, those that are called it; those that are both, only
/// the one or only the other. Each is added up by itself: a difference would lose what weighs little beside the rest.
/// Without weights these are whole numbers, which f64 holds exactly up to 2^53.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Count {
    pub(super) truth: f64,
    pub(super) others: f64,
    pub(super) predicted: f64,
    pub(super) both: f64,
    pub(super) missed: f64,
    pub(super) wrong: f64,
    /// Whether any row is it or is called it, even one that weighs nothing.
    pub(super) seen: bool,
}

impl Pairs<'_> {
    /// Codes of truth and prediction.
    pub(super) fn rows(self) -> impl ExactSizeIterator<Item = (usize, usize)> {
        self.truth.iter().zip(self.prediction).map(|(&truth, &prediction)| (truth as usize, prediction as usize))
    }

    /// What is counted of each class: in whole numbers where every row counts the same.
    pub(super) fn counts(self) -> Vec<Count> {
        let (mut counts, mut seen) = (vec![[0.0; 4]; self.classes.len()], vec![false; self.classes.len()]);
        // Rows that are the class and are called another or it; rows that are called it and are another or, again, it.
        let places = |truth, prediction| {
            let same = usize::from(truth == prediction);
            [(truth, same), (prediction, 2 + same)]
        };
        if let Some(weights) = self.input.weights {
            let mut sums = vec![[Sum::default(); 4]; self.classes.len()];
            for ((truth, prediction), &weight) in self.rows().zip(weights) {
                for (class, at) in places(truth, prediction) {
                    sums[class][at].add(weight);
                    seen[class] = true;
                }
            }
            counts.iter_mut().zip(sums).for_each(|(count, sums)| *count = sums.map(Sum::value));
        } else {
            let mut rows = vec![[0_u32; 4]; self.classes.len()];
            for (truth, prediction) in self.rows() {
                for (class, at) in places(truth, prediction) {
                    rows[class][at] += 1;
                }
            }
            seen = rows.iter().map(|rows| *rows != [0; 4]).collect();
            counts.iter_mut().zip(rows).for_each(|(count, rows)| *count = rows.map(f64::from));
        }
        let count = |([missed, both, wrong, _], seen): ([f64; 4], bool)| Count {
            truth: missed + both,
            others: 0.0,
            predicted: wrong + both,
            both,
            missed,
            wrong,
            seen,
        };
        let mut counts: Vec<Count> = counts.into_iter().zip(seen).map(count).collect();
        let others = rest(&counts, |count| count.truth);
        counts.iter_mut().zip(others).for_each(|(count, others)| count.others = others);
        counts
    }
}

/// For each class the sum of one number of all others: those before it and those behind it.
pub(super) fn rest(counts: &[Count], part: impl Fn(&Count) -> f64) -> Vec<f64> {
    let mut rest = vec![0.0; counts.len()];
    let (mut before, mut behind) = (Sum::default(), Sum::default());
    for at in 0..counts.len() {
        let back = counts.len() - 1 - at;
        rest[at] += before.value();
        rest[back] += behind.value();
        before.add(part(&counts[at]));
        behind.add(part(&counts[back]));
    }
    rest
}

/// Fails unless rows of two labels count: with fewer, agreement beyond chance means nothing.
pub(super) fn need_two_classes(counts: &[Count]) -> Result<(), Problem> {
    match counts.iter().filter(|count| count.truth > 0.0).count() {
        0 | 1 => Err(Problem::OneClass),
        _ => Ok(()),
    }
}

/// Fails where all rows of a truth have one label.
pub(super) fn need_two_labels(truth: &[Values]) -> Result<(), Problem> {
    let (_, codes) = labels(truth)?;
    if codes.iter().any(|code| Some(code) != codes.first()) { Ok(()) } else { Err(Problem::OneClass) }
}

/// The sum of one number of each class.
pub(super) fn total(counts: &[Count], part: impl Fn(&Count) -> f64) -> f64 {
    counts.iter().map(part).collect::<Sum>().value()
}

/// Columns of labels for tests.
#[cfg(test)]
pub(super) mod test {
    use super::*;
    use crate::metric::{MetricError, MetricSpec, Scorer};

    /// The score of codes of the classes 0, 1, …
    pub(crate) fn score(
        spec: &MetricSpec,
        classes: usize,
        truth: &[u32],
        prediction: &[u32],
        weights: Option<&[f64]>,
    ) -> Result<f64, MetricError> {
        let names: std::sync::Arc<[String]> = (0..classes).map(|class| class.to_string()).collect();
        let column = |codes: &[u32]| [Values::Labels { classes: names.clone(), codes: codes.to_vec() }];
        let (truth, prediction) = (column(truth), column(prediction));
        let input = Input { truth: &truth, prediction: &prediction, weights };
        Scorer::new(spec).unwrap().scores(input).map(|scores| scores.score)
    }

    #[test]
    fn labels_of_other_classes_are_refused() {
        let column = |name: &str| [Values::Labels { classes: [name.to_owned()].into(), codes: vec![0] }];
        assert_eq!(pairs(Input::new(&column("a"), &column("b"))).err(), Some(Problem::WrongColumns));
    }

    #[test]
    fn a_row_that_weighs_nothing_is_seen_and_not_counted() {
        let column = |codes: &[u32]| {
            [Values::Labels { classes: ["a".to_owned(), "b".to_owned()].into(), codes: codes.to_vec() }]
        };
        let (truth, prediction) = (column(&[0, 1]), column(&[0, 0]));
        let input = Input { truth: &truth, prediction: &prediction, weights: Some(&[3.0, 0.0]) };
        let counts = pairs(input).unwrap().counts();
        assert_eq!(counts[0], Count { truth: 3.0, predicted: 3.0, both: 3.0, seen: true, ..Count::default() });
        assert_eq!(counts[1], Count { others: 3.0, seen: true, ..Count::default() });
        assert_eq!(need_two_classes(&counts), Err(Problem::OneClass));
    }
}
