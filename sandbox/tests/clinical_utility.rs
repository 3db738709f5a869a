//! The example: what the demo carries is what its source makes, and it scores as its formula says.

#![expect(clippy::float_cmp, reason = "the expected numbers are exact")]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use sandbox::Component;
use scoring::metric::SpecError;
use scoring::{MetricSpec, ScoreError, Scored, Scorer, Solution, score};
use serde::Deserialize;

#[derive(Deserialize)]
struct Expected {
    /// By model and part, from the definition in `demo/make_demo_data.py`.
    clinical_utility: BTreeMap<String, BTreeMap<String, f64>>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn demo(name: &str) -> Vec<u8> {
    std::fs::read(root().join("demo/breast-cancer").join(name)).unwrap()
}

/// Built from its source as an organizer would.
fn built() -> Vec<u8> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--target", "wasm32-unknown-unknown", "--manifest-path"])
        .arg(root().join("sandbox/guests/clinical-utility/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        // Of the tests' own build, not of this one.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::read(target.join("wasm32-unknown-unknown/release/clinical_utility.wasm")).unwrap()
}

fn spec(params: &[(&str, &str)]) -> MetricSpec {
    let about = r#"{"component": "clinical_utility.wasm", "task": "probability", "direction": "higher", "takes_weights": true,
        "name": {"ko": "임상 효용"}, "explanation": {"ko": ""}}"#;
    let spec = MetricSpec { custom: serde_json::from_str(about).unwrap(), ..MetricSpec::new("utility") };
    params.iter().fold(spec, |spec, (name, value)| spec.with(name, value))
}

fn scorer(component: &Component, params: &[(&str, &str)]) -> Scorer {
    let scorer = Scorer::with(&spec(params), |id, about| {
        let component = component.clone();
        Ok::<_, SpecError>(sandbox::metric(id, about, move || Ok(component.clone())))
    });
    scorer.unwrap()
}

fn scored(scorer: &Scorer, solution: &[u8], target: &str, submission: &[u8]) -> Result<Scored, ScoreError> {
    let solution = Solution::parse(solution, scorer, "id", &[target.to_owned()]).unwrap();
    score(&solution, scorer, submission)
}

#[test]
fn the_demos_component_and_the_one_built_from_its_source_score_every_submission_as_the_formula_says() {
    let expected: Expected = serde_json::from_slice(&demo("expected.json")).unwrap();
    assert_eq!(expected.clinical_utility.len(), 11);
    for bytes in [demo("clinical_utility.wasm"), built()] {
        let scorer = scorer(&Component::compile(&bytes).unwrap(), &[("threshold", "0.1")]);
        for (model, parts) in &expected.clinical_utility {
            let submission = demo(&format!("submissions/{model}.csv"));
            let scored = scored(&scorer, &demo("solution.csv"), "malignant", &submission).unwrap();
            let pairs = [("all", Some(scored.score)), ("public", scored.public), ("private", scored.private)];
            for (part, ours) in pairs {
                assert!(
                    (ours.unwrap() - parts[part]).abs() < 1e-12,
                    "{model} {part}: {ours:?} and not {}",
                    parts[part]
                );
            }
        }
    }
}

#[test]
fn costs_weights_and_the_positive_label_count_and_the_values_beside_it_explain_it() {
    let component = Component::compile(&demo("clinical_utility.wasm")).unwrap();
    let params = [
        ("threshold", "0.3"),
        ("benefit", "2"),
        ("false_positive", "0.5"),
        ("false_negative", "1"),
        ("pos_label", "yes"),
    ];
    let solution = b"id,y,weight\na,yes,1\nb,yes,3\nc,no,2\nd,no,4\n";
    let submission = b"id,y\na,0.3\nb,0.2\nc,0.9\nd,0.1\n";
    let scored = scored(&scorer(&component, &params), solution, "y", submission).unwrap();
    // TP 1, FN 3, FP 2, TN 4: gained 2·1 − 0.5·2 − 1·3 = −2 of the 2·4 that there are to gain.
    assert_eq!(scored.score, -0.25);
    let beside = |name: &str| {
        let (_, value) = scored.secondary.iter().find(|(key, _)| key.ends_with(&format!(").{name}"))).unwrap();
        *value
    };
    assert_eq!(beside("net_benefit"), -0.2);
    assert_eq!(beside("sensitivity"), 0.25);
    assert_eq!(beside("specificity"), 4.0 / 6.0);
    assert_eq!(beside("referred"), 3.0);
    assert_eq!(scored.secondary.len(), 4);
}

#[test]
fn what_it_cannot_score_it_says_in_a_sentence() {
    let component = Component::compile(&demo("clinical_utility.wasm")).unwrap();
    let refused = |params: &[(&str, &str)], solution: &[u8]| {
        let error = scored(&scorer(&component, params), solution, "y", b"id,y\na,0.5\nb,0.5\n").unwrap_err();
        error.to_string()
    };
    let both = b"id,y\na,1\nb,0\n";
    assert!(refused(&[("threshold", "1")], both).ends_with("(must lie between 0 and 1)"));
    assert!(refused(&[("benefit", "much")], both).ends_with("benefit=much: 수가 아닙니다 (not a number)"));
    assert!(refused(&[("pos_label", "2")], both).ends_with("(no such label)"));
    assert!(refused(&[], b"id,y\na,1\nb,1\n").ends_with("(both classes are needed)"));
}
