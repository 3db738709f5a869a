//! How two columns of numbers go together: Pearson, Spearman, and Lin's concordance.

use super::squared_errors::varies;
use crate::metric::entry::{Details, Entry};
use crate::metric::error::Problem;
use crate::metric::sum::{Sum, mean, scale};
use crate::metric::{Direction, Input, Range, number_pairs, numbers};
use crate::values::Values;

const CORRELATION: Entry = Entry {
    direction: Direction::Higher,
    range: Range::SIGNED,
    takes_weights: false,
    check: |_, truth| truth_varies(truth),
    ..Entry::ERROR
};

/// As scipy's `pearsonr`.
pub(in crate::metric) const PEARSON: Entry = Entry {
    id: "pearson",
    name: ["피어슨 상관계수", "Pearson correlation"],
    formula: r"r = \frac{\sum_{i} (y_i - \bar{y})(\hat{y}_i - \bar{\hat{y}})}{\sqrt{\sum_{i} (y_i - \bar{y})^2} \sqrt{\sum_{i} (\hat{y}_i - \bar{\hat{y}})^2}}",
    explanation: [
        "예측값과 실제 값이 얼마나 직선 관계에 가까운지 −1과 1 사이로 나타냅니다. 단위나 기준점은 보지 않으므로 값이 치우쳐 있어도 1이 될 수 있습니다.",
        "How close prediction and truth are to a straight line, from −1 to 1. Units and offsets do not matter, so even biased predictions can reach 1.",
    ],
    score: |_, input| {
        let (truth, prediction) = pairs(input)?;
        let (t, p) = (Center::of(truth), Center::of(prediction));
        let [tt, pp, tp] = moments((truth, t), (prediction, p));
        Ok(cosine(tp, tt, pp))
    },
    ..CORRELATION
};

/// As scipy's `spearmanr`: Pearson's correlation of the ranks, ties at their mean rank.
pub(in crate::metric) const SPEARMAN: Entry = Entry {
    id: "spearman",
    name: ["스피어만 순위 상관계수", "Spearman rank correlation"],
    formula: r"\rho = \frac{\sum_{i} (R_i - \bar{R})(\hat{R}_i - \bar{R})}{\sqrt{\sum_{i} (R_i - \bar{R})^2} \sqrt{\sum_{i} (\hat{R}_i - \bar{R})^2}}",
    explanation: [
        "예측값의 순위와 실제 값의 순위가 얼마나 같이 움직이는지 −1과 1 사이로 나타냅니다. 순서만 보므로 값의 크기나 간격은 점수에 영향을 주지 않습니다.",
        "How well the ranks of prediction and truth go together, from −1 to 1. Only the order counts, not the size of the values or the gaps between them.",
    ],
    score: |_, input| {
        let (truth, prediction) = pairs(input)?;
        let (t, p) = (ranks(truth), ranks(prediction));
        // Whole numbers, exact up to the last division.
        let product =
            |a: &[i64], b: &[i64]| a.iter().zip(b).map(|(&a, &b)| i128::from(a) * i128::from(b)).sum::<i128>() as f64;
        Ok(cosine(product(&t, &p), product(&t, &t), product(&p, &p)))
    },
    ..CORRELATION
};

/// Lin, Biometrics 45, 1989, with moments over n as there; beside it the bias (prediction less truth) and the 95% limits of
/// agreement, bias ± 1.96 standard deviations over n − 1 (Bland and Altman, Lancet 327, 1986).
pub(in crate::metric) const CCC: Entry = Entry {
    id: "ccc",
    name: ["일치 상관계수(Lin의 CCC)", "Concordance correlation (Lin's CCC)"],
    formula: r"\rho_c = \frac{2 s_{y\hat{y}}}{s_y^2 + s_{\hat{y}}^2 + \left( \bar{y} - \bar{\hat{y}} \right)^2}",
    explanation: [
        "예측값과 실제 값이 y = x 직선 위에 얼마나 모여 있는지 −1과 1 사이로 나타냅니다. 상관뿐 아니라 치우침과 척도 차이도 점수를 낮추며, Bland–Altman의 치우침과 95% 일치 한계를 함께 보여 줍니다.",
        "How closely prediction and truth lie on the line y = x, from −1 to 1. Bias and scale lower it as well as scatter, and the Bland–Altman bias and 95% limits of agreement stand beside it.",
    ],
    score: |_, input| {
        let (truth, prediction) = number_pairs(input)?;
        let bias = mean(truth.iter().zip(prediction).map(|(t, p)| p - t), None);
        let (t, p) = (Center::of(truth), Center::of(prediction));
        let scale = t.scale.max(p.scale).max(scale([bias].into_iter(), None));
        let [tt, pp, tp] = moments((truth, Center { scale, ..t }), (prediction, Center { scale, ..p }));
        // Rounding may carry it a little past 1, as it may a cosine.
        Ok((2.0 * tp / (tt + pp + truth.len() as f64 * (bias / scale).powi(2))).clamp(-1.0, 1.0))
    },
    details: agreement,
    ..CORRELATION
};

