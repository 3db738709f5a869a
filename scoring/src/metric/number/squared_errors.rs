//! Squared errors: mean, its root, the root of the logarithms', and the share of variance explained.
//! All as scikit-learn, with its `sample_weight`.

use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::sum::{mean, scale};
use crate::metric::{Direction, Input, Range, number_pairs, numbers};

pub(in crate::metric) const MSE: Entry = Entry {
    id: "mse",
    name: ["MSE(평균 제곱 오차)", "MSE (mean squared error)"],
    formula: r"\mathrm{MSE} = \frac{1}{n} \sum_{i=1}^{n} \left( y_i - \hat{y}_i \right)^2",
    explanation: [
        "예측값과 실제 값의 차이를 제곱해 평균한 값입니다. 크게 벗어난 예측에 더 큰 벌점을 줍니다.",
        "The mean squared difference between prediction and truth. It weighs large misses more.",
    ],
    score: |_, input| mean_square(input, |t, p| t - p).map(|(scale, mean)| scale * mean * scale),
    ..Entry::ERROR
};

pub(in crate::metric) const RMSE: Entry = Entry {
    id: "rmse",
    name: ["RMSE(평균 제곱근 오차)", "RMSE (root mean squared error)"],
    formula: r"\mathrm{RMSE} = \sqrt{\frac{1}{n} \sum_{i=1}^{n} \left( y_i - \hat{y}_i \right)^2}",
    explanation: [
        "예측값과 실제 값의 차이를 제곱해 평균한 뒤 제곱근을 취한 값입니다. 단위가 실제 값과 같고, 크게 벗어난 예측에 더 큰 벌점을 줍니다.",
        "The square root of the mean squared difference between prediction and truth. It has the unit of the truth and weighs large misses more.",
    ],
    score: |_, input| mean_square(input, |t, p| t - p).map(root),
    ..Entry::ERROR
};

pub(in crate::metric) const RMSLE: Entry = Entry {
    id: "rmsle",
    name: ["RMSLE(로그 평균 제곱근 오차)", "RMSLE (root mean squared logarithmic error)"],
    formula: r"\mathrm{RMSLE} = \sqrt{\frac{1}{n} \sum_{i=1}^{n} \left( \ln(1 + y_i) - \ln(1 + \hat{y}_i) \right)^2}",
    explanation: [
        "예측값과 실제 값에 1을 더해 로그를 취한 뒤 구한 RMSE입니다. 차이보다 비율을 보므로 값의 크기가 제각각일 때 쓰며, 음수에는 쓸 수 없습니다.",
        "The RMSE of the logarithms of one plus each value. It judges ratios rather than differences, for values of very different size, and takes no negative ones.",
    ],
    not_negative: true,
    check: |_, truth| none_negative(numbers(truth)?),
    score: |_, input| {
        none_negative(numbers(input.prediction)?)?;
        mean_square(input, |t, p| t.ln_1p() - p.ln_1p()).map(root)
    },
    ..Entry::ERROR
};

pub(in crate::metric) const R2: Entry = Entry {
    id: "r2",
    name: ["결정계수(R²)", "Coefficient of determination (R²)"],
    direction: Direction::Higher,
    range: Range { low: None, high: Some(1.0) },
    formula: r"R^2 = 1 - \frac{\sum_{i=1}^{n} \left( y_i - \hat{y}_i \right)^2}{\sum_{i=1}^{n} \left( y_i - \bar{y} \right)^2}",
    explanation: [
        "실제 값의 흩어짐 가운데 예측이 설명하는 비율입니다. 1은 완벽한 예측이고, 0은 언제나 평균을 예측한 것과 같으며, 음수는 그보다 못하다는 뜻입니다.",
        "The share of the truth's variance that the prediction explains. 1 is perfect, 0 is as good as always predicting the mean, and below 0 is worse than that.",
    ],
    check: |_, truth| if varies(numbers(truth)?, None) { Ok(()) } else { Err(Problem::ConstantTruth) },
    score: |_, input| r2(input),
    ..Entry::ERROR
};

/// The weighted mean square of `difference(truth, prediction)` in units of a scale, and that scale: squares of very large or very
/// small numbers leave the range of f64.
fn mean_square(input: Input<'_>, difference: impl Fn(f64, f64) -> f64) -> Result<(f64, f64), Problem> {
    let (truth, prediction) = number_pairs(input)?;
    let differences = || truth.iter().zip(prediction).map(|(&t, &p)| difference(t, p));
    let scale = scale(differences(), input.weights);
    Ok((scale, mean(differences().map(|difference| (difference / scale).powi(2)), input.weights)))
}

fn root((scale, mean): (f64, f64)) -> f64 {
    scale * mean.sqrt()
}

