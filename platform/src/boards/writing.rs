//! Writing posts, changing and deleting them.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Action, Actor, Obstacle};
use domain::accounts::User;
use domain::audit::{Act, Deed, Facts};
use domain::boards::{BoardKind, BoardReader, PostDraft};
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::ids::{BoardId, UserId};
use domain::notifications::News;
use domain::{AppError, ErrorCode};
use scoring::Hash;
use storage::Tx;
use storage::boards::{NewPost, PostHeld};

use super::files::{self, Wanted};
use super::mentions::{self, WrittenText};
use super::rendering::{marked, rendered};
use super::seeking;
use super::unwanted;
use crate::access;
use crate::error::{Error, Result};
use crate::markdown::Marked;
use crate::services::Services;

/// Within which the same text is the same post or comment.
pub(super) const AGAIN: TimeDelta = TimeDelta::minutes(2);

/// Somebody who writes on a board, and the transaction in which they may.
pub(super) struct Writer<'a> {
    pub tx: Tx,
    pub now: DateTime<Utc>,
    pub user: &'a User,
    pub reader: BoardReader,
}

/// Begins what a writer does, who may do it at this moment; whoever is kept from writing still takes back what they wrote.
///
/// # Errors
/// What stands in the way of the action; `account_suspended`, `writing_blocked`.
pub(super) async fn begin<'a>(
    services: &Services,
    competition: &Competition,
    actor: &'a Actor,
    action: Action,
    writes: bool,
) -> Result<Writer<'a>> {
    let part = access::part(services, competition, actor).await?;
    let user = actor.person()?;
    let mut tx = services.db.begin().await?;
    access::check_present(&mut tx, user.id).await?;
    let now = services.clock.now();
    let visit = part.visit(competition, actor, now);
    visit.may(action, part.team.as_ref()).check().map_err(|obstacle| Error::refused(obstacle, competition))?;
    let reader = visit.board_reader();
    if writes
        && !reader.organizes
        && let Some(until) = tx.blocked_until(competition.id, user.id, now).await?
    {
        return Err(Error::refused(Obstacle::Blocked { until }, competition));
    }
    Ok(Writer { tx, now, user, reader })
}

/// Writes a post; its number on the board. Of a notice open pages are told, of a question the organizers.
///
/// # Errors
/// What stands in the way; every wrong field; `too_many_attempts`.
#[boxed]
pub async fn write(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    draft: PostDraft,
) -> Result<i64> {
    access::check(services, competition, actor, kind.writes()).await?;
    let mut draft = draft.validated(kind)?;
    let text = marked(&draft.markdown, &competition.slug).await?;
    let html = text.plain();
    let wanted = Wanted::of(&mut draft, &html, &competition.slug)?;
    let Writer { mut tx, now, user, reader } = if kind == BoardKind::Notice {
        let (tx, now) = access::begin(services, competition, actor, Action::WriteNotices).await?;
        let reader = BoardReader { user: actor.id(), team: None, organizes: true };
        Writer { tx, now, user: actor.person()?, reader }
    } else {
        let mut writer = begin(services, competition, actor, kind.writes(), true).await?;
        if !writer.reader.organizes {
            let seen = unwanted::seen(&html);
            let texts = [("title", draft.title.as_str()), ("markdown", &draft.markdown), ("markdown", &seen)];
            unwanted::check(&mut writer.tx, competition.id, &texts).await?;
            services.throttle.post(writer.user.id, writer.now)?;
        }
        writer
    };
    if kind.has_cards() {
        tx.lock_competition(competition.id).await?;
    }
    let (board, number) = tx.next_post(competition.id, kind, now).await?;
    // Sent twice by an impatient finger, or again because no answer came: it is there.
    if let Some(before) = tx.posted_since(user.id, board, now - AGAIN, &draft).await? {
        return Ok(before);
    }
    if kind == BoardKind::Notice {
        let notice = Notice { author: user.id, draft: &draft, text: &text, wanted: &wanted, by_itself: false };
        let events = post_notice(&mut tx, competition, actor, (board, number), notice, now).await?;
        services.events.commit(tx, events).await?;
        return Ok(number);
    }
    let seeker = if kind.has_cards() {
        Some(seeking::seek(&mut tx, competition, actor, &draft.category, now).await?)
    } else {
        None
    };
    let new = NewPost {
        board,
        number,
        draft: &draft,
        html: rendered(&html),
        author: user.id,
        team: reader.team,
        by_staff: reader.organizes,
        anonymous: false,
        at: now,
    };
    let post = tx.insert_post(new).await?;
    if let Some(team) = seeker {
        tx.put_card(post, competition.id, team, &draft.roles).await?;
    }
    files::bind(&mut tx, competition, user.id, post, &wanted, now).await?;
    tx.set_following(post, user.id, true).await?;
    let title = &draft.title;
    let written = WrittenText { board: kind, number, title, post, comment: None, writer: user.id, version: 1 };
    let mut events: Vec<_> = mentions::keep(&mut tx, competition, written, &text).await?.into_iter().collect();
    if kind.has_answers() && !reader.organizes {
        let to = Audience::Role(competition.id, domain::access::Role::Organizer);
        let news = News::QuestionAsked { number, title: draft.title };
        events.push(Event::News { competition: competition.id, to, news, by: actor.id() });
    }
    services.events.commit(tx, events).await?;
    Ok(number)
}

