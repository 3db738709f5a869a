//! Teams, their members and invitation links.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, StageId, TeamId, TeamNumber, UserId};
use domain::team::{Invitation, Member, Team};
use uuid::Uuid;

use super::{Db, Tx};
use crate::error::Result;
use crate::names;
use crate::participation::Part;

sql! {
    NEXT_NUMBER = "SELECT COALESCE(MAX(number) + 1, $2) FROM teams WHERE competition_id = $1";
    INSERT_TEAM = "INSERT INTO teams (id, competition_id, number, name, name_key, leader_id, submission_key, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    RENAME_TEAM = "UPDATE teams SET name = $2, name_key = $3 WHERE id = $1";
    SET_LEADER = "UPDATE teams SET leader_id = $2 WHERE id = $1";
    SET_SUBMISSION_KEY = "UPDATE teams SET submission_key = $2 WHERE id = $1";
    SUBMISSION_KEY = "SELECT submission_key FROM teams WHERE id = $1";
    DELETE_DRY_RUNS = "DELETE FROM submissions WHERE team_id = $1 AND dry_run = $2";
    DELETE_TEAM = "DELETE FROM teams WHERE id = $1";
    INSERT_MEMBER = "INSERT INTO members (competition_id, user_id, team_id, joined_at) VALUES ($1, $2, $3, $4)";
    DELETE_MEMBER = "DELETE FROM members WHERE team_id = $1 AND user_id = $2";
    COUNT_MEMBERS = "SELECT COUNT(*) FROM members WHERE team_id = $1";
    SHOWN_ON = "SELECT DISTINCT stage_id FROM submissions WHERE team_id = $1 AND dry_run = $2 ORDER BY stage_id";
    TEAM_BY_ID = "SELECT id, competition_id, number, name, leader_id, created_at, ended FROM teams WHERE id = $1";
    TEAM_BY_NUMBER = "SELECT id, competition_id, number, name, leader_id, created_at, ended FROM teams WHERE competition_id = $1 AND number = $2";
    TEAM_OF_USER = "SELECT t.id, t.competition_id, t.number, t.name, t.leader_id, t.created_at, t.ended
        FROM members m JOIN teams t ON t.id = m.team_id WHERE m.competition_id = $1 AND m.user_id = $2";
    PART_OF_USER = "SELECT p.agreed_at, o.user_id IS NOT NULL AS is_organizer, t.id, t.competition_id, t.number, t.name, t.leader_id, t.created_at, t.ended
        FROM users u LEFT JOIN participations p ON p.user_id = u.id AND p.competition_id = $1
        LEFT JOIN organizers o ON o.user_id = u.id AND o.competition_id = $1
        LEFT JOIN members m ON m.user_id = u.id AND m.competition_id = $1 LEFT JOIN teams t ON t.id = m.team_id WHERE u.id = $2";
    TEAMS_OF_USER_BY_NUMBER = "SELECT t.id, t.competition_id, t.number, t.name, t.leader_id, t.created_at, t.ended
        FROM members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1 AND t.number = $2 ORDER BY t.created_at DESC";
    TEAMS_OF_USER = "SELECT t.id, t.competition_id, t.number, t.name, t.leader_id, t.created_at, t.ended
        FROM members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1";
    MEMBERS = "SELECT u.id, u.name, u.public_name, u.affiliation, m.joined_at,
        (SELECT COUNT(*) FROM submissions s WHERE s.team_id = m.team_id AND s.user_id = u.id AND s.dry_run = $2) AS submissions
        FROM members m JOIN users u ON u.id = m.user_id WHERE m.team_id = $1 ORDER BY m.joined_at, u.id";
    ROSTER = "SELECT user_id, joined_at FROM members WHERE team_id = $1 ORDER BY joined_at, user_id";
    TEAM_NAMES = "SELECT id, number, name FROM teams WHERE competition_id = $1 AND ended IS NULL";
    MEMBER_NAMES = "SELECT m.team_id, COALESCE(u.public_name, '') FROM members m JOIN users u ON u.id = m.user_id WHERE m.competition_id = $1 ORDER BY m.joined_at, u.id";
    UPSERT_INVITATION = "INSERT INTO invitations (team_id, code, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (team_id) DO UPDATE SET code = EXCLUDED.code, expires_at = EXCLUDED.expires_at";
    INVITATION = "SELECT code, expires_at FROM invitations WHERE team_id = $1";
    INVITED_TO = "SELECT team_id, expires_at FROM invitations WHERE code = $1";
    INVITATION_CODE = "SELECT code FROM invitations WHERE team_id = $1";
    DELETE_INVITATION = "DELETE FROM invitations WHERE team_id = $1";
    KEYLESS = "SELECT COUNT(*) FROM teams WHERE name_key LIKE ' %'";
    NAME_KEYS = "SELECT id, competition_id, number, name, name_key FROM teams WHERE competition_id IN
        (SELECT competition_id FROM teams WHERE name_key LIKE ' %') ORDER BY created_at, number";
    SET_NAME_KEY = "UPDATE teams SET name_key = $2 WHERE id = $1";
}

