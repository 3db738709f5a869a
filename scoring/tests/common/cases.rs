//! Golden files whose cases are one input with many scores.

use std::collections::BTreeMap;

use scoring::metric::Input;
use scoring::{MetricSpec, Scorer};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::common::{agree, golden};

#[derive(Deserialize)]
struct File<I> {
    cases: Vec<Case<I>>,
}

#[derive(Deserialize)]
pub(crate) struct Case<I> {
    pub(crate) name: String,
    pub(crate) input: I,
    scores: Vec<(String, BTreeMap<String, String>, Expected)>,
}

/// What the reference gives, or the code of the error where it gives nothing.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Expected {
    Score(f64),
    Error(String),
}

/// The cases of tests/golden/FAMILY.json.
pub(crate) fn cases<I: DeserializeOwned>(family: &str) -> Vec<Case<I>> {
    serde_json::from_str::<File<I>>(golden(family)).unwrap().cases
}

impl<I> Case<I> {
    /// Checks every score of the case; returns the largest relative difference, and how many there are.
    pub(crate) fn verify(&self, input: Input<'_>) -> (f64, usize) {
        let mut worst = 0.0_f64;
        for (id, params, expected) in &self.scores {
            let spec = MetricSpec { params: params.clone(), ..MetricSpec::new(id) };
            let scorer = Scorer::new(&spec).unwrap();
            let scored = scorer.scores(input).map(|scores| scores.score);
            let checked = scorer.check(input.truth);
            match (&scored, expected) {
                (Ok(ours), Expected::Score(theirs)) => {
                    assert!(agree(*ours, *theirs), "{} {}: {ours} and not {theirs}", self.name, spec.label());
                    assert_eq!(checked, Ok(()), "{} {}", self.name, spec.label());
                    worst = worst.max((ours - theirs).abs() / theirs.abs().max(1e-3));
                }
                (Err(ours), Expected::Error(theirs)) => {
                    assert_eq!(ours.code(), theirs, "{} {}", self.name, spec.label());
                    // A weight of zero can leave nothing to score where the labels alone would do.
                    assert!(checked.is_err() || input.weights.is_some(), "{} {}", self.name, spec.label());
                }
                _ => panic!("{} {}: {scored:?} and not {expected:?}", self.name, spec.label()),
            }
        }
        (worst, self.scores.len())
    }
}
