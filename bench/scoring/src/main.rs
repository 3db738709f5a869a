//! Times scoring alone, for `compare.py`: reads both files and parses the solution, as `madang score` does, then scores the
//! submission (or checks it, or counts its lines: the measure of what reading costs at least) as often as asked.
//!
//! Usage: `bench-scoring score|check|lines METRIC SOLUTION SUBMISSION [REPEATS]`; METRIC is `roc_auc`, `f1` (macro) or `rmse`.
//! `bench-scoring stream ROWS` checks a generated file in slices and tells the memory that takes.

#![expect(clippy::print_stdout, reason = "the result is a line for the caller")]

use std::error::Error;
use std::hint::black_box;
use std::io::ErrorKind;
use std::time::Instant;
use std::{env, fs, thread};

use scoring::{Checker, Column, ColumnKind, Ids, MetricSpec, Schema, Scorer, Solution, check, score};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [mode, rows] = arguments.as_slice()
        && mode == "stream"
    {
        return stream(rows.parse()?);
    }
    let [mode, metric, solution, submission, rest @ ..] = arguments.as_slice() else {
        return Err("bench-scoring score|check|lines METRIC SOLUTION SUBMISSION [REPEATS]".into());
    };
    let repeats: usize = rest.first().map_or(Ok(1), |text| text.parse())?;
    let spec = MetricSpec::new(metric);
    let spec = if metric == "f1" { spec.with("average", "macro") } else { spec };
    let scorer = Scorer::new(&spec).map_err(|error| format!("{error:?}"))?;

    let begin = Instant::now();
    let (truth, given) = thread::scope(|scope| {
        let truth = scope.spawn(|| fs::read(solution));
        let given = fs::read(submission);
        (truth.join().unwrap_or_else(|_| Err(ErrorKind::Other.into())), given)
    });
    let (truth, given) = (truth?, given?);
    let targets = ["target".to_owned()];
    let read = Instant::now();
    let solution = Solution::parse(&truth, &scorer, "id", &targets)?;
    let parsed = Instant::now();
    drop(truth);
    let mut times = Vec::with_capacity(repeats);
    let mut scored = None;
    for _ in 0..repeats {
        let start = Instant::now();
        match mode.as_str() {
            "check" => drop(black_box(check(&solution, &given)?)),
            "lines" => drop(black_box(lines(&given))),
            _ => scored = Some(score(&solution, &scorer, &given)?),
        }
        times.push(start.elapsed().as_secs_f64());
    }
    let seconds = |from: Instant, to: Instant| to.duration_since(from).as_secs_f64();
    println!(
        "{}",
        json!({
            "score": scored.map(|scored| scored.score),
            "read": seconds(begin, read),
            "parse": seconds(read, parsed),
            "times": times,
            "total": begin.elapsed().as_secs_f64(),
            "peak_kib": peak_kib(),
        })
    );
    Ok(())
}

#[expect(clippy::naive_bytecount, reason = "a plain pass over the bytes is the measure")]
fn lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// Checks a file of `rows` rows that is never in memory as a whole; no row is right twice, and no id comes in order.
fn stream(rows: u64) -> Result<(), Box<dyn Error>> {
    let begin = Instant::now();
    let sample = (0..rows).fold("id\n".to_owned(), |text, row| text + &format!("P{row:08}\n"));
    let ids = Ids::from_csv(sample.as_bytes(), "id")?;
    drop(sample);
    let (idle, read) = (peak_kib(), Instant::now());
    let columns = vec![Column { name: "target".to_owned(), kind: ColumnKind::Probability }];
    let mut checker =
        Checker::new(Schema { id: "id".to_owned(), columns, rows: None, repeats: false, sums_to_one: false }, ids);
    checker.push(b"id,target\n");
    for row in 0..rows {
        // A step that has no factor in common with a power of ten reaches every row.
        let id = row.wrapping_mul(7_919) % rows;
        let text = if row % 4 == 3 { "wrong, and too many" } else { "0.25" };
        checker.push(format!("P{id:08},{text}\n").as_bytes());
    }
    let errors = checker.finish().err().map(|errors| errors.total);
    let seconds = (read.duration_since(begin).as_secs_f64(), read.elapsed().as_secs_f64());
    println!(
        "{}",
        json!({ "errors": errors, "ids": seconds.0, "check": seconds.1, "ids_kib": idle, "peak_kib": peak_kib() })
    );
    Ok(())
}

/// The most memory this process has held, in KiB; absent where there is no /proc.
fn peak_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
