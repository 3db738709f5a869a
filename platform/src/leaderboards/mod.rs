//! Leaderboards: made from the scored submissions, kept by version.

pub mod certainty;
pub mod commitments;

mod live;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::competitions::Competition;
use domain::ids::{StageId, TeamId};
use domain::leaderboards::{
    Baseline, Change, Entry, Leaderboard, Ranking, Record, Row, Scale, Side, Standing, mark_unseen, order, rank,
};
use domain::stages::Stage;
use domain::{AppError, ErrorCode};
use moka::future::Cache;
use storage::leaderboards::ScoredRow;
use tokio::sync::Mutex;

use self::live::Live;
use crate::error::{Error, Result};
use crate::services::Services;

/// Stages whose leaderboards are in memory at once; the one that nobody asked for longest makes room.
const KEPT_AT_ONCE: u64 = 64;

#[derive(PartialEq, Eq, Hash, Clone, Copy)]
struct Key {
    stage: StageId,
    side: Side,
}

/// The newest leaderboard of each stage and side.
struct Newest(Cache<Key, Arc<Slot>>);

impl Default for Newest {
    fn default() -> Self {
        Self(Cache::new(KEPT_AT_ONCE))
    }
}

#[derive(Default)]
struct Slot {
    latest: RwLock<Option<Kept>>,
    /// Held by the one who makes the next, however many ask.
    live: Mutex<Option<Live>>,
}

#[derive(Clone)]
struct Kept {
    /// A new hour makes another leaderboard too: rank changes are counted from it.
    since: DateTime<Utc>,
    made: Instant,
    leaderboard: Arc<Leaderboard>,
}

impl Slot {
    fn latest(&self, since: DateTime<Utc>) -> Option<Kept> {
        let latest = self.latest.read().unwrap_or_else(PoisonError::into_inner);
        latest.as_ref().filter(|kept| kept.since == since).cloned()
    }

    fn at_least(&self, version: i64, since: DateTime<Utc>) -> Option<Arc<Leaderboard>> {
        self.latest(since).map(|kept| kept.leaderboard).filter(|leaderboard| leaderboard.version >= version)
    }
}

/// The leaderboard of a stage as everyone may see it: the newest, but while versions come quickly one a moment (`gather`) and
/// while the next is being made the one before it. It is never older than what was announced.
///
/// # Errors
/// `private_not_revealed` before the stage's reveal.
#[boxed]
pub async fn get(
    services: &Services,
    competition: &Competition,
    stage: &Stage,
    side: Side,
) -> Result<Arc<Leaderboard>> {
    check_shown(services, competition, stage, side)?;
    let since = stage.changes_since(services.clock.now());
    let slot = services.cache::<Newest>().0.get_with(Key { stage: stage.id, side }, async { Arc::default() }).await;
    let announced = services.events.announced(stage.id.0);
    if let Some(kept) = slot.latest(since) {
        let version = kept.leaderboard.version;
        let young = version >= announced && kept.made.elapsed() < services.config.gather;
        if version >= stage.leaderboard_version || young {
            return Ok(kept.leaderboard);
        }
    }
    let mut live = match slot.live.try_lock() {
        Ok(live) => live,
        Err(_) => match slot.at_least(announced, since).filter(|_| !services.config.gather.is_zero()) {
            Some(leaderboard) => return Ok(leaderboard),
            None => slot.live.lock().await,
        },
    };
    if let Some(leaderboard) = slot.at_least(stage.leaderboard_version, since) {
        return Ok(leaderboard);
    }
    let leaderboard = Arc::new(match side {
        Side::Public => {
            let newest = Live::now(live.take(), services, competition, stage, since).await?;
            live.insert(newest).leaderboard()
        }
        Side::Private => private(services, competition, stage).await?,
    });
    let kept = Kept { since, made: Instant::now(), leaderboard: Arc::clone(&leaderboard) };
    *slot.latest.write().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    Ok(leaderboard)
}

/// Refuses what is only shown after the stage's reveal.
///
/// # Errors
/// `private_not_revealed`.
pub(crate) fn check_shown(services: &Services, competition: &Competition, stage: &Stage, side: Side) -> Result<()> {
    if side == Side::Public || stage.revealed(services.clock.now()) {
        return Ok(());
    }
    let hidden = AppError::new(ErrorCode::PrivateNotRevealed);
    let hidden = match stage.private_opens_at() {
        Some(at) => hidden.with("at", at.to_rfc3339()),
        None => hidden,
    };
    Err(Error::App(hidden).in_zone(competition.settings.zone))
}

