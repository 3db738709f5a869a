//! Teams that become one: offers, and how two are joined.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{MergeOfferId, TeamId, TeamNumber};
use domain::teams::TeamEnd;

use crate::{Db, Result, Tx};

/// An open offer, as one of the two teams sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MergeOffer {
    pub id: MergeOfferId,
    pub from_team: TeamId,
    pub to_team: TeamId,
    /// The other team's.
    pub number: TeamNumber,
    pub name: String,
    pub members: i64,
    pub created_at: DateTime<Utc>,
}

/// Offers with what is said of the other team.
macro_rules! offers {
    ($other:literal, $rest:literal) => {
        concat!(
            "SELECT f.id, f.from_team, f.to_team, d.number, d.name, f.created_at,
            (SELECT COUNT(*) FROM members m WHERE m.team_id = d.id) AS members
            FROM merge_offers f JOIN teams d ON d.id = ",
            $other,
            $rest
        )
    };
}

sql! {
    MADE = offers!("f.to_team", " WHERE f.from_team = $1 ORDER BY f.created_at, f.id");
    GOT = offers!("f.from_team", " WHERE f.to_team = $1 ORDER BY f.created_at, f.id");
    TO = offers!("f.from_team", " WHERE f.id = $1 AND f.to_team = $2");
}

impl Db {
    /// What a team has offered to others.
    #[boxed]
    pub async fn merges_offered_by(&self, team: TeamId) -> Result<Vec<MergeOffer>> {
        all!(self, MADE, team)
    }

    /// What others have offered to a team.
    #[boxed]
    pub async fn merges_offered_to(&self, team: TeamId) -> Result<Vec<MergeOffer>> {
        all!(self, GOT, team)
    }

    /// One of them.
    #[boxed]
    pub async fn merge_offered_to(&self, id: MergeOfferId, team: TeamId) -> Result<Option<MergeOffer>> {
        maybe!(self, TO, id, team)
    }
}

sql! {
    COUNT_BY = "SELECT COUNT(*) FROM merge_offers WHERE from_team = $1";
    COUNT_TO = "SELECT COUNT(*) FROM merge_offers WHERE to_team = $1";
    OFFER = "INSERT INTO merge_offers (id, from_team, to_team, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (from_team, to_team) DO NOTHING";
    END_BY = "DELETE FROM merge_offers WHERE id = $1 AND from_team = $2";
    END_TO = "DELETE FROM merge_offers WHERE id = $1 AND to_team = $2";
    END_OF = "DELETE FROM merge_offers WHERE from_team = $1 OR to_team = $1";
}

impl Tx {
    #[boxed]
    pub async fn count_merges_offered_by(&mut self, team: TeamId) -> Result<i64> {
        value!(self, COUNT_BY, team)
    }

    #[boxed]
    pub async fn count_merges_offered_to(&mut self, team: TeamId) -> Result<i64> {
        value!(self, COUNT_TO, team)
    }

    /// False where that was offered already.
    #[boxed]
    pub async fn offer_merge(&mut self, from: TeamId, to: TeamId, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, OFFER, MergeOfferId::at(at), from, to, at)
    }

    /// Takes an offer back; false where there is none.
    #[boxed]
    pub async fn withdraw_merge(&mut self, id: MergeOfferId, from: TeamId) -> Result<bool> {
        changed!(self, END_BY, id, from)
    }

    /// Ends an offer by whom it was made to; false where there is none.
    #[boxed]
    pub async fn answer_merge(&mut self, id: MergeOfferId, to: TeamId) -> Result<bool> {
        changed!(self, END_TO, id, to)
    }

    /// Ends all that a team has offered and was offered.
    #[boxed]
    pub async fn end_merges_of(&mut self, team: TeamId) -> Result<()> {
        run!(self, END_OF, team)
    }
}

sql! {
    LAST_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM submissions WHERE team_id = $1 AND dry_run = $2";
    // Of a key that both have used the staying team's first answer stays.
    FORGET_KEYS = "UPDATE submissions SET idempotency_key = NULL WHERE team_id = $1
        AND idempotency_key IN (SELECT x.idempotency_key FROM submissions x WHERE x.team_id = $2 AND x.idempotency_key IS NOT NULL)";
    GIVE = "UPDATE submissions SET team_id = $2, number = number + $3 WHERE team_id = $1 AND dry_run = $4";
    LEAVE = "UPDATE memberships SET left_at = $2 WHERE team_id = $1 AND left_at IS NULL";
    ENTER = "INSERT INTO memberships (team_id, user_id, joined_at) SELECT $2, m.user_id, $3 FROM members m WHERE m.team_id = $1
        ON CONFLICT (team_id, user_id, joined_at) DO UPDATE SET left_at = NULL",
        postgres = "INSERT INTO memberships (team_id, user_id, joined_at)
        SELECT $2::UUID, m.user_id, $3::TIMESTAMPTZ FROM members m WHERE m.team_id = $1
        ON CONFLICT (team_id, user_id, joined_at) DO UPDATE SET left_at = NULL";
    ACTIVE = "UPDATE teams SET active_at = (SELECT MAX(t.active_at) FROM teams t WHERE t.id IN ($1, $2)) WHERE id = $2";
    MOVE = "UPDATE members SET team_id = $2, joined_at = $3 WHERE team_id = $1";
}

impl Tx {
    /// Gives all that one team has submitted, and its members, to another, under both teams' locks. Its submissions are numbered
    /// after those of the team that stays.
    #[boxed]
    pub async fn merge_teams(&mut self, ends: TeamId, stays: TeamId, at: DateTime<Utc>) -> Result<()> {
        run!(self, FORGET_KEYS, ends, stays)?;
        for dry_run in [false, true] {
            let last: i64 = value!(self, LAST_NUMBER, stays, dry_run)?;
            run!(self, GIVE, ends, stays, last, dry_run)?;
        }
        run!(self, LEAVE, ends, at)?;
        run!(self, ENTER, ends, stays, at)?;
        run!(self, MOVE, ends, stays, at)?;
        run!(self, ACTIVE, ends, stays)?;
        self.move_cases(ends, stays).await?;
        self.move_posts(ends, stays).await?;
        self.end_team(ends, TeamEnd::Merged).await?;
        Ok(())
    }
}
