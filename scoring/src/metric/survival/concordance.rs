//! Concordance of risks with survival times.

use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::{Direction, Input, Range, Task, numbers};
use crate::values::Values;

/// As `concordance_index` of lifelines, but by a risk: higher means sooner, where lifelines takes predicted times.
pub(in crate::metric) const CONCORDANCE_INDEX: Entry = Entry {
    id: "concordance_index",
    name: ["일치 지수(Harrell의 C)", "Concordance index (Harrell's C)"],
    direction: Direction::Higher,
    task: Task::Survival,
    range: Range::UNIT,
    formula: r"C = \frac{\sum_{(i, j)} \left( \mathbf{1}[r_i > r_j] + \tfrac{1}{2}\,\mathbf{1}[r_i = r_j] \right)}{\left| \{ (i, j) : \delta_i = 1,\ t_i < t_j \text{ or } (t_i = t_j,\ \delta_j = 0) \} \right|}",
    explanation: [
        "누가 먼저 사건을 겪었는지 알 수 있는 두 사람 가운데, 먼저 겪은 쪽의 위험도가 더 높게 예측된 쌍의 비율입니다. 위험도가 같은 쌍은 절반으로 치고, 중도절단된 사람은 그 시점까지 사건이 있었던 사람하고만 비교합니다.",
        "Of all pairs where it is known who had the event first, the share whose first one has the higher risk. Equal risks count one half, and a censored case is compared only with events up to its time.",
    ],
    takes_weights: false,
    check: |_, truth| if comparable(&cases(truth, None)?) == 0 { Err(Problem::NoComparablePairs) } else { Ok(()) },
    score: |_, input| concordance(input),
    ..Entry::ERROR
};

/// One row. Ordered as they leave: by time, and at the same time events before censored cases.
#[derive(Clone, Copy)]
struct Case {
    time: f64,
    censored: bool,
    /// Position of its risk among the distinct ones, from 1.
    rank: usize,
}

/// The cases in the order they leave; without risks all ranks are 1.
fn cases(truth: &[Values], risks: Option<&[f64]>) -> Result<Vec<Case>, Problem> {
    let [Values::Numbers(times), Values::Labels { classes, codes }] = truth else { return Err(Problem::WrongColumns) };
    let ["0", "1"] = [0, 1].map(|code| classes.get(code).map_or("", String::as_str)) else {
        return Err(Problem::WrongColumns);
    };
    if times.is_empty() {
        return Err(Problem::NoRows);
    }
    if times.len() != codes.len() || risks.is_some_and(|risks| risks.len() != times.len()) {
        return Err(Problem::WrongColumns);
    }
    let mut distinct: Vec<f64> = risks.unwrap_or_default().iter().map(|risk| risk + 0.0).collect();
    distinct.sort_unstable_by(f64::total_cmp);
    distinct.dedup();
    let rank = |row: usize| {
        let risk = risks.and_then(|risks| risks.get(row)).map(|risk| risk + 0.0);
        risk.map_or(1, |risk| distinct.partition_point(|other| *other <= risk))
    };
    let rows = times.iter().zip(codes).enumerate();
    let mut cases: Vec<Case> =
        rows.map(|(row, (&time, &code))| Case { time: time + 0.0, censored: code == 0, rank: rank(row) }).collect();
    cases.sort_unstable_by(|a, b| a.time.total_cmp(&b.time).then(a.censored.cmp(&b.censored)));
    Ok(cases)
}

/// Cases that left together: events of one time, or cases censored at one time.
fn batches(cases: &[Case]) -> impl Iterator<Item = &[Case]> {
    cases.chunk_by(|a, b| a.time.total_cmp(&b.time).is_eq() && a.censored == b.censored)
}

/// Pairs of an event and a case that left after it.
fn comparable(cases: &[Case]) -> u128 {
    let (mut events, mut pairs) = (0_u128, 0_u128);
    for batch in batches(cases) {
        let here = batch.len() as u128;
        pairs += events * here;
        events += if batch.iter().any(|case| case.censored) { 0 } else { here };
    }
    pairs
}

