//! Browser sessions: a cookie's random value names who is signed in, for fourteen days after their last visit.

use async_recursion::async_recursion as boxed;
use chrono::Duration;
use domain::accounts::User;
use scoring::Hash;

use crate::accounts::Known;
use crate::error::Result;
use crate::secrets;
use crate::services::Services;

/// How long a session lasts without a visit.
pub const LIFE: Duration = Duration::days(14);
/// How often a visit makes it last longer, so that reading pages does not write.
const EXTEND_EVERY: Duration = Duration::days(1);
/// Sessions of one person at once; a further one ends the one that was visited longest ago.
const KEPT: i64 = 50;

/// Who a session belongs to, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub user: User,
    /// What was left for the next page to show; empty when nothing was.
    pub left: String,
    /// Whether the session should be extended by this visit.
    pub is_due: bool,
}

/// Begins a session and returns its secret, which only the browser keeps. The one that it replaces ends, so that one that was
/// planted before is worth nothing.
#[boxed]
pub async fn begin(services: &Services, who: &Known, replaces: Option<&str>) -> Result<String> {
    let secret = secrets::session();
    let mut tx = services.db.begin().await?;
    if let Some(old) = replaces {
        tx.delete_session(&name(old)).await?;
    }
    tx.delete_old_sessions(who.user.id, KEPT - 1).await?;
    tx.insert_session(&name(&secret), who.user.id, who.version, services.clock.now() + LIFE).await?;
    tx.commit().await?;
    Ok(secret)
}

/// The visit that a cookie's secret stands for.
#[boxed]
pub async fn find(services: &Services, secret: &str) -> Result<Option<Visit>> {
    let now = services.clock.now();
    let row = services.sessions.ask(services.asked, name(secret)).await?.filter(|row| row.expires_at > now);
    Ok(row.map(|row| Visit { is_due: row.expires_at - now <= LIFE - EXTEND_EVERY, left: row.data, user: row.user }))
}

/// Makes the session last from now on.
#[boxed]
pub async fn extend(services: &Services, secret: &str) -> Result<()> {
    let mut tx = services.db.begin().await?;
    tx.extend_session(&name(secret), services.clock.now() + LIFE).await?;
    Ok(tx.commit().await?)
}

/// Leaves something for the next page; an empty text takes it away.
#[boxed]
pub async fn leave(services: &Services, secret: &str, left: &str) -> Result<()> {
    let mut tx = services.db.begin().await?;
    tx.set_session_data(&name(secret), left).await?;
    Ok(tx.commit().await?)
}

#[boxed]
pub async fn end(services: &Services, secret: &str) -> Result<()> {
    let mut tx = services.db.begin().await?;
    tx.delete_session(&name(secret)).await?;
    Ok(tx.commit().await?)
}

/// Removes the sessions that have ended by themselves.
#[boxed]
pub async fn sweep(services: &Services) -> Result<()> {
    let mut tx = services.db.begin().await?;
    tx.delete_expired_sessions(services.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// What is stored of a secret: whoever reads the database or a copy of it cannot sign in with that.
fn name(secret: &str) -> String {
    Hash::of(secret).to_string()
}
