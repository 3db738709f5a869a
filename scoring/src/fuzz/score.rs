//! The whole call: a metric with parameters, a solution for it and a submission, mostly right.

use arbitrary::{Result, Unstructured};

use super::errors_hold;
use crate::lang::Lang;
use crate::metric::{Allowed, Combined, Metric, MetricSpec, Range, Scorer, Task, catalogue};
use crate::parallel;
use crate::schema::ColumnKind;
use crate::score::{ScoreError, Scored, check, judge, score as scored};
use crate::solution::Solution;

/// Every choice is drawn from the bytes.
pub fn score(data: &[u8]) {
    // Bytes that are too few to choose from are no case.
    let _ = case(&mut Unstructured::new(data));
}

type Rows = Vec<Vec<String>>;

fn case(bytes: &mut Unstructured<'_>) -> Result<()> {
    let metric = *bytes.choose(catalogue())?;
    let spec = spec(metric, bytes)?;
    let Ok(scorer) = Scorer::new(&spec) else { return Ok(()) };
    let mut targets = vec!["y".to_owned()];
    if scorer.task() == Task::Probability && bytes.ratio(1, 4)? || bytes.ratio(1, 32)? {
        targets.push("z".to_owned());
    }
    let count = bytes.int_in_range(1..=24)?;
    let (header, mut rows) = truth(&scorer, &targets, count, bytes)?;
    spoil(&mut rows, bytes)?;
    let text = scratched(written(&header, &rows), bytes)?;
    let solution = match Solution::parse(&text, &scorer, "id", &targets) {
        Ok(solution) => solution,
        Err(errors) => {
            errors_hold(&errors);
            return Ok(());
        }
    };
    let (header, mut rows) = prediction(&solution, bytes)?;
    spoil(&mut rows, bytes)?;
    let submission = written(&header, &rows);
    let result = holds(&scorer, &solution, &submission);

    let turn = bytes.int_in_range(0..=rows.len().max(1) - 1)?;
    rows.rotate_left(turn);
    rows[turn..].reverse();
    match (&result, holds(&scorer, &solution, &written(&header, &rows))) {
        (Ok(one), Ok(other)) => assert_eq!(*one, other, "{spec:?} depends on the order of rows"),
        (Err(ScoreError::File(one)), Err(ScoreError::File(other))) => {
            // Which row of a series is the odd one out depends on which comes first.
            assert!(solution.schema().repeats || one.kinds == other.kinds);
        }
        (one, other) => assert_eq!(*one, other, "{spec:?}"),
    }
    let scratched = scratched(submission.clone(), bytes)?;
    if scratched != submission {
        let _ = holds(&scorer, &solution, &scratched);
    }
    Ok(())
}

/// What holds for any submission of a solution that can be scored.
fn holds(scorer: &Scorer, solution: &Solution, submission: &[u8]) -> std::result::Result<Scored, ScoreError> {
    let result = scored(solution, scorer, submission);
    let threads = parallel::forced(2, || scored(solution, scorer, submission));
    assert_eq!(result, threads, "two threads");
    assert_eq!(check(solution, submission).is_ok(), !matches!(result, Err(ScoreError::File(_))));
    match &result {
        Ok(scored) => {
            let range = scorer.range();
            let within = |score: f64| {
                score.is_finite()
                    && range.low.is_none_or(|low| score >= low)
                    && range.high.is_none_or(|high| score <= high)
            };
            let scores = [Some(scored.score), scored.public, scored.private];
            assert!(scores.into_iter().flatten().all(within), "{scorer:?}: {scores:?}");
            let beside = [&scored.secondary, &scored.secondary_public, &scored.secondary_private];
            assert!(beside.into_iter().flatten().all(|(_, value)| value.is_finite()));
            assert_eq!(scored.rows, solution.scored_rows());
            assert_eq!(scored.public.is_some(), solution.has_usage() && solution.public_rows() > 0);
            assert_eq!(scored.private.is_some(), solution.private_rows() > 0);
            if solution.public_rows() > 0 {
                // A competition is told the same of each part.
                let judged = judge(solution, scorer, submission).map(|judged| {
                    (judged.public.score, judged.private.map(|scores| scores.map(|scores| scores.score)))
                });
                assert_eq!(judged, Ok((scored.public.unwrap_or(scored.score), scored.private.map(Ok))));
            }
        }
        Err(ScoreError::File(errors)) => errors_hold(errors),
        Err(ScoreError::Metric(error)) => {
            // Whatever is the solution's fault was told when it was read.
            assert!(matches!(error.code(), "overflow" | "constant_prediction"), "{scorer:?}: {error:?}");
            assert!([Lang::Ko, Lang::En].iter().all(|&lang| !error.message(lang).is_empty()));
        }
    }
    result
}

