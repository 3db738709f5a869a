//! Absolute errors: mean, median, largest, and weighed differently above and below. All as scikit-learn.

use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::sum::{Sum, mean};
use crate::metric::{Allowed, Input, Param, number_pairs};

pub(in crate::metric) const MAE: Entry = Entry {
    id: "mae",
    name: ["MAE(평균 절대 오차)", "MAE (mean absolute error)"],
    formula: r"\mathrm{MAE} = \frac{1}{n} \sum_{i=1}^{n} \left| y_i - \hat{y}_i \right|",
    explanation: [
        "예측값과 실제 값의 차이(절댓값)를 평균한 값입니다. 단위가 실제 값과 같고, 크게 벗어난 몇 건에 덜 흔들립니다.",
        "The mean absolute difference between prediction and truth. It has the unit of the truth and is moved less by a few large misses.",
    ],
    score: |_, input| {
        let (truth, prediction) = number_pairs(input)?;
        Ok(mean(truth.iter().zip(prediction).map(|(t, p)| (t - p).abs()), input.weights))
    },
    ..Entry::ERROR
};

pub(in crate::metric) const MEDIAN_ABSOLUTE_ERROR: Entry = Entry {
    id: "median_absolute_error",
    name: ["절대 오차의 중앙값", "Median absolute error"],
    formula: r"\mathrm{MedAE} = \mathrm{median}\left( \left| y_1 - \hat{y}_1 \right|, \ldots, \left| y_n - \hat{y}_n \right| \right)",
    explanation: [
        "예측값과 실제 값의 차이(절댓값)를 크기순으로 세웠을 때 한가운데 오는 값입니다. 행의 절반 가까이가 크게 빗나가도 흔들리지 않습니다.",
        "The middle one of the absolute differences between prediction and truth. Even if nearly half of the rows miss by far, it does not move.",
    ],
    score: |_, input| median(input),
    ..Entry::ERROR
};

pub(in crate::metric) const MAX_ERROR: Entry = Entry {
    id: "max_error",
    name: ["최대 오차", "Maximum error"],
    formula: r"\mathrm{MaxError} = \max_{i} \left| y_i - \hat{y}_i \right|",
    explanation: [
        "가장 크게 빗나간 예측이 실제 값과 얼마나 다른지 나타냅니다. 한 건이라도 크게 틀리면 안 되는 문제에 씁니다.",
        "How far the worst prediction is from the truth. It is for tasks where not a single prediction may be far off.",
    ],
    takes_weights: false,
    score: |_, input| {
        let (truth, prediction) = number_pairs(input)?;
        Ok(truth.iter().zip(prediction).map(|(t, p)| (t - p).abs()).fold(0.0, f64::max))
    },
    ..Entry::ERROR
};

pub(in crate::metric) const PINBALL: Entry = Entry {
    id: "pinball",
    name: ["핀볼 손실(분위수 손실)", "Pinball loss (quantile loss)"],
    params: &[Param { id: "alpha", default: "0.5", allowed: Allowed::Number { low: 0.0, high: 1.0 } }],
    formula: r"L_\alpha = \frac{1}{n} \sum_{i=1}^{n} \max\left( \alpha \left( y_i - \hat{y}_i \right), (\alpha - 1) \left( y_i - \hat{y}_i \right) \right)",
    explanation: [
        "분위수 예측을 평가하는 손실로, 실제 값이 예측보다 크면 차이에 α를, 작으면 1 − α를 곱해 평균합니다. α가 0.5이면 평균 절대 오차의 절반과 같습니다.",
        "The loss of a predicted quantile: a truth above the prediction costs α times the difference, one below 1 − α times. With α = 0.5 it is half the mean absolute error.",
    ],
    score: |params, input| {
        let alpha = params.number("alpha");
        let (truth, prediction) = number_pairs(input)?;
        let loss = |difference: f64| if difference >= 0.0 { alpha * difference } else { (alpha - 1.0) * difference };
        Ok(mean(truth.iter().zip(prediction).map(|(t, p)| loss(t - p)), input.weights))
    },
    ..Entry::ERROR
};

