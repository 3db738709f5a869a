//! Notifications: each of an audience is told once, on a page of their own and by mail where they want it. A message of the outbox is
//! their source; a job of the queue tells those it is for, some at a time, and writes the letters in the same transaction.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, SiteAction};
use domain::address;
use domain::audit::{Act, Deed};
use domain::boards::BoardKind;
use domain::competitions::Competition;
use domain::events::Event;
use domain::ids::UserId;
use domain::notifications::{
    NOTIFICATIONS_IN_BELL, NOTIFICATIONS_PER_PAGE, News, Notification, NotificationFilter, NotificationPage, Topic,
};
use storage::Tx;
use storage::jobs::{Claim, NewJob};
use storage::notifications::{AudienceMember, NewNotification, NotificationRow};

use crate::competitions;
use crate::error::{Error, Result};
use crate::mail::letter::Letter;
use crate::mail::{Mail, Recipient};
use crate::services::Services;

/// Those who are told in one transaction, so that no other writer waits long.
const AT_ONCE: i64 = 200;
/// How long a notification is kept.
const KEPT: TimeDelta = TimeDelta::days(180);

/// Some of those whom a message is for, to be told.
pub(crate) struct Batch {
    mail: Mail,
    seq: i64,
    competition: Competition,
    news: News,
    by: Option<UserId>,
    /// When it happened.
    at: DateTime<Utc>,
    addressees: Vec<AudienceMember>,
}

impl Batch {
    /// Those whose turn it is in a job; none where the message is no longer kept.
    pub(crate) async fn read(services: &Services, claim: &Claim) -> Result<Option<Self>> {
        let payload = claim.payload.as_deref().unwrap_or_default();
        let wrong = || Error::Other(format!("a notification of {payload:?}"));
        let (seq, after) = payload.split_once(' ').ok_or_else(wrong)?;
        let (seq, after) = (seq.parse().map_err(|_| wrong())?, UserId(after.parse().map_err(|_| wrong())?));
        let Some(message) = services.db.message(seq).await? else { return Ok(None) };
        let Ok(Event::News { competition, to, news, by }) = serde_json::from_str(&message.payload) else {
            return Err(wrong());
        };
        let competition = competitions::by_id(services, competition).await?;
        let addressees = services.db.addressees(to, after, AT_ONCE, news.topic().key()).await?;
        Ok(Some(Self { mail: services.mail.clone(), seq, competition, news, by, at: message.at, addressees }))
    }

