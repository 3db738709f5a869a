//! What the crowd's minute came to, as a table beside the aims.

use std::collections::BTreeMap;
use std::time::Duration;

use super::changes::{Ends, changes, delays, is_one_a_score};
use super::{Answer, CrowdArgs, Memory, Work};
use crate::numbers::{Report, Samples, count, ms};
use crate::page::Shown;
use crate::streams::Outcome;

pub(super) struct Measured {
    pub(super) answers: Vec<Answer>,
    pub(super) last_score: Duration,
    pub(super) ends: Ends,
    pub(super) shown: Shown,
    pub(super) heard: Outcome,
    pub(super) late: Samples,
    pub(super) memory: Memory,
    pub(super) work: Work,
    pub(super) opened: Duration,
    pub(super) open_files: usize,
}

pub(super) fn print(args: &CrowdArgs, mut measured: Measured) {
    let title = format!(
        "{} teams submit within {} s, {} streams, {} open leaderboards ({} signed in)",
        count(args.teams as f64),
        args.seconds,
        count(args.streams as f64),
        count(args.pages as f64),
        args.signed_in
    );
    let mut report = Report::new(&title, &["what", "measured", "aim"]);
    let mut accepted = Samples::default();
    for answer in &measured.answers {
        accepted.add(answer.took);
    }
    let finished = &measured.ends.finished;
    let changes = changes(&measured.heard.firsts, finished);
    let (mut seen, unseen) = delays(&measured.shown, &changes, |_| true);
    let (mut seen_signed_in, _) = delays(&measured.shown, &changes, |is_signed_in| is_signed_in);
    let since = if is_one_a_score(&measured.heard.firsts, finished) { "its score" } else { "its announcement" };
    let (errors, described) = errors(&measured, unseen);
    let last_score = measured.last_score.as_secs_f64() * 1000.0;
    let (memory, work, heard) = (&measured.memory, &measured.work, &mut measured.heard);

    report.row(&["errors", &described, "none"]);
    report.row(&["accepting: median, p99, worst", &several(&mut accepted, &[50, 99, 100]), "p99 under 1 s"]);
    report.row(&["last score after the last answer", &ms(Some(last_score)), "5 s"]);
    let followed = format!("announcement to a stream: median, p95, p99, worst ({} followed)", heard.whole.len());
    report.row(&[&followed, &several(&mut heard.delays, &[50, 95, 99, 100]), "p99 under 1 s"]);
    report.row(&["announcement to the last stream: median, worst", &several(&mut heard.whole, &[50, 100]), ""]);
    let shows = format!("an open page shows a change: median, p95, worst (since {since})");
    report.row(&[&shows, &several(&mut seen, &[50, 95, 100]), "3 s, 6 s"]);
    report.row(&["the signed-in ones: median, p95, worst", &several(&mut seen_signed_in, &[50, 95, 100]), ""]);
    let fetches = format!("{}, {:.0} MB", count(measured.shown.fetches as f64), measured.shown.bytes as f64 / 1e6);
    report.row(&["fetches of the pages", &fetches, ""]);
    report.row(&["events heard by the streams", &count(heard.events as f64), ""]);
    let sizes = [memory.before, memory.with_everyone, memory.most, memory.after].map(|size| format!("{size:.0}"));
    report.row(&[
        "server's memory: before, with everyone, most, after",
        &format!("{} MB", sizes.join(", ")),
        "under 400 MB",
    ]);
    let share = |cpu: f64| format!("{cpu:.1} s, {:.0} % of a core", cpu / work.took.as_secs_f64() * 100.0);
    report.row(&["server's processor time while they submit", &share(work.server), ""]);
    report.row(&["client's processor time meanwhile", &share(work.client), ""]);
    report.row(&["the client itself was late by: p99, worst", &several(&mut measured.late, &[99, 100]), ""]);
    let opening = format!("{:.1} s, {}", measured.opened.as_secs_f64(), count(measured.open_files as f64));
    report.row(&["opening the streams; open files of the server", &opening, ""]);

    for (name, value) in [
        ("accept_p50_ms", accepted.at(50)),
        ("accept_p99_ms", accepted.at(99)),
        ("accept_max_ms", accepted.at(100)),
        ("last_score_ms", Some(last_score)),
        ("event_p50_ms", heard.delays.at(50)),
        ("event_p99_ms", heard.delays.at(99)),
        ("event_last_p50_ms", heard.whole.at(50)),
        ("page_p50_ms", seen.at(50)),
        ("page_p95_ms", seen.at(95)),
        ("signed_in_page_p50_ms", seen_signed_in.at(50)),
        ("signed_in_page_p95_ms", seen_signed_in.at(95)),
        ("memory_before_mb", Some(memory.before)),
        ("memory_max_mb", Some(memory.most)),
        ("memory_after_mb", Some(memory.after)),
        ("server_cpu_s", Some(work.server)),
        ("client_cpu_s", Some(work.client)),
        ("client_late_p99_ms", measured.late.at(99)),
        ("errors", Some(errors as f64)),
        ("unscored", Some(measured.ends.unscored as f64)),
        ("fetches", Some(measured.shown.fetches as f64)),
    ] {
        report.value(name, value);
    }
    report.print();
}

fn several(samples: &mut Samples, shares: &[usize]) -> String {
    shares.iter().map(|share| ms(samples.at(*share))).collect::<Vec<_>>().join(", ")
}

/// How many things went wrong, and each kind of them.
fn errors(measured: &Measured, unseen: usize) -> (usize, String) {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for why in measured.answers.iter().filter_map(|answer| answer.outcome.as_ref().err()) {
        *kinds.entry(format!("submissions: {why}")).or_default() += 1;
    }
    for (why, count) in &measured.shown.failures {
        kinds.insert(format!("fetches: {why}"), *count);
    }
    kinds.insert("submissions never scored".into(), measured.ends.unscored);
    kinds.insert("scorings failed".into(), measured.ends.failed);
    kinds.insert("streams broke".into(), measured.heard.broken);
    kinds.insert("pages' streams broke".into(), measured.shown.broken);
    kinds.insert("times a page never showed a change".into(), unseen);
    kinds.insert("times a stream never heard of a version or a later one".into(), measured.heard.missed);
    let all = kinds.values().sum();
    let said = kinds.iter().filter(|(_, count)| **count > 0).map(|(kind, count)| format!("; {count} {kind}"));
    (all, format!("{all}{}", said.collect::<String>()))
}
