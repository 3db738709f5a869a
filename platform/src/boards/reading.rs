//! What a reader sees of a board.

use std::sync::Arc;
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use domain::access::Actor;
use domain::boards::posts::{FOUND_MAX, POSTS_PER_PAGE};
use domain::boards::{BoardKind, BoardOf, BoardReader, Comment, Listed, Post, PostPage, Revision, Sought};
use domain::competitions::Competition;
use domain::ids::{CompetitionId, PostId};
use domain::{AppError, ErrorCode};
use storage::boards::FeedEntry;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::access;
use crate::error::{Error, Result};
use crate::kept::joined::Joined;
use crate::services::Services;
use crate::visits::Visits;

/// Posts in the feed.
const FEED: i64 = 30;

/// What of a board's list is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostsAsked {
    pub which: Listed,
    /// Those alone whose cards are open, whatever `which` says.
    pub open: bool,
    /// Searched for, in which case neither counts for anything.
    pub sought: Option<Sought>,
    /// From 1; past the end it is the last.
    pub page: i64,
    /// One of [`POSTS_PER_PAGE`]; anything else is the first of them.
    pub per_page: i64,
}

impl PostsAsked {
    /// The rows of a page.
    pub fn rows(&self) -> i64 {
        if POSTS_PER_PAGE.contains(&self.per_page) { self.per_page } else { POSTS_PER_PAGE[0] }
    }
}

/// Searches at once, so that other readers have the database too.
const SEARCHES: usize = 2;
/// How long one waits for its turn.
const TURN: Duration = Duration::from_secs(3);

struct Searches(Arc<Semaphore>);

impl Default for Searches {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(SEARCHES)))
    }
}

impl Searches {
    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let turn = tokio::time::timeout(TURN, Arc::clone(&self.0).acquire_owned())
            .await
            .ok()
            .and_then(std::result::Result::ok);
        Ok(turn.ok_or_else(|| AppError::new(ErrorCode::TryAgain).retry_after(TURN.as_secs()))?)
    }
}

/// Waits for a turn to search.
///
/// # Errors
/// `try_again`.
pub(super) async fn search_turn(services: &Services) -> Result<OwnedSemaphorePermit> {
    services.cache::<Searches>().turn().await
}

/// What an actor is to the boards of a competition.
#[boxed]
pub async fn reader(services: &Services, competition: &Competition, actor: &Actor) -> Result<BoardReader> {
    let part = access::part(services, competition, actor).await?;
    Ok(part.visit(competition, actor, services.clock.now()).board_reader())
}

/// A page of the list. Pinned posts stand before the first page of all; a search shows matches in plain order.
#[boxed]
pub async fn list(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    reader: BoardReader,
    asked: &PostsAsked,
) -> Result<PostPage> {
    if asked.open && asked.sought.is_none() {
        return open_posts(services, competition, reader, asked).await;
    }
    list_of(services, competition.id.into(), kind, reader, asked).await
}

pub(super) async fn list_of(
    services: &Services,
    of: BoardOf,
    kind: BoardKind,
    reader: BoardReader,
    asked: &PostsAsked,
) -> Result<PostPage> {
    let db = &services.db;
    let none = PostPage { pinned: Vec::new(), rows: Vec::new(), total: 0, page: 1, pages: 1 };
    let Some(board) = db.board(of, kind).await? else { return Ok(none) };
    let limit = asked.rows();
    let pages = |total: i64| ((total + limit - 1) / limit).max(1);
    if let Some(sought) = &asked.sought {
        let _turn = search_turn(services).await?;
        // Of more matches than are counted none is beyond the last page.
        let page = asked.page.clamp(1, pages(FOUND_MAX));
        let (rows, total) = db.found_posts(board.id, reader, sought, limit, (page - 1) * limit).await?;
        let (page, rows) = if rows.is_empty() && page > pages(total) {
            let last = pages(total);
            (last, db.found_posts(board.id, reader, sought, limit, (last - 1) * limit).await?.0)
        } else {
            (page, rows)
        };
        return Ok(PostPage { rows, total, page, pages: pages(total), ..none });
    }
    let total = db.count_posts(board, reader, &asked.which).await?;
    let on_top = if asked.which == Listed::All { db.count_pinned_posts(board.id).await? } else { 0 };
    let pages = pages(total - on_top);
    let page = asked.page.clamp(1, pages);
    let pinned = if on_top > 0 && page == 1 { db.pinned_posts(board.id, reader).await? } else { Vec::new() };
    let rows = db.posts(board.id, reader, &asked.which, limit, (page - 1) * limit).await?;
    Ok(PostPage { pinned, rows, total, page, pages })
}

/// A page of the posts whose cards are open.
async fn open_posts(
    services: &Services,
    competition: &Competition,
    reader: BoardReader,
    asked: &PostsAsked,
) -> Result<PostPage> {
    let none = PostPage { pinned: Vec::new(), rows: Vec::new(), total: 0, page: 1, pages: 1 };
    let Some(board) = services.db.board(competition.id, BoardKind::Recruit).await? else { return Ok(none) };
    if competition.recruits(services.clock.now()).is_err() {
        return Ok(none);
    }
    let (limit, most) = (asked.rows(), competition.settings.team.max);
    let total = services.db.count_open_posts(competition.id, most).await?;
    let pages = ((total + limit - 1) / limit).max(1);
    let page = asked.page.clamp(1, pages);
    let of = (competition.id, board.id);
    let rows = services.db.open_posts(of, reader, most, limit, (page - 1) * limit).await?;
    Ok(PostPage { rows, total, page, pages, ..none })
}

