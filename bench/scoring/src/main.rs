//! Times scoring alone, for bench/scoring/compare.py: `whole` is what `madang score` does, `warm` scores again and again.
//!
//! Usage: `bench-scoring whole|warm|check METRIC SOLUTION SUBMISSION [REPEATS]`; METRIC is `roc_auc`, `f1` (macro) or `rmse`.

#![expect(clippy::print_stdout, reason = "the result is a line for the caller")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;
use std::{env, fs};

use scoring::{MetricSpec, Scorer, Solution, check, score};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [mode, metric, solution, submission, rest @ ..] = arguments.as_slice() else {
        return Err("bench-scoring whole|warm|check METRIC SOLUTION SUBMISSION [REPEATS]".into());
    };
    let repeats: usize = rest.first().map_or(Ok(1), |text| text.parse())?;
    let spec = MetricSpec::new(metric);
    let spec = if metric == "f1" { spec.with("average", "macro") } else { spec };
    let scorer = Scorer::new(&spec).map_err(|error| format!("{error:?}"))?;

    let begin = Instant::now();
    let truth = fs::read(solution)?;
    let given = fs::read(submission)?;
    let targets = ["target".to_owned()];
    let read = Instant::now();
    let solution = Solution::parse(&truth, &scorer, "id", &targets)?;
    let parsed = Instant::now();
    drop(truth);
    let mut times = Vec::with_capacity(repeats);
    let mut scored = None;
    for _ in 0..repeats {
        let start = Instant::now();
        if mode == "check" {
            black_box(check(&solution, &given)?);
        } else {
            scored = Some(score(&solution, &scorer, &given)?);
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

/// The most memory this process has held, in KiB; absent where /proc is.
fn peak_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
