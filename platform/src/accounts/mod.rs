//! Accounts: sign up, log in, tokens; and who is behind a request.

pub mod passwords;
pub mod sessions;

use std::net::IpAddr;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Duration, Utc};
use domain::access::{Actor, Scopes, SiteAction, Via};
use domain::accounts::{EMAIL_MAX, PASSWORD_MAX, SignUp, Token, User, normal_email, valid_public_name};
use domain::audit::{Act, Deed, Fact};
use domain::error::FieldProblem;
use domain::ids::{TokenId, UserId};
use domain::names;
use domain::{AppError, ErrorCode};
use storage::accounts::NewUser;

use crate::accounts::passwords::Owner;
use crate::error::Result;
use crate::events::Event;
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

/// Someone who has shown who they are, and the version of the credentials they showed it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub user: User,
    pub(crate) version: i64,
}

/// Makes an account for a visitor. That an e-mail has an account already is said here and nowhere else: there is no other way to
/// tell its owner.
///
/// # Errors
/// Every wrong field at once; `email_taken`; `too_many_attempts` after many accounts from this network.
#[boxed]
pub async fn sign_up(services: &Services, visitor: &Actor, form: SignUp) -> Result<Known> {
    let form = form.validated()?;
    if let Some(from) = visitor.from {
        services.throttle.sign_up(from, services.clock.now())?;
    }
    Ok(Known { user: make(services, visitor, shown(form), false).await?, version: 0 })
}

/// The form with the public name as it will be shown.
fn shown(form: SignUp) -> SignUp {
    SignUp { public_name: names::tidy(&form.public_name), ..form }
}

/// Makes an account from the command line, where the operator answers for it.
#[boxed]
pub async fn add(services: &Services, actor: &Actor, form: SignUp, is_admin: bool) -> Result<User> {
    make(services, actor, form, is_admin).await
}

async fn make(services: &Services, actor: &Actor, form: SignUp, is_admin: bool) -> Result<User> {
    let form = form.validated()?;
    let hash = services.passwords.hash(&form.password, actor.from).await?;
    let user = new_user(form, is_admin, services.clock.now());
    create(services, actor, &user, &hash, false).await?;
    Ok(user)
}

fn new_user(form: SignUp, is_admin: bool, now: DateTime<Utc>) -> User {
    let SignUp { email, name, public_name, affiliation, .. } = form;
    let public_name = Some(public_name).filter(|name| !name.is_empty());
    User { id: UserId::at(now), email, name, public_name, affiliation, is_admin }
}

/// Stores an account whose data were checked.
pub(crate) async fn create(
    services: &Services,
    actor: &Actor,
    user: &User,
    password_hash: &str,
    is_demo: bool,
) -> Result<()> {
    let at = services.clock.now();
    let mut tx = services.db.begin().await?;
    match tx.insert_user(NewUser { user, password_hash, is_demo, at }).await {
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::field("email", FieldProblem::EmailTaken).into());
        }
        other => other?,
    }
    if user.public_name.is_some() {
        tx.set_public_name(user.id, user.public_name.as_deref()).await?;
    }
    let change = Act::of_account(Deed::CreateAccount, user.id)
        .after("email", Fact::Personal(user.id, user.email.clone()))
        .after("is_admin", user.is_admin);
    // Whoever signs up is nobody before.
    let maker = if actor.user.is_none() && actor.via == Via::Session {
        Actor { user: Some(user.clone()), ..actor.clone() }
    } else {
        actor.clone()
    };
    tx.record(at, &maker, change);
    Ok(tx.commit().await?)
}

