//! Scoring everything again after the code has changed: first a look at what would change, then one transaction.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use domain::Text;
use domain::access::Actor;
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::ids::{StageId, SubmissionId, TeamId, TeamNumber};
use domain::leaderboards::{Entry, Ranking, rank};
use domain::submissions::{Note, Secondary, Status};
use futures::{StreamExt as _, stream};
use storage::rescore::{FinishedRow, Seen};
use uuid::Uuid;

use crate::competitions::import::baseline_key;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::services::Services;
use crate::submissions;
use crate::submissions::judge::{Verdict, judge};

/// Rows read at once; of files there are only as many in memory as are scored at once.
const PAGE: i64 = 500;

/// A submission's or a baseline's scores; `None` is a failure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    pub public: f64,
    pub private: Option<f64>,
}

/// A submission that gets another score or another value beside it, fails, or no longer fails.
#[derive(Debug)]
pub struct RankMove {
    pub team_number: TeamNumber,
    pub team_name: String,
    pub number: i64,
    pub before: Option<Scores>,
    pub after: Option<Scores>,
    submission: SubmissionId,
    seen: Seen,
    stage: StageId,
    verdict: Verdict,
}

#[derive(Debug)]
pub struct BaselineChange {
    pub name: Text,
    pub before: Option<Scores>,
    pub after: Option<Scores>,
    stage: StageId,
    position: i64,
    rescored: i64,
    verdict: Verdict,
}

/// A team whose rank on the public board changes; `None` is no rank.
#[derive(Debug, PartialEq, Eq)]
pub struct Moved {
    pub team_number: TeamNumber,
    pub team_name: String,
    pub before: Option<i64>,
    pub after: Option<i64>,
}

/// What scoring everything again comes to.
#[derive(Debug, Default)]
pub struct Rescoring {
    pub unchanged: usize,
    /// Waiting or being scored by a worker, and so left alone.
    pub under_way: i64,
    pub changes: Vec<RankMove>,
    pub baselines: Vec<BaselineChange>,
    /// Baselines that were imported before their files were kept: their scores stay.
    pub without_file: Vec<Text>,
    pub moved: Vec<Moved>,
}

/// Scores every finished submission again, `at_once` at a time, and writes nothing.
///
/// # Errors
/// When the solution, or the file of a submission that has a score, cannot be read.
#[boxed]
pub async fn look(services: &Services, competition: &Competition, at_once: usize) -> Result<Rescoring> {
    let mut found = Rescoring::default();
    for stage in competition.stages.iter().filter(|stage| stage.takes_submissions) {
        // Read here, so that a solution that cannot be read is not taken for a submission's fault.
        submissions::solution(services, stage.id).await?;
        found.under_way += services.db.under_way(stage.id).await?;
        let mut standing = Standing::default();
        let mut last = SubmissionId(Uuid::nil());
        loop {
            let rows = services.db.finished(stage.id, last, PAGE).await?;
            let Some(end) = rows.last() else { break };
            last = end.id;
            let mut judged = stream::iter(rows)
                .map(|row| async move { (judge(services, stage.id, &row.storage_key).await, row) })
                .buffered(at_once.max(1));
            while let Some((verdict, row)) = judged.next().await {
                found.compare(stage.id, row, verdict, &mut standing)?;
            }
        }
        found.moved.extend(standing.moved(competition.ranking()));
        found.look_at_baselines(services, stage.id).await?;
    }
    Ok(found)
}

/// Writes what was found, raises the boards' versions and tells the open pages, all or nothing. Returns how many submissions
/// and baselines were written; one that changed since the look is left as it is.
#[boxed]
pub async fn apply(services: &Services, actor: &Actor, competition: &Competition, found: &Rescoring) -> Result<usize> {
    let now = services.clock.now();
    let mut written: HashMap<StageId, usize> = HashMap::new();
    let mut tx = services.db.begin().await?;
    for change in &found.changes {
        if tx.rewrite(change.submission, change.seen, change.verdict.outcome(now)).await? {
            *written.entry(change.stage).or_default() += 1;
        }
    }
    for baseline in &found.baselines {
        let outcome = baseline.verdict.outcome(now);
        if tx.rewrite_baseline(baseline.stage, baseline.position, baseline.rescored, &outcome).await? {
            *written.entry(baseline.stage).or_default() += 1;
        }
    }
    let total: usize = written.values().sum();
    if total == 0 {
        return Ok(0);
    }
    let mut events = Vec::new();
    for stage in written.into_keys() {
        let (competition, version) = tx.raise_leaderboard_version(stage).await?;
        events.push(Event::Leaderboard { competition, stage, version });
    }
    let rewritten = i64::try_from(total).unwrap_or(i64::MAX);
    let change = Act::of_competition(Deed::RescoreCompetition, competition.id).after("rewritten", rewritten);
    tx.record(now, actor, change);
    services.events.commit(tx, events).await?;
    Ok(total)
}

