//! What holds for every score of numbers, survival, rankings and masks, whatever the rows.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use proptest::prelude::*;
use scoring::metric::Input;
use scoring::{MetricError, MetricSpec, Values, metric};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const NUMBERS: [&str; 13] = [
    "rmse",
    "mae",
    "mse",
    "median_absolute_error",
    "max_error",
    "r2",
    "mape",
    "smape",
    "rmsle",
    "pearson",
    "spearman",
    "ccc",
    "pinball",
];

fn score(id: &str, truth: &[Values], prediction: &[Values], weights: Option<&[f64]>) -> Result<f64, MetricError> {
    let (metric, params) = MetricSpec::new(id).resolve().unwrap();
    let score = metric.score(&params, Input { weights, ..Input::new(truth, prediction) })?;
    let range = metric.range();
    assert!(
        score.is_finite() && range.low.is_none_or(|low| score >= low) && range.high.is_none_or(|high| score <= high)
    );
    Ok(score)
}

fn of_numbers(id: &str, rows: &[(f64, f64)]) -> Result<f64, MetricError> {
    let column = |of: fn(&(f64, f64)) -> f64| [Values::Numbers(rows.iter().map(of).collect())];
    score(id, &column(|row| row.0), &column(|row| row.1), None)
}

fn of_masks(id: &str, rows: &[(String, String)]) -> f64 {
    let texts = |of: fn(&(String, String)) -> &String| Values::Texts(rows.iter().map(of).collect());
    let sizes = || Values::Numbers(vec![SIDE as f64; rows.len()]);
    score(id, &[texts(|row| &row.0), sizes(), sizes()], &[texts(|row| &row.1)], None).unwrap()
}

/// Time, whether it was an event, risk.
fn of_survival(rows: &[(u8, bool, f64)]) -> Result<f64, MetricError> {
    let times = Values::Numbers(rows.iter().map(|row| f64::from(row.0)).collect());
    let classes = ["0".to_owned(), "1".to_owned()].into();
    let events = Values::Labels { classes, codes: rows.iter().map(|row| u32::from(row.1)).collect() };
    let risks = Values::Numbers(rows.iter().map(|row| row.2).collect());
    score("concordance_index", &[times, events], &[risks], None)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0)
}

/// Both the same, or both within a rounding.
fn same(a: &Result<f64, MetricError>, b: &Result<f64, MetricError>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => near(*a, *b),
        (a, b) => a == b,
    }
}

/// Numbers from zero on, with ties.
fn pairs() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let number = || prop_oneof![(0_u8..6).prop_map(f64::from), 0.0..1e6_f64];
    prop::collection::vec((number(), number()), 1..40)
}

fn cases() -> impl Strategy<Value = Vec<(u8, bool, f64)>> {
    let risk = prop_oneof![(0_u8..5).prop_map(f64::from), -1e6..1e6_f64];
    prop::collection::vec((0_u8..12, any::<bool>(), risk), 1..40)
}

const SIDE: usize = 6;

/// A mask of a square image, as runs.
fn mask() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<bool>(), SIDE * SIDE).prop_map(|pixels| {
        let mut start = 1;
        let mut runs = Vec::new();
        for run in pixels.chunk_by(|a, b| a == b) {
            if run[0] {
                runs.push(format!("{start} {}", run.len()));
            }
            start += run.len();
        }
        if runs.is_empty() { "-".to_owned() } else { runs.join(" ") }
    })
}

fn masks() -> impl Strategy<Value = Vec<(String, String)>> {
    let mask = || prop_oneof![4 => mask(), 1 => Just("-".to_owned())];
    prop::collection::vec((mask(), mask()), 1..6)
}

