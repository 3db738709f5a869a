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

use super::{exclusion, letters};
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
    Ok(needs_none(tx, competition, joins_team).await? || free(tx, competition).await? > 0)
}

/// The same for a newcomer, who goes before nobody that waits.
pub(super) async fn is_next(tx: &mut Tx, competition: &Competition, joins_team: Option<TeamId>) -> Result<bool> {
    if needs_none(tx, competition, joins_team).await? {
        return Ok(true);
    }
    Ok(free(tx, competition).await? > 0 && tx.next_waiting(competition.id, 1).await?.is_empty())
}

async fn needs_none(tx: &mut Tx, competition: &Competition, joins_team: Option<TeamId>) -> Result<bool> {
    Ok(competition.settings.apply.capacity_of == CapacityOf::Teams
        && match joins_team {
            Some(team) => tx.team(team).await?.is_some_and(|team| team.ended.is_none()),
            None => false,
        })
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
    // Where the team that they were to enter has ended, they hold a place themselves.
    let joins_team = application.and_then(|application| application.joins_team);
    if needs_none(tx, competition, joins_team).await? && free(tx, competition).await? <= 0 {
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

/// Ends each offer whose time is over, and offers each free place to who has waited longest. The caller holds the competition's lock
/// and commits.
pub(crate) async fn fill(mail: &Mail, tx: &mut Tx, competition: &Competition, now: DateTime<Utc>) -> Result<()> {
    lapse(tx, competition.id, now).await?;
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

/// Ends what was not taken in time: by the offer's own timer, or by whatever comes first where that is late.
async fn lapse(tx: &mut Tx, id: CompetitionId, now: DateTime<Utc>) -> Result<()> {
    for (user, until) in tx.offers_over(id, now).await? {
        let Some(state) = ParticipationState::after(Some(ParticipationState::Offered), Step::Lapse) else { continue };
        let stand = Stand { state, waitlist_number: None, offer_until: None, reason: None };
        tx.set_application(id, user, stand, now).await?;
        let act = Act::of_competition(Deed::LapseOffer, id).to(user);
        tx.record(now, &Actor::TIMER, act.before("until", until));
    }
    Ok(())
}

/// The same as [`fill`] with the settings as they are under the lock, which it takes: an offer's moment has come, or a role was laid
/// down.
pub(crate) async fn refill(mail: &Mail, tx: &mut Tx, id: CompetitionId, now: DateTime<Utc>) -> Result<()> {
    tx.lock_competition(id).await?;
    let Some(competition) = tx.rules(id).await? else { return Ok(()) };
    fill(mail, tx, &competition, now).await
}

/// What is to be done about somebody's going from a team.
pub(crate) struct Parting<'a> {
    pub(crate) member: UserId,
    /// Where an organizer removes them, who cannot be kept from it.
    pub(crate) organizer: Option<&'a Actor>,
    /// Free places while they were in the team.
    pub(crate) before: i64,
}

/// Where a team takes a place: whoever has left one needs a place of their own. While none is free they stay, and whom an organizer
/// removes takes part no longer.
///
/// # Errors
/// `no_place`.
pub(crate) async fn part_from_team(
    tx: &mut Tx,
    competition: &Competition,
    parting: Parting<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let Parting { member, organizer, before } = parting;
    let is_short = |after: i64| after < before && after < 0;
    if !is_short(free(tx, competition).await?) {
        return Ok(());
    }
    if let Some(organizer) = organizer {
        exclusion::exclude(tx, competition.id, organizer, member, None, now).await?;
    }
    if is_short(free(tx, competition).await?) {
        return Err(Error::refused(Obstacle::NoPlace, competition));
    }
    Ok(())
}