impl Scorer {
    /// Where all scores lie: of a weighted mean between the lowest and the highest of its metrics.
    fn range(&self) -> Range {
        let metrics = || self.ranking_metrics().map(Metric::range);
        Range {
            low: metrics().map(|range| range.low).reduce(|a, b| Some(a?.min(b?))).flatten(),
            high: metrics().map(|range| range.high).reduce(|a, b| Some(a?.max(b?))).flatten(),
        }
    }
}

fn spec(metric: &dyn Metric, bytes: &mut Unstructured<'_>) -> Result<MetricSpec> {
    let mut spec = single(metric, bytes)?;
    let alike: Vec<_> = catalogue().iter().filter(|other| other.task() == metric.task()).collect();
    if bytes.ratio(1, 8)? {
        spec.secondary.push(single(**bytes.choose(&alike)?, bytes)?);
    }
    if bytes.ratio(1, 8)? {
        let secondary = std::mem::take(&mut spec.secondary);
        let mut combine = vec![Combined { weight: 1.0, metric: spec }];
        let weight = f64::from(bytes.int_in_range(1_u8..=9)?);
        combine.push(Combined { weight, metric: single(**bytes.choose(&alike)?, bytes)? });
        spec = MetricSpec { combine, secondary, ..MetricSpec::new("combined") };
    }
    Ok(spec)
}

fn single(metric: &dyn Metric, bytes: &mut Unstructured<'_>) -> Result<MetricSpec> {
    let mut spec = MetricSpec::new(metric.id());
    for param in metric.params() {
        if bytes.ratio(1, 2)? {
            continue;
        }
        let number = |low: f64, high: f64, bytes: &mut Unstructured<'_>| {
            let share = f64::from(bytes.arbitrary::<u8>()?) / 255.0;
            Ok((low + (high - low) * share.powi(4)).clamp(low, high).to_string())
        };
        let value = match param.allowed {
            Allowed::OneOf(values) => (*bytes.choose(values)?).to_owned(),
            Allowed::Text => (*bytes.choose(&["1", "0", "a"])?).to_owned(),
            Allowed::Number { low, high } => number(low, high, bytes)?,
            Allowed::Whole { low, high } => bytes.int_in_range(low..=high.min(low + 40))?.to_string(),
            Allowed::Numbers { low, high } => {
                let numbers = (0..bytes.int_in_range(1..=3)?).map(|_| number(low, high, bytes));
                numbers.collect::<Result<Vec<_>>>()?.join(" ")
            }
        };
        spec = spec.with(param.id, &value);
    }
    Ok(spec)
}

