//! Whether whoever sits before the browser is the account's owner. What could take an account away asks for the password, beside the
//! session; what takes the second factor away asks for a code too.

use std::net::Ipv4Addr;

use chrono::{DateTime, Utc};
use domain::access::{Actor, SiteAction};
use domain::accounts::{PASSWORD_MAX, User};
use domain::error::FieldProblem;
use domain::ids::UserId;
use domain::{AppError, ErrorCode};
use storage::Tx;
use storage::accounts::CredentialsRow;

use super::codes::{self, CodeUse};
use super::security_letters;
use crate::error::Result;
use crate::mail::letter::SecurityChange;
use crate::services::Services;

/// An account whose owner is there.
pub(crate) struct Confirmed(CredentialsRow);

/// Looks at the password, which counts as a try to log in.
///
/// # Errors
/// `login_required`; `password_wrong` at the field `current_password`; `too_many_attempts`, `unavailable`.
pub(crate) async fn confirm(services: &Services, actor: &Actor, password: &str) -> Result<Confirmed> {
    actor.may(SiteAction::ChangeAccount).check()?;
    if password.chars().count() > PASSWORD_MAX {
        return Err(wrong_password().into());
    }
    let row = services.db.user_by_id(actor.person()?.id).await?.ok_or(ErrorCode::LoginRequired)?;
    let from = actor.from.unwrap_or(Ipv4Addr::UNSPECIFIED.into());
    let attempt = services.throttle.log_in(&row.user.email, from, services.clock.now())?;
    let (is_slowed, stored) = (attempt.is_slowed(), Some(row.password_hash.as_str()));
    let fits = services.passwords.verify(password, stored, from, is_slowed, move |fits| attempt.settle(fits)).await?;
    if fits { Ok(Confirmed(row)) } else { Err(wrong_password().into()) }
}

fn wrong_password() -> AppError {
    AppError::field("current_password", FieldProblem::PasswordWrong)
}

impl Confirmed {
    pub(crate) fn user(&self) -> &User {
        &self.0.user
    }

    /// A transaction that holds the account as it was confirmed, and its moment.
    ///
    /// # Errors
    /// `password_wrong` where it was changed meanwhile.
    pub(crate) async fn begin(self, services: &Services) -> Result<(Tx, CredentialsRow, DateTime<Utc>)> {
        let mut tx = services.db.begin().await?;
        tx.lock_user(self.0.user.id).await?;
        let row = tx.user(self.0.user.id).await?;
        let row = row.filter(|row| row.credentials_version == self.0.credentials_version).ok_or_else(wrong_password)?;
        Ok((tx, row, services.clock.now()))
    }

    /// The same after a code of the second factor, which it uses up. Where there is none, nothing is asked.
    ///
    /// # Errors
    /// `code_wrong` at the field `code` besides.
    pub(crate) async fn begin_with_code(
        self,
        services: &Services,
        actor: &Actor,
        code: &str,
    ) -> Result<(Tx, CredentialsRow, DateTime<Utc>)> {
        let wrong = || AppError::field("code", FieldProblem::CodeWrong);
        let read = codes::read(services, Some(&self.0), code).await?;
        let code = self.0.secret.as_ref().and_then(|_| codes::tried(services, &self.0.user, read));
        let (mut tx, row, now) = self.begin(services).await?;
        if row.secret.is_some() {
            let code = code.ok_or_else(wrong)?;
            let is_recovery = matches!(code, CodeUse::Recovery(_));
            if !codes::take(&mut tx, actor, &row.user, code, now).await? {
                return Err(wrong().into());
            }
            if is_recovery {
                security_letters::changed(services, &mut tx, &row.user, SecurityChange::RecoveryCodeUsed, now).await?;
            }
        }
        Ok((tx, row, now))
    }
}

/// Holds an account whose owner changes something of it: it may have been deleted since the request began.
///
/// # Errors
/// `login_required`.
pub(super) async fn hold(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.lock_user(user).await?;
    tx.user(user).await?.map(|_| ()).ok_or(ErrorCode::LoginRequired.into())
}
