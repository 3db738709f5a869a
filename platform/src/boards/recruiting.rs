//! Recruiting: cards that say whom a team or a person seeks, and the ways from a post into a team.

use std::collections::BTreeMap;

use async_recursion::async_recursion as boxed;
use domain::ErrorCode;
use domain::access::{Action, Actor, Obstacle, SiteAction};
use domain::boards::{BoardKind, BoardReader, CardClosed, RecruitCard, Seeker};
use domain::competitions::Competition;
use domain::ids::{PostId, TeamId};
use domain::teams::Team;

use super::reading::reader;
use super::seeking::seek;
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
