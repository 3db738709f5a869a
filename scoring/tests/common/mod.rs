//! What the golden tests share.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]
#![allow(dead_code, reason = "each test uses its own part")]

use std::collections::BTreeMap;

use scoring::metric::Scores;
use scoring::{MetricError, MetricSpec, metric};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The text of tests/golden/FAMILY.json; a browser has no files.
pub(crate) fn golden(family: &str) -> &'static str {
    match family {
        "events" => include_str!("../golden/events.json"),
        "labels" => include_str!("../golden/labels.json"),
        "masks" => include_str!("../golden/masks.json"),
        "probabilities" => include_str!("../golden/probabilities.json"),
        "rankings" => include_str!("../golden/rankings.json"),
        "regression" => include_str!("../golden/regression.json"),
        "survival" => include_str!("../golden/survival.json"),
        _ => panic!("no golden file {family}"),
    }
}

/// `count` numbers in [0, 1): the same as `uniform` of tests/golden/common.py.
pub(crate) fn uniform(seed: u64, count: usize) -> Vec<f64> {
    let numbers = (1..=count as u64).map(|step| {
        let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(step));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 * 2.0_f64.powi(-53)
    });
    numbers.collect()
}

/// Whether two scores agree to 1e-12 of the larger (or absolutely, near zero).
pub(crate) fn agree(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-12 * ours.abs().max(theirs.abs()).max(1e-3)
}

/// A case of tests/golden/FAMILY.json: the metric, its rows, and its score or the code of the error in its place.
#[derive(Deserialize)]
struct Case<R> {
    metric: String,
    #[serde(default)]
    params: BTreeMap<String, String>,
    score: Option<f64>,
    #[serde(default)]
    details: BTreeMap<String, f64>,
    error: Option<String>,
    #[serde(flatten)]
    rows: R,
}

/// Scores every case of a family and fails unless score, details or error are the expected ones; returns how many there were.
pub(crate) fn every_case_agrees<R: DeserializeOwned>(
    family: &str,
    score: impl Fn(&MetricSpec, R) -> Result<Scores, MetricError>,
) -> usize {
    #[derive(Deserialize)]
    struct Family<R> {
        cases: Vec<Case<R>>,
    }
    let cases = serde_json::from_str::<Family<R>>(golden(family)).unwrap().cases;
    let count = cases.len();
    for (number, case) in cases.into_iter().enumerate() {
        let spec = MetricSpec { params: case.params, ..MetricSpec::new(&case.metric) };
        let name = format!("case {number} of {family}, {}", spec.label());
        match (score(&spec, case.rows), case.score) {
            (Ok(ours), Some(theirs)) => {
                // A sum of what cannot be negative keeps its digits however small it is; a correlation near zero does not.
                let adds_up = metric::find(&case.metric).unwrap().range().low == Some(0.0);
                let is_near = (ours.score - theirs).abs() <= 1e-12 * theirs.abs() || !adds_up;
                assert!(agree(ours.score, theirs) && is_near, "{name}: {} and not {theirs}", ours.score);
                assert_eq!(ours.details.len(), case.details.len(), "{name}");
                for (detail, ours) in ours.details {
                    let theirs = case.details[&detail];
                    assert!(agree(ours, theirs), "{name}, {detail}: {ours} and not {theirs}");
                }
            }
            (Err(error), None) => assert_eq!(Some(error.code()), case.error.as_deref(), "{name}"),
            (ours, theirs) => panic!("{name}: {ours:?} and not {theirs:?}"),
        }
    }
    count
}
