//! What applicants are written.

use chrono::{DateTime, Utc};
use domain::address;
use domain::competitions::Competition;
use domain::participation::ParticipationState;
use storage::Tx;
use storage::competitions::Addressee;

use crate::error::Result;
use crate::mail::letter::Letter;
use crate::mail::{Mail, Recipient};

/// A place is kept for them.
pub(super) async fn offered(
    mail: &Mail,
    tx: &mut Tx,
    competition: &Competition,
    to: &Addressee,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let letter = Letter::PlaceOffered {
        page: address::apply(&competition.slug),
        until,
        zone: competition.settings.zone,
        competition: competition.settings.title.clone(),
    };
    post(mail, tx, competition, to, &letter, now).await
}

/// Organizers have decided. Who was moved in the waitlist sees it on their page.
pub(super) async fn decided(
    mail: &Mail,
    tx: &mut Tx,
    competition: &Competition,
    to: &Addressee,
    (state, reason): (ParticipationState, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let (page, title) = (address::apply(&competition.slug), competition.settings.title.clone());
    let reason = reason.to_owned();
    let letter = match state {
        ParticipationState::Approved => Letter::ApplicationApproved { page, competition: title },
        ParticipationState::Waiting => Letter::ApplicationWaits { page, competition: title },
        ParticipationState::Declined => Letter::ApplicationDeclined { page, competition: title, reason },
        ParticipationState::Excluded => Letter::ParticipationEnded { page, competition: title, reason },
        _ => return Ok(()),
    };
    post(mail, tx, competition, to, &letter, now).await
}

async fn post(
    mail: &Mail,
    tx: &mut Tx,
    competition: &Competition,
    to: &Addressee,
    letter: &Letter,
    now: DateTime<Utc>,
) -> Result<()> {
    let to = Recipient {
        user: Some(to.user_id),
        competition: Some(competition.id),
        address: &to.email,
        locale: to.locale,
        reply_to: None,
    };
    mail.post(tx, to, letter, now).await.map(|_| ())
}