/// A notice to post, and its text as HTML and its files.
pub(super) struct Notice<'a> {
    pub author: UserId,
    pub draft: &'a PostDraft,
    pub text: &'a Marked,
    pub wanted: &'a Wanted,
    /// It says what changed in the competition's folder: nobody has written it.
    pub by_itself: bool,
}

/// Posts a notice under a number in a transaction that holds the competition; what is to be said.
pub(super) async fn post_notice(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    (board, number): (BoardId, i64),
    notice: Notice<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    let Notice { author, draft, text, wanted, by_itself } = notice;
    let html = text.plain();
    let new = NewPost {
        board,
        number,
        draft,
        html: rendered(&html),
        author,
        team: None,
        by_staff: true,
        anonymous: by_itself,
        at: now,
    };
    let post = tx.insert_post(new).await?;
    files::bind(tx, competition, author, post, wanted, now).await?;
    if !by_itself {
        tx.set_following(post, author, true).await?;
    }
    let after = facts(number, draft);
    tx.record(now, actor, Act { after, ..Act::of_competition(Deed::PostNotice, competition.id) });
    let title = &draft.title;
    let written =
        WrittenText { board: BoardKind::Notice, number, title, post, comment: None, writer: author, version: 1 };
    let mut events: Vec<_> = mentions::keep(tx, competition, written, text).await?.into_iter().collect();
    if draft.required && tx.tell_of_post(post, now).await? {
        events.push(required(competition, actor, number, draft));
    }
    events.push(Event::Notice { competition: competition.id, number, title: draft.title.clone() });
    Ok(events)
}

/// Those who must read a required notice are told of it, once: whoever wants all to read what changed posts another.
fn required(competition: &Competition, actor: &Actor, number: i64, draft: &PostDraft) -> Event {
    let news = News::RequiredNotice { number, title: draft.title.clone() };
    let to = if draft.for_all { Audience::Participants(competition.id) } else { Audience::Leaders(competition.id) };
    Event::News { competition: competition.id, to, news, by: actor.id() }
}

/// Begins a change of a post: of a notice by the organizers, of others by whoever wrote it; deleting by either.
async fn begin_change<'a>(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &'a Actor,
    number: i64,
    deletes: bool,
) -> Result<(Writer<'a>, PostHeld)> {
    let mut writer = if kind == BoardKind::Notice {
        let (tx, now) = access::begin(services, competition, actor, Action::WriteNotices).await?;
        Writer { tx, now, user: actor.person()?, reader: BoardReader { user: actor.id(), team: None, organizes: true } }
    } else {
        begin(services, competition, actor, Action::Comment, !deletes).await?
    };
    if kind.has_cards() {
        writer.tx.lock_competition(competition.id).await?;
    }
    let post = writer.tx.hold_post(competition.id, kind, number).await?;
    let post = post.filter(|post| !post.removed).ok_or(ErrorCode::NotFound)?;
    if !writer.tx.may_read_post(post.id, writer.reader).await? {
        return Err(ErrorCode::NotFound.into());
    }
    let is_own = post.author_id == writer.user.id;
    let may = kind == BoardKind::Notice || (is_own && !post.hidden) || (deletes && writer.reader.organizes);
    if may { Ok((writer, post)) } else { Err(ErrorCode::NotAuthor.into()) }
}

