//! Whom organizers ask to apply, where a competition is by invitation: a list of addresses, each written to once.

use std::collections::BTreeSet;

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::accounts::{normal_email, valid_email};
use domain::applications::ApplyMode;
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::{AppError, ErrorCode, Locale, address};
use serde::{Deserialize, Serialize};
use storage::competitions::InvitedAddress;

use crate::access;
use crate::error::Result;
use crate::mail::Recipient;
use crate::mail::letter::Letter;
use crate::services::Services;

/// Addresses of one form, and of one competition.
const AT_ONCE: usize = 100;
const INVITED_MAX: i64 = 5000;

/// How many of a form's addresses were written to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    pub sent: usize,
    /// Those that had been asked before.
    pub known: usize,
}

/// All who were asked.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn list(services: &Services, competition: &Competition, actor: &Actor) -> Result<Vec<InvitedAddress>> {
    access::check(services, competition, actor, Action::DecideApplications).await?;
    Ok(services.db.application_invitations(competition.id).await?)
}

/// Asks the addresses of a text, whatever stands between them, and writes to each that was not asked before; one that was taken back
/// is asked again, without another letter.
///
/// # Errors
/// `login_required`, `not_organizer`; `invalid_input` for what is no address or too many at once; `too_many_attempts`;
/// `not_by_invitation`; `too_many_invitations`.
#[boxed]
pub async fn invite(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    emails: &str,
    locale: Locale,
) -> Result<Invited> {
    access::check(services, competition, actor, Action::DecideApplications).await?;
    let words = emails.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|word| !word.is_empty());
    let emails: BTreeSet<String> = words.map(normal_email).collect();
    if emails.is_empty() || emails.len() > AT_ONCE || !emails.iter().all(|email| valid_email(email)) {
        return Err(AppError::field("emails", FieldProblem::Emails).into());
    }
    if let Some(user) = actor.id() {
        let count = i64::try_from(emails.len()).unwrap_or(i64::MAX);
        services.throttle.invitations(user, count, services.clock.now())?;
    }
    let letter = Letter::ApplicationInvitation {
        page: address::apply(&competition.slug),
        competition: competition.settings.title.clone(),
    };
    let (mut tx, now) = access::begin(services, competition, actor, Action::DecideApplications).await?;
    if tx.rules(competition.id).await?.is_none_or(|rules| rules.settings.apply.mode != ApplyMode::Invitation) {
        return Err(ErrorCode::NotByInvitation.into());
    }
    let mut invited = Invited::default();
    for email in &emails {
        if !tx.invite_to_apply(competition.id, email, now).await? {
            tx.resume_invitation_to_apply(competition.id, email).await?;
            invited.known += 1;
            continue;
        }
        let to = Recipient { user: None, competition: Some(competition.id), address: email, locale, reply_to: None };
        services.mail.post(&mut tx, to, &letter, now).await?;
        invited.sent += 1;
    }
    if tx.count_application_invitations(competition.id).await? > INVITED_MAX {
        return Err(AppError::new(ErrorCode::TooManyInvitations).with("max", INVITED_MAX).into());
    }
    if invited.sent > 0 {
        let count = i64::try_from(invited.sent).unwrap_or(i64::MAX);
        tx.record(now, actor, Act::of_competition(Deed::InviteToApply, competition.id).after("addresses", count));
    }
    tx.commit().await?;
    Ok(invited)
}

/// Takes an address back: whoever has applied with it stays where they are.
///
/// # Errors
/// `login_required`, `not_organizer`, `not_found`.
#[boxed]
pub async fn uninvite(services: &Services, competition: &Competition, actor: &Actor, email: &str) -> Result<()> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::DecideApplications).await?;
    if !tx.end_invitation_to_apply(competition.id, &normal_email(email), now).await? {
        return Err(ErrorCode::NotFound.into());
    }
    tx.record(now, actor, Act::of_competition(Deed::UninviteToApply, competition.id));
    Ok(tx.commit().await?)
}
