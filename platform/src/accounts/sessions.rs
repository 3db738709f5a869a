//! Browser sessions: a cookie's random value names who is signed in, for fourteen days after their last visit.

use std::net::IpAddr;

use async_recursion::async_recursion as boxed;
use chrono::Duration;
use domain::ErrorCode;
use domain::access::{Actor, SiteAction};
use domain::accounts::{Session, User};
use domain::audit::{Act, Deed};
use domain::events::Event;
use scoring::Hash;
use storage::sessions::NewSession;

use super::known::Known;
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

/// By what somebody may know a session of theirs again, and no more than that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionPlace {
    device: String,
    network: String,
}

impl SessionPlace {
    /// Of a browser that says this of itself, at an address.
    pub fn of(user_agent: &str, from: IpAddr) -> Self {
        Self { device: device(user_agent), network: network(from) }
    }
}

/// Browser and system, without their versions; empty for what is neither.
fn device(user_agent: &str) -> String {
    // Most say that they are others too: the first that is named counts.
    const BROWSERS: [(&str, &str); 11] = [
        ("KAKAOTALK", "KakaoTalk"),
        ("Whale/", "Whale"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Chromium/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ];
    let named =
        |list: &[(&str, &'static str)]| list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name);
    [named(&BROWSERS), named(&SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// An address without what tells one house from the next: `203.0.113.*`, `2001:db8:1:*`.
fn network(from: IpAddr) -> String {
    match from.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.*")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:*")
        }
    }
}

/// Begins a session and returns its secret, which only the browser keeps. The one that it replaces ends, so that one that was
/// planted before is worth nothing.
#[boxed]
pub async fn begin(services: &Services, who: &Known, replaces: Option<&str>, place: &SessionPlace) -> Result<String> {
    let secret = secrets::session();
    let began_at = services.clock.now();
    let mut tx = services.db.begin().await?;
    if let Some(old) = replaces {
        tx.delete_session(&name(old)).await?;
    }
    tx.delete_old_sessions(who.user.id, KEPT - 1).await?;
    tx.insert_session(NewSession {
        id: &name(&secret),
        user: who.user.id,
        version: who.version,
        began_at,
        expires_at: began_at + LIFE,
        device: &place.device,
        network: &place.network,
        by_institution: who.by_institution,
    })
    .await?;
    tx.commit().await?;
    Ok(secret)
}

/// The visit that a cookie's secret stands for.
#[boxed]
pub async fn find(services: &Services, secret: &str) -> Result<Option<Visit>> {
    let now = services.clock.now();
    let row = services.sessions.ask(services.asked, name(secret)).await?.filter(|row| row.expires_at > now);
    Ok(row.map(|row| Visit {
        is_due: row.expires_at - now <= LIFE - EXTEND_EVERY,
        left: row.data,
        user: User { needs_factor: services.config.requires_factor && !row.has_factor, ..row.user },
    }))
}

/// A user's sessions, the one visited last first; `current` is the secret of the one that asks.
#[boxed]
pub async fn list(services: &Services, user: &User, current: Option<&str>) -> Result<Vec<Session>> {
    let current = current.map(name).unwrap_or_default();
    let rows = services.db.sessions_of(user.id, services.clock.now()).await?;
    let session = |row: storage::sessions::ListedSession| Session {
        is_current: row.id == current,
        id: row.id,
        device: row.device,
        network: row.network,
        began_at: row.began_at,
        seen_at: row.expires_at - LIFE,
        by_institution: row.by_institution,
    };
    Ok(rows.into_iter().map(session).collect())
}

/// Ends one session of one's own.
///
/// # Errors
/// `login_required`; `not_found` for one that has ended.
#[boxed]
pub async fn end_one(services: &Services, actor: &Actor, id: &str) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let user = actor.person()?;
    let mut tx = services.db.begin().await?;
    if !tx.delete_own_session(id, user.id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    tx.record(services.clock.now(), actor, Act::of_account(Deed::EndSession, user.id));
    Ok(tx.commit().await?)
}

/// Ends every session of a user, wherever it is; tokens stay.
#[boxed]
pub async fn end_all(services: &Services, actor: &Actor) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let user = actor.person()?;
    let mut tx = services.db.begin().await?;
    tx.renew_credentials(user.id).await?;
    tx.record(services.clock.now(), actor, Act::of_account(Deed::LogOutEverywhere, user.id));
    Ok(tx.commit().await?)
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
    if let Some(user) = tx.delete_session(&name(secret)).await? {
        // Streams that are open with it end; others of theirs are opened again by whoever they still are.
        tx.say(Event::Part { user }, services.clock.now());
    }
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
pub(super) fn name(secret: &str) -> String {
    Hash::of(secret).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_a_browser_and_a_system_and_nothing_else_of_what_it_says() {
        for (says, device_is) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36",
                "Chrome · Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36 Edg/144.0.0.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Whale/4.30.1 Safari/537.36",
                "Whale · Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16; SM-S931N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0 Mobile Safari/537.36",
                "Samsung Internet · Android",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox · Linux"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15",
                "Safari · macOS",
            ),
            ("curl/8.5.0", ""),
            ("", ""),
        ] {
            assert_eq!(device(says), device_is, "{says}");
        }
    }

    #[test]
    fn an_address_is_kept_without_its_end() {
        for (from, kept) in [
            ("203.0.113.9", "203.0.113.*"),
            ("::ffff:203.0.113.9", "203.0.113.*"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:*"),
        ] {
            assert_eq!(network(from.parse().unwrap()), kept);
        }
    }
}
