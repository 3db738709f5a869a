//! How certain a stage's final ranking is: computed beside the workers once the stage is over and revealed, kept in the
//! database until who ranks where changes, so that every server shows the same and no request waits for it.

use std::sync::Arc;
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::certainty::Report;
use domain::competitions::Competition;
use domain::ids::StageId;
use domain::leaderboards::{Side, Standing};
use domain::stages::Stage;
use domain::{AppError, ErrorCode};
use moka::future::Cache;
use scoring::Values;
use scoring::metric::Part;
use scoring::standing::{DRAWS, of_part, prediction};
use tokio::sync::watch;

use crate::error::{Error, Result};
use crate::services::Services;
use crate::{competitions, leaderboards, stop, submissions};

/// A worker that has not been heard of for so long is taken for dead.
const CLAIM: TimeDelta = TimeDelta::minutes(5);
/// How often a worker that makes a report says that it is alive.
const HEARTBEAT: Duration = Duration::from_mins(1);
/// Workers that may die of one report before nothing is said of the ranking.
const ATTEMPTS: i64 = 3;
/// How often it is looked whether a report is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Bytes of files that are drawn from: all are in memory at once, and every draw goes through all of them.
const MOST: usize = 256 << 20;
/// Seconds after which a report that is being made is worth asking for again.
const SOON: u64 = 5;

/// A leaderboard's version, and what can be said of it, if anything.
type Known = (i64, Option<Arc<Report>>);

/// What this process has read of each stage; of the stages that nobody looks at any more, nothing.
struct Reports(Cache<StageId, Known>);

/// Reports kept at once.
const KEPT: u64 = 64;

