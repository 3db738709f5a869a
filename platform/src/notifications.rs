//! Notifications: each of an audience is told once, on a page of their own and by mail where they want it. A message of the outbox is
//! their source; a job of the queue tells those it is for, some at a time, and writes the letters in the same transaction.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, SiteAction};
use domain::accounts::User;
use domain::address;
use domain::audit::{Act, Deed};
use domain::boards::BoardKind;
use domain::competitions::Competition;
use domain::events::Event;
use domain::ids::UserId;
use domain::notifications::{NOTIFICATIONS_PER_PAGE, News, Notification, NotificationPage, Topic};
use storage::Tx;
use storage::jobs::{Claim, NewJob};
use storage::notifications::{AudienceMember, NewNotification};

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

    /// Tells them, and has the next ones told.
    pub(crate) async fn write(self, tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
        let Self { mail, seq, competition, news, by, at, addressees } = self;
        if let News::RequiredNotice { number, .. } = news
            && !tx
                .hold_post(competition.id, BoardKind::Notice, number)
                .await?
                .is_some_and(|notice| notice.draft.required && !notice.removed)
        {
            // Taken off the board meanwhile: nobody is sent to where nothing is.
            return Ok(());
        }
        let json = serde_json::to_string(&news).map_err(Error::other)?;
        for one in addressees.iter().filter(|one| Some(one.id) != by) {
            let new =
                NewNotification { user: one.id, seq, competition: competition.id, news: &json, who: news.who(), at };
            let is_new = tx.notify(new).await?;
            let has_address = one.is_verified && !one.is_demo;
            let is_mailed = is_new && has_address && (one.wants_mail || news.topic().is_required());
            if let Some(letter) = letter(&news, &competition).filter(|_| is_mailed) {
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
        Ok(())
    }
}

/// The letter that tells of it, where one does: what a team sees on its page anyway is not worth one.
fn letter(news: &News, competition: &Competition) -> Option<Letter> {
    let (slug, zone) = (competition.slug.as_str(), competition.settings.zone);
    let competition = competition.settings.title.clone();
    match news {
        News::RequiredNotice { number, title } => {
            let page = address::post(slug, BoardKind::Notice, number);
            Some(Letter::RequiredNotice { page, competition, title: title.clone() })
        }
        News::RemovedFromTeam { team } => {
            Some(Letter::RemovedFromTeam { page: address::team(slug), competition, team: team.clone() })
        }
        News::LeadsTeam { team, .. } => {
            Some(Letter::LeadsTeam { page: address::team(slug), competition, team: team.clone() })
        }
        News::IdleSoon { team, at, lacks, .. } => {
            let page = address::team(slug);
            Some(Letter::TeamIdleSoon { page, zone, competition, team: team.clone(), at: *at, lacks: *lacks })
        }
        News::TeamExcluded { team, reason, .. } => {
            let page = address::team(slug);
            Some(Letter::TeamExcluded { page, competition, team: team.clone(), reason: reason.clone() })
        }
        News::TeamRestored { team, .. } => {
            Some(Letter::TeamRestored { page: address::team(slug), competition, team: team.clone() })
        }
        News::CaseAsked { case, team, until } => {
            let (page, zone) = (address::case(slug, case), zone);
            Some(Letter::CaseAsked { page, until: *until, zone, competition, team: team.clone() })
        }
        News::CaseDecided { case, team } => {
            Some(Letter::CaseDecided { page: address::case(slug, case), competition, team: team.clone() })
        }
        News::CaseDeliberates { case } => {
            Some(Letter::CaseDeliberates { page: address::manage_case(slug, case), competition })
        }
        News::ApplicationsWait { count } => {
            Some(Letter::ApplicationsWait { page: address::manage_applications(slug), competition, count: *count })
        }
        News::QuestionAsked { number, title } => {
            let page = address::post(slug, BoardKind::Qna, number);
            Some(Letter::QuestionAsked { page, competition, title: title.clone() })
        }
        News::Answered { board, number, title, comment } => {
            let page = address::comment(slug, *board, number, comment);
            Some(Letter::PostAnswered { page, competition, title: title.clone() })
        }
        News::Commented { board, number, title, comment } => {
            let page = address::comment(slug, *board, number, comment);
            Some(Letter::PostCommented { page, competition, title: title.clone() })
        }
        News::MemberJoined { .. }
        | News::MemberLeft { .. }
        | News::PostHidden { .. }
        | News::PostReported { .. }
        | News::WritingBlocked { .. } => None,
    }
}

/// A page of one's own notifications, the newest first.
///
/// # Errors
/// `login_required`, `no_scope`.
#[boxed]
pub async fn list(services: &Services, actor: &Actor, page: i64) -> Result<NotificationPage> {
    actor.may(SiteAction::ReadAccount).check()?;
    let user = actor.person()?.id;
    let (total, unread) = services.db.count_notifications(user).await?;
    let pages = (total + NOTIFICATIONS_PER_PAGE - 1) / NOTIFICATIONS_PER_PAGE;
    let page = page.clamp(1, pages.max(1));
    let rows = services.db.notifications(user, NOTIFICATIONS_PER_PAGE, (page - 1) * NOTIFICATIONS_PER_PAGE).await?;
    let notifications = rows.into_iter().filter_map(|row| {
        let (competition, zone) = row.competition();
        // Another version may know news that this one does not.
        let news = serde_json::from_str(&row.news).ok()?;
        Some(Notification {
            seq: row.seq,
            news,
            slug: row.slug,
            competition,
            zone,
            who: row.who,
            at: row.at,
            is_read: row.is_read,
        })
    });
    Ok(NotificationPage { notifications: notifications.collect(), unread, total, page, pages })
}

/// How many a person has not read.
#[boxed]
pub async fn unread(services: &Services, user: &User) -> Result<i64> {
    Ok(services.db.count_notifications(user.id).await?.1)
}

/// Everything up to a notification is read: what came since the page was made is not.
///
/// # Errors
/// `login_required`, `not_by_token`.
#[boxed]
pub async fn read(services: &Services, actor: &Actor, until: i64) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let mut tx = services.db.begin().await?;
    tx.read_notifications(actor.person()?.id, until, services.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// The topics that a person gets letters about.
#[boxed]
pub async fn mailed(services: &Services, user: &User) -> Result<Vec<Topic>> {
    let unmailed = services.db.unmailed_topics(user.id).await?;
    let wants = |topic: &Topic| topic.is_required() || !unmailed.iter().any(|key| key == topic.key());
    Ok(Topic::ALL.into_iter().filter(wants).collect())
}

/// Sets which topics one gets letters about; those that are required stay.
///
/// # Errors
/// `login_required`, `not_by_token`.
#[boxed]
pub async fn set_mailed(services: &Services, actor: &Actor, topics: &[Topic]) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let (user, now) = (actor.person()?.id, services.clock.now());
    let mut tx = services.db.begin().await?;
    for topic in Topic::ALL.into_iter().filter(|topic| !topic.is_required()) {
        let wants = topics.contains(&topic);
        if tx.set_mailed(user, topic.key(), wants).await? {
            let act = Act::of_account(Deed::SetMailed, user).before("mailed", !wants).after("mailed", wants);
            tx.record(now, actor, act.after("topic", topic.key()));
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
