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
    for (spec, predictions) in [
        (MetricSpec::new("roc_auc"), &chances),
        (MetricSpec::new("f1").with("average", "micro"), &classes),
        (MetricSpec::new("f1").with("average", "macro"), &classes),
    ] {
        let scorer = Scorer::new(&spec).map_err(|error| Error::other(format!("{error:?}")))?;
        let truth = [labels(truth.clone())];
        let contest =
            Contest { scorer: &scorer, truth: &truth, weights: None, groups: None, predictions, draws, seed: 1 };
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
