//! Joining a competition: agreeing to its rules.

use async_recursion::async_recursion as boxed;
use domain::ErrorCode;
use domain::access::{Action, Actor};
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::participation::Part;

use crate::error::{Error, Result};
use crate::services::Services;

/// What a user is to a competition.
#[boxed]
pub async fn of(services: &Services, competition: &Competition, user: &User) -> Result<Part> {
    Ok(services.participants.ask(services.asked, (competition.id, user.id)).await?.unwrap_or_default())
}

/// Makes the user a participant. Doing it twice changes nothing.
///
/// # Errors
/// `rules_not_agreed`; `stage_closed` once the competition is over; `has_role`.
#[boxed]
pub async fn join(services: &Services, competition: &Competition, actor: &Actor, agreed: bool) -> Result<()> {
    let user = actor.person()?;
    let now = services.clock.now();
    let check = |role| {
        let part = Part { role, ..Part::default() };
        let obstacles = part.visit(competition, actor, now).may(Action::TakePart, None);
        obstacles.check().map_err(|obstacle| Error::refused(obstacle, competition))
    };
    check(of(services, competition, user).await?.role)?;
    if !agreed {
        return Err(ErrorCode::RulesNotAgreed.into());
    }
    let mut tx = services.db.begin().await?;
    check(tx.role(competition.id, user.id).await?)?;
    if tx.join(competition.id, user.id, now).await? {
        let change = Act::of_competition(Deed::JoinCompetition, competition.id).to(user.id);
        tx.record(now, actor, change.after("agreed", agreed));
    }
    Ok(tx.commit().await?)
}
