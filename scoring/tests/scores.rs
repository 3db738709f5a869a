//! Scoring from bytes to JSON.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use scoring::metric::Part;
use scoring::{Lang, MetricSpec, ScoreError, Scored, Scorer, Solution, judge, score};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SOLUTION: &[u8] = b"id,y,usage\na,1,Public\nb,0,Public\nc,1,Private\nd,0,Private\ne,1,Ignored\n";

fn scorer(spec: &MetricSpec) -> Scorer {
    Scorer::new(spec).unwrap()
}

fn solution(spec: &MetricSpec, bytes: &[u8]) -> Solution {
    Solution::parse(bytes, &scorer(spec), "id", &["y".to_owned()]).unwrap()
}

#[test]
fn a_score_is_told_as_one_json_object() {
    let spec = MetricSpec::new("roc_auc");
    let submission = b"id,y\ne,0.1\nd,0.4\nc,0.3\nb,0.2\na,0.9\n";
    let scored = score(&solution(&spec, SOLUTION), &scorer(&spec), submission).unwrap();
    let json = serde_json::to_value(&scored).unwrap();
    let expected = serde_json::json!(
        {"metric": "roc_auc", "direction": "higher", "score": 0.75, "public": 1.0, "private": 0.0, "rows": 4}
    );
    assert_eq!(json, expected);
    assert_eq!(serde_json::from_value::<Scored>(json).unwrap(), scored);
}

#[test]
fn without_usage_there_is_one_score_and_it_is_public() {
    let spec = MetricSpec::new("rmse");
    let scored = score(&solution(&spec, b"id,y\na,1\nb,2\n"), &scorer(&spec), b"id,y\na,1\nb,4\n").unwrap();
    let json = serde_json::to_value(&scored).unwrap();
    assert_eq!(json.get("public"), None);
    assert_eq!(json.get("private"), None);
    assert_eq!(json["direction"], "lower");
    let judged = judge(&solution(&spec, b"id,y\na,1\nb,2\n"), &scorer(&spec), b"id,y\na,1\nb,4\n").unwrap();
    assert_eq!((judged.public.score.to_bits(), judged.private), (scored.score.to_bits(), None));
    assert_eq!(scored.score.to_bits(), 2.0_f64.sqrt().to_bits());
}

#[test]
fn a_competition_hears_of_the_public_rows_alone_what_went_wrong() {
    let pearson = MetricSpec::new("pearson");
    let solution = solution(&pearson, b"id,y,usage\na,1,Public\nb,2,Public\nc,1,Private\nd,2,Private\n");
    let told = |submission: &[u8]| judge(&solution, &scorer(&pearson), submission);
    // The private rows have no score: the public ones are none the wiser.
    let judged = told(b"id,y\na,1\nb,2\nc,7\nd,7\n").unwrap();
    assert_eq!(
        (judged.public.score.to_bits(), judged.private.clone().map(|scores| scores.is_err())),
        (1.0_f64.to_bits(), Some(true))
    );
    assert!(matches!(judged.whole(), Err(ScoreError::Metric(error)) if error.part == Part::Private));
    // The public rows have none: nothing says which rows these are.
    let Err(ScoreError::Metric(error)) = told(b"id,y\na,7\nb,7\nc,1\nd,2\n") else { panic!("a constant has no score") };
    assert_eq!((error.part, error.code()), (Part::All, "constant_prediction"));
    // All together could have overflowed or been constant: nobody asks.
    assert!(told(b"id,y\na,1\nb,2\nc,1e308\nd,-1e308\n").is_ok());
}

#[test]
fn a_secondary_metric_without_a_value_is_left_out() {
    let spec =
        MetricSpec { secondary: vec![MetricSpec::new("pearson"), MetricSpec::new("mae")], ..MetricSpec::new("rmse") };
    let solution = solution(&spec, b"id,y,usage\na,1,Public\nb,2,Public\nc,1,Private\nd,2,Private\n");
    let judged = judge(&solution, &scorer(&spec), b"id,y\na,1\nb,2\nc,1\nd,1\n").unwrap();
    let names = |details: &[(String, f64)]| details.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&judged.public.details), ["pearson", "mae"]);
    assert_eq!(names(&judged.private.unwrap().unwrap().details), ["mae"]);
    let scored = score(&solution, &scorer(&spec), b"id,y\na,1\nb,1\nc,1\nd,1\n").unwrap();
    assert_eq!(scored.secondary.keys().collect::<Vec<_>>(), ["mae"]);
}

