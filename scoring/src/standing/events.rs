//! Scores of events on many draws of series: each team is paired with the truth once, then a draw is one pass.

use super::Contest;
use crate::metric::{Input, Matched, MetricError};

/// Every team's pairs, by ranking metric with its share.
#[derive(Debug)]
pub(super) struct Events<'a> {
    /// The code of each case.
    series: &'a [u32],
    teams: Vec<Vec<(f64, Matched)>>,
}

impl<'a> Events<'a> {
    /// None where the cases are no series of events.
    ///
    /// # Errors
    /// Columns that do not fit the metric.
    pub(super) fn new(contest: &Contest<'a>) -> Result<Option<Self>, MetricError> {
        let Some(series) = contest.series else { return Ok(None) };
        let matched =
            |prediction: &Vec<_>| contest.scorer.matched(Input { truth: contest.truth, prediction, weights: None });
        let teams = contest.predictions.iter().map(matched).collect::<Result<Option<_>, _>>()?;
        Ok(teams.map(|teams| Self { series, teams }))
    }

    /// The score of every team where each case counts so many times; none when no event is left.
    pub(super) fn scores(&self, times: &[u32]) -> Option<Vec<f64>> {
        let length = self.series.iter().max().map_or(0, |&last| last as usize + 1);
        let mut by_code = vec![0; length];
        for (&code, &times) in self.series.iter().zip(times) {
            by_code[code as usize] = times;
        }
        let of = |series: u32| by_code.get(series as usize).copied().unwrap_or(0);
        let score = |team: &Vec<(f64, Matched)>| {
            team.iter().map(|(share, matched)| Some(share * matched.mean_precision(of)?)).sum::<Option<f64>>()
        };
        self.teams.iter().map(score).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metric::{MetricSpec, Part, Scorer};
    use crate::solution::Solution;
    use crate::standing::{Unknown, certainty, of_part, prediction};
    use crate::values::Values;

    /// Series, kind, onset, length, score.
    type Row = (u32, u32, u8, u8, u8);

    /// Columns of the rows of the series drawn, each copy of a series under a code of its own.
    fn drawn(rows: &[Row], times: &[u32], with_score: bool) -> Vec<Values> {
        let copies = |row: &Row| (0..times[row.0 as usize]).map(|copy| (row.0 + 10 * copy, *row)).collect::<Vec<_>>();
        let rows: Vec<(u32, Row)> = rows.iter().flat_map(copies).collect();
        let labels = |of: fn(&(u32, Row)) -> u32| Values::Labels {
            classes: (0..100).map(|name: u32| name.to_string()).collect(),
            codes: rows.iter().map(of).collect(),
        };
        let numbers = |of: fn(&Row) -> f64| Values::Numbers(rows.iter().map(|(_, row)| of(row)).collect());
        let mut columns = vec![
            labels(|row| row.0),
            labels(|row| row.1.1),
            numbers(|row| f64::from(row.2)),
            numbers(|row| f64::from(row.2) + f64::from(row.3)),
        ];
        columns.extend(with_score.then(|| numbers(|row| f64::from(row.4))));
        columns
    }

    fn contest<'a>(
        scorer: &'a Scorer,
        truth: &'a [Values],
        series: &'a [u32],
        predictions: &'a [Vec<Values>],
    ) -> Contest<'a> {
        Contest {
            scorer,
            truth,
            weights: None,
            series: Some(series),
            groups: None,
            decimals: None,
            predictions,
            draws: 50,
            seed: 1,
        }
    }

    proptest! {
        #[test]
        fn a_series_that_is_drawn_twice_counts_like_two(
            truth in prop::collection::vec((0_u32..10, 0_u32..3, 0_u8..30, 0_u8..9, 0_u8..1), 1..30),
            called in prop::collection::vec((0_u32..10, 0_u32..4, 0_u8..30, 0_u8..9, 0_u8..5), 0..40),
            times in prop::collection::vec(0_u32..4, 10),
            by in prop::sample::select(vec!["iou", "tolerance"]),
        ) {
            let scorer = Scorer::new(&MetricSpec::new("event_ap").with("match", by).with("tolerance", "1 3")).unwrap();
            let (once, series) = (vec![1; 10], (0..10).collect::<Vec<u32>>());
            let (columns, team) = (drawn(&truth, &once, false), vec![drawn(&called, &once, true)]);
            let events = Events::new(&contest(&scorer, &columns, &series, &team)).unwrap().unwrap();
            let copied = (drawn(&truth, &times, false), drawn(&called, &times, true));
            match scorer.score(Input::new(&copied.0, &copied.1)) {
                Ok(score) => {
                    let quick = events.scores(&times).unwrap()[0];
                    prop_assert!((quick - score).abs() <= 1e-12 * score, "{} {}", quick, score);
                }
                Err(_) => prop_assert_eq!(events.scores(&times), None),
            }
        }
    }

    fn is_empty(series: u32) -> bool {
        series % 10 == 9
    }

    #[test]
    fn series_are_drawn_and_a_team_that_finds_them_all_is_told_apart() {
        let scorer = Scorer::new(&MetricSpec::new("event_ap").with("iou", "0.5")).unwrap();
        let file = |header: &str, row: fn(u32) -> Option<String>| {
            (0..40).filter_map(row).fold(format!("{header}\n"), |file, row| file + &row + "\n")
        };
        let solution = file("id,event,onset,offset,usage", |series| {
            let usage = if series % 4 == 0 { "Public" } else { "Private" };
            let event = if is_empty(series) { "-,," } else { "spindle,10,20" };
            Some(format!("s{series},{event},{usage}"))
        });
        let good = file("id,event,onset,offset,score", |series| {
            (!is_empty(series)).then(|| format!("s{series},spindle,10,20,0.5"))
        });
        // Misses two of three, and calls where nothing is.
        let poor = file("id,event,onset,offset,score", |series| {
            Some(format!("s{series},spindle,{},20,0.5", if series % 3 == 0 { 10 } else { 18 }))
        });
        let solution = Solution::parse(solution.as_bytes(), &scorer, "id", &[]).unwrap();
        let read = |file: &str| prediction(&solution, Part::Private, file.as_bytes()).unwrap();
        let teams = [read(&poor), read(&good)];
        let found = of_part(&solution, &scorer, Part::Private, None, &teams, 200, 1).unwrap();
        assert_eq!((found.cases, found.redrawn, found.grouped), (30, 0, false));
        assert_eq!(found.teams.iter().map(|team| team.rank).collect::<Vec<_>>(), [2, 1]);
        assert!(found.teams[0].apart_from_first());
        assert_eq!((found.teams[1].first.to_bits(), found.teams[1].high), (1.0_f64.to_bits(), 1));
    }

    #[test]
    fn one_series_is_too_few_to_draw_from() {
        let scorer = Scorer::new(&MetricSpec::new("event_ap")).unwrap();
        let truth = drawn(&[(0, 0, 1, 2, 0)], &[1; 10], false);
        let team = [drawn(&[(0, 0, 1, 2, 1)], &[1; 10], true)];
        assert_eq!(certainty(&contest(&scorer, &truth, &[0], &team)), Err(Unknown::TooFew));
    }
}
