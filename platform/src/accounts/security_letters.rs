//! Letters that tell an owner what was done to the doors of their account: whoever takes it away does not do so in silence.

use chrono::{DateTime, Utc};
use domain::accounts::User;
use domain::address;
use storage::Tx;

use crate::error::Result;
use crate::mail::Recipient;
use crate::mail::letter::{Letter, SecurityChange};
use crate::services::Services;

/// Writes that a door was changed, in the transaction of the deed.
pub(super) async fn changed(
    services: &Services,
    tx: &mut Tx,
    user: &User,
    change: SecurityChange,
    now: DateTime<Utc>,
) -> Result<()> {
    let letter = Letter::AccountSecurity { page: address::SECURITY.to_owned(), change, at: now };
    tell(services, tx, user, &letter, now).await
}

/// Writes to a confirmed address.
pub(crate) async fn tell(
    services: &Services,
    tx: &mut Tx,
    user: &User,
    letter: &Letter,
    now: DateTime<Utc>,
) -> Result<()> {
    if !user.is_verified() {
        return Ok(());
    }
    let to =
        Recipient { user: Some(user.id), competition: None, address: &user.email, locale: user.locale, reply_to: None };
    services.mail.post(tx, to, letter, now).await.map(|_| ())
}
