//! What a team's members and organizers see of the record.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::audit::{Author, Deed, HistoryEntry};
use domain::ids::{TeamId, UserId};
use serde_json::Value;

use crate::{Db, Result};

#[derive(sqlx::FromRow)]
struct HistoryRow {
    at: DateTime<Utc>,
    deed: String,
    before: String,
    after: String,
    actor_id: Option<UserId>,
    actor_name: Option<String>,
    is_member: bool,
    whom: Option<String>,
}

sql! {
    // Whoever something was done to in the team was in it; organizers are not.
    HISTORY = "SELECT a.at, a.deed, a.before, a.after, a.actor_id, n.name AS actor_name, w.name AS whom,
        m.user_id IS NOT NULL OR EXISTS (SELECT 1 FROM audit o WHERE o.user_id = a.actor_id AND o.team_id = a.team_id) AS is_member
        FROM audit a LEFT JOIN users n ON n.id = a.actor_id LEFT JOIN users w ON w.id = a.user_id
        LEFT JOIN members m ON m.competition_id = a.competition_id AND m.user_id = a.actor_id AND m.team_id = a.team_id
        WHERE a.team_id = $1 ORDER BY a.seq DESC LIMIT $2 OFFSET $3";
    COUNT = "SELECT COUNT(*) FROM audit a WHERE a.team_id = $1";
}

impl Db {
    /// What was done in and to a team, newest first.
    #[boxed]
    pub async fn team_history(&self, team: TeamId, limit: i64, offset: i64) -> Result<Vec<HistoryEntry>> {
        let rows: Vec<HistoryRow> = all!(self, HISTORY, team, limit, offset)?;
        Ok(rows.into_iter().filter_map(entry).collect())
    }

    /// How much was done in and to a team.
    #[boxed]
    pub async fn count_team_history(&self, team: TeamId) -> Result<i64> {
        value!(self, COUNT, team)
    }
}

/// None for a deed that this version does not know.
fn entry(row: HistoryRow) -> Option<HistoryEntry> {
    let author = match row.actor_id {
        None => Author::System,
        Some(_) if row.is_member => Author::Member(row.actor_name.unwrap_or_default()),
        Some(_) if row.deed == Deed::MergeTeams.key() => Author::OtherTeam,
        Some(_) => Author::Organizer,
    };
    let names = name(&row.before).zip(name(&row.after));
    Some(HistoryEntry {
        at: row.at,
        deed: Deed::from_key(&row.deed)?,
        author,
        whom: row.whom.unwrap_or_default(),
        names,
    })
}

/// The name of the team in what was before or after.
fn name(facts: &str) -> Option<String> {
    let facts: Value = serde_json::from_str(facts).ok()?;
    Some(facts.get("name")?.as_str()?.to_owned())
}