/// Changes a post's text and marks; what it said before stays in its history.
///
/// # Errors
/// `not_found`, `not_author`, `post_changed` where it is another version than the draft is based on, `post_answered` for a question that would become secret or open after others have written there; and as
/// [`write`].
#[boxed]
pub async fn edit(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    draft: PostDraft,
) -> Result<()> {
    let action = if kind == BoardKind::Notice { Action::WriteNotices } else { Action::Comment };
    access::check(services, competition, actor, action).await?;
    let mut draft = draft.validated(kind)?;
    let text = marked(&draft.markdown, &competition.slug).await?;
    let html = text.plain();
    let wanted = Wanted::of(&mut draft, &html, &competition.slug)?;
    let (Writer { mut tx, now, user, reader }, before) =
        begin_change(services, competition, kind, actor, number, false).await?;
    let based_on = std::mem::take(&mut draft.based_on);
    if based_on > 0 && based_on != before.version && draft != before.draft {
        // Another organizer's change would go without either knowing.
        return Err(ErrorCode::PostChanged.into());
    }
    if before.draft.secret && !draft.secret && before.comments > 0 {
        // Whoever answered wrote for those who could read it.
        return Err(AppError::new(ErrorCode::PostAnswered).into());
    }
    if !reader.organizes {
        let seen = unwanted::seen(&html);
        let texts = [("title", draft.title.as_str()), ("markdown", &draft.markdown), ("markdown", &seen)];
        unwanted::check(&mut tx, competition.id, &texts).await?;
        services.throttle.post(user.id, now)?;
    }
    let roles = std::mem::take(&mut draft.roles);
    if kind.has_cards() {
        seeking::change(&mut tx, competition, actor, &before, &draft.category, &roles, now).await?;
    }
    let has_others = files::bind(&mut tx, competition, user.id, before.id, &wanted, now).await?;
    let mut events = Vec::new();
    if draft != before.draft || has_others {
        tx.update_post(&before, &draft, rendered(&html), now).await?;
        if draft.secret && !before.draft.secret {
            tx.let_sames_go(before.board_id, number).await?;
        }
        let (title, version) = (&draft.title, before.version + 1);
        // Whoever changes a notice is not always who wrote it: the writer is not named in their own text.
        let written = WrittenText {
            board: kind,
            number,
            title,
            post: before.id,
            comment: None,
            writer: before.author_id,
            version,
        };
        events.extend(mentions::keep(&mut tx, competition, written, &text).await?);
        if kind == BoardKind::Notice {
            tx.record(now, actor, changed(Deed::EditNotice, competition, number, &before.draft, &draft));
            if draft.required && tx.tell_of_post(before.id, now).await? {
                events.push(required(competition, actor, number, &draft));
            }
        }
    }
    services.events.commit(tx, events).await?;
    files::tidy(services).await;
    Ok(())
}

/// Pins a notice or unpins it.
///
/// # Errors
/// `not_organizer`, `not_found`.
#[boxed]
pub async fn pin(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    pinned: bool,
) -> Result<()> {
    let (Writer { mut tx, now, .. }, before) =
        begin_change(services, competition, BoardKind::Notice, actor, number, false).await?;
    tx.set_post_pinned(before.id, pinned).await?;
    let after = PostDraft { pinned, ..before.draft.clone() };
    tx.record(now, actor, changed(Deed::PinNotice, competition, number, &before.draft, &after));
    Ok(tx.commit().await?)
}

/// Deletes a post: it goes from the list, and its answers stay with a mark in its place.
///
/// # Errors
/// `not_found`, `not_author`.
#[boxed]
pub async fn remove(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
) -> Result<()> {
    let (Writer { mut tx, now, user, .. }, post) =
        begin_change(services, competition, kind, actor, number, true).await?;
    tx.remove_post(&post, now).await?;
    tx.let_sames_go(post.board_id, number).await?;
    tx.let_files_of_post_go(post.id, now).await?;
    if kind == BoardKind::Notice {
        let before = facts(number, &post.draft);
        tx.record(now, actor, Act { before, ..Act::of_competition(Deed::RemoveNotice, competition.id) });
    } else if post.author_id != user.id {
        let act = Act::of_competition(Deed::RemovePost, competition.id);
        tx.record(now, actor, act.before("board", kind.key()).before("number", number));
    }
    tx.commit().await?;
    files::tidy(services).await;
    Ok(())
}

/// What the record says of a notice; its text by its hash.
pub(super) fn facts(number: i64, draft: &PostDraft) -> Facts {
    let PostDraft { title, markdown, pinned, required, for_all, .. } = draft;
    Facts::from([
        ("number", number.into()),
        ("title", title.as_str().into()),
        ("sha256", Hash::of(markdown).to_string().into()),
        ("pinned", (*pinned).into()),
        ("required", (*required).into()),
        ("for_all", (*for_all).into()),
    ])
}

fn changed(deed: Deed, competition: &Competition, number: i64, before: &PostDraft, after: &PostDraft) -> Act {
    let (before, after) = (facts(number, before), facts(number, after));
    Act { before, after, ..Act::of_competition(deed, competition.id) }
}
