//! The metrics of numbers against scikit-learn and scipy (tests/golden/regression.py).

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
    Made { seed: u64, rows: usize, make: String, weighted: bool },
    Given { truth: Vec<f64>, prediction: Vec<f64>, weights: Option<Vec<f64>> },
}

/// Truth, prediction and weights: the same as `made` of regression.py.
fn made(seed: u64, rows: usize, make: &str) -> [Vec<f64>; 3] {
    let [a, b, c] = [seed, seed + 1, seed + 2].map(|seed| uniform(seed, rows));
    let of = |both: &dyn Fn(f64, f64) -> f64| a.iter().zip(&b).map(|(&a, &b)| both(a, b)).collect::<Vec<f64>>();
    let each = |numbers: &[f64], one: &dyn Fn(f64) -> f64| numbers.iter().map(|&x| one(x)).collect::<Vec<f64>>();
    match make {
        "near" => [a.clone(), of(&|a, b| a * 0.75 + b * 0.25), c],
        "ties" => {
            [each(&a, &|a| (a * 8.0).floor()), of(&|a, b| ((a + b) * 4.0).floor()), each(&c, &|c| (c * 3.0).floor())]
        }
        "far" => [each(&a, &|a| a * 1000.0 + 1e6), each(&b, &|b| b * 1000.0 + 1e6), each(&c, &|c| c * 1e6)],
        "signed" => [each(&a, &|a| a - 0.5), each(&b, &|b| (b - 0.5) * 4.0), each(&c, &|c| c * 1e-6)],
        other => panic!("unknown make {other}"),
    }
}

#[test]
fn numbers_are_judged_as_by_scikit_learn_and_scipy() {
    let count = every_case_agrees("regression", |spec, rows: Rows| {
        let (truth, prediction, weights) = match rows {
            Rows::Given { truth, prediction, weights } => (truth, prediction, weights),
            Rows::Made { seed, rows, make, weighted } => {
                let [truth, prediction, weights] = made(seed, rows, &make);
                (truth, prediction, weighted.then_some(weights))
            }
        };
        let (metric, params) = spec.resolve().unwrap();
        assert!(weights.is_none() || metric.takes_weights(), "{}", metric.id());
        let (truth, prediction) = ([Values::Numbers(truth)], [Values::Numbers(prediction)]);
        metric.scores(&params, Input { weights: weights.as_deref(), ..Input::new(&truth, &prediction) })
    });
    assert_eq!(count, 720);
}