fn agreement(input: Input<'_>) -> Result<Details, Problem> {
    let (truth, prediction) = number_pairs(input)?;
    let differences = || truth.iter().zip(prediction).map(|(t, p)| p - t);
    let bias = mean(differences(), None);
    let scale = scale(differences().map(|difference| difference - bias), None);
    let squares: Sum = differences().map(|difference| ((difference - bias) / scale).powi(2)).collect();
    let width = 1.96 * scale * (squares.value() / (truth.len() as f64 - 1.0)).sqrt();
    Ok(vec![("bias", bias), ("loa_lower", bias - width), ("loa_upper", bias + width)])
}

fn truth_varies(truth: &[Values]) -> Result<(), Problem> {
    if varies(numbers(truth)?, None) { Ok(()) } else { Err(Problem::ConstantTruth) }
}

/// Truth and prediction, where the prediction varies too.
fn pairs(input: Input<'_>) -> Result<(&[f64], &[f64]), Problem> {
    let (truth, prediction) = number_pairs(input)?;
    if varies(prediction, None) { Ok((truth, prediction)) } else { Err(Problem::ConstantPrediction) }
}

/// Where a column lies and how far it spreads.
#[derive(Clone, Copy)]
struct Center {
    mean: f64,
    scale: f64,
}

impl Center {
    fn of(numbers: &[f64]) -> Self {
        let mean = mean(numbers.iter().copied(), None);
        Self { mean, scale: scale(numbers.iter().map(|number| number - mean), None) }
    }
}

/// The sums of `aa`, `bb` and `ab`, of deviations from the mean in units of the scale. The rounding of the means is taken out
/// again (Chan, Golub and `LeVeque`, The American Statistician 37, 1983).
fn moments((a, of_a): (&[f64], Center), (b, of_b): (&[f64], Center)) -> [f64; 3] {
    let [mut sum_a, mut sum_b, mut aa, mut bb, mut ab] = [Sum::default(); 5];
    for (a, b) in a.iter().zip(b) {
        let (a, b) = ((a - of_a.mean) / of_a.scale, (b - of_b.mean) / of_b.scale);
        sum_a.add(a);
        sum_b.add(b);
        aa.add(a * a);
        bb.add(b * b);
        ab.add(a * b);
    }
    let (sum_a, sum_b, n) = (sum_a.value(), sum_b.value(), a.len() as f64);
    [aa.value() - sum_a * sum_a / n, bb.value() - sum_b * sum_b / n, ab.value() - sum_a * sum_b / n]
}

/// `ab / √(aa·bb)`, which rounding may carry a little past 1.
fn cosine(ab: f64, aa: f64, bb: f64) -> f64 {
    (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0)
}

