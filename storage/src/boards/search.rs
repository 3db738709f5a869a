//! Searching a board.

use async_recursion::async_recursion as boxed;
use domain::boards::posts::FOUND_MAX;
use domain::boards::{BoardReader, PostRow, Sought};
use domain::ids::BoardId;

use super::grams;
use super::posts::{post_rows, readable};
use crate::dialect::{List, pattern};
use crate::{Db, Result};

/// A condition on posts that have every piece (`$5`) and the text itself (`$6`), and that the reader may read: a search says nothing of
/// others, not even how many there are.
macro_rules! found {
    ($rest:literal) => {
        concat!("AND p.removed_at IS NULL AND p.sought LIKE $6 ESCAPE '\\' AND ", readable!(), $rest)
    };
}

/// The newest posts that have every piece, no more than are compared letter by letter: FTS5 gives them without sorting.
macro_rules! sqlite_found {
    ($rest:literal) => {
        concat!(
            "AND p.seq IN (SELECT g.rowid FROM post_grams g
                WHERE post_grams MATCH (SELECT group_concat('\"' || value || '\"', ' ') FROM json_each($5))
                ORDER BY g.rowid DESC LIMIT 2000) ",
            found!($rest)
        )
    };
}

macro_rules! postgres_found {
    ($rest:literal) => {
        concat!(
            "AND p.number IN (SELECT q.number FROM posts q WHERE q.board_id = $1 AND q.grams @> $5::TEXT[]
                ORDER BY q.number DESC LIMIT 2000) ",
            found!($rest)
        )
    };
}

macro_rules! by_author {
    () => {
        concat!(
            "AND p.removed_at IS NULL AND NOT p.anonymous AND p.author_id IN
                (SELECT w.id FROM users w WHERE LOWER(w.public_name) LIKE $5 ESCAPE '\\') AND ",
            readable!()
        )
    };
}

sql! {
    OF_TEXT = post_rows!("posts p", sqlite_found!(" ORDER BY p.number DESC LIMIT $7 OFFSET $8")),
        postgres = post_rows!("posts p", postgres_found!(" ORDER BY p.number DESC LIMIT $7 OFFSET $8"));
    COUNT_OF_TEXT = concat!("SELECT COUNT(*) FROM (SELECT 1 FROM posts p WHERE p.board_id = $1 ", sqlite_found!(" LIMIT $7"), ") AS found"),
        postgres = concat!("SELECT COUNT(*) FROM (SELECT 1 FROM posts p WHERE p.board_id = $1 ", postgres_found!(" LIMIT $7"), ") AS found");
    OF_AUTHOR = post_rows!("posts p", concat!(by_author!(), " ORDER BY p.number DESC LIMIT $6 OFFSET $7"));
    COUNT_OF_AUTHOR = concat!("SELECT COUNT(*) FROM (SELECT 1 FROM posts p WHERE p.board_id = $1 ", by_author!(), " LIMIT $6) AS found");
}

impl Db {
    /// Posts that have what is sought and are for the reader, newest first, and how many there are, up to [`FOUND_MAX`].
    #[boxed]
    pub async fn found_posts(
        &self,
        board: BoardId,
        reader: BoardReader,
        sought: &Sought,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<PostRow>, i64)> {
        let BoardReader { user, team, organizes } = reader;
        match sought {
            Sought::Text(text) => {
                let folded = grams::folded(text);
                let (pieces, like) = (grams::of_search(board, &folded), pattern(&folded));
                let pieces = || List(pieces.clone());
                if pieces().0.len() == 1 {
                    // Signs alone are in no piece: all of the board would be compared.
                    return Ok((Vec::new(), 0));
                }
                let rows = all!(self, OF_TEXT, board, organizes, user, team, pieces(), &like, limit, offset)?;
                if let Some(total) = counted(&rows, limit, offset) {
                    return Ok((rows, total));
                }
                Ok((rows, value!(self, COUNT_OF_TEXT, board, organizes, user, team, pieces(), &like, FOUND_MAX)?))
            }
            Sought::Author(name) => {
                let like = pattern(name);
                let rows = all!(self, OF_AUTHOR, board, organizes, user, team, &like, limit, offset)?;
                if let Some(total) = counted(&rows, limit, offset) {
                    return Ok((rows, total));
                }
                Ok((rows, value!(self, COUNT_OF_AUTHOR, board, organizes, user, team, &like, FOUND_MAX)?))
            }
        }
    }
}

/// How many there are, where a page that is not full says it.
fn counted(rows: &[PostRow], limit: i64, offset: i64) -> Option<i64> {
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    (shown < limit && (shown > 0 || offset == 0)).then_some(offset + shown)
}
