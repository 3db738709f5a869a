//! Overlap of run-length encoded masks, a case a row; the score is the mean over the cases.

use super::{MASKS, mask_pairs};
use crate::metric::Input;
use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::sum::mean;
use crate::runs::{Run, runs};

pub(in crate::metric) const DICE: Entry = Entry {
    id: "dice",
    name: ["다이스 계수", "Dice coefficient"],
    formula: r"\mathrm{Dice} = \frac{1}{n} \sum_{i=1}^{n} \frac{2 \left| A_i \cap B_i \right|}{\left| A_i \right| + \left| B_i \right|}",
    explanation: [
        "예측 마스크와 정답 마스크가 겹치는 넓이의 두 배를 두 넓이의 합으로 나누어 평균한 값입니다. 두 마스크가 모두 비어 있으면 1로 칩니다.",
        "Twice the area that predicted and true mask share over the sum of their areas, averaged over the cases. Where both are empty it counts 1.",
    ],
    score: |_, input| mean_overlap(input, |area| 2.0 * area.both as f64 / (area.truth + area.predicted) as f64),
    ..MASKS
};

pub(in crate::metric) const IOU: Entry = Entry {
    id: "iou",
    name: ["IoU(자카드 지수)", "IoU (intersection over union)"],
    formula: r"\mathrm{IoU} = \frac{1}{n} \sum_{i=1}^{n} \frac{\left| A_i \cap B_i \right|}{\left| A_i \cup B_i \right|}",
    explanation: [
        "예측 마스크와 정답 마스크가 겹치는 넓이를 둘을 합친 넓이로 나누어 평균한 값입니다. 두 마스크가 모두 비어 있으면 1로 칩니다.",
        "The area that predicted and true mask share over the area they cover together, averaged over the cases. Where both are empty it counts 1.",
    ],
    score: |_, input| mean_overlap(input, |area| area.both as f64 / (area.truth + area.predicted - area.both) as f64),
    ..MASKS
};

/// Pixels of the true mask, of the predicted one, of both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Area {
    truth: u64,
    predicted: u64,
    both: u64,
}

/// The weighted mean of a ratio of areas; 1 where both masks are empty.
fn mean_overlap(input: Input<'_>, ratio: fn(Area) -> f64) -> Result<f64, Problem> {
    let (truth, prediction) = mask_pairs(input)?;
    let ratios: Vec<f64> = truth
        .iter()
        .zip(prediction.iter())
        .map(|(truth, prediction)| {
            let area = overlap(runs(truth), runs(prediction));
            if area.truth + area.predicted == 0 { 1.0 } else { ratio(area) }
        })
        .collect();
    Ok(mean(ratios.into_iter(), input.weights))
}

/// Goes through both masks run by run; no pixel is unfolded.
fn overlap(truth: impl Iterator<Item = Run>, prediction: impl Iterator<Item = Run>) -> Area {
    let (mut true_pixels, mut predicted_pixels, mut both) = (0, 0, 0);
    let mut truth = truth.inspect(|run| true_pixels += run.end - run.start);
    let mut prediction = prediction.inspect(|run| predicted_pixels += run.end - run.start);
    let (mut t, mut p) = (truth.next(), prediction.next());
    while let (Some(a), Some(b)) = (t, p) {
        both += a.end.min(b.end).saturating_sub(a.start.max(b.start));
        if a.end <= b.end {
            t = truth.next();
        } else {
            p = prediction.next();
        }
    }
    // What is left of either still has an area.
    truth.for_each(drop);
    prediction.for_each(drop);
    Area { truth: true_pixels, predicted: predicted_pixels, both }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Metric, MetricError, Params};
    use crate::values::Values;

    fn score(metric: &Entry, rows: &[(&str, &str)]) -> Result<f64, MetricError> {
        let truth = Values::Texts(rows.iter().map(|row| row.0).collect());
        let prediction = Values::Texts(rows.iter().map(|row| row.1).collect());
        metric.score(&Params::default(), Input::new(&[truth], &[prediction]))
    }

    #[test]
    fn areas_are_counted_over_all_runs_of_both() {
        let area = |a: &'static str, b: &'static str| {
            let area = overlap(runs(a), runs(b));
            (area.truth, area.predicted, area.both)
        };
        assert_eq!(area("1 5 10 2 100 7", "3 8"), (14, 8, 4));
        assert_eq!(area("3 8", "1 5 10 2 100 7"), (8, 14, 4));
        assert_eq!(area("-", "1 5 10 2"), (0, 7, 0));
        assert_eq!(area("1 3 4 2", "1 5"), (5, 5, 5));
    }

    #[test]
    fn overlap_is_relative_to_both_masks() {
        assert_eq!(score(&DICE, &[("1 4", "3 4")]), Ok(0.5));
        assert_eq!(score(&IOU, &[("1 4", "3 4")]), Ok(1.0 / 3.0));
    }

    #[test]
    fn two_empty_masks_agree_and_one_empty_mask_does_not() {
        for metric in [&DICE, &IOU] {
            assert_eq!(score(metric, &[("-", "-")]), Ok(1.0));
            assert_eq!(score(metric, &[("-", "1 1"), ("1 1", "-")]), Ok(0.0));
        }
    }

    #[test]
    fn uneven_rows_are_an_error() {
        let masks = |rows: &[&str]| [Values::Texts(rows.iter().collect())];
        let error = DICE.score(&Params::default(), Input::new(&masks(&["-"]), &masks(&["-", "-"]))).unwrap_err();
        assert_eq!(error.problem, Problem::WrongColumns);
        assert_eq!(score(&DICE, &[]).unwrap_err().problem, Problem::NoRows);
    }
}
