//! Expected calibration error: how far probabilities are from the frequencies they promise.

use super::{PROBABILITIES, Truth};
use crate::metric::entry::Entry;
use crate::metric::label::POS_LABEL;
use crate::metric::sum::{Sum, mean};
use crate::metric::{Allowed, Direction, Input, Param};

/// Bins of equal width, each but the first open below: (m − 1)/M < p ≤ m/M.
///
/// Yes or no: the probability of yes against how often it is yes (Naeini, Cooper and Hauskrecht, AAAI 2015); several
/// labels: the mean of theirs. Several classes: the highest probability against how often that class is right (Guo et al.,
/// ICML 2017), the first of equal ones.
pub(in crate::metric) const ECE: Entry = Entry {
    id: "ece",
    name: ["기대 보정 오차(ECE)", "Expected calibration error (ECE)"],
    direction: Direction::Lower,
    params: &[POS_LABEL, Param { id: "bins", default: "15", allowed: Allowed::Whole { low: 1, high: 1000 } }],
    formula: r"\mathrm{ECE} = \sum_{m=1}^{M} \frac{|B_m|}{n} \left| \mathrm{acc}(B_m) - \mathrm{conf}(B_m) \right|",
    notes: [
        "두 클래스에서는 양성일 확률과 양성의 빈도를 비교하고, 클래스가 셋 이상이면 가장 높은 확률과 그 클래스가 맞은 비율을 비교하며, 0/1 열이 여럿이면 열마다 구해 평균합니다. m번째 구간은 (m−1)/M < p ≤ m/M이고 첫 구간에는 0이 들어갑니다.",
        "With two classes the probability of the positive label is held against its frequency, with more the highest probability against how often that class is right, and with several 0/1 columns the mean over the columns is taken. Bin m is (m−1)/M < p ≤ m/M, and the first one includes 0.",
    ],
    explanation: [
        "예측 확률을 같은 너비의 구간으로 나누고, 구간마다 평균 확률과 실제로 맞은 비율의 차이를 구해 크기만큼 무게를 두고 평균한 값입니다. 0이면 70%라고 한 예측이 정말 열에 일곱 번 맞는다는 뜻입니다.",
        "Predictions are put into bins of equal width; the gap between mean probability and actual frequency of each bin is averaged by its size. At 0 what is said with 70% comes true seven times in ten.",
    ],
    score: |params, input| {
        let truth = Truth::of(input.truth, params.get("pos_label"))?;
        let columns = truth.probabilities(input)?;
        let bins = params.whole("bins");
        match truth {
            Truth::YesNo(targets) => {
                let errors = targets.iter().zip(&columns).map(|(target, column)| {
                    let happened = target.codes.iter().map(|&code| code == target.positive);
                    error(column.iter().copied().zip(happened), bins, input)
                });
                Ok(mean(errors, None))
            }
            Truth::Classes { codes, .. } => {
                let surest = codes.iter().enumerate().map(|(row, &code)| {
                    let surer = |a: usize, b: usize| if columns[b][row] > columns[a][row] { b } else { a };
                    let class = (1..columns.len()).fold(0, surer);
                    (columns[class][row], class == code as usize)
                });
                Ok(error(surest, bins, input))
            }
        }
    },
    ..PROBABILITIES
};

/// The error of probabilities and whether what they are about came true. A bin's size times its gap is the difference of
/// two sums.
fn error(rows: impl Iterator<Item = (f64, bool)>, bins: usize, input: Input<'_>) -> f64 {
    let mut gaps = vec![Sum::default(); bins];
    let mut all = Sum::default();
    for (row, (p, happened)) in rows.enumerate() {
        let weight = input.weight(row);
        all.add(weight);
        if let Some(gap) = gaps.get_mut(bin(p, bins)) {
            gap.add(-weight * p);
            if happened {
                gap.add(weight);
            }
        }
    }
    // Bins are rounded one by one: together they may pass the whole by a hair.
    (gaps.iter().map(|gap| gap.value().abs()).collect::<Sum>().value() / all.value()).min(1.0)
}

/// The bin of a probability. Compared with the bounds themselves: 0.07 times 100 is more than 7, and 0.07 is 7/100.
fn bin(p: f64, bins: usize) -> usize {
    let bound = |at: usize| at as f64 / bins as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the number of bins")]
    let mut at = ((p * bins as f64) as usize).min(bins - 1);
    while at > 0 && p <= bound(at) {
        at -= 1;
    }
    while at + 1 < bins && p > bound(at + 1) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_has_its_upper_bound_and_not_its_lower_one() {
        for bins in [1, 3, 10, 15, 100, 1000] {
            assert_eq!(bin(0.0, bins), 0);
            assert_eq!(bin(1.0, bins), bins - 1);
            for at in 1..=bins {
                let bound = at as f64 / bins as f64;
                assert_eq!(bin(bound, bins), at - 1, "{at}/{bins}");
                assert_eq!(bin(bound.next_up(), bins), at.min(bins - 1), "above {at}/{bins}");
            }
        }
    }

    #[test]
    fn the_gap_of_a_bin_counts_by_its_size() {
        let rows = [(0.9, true), (0.9, true), (0.8, false), (0.2, false)];
        let input = Input::new(&[], &[]);
        // Above one half: 2.6 promised, 2 came true; below: 0.2 promised, none did.
        assert!((error(rows.into_iter(), 2, input) - (0.6 + 0.2) / 4.0).abs() < 1e-15);
    }
}
