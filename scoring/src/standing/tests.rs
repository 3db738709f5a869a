//! What holds for every ranking.

use proptest::prelude::*;

use super::compare::holm;
use super::*;
use crate::metric::MetricSpec;

fn labels(codes: Vec<u32>) -> Values {
    Values::Labels { classes: ["0".to_owned(), "1".to_owned()].into(), codes }
}

fn scorer(id: &str) -> Scorer {
    let spec = MetricSpec::new(id);
    Scorer::new(&if id == "f1" { spec.with("average", "micro") } else { spec }).unwrap()
}

/// Truth, and teams of `rows` numbers each (labels for f1).
#[derive(Clone, Debug)]
struct Board {
    scorer: Scorer,
    truth: Vec<Values>,
    teams: Vec<Vec<Values>>,
    groups: Vec<u32>,
}

impl Board {
    fn certainty(&self, grouped: bool, seed: u64) -> Result<Certainty, Unknown> {
        certainty(&Contest {
            scorer: &self.scorer,
            truth: &self.truth,
            weights: None,
            series: None,
            groups: grouped.then_some(&self.groups),
            decimals: None,
            predictions: &self.teams,
            draws: 60,
            seed,
        })
    }

    /// The same rows in another order.
    fn reordered(&self, order: &[u32]) -> Self {
        let at = |columns: &Vec<Values>| columns.iter().map(|column| column.at(order)).collect();
        Self {
            scorer: self.scorer.clone(),
            truth: at(&self.truth),
            teams: self.teams.iter().map(at).collect(),
            groups: pick(&self.groups, order),
        }
    }
}

/// Boards with ties between scores and between teams, of a metric for each test.
fn boards() -> impl Strategy<Value = Board> {
    let tenths = |rows| prop::collection::vec((0_u8..10).prop_map(|tenth| f64::from(tenth) / 10.0), rows);
    let metric = prop::sample::select(vec!["roc_auc", "f1", "rmse"]);
    (metric, 8_usize..40, 1_usize..6)
        .prop_flat_map(move |(id, rows, teams)| {
            let truth = prop::collection::vec(0_u32..2, rows);
            let groups = prop::collection::vec(0_u32..6, rows);
            (Just(id), truth, prop::collection::vec(tenths(rows), teams), groups)
        })
        .prop_filter("four of each class", |(_, truth, ..)| {
            let positives = truth.iter().filter(|&&code| code == 1).count();
            positives >= 4 && truth.len() - positives >= 4
        })
        .prop_map(|(id, truth, teams, groups)| {
            let number = |codes: &[u32]| Values::Numbers(codes.iter().map(|&code| f64::from(code)).collect());
            let rounded = |team: &Vec<f64>| labels(team.iter().map(|&score| u32::from(score >= 0.5)).collect());
            Board {
                scorer: scorer(id),
                truth: vec![if id == "rmse" { number(&truth) } else { labels(truth) }],
                teams: teams
                    .iter()
                    .map(|team| vec![if id == "f1" { rounded(team) } else { Values::Numbers(team.clone()) }])
                    .collect(),
                groups,
            }
        })
}