#[derive(sqlx::FromRow)]
struct TeamRow {
    id: Uuid,
    competition_id: Uuid,
    number: i64,
    name: String,
    leader_id: Uuid,
    created_at: DateTime<Utc>,
    ended: Option<String>,
}

/// What a user is to a competition; without a team its columns are all empty.
#[derive(sqlx::FromRow)]
struct PartRow {
    agreed_at: Option<DateTime<Utc>>,
    is_organizer: bool,
    id: Option<Uuid>,
    competition_id: Option<Uuid>,
    number: Option<i64>,
    name: Option<String>,
    leader_id: Option<Uuid>,
    created_at: Option<DateTime<Utc>>,
    ended: Option<String>,
}

impl PartRow {
    fn team(self) -> Option<TeamRow> {
        Some(TeamRow {
            id: self.id?,
            competition_id: self.competition_id?,
            number: self.number?,
            name: self.name?,
            leader_id: self.leader_id?,
            created_at: self.created_at?,
            ended: self.ended,
        })
    }
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: Uuid,
    name: String,
    public_name: Option<String>,
    affiliation: String,
    joined_at: DateTime<Utc>,
    submissions: i64,
}

fn team(row: TeamRow, members: Vec<MemberRow>) -> Team {
    Team {
        id: TeamId(row.id),
        competition_id: CompetitionId(row.competition_id),
        number: row.number,
        name: row.name,
        leader_id: UserId(row.leader_id),
        created_at: row.created_at,
        ended: row.ended,
        members: members
            .into_iter()
            .map(|m| Member {
                user_id: UserId(m.id),
                name: m.name,
                public_name: m.public_name,
                affiliation: m.affiliation,
                joined_at: m.joined_at,
                submissions: m.submissions,
            })
            .collect(),
    }
}

impl Db {
    async fn with_members(&self, row: Option<TeamRow>) -> Result<Option<Team>> {
        let Some(row) = row else { return Ok(None) };
        let members = read!(self, c => sqlx::query_as(MEMBERS).bind(row.id).bind(false).fetch_all(c).await?);
        Ok(Some(team(row, members)))
    }

    pub(crate) async fn team_by_number(&self, competition: CompetitionId, number: TeamNumber) -> Result<Option<Team>> {
        let row =
            read!(self, c => sqlx::query_as(TEAM_BY_NUMBER).bind(competition.0).bind(number).fetch_optional(c).await?);
        self.with_members(row).await
    }

    pub(crate) async fn team_by_id(&self, id: TeamId) -> Result<Option<Team>> {
        let row = read!(self, c => sqlx::query_as(TEAM_BY_ID).bind(id.0).fetch_optional(c).await?);
        self.with_members(row).await
    }

    pub(crate) async fn team_of(&self, competition: CompetitionId, user: UserId) -> Result<Option<Team>> {
        let row =
            read!(self, c => sqlx::query_as(TEAM_OF_USER).bind(competition.0).bind(user.0).fetch_optional(c).await?);
        self.with_members(row).await
    }

    /// What a user is to a competition.
    pub(crate) async fn part_of(&self, competition: CompetitionId, user: UserId) -> Result<Part> {
        let row: Option<PartRow> =
            read!(self, c => sqlx::query_as(PART_OF_USER).bind(competition.0).bind(user.0).fetch_optional(c).await?);
        let Some(row) = row else { return Ok(Part::default()) };
        let (agreed_at, is_organizer) = (row.agreed_at, row.is_organizer);
        Ok(Part { agreed_at, is_organizer, team: self.with_members(row.team()).await? })
    }

    /// All of the user's teams, without their members.
    pub(crate) async fn teams_of(&self, user: UserId) -> Result<Vec<Team>> {
        let rows: Vec<TeamRow> = read!(self, c => sqlx::query_as(TEAMS_OF_USER).bind(user.0).fetch_all(c).await?);
        Ok(rows.into_iter().map(|row| team(row, Vec::new())).collect())
    }

