//! A metric with its parameters, ready to score: the ranking one (or several, weighted) and those shown beside it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::error::{MetricError, SpecError};
use super::event::{Matched, matched};
use super::sum::Sum;
use super::{Custom, Direction, Input, Metric, MetricSpec, Params, Scores, Task};
use crate::values::Values;

/// Scores by a [`MetricSpec`]. Cheap to clone.
#[derive(Clone)]
pub struct Scorer {
    id: String,
    /// Share of each in the ranking score; the shares add up to 1.
    ranking: Vec<(f64, Term)>,
    beside: Vec<Term>,
}

#[derive(Clone)]
struct Term {
    /// `f1` or `f1(average=macro)`.
    label: String,
    metric: Source,
    params: Params,
}

#[derive(Clone)]
enum Source {
    Catalogue(&'static dyn Metric),
    Custom(Arc<dyn Metric>),
}

impl Deref for Source {
    type Target = dyn Metric;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Catalogue(metric) => *metric,
            Self::Custom(metric) => metric.as_ref(),
        }
    }
}

impl Term {
    fn scores(&self, input: Input<'_>) -> Result<Scores, MetricError> {
        let mut scores = self.metric.scores(&self.params, input)?;
        if let Source::Custom(_) = self.metric {
            // The names are its author's: none may pass for a value of another metric.
            for (name, _) in &mut scores.details {
                *name = format!("{}.{name}", self.label);
            }
        }
        Ok(scores)
    }
}

impl Scorer {
    /// By metrics of the catalogue alone.
    ///
    /// # Errors
    /// As [`MetricSpec::validate`].
    pub fn new(spec: &MetricSpec) -> Result<Self, SpecError> {
        Self::with(spec, |id, _| Err(SpecError::NoComponent { metric: id.to_owned() }))
    }

    /// By metrics of the catalogue and the custom ones that `load` makes of an id and its description.
    ///
    /// # Errors
    /// As [`MetricSpec::validate`], and those of `load`.
    pub fn with<E: From<SpecError>>(
        spec: &MetricSpec,
        load: impl Fn(&str, &Custom) -> Result<Arc<dyn Metric>, E>,
    ) -> Result<Self, E> {
        let term = |spec: &MetricSpec| -> Result<Term, E> {
            let (metric, params) = match &spec.custom {
                Some(_) if !spec.has_custom_id() => return Err(SpecError::CustomId { id: spec.id.clone() }.into()),
                Some(custom) => (Source::Custom(load(&spec.id, custom)?), Params(spec.params.clone())),
                None => spec.resolve().map(|(metric, params)| (Source::Catalogue(metric), params))?,
            };
            Ok(Term { label: spec.label(), metric, params })
        };
        let ranking: Vec<(f64, Term)> = if spec.combine.is_empty() || spec.custom.is_some() {
            vec![(1.0, term(spec)?)]
        } else {
            spec.parts()?.into_iter().map(|(share, part)| Ok((share, term(part)?))).collect::<Result<_, E>>()?
        };
        let beside: Vec<Term> = spec.secondary.iter().map(term).collect::<Result<_, E>>()?;
        let scorer = Self { id: spec.id.clone(), ranking, beside };
        scorer.agree()?;
        Ok(scorer)
    }

    /// Weighted scores must point the same way, and all metrics must read the same columns.
    fn agree(&self) -> Result<(), SpecError> {
        let (direction, task) = (self.direction(), self.task());
        let other_way = self.ranking.iter().find(|(_, term)| term.metric.direction() != direction);
        if let Some((_, term)) = other_way {
            return Err(SpecError::OtherDirection { metric: term.label.clone() });
        }
        match self.terms().find(|term| term.metric.task() != task) {
            Some(term) => Err(SpecError::OtherColumns { metric: term.label.clone() }),
            None => Ok(()),
        }
    }

    fn terms(&self) -> impl Iterator<Item = &Term> {
        self.ranking.iter().map(|(_, term)| term).chain(&self.beside)
    }

