//! What someone is to a competition, and what is asked before a team submits.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::ids::{CompetitionId, StageId, TeamId, UserId};
use domain::participation::{Application, Part, ParticipationState};
use domain::quotas::Usage;
use domain::teams::Team;

use super::{TeamRow, team};
use crate::dialect::List;
use crate::error::Result;
use crate::submissions::{Day, usage};
use crate::{Db, Tx};

/// What a user is to a competition, beside one of the team's members.
#[derive(sqlx::FromRow)]
struct PartRow {
    reader: UserId,
    state: Option<ParticipationState>,
    agreed_at: Option<DateTime<Utc>>,
    applied_at: Option<DateTime<Utc>>,
    changed_at: Option<DateTime<Utc>>,
    offer_until: Option<DateTime<Utc>>,
    rules_version: Option<i64>,
    joins_team: Option<TeamId>,
    /// The address, where it was asked.
    invited: Option<String>,
    role: Option<Role>,
    #[sqlx(flatten)]
    team: TeamRow,
}

impl PartRow {
    /// Without the team.
    fn part(&self) -> Part {
        let application = || {
            let agreed_at = self.agreed_at?;
            Some(Application {
                state: self.state?,
                agreed_at,
                applied_at: self.applied_at.unwrap_or(agreed_at),
                changed_at: self.changed_at.unwrap_or(agreed_at),
                offer_until: self.offer_until,
                rules_version: self.rules_version?,
                joins_team: self.joins_team,
            })
        };
        Part { application: application(), is_invited: self.invited.is_some(), role: self.role, team: None }
    }
}

/// A team's usage of its quota, beside one of its members.
#[derive(sqlx::FromRow)]
struct RosterRow {
    #[sqlx(flatten)]
    team: TeamRow,
    today: Option<i64>,
    total: Option<i64>,
    in_flight: Option<i64>,
    last_at: Option<DateTime<Utc>>,
}

impl RosterRow {
    fn usage(&self) -> Usage {
        let [today, total, in_flight] = [self.today, self.total, self.in_flight].map(Option::unwrap_or_default);
        Usage { today, total, in_flight, last_at: self.last_at }
    }
}

/// What these users are to a competition, a row for each member of a user's team.
macro_rules! parts {
    ($database:ident) => {
        concat!(
            "SELECT u.id AS reader, p.state, p.agreed_at, COALESCE(p.applied_at, p.agreed_at) AS applied_at,
            COALESCE(p.changed_at, p.agreed_at) AS changed_at, p.offer_until, p.rules_version, p.joins_team, i.email AS invited, o.role, ",
            team!(columns),
            ", ",
            team!(members),
            " FROM users u LEFT JOIN participations p ON p.user_id = u.id AND p.competition_id = $2
            LEFT JOIN application_invitations i ON i.email = u.email AND i.competition_id = $2 AND i.ended_at IS NULL
            LEFT JOIN roles o ON o.user_id = u.id AND o.competition_id = $2
            LEFT JOIN members m ON m.user_id = u.id AND m.competition_id = $2 LEFT JOIN teams t ON t.id = m.team_id ",
            team!(joins),
            " WHERE u.id ",
            among!($database bytes),
            " ORDER BY u.id, r.joined_at, r.user_id"
        )
    };
}

sql! {
    PARTS = parts!(sqlite), postgres = parts!(postgres);
}

impl Db {
    /// What these users are to a competition.
    #[boxed]
    pub async fn parts_of(&self, competition: CompetitionId, users: Vec<UserId>) -> Result<HashMap<UserId, Part>> {
        let rows: Vec<PartRow> = all!(self, PARTS, List(users), competition)?;
        let mut read: HashMap<UserId, (Part, Vec<TeamRow>)> = HashMap::new();
        for row in rows {
            read.entry(row.reader).or_insert_with(|| (row.part(), Vec::new())).1.push(row.team);
        }
        Ok(read.into_iter().map(|(user, (part, rows))| (user, Part { team: team(rows), ..part })).collect())
    }
}

sql! {
    ROSTER = concat!(
        "SELECT ",
        team!(columns),
        ", r.user_id, r.joined_at, used.today, used.total, used.in_flight, used.last_at
        FROM teams t LEFT JOIN members r ON r.team_id = t.id LEFT JOIN (",
        usage!("= $1"),
        ") AS used ON used.team_id = t.id WHERE t.id = $1 ",
        team!(order)
    );
}

impl Tx {
    /// What is asked before a submission is taken: the team with its members' ids alone, and what it has used of the stage's quota,
    /// seen from inside the transaction that will use more. One read, and no names in it.
    #[boxed]
    pub async fn roster(&mut self, id: TeamId, stage: StageId, day: Day) -> Result<Option<(Team, Usage)>> {
        let rows: Vec<RosterRow> = all!(self, ROSTER, id, stage, day.0, false, true, day.1)?;
        let used = rows.first().map(RosterRow::usage).unwrap_or_default();
        Ok(team(rows.into_iter().map(|row| row.team)).map(|team| (team, used)))
    }
}
