//! Notices: organizers write, everyone reads.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed, Facts};
use domain::boards::{Notice, NoticeDraft, NoticePage};
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::ids::CompetitionId;
use domain::notifications::News;
use domain::{AppError, ErrorCode};
use scoring::Hash;
use storage::Tx;
pub use storage::boards::FeedEntry;
use storage::boards::Rendered;

use crate::access;
use crate::error::{Error, Result};
use crate::kept::joined::Joined;
use crate::markdown::images;
use crate::markdown::{self, Breaks};
use crate::services::Services;
use crate::visits::Visits;

/// Notices on one page of the list.
pub const PER_PAGE: i64 = 15;
/// Notices in the feed.
const FEED: i64 = 30;

/// A page of the list. Pinned notices stand before the first page; a search shows matches in plain order.
#[boxed]
pub async fn list(services: &Services, competition: &Competition, search: &str, page: i64) -> Result<NoticePage> {
    let search = search.trim();
    if search.is_empty() {
        let (pinned_count, total) = services.db.count_notices(competition.id).await?;
        let pages = pages(total - pinned_count);
        let page = page.clamp(1, pages);
        let pinned = if page == 1 { services.db.pinned_notices(competition.id).await? } else { Vec::new() };
        let rows = services.db.notices(competition.id, PER_PAGE, (page - 1) * PER_PAGE).await?;
        return Ok(NoticePage { pinned, rows, total, page, pages });
    }
    let search: String = search.chars().take(80).collect();
    let total = services.db.count_found_notices(competition.id, &search).await?;
    let pages = pages(total);
    let page = page.clamp(1, pages);
    let rows = services.db.search_notices(competition.id, &search, PER_PAGE, (page - 1) * PER_PAGE).await?;
    Ok(NoticePage { pinned: Vec::new(), rows, total, page, pages })
}

fn pages(total: i64) -> i64 {
    (total + PER_PAGE - 1).div_euclid(PER_PAGE).max(1)
}

