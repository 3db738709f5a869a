//! Files of rankings, masks and events: what is read, split and refused.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use scoring::{FileErrors, Lang, MetricSpec, ScoreError, Scored, Scorer, Solution, check, score};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn solution(spec: &MetricSpec, text: &str) -> Result<Solution, FileErrors> {
    Solution::parse(text.as_bytes(), &Scorer::new(spec).unwrap(), "id", &["y".to_owned()])
}

fn scored(spec: &MetricSpec, truth: &str, submission: &str) -> Result<Scored, ScoreError> {
    score(&solution(spec, truth).unwrap(), &Scorer::new(spec).unwrap(), submission.as_bytes())
}

/// The errors as `kind@line`.
fn kinds(errors: &FileErrors) -> Vec<String> {
    let line = |error: &scoring::FileError| error.line.map_or(String::new(), |line| format!("@{line}"));
    errors.first.iter().map(|error| format!("{}{}", error.kind.code(), line(error))).collect()
}

fn refused(spec: &MetricSpec, truth: &str, submission: &str) -> Vec<String> {
    let dry = check(&solution(spec, truth).unwrap(), submission.as_bytes()).unwrap_err();
    match scored(spec, truth, submission).unwrap_err() {
        ScoreError::File(errors) => {
            assert_eq!(errors, dry, "a dry run says the same");
            kinds(&errors)
        }
        ScoreError::Metric(error) => panic!("{error}"),
    }
}

fn events() -> MetricSpec {
    MetricSpec::new("event_ap").with("iou", "0.5")
}

const SERIES: &str = "id,event,onset,offset,usage\n\
    s1,sleep,0,10,Public\n\
    s2,sleep,5,15,Private\n\
    s1,wake,10,12,Public\n\
    s3,-,,,Private\n\
    s4,sleep,0,1,Ignored\n";

#[test]
fn the_events_of_a_series_are_scored_with_its_part() {
    let submission = "id,event,onset,offset,score\ns1,sleep,0,10,0.9\ns1,wake,10,12,0.5\ns3,sleep,0,1,0.1\n";
    let scored = scored(&events(), SERIES, submission).unwrap();
    assert_eq!((scored.public, scored.private, scored.rows), (Some(1.0), Some(0.0), 3));
    // Half of the two sleeps of all parts, and the only wake.
    assert!((scored.score - f64::midpoint(0.5, 1.0)).abs() < 1e-15);
    let solution = solution(&events(), SERIES).unwrap();
    assert_eq!((solution.public_rows(), solution.private_rows()), (1, 2));
    assert_eq!(solution.ids().iter().collect::<Vec<_>>(), ["s1", "s2", "s3", "s4"]);
}

#[test]
fn an_event_in_a_series_without_events_costs_precision_there() {
    let hit = "id,event,onset,offset,score\ns2,sleep,5,15,0.5\n";
    let both = "id,event,onset,offset,score\ns2,sleep,5,15,0.5\ns3,sleep,5,15,0.9\n";
    assert_eq!(scored(&events(), SERIES, hit).unwrap().private, Some(1.0));
    assert_eq!(scored(&events(), SERIES, both).unwrap().private, Some(0.5));
}

#[test]
fn a_schema_of_series_says_that_ids_repeat_and_expects_no_number_of_rows() {
    let solution = solution(&events(), SERIES).unwrap();
    assert!(solution.schema().repeats);
    assert_eq!(solution.schema().rows, None);
    assert_eq!(solution.schema().header(), "id,event,onset,offset,score");
    let plain = self::solution(&MetricSpec::new("mae"), "id,y\na,1\n").unwrap();
    let json = serde_json::to_string(plain.schema()).unwrap();
    assert!(!json.contains("repeats"), "{json}");
    assert_eq!(&serde_json::from_str::<scoring::Schema>(&json).unwrap(), plain.schema());
}

#[test]
fn wrong_events_are_named_with_their_lines() {
    let submission = "id,event,onset,offset,score\n\
        s1,sleep,10,0,0.9\n\
        s9,sleep,0,1,0.9\n\
        s1,-,0,1,0.9\n\
        s1,sleep,,1,0.9\n\
        s1,wake,3,3,0.9\n";
    let expected = ["backward_event@2", "unknown_id@3", "unknown_label@4", "empty_value@5"];
    assert_eq!(refused(&events(), SERIES, submission), expected);
}

#[test]
fn a_series_is_one_part_and_either_has_events_or_has_none() {
    let errors = |rows: &str| kinds(&solution(&events(), &format!("id,event,onset,offset,usage\n{rows}")).unwrap_err());
    assert_eq!(errors("s1,a,0,1,Public\ns2,a,0,1,Public\ns1,a,2,3,Private\n"), ["uneven_series@4"]);
    assert_eq!(errors("s1,a,0,1,Public\ns1,-,,,Public\n"), ["not_empty_series@3"]);
    assert_eq!(errors("s1,-,,,Public\ns1,a,0,1,Public\n"), ["not_empty_series@3"]);
    assert_eq!(errors("s1,-,,,Public\ns1,-,,,Public\n"), ["not_empty_series@3"]);
    assert_eq!(errors("s1,-,0,1,Public\n"), ["not_empty_series@2"]);
    assert_eq!(errors("s1,-,,,Public\n"), ["metric"]);
    // Rows that are wrong themselves are not what the others are compared with.
    assert_eq!(errors("s1,a,0,1\ns1,a,0,1,Public\n"), ["too_few_fields@2"]);
    assert_eq!(errors("s1,a,0,1,Train\ns1,a,0,1,Train\n"), ["unknown_label@2", "unknown_label@3"]);
    assert_eq!(errors("s1,a,0,1,Public\ns1,a,0,1,Private\ns1,a,0,1,Public\n"), ["uneven_series@3"]);
    let uneven = solution(&events(), "id,event,onset,offset,usage\ns1,a,0,1,Public\ns1,a,2,3,Private\n").unwrap_err();
    assert_eq!(uneven.first[0].what(Lang::Ko), "같은 시계열인데 2번째 줄과 값이 달라요.");
}

