//! Sums that do not lose small terms.

/// Compensated sum: the error stays near one rounding whatever the length
/// (Neumaier, `ZAMM` 54, 1974).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    pub(super) fn add(&mut self, term: f64) {
        let total = self.total + term;
        self.lost +=
            if self.total.abs() >= term.abs() { (self.total - total) + term } else { (term - total) + self.total };
        self.total = total;
    }

    pub(super) fn value(self) -> f64 {
        self.total + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::default();
        for term in terms {
            sum.add(term);
        }
        sum
    }
}

/// The mean of at least one term, each counting as its weight says; weights are not all zero. What weighs nothing does not count,
/// whatever it is.
pub(super) fn mean(terms: impl ExactSizeIterator<Item = f64>, weights: Option<&[f64]>) -> f64 {
    let count = terms.len() as f64;
    match weights {
        None => terms.collect::<Sum>().value() / count,
        Some(weights) => {
            let total: Sum = weights.iter().copied().collect();
            let counting = terms.zip(weights).filter(|(_, weight)| **weight > 0.0);
            counting.map(|(term, weight)| term * weight).collect::<Sum>().value() / total.value()
        }
    }
}

/// A power of two near the largest of the `numbers` that count: dividing by it loses nothing, and squares stay within the range
/// of f64.
pub(super) fn scale(numbers: impl Iterator<Item = f64>, weights: Option<&[f64]>) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    let counts = |row: usize| weights.is_none_or(|weights| weights.get(row).is_none_or(|&weight| weight > 0.0));
    let counting = numbers.enumerate().filter(|(row, _)| counts(*row)).map(|(_, number)| number);
    let largest = counting.fold(0.0_f64, |largest, number| largest.max(number.abs()));
    f64::from_bits(largest.to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_counts_as_that_many_rows() {
        let (plain, weighted) = ([1.0, 2.0, 2.0], [1.0, 2.0]);
        let (plain, weighted) = (mean(plain.into_iter(), None), mean(weighted.into_iter(), Some(&[1.0, 2.0])));
        assert_eq!(plain.to_bits(), weighted.to_bits());
    }

    #[test]
    fn what_weighs_nothing_does_not_count_whatever_it_is() {
        let terms = [3.0, f64::INFINITY, 5.0];
        assert_eq!(mean(terms.into_iter(), Some(&[1.0, 0.0, 1.0])).to_bits(), 4.0_f64.to_bits());
        assert_eq!(scale([3.0, 1e300].into_iter(), Some(&[1.0, 0.0])).to_bits(), 2.0_f64.to_bits());
    }

    #[test]
    fn small_terms_are_not_lost_beside_large_ones() {
        let sum: Sum = [1.0, 1e100, 1.0, -1e100].into_iter().collect();
        assert_eq!(sum.value().to_bits(), 2.0_f64.to_bits());
    }

    #[test]
    fn a_scale_is_a_power_of_two_that_brings_the_largest_near_one() {
        for (largest, expected) in [(3.0, 2.0), (-5.0, 4.0), (1e300, 2.0_f64.powi(996)), (0.0, f64::MIN_POSITIVE)] {
            assert_eq!(scale([0.0, largest].into_iter(), None).to_bits(), expected.to_bits(), "{largest}");
        }
    }
}
