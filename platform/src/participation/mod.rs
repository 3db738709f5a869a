//! Taking part: applying, waiting, accepting, withdrawing. All that changes an application holds the competition's lock, whoever does
//! it, and ends by filling what places are free: [`places`]. What organizers decide is in [`decisions`].

pub mod answer_files;
mod applying;
pub mod decisions;
pub(crate) mod exclusion;
pub mod invitations;
mod letters;
pub(crate) mod places;
pub mod rules;
pub mod table;
pub(crate) mod waiting;

use std::cmp::Reverse;

use async_recursion::async_recursion as boxed;
use chrono::TimeDelta;
use domain::accounts::User;
use domain::competitions::Competition;
use domain::participation::{Part, ParticipationState};
use domain::stages::Phase;

use crate::error::Result;
use crate::services::Services;

pub use applying::{ApplicationForm, accept, agree, apply, join, withdraw};
pub use storage::accounts::OwnPart;
pub use storage::competitions::{AnswerFile, Applicant, ApplicantsAsked, InvitedAddress};

/// What a user is to a competition.
#[boxed]
pub async fn of(services: &Services, competition: &Competition, user: &User) -> Result<Part> {
    Ok(services.participants.ask(services.asked, (competition.id, user.id)).await?.unwrap_or_default())
}

/// Every competition in which somebody has a part, those first that are under way, then what is to come, then what is over, the latest
/// first. Two reads, however many there are.
#[boxed]
pub async fn own_parts(services: &Services, user: &User) -> Result<Vec<(Competition, OwnPart)>> {
    let parts = services.db.own_parts(user.id).await?;
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let (competitions, now) = (services.db.competitions().await?, services.clock.now());
    let of = |part: OwnPart| {
        let found = competitions.iter().find(|competition| competition.id == part.competition);
        found.map(|competition| (competition.clone(), part))
    };
    let mut own: Vec<_> = parts.into_iter().filter_map(of).collect();
    own.sort_by_key(|(competition, _)| {
        let place = match competition.phase(now) {
            Phase::Open => 0,
            Phase::Upcoming => 1,
            Phase::Closed => 2,
        };
        (place, Reverse(competition.phase_stage(now).map(|stage| stage.starts_at)))
    });
    Ok(own)
}

/// How long answers, and what organizers said, are kept after a competition's last stage.
const KEPT: TimeDelta = TimeDelta::days(90);

/// Forgets what was answered in competitions that are over for so long, and removes files that are no answers.
#[boxed]
pub async fn forget(services: &Services) -> Result<()> {
    let mut tx = services.db.begin().await?;
    let now = services.clock.now();
    tx.forget_answers_of_ended(now - KEPT, now).await?;
    tx.commit().await?;
    answer_files::remove_due(services).await?;
    Ok(())
}

/// One's own application, with where one waits and what organizers said.
#[boxed]
pub async fn own(services: &Services, competition: &Competition, user: &User) -> Result<Option<Applicant>> {
    let mut own = services.db.applicant(competition.id, user.id).await?;
    let now = services.clock.now();
    if let Some(own) = own.as_mut().filter(|own| own.offer_until.is_some_and(|until| until <= now)) {
        // The timer may be late.
        (own.state, own.offer_until) = (ParticipationState::Lapsed, None);
    }
    Ok(own)
}
