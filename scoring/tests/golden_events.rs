//! Events from files, against the plain definition (tests/golden/events.py).

mod common;

use common::every_case_agrees;
use scoring::csv::Detail;
use scoring::metric::Scores;
use scoring::{Scorer, Solution, score};
use serde::Deserialize;
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Deserialize)]
struct Files {
    solution: String,
    submission: String,
}

#[test]
fn events_are_judged_by_their_definition() {
    let count = every_case_agrees("events", |spec, rows: Files| {
        let scorer = Scorer::new(spec).unwrap();
        match Solution::parse(rows.solution.as_bytes(), &scorer, "id", &[]) {
            Ok(solution) => {
                let scored = score(&solution, &scorer, rows.submission.as_bytes()).unwrap();
                Ok(Scores { score: scored.score, details: Vec::new() })
            }
            Err(errors) => match &errors.first[0].detail {
                Detail::Metric(error) => Err(error.clone()),
                other => panic!("{other:?}"),
            },
        }
    });
    assert_eq!(count, 103);
}
