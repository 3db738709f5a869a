//! Leaderboards: computed from the scored submissions, kept by version.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use domain::competition::Competition;
use domain::ids::{StageId, TeamId, TeamNumber};
use domain::leaderboard::{Baseline, Board, Change, Entry, Leaderboard, Row, Standing, order, rank};
use domain::stage::Stage;
use domain::{AppError, ErrorCode};

use crate::db::leaderboards::ScoredRow;
use crate::error::{Error, Result};
use crate::services::Services;

/// What a kept leaderboard is known by: a new version, or a new hour (rank changes), is a new one.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
struct Key {
    stage: StageId,
    board: Board,
}

struct Kept {
    version: i64,
    since: DateTime<Utc>,
    leaderboard: Arc<Leaderboard>,
}

/// The newest leaderboard of each stage and board.
#[derive(Default)]
pub(crate) struct Boards(Mutex<HashMap<Key, Kept>>);

/// The leaderboard of a stage as everyone may see it.
///
/// # Errors
/// `private_not_revealed` before the stage's reveal.
pub async fn get(
    services: &Services,
    competition: &Competition,
    stage: &Stage,
    board: Board,
) -> Result<Arc<Leaderboard>> {
    check_shown(services, competition, stage, board)?;
    let now = services.clock.now();
    let since = stage.changes_since(now);
    let key = Key { stage: stage.id, board };
    let kept = {
        let map = services.boards.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.get(&key)
            .filter(|kept| kept.version == stage.board_version && kept.since == since)
            .map(|kept| Arc::clone(&kept.leaderboard))
    };
    if let Some(leaderboard) = kept {
        return Ok(leaderboard);
    }
    let leaderboard = Arc::new(compute(services, competition, stage, board, since).await?);
    let kept = Kept { version: stage.board_version, since, leaderboard: Arc::clone(&leaderboard) };
    services.boards.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, kept);
    Ok(leaderboard)
}

/// Refuses what is only shown after the stage's reveal.
///
/// # Errors
/// `private_not_revealed`.
pub(crate) fn check_shown(services: &Services, competition: &Competition, stage: &Stage, board: Board) -> Result<()> {
    if board == Board::Public || stage.revealed(services.clock.now()) {
        return Ok(());
    }
    let at = stage.reveal_at.map(|at| at.to_rfc3339()).unwrap_or_default();
    let hidden = AppError::new(ErrorCode::PrivateNotRevealed).with("at", at);
    Err(Error::App(hidden).in_zone(&competition.settings.zone))
}

/// The private ranking, revealed or not: never handed on before [`check_shown`].
pub(crate) async fn final_standings(
    services: &Services,
    competition: &Competition,
    stage: &Stage,
) -> Result<Vec<Standing>> {
    let scored = services.db.scored(stage.id).await?;
    Ok(private(competition, &scored))
}

fn private(competition: &Competition, scored: &[ScoredRow]) -> Vec<Standing> {
    let direction = competition.direction();
    rank(direction, finals(direction, scored, competition.settings.policy.final_selection))
}

async fn compute(
    services: &Services,
    competition: &Competition,
    stage: &Stage,
    board: Board,
    since: DateTime<Utc>,
) -> Result<Leaderboard> {
    let direction = competition.direction();
    let scored = services.db.scored(stage.id).await?;
    let public: Vec<Entry> = scored.iter().filter_map(|row| entry(row, row.public)).collect();
    let shown = match board {
        Board::Public => rank(direction, public.clone()),
        Board::Private => private(competition, &scored),
    };
    let before = match board {
        Board::Public => rank(direction, public.iter().filter(|entry| entry.at < since).copied().collect()),
        Board::Private => rank(direction, public),
    };
    let has_more = competition.settings.metric.beside().next().is_some();
    let best: Vec<_> = shown.iter().filter(|_| has_more).map(|standing| standing.best.submission).collect();
    let mut secondary = services.db.secondary(board, &best).await?;
    let baselines = services.db.baselines(stage.id).await?.into_iter().filter_map(|row| {
        let (score, secondary) = match board {
            Board::Public => (row.public_score, row.secondary_public),
            Board::Private => (row.private_score, row.secondary_private),
        };
        Some(Baseline { name: row.name.0, score: score?, secondary: secondary.unwrap_or_default().0 })
    });
    let teams: HashMap<TeamId, (TeamNumber, String)> = services
        .db
        .team_names(competition.id)
        .await?
        .into_iter()
        .map(|(id, number, name)| (id, (number, name)))
        .collect();
    let mut members: HashMap<TeamId, Vec<String>> = HashMap::new();
    for (team, name) in services.db.member_names(competition.id).await? {
        members.entry(team).or_default().push(name);
    }
    // Entries and the last submission count every scored submission, also on the private board.
    let mut counted: HashMap<TeamId, (i64, DateTime<Utc>)> = HashMap::new();
    for row in &scored {
        let count = counted.entry(row.team).or_insert((0, row.at));
        *count = (count.0 + 1, count.1.max(row.at));
    }
    let rank_before: HashMap<TeamId, i64> = before.iter().map(|standing| (standing.team, standing.rank)).collect();
    let rows = shown
        .into_iter()
        .filter_map(|standing| {
            let (team_number, team_name) = teams.get(&standing.team).cloned()?;
            let (submissions, last_submission_at) = counted.get(&standing.team).copied()?;
            let change = rank_before.get(&standing.team).map_or(Change::New, |rank| Change::By(rank - standing.rank));
            Some(Row {
                rank: standing.rank,
                team_id: standing.team,
                team_number,
                team_name,
                members: members.remove(&standing.team).unwrap_or_default(),
                score: standing.best.score,
                secondary: secondary.remove(&standing.best.submission).unwrap_or_default(),
                best: standing.best.submission,
                tied_first: standing.tied_first,
                change,
                submissions,
                last_submission_at,
                steps: standing.steps,
            })
        })
        .collect();
    Ok(Leaderboard {
        board,
        version: stage.board_version,
        direction,
        rows,
        baselines: baselines.collect(),
        updated_at: counted.values().map(|(_, at)| *at).max(),
    })
}

fn entry(row: &ScoredRow, score: Option<f64>) -> Option<Entry> {
    score.map(|score| Entry { team: row.team, submission: row.id, at: row.at, score })
}

/// The private scores of each team's `count` best submissions by public score.
fn finals(direction: scoring::Direction, scored: &[ScoredRow], count: u32) -> Vec<Entry> {
    let mut by_public: Vec<(Entry, &ScoredRow)> =
        scored.iter().filter_map(|row| Some((entry(row, row.public)?, row))).collect();
    by_public.sort_unstable_by(|(a, _), (b, _)| order(direction, a, b));
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