/// Twice the distance of each rank from the mean rank: whole numbers.
fn ranks(numbers: &[f64]) -> Vec<i64> {
    let mut order: Vec<(f64, usize)> = numbers.iter().map(|number| number + 0.0).zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0; numbers.len()];
    let count = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
    let mut before = 0;
    for tied in order.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let here = i64::try_from(tied.len()).unwrap_or(i64::MAX);
        for &(_, row) in tied {
            ranks[row] = 2 * before + here - count;
        }
        before += here;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::metric::{Metric, MetricError, Params, Part, Scores};

    fn scores(metric: &Entry, truth: &[f64], prediction: &[f64]) -> Result<Scores, MetricError> {
        let column = |numbers: &[f64]| [Values::Numbers(numbers.to_vec())];
        metric.scores(&Params::default(), Input::new(&column(truth), &column(prediction)))
    }

    fn score(metric: &Entry, truth: &[f64], prediction: &[f64]) -> Result<f64, MetricError> {
        scores(metric, truth, prediction).map(|scores| scores.score)
    }

    #[test]
    fn straight_lines_are_perfect_and_only_the_identity_agrees() {
        let truth = [1.0, 2.0, 4.0];
        for (line, sign) in [([3.0, 5.0, 9.0], 1.0), ([-1.0, -2.0, -4.0], -1.0)] {
            assert_eq!(score(&PEARSON, &truth, &line), Ok(sign));
            assert_eq!(score(&SPEARMAN, &truth, &line), Ok(sign));
            assert!(score(&CCC, &truth, &line).unwrap().abs() < 0.7);
        }
        assert_eq!(score(&CCC, &truth, &truth), Ok(1.0));
        assert_eq!(score(&SPEARMAN, &truth, &[-1e9, 0.0, 1e-9]), Ok(1.0));
    }

    #[test]
    fn rounding_carries_no_score_past_its_range() {
        let numbers = |seed: u32| {
            [1, 3, 7].map(|step: u32| f64::from(seed.wrapping_mul(step.wrapping_mul(2_654_435_761)) >> 8) / 64.0)
        };
        for seed in 1..2000 {
            let truth = numbers(seed);
            for (metric, turn) in [(&PEARSON, 1.0), (&SPEARMAN, 1.0), (&CCC, 1.0), (&PEARSON, -1.0), (&CCC, -1.0)] {
                let near = truth.map(|number| turn * number * (1.0 + f64::EPSILON));
                let score = score(metric, &truth, &near).unwrap();
                assert!((-1.0..=1.0).contains(&score), "{} {truth:?} {near:?}: {score}", metric.id);
            }
        }
    }

    #[test]
    fn huge_tiny_and_far_off_numbers_keep_their_correlation() {
        for scale in [1e-300, 1e300] {
            let truth = [0.0, scale, 2.0 * scale];
            assert_eq!(score(&PEARSON, &truth, &truth), Ok(1.0), "{scale}");
            assert_eq!(score(&CCC, &truth, &truth), Ok(1.0), "{scale}");
        }
        // Steps of the last digit.
        let far = [1e15, 1e15 + 1.0, 1e15 + 2.0, 1e15 + 4.0];
        let near = [0.0, 1.0, 2.0, 4.0];
        assert!((score(&PEARSON, &far, &near).unwrap() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_side_that_does_not_vary_is_named() {
        let truth = scores(&PEARSON, &[1.0; 3], &[1.0, 2.0, 3.0]).unwrap_err().in_part(Part::Public);
        assert_eq!(truth.message(Lang::Ko), "공개 구간의 정답이 모두 같은 값이라 점수를 계산할 수 없어요.");
        for metric in [&PEARSON, &SPEARMAN] {
            let error = scores(metric, &[1.0, 2.0], &[7.0; 2]).unwrap_err();
            assert_eq!(error.message(Lang::Ko), "예측값이 모두 같은 값이라 점수를 계산할 수 없어요.");
        }
        // Lin's coefficient of a constant prediction is defined: none of the truth's variation is followed.
        assert_eq!(score(&CCC, &[1.0, 2.0], &[7.0; 2]), Ok(0.0));
    }

    #[test]
    fn the_limits_of_agreement_stand_beside_the_concordance() {
        let scores = scores(&CCC, &[1.0, 2.0, 3.0], &[1.0, 3.0, 5.0]).unwrap();
        let expected = [("bias", 1.0), ("loa_lower", -0.96), ("loa_upper", 2.96)];
        for ((name, value), (expected_name, expected)) in scores.details.iter().zip(expected) {
            assert_eq!(name, expected_name);
            assert!((value - expected).abs() < 1e-15, "{name}: {value}");
        }
    }
}