#[test]
fn accuracy_is_compared_by_the_cases_that_only_one_team_has_right() {
    let truth = [labels((0..40).map(|row| row % 2).collect())];
    let wrong = |rows: u32| vec![labels((0..40).map(|row| if row < rows { 1 - row % 2 } else { row % 2 }).collect())];
    let (scorer, predictions) = (scorer("accuracy"), [wrong(10), wrong(0)]);
    let (weights, series, groups) = (None, None, None);
    let contest = Contest {
        scorer: &scorer,
        truth: &truth,
        weights,
        series,
        groups,
        decimals: None,
        predictions: &predictions,
        draws: 50,
        seed: 1,
    };
    let certainty = certainty(&contest).unwrap();
    assert_eq!(certainty.test, Test::Mcnemar);
    // Ten discordant cases, all for the better team.
    assert!((certainty.teams[0].p_first.unwrap() - 0.5_f64.powi(10)).abs() < 1e-15);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn everything_lies_within_its_bounds(board in boards(), grouped in any::<bool>(), seed in any::<u64>()) {
        let Ok(certainty) = board.certainty(grouped, seed) else { return Ok(()) };
        let count = u32::try_from(board.teams.len()).unwrap();
        let firsts: f64 = certainty.teams.iter().map(|team| (team.first * 60.0).round()).sum();
        prop_assert_eq!(firsts.to_bits(), 60.0_f64.to_bits());
        let mut ranks: Vec<u32> = certainty.teams.iter().map(|team| team.rank).collect();
        ranks.sort_unstable();
        prop_assert_eq!(ranks, (1..=count).collect::<Vec<_>>());
        for team in &certainty.teams {
            prop_assert!(1 <= team.low && team.low <= team.high && team.high <= count);
            prop_assert!((f64::from(team.low)..=f64::from(team.high)).contains(&team.median));
            prop_assert_eq!(team.p_first.is_none(), team.rank == 1);
            prop_assert_eq!(team.p_next.is_none(), team.rank == count);
            prop_assert!(team.p_first.into_iter().chain(team.p_next).all(|p| (0.0..=1.0).contains(&p)));
        }
        prop_assert_eq!(certainty.tau.is_some(), count > 1);
        if let Some(tau) = certainty.tau {
            prop_assert!(-1.0 <= tau.low && tau.low <= tau.high && tau.high <= 1.0);
            prop_assert!((-1.0..=1.0).contains(&tau.mean));
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing_when_groups_are_drawn(board in boards(), turn in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let mut order: Vec<u32> = (0..).take(board.groups.len()).collect();
        order.reverse();
        order.rotate_left(turn.index(board.groups.len()));
        // Sums of squares may differ in the last bit, and a p-value with them; all else is the same.
        let rounded = |outcome: Result<Certainty, Unknown>| outcome.map(|mut certainty| {
            for team in &mut certainty.teams {
                team.p_first = team.p_first.map(|p| (p * 1e9).round());
                team.p_next = team.p_next.map(|p| (p * 1e9).round());
            }
            certainty
        });
        let (straight, turned) = (board.certainty(true, seed), board.reordered(&order).certainty(true, seed));
        prop_assert_eq!(rounded(straight), rounded(turned));
    }

    #[test]
    fn a_teams_numbers_are_its_own_whatever_the_teams_are_called(
        teams in prop::collection::vec(prop::collection::vec(0.0..=1.0_f64, 20), 1..6), seed in any::<u64>(),
    ) {
        // Of RMSE between arbitrary numbers there are no ties, so that nothing hangs on who was earlier.
        let truth = Values::Numbers(draws::uniform(seed, 20));
        let teams: Vec<_> = teams.into_iter().map(|team| vec![Values::Numbers(team)]).collect();
        let board = Board { scorer: scorer("rmse"), truth: vec![truth], teams, groups: vec![0; 20] };
        let mut turned = board.clone();
        turned.teams.reverse();
        let (straight, mut turned) = (board.certainty(false, seed).unwrap(), turned.certainty(false, seed).unwrap());
        turned.teams.reverse();
        prop_assert_eq!(straight, turned);
    }

    #[test]
    fn identical_teams_differ_only_by_the_tie_rule(board in boards(), seed in any::<u64>()) {
        let mut twins = board.clone();
        twins.teams = vec![board.teams[0].clone(), board.teams[0].clone()];
        let Ok(certainty) = twins.certainty(false, seed) else { return Ok(()) };
        let [first, second] = certainty.teams.as_slice() else { panic!("two teams") };
        prop_assert_eq!((first.rank, first.low, first.high, second.low, second.high), (1, 1, 1, 2, 2));
        prop_assert_eq!((first.first.to_bits(), second.first.to_bits()), (1.0_f64.to_bits(), 0.0_f64.to_bits()));
        prop_assert_eq!((first.p_next, second.p_first), (Some(1.0), Some(1.0)));
    }

    #[test]
    fn an_identical_team_takes_what_its_twin_had_and_no_more(board in boards(), seed in any::<u64>()) {
        let mut twins = board.clone();
        twins.teams.push(board.teams[0].clone());
        let (Ok(alone), Ok(with)) = (board.certainty(false, seed), twins.certainty(false, seed)) else { return Ok(()) };
        prop_assert_eq!(alone.teams[0].first.to_bits(), with.teams[0].first.to_bits());
        prop_assert_eq!(with.teams[board.teams.len()].first.to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn holm_keeps_the_order_and_only_raises(p in prop::collection::vec(0.0..=1.0_f64, 1..30)) {
        let corrected = holm(&p);
        for (a, raised) in p.iter().zip(&corrected) {
            prop_assert!(a <= raised && *raised <= 1.0);
            for (b, other) in p.iter().zip(&corrected) {
                prop_assert!(a > b || raised <= other, "{a} {b}");
            }
        }
    }
}

fn board(id: &str, truth: Vec<u32>, teams: &[&[f64]]) -> Board {
    let teams = teams.iter().map(|team| vec![Values::Numbers(team.to_vec())]).collect();
    let groups = (0..).take(truth.len()).map(|row: u32| row / 2).collect();
    Board { scorer: scorer(id), truth: vec![labels(truth)], teams, groups }
}

/// 200 rows, a third positive, told apart by `shift`.
fn noisy(shift: f64, salt: u64) -> Vec<f64> {
    let noise = draws::uniform(salt, 200);
    (0..200).map(|row| noise[row] + if row % 3 == 0 { shift } else { 0.0 }).collect()
}

#[test]
fn the_quick_way_for_auc_gives_the_metrics_own_scores() {
    let truth: Vec<u32> = (0..200).map(|row| u32::from(row % 3 == 0)).collect();
    let tied: Vec<f64> = noisy(0.2, 1).iter().map(|score| (score * 5.0).floor()).collect();
    let board = board("roc_auc", truth, &[&tied, &noisy(0.1, 2)]);
    let auc = Auc::new(&board.scorer, &board.truth, &board.teams).unwrap();
    for number in 0..50 {
        let times = Units::new(200, None).draw(3, number);
        let rows = draws::rows(&times);
        let drawn = board.reordered(&rows);
        let own = drawn.teams.iter().map(|team| drawn.scorer.score(Input::new(&drawn.truth, team)).unwrap());
        assert_eq!(auc.areas(&times).unwrap(), own.collect::<Vec<_>>());
    }
}

#[test]
fn a_clear_winner_is_told_apart_and_an_equal_is_not() {
    let truth: Vec<u32> = (0..200).map(|row| u32::from(row % 3 == 0)).collect();
    let certainty =
        board("roc_auc", truth, &[&noisy(0.1, 1), &noisy(0.9, 2), &noisy(0.88, 3)]).certainty(false, 5).unwrap();
    let [weak, first, second] = certainty.teams.as_slice() else { panic!("three teams") };
    assert_eq!((weak.rank, first.rank + second.rank), (3, 3));
    assert!(weak.apart_from_first() && weak.first < 0.01 && weak.low == 3);
    let second = if first.rank == 1 { second } else { first };
    assert!(!second.apart_from_first() && second.apart_from_next() && second.high == 2);
}

#[test]
fn a_perfect_team_is_told_apart_from_a_constant_one() {
    let truth: Vec<u32> = (0..40).map(|row| row % 2).collect();
    let perfect: Vec<f64> = truth.iter().map(|&code| f64::from(code)).collect();
    for (grouped, test) in [(false, Test::Delong), (true, Test::Bootstrap)] {
        let certainty = board("roc_auc", truth.clone(), &[&[0.5; 40], &perfect]).certainty(grouped, 1).unwrap();
        assert_eq!((certainty.test, certainty.teams[0].p_first, certainty.teams[0].rank), (test, Some(0.0), 2));
    }
}

#[test]
fn what_cannot_be_drawn_or_scored_is_an_error() {
    let one_positive = board("roc_auc", vec![1, 0], &[&[0.1, 0.2]]);
    assert!(one_positive.certainty(false, 1).is_ok(), "half of the draws have both rows");
    assert_eq!(one_positive.certainty(true, 1), Err(Unknown::TooFew), "one group");
    let none = board("roc_auc", vec![0, 0, 0], &[&[0.1, 0.2, 0.3]]).certainty(false, 1);
    assert_eq!(none, Err(MetricError::from(Problem::NoPositives).into()));
    let short = board("roc_auc", vec![1, 0, 1], &[&[0.1, 0.2]]).certainty(false, 1);
    assert_eq!(short, Err(MetricError::from(Problem::WrongColumns).into()));
    let nobody = board("roc_auc", vec![1, 0, 1, 0], &[]).certainty(false, 1).unwrap();
    assert_eq!((nobody.teams.len(), nobody.tau), (0, None));
}
