//! Teams; their members, invitations and name keys have a file each.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, TeamId, TeamNumber, UserId};
use domain::names::key;
use domain::teams::{FIRST_NUMBER, Member, Team, TeamEnd};

use crate::{Db, Result, Tx};

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

mod ending;
mod idle;
mod invitations;
mod mailed;
mod members;
mod memberships;
mod merges;
pub(super) mod names;
mod parts;
mod requests;

pub use idle::TeamOverview;
pub use mailed::{TeamInvitation, WaitingInvitation};
pub use memberships::TeamMembership;
pub use merges::MergeOffer;
pub use requests::{JoinApplicant, OwnRequest};

/// A team and one of its members. A team without any has a row with no member, and who has no team one with nothing at all.
#[derive(sqlx::FromRow)]
struct TeamRow {
    team_id: Option<TeamId>,
    competition_id: Option<CompetitionId>,
    number: Option<i64>,
    name: Option<String>,
    leader_id: Option<UserId>,
    created_at: Option<DateTime<Utc>>,
    ended: Option<TeamEnd>,
    #[sqlx(default)]
    user_id: Option<UserId>,
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

impl TeamRow {
    fn team(&mut self) -> Option<Team> {
        Some(Team {
            id: self.team_id?,
            competition_id: self.competition_id?,
            number: self.number?,
            name: self.name.take()?,
            leader_id: self.leader_id?,
            created_at: self.created_at?,
            ended: self.ended,
            members: Vec::new(),
        })
    }

    fn member(self) -> Option<Member> {
        Some(Member {
            user_id: self.user_id?,
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
        if teams.last().map(|team| team.id) != row.team_id {
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

sql! {
    BY_ID = concat!(team!(from "teams t"), " WHERE t.id = $1 ", team!(order));
    BY_NUMBER = concat!(team!(from "teams t"), " WHERE t.competition_id = $1 AND t.number = $2 ", team!(order));
    OF_USER = concat!("SELECT ", team!(columns), " FROM members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1");
    OF_USER_BY_NUMBER = concat!(
        team!(from "members m JOIN teams t ON t.id = m.team_id"),
        " WHERE m.user_id = $1 AND t.number = $2 ",
        team!(order)
    );
}

impl Db {
    #[boxed]
    pub async fn team_by_number(&self, competition: CompetitionId, number: TeamNumber) -> Result<Option<Team>> {
        all!(self, BY_NUMBER, competition, number).map(team)
    }

    #[boxed]
    pub async fn team_by_id(&self, id: TeamId) -> Result<Option<Team>> {
        all!(self, BY_ID, id).map(team)
    }

    /// All of the user's teams, without their members.
    #[boxed]
    pub async fn teams_of(&self, user: UserId) -> Result<Vec<Team>> {
        all!(self, OF_USER, user).map(teams)
    }

    /// The user's teams of that number, newest first: numbers repeat between competitions.
    #[boxed]
    pub async fn teams_of_by_number(&self, user: UserId, number: TeamNumber) -> Result<Vec<Team>> {
        all!(self, OF_USER_BY_NUMBER, user, number).map(teams)
    }
}

sql! {
    NEXT_NUMBER = "SELECT COALESCE(MAX(number) + 1, $2) FROM teams WHERE competition_id = $1";
    INSERT = "INSERT INTO teams (id, competition_id, number, name, name_key, leader_id, submission_key, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    // That of a team that all have left stays free.
    RENAME = "UPDATE teams SET name = $2, name_key = CASE WHEN ended = 'withdrawn' THEN $3 || ' ' || number ELSE $3 END WHERE id = $1";
    SET_LEADER = "UPDATE teams SET leader_id = $2 WHERE id = $1";
    TEAM_OF = "SELECT team_id FROM members WHERE competition_id = $1 AND user_id = $2";
}

impl Tx {
    /// The team as it stands inside this transaction.
    #[boxed]
    pub async fn team(&mut self, id: TeamId) -> Result<Option<Team>> {
        all!(self, BY_ID, id).map(team)
    }

    /// The team that somebody is in, likewise.
    #[boxed]
    pub async fn team_of(&mut self, competition: CompetitionId, user: UserId) -> Result<Option<Team>> {
        let id: Option<TeamId> = maybe_value!(self, TEAM_OF, competition, user)?;
        match id {
            Some(id) => self.team(id).await,
            None => Ok(None),
        }
    }

    /// The number after the highest; hold the competition's lock until the team is inserted.
    #[boxed]
    pub async fn next_team_number(&mut self, competition: CompetitionId) -> Result<TeamNumber> {
        value!(self, NEXT_NUMBER, competition, FIRST_NUMBER)
    }

    #[boxed]
    pub async fn insert_team(&mut self, team: &Team, submission_key: &str) -> Result<()> {
        let Team { id, competition_id, number, name, leader_id, created_at, .. } = team;
        run!(self, INSERT, id, competition_id, number, name, key(name), leader_id, submission_key, created_at)
    }

    #[boxed]
    pub async fn rename_team(&mut self, team: TeamId, name: &str) -> Result<()> {
        run!(self, RENAME, team, name, key(name))
    }

    #[boxed]
    pub async fn set_leader(&mut self, team: TeamId, leader: UserId) -> Result<()> {
        run!(self, SET_LEADER, team, leader)
    }
}

sql! {
    SUBMISSION_KEY = "SELECT submission_key FROM teams WHERE id = $1";
    SET_SUBMISSION_KEY = "UPDATE teams SET submission_key = $2 WHERE id = $1";
}

impl Db {
    #[boxed]
    pub async fn submission_key(&self, team: TeamId) -> Result<Option<String>> {
        maybe_value!(self, SUBMISSION_KEY, team)
    }
}

impl Tx {
    #[boxed]
    pub async fn submission_key(&mut self, team: TeamId) -> Result<String> {
        value!(self, SUBMISSION_KEY, team)
    }

    #[boxed]
    pub async fn set_submission_key(&mut self, team: TeamId, key: &str) -> Result<()> {
        run!(self, SET_SUBMISSION_KEY, team, key)
    }
}
