//! Notices that go up at their moment (docs/decisions/0038-notices.md): until then they are no posts.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Action, Actor, Role};
use domain::audit::{Act, Deed};
use domain::boards::scheduled::check_moment;
use domain::boards::{BoardKind, PostDraft, SCHEDULED_MAX, ScheduledNotice};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::events::Event;
use domain::ids::{ScheduledNoticeId, UserId};
use domain::jobs::JobKind;
use domain::{AppError, ErrorCode};
use storage::Tx;
use storage::jobs::{Claim, NewJob};

use super::files::{self, Wanted};
use super::rendering::marked;
use super::writing::{Notice, facts, post_notice};
use crate::access;
use crate::error::{Error, Result};
use crate::markdown::Marked;
use crate::services::Services;

/// For how long after its moment a notice's files are kept, should it not go up then.
const FILES_KEPT: TimeDelta = TimeDelta::days(30);

/// Schedules a notice for a moment, or changes one's own that is scheduled.
///
/// # Errors
/// `not_organizer`; every wrong field; `not_found` where it is no longer scheduled, `not_author` of another organizer's.
#[boxed]
pub async fn schedule(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    id: Option<ScheduledNoticeId>,
    draft: PostDraft,
    at: Option<DateTime<Utc>>,
) -> Result<ScheduledNoticeId> {
    access::check(services, competition, actor, Action::WriteNotices).await?;
    let mut draft = draft.validated(BoardKind::Notice)?;
    let text = marked(&draft.markdown, &competition.slug).await?;
    let wanted = Wanted::of(&mut draft, &text.plain(), &competition.slug)?;
    let (mut tx, now) = access::begin(services, competition, actor, Action::WriteNotices).await?;
    let user = actor.person()?;
    access::check_present(&mut tx, user.id).await?;
    let at = check_moment(at, now)?;
    let mut files_before = Vec::new();
    let id = if let Some(id) = id {
        let before = tx.hold_scheduled_notice(competition.id, id).await?.ok_or(ErrorCode::NotFound)?;
        if before.author_id != user.id {
            return Err(ErrorCode::NotAuthor.into());
        }
        files_before = before.files;
        id
    } else {
        // Sent twice by an impatient finger, or again because no answer came: it waits already.
        if let Some(same) = tx.same_scheduled_notice(competition.id, user.id, at, &draft).await? {
            return Ok(same);
        }
        if tx.count_scheduled_notices(competition.id).await? >= SCHEDULED_MAX {
            return Err(AppError::field("publish_at", FieldProblem::Scheduled).into());
        }
        ScheduledNoticeId::at(now)
    };
    files::keep(&mut tx, competition, user.id, &wanted, at + FILES_KEPT, now).await?;
    let files = wanted.listed();
    for gone in files_before.into_iter().filter(|file| !files.contains(file)) {
        tx.keep_waiting_file(gone, (competition.id, user.id), false, now, now).await?;
    }
    let notice = ScheduledNotice { id, author_id: user.id, author: String::new(), draft, files, at };
    tx.put_scheduled_notice(competition.id, &notice, now).await?;
    let moment = at.to_rfc3339();
    let job = NewJob {
        kind: JobKind::Publish,
        subject: id.0,
        competition: Some(competition.id),
        // Changed and changed back it is due once.
        unique_key: Some(format!("publish {id} {moment}")),
        payload: Some(moment),
        run_at: at,
    };
    tx.put_job(job, now).await?;
    tx.record(now, actor, act(Deed::ScheduleNotice, competition, &notice));
    tx.commit().await?;
    Ok(id)
}

fn act(deed: Deed, competition: &Competition, notice: &ScheduledNotice) -> Act {
    let mut after = facts(0, &notice.draft);
    after.remove("number");
    Act { after, ..Act::of_competition(deed, competition.id) }.after("at", notice.at)
}

/// A competition's scheduled notices, the next first; one whose moment is past did not go up.
///
/// # Errors
/// `not_organizer`.
#[boxed]
pub async fn scheduled(services: &Services, competition: &Competition, actor: &Actor) -> Result<Vec<ScheduledNotice>> {
    access::check(services, competition, actor, Action::WriteNotices).await?;
    Ok(services.db.scheduled_notices(competition.id).await?)
}

/// One of them.
///
/// # Errors
/// `not_organizer`, `not_found`.
#[boxed]
pub async fn scheduled_one(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    id: ScheduledNoticeId,
) -> Result<ScheduledNotice> {
    access::check(services, competition, actor, Action::WriteNotices).await?;
    Ok(services.db.scheduled_notice(competition.id, id).await?.ok_or(ErrorCode::NotFound)?)
}

/// How one will look, for whoever may read it.
#[boxed]
pub async fn scheduled_html(competition: &Competition, notice: &ScheduledNotice) -> Result<String> {
    Ok(marked(&notice.draft.markdown, &competition.slug).await?.plain())
}

