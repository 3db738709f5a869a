//! Average precision of events in series.

use super::entry::Entry;
use super::error::Problem;
use super::sum::{Sum, mean};
use super::{Allowed, Direction, Input, Param, Params, Range, Task};
use crate::values::Values;

/// Event detection AP, as in Kaggle's contests of sleep states and of football actions (average precision over tolerances, then
/// classes), here of intervals and also by their overlap, as in `ActivityNet` (Caba Heilbron and others, CVPR 2015).
///
/// Of each class with events in the truth, at each threshold: predictions by falling score (then by series, onset and offset)
/// each take the best event of their series that is still free and within the threshold: by `iou` the one of the largest
/// intersection over union, by `tolerance` the one whose onset and offset are nearest (the larger of both distances counts);
/// among equals the earliest. Average precision is the sum over the distinct scores of precision there times the recall won
/// there, without interpolation. The score is the mean over thresholds, then over classes.
pub(super) const EVENT_AP: Entry = Entry {
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

#[derive(Clone, Copy)]
struct Event {
    class: u32,
    series: u32,
    onset: f64,
    offset: f64,
    /// 0 in the truth.
    score: f64,
}

/// How an event is judged to be near another: more is nearer.
#[derive(Clone, Copy)]
struct Near {
    by: By,
    /// The lowest threshold.
    least: f64,
}

#[derive(Clone, Copy)]
enum By {
    /// Intersection over union.
    Overlap,
    /// The larger of the distances of onset and offset, below zero.
    Distance,
}

/// An event of the truth that a prediction may take, and how near it is.
struct Candidate {
    nearness: f64,
    truth: usize,
}

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

fn mean_precision(params: &Params, input: Input<'_>) -> Result<f64, Problem> {
    if !same_names(input) || input.prediction.len() != 5 {
        return Err(Problem::WrongColumns);
    }
    let (mut truth, mut prediction) = (events(input.truth)?, events(input.prediction)?);
    let by_place = |a: &Event, b: &Event| {
        a.series.cmp(&b.series).then(a.onset.total_cmp(&b.onset)).then(a.offset.total_cmp(&b.offset))
    };
    truth.sort_unstable_by(|a, b| a.class.cmp(&b.class).then_with(|| by_place(a, b)));
    prediction.sort_unstable_by(|a, b| {
        a.class.cmp(&b.class).then_with(|| b.score.total_cmp(&a.score)).then_with(|| by_place(a, b))
    });
    let (by, thresholds) = if params.get("match") == TOLERANCE {
        (By::Distance, params.numbers(TOLERANCE).iter().map(|tolerance| -tolerance).collect())
    } else {
        (By::Overlap, params.numbers(IOU))
    };
    // Events that miss every threshold are not worth remembering.
    let near = Near { by, least: thresholds.iter().copied().fold(f64::INFINITY, f64::min) };
    let classes = truth.chunk_by(|a, b| a.class == b.class).map(|truth| {
        let class = truth.first().map_or(0, |event| event.class);
        let begin = prediction.partition_point(|event| event.class < class);
        let end = prediction.partition_point(|event| event.class <= class);
        let prediction = prediction.get(begin..end).unwrap_or_default();
        let candidates = candidates(truth, prediction, near);
        let precision = |&threshold: &f64| average_precision(truth.len(), prediction, &candidates, threshold);
        mean(thresholds.iter().map(precision), None)
    });
    let classes: Vec<f64> = classes.collect();
    Ok(mean(classes.into_iter(), None))
}

/// For each prediction the events of its series that it may take, nearest first.
fn candidates(truth: &[Event], prediction: &[Event], near: Near) -> Vec<Vec<Candidate>> {
    // The latest end so far in each series: it says how far back an event can still reach.
    let mut reach: Vec<f64> = truth.iter().map(|event| event.offset).collect();
    for at in 1..truth.len() {
        if truth[at].series == truth[at - 1].series {
            reach[at] = reach[at].max(reach[at - 1]);
        }
    }
    let of = |event: &Event| {
        // No event that begins later can be near; rounded up, as each is judged again.
        let latest = match near.by {
            By::Overlap => event.offset,
            By::Distance => (event.onset - near.least).next_up(),
        };
        let begin = truth.partition_point(|other| other.series < event.series);
        let end = truth.partition_point(|other| (other.series, other.onset) <= (event.series, latest));
        let mut found = Vec::new();
        for at in (begin..end).rev() {
            let other = &truth[at];
            let out_of_reach = match near.by {
                By::Overlap => reach[at] < event.onset,
                By::Distance => event.onset - other.onset > -near.least,
            };
            if out_of_reach {
                break;
            }
            let nearness = nearness(event, other, near.by);
            if nearness >= near.least {
                found.push(Candidate { nearness, truth: at });
            }
        }
        found.sort_unstable_by(|a, b| b.nearness.total_cmp(&a.nearness).then(a.truth.cmp(&b.truth)));
        found
    };
    prediction.iter().map(of).collect()
}

fn nearness(a: &Event, b: &Event, by: By) -> f64 {
    match by {
        By::Distance => -(a.onset - b.onset).abs().max((a.offset - b.offset).abs()),
        By::Overlap => {
            let both = (a.offset.min(b.offset) - a.onset.max(b.onset)).max(0.0);
            let either = (a.offset - a.onset) + (b.offset - b.onset) - both;
            // Two points in time are the same or not.
            if either == 0.0 { f64::from(a.onset.total_cmp(&b.onset).is_eq()) } else { both / either }
        }
    }
}

/// `prediction` by falling score, each with its candidates; `events` of the truth are to be found.
fn average_precision(events: usize, prediction: &[Event], candidates: &[Vec<Candidate>], threshold: f64) -> f64 {
    let mut taken = vec![false; events];
    let mut hits = prediction.iter().zip(candidates).map(|(event, candidates)| {
        let free = candidates.iter().take_while(|near| near.nearness >= threshold).find(|near| !taken[near.truth]);
        let hit = free.map(|near| taken[near.truth] = true).is_some();
        (event.score, hit)
    });
    let (mut found, mut called) = (0_u64, 0_u64);
    let mut precision = Sum::default();
    let mut next = hits.next();
    while let Some((score, _)) = next {
        let before = found;
        // Equal scores are one step.
        while let Some((_, hit)) = next.filter(|(same, _)| same.total_cmp(&score).is_eq()) {
            found += u64::from(hit);
            called += 1;
            next = hits.next();
        }
        precision.add((found - before) as f64 * (found as f64 / called as f64));
    }
    precision.value() / events as f64
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
    fn without_events_there_is_no_score() {
        assert_eq!(score(&iou("0.5"), &[], &TRUTH).unwrap_err().problem, Problem::NoEvents);
    }
}