    /// Tells them, and has the next ones told: the row first, and a letter for a new row alone.
    pub(crate) async fn write(self, tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Event>> {
        let Self { mail, seq, competition, news, by, at, addressees } = self;
        if let News::RequiredNotice { number, .. } = news
            && !tx
                .hold_post(competition.id, BoardKind::Notice, number)
                .await?
                .is_some_and(|notice| notice.draft.required && !notice.removed)
        {
            // Taken off the board meanwhile: nobody is sent to where nothing is.
            return Ok(Vec::new());
        }
        let json = serde_json::to_string(&news).map_err(Error::other)?;
        let is_required = news.topic().is_required();
        let mut told = Vec::new();
        for one in addressees.iter().filter(|one| Some(one.id) != by) {
            if let Some((board, number, comment)) = news.new_text()
                && tx.is_mentioned((competition.id, board, number), comment, one.id).await?
            {
                continue;
            }
            if let News::Mentioned { board, number, comment, .. } = &news
                && tx.is_told_of_mention(one.id, competition.id, (*board, *number), *comment).await?
            {
                // By their own name, where this is of their team's, or of a version of before.
                continue;
            }
            if let News::Commented { board, number, .. } = &news
                && tx.is_told_of_comments(one.id, competition.id, *board, *number).await?
            {
                // They know that there is something new, and find all of it there.
                continue;
            }
            let mut told_news = news.clone();
            if let Some((board, number, title)) = told_news.post_mut() {
                // As it is called when they are told, and nothing where it is no longer for them.
                let Some(now) = tx.post_title_for(&competition.slug, board, number, one.id).await? else { continue };
                *title = now;
            }
            let read_at = (one.is_quiet && !is_required).then_some(now);
            let (user, who) = (one.id, news.who());
            let new = NewNotification { user, seq, competition: competition.id, news: &json, who, at, read_at };
            if !tx.notify(new).await? {
                continue;
            }
            told.push(Event::Told { user });
            let is_mailed = one.has_address && (one.wants_mail || is_required);
            if let Some(letter) = letter(&told_news, &competition).filter(|_| is_mailed) {
                let to = Recipient {
                    user: Some(one.id),
                    competition: Some(competition.id),
                    address: &one.email,
                    locale: one.locale,
                    reply_to: None,
                };
                mail.post(tx, to, &letter, now).await?;
            }
        }
        if let Some(last) = addressees.last().filter(|_| i64::try_from(addressees.len()) == Ok(AT_ONCE)) {
            tx.put_job(NewJob::notify(competition.id, seq, last.id, now), now).await?;
        }
        Ok(told)
    }
}

/// The letter that tells of it, where one does: what a team sees on its page anyway is not worth one.
fn letter(news: &News, competition: &Competition) -> Option<Letter> {
    let (page, zone) = (news.page(&competition.slug), competition.settings.zone);
    let competition = competition.settings.title.clone();
    Some(match news.clone() {
        News::RequiredNotice { title, .. } => Letter::RequiredNotice { page, competition, title },
        News::RemovedFromTeam { team } => Letter::RemovedFromTeam { page, competition, team },
        News::LeadsTeam { team, .. } => Letter::LeadsTeam { page, competition, team },
        News::IdleSoon { team, at, lacks, .. } => Letter::TeamIdleSoon { page, zone, competition, team, at, lacks },
        News::TeamExcluded { team, reason, .. } => Letter::TeamExcluded { page, competition, team, reason },
        News::TeamRestored { team, .. } => Letter::TeamRestored { page, competition, team },
        News::CaseAsked { team, until, .. } => Letter::CaseAsked { page, until, zone, competition, team },
        News::CaseDecided { team, .. } => Letter::CaseDecided { page, competition, team },
        News::CaseDeliberates { .. } => Letter::CaseDeliberates { page, competition },
        News::ApplicationsWait { count } => Letter::ApplicationsWait { page, competition, count },
        News::QuestionAsked { title, .. } => Letter::QuestionAsked { page, competition, title },
        News::Answered { title, .. } => Letter::PostAnswered { page, competition, title },
        News::Commented { title, .. } => Letter::PostCommented { page, competition, title },
        News::QuestionSame { title, .. } => Letter::QuestionSame { page, competition, title },
        News::QuestionPublished { title, .. } => Letter::QuestionPublished { page, competition, title },
        News::Mentioned { title, .. } => Letter::PostMentioned { page, competition, title },
        News::MemberJoined { .. }
        | News::MemberLeft { .. }
        | News::PostHidden { .. }
        | News::PostReported { .. }
        | News::WritingBlocked { .. } => return None,
    })
}

/// A page of one's own notifications, the newest first.
///
/// # Errors
/// `login_required`, `no_scope`.
#[boxed]
pub async fn list(
    services: &Services,
    actor: &Actor,
    filter: &NotificationFilter,
    page: i64,
) -> Result<NotificationPage> {
    actor.may(SiteAction::ReadAccount).check()?;
    let user = actor.person()?.id;
    let (all, unread) = services.db.count_notifications(user, &filter.competition).await?;
    let total = if filter.only_unread { unread } else { all };
    let pages = (total + NOTIFICATIONS_PER_PAGE - 1) / NOTIFICATIONS_PER_PAGE;
    let page = page.clamp(1, pages.max(1));
    let skipped = (page - 1) * NOTIFICATIONS_PER_PAGE;
    let rows = services.db.notifications(user, filter, NOTIFICATIONS_PER_PAGE, skipped).await?;
    let competitions = services.db.told_of(user).await?;
    Ok(NotificationPage {
        notifications: of_rows(services, user, rows).await?,
        unread,
        total,
        competitions,
        page,
        pages,
    })
}

/// One's own newest notifications, and how many are unread in all.
///
/// # Errors
/// `login_required`, `no_scope`.
#[boxed]
pub async fn newest(services: &Services, actor: &Actor) -> Result<(Vec<Notification>, i64)> {
    actor.may(SiteAction::ReadAccount).check()?;
    let user = actor.person()?.id;
    let all = NotificationFilter::default();
    let rows = services.db.notifications(user, &all, NOTIFICATIONS_IN_BELL, 0).await?;
    Ok((of_rows(services, user, rows).await?, services.db.count_unread(user).await?))
}

async fn of_rows(services: &Services, user: UserId, rows: Vec<NotificationRow>) -> Result<Vec<Notification>> {
    let mut notifications = Vec::with_capacity(rows.len());
    for row in rows {
        let (competition, zone) = row.competition();
        // Another version may know news that this one does not.
        let Ok(mut news) = serde_json::from_str::<News>(&row.news) else { continue };
        let NotificationRow { seq, slug, who, at, is_read, .. } = row;
        if let Some((board, number, title)) = news.post_mut() {
            // Somebody may have taken back what it was called, or may show it to fewer since.
            *title = services.db.post_title_for(&slug, board, number, user).await?.unwrap_or_default();
        }
        notifications.push(Notification { seq, news, slug, competition, zone, who, at, is_read });
    }
    Ok(notifications)
}

/// How many a person has not read.
#[boxed]
pub async fn unread(services: &Services, user: UserId) -> Result<i64> {
    Ok(services.db.count_unread(user).await?)
}

/// A page of a competition is opened: what leads there is read. Gives how many are unread then.
#[boxed]
pub async fn open(services: &Services, user: UserId, path: &str) -> Result<i64> {
    let unread = services.db.count_unread(user).await?;
    // Most pages end here.
    let Some(slug) = address::slug_of(path).filter(|_| unread > 0) else { return Ok(unread) };
    let mut here = services.db.unread_of(user, &slug).await?;
    here.retain(|(_, news)| {
        serde_json::from_str::<News>(news).is_ok_and(|news| news.page(&slug).split(['?', '#']).next() == Some(path))
    });
    if here.is_empty() {
        return Ok(unread);
    }
    let (mut tx, now) = (services.db.begin().await?, services.clock.now());
    for (seq, _) in here {
        tx.read_notification(user, seq, now).await?;
    }
    services.events.commit(tx, vec![Event::Told { user }]).await?;
    self::unread(services, user).await
}

/// Everything up to a notification is read, of the competition of a slug or, where that is empty, of all: what came since the page was
/// made is not.
///
/// # Errors
/// `login_required`, `not_by_token`.
#[boxed]
pub async fn read(services: &Services, actor: &Actor, until: i64, competition: &str) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let user = actor.person()?.id;
    let mut tx = services.db.begin().await?;
    let is_new = tx.read_notifications(user, until, competition, services.clock.now()).await?;
    let told = is_new.then_some(Event::Told { user });
    services.events.commit(tx, told.into_iter().collect()).await
}

