//! Asking to be let into a team, and the leader's answer.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor, Obstacle, SiteAction};
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::{JoinRequestId, TeamNumber};
use domain::participation::Part;
use domain::teams::{MESSAGE_MAX, REQUESTS_OF_PERSON, REQUESTS_TO_TEAM, Team};
use domain::{AppError, ErrorCode};
use storage::teams::{JoinApplicant, OwnRequest};

use super::locked::Locked;
use super::storing::let_in;
use super::{check, line};
use crate::error::Result;
use crate::services::Services;
use crate::throttle::Seldom;
use crate::{competitions, participation};

/// Who asks to be let into a team. Their names are for its leader alone.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`.
#[boxed]
pub async fn applicants(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    team: &Team,
) -> Result<Vec<JoinApplicant>> {
    check(services, competition, actor, team, Action::AnswerRequests).await?;
    Ok(services.db.join_applicants(team.id).await?)
}

/// What somebody has asked in a competition, newest first.
#[boxed]
pub async fn own_requests(services: &Services, competition: &Competition, user: &User) -> Result<Vec<OwnRequest>> {
    Ok(services.db.join_requests_of(user.id, competition.id).await?)
}

/// Asks the team of that number to be let in, with a message that its leader reads. Asking again changes nothing.
///
/// # Errors
/// `not_found`; `not_participant`, `already_in_team`, `team_full`, `team_ended`, `teams_frozen`; a message that is too long;
/// `request_refused`, `too_many_requests`, `team_requests_full`, `too_many_attempts`.
#[boxed]
pub async fn ask(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: TeamNumber,
    message: &str,
) -> Result<()> {
    let user = actor.person()?;
    let team = services.db.team_by_number(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    let mut locked = Locked::take_to_enter(services, &team, actor).await?;
    locked.check(|visit, team| visit.may(Action::AskToJoin, Some(team)))?;
    let message = line(message, MESSAGE_MAX, "message", FieldProblem::Message)?;
    match locked.tx.join_request(user.id, team.id).await? {
        Some(Some(_refused)) => return Err(ErrorCode::RequestRefused.into()),
        Some(None) => return Ok(()),
        None => services.throttle.seldom(Seldom::AskToJoin, user.id, locked.now)?,
    }
    if locked.tx.count_join_requests_of(user.id, competition.id).await? >= REQUESTS_OF_PERSON {
        return Err(AppError::new(ErrorCode::TooManyRequests).with("max", REQUESTS_OF_PERSON).into());
    }
    if locked.tx.count_join_requests_to(team.id).await? >= REQUESTS_TO_TEAM {
        return Err(ErrorCode::TeamRequestsFull.into());
    }
    let id = locked.tx.ask_to_join(competition.id, team.id, user.id, &message, locked.now).await?;
    // Not the team's: its members would read who asked.
    let act = Act::of_competition(Deed::AskToJoin, competition.id).to(user.id);
    locked.record(act.after("request", id.0).after("team", number));
    Ok(locked.tx.commit().await?)
}

/// Takes one's own request back.
///
/// # Errors
/// `login_required`, `not_found`.
#[boxed]
pub async fn withdraw_request(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    id: JoinRequestId,
) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let (user, now) = (actor.person()?, services.clock.now());
    let mut tx = services.db.begin().await?;
    if !tx.withdraw_join_request(id, user.id, competition.id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    let act = Act::of_competition(Deed::WithdrawRequest, competition.id).to(user.id);
    tx.record(now, actor, act.before("request", id.0));
    Ok(tx.commit().await?)
}

/// Lets in whoever asked. Of two for the last place one is.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `team_full`; `not_found` for a request that was taken back or answered; what stands in
/// the way of whoever asked.
#[boxed]
pub async fn accept_request(services: &Services, team: &Team, actor: &Actor, id: JoinRequestId) -> Result<()> {
    // Before the transaction, which holds a connection of its own.
    let asker = match services.db.who_asks(id, team.id).await? {
        Some(user) => services.db.user_by_id(user).await?.map(|row| row.user),
        None => None,
    };
    let competition = competitions::by_id(services, team.competition_id).await?;
    let part = match &asker {
        Some(asker) => participation::of(services, &competition, asker).await?,
        None => Part::default(),
    };
    let mut locked = Locked::take_to_enter(services, team, actor).await?;
    locked.check(|visit, team| visit.may(Action::AnswerRequests, Some(team)))?;
    let max = locked.competition.settings.team.max;
    if locked.members(0) >= max {
        return Err(Obstacle::Full { max }.into());
    }
    let user = locked.tx.who_asks(id, team.id).await?.ok_or(ErrorCode::NotFound)?;
    let asker = asker.filter(|asker| asker.id == user).ok_or(ErrorCode::NotFound)?;
    locked.check_entering(asker, part).await?;
    let_in(services, &mut locked, user, Deed::AcceptRequest).await?;
    locked.commit_shown(services).await
}

/// Refuses whoever asked, who does not ask this team again.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `not_found`.
#[boxed]
pub async fn refuse_request(services: &Services, team: &Team, actor: &Actor, id: JoinRequestId) -> Result<()> {
    let mut locked = Locked::take_for(services, team, actor, Action::AnswerRequests).await?;
    if !locked.tx.refuse_join_request(id, team.id, locked.now).await? {
        return Err(ErrorCode::NotFound.into());
    }
    locked.record(locked.change(Deed::RefuseRequest).before("request", id.0));
    Ok(locked.tx.commit().await?)
}