impl RankMove {
    /// Why it has no score any more.
    pub fn refusal(&self) -> Option<&Note> {
        match &self.verdict {
            Verdict::Refused(note) => Some(note),
            Verdict::Scored { .. } => None,
        }
    }
}

impl Rescoring {
    pub fn changes_nothing(&self) -> bool {
        self.changes.is_empty() && self.baselines.is_empty()
    }

    fn compare(
        &mut self,
        stage: StageId,
        row: FinishedRow,
        verdict: Result<Verdict>,
        standing: &mut Standing,
    ) -> Result<()> {
        let before = scores(row.public_score, row.private_score);
        let verdict = match (verdict, before) {
            (Ok(verdict), _) => verdict,
            // It failed before because of a fault of ours, and still does.
            (Err(error), None) => {
                tracing::warn!(%error, submission = %row.id, "a failed submission could not be scored again");
                self.unchanged += 1;
                return Ok(());
            }
            (Err(error), Some(_)) => {
                return Err(Error::Other(format!(
                    "submission {} of team {} cannot be scored again, so nothing was written: {error}",
                    row.number, row.team_number
                )));
            }
        };
        let after = verdict.scores();
        standing.add(&row, before, after);
        if before == after && !verdict.differs_beside(&row.secondary_public, &row.secondary_private) {
            self.unchanged += 1;
            return Ok(());
        }
        self.changes.push(RankMove {
            team_number: row.team_number,
            team_name: row.team_name,
            number: row.number,
            before,
            after,
            submission: row.id,
            seen: Seen {
                status: if before.is_some() { Status::Scored } else { Status::Failed },
                rescored: row.rescored,
            },
            stage,
            verdict,
        });
        Ok(())
    }

    async fn look_at_baselines(&mut self, services: &Services, stage: StageId) -> Result<()> {
        let rescored = services.db.baselines_rescored(stage).await?;
        for ((position, row), rescored) in (0_i64..).zip(services.db.baselines(stage).await?).zip(rescored) {
            let key = baseline_key(stage, position);
            if services.files.find(&key).await?.is_none() {
                self.without_file.push(row.name);
                continue;
            }
            let verdict = judge(services, stage, &key).await?;
            let (before, after) = (scores(row.public_score, row.private_score), verdict.scores());
            if before != after || verdict.differs_beside(&row.secondary_public, &row.secondary_private) {
                self.baselines.push(BaselineChange {
                    name: row.name,
                    before,
                    after,
                    stage,
                    position,
                    rescored,
                    verdict,
                });
            }
        }
        Ok(())
    }
}

impl Verdict {
    fn scores(&self) -> Option<Scores> {
        match self {
            Self::Scored { public, private, .. } => Some(Scores { public: *public, private: *private }),
            Self::Refused(_) => None,
        }
    }

    /// Whether what stands beside the scores is another than is stored.
    fn differs_beside(&self, public: &Secondary, private: &Secondary) -> bool {
        let Self::Scored { secondary_public, secondary_private, .. } = self else { return false };
        (secondary_public, secondary_private) != (public, private)
    }
}

fn scores(public: Option<f64>, private: Option<f64>) -> Option<Scores> {
    public.map(|public| Scores { public, private })
}

/// What both public boards of a stage are computed from.
#[derive(Default)]
struct Standing {
    before: Vec<Entry>,
    after: Vec<Entry>,
    teams: HashMap<TeamId, (TeamNumber, String)>,
}

impl Standing {
    fn add(&mut self, row: &FinishedRow, before: Option<Scores>, after: Option<Scores>) {
        if row.ended.is_some() || row.voided {
            return;
        }
        let team = row.team_id;
        let entry = |scores: Scores| Entry { team, submission: row.id, at: row.created_at, score: scores.public };
        self.before.extend(before.map(entry));
        self.after.extend(after.map(entry));
        self.teams.entry(team).or_insert_with(|| (row.team_number, row.team_name.clone()));
    }

    /// The teams whose rank differs, in the order of the new board; those that lose their rank last.
    fn moved(self, ranking: Ranking) -> Vec<Moved> {
        let ranks = |entries| -> HashMap<TeamId, i64> {
            rank(ranking, entries).into_iter().map(|standing| (standing.team, standing.rank)).collect()
        };
        let (before, after) = (ranks(self.before), ranks(self.after));
        let mut moved: Vec<_> = self
            .teams
            .into_iter()
            .filter(|(team, _)| before.get(team) != after.get(team))
            .map(|(team, (team_number, team_name))| Moved {
                team_number,
                team_name,
                before: before.get(&team).copied(),
                after: after.get(&team).copied(),
            })
            .collect();
        moved.sort_by_key(|team| (team.after.is_none(), team.after, team.before));
        moved
    }
}
