//! What holds for every score of labels and of probabilities.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use proptest::prelude::*;
use scoring::metric::{Input, MetricError, find};
use scoring::{Lang, MetricSpec, Scorer, Values};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A whole weight is as many equal rows.
type Rows<T> = Vec<(u32, T, u8)>;

fn spec(id: &str, params: &[(&str, &str)]) -> MetricSpec {
    params.iter().fold(MetricSpec::new(id), |spec, (name, value)| spec.with(name, value))
}

/// Every label metric with every average and weighting that fits any number of classes.
fn of_labels() -> Vec<MetricSpec> {
    let mut specs: Vec<_> = ["accuracy", "balanced_accuracy", "mcc"].map(MetricSpec::new).to_vec();
    specs.extend(["none", "linear", "quadratic"].map(|weights| spec("cohen_kappa", &[("weights", weights)])));
    for id in ["precision", "recall", "specificity", "f1", "fbeta", "jaccard"] {
        specs.extend(["macro", "micro", "weighted"].map(|average| spec(id, &[("average", average)])));
    }
    specs
}

/// Every probability metric that looks at the order of the scores alone.
fn of_order() -> Vec<MetricSpec> {
    vec![
        spec("roc_auc", &[]),
        spec("roc_auc", &[("average", "weighted")]),
        spec("roc_auc", &[("multi_class", "ovo")]),
        spec("roc_auc", &[("multi_class", "ovo"), ("average", "weighted")]),
        spec("average_precision", &[]),
        spec("average_precision", &[("average", "weighted")]),
        spec("sensitivity_at_specificity", &[("specificity", "0.8")]),
    ]
}

fn of_probabilities() -> Vec<MetricSpec> {
    let mut specs = of_order();
    specs.extend(["log_loss", "brier"].map(MetricSpec::new));
    specs.extend(["1", "7", "10"].map(|bins| spec("ece", &[("bins", bins)])));
    specs
}

fn names(classes: u32) -> std::sync::Arc<[String]> {
    (0..classes).map(|class| class.to_string()).collect()
}

fn column(classes: u32, codes: impl Iterator<Item = u32>) -> Values {
    Values::Labels { classes: names(classes), codes: codes.collect() }
}

fn score(
    spec: &MetricSpec,
    truth: &[Values],
    prediction: &[Values],
    weights: Option<&[f64]>,
) -> Result<f64, MetricError> {
    let scorer = Scorer::new(spec).unwrap();
    let scored = scorer.scores(Input { truth, prediction, weights }).map(|scores| scores.score);
    if weights.is_none() {
        assert_eq!(
            scorer.check(truth).err(),
            scored.clone().err(),
            "{}: the check knows what has no score",
            spec.label()
        );
    }
    if let Ok(score) = scored {
        let range = find(&spec.id).unwrap().range();
        let slack = 1e-12;
        assert!(score >= range.low.unwrap_or(f64::MIN) - slack, "{}: {score}", spec.label());
        assert!(score <= range.high.unwrap_or(f64::MAX) + slack, "{}: {score}", spec.label());
    }
    scored
}

fn of_codes(spec: &MetricSpec, classes: u32, rows: &Rows<u32>) -> Result<f64, MetricError> {
    let truth = [column(classes, rows.iter().map(|row| row.0))];
    score(spec, &truth, &[column(classes, rows.iter().map(|row| row.1))], None)
}

/// Of one column of classes and a probability column each, or one column of two.
fn of_shares(spec: &MetricSpec, rows: &Rows<Vec<f64>>, weights: Option<&[f64]>) -> Result<f64, MetricError> {
    let columns = rows.first().map_or(0, |row| row.1.len());
    let classes = u32::try_from(columns).unwrap().max(2);
    let truth = [column(classes, rows.iter().map(|row| row.0))];
    let prediction: Vec<Values> =
        (0..columns).map(|at| Values::Numbers(rows.iter().map(|row| row.1[at]).collect())).collect();
    score(spec, &truth, &prediction, weights)
}

fn close(a: &Result<f64, MetricError>, b: &Result<f64, MetricError>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-12 * a.abs().max(1.0),
        (a, b) => a == b,
    }
}

fn repeated<T: Clone>(rows: &Rows<T>) -> Rows<T> {
    rows.iter().flat_map(|row| std::iter::repeat_n(row.clone(), usize::from(row.2))).collect()
}

fn weights<T>(rows: &Rows<T>) -> Vec<f64> {
    rows.iter().map(|row| f64::from(row.2)).collect()
}

fn turned<T: Clone>(rows: &Rows<T>, by: prop::sample::Index) -> Rows<T> {
    let mut rows = rows.clone();
    let by = by.index(rows.len());
    rows.rotate_left(by);
    rows.reverse();
    rows
}

/// Two to five classes and rows of two codes; weights from 1, so that no class is seen without counting.
fn codes() -> impl Strategy<Value = (u32, Rows<u32>)> {
    (2_u32..6).prop_flat_map(|classes| (Just(classes), prop::collection::vec((0..classes, 0..classes, 1_u8..5), 1..60)))
}