/// The private ranking, revealed or not: never handed on before [`check_shown`].
pub(crate) async fn final_standings(
    services: &Services,
    competition: &Competition,
    stage: &Stage,
) -> Result<Vec<Standing>> {
    let scored = services.db.scored(stage.id, i64::MAX).await?;
    Ok(final_ranking(competition, &scored))
}

fn final_ranking(competition: &Competition, scored: &[ScoredRow]) -> Vec<Standing> {
    let ranking = competition.ranking();
    rank(ranking, finals(ranking, scored, competition.settings.policy.final_selection))
}

/// The private leaderboard, from everything: it changes only when something is done to it after the end.
async fn private(services: &Services, competition: &Competition, stage: &Stage) -> Result<Leaderboard> {
    let ranking = competition.ranking();
    let scored = services.db.scored(stage.id, i64::MAX).await?;
    let shown = final_ranking(competition, &scored);
    let before = rank(ranking, scored.iter().filter_map(|row| entry(row, row.public)).collect());
    let has_more = competition.settings.metric.beside().next().is_some();
    let best: Vec<_> = shown.iter().filter(|_| has_more).map(|standing| standing.best.submission).collect();
    let mut secondary = services.db.secondary(Side::Private, &best).await?;
    let mut teams = live::teams(services, competition).await?;
    let mut counted = HashMap::new();
    for row in &scored {
        live::count(&mut counted, row.team, row.at);
    }
    let rank_before: HashMap<TeamId, i64> = before.iter().map(|standing| (standing.team, standing.rank)).collect();
    let mut rows: Vec<Row> = shown
        .into_iter()
        .filter_map(|standing| {
            let named = teams.remove(&standing.team)?;
            let (submissions, last_submission_at) = counted.get(&standing.team).copied()?;
            let change = rank_before.get(&standing.team).map_or(Change::New, |rank| Change::By(rank - standing.rank));
            let mut record = Record {
                team_id: standing.team,
                team_number: named.number,
                team_name: named.name,
                members: named.members,
                score: standing.best.score,
                secondary: secondary.remove(&standing.best.submission).unwrap_or_default(),
                best: standing.best.submission,
                submissions,
                last_submission_at,
                steps: standing.steps,
            };
            record.publish(competition.settings.decimals);
            let (rank, tied_first) = (standing.rank, standing.tied_first);
            Some(Row { rank, tied_first, ahead_unseen: false, change, record: Arc::new(record) })
        })
        .collect();
    mark_unseen(&mut rows);
    Ok(Leaderboard {
        side: Side::Private,
        version: stage.leaderboard_version,
        direction: ranking.direction,
        scale: Scale::of(ranking.direction, &rows),
        rows,
        baselines: baselines(services, competition, stage.id, Side::Private).await?,
        updated_at: counted.values().map(|(_, at)| *at).max(),
    })
}

async fn baselines(
    services: &Services,
    competition: &Competition,
    stage: StageId,
    side: Side,
) -> Result<Vec<Baseline>> {
    let rows = services.db.baselines(stage).await?.into_iter();
    let shown = rows.filter_map(|row| {
        let (score, secondary) = match side {
            Side::Public => (row.public_score, row.secondary_public),
            Side::Private => (row.private_score, row.secondary_private),
        };
        let mut baseline = Baseline { name: row.name, score: score?, secondary };
        baseline.publish(competition.settings.decimals);
        Some(baseline)
    });
    Ok(shown.collect())
}

fn entry(row: &ScoredRow, score: Option<f64>) -> Option<Entry> {
    score.map(|score| Entry { team: row.team, submission: row.id, at: row.at, score })
}

/// The private scores of each team's `count` best submissions by public score.
fn finals(ranking: Ranking, scored: &[ScoredRow], count: u32) -> Vec<Entry> {
    let mut by_public: Vec<(Entry, &ScoredRow)> =
        scored.iter().filter_map(|row| Some((entry(row, row.public)?, row))).collect();
    by_public.sort_unstable_by(|(a, _), (b, _)| order(ranking, a, b));
    let mut taken: HashMap<TeamId, u32> = HashMap::new();
    by_public
        .into_iter()
        .filter(|(entry, _)| {
            let taken = taken.entry(entry.team).or_default();
            *taken += 1;
            *taken <= count.max(1)
        })
        .filter_map(|(_, row)| entry(row, row.private))
        .collect()
}