#[test]
fn a_wrong_file_is_told_as_a_report() {
    let spec = MetricSpec::new("roc_auc");
    let error = score(&solution(&spec, SOLUTION), &scorer(&spec), b"id,y\na,2\nb,0\nc,0\nd,0\ne,0\n").unwrap_err();
    let expected = serde_json::json!({"errors": {"total": 1, "kinds": {"out_of_range": 1}, "first": [{
        "line": 2, "column": "y", "value": "2", "kind": "out_of_range",
        "message": "This is not between 0 and 1. Replace it with a probability."
    }]}});
    assert_eq!(serde_json::to_value(error.report(Lang::En)).unwrap(), expected);
    let json = serde_json::to_string(&error).unwrap();
    assert_eq!(serde_json::from_str::<ScoreError>(&json).unwrap(), error);
}

#[test]
fn a_metric_of_another_kind_is_refused() {
    let auc = MetricSpec::new("roc_auc");
    let error = score(&solution(&auc, SOLUTION), &scorer(&MetricSpec::new("rmse")), b"id,y\n").unwrap_err();
    let report = error.report(Lang::Ko).errors;
    assert_eq!((report.total, report.first[0].kind.as_str()), (1, "wrong_columns"));
}

#[test]
fn another_positive_label_cannot_be_used_unless_the_solution_has_it() {
    let auc = MetricSpec::new("roc_auc");
    let error =
        score(&solution(&auc, SOLUTION), &scorer(&auc.with("pos_label", "yes")), b"id,y\na,0\nb,0\nc,0\nd,0\ne,0\n");
    let report = error.unwrap_err().report(Lang::Ko).errors;
    assert_eq!(report.first[0].kind, "unknown_pos_label");
}

#[test]
fn binary_f1_takes_its_positive_label_from_the_spec() {
    let spec = MetricSpec::new("f1").with("pos_label", "yes");
    let solution = solution(&spec, b"id,y\na,yes\nb,no\nc,yes\n");
    let scored = score(&solution, &scorer(&spec), b"id,y\na,yes\nb,yes\nc,yes\n").unwrap();
    assert_eq!(scored.score.to_bits(), 0.8_f64.to_bits());
}

#[test]
fn the_probabilities_of_several_classes_are_columns_named_as_they_are_and_add_up() {
    let spec = MetricSpec::new("log_loss");
    let solution = solution(&spec, "id,y,weight\na,경증,1\nb,정상,3\nc,중증,0\n".as_bytes());
    assert_eq!(solution.schema().header(), "id,경증,정상,중증");
    let scored = |rows: &str| score(&solution, &scorer(&spec), format!("id,정상,경증,중증\n{rows}").as_bytes());
    // The row that weighs nothing is wrong and costs nothing.
    let right = scored("a,0,1,0\nb,0.5,0.25,0.25\nc,1,0,0\n").unwrap();
    assert!((right.score - 0.75 * 2.0_f64.ln()).abs() < 1e-15, "{}", right.score);
    let report = scored("a,0,1,0\nb,0.5,0.5,0.5\nc,1,0,0\n").unwrap_err().report(Lang::Ko).errors;
    assert_eq!((report.first[0].kind.as_str(), report.first[0].line), ("row_sum", Some(3)));
    assert!(report.first[0].message.starts_with("이 줄의 확률을 모두 더하면 1이 아니라 1.5예요."));
}

#[test]
fn several_labels_need_not_add_up() {
    let spec = MetricSpec::new("roc_auc");
    let targets = ["fever".to_owned(), "cough".to_owned()];
    let solution = Solution::parse(b"id,fever,cough\na,1,0\nb,0,1\n", &scorer(&spec), "id", &targets).unwrap();
    let scored = score(&solution, &scorer(&spec), b"id,fever,cough\na,0.9,0.8\nb,0.7,0.6\n").unwrap();
    assert_eq!(scored.score.to_bits(), 0.5_f64.to_bits());
}
