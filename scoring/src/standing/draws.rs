//! Bootstrap draws: which cases are drawn how often, the same for every team, and all cores to score them.

use std::ops::Range;

/// The `step`-th output (from 1) of `SplitMix64` (Steele, Lea and Flood, Fast splittable pseudorandom number generators,
/// OOPSLA 2014). Own code, so that a stored seed means the same draws for ever.
fn splitmix64(seed: u64, step: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(step));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What is drawn with replacement: the rows, or whole groups of them.
#[derive(Debug)]
pub(super) struct Units {
    /// The unit of each row.
    of_row: Vec<usize>,
    count: usize,
}

impl Units {
    /// Groups are numbered by their codes, not by where they first stand: the order of rows changes no draw.
    pub(super) fn new(rows: usize, groups: Option<&[u32]>) -> Self {
        let Some(groups) = groups else { return Self { of_row: (0..rows).collect(), count: rows } };
        let mut codes = groups.to_vec();
        codes.sort_unstable();
        codes.dedup();
        let unit = |code: &u32| codes.binary_search(code).unwrap_or(0);
        Self { of_row: groups.iter().map(unit).collect(), count: codes.len() }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// How often each row is in the draw with this number. Draw `k` uses the numbers `k·count + 1 ..= (k + 1)·count` of
    /// one stream; each picks the unit ⌊u·count⌋ for its top 53 bits as u in [0, 1).
    pub(super) fn draw(&self, seed: u64, number: u64) -> Vec<u32> {
        let count = self.count as u64;
        let mut times = vec![0_u32; self.count];
        for step in 1..=count {
            let bits = splitmix64(seed, number.wrapping_mul(count).wrapping_add(step)) >> 11;
            let unit = (u128::from(bits) * u128::from(count)) >> 53;
            if let Some(times) = usize::try_from(unit).ok().and_then(|unit| times.get_mut(unit)) {
                *times += 1;
            }
        }
        self.of_row.iter().map(|&unit| times.get(unit).copied().unwrap_or(0)).collect()
    }
}

/// The rows of a draw, in their order, each as often as it was drawn.
pub(super) fn rows(times: &[u32]) -> Vec<u32> {
    (0..).zip(times).flat_map(|(row, &times)| std::iter::repeat_n(row, times as usize)).collect()
}

/// The results of the first `wanted` draws that have one, and how many had none before the last of them. None when
/// fewer than one in `patience` has a result. How many cores there are changes nothing.
pub(super) fn defined<T: Send>(
    wanted: usize,
    patience: u64,
    result: impl Fn(u64) -> Option<T> + Sync,
) -> Option<(Vec<T>, u64)> {
    let mut results = Vec::with_capacity(wanted);
    let mut begin = 0;
    while results.len() < wanted {
        if begin >= patience * wanted as u64 {
            return None;
        }
        // Just as many as are missing: the last one of the last round is the last one needed.
        let end = begin + (wanted - results.len()) as u64;
        results.extend(in_order(begin..end, &result).into_iter().flatten());
        begin = end;
    }
    Some((results, begin - wanted as u64))
}

/// The results in the order of the numbers.
#[cfg(target_arch = "wasm32")]
fn in_order<T>(numbers: Range<u64>, result: &impl Fn(u64) -> T) -> Vec<T> {
    numbers.map(result).collect()
}

/// The results in the order of the numbers, from all cores.
#[cfg(not(target_arch = "wasm32"))]
fn in_order<T: Send>(numbers: Range<u64>, result: &(impl Fn(u64) -> T + Sync)) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let share = (numbers.end - numbers.start).div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|core| {
                let begin = (numbers.start + core * share).min(numbers.end);
                let end = (begin + share).min(numbers.end);
                scope.spawn(move || (begin..end).map(result).collect::<Vec<T>>())
            })
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|e| std::panic::resume_unwind(e)));
        joined.flatten().collect()
    })
}

/// Numbers in [0, 1), as `uniform` of tests/golden/common.py.
#[cfg(test)]
pub(super) fn uniform(seed: u64, count: usize) -> Vec<f64> {
    (1..=count as u64).map(|step| (splitmix64(seed, step) >> 11) as f64 * 2.0_f64.powi(-53)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // The first outputs of the reference implementation (https://prng.di.unimi.it/splitmix64.c) from the seed 1234567.
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([1, 2, 3].map(|step| splitmix64(1_234_567, step)), expected);
    }

    #[test]
    fn a_draw_has_as_many_units_as_there_are_and_each_draw_is_another() {
        let units = Units::new(50, None);
        let draw = units.draw(7, 0);
        assert_eq!(draw.iter().sum::<u32>(), 50);
        assert_eq!(rows(&draw).len(), 50);
        assert_ne!(draw, units.draw(7, 1));
        assert_ne!(draw, units.draw(8, 0));
        assert_eq!(draw, units.draw(7, 0));
    }

    #[test]
    fn rows_of_a_group_are_drawn_together_wherever_they_stand() {
        let units = Units::new(5, Some(&[9, 2, 9, 4, 2]));
        assert_eq!(units.count(), 3);
        for number in 0..20 {
            let draw = units.draw(1, number);
            assert_eq!((draw[0], draw[1]), (draw[2], draw[4]));
            let turned = Units::new(5, Some(&[2, 4, 9, 2, 9])).draw(1, number);
            assert_eq!(turned, [draw[4], draw[3], draw[2], draw[1], draw[0]]);
        }
    }

    #[test]
    fn draws_without_a_result_are_replaced_by_the_next_ones_and_counted() {
        let even = |number: u64| number.is_multiple_of(2).then_some(number);
        let (results, without) = defined(5, 10, even).unwrap();
        assert_eq!((results, without), (vec![0, 2, 4, 6, 8], 4));
        assert!(defined(5, 10, |_| None::<u64>).is_none());
    }
}
