//! What a stage's public leaderboard is made from, kept in memory: a finished scoring changes one team of it. Everything is read
//! again only after what touches many at once: a rescoring, an import.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::competitions::Competition;
use domain::ids::{TeamId, TeamNumber};
use domain::leaderboards::{Baseline, Change, Entry, Leaderboard, Record, Row, Scale, Side, mark_unseen, rank};
use domain::stages::Stage;
use domain::standings::Standings;
use domain::submissions::Secondary;
use storage::leaderboards::{ChangedRow, Marks, ScoredRow};

use crate::competitions;
use crate::error::Result;
use crate::services::Services;

pub(super) struct Live {
    version: i64,
    since: DateTime<Utc>,
    standings: Standings,
    teams: HashMap<TeamId, TeamName>,
    /// Scored submissions and the last one of each team, with or without a score.
    counted: HashMap<TeamId, (i64, DateTime<Utc>)>,
    records: HashMap<TeamId, Arc<Record>>,
    /// The ranks of `since`.
    before: HashMap<TeamId, i64>,
    baselines: Vec<Baseline>,
    decimals: u32,
}

pub(super) struct TeamName {
    pub(super) number: TeamNumber,
    pub(super) name: String,
    pub(super) members: Vec<String>,
}

impl Live {
    /// The leaderboard of the newest version: from what is kept and what changed since, or from everything.
    pub(super) async fn now(
        kept: Option<Self>,
        services: &Services,
        competition: &Competition,
        stage: &Stage,
        since: DateTime<Utc>,
    ) -> Result<Self> {
        let marks = services.db.marks(stage.id).await?;
        // Settings from before an import would be kept with the leaderboard of after it.
        let anew;
        let competition = if marks.rebuilt > stage.leaderboard_version {
            anew = competitions::by_id(services, competition.id).await?;
            &anew
        } else {
            competition
        };
        let kept = kept.filter(|live| live.version >= marks.rebuilt);
        let mut live = match kept {
            Some(mut live) => {
                let changed = services.db.changed(stage.id, live.version, marks.version).await?;
                // A team's names are marked only from its first submission on.
                let strangers = changed.iter().any(|row| !live.records.contains_key(&row.team));
                if strangers || live.version < marks.named {
                    live.teams = teams(services, competition).await?;
                    live.name_records();
                }
                if live.apply(changed, marks.version) {
                    live
                } else {
                    Self::read(services, competition, stage, &marks).await?
                }
            }
            None => Self::read(services, competition, stage, &marks).await?,
        };
        if live.since != since {
            live.since = since;
            live.rank_before();
        }
        Ok(live)
    }

    async fn read(services: &Services, competition: &Competition, stage: &Stage, marks: &Marks) -> Result<Self> {
        let scored = services.db.scored(stage.id, marks.version).await?;
        let standings = Standings::new(competition.ranking(), scored.iter().filter_map(entry));
        let mut counted = HashMap::new();
        for row in &scored {
            count(&mut counted, row.team, row.at);
        }
        let has_more = competition.settings.metric.beside().next().is_some();
        let best: Vec<_> = standings.ranked().filter(|_| has_more).map(|(best, _)| best.submission).collect();
        let mut secondary = services.db.secondary(Side::Public, &best).await?;
        let mut live = Self {
            version: marks.version,
            since: DateTime::<Utc>::MIN_UTC,
            standings,
            teams: teams(services, competition).await?,
            counted,
            records: HashMap::new(),
            before: HashMap::new(),
            baselines: super::baselines(services, competition, stage.id, Side::Public).await?,
            decimals: competition.settings.decimals,
        };
        let ranked: Vec<Entry> = live.standings.ranked().map(|(best, _)| *best).collect();
        for best in ranked {
            live.record(best.team, secondary.remove(&best.submission).unwrap_or_default());
        }
        Ok(live)
    }

