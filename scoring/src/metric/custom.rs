//! A metric that is not of the catalogue: a component of the organizer's, and what it says of itself.

use serde::{Deserialize, Serialize};

use super::{Direction, MetricSpec, Range, Task, catalogue, find};
use crate::hash::Hash;
use crate::lang::{Lang, Text};

/// Letters of an id.
const ID_MAX: usize = 40;

/// What an organizer says of a metric of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Custom {
    /// The name of the component's file, beside the settings.
    pub component: String,
    /// Its SHA-256: from then on it is this component and no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Hash>,
    /// Which columns it reads.
    pub task: Task,
    pub direction: Direction,
    pub name: Text,
    /// LaTeX.
    #[serde(default)]
    pub formula: String,
    pub explanation: Text,
    #[serde(default)]
    pub range: Range,
    /// Whether rows may have weights.
    #[serde(default)]
    pub takes_weights: bool,
}

/// What a metric says of itself, in one language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct About<'a> {
    pub name: &'a str,
    pub direction: Direction,
    /// LaTeX; empty where an organizer gave none.
    pub formula: &'a str,
    pub explanation: &'a str,
    /// What one must know besides to compute the same.
    pub notes: &'a str,
}

impl MetricSpec {
    /// What the metric says of itself; none where there is no such metric.
    pub fn about(&self, lang: Lang) -> Option<About<'_>> {
        if let Some(custom) = &self.custom {
            return Some(About {
                name: custom.name.get(lang),
                direction: custom.direction,
                formula: &custom.formula,
                explanation: custom.explanation.get(lang),
                notes: "",
            });
        }
        find(&self.id).map(|metric| About {
            name: metric.name(lang),
            direction: metric.direction(),
            formula: metric.formula(),
            explanation: metric.explanation(lang),
            notes: metric.notes(lang),
        })
    }

    /// The custom metrics in it: itself, those it combines and those beside it.
    pub fn customs(&self) -> impl Iterator<Item = (&Self, &Custom)> {
        let others = self.combine.iter().map(|part| &part.metric).chain(&self.secondary);
        std::iter::once(self).chain(others).filter_map(|spec| Some((spec, spec.custom.as_deref()?)))
    }

    /// Their descriptions, to be changed.
    pub fn customs_mut(&mut self) -> impl Iterator<Item = &mut Custom> {
        let others = self.combine.iter_mut().map(|part| &mut part.metric).chain(&mut self.secondary);
        let customs = others.filter_map(|spec| spec.custom.as_deref_mut());
        self.custom.as_deref_mut().into_iter().chain(customs)
    }

    /// Whether a custom metric may have this id.
    pub(super) fn has_custom_id(&self) -> bool {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let taken = self.id == "combined" || catalogue().iter().any(|metric| metric.id() == self.id);
        (1..=ID_MAX).contains(&self.id.len()) && self.id.bytes().all(letter) && !taken && self.combine.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::metric::{Combined, Input, Metric, MetricError, Params, Scorer, Scores, SpecError};
    use crate::standing::{Contest, Unknown, certainty};
    use crate::values::Values;

    fn spec(id: &str) -> MetricSpec {
        serde_json::from_str(&format!(
            r#"{{"id":"{id}","custom":{{"component":"u.wasm","task":"number","direction":"lower","name":{{"ko":"비용","en":"Cost"}},"explanation":{{"ko":"드는 값"}}}}}}"#
        ))
        .unwrap()
    }

    /// Scores 7, whatever is predicted.
    struct Seven;

    impl Metric for Seven {
        fn id(&self) -> &'static str {
            "seven"
        }
        fn name(&self, _: Lang) -> &'static str {
            ""
        }
        fn direction(&self) -> Direction {
            Direction::Lower
        }
        fn task(&self) -> Task {
            Task::Number
        }
        fn range(&self) -> Range {
            Range::default()
        }
        fn formula(&self) -> &'static str {
            ""
        }
        fn explanation(&self, _: Lang) -> &'static str {
            ""
        }
        fn check(&self, _: &Params, _: &[Values]) -> Result<(), MetricError> {
            Ok(())
        }
        fn score(&self, params: &Params, _: Input<'_>) -> Result<f64, MetricError> {
            Ok(7.0 * params.number("times"))
        }
        fn scores(&self, params: &Params, input: Input<'_>) -> Result<Scores, MetricError> {
            Ok(Scores { score: self.score(params, input)?, details: vec![("rmse".to_owned(), 3.0)] })
        }
    }

    fn scorer(spec: &MetricSpec) -> Result<Scorer, SpecError> {
        Scorer::with(spec, |_, _| Ok(Arc::new(Seven) as Arc<dyn Metric>))
    }

    #[test]
    fn a_custom_metric_ranks_or_stands_beside_others_and_its_values_never_pass_for_theirs() {
        let column = [Values::Numbers(vec![1.0, 2.0])];
        let custom = spec("cost").with("times", "2");
        let scores = |spec: &MetricSpec| scorer(spec).unwrap().scores(Input::new(&column, &column)).unwrap();
        let ranked = scores(&MetricSpec { secondary: vec![MetricSpec::new("rmse")], ..custom.clone() });
        assert!((ranked.score - 14.0).abs() < 1e-12);
        assert_eq!(ranked.details, [("cost(times=2).rmse".to_owned(), 3.0), ("rmse".to_owned(), 0.0)]);
        let beside = scores(&MetricSpec { secondary: vec![custom], ..MetricSpec::new("rmse") });
        assert!(beside.score.abs() < 1e-12);
        assert_eq!(beside.details, [("cost(times=2)".to_owned(), 14.0), ("cost(times=2).rmse".to_owned(), 3.0)]);
    }

    #[test]
    fn what_it_says_of_itself_is_the_organizers_and_its_direction_counts() {
        let about = spec("cost");
        assert_eq!(about.about(Lang::En).map(|about| (about.name, about.explanation)), Some(("Cost", "드는 값")));
        assert_eq!(about.direction(), Direction::Lower);
        let part = Combined { weight: 1.0, metric: spec("cost") };
        assert_eq!(MetricSpec { combine: vec![part], ..MetricSpec::new("combined") }.direction(), Direction::Lower);
        assert_eq!(MetricSpec::new("rmse").about(Lang::Ko).map(|about| about.name), Some("RMSE(평균 제곱근 오차)"));
        assert_eq!(MetricSpec::new("cost").about(Lang::Ko), None);
    }

    #[test]
    fn its_id_is_none_of_the_catalogue_and_its_component_must_be_at_hand() {
        for id in ["rmse", "combined", "Cost", "", "비용"] {
            assert_eq!(scorer(&spec(id)).unwrap_err(), SpecError::CustomId { id: id.to_owned() });
        }
        assert_eq!(Scorer::new(&spec("cost")).unwrap_err(), SpecError::NoComponent { metric: "cost".to_owned() });
    }

    #[test]
    fn no_component_is_run_for_thousands_of_draws() {
        let (scorer, column) = (scorer(&spec("cost")).unwrap(), vec![Values::Numbers(vec![1.0, 2.0])]);
        let contest = Contest {
            scorer: &scorer,
            truth: &column,
            weights: None,
            series: None,
            groups: None,
            decimals: None,
            predictions: std::slice::from_ref(&column),
            draws: 10,
            seed: 1,
        };
        assert_eq!(certainty(&contest), Err(Unknown::Custom));
    }

    #[test]
    fn all_custom_metrics_of_a_spec_are_found() {
        let part = Combined { weight: 1.0, metric: spec("a") };
        let mut several = MetricSpec { combine: vec![part], secondary: vec![spec("b")], ..MetricSpec::new("combined") };
        several.customs_mut().for_each(|custom| custom.takes_weights = true);
        assert_eq!(several.customs().filter(|(_, custom)| custom.takes_weights).count(), 2);
        assert_eq!(spec("c").customs().count(), 1);
    }
}
