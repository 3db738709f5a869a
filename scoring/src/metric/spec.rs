//! Which metric a competition uses, with its parameters, as it is stored and sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::SpecError;
use super::{Allowed, Custom, Direction, Metric, Param, Scorer, Task, catalogue, find};

/// A metric by name. Parameters that are left out have their defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricSpec {
    pub id: String,
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// With the id `combined`: the weighted mean of these is the score.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub combine: Vec<Combined>,
    /// Metrics shown beside the score, never ranked by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secondary: Vec<Self>,
    /// Where it is not of the catalogue but a component of the organizer's, what that says of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<Box<Custom>>,
}

/// One of several metrics that make a score together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "WeightedSpec")]
pub struct Combined {
    /// More than zero; the weights need not add up to 1.
    pub weight: f64,
    #[serde(flatten)]
    pub metric: MetricSpec,
}

/// [`Combined`] with its keys by name: a reader of folders that refuses unknown ones sees through no flattening.
#[derive(Deserialize)]
struct WeightedSpec {
    weight: f64,
    id: String,
    #[serde(default)]
    params: BTreeMap<String, String>,
    #[serde(default)]
    combine: Vec<Combined>,
    #[serde(default)]
    secondary: Vec<MetricSpec>,
    #[serde(default)]
    custom: Option<Box<Custom>>,
}

impl From<WeightedSpec> for Combined {
    fn from(spec: WeightedSpec) -> Self {
        let WeightedSpec { weight, id, params, combine, secondary, custom } = spec;
        Self { weight, metric: MetricSpec { id, params, combine, secondary, custom } }
    }
}

/// All parameters of a metric: of the catalogue's with their defaults filled in and their values checked, of a custom one as
/// the organizer wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(pub(super) BTreeMap<String, String>);

impl Params {
    /// Names and values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a parameter; empty for one the metric does not have.
    pub fn get(&self, id: &str) -> &str {
        self.0.get(id).map_or("", String::as_str)
    }

    /// The value of a parameter that is a number; 0 for one the metric does not have.
    pub fn number(&self, id: &str) -> f64 {
        self.get(id).trim().parse().unwrap_or(0.0)
    }

    /// The values of a parameter that is a list of numbers; none for one the metric does not have.
    pub fn numbers(&self, id: &str) -> Vec<f64> {
        self.get(id).split_ascii_whitespace().filter_map(|number| number.parse().ok()).collect()
    }

    /// The value of a parameter that is a whole number; 0 for one the metric does not have.
    pub fn whole(&self, id: &str) -> usize {
        self.get(id).trim().parse().unwrap_or(0)
    }
}

impl MetricSpec {
    /// A metric with its defaults.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), ..Self::default() }
    }

    /// The same with one parameter set.
    #[must_use]
    pub fn with(mut self, param: &str, value: &str) -> Self {
        self.params.insert(param.to_owned(), value.to_owned());
        self
    }

    /// `f1` or `f1(average=macro)`.
    pub fn label(&self) -> String {
        if self.params.is_empty() {
            return self.id.clone();
        }
        let params: Vec<_> = self.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}({})", self.id, params.join(","))
    }

    /// # Errors
    /// An unknown metric or parameter, a value that is not allowed, or metrics that do not go together.
    pub fn validate(&self) -> Result<(), SpecError> {
        Scorer::new(self).map(|_| ())
    }

    /// The metrics with a column of their own beside the score: those it is made of, and the secondary ones.
    pub fn beside(&self) -> impl Iterator<Item = &Self> {
        self.combine.iter().map(|part| &part.metric).chain(&self.secondary)
    }

    /// Which scores are better; higher where the spec is wrong.
    pub fn direction(&self) -> Direction {
        let spec = self.combine.first().map_or(self, |part| &part.metric);
        match &spec.custom {
            Some(custom) => custom.direction,
            None => find(&spec.id).map_or(Direction::Higher, Metric::direction),
        }
    }

    /// What is predicted; a number where the spec is wrong.
    pub fn task(&self) -> Task {
        let spec = self.combine.first().map_or(self, |part| &part.metric);
        match &spec.custom {
            Some(custom) => custom.task,
            None => find(&spec.id).map_or(Task::Number, Metric::task),
        }
    }

    /// Each combined metric with its share of the score.
    pub(super) fn parts(&self) -> Result<Vec<(f64, &Self)>, SpecError> {
        let bad = |weight: f64| SpecError::BadValue {
            param: "weight".to_owned(),
            value: weight.to_string(),
            allowed: vec!["> 0".to_owned()],
        };
        if let Some(wrong) = self.combine.iter().find(|part| !(part.weight.is_finite() && part.weight > 0.0)) {
            return Err(bad(wrong.weight));
        }
        let total: f64 = self.combine.iter().map(|part| part.weight).sum();
        Ok(self.combine.iter().map(|part| (part.weight / total, &part.metric)).collect())
    }

    /// The metric of the catalogue and all its parameters.
    ///
    /// # Errors
    /// An unknown metric or parameter, or a value that is not allowed.
    pub fn resolve(&self) -> Result<(&'static dyn Metric, Params), SpecError> {
        let metric = find(&self.id).ok_or_else(|| SpecError::UnknownMetric {
            id: self.id.clone(),
            known: catalogue().iter().map(|metric| metric.id().to_owned()).collect(),
        })?;
        let known = metric.params();
        if let Some(unknown) = self.params.keys().find(|key| !known.iter().any(|param| param.id == key.as_str())) {
            return Err(SpecError::UnknownParam {
                metric: self.id.clone(),
                param: unknown.clone(),
                known: known.iter().map(|param| param.id.to_owned()).collect(),
            });
        }
        let mut params = BTreeMap::new();
        for param in known {
            let value = self.params.get(param.id).map_or(param.default, String::as_str);
            if !allows(param, value) {
                return Err(SpecError::BadValue {
                    param: param.id.to_owned(),
                    value: value.to_owned(),
                    allowed: names(param.allowed),
                });
            }
            params.insert(param.id.to_owned(), value.to_owned());
        }
        Ok((metric, Params(params)))
    }
}

