//! Teams, their members and invitation links.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, StageId, TeamId, TeamNumber, UserId};
use domain::names;
use domain::participation::Part;
use domain::quotas::Usage;
use domain::teams::{Invitation, Member, Team};
use uuid::Uuid;

use super::dialect::PerDatabase;
use super::submissions::{Day, usage};
use super::{Db, Tx};
use crate::error::Result;

/// A team with a row for each of its members, read as [`TeamRow`].
macro_rules! team {
    (columns) => {
        "t.id AS team_id, t.competition_id, t.number, t.name, t.leader_id, t.created_at, t.ended"
    };
    (members) => {
        "r.user_id, r.joined_at, n.name AS user_name, n.public_name, n.affiliation,
        (SELECT COUNT(*) FROM submissions s WHERE s.team_id = r.team_id AND s.user_id = r.user_id AND s.dry_run = FALSE) AS submissions"
    };
    (joins) => {
        "LEFT JOIN members r ON r.team_id = t.id LEFT JOIN users n ON n.id = r.user_id"
    };
    (order) => {
        "ORDER BY t.created_at DESC, t.id, r.joined_at, r.user_id"
    };
    (from $from:literal) => {
        concat!("SELECT ", team!(columns), ", ", team!(members), " FROM ", $from, " ", team!(joins))
    };
}

