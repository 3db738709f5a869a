//! Writing posts.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::boards::{BoardKind, BoardOf, BoardReader, PostDraft};
use domain::ids::{BoardId, CompetitionId, PostId, TeamId, UserId};

use super::grams;
use super::posts::{Rendered, readable};
use crate::dialect::List;
use crate::{Begun, Db, Result, Tx};

/// A post to write.
#[derive(Debug, Clone, Copy)]
pub struct NewPost<'a> {
    pub board: BoardId,
    pub number: i64,
    pub draft: &'a PostDraft,
    pub html: Rendered<'a>,
    pub author: UserId,
    pub team: Option<TeamId>,
    pub by_staff: bool,
    pub anonymous: bool,
    pub at: DateTime<Utc>,
}

/// A post that nobody else changes until the commit.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PostHeld {
    pub id: PostId,
    pub board_id: BoardId,
    pub author_id: UserId,
    pub team_id: Option<TeamId>,
    #[sqlx(flatten)]
    pub draft: PostDraft,
    pub version: i64,
    pub comments: i64,
    pub hidden: bool,
    pub removed: bool,
    pub answered: bool,
}

macro_rules! held {
    ($of:literal, $rest:literal) => {
        concat!(
            "SELECT p.id, p.board_id, p.author_id, p.team_id, p.title, p.markdown, p.category, p.secret, p.pinned, p.required, p.for_all, p.version,
                p.comments, p.hidden_at IS NOT NULL AS hidden, p.removed_at IS NOT NULL AS removed, p.answered_at IS NOT NULL AS answered
            FROM posts p JOIN boards b ON b.id = p.board_id WHERE b.kind = $1 AND p.number = $2 AND b.competition_id ",
            $of,
            $rest
        )
    };
}

sql! {
    OPEN = "INSERT INTO boards (id, competition_id, kind, numbered, listed) VALUES ($1, $2, $3, 0, 0)
        ON CONFLICT DO NOTHING";
    NUMBER = "UPDATE boards SET numbered = numbered + 1, listed = listed + 1 WHERE competition_id = $1 AND kind = $2
        RETURNING id, numbered";
    NUMBER_OF_SITE = "UPDATE boards SET numbered = numbered + 1, listed = listed + 1 WHERE competition_id IS NULL AND kind = $1
        RETURNING id, numbered";
    INSERT = "INSERT INTO posts (id, board_id, number, title, markdown, html, renderer, sought, category, author_id, team_id, by_staff,
            anonymous, secret, pinned, required, for_all, numbered, comments, files, views, version, created_at, hidden_why, answer, seq)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, 0, 0, 0, 1, $18, '', 0,
            (SELECT COALESCE(MAX(seq), 0) + 1 FROM posts))",
        postgres = "INSERT INTO posts (id, board_id, number, title, markdown, html, renderer, sought, category, author_id, team_id,
            by_staff, anonymous, secret, pinned, required, for_all, numbered, comments, files, views, version, created_at, hidden_why, answer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, 0, 0, 0, 1, $18, '', 0)";
    HELD = held!("= $3", ""), postgres = held!("= $3", " FOR UPDATE OF p");
    HELD_OF_SITE = held!("IS NULL", ""), postgres = held!("IS NULL", " FOR UPDATE OF p");
    UPDATE = "UPDATE posts SET title = $2, markdown = $3, html = $4, renderer = $5, sought = $6, category = $7, secret = $8, pinned = $9,
        required = $10, for_all = $11, updated_at = $12, version = version + 1 WHERE id = $1";
    REVISE = "INSERT INTO revisions (subject, post_id, version, title, markdown, at)
        SELECT p.id, p.id, p.version, p.title, p.markdown, $2 FROM posts p WHERE p.id = $1";
    SET_PINNED = "UPDATE posts SET pinned = $2 WHERE id = $1";
    REMOVE = "UPDATE posts SET removed_at = $2, pinned = FALSE WHERE id = $1 AND removed_at IS NULL";
    UNLIST = "UPDATE boards SET listed = listed - 1 WHERE id = $1";
    TOLD = "UPDATE posts SET told_at = $2 WHERE id = $1 AND told_at IS NULL";
    VIEWED = "UPDATE posts SET views = views + $2 WHERE id = $1";
}

