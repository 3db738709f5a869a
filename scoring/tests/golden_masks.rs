//! Masks against numpy and scipy on unfolded arrays (tests/golden/masks.py).

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

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
    Made { seed: u64, rows: u64, size: [usize; 2], noise: f64 },
    Given { truth: Vec<String>, prediction: Vec<String>, height: Vec<f64>, width: Vec<f64>, weights: Option<Vec<f64>> },
}

/// An ellipse with a ragged edge, as runs: the same as `blob` of masks.py.
fn blob(seed: u64, [height, width]: [usize; 2], noise: f64) -> String {
    let [y, x, ry, rx, empty] = uniform(seed, 5).try_into().unwrap();
    if empty < 0.1 {
        return "-".to_owned();
    }
    let (h, w) = (height as f64, width as f64);
    let ragged = uniform(seed + 1, height * width);
    let is_inside = |pixel: usize| {
        let row = ((pixel % height) as f64 - y * h) / ((0.05 + ry * 0.4) * h);
        let column = ((pixel / height) as f64 - x * w) / ((0.05 + rx * 0.4) * w);
        row * row + column * column + (ragged[pixel] - 0.5) * noise < 1.0
    };
    let inside: Vec<bool> = (0..height * width).map(is_inside).collect();
    let mut start = 1;
    let mut runs = Vec::new();
    for run in inside.chunk_by(|a, b| a == b) {
        if run[0] {
            runs.push(format!("{start} {}", run.len()));
        }
        start += run.len();
    }
    if runs.is_empty() { "-".to_owned() } else { runs.join(" ") }
}

#[test]
fn masks_are_judged_as_unfolded() {
    let count = every_case_agrees("masks", |spec, rows: Rows| {
        let (truth, prediction, height, width, weights) = match rows {
            Rows::Given { truth, prediction, height, width, weights } => (truth, prediction, height, width, weights),
            Rows::Made { seed, rows, size, noise } => {
                let every_second =
                    |first: u64| (0..rows).map(|row| blob(seed + 10 * (2 * row + first), size, noise)).collect();
                let side = |side: usize| (0..rows).map(|_| side as f64).collect();
                (every_second(0), every_second(1), side(size[0]), side(size[1]), None)
            }
        };
        let (metric, params) = spec.resolve().unwrap();
        let masks = |texts: Vec<String>| Values::Texts(texts.into_iter().collect());
        let truth = [masks(truth), Values::Numbers(height), Values::Numbers(width)];
        let prediction = [masks(prediction)];
        let input = Input { weights: weights.as_deref(), ..Input::new(&truth, &prediction) };
        metric.scores(&params, input)
    });
    assert_eq!(count, 84);
}