    /// The id of the ranking metric; `combined` where several are weighted.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn direction(&self) -> Direction {
        self.ranking.first().map_or(Direction::Higher, |(_, term)| term.metric.direction())
    }

    pub fn task(&self) -> Task {
        self.ranking.first().map_or(Task::Number, |(_, term)| term.metric.task())
    }

    /// Whether a component has a part in the ranking score.
    pub(crate) fn ranks_by_custom(&self) -> bool {
        self.ranking.iter().any(|(_, term)| matches!(term.metric, Source::Custom(_)))
    }

    /// The only ranking metric and its parameters; none where several are weighted.
    pub(crate) fn only(&self) -> Option<(&str, &Params)> {
        match self.ranking.as_slice() {
            [(_, term)] => Some((term.metric.id(), &term.params)),
            _ => None,
        }
    }

    /// The pairs of events of each ranking metric, and its share; none where the cases are no series of events.
    ///
    /// # Errors
    /// Columns that do not fit.
    pub(crate) fn matched(&self, input: Input<'_>) -> Result<Option<Vec<(f64, Matched)>>, MetricError> {
        if self.task() != Task::Events || self.ranks_by_custom() {
            return Ok(None);
        }
        let matched = self.ranking.iter().map(|(share, term)| Ok((*share, matched(&term.params, input)?)));
        matched.collect::<Result<_, MetricError>>().map(Some)
    }

    /// The metrics whose weighted mean is the score.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn ranking_metrics(&self) -> impl Iterator<Item = &dyn Metric> {
        self.ranking.iter().map(|(_, term)| &*term.metric)
    }

    /// Whether every metric honours row weights; the first that does not.
    pub(crate) fn without_weights(&self) -> Option<&str> {
        self.terms().find(|term| !term.metric.takes_weights()).map(|term| term.label.as_str())
    }

    /// Whether a metric refuses numbers below zero.
    pub(crate) fn not_negative(&self) -> bool {
        self.terms().any(|term| term.metric.not_negative())
    }

    /// Whether this truth can be scored, whatever is predicted.
    ///
    /// # Errors
    /// As [`Metric::check`].
    pub fn check(&self, truth: &[Values]) -> Result<(), MetricError> {
        self.terms().try_for_each(|term| term.metric.check(&term.params, truth))
    }

    /// The ranking score alone.
    ///
    /// # Errors
    /// As [`Metric::score`].
    pub(crate) fn score(&self, input: Input<'_>) -> Result<f64, MetricError> {
        let mut total = Sum::default();
        for (share, term) in &self.ranking {
            total.add(share * term.metric.score(&term.params, input)?);
        }
        super::finite(total.value())
    }

    /// The ranking score; beside it the parts of a combined one, what explains it, and the secondary metrics. One of these
    /// that has no value here is left out: it ranks nothing, so it fails nothing.
    ///
    /// # Errors
    /// As [`Metric::score`].
    pub fn scores(&self, input: Input<'_>) -> Result<Scores, MetricError> {
        let weights = input.weights.map(tame);
        let input = Input { weights: weights.as_deref(), ..input };
        let mut total = Sum::default();
        let mut details = Vec::new();
        for (share, term) in &self.ranking {
            let scores = term.scores(input)?;
            total.add(share * scores.score);
            if self.ranking.len() > 1 {
                details.push((term.label.clone(), scores.score));
            }
            details.extend(scores.details);
        }
        for term in &self.beside {
            let scores = match term.scores(input) {
                Err(error) if !error.is_ours() => continue,
                scores => scores?,
            };
            details.push((term.label.clone(), scores.score));
            details.extend(scores.details);
        }
        Ok(Scores { score: super::finite(total.value())?, details })
    }
}

/// The same weights, changed when their sums and products could leave the range of f64: scaled, as only their ratios count,
/// and none that counts at all below 10^-100 of the largest.
fn tame(weights: &[f64]) -> Cow<'_, [f64]> {
    const LEAST: f64 = 1e-100;
    let counting = || weights.iter().copied().filter(|weight| *weight > 0.0);
    let (least, largest) =
        counting().fold((f64::INFINITY, 0.0), |(low, high), weight| (weight.min(low), weight.max(high)));
    if largest == 0.0 || ((1e-30..1e30).contains(&largest) && least / largest >= LEAST) {
        return Cow::Borrowed(weights);
    }
    weights.iter().map(|&weight| if weight > 0.0 { (weight / largest).max(LEAST) } else { 0.0 }).collect()
}

