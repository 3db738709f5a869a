//! Metrics of probabilities, and what they share: the shapes of [`Task::Probability`] as yes/no questions.

pub(super) mod average_precision;
pub(super) mod brier;
mod curve;
pub(super) mod ece;
pub(super) mod log_loss;
mod order;
pub(super) mod roc_auc;
pub(super) mod sensitivity_at_specificity;

use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::label::{POS_LABEL, are_known, labels, positive};
use crate::metric::sum::Sum;
use crate::metric::{Allowed, Direction, Input, Param, Range, Task};
use crate::values::Values;

/// A metric of probabilities, from 0 to 1, higher is better.
pub(super) const PROBABILITIES: Entry = Entry {
    direction: Direction::Higher,
    task: Task::Probability,
    params: &[POS_LABEL],
    range: Range::UNIT,
    check: |params, truth| Truth::of(truth, params.get("pos_label")).map(|_| ()),
    ..Entry::ERROR
};

/// How the scores of several classes or label columns become one.
pub(super) const AVERAGE: Param =
    Param { id: "average", default: "macro", allowed: Allowed::OneOf(&["macro", "weighted"]) };

/// A yes/no question about each row: is it of the class `positive`? Where `against` is given, only rows of one of the two
/// classes are asked.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) codes: &'a [u32],
    pub(super) positive: u32,
    pub(super) against: Option<u32>,
}

impl Target<'_> {
    /// The answer for each row; none where the row is not asked.
    pub(super) fn answers(self) -> impl ExactSizeIterator<Item = Option<bool>> {
        self.codes.iter().map(move |&code| {
            let is_positive = code == self.positive;
            (is_positive || self.against.is_none_or(|other| code == other)).then_some(is_positive)
        })
    }

    /// The weight of all positives and of all negatives.
    pub(super) fn masses(self, weights: Option<&[f64]>) -> (f64, f64) {
        let Some(weights) = weights else {
            let count = |class: u32| self.codes.iter().filter(|&&code| code == class).count();
            let positives = count(self.positive);
            let negatives = self.against.map_or_else(|| self.codes.len() - positives, count);
            return (positives as f64, negatives as f64);
        };
        let (mut positives, mut negatives) = (Sum::default(), Sum::default());
        for (answer, &weight) in self.answers().zip(weights) {
            match answer {
                Some(true) => positives.add(weight),
                Some(false) => negatives.add(weight),
                None => {}
            }
        }
        (positives.value(), negatives.value())
    }
}

/// What is to be predicted.
pub(super) enum Truth<'a> {
    /// One yes/no column, or several (multi-label), with a probability column each.
    YesNo(Vec<Target<'a>>),
    /// One of more than two classes, with a probability column each.
    Classes { classes: &'a [String], codes: &'a [u32] },
}

/// A target whose score counts in an average.
pub(super) struct Member<'a> {
    /// Its prediction column.
    pub(super) column: usize,
    pub(super) target: Target<'a>,
    pub(super) share: f64,
}

impl<'a> Truth<'a> {
    /// `pos_label` names the positive one of two labels; with more classes it is not looked at.
    pub(super) fn of(columns: &'a [Values], pos_label: &str) -> Result<Self, Problem> {
        if let [_] = columns {
            let (classes, codes) = labels(columns)?;
            if classes.len() > 2 {
                return Ok(Self::Classes { classes, codes });
            }
        }
        let targets = columns.chunks(1).map(|column| {
            let (classes, codes) = labels(column)?;
            Ok(Target { codes, positive: positive(classes, pos_label)?, against: None })
        });
        let targets = targets.collect::<Result<Vec<_>, Problem>>()?;
        if targets.is_empty() { Err(Problem::WrongColumns) } else { Ok(Self::YesNo(targets)) }
    }

    /// A question a prediction column; of several classes each against the rest.
    pub(super) fn targets(&self) -> Vec<Target<'a>> {
        match self {
            Self::YesNo(targets) => targets.clone(),
            Self::Classes { classes, codes } => {
                (0..).zip(*classes).map(|(positive, _)| Target { codes, positive, against: None }).collect()
            }
        }
    }

    /// The prediction columns, as many as the truth asks for, all as long.
    pub(super) fn probabilities<'b>(&self, input: Input<'b>) -> Result<Vec<&'b [f64]>, Problem> {
        let (count, rows) = match self {
            Self::YesNo(targets) => (targets.len(), targets.first().map_or(0, |target| target.codes.len())),
            Self::Classes { classes, codes } if are_known(classes, codes) => (classes.len(), codes.len()),
            Self::Classes { .. } => return Err(Problem::WrongColumns),
        };
        let column = |values: &'b Values| match values {
            Values::Numbers(numbers) if numbers.len() == rows => Ok(numbers.as_slice()),
            _ => Err(Problem::WrongColumns),
        };
        let columns: Vec<_> = input.prediction.iter().map(column).collect::<Result<_, _>>()?;
        if columns.len() == count { Ok(columns) } else { Err(Problem::WrongColumns) }
    }

    /// The targets that count: with `average=macro` all of them alike, with `weighted` each by the weight of its positives,
    /// so that one without any is left out, as in scikit-learn. Fails where one that counts lacks positives, or negatives
    /// where those are needed.
    pub(super) fn members(
        &self,
        average: &str,
        weights: Option<&[f64]>,
        needs_negatives: bool,
    ) -> Result<Vec<Member<'a>>, Problem> {
        let mut members = Vec::new();
        for (column, target) in self.targets().into_iter().enumerate() {
            let (positives, negatives) = target.masses(weights);
            if positives <= 0.0 && average == "weighted" {
                continue;
            }
            if positives <= 0.0 {
                return Err(self.lacks_positives(column));
            }
            if negatives <= 0.0 && needs_negatives {
                return Err(self.lacks_negatives(column));
            }
            members.push(Member { column, target, share: if average == "weighted" { positives } else { 1.0 } });
        }
        if members.is_empty() { Err(Problem::NoPositives) } else { Ok(members) }
    }

    fn lacks_positives(&self, column: usize) -> Problem {
        match self {
            Self::YesNo(targets) if targets.len() == 1 => Problem::NoPositives,
            Self::YesNo(_) => Problem::NoPositivesIn { column: column as u64 + 1 },
            Self::Classes { classes, .. } => {
                Problem::NoClass { label: classes.get(column).cloned().unwrap_or_default() }
            }
        }
    }

    fn lacks_negatives(&self, column: usize) -> Problem {
        match self {
            Self::YesNo(targets) if targets.len() == 1 => Problem::NoNegatives,
            Self::YesNo(_) => Problem::NoNegativesIn { column: column as u64 + 1 },
            Self::Classes { .. } => Problem::OneClass,
        }
    }
}

/// The mean score of members, each by its share.
pub(super) fn average(members: &[Member<'_>], score: impl Fn(&Member<'_>) -> f64) -> f64 {
    let sum: Sum = members.iter().map(|member| member.share * score(member)).collect();
    let shares: Sum = members.iter().map(|member| member.share).collect();
    sum.value() / shares.value()
}