    /// The user's teams of that number, newest first: numbers repeat between competitions.
    pub(crate) async fn teams_of_by_number(&self, user: UserId, number: TeamNumber) -> Result<Vec<Team>> {
        let rows: Vec<TeamRow> =
            read!(self, c => sqlx::query_as(TEAMS_OF_USER_BY_NUMBER).bind(user.0).bind(number).fetch_all(c).await?);
        let mut teams = Vec::with_capacity(rows.len());
        for row in rows {
            teams.extend(self.with_members(Some(row)).await?);
        }
        Ok(teams)
    }

    /// Id, number and name of every team that has not ended.
    pub(crate) async fn team_names(&self, competition: CompetitionId) -> Result<Vec<(TeamId, TeamNumber, String)>> {
        let rows: Vec<(Uuid, i64, String)> =
            read!(self, c => sqlx::query_as(TEAM_NAMES).bind(competition.0).fetch_all(c).await?);
        Ok(rows.into_iter().map(|(id, number, name)| (TeamId(id), number, name)).collect())
    }

    /// Every member's public name by team, in the order they joined; empty for those who chose none.
    pub(crate) async fn member_names(&self, competition: CompetitionId) -> Result<Vec<(TeamId, String)>> {
        let rows: Vec<(Uuid, String)> =
            read!(self, c => sqlx::query_as(MEMBER_NAMES).bind(competition.0).fetch_all(c).await?);
        Ok(rows.into_iter().map(|(id, name)| (TeamId(id), name)).collect())
    }

    pub(crate) async fn submission_key(&self, team: TeamId) -> Result<Option<String>> {
        Ok(read!(self, c => sqlx::query_scalar(SUBMISSION_KEY).bind(team.0).fetch_optional(c).await?))
    }

    /// Makes the name keys that a migration left to the program. Of names that look the same now, the older team's has the key;
    /// the others keep their names under a key of their own.
    pub(super) async fn make_name_keys(&self) -> Result<()> {
        let keyless: i64 = read!(self, c => sqlx::query_scalar(KEYLESS).fetch_one(c).await?);
        if keyless == 0 {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        let rows: Vec<(Uuid, Uuid, i64, String, String)> =
            on!(&mut tx, c => sqlx::query_as(NAME_KEYS).fetch_all(c).await?);
        let mut taken: HashMap<Uuid, HashSet<String>> = HashMap::new();
        for (id, competition, number, name, stored) in rows {
            let mut key = names::key(&name);
            if !taken.entry(competition).or_default().insert(key.clone()) {
                key = format!("{key} {number}");
            }
            if key != stored {
                on!(&mut tx, c => { sqlx::query(SET_NAME_KEY).bind(id).bind(&key).execute(c).await?; });
            }
        }
        tx.commit().await
    }

    pub(crate) async fn invitation(&self, team: TeamId) -> Result<Option<Invitation>> {
        let row: Option<(String, DateTime<Utc>)> =
            read!(self, c => sqlx::query_as(INVITATION).bind(team.0).fetch_optional(c).await?);
        Ok(row.map(|(code, expires_at)| Invitation { code, expires_at }))
    }

    pub(crate) async fn invited_to(&self, code: &str) -> Result<Option<(TeamId, DateTime<Utc>)>> {
        let row: Option<(Uuid, DateTime<Utc>)> =
            read!(self, c => sqlx::query_as(INVITED_TO).bind(code).fetch_optional(c).await?);
        Ok(row.map(|(team, expires_at)| (TeamId(team), expires_at)))
    }
}

impl Tx {
    /// The number after the highest; hold the competition's lock until the team is inserted.
    pub(crate) async fn next_team_number(&mut self, competition: CompetitionId) -> Result<TeamNumber> {
        Ok(
            on!(self, c => sqlx::query_scalar(NEXT_NUMBER).bind(competition.0).bind(domain::team::FIRST_NUMBER).fetch_one(c).await?),
        )
    }

    pub(crate) async fn insert_team(&mut self, team: &Team, submission_key: &str) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_TEAM)
                .bind(team.id.0)
                .bind(team.competition_id.0)
                .bind(team.number)
                .bind(&team.name)
                .bind(names::key(&team.name))
                .bind(team.leader_id.0)
                .bind(submission_key)
                .bind(team.created_at)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    pub(crate) async fn rename_team(&mut self, team: TeamId, name: &str) -> Result<()> {
        on!(self, c => { sqlx::query(RENAME_TEAM).bind(team.0).bind(name).bind(names::key(name)).execute(c).await?; });
        Ok(())
    }

