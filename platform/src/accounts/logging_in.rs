//! Logging in, by a browser or by a program that sends a password along.

use std::net::IpAddr;

use async_recursion::async_recursion as boxed;
use domain::ErrorCode;
use domain::access::{Actor, Via};
use domain::accounts::{EMAIL_MAX, PASSWORD_MAX, User, normal_email};
use storage::accounts::CredentialsRow;

use super::codes::{self, CodeUse};
use super::known::Known;
use super::passwords::Owner;
use super::security_letters;
use super::tokens::user_of_token;
use crate::error::Result;
use crate::mail::letter::SecurityChange;
use crate::secrets;
use crate::services::Services;

/// The user of an e-mail and password without a second factor, tried from a network address: see [`log_in_with_code`].
///
/// # Errors
/// The same.
#[boxed]
pub async fn log_in(services: &Services, email: &str, password: &str, from: IpAddr) -> Result<Known> {
    log_in_with_code(services, email, password, "", from).await
}

/// The user of an e-mail, a password and, where they have a second factor, a code of it. One answer after the same work for an unknown
/// address, a wrong password, and a code that is wrong or missing: whoever has no code learns nothing of the password.
///
/// # Errors
/// `bad_credentials`, `account_suspended` after what was right, `too_many_attempts` (see [`crate::throttle`]), `unavailable` when too many wait.
#[boxed]
pub async fn log_in_with_code(
    services: &Services,
    email: &str,
    password: &str,
    code: &str,
    from: IpAddr,
) -> Result<Known> {
    let (email, now) = (normal_email(email), services.clock.now());
    // No account has such: hashing and remembering it would only cost.
    if email.len() > EMAIL_MAX || password.chars().count() > PASSWORD_MAX {
        return Err(ErrorCode::BadCredentials.into());
    }
    if let Some(owner) = services.passwords.remembered(&email, password, now)
        && let Some(row) = services.db.user_by_id(owner.user).await?
        && (row.credentials_version, row.secret.is_none(), row.user.email == email) == (owner.version, true, true)
    {
        return Known::of(row);
    }
    let attempt = services.throttle.log_in(&email, from, now)?;
    let row = services.db.user_by_email(&email).await?;
    let has_factor = row.as_ref().is_some_and(|row| row.secret.is_some());
    let has_code = !code.trim().is_empty();
    let code = codes::read(services, row.as_ref(), code).await?;
    let (is_slowed, stored) = (attempt.is_slowed(), row.as_ref().map(|row| row.password_hash.as_str()));
    // With a second factor a right password is no success yet, and forgives nothing.
    let settle = move |fits: bool| attempt.settle(fits && !has_factor);
    let fits = services.passwords.verify(password, stored, from, is_slowed, settle).await?;
    let Some(row) = row.filter(|_| fits) else { return Err(ErrorCode::BadCredentials.into()) };
    if has_factor {
        // A program that sends the password alone guesses no code: it must not use up what its owner may try.
        if !has_code {
            return Err(ErrorCode::BadCredentials.into());
        }
        pass(services, &row, code, Some(from)).await?;
        services.throttle.forgive_log_in(&email, from, now);
    } else {
        let owner = Owner { user: row.user.id, version: row.credentials_version };
        services.passwords.remember(&email, password, owner, now);
    }
    Known::of(row)
}

/// Uses the code of a log-in.
///
/// # Errors
/// `bad_credentials`.
pub(super) async fn pass(
    services: &Services,
    row: &CredentialsRow,
    code: Option<CodeUse>,
    from: Option<IpAddr>,
) -> Result<()> {
    let code = codes::tried(services, &row.user, code).ok_or(ErrorCode::BadCredentials)?;
    let actor = Actor::browser(Some(row.user.clone()), from);
    let (now, is_recovery) = (services.clock.now(), matches!(code, CodeUse::Recovery(_)));
    let mut tx = services.db.begin().await?;
    if !codes::take(&mut tx, &actor, &row.user, code, now).await? {
        return Err(ErrorCode::BadCredentials.into());
    }
    if is_recovery {
        security_letters::changed(services, &mut tx, &row.user, SecurityChange::RecoveryCodeUsed, now).await?;
    }
    Ok(tx.commit().await?)
}

/// The user and the door of HTTP Basic credentials: `email:TOKEN` or `email:password`. A token must be of that e-mail's user. The
/// password of an account with a second factor is refused like a wrong one: programs use its tokens.
#[boxed]
pub async fn user_of_basic(services: &Services, email: &str, secret: &str, from: IpAddr) -> Result<(User, Via)> {
    if !secrets::is_token(secret) {
        let user = log_in(services, email, secret, from).await?.user;
        // Whoever has a second factor does not come this way.
        return Ok((User { needs_factor: services.config.requires_factor, ..user }, Via::Password));
    }
    let (user, scopes) = user_of_token(services, secret).await?;
    if user.email == normal_email(email) {
        Ok((user, Via::Token(scopes)))
    } else {
        Err(ErrorCode::BadCredentials.into())
    }
}