sql! {
    // The same text by the same person a moment ago is the same post.
    POSTED = "SELECT p.number FROM posts p WHERE p.author_id = $1 AND p.board_id = $2 AND p.removed_at IS NULL AND p.created_at > $3
        AND p.title = $4 AND p.markdown = $5 AND p.secret = $6 AND p.required = $7 ORDER BY p.number DESC LIMIT 1";
    MOVE_POSTS = "UPDATE posts SET team_id = $2 WHERE team_id = $1";
    MOVE_COMMENTS = "UPDATE comments SET team_id = $2 WHERE team_id = $1";
    FOLLOW = "INSERT INTO follows (post_id, user_id) VALUES ($1, $2) ON CONFLICT (post_id, user_id) DO NOTHING";
    UNFOLLOW = "DELETE FROM follows WHERE post_id = $1 AND user_id = $2";
    MAY_READ = concat!("SELECT 1 FROM posts p WHERE p.id = $1 AND ", readable!());
    FOLLOWING = "SELECT COUNT(*) FROM follows WHERE post_id = $1 AND user_id = $2";
}

impl Tx {
    /// Whether somebody is told of a post's comments.
    #[boxed]
    pub async fn set_following(&mut self, post: PostId, user: UserId, follows: bool) -> Result<()> {
        run!(self, if follows { FOLLOW } else { UNFOLLOW }, post, user)
    }

    /// The number of the post that somebody has written with this text since then, if they have.
    #[boxed]
    pub async fn posted_since(
        &mut self,
        author: UserId,
        board: BoardId,
        since: DateTime<Utc>,
        draft: &PostDraft,
    ) -> Result<Option<i64>> {
        let PostDraft { title, markdown, secret, required, .. } = draft;
        maybe_value!(self, POSTED, author, board, since, title, markdown, secret, required)
    }

    /// Gives what a team has written to the one that it has become part of.
    pub(crate) async fn move_posts(&mut self, from: TeamId, to: TeamId) -> Result<()> {
        run!(self, MOVE_POSTS, from, to)?;
        run!(self, MOVE_COMMENTS, from, to)
    }

    /// Whether a post is for a reader.
    #[boxed]
    pub async fn may_read_post(&mut self, post: PostId, reader: BoardReader) -> Result<bool> {
        let found: Option<i32> = maybe_value!(self, MAY_READ, post, reader.organizes, reader.user, reader.team)?;
        Ok(found.is_some())
    }
}

impl Db {
    /// Whether somebody is told of a post's comments.
    #[boxed]
    pub async fn is_following(&self, post: PostId, user: UserId) -> Result<bool> {
        let count: i64 = value!(self, FOLLOWING, post, user)?;
        Ok(count > 0)
    }
}

sql! {
    PLACE = "UPDATE posts SET seq = (SELECT COALESCE(MAX(seq), 0) + 1 FROM posts) WHERE id = $1 AND seq = 0", postgres = "";
    FORGET_GRAMS = "DELETE FROM post_grams WHERE rowid = (SELECT seq FROM posts WHERE id = $1)", postgres = "";
    SET_GRAMS = "INSERT INTO post_grams (rowid, grams) SELECT p.seq, (SELECT group_concat(value, ' ') FROM json_each($2))
            FROM posts p WHERE p.id = $1",
        postgres = "UPDATE posts SET grams = $2 WHERE id = $1";
}

impl Tx {
    /// The next number on a competition's board or the site's, which is there from then on. Others who write there wait for the commit.
    #[boxed]
    pub async fn next_post(
        &mut self,
        of: impl Into<BoardOf> + Send + 'static,
        kind: BoardKind,
        at: DateTime<Utc>,
    ) -> Result<(BoardId, i64)> {
        let id = BoardId::at(at);
        match of.into() {
            BoardOf::Competition(competition) => {
                run!(self, OPEN, id, competition, kind)?;
                one!(self, NUMBER, competition, kind)
            }
            BoardOf::Site => {
                run!(self, OPEN, id, None::<CompetitionId>, kind)?;
                one!(self, NUMBER_OF_SITE, kind)
            }
        }
    }

    pub async fn insert_post(&mut self, new: NewPost<'_>) -> Result<PostId> {
        let NewPost { board, number, draft, html, author, team, by_staff, anonymous, at } = new;
        let (id, sought) = (PostId::at(at), sought(&draft.title, &draft.markdown));
        let PostDraft { title, markdown, category, secret, pinned, required, for_all, files: _, roles: _, based_on: _ } =
            draft;
        run!(
            self,
            INSERT,
            id,
            board,
            number,
            title,
            markdown,
            html.text,
            html.revision,
            &sought,
            category,
            author,
            team,
            by_staff,
            anonymous,
            secret,
            pinned,
            required,
            for_all,
            at
        )?;
        self.set_grams(id, board, &sought).await?;
        Ok(id)
    }

