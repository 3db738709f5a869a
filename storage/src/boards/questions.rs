//! What ties questions together, questions that resemble a title, and the answers that organizers keep.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::questions::SIMILAR_MAX;
use domain::boards::{BoardKind, BoardReader, CannedAnswer, Neighbour, SimilarQuestion};
use domain::ids::{BoardId, CannedAnswerId, CompetitionId, PostId};

use super::grams;
use super::posts::readable;
use crate::dialect::List;
use crate::{Db, Result, Tx};

/// The post whose number stands in a column of another one (`$1`), where it is there and for the reader.
macro_rules! tied {
    ($column:literal, $rest:literal) => {
        concat!(
            "SELECT p.number, p.title, p.created_at FROM posts o JOIN posts p ON p.board_id = o.board_id AND p.number = o.",
            $column,
            " WHERE o.id = $1 AND p.removed_at IS NULL AND ",
            readable!(),
            $rest
        )
    };
}

sql! {
    SAME = tied!("same_as", "");
    // A question that has become public says nothing of the one without its author's name.
    PUBLISHED = tied!("published_as", " AND o.secret = TRUE");
    // For organizers (`$2`) alone.
    SOURCE = concat!("SELECT p.number FROM posts o JOIN posts p ON p.board_id = o.board_id AND p.published_as = o.number
        WHERE o.id = $1 AND $2 AND ", readable!(), " ORDER BY p.number DESC LIMIT 1");
    COUNT_SAMES = concat!("SELECT COUNT(*) FROM posts o JOIN posts p ON p.board_id = o.board_id AND p.same_as = o.number
        WHERE o.id = $1 AND $2 AND p.removed_at IS NULL AND ", readable!());
    OFFICIAL = concat!("SELECT z.markdown FROM comments z JOIN posts p ON p.id = z.post_id WHERE z.post_id = $1 AND z.thread = p.answer
        AND z.official = TRUE AND z.removed_at IS NULL AND z.hidden_at IS NULL AND ", readable!(), " ORDER BY z.number DESC LIMIT 1");
}

impl Db {
    /// The question that a post is the same as.
    #[boxed]
    pub async fn same_question(&self, post: PostId, reader: BoardReader) -> Result<Option<Neighbour>> {
        maybe!(self, SAME, post, reader.organizes, reader.user, reader.team)
    }

    /// What a secret question was published as.
    #[boxed]
    pub async fn published_question(&self, post: PostId, reader: BoardReader) -> Result<Option<Neighbour>> {
        maybe!(self, PUBLISHED, post, reader.organizes, reader.user, reader.team)
    }

    /// The number of the secret question that a post was published from; for organizers alone.
    #[boxed]
    pub async fn question_source(&self, post: PostId, reader: BoardReader) -> Result<Option<i64>> {
        maybe_value!(self, SOURCE, post, reader.organizes, reader.user, reader.team)
    }

    /// How many questions are the same as a post; for organizers alone.
    #[boxed]
    pub async fn count_same_questions(&self, post: PostId, reader: BoardReader) -> Result<i64> {
        value!(self, COUNT_SAMES, post, reader.organizes, reader.user, reader.team)
    }

    /// What the official answer of a post says.
    #[boxed]
    pub async fn official_answer(&self, post: PostId, reader: BoardReader) -> Result<Option<String>> {
        maybe_value!(self, OFFICIAL, post, reader.organizes, reader.user, reader.team)
    }
}

sql! {
    SET_PUBLISHED = "UPDATE posts SET published_as = $2 WHERE id = $1";
    // The last one where it is the same as another itself.
    ROOT = "SELECT COALESCE(p.same_as, p.number) FROM posts p JOIN boards b ON b.id = p.board_id
        WHERE b.competition_id = $1 AND b.kind = $2 AND p.number = $3 AND p.removed_at IS NULL";
    SAME_AS = "SELECT COALESCE(p.same_as, 0) FROM posts p WHERE p.id = $1";
    SET_SAME = "UPDATE posts SET same_as = $2, answered_at = COALESCE(answered_at, $3) WHERE id = $1";
    MOVE_SAMES = "UPDATE posts SET same_as = $3 WHERE board_id = $1 AND same_as = $2";
    UNSET_SAME = "UPDATE posts SET same_as = NULL, answered_at = CASE WHEN answer > 0 THEN answered_at ELSE NULL END
        WHERE id = $1 AND same_as IS NOT NULL";
    LET_SAMES_GO = "UPDATE posts SET same_as = NULL, answered_at = CASE WHEN answer > 0 THEN answered_at ELSE NULL END
        WHERE board_id = $1 AND same_as = $2";
}

impl Tx {
    /// The number of what a secret question was published as, while that is there.
    #[boxed]
    pub async fn published_as(&mut self, post: PostId, reader: BoardReader) -> Result<Option<i64>> {
        let found: Option<Neighbour> = maybe!(self, PUBLISHED, post, reader.organizes, reader.user, reader.team)?;
        Ok(found.map(|found| found.number))
    }

    #[boxed]
    pub async fn set_published_as(&mut self, post: PostId, number: i64) -> Result<()> {
        run!(self, SET_PUBLISHED, post, number)
    }

    /// The number of a question, or of the one that it is the same as.
    #[boxed]
    pub async fn root_question(
        &mut self,
        competition: CompetitionId,
        kind: BoardKind,
        number: i64,
    ) -> Result<Option<i64>> {
        maybe_value!(self, ROOT, competition, kind, number)
    }

    /// The number of the question that a post is the same as; 0 is none.
    #[boxed]
    pub async fn same_as(&mut self, post: PostId) -> Result<i64> {
        value!(self, SAME_AS, post)
    }

    /// A question is the same as another one, and answered by that; those that were the same as it follow.
    #[boxed]
    pub async fn set_same(
        &mut self,
        (board, post, number): (BoardId, PostId, i64),
        same: i64,
        at: DateTime<Utc>,
    ) -> Result<()> {
        run!(self, SET_SAME, post, same, at)?;
        run!(self, MOVE_SAMES, board, number, same)
    }

    /// A question is the same as none; false where it was before.
    #[boxed]
    pub async fn unset_same(&mut self, post: PostId) -> Result<bool> {
        changed!(self, UNSET_SAME, post)
    }

    /// Questions that were the same as one that can be read no longer wait again, unless they have an answer of their own.
    #[boxed]
    pub async fn let_sames_go(&mut self, board: BoardId, number: i64) -> Result<()> {
        run!(self, LET_SAMES_GO, board, number)
    }
}

/// The pieces of one word, all of which are asked for.
macro_rules! all_of {
    ($list:literal) => {
        concat!("(SELECT '(' || group_concat('\"' || value || '\"', ' AND ') || ')' FROM json_each(", $list, "))")
    };
}

macro_rules! resembling {
    ($candidates:expr) => {
        concat!(
            "SELECT p.number, p.title, p.answered_at IS NOT NULL AS answered FROM posts p WHERE p.board_id = $1 AND ",
            $candidates,
            " AND p.removed_at IS NULL AND ",
            readable!(),
            " ORDER BY p.number DESC LIMIT 1000"
        )
    };
}

sql! {
    // The newest that have one of four words. FTS5 gives them without sorting.
    SIMILAR = resembling!(concat!("p.seq IN (SELECT g.rowid FROM post_grams g WHERE post_grams MATCH (", all_of!("$5"), " || ' OR ' || ",
            all_of!("$6"), " || ' OR ' || ", all_of!("$7"), " || ' OR ' || ", all_of!("$8"), ") ORDER BY g.rowid DESC LIMIT 1000)")),
        postgres = resembling!("(p.grams @> $5::TEXT[] OR p.grams @> $6::TEXT[] OR p.grams @> $7::TEXT[] OR p.grams @> $8::TEXT[])");
}

impl Db {
    /// The questions of a board that are for the reader and whose titles resemble one most.
    #[boxed]
    pub async fn similar_questions(
        &self,
        board: BoardId,
        reader: BoardReader,
        title: &str,
    ) -> Result<Vec<SimilarQuestion>> {
        let BoardReader { user, team, organizes } = reader;
        let folded = grams::folded(title);
        let Some([a, b, c, d]) = grams::of_words(board, &folded) else { return Ok(Vec::new()) };
        let rows: Vec<SimilarQuestion> =
            all!(self, SIMILAR, board, organizes, user, team, List(a), List(b), List(c), List(d))?;
        Ok(most_alike(&folded, rows))
    }
}

/// Those whose titles share enough pieces with one, most of all first, then the newest.
fn most_alike(folded: &str, rows: Vec<SimilarQuestion>) -> Vec<SimilarQuestion> {
    let asked = grams::of_title(folded);
    let mut alike: Vec<(usize, SimilarQuestion)> = rows
        .into_iter()
        .filter_map(|row| {
            let found = grams::of_title(&grams::folded(&row.title));
            let shared = asked.intersection(&found).count();
            // A third of what was typed, and more than one pair that every other title has.
            let enough = shared * 3 >= asked.len() && shared >= asked.len().min(2);
            // Dice's coefficient, in thousandths.
            enough.then(|| (2_000 * shared / (asked.len() + found.len()).max(1), row))
        })
        .collect();
    alike.sort_by_key(|(score, row)| std::cmp::Reverse((*score, row.number)));
    alike.into_iter().take(SIMILAR_MAX).map(|(_, row)| row).collect()
}

sql! {
    CANNED = "SELECT id, title, markdown FROM canned_answers WHERE competition_id = $1 ORDER BY title, id";
    CANNED_ONE = "SELECT id, title, markdown FROM canned_answers WHERE id = $1 AND competition_id = $2";
    SAME_CANNED = "SELECT COUNT(*) FROM canned_answers WHERE competition_id = $1 AND title = $2 AND markdown = $3";
    COUNT_CANNED = "SELECT COUNT(*) FROM canned_answers WHERE competition_id = $1";
    PUT_CANNED = "INSERT INTO canned_answers (id, competition_id, title, markdown) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET title = excluded.title, markdown = excluded.markdown";
    DELETE_CANNED = "DELETE FROM canned_answers WHERE id = $1";
}

impl Db {
    /// The answers that a competition's organizers keep, by their titles.
    #[boxed]
    pub async fn canned_answers(&self, competition: CompetitionId) -> Result<Vec<CannedAnswer>> {
        all!(self, CANNED, competition)
    }
}

impl Tx {
    #[boxed]
    pub async fn canned_answer(
        &mut self,
        id: CannedAnswerId,
        competition: CompetitionId,
    ) -> Result<Option<CannedAnswer>> {
        maybe!(self, CANNED_ONE, id, competition)
    }

    /// Whether just this is kept.
    #[boxed]
    pub async fn has_canned_answer(&mut self, competition: CompetitionId, title: &str, markdown: &str) -> Result<bool> {
        let count: i64 = value!(self, SAME_CANNED, competition, title, markdown)?;
        Ok(count > 0)
    }

    #[boxed]
    pub async fn count_canned_answers(&mut self, competition: CompetitionId) -> Result<i64> {
        value!(self, COUNT_CANNED, competition)
    }

    #[boxed]
    pub async fn put_canned_answer(&mut self, competition: CompetitionId, answer: &CannedAnswer) -> Result<()> {
        let CannedAnswer { id, title, markdown } = answer;
        run!(self, PUT_CANNED, id, competition, title, markdown)
    }

    #[boxed]
    pub async fn delete_canned_answer(&mut self, id: CannedAnswerId) -> Result<()> {
        run!(self, DELETE_CANNED, id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str, titles: &[&str]) -> Vec<String> {
        let rows = titles.iter().zip(1..).map(|(title, number)| SimilarQuestion {
            number,
            title: (*title).into(),
            answered: false,
        });
        most_alike(&grams::folded(typed), rows.collect()).into_iter().map(|row| row.title).collect()
    }

    #[test]
    fn titles_that_share_more_of_what_is_typed_come_first_and_those_with_little_not_at_all() {
        let titles =
            ["제출 마감은 언제인가요", "데이터는 어디에 있나요", "제출 파일의 마감 시각", "팀은 몇 명까지인가요"];
        assert_eq!(found("제출 마감이 언제예요", &titles), ["제출 마감은 언제인가요", "제출 파일의 마감 시각"]);
        assert_eq!(found("AUC", &["auc 계산", "정확도"]), ["auc 계산"]);
    }

    #[test]
    fn of_titles_that_are_equally_alike_the_newest_five_are_offered() {
        let titles = ["마감 1", "마감 2", "마감 3", "마감 4", "마감 5", "마감 6"];
        assert_eq!(found("마감", &titles), ["마감 6", "마감 5", "마감 4", "마감 3", "마감 2"]);
    }
}