fn r2(input: Input<'_>) -> Result<f64, Problem> {
    let (truth, prediction) = number_pairs(input)?;
    // Rows of weight zero are not there.
    if !varies(truth, input.weights) {
        return Err(Problem::ConstantTruth);
    }
    let center = mean(truth.iter().copied(), input.weights);
    let left = || truth.iter().zip(prediction).map(|(t, p)| t - p);
    let all = || truth.iter().map(|t| t - center);
    let (left_scale, all_scale) = (scale(left(), input.weights), scale(all(), input.weights));
    let left = mean(left().map(|difference| (difference / left_scale).powi(2)), input.weights);
    // The rounding of the mean is taken out again.
    let shift = mean(all().map(|deviation| deviation / all_scale), input.weights);
    let all = mean(all().map(|deviation| (deviation / all_scale).powi(2)), input.weights) - shift * shift;
    Ok(1.0 - left / all * (left_scale / all_scale).powi(2))
}

/// Whether the rows that count have more than one value.
pub(super) fn varies(numbers: &[f64], weights: Option<&[f64]>) -> bool {
    let counts = |row: usize| weights.is_none_or(|weights| weights.get(row).is_some_and(|&weight| weight > 0.0));
    let mut counted = numbers.iter().enumerate().filter(|(row, _)| counts(*row)).map(|(_, number)| number);
    counted.next().is_some_and(|first| counted.any(|number| number - first != 0.0))
}

fn none_negative(numbers: &[f64]) -> Result<(), Problem> {
    if numbers.iter().any(|&number| number < 0.0) { Err(Problem::Negative) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Metric, MetricError, Params};
    use crate::values::Values;

    fn score(metric: &Entry, truth: &[f64], prediction: &[f64], weights: Option<&[f64]>) -> Result<f64, MetricError> {
        let column = |numbers: &[f64]| [Values::Numbers(numbers.to_vec())];
        let (truth, prediction) = (column(truth), column(prediction));
        metric.score(&Params::default(), Input { weights, ..Input::new(&truth, &prediction) })
    }

    fn rmse(truth: &[f64], prediction: &[f64]) -> Result<f64, MetricError> {
        score(&RMSE, truth, prediction, None)
    }

    #[test]
    fn the_error_of_a_known_case_is_right() {
        assert_eq!(rmse(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0]), Ok(0.375_f64.sqrt()));
        assert_eq!(score(&MSE, &[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0], None), Ok(0.375));
        assert_eq!(rmse(&[1.0, 2.0], &[1.0, 2.0]), Ok(0.0));
    }

    #[test]
    fn very_large_and_very_small_errors_do_not_vanish() {
        assert_eq!(rmse(&[0.0, 0.0], &[1e300, 1e300]), Ok(1e300));
        assert_eq!(rmse(&[0.0], &[1e-300]), Ok(1e-300));
        assert_eq!(rmse(&[0.0], &[5e-324]), Ok(5e-324));
        let tiny = score(&R2, &[0.0, 2e-300], &[1e-300, 2e-300], None);
        assert_eq!((tiny, score(&R2, &[0.0, 2e200], &[1e200, 2e200], None)), (Ok(0.5), Ok(0.5)));
    }

    #[test]
    fn a_row_that_weighs_nothing_changes_nothing_however_large_its_error_is() {
        let weights = Some([1.0, 1.0, 0.0].as_slice());
        for huge in [1e3, 1e154, 1e200] {
            let (truth, prediction) = ([1.0, 2.0, 3.0], [2.0, 4.0, huge]);
            assert_eq!(score(&MSE, &truth, &prediction, weights), Ok(2.5));
            assert_eq!(score(&RMSE, &truth, &prediction, weights), Ok(2.5_f64.sqrt()));
            assert_eq!(score(&R2, &truth, &prediction, weights), Ok(-9.0));
            assert_eq!(score(&R2, &[1.0, 2.0, huge], &[2.0, 4.0, 3.0], weights), Ok(-9.0));
        }
    }

    #[test]
    fn a_score_beyond_every_number_is_an_error() {
        assert_eq!(rmse(&[-1e308], &[1.7e308]).unwrap_err().problem, Problem::Overflow);
        assert_eq!(score(&MSE, &[0.0], &[1e200], None).unwrap_err().problem, Problem::Overflow);
    }

    #[test]
    fn no_rows_and_uneven_rows_are_errors() {
        assert_eq!(rmse(&[], &[]).unwrap_err().problem, Problem::NoRows);
        assert_eq!(rmse(&[1.0], &[1.0, 2.0]).unwrap_err().problem, Problem::WrongColumns);
    }

    #[test]
    fn a_truth_of_one_value_has_no_r2_even_where_only_weights_make_it_so() {
        assert_eq!(score(&R2, &[0.1; 3], &[0.0, 1.0, 2.0], None).unwrap_err().problem, Problem::ConstantTruth);
        let weights = Some([1.0, 1.0, 0.0].as_slice());
        let error = score(&R2, &[0.1, 0.1, 7.0], &[0.0, 1.0, 2.0], weights).unwrap_err();
        assert_eq!(error.problem, Problem::ConstantTruth);
    }

    #[test]
    fn logarithms_of_negative_numbers_are_refused_on_either_side() {
        assert_eq!(score(&RMSLE, &[-0.5], &[1.0], None).unwrap_err().problem, Problem::Negative);
        assert_eq!(score(&RMSLE, &[0.5], &[-1.0], None).unwrap_err().problem, Problem::Negative);
        assert_eq!(score(&RMSLE, &[0.0], &[std::f64::consts::E - 1.0], None), Ok(1.0));
    }
}