    /// A post, also one that was deleted.
    #[boxed]
    pub async fn hold_post(
        &mut self,
        of: impl Into<BoardOf> + Send + 'static,
        kind: BoardKind,
        number: i64,
    ) -> Result<Option<PostHeld>> {
        match of.into() {
            BoardOf::Competition(competition) => maybe!(self, HELD, kind, number, competition),
            BoardOf::Site => maybe!(self, HELD_OF_SITE, kind, number),
        }
    }

    /// Writes another version of a post, and keeps what it said.
    pub async fn update_post(
        &mut self,
        post: &PostHeld,
        draft: &PostDraft,
        html: Rendered<'_>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let sought = sought(&draft.title, &draft.markdown);
        let PostDraft { title, markdown, category, secret, pinned, required, for_all, files: _, roles: _, based_on: _ } =
            draft;
        run!(self, REVISE, post.id, at)?;
        run!(
            self,
            UPDATE,
            post.id,
            title,
            markdown,
            html.text,
            html.revision,
            &sought,
            category,
            secret,
            pinned,
            required,
            for_all,
            at
        )?;
        self.set_grams(post.id, post.board_id, &sought).await
    }

    #[boxed]
    pub async fn set_post_pinned(&mut self, post: PostId, pinned: bool) -> Result<()> {
        run!(self, SET_PINNED, post, pinned)
    }

    /// Takes a post off the list; false where it was before.
    #[boxed]
    pub async fn remove_post(&mut self, post: &PostHeld, at: DateTime<Utc>) -> Result<bool> {
        let removed = changed!(self, REMOVE, post.id, at)?;
        if removed {
            run!(self, UNLIST, post.board_id)?;
            self.forget_card(post.id).await?;
        }
        Ok(removed)
    }

    /// Marks that those whom a post is for are told of it; false when they were before.
    #[boxed]
    pub async fn tell_of_post(&mut self, post: PostId, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, TOLD, post, at)
    }

    #[boxed]
    pub async fn post_viewed(&mut self, post: PostId, readers: i64) -> Result<()> {
        run!(self, VIEWED, post, readers)
    }

    async fn set_grams(&mut self, post: PostId, board: BoardId, sought: &str) -> Result<()> {
        if let Begun::Sqlite(_) = &self.begun {
            run!(self, PLACE, post)?;
            run!(self, FORGET_GRAMS, post)?;
        }
        run!(self, SET_GRAMS, post, List(grams::of_text(board, sought)))
    }
}

/// Title and text as a search compares them; nothing that is typed has the sign between.
fn sought(title: &str, markdown: &str) -> String {
    grams::folded(&format!("{title}\u{1}{markdown}"))
}

sql! {
    OUTDATED = "SELECT p.id, p.board_id, c.slug, p.title, p.markdown FROM posts p JOIN boards b ON b.id = p.board_id
        LEFT JOIN competitions c ON c.id = b.competition_id WHERE p.renderer < $1 ORDER BY p.renderer, p.id LIMIT $2";
    RENDERED = "UPDATE posts SET html = $2, renderer = $3, sought = $4 WHERE id = $1 AND renderer < $3";
}

/// A post whose HTML an earlier revision of the converter has made.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OutdatedPost {
    pub id: PostId,
    pub board_id: BoardId,
    /// The competition's; none of the site's.
    pub slug: Option<String>,
    pub title: String,
    pub markdown: String,
}

impl Db {
    #[boxed]
    pub async fn outdated_posts(&self, revision: i64, limit: i64) -> Result<Vec<OutdatedPost>> {
        all!(self, OUTDATED, revision, limit)
    }
}

impl Tx {
    /// Stores a post's HTML made anew and what a search finds it by, unless someone was quicker.
    pub async fn set_post_html(&mut self, post: &OutdatedPost, html: Rendered<'_>) -> Result<()> {
        let sought = sought(&post.title, &post.markdown);
        if changed!(self, RENDERED, post.id, html.text, html.revision, &sought)? {
            self.set_grams(post.id, post.board_id, &sought).await?;
        }
        Ok(())
    }
}