/// Whether a parameter may have this value.
fn allows(param: &Param, value: &str) -> bool {
    let within = |text: &str, low, high| text.parse().is_ok_and(|number: f64| (low..=high).contains(&number));
    match param.allowed {
        Allowed::OneOf(allowed) => allowed.contains(&value),
        Allowed::Text => !value.trim().is_empty(),
        Allowed::Number { low, high } => within(value.trim(), low, high),
        Allowed::Numbers { low, high } => {
            let mut numbers = value.split_ascii_whitespace().peekable();
            numbers.peek().is_some() && numbers.all(|number| within(number, low, high))
        }
        Allowed::Whole { low, high } => value.trim().parse().is_ok_and(|number: u32| (low..=high).contains(&number)),
    }
}

/// What a parameter may be, for a message; empty for any text.
fn names(allowed: Allowed) -> Vec<String> {
    match allowed {
        Allowed::OneOf(allowed) => allowed.iter().map(|&value| value.to_owned()).collect(),
        Allowed::Text => Vec::new(),
        Allowed::Number { low, high } | Allowed::Numbers { low, high } => vec![format!("{low}–{high}")],
        Allowed::Whole { low, high } => vec![format!("{low}–{high}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    #[test]
    fn defaults_are_filled_in() {
        let (metric, params) = MetricSpec::new("f1").with("average", "macro").resolve().unwrap();
        assert_eq!(metric.id(), "f1");
        assert_eq!((params.get("average"), params.get("pos_label")), ("macro", "1"));
    }

    #[test]
    fn what_is_wrong_with_a_spec_is_named() {
        let unknown = MetricSpec::new("f2").validate().unwrap_err();
        assert_eq!(unknown.message(Lang::Ko), "‘f2’ 평가지표가 없어요.");
        assert!(unknown.fix(Lang::Ko).contains("roc_auc"));
        let param = MetricSpec::new("rmse").with("k", "3").validate().unwrap_err();
        assert_eq!(param.message(Lang::En), "rmse has no parameter “k”.");
        let value = MetricSpec::new("f1").with("average", "mean").validate().unwrap_err();
        assert_eq!(value.fix(Lang::En), "Use one of these: binary, macro, micro, weighted");
        assert!(MetricSpec::new("roc_auc").with("pos_label", " ").validate().is_err());
    }

    #[test]
    fn numbers_must_lie_within_their_bounds() {
        let number = Param { id: "beta", default: "1", allowed: Allowed::Number { low: 0.0, high: 10.0 } };
        for (value, allowed) in
            [("0.5", true), ("10", true), ("-1", false), ("nan", false), ("inf", false), ("", false)]
        {
            assert_eq!(allows(&number, value), allowed, "{value}");
        }
        let whole = Param { id: "k", default: "5", allowed: Allowed::Whole { low: 1, high: 100 } };
        for (value, allowed) in [("1", true), ("0", false), ("2.5", false), ("-3", false)] {
            assert_eq!(allows(&whole, value), allowed, "{value}");
        }
        let several = Param { id: "iou", default: "0.5", allowed: Allowed::Numbers { low: 0.1, high: 1.0 } };
        for (value, allowed) in [("0.5", true), (" 0.5  1 ", true), ("0.5 2", false), ("0.5,0.6", false), (" ", false)]
        {
            assert_eq!(allows(&several, value), allowed, "{value}");
        }
        assert_eq!(names(number.allowed), ["0–10"]);
    }

    #[test]
    fn a_spec_without_parameters_can_be_read_from_json() {
        let spec: MetricSpec = serde_json::from_str(r#"{"id":"rmse"}"#).unwrap();
        assert_eq!(spec, MetricSpec::new("rmse"));
        let combined: MetricSpec = serde_json::from_str(
            r#"{"id":"combined","combine":[{"weight":2,"id":"rmse"}],"secondary":[{"id":"rmse"}]}"#,
        )
        .unwrap();
        assert_eq!((combined.combine[0].metric.id.as_str(), combined.secondary.len()), ("rmse", 1));
    }
}