proptest! {
    #[test]
    fn the_order_of_rows_changes_no_score_of_numbers(rows in pairs(), turn in any::<prop::sample::Index>()) {
        let mut turned = rows.clone();
        turned.rotate_left(turn.index(rows.len()));
        turned.reverse();
        for id in NUMBERS {
            let (a, b) = (of_numbers(id, &rows), of_numbers(id, &turned));
            prop_assert!(same(&a, &b), "{}: {:?} {:?}", id, a, b);
        }
    }

    #[test]
    fn a_weight_counts_as_that_many_rows(rows in pairs(), weights in prop::collection::vec(0_u8..4, 40)) {
        let weights: Vec<u8> = weights.into_iter().take(rows.len()).collect();
        prop_assume!(weights.iter().any(|&weight| weight > 0));
        let repeated: Vec<(f64, f64)> =
            rows.iter().zip(&weights).flat_map(|(row, &weight)| std::iter::repeat_n(*row, weight.into())).collect();
        let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
        let column = |of: fn(&(f64, f64)) -> f64| [Values::Numbers(rows.iter().map(of).collect())];
        for id in NUMBERS.into_iter().filter(|id| metric::find(id).unwrap().takes_weights()) {
            let weighted = score(id, &column(|row| row.0), &column(|row| row.1), Some(&weights));
            let repeated = of_numbers(id, &repeated);
            // A truth that does not vary at all is refused before the weights are looked at; the error is the same.
            prop_assert!(same(&weighted, &repeated), "{}: {:?} {:?}", id, weighted, repeated);
        }
    }

    #[test]
    fn agreement_does_not_ask_which_side_is_the_truth(rows in pairs()) {
        let turned: Vec<(f64, f64)> = rows.iter().map(|row| (row.1, row.0)).collect();
        for id in ["pearson", "spearman", "ccc", "rmse", "mae", "smape"] {
            if let (Ok(a), Ok(b)) = (of_numbers(id, &rows), of_numbers(id, &turned)) {
                prop_assert!(near(a, b), "{}: {} {}", id, a, b);
            }
        }
    }

    #[test]
    fn lines_keep_pearson_and_rising_transforms_keep_spearman(rows in pairs()) {
        let line: Vec<(f64, f64)> = rows.iter().map(|row| (row.0, row.1 * 4.0 + 8.0)).collect();
        prop_assert!(same(&of_numbers("pearson", &rows), &of_numbers("pearson", &line)));
        // The square of a number from zero on rises with it; ranks instead of the number itself cannot merge.
        let rank = |number: f64| rows.iter().filter(|row| row.1 < number).count() as f64;
        let bent: Vec<(f64, f64)> = rows.iter().map(|row| (row.0, rank(row.1).powi(2))).collect();
        prop_assert_eq!(of_numbers("spearman", &rows), of_numbers("spearman", &bent));
    }

    #[test]
    fn concordance_is_the_share_of_comparable_pairs(rows in cases()) {
        let (mut won, mut pairs) = (0.0, 0.0);
        for (time, event, risk) in &rows {
            for (other_time, other_event, other_risk) in &rows {
                if *event && (time < other_time || (time == other_time && !other_event)) {
                    pairs += 1.0;
                    won += if risk > other_risk { 1.0 } else if risk < other_risk { 0.0 } else { 0.5 };
                }
            }
        }
        match of_survival(&rows) {
            Ok(score) => prop_assert!(near(score, won / pairs)),
            Err(error) => prop_assert_eq!((error.code(), pairs), ("no_comparable_pairs", 0.0)),
        }
    }

    #[test]
    fn concordance_keeps_under_a_rising_transform_and_the_order_of_rows_and_turns_round(rows in cases()) {
        let rank = |risk: f64| rows.iter().filter(|row| row.2 < risk).count() as f64;
        let mut bent: Vec<(u8, bool, f64)> = rows.iter().map(|row| (row.0, row.1, rank(row.2).powi(3))).collect();
        bent.reverse();
        prop_assert_eq!(of_survival(&rows), of_survival(&bent));
        let turned: Vec<(u8, bool, f64)> = rows.iter().map(|row| (row.0, row.1, -row.2)).collect();
        if let (Ok(a), Ok(b)) = (of_survival(&rows), of_survival(&turned)) {
            prop_assert!(near(a + b, 1.0));
        }
    }

    #[test]
    fn masks_do_not_ask_which_side_is_the_truth_and_are_perfect_with_themselves(rows in masks()) {
        let turned: Vec<(String, String)> = rows.iter().map(|row| (row.1.clone(), row.0.clone())).collect();
        let same: Vec<(String, String)> = rows.iter().map(|row| (row.0.clone(), row.0.clone())).collect();
        for (id, perfect) in [("dice", 1.0_f64), ("iou", 1.0), ("hausdorff95", 0.0)] {
            prop_assert!(near(of_masks(id, &rows), of_masks(id, &turned)), "{}", id);
            prop_assert_eq!(of_masks(id, &same).to_bits(), perfect.to_bits());
        }
        prop_assert!(of_masks("iou", &rows) <= of_masks("dice", &rows));
    }

    #[test]
    fn a_mask_in_pieces_is_the_same_mask(rows in masks()) {
        let pieces = |mask: &str| {
            let numbers: Vec<u32> = mask.split(' ').filter_map(|number| number.parse().ok()).collect();
            let pixels = numbers.chunks(2).flat_map(|run| (0..run[1]).map(|step| format!("{} 1", run[0] + step)));
            let pieces = pixels.collect::<Vec<_>>().join(" ");
            if pieces.is_empty() { "-".to_owned() } else { pieces }
        };
        let cut: Vec<(String, String)> = rows.iter().map(|row| (pieces(&row.0), row.1.clone())).collect();
        for id in ["dice", "iou", "hausdorff95"] {
            prop_assert_eq!(of_masks(id, &rows).to_bits(), of_masks(id, &cut).to_bits());
        }
    }

    #[test]
    fn what_stands_behind_the_first_k_and_irrelevant_gains_do_not_count(
        relevant in prop::collection::btree_set(0_u8..12, 1..6),
        ranked in Just((0_u8..12).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let names = |items: &mut dyn Iterator<Item = u8>| items.map(|item| format!("i{item}")).collect::<Vec<_>>().join(" ");
        let truth = names(&mut relevant.iter().copied());
        let all = names(&mut ranked.iter().copied());
        let first = names(&mut ranked.iter().copied().take(4));
        let of = |id: &str, ranked: &str| {
            let (metric, params) = MetricSpec::new(id).with("k", "4").resolve().unwrap();
            let texts = |text: &str| [Values::Texts([text].into_iter().collect())];
            metric.score(&params, Input::new(&texts(&truth), &texts(ranked))).unwrap()
        };
        for id in ["ndcg", "map", "hit_rate"] {
            prop_assert_eq!(of(id, &all).to_bits(), of(id, &first).to_bits());
            prop_assert!((0.0..=1.0).contains(&of(id, &all)));
            let hits = ranked.iter().take(4).filter(|item| relevant.contains(item)).count();
            prop_assert_eq!(of(id, &all) > 0.0, hits > 0);
        }
    }
}

proptest! {
    #[test]
    fn the_order_of_events_changes_no_score(rows in prop::collection::vec((0_u32..3, 0_u32..2, 0_u8..20, 0_u8..8, 0_u8..4), 1..24)) {
        let columns = |rows: &[(u32, u32, u8, u8, u8)], with_score: bool| {
            let labels = |codes: Vec<u32>| Values::Labels { classes: (0..3).map(|name| name.to_string()).collect(), codes };
            let mut columns = vec![
                labels(rows.iter().map(|row| row.0).collect()),
                labels(rows.iter().map(|row| row.1).collect()),
                Values::Numbers(rows.iter().map(|row| f64::from(row.2)).collect()),
                Values::Numbers(rows.iter().map(|row| f64::from(row.2) + f64::from(row.3)).collect()),
            ];
            columns.extend(with_score.then(|| Values::Numbers(rows.iter().map(|row| f64::from(row.4)).collect())));
            columns
        };
        let (truth, prediction) = rows.split_at(rows.len().div_ceil(2));
        let turned: Vec<_> = prediction.iter().rev().copied().collect();
        let straight = score("event_ap", &columns(truth, false), &columns(prediction, true), None).unwrap();
        let (mut back, mut truth_back) = (turned, truth.to_vec());
        truth_back.reverse();
        let other = score("event_ap", &columns(&truth_back, false), &columns(&back, true), None).unwrap();
        prop_assert_eq!(straight.to_bits(), other.to_bits());
        // A call that is surely wrong and made last costs nothing.
        back.push((2, 0, 200, 1, 0));
        let worse = score("event_ap", &columns(&truth_back, false), &columns(&back, true), None).unwrap();
        prop_assert!(worse <= straight + 1e-15);
        let itself = score("event_ap", &columns(truth, false), &columns(truth, true), None).unwrap();
        prop_assert!((0.0..=1.0).contains(&itself));
    }
}
