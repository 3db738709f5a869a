//! Notices of the site (docs/decisions/0042-site-notices.md): the same board, which is of no competition. Administrators write there, everyone
//! reads, and nobody answers.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ErrorCode;
use domain::access::{Actor, SiteAction};
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::boards::{BODY_MAX, BoardKind, BoardOf, BoardReader, Post, PostDraft, PostPage, PostRow, Revision};
use storage::Tx;
use storage::boards::{FeedEntry, NewPost, PostHeld};

use super::reading::{PostsAsked, feed_of, get_of, history_of, list_of};
use super::rendering::{rendered, site_html};
use super::writing::{AGAIN, facts};
use crate::access;
use crate::error::{Error, Result};
use crate::kept::joined::Joined;
use crate::services::Services;

const KIND: BoardKind = BoardKind::Notice;
/// Nothing there is for some readers alone.
const READER: BoardReader = BoardReader::EVERYONE;
/// Notices on the first page, and how long one stands there that is not pinned.
const FRONT: i64 = 3;
const FRESH: TimeDelta = TimeDelta::weeks(2);

/// A page of the list.
#[boxed]
pub async fn list(services: &Services, asked: &PostsAsked) -> Result<PostPage> {
    list_of(services, BoardOf::Site, KIND, READER, asked).await
}

/// A notice with its neighbours.
///
/// # Errors
/// `not_found`.
#[boxed]
pub async fn get(services: &Services, number: i64) -> Result<Post> {
    get_of(services, BoardOf::Site, KIND, READER, number).await
}

/// What a notice said before, the newest version first.
///
/// # Errors
/// `not_found`.
#[boxed]
pub async fn history(services: &Services, number: i64) -> Result<(Post, Vec<Revision>)> {
    history_of(services, BoardOf::Site, KIND, READER, number).await
}

/// The newest notices with their texts.
#[boxed]
pub async fn feed(services: &Services) -> Result<Vec<FeedEntry>> {
    feed_of(services, BoardOf::Site, KIND).await
}

/// What the first page shows: those that are pinned, then the newest of the last two weeks, three at most. Readers who ask at once share
/// the question.
#[boxed]
pub async fn front(services: &Services) -> Result<Vec<PostRow>> {
    let db = services.db.clone();
    let load = async move {
        let newest = async {
            let Some(board) = db.board(BoardOf::Site, KIND).await? else { return Ok(Vec::new()) };
            db.first_posts(board.id, READER, FRONT).await
        };
        newest.await.map_err(|error: storage::Error| error.to_string())
    };
    let mut rows = services.cache::<Fronts>().0.read(&(), load).await.map_err(Error::Other)?;
    let since = services.clock.now() - FRESH;
    rows.retain(|row| row.pinned || row.created_at > since);
    Ok(rows)
}

/// See [`front`].
#[derive(Default)]
struct Fronts(Joined<(), std::result::Result<Vec<PostRow>, String>>);

/// A transaction in which an administrator writes, who is one at this moment.
async fn begin<'a>(services: &Services, actor: &'a Actor) -> Result<(Tx, DateTime<Utc>, &'a User)> {
    actor.may(SiteAction::WriteSiteNotices).check()?;
    let user = actor.person()?;
    let mut tx = services.db.begin().await?;
    tx.lock_user(user.id).await?;
    access::check_present(&mut tx, user.id).await?;
    let current = tx.user(user.id).await?.ok_or(ErrorCode::LoginRequired)?.user;
    let current = User { needs_factor: user.needs_factor, ..current };
    Actor { user: Some(current), ..actor.clone() }.may(SiteAction::WriteSiteNotices).check()?;
    Ok((tx, services.clock.now(), user))
}

