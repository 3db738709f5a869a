//! Average precision of events in series.

use super::matched::{Event, Matched, Near};
use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::{Allowed, Direction, Input, Param, Params, Range, Task};
use crate::values::Values;

/// Event detection AP, as in Kaggle's contests of sleep states and of football actions (average precision over tolerances, then
/// classes), here of intervals and also by their overlap, as in `ActivityNet` (Caba Heilbron and others, CVPR 2015).
///
/// Of each class with events in the truth, at each threshold: predictions by falling score (then by series, onset and offset)
/// each take the best event of their series that is still free and within the threshold: by `iou` the one of the largest
/// intersection over union, by `tolerance` the one whose onset and offset are nearest (the larger of both distances counts);
/// among equals the earliest. Average precision is the sum over the distinct scores of precision there times the recall won
/// there, without interpolation. The score is the mean over thresholds, then over classes.
pub(in crate::metric) const EVENT_AP: Entry = Entry {
    id: "event_ap",
    name: ["이벤트 검출 AP", "Event detection AP"],
    direction: Direction::Higher,
    task: Task::Events,
    params: &[
        Param { id: "match", default: IOU, allowed: Allowed::OneOf(&[IOU, TOLERANCE]) },
        Param {
            id: IOU,
            default: "0.5 0.55 0.6 0.65 0.7 0.75 0.8 0.85 0.9 0.95",
            allowed: Allowed::Numbers { low: 0.01, high: 1.0 },
        },
        Param { id: TOLERANCE, default: "1", allowed: Allowed::Numbers { low: 0.0, high: 1e12 } },
    ],
    range: Range::UNIT,
    notes: [
        "종류와 기준값마다, 점수가 높은 예측부터(같으면 시리즈, 시작, 끝 순서로) 그 시리즈에서 아직 짝이 없고 기준에 드는 실제 구간 가운데 가장 가까운 것과 맺습니다. iou에서는 겹친 비율이 가장 큰 것, tolerance에서는 시작과 끝의 차이 가운데 큰 쪽이 가장 작은 것이 가깝고, 같으면 먼저 시작하는 것입니다. 점수가 같은 예측은 한 단계로 치고 보간하지 않으며, 실제 구간이 없는 종류는 세지 않습니다.",
        "For each kind and threshold, predictions by falling score (then by series, onset, offset) each take the nearest true event of their series that is still free and within the threshold: with iou the largest overlap, with tolerance the smallest value of the larger difference of onset and offset; among equals the earliest. Equal scores are one step, nothing is interpolated, and kinds without a true event do not count.",
    ],
    formula: r"\mathrm{AP} = \frac{1}{|C|} \sum_{c \in C} \frac{1}{|T|} \sum_{\tau \in T} \sum_{k} \left( R_{c\tau}(k) - R_{c\tau}(k - 1) \right) P_{c\tau}(k)",
    explanation: [
        "예측한 구간을 점수가 높은 것부터 아직 짝이 없는 실제 구간과 맺어 가며 평균 정밀도를 구하고, 기준값과 이벤트 종류에 걸쳐 평균합니다. match가 iou이면 겹친 비율이, tolerance이면 시작과 끝의 차이가 기준값 안에 들어야 짝이 됩니다.",
        "Predicted intervals, highest score first, are paired with true ones that are still free, and the average precision is averaged over thresholds and kinds of events. With match=iou the overlap must reach the threshold, with match=tolerance onset and offset must lie within it.",
    ],
    takes_weights: false,
    check: |_, truth| if events(truth)?.is_empty() { Err(Problem::NoEvents) } else { Ok(()) },
    score: mean_precision,
    ..Entry::ERROR
};

const IOU: &str = "iou";
const TOLERANCE: &str = "tolerance";

fn events(columns: &[Values]) -> Result<Vec<Event>, Problem> {
    let (series, classes, onsets, offsets, scores) = match columns {
        [
            Values::Labels { codes: series, .. },
            Values::Labels { codes, .. },
            Values::Numbers(onsets),
            Values::Numbers(offsets),
            rest @ ..,
        ] => {
            let scores = match rest {
                [] => None,
                [Values::Numbers(scores)] => Some(scores),
                _ => return Err(Problem::WrongColumns),
            };
            (series, codes, onsets, offsets, scores)
        }
        _ => return Err(Problem::WrongColumns),
    };
    if columns.iter().any(|values| values.len() != series.len()) {
        return Err(Problem::WrongColumns);
    }
    let times = onsets.iter().zip(offsets);
    let events =
        series.iter().zip(classes).zip(times).enumerate().map(|(row, ((&series, &class), (&onset, &offset)))| {
            let score = scores.and_then(|scores| scores.get(row)).copied().unwrap_or(0.0);
            Event { class, series, onset: onset + 0.0, offset: offset + 0.0, score: score + 0.0 }
        });
    Ok(events.collect())
}

/// Whether series and kinds of events mean the same on both sides.
fn same_names(input: Input<'_>) -> bool {
    input.truth.iter().zip(input.prediction).take(2).all(|pair| match pair {
        (Values::Labels { classes: a, .. }, Values::Labels { classes: b, .. }) => a == b,
        _ => false,
    })
}

/// The average precision of every series counting once.
fn mean_precision(params: &Params, input: Input<'_>) -> Result<f64, Problem> {
    matched(params, input)?.mean_precision(|_| 1).ok_or(Problem::NoEvents)
}

