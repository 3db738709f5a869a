//! A ranking that is kept up to date: what [`rank`](crate::leaderboards::rank) gives, one changed entry at a time.

use std::collections::HashMap;

use crate::ids::TeamId;
use crate::leaderboards::{Entry, Ranking, Standing, order, standing_of};

/// Every team's entries, and the teams in the order of their best ones.
#[derive(Debug, Clone)]
pub struct Standings {
    ranking: Ranking,
    teams: HashMap<TeamId, Team>,
    /// Each team's best entry, best first.
    ranked: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Team {
    /// In the order they were made.
    entries: Vec<Entry>,
    /// As among all teams, but for rank and tie, which change with the others'.
    standing: Standing,
}

impl Standings {
    /// From entries in any order.
    pub fn new(ranking: Ranking, entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut by_team: HashMap<TeamId, Vec<Entry>> = HashMap::new();
        for entry in entries {
            by_team.entry(entry.team).or_default().push(entry);
        }
        let mut teams = HashMap::with_capacity(by_team.len());
        let mut ranked = Vec::with_capacity(by_team.len());
        for (id, mut entries) in by_team {
            entries.sort_unstable_by_key(|entry| (entry.at, entry.submission));
            let Some(standing) = standing_of(ranking, &entries) else { continue };
            ranked.push(standing.best);
            teams.insert(id, Team { entries, standing });
        }
        ranked.sort_unstable_by(|a, b| order(ranking, a, b));
        Self { ranking, teams, ranked }
    }

    /// Adds an entry, or puts it in the place of the one that its submission had. A score that is not finite never ranks.
    pub fn put(&mut self, entry: Entry) {
        let mut entries = self.teams.remove(&entry.team).map(|team| self.leave(team)).unwrap_or_default();
        entries.retain(|known| known.submission != entry.submission);
        let at = entries.partition_point(|known| (known.at, known.submission) < (entry.at, entry.submission));
        entries.insert(at, entry);
        let Some(standing) = standing_of(self.ranking, &entries) else { return };
        let place = self.place(&standing.best);
        self.ranked.insert(place, standing.best);
        self.teams.insert(entry.team, Team { entries, standing });
    }

    /// Takes a team out of the ranking; its entries.
    fn leave(&mut self, team: Team) -> Vec<Entry> {
        let place = self.place(&team.standing.best);
        if self.ranked.get(place).is_some_and(|best| best.submission == team.standing.best.submission) {
            self.ranked.remove(place);
        }
        team.entries
    }

    /// Where an entry stands, or would stand.
    fn place(&self, entry: &Entry) -> usize {
        self.ranked.partition_point(|best| order(self.ranking, best, entry).is_lt())
    }

    pub fn ranking(&self) -> Ranking {
        self.ranking
    }

    /// A team's standing, without its rank.
    pub fn of(&self, team: TeamId) -> Option<&Standing> {
        self.teams.get(&team).map(|team| &team.standing)
    }

    /// Each team's best entry, best first; with whether the next one is as good and only came later.
    pub fn ranked(&self) -> impl Iterator<Item = (&Entry, bool)> {
        let tied =
            |index: usize, best: &Entry| self.ranked.get(index + 1).is_some_and(|next| self.ranking.tied(best, next));
        self.ranked.iter().enumerate().map(move |(index, best)| (best, tied(index, best)))
    }

    /// Every entry, in no order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.teams.values().flat_map(|team| &team.entries)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use scoring::Direction;

    use super::*;
    use crate::ids::SubmissionId;
    use crate::leaderboards::rank;

    /// A small generator, the same numbers each time.
    fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        }
    }

    fn listed(standings: &Standings) -> Vec<Standing> {
        let numbered = (1..).zip(standings.ranked());
        numbered
            .map(|(rank, (best, tied_first))| Standing { rank, tied_first, ..standings.of(best.team).unwrap().clone() })
            .collect()
    }

    #[test]
    fn one_entry_at_a_time_gives_the_ranking_of_all_at_once() {
        let rankings = [(Direction::Higher, None), (Direction::Lower, None), (Direction::Higher, Some(1))];
        let rankings = rankings.map(|(direction, decimals)| Ranking { direction, decimals });
        for (seed, ranking) in (0..40).flat_map(|seed| rankings.map(|ranking| (seed, ranking))) {
            let mut next = numbers(seed);
            let teams: Vec<TeamId> = (0..6).map(|_| TeamId::random()).collect();
            let mut entries: Vec<Entry> = Vec::new();
            let mut standings = Standings::new(ranking, []);
            for _ in 0..60 {
                // Ties, equal moments and scores that are no numbers on purpose; now and then an entry scored again.
                let score = [0.1, 0.12, 0.3, f64::NAN, f64::INFINITY][usize::try_from(next(5)).unwrap()];
                let again = next(4) == 0 && !entries.is_empty();
                let entry = if again {
                    let index = usize::try_from(next(entries.len() as u64)).unwrap();
                    Entry { score, ..entries.remove(index) }
                } else {
                    let team = teams[usize::try_from(next(6)).unwrap()];
                    let at = DateTime::from_timestamp(i64::try_from(next(20)).unwrap(), 0).unwrap();
                    Entry { team, submission: SubmissionId::random(), at, score }
                };
                entries.push(entry);
                standings.put(entry);
                let all = rank(ranking, entries.clone());
                assert_eq!(listed(&standings), all, "seed {seed}");
                assert_eq!(listed(&Standings::new(ranking, entries.clone())), all, "seed {seed}");
            }
        }
    }
}
