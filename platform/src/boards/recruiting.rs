//! Recruiting: cards that say whom a team or a person seeks, and the ways from a post into a team.

use std::collections::{BTreeMap, BTreeSet};

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor, Obstacle, SiteAction, TeamRole};
use domain::boards::recruiting::BY_TEAM;
use domain::boards::{BoardKind, BoardReader, CardClosed, PostPage, RecruitCard, RecruitRole, Seeker};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::{PostId, TeamId};
use domain::participation::Part;
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use storage::Tx;
use storage::boards::PostHeld;

use super::reading::{PostsAsked, reader};
use super::writing::{Writer, begin};
use crate::error::{Error, Result};
use crate::services::Services;
use crate::teams;

/// The board of all this.
const KIND: BoardKind = BoardKind::Recruit;

/// The cards of these posts, by post, as far as they are for the reader.
#[boxed]
pub async fn cards(
    services: &Services,
    reader: BoardReader,
    posts: &[PostId],
) -> Result<BTreeMap<PostId, RecruitCard>> {
    let cards = services.db.recruit_cards(posts, reader).await?;
    Ok(cards.into_iter().map(|card| (card.post, card)).collect())
}

/// A page of the posts whose cards are open.
pub(super) async fn open_posts(
    services: &Services,
    competition: &Competition,
    reader: BoardReader,
    asked: &PostsAsked,
) -> Result<PostPage> {
    let none = PostPage { pinned: Vec::new(), rows: Vec::new(), total: 0, page: 1, pages: 1 };
    let Some(board) = services.db.board(competition.id, KIND).await? else { return Ok(none) };
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

/// The number of the post by which the actor's team seeks people, or, if they have none, they a team.
#[boxed]
pub async fn open_card(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    team: Option<TeamId>,
) -> Result<Option<i64>> {
    Ok(services.db.open_card_of(competition.id, team, actor.person()?.id).await?)
}

/// For which team the actor seeks people at this moment, or none where they seek a team themselves. The competition is locked: of two
/// at once one is refused.
///
/// # Errors
/// What stands in the way of recruiting; the field `category` for who cannot seek so; `recruit_open` with the number of the post that
/// does already.
pub(super) async fn seek(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    category: &str,
    now: DateTime<Utc>,
) -> Result<Option<TeamId>> {
    let user = actor.person()?.id;
    let (role, application) = (tx.role(competition.id, user).await?, tx.application(competition.id, user).await?);
    let part = Part { role, application, team: tx.team_of(competition.id, user).await?, ..Part::default() };
    let visit = part.visit(competition, actor, now);
    let refused = |obstacle| Error::refused(obstacle, competition);
    visit.may(Action::Recruit, None).check().map_err(refused)?;
    let wrong = |problem| Err(AppError::field("category", problem).into());
    let team = match (category == BY_TEAM, &part.team) {
        (true, Some(team)) if visit.team_role(team) == TeamRole::Leader => {
            let members = i64::try_from(team.members.len()).unwrap_or(i64::MAX);
            match competition.takes_in(team.ended.is_some(), members, now).into_iter().flatten().next() {
                None => Some(team.id),
                Some(Obstacle::Full { .. }) => return wrong(FieldProblem::SeeksFull),
                Some(obstacle) => return Err(refused(obstacle)),
            }
        }
        (true, _) => return wrong(FieldProblem::SeeksLeader),
        (false, None) => None,
        (false, Some(_)) => return wrong(FieldProblem::SeeksHasTeam),
    };
    if let Some(number) = tx.open_card_of(competition.id, team, user).await? {
        return Err(AppError::new(ErrorCode::RecruitOpen).with("number", number).into());
    }
    tx.close_cards_of(competition.id, team, user, now).await?;
    Ok(team)
}

/// Changes whom the card of a post seeks; who seeks stays. A post of before there were cards gets one.
///
/// # Errors
/// The field `category` where it is another; those of [`seek`] where there is no card yet.
pub(super) async fn change(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    post: &PostHeld,
    category: &str,
    roles: &BTreeSet<RecruitRole>,
    now: DateTime<Utc>,
) -> Result<()> {
    if tx.hold_card(post.id).await?.is_none() {
        let team = seek(tx, competition, actor, category, now).await?;
        return Ok(tx.put_card(post.id, competition.id, team, roles).await?);
    }
    if category != post.draft.category {
        return Err(AppError::field("category", FieldProblem::SeeksFixed).into());
    }
    Ok(tx.set_card_roles(post.id, roles).await?)
}

/// Closes a card by hand: its author, or whoever leads the team now. To open it again one needs what it takes to write it.
///
/// # Errors
/// `not_found`, `not_author`, `writing_blocked`, `too_many_attempts`; those of [`write`](super::write) for opening.
#[boxed]
pub async fn set_card(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    is_open: bool,
) -> Result<()> {
    let Writer { mut tx, now, user, reader } = begin(services, competition, actor, Action::Comment, true).await?;
    tx.lock_competition(competition.id).await?;
    let post = tx.hold_post(competition.id, KIND, number).await?.filter(|post| !post.removed);
    let post = post.ok_or(ErrorCode::NotFound)?;
    let card = tx.hold_card(post.id).await?.ok_or(ErrorCode::NotFound)?;
    if !tx.may_read_post(post.id, reader).await? {
        return Err(ErrorCode::NotFound.into());
    }
    let team = match card.team_id {
        Some(team) => tx.team(team).await?,
        None => None,
    };
    let leads = team.is_some_and(|team| team.leader_id == user.id);
    if post.hidden || !(leads || post.author_id == user.id) {
        return Err(ErrorCode::NotAuthor.into());
    }
    services.throttle.comment(user.id, now)?;
    if is_open && card.closed_at.is_some() {
        // Of a team that they led and left, neither its seat nor its card is theirs to give.
        if seek(&mut tx, competition, actor, &post.draft.category, now).await? != card.team_id {
            return Err(ErrorCode::NotAuthor.into());
        }
        tx.set_card_closed(post.id, None).await?;
    } else if !is_open {
        tx.set_card_closed(post.id, Some(card.closed_at.unwrap_or(now))).await?;
    }
    Ok(tx.commit().await?)
}

/// The card of that post while it is open.
///
/// # Errors
/// `not_found`; why it is closed, or `recruit_closed`.
async fn still_open(services: &Services, competition: &Competition, actor: &Actor, number: i64) -> Result<RecruitCard> {
    let reader = reader(services, competition, actor).await?;
    let card = services.db.recruit_card(competition.id, reader, number).await?.ok_or(ErrorCode::NotFound)?;
    match card.closed(competition, services.clock.now()) {
        None => Ok(card),
        // These two would be said of the reader, and are true of whoever seeks.
        Some(CardClosed::Because(obstacle)) if !matches!(obstacle, Obstacle::InTeam | Obstacle::NotParticipant) => {
            Err(Error::refused(obstacle, competition))
        }
        Some(_) => Err(ErrorCode::RecruitClosed.into()),
    }
}

/// Asks the team that seeks people by a post to be let in, as [`teams::ask`].
///
/// # Errors
/// `login_required`, `not_found`, `recruit_closed`, and those of [`teams::ask`].
#[boxed]
pub async fn ask_by_card(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    message: &str,
) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let card = still_open(services, competition, actor, number).await?;
    let Seeker::Team { number, .. } = card.seeker else { return Err(ErrorCode::NotFound.into()) };
    teams::ask(services, competition, actor, number, message).await
}

/// Invites whoever offers themself by a post into the actor's team, as [`teams::invite_person`].
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `team_full`, `not_found`, `recruit_closed`, and those of [`teams::invite_person`].
#[boxed]
pub async fn invite_by_card(
    services: &Services,
    competition: &Competition,
    team: &Team,
    actor: &Actor,
    number: i64,
) -> Result<()> {
    teams::check(services, competition, actor, team, Action::InviteMember).await?;
    let card = still_open(services, competition, actor, number).await?;
    let Seeker::Person { user, .. } = card.seeker else { return Err(ErrorCode::NotFound.into()) };
    let person = services.db.user_by_id(user).await?.ok_or(ErrorCode::NotFound)?.user;
    teams::invite_person(services, team, actor, &person).await
}