/// What these users are to a competition, a row for each member of a user's team.
macro_rules! parts {
    ($listed:literal) => {
        concat!(
            "SELECT u.id AS reader, p.agreed_at, o.user_id IS NOT NULL AS is_organizer, ",
            team!(columns),
            ", ",
            team!(members),
            " FROM users u LEFT JOIN participations p ON p.user_id = u.id AND p.competition_id = $2
            LEFT JOIN organizers o ON o.user_id = u.id AND o.competition_id = $2
            LEFT JOIN members m ON m.user_id = u.id AND m.competition_id = $2 LEFT JOIN teams t ON t.id = m.team_id ",
            team!(joins),
            " WHERE u.id ",
            $listed,
            " ORDER BY u.id, r.joined_at, r.user_id"
        )
    };
}
pub(super) const PARTS: PerDatabase = listed!(bytes parts);

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
    TEAM_BY_ID = concat!(team!(from "teams t"), " WHERE t.id = $1 ", team!(order));
    TEAM_BY_NUMBER = concat!(team!(from "teams t"), " WHERE t.competition_id = $1 AND t.number = $2 ", team!(order));
    TEAMS_OF_USER_BY_NUMBER = concat!(team!(from "members m JOIN teams t ON t.id = m.team_id"), " WHERE m.user_id = $1 AND t.number = $2 ", team!(order));
    TEAMS_OF_USER = concat!("SELECT ", team!(columns), " FROM members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1");
    ROSTER = concat!("SELECT ", team!(columns), ", r.user_id, r.joined_at, used.today, used.total, used.in_flight, used.last_at
        FROM teams t LEFT JOIN members r ON r.team_id = t.id LEFT JOIN (", usage!("= $1"), ") AS used ON used.team_id = t.id WHERE t.id = $1 ", team!(order));
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

/// A team and one of its members. A team without any has a row with no member, and who has no team one with nothing at all.
#[derive(sqlx::FromRow)]
struct TeamRow {
    team_id: Option<Uuid>,
    competition_id: Option<Uuid>,
    number: Option<i64>,
    name: Option<String>,
    leader_id: Option<Uuid>,
    created_at: Option<DateTime<Utc>>,
    ended: Option<String>,
    #[sqlx(default)]
    user_id: Option<Uuid>,
    #[sqlx(default)]
    joined_at: Option<DateTime<Utc>>,
    // The rules ask for nobody's name.
    #[sqlx(default)]
    user_name: Option<String>,
    #[sqlx(default)]
    public_name: Option<String>,
    #[sqlx(default)]
    affiliation: Option<String>,
    #[sqlx(default)]
    submissions: Option<i64>,
}

/// What a user is to a competition, beside one of the team's members.
#[derive(sqlx::FromRow)]
struct PartRow {
    reader: Uuid,
    agreed_at: Option<DateTime<Utc>>,
    is_organizer: bool,
    #[sqlx(flatten)]
    team: TeamRow,
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

impl TeamRow {
    fn team(&mut self) -> Option<Team> {
        Some(Team {
            id: TeamId(self.team_id?),
            competition_id: CompetitionId(self.competition_id?),
            number: self.number?,
            name: self.name.take()?,
            leader_id: UserId(self.leader_id?),
            created_at: self.created_at?,
            ended: self.ended.take(),
            members: Vec::new(),
        })
    }

    fn member(self) -> Option<Member> {
        Some(Member {
            user_id: UserId(self.user_id?),
            name: self.user_name.unwrap_or_default(),
            public_name: self.public_name,
            affiliation: self.affiliation.unwrap_or_default(),
            joined_at: self.joined_at?,
            submissions: self.submissions.unwrap_or_default(),
        })
    }
}

/// The teams of rows that have each one's members one after the other.
fn teams(rows: impl IntoIterator<Item = TeamRow>) -> Vec<Team> {
    let mut teams: Vec<Team> = Vec::new();
    for mut row in rows {
        if teams.last().map(|team| team.id.0) != row.team_id {
            teams.extend(row.team());
        }
        if let Some(team) = teams.last_mut() {
            team.members.extend(row.member());
        }
    }
    teams
}

fn team(rows: impl IntoIterator<Item = TeamRow>) -> Option<Team> {
    teams(rows).pop()
}

impl Db {
    pub async fn team_by_number(&self, competition: CompetitionId, number: TeamNumber) -> Result<Option<Team>> {
        Ok(team(read!(self, c => sqlx::query_as(TEAM_BY_NUMBER).bind(competition.0).bind(number).fetch_all(c).await?)))
    }

    pub async fn team_by_id(&self, id: TeamId) -> Result<Option<Team>> {
        Ok(team(read!(self, c => sqlx::query_as(TEAM_BY_ID).bind(id.0).fetch_all(c).await?)))
    }

    /// What these users are to a competition.
    pub async fn parts_of(&self, competition: CompetitionId, users: Vec<UserId>) -> Result<HashMap<UserId, Part>> {
        let users: Vec<Uuid> = users.into_iter().map(|user| user.0).collect();
        let rows: Vec<PartRow> = read_listed!(self, PARTS, users, competition.0);
        let mut read: HashMap<UserId, (Part, Vec<TeamRow>)> = HashMap::new();
        for row in rows {
            let part = || Part { agreed_at: row.agreed_at, is_organizer: row.is_organizer, team: None };
            read.entry(UserId(row.reader)).or_insert_with(|| (part(), Vec::new())).1.push(row.team);
        }
        Ok(read.into_iter().map(|(user, (part, rows))| (user, Part { team: team(rows), ..part })).collect())
    }

    /// All of the user's teams, without their members.
    pub async fn teams_of(&self, user: UserId) -> Result<Vec<Team>> {
        let rows: Vec<TeamRow> = read!(self, c => sqlx::query_as(TEAMS_OF_USER).bind(user.0).fetch_all(c).await?);
        Ok(teams(rows))
    }

    /// The user's teams of that number, newest first: numbers repeat between competitions.
    pub async fn teams_of_by_number(&self, user: UserId, number: TeamNumber) -> Result<Vec<Team>> {
        let rows: Vec<TeamRow> =
            read!(self, c => sqlx::query_as(TEAMS_OF_USER_BY_NUMBER).bind(user.0).bind(number).fetch_all(c).await?);
        Ok(teams(rows))
    }

    /// Id, number and name of every team that has not ended.
    pub async fn team_names(&self, competition: CompetitionId) -> Result<Vec<(TeamId, TeamNumber, String)>> {
        let rows: Vec<(Uuid, i64, String)> =
            read!(self, c => sqlx::query_as(TEAM_NAMES).bind(competition.0).fetch_all(c).await?);
        Ok(rows.into_iter().map(|(id, number, name)| (TeamId(id), number, name)).collect())
    }

    /// Every member's public name by team, in the order they joined; empty for those who chose none.
    pub async fn member_names(&self, competition: CompetitionId) -> Result<Vec<(TeamId, String)>> {
        let rows: Vec<(Uuid, String)> =
            read!(self, c => sqlx::query_as(MEMBER_NAMES).bind(competition.0).fetch_all(c).await?);
        Ok(rows.into_iter().map(|(id, name)| (TeamId(id), name)).collect())
    }

    pub async fn submission_key(&self, team: TeamId) -> Result<Option<String>> {
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

    pub async fn invitation(&self, team: TeamId) -> Result<Option<Invitation>> {
        let row: Option<(String, DateTime<Utc>)> =
            read!(self, c => sqlx::query_as(INVITATION).bind(team.0).fetch_optional(c).await?);
        Ok(row.map(|(code, expires_at)| Invitation { code, expires_at }))
    }

    pub async fn invited_to(&self, code: &str) -> Result<Option<(TeamId, DateTime<Utc>)>> {
        let row: Option<(Uuid, DateTime<Utc>)> =
            read!(self, c => sqlx::query_as(INVITED_TO).bind(code).fetch_optional(c).await?);
        Ok(row.map(|(team, expires_at)| (TeamId(team), expires_at)))
    }
}

impl Tx {
    /// The number after the highest; hold the competition's lock until the team is inserted.
    pub async fn next_team_number(&mut self, competition: CompetitionId) -> Result<TeamNumber> {
        Ok(
            on!(self, c => sqlx::query_scalar(NEXT_NUMBER).bind(competition.0).bind(domain::teams::FIRST_NUMBER).fetch_one(c).await?),
        )
    }

    pub async fn insert_team(&mut self, team: &Team, submission_key: &str) -> Result<()> {
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

    pub async fn rename_team(&mut self, team: TeamId, name: &str) -> Result<()> {
        on!(self, c => { sqlx::query(RENAME_TEAM).bind(team.0).bind(name).bind(names::key(name)).execute(c).await?; });
        Ok(())
    }

    pub async fn set_leader(&mut self, team: TeamId, leader: UserId) -> Result<()> {
        on!(self, c => { sqlx::query(SET_LEADER).bind(team.0).bind(leader.0).execute(c).await?; });
        Ok(())
    }

    pub async fn set_submission_key(&mut self, team: TeamId, key: &str) -> Result<()> {
        on!(self, c => { sqlx::query(SET_SUBMISSION_KEY).bind(team.0).bind(key).execute(c).await?; });
        Ok(())
    }

    /// Ends a team that has submitted nothing but dry runs: they go, and its name is free.
    pub async fn delete_team(&mut self, team: TeamId) -> Result<()> {
        on!(self, c => { sqlx::query(DELETE_DRY_RUNS).bind(team.0).bind(true).execute(c).await?; });
        on!(self, c => { sqlx::query(DELETE_TEAM).bind(team.0).execute(c).await?; });
        Ok(())
    }

    /// The team as it stands inside this transaction.
    pub async fn team(&mut self, id: TeamId) -> Result<Option<Team>> {
        Ok(team(on!(self, c => sqlx::query_as(TEAM_BY_ID).bind(id.0).fetch_all(c).await?)))
    }

    /// What is asked before a submission is taken: the team with its members' ids alone, and what it has used of the stage's quota,
    /// seen from inside the transaction that will use more. One read, and no names in it.
    pub async fn roster(&mut self, id: TeamId, stage: StageId, day: Day) -> Result<Option<(Team, Usage)>> {
        let rows: Vec<RosterRow> = on!(self, c => sqlx::query_as(ROSTER)
            .bind(id.0)
            .bind(stage.0)
            .bind(day.0)
            .bind(false)
            .bind(true)
            .bind(day.1)
            .fetch_all(c)
            .await?);
        let used = rows.first().map(RosterRow::usage).unwrap_or_default();
        Ok(team(rows.into_iter().map(|row| row.team)).map(|team| (team, used)))
    }

    pub async fn insert_member(&mut self, team: &Team, user: UserId, at: DateTime<Utc>) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_MEMBER).bind(team.competition_id.0).bind(user.0).bind(team.id.0).bind(at).execute(c).await?;
        });
        Ok(())
    }

    pub async fn delete_member(&mut self, team: TeamId, user: UserId) -> Result<bool> {
        Ok(on!(self, c => sqlx::query(DELETE_MEMBER).bind(team.0).bind(user.0).execute(c).await?.rows_affected()) == 1)
    }

    pub async fn count_members(&mut self, team: TeamId) -> Result<i64> {
        Ok(on!(self, c => sqlx::query_scalar(COUNT_MEMBERS).bind(team.0).fetch_one(c).await?))
    }

    /// The stages the team has submitted to, and so may stand on the leaderboard of.
    pub async fn shown_on(&mut self, team: TeamId) -> Result<Vec<StageId>> {
        let stages: Vec<Uuid> =
            on!(self, c => sqlx::query_scalar(SHOWN_ON).bind(team.0).bind(false).fetch_all(c).await?);
        Ok(stages.into_iter().map(StageId).collect())
    }

    pub async fn submission_key(&mut self, team: TeamId) -> Result<String> {
        Ok(on!(self, c => sqlx::query_scalar(SUBMISSION_KEY).bind(team.0).fetch_one(c).await?))
    }

    /// The code of the team's newest link, whether or not it has expired.
    pub async fn invitation_code(&mut self, team: TeamId) -> Result<Option<String>> {
        Ok(on!(self, c => sqlx::query_scalar(INVITATION_CODE).bind(team.0).fetch_optional(c).await?))
    }

    pub async fn delete_invitation(&mut self, team: TeamId) -> Result<()> {
        on!(self, c => { sqlx::query(DELETE_INVITATION).bind(team.0).execute(c).await?; });
        Ok(())
    }

    pub async fn upsert_invitation(&mut self, team: TeamId, invitation: &Invitation) -> Result<()> {
        on!(self, c => {
            sqlx::query(UPSERT_INVITATION).bind(team.0).bind(&invitation.code).bind(invitation.expires_at).execute(c).await?;
        });
        Ok(())
    }
}
