//! Which score counts, who stands before whom, and what a row says of it.

use super::*;

const HIGHER: Ranking = Ranking { direction: Direction::Higher, decimals: None };
const LOWER: Ranking = Ranking { direction: Direction::Lower, decimals: None };

fn entry(team: TeamId, minute: i64, score: f64) -> Entry {
    let at = DateTime::from_timestamp(minute * 60, 0).unwrap();
    Entry { team, submission: SubmissionId::random(), at, score }
}

#[test]
fn the_best_score_in_the_metrics_direction_counts() {
    let (a, b) = (TeamId::random(), TeamId::random());
    let entries = vec![entry(a, 1, 0.7), entry(a, 2, 0.9), entry(a, 3, 0.8), entry(b, 4, 0.85)];
    let ranked = rank(HIGHER, entries.clone());
    assert_eq!(ranked.iter().map(|s| (s.team, s.best.score)).collect::<Vec<_>>(), [(a, 0.9), (b, 0.85)]);
    let ranked = rank(LOWER, entries);
    assert_eq!(ranked.iter().map(|s| (s.team, s.best.score)).collect::<Vec<_>>(), [(a, 0.7), (b, 0.85)]);
}

#[test]
fn of_two_equal_scores_the_earlier_submission_stands_first_and_is_marked() {
    let (late, early) = (TeamId::random(), TeamId::random());
    let ranked = rank(HIGHER, vec![entry(late, 9, 0.9), entry(early, 3, 0.9)]);
    assert_eq!(
        ranked.iter().map(|s| (s.team, s.rank, s.tied_first)).collect::<Vec<_>>(),
        [(early, 1, true), (late, 2, false)]
    );
}

#[test]
fn repeating_the_best_score_later_does_not_move_its_time() {
    let (a, b) = (TeamId::random(), TeamId::random());
    let ranked = rank(HIGHER, vec![entry(a, 1, 0.9), entry(b, 2, 0.9), entry(a, 3, 0.9)]);
    assert_eq!(ranked[0].team, a);
    assert_eq!(ranked[0].entries, 2);
    assert_eq!(ranked[0].steps.len(), 1);
}

#[test]
fn a_score_that_is_not_a_number_never_ranks() {
    let (a, b) = (TeamId::random(), TeamId::random());
    let ranked = rank(LOWER, vec![entry(a, 1, f64::NAN), entry(b, 2, f64::INFINITY), entry(b, 3, 5.0)]);
    assert_eq!(ranked.iter().map(|s| s.team).collect::<Vec<_>>(), [b]);
    assert_eq!(ranked[0].entries, 1);
}

#[test]
fn the_order_in_which_scores_arrive_does_not_matter() {
    let (a, b) = (TeamId::random(), TeamId::random());
    let mut entries = vec![entry(a, 1, 0.5), entry(b, 2, 0.9), entry(a, 5, 0.9), entry(b, 6, 0.95)];
    let forward = rank(HIGHER, entries.clone());
    entries.reverse();
    assert_eq!(rank(HIGHER, entries), forward);
}

#[test]
fn a_best_score_that_looks_the_same_is_no_better_one_where_ties_are_as_shown() {
    let shown = Ranking { decimals: Some(2), ..HIGHER };
    assert!(better(HIGHER, 0.504, 0.503) && !better(shown, 0.504, 0.503) && better(shown, 0.514, 0.503));
    assert!(better(LOWER, 0.503, 0.504) && !better(LOWER, f64::NAN, 0.504));
}

#[test]
fn scores_that_are_shown_alike_are_a_tie_where_the_organizer_says_so() {
    let (late, early) = (TeamId::random(), TeamId::random());
    let entries = vec![entry(late, 9, 0.123_454), entry(early, 3, 0.123_449_9), entry(late, 2, 0.1)];
    let first = |ranking| rank(ranking, entries.clone()).into_iter().map(|s| (s.team, s.tied_first)).next();
    assert_eq!(first(HIGHER), Some((late, false)));
    assert_eq!(first(Ranking { decimals: Some(5), ..HIGHER }), Some((early, true)));
    assert_eq!(first(Ranking { decimals: Some(6), ..HIGHER }), Some((late, false)));
}

#[test]
fn of_two_rows_that_look_equal_the_one_ahead_in_unseen_digits_says_so() {
    let row = |score, tied_first| {
        let mut record = Record {
            team_id: TeamId::random(),
            team_number: 1,
            team_name: String::new(),
            members: Vec::new(),
            score,
            secondary: Secondary::from([("mae".to_owned(), score)]),
            best: SubmissionId::random(),
            submissions: 1,
            last_submission_at: DateTime::default(),
            steps: vec![(DateTime::default(), score)],
        };
        record.publish(5);
        Row { rank: 1, tied_first, ahead_unseen: false, change: Change::New, record: Arc::new(record) }
    };
    let mut rows = vec![row(0.123_454, false), row(0.123_449_999, true), row(0.123_449_999, false), row(0.1, false)];
    mark_unseen(&mut rows);
    assert_eq!(rows.iter().map(|row| row.score).collect::<Vec<_>>(), [0.123_45, 0.123_45, 0.123_45, 0.1]);
    assert_eq!(rows.iter().map(|row| row.ahead_unseen).collect::<Vec<_>>(), [true, false, false, false]);
    assert_eq!((rows[0].steps[0].1, rows[0].secondary["mae"]), (0.123_45, 0.123_45));
    let mut baseline = Baseline { name: Text::default(), score: 1.0 / 3.0, secondary: Secondary::new() };
    baseline.publish(5);
    assert!((baseline.score - 0.333_33).abs() < f64::EPSILON);
}

#[test]
fn a_score_that_is_shown_as_before_is_no_better_one() {
    let a = TeamId::random();
    let ranked = rank(Ranking { decimals: Some(2), ..LOWER }, vec![entry(a, 1, 0.504), entry(a, 2, 0.496)]);
    assert_eq!((ranked[0].best.score, ranked[0].steps.len()), (0.504, 1));
}