/// A solution's header and rows.
fn truth(
    scorer: &Scorer,
    targets: &[String],
    count: usize,
    bytes: &mut Unstructured<'_>,
) -> Result<(Vec<String>, Rows)> {
    let task = scorer.task();
    let mut columns = task.truth_columns(targets);
    let optional = bytes.ratio(3, 4)?;
    columns.retain(|column| !column.optional || optional);
    let all = ["0", "1", "a", "b", "개"];
    let classes = match bytes.int_in_range(0..=7)? {
        0..=3 => &all[..2],
        4 => &all[..1],
        5 => &all[..3],
        6 => &all[2..],
        _ => &all,
    };
    let extras: Vec<&str> = [("usage", 2), ("weight", 4), ("group", 8)]
        .into_iter()
        .map(|(name, rarity)| Ok(bytes.ratio(1, rarity)?.then_some(name)))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    let form = bytes.int_in_range(0..=2)?;
    let mut rows = Vec::new();
    for number in 0..count {
        let mut row = vec![id(number, form)];
        let area = if optional { 144 } else { 1 << 20 };
        for column in &columns {
            row.push(match &column.kind {
                ColumnKind::Label { classes: known } if known.is_empty() => (*bytes.choose(classes)?).to_owned(),
                ColumnKind::Number if scorer.not_negative() => value(&ColumnKind::Amount, area, bytes)?,
                kind => value(kind, area, bytes)?,
            });
        }
        row.extend(
            extras
                .iter()
                .map(|&extra| {
                    Ok((*match extra {
                        "usage" => bytes.choose(&["Public", "Private", "Ignored"])?,
                        "weight" => bytes.choose(&["1", "2", "0", "0.1", "1e-320", "1e300", "3", "1"])?,
                        _ => bytes.choose(&["g", "h"])?,
                    })
                    .to_owned())
                })
                .collect::<Result<Vec<_>>>()?,
        );
        if task.repeats() {
            ordered(&mut row, 2, 3);
            if bytes.ratio(1, 6)? {
                row.splice(1..4, ["-", "", ""].map(str::to_owned));
            }
        }
        rows.push(row);
    }
    let names = columns.into_iter().map(|column| column.name).chain(extras.into_iter().map(str::to_owned));
    Ok((std::iter::once("id".to_owned()).chain(names).collect(), rows))
}

/// A right submission, rows in the solution's order.
fn prediction(solution: &Solution, bytes: &mut Unstructured<'_>) -> Result<(Vec<String>, Rows)> {
    let schema = solution.schema();
    let area = if solution.areas().is_some() { 144 } else { 1 << 20 };
    let mut rows = Vec::new();
    for id in solution.ids().iter() {
        for _ in 0..if schema.repeats { bytes.int_in_range(0..=3)? } else { 1 } {
            let mut row = vec![id.to_owned()];
            if schema.sums_to_one {
                row.extend(shares(schema.columns.len(), bytes)?);
            } else {
                for column in &schema.columns {
                    row.push(value(&column.kind, area, bytes)?);
                }
            }
            if schema.repeats {
                ordered(&mut row, 2, 3);
            }
            rows.push(row);
        }
    }
    Ok((schema.header().split(',').map(str::to_owned).collect(), rows))
}

/// Ids that count, that do not, and that are of different lengths.
fn id(number: usize, form: u8) -> String {
    match form {
        0 => format!("P{number:04}"),
        1 => format!("{:x}é", number * 7919),
        _ => (number * 3 + 9).to_string(),
    }
}

/// A usual value of a column; masks lie within `area` pixels.
fn value(kind: &ColumnKind, area: u32, bytes: &mut Unstructured<'_>) -> Result<String> {
    const NUMBERS: [&str; 12] =
        ["0", "1", "-1", "0.5", "2.5", "3", "1e308", "-1e308", "5e-324", "1e-300", "0.1", "1e15"];
    Ok(match kind {
        ColumnKind::Number if bytes.ratio(1, 4)? => (*bytes.choose(&NUMBERS)?).to_owned(),
        ColumnKind::Number => (f64::from(bytes.arbitrary::<i16>()?) / 64.0).to_string(),
        ColumnKind::Amount | ColumnKind::Weight => (f64::from(bytes.arbitrary::<u16>()?) / 64.0).to_string(),
        ColumnKind::Probability if bytes.ratio(1, 4)? => (*bytes.choose(&["0", "1", "0.5", "5e-324"])?).to_owned(),
        ColumnKind::Probability => (f64::from(bytes.arbitrary::<u16>()?) / 65535.0).to_string(),
        ColumnKind::Size => "12".to_owned(),
        ColumnKind::Label { classes } if classes.is_empty() => "a".to_owned(),
        ColumnKind::Label { classes } => bytes.choose(classes)?.clone(),
        ColumnKind::Items | ColumnKind::Gains => {
            let mut items = Vec::new();
            for item in "abcdefgh".chars() {
                if bytes.ratio(1, 2)? {
                    let gain = if *kind == ColumnKind::Gains {
                        *bytes.choose(&["", ":2", ":0.5", ":0", ":1e300"])?
                    } else {
                        ""
                    };
                    items.insert(bytes.int_in_range(0..=items.len())?, format!("{item}{gain}"));
                }
            }
            items.join(" ")
        }
        ColumnKind::Mask => {
            let (mut free, mut numbers) = (1, Vec::new());
            for _ in 0..bytes.int_in_range(0..=4)? {
                let start = free + bytes.int_in_range(0..=area / 8)?;
                let length = bytes.int_in_range(1..=area / 8)?.min(area.saturating_sub(start) + 1);
                if start > area || length == 0 {
                    break;
                }
                free = start + length;
                numbers.push(format!("{start} {length}"));
            }
            if numbers.is_empty() { "-".to_owned() } else { numbers.join(" ") }
        }
    })
}

