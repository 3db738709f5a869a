//! Cards of recruiting posts.

use std::collections::BTreeSet;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::{BoardKind, BoardReader, PostRow, RecruitCard, RecruitRole, Seeker};
use domain::ids::{BoardId, CompetitionId, PostId, TeamId, TeamNumber, UserId};

use super::posts::{post_rows, readable};
use crate::dialect::List;
use crate::{Db, Result, Tx};

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "what is asked of a team and of a person, in one row")]
struct CardRow {
    post_id: PostId,
    author_id: UserId,
    roles: String,
    closed_at: Option<DateTime<Utc>>,
    hidden: bool,
    team_id: Option<TeamId>,
    number: Option<TeamNumber>,
    name: Option<String>,
    leader_id: Option<UserId>,
    ended: bool,
    members: i64,
    has_team: bool,
    takes_part: bool,
}

impl CardRow {
    fn card(self) -> RecruitCard {
        let team = self.team_id.zip(self.number).zip(self.name).zip(self.leader_id);
        let seeker = match team {
            Some((((id, number), name), leader)) => {
                Seeker::Team { id, number, name, leader, members: self.members, ended: self.ended }
            }
            None => Seeker::Person { user: self.author_id, has_team: self.has_team, takes_part: self.takes_part },
        };
        RecruitCard {
            post: self.post_id,
            seeker,
            roles: RecruitRole::among(self.roles.split(' ')),
            closed_at: self.closed_at,
            hidden: self.hidden,
        }
    }
}

/// How many are in a card's team, whether its author is in one, and whether they take part.
macro_rules! members {
    () => {
        "(SELECT COUNT(*) FROM members m WHERE m.team_id = y.team_id)"
    };
}
macro_rules! has_team {
    () => {
        "EXISTS (SELECT 1 FROM members m WHERE m.competition_id = y.competition_id AND m.user_id = p.author_id)"
    };
}
macro_rules! takes_part {
    () => {
        "EXISTS (SELECT 1 FROM participations w WHERE w.competition_id = y.competition_id AND w.user_id = p.author_id
            AND w.state = 'approved')"
    };
}

macro_rules! cards {
    ($which:expr) => {
        concat!(
            "SELECT y.post_id, p.author_id, y.roles, y.closed_at, p.hidden_at IS NOT NULL AS hidden, y.team_id, d.number, d.name,
                d.leader_id, d.ended IS NOT NULL AS ended, ",
            members!(),
            " AS members, ",
            has_team!(),
            " AS has_team, ",
            takes_part!(),
            " AS takes_part FROM posts p JOIN recruit_cards y ON y.post_id = p.id LEFT JOIN teams d ON d.id = y.team_id WHERE ",
            $which,
            " AND p.removed_at IS NULL AND ",
            readable!()
        )
    };
}

/// A card `y` of a post `p` that is open in a competition where teams still change, as `RecruitCard::closed` says it of one: there are
/// no more of them than teams and people, for each has one.
macro_rules! open {
    ($competition:literal, $max:literal) => {
        concat!(
            "p.id = y.post_id AND y.competition_id = ",
            $competition,
            " AND y.closed_at IS NULL AND p.removed_at IS NULL AND p.hidden_at IS NULL AND CASE WHEN y.team_id IS NULL THEN NOT ",
            has_team!(),
            " AND ",
            takes_part!(),
            " ELSE (SELECT d.ended FROM teams d WHERE d.id = y.team_id) IS NULL AND ",
            members!(),
            " < ",
            $max,
            " END"
        )
    };
}

sql! {
    CARDS = cards!(concat!("p.id ", among!(sqlite bytes))), postgres = cards!(concat!("p.id ", among!(postgres bytes)));
    OF_NUMBER = cards!(
        "p.board_id = (SELECT b.id FROM boards b WHERE b.competition_id = $1 AND b.kind = $5) AND p.number = $6"
    );
    // Cards first: a board has more posts than there are open ones.
    OPEN = post_rows!(
        "recruit_cards y CROSS JOIN posts p",
        concat!("AND ", open!("$7", "$8"), " ORDER BY p.number DESC LIMIT $5 OFFSET $6")
    );
    COUNT_OPEN = concat!("SELECT COUNT(*) FROM recruit_cards y CROSS JOIN posts p WHERE ", open!("$1", "$2"));
    OPEN_OF_TEAM = "SELECT p.number FROM recruit_cards y CROSS JOIN posts p WHERE y.team_id = $1 AND p.id = y.post_id
        AND y.closed_at IS NULL AND p.removed_at IS NULL AND p.hidden_at IS NULL ORDER BY p.number DESC LIMIT 1";
    OPEN_OF_PERSON = "SELECT p.number FROM posts p CROSS JOIN recruit_cards y WHERE p.author_id = $1 AND y.post_id = p.id
        AND y.competition_id = $2 AND y.team_id IS NULL AND y.closed_at IS NULL AND p.removed_at IS NULL AND p.hidden_at IS NULL
        ORDER BY p.number DESC LIMIT 1";
}

