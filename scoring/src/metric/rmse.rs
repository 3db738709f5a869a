//! Root mean squared error.

use super::error::MetricError;
use super::sum::mean;
use super::{Direction, Input, Metric, Params, Range, Task, finite, number_pairs, numbers};
use crate::lang::Lang;
use crate::values::Values;

pub(super) struct Rmse;

impl Metric for Rmse {
    fn id(&self) -> &'static str {
        "rmse"
    }

    fn name(&self, lang: Lang) -> &'static str {
        lang.pick("RMSE(평균 제곱근 오차)", "RMSE (root mean squared error)")
    }

    fn direction(&self) -> Direction {
        Direction::Lower
    }

    fn task(&self) -> Task {
        Task::Number
    }

    fn range(&self) -> Range {
        Range::POSITIVE
    }

    fn formula(&self) -> &'static str {
        r"\mathrm{RMSE} = \sqrt{\frac{1}{n} \sum_{i=1}^{n} \left( y_i - \hat{y}_i \right)^2}"
    }

    fn explanation(&self, lang: Lang) -> &'static str {
        lang.pick(
            "예측값과 실제 값의 차이를 제곱해 평균한 뒤 제곱근을 취한 값입니다. 단위가 실제 값과 같고, 크게 벗어난 예측에 더 큰 벌점을 줍니다.",
            "The square root of the mean squared difference between prediction and truth. It has the unit of the truth and weighs large misses more.",
        )
    }

    fn takes_weights(&self) -> bool {
        true
    }

    fn check(&self, _params: &Params, truth: &[Values]) -> Result<(), MetricError> {
        numbers(truth)?;
        Ok(())
    }

    fn score(&self, _params: &Params, input: Input<'_>) -> Result<f64, MetricError> {
        let (truth, prediction) = number_pairs(input)?;
        let differences = || truth.iter().zip(prediction).map(|(t, p)| t - p);
        let largest = differences().fold(0.0_f64, |largest, difference| largest.max(difference.abs()));
        // Squares of very large or very small differences leave the range of f64: scale them first.
        let scale = if largest == 0.0 || (1e-140..1e140).contains(&largest) { 1.0 } else { largest };
        let squares = mean(differences().map(|difference| (difference / scale).powi(2)), input.weights);
        let score = scale * squares.sqrt();
        finite(score)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Problem;

    fn rmse(truth: &[f64], prediction: &[f64]) -> Result<f64, MetricError> {
        let column = |numbers: &[f64]| [Values::Numbers(numbers.to_vec())];
        Rmse.score(&Params::default(), Input::new(&column(truth), &column(prediction)))
    }

    #[test]
    fn the_error_of_a_known_case_is_right() {
        assert_eq!(rmse(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0]), Ok(0.375_f64.sqrt()));
        assert_eq!(rmse(&[1.0, 2.0], &[1.0, 2.0]), Ok(0.0));
    }

    #[test]
    fn very_large_and_very_small_errors_do_not_vanish() {
        assert_eq!(rmse(&[0.0, 0.0], &[1e300, 1e300]), Ok(1e300));
        assert_eq!(rmse(&[0.0], &[1e-300]), Ok(1e-300));
    }

    #[test]
    fn a_score_beyond_every_number_is_an_error() {
        assert_eq!(rmse(&[-1e308], &[1.7e308]).unwrap_err().problem, Problem::Overflow);
    }

    #[test]
    fn no_rows_and_uneven_rows_are_errors() {
        assert_eq!(rmse(&[], &[]).unwrap_err().problem, Problem::NoRows);
        assert_eq!(rmse(&[1.0], &[1.0, 2.0]).unwrap_err().problem, Problem::WrongColumns);
    }
}