/// A notice with its neighbours.
///
/// # Errors
/// `not_found`, also for a removed one.
#[boxed]
pub async fn get(services: &Services, competition: &Competition, number: i64) -> Result<Notice> {
    let mut row = services.db.notice_row(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    row.views += services.cache::<Visits>().unwritten(competition.id, number);
    let (markdown, html, updated_at) =
        services.db.notice_text(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    let (newer, older) = services.db.notice_neighbours(competition.id, number).await?;
    Ok(Notice { row, competition_id: competition.id, markdown, html, updated_at, newer, older })
}

/// Counts a reader, known by whatever tells one from another; each once a day. Whether this one is new. Nothing is written now:
/// see [`crate::visits`].
pub fn viewed(services: &Services, competition: &Competition, number: i64, reader: &str) -> bool {
    services.cache::<Visits>().read(competition.id, number, reader, services.clock.now())
}

/// The newest notices with their texts, in one read.
#[boxed]
pub async fn feed(services: &Services, competition: &Competition) -> Result<Vec<FeedEntry>> {
    Ok(services.db.notice_feed(competition.id, FEED).await?)
}

/// Posts a notice and tells the open pages; returns its number.
///
/// # Errors
/// `login_required`, `not_organizer`, every wrong field.
#[boxed]
pub async fn post(services: &Services, competition: &Competition, actor: &Actor, draft: NoticeDraft) -> Result<i64> {
    access::check(services, competition, actor, Action::WriteNotices).await?;
    let user = actor.person()?;
    let draft = draft.validated()?;
    let html = html(&draft, &competition.slug).await?;
    let (mut tx, now) = access::begin(services, competition, actor, Action::WriteNotices).await?;
    let number = tx.next_notice_number(competition.id).await?;
    tx.insert_notice(competition.id, number, &draft, rendered(&html), user.id, now).await?;
    let after = facts(number, &draft);
    tx.record(now, actor, Act { after, ..Act::of_competition(Deed::PostNotice, competition.id) });
    let told = required(&mut tx, competition, actor, number, &draft, now).await?;
    let event = Event::Notice { competition: competition.id, number, title: draft.title };
    services.events.commit(tx, told.into_iter().chain([event]).collect()).await?;
    Ok(number)
}

/// Tells every team's leader of a required notice, once: whoever wants all to read what changed posts another.
async fn required(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    draft: &NoticeDraft,
    now: DateTime<Utc>,
) -> Result<Option<Event>> {
    if !draft.required || !tx.tell_of_notice(competition.id, number, now).await? {
        return Ok(None);
    }
    let news = News::RequiredNotice { number, title: draft.title.clone() };
    let to = Audience::Leaders(competition.id);
    Ok(Some(Event::News { competition: competition.id, to, news, by: actor.id() }))
}

/// HTML as it is stored.
fn rendered(html: &str) -> Rendered<'_> {
    Rendered { text: html, revision: markdown::REVISION }
}

/// A draft's HTML, with the pictures of this competition.
///
/// # Errors
/// `invalid_input`, with the line where the text is nested too deep.
async fn html(draft: &NoticeDraft, slug: &str) -> Result<String> {
    let converted = markdown::render(draft.markdown.clone(), Breaks::Line).await?;
    let refused =
        |refused: markdown::Refused| AppError::field("markdown", refused.problem()).with("line", refused.line);
    Ok(images::shown(&converted.map_err(refused)?, slug))
}

/// A notice's text as it will look.
///
/// # Errors
/// `login_required`, `not_organizer` (nobody shall borrow our renderer), and those of a draft's text.
#[boxed]
pub async fn preview(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    markdown: String,
) -> Result<String> {
    access::check(services, competition, actor, Action::WriteNotices).await?;
    let draft = NoticeDraft { title: "-".to_owned(), markdown, pinned: false, required: false }.validated()?;
    html(&draft, &competition.slug).await
}

/// Converts notices anew whose HTML an earlier revision of the converter has made; says how many.
#[boxed]
pub async fn render_anew(services: &Services) -> Result<usize> {
    let outdated = services.db.outdated_notices(markdown::REVISION).await?;
    let count = outdated.len();
    for (id, slug, markdown) in outdated {
        let html = images::shown(&markdown::render_any(markdown, Breaks::Line).await?, &slug);
        let mut tx = services.db.begin().await?;
        tx.set_notice_html(id, rendered(&html)).await?;
        tx.commit().await?;
    }
    Ok(count)
}

/// Changes a notice's text and marks.
#[boxed]
pub async fn edit(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    draft: NoticeDraft,
) -> Result<()> {
    access::check(services, competition, actor, Action::WriteNotices).await?;
    let draft = draft.validated()?;
    let html = html(&draft, &competition.slug).await?;
    let (mut tx, now) = access::begin(services, competition, actor, Action::WriteNotices).await?;
    let before = tx.notice_draft(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    tx.update_notice(competition.id, number, &draft, rendered(&html), now).await?;
    tx.record(now, actor, changed(Deed::EditNotice, competition, number, &before, &draft));
    let told = required(&mut tx, competition, actor, number, &draft, now).await?;
    services.events.commit(tx, told.into_iter().collect()).await
}

/// Pins or unpins.
#[boxed]
pub async fn pin(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    pinned: bool,
) -> Result<()> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::WriteNotices).await?;
    let before = tx.notice_draft(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    tx.set_pinned(competition.id, number, pinned).await?;
    let after = NoticeDraft { pinned, ..before.clone() };
    tx.record(now, actor, changed(Deed::PinNotice, competition, number, &before, &after));
    Ok(tx.commit().await?)
}

/// Takes a notice off the board; the record stays.
#[boxed]
pub async fn remove(services: &Services, competition: &Competition, actor: &Actor, number: i64) -> Result<()> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::WriteNotices).await?;
    let before = tx.notice_draft(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    tx.remove_notice(competition.id, number, now).await?;
    let before = facts(number, &before);
    tx.record(now, actor, Act { before, ..Act::of_competition(Deed::RemoveNotice, competition.id) });
    Ok(tx.commit().await?)
}

/// Number and title of the newest notice; readers who ask at once share the question.
#[boxed]
pub async fn newest(services: &Services, competition: CompetitionId) -> Result<Option<(i64, String)>> {
    let db = services.db.clone();
    let load = async move {
        let (_, newest) = db.notice_neighbours(competition, i64::MAX).await.map_err(|error| error.to_string())?;
        Ok(newest.map(|notice| (notice.number, notice.title)))
    };
    services.cache::<Newest>().0.read(&competition, load).await.map_err(Error::Other)
}

/// See [`newest`].
#[derive(Default)]
struct Newest(Joined<CompetitionId, std::result::Result<Option<(i64, String)>, String>>);

/// What the record says of a notice; its text by its hash.
fn facts(number: i64, draft: &NoticeDraft) -> Facts {
    let NoticeDraft { title, markdown, pinned, required } = draft;
    Facts::from([
        ("number", number.into()),
        ("title", title.as_str().into()),
        ("sha256", Hash::of(markdown).to_string().into()),
        ("pinned", (*pinned).into()),
        ("required", (*required).into()),
    ])
}

fn changed(deed: Deed, competition: &Competition, number: i64, before: &NoticeDraft, after: &NoticeDraft) -> Act {
    let (before, after) = (facts(number, before), facts(number, after));
    Act { before, after, ..Act::of_competition(deed, competition.id) }
}