/// A post with its neighbours; one that was deleted without what it said, as long as there are answers to it.
///
/// # Errors
/// `not_found`, also for one that is not for the reader; `secret_post` where only its being secret stands in the way.
#[boxed]
pub async fn get(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    reader: BoardReader,
    number: i64,
) -> Result<Post> {
    get_of(services, competition.id.into(), kind, reader, number).await
}

pub(super) async fn get_of(
    services: &Services,
    of: BoardOf,
    kind: BoardKind,
    reader: BoardReader,
    number: i64,
) -> Result<Post> {
    let board = services.db.board(of, kind).await?.ok_or(ErrorCode::NotFound)?;
    let mut row = services.db.post_row(board.id, reader, number).await?.ok_or(ErrorCode::NotFound)?;
    let Some(text) = services.db.post_text(row.id, reader).await? else {
        // That there is a secret post the list says too; of a hidden one it says the same.
        let code = if row.secret && !row.hidden { ErrorCode::SecretPost } else { ErrorCode::NotFound };
        return Err(code.into());
    };
    if text.removed {
        if row.comments == 0 {
            return Err(ErrorCode::NotFound.into());
        }
        (row.title, row.author, row.team) = Default::default();
    }
    row.views += services.cache::<Visits>().unwritten(row.id);
    let (newer, older) = services.db.post_neighbours(board.id, reader, number).await?;
    let mut files = services.db.post_files(row.id, reader).await?;
    for file in &mut files {
        file.downloads += services.cache::<Visits>().untaken(file.id);
    }
    Ok(Post {
        row,
        markdown: text.markdown,
        html: text.html,
        updated_at: text.updated_at,
        version: text.version,
        removed: text.removed,
        hidden_why: text.hidden_why,
        files,
        newer,
        older,
    })
}

/// Counts a reader, known by whatever tells one from another; each once a day. Whether this one is new. Nothing is written now:
/// see [`crate::visits`].
pub fn viewed(services: &Services, post: PostId, reader: &str) -> bool {
    services.cache::<Visits>().read(post, reader, services.clock.now())
}

/// What a post said before, the newest version first: of notices for everyone, else for whoever wrote it and the organizers.
///
/// # Errors
/// Those of [`get`]; `not_found` for others.
#[boxed]
pub async fn history(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    reader: BoardReader,
    number: i64,
) -> Result<(Post, Vec<Revision>)> {
    history_of(services, competition.id.into(), kind, reader, number).await
}

pub(super) async fn history_of(
    services: &Services,
    of: BoardOf,
    kind: BoardKind,
    reader: BoardReader,
    number: i64,
) -> Result<(Post, Vec<Revision>)> {
    let post = get_of(services, of, kind, reader, number).await?;
    let may = kind.shows_history() || reader.organizes || post.row.mine;
    if post.removed || !may {
        return Err(ErrorCode::NotFound.into());
    }
    let revisions = services.db.revisions(post.row.id.0).await?;
    Ok((post, revisions))
}

/// What a comment said before, likewise; of what organizers have said under a notice for everyone too.
///
/// # Errors
/// Those of [`get`]; `not_found` for others, whether there is such a comment or not.
#[boxed]
pub async fn comment_history(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    reader: BoardReader,
    number: i64,
    comment: i64,
) -> Result<(Comment, Vec<Revision>)> {
    let post = get(services, competition, kind, reader, number).await?;
    let comment = services.db.comment(post.row.id, reader, comment).await?.ok_or(ErrorCode::NotFound)?;
    if comment.removed || !comment.shows_history(kind, &reader) {
        return Err(ErrorCode::NotFound.into());
    }
    let revisions = services.db.revisions(comment.id.0).await?;
    Ok((comment, revisions))
}

/// The newest posts that everyone may read, with their texts, in one read.
#[boxed]
pub async fn feed(services: &Services, competition: &Competition, kind: BoardKind) -> Result<Vec<FeedEntry>> {
    feed_of(services, competition.id.into(), kind).await
}

pub(super) async fn feed_of(services: &Services, of: BoardOf, kind: BoardKind) -> Result<Vec<FeedEntry>> {
    let Some(board) = services.db.board(of, kind).await? else { return Ok(Vec::new()) };
    Ok(services.db.post_feed(board.id, BoardReader::EVERYONE, FEED).await?)
}

/// Number and title of the newest notice; readers who ask at once share the question.
#[boxed]
pub async fn newest(services: &Services, competition: CompetitionId) -> Result<Option<(i64, String)>> {
    let db = services.db.clone();
    let load = async move {
        let newest = async {
            let Some(board) = db.board(competition, BoardKind::Notice).await? else { return Ok(None) };
            Ok(db.post_neighbours(board.id, BoardReader::EVERYONE, i64::MAX).await?.1)
        };
        let newest = newest.await.map_err(|error: storage::Error| error.to_string())?;
        Ok(newest.map(|notice| (notice.number, notice.title)))
    };
    services.cache::<Newest>().0.read(&competition, load).await.map_err(Error::Other)
}

/// See [`newest`].
#[derive(Default)]
struct Newest(Joined<CompetitionId, std::result::Result<Option<(i64, String)>, String>>);
