//! Other passwords: each ends what the old one began.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::access::{Actor, SiteAction};
use domain::accounts::{check_password, normal_email};
use domain::audit::{Act, Deed};
use domain::ids::UserId;
use storage::Tx;

use super::addresses;
use super::confirmed::confirm;
use super::security_letters;
use super::sessions;
use crate::error::Result;
use crate::mail::letter::SecurityChange;
use crate::services::Services;

/// What became of the tokens of someone whose password was changed; how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    Stay(i64),
    Revoked(i64),
}

/// Sets a password from the command line. Every session and remembered password of before ends with it, in whatever process;
/// tokens only when asked for.
#[boxed]
pub async fn set_password(
    services: &Services,
    actor: &Actor,
    email: &str,
    password: &str,
    revoke_tokens: bool,
) -> Result<Tokens> {
    let user = services.db.user_by_email(&normal_email(email)).await?.ok_or(ErrorCode::NotFound)?.user;
    check_password(password, &user.email)?;
    let hash = services.passwords.hash(password, actor.from).await?;
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    let (tokens, revoked) = replace(&mut tx, user.id, &hash, "", revoke_tokens, now).await?;
    tx.record(now, actor, Act::of_account(Deed::SetPassword, user.id).after("revoked_tokens", revoked));
    security_letters::changed(services, &mut tx, &user, SecurityChange::Password, now).await?;
    tx.commit().await?;
    Ok(tokens)
}

/// Sets another password for one's own account, which asks for the one of now. Every other session ends.
///
/// # Errors
/// `login_required`; a wrong password; `too_many_attempts`, `unavailable`.
#[boxed]
pub async fn change_password(
    services: &Services,
    actor: &Actor,
    current: &str,
    password: &str,
    revoke_tokens: bool,
    session: Option<&str>,
) -> Result<Tokens> {
    actor.may(SiteAction::ChangeAccount).check()?;
    check_password(password, &actor.person()?.email)?;
    let confirmed = confirm(services, actor, current).await?;
    let hash = services.passwords.hash(password, actor.from).await?;
    let (mut tx, row, now) = confirmed.begin(services).await?;
    let kept = session.map(sessions::name).unwrap_or_default();
    let (tokens, revoked) = replace(&mut tx, row.user.id, &hash, &kept, revoke_tokens, now).await?;
    tx.record(now, actor, Act::of_account(Deed::SetPassword, row.user.id).after("revoked_tokens", revoked));
    security_letters::changed(services, &mut tx, &row.user, SecurityChange::Password, now).await?;
    tx.commit().await?;
    Ok(tokens)
}

/// Sets a password and ends what began with the old one but for a session; whoever had that has no other address confirmed either. With
/// the tokens go the links to institutions. What became of the tokens, and how many were revoked.
pub(crate) async fn replace(
    tx: &mut Tx,
    user: UserId,
    hash: &str,
    kept: &str,
    revoke_tokens: bool,
    now: DateTime<Utc>,
) -> Result<(Tokens, i64)> {
    tx.set_password(user, hash).await?;
    tx.renew_credentials_but(user, kept).await?;
    tx.end_links_of(user, addresses::KIND, now).await?;
    let tokens = tx.count_tokens(user, now).await?;
    if !revoke_tokens {
        return Ok((Tokens::Stay(tokens), 0));
    }
    tx.delete_tokens_of(user).await?;
    // Whoever knew the password may have linked one of theirs.
    tx.delete_identities_of(user).await?;
    Ok((Tokens::Revoked(tokens), tokens))
}
