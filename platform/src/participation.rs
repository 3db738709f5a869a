//! Joining a competition: agreeing to its rules.

use chrono::{DateTime, Utc};
use domain::accounts::User;
use domain::competitions::Competition;
use domain::participation::Part;
use domain::stages::Phase;
use domain::{AppError, ErrorCode};

use crate::error::{Error, Result};
use crate::services::Services;

/// What a user is to a competition.
pub async fn of(services: &Services, competition: &Competition, user: &User) -> Result<Part> {
    let mut part = services.participants.ask(services.asked, (competition.id, user.id)).await?.unwrap_or_default();
    part.is_organizer |= user.is_admin;
    Ok(part)
}

/// Makes the user a participant. Doing it twice changes nothing.
///
/// # Errors
/// `rules_not_agreed`; `stage_closed` once the competition is over.
pub async fn join(services: &Services, competition: &Competition, user: &User, agreed: bool) -> Result<()> {
    let now = services.clock.now();
    if competition.phase(now) == Phase::Closed {
        let ended = competition.phase_stage(now).and_then(|stage| stage.ends_at).unwrap_or(now);
        let over = AppError::new(ErrorCode::StageClosed).with("at", ended.to_rfc3339());
        return Err(Error::App(over).in_zone(&competition.settings.zone));
    }
    if !agreed {
        return Err(ErrorCode::RulesNotAgreed.into());
    }
    let mut tx = services.db.begin().await?;
    if tx.join(competition.id, user.id, now).await? {
        tx.audit(now, Some(user.id), Some(competition.id), "participation.join", &user.email).await?;
    }
    Ok(tx.commit().await?)
}

/// When the user agreed to the rules, if they take part.
pub async fn agreed_at(services: &Services, competition: &Competition, user: &User) -> Result<Option<DateTime<Utc>>> {
    Ok(services.db.agreed_at(competition.id, user.id).await?)
}

/// # Errors
/// `not_participant`.
pub async fn require(services: &Services, competition: &Competition, user: &User) -> Result<()> {
    agreed_at(services, competition, user).await?.map(|_| ()).ok_or(ErrorCode::NotParticipant.into())
}
