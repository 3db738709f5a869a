//! What a request brings along on the server: the application's services, who is asking, how the last form ended.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use domain::access::Actor;
use domain::accounts::User;
use domain::competitions::Competition;
use domain::leaderboards::Leaderboard;
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use platform::accounts::sessions::SessionPlace;
use platform::{Services, competitions, teams};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::viewer;

/// How the form that was just sent ended; shown once on the page that comes after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flash {
    /// Where the form was sent: the server function's own path, such as `/api/fn/log_in`.
    pub path: String,
    /// What it returned, or why it failed.
    pub outcome: Result<Value, AppError>,
    /// What was typed, without passwords, so that nothing has to be typed again.
    pub values: BTreeMap<String, String>,
}

/// This page is rendered for everyone who looks at this leaderboard: where it would say something of one reader it leaves a
/// mark ([`crate::mine`]), which the server replaces.
#[derive(Debug, Clone)]
pub struct Shared(pub Arc<Leaderboard>);

/// The leaderboard of a page that is rendered for everyone.
pub fn shared() -> Option<Arc<Leaderboard>> {
    use_context::<Shared>().map(|shared| shared.0)
}

/// Address of the client as far as proxies are trusted; what guessing is throttled by.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl Default for ClientAddress {
    /// Nobody's: where a connection has no address, all are one place.
    fn default() -> Self {
        Self(Ipv4Addr::UNSPECIFIED.into())
    }
}

/// The site's public address, without a slash at the end.
#[derive(Debug, Clone, Default)]
pub struct BaseUrl(pub String);

pub fn base_url() -> String {
    use_context::<BaseUrl>().unwrap_or_default().0
}

/// A field of the address' query, decoded once, as links and forms encode it; the router's own map is decoded twice.
pub fn query(name: &str) -> Option<String> {
    let address = viewer().path;
    let (_, query) = address.split_once('?')?;
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    fields.into_iter().find(|(field, _)| field == name).map(|(_, value)| value)
}

/// The application's services.
///
/// # Panics
/// When the server did not provide them, which its router does for every request.
pub fn services() -> Services {
    expect_context()
}

/// The signed-in user.
///
/// # Errors
/// `login_required`.
pub fn user() -> Result<User, AppError> {
    viewer().user.ok_or(ErrorCode::LoginRequired.into())
}

/// Who sent this form, by whichever browser: signed in or not.
pub fn actor() -> Actor {
    Actor::browser(viewer().user, Some(client_address()))
}

pub fn client_address() -> IpAddr {
    use_context::<ClientAddress>().unwrap_or_default().0
}

/// By what the reader may know a session that begins now.
pub fn place() -> SessionPlace {
    let parts = use_context::<Parts>();
    let says = parts.as_ref().and_then(|parts| parts.headers.get(USER_AGENT)?.to_str().ok()).unwrap_or_default();
    SessionPlace::of(says, client_address())
}

/// How the last form ended, if it was sent to one of these paths.
pub fn flash(paths: &[&str]) -> Option<Flash> {
    use_context::<Flash>().filter(|flash| paths.contains(&flash.path.as_str()))
}

/// The competition of an address.
///
/// # Errors
/// `not_found`.
pub async fn competition(slug: &str) -> Result<Competition, AppError> {
    Ok(competitions::get(&services(), slug).await?)
}

/// Who acts, signed in, and the team that is meant: their own, or the one of a number, which organizers too may name.
///
/// # Errors
/// `login_required`, `not_found`, `not_member`.
pub async fn team(slug: &str, number: Option<i64>) -> Result<(Actor, Team), AppError> {
    let competition = competition(slug).await?;
    let Some(number) = number else { return own_team(&competition).await };
    let actor = actor();
    let team = teams::for_insiders(&services(), &competition, &actor, number).await?;
    Ok((actor, team))
}

/// Who acts, signed in, and their team in a competition.
///
/// # Errors
/// `login_required`, `not_member`.
pub async fn own_team(competition: &Competition) -> Result<(Actor, Team), AppError> {
    let actor = actor();
    let team = teams::of(&services(), competition, actor.person()?).await?.ok_or(ErrorCode::NotMember)?;
    Ok((actor, team))
}
