//! Who was in which team from when until when.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{TeamId, UserId};

use crate::{Db, Result, Tx};

/// Somebody's time in a team.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TeamMembership {
    pub user_id: UserId,
    /// The real name.
    pub name: String,
    pub joined_at: DateTime<Utc>,
    /// None while they are in it.
    pub left_at: Option<DateTime<Utc>>,
}

sql! {
    EVER = "SELECT COUNT(*) FROM memberships WHERE team_id = $1 AND user_id = $2";
    OF_TEAM = "SELECT h.user_id, n.name, h.joined_at, h.left_at FROM memberships h JOIN users n ON n.id = h.user_id
        WHERE h.team_id = $1 ORDER BY h.joined_at, h.user_id";
}

impl Db {
    /// Whether somebody is in a team, or ever was.
    #[boxed]
    pub async fn was_in_team(&self, team: TeamId, user: UserId) -> Result<bool> {
        let times: i64 = value!(self, EVER, team, user)?;
        Ok(times > 0)
    }

    /// Everybody who is in a team or was, those first who came first.
    #[boxed]
    pub async fn team_memberships(&self, team: TeamId) -> Result<Vec<TeamMembership>> {
        all!(self, OF_TEAM, team)
    }
}

sql! {
    // Within one moment somebody may leave and come back.
    BEGIN = "INSERT INTO memberships (team_id, user_id, joined_at) VALUES ($1, $2, $3)
        ON CONFLICT (team_id, user_id, joined_at) DO UPDATE SET left_at = NULL";
    END = "UPDATE memberships SET left_at = $3 WHERE team_id = $1 AND user_id = $2 AND left_at IS NULL";
}

impl Tx {
    /// The same inside a transaction.
    #[boxed]
    pub async fn was_in_team(&mut self, team: TeamId, user: UserId) -> Result<bool> {
        let times: i64 = value!(self, EVER, team, user)?;
        Ok(times > 0)
    }

    #[boxed]
    pub(super) async fn begin_membership(&mut self, team: TeamId, user: UserId, at: DateTime<Utc>) -> Result<()> {
        run!(self, BEGIN, team, user, at)
    }

    #[boxed]
    pub(super) async fn end_membership(&mut self, team: TeamId, user: UserId, at: DateTime<Utc>) -> Result<()> {
        run!(self, END, team, user, at)
    }
}
