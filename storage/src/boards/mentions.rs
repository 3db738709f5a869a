//! Whom posts and comments name with an `@`.

use async_recursion::async_recursion as boxed;
use domain::boards::{BoardKind, BoardReader};
use domain::ids::{CommentId, CompetitionId, PostId, TeamId, TeamNumber, UserId};
use uuid::Uuid;

use super::posts::readable;
use crate::dialect::List;
use crate::{Db, Result, Tx};

/// Somebody of the competition who has a name that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CalledPerson {
    pub id: UserId,
    pub name: String,
    /// Whether everyone sees that they have written here.
    pub talks: bool,
}

/// A team of the competition that has a name that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CalledTeam {
    pub id: TeamId,
    pub number: TeamNumber,
    pub name_key: String,
}

/// A person or a team that a text names.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Mention {
    pub target: Uuid,
    pub user_id: Option<UserId>,
    pub team_id: Option<TeamId>,
    /// As it stood in the text.
    pub name: String,
    /// The team's.
    pub number: Option<TeamNumber>,
}

/// Whether an account, as `$who`, may read a post `p` of a board `b`, which is not hidden: as `readable!` has it, of many at once.
macro_rules! for_whom {
    ($who:literal) => {
        concat!(
            "(NOT p.secret OR p.author_id = ",
            $who,
            "
                OR EXISTS (SELECT 1 FROM members r WHERE r.team_id = p.team_id AND r.user_id = ",
            $who,
            ")
                OR EXISTS (SELECT 1 FROM roles o WHERE o.competition_id = b.competition_id AND o.user_id = ",
            $who,
            "
                    AND o.role IN ('organizer', 'owner')))"
        )
    };
}
pub(crate) use for_whom;

/// Whether an account `u` takes part in the competition of a board `b`, or runs it.
macro_rules! belongs {
    () => {
        "(EXISTS (SELECT 1 FROM participations w WHERE w.competition_id = b.competition_id AND w.user_id = u.id AND w.state = 'approved')
            OR EXISTS (SELECT 1 FROM roles k WHERE k.competition_id = b.competition_id AND k.user_id = u.id
                AND k.role IN ('organizer', 'owner')))"
    };
}

/// Those who take part or run it, by their public names in lower case (`$1`), but for the writer (`$3`). Of whoever asked without a name
/// nothing says that they have written here.
macro_rules! people {
    ($database:ident) => {
        concat!(
            "SELECT u.id, u.public_name AS name, COALESCE((p.author_id = u.id AND NOT p.anonymous) OR EXISTS (SELECT 1 FROM comments z
                WHERE z.post_id = p.id AND z.author_id = u.id AND z.removed_at IS NULL AND z.hidden_at IS NULL), FALSE) AS talks
            FROM users u JOIN posts p ON p.id = $2 JOIN boards b ON b.id = p.board_id
            WHERE lower(u.public_name) ", among!($database texts), " AND u.id <> $3 AND u.deleted_at IS NULL
                AND ", belongs!(), " AND ", for_whom!("u.id"), " ORDER BY talks DESC, u.id LIMIT 200"
        )
    };
}

macro_rules! teams {
    ($database:ident) => {
        concat!(
            "SELECT t.id, t.number, t.name_key FROM posts p JOIN boards b ON b.id = p.board_id JOIN teams t
                ON t.competition_id = b.competition_id WHERE p.id = $2 AND t.name_key ", among!($database texts), "
                AND t.ended IS NULL AND (NOT p.secret OR t.id = p.team_id) ORDER BY t.number LIMIT 200"
        )
    };
}

