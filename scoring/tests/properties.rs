//! What holds for every file and every score.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use proptest::prelude::*;
use scoring::csv::KEPT;
use scoring::{Checker, Column, ColumnKind, FileErrors, Ids, MetricSpec, Schema, Scorer, Solution, Summary, score};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn schema() -> Schema {
    let classes = vec!["cat".to_owned(), "개".to_owned()];
    let columns = vec![
        Column { name: "p".to_owned(), kind: ColumnKind::Probability },
        Column { name: "label".to_owned(), kind: ColumnKind::Label { classes } },
    ];
    Schema { id: "id".to_owned(), columns, rows: None, repeats: false, sums_to_one: false }
}

fn ids() -> Ids {
    Ids::from_csv("id\nP1\nP2\n가\n".as_bytes(), "id").unwrap()
}

fn read(chunks: &[&[u8]]) -> Result<Summary, FileErrors> {
    let mut checker = Checker::new(schema(), ids());
    for chunk in chunks {
        checker.push(chunk);
    }
    checker.finish()
}

/// Pieces that make files which are nearly right, and wrong in every way.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "id,p,label\n",
        "P1",
        "P2",
        "가",
        ",",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "\"\"",
        " ",
        "0.5",
        "1,000",
        "nan",
        "cat",
        "개",
        "\u{feff}",
        ";",
        "\t",
        "\0",
        "id",
        "P1,0.5,cat\n",
        "P2,1,개\r\n",
        "가,0,cat\n",
        "ID",
    ]);
    let text = prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat().into_bytes());
    let headed = text.clone().prop_map(|text| [b"id,p,label\n".as_slice(), &text].concat());
    prop_oneof![text, headed, prop::collection::vec(any::<u8>(), 0..300)]
}

/// Truth and scores with ties; at least one positive and one negative.
fn cases() -> impl Strategy<Value = Vec<(bool, f64)>> {
    let score = prop_oneof![(0_u8..=10).prop_map(|tenth| f64::from(tenth) / 10.0), 0.0..=1.0];
    prop::collection::vec((any::<bool>(), score), 2..80)
        .prop_filter("both classes", |rows| rows.iter().any(|row| row.0) && rows.iter().any(|row| !row.0))
}

fn csv<T: std::fmt::Display>(rows: impl IntoIterator<Item = (usize, T)>) -> Vec<u8> {
    rows.into_iter().fold("id,y\n".to_owned(), |text, (id, value)| format!("{text}{id:04},{value}\n")).into_bytes()
}

