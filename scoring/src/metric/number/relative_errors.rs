//! Errors relative to the size of the values.

use crate::metric::entry::Entry;
use crate::metric::sum::{mean, scale};
use crate::metric::{Range, number_pairs};

/// As scikit-learn: a truth of zero divides by the smallest step of f64 at 1.
pub(in crate::metric) const MAPE: Entry = Entry {
    id: "mape",
    name: ["MAPE(평균 절대 백분율 오차)", "MAPE (mean absolute percentage error)"],
    formula: r"\mathrm{MAPE} = \frac{1}{n} \sum_{i=1}^{n} \frac{\left| y_i - \hat{y}_i \right|}{\max\left( \epsilon, \left| y_i \right| \right)}",
    explanation: [
        "차이(절댓값)를 실제 값의 크기로 나누어 평균한 비율로, 0.1은 10%를 뜻합니다. 실제 값이 0에 가까우면 점수가 매우 커질 수 있습니다.",
        "The mean absolute difference relative to the size of the truth, as a fraction: 0.1 means 10%. It can become very large where the truth is near zero.",
    ],
    score: |_, input| {
        let (truth, prediction) = number_pairs(input)?;
        let relative = |(t, p): (&f64, &f64)| (t - p).abs() / t.abs().max(f64::EPSILON);
        Ok(mean(truth.iter().zip(prediction).map(relative), input.weights))
    },
    ..Entry::ERROR
};

/// As in the M4 competition, but as a fraction and not in percent (Makridakis, Spiliotis and Assimakopoulos, International
/// Journal of Forecasting 36, 2020); a row where both are zero is a right one.
pub(in crate::metric) const SMAPE: Entry = Entry {
    id: "smape",
    name: ["sMAPE(대칭 평균 절대 백분율 오차)", "sMAPE (symmetric mean absolute percentage error)"],
    range: Range { low: Some(0.0), high: Some(2.0) },
    formula: r"\mathrm{sMAPE} = \frac{1}{n} \sum_{i=1}^{n} \frac{2 \left| y_i - \hat{y}_i \right|}{\left| y_i \right| + \left| \hat{y}_i \right|}",
    explanation: [
        "차이(절댓값)를 실제 값과 예측값의 평균 크기로 나누어 평균한 비율입니다. 0과 2 사이의 값이며, 둘 다 0인 행의 오차는 0으로 봅니다.",
        "The mean absolute difference relative to the mean size of truth and prediction. It lies between 0 and 2, and a row where both are zero counts as 0.",
    ],
    score: |_, input| {
        let (truth, prediction) = number_pairs(input)?;
        // In units of the larger, so that neither the sum nor the difference can overflow.
        let relative = |(&t, &p): (&f64, &f64)| {
            let unit = scale([t, p].into_iter(), None);
            let size = (t / unit).abs() + (p / unit).abs();
            if size == 0.0 { 0.0 } else { 2.0 * (t / unit - p / unit).abs() / size }
        };
        Ok(mean(truth.iter().zip(prediction).map(relative), input.weights))
    },
    ..Entry::ERROR
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Input, Metric, MetricError, Params, Problem};
    use crate::values::Values;

    fn score(metric: &Entry, truth: &[f64], prediction: &[f64]) -> Result<f64, MetricError> {
        let column = |numbers: &[f64]| [Values::Numbers(numbers.to_vec())];
        metric.score(&Params::default(), Input::new(&column(truth), &column(prediction)))
    }

    #[test]
    fn half_of_the_truth_is_half_an_error() {
        assert_eq!(score(&MAPE, &[2.0, -4.0], &[1.0, -6.0]), Ok(0.5));
        assert_eq!(score(&MAPE, &[0.0], &[f64::EPSILON]), Ok(1.0));
        assert_eq!(score(&MAPE, &[0.0], &[1e300]).unwrap_err().problem, Problem::Overflow);
    }

    #[test]
    fn a_symmetric_error_lies_between_zero_and_two_whatever_the_size() {
        assert_eq!(score(&SMAPE, &[3.0], &[1.0]), Ok(1.0));
        assert_eq!(score(&SMAPE, &[0.0, 0.0], &[0.0, 5.0]), Ok(1.0));
        assert_eq!(score(&SMAPE, &[1.7e308], &[-1.7e308]), Ok(2.0));
        assert_eq!(score(&SMAPE, &[5e-324], &[0.0]), Ok(2.0));
    }
}
