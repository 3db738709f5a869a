//! How certain a ranking is: bootstrap of the cases, and tests between the teams.
//!
//! Not for the browser: nothing that is in its bundle may name this module.

mod auc;
mod compare;
mod draws;
mod events;
mod files;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::auc::Auc;
use self::compare::{Comparison, holm};
use self::draws::Units;
use self::events::Events;
use crate::metric::{Direction, Input, MetricError, Problem, Scorer};
use crate::published::published;
use crate::values::{Values, pick};

pub use compare::{LEVEL, Test};
pub use files::{of_part, prediction};

/// Draws where nothing else is wanted.
pub const DRAWS: u32 = 1000;
/// Give up when fewer than one draw in so many has a score for every team.
const PATIENCE: u64 = 10;

/// What is asked: cases, and what each team predicted for them.
#[derive(Clone, Copy, Debug)]
pub struct Contest<'a> {
    pub scorer: &'a Scorer,
    /// The truth's columns.
    pub truth: &'a [Values],
    /// One a row, where rows count differently.
    pub weights: Option<&'a [f64]>,
    /// Of events: the codes of the series, which are the cases. Of other tasks the rows are.
    pub series: Option<&'a [u32]>,
    /// A code a case: those with the same one, such as those of one patient, are only drawn together.
    pub groups: Option<&'a [u32]>,
    /// Places that scores are compared at; none: all digits.
    pub decimals: Option<u32>,
    /// Each team's columns, rows as in the truth; the earliest submission first: it ranks first among equal scores.
    pub predictions: &'a [Vec<Values>],
    pub draws: u32,
    pub seed: u64,
}

/// How certain a ranking is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certainty {
    pub draws: u32,
    pub seed: u64,
    /// Draws on which the metric had no score for some team, such as one without positives; others took their place.
    pub redrawn: u64,
    /// What was drawn: so many rows, or groups of them.
    pub cases: u64,
    pub grouped: bool,
    pub test: Test,
    /// Kendall's tau between the ranking and that of each draw; none for a single team.
    pub tau: Option<Tau>,
    /// In the order of [`Contest::predictions`].
    pub teams: Vec<Team>,
}

/// Agreement of rankings, from −1 (reversed) to 1 (the same).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tau {
    pub mean: f64,
    /// The bounds of 95 % of the draws.
    pub low: f64,
    pub high: f64,
}

/// How certain one team's rank is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Team {
    /// On the cases themselves, from 1.
    pub rank: u32,
    /// Half a rank where the two middle draws differ.
    pub median: f64,
    /// The bounds of the ranks in 95 % of the draws.
    pub low: u32,
    pub high: u32,
    /// The share of draws in which it is first.
    pub first: f64,
    /// The p-value, after Holm's correction over all pairs, of not being worse than the first team; none for the first itself.
    pub p_first: Option<f64>,
    /// The same for the next team not being worse than this one; none for the last.
    pub p_next: Option<f64>,
}

impl Team {
    /// Whether it is told apart from the first team.
    pub fn apart_from_first(&self) -> bool {
        self.p_first.is_some_and(|p| p <= LEVEL)
    }

    /// Whether it is told apart from the team behind it.
    pub fn apart_from_next(&self) -> bool {
        self.p_next.is_some_and(|p| p <= LEVEL)
    }
}

/// Why nothing can be said.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unknown {
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// Fewer than two cases or groups, or most draws have no score.
    #[error("there are too few cases to draw from")]
    TooFew,
    /// Thousands of runs in the sandbox could take hours.
    #[error("the ranking metric is a component: it is not run for every draw")]
    Custom,
}

/// Draws the cases with replacement, scores every team on the same draws, and compares the teams on the cases themselves.
///
/// The ranks' bounds are the order statistics ⌊(B−1)/40⌋ from either end. Tests: see [`Test`]; `DeLong` and `McNemar` ask
/// for independent cases that count alike, so grouped or weighted ones are compared by the draws.
///
/// # Errors
/// [`Unknown`]; a team's columns that do not fit the metric are its [`MetricError`].
pub fn certainty(contest: &Contest<'_>) -> Result<Certainty, Unknown> {
    let rows = contest.truth.first().map_or(0, Values::len);
    let cases = contest.series.map_or(rows, <[u32]>::len);
    // Of events every team has as many rows as it likes.
    let fits = |columns: &[Values]| contest.series.is_some() || columns.iter().all(|column| column.len() == rows);
    let extras = contest.weights.is_none_or(|w| w.len() == cases) && contest.groups.is_none_or(|g| g.len() == cases);
    if !(extras && contest.predictions.iter().all(|columns| fits(columns)) && contest.draws >= 2) {
        return Err(MetricError::from(Problem::WrongColumns).into());
    }
    let units = Units::new(cases, contest.groups);
    if units.count() < 2 {
        return Err(Unknown::TooFew);
    }
    if contest.scorer.ranks_by_custom() {
        return Err(Unknown::Custom);
    }
    let whole = gains(contest, contest.truth, contest.weights, <[Values]>::to_vec)?;
    let plain = contest.weights.is_none();
    let auc = Auc::new(contest.scorer, contest.truth, contest.predictions)
        // Only where it gives the metric's own scores, whatever parameters that learns.
        .filter(|auc| plain && auc.areas(&vec![1; rows]).as_ref() == Some(&whole));
    let events = Events::new(contest)?;
    let (draws, redrawn) = draws::defined(contest.draws as usize, PATIENCE, |number| {
        let times = units.draw(contest.seed, number);
        if let Some(auc) = &auc {
            return auc.areas(&times);
        }
        if let Some(events) = &events {
            return events.scores(&times);
        }
        let rows = draws::rows(&times);
        let truth: Vec<Values> = contest.truth.iter().map(|column| column.at(&rows)).collect();
        let weights = contest.weights.map(|weights| pick(weights, &rows));
        let drawn = |columns: &[Values]| columns.iter().map(|column| column.at(&rows)).collect();
        gains(contest, &truth, weights.as_deref(), drawn).ok()
    })
    .ok_or(Unknown::TooFew)?;

    let independent = plain && contest.groups.is_none();
    let comparison = Comparison::new(
        contest.scorer,
        auc.as_ref(),
        contest.truth,
        contest.predictions,
        independent,
        (&whole, &draws),
    );
    let drawn: Vec<Vec<u32>> = draws.iter().map(|draw| ranks(draw, contest.decimals)).collect();
    let shown = ranks(&whole, contest.decimals);
    Ok(Certainty {
        draws: contest.draws,
        seed: contest.seed,
        redrawn,
        cases: units.count() as u64,
        grouped: contest.groups.is_some(),
        test: comparison.test(),
        tau: tau_of(&shown, &drawn),
        teams: teams(&shown, &drawn, &comparison),
    })
}