/// Counted in integers, exact but for the last division.
fn concordance(input: Input<'_>) -> Result<f64, Problem> {
    let cases = cases(input.truth, Some(numbers(input.prediction)?))?;
    let mut events = Counts::new(cases.iter().map(|case| case.rank).max().unwrap_or(0));
    // Twice the pairs in the right order; a tie counts one.
    let mut twice_won = 0_u128;
    for batch in batches(&cases) {
        for case in batch {
            let (below, up_to) = (events.up_to(case.rank - 1), events.up_to(case.rank));
            twice_won += u128::from(2 * (events.total - up_to) + (up_to - below));
        }
        for case in batch.iter().filter(|case| !case.censored) {
            events.add(case.rank);
        }
    }
    Ok(twice_won as f64 / (2 * comparable(&cases)) as f64)
}

/// How many events so far have each rank: a binary indexed tree (Fenwick, Software: Practice and Experience 24, 1994).
struct Counts {
    tree: Vec<u64>,
    total: u64,
}

impl Counts {
    fn new(ranks: usize) -> Self {
        Self { tree: vec![0; ranks + 1], total: 0 }
    }

    fn add(&mut self, rank: usize) {
        self.total += 1;
        let mut at = rank;
        while let Some(count) = self.tree.get_mut(at) {
            *count += 1;
            at += at & at.wrapping_neg();
        }
    }

    /// How many have this rank or a lower one.
    fn up_to(&self, rank: usize) -> u64 {
        let mut at = rank;
        let mut sum = 0;
        while at > 0 {
            sum += self.tree[at];
            at &= at - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Metric, MetricError, Params};

    fn score(rows: &[(f64, u32, f64)]) -> Result<f64, MetricError> {
        let times = Values::Numbers(rows.iter().map(|row| row.0).collect());
        let classes = ["0".to_owned(), "1".to_owned()].into();
        let events = Values::Labels { classes, codes: rows.iter().map(|row| row.1).collect() };
        let risks = Values::Numbers(rows.iter().map(|row| row.2).collect());
        CONCORDANCE_INDEX.score(&Params::default(), Input::new(&[times, events], &[risks]))
    }

    #[test]
    fn a_higher_risk_means_sooner() {
        assert_eq!(score(&[(1.0, 1, 9.0), (2.0, 1, 5.0), (3.0, 1, 1.0)]), Ok(1.0));
        assert_eq!(score(&[(1.0, 1, 1.0), (2.0, 1, 5.0), (3.0, 1, 9.0)]), Ok(0.0));
        assert_eq!(score(&[(1.0, 1, 2.0), (2.0, 1, 2.0)]), Ok(0.5));
    }

    #[test]
    fn a_censored_case_is_compared_only_with_events_up_to_its_time() {
        // The censored case outlived the first event, and its own time's, but nothing is known about the third.
        assert_eq!(score(&[(1.0, 1, 3.0), (2.0, 0, 1.0), (3.0, 1, 2.0)]), Ok(1.0));
        assert_eq!(score(&[(2.0, 1, 3.0), (2.0, 0, 1.0)]), Ok(1.0));
        assert_eq!(score(&[(2.0, 1, 3.0), (2.0, 0, 4.0)]), Ok(0.0));
    }

    #[test]
    fn a_truth_without_a_comparable_pair_is_an_error() {
        for rows in
            [vec![(1.0, 0, 1.0), (2.0, 0, 2.0)], vec![(2.0, 1, 1.0), (2.0, 1, 2.0)], vec![(1.0, 0, 1.0), (2.0, 1, 2.0)]]
        {
            assert_eq!(score(&rows).unwrap_err().problem, Problem::NoComparablePairs, "{rows:?}");
        }
    }
}
