//! Expected values from scipy and statsmodels: tests/golden/standing.py.

use serde::Deserialize;

use super::auc::Auc;
use super::compare::{holm, mcnemar, upper_tail};
use super::draws::uniform;
use super::*;
use crate::metric::MetricSpec;

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Case {
    Delong { data: u64, rows: usize, share: f64, difference: f64, variance: f64, p: f64 },
    Mcnemar { better: u64, worse: u64, p: f64 },
    Holm { p: Vec<f64>, corrected: Vec<f64> },
    Tau { a: Vec<u32>, b: Vec<u32>, tau: f64 },
    Certainty(Whole),
}

#[derive(Deserialize)]
struct Whole {
    metric: String,
    data: u64,
    rows: usize,
    /// 0 where rows are drawn one by one.
    groups: u32,
    share: f64,
    teams: usize,
    draws: u32,
    seed: u64,
    redrawn: u64,
    tau: Tau,
    expected: Vec<Team>,
}

fn golden() -> Vec<Case> {
    serde_json::from_str::<Golden>(include_str!("../../tests/golden/standing.json")).unwrap().cases
}

/// To 1e-12 of the larger, absolutely near zero.
fn same(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-12 * ours.abs().max(theirs.abs()).max(1e-3)
}

/// To 1e-10 of the value, however small: libm's and scipy's erfc differ by some ulps, and a tail multiplies them.
fn same_p(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-10 * theirs
}

fn labels(classes: u32, codes: impl Iterator<Item = f64>) -> Values {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers")]
    let codes = codes.map(|code| code as u32).collect();
    Values::Labels { classes: (0..classes).map(|class| class.to_string()).collect(), codes }
}

/// `data` of standing.py: truth and each team's column; a later team is a little better.
fn data(metric: &str, seed: u64, rows: usize, teams: usize, share: f64) -> (Values, Vec<Vec<Values>>) {
    let numbers = uniform(seed, rows * (1 + 2 * teams));
    let column = |index: usize| &numbers[index * rows..(index + 1) * rows];
    let skills = (0..teams).map(|team| 0.3 + 0.05 * team as f64);
    let own = |team: usize| column(1 + 2 * team).iter();
    match metric {
        "roc_auc" => {
            let truth: Vec<f64> = column(0).iter().map(|&u| f64::from(u8::from(u < share))).collect();
            let team = |(team, skill): (usize, f64)| {
                let scores = own(team).zip(&truth).map(|(u, truth)| ((skill * truth + u) * 50.0).floor());
                vec![Values::Numbers(scores.collect())]
            };
            (labels(2, truth.iter().copied()), skills.enumerate().map(team).collect())
        }
        "rmse" => {
            let truth: Vec<f64> = column(0).iter().map(|u| u * 10.0).collect();
            let team = |(team, skill): (usize, f64)| {
                let numbers = own(team).zip(&truth).map(|(u, truth)| truth + (u - 0.5) * (2.0 - skill));
                vec![Values::Numbers(numbers.collect())]
            };
            (Values::Numbers(truth.clone()), skills.enumerate().map(team).collect())
        }
        _ => {
            let label = |u: f64| (u * 3.0).floor();
            let team = |(team, skill): (usize, f64)| {
                let guesses = column(0).iter().zip(own(team)).zip(column(2 + 2 * team));
                vec![labels(3, guesses.map(|((&truth, &u), &guess)| label(if u < skill { truth } else { guess })))]
            };
            (labels(3, column(0).iter().map(|&u| label(u))), skills.enumerate().map(team).collect())
        }
    }
}

fn spec(metric: &str) -> MetricSpec {
    match metric {
        // Micro F1 of single labels is accuracy.
        "accuracy" => MetricSpec::new("f1").with("average", "micro"),
        "macro_f1" => MetricSpec::new("f1").with("average", "macro"),
        other => MetricSpec::new(other),
    }
}

