//! Joining a competition: agreeing to its rules.

use async_recursion::async_recursion as boxed;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::participation::Part;

use crate::error::{Error, Result};
use crate::services::Services;

/// What a user is to a competition.
#[boxed]
pub async fn of(services: &Services, competition: &Competition, user: &User) -> Result<Part> {
    let mut part = services.participants.ask(services.asked, (competition.id, user.id)).await?.unwrap_or_default();
    part.is_organizer |= user.is_admin;
    Ok(part)
}

/// Makes the user a participant. Doing it twice changes nothing.
///
/// # Errors
/// `rules_not_agreed`; `stage_closed` once the competition is over.
#[boxed]
pub async fn join(services: &Services, competition: &Competition, actor: &Actor, agreed: bool) -> Result<()> {
    let user = actor.person()?;
    let now = services.clock.now();
    let part = Part::default();
    part.visit(competition, Some(user.id), now)
        .take_part()
        .check()
        .map_err(|obstacle| Error::refused(obstacle, competition))?;
    if !agreed {
        return Err(ErrorCode::RulesNotAgreed.into());
    }
    let mut tx = services.db.begin().await?;
    if tx.join(competition.id, user.id, now).await? {
        let change = Act::of_competition(Deed::JoinCompetition, competition.id).to(user.id);
        tx.record(now, actor, change.after("agreed", agreed));
    }
    Ok(tx.commit().await?)
}