    pub(crate) async fn set_leader(&mut self, team: TeamId, leader: UserId) -> Result<()> {
        on!(self, c => { sqlx::query(SET_LEADER).bind(team.0).bind(leader.0).execute(c).await?; });
        Ok(())
    }

    pub(crate) async fn set_submission_key(&mut self, team: TeamId, key: &str) -> Result<()> {
        on!(self, c => { sqlx::query(SET_SUBMISSION_KEY).bind(team.0).bind(key).execute(c).await?; });
        Ok(())
    }

    /// Ends a team that has submitted nothing but dry runs: they go, and its name is free.
    pub(crate) async fn delete_team(&mut self, team: TeamId) -> Result<()> {
        on!(self, c => { sqlx::query(DELETE_DRY_RUNS).bind(team.0).bind(true).execute(c).await?; });
        on!(self, c => { sqlx::query(DELETE_TEAM).bind(team.0).execute(c).await?; });
        Ok(())
    }

    /// The team as it stands inside this transaction.
    pub(crate) async fn team(&mut self, id: TeamId) -> Result<Option<Team>> {
        let row: Option<TeamRow> = on!(self, c => sqlx::query_as(TEAM_BY_ID).bind(id.0).fetch_optional(c).await?);
        let Some(row) = row else { return Ok(None) };
        let members = on!(self, c => sqlx::query_as(MEMBERS).bind(id.0).bind(false).fetch_all(c).await?);
        Ok(Some(team(row, members)))
    }

    /// The team with its members' ids alone, which is all that the rules ask for: no names are read and nothing is counted.
    pub(crate) async fn roster(&mut self, id: TeamId) -> Result<Option<Team>> {
        let row: Option<TeamRow> = on!(self, c => sqlx::query_as(TEAM_BY_ID).bind(id.0).fetch_optional(c).await?);
        let Some(row) = row else { return Ok(None) };
        let members: Vec<(Uuid, DateTime<Utc>)> = on!(self, c => sqlx::query_as(ROSTER).bind(id.0).fetch_all(c).await?);
        let member = |(id, joined_at)| MemberRow {
            id,
            name: String::new(),
            public_name: None,
            affiliation: String::new(),
            joined_at,
            submissions: 0,
        };
        Ok(Some(team(row, members.into_iter().map(member).collect())))
    }

    pub(crate) async fn insert_member(&mut self, team: &Team, user: UserId, at: DateTime<Utc>) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_MEMBER).bind(team.competition_id.0).bind(user.0).bind(team.id.0).bind(at).execute(c).await?;
        });
        Ok(())
    }

    pub(crate) async fn delete_member(&mut self, team: TeamId, user: UserId) -> Result<bool> {
        Ok(on!(self, c => sqlx::query(DELETE_MEMBER).bind(team.0).bind(user.0).execute(c).await?.rows_affected()) == 1)
    }

    pub(crate) async fn count_members(&mut self, team: TeamId) -> Result<i64> {
        Ok(on!(self, c => sqlx::query_scalar(COUNT_MEMBERS).bind(team.0).fetch_one(c).await?))
    }

    /// The stages the team has submitted to, and so may stand on the leaderboard of.
    pub(crate) async fn shown_on(&mut self, team: TeamId) -> Result<Vec<StageId>> {
        let stages: Vec<Uuid> =
            on!(self, c => sqlx::query_scalar(SHOWN_ON).bind(team.0).bind(false).fetch_all(c).await?);
        Ok(stages.into_iter().map(StageId).collect())
    }

    pub(crate) async fn submission_key(&mut self, team: TeamId) -> Result<String> {
        Ok(on!(self, c => sqlx::query_scalar(SUBMISSION_KEY).bind(team.0).fetch_one(c).await?))
    }

    /// The code of the team's newest link, whether or not it has expired.
    pub(crate) async fn invitation_code(&mut self, team: TeamId) -> Result<Option<String>> {
        Ok(on!(self, c => sqlx::query_scalar(INVITATION_CODE).bind(team.0).fetch_optional(c).await?))
    }

    pub(crate) async fn delete_invitation(&mut self, team: TeamId) -> Result<()> {
        on!(self, c => { sqlx::query(DELETE_INVITATION).bind(team.0).execute(c).await?; });
        Ok(())
    }

    pub(crate) async fn upsert_invitation(&mut self, team: TeamId, invitation: &Invitation) -> Result<()> {
        on!(self, c => {
            sqlx::query(UPSERT_INVITATION).bind(team.0).bind(&invitation.code).bind(invitation.expires_at).execute(c).await?;
        });
        Ok(())
    }
}