const MASKS: &str = "id,rle,height,width\na,1 4,2,3\nb,-,2,2\n";

#[test]
fn a_mask_beyond_its_image_is_named_with_its_line() {
    let dice = MetricSpec::new("dice");
    assert_eq!(refused(&dice, MASKS, "id,rle\nb,4 2\na,6 1\n"), ["outside_image@2"]);
    assert_eq!(refused(&dice, MASKS, "id,rle\nb,5 1\na,1 1 7 1\n"), ["outside_image@2", "outside_image@3"]);
    let error = check(&solution(&dice, MASKS).unwrap(), b"id,rle\na,6 2\nb,-\n").unwrap_err();
    assert_eq!(error.first[0].what(Lang::Ko), "이미지는 6픽셀인데 마스크가 7번째 픽셀까지 가요.");
    assert_eq!(error.first[0].value.as_deref(), Some("6 2"));
    let truth = solution(&dice, "id,height,rle,width\na,2,1 4,2\nb,2,2 4,2\n").unwrap_err();
    assert_eq!(kinds(&truth), ["outside_image@3"]);
    assert_eq!(scored(&dice, MASKS, "id,rle\nb,-\na,3 4\n").map(|scored| scored.score), Ok(f64::midpoint(1.0, 0.5)));
}

#[test]
fn distances_need_the_size_of_each_image_and_overlap_does_not() {
    let without = "id,rle\na,1 4\n";
    assert!(solution(&MetricSpec::new("iou"), without).is_ok());
    let error = solution(&MetricSpec::new("hausdorff95"), without).unwrap_err();
    assert_eq!(error.first[0].what(Lang::Ko), "이 평가지표에는 이미지의 height 열과 width 열이 필요해요.");
    assert!(solution(&MetricSpec::new("hausdorff95"), MASKS).is_ok());
    let size = solution(&MetricSpec::new("iou"), "id,rle,height,width\na,1 4,2.5,0\n").unwrap_err();
    assert_eq!(kinds(&size), ["bad_size@2", "bad_size@2"]);
}

#[test]
fn gains_are_read_from_the_solution_and_items_from_the_submission() {
    let ndcg = MetricSpec::new("ndcg");
    let truth = "id,relevant\nq1,a:2 b\nq2,c\n";
    assert_eq!(scored(&ndcg, truth, "id,ranked\nq1,a b\nq2,c d:3\n").unwrap().score.to_bits(), 1.0_f64.to_bits());
    assert_eq!(refused(&ndcg, truth, "id,ranked\nq1,a b a\nq2,\n"), ["repeated_item@2"]);
    let wrong = solution(&ndcg, "id,relevant\nq1,a:2 a\nq2,c:-1\n").unwrap_err();
    assert_eq!(kinds(&wrong), ["repeated_item@2", "bad_gain@3"]);
    let none = solution(&ndcg, "id,relevant\nq1,a\nq2,\n").unwrap_err();
    assert_eq!(none.first[0].what(Lang::Ko), "정답에 관련 항목이 없는 행이 1개 있어요.");
}

#[test]
fn numbers_below_zero_are_named_with_their_lines_where_logarithms_are_taken() {
    let rmsle = MetricSpec::new("rmsle");
    assert_eq!(refused(&rmsle, "id,y\na,1\nb,0\n", "id,y\na,0\nb,-0.5\n"), ["negative@3"]);
    assert_eq!(kinds(&solution(&rmsle, "id,y\na,-1\nb,0\n").unwrap_err()), ["negative@2"]);
    let beside = MetricSpec { secondary: vec![rmsle], ..MetricSpec::new("rmse") };
    assert_eq!(refused(&beside, "id,y\na,1\nb,0\n", "id,y\na,-2\nb,0\n"), ["negative@2"]);
    assert!(scored(&MetricSpec::new("rmse"), "id,y\na,-1\nb,0\n", "id,y\na,-2\nb,0\n").is_ok());
}

#[test]
fn the_limits_of_agreement_stand_beside_each_part() {
    let truth = "id,y,usage\na,1,Public\nb,2,Public\nc,3,Private\nd,5,Private\n";
    let scored = scored(&MetricSpec::new("ccc"), truth, "id,y\na,2\nb,3\nc,3\nd,5\n").unwrap();
    let bias = |details: &std::collections::BTreeMap<String, f64>| details.get("bias").copied();
    assert_eq!(bias(&scored.secondary_public), Some(1.0));
    assert_eq!((bias(&scored.secondary_private), bias(&scored.secondary)), (Some(0.0), Some(0.5)));
}

#[test]
fn survival_is_scored_from_files() {
    let truth = "id,time,event\na,1,1\nb,2,0\nc,3,1\n";
    let scored = scored(&MetricSpec::new("concordance_index"), truth, "id,risk\nc,2\nb,1\na,3\n").unwrap();
    assert_eq!(scored.score.to_bits(), 1.0_f64.to_bits());
}