impl Default for Reports {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

/// The report on a stage's final ranking as everyone may see it.
///
/// # Errors
/// `private_not_revealed` before the reveal; `not_found` where there is no final ranking or nothing can be said of it;
/// `unavailable` while a worker has yet to make it.
#[boxed]
pub async fn get(services: &Services, competition: &Competition, stage: &Stage) -> Result<Arc<Report>> {
    leaderboards::check_shown(services, competition, stage, Side::Private)?;
    if !(stage.takes_submissions && stage.private_rows > 0) {
        return Err(ErrorCode::NotFound.into());
    }
    let reports = services.cache::<Reports>();
    let report = match reports.0.get(&stage.id).await {
        Some((version, report)) if version == stage.leaderboard_version => report,
        _ => {
            let Some(report) = services.db.certainty(stage.id).await? else {
                return Err(AppError::new(ErrorCode::Unavailable).retry_after(SOON).into());
            };
            let report = report.map(Arc::new);
            reports.0.insert(stage.id, (stage.leaderboard_version, report.clone())).await;
            report
        }
    };
    report.ok_or(ErrorCode::NotFound.into())
}

/// Makes reports, one at a time and beside the workers, until `stop` turns true. A report that is begun then is left: it would
/// keep nobody but the server waiting.
pub(crate) async fn run(services: Services, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let made = run_one(&services, &mut stop).await.unwrap_or_else(|error| {
            tracing::error!(%error, "a ranking's certainty could not be computed");
            false
        });
        if !made {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

/// Makes one report that is due, while nothing waits to be scored. Whether there was one.
pub(crate) async fn run_one(services: &Services, stop: &mut watch::Receiver<bool>) -> Result<bool> {
    let now = services.clock.now();
    let Some((competition, stage)) = services.db.certainty_due(now).await? else { return Ok(false) };
    if services.db.due(now, now).await?.is_some() {
        return Ok(false);
    }
    let competition = competitions::by_id(services, competition).await?;
    let stage = competition.stages.iter().find(|known| known.id == stage).ok_or(ErrorCode::NotFound)?;
    let version = stage.leaderboard_version;
    let mut tx = services.db.begin().await?;
    let Some(attempts) = tx.claim_certainty(stage.id, version, now, now + CLAIM).await? else { return Ok(false) };
    tx.commit().await?;
    let report = if attempts > ATTEMPTS {
        tracing::error!(stage = %stage.id, version, "no certainty: too many workers died of it");
        None
    } else {
        let heartbeat = tokio::spawn(keep_claim(services.clone(), stage.id, version));
        let computed = tokio::select! {
            computed = compute(services, &competition, stage) => Some(computed),
            () = stop::asked(stop) => None,
        };
        heartbeat.abort();
        match computed {
            Some(Ok(report)) => report,
            // Its worker is alive: this claim does not count, and another may follow after a while or at once.
            Some(Err(error)) => {
                return_claim(services, stage.id, version, now + CLAIM).await?;
                return Err(error);
            }
            None => return return_claim(services, stage.id, version, now).await.map(|()| false),
        }
    };
    let mut tx = services.db.begin().await?;
    tx.store_certainty(stage.id, version, report.as_ref()).await?;
    tx.commit().await?;
    Ok(true)
}

async fn return_claim(services: &Services, stage: StageId, version: i64, until: DateTime<Utc>) -> Result<()> {
    let mut tx = services.db.begin().await?;
    tx.return_certainty(stage, version, until).await?;
    Ok(tx.commit().await?)
}

/// Keeps the claim on a version while its report is made.
async fn keep_claim(services: Services, stage: StageId, version: i64) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let kept: Result<()> = async {
            let mut tx = services.db.begin().await?;
            tx.keep_certainty(stage, version, services.clock.now() + CLAIM).await?;
            Ok(tx.commit().await?)
        }
        .await;
        if let Err(error) = kept {
            tracing::warn!(%error, %stage, "the claim on a ranking's certainty could not be kept");
        }
    }
}

/// What is left of [`MOST`].
struct Budget(usize);

impl Budget {
    /// Whether so many bytes more fit, and takes them.
    fn takes(&mut self, bytes: usize) -> bool {
        let left = self.0.checked_sub(bytes);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

/// From the files that the private leaderboard ranks, of its best teams where all are too large; none when they say nothing, or not what the board says.
async fn compute(services: &Services, competition: &Competition, stage: &Stage) -> Result<Option<Report>> {
    let loaded = submissions::solution(services, stage.id).await?;
    let standings = leaderboards::final_standings(services, competition, stage).await?;
    let mut read: Vec<(&Standing, Vec<Values>)> = Vec::new();
    let mut budget = Budget(MOST);
    for standing in &standings {
        let key = services.db.submission_file(standing.best.submission).await?.ok_or(ErrorCode::NotFound)?;
        let bytes = services.files.get(&key).await?;
        if !budget.takes(bytes.len()) && read.len() >= 2 {
            tracing::info!(stage = %stage.id, teams = read.len(), "certainty of the best teams alone: the files are large");
            break;
        }
        let loaded = Arc::clone(&loaded);
        let columns = tokio::task::spawn_blocking(move || prediction(&loaded.solution, Part::Private, &bytes));
        match columns.await.map_err(Error::other)? {
            Ok(columns) => read.push((standing, columns)),
            Err(errors) => {
                tracing::warn!(stage = %stage.id, submission = %standing.best.submission, %errors, "no certainty: a file is not what was scored");
                return Ok(None);
            }
        }
    }
    // The earliest submission first: it has the better rank among equal scores.
    read.sort_unstable_by_key(|(standing, _)| (standing.best.at, standing.best.submission));
    let (earliest, predictions): (Vec<&Standing>, Vec<Vec<Values>>) = read.into_iter().unzip();
    let decimals = competition.ranking().decimals;
    // The random part of the stage's id, short enough for every JSON reader.
    let seed = stage.id.0.as_u64_pair().1 & ((1 << 53) - 1);
    let made = tokio::task::spawn_blocking(move || {
        of_part(&loaded.solution, &loaded.scorer, Part::Private, decimals, &predictions, DRAWS, seed)
    });
    let certainty = match made.await.map_err(Error::other)? {
        Ok(certainty) => certainty,
        Err(unknown) => {
            tracing::info!(stage = %stage.id, %unknown, "no certainty");
            return Ok(None);
        }
    };
    let same = earliest.iter().zip(&certainty.teams).all(|(standing, team)| standing.rank == i64::from(team.rank));
    if !same {
        tracing::warn!(stage = %stage.id, "no certainty: the files rank otherwise than the leaderboard");
    }
    let teams = earliest.iter().map(|standing| standing.team).collect();
    Ok(same.then_some(Report { teams, certainty }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_fit_until_one_does_not_and_then_none_does() {
        let mut budget = Budget(10);
        assert_eq!([4, 6, 0].map(|bytes| budget.takes(bytes)), [true; 3]);
        let mut budget = Budget(10);
        assert_eq!([4, 7, 1].map(|bytes| budget.takes(bytes)), [true, false, false]);
    }
}
