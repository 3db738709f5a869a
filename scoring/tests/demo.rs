//! The scores of real models' submissions are those of scikit-learn.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::collections::BTreeMap;
use std::path::Path;

use scoring::{MetricSpec, Scored, Scorer, Solution, check, score};
use serde::Deserialize;

#[derive(Deserialize)]
struct Expected {
    target: String,
    scores: BTreeMap<String, Parts>,
}

#[derive(Deserialize)]
struct Parts {
    all: f64,
    public: f64,
    private: f64,
}

/// Scores every submission of a demo competition; returns how many there were.
fn every_score_agrees(slug: &str, spec: &MetricSpec) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo").join(slug);
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let expected: Expected = serde_json::from_slice(&read("expected.json")).unwrap();
    let scorer = Scorer::new(spec).unwrap();
    let solution = Solution::parse(&read("solution.csv"), &scorer, "id", &[expected.target]).unwrap();
    assert_eq!(check(&solution, &read("sample_submission.csv")).unwrap().rows, solution.ids().len() as u64);
    for (model, parts) in &expected.scores {
        let scored: Scored = score(&solution, &scorer, &read(&format!("submissions/{model}.csv"))).unwrap();
        let pairs = [
            ("all", scored.score, parts.all),
            ("public", scored.public.unwrap(), parts.public),
            ("private", scored.private.unwrap(), parts.private),
        ];
        for (part, ours, theirs) in pairs {
            assert!((ours - theirs).abs() <= 1e-12 * theirs.abs(), "{slug} {model} {part}: {ours} and not {theirs}");
        }
    }
    expected.scores.len()
}

#[test]
fn roc_auc_is_that_of_scikit_learn() {
    assert_eq!(every_score_agrees("breast-cancer", &MetricSpec::new("roc_auc")), 11);
}

#[test]
fn rmse_is_that_of_scikit_learn() {
    assert_eq!(every_score_agrees("diabetes", &MetricSpec::new("rmse")), 10);
}

#[test]
fn macro_f1_is_that_of_scikit_learn() {
    assert_eq!(every_score_agrees("digits", &MetricSpec::new("f1").with("average", "macro")), 11);
}
