//! How many pairs of a positive and a negative row are scored in the right order.

use std::ops::Range;

use crate::parallel;

/// From here on rows are dealt into buckets before they are sorted.
const MANY: usize = 1 << 12;
/// Rows a bucket, if scores are spread evenly: few enough to be sorted in a blink.
const ROWS: usize = 32;
/// Buckets up to here are dealt into without leaving the cache.
const MOST: usize = 1 << 14;

/// Counts of rows in the order of their scores, lowest first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Tally {
    /// Twice the pairs in the right order; a tie counts one.
    twice_won: u128,
    positives: u128,
    negatives: u128,
}

impl Tally {
    /// Adds rows that are scored above all so far.
    fn then(&mut self, above: Self) {
        self.twice_won += above.twice_won + 2 * above.positives * self.negatives;
        self.positives += above.positives;
        self.negatives += above.negatives;
    }

    /// Sorts a score's bits with whether it is of a positive row below them, and counts.
    fn of(rows: &mut [u64]) -> Self {
        rows.sort_unstable();
        let mut tally = Self::default();
        for tied in rows.chunk_by(|a, b| a >> 1 == b >> 1) {
            let positives: u64 = tied.iter().map(|row| row & 1).sum();
            let (positives, all) = (u128::from(positives), tied.len() as u128);
            tally.then(Self { twice_won: positives * (all - positives), positives, negatives: all - positives });
        }
        tally
    }
}

/// Mann-Whitney U over the number of pairs, counted in integers: exact but for the last division. Rows whose code is
/// `positive` are; there is at least one of each kind. Scores are finite.
pub(super) fn area(codes: &[u32], positive: u32, scores: &[f64]) -> f64 {
    // Adding zero turns -0 into 0, so that the two tie.
    let tally = if scores.iter().any(|score| (score + 0.0).is_sign_negative()) {
        any_sign(codes, positive, scores)
    } else if scores.len() < MANY {
        let row = |(&code, &score): (&u32, &f64)| bits(score, code == positive);
        Tally::of(&mut codes.iter().zip(scores).map(row).collect::<Vec<_>>())
    } else {
        by_buckets(parallel::threads(size_of_val(scores)), codes, positive, scores)
    };
    tally.twice_won as f64 / (2 * tally.positives * tally.negatives) as f64
}

/// Bits of numbers that are not negative have the order of the numbers, and a free bit on top.
fn bits(score: f64, is_positive: bool) -> u64 {
    (score + 0.0).to_bits() << 1 | u64::from(is_positive)
}

fn any_sign(codes: &[u32], positive: u32, scores: &[f64]) -> Tally {
    let mut rows: Vec<(f64, bool)> =
        scores.iter().zip(codes).map(|(&score, &code)| (score + 0.0, code == positive)).collect();
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut tally = Tally::default();
    for tied in rows.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let positives = tied.iter().filter(|(_, is_positive)| *is_positive).count() as u128;
        let negatives = tied.len() as u128 - positives;
        tally.then(Tally { twice_won: positives * negatives, positives, negatives });
    }
    tally
}

/// Every thread deals its rows into buckets of rising scores; then buckets are sorted and counted, each by itself. Scores
/// that crowd into few buckets cost no more than sorting all of them.
fn by_buckets(threads: usize, codes: &[u32], positive: u32, scores: &[f64]) -> Tally {
    let buckets = (scores.len() / ROWS).next_power_of_two().min(MOST);
    // Rising with the score, so no score of a lower bucket is above one of a higher bucket. Above 1 all are in the last.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score is not negative")]
    let bucket = |score: f64| ((score * buckets as f64) as usize).min(buckets - 1);
    let deal = |rows: &Range<usize>| {
        let (scores, codes) = (&scores[rows.clone()], &codes[rows.clone()]);
        let mut ends = vec![0_usize; buckets];
        for &score in scores {
            ends[bucket(score)] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            (*end, total) = (total, total + *end);
        }
        let mut dealt = vec![0; scores.len()];
        for (&score, &code) in scores.iter().zip(codes) {
            let end = &mut ends[bucket(score)];
            dealt[*end] = bits(score, code == positive);
            *end += 1;
        }
        (ends, dealt)
    };
    let dealt = parallel::map(threads, &shares(codes.len().min(scores.len()), threads), deal);
    let count = |buckets: &Range<usize>| {
        let (mut tally, mut rows) = (Tally::default(), Vec::new());
        for bucket in buckets.clone() {
            rows.clear();
            for (ends, dealt) in &dealt {
                let start = bucket.checked_sub(1).map_or(0, |before| ends[before]);
                rows.extend_from_slice(&dealt[start..ends[bucket]]);
            }
            tally.then(Tally::of(&mut rows));
        }
        tally
    };
    let mut tally = Tally::default();
    for part in parallel::map(threads, &shares(buckets, if threads > 1 { 8 * threads } else { 1 }), count) {
        tally.then(part);
    }
    tally
}

/// `count` things in about `parts` equal shares.
fn shares(count: usize, parts: usize) -> Vec<Range<usize>> {
    let share = count.div_ceil(parts.max(1)).max(1);
    (0..count).step_by(share).map(|start| start..count.min(start + share)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn buckets_and_threads_change_no_count(
            rows in prop::collection::vec((0_u32..2, prop_oneof![0.0..=1.0, (0_u8..9).prop_map(|n| f64::from(n) / 8.0), 0.0..1e9, Just(-0.0)]), 0..400),
        ) {
            let (codes, scores): (Vec<u32>, Vec<f64>) = rows.into_iter().unzip();
            let expected = any_sign(&codes, 1, &scores);
            for threads in 1..4 {
                prop_assert_eq!(by_buckets(threads, &codes, 1, &scores), expected);
            }
        }
    }

    #[test]
    fn many_rows_are_counted_as_few_are() {
        let scores: Vec<f64> =
            (0..100_000_u32).map(|row| f64::from(row.wrapping_mul(2_654_435_761) >> 12) / 1e6).collect();
        let codes: Vec<u32> = scores.iter().map(|score| u32::from(score.sin() > 0.2)).collect();
        let pairs = any_sign(&codes, 1, &scores);
        let expected = pairs.twice_won as f64 / (2 * pairs.positives * pairs.negatives) as f64;
        assert_eq!(area(&codes, 1, &scores).to_bits(), expected.to_bits());
        let turned: Vec<f64> = scores.iter().map(|score| -score).collect();
        assert!((area(&codes, 1, &turned) + expected - 1.0).abs() < 1e-12);
    }
}