#[test]
fn delong_is_that_of_midranks() {
    let mut tested = 0;
    for case in golden() {
        let Case::Delong { data: seed, rows, share, difference, variance, p } = case else { continue };
        let (truth, predictions) = data("roc_auc", seed, rows, 2, share);
        let auc = Auc::new(&Scorer::new(&spec("roc_auc")).unwrap(), &[truth], &predictions).unwrap();
        let ours = auc.components(1).difference(&auc.components(0));
        assert!(same(ours.0, difference) && same(ours.1, variance), "{rows} rows: {ours:?}");
        assert!(same_p(upper_tail(ours.0, ours.1), p), "{rows} rows: {p}");
        tested += 1;
    }
    assert!(tested >= 4);
}

#[test]
fn mcnemar_holm_and_tau_are_those_of_scipy_and_statsmodels() {
    let mut tested = 0;
    for case in golden() {
        match case {
            Case::Mcnemar { better, worse, p } => {
                let ours = mcnemar(better, worse);
                assert!(same_p(ours, p), "{better} against {worse}: {ours} and {p}");
            }
            Case::Holm { p, corrected } => {
                let ours = holm(&p);
                assert!(ours.iter().zip(&corrected).all(|(&a, &b)| same_p(a, b)), "{ours:?}");
            }
            Case::Tau { a, b, tau: expected } => assert!(same(tau(&a, &b).unwrap(), expected), "{a:?} {b:?}"),
            Case::Delong { .. } | Case::Certainty(_) => continue,
        }
        tested += 1;
    }
    assert!(tested >= 16);
}

#[test]
fn the_whole_is_that_of_numpy_on_the_same_draws() {
    let mut tests = Vec::new();
    for case in golden() {
        let Case::Certainty(case) = case else { continue };
        let (truth, predictions) = data(&case.metric, case.data, case.rows, case.teams, case.share);
        let groups: Vec<u32> = (0..).take(case.rows).map(|row: u32| row * 7 % case.groups.max(1)).collect();
        let contest = Contest {
            scorer: &Scorer::new(&spec(&case.metric)).unwrap(),
            truth: &[truth],
            weights: None,
            series: None,
            groups: (case.groups > 0).then_some(&groups),
            decimals: None,
            predictions: &predictions,
            draws: case.draws,
            seed: case.seed,
        };
        let ours = certainty(&contest).unwrap();
        assert_eq!(ours.redrawn, case.redrawn, "{}", case.metric);
        let tau = ours.tau.unwrap();
        assert!(
            [(tau.mean, case.tau.mean), (tau.low, case.tau.low), (tau.high, case.tau.high)]
                .iter()
                .all(|&(a, b)| same(a, b))
        );
        let p = |p: Option<f64>| p.unwrap_or(0.0);
        for (ours, expected) in ours.teams.iter().zip(&case.expected) {
            let places = |team: &Team| (team.rank, team.median.to_bits(), team.low, team.high);
            assert_eq!(places(ours), places(expected), "{}", case.metric);
            assert!(same(ours.first, expected.first), "{}: {ours:?}", case.metric);
            let pairs = [(ours.p_first, expected.p_first), (ours.p_next, expected.p_next)];
            assert!(
                pairs.iter().all(|&(a, b)| a.is_some() == b.is_some() && same_p(p(a), p(b))),
                "{}: {pairs:?}",
                case.metric
            );
        }
        tests.push((case.metric, ours.test, ours.redrawn > 0));
    }
    assert!(tests.contains(&("roc_auc".to_owned(), Test::Delong, true)), "one case must have undefined draws");
    assert!(tests.contains(&("roc_auc".to_owned(), Test::Bootstrap, false)));
    assert!(tests.contains(&("accuracy".to_owned(), Test::Mcnemar, false)));
    assert!(tests.contains(&("rmse".to_owned(), Test::Bootstrap, false)));
}
