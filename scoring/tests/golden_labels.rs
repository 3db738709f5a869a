//! The label metrics give scikit-learn's scores (tests/golden/labels.py).

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

#[path = "common/cases.rs"]
mod cases;
mod common;

use std::sync::Arc;

use common::uniform;
use scoring::Values;
use scoring::metric::Input;
use serde::Deserialize;
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Deserialize)]
#[serde(untagged)]
enum Labels {
    Given { names: Vec<String>, truth: Vec<u32>, prediction: Vec<u32>, weights: Option<Vec<f64>> },
    Made { seed: u64, rows: usize, classes: u32, skill: f64, weighted: bool },
}

type Columns = (Arc<[String]>, Vec<u32>, Vec<u32>, Option<Vec<f64>>);

/// As `unpack` of labels.py.
fn unpack(labels: &Labels) -> Columns {
    match labels {
        Labels::Given { names, truth, prediction, weights } => {
            (names.as_slice().into(), truth.clone(), prediction.clone(), weights.clone())
        }
        &Labels::Made { seed, rows, classes, skill, weighted } => {
            let u = uniform(seed, 4 * rows);
            let u = |at: usize| &u[at * rows..(at + 1) * rows];
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the number of classes")]
            let code = |x: f64| (x * f64::from(classes)) as u32;
            let truth: Vec<u32> = u(0).iter().map(|x| code(x * x)).collect();
            let guess = u(1).iter().zip(u(2)).zip(&truth);
            let prediction = guess.map(|((lucky, x), &truth)| if *lucky < skill { truth } else { code(*x) }).collect();
            let weights = weighted.then(|| u(3).iter().map(|x| x * 10.0).collect());
            ((0..classes).map(|class| class.to_string()).collect(), truth, prediction, weights)
        }
    }
}

#[test]
fn every_score_is_that_of_scikit_learn() {
    let (mut worst, mut count) = (0.0_f64, 0);
    for case in cases::cases::<Labels>("labels") {
        let (classes, truth, prediction, weights) = unpack(&case.input);
        let column = |codes| [Values::Labels { classes: classes.clone(), codes }];
        let (truth, prediction) = (column(truth), column(prediction));
        let input = Input { weights: weights.as_deref(), ..Input::new(&truth, &prediction) };
        let (difference, scores) = case.verify(input);
        worst = worst.max(difference);
        count += scores;
    }
    assert!(count > 1000, "only {count} scores");
    assert!(worst < 1e-13, "{worst}");
}