/// The events of both sides with their pairs.
pub(in crate::metric) fn matched(params: &Params, input: Input<'_>) -> Result<Matched, Problem> {
    if !same_names(input) || input.prediction.len() != 5 {
        return Err(Problem::WrongColumns);
    }
    let near = if params.get("match") == TOLERANCE {
        Near::distance(&params.numbers(TOLERANCE))
    } else {
        Near::overlap(params.numbers(IOU))
    };
    Ok(Matched::new(events(input.truth)?, events(input.prediction)?, &near))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{MetricError, MetricSpec};

    /// Series and kind by number, onset, offset, score.
    type Row = (u32, u32, f64, f64, f64);

    fn columns(rows: &[Row], with_score: bool) -> Vec<Values> {
        let labels = |codes: Vec<u32>| {
            let classes = (0..4).map(|name: u32| name.to_string()).collect();
            Values::Labels { classes, codes }
        };
        let numbers = |of: fn(&Row) -> f64| Values::Numbers(rows.iter().map(of).collect());
        let mut columns = vec![
            labels(rows.iter().map(|row| row.0).collect()),
            labels(rows.iter().map(|row| row.1).collect()),
            numbers(|row| row.2),
            numbers(|row| row.3),
        ];
        columns.extend(with_score.then(|| numbers(|row| row.4)));
        columns
    }

    fn score(spec: &MetricSpec, truth: &[Row], prediction: &[Row]) -> Result<f64, MetricError> {
        let (metric, params) = spec.resolve().unwrap();
        metric.score(&params, Input::new(&columns(truth, false), &columns(prediction, true)))
    }

    fn iou(thresholds: &str) -> MetricSpec {
        MetricSpec::new("event_ap").with("iou", thresholds)
    }

    fn tolerance(tolerances: &str) -> MetricSpec {
        MetricSpec::new("event_ap").with("match", "tolerance").with("tolerance", tolerances)
    }

    const TRUTH: [Row; 2] = [(0, 0, 0.0, 10.0, 0.0), (1, 0, 5.0, 15.0, 0.0)];

    #[test]
    fn every_event_found_and_nothing_else_is_perfect() {
        assert_eq!(score(&iou("0.5 0.95"), &TRUTH, &TRUTH), Ok(1.0));
        assert_eq!(score(&tolerance("0 3"), &TRUTH, &TRUTH), Ok(1.0));
        assert_eq!(score(&iou("0.5"), &TRUTH, &[]), Ok(0.0));
    }

    #[test]
    fn the_overlap_must_reach_the_threshold() {
        // Eight of twelve.
        let prediction = [(0, 0, 2.0, 12.0, 1.0)];
        assert_eq!(score(&iou("0.66"), &TRUTH[..1], &prediction), Ok(1.0));
        assert_eq!(score(&iou("0.67"), &TRUTH[..1], &prediction), Ok(0.0));
        assert_eq!(score(&iou("0.66 0.67"), &TRUTH[..1], &prediction), Ok(0.5));
        assert_eq!(score(&tolerance("1 2"), &TRUTH[..1], &prediction), Ok(0.5));
    }

    #[test]
    fn an_event_in_another_series_or_of_another_kind_is_no_match() {
        assert_eq!(score(&iou("0.5"), &TRUTH[..1], &[(1, 0, 0.0, 10.0, 1.0)]), Ok(0.0));
        assert_eq!(score(&iou("0.5"), &TRUTH[..1], &[(0, 1, 0.0, 10.0, 1.0)]), Ok(0.0));
    }

    #[test]
    fn an_event_can_be_found_only_once_and_a_second_call_costs_precision() {
        let twice = [(0, 0, 0.0, 10.0, 0.9), (0, 0, 0.0, 10.0, 0.8), (1, 0, 5.0, 15.0, 0.7)];
        assert_eq!(score(&iou("0.5"), &TRUTH, &twice), Ok(0.5 + 0.5 * (2.0 / 3.0)));
        let tied = twice.map(|row| (row.0, row.1, row.2, row.3, 0.5));
        assert_eq!(score(&iou("0.5"), &TRUTH, &tied), Ok(2.0 / 3.0));
    }

    #[test]
    fn points_in_time_match_when_they_are_the_same() {
        let point = [(0, 0, 3.0, 3.0, 0.0)];
        assert_eq!(score(&iou("0.5"), &point, &[(0, 0, 3.0, 3.0, 1.0)]), Ok(1.0));
        assert_eq!(score(&iou("0.5"), &point, &[(0, 0, 4.0, 4.0, 1.0)]), Ok(0.0));
        assert_eq!(score(&tolerance("1"), &point, &[(0, 0, 4.0, 4.0, 1.0)]), Ok(1.0));
    }

    #[test]
    fn times_of_any_size_overlap() {
        let long = [(0, 0, -1e308, 1e308, 1.0)];
        assert_eq!(score(&iou("0.5"), &long, &long), Ok(1.0));
        assert_eq!(score(&iou("0.5"), &long, &[(0, 0, 0.0, 1e308, 1.0)]), Ok(1.0));
        assert_eq!(score(&iou("0.6"), &long, &[(0, 0, 0.0, 1e308, 1.0)]), Ok(0.0));
    }

    #[test]
    fn without_events_there_is_no_score() {
        assert_eq!(score(&iou("0.5"), &[], &TRUTH).unwrap_err().problem, Problem::NoEvents);
    }
}