/// Chooses the name that everyone may see, or none; leaderboards show it from then on.
///
/// # Errors
/// A wrong name; `too_many_attempts`.
#[boxed]
pub async fn set_public_name(services: &Services, actor: &Actor, name: &str) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let user = actor.person()?;
    let name = names::tidy(name);
    if !valid_public_name(&name) {
        return Err(AppError::field("public_name", FieldProblem::PublicName).into());
    }
    services.throttle.seldom(Seldom::SetPublicName, user.id, services.clock.now())?;
    let mut tx = services.db.begin().await?;
    let name = Some(name.as_str()).filter(|name| !name.is_empty());
    let change = Act::of_account(Deed::SetPublicName, user.id)
        .before("public_name", Fact::personal(user.id, user.public_name.as_deref()))
        .after("public_name", Fact::personal(user.id, name));
    tx.set_public_name(user.id, name).await?;
    tx.record(services.clock.now(), actor, change);
    let mut events = Vec::new();
    for stage in tx.named_on(user.id).await? {
        let (competition, version) = tx.raise_for_names(stage).await?;
        events.push(Event::Leaderboard { competition, stage, version });
    }
    services.events.commit(tx, events).await
}

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
    let row = services.db.user_by_email(&normal_email(email)).await?.ok_or(ErrorCode::NotFound)?;
    let user = row.user;
    let form = SignUp {
        email: user.email.clone(),
        name: user.name.clone(),
        public_name: String::new(),
        affiliation: user.affiliation.clone(),
        password: password.to_owned(),
    };
    let form = form.validated()?;
    let hash = services.passwords.hash(&form.password, actor.from).await?;
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    tx.set_password(user.id, &hash).await?;
    tx.renew_credentials(user.id).await?;
    let tokens = tx.count_tokens(user.id, now).await?;
    if revoke_tokens {
        tx.delete_tokens_of(user.id).await?;
    }
    let revoked = if revoke_tokens { tokens } else { 0 };
    tx.record(now, actor, Act::of_account(Deed::SetPassword, user.id).after("revoked_tokens", revoked));
    tx.commit().await?;
    Ok(if revoke_tokens { Tokens::Revoked(tokens) } else { Tokens::Stay(tokens) })
}

/// Ends every session of a user, wherever it is; tokens stay.
#[boxed]
pub async fn log_out_everywhere(services: &Services, actor: &Actor) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let user = actor.person()?;
    let mut tx = services.db.begin().await?;
    tx.renew_credentials(user.id).await?;
    tx.record(services.clock.now(), actor, Act::of_account(Deed::LogOutEverywhere, user.id));
    Ok(tx.commit().await?)
}

/// The user of an e-mail and password, tried from a network address. One answer for a wrong password and an unknown address, after
/// the same work.
///
/// # Errors
/// `bad_credentials`, `too_many_attempts` (see [`crate::throttle`]), `unavailable` when too many wait.
#[boxed]
pub async fn log_in(services: &Services, email: &str, password: &str, from: IpAddr) -> Result<Known> {
    let (email, now) = (normal_email(email), services.clock.now());
    // No account has such: hashing and remembering it would only cost.
    if email.len() > EMAIL_MAX || password.chars().count() > PASSWORD_MAX {
        return Err(ErrorCode::BadCredentials.into());
    }
    if let Some(owner) = services.passwords.remembered(&email, password, now)
        && let Some(row) = services.db.user_by_id(owner.user).await?
        && row.credentials_version == owner.version
    {
        return Ok(Known { version: owner.version, user: row.user });
    }
    let attempt = services.throttle.log_in(&email, from, now)?;
    let row = services.db.user_by_email(&email).await?;
    let stored = row.as_ref().map(|row| row.password_hash.as_str());
    let is_slowed = attempt.is_slowed();
    let fits = services.passwords.verify(password, stored, from, is_slowed, move |fits| attempt.settle(fits)).await?;
    let Some(row) = row.filter(|_| fits) else { return Err(ErrorCode::BadCredentials.into()) };
    let owner = Owner { user: row.user.id, version: row.credentials_version };
    services.passwords.remember(&email, password, owner, now);
    Ok(Known { version: owner.version, user: row.user })
}

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
    Ok((found.user, found.scopes))
}

/// The user and the door of HTTP Basic credentials: `email:TOKEN` or `email:password`. A token must be of that e-mail's user.
#[boxed]
pub async fn user_of_basic(services: &Services, email: &str, secret: &str, from: IpAddr) -> Result<(User, Via)> {
    if !secrets::is_token(secret) {
        return Ok((log_in(services, email, secret, from).await?.user, Via::Password));
    }
    let (user, scopes) = user_of_token(services, secret).await?;
    if user.email == normal_email(email) {
        Ok((user, Via::Token(scopes)))
    } else {
        Err(ErrorCode::BadCredentials.into())
    }
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
    tx.lock_user(user.id).await?;
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

/// Whether demo accounts exist, so that a banner says it.
#[boxed]
pub async fn is_demo(services: &Services) -> Result<bool> {
    Ok(services.db.has_demo_users().await?)
}
