//! Places and the waitlist. Whatever frees a place (somebody withdraws, is declined or excluded, lets an offer lapse, a team comes
//! together, there are more places) ends in [`fill`], under the competition's lock: by hand and by the timer it is the same function.

use chrono::{DateTime, Utc};
use domain::access::{Actor, Obstacle};
use domain::applications::CapacityOf;
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::ids::{CompetitionId, TeamId, UserId};
use domain::jobs::JobKind;
use domain::participation::{Application, ParticipationState, Step};
use domain::stages::Phase;
use storage::Tx;
use storage::competitions::{Addressee, Stand};
use storage::jobs::NewJob;
use uuid::Uuid;

use super::letters;
use crate::error::{Error, Result};
use crate::mail::Mail;

/// Offers that one transaction makes at most; a job goes on with the rest.
const AT_ONCE: i64 = 1000;

/// How many places are free; more than anybody needs where there is no bound.
pub(crate) async fn free(tx: &mut Tx, competition: &Competition) -> Result<i64> {
    let apply = &competition.settings.apply;
    let Some(capacity) = apply.capacity else { return Ok(i64::MAX) };
    let taken = match apply.capacity_of {
        CapacityOf::People => tx.places_of_people(competition.id).await?,
        CapacityOf::Teams => tx.places_of_teams(competition.id).await?,
    };
    Ok(capacity - taken)
}

/// Whether somebody can be let in: there is a place, or they need none, for they enter a team that has one.
pub(super) async fn has_place(tx: &mut Tx, competition: &Competition, joins_team: Option<TeamId>) -> Result<bool> {
    if competition.settings.apply.capacity_of == CapacityOf::Teams
        && let Some(team) = joins_team
        && tx.team(team).await?.is_some_and(|team| team.ended.is_none())
    {
        return Ok(true);
    }
    Ok(free(tx, competition).await? > 0)
}

/// Refuses a team of their own to whoever was let in without a place, to enter another's, while none is free.
///
/// # Errors
/// `no_place`.
pub(crate) async fn check_own_team(
    tx: &mut Tx,
    competition: &Competition,
    application: Option<&Application>,
) -> Result<()> {
    let joins_team = application.and_then(|application| application.joins_team);
    let apply = &competition.settings.apply;
    if apply.capacity_of == CapacityOf::Teams && joins_team.is_some() && free(tx, competition).await? <= 0 {
        return Err(Error::refused(Obstacle::NoPlace, competition));
    }
    Ok(())
}

/// The number of whoever comes to wait: behind all others.
pub(super) async fn number(tx: &mut Tx, competition: CompetitionId, state: ParticipationState) -> Result<Option<i64>> {
    if state != ParticipationState::Waiting {
        return Ok(None);
    }
    let (_, last) = tx.waitlist_ends(competition).await?;
    Ok(Some(last + 1))
}

/// Offers each free place to who has waited longest. The caller holds the competition's lock and commits.
pub(crate) async fn fill(mail: &Mail, tx: &mut Tx, competition: &Competition, now: DateTime<Utc>) -> Result<()> {
    if competition.phase(now) == Phase::Closed {
        return Ok(());
    }
    let free = free(tx, competition).await?.min(AT_ONCE);
    if free <= 0 {
        return Ok(());
    }
    let next = tx.next_waiting(competition.id, free).await?;
    if i64::try_from(next.len()) == Ok(AT_ONCE) {
        // Nobody's offer ends, and what follows is that the rest is served.
        tx.put_job(lapsing(competition.id, UserId(Uuid::nil()), now), now).await?;
    }
    for next in next {
        offer(mail, tx, competition, &next, now).await?;
    }
    Ok(())
}

async fn offer(
    mail: &Mail,
    tx: &mut Tx,
    competition: &Competition,
    next: &Addressee,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(state) = ParticipationState::after(Some(ParticipationState::Waiting), Step::Offer) else { return Ok(()) };
    // Nobody is offered what they could not use.
    let ends = competition.phase_stage(now).and_then(|stage| stage.ends_at);
    let until = now + competition.settings.apply.offer();
    let until = ends.map_or(until, |ends| until.min(ends));
    let stand = Stand { state, waitlist_number: None, offer_until: Some(until), reason: None };
    tx.set_application(competition.id, next.user_id, stand, now).await?;
    tx.put_job(lapsing(competition.id, next.user_id, until), now).await?;
    letters::offered(mail, tx, competition, next, until, now).await?;
    let act = Act::of_competition(Deed::OfferPlace, competition.id).to(next.user_id);
    tx.record(now, &Actor::TIMER, act.after("until", until));
    Ok(())
}

/// What happens when an offer's time is over.
fn lapsing(competition: CompetitionId, user: UserId, until: DateTime<Utc>) -> NewJob {
    let at = until.to_rfc3339();
    NewJob {
        kind: JobKind::Offer,
        subject: user.0,
        competition: Some(competition),
        unique_key: Some(format!("offer {competition} {user} {at}")),
        payload: Some(at),
        run_at: until,
    }
}

/// An offer's moment has come: unless it was taken or is another by now, the place is the next one's. Also where nothing ran at the
/// moment itself; once, for afterwards it is no longer offered.
pub(crate) async fn lapse(
    mail: &Mail,
    tx: &mut Tx,
    id: CompetitionId,
    user: UserId,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.lock_competition(id).await?;
    let Some(competition) = tx.rules(id).await? else { return Ok(()) };
    let application = tx.application(id, user).await?;
    let is_due = application.is_some_and(|application| application.offer_until == Some(until) && until <= now);
    let before = application.filter(|_| is_due).map(|application| application.state);
    if let Some(state) = ParticipationState::after(before, Step::Lapse) {
        let stand = Stand { state, waitlist_number: None, offer_until: None, reason: None };
        tx.set_application(id, user, stand, now).await?;
        let act = Act::of_competition(Deed::LapseOffer, id).to(user);
        tx.record(now, &Actor::TIMER, act.before("until", until));
    }
    fill(mail, tx, &competition, now).await
}