/// One is read by itself; another's is nobody's here.
///
/// # Errors
/// `login_required`, `not_by_token`.
#[boxed]
pub async fn read_one(services: &Services, actor: &Actor, seq: i64) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let user = actor.person()?.id;
    let mut tx = services.db.begin().await?;
    let told = tx.read_notification(user, seq, services.clock.now()).await?.then_some(Event::Told { user });
    services.events.commit(tx, told.into_iter().collect()).await
}

/// What a person chose: the topics that are marked as new, and those that are mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    pub marked: Vec<Topic>,
    pub mailed: Vec<Topic>,
}

/// What a person chose; those that are required are in both.
#[boxed]
pub async fn wishes(services: &Services, user: UserId) -> Result<Wishes> {
    let but = |without: Vec<String>| {
        let wants = |topic: &Topic| topic.is_required() || !without.iter().any(|key| key == topic.key());
        Topic::ALL.into_iter().filter(wants).collect()
    };
    let (quiet, unmailed) = (services.db.quiet_topics(user).await?, services.db.unmailed_topics(user).await?);
    Ok(Wishes { marked: but(quiet), mailed: but(unmailed) })
}

/// Sets what is marked as new and what is mailed; what is required stays.
///
/// # Errors
/// `login_required`, `not_by_token`.
#[boxed]
pub async fn set_wishes(services: &Services, actor: &Actor, wishes: &Wishes) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let (user, now) = (actor.person()?.id, services.clock.now());
    let mut tx = services.db.begin().await?;
    for topic in Topic::ALL.into_iter().filter(|topic| !topic.is_required()) {
        let act = |deed, what, wants: bool| {
            Act::of_account(deed, user).before(what, !wants).after(what, wants).after("topic", topic.key())
        };
        let (marked, mailed) = (wishes.marked.contains(&topic), wishes.mailed.contains(&topic));
        if tx.set_mailed(user, topic.key(), mailed).await? {
            tx.record(now, actor, act(Deed::SetMailed, "mailed", mailed));
        }
        if tx.set_marked(user, topic.key(), marked).await? {
            tx.record(now, actor, act(Deed::SetMarked, "marked", marked));
        }
    }
    Ok(tx.commit().await?)
}

/// Forgets notifications of long ago.
#[boxed]
pub async fn forget(services: &Services) -> Result<()> {
    let mut tx = services.db.begin().await?;
    tx.forget_notifications(services.clock.now() - KEPT).await?;
    Ok(tx.commit().await?)
}
