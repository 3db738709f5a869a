//! How long the rank statistics take: `cargo run --release -p scoring --example standing [TEAMS [CASES [DRAWS]]]`.

use std::io::{Error, Write, stdout};
use std::time::Instant;

use scoring::standing::{Contest, certainty};
use scoring::{MetricSpec, Scorer, Values};

fn main() -> Result<(), Error> {
    let mut sizes = std::env::args().skip(1).map(|size| size.parse().map_err(Error::other));
    let mut size = |default: u32| sizes.next().unwrap_or(Ok(default));
    let (teams, cases, draws) = (size(60)?, size(1000)?, size(1000)?);
    // A multiplicative hash makes numbers that look random and are always the same.
    let number =
        |seed: u32, row: u32| f64::from((seed * 7919 + row + 1).wrapping_mul(2_654_435_761)) / 2.0_f64.powi(32);
    let labels = |codes: Vec<u32>| Values::Labels { classes: ["0".to_owned(), "1".to_owned()].into(), codes };
    let truth: Vec<u32> = (0..cases).map(|row| u32::from(row % 3 == 0)).collect();
    let scores = |team: u32| {
        let skill = 0.3 + 0.5 * f64::from(team) / f64::from(teams);
        truth.iter().zip(0..).map(move |(&code, row)| number(team, row) + skill * f64::from(code)).collect::<Vec<f64>>()
    };
    let chances: Vec<Vec<Values>> = (0..teams).map(|team| vec![Values::Numbers(scores(team))]).collect();
    let classes = |team| labels(scores(team).iter().map(|&score| u32::from(score > 0.7)).collect());
    let classes: Vec<Vec<Values>> = (0..teams).map(|team| vec![classes(team)]).collect();
    let truth = [labels(truth)];
    let rows: Vec<u32> = (0..cases).collect();
    // Three events a series, and two calls for each, of which the skilful more often hit.
    let of = |calls: u32, team: Option<u32>| -> Vec<Values> {
        let each = || rows.iter().flat_map(move |&row| (0..3 * calls).map(move |event| (row, event)));
        let shift = |row: u32, event: u32| {
            team.map_or(0.0, |team| {
                3.0 * number(team + 99 * event, row) * (1.0 - f64::from(team) / f64::from(2 * teams))
            })
        };
        let onset = |(row, event): (u32, u32)| f64::from(event / calls) * 20.0 + shift(row, event);
        let names = rows.iter().map(u32::to_string).collect();
        let mut columns = vec![
            Values::Labels { classes: names, codes: each().map(|(row, _)| row).collect() },
            labels(each().map(|(row, event)| (row + event / calls) % 2).collect()),
            Values::Numbers(each().map(onset).collect()),
            Values::Numbers(each().map(|event| onset(event) + 5.0).collect()),
        ];
        columns
            .extend(team.map(|team| Values::Numbers(each().map(|(row, event)| number(team + event, row)).collect())));
        columns
    };
    let events: Vec<Vec<Values>> = (0..teams).map(|team| of(2, Some(team))).collect();
    let true_events = of(1, None);
    for (spec, truth, predictions) in [
        (MetricSpec::new("roc_auc"), truth.as_slice(), &chances),
        (MetricSpec::new("f1").with("average", "micro"), &truth, &classes),
        (MetricSpec::new("f1").with("average", "macro"), &truth, &classes),
        (MetricSpec::new("event_ap"), &true_events, &events),
    ] {
        let scorer = Scorer::new(&spec).map_err(|error| Error::other(format!("{error:?}")))?;
        let series = (spec.id == "event_ap").then_some(rows.as_slice());
        let contest = Contest {
            scorer: &scorer,
            truth,
            weights: None,
            series,
            groups: None,
            decimals: None,
            predictions,
            draws,
            seed: 1,
        };
        let begin = Instant::now();
        let certainty = certainty(&contest).map_err(Error::other)?;
        let took = begin.elapsed().as_secs_f64();
        let apart = certainty.teams.iter().filter(|team| team.apart_from_first()).count();
        writeln!(
            stdout(),
            "{}: {teams} teams, {cases} cases, {draws} draws: {took:.2} s ({:?}, {apart} told apart from first)",
            spec.label(),
            certainty.test
        )?;
    }
    Ok(())
}
