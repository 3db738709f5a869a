//! How certain a stage's final ranking is: a job once the stage is over and revealed, kept in the database until who ranks where
//! changes, so that every server shows the same and no request waits for it.

use std::sync::Arc;
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use domain::certainty::Report;
use domain::competitions::Competition;
use domain::ids::{CompetitionId, StageId};
use domain::jobs::JobKind;
use domain::leaderboards::{Side, Standing};
use domain::stages::Stage;
use domain::{AppError, ErrorCode};
use moka::future::Cache;
use scoring::Values;
use scoring::metric::Part;
use scoring::standing::{DRAWS, of_part, prediction};
use storage::Tx;
use storage::jobs::{Claim, NewJob};

use crate::error::{Error, Result};
use crate::services::Services;
use crate::{competitions, leaderboards, submissions};

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
/// How long one is kept: where nothing could be said something can be once an operator has put the job back.
const KEPT_FOR: Duration = Duration::from_mins(1);

impl Default for Reports {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(KEPT).time_to_live(KEPT_FOR).build())
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

/// Puts a job for each stage that is over and revealed and of whose ranking nothing is known.
#[boxed]
pub async fn put_due(services: &Services) -> Result<()> {
    let now = services.clock.now();
    let due = services.db.certainty_due(now).await?;
    if due.is_empty() {
        return Ok(());
    }
    let mut tx = services.db.begin().await?;
    for (competition, stage, version) in due {
        let job = NewJob {
            kind: JobKind::Certainty,
            subject: stage.0,
            competition: Some(competition),
            payload: Some(version.to_string()),
            run_at: now,
            unique_key: Some(format!("certainty {stage} {version}")),
        };
        tx.put_job(job, now).await?;
    }
    Ok(tx.commit().await?)
}

/// A report that was made of a leaderboard's version, or that nothing can be said.
pub(crate) struct Made {
    stage: StageId,
    version: i64,
    report: Option<Report>,
}

/// Makes the report on a stage's ranking of now; none where it is there.
pub(crate) async fn make(services: &Services, competition: CompetitionId, stage: StageId) -> Result<Option<Made>> {
    if let Some(Some(_)) = services.db.certainty(stage).await? {
        return Ok(None);
    }
    let competition = competitions::by_id(services, competition).await?;
    let stage = competition.stages.iter().find(|known| known.id == stage).ok_or(ErrorCode::NotFound)?;
    let report = compute(services, &competition, stage).await?;
    Ok(Some(Made { stage: stage.id, version: stage.leaderboard_version, report }))
}

impl Made {
    pub(crate) async fn write(self, tx: &mut Tx) -> Result<()> {
        Ok(tx.store_certainty(self.stage, self.version, self.report.as_ref()).await?)
    }
}

/// Nothing is said of the version for which the job was put.
pub(crate) async fn give_up(tx: &mut Tx, claim: &Claim) -> Result<()> {
    let Some(Ok(version)) = claim.payload.as_ref().map(|payload| payload.parse()) else { return Ok(()) };
    Ok(tx.store_certainty(StageId(claim.subject), version, None).await?)
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
