//! What a service reports of teams: that they use their notebooks. It is no person and does nothing else; its token is a competition's.

use std::collections::HashSet;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::error::{FieldProblem, WrongFields};
use domain::idle::SILENCE;
use domain::ids::TeamNumber;
use domain::{AppError, ErrorCode};
use subtle::ConstantTimeEq as _;

use crate::error::Result;
use crate::services::Services;
use crate::{access, secrets};

/// Teams in one report.
pub const REPORTED: usize = 1000;
/// Of them that there are none of, so many are named.
const NAMED: usize = 100;

/// Makes the token by which a service reports; it is shown now and never again, and the one before ends.
///
/// # Errors
/// `login_required`, `not_owner`.
#[boxed]
pub async fn renew_token(services: &Services, competition: &Competition, actor: &Actor) -> Result<String> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::SetServiceToken).await?;
    let token = secrets::service_token();
    tx.renew_service_token(competition.id, &secrets::token_hash(&token), now).await?;
    tx.record(now, actor, Act::of_competition(Deed::RenewServiceToken, competition.id));
    tx.commit().await?;
    Ok(token)
}

/// Ends the token; whether there was one.
///
/// # Errors
/// `login_required`, `not_owner`.
#[boxed]
pub async fn revoke_token(services: &Services, competition: &Competition, actor: &Actor) -> Result<bool> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::SetServiceToken).await?;
    if !tx.revoke_service_token(competition.id).await? {
        return Ok(false);
    }
    tx.record(now, actor, Act::of_competition(Deed::RevokeServiceToken, competition.id));
    tx.commit().await?;
    Ok(true)
}

/// Refuses whoever has not a competition's token.
///
/// # Errors
/// `bad_credentials`.
#[boxed]
pub async fn check(services: &Services, competition: &Competition, token: &str) -> Result<()> {
    let stored = services.db.service_token(competition.id).await?.unwrap_or_default();
    if bool::from(stored.ct_eq(&secrets::token_hash(token))) {
        return Ok(());
    }
    Err(ErrorCode::BadCredentials.into())
}

/// Notes that the service reports, and when teams were last active, of each the latest moment that was ever reported; what is still to come counts as now. All of a
/// report or nothing.
///
/// # Errors
/// `bad_credentials`; `invalid_input` for too many teams, and for each that there is none of at its place in the report.
#[boxed]
pub async fn report(
    services: &Services,
    competition: &Competition,
    token: &str,
    teams: &[(TeamNumber, Option<DateTime<Utc>>)],
) -> Result<()> {
    check(services, competition, token).await?;
    if teams.len() > REPORTED {
        return Err(AppError::field("teams", FieldProblem::Teams).into());
    }
    let known: HashSet<_> = services.db.team_numbers(competition.id).await?.into_iter().collect();
    let mut wrong = WrongFields::default();
    for (at, _) in teams.iter().enumerate().filter(|(_, (number, _))| !known.contains(number)).take(NAMED) {
        wrong.note(&format!("teams[{at}].team"), FieldProblem::UnknownTeam);
    }
    wrong.or(())?;
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    // In one order, whoever reports the same at once.
    let mut teams = teams.to_vec();
    teams.sort_unstable();
    for (number, at) in teams {
        // A leap second has no moment of its own in the database.
        let at = at.and_then(|at| DateTime::from_timestamp_micros(at.timestamp_micros())).unwrap_or(now);
        tx.set_team_active(competition.id, number, at.clamp(DateTime::UNIX_EPOCH, now)).await?;
    }
    tx.set_service_reported(competition.id, now, now - SILENCE).await?;
    Ok(tx.commit().await?)
}
