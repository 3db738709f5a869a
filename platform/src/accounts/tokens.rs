//! Personal access tokens: what programs show instead of a password.

use async_recursion::async_recursion as boxed;
use chrono::Duration;
use domain::access::{Actor, Scopes, SiteAction};
use domain::accounts::{Token, User};
use domain::audit::{Act, Deed};
use domain::error::FieldProblem;
use domain::ids::TokenId;
use domain::names;
use domain::{AppError, ErrorCode};

use super::confirmed::hold;
use crate::error::Result;
use crate::secrets;
use crate::services::Services;
use crate::throttle::Seldom;
use crate::visits::Visits;

/// How often a token's last use is written, so that a busy program leaves no more to write than this.
const TOUCH_EVERY: Duration = Duration::minutes(1);
/// Longest lifetime of a token in days.
const DAYS_MAX: i64 = 366;
/// Tokens of one person that work at the same time.
const TOKENS_MAX: i64 = 50;

/// The user of a token that has not expired, and what it may be used for.
///
/// # Errors
/// `bad_credentials` for a token that is unknown, expired or revoked.
#[boxed]
pub async fn user_of_token(services: &Services, token: &str) -> Result<(User, Scopes)> {
    let now = services.clock.now();
    let found = services.tokens.ask(services.asked, secrets::token_hash(token)).await?;
    let found = found.filter(|found| found.expires_at.is_none_or(|at| at > now)).ok_or(ErrorCode::BadCredentials)?;
    if found.last_used_at.is_none_or(|last| now - last >= TOUCH_EVERY) {
        services.cache::<Visits>().used(found.token_id, now);
    }
    let needs_factor = services.config.requires_factor && !found.has_factor;
    Ok((User { needs_factor, ..found.user }, found.scopes))
}

/// How long a new token works, in days: each has an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime(i64);

impl Lifetime {
    pub const LONGEST: Self = Self(DAYS_MAX);
}

impl std::str::FromStr for Lifetime {
    type Err = AppError;

    /// A number of days.
    fn from_str(text: &str) -> Result<Self, AppError> {
        let days = text.parse().ok().filter(|days| (1..=DAYS_MAX).contains(days));
        days.map(Self).ok_or_else(|| AppError::field("days", FieldProblem::TokenDays))
    }
}

/// Makes a token; the second part is the secret, which is shown now and never again.
///
/// # Errors
/// A wrong name; `too_many_attempts`; `too_many_tokens`.
#[boxed]
pub async fn create_token(
    services: &Services,
    actor: &Actor,
    name: &str,
    lifetime: Lifetime,
    scopes: Scopes,
) -> Result<(Token, String)> {
    actor.may(SiteAction::ChangeTokens).check()?;
    let user = actor.person()?;
    let name = names::tidy(name);
    if name.is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control) {
        return Err(AppError::field("name", FieldProblem::TokenName).into());
    }
    if scopes == Scopes::default() {
        return Err(AppError::field("scopes", FieldProblem::TokenScopes).into());
    }
    let now = services.clock.now();
    services.throttle.seldom(Seldom::CreateToken, user.id, now)?;
    let secret = secrets::token();
    let token = Token {
        id: TokenId::at(now),
        name,
        prefix: secret.chars().take(8).collect(),
        scopes,
        created_at: now,
        expires_at: Some(now + Duration::days(lifetime.0)),
        last_used_at: None,
    };
    let mut tx = services.db.begin().await?;
    hold(&mut tx, user.id).await?;
    if tx.count_tokens(user.id, now).await? >= TOKENS_MAX {
        return Err(AppError::new(ErrorCode::TooManyTokens).with("max", TOKENS_MAX).into());
    }
    tx.insert_token(user.id, &token, &secrets::token_hash(&secret)).await?;
    let change = Act::of_account(Deed::CreateToken, user.id)
        .after("token", token.id.0)
        .after("prefix", token.prefix.as_str())
        .after("scopes", scopes.keys())
        .after("expires_at", token.expires_at);
    tx.record(now, actor, change);
    tx.commit().await?;
    Ok((token, secret))
}

/// A user's tokens, the newest first, with uses that are not written yet.
#[boxed]
pub async fn tokens(services: &Services, user: &User) -> Result<Vec<Token>> {
    let unwritten = services.cache::<Visits>().unwritten_uses();
    let mut tokens = services.db.tokens_of(user.id).await?;
    for token in &mut tokens {
        token.last_used_at = token.last_used_at.max(unwritten.get(&token.id.0).copied());
    }
    Ok(tokens)
}

/// Takes a token back; only its owner can.
#[boxed]
pub async fn revoke_token(services: &Services, actor: &Actor, id: TokenId) -> Result<()> {
    actor.may(SiteAction::ChangeTokens).check()?;
    let user = actor.person()?;
    let mut tx = services.db.begin().await?;
    if !tx.delete_token(id, user.id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    tx.record(services.clock.now(), actor, Act::of_account(Deed::RevokeToken, user.id).before("token", id.0));
    Ok(tx.commit().await?)
}