fn score_of(spec: &MetricSpec, truth: &[u8], submission: &[u8]) -> f64 {
    let scorer = Scorer::new(spec).unwrap();
    let solution = Solution::parse(truth, &scorer, "id", &["y".to_owned()]).unwrap();
    score(&solution, &scorer, submission).unwrap().score
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn bytes_of_any_kind_are_read_without_a_panic_and_with_bounded_errors(bytes in file()) {
        match read(&[&bytes]) {
            Ok(summary) => prop_assert_eq!(summary.rows, 3),
            Err(errors) => {
                prop_assert!(errors.total > 0);
                prop_assert!(errors.first.len() <= KEPT);
                prop_assert_eq!(errors.total, errors.kinds.values().sum::<u64>());
                prop_assert!(errors.first.iter().all(|error| error.value.as_ref().is_none_or(|v| v.chars().count() <= 40)));
            }
        }
        for spec in [MetricSpec::new("rmse"), MetricSpec::new("f1").with("average", "macro")] {
            if let Ok(solution) = Solution::parse(&bytes, &Scorer::new(&spec).unwrap(), "id", &["p".to_owned()]) {
                prop_assert!(solution.scored_rows() > 0);
            }
        }
    }

    #[test]
    fn where_the_chunks_are_cut_does_not_matter(bytes in file(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let mut chunks = Vec::new();
        let mut start = 0;
        for cut in cuts {
            chunks.push(&bytes[start..cut]);
            start = cut;
        }
        chunks.push(&bytes[start..]);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        let whole = read(&[&bytes]);
        prop_assert_eq!(&read(&chunks), &whole);
        prop_assert_eq!(&read(&single), &whole);
    }

    #[test]
    fn the_order_of_rows_changes_no_score(rows in cases(), shuffle in any::<prop::sample::Index>()) {
        let truth = csv(rows.iter().map(|row| u8::from(row.0)).enumerate());
        let labels = rows.iter().map(|row| u8::from(row.1 > 0.5));
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.rotate_left(shuffle.index(rows.len()));
        order.reverse();
        let scores = |order: &[usize]| csv(order.iter().map(|&row| (row, rows[row].1)));
        let codes: Vec<u8> = labels.collect();
        let coded = |order: &[usize]| csv(order.iter().map(|&row| (row, codes[row])));
        let straight: Vec<usize> = (0..rows.len()).collect();
        for spec in [MetricSpec::new("roc_auc"), MetricSpec::new("rmse")] {
            let (a, b) = (score_of(&spec, &truth, &scores(&straight)), score_of(&spec, &truth, &scores(&order)));
            prop_assert_eq!(a.to_bits(), b.to_bits());
        }
        for average in ["macro", "micro", "weighted", "binary"] {
            let spec = MetricSpec::new("f1").with("average", average);
            let (a, b) = (score_of(&spec, &truth, &coded(&straight)), score_of(&spec, &truth, &coded(&order)));
            prop_assert_eq!(a.to_bits(), b.to_bits());
            prop_assert!((0.0..=1.0).contains(&a));
        }
    }

    #[test]
    fn auc_is_the_share_of_pairs_and_keeps_under_a_rising_transform(rows in cases()) {
        let spec = MetricSpec::new("roc_auc");
        let truth = csv(rows.iter().map(|row| u8::from(row.0)).enumerate());
        let auc = score_of(&spec, &truth, &csv(rows.iter().map(|row| row.1).enumerate()));
        // The square of a rank rises with the score and keeps its ties.
        let n = rows.len() as f64;
        let rank = |score: f64| rows.iter().filter(|row| row.1 < score).count() as f64 / n;
        let bent = score_of(&spec, &truth, &csv(rows.iter().map(|row| rank(row.1).powi(2)).enumerate()));
        prop_assert_eq!(auc.to_bits(), bent.to_bits());
        let (mut won, mut pairs) = (0.0, 0.0);
        for positive in rows.iter().filter(|row| row.0) {
            for negative in rows.iter().filter(|row| !row.0) {
                pairs += 1.0;
                won += if positive.1 > negative.1 { 1.0 } else if positive.1 < negative.1 { 0.0 } else { 0.5 };
            }
        }
        prop_assert!((auc - won / pairs).abs() < 1e-14);
        prop_assert!((0.0..=1.0).contains(&auc));
    }

    #[test]
    fn turning_the_scores_round_turns_the_auc_round(rows in cases()) {
        let spec = MetricSpec::new("roc_auc");
        let truth = csv(rows.iter().map(|row| u8::from(row.0)).enumerate());
        let turned = csv(rows.iter().map(|row| u8::from(!row.0)).enumerate());
        let scores = csv(rows.iter().map(|row| row.1).enumerate());
        let sum = score_of(&spec, &truth, &scores) + score_of(&spec, &turned, &scores);
        prop_assert!((sum - 1.0).abs() < 1e-14);
    }

    #[test]
    fn rmse_is_zero_only_for_the_truth_and_lies_below_the_largest_miss(
        rows in prop::collection::vec((-1e6..1e6_f64, -1e6..1e6_f64), 1..60),
    ) {
        let spec = MetricSpec::new("rmse");
        let truth = csv(rows.iter().map(|row| row.0).enumerate());
        let rmse = score_of(&spec, &truth, &csv(rows.iter().map(|row| row.1).enumerate()));
        let largest = rows.iter().map(|row| (row.0 - row.1).abs()).fold(0.0, f64::max);
        prop_assert!((0.0..=largest * (1.0 + 1e-12)).contains(&rmse));
        prop_assert_eq!(score_of(&spec, &truth, &truth).to_bits(), 0.0_f64.to_bits());
    }
}
