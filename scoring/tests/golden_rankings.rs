//! Rankings against scikit-learn and plain definitions (tests/golden/rankings.py).

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
    Made { seed: u64, rows: usize, items: usize },
    Given { relevant: Vec<String>, ranked: Vec<String>, weights: Option<Vec<f64>> },
}

/// Relevant items and rankings: the same as `made` of rankings.py.
fn made(seed: u64, rows: usize, items: usize) -> (Vec<String>, Vec<String>) {
    let (gains, orders) = (uniform(seed, rows * items), uniform(seed + 1, rows * items));
    let relevant = gains.chunks(items).map(|gains| {
        let named = gains.iter().enumerate().filter(|(item, gain)| **gain >= 0.5 || *item == 0).map(|(item, gain)| {
            let gain = (gain * 8.0).floor() / 2.0 - 2.0;
            format!("i{item}:{}", if gain > 0.0 { gain } else { 1.0 })
        });
        named.collect::<Vec<_>>().join(" ")
    });
    let ranked = orders.chunks(items).map(|order| {
        let mut items: Vec<usize> = (0..items).filter(|&item| order[item] < 0.9).collect();
        items.sort_by(|&a, &b| order[a].total_cmp(&order[b]));
        items.iter().map(|item| format!("i{item}")).collect::<Vec<_>>().join(" ")
    });
    (relevant.collect(), ranked.collect())
}

#[test]
fn rankings_are_judged_by_their_definitions() {
    let count = every_case_agrees("rankings", |spec, rows: Rows| {
        let (relevant, ranked, weights) = match rows {
            Rows::Given { relevant, ranked, weights } => (relevant, ranked, weights),
            Rows::Made { seed, rows, items } => {
                let (relevant, ranked) = made(seed, rows, items);
                (relevant, ranked, Some(uniform(seed + 2, rows)))
            }
        };
        let (metric, params) = spec.resolve().unwrap();
        let texts = |texts: Vec<String>| [Values::Texts(texts.into_iter().collect())];
        let (truth, prediction) = (texts(relevant), texts(ranked));
        let input = Input { weights: weights.as_deref(), ..Input::new(&truth, &prediction) };
        metric.scores(&params, input)
    });
    assert_eq!(count, 320);
}
