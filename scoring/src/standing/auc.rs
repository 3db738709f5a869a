//! ROC AUC of many draws: each team is sorted once, then a draw is one pass; and the variance of a difference.

use crate::metric::Scorer;
use crate::values::Values;

/// One team's rows in the order of their scores.
#[derive(Debug)]
pub(super) struct Sorted {
    rows: Vec<usize>,
    /// Where each run of equal scores ends.
    ends: Vec<usize>,
}

/// Which rows are positive, and every team sorted.
#[derive(Debug)]
pub(super) struct Auc {
    positive: Vec<bool>,
    teams: Vec<Sorted>,
}

impl Auc {
    /// None where the metric is not the plain area of two classes.
    pub(super) fn new(scorer: &Scorer, truth: &[Values], predictions: &[Vec<Values>]) -> Option<Self> {
        let (_, params) = scorer.only().filter(|(id, _)| *id == "roc_auc")?;
        let [Values::Labels { classes, codes }] = truth else { return None };
        let code = (0..).zip(classes.iter()).find(|(_, class)| *class == params.get("pos_label"))?.0;
        let positive: Vec<bool> = codes.iter().map(|&row| row == code).collect();
        let sorted = |columns: &Vec<Values>| match columns.as_slice() {
            [Values::Numbers(scores)] if scores.len() == positive.len() => Some(Sorted::new(scores)),
            _ => None,
        };
        let teams = predictions.iter().map(sorted).collect::<Option<_>>()?;
        (classes.len() == 2).then_some(Self { positive, teams })
    }

    /// The area of every team where each row counts so many times; none when a class is missing.
    pub(super) fn areas(&self, times: &[u32]) -> Option<Vec<f64>> {
        // Two counts a row, one of them zero: the pass below needs no branch.
        let counts: Vec<(u64, u64)> = times
            .iter()
            .zip(&self.positive)
            .map(|(&times, &positive)| if positive { (times.into(), 0) } else { (0, times.into()) })
            .collect();
        let (positives, negatives) = counts.iter().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
        if positives == 0 || negatives == 0 {
            return None;
        }
        let pairs = (2 * u128::from(positives) * u128::from(negatives)) as f64;
        Some(self.teams.iter().map(|team| team.twice_won(&counts) as f64 / pairs).collect())
    }

    /// Twice each row's number of right comparisons with the other class, a tie counting one: 2n·V10 and 2m·V01 of
    /// `DeLong` by the rank trick of Sun and Xu (Fast implementation of `DeLong`'s algorithm, IEEE SPL 21, 2014).
    pub(super) fn components(&self, team: usize) -> Components {
        let (mut of_positives, mut of_negatives) = (vec![0; self.positive.len()], vec![0; self.positive.len()]);
        let (m, n) = self.counts();
        let (mut positives, mut negatives) = (0, 0);
        for run in self.teams.get(team).into_iter().flat_map(Sorted::runs) {
            let here = run.iter().filter(|&&row| self.positive[row]).count() as u64;
            let others = run.len() as u64 - here;
            for &row in run {
                if self.positive[row] {
                    of_positives[row] = 2 * negatives + others;
                } else {
                    of_negatives[row] = 2 * (m - positives - here) + here;
                }
            }
            positives += here;
            negatives += others;
        }
        Components { of_positives, of_negatives, m, n }
    }

    /// Whether both classes have the two cases that a variance needs.
    pub(super) fn has_variance(&self) -> bool {
        let (m, n) = self.counts();
        m >= 2 && n >= 2
    }

    /// Positives and negatives.
    fn counts(&self) -> (u64, u64) {
        let positives = self.positive.iter().filter(|&&positive| positive).count();
        (positives as u64, (self.positive.len() - positives) as u64)
    }
}

impl Sorted {
    fn new(scores: &[f64]) -> Self {
        let mut rows: Vec<usize> = (0..scores.len()).collect();
        // Minus zero is zero.
        let compare = |&a: &usize, &b: &usize| (scores[a] + 0.0).total_cmp(&(scores[b] + 0.0));
        rows.sort_unstable_by(compare);
        let runs = rows.chunk_by(|a, b| compare(a, b).is_eq());
        let ends = runs.scan(0, |end, run| {
            *end += run.len();
            Some(*end)
        });
        Self { ends: ends.collect(), rows }
    }

    fn runs(&self) -> impl Iterator<Item = &[usize]> {
        let begins = std::iter::once(&0).chain(&self.ends);
        begins.zip(&self.ends).map(|(&begin, &end)| &self.rows[begin..end])
    }

    /// Twice the pairs in the right order; a tie counts one.
    fn twice_won(&self, counts: &[(u64, u64)]) -> u128 {
        let (mut won, mut negatives) = (0_u128, 0_u64);
        for run in self.runs() {
            let (here, others) = run.iter().fold((0, 0), |sum, &row| (sum.0 + counts[row].0, sum.1 + counts[row].1));
            won += u128::from(here) * u128::from(2 * negatives + others);
            negatives += others;
        }
        won
    }
}

/// Structural components of one team's area, doubled to be whole; zero for rows of the other class.
#[derive(Debug)]
pub(super) struct Components {
    of_positives: Vec<u64>,
    of_negatives: Vec<u64>,
    m: u64,
    n: u64,
}

impl Components {
    /// The difference of two areas and its variance (`DeLong`, `DeLong` and Clarke-Pearson, Biometrics 44, 1988): the sample
    /// variance of V10's differences over m plus that of V01's over n. Counted in integers, exact but for the divisions.
    pub(super) fn difference(&self, other: &Self) -> (f64, f64) {
        let (sum, positives) = moments(&self.of_positives, &other.of_positives, self.m);
        let (_, negatives) = moments(&self.of_negatives, &other.of_negatives, self.n);
        let (m, n) = (self.m as f64, self.n as f64);
        let variance = |scatter: i128, own: f64, others: f64| {
            scatter as f64 / (own * (own - 1.0)) / (2.0 * others * 2.0 * others) / own
        };
        (sum as f64 / (2.0 * m * n), variance(positives, m, n) + variance(negatives, n, m))
    }
}

/// The sum of the differences, and `count` times their squares' sum less the sum's square.
fn moments(a: &[u64], b: &[u64], count: u64) -> (i128, i128) {
    let (mut sum, mut squares) = (0, 0);
    for (&a, &b) in a.iter().zip(b) {
        let difference = i128::from(a) - i128::from(b);
        sum += difference;
        squares += difference * difference;
    }
    (sum, i128::from(count) * squares - sum * sum)
}
