//! Everybody who takes part in a competition, or did.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::ids::{CompetitionId, TeamNumber, UserId};
use domain::participation::ParticipationState;

use crate::dialect::pattern;
use crate::{Db, Result};

/// Somebody who takes part, or did.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedPerson {
    pub user_id: UserId,
    /// Whose account is gone, with all that says who they were.
    pub is_gone: bool,
    /// What everyone may call them, where they chose something.
    pub public_name: Option<String>,
    /// The real one, and what follows: for whoever may know.
    pub name: Option<String>,
    pub email: Option<String>,
    pub affiliation: Option<String>,
    pub state: ParticipationState,
    /// When they applied.
    pub came_at: DateTime<Utc>,
    /// The team that they are in, or were in when it ended.
    pub team_number: Option<TeamNumber>,
    pub team_name: Option<String>,
    pub role: Option<Role>,
    /// But for dry runs.
    pub submissions: i64,
    pub submitted_at: Option<DateTime<Utc>>,
}

/// Which people are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleAsked<'a> {
    /// A filter's word; empty for all.
    pub filter: &'a str,
    /// Who has submitted since then is one of the filters.
    pub since: DateTime<Utc>,
    /// A part of a public name or of a team's; empty for all.
    pub text: &'a str,
    /// Whether real names, addresses and affiliations are told and looked through.
    pub knows: bool,
    pub limit: i64,
    pub offset: i64,
}

/// How many people there are of each filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct PeopleCounts {
    pub everybody: i64,
    pub takes_part: i64,
    pub in_team: i64,
    pub alone: i64,
    pub today: i64,
    pub excluded: i64,
    pub withdrawn: i64,
}

macro_rules! submissions {
    ($what:literal, $and:literal) => {
        concat!(
            "(SELECT ",
            $what,
            " FROM submissions s JOIN stages g ON g.id = s.stage_id WHERE s.user_id = p.user_id AND g.competition_id = p.competition_id
            AND s.dry_run = FALSE",
            $and,
            ")"
        )
    };
}

/// Who has submitted since `$2`.
macro_rules! today {
    () => {
        concat!("EXISTS ", submissions!("1", " AND s.created_at >= $2"))
    };
}

macro_rules! in_team {
    () => {
        "t.id IS NOT NULL AND t.ended IS NULL"
    };
}

macro_rules! alone {
    () => {
        "p.state = 'approved' AND (t.id IS NULL OR t.ended IS NOT NULL)"
    };
}

/// Of a competition (`$1`): who takes part, was excluded, or was in a team once.
macro_rules! people {
    () => {
        "FROM participations p JOIN users u ON u.id = p.user_id
        LEFT JOIN members m ON m.competition_id = p.competition_id AND m.user_id = p.user_id
        LEFT JOIN teams t ON t.id = m.team_id
        LEFT JOIN roles o ON o.competition_id = p.competition_id AND o.user_id = p.user_id
        WHERE p.competition_id = $1 AND (p.state IN ('approved', 'excluded') OR m.user_id IS NOT NULL
            OR EXISTS (SELECT 1 FROM memberships h JOIN teams b ON b.id = h.team_id
                WHERE h.user_id = p.user_id AND b.competition_id = p.competition_id))"
    };
}

/// Of a filter (`$3`), with a text (`$4`) that is looked for in what the reader knows (`$5`).
macro_rules! found {
    () => {
        concat!(
            people!(),
            " AND ($3 = '' OR ($3 = 'takes_part' AND p.state = 'approved') OR ($3 = 'team' AND ",
            in_team!(),
            ") OR ($3 = 'alone' AND ",
            alone!(),
            ") OR ($3 = 'today' AND ",
            today!(),
            ") OR p.state = $3)
            AND ($4 = '' OR LOWER(u.public_name) LIKE $4 ESCAPE '\\' OR LOWER(t.name) LIKE $4 ESCAPE '\\' OR '%' || t.number || '%' = $4
                OR ($5 = TRUE AND (LOWER(u.name) LIKE $4 ESCAPE '\\' OR (u.deleted_at IS NULL AND LOWER(u.email) LIKE $4 ESCAPE '\\')
                    OR LOWER(u.affiliation) LIKE $4 ESCAPE '\\')))"
        )
    };
}

sql! {
    LIST = concat!(
        "SELECT p.user_id, u.deleted_at IS NOT NULL AS is_gone, u.public_name, CASE WHEN $5 = TRUE THEN u.name END AS name,
            CASE WHEN $5 = TRUE AND u.deleted_at IS NULL THEN u.email END AS email,
            CASE WHEN $5 = TRUE THEN u.affiliation END AS affiliation, p.state, COALESCE(p.applied_at, p.agreed_at) AS came_at,
            t.number AS team_number, t.name AS team_name, o.role, ",
        submissions!("COUNT(*)", ""),
        " AS submissions, ",
        submissions!("MAX(s.created_at)", ""),
        " AS submitted_at ",
        found!(),
        " ORDER BY COALESCE(p.applied_at, p.agreed_at) DESC, p.user_id LIMIT $6 OFFSET $7"
    );
    FOUND = concat!("SELECT COUNT(*) ", found!());
    COUNTS = concat!(
        "SELECT COUNT(*) AS everybody, COUNT(CASE WHEN p.state = 'approved' THEN 1 END) AS takes_part, COUNT(CASE WHEN ",
        in_team!(),
        " THEN 1 END) AS in_team, COUNT(CASE WHEN ",
        alone!(),
        " THEN 1 END) AS alone, COUNT(CASE WHEN ",
        today!(),
        " THEN 1 END) AS today, COUNT(CASE WHEN p.state = 'excluded' THEN 1 END) AS excluded,
        COUNT(CASE WHEN p.state = 'withdrawn' THEN 1 END) AS withdrawn ",
        people!()
    );
}

impl Db {
    /// Everybody who takes part or did, whoever came last first.
    #[boxed]
    pub async fn people(&self, competition: CompetitionId, asked: &PeopleAsked<'_>) -> Result<Vec<ListedPerson>> {
        let PeopleAsked { filter, since, knows, limit, offset, .. } = asked;
        let text = pattern(asked.text);
        all!(self, LIST, competition, since, filter, &text, knows, limit, offset)
    }

    /// How many there are of those.
    #[boxed]
    pub async fn count_people(&self, competition: CompetitionId, asked: &PeopleAsked<'_>) -> Result<i64> {
        let PeopleAsked { filter, since, knows, .. } = asked;
        let text = pattern(asked.text);
        value!(self, FOUND, competition, since, filter, &text, knows)
    }

    /// How many there are of each filter, of all.
    #[boxed]
    pub async fn people_counts(&self, competition: CompetitionId, since: DateTime<Utc>) -> Result<PeopleCounts> {
        one!(self, COUNTS, competition, since)
    }
}