/// A class and probabilities with ties, all parts of 64 so that they add up exactly; of two classes one column.
fn shares() -> impl Strategy<Value = Rows<Vec<f64>>> {
    prop_oneof![Just(1_usize), 3_usize..6].prop_flat_map(|columns| {
        let row = (0..u32::try_from(columns).unwrap().max(2), prop::collection::vec(0_u8..=12, columns), 1_u8..5);
        let share = |(code, parts, weight): (u32, Vec<u8>, u8)| {
            let mut parts: Vec<f64> = parts.iter().map(|&part| f64::from(part) / 64.0).collect();
            let rest = 1.0 - parts.iter().skip(1).sum::<f64>();
            parts[0] = if parts.len() > 1 { rest } else { parts[0] * 5.0 };
            (code, parts, weight)
        };
        prop::collection::vec(row.prop_map(share), 1..60)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_order_of_rows_changes_no_score_of_labels((classes, rows) in codes(), by in any::<prop::sample::Index>()) {
        let other = turned(&rows, by);
        for spec in of_labels() {
            let (a, b) = (of_codes(&spec, classes, &rows), of_codes(&spec, classes, &other));
            prop_assert_eq!(a.map(f64::to_bits), b.map(f64::to_bits), "{}", spec.label());
        }
    }

    #[test]
    fn a_weight_of_labels_counts_as_that_many_rows((classes, rows) in codes()) {
        let column = |at: fn(&(u32, u32, u8)) -> u32| [column(classes, rows.iter().map(at))];
        for spec in of_labels() {
            let weighted = score(&spec, &column(|row| row.0), &column(|row| row.1), Some(&weights(&rows)));
            let repeated = of_codes(&spec, classes, &repeated(&rows));
            prop_assert!(close(&weighted, &repeated), "{}: {weighted:?} {repeated:?}", spec.label());
        }
    }

    #[test]
    fn names_of_labels_do_not_matter_but_for_grades((classes, rows) in codes(), by in 1_u32..6) {
        let renamed: Rows<u32> =
            rows.iter().map(|&(t, p, w)| ((t + by) % classes, (p + by) % classes, w)).collect();
        let turned: Rows<u32> = rows.iter().map(|&(t, p, w)| (classes - 1 - t, classes - 1 - p, w)).collect();
        for spec in of_labels() {
            let score = of_codes(&spec, classes, &rows);
            prop_assert!(close(&score, &of_codes(&spec, classes, &turned)), "{}", spec.label());
            let graded = spec.params.get("weights").is_some_and(|weights| weights != "none");
            prop_assert!(graded || close(&score, &of_codes(&spec, classes, &renamed)), "{}", spec.label());
        }
    }

    #[test]
    fn only_the_truth_itself_scores_one((classes, rows) in codes()) {
        let right: Rows<u32> = rows.iter().map(|&(truth, _, weight)| (truth, truth, weight)).collect();
        let wrong = rows.iter().any(|row| row.0 != row.1);
        for spec in of_labels() {
            if let Ok(score) = of_codes(&spec, classes, &right) {
                prop_assert!((score - 1.0).abs() < 1e-12, "{}: {score}", spec.label());
            }
            // A row called by a class that the truth lacks costs these nothing when classes weigh by their rows in the truth.
            let blind = ["precision", "specificity"].contains(&spec.id.as_str());
            if let (true, Ok(score)) = (wrong && !blind, of_codes(&spec, classes, &rows)) {
                prop_assert!(score < 1.0, "{}: {score}", spec.label());
            }
        }
    }

    #[test]
    fn truth_and_prediction_may_change_places_where_the_formula_is_symmetric((classes, rows) in codes()) {
        let swapped: Rows<u32> = rows.iter().map(|&(t, p, w)| (p, t, w)).collect();
        let pairs = [
            ("mcc", [("", "")], "mcc"),
            ("cohen_kappa", [("weights", "linear")], "cohen_kappa"),
            ("cohen_kappa", [("weights", "quadratic")], "cohen_kappa"),
            ("f1", [("average", "macro")], "f1"),
            ("jaccard", [("average", "macro")], "jaccard"),
            ("precision", [("average", "macro")], "recall"),
        ];
        for (id, params, other) in pairs {
            let params: &[(&str, &str)] = if params[0].0.is_empty() { &[] } else { &params };
            let a = of_codes(&spec(id, params), classes, &rows);
            let b = of_codes(&spec(other, params), classes, &swapped);
            // A truth of one class has no score; as a prediction it has.
            prop_assert!(a.is_err() || b.is_err() || close(&a, &b), "{id}: {a:?} {b:?}");
        }
    }

    #[test]
    fn the_metrics_of_two_classes_hang_together(
        rows in prop::collection::vec((0_u32..2, 0_u32..2, 1_u8..5), 2..60)
            .prop_filter("both classes", |rows| rows.iter().any(|row| row.0 == 0) && rows.iter().any(|row| row.0 == 1)),
    ) {
        let of = |id: &str, params: &[(&str, &str)]| of_codes(&spec(id, params), 2, &rows).unwrap();
        let (recall, specificity) = (of("recall", &[]), of("specificity", &[]));
        prop_assert!((of("balanced_accuracy", &[]) - recall.midpoint(specificity)).abs() < 1e-12);
        prop_assert_eq!(specificity.to_bits(), of("recall", &[("pos_label", "0")]).to_bits());
        let (f1, jaccard, precision) = (of("f1", &[]), of("jaccard", &[]), of("precision", &[]));
        prop_assert!((jaccard - f1 / (2.0 - f1)).abs() < 1e-12);
        prop_assert!((of("fbeta", &[("beta", "1")]) - f1).abs() < 1e-12);
        prop_assert!((of("fbeta", &[("beta", "0")]) - precision).abs() < 1e-12);
        prop_assert!((precision.min(recall) - 1e-12..=precision.max(recall) + 1e-12).contains(&f1));
        for id in ["precision", "recall", "f1"] {
            prop_assert!((of(id, &[("average", "micro")]) - of("accuracy", &[])).abs() < 1e-12);
        }
    }

    #[test]
    fn the_order_of_rows_changes_no_score_of_probabilities(rows in shares(), by in any::<prop::sample::Index>()) {
        let other = turned(&rows, by);
        for spec in of_probabilities() {
            let (a, b) = (of_shares(&spec, &rows, None), of_shares(&spec, &other, None));
            prop_assert!(close(&a, &b), "{}: {a:?} {b:?}", spec.label());
        }
    }

    #[test]
    fn a_weight_of_probabilities_counts_as_that_many_rows(rows in shares()) {
        for spec in of_probabilities() {
            let weighted = of_shares(&spec, &rows, Some(&weights(&rows)));
            let repeated = of_shares(&spec, &repeated(&rows), None);
            prop_assert!(close(&weighted, &repeated), "{}: {weighted:?} {repeated:?}", spec.label());
        }
    }

    #[test]
    fn a_rising_transform_keeps_every_score_that_looks_at_the_order(rows in shares()) {
        let bent: Rows<Vec<f64>> =
            rows.iter().map(|(t, shares, w)| (*t, shares.iter().map(|p| (p + p * p) / 2.0).collect(), *w)).collect();
        for spec in of_order() {
            let (a, b) = (of_shares(&spec, &rows, None), of_shares(&spec, &bent, None));
            prop_assert_eq!(a.map(f64::to_bits), b.map(f64::to_bits), "{}", spec.label());
        }
    }

    #[test]
    fn yes_and_no_may_change_places_with_their_probabilities(rows in shares()) {
        prop_assume!(rows[0].1.len() == 1);
        let turned: Rows<Vec<f64>> = rows.iter().map(|(t, p, w)| (*t, vec![1.0 - p[0]], *w)).collect();
        for id in ["roc_auc", "log_loss", "brier"] {
            let a = of_shares(&spec(id, &[]), &rows, None);
            let b = of_shares(&spec(id, &[("pos_label", "0")]), &turned, None);
            // Without positives there are no negatives of the other label.
            prop_assert!(a.is_err() && b.is_err() || close(&a, &b), "{id}: {a:?} {b:?}");
        }
    }

    #[test]
    fn asking_for_more_specificity_never_raises_the_sensitivity(rows in shares()) {
        let at = |specificity| of_shares(&spec("sensitivity_at_specificity", &[("specificity", specificity)]), &rows, None);
        let found: Result<Vec<f64>, _> = ["0", "0.3", "0.5", "0.9", "1"].into_iter().map(at).collect();
        if let Ok(found) = found {
            prop_assert!(found.is_sorted_by(|a, b| a >= b), "{found:?}");
            prop_assert!((found[0] - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn finer_bins_never_hide_what_coarser_ones_show(rows in shares()) {
        let at = |bins| of_shares(&spec("ece", &[("bins", bins)]), &rows, None).unwrap();
        prop_assert!(at("1") <= at("5") + 1e-12);
        prop_assert!(at("5") <= at("10") + 1e-12);
    }

    #[test]
    fn equal_label_columns_score_as_one_of_them(rows in shares()) {
        prop_assume!(rows[0].1.len() == 1);
        let truth = column(2, rows.iter().map(|row| row.0));
        let prediction = Values::Numbers(rows.iter().map(|row| row.1[0]).collect());
        for spec in of_probabilities() {
            let one = of_shares(&spec, &rows, None);
            let two = score(&spec, &[truth.clone(), truth.clone()], &[prediction.clone(), prediction.clone()], None);
            let code = |error: &MetricError| error.code();
            prop_assert_eq!(one.as_ref().err().map(code), two.as_ref().err().map(code));
            prop_assert!(one.is_err() || close(&one, &two), "{}: {one:?} {two:?}", spec.label());
            prop_assert!(two.err().is_none_or(|error| error.message(Lang::Ko).ends_with("요.")));
        }
    }
}