/// Probabilities that add up to about one; with all their digits, to as much more as is let pass.
fn shares(count: usize, bytes: &mut Unstructured<'_>) -> Result<Vec<String>> {
    let parts: Vec<f64> = (0..count).map(|_| Ok(f64::from(bytes.arbitrary::<u8>()?))).collect::<Result<_>>()?;
    let sum: f64 = parts.iter().sum::<f64>().max(1.0);
    let digits = bytes.int_in_range(3..=17)?;
    let mut shares: Vec<f64> = parts.iter().map(|part| part / sum).collect();
    if shares.iter().all(|&share| share == 0.0) {
        shares[0] = 1.0;
    }
    if let Some(least) = shares.iter_mut().find(|share| digits == 17 && **share < 0.5) {
        *least += 0.001;
    }
    Ok(shares.iter().map(|share| format!("{share:.digits$}")).collect())
}

/// An event ends after it begins.
fn ordered(row: &mut [String], onset: usize, offset: usize) {
    let number = |text: &str| text.parse::<f64>().unwrap_or_default();
    if number(&row[offset]) < number(&row[onset]) {
        row.swap(onset, offset);
    }
}

/// Now and then puts an odd text in the place of some fields, or repeats or loses a row.
fn spoil(rows: &mut Rows, bytes: &mut Unstructured<'_>) -> Result<()> {
    const ODD: [&str; 16] = [
        "",
        " 0",
        "-0",
        "nan",
        "inf",
        "1e999",
        "1,5",
        "\"1\"",
        "개",
        "a:1 a:2",
        "3 1 1 1",
        "1 9999999",
        "-1",
        "2",
        "P0000",
        "\"a\nb\"",
    ];
    for _ in 0..if bytes.ratio(1, 8)? { bytes.int_in_range(1..=3)? } else { 0 } {
        let row = bytes.choose_index(rows.len().max(1))?;
        let Some(row) = rows.get_mut(row) else { continue };
        let field = bytes.choose_index(row.len())?;
        (*bytes.choose(&ODD)?).clone_into(&mut row[field]);
    }
    match bytes.arbitrary::<u8>()? {
        1..=3 => rows.extend(rows.first().cloned()),
        4..=6 => drop(rows.pop()),
        _ => {}
    }
    Ok(())
}

fn written(header: &[String], rows: &Rows) -> Vec<u8> {
    let lines = std::iter::once(header.join(",")).chain(rows.iter().map(|row| row.join(",")));
    (lines.collect::<Vec<_>>().join("\n") + "\n").into_bytes()
}

/// Now and then changes some bytes.
fn scratched(mut text: Vec<u8>, bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    for _ in 0..if bytes.ratio(1, 8)? { bytes.int_in_range(1..=4)? } else { 0 } {
        let at = bytes.choose_index(text.len())?;
        text[at] = if bytes.ratio(1, 2)? { *bytes.choose(b",\n\r\" 01.-e")? } else { bytes.arbitrary()? };
    }
    Ok(text)
}