/// The median of the absolute errors. With weights it is the error where half of the weight lies on either side, or the mean of
/// the two errors around that place (`averaged_inverted_cdf` in Hyndman and Fan, The American Statistician 50, 1996).
fn median(input: Input<'_>) -> Result<f64, Problem> {
    let (truth, prediction) = number_pairs(input)?;
    let weight = |row: usize| input.weights.map_or(Some(1.0), |weights| weights.get(row).copied());
    let errors = truth.iter().zip(prediction).map(|(t, p)| (t - p).abs()).enumerate();
    let mut errors: Vec<(f64, f64)> =
        errors.filter_map(|(row, error)| Some((error, weight(row)?))).filter(|(_, weight)| *weight > 0.0).collect();
    errors.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let half = errors.iter().map(|(_, weight)| *weight).collect::<Sum>().value() / 2.0;
    let mut below = Sum::default();
    let reaches_half = |&(_, weight): &(f64, f64)| {
        below.add(weight);
        below.value() >= half
    };
    let at = errors.iter().position(reaches_half).ok_or(Problem::NoRows)?;
    let error = |at: usize| errors.get(at).map(|&(error, _)| error);
    let lower = error(at).unwrap_or_default();
    // scikit-learn compares with an absolute epsilon; a relative one does not depend on the unit of the weights.
    Ok(match error(at + 1) {
        Some(upper) if below.value() - half <= f64::EPSILON * half => lower + (upper - lower) / 2.0,
        _ => lower,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Metric, MetricError, MetricSpec};
    use crate::values::Values;

    fn score(spec: &MetricSpec, errors: &[f64], weights: Option<&[f64]>) -> Result<f64, MetricError> {
        let (metric, params) = spec.resolve().unwrap();
        let (truth, prediction) = ([Values::Numbers(vec![0.0; errors.len()])], [Values::Numbers(errors.to_vec())]);
        metric.score(&params, Input { weights, ..Input::new(&truth, &prediction) })
    }

    #[test]
    fn the_median_lies_between_the_two_in_the_middle() {
        let spec = MetricSpec::new("median_absolute_error");
        assert_eq!(score(&spec, &[1.0, -2.0, 4.0], None), Ok(2.0));
        assert_eq!(score(&spec, &[1.0, -2.0, 4.0, 8.0], None), Ok(3.0));
        assert_eq!(score(&spec, &[1.0, -2.0, 4.0], Some(&[2.0, 1.0, 1.0])), Ok(1.5));
        assert_eq!(score(&spec, &[1.0, -2.0, 4.0], Some(&[0.0, 1.0, 0.0])), Ok(2.0));
    }

    #[test]
    fn the_unit_of_the_weights_does_not_move_the_median() {
        let spec = MetricSpec::new("median_absolute_error");
        let weights = [3e-20, 1e-20, 1e-20];
        assert_eq!(score(&spec, &[1.0, 2.0, 4.0], Some(&weights)), Ok(1.0));
    }

    #[test]
    fn the_quantile_decides_what_a_prediction_above_the_truth_costs() {
        let spec = MetricSpec::new("pinball").with("alpha", "0.25");
        assert_eq!(score(&spec, &[4.0], None), Ok(3.0));
        assert_eq!(score(&spec, &[-4.0], None), Ok(1.0));
        assert!(MetricSpec::new("pinball").with("alpha", "1.5").validate().is_err());
    }

    #[test]
    fn the_largest_error_may_point_either_way() {
        assert_eq!(score(&MetricSpec::new("max_error"), &[1.0, -7.0, 2.0], None), Ok(7.0));
        assert!(!MAX_ERROR.takes_weights());
    }
}
