//! Which metric a competition uses, with its parameters, as it is stored and sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::SpecError;
use super::{Allowed, Metric, find};

/// A metric by name. Parameters that are left out have their defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricSpec {
    pub id: String,
    #[serde(default)]
    pub params: BTreeMap<String, String>,
}

/// All parameters of a metric, with their defaults filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<&'static str, String>);

impl Params {
    /// The value of a parameter; empty for one the metric does not have.
    pub fn get(&self, id: &str) -> &str {
        self.0.get(id).map_or("", String::as_str)
    }
}

impl MetricSpec {
    /// A metric with its defaults.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), params: BTreeMap::new() }
    }

    /// The same with one parameter set.
    #[must_use]
    pub fn with(mut self, param: &str, value: &str) -> Self {
        self.params.insert(param.to_owned(), value.to_owned());
        self
    }

    /// # Errors
    /// An unknown metric or parameter, or a value that is not allowed.
    pub fn validate(&self) -> Result<(), SpecError> {
        self.resolve().map(|_| ())
    }

    /// The metric and all its parameters.
    ///
    /// # Errors
    /// As [`MetricSpec::validate`].
    pub fn resolve(&self) -> Result<(&'static dyn Metric, Params), SpecError> {
        let metric = find(&self.id).ok_or_else(|| SpecError::UnknownMetric { id: self.id.clone() })?;
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
            let allowed = match param.allowed {
                Allowed::OneOf(allowed) => allowed,
                Allowed::Text => &[],
            };
            let fits = match param.allowed {
                Allowed::OneOf(allowed) => allowed.contains(&value),
                Allowed::Text => !value.trim().is_empty(),
            };
            if !fits {
                return Err(SpecError::BadValue {
                    param: param.id.to_owned(),
                    value: value.to_owned(),
                    allowed: allowed.iter().map(|&value| value.to_owned()).collect(),
                });
            }
            params.insert(param.id, value.to_owned());
        }
        Ok((metric, Params(params)))
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
        let param = MetricSpec::new("rmse").with("k", "3").validate().unwrap_err();
        assert_eq!(param.message(Lang::En), "rmse has no parameter “k”.");
        let value = MetricSpec::new("f1").with("average", "mean").validate().unwrap_err();
        assert_eq!(value.fix(Lang::En), "Use one of these: binary, macro, micro, weighted");
        assert!(MetricSpec::new("roc_auc").with("pos_label", " ").validate().is_err());
    }

    #[test]
    fn a_spec_without_parameters_can_be_read_from_json() {
        let spec: MetricSpec = serde_json::from_str(r#"{"id":"rmse"}"#).unwrap();
        assert_eq!(spec, MetricSpec::new("rmse"));
    }
}
