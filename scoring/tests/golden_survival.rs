//! Concordance against lifelines (tests/golden/survival.py).

mod common;

use common::{every_case_agrees, uniform};
use scoring::Values;
use scoring::metric::Input;
use serde::Deserialize;
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Deserialize)]
#[serde(untagged)]
enum Rows {
    Made { seed: u64, rows: usize, steps: f64 },
    Given { times: Vec<f64>, events: Vec<u32>, risks: Vec<f64> },
}

/// Times, events and risks: the same as `made` of survival.py.
fn made(seed: u64, rows: usize, steps: f64) -> (Vec<f64>, Vec<u32>, Vec<f64>) {
    let [a, b, c] = [seed, seed + 1, seed + 2].map(|seed| uniform(seed, rows));
    let risks = a.iter().zip(&c).map(|(a, c)| ((1.0 - a + c) * steps / 2.0).floor());
    (a.iter().map(|a| (a * steps).floor()).collect(), b.iter().map(|&b| u32::from(b < 0.6)).collect(), risks.collect())
}

#[test]
fn risks_are_judged_as_by_lifelines() {
    let count = every_case_agrees("survival", |spec, rows: Rows| {
        let (times, codes, risks) = match rows {
            Rows::Given { times, events, risks } => (times, events, risks),
            Rows::Made { seed, rows, steps } => made(seed, rows, steps),
        };
        let events = Values::Labels { classes: ["0".to_owned(), "1".to_owned()].into(), codes };
        let (metric, params) = spec.resolve().unwrap();
        let (truth, prediction) = ([Values::Numbers(times), events], [Values::Numbers(risks)]);
        metric.scores(&params, Input::new(&truth, &prediction))
    });
    assert_eq!(count, 20);
}