impl fmt::Debug for Scorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: Vec<_> = self.terms().map(|term| &term.label).collect();
        f.debug_struct("Scorer").field("id", &self.id).field("terms", &labels).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Combined;

    fn combined(parts: &[(&str, f64)]) -> MetricSpec {
        let combine = parts.iter().map(|&(id, weight)| Combined { weight, metric: MetricSpec::new(id) });
        MetricSpec { combine: combine.collect(), ..MetricSpec::new("combined") }
    }

    #[test]
    fn several_metrics_are_weighted_by_their_shares_and_told_one_by_one() {
        let labels = |codes: &[u32]| {
            [Values::Labels { classes: ["0".to_owned(), "1".to_owned()].into(), codes: codes.to_vec() }]
        };
        let spec = MetricSpec {
            combine: vec![
                Combined { weight: 3.0, metric: MetricSpec::new("f1") },
                Combined { weight: 1.0, metric: MetricSpec::new("f1").with("average", "micro") },
            ],
            ..MetricSpec::new("combined")
        };
        let (truth, prediction) = (labels(&[0, 1, 1, 0]), labels(&[1, 1, 0, 0]));
        let scores = Scorer::new(&spec).unwrap().scores(Input::new(&truth, &prediction)).unwrap();
        assert!((scores.score - (0.75 * 0.5 + 0.25 * 0.5)).abs() < 1e-15);
        assert_eq!(scores.details, [("f1".to_owned(), 0.5), ("f1(average=micro)".to_owned(), 0.5)]);
    }

    #[test]
    fn metrics_that_read_other_columns_or_point_the_other_way_are_refused() {
        let error = Scorer::new(&combined(&[("roc_auc", 1.0), ("rmse", 1.0)])).unwrap_err();
        assert_eq!(error, SpecError::OtherDirection { metric: "rmse".to_owned() });
        let spec = MetricSpec { secondary: vec![MetricSpec::new("f1")], ..MetricSpec::new("roc_auc") };
        assert_eq!(Scorer::new(&spec).unwrap_err(), SpecError::OtherColumns { metric: "f1".to_owned() });
        assert!(Scorer::new(&combined(&[("f1", 0.0)])).is_err());
    }

    #[test]
    fn only_the_ratios_of_weights_count_however_large_they_are() {
        let labels = |codes: &[u32]| {
            [Values::Labels { classes: ["0".to_owned(), "1".to_owned()].into(), codes: codes.to_vec() }]
        };
        let (truth, prediction) = (labels(&[0, 1, 1]), labels(&[0, 1, 0]));
        let scorer = Scorer::new(&MetricSpec::new("mcc")).unwrap();
        let scores = |weights: &[f64]| {
            scorer.scores(Input { weights: Some(weights), ..Input::new(&truth, &prediction) }).unwrap().score
        };
        let usual = scores(&[1.0, 2.0, 4.0]);
        for scale in [2.0_f64.powi(1000), 2.0_f64.powi(-1000)] {
            assert!((scores(&[scale, 2.0 * scale, 4.0 * scale]) - usual).abs() < 1e-15);
        }
    }

    #[test]
    fn a_class_counts_however_little_its_rows_weigh() {
        let classes = ["a", "b", "c"].map(str::to_owned);
        let truth = [Values::Labels { classes: classes.into(), codes: vec![0, 1, 2] }];
        let prediction =
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(|column| Values::Numbers(column.to_vec()));
        for weights in [[1e300, 1e300, 1e-320], [1.0, 1e-320, 1e-320]] {
            for multi_class in ["ovr", "ovo"] {
                let scorer = Scorer::new(&MetricSpec::new("roc_auc").with("multi_class", multi_class)).unwrap();
                let input = Input { weights: Some(&weights), ..Input::new(&truth, &prediction) };
                assert_eq!(scorer.scores(input).map(|scores| scores.score), Ok(1.0), "{weights:?} {multi_class}");
            }
        }
    }

    #[test]
    fn secondary_metrics_stand_beside_the_score() {
        let column = |numbers: &[f64]| [Values::Numbers(numbers.to_vec())];
        let spec = MetricSpec { secondary: vec![MetricSpec::new("rmse")], ..MetricSpec::new("rmse") };
        let (truth, prediction) = (column(&[1.0, 2.0]), column(&[2.0, 3.0]));
        let scores = Scorer::new(&spec).unwrap().scores(Input::new(&truth, &prediction)).unwrap();
        assert_eq!(scores, Scores { score: 1.0, details: vec![("rmse".to_owned(), 1.0)] });
    }
}
