//! What was answered against what is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Asia::Seoul;
use domain::address;
use serde_json::Value;
use storage::Db;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::load::{Entry, Phase, Shared, lock};
use super::site::Site;
use super::{DRAIN, Life};
use crate::http::{get, once};
use crate::people::SLUG;
use crate::place::source;
use crate::seed::rows;

/// Something that must be, and what was found.
pub(super) struct Check {
    pub(super) what: &'static str,
    pub(super) is_broken: bool,
    pub(super) found: String,
}

impl Check {
    /// Holds when nothing was found that is wrong; says what, the first few.
    fn none(what: &'static str, wrong: &[String], of: &str) -> Self {
        let shown = wrong.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        let found = if wrong.is_empty() { of.to_owned() } else { format!("{} of {of}: {shown}", wrong.len()) };
        Self { what, is_broken: !wrong.is_empty(), found }
    }

    fn that(what: &'static str, holds: bool, found: String) -> Self {
        Self { what, is_broken: !holds, found }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    team_id: Uuid,
    idempotency_key: Option<String>,
    status: String,
    counts: bool,
    public_score: Option<f64>,
    has_note: bool,
    created_at: DateTime<Utc>,
    storage_key: String,
}

const ROWS: &str = "SELECT id, team_id, idempotency_key, status, counts, public_score, note IS NOT NULL AS has_note, created_at, storage_key
    FROM submissions WHERE dry_run = $1";

pub(super) async fn everything(
    site: &Site,
    shared: &Shared,
    per_day: i64,
    lives: &[Life],
    unanswered: usize,
) -> anyhow::Result<Vec<Check>> {
    let db = Db::open(&shared.people.database_url).await?;
    let jobs = drained(&db).await?;
    let rows: Vec<Row> = rows!(db, ROWS, false);
    let versions: Vec<(i64,)> = rows!(db, "SELECT leaderboard_version FROM stages WHERE takes_submissions = $1", true);
    db.close().await;
    let ledger = lock(&shared.ledger).clone();
    let scored = rows.iter().filter(|row| row.status == "scored").count();
    let version: i64 = versions.iter().map(|(version,)| version).sum();
    let mut checks = vec![
        Check::that(
            "every submission is answered in the end",
            unanswered == 0,
            format!("{unanswered} of {} never were", ledger.len()),
        ),
        Check::that("the queue becomes empty", jobs == 0, format!("{jobs} jobs left after {} s", DRAIN.as_secs())),
    ];
    checks.extend(kept(&ledger, &rows));
    checks.push(within_quota(&rows, per_day));
    checks.push(Check::that(
        "nothing is scored twice: no more versions than scores",
        version <= i64::try_from(scored)?,
        format!("version {version}, {scored} scored"),
    ));
    let (entries, teams) = shown(shared).await;
    let all: BTreeSet<_> = rows.iter().filter(|row| row.status == "scored").map(|row| row.team_id).collect();
    checks.push(Check::that(
        "the leaderboard counts each score once",
        entries == Some(scored as u64) && teams == all.len(),
        format!("{} of {scored} scores, {teams} of {} teams", entries.unwrap_or_default(), all.len()),
    ));
    checks.push(stored(&site.data.join("files"), &rows));
    checks.extend(answers(shared, site.database_url.is_some()));
    checks.extend(steady(lives));
    Ok(checks)
}

/// Waits until nothing is queued; how many jobs are left.
async fn drained(db: &Db) -> anyhow::Result<i64> {
    let until = Instant::now() + DRAIN;
    loop {
        let jobs: Vec<(i64,)> = rows!(*db, "SELECT COUNT(*) FROM jobs WHERE kind = 'score'");
        let left = jobs.first().map_or(0, |(count,)| *count);
        if left == 0 || Instant::now() >= until {
            return Ok(left);
        }
        sleep(Duration::from_millis(500)).await;
    }
}

/// The ledger and the rows tell the same.
fn kept(ledger: &BTreeMap<String, Entry>, rows: &[Row]) -> Vec<Check> {
    let mut by_id: BTreeMap<String, &Row> = BTreeMap::new();
    let mut by_key: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_id.insert(row.id.to_string(), row);
        by_key.entry(row.idempotency_key.as_deref().unwrap_or_default()).or_default().push(row);
    }
    let accepted: Vec<(&String, &String)> =
        ledger.iter().flat_map(|(key, entry)| entry.ids.iter().map(move |id| (key, id))).collect();
    let of = format!("{} accepted", accepted.len());
    let lost: Vec<_> =
        accepted.iter().filter(|(_, id)| !by_id.contains_key(*id)).map(|(_, id)| (*id).clone()).collect();
    let ends = accepted.iter().filter_map(|(_, id)| by_id.get(*id));
    let is_honest = |row: &Row| match row.status.as_str() {
        "scored" => row.public_score.is_some(),
        "failed" => row.has_note,
        _ => false,
    };
    let open: Vec<_> = ends.filter(|row| !is_honest(row)).map(|row| format!("{} {}", row.id, row.status)).collect();
    let failed = rows.iter().filter(|row| row.status == "failed").count();
    let several: Vec<_> = ledger.iter().filter(|(_, entry)| entry.ids.len() > 1).map(|(key, _)| key.clone()).collect();
    let doubled: Vec<_> = by_key
        .iter()
        .filter(|(_, rows)| rows.len() > 1)
        .map(|(key, rows)| format!("{key}: {} rows", rows.len()))
        .collect();
    let refused: Vec<_> = ledger
        .iter()
        .filter(|(key, entry)| entry.ids.is_empty() && entry.refused.is_some() && by_key.contains_key(key.as_str()))
        .map(|(key, entry)| format!("{key} {}", entry.refused.as_deref().unwrap_or_default()))
        .collect();
    let unknown: Vec<_> = by_key.keys().filter(|key| !ledger.contains_key(**key)).map(ToString::to_string).collect();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in ledger.values() {
        if let Some(code) = &entry.refused {
            *codes.entry(code).or_default() += 1;
        }
    }
    let again = ledger.values().filter(|entry| entry.sent > 1).count();
    vec![
        Check::none("every accepted submission is stored", &lost, &of),
        Check::none("each has a score or says why not", &open, &of),
        Check::none("a submission sent again keeps its one id", &several, &format!("{again} sent again")),
        Check::none("no key has two rows", &doubled, &format!("{} keys", by_key.len())),
        Check::none("nothing refused is stored", &refused, &format!("refused: {codes:?}")),
        Check::none("nothing is stored that nobody sent", &unknown, &format!("{} rows", rows.len())),
        Check::that("no valid file fails", failed == 0, format!("{failed} failed")),
    ]
}

