//! Teams' invitation links.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::TeamId;
use domain::teams::Invitation;

use crate::{Db, Result, Tx};

sql! {
    INVITATION = "SELECT code, expires_at FROM invitations WHERE team_id = $1";
    INVITED_TO = "SELECT team_id, expires_at FROM invitations WHERE code = $1";
}

impl Db {
    #[boxed]
    pub async fn invitation(&self, team: TeamId) -> Result<Option<Invitation>> {
        maybe!(self, INVITATION, team)
    }

    #[boxed]
    pub async fn invited_to(&self, code: &str) -> Result<Option<(TeamId, DateTime<Utc>)>> {
        maybe!(self, INVITED_TO, code)
    }
}

sql! {
    CODE = "SELECT code FROM invitations WHERE team_id = $1";
    DELETE = "DELETE FROM invitations WHERE team_id = $1";
    UPSERT = "INSERT INTO invitations (team_id, code, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (team_id) DO UPDATE SET code = EXCLUDED.code, expires_at = EXCLUDED.expires_at";
}

impl Tx {
    /// The code of the team's newest link, whether or not it has expired.
    #[boxed]
    pub async fn invitation_code(&mut self, team: TeamId) -> Result<Option<String>> {
        maybe_value!(self, CODE, team)
    }

    #[boxed]
    pub async fn delete_invitation(&mut self, team: TeamId) -> Result<()> {
        run!(self, DELETE, team)
    }

    #[boxed]
    pub async fn upsert_invitation(&mut self, team: TeamId, invitation: &Invitation) -> Result<()> {
        run!(self, UPSERT, team, &invitation.code, invitation.expires_at)
    }
}