    /// Brings in what changed up to a version. False where that needs more than it carries: then all must be read again.
    fn apply(&mut self, changed: Vec<ChangedRow>, version: i64) -> bool {
        for row in changed {
            count(&mut self.counted, row.team, row.at);
            if let Some(entry) = row.entry() {
                self.standings.put(entry);
                if entry.at < self.since {
                    // Scored late: the ranks of then are counted anew.
                    self.since = DateTime::<Utc>::MIN_UTC;
                }
            }
            let Some(best) = self.standings.of(row.team).map(|standing| standing.best.submission) else { continue };
            let known = self.records.get(&row.team).filter(|record| record.best == best);
            let secondary = match known {
                Some(record) => record.secondary.clone(),
                None if best == row.id => row.secondary,
                None => return false,
            };
            self.record(row.team, secondary);
        }
        self.version = version;
        true
    }

    /// Writes a team's record by its standing.
    fn record(&mut self, team: TeamId, secondary: Secondary) {
        let (Some(named), Some(standing)) = (self.teams.get(&team), self.standings.of(team)) else { return };
        let (submissions, last_submission_at) =
            self.counted.get(&team).copied().unwrap_or((standing.entries, standing.last_at));
        let mut record = Record {
            team_id: team,
            team_number: named.number,
            team_name: named.name.clone(),
            members: named.members.clone(),
            score: standing.best.score,
            secondary,
            best: standing.best.submission,
            submissions,
            last_submission_at,
            steps: standing.steps.clone(),
        };
        record.publish(self.decimals);
        self.records.insert(team, Arc::new(record));
    }

    /// Gives every record the names of now.
    fn name_records(&mut self) {
        self.records.retain(|team, record| {
            let Some(named) = self.teams.get(team) else { return false };
            if record.team_name != named.name || record.members != named.members {
                let record = Arc::make_mut(record);
                record.team_name.clone_from(&named.name);
                record.members.clone_from(&named.members);
            }
            true
        });
    }

    fn rank_before(&mut self) {
        let entries = self.standings.entries().filter(|entry| entry.at < self.since).copied().collect();
        let then = rank(self.standings.ranking(), entries);
        self.before = then.into_iter().map(|standing| (standing.team, standing.rank)).collect();
    }

    /// The leaderboard that everyone sees.
    pub(super) fn leaderboard(&self) -> Leaderboard {
        let mut rows: Vec<Row> = Vec::with_capacity(self.records.len());
        for (best, tied_first) in self.standings.ranked() {
            let Some(record) = self.records.get(&best.team) else { continue };
            let rank = i64::try_from(rows.len()).unwrap_or(i64::MAX).saturating_add(1);
            let change = self.before.get(&best.team).map_or(Change::New, |before| Change::By(before - rank));
            rows.push(Row { rank, tied_first, ahead_unseen: false, change, record: Arc::clone(record) });
        }
        mark_unseen(&mut rows);
        let direction = self.standings.ranking().direction;
        Leaderboard {
            side: Side::Public,
            version: self.version,
            direction,
            scale: Scale::of(direction, &rows),
            rows,
            baselines: self.baselines.clone(),
            updated_at: self.counted.values().map(|(_, at)| *at).max(),
        }
    }
}

/// Entries and the last submission count every scored submission.
pub(super) fn count(counted: &mut HashMap<TeamId, (i64, DateTime<Utc>)>, team: TeamId, at: DateTime<Utc>) {
    let count = counted.entry(team).or_insert((0, at));
    *count = (count.0 + 1, count.1.max(at));
}

pub(super) async fn teams(services: &Services, competition: &Competition) -> Result<HashMap<TeamId, TeamName>> {
    let names = services.db.team_names(competition.id).await?;
    let mut teams: HashMap<TeamId, TeamName> =
        names.into_iter().map(|(id, number, name)| (id, TeamName { number, name, members: Vec::new() })).collect();
    for (team, name) in services.db.member_names(competition.id).await? {
        if let Some(team) = teams.get_mut(&team) {
            team.members.push(name);
        }
    }
    Ok(teams)
}

fn entry(row: &ScoredRow) -> Option<Entry> {
    super::entry(row, row.public)
}