sql! {
    PEOPLE = people!(sqlite), postgres = people!(postgres);
    TEAMS = teams!(sqlite), postgres = teams!(postgres);
    OF_TEXT = "SELECT h.target, h.user_id, h.team_id, h.name, t.number FROM mentions h LEFT JOIN teams t ON t.id = h.team_id
        WHERE h.subject = $1";
    MENTION = "INSERT INTO mentions (subject, target, post_id, user_id, team_id, name, version) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (subject, target) DO NOTHING";
    SHOW_POST = "UPDATE posts SET html = $2 WHERE id = $1";
    SHOW_COMMENT = "UPDATE comments SET html = $2 WHERE id = $1";
    NAMES = "SELECT COUNT(*) FROM boards b JOIN posts p ON p.board_id = b.id LEFT JOIN comments z ON z.post_id = p.id AND z.number = $4
            JOIN mentions h ON h.subject = COALESCE(z.id, p.id)
        WHERE b.competition_id = $1 AND b.kind = $2 AND p.number = $3
            AND (h.user_id = $5 OR EXISTS (SELECT 1 FROM members m WHERE m.team_id = h.team_id AND m.user_id = $5))";
    OF_TEAM = "SELECT t.name FROM teams t WHERE t.id = $1
        UNION ALL SELECT u.public_name FROM members m JOIN users u ON u.id = m.user_id WHERE m.team_id = $1 AND u.id <> $2
            AND u.public_name IS NOT NULL";
    TALKING = concat!(
        "SELECT u.public_name FROM comments z JOIN posts p ON p.id = z.post_id JOIN boards b ON b.id = p.board_id
            JOIN users u ON u.id = z.author_id
        WHERE z.post_id = $1 AND z.removed_at IS NULL AND z.hidden_at IS NULL AND u.public_name IS NOT NULL AND u.id <> $3 AND ",
        readable!(), " AND ", belongs!(), " GROUP BY u.public_name ORDER BY MAX(z.number) DESC LIMIT 50"
    );
    ASKER = concat!(
        "SELECT u.public_name FROM posts p JOIN boards b ON b.id = p.board_id JOIN users u ON u.id = p.author_id
        WHERE p.id = $1 AND NOT p.anonymous AND u.public_name IS NOT NULL AND u.id <> $3 AND ", readable!(), " AND ", belongs!()
    );
    FORGET_OF = "DELETE FROM mentions WHERE user_id = $1";
}

impl Db {
    /// Whom a post or a comment, by its id, names.
    #[boxed]
    pub async fn mentions(&self, subject: Uuid) -> Result<Vec<Mention>> {
        all!(self, OF_TEXT, subject)
    }

    /// Names that somebody may call under a post: those of their team, then of who has written there, the last first.
    #[boxed]
    pub async fn names_to_call(&self, post: PostId, user: UserId, reader: BoardReader) -> Result<Vec<String>> {
        let BoardReader { team, organizes, .. } = reader;
        let mut names: Vec<String> = Vec::new();
        if let Some(team) = team {
            names = values!(self, OF_TEAM, team, user)?;
        }
        let talking: Vec<String> = values!(self, TALKING, post, organizes, user, team)?;
        let asker: Vec<String> = values!(self, ASKER, post, organizes, user, team)?;
        for name in talking.into_iter().chain(asker) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }
}

impl Tx {
    /// People of a post's competition who may read it, by their names in lower case: those who have written there first.
    #[boxed]
    pub async fn people_called(
        &mut self,
        names: Vec<String>,
        post: PostId,
        writer: UserId,
    ) -> Result<Vec<CalledPerson>> {
        all!(self, PEOPLE, List(names), post, writer)
    }

    /// Teams of a post's competition that take part and may read it, by the keys of their names.
    #[boxed]
    pub async fn teams_called(&mut self, keys: Vec<String>, post: PostId) -> Result<Vec<CalledTeam>> {
        all!(self, TEAMS, List(keys), post)
    }

    /// The same as [`Db::mentions`], inside this transaction.
    #[boxed]
    pub async fn mentions(&mut self, subject: Uuid) -> Result<Vec<Mention>> {
        all!(self, OF_TEXT, subject)
    }

    /// Keeps that a version of a text names somebody, once.
    #[boxed]
    pub async fn put_mention(&mut self, subject: Uuid, post: PostId, one: &Mention, version: i64) -> Result<()> {
        run!(self, MENTION, subject, one.target, post, one.user_id, one.team_id, &one.name, version)
    }

    /// Shows a post or a comment of it with the names in it.
    #[boxed]
    pub async fn show_mentions(&mut self, post: PostId, comment: Option<CommentId>, html: &str) -> Result<()> {
        match comment {
            Some(comment) => run!(self, SHOW_COMMENT, comment, html),
            None => run!(self, SHOW_POST, post, html),
        }
    }

    /// Whether a post, or a comment of it, names somebody or their team.
    #[boxed]
    pub async fn is_mentioned(
        &mut self,
        (competition, board, number): (CompetitionId, BoardKind, i64),
        comment: Option<i64>,
        user: UserId,
    ) -> Result<bool> {
        // No comment has the number 0.
        let count: i64 = value!(self, NAMES, competition, board, number, comment.unwrap_or_default(), user)?;
        Ok(count > 0)
    }

    /// Forgets where somebody is named; the texts stay as they were typed.
    #[boxed]
    pub async fn forget_mentions_of(&mut self, user: UserId) -> Result<()> {
        run!(self, FORGET_OF, user)
    }
}
