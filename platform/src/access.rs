//! Who may what in a competition. `domain::access` decides; here it is asked, before anything is done and again under the lock.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::access::{Action, Actor};
use domain::competitions::Competition;
use domain::ids::UserId;
use domain::participation::Part;
use storage::Tx;

use crate::error::{Error, Result};
use crate::participation;
use crate::services::Services;

/// What an actor is to a competition.
#[boxed]
pub async fn part(services: &Services, competition: &Competition, actor: &Actor) -> Result<Part> {
    match &actor.user {
        Some(user) => participation::of(services, competition, user).await,
        None => Ok(Part::default()),
    }
}

/// Refuses what the actor may not do in the competition.
///
/// # Errors
/// The first obstacle's.
#[boxed]
pub async fn check(services: &Services, competition: &Competition, actor: &Actor, action: Action) -> Result<()> {
    let part = part(services, competition, actor).await?;
    allow(&part, competition, actor, action, services.clock.now())
}

/// Whether the actor may do something in the competition, where it only changes what they are shown.
#[boxed]
pub async fn may(services: &Services, competition: &Competition, actor: &Actor, action: Action) -> Result<bool> {
    let part = part(services, competition, actor).await?;
    Ok(allow(&part, competition, actor, action, services.clock.now()).is_ok())
}

/// A transaction that holds the competition, in which the actor may do what only a role allows, and its moment.
///
/// # Errors
/// The first obstacle's.
pub(crate) async fn begin(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    action: Action,
) -> Result<(Tx, DateTime<Utc>)> {
    let mut tx = services.db.begin().await?;
    tx.lock_competition(competition.id).await?;
    let now = services.clock.now();
    check_role(&mut tx, competition, actor, action, now).await?;
    Ok((tx, now))
}

async fn check_role(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    action: Action,
    now: DateTime<Utc>,
) -> Result<()> {
    let role = match actor.id() {
        Some(user) => tx.role(competition.id, user).await?,
        None => None,
    };
    allow(&Part { role, ..Part::default() }, competition, actor, action, now)
}

fn allow(part: &Part, competition: &Competition, actor: &Actor, action: Action, now: DateTime<Utc>) -> Result<()> {
    let obstacles = part.visit(competition, actor, now).may(action, part.team.as_ref());
    obstacles.check().map_err(|obstacle| Error::refused(obstacle, competition))
}

/// Refuses whose account was deleted or suspended since their request began: it may take long to arrive.
///
/// # Errors
/// `login_required`, `account_suspended`.
pub(crate) async fn check_present(tx: &mut Tx, user: UserId) -> Result<()> {
    match tx.account_standing(user).await? {
        Some((false, false)) => Ok(()),
        Some((false, true)) => Err(ErrorCode::AccountSuspended.into()),
        Some((true, _)) | None => Err(ErrorCode::LoginRequired.into()),
    }
}
