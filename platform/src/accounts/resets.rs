//! Forgotten passwords. Whoever asks is told the same, after the same work, whether there is such an account: a letter is written for any
//! address, and dropped by who sends it where nobody has an account there.

use std::net::IpAddr;

use async_recursion::async_recursion as boxed;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::accounts::{check_password, normal_email, valid_email};
use domain::audit::{Act, Deed};
use domain::error::FieldProblem;
use domain::{AppError, ErrorCode, Locale, address};

use super::addresses;
use super::password_changes::{Tokens, replace};
use super::security_letters;
use crate::error::Result;
use crate::mail::Recipient;
use crate::mail::letter::Letter;
use crate::mail::letter::SecurityChange;
use crate::mail::links::{self, OpenedLink};
use crate::services::Services;

const KIND: &str = Letter::RESET_PASSWORD;
/// How long a letter's link can be used. Longer than it takes to use up an address's letters and have the next: whoever asks for
/// somebody's letters to keep theirs from them has sent them a link that works.
const WAITS: TimeDelta = TimeDelta::hours(1);

/// Asks for a letter that leads to a new password. Where an address was written to often already, the letters of before must do.
///
/// # Errors
/// What is no address; `too_many_attempts` from one network.
#[boxed]
pub async fn ask(services: &Services, email: &str, locale: Locale, from: IpAddr) -> Result<()> {
    let (email, now) = (normal_email(email), services.clock.now());
    if !valid_email(&email) {
        return Err(AppError::field("email", FieldProblem::Email).into());
    }
    // Before what the whole network has: one address over and over uses up nobody else's.
    if services.throttle.letter_to(KIND, &email, now).is_err() {
        return Ok(());
    }
    if let Err(refused) = services.throttle.letters_of(from, now) {
        // Whoever may ask no more takes none of the address' either.
        services.throttle.give_back_letter(KIND, &email, now);
        return Err(refused.into());
    }
    let letter = Letter::ResetPassword { page: address::RESET.to_owned(), until: now + WAITS };
    let to = Recipient { user: None, competition: None, address: &email, locale, reply_to: None };
    let mut tx = services.db.begin().await?;
    services.mail.post(&mut tx, to, &letter, now).await?;
    Ok(tx.commit().await?)
}

/// What the key of a letter's link leads to.
///
/// # Errors
/// `not_found` for one that never was or was forgotten; `link_used`, `link_ended`.
#[boxed]
pub async fn opened(services: &Services, key: &str) -> Result<OpenedLink> {
    links::open(services, KIND, key).await?.ok_or(ErrorCode::NotFound)?.fresh()
}

/// Sets the password of the account that a link was sent to. Every session ends, and every other such link; tokens as asked. Where
/// nobody had shown yet whose the address is, that is shown now, and tokens that somebody has made meanwhile end whatever was asked.
///
/// # Errors
/// `not_found`, `link_used`, `link_ended`; a password that cannot be one; `unavailable`.
#[boxed]
pub async fn set(
    services: &Services,
    visitor: &Actor,
    key: &str,
    password: &str,
    revoke_tokens: bool,
) -> Result<Tokens> {
    let link = opened(services, key).await?;
    let user = services.db.user_by_email(&link.address).await?.ok_or(ErrorCode::NotFound)?.user;
    check_password(password, &user.email)?;
    let hash = services.passwords.hash(password, visitor.from).await?;
    let mut tx = services.db.begin().await?;
    tx.lock_user(user.id).await?;
    let now = services.clock.now();
    // Whoever has the address now: it may have moved on.
    let row = tx.user(user.id).await?.filter(|row| row.user.email == link.address).ok_or(ErrorCode::NotFound)?;
    if !links::take(&mut tx, link.letter, now).await? {
        return Err(ErrorCode::LinkUsed.into());
    }
    let revoke_tokens = revoke_tokens || !row.user.is_verified();
    let (tokens, revoked) = replace(&mut tx, user.id, &hash, "", revoke_tokens, now).await?;
    tx.end_links_to(&link.address, KIND, now).await?;
    let owner = Actor { user: Some(row.user.clone()), ..visitor.clone() };
    addresses::note_verified(&mut tx, &owner, &row.user, now).await?;
    let act = Act::of_account(Deed::SetPassword, user.id).after("revoked_tokens", revoked).after("by_letter", true);
    tx.record(now, &owner, act);
    security_letters::changed(services, &mut tx, &row.user, SecurityChange::PasswordReset, now).await?;
    tx.commit().await?;
    Ok(tokens)
}