/// The same with a notice that is to be changed.
async fn begin_change(services: &Services, actor: &Actor, number: i64) -> Result<(Tx, DateTime<Utc>, PostHeld)> {
    let (mut tx, now, _) = begin(services, actor).await?;
    let post = tx.hold_post(BoardOf::Site, KIND, number).await?.filter(|post| !post.removed);
    Ok((tx, now, post.ok_or(ErrorCode::NotFound)?))
}

/// Writes a notice; its number.
///
/// # Errors
/// What stands in the way of [`SiteAction::WriteSiteNotices`]; every wrong field.
#[boxed]
pub async fn write(services: &Services, actor: &Actor, draft: PostDraft) -> Result<i64> {
    actor.may(SiteAction::WriteSiteNotices).check()?;
    let draft = draft.validated_for_site()?;
    let html = site_html(&draft.markdown).await?;
    let (mut tx, now, user) = begin(services, actor).await?;
    let (board, number) = tx.next_post(BoardOf::Site, KIND, now).await?;
    // Sent twice by an impatient finger: it is there.
    if let Some(before) = tx.posted_since(user.id, board, now - AGAIN, &draft).await? {
        return Ok(before);
    }
    let new = NewPost {
        board,
        number,
        draft: &draft,
        html: rendered(&html),
        author: user.id,
        team: None,
        by_staff: true,
        anonymous: false,
        at: now,
    };
    tx.insert_post(new).await?;
    tx.record(now, actor, Act { after: facts(number, &draft), ..Act::of_site(Deed::PostNotice) });
    tx.commit().await?;
    Ok(number)
}

/// Changes a notice; what it said before stays in its history.
///
/// # Errors
/// As [`write`]; `not_found`.
#[boxed]
pub async fn edit(services: &Services, actor: &Actor, number: i64, draft: PostDraft) -> Result<()> {
    actor.may(SiteAction::WriteSiteNotices).check()?;
    let draft = draft.validated_for_site()?;
    let html = site_html(&draft.markdown).await?;
    let (mut tx, now, before) = begin_change(services, actor, number).await?;
    if draft != before.draft {
        tx.update_post(&before, &draft, rendered(&html), now).await?;
        tx.record(now, actor, changed(Deed::EditNotice, number, &before.draft, &draft));
    }
    Ok(tx.commit().await?)
}

/// Pins a notice or unpins it.
///
/// # Errors
/// What stands in the way of [`SiteAction::WriteSiteNotices`]; `not_found`.
#[boxed]
pub async fn pin(services: &Services, actor: &Actor, number: i64, pinned: bool) -> Result<()> {
    let (mut tx, now, before) = begin_change(services, actor, number).await?;
    tx.set_post_pinned(before.id, pinned).await?;
    let after = PostDraft { pinned, ..before.draft.clone() };
    tx.record(now, actor, changed(Deed::PinNotice, number, &before.draft, &after));
    Ok(tx.commit().await?)
}

/// Deletes a notice.
///
/// # Errors
/// As [`pin`].
#[boxed]
pub async fn remove(services: &Services, actor: &Actor, number: i64) -> Result<()> {
    let (mut tx, now, post) = begin_change(services, actor, number).await?;
    tx.remove_post(&post, now).await?;
    tx.record(now, actor, Act { before: facts(number, &post.draft), ..Act::of_site(Deed::RemoveNotice) });
    Ok(tx.commit().await?)
}

fn changed(deed: Deed, number: i64, before: &PostDraft, after: &PostDraft) -> Act {
    Act { before: facts(number, before), after: facts(number, after), ..Act::of_site(deed) }
}

/// A text as it will look.
///
/// # Errors
/// What stands in the way of writing, and those of the text.
#[boxed]
pub async fn preview(actor: &Actor, markdown: String) -> Result<String> {
    actor.may(SiteAction::WriteSiteNotices).check()?;
    let markdown: String = markdown.chars().take(BODY_MAX + 1).collect();
    let draft = PostDraft { title: "-".to_owned(), markdown, ..PostDraft::default() }.validated_for_site()?;
    site_html(&draft.markdown).await
}