fn within_quota(rows: &[Row], per_day: i64) -> Check {
    let mut used: BTreeMap<_, i64> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.counts) {
        *used.entry((row.team_id, row.created_at.with_timezone(&Seoul).date_naive())).or_default() += 1;
    }
    let over: Vec<_> = used
        .iter()
        .filter(|(_, count)| **count > per_day)
        .map(|((_, day), count)| format!("{count} on {day}"))
        .collect();
    let most = used.values().max().copied().unwrap_or_default();
    Check::none("the quota is never passed", &over, &format!("most {most} of {per_day} a day"))
}

/// Submissions and teams on the leaderboard.
async fn shown(shared: &Shared) -> (Option<u64>, usize) {
    let request = get(&address::api::leaderboard(SLUG), &[("connection", "close")]);
    let Ok((_, text)) = once(shared.place, source(0, 1), &request).await else { return (None, 0) };
    let leaderboard: Value = serde_json::from_str(&text).unwrap_or_default();
    let rows = leaderboard.get("rows").and_then(Value::as_array).cloned().unwrap_or_default();
    (rows.iter().map(|row| row.get("submissions").and_then(Value::as_u64)).sum(), rows.len())
}

/// Files against rows. One without a row is what a kill left behind; the sweeper's own tests say when it goes.
fn stored(folder: &Path, rows: &[Row]) -> Check {
    let mut files = Vec::new();
    list(&folder.join("submissions"), &mut files);
    let files: BTreeSet<PathBuf> = files.into_iter().collect();
    let named: BTreeSet<PathBuf> = rows.iter().map(|row| folder.join(&row.storage_key)).collect();
    let said = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).display().to_string();
    let missing: Vec<_> = named.difference(&files).map(said).collect();
    let stray = files.difference(&named).count();
    Check::none("every row has its file", &missing, &format!("{} rows; {stray} files without one", rows.len()))
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { list(&path, files) } else { files.push(path) }
    }
}

/// What people saw meanwhile. A paused PostgreSQL reads nothing either: whoever waited too long for it is told to come again.
fn answers(shared: &Shared, is_postgres: bool) -> Vec<Check> {
    let tallies = shared.tallies();
    let count = |keep: &dyn Fn(Phase, &str) -> bool, of: &dyn Fn(&super::load::Tally) -> usize| -> usize {
        tallies.iter().filter(|((phase, what), _)| keep(*phase, what)).map(|(_, tally)| of(tally)).sum()
    };
    let calm = count(&|phase, _| phase == Phase::Calm, &|tally| tally.unavailable + tally.faulty + tally.silent);
    let faulty = count(&|_, _| true, &|tally| tally.faulty);
    let unexpected = count(&|_, _| true, &|tally| tally.unexpected);
    let is_read =
        |phase, what: &str| (phase == Phase::Full || (phase == Phase::Paused && !is_postgres)) && what != "submissions";
    let unread = count(&is_read, &|tally| tally.unavailable + tally.faulty + tally.silent);
    let odd = lock(&shared.odd).iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    vec![
        Check::that("everything is answered while all is well", calm == 0, format!("{calm} not")),
        Check::that("what cannot be done is a 503, no other fault", faulty == 0, format!("{faulty} others. {odd}")),
        Check::that("no answer is unexpected", unexpected == 0, format!("{unexpected} were")),
        Check::that(
            "reading goes on while the disk is full, on SQLite also while it pauses",
            unread == 0,
            format!("{unread} not answered"),
        ),
    ]
}

/// Memory and open files after the same time are what they were. Two lives each: one with a pause, one with a full disk.
fn steady(lives: &[Life]) -> Vec<Check> {
    let most = |lives: &[Life]| {
        let megabytes = lives.iter().map(|life| life.megabytes).fold(0.0, f64::max);
        (megabytes, lives.iter().map(|life| life.open_files).max().unwrap_or_default())
    };
    let pair = lives.len().min(2);
    let ((memory, files), (memory_now, files_now)) = (most(&lives[..pair]), most(&lives[lives.len() - pair..]));
    vec![
        Check::that(
            "memory ends where it began",
            memory_now <= memory * 1.25 + 15.0,
            format!("{memory:.0} MB, then {memory_now:.0} MB"),
        ),
        Check::that("open files end where they began", files_now <= files + 16, format!("{files}, then {files_now}")),
    ]
}
