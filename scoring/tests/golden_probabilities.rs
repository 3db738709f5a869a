//! The probability metrics give scikit-learn's scores (tests/golden/probabilities.py).

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
enum Probabilities {
    Given { names: Vec<String>, truth: Vec<Vec<u32>>, prediction: Vec<Vec<f64>>, weights: Option<Vec<f64>> },
    Made { shape: Shape, seed: u64, rows: usize, columns: u32, levels: u32, weighted: bool },
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Shape {
    Labels,
    Classes,
}

struct Columns {
    names: Arc<[String]>,
    truth: Vec<Vec<u32>>,
    prediction: Vec<Vec<f64>>,
    weights: Option<Vec<f64>>,
}

/// As `unpack` of probabilities.py.
fn unpack(probabilities: &Probabilities) -> Columns {
    match probabilities {
        Probabilities::Given { names, truth, prediction, weights } => {
            let (truth, prediction, weights) = (truth.clone(), prediction.clone(), weights.clone());
            Columns { names: names.as_slice().into(), truth, prediction, weights }
        }
        &Probabilities::Made { shape, seed, rows, columns, levels, weighted } => {
            let count = columns as usize;
            let u = uniform(seed, (2 * count + 1) * rows);
            let u: Vec<&[f64]> = u.chunks(rows).collect();
            let weights = weighted.then(|| u[2 * count].iter().map(|x| x * 10.0).collect());
            let (truth, prediction) =
                if shape == Shape::Labels { labels(&u, count, levels) } else { classes(&u, columns, levels) };
            let classes = if shape == Shape::Labels { 2 } else { columns };
            Columns { names: (0..classes).map(|class| class.to_string()).collect(), truth, prediction, weights }
        }
    }
}

fn labels(u: &[&[f64]], count: usize, levels: u32) -> (Vec<Vec<u32>>, Vec<Vec<f64>>) {
    let truth: Vec<Vec<u32>> = u[..count].iter().map(|u| u.iter().map(|&x| u32::from(x < 0.3)).collect()).collect();
    let column = |(u, truth): (&&[f64], &Vec<u32>)| {
        let score = u.iter().zip(truth).map(|(x, &code)| (x + f64::from(code) * 0.5) / 1.5);
        let step = f64::from(levels);
        score.map(|score| if levels > 0 { (score * step).floor() / step } else { score }).collect()
    };
    let prediction = u[count..].iter().zip(&truth).map(column).collect();
    (truth, prediction)
}

fn classes(u: &[&[f64]], columns: u32, levels: u32) -> (Vec<Vec<u32>>, Vec<Vec<f64>>) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the number of classes")]
    let mut codes: Vec<u32> = u[0].iter().map(|x| (x * x * f64::from(columns)) as u32).collect();
    for (code, class) in codes.iter_mut().zip(0..columns) {
        *code = class;
    }
    let column = |(class, u): (u32, &&[f64])| {
        let score = u.iter().zip(&codes).map(|(x, &code)| x + if code == class { 0.5 } else { 0.0 });
        score.map(|score| if levels > 0 { (score * f64::from(levels)).floor() + 1.0 } else { score }).collect()
    };
    let mut raw: Vec<Vec<f64>> = (0..columns).zip(&u[columns as usize..]).map(column).collect();
    for row in 0..codes.len() {
        let total = raw.iter().fold(0.0, |total, column| total + column[row]);
        for column in &mut raw {
            column[row] /= total;
        }
    }
    (vec![codes], raw)
}

#[test]
fn every_score_is_that_of_scikit_learn() {
    let (mut worst, mut count) = (0.0_f64, 0);
    for case in cases::cases::<Probabilities>("probabilities") {
        let columns = unpack(&case.input);
        let truth: Vec<Values> = columns
            .truth
            .into_iter()
            .map(|codes| Values::Labels { classes: Arc::clone(&columns.names), codes })
            .collect();
        let prediction: Vec<Values> = columns.prediction.into_iter().map(Values::Numbers).collect();
        let input = Input { weights: columns.weights.as_deref(), ..Input::new(&truth, &prediction) };
        let (difference, scores) = case.verify(input);
        worst = worst.max(difference);
        count += scores;
    }
    assert!(count > 900, "only {count} scores");
    assert!(worst < 1e-12, "{worst}");
}
