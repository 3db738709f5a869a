//! Log loss: the surprise at the truth under the predicted probabilities.

use super::{PROBABILITIES, Truth};
use crate::metric::entry::Entry;
use crate::metric::sum::mean;
use crate::metric::{Direction, Range};

/// Natural logarithm; probabilities are kept away from 0 and 1 by the distance from 1 to the next number, 2^-52, and rows of
/// several classes are not divided by their sum: as in scikit-learn. Several labels: the mean of theirs.
pub(in crate::metric) const LOG_LOSS: Entry = Entry {
    id: "log_loss",
    name: ["로그 손실", "Log loss"],
    direction: Direction::Lower,
    range: Range::POSITIVE,
    formula: r"\mathrm{LogLoss} = -\frac{1}{n} \sum_{i=1}^{n} \ln p_i(y_i)",
    notes: [
        "확률이 2⁻⁵²보다 작으면 2⁻⁵²로 보므로(scikit-learn과 같습니다) 한 행의 벌점은 36.04를 넘지 않습니다.",
        "A probability below 2⁻⁵² counts as 2⁻⁵², as in scikit-learn, so that a row costs at most 36.04.",
    ],
    explanation: [
        "실제 레이블에 준 확률의 로그를 평균해 부호를 바꾼 값입니다. 확신하고 틀린 예측에 아주 큰 벌점을 주므로 확률이 정직해야 좋은 점수를 얻습니다.",
        "Minus the mean logarithm of the probability given to the true label. Being sure and wrong costs very much, so honest probabilities score best.",
    ],
    score: |params, input| {
        let truth = Truth::of(input.truth, params.get("pos_label"))?;
        let columns = truth.probabilities(input)?;
        let surprise = |p: f64| -p.clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln();
        match truth {
            Truth::Classes { codes, .. } => {
                let terms = codes.iter().enumerate().map(|(row, &code)| surprise(columns[code as usize][row]));
                Ok(mean(terms, input.weights))
            }
            Truth::YesNo(targets) => {
                let losses = targets.iter().zip(&columns).map(|(target, column)| {
                    let is_positive = target.codes.iter().map(|&code| code == target.positive);
                    let terms = is_positive.zip(*column).map(|(yes, &p)| surprise(if yes { p } else { 1.0 - p }));
                    mean(terms, input.weights)
                });
                Ok(mean(losses, None))
            }
        }
    },
    ..PROBABILITIES
};