/// Every team's score with higher being better.
fn gains(
    contest: &Contest<'_>,
    truth: &[Values],
    weights: Option<&[f64]>,
    prediction: impl Fn(&[Values]) -> Vec<Values>,
) -> Result<Vec<f64>, MetricError> {
    let sign = match contest.scorer.direction() {
        Direction::Higher => 1.0,
        Direction::Lower => -1.0,
    };
    let scores = contest.predictions.iter().map(|columns| {
        let score = contest.scorer.score(Input { truth, prediction: &prediction(columns), weights })?;
        // Minus zero is zero.
        Ok(sign * score + 0.0)
    });
    scores.collect()
}

/// The rank of each team, from 1; the earlier one first among gains that are equal at so many places.
fn ranks(gains: &[f64], decimals: Option<u32>) -> Vec<u32> {
    let compared = |team: usize| decimals.map_or(gains[team], |decimals| published(gains[team], decimals));
    let mut order: Vec<usize> = (0..gains.len()).collect();
    order.sort_by(|&a, &b| compared(b).total_cmp(&compared(a)));
    let mut ranks = vec![0; gains.len()];
    for (rank, &team) in (1..).zip(&order) {
        ranks[team] = rank;
    }
    ranks
}

fn teams(shown: &[u32], ranks: &[Vec<u32>], comparison: &Comparison<'_>) -> Vec<Team> {
    let count = shown.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_unstable_by_key(|&team| shown[team]);
    let pairs: Vec<(usize, usize)> = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))).collect();
    let p: Vec<f64> = pairs.iter().map(|&(a, b)| comparison.p(order[a], order[b])).collect();
    let mut teams: Vec<Team> = (0..count)
        .map(|team| {
            let ranks: Vec<u32> = sorted(ranks.iter().map(|draw| draw[team]), u32::cmp);
            let (low, high) = bounds(&ranks);
            let middle = |place: usize| f64::from(ranks.get(place).copied().unwrap_or(0));
            Team {
                rank: shown[team],
                median: f64::midpoint(middle((ranks.len() - 1) / 2), middle(ranks.len() / 2)),
                low,
                high,
                first: ranks.partition_point(|&rank| rank == 1) as f64 / ranks.len() as f64,
                p_first: None,
                p_next: None,
            }
        })
        .collect();
    for (&(a, b), p) in pairs.iter().zip(holm(&p)) {
        if a == 0 {
            teams[order[b]].p_first = Some(p);
        }
        if b == a + 1 {
            teams[order[a]].p_next = Some(p);
        }
    }
    teams
}

fn tau_of(shown: &[u32], ranks: &[Vec<u32>]) -> Option<Tau> {
    let taus = sorted(ranks.iter().filter_map(|draw| tau(shown, draw)), f64::total_cmp);
    let (low, high) = (!taus.is_empty()).then(|| bounds(&taus))?;
    Some(Tau { mean: taus.iter().sum::<f64>() / taus.len() as f64, low, high })
}

/// Kendall's tau of two rankings. They have no ties (the earlier submission goes first), so that tau-b is tau.
fn tau(a: &[u32], b: &[u32]) -> Option<f64> {
    let mut places = vec![0; b.len()];
    for (&place, &rank) in a.iter().zip(b) {
        *places.get_mut((place as usize).checked_sub(1)?)? = rank;
    }
    let later = |(first, rank): (usize, &u32)| places[first + 1..].iter().filter(|&other| other < rank).count();
    let discordant: usize = places.iter().enumerate().map(later).sum();
    let pairs = places.len() * places.len().saturating_sub(1) / 2;
    (pairs > 0).then(|| 1.0 - 2.0 * discordant as f64 / pairs as f64)
}

fn sorted<T>(items: impl Iterator<Item = T>, compare: impl Fn(&T, &T) -> std::cmp::Ordering) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_by(compare);
    items
}

/// The outermost of the middle 95 %, rounded outwards; of at least one.
fn bounds<T: Copy>(sorted: &[T]) -> (T, T) {
    let beyond = (sorted.len() - 1) / 40;
    (sorted[beyond], sorted[sorted.len() - 1 - beyond])
}