impl Db {
    /// The cards of these posts, as far as they are for the reader.
    #[boxed]
    pub async fn recruit_cards(&self, posts: &[PostId], reader: BoardReader) -> Result<Vec<RecruitCard>> {
        let rows: Vec<CardRow> = all!(self, CARDS, List(posts.to_vec()), reader.organizes, reader.user, reader.team)?;
        Ok(rows.into_iter().map(CardRow::card).collect())
    }

    /// The card of a post, where it is for the reader.
    #[boxed]
    pub async fn recruit_card(
        &self,
        competition: CompetitionId,
        reader: BoardReader,
        number: i64,
    ) -> Result<Option<RecruitCard>> {
        let BoardReader { user, team, organizes } = reader;
        let row: Option<CardRow> =
            maybe!(self, OF_NUMBER, competition, organizes, user, team, BoardKind::Recruit, number)?;
        Ok(row.map(CardRow::card))
    }

    /// Posts whose cards are open, newest first, where a team has so many members at most.
    #[boxed]
    pub async fn open_posts(
        &self,
        (competition, board): (CompetitionId, BoardId),
        reader: BoardReader,
        most: i64,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<PostRow>> {
        let BoardReader { user, team, organizes } = reader;
        all!(self, OPEN, board, organizes, user, team, limit, offset, competition, most)
    }

    /// How many they are.
    #[boxed]
    pub async fn count_open_posts(&self, competition: CompetitionId, most: i64) -> Result<i64> {
        value!(self, COUNT_OPEN, competition, most)
    }

    /// The number of the post by which a team seeks people, or else the person a team.
    #[boxed]
    pub async fn open_card_of(
        &self,
        competition: CompetitionId,
        team: Option<TeamId>,
        person: UserId,
    ) -> Result<Option<i64>> {
        match team {
            Some(team) => maybe_value!(self, OPEN_OF_TEAM, team),
            None => maybe_value!(self, OPEN_OF_PERSON, person, competition),
        }
    }
}

/// A card that nobody else changes until the commit.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CardHeld {
    pub team_id: Option<TeamId>,
    pub closed_at: Option<DateTime<Utc>>,
}

sql! {
    HELD = "SELECT team_id, closed_at FROM recruit_cards WHERE post_id = $1";
    PUT = "INSERT INTO recruit_cards (post_id, competition_id, team_id, roles) VALUES ($1, $2, $3, $4)";
    SET_ROLES = "UPDATE recruit_cards SET roles = $2 WHERE post_id = $1";
    SET_CLOSED = "UPDATE recruit_cards SET closed_at = $2 WHERE post_id = $1";
    CLOSE_OF_TEAM = "UPDATE recruit_cards SET closed_at = $2 WHERE team_id = $1 AND closed_at IS NULL";
    CLOSE_OF_PERSON = "UPDATE recruit_cards SET closed_at = $3 WHERE competition_id = $2 AND team_id IS NULL AND closed_at IS NULL
        AND post_id IN (SELECT p.id FROM posts p WHERE p.author_id = $1)";
    FORGET = "DELETE FROM recruit_cards WHERE post_id = $1";
}

impl Tx {
    /// A post's card; hold the competition's lock.
    #[boxed]
    pub async fn hold_card(&mut self, post: PostId) -> Result<Option<CardHeld>> {
        maybe!(self, HELD, post)
    }

    /// The same as [`Db::open_card_of`] inside a transaction.
    #[boxed]
    pub async fn open_card_of(
        &mut self,
        competition: CompetitionId,
        team: Option<TeamId>,
        person: UserId,
    ) -> Result<Option<i64>> {
        match team {
            Some(team) => maybe_value!(self, OPEN_OF_TEAM, team),
            None => maybe_value!(self, OPEN_OF_PERSON, person, competition),
        }
    }

    #[boxed]
    pub async fn put_card(
        &mut self,
        post: PostId,
        competition: CompetitionId,
        team: Option<TeamId>,
        roles: &BTreeSet<RecruitRole>,
    ) -> Result<()> {
        run!(self, PUT, post, competition, team, RecruitRole::keys(roles))
    }

    #[boxed]
    pub async fn set_card_roles(&mut self, post: PostId, roles: &BTreeSet<RecruitRole>) -> Result<()> {
        run!(self, SET_ROLES, post, RecruitRole::keys(roles))
    }

    /// Closes a card by hand, or opens it again.
    #[boxed]
    pub async fn set_card_closed(&mut self, post: PostId, at: Option<DateTime<Utc>>) -> Result<()> {
        run!(self, SET_CLOSED, post, at)
    }

    /// Closes every card of a team, or of a person: those of hidden posts too, which would be open again with them.
    #[boxed]
    pub async fn close_cards_of(
        &mut self,
        competition: CompetitionId,
        team: Option<TeamId>,
        person: UserId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        match team {
            Some(team) => run!(self, CLOSE_OF_TEAM, team, at),
            None => run!(self, CLOSE_OF_PERSON, person, competition, at),
        }
    }

    /// Takes the card off a post that is deleted.
    #[boxed]
    pub(super) async fn forget_card(&mut self, post: PostId) -> Result<()> {
        run!(self, FORGET, post)
    }
}
