//! Events paired with those of the truth, once for all draws of series.

use crate::metric::sum::{Sum, mean};

/// An event in a series, by the codes of both series and kind.
#[derive(Clone, Copy)]
pub(super) struct Event {
    pub(super) class: u32,
    pub(super) series: u32,
    pub(super) onset: f64,
    pub(super) offset: f64,
    /// 0 in the truth.
    pub(super) score: f64,
}

/// How near an event must be to another: more is nearer.
pub(super) struct Near {
    by: By,
    thresholds: Vec<f64>,
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

impl Near {
    pub(super) fn overlap(thresholds: Vec<f64>) -> Self {
        let least = thresholds.iter().copied().fold(f64::INFINITY, f64::min);
        Self { by: By::Overlap, thresholds, least }
    }

    pub(super) fn distance(tolerances: &[f64]) -> Self {
        Self { by: By::Distance, ..Self::overlap(tolerances.iter().map(|tolerance| -tolerance).collect()) }
    }
}

/// The pairs of one team at every threshold. They form within a series, and so stay the same however often a series counts.
#[derive(Debug)]
pub(crate) struct Matched {
    /// One for each class with events in the truth.
    classes: Vec<Class>,
}

#[derive(Debug)]
struct Class {
    /// The series of every true event.
    truth: Vec<u32>,
    /// Score and series of every prediction, by falling score.
    called: Vec<(f64, u32)>,
    /// For each threshold, which predictions found an event.
    hits: Vec<Vec<bool>>,
}

impl Matched {
    pub(super) fn new(mut truth: Vec<Event>, mut prediction: Vec<Event>, near: &Near) -> Self {
        let by_place = |a: &Event, b: &Event| {
            a.series.cmp(&b.series).then(a.onset.total_cmp(&b.onset)).then(a.offset.total_cmp(&b.offset))
        };
        truth.sort_unstable_by(|a, b| a.class.cmp(&b.class).then_with(|| by_place(a, b)));
        prediction.sort_unstable_by(|a, b| {
            a.class.cmp(&b.class).then_with(|| b.score.total_cmp(&a.score)).then_with(|| by_place(a, b))
        });
        let classes = truth.chunk_by(|a, b| a.class == b.class).map(|truth| {
            let class = truth.first().map_or(0, |event| event.class);
            let begin = prediction.partition_point(|event| event.class < class);
            let end = prediction.partition_point(|event| event.class <= class);
            let prediction = prediction.get(begin..end).unwrap_or_default();
            let candidates = candidates(truth, prediction, near);
            Class {
                truth: truth.iter().map(|event| event.series).collect(),
                called: prediction.iter().map(|event| (event.score, event.series)).collect(),
                hits: near.thresholds.iter().map(|&threshold| hits(truth.len(), &candidates, threshold)).collect(),
            }
        });
        Self { classes: classes.collect() }
    }

    /// Average precision, averaged over thresholds and then over classes, where each series counts so many `times`; absent
    /// when no class has an event.
    pub(crate) fn mean_precision(&self, times: impl Fn(u32) -> u32) -> Option<f64> {
        let classes = self.classes.iter().filter_map(|class| class.mean_precision(&times));
        let classes: Vec<f64> = classes.collect();
        (!classes.is_empty()).then(|| mean(classes.into_iter(), None))
    }
}

impl Class {
    fn mean_precision(&self, times: impl Fn(u32) -> u32) -> Option<f64> {
        let events: u64 = self.truth.iter().map(|&series| u64::from(times(series))).sum();
        let calls: Vec<(f64, u64)> =
            self.called.iter().map(|&(score, series)| (score, u64::from(times(series)))).collect();
        let precision = |hits: &Vec<bool>| average_precision(events, &calls, hits);
        (events > 0).then(|| mean(self.hits.iter().map(precision), None))
    }
}

/// An event of the truth that a prediction may take, and how near it is.
struct Candidate {
    nearness: f64,
    truth: usize,
}

/// For each prediction the events of its series that it may take, nearest first.
fn candidates(truth: &[Event], prediction: &[Event], near: &Near) -> Vec<Vec<Candidate>> {
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
            let overlap = |unit: f64| {
                let length = |onset: f64, offset: f64| offset * unit - onset * unit;
                let both = length(a.onset.max(b.onset), a.offset.min(b.offset)).max(0.0);
                (both, length(a.onset, a.offset) + length(b.onset, b.offset) - both)
            };
            // In quarters where lengths leave the range of f64.
            let (both, either) = Some(overlap(1.0)).filter(|(_, either)| either.is_finite()).unwrap_or(overlap(0.25));
            // Two points in time are the same or not.
            if either == 0.0 { f64::from(a.onset.total_cmp(&b.onset).is_eq()) } else { both / either }
        }
    }
}

/// Which predictions, by falling score, find one of `events` that is near enough and still free.
fn hits(events: usize, candidates: &[Vec<Candidate>], threshold: f64) -> Vec<bool> {
    let mut taken = vec![false; events];
    let take = |candidates: &Vec<Candidate>| {
        let free = candidates.iter().take_while(|near| near.nearness >= threshold).find(|near| !taken[near.truth]);
        free.map(|near| taken[near.truth] = true).is_some()
    };
    candidates.iter().map(take).collect()
}

/// The sum over the distinct scores of precision there times the recall won there. `calls` are scores, falling, and how often
/// each counts.
fn average_precision(events: u64, calls: &[(f64, u64)], hits: &[bool]) -> f64 {
    let (mut found, mut called) = (0_u64, 0_u64);
    let mut precision = Sum::default();
    let mut hits = hits.iter();
    // Equal scores are one step.
    for step in calls.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let before = found;
        for (&(_, times), &hit) in step.iter().zip(hits.by_ref()) {
            found += times * u64::from(hit);
            called += times;
        }
        if found > before {
            precision.add((found - before) as f64 * (found as f64 / called as f64));
        }
    }
    precision.value() / events as f64
}