/// A scheduled notice shall not go up.
///
/// # Errors
/// `not_organizer`, `not_found`.
#[boxed]
pub async fn unschedule(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    id: ScheduledNoticeId,
) -> Result<()> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::WriteNotices).await?;
    let notice = tx.hold_scheduled_notice(competition.id, id).await?.ok_or(ErrorCode::NotFound)?;
    tx.delete_scheduled_notice(id).await?;
    for file in &notice.files {
        tx.keep_waiting_file(*file, (competition.id, notice.author_id), false, now, now).await?;
    }
    tx.record(now, actor, act(Deed::UnscheduleNotice, competition, &notice));
    tx.commit().await?;
    files::tidy(services).await;
    Ok(())
}

/// A scheduled notice goes up now, whoever of the organizers has written it; its number.
///
/// # Errors
/// `not_organizer`, `not_found`; the fields `files` and `markdown` where a file of it is gone.
#[boxed]
pub async fn publish_now(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    id: ScheduledNoticeId,
) -> Result<i64> {
    access::check(services, competition, actor, Action::WriteNotices).await?;
    let notice = services.db.scheduled_notice(competition.id, id).await?.ok_or(ErrorCode::NotFound)?;
    let ready = Ready::of(competition, notice).await?;
    let (mut tx, now) = access::begin(services, competition, actor, Action::WriteNotices).await?;
    let (number, events) = ready.post(&mut tx, competition, actor, now).await?.ok_or(ErrorCode::NotFound)?;
    services.events.commit(tx, events).await?;
    Ok(number)
}

/// A notice that says what changed, with its HTML.
pub(crate) struct ChangeNotice {
    draft: PostDraft,
    text: Marked,
}

impl ChangeNotice {
    pub(crate) async fn of(competition: &Competition, draft: PostDraft) -> Result<Self> {
        let draft = draft.validated(BoardKind::Notice)?;
        let text = marked(&draft.markdown, &competition.slug).await?;
        Ok(Self { draft, text })
    }
}

/// Posts what nobody has written, in a transaction that holds the competition; what is to be said.
pub(crate) async fn announce(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    author: UserId,
    announcement: &ChangeNotice,
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    let ChangeNotice { draft, text } = announcement;
    let at = tx.next_post(competition.id, BoardKind::Notice, now).await?;
    let notice = Notice { author, draft, text, wanted: &Wanted::default(), by_itself: true };
    post_notice(tx, competition, actor, at, notice, now).await
}

/// A notice whose moment has come, with its HTML.
pub(crate) struct Ready {
    notice: ScheduledNotice,
    text: Marked,
    wanted: Wanted,
}

impl Ready {
    async fn of(competition: &Competition, notice: ScheduledNotice) -> Result<Self> {
        let text = marked(&notice.draft.markdown, &competition.slug).await?;
        let mut draft = PostDraft { files: notice.files.clone(), ..notice.draft.clone() };
        let wanted = Wanted::of(&mut draft, &text.plain(), &competition.slug)?;
        Ok(Self { notice, text, wanted })
    }

    /// Posts it in a transaction that holds the competition; nothing where it was changed, posted or called off meanwhile.
    async fn post(
        &self,
        tx: &mut Tx,
        competition: &Competition,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Option<(i64, Vec<Event>)>> {
        let Self { notice, text, wanted } = self;
        let held = tx.hold_scheduled_notice(competition.id, notice.id).await?;
        if held.is_none_or(|held| {
            (held.draft, held.files, held.at) != (notice.draft.clone(), notice.files.clone(), notice.at)
        }) {
            return Ok(None);
        }
        tx.delete_scheduled_notice(notice.id).await?;
        let (board, number) = tx.next_post(competition.id, BoardKind::Notice, now).await?;
        let new = Notice { author: notice.author_id, draft: &notice.draft, text, wanted, by_itself: false };
        let events = post_notice(tx, competition, actor, (board, number), new, now).await?;
        Ok(Some((number, events)))
    }
}

/// What a job publishes: the notice as it is scheduled for this moment, if it still is.
pub(crate) async fn due(services: &Services, claim: &Claim) -> Result<Option<(Competition, Ready)>> {
    let competition = claim.competition.ok_or_else(|| Error::other("a notice without a competition"))?;
    let notice = services.db.scheduled_notice(competition, ScheduledNoticeId(claim.subject)).await?;
    let Some(notice) = notice.filter(|notice| claim.payload.as_ref() == Some(&notice.at.to_rfc3339())) else {
        return Ok(None);
    };
    let Some(competition) = services.db.competition_by_id(competition).await? else { return Ok(None) };
    let ready = Ready::of(&competition, notice).await?;
    Ok(Some((competition, ready)))
}

/// Posts it, unless whoever wrote it no longer helps to run the competition: then it waits for those who do.
pub(crate) async fn publish(
    tx: &mut Tx,
    (competition, ready): &(Competition, Ready),
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    if tx.role(competition.id, ready.notice.author_id).await? < Some(Role::Organizer) {
        return Ok(Vec::new());
    }
    let posted = ready.post(tx, competition, &Actor::TIMER, now).await?;
    Ok(posted.map(|(_, events)| events).unwrap_or_default())
}
