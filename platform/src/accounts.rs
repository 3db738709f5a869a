//! Accounts: sign up, log in, tokens; and who is behind a request.

use chrono::{DateTime, Duration, Utc};
use domain::account::{SignUp, Token, User, normal_email};
use domain::error::FieldError;
use domain::ids::{TokenId, UserId};
use domain::{AppError, ErrorCode};

use crate::db::accounts::NewUser;
use crate::error::Result;
use crate::secrets;
use crate::services::Services;

/// How often a token's last use is written, so that a busy program leaves no more to write than this.
const TOUCH_EVERY: Duration = Duration::minutes(1);

/// Makes an account.
///
/// # Errors
/// Every wrong field at once; `email_taken`.
pub async fn sign_up(services: &Services, form: SignUp) -> Result<User> {
    let form = form.validated()?;
    let hash = services.passwords.hash(&form.password).await?;
    let user =
        User { id: UserId::new(), email: form.email, name: form.name, affiliation: form.affiliation, is_admin: false };
    create(services, &user, &hash, false).await?;
    Ok(user)
}

/// Stores an account whose data were checked.
pub(crate) async fn create(services: &Services, user: &User, password_hash: &str, is_demo: bool) -> Result<()> {
    let at = services.clock.now();
    let mut tx = services.db.begin().await?;
    match tx.insert_user(NewUser { user, password_hash, is_demo, at }).await {
        Err(error) if error.is_unique_violation() => return Err(AppError::field("email", "email_taken").into()),
        other => other?,
    }
    tx.audit(at, Some(user.id), None, "account.create", &user.email).await?;
    tx.commit().await
}

/// Makes an account from the command line, where the operator answers for it.
pub async fn add(services: &Services, form: SignUp, is_admin: bool) -> Result<User> {
    let form = form.validated()?;
    let hash = services.passwords.hash(&form.password).await?;
    let user = User { id: UserId::new(), email: form.email, name: form.name, affiliation: form.affiliation, is_admin };
    create(services, &user, &hash, false).await?;
    Ok(user)
}

/// Sets a password from the command line.
pub async fn set_password(services: &Services, email: &str, password: &str) -> Result<()> {
    let row = services.db.user_by_email(&normal_email(email)).await?.ok_or(ErrorCode::NotFound)?;
    let user = User::from(row);
    let form = SignUp {
        email: user.email.clone(),
        name: user.name.clone(),
        affiliation: user.affiliation.clone(),
        password: password.to_owned(),
    };
    let form = form.validated()?;
    let hash = services.passwords.hash(&form.password).await?;
    let mut tx = services.db.begin().await?;
    tx.set_password(user.id, &hash).await?;
    tx.audit(services.clock.now(), None, None, "account.password", &user.email).await?;
    tx.commit().await?;
    services.passwords.forget(user.id);
    Ok(())
}

/// The user of an e-mail and password. One answer for a wrong password and an unknown address, in the same time.
///
/// # Errors
/// `bad_credentials`, or `too_many_attempts` after ten failures of this address or from this place (`from`).
pub async fn log_in(services: &Services, email: &str, password: &str, from: &str) -> Result<User> {
    let (email, now) = (normal_email(email), services.clock.now());
    if let Some(id) = services.passwords.remembered(&email, password, now)
        && let Some(user) = services.db.user_by_id(id).await?
    {
        return Ok(user);
    }
    let keys = [format!("email:{email}"), format!("from:{from}")];
    for key in &keys {
        services.throttle.check(key, now)?;
    }
    let row = services.db.user_by_email(&email).await?;
    let fits = services.passwords.verify(password, row.as_ref().map(|row| row.password_hash.as_str())).await?;
    let Some(row) = row.filter(|_| fits) else {
        for key in &keys {
            services.throttle.failed(key, now);
        }
        return Err(ErrorCode::BadCredentials.into());
    };
    let user = User::from(row);
    services.throttle.clear(&keys[0]);
    services.passwords.remember(&email, password, user.id, now);
    Ok(user)
}

/// The user of a session.
pub async fn user(services: &Services, id: UserId) -> Result<Option<User>> {
    services.db.user_by_id(id).await
}

/// The user of a token that has not expired.
///
/// # Errors
/// `bad_credentials` for a token that is unknown, expired or revoked.
pub async fn user_of_token(services: &Services, token: &str) -> Result<User> {
    let now = services.clock.now();
    let hash = secrets::token_hash(token);
    let Some((id, user, last_used)) = services.db.token_by_hash(&hash, now).await? else {
        return Err(ErrorCode::BadCredentials.into());
    };
    if last_used.is_none_or(|last| now - last >= TOUCH_EVERY) {
        services.visits.used(id, now);
    }
    services.db.user_by_id(user).await?.ok_or(ErrorCode::BadCredentials.into())
}

/// The user of HTTP Basic credentials: `email:TOKEN` or `email:password`. A token must be of that e-mail's user.
pub async fn user_of_basic(services: &Services, email: &str, secret: &str, from: &str) -> Result<User> {
    if !secret.starts_with("mdg_") {
        return log_in(services, email, secret, from).await;
    }
    let user = user_of_token(services, secret).await?;
    if user.email == normal_email(email) { Ok(user) } else { Err(ErrorCode::BadCredentials.into()) }
}

/// How long a new token works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    Days(i64),
    Forever,
}

/// Makes a token; the second part is the secret, which is shown now and never again.
pub async fn create_token(services: &Services, user: &User, name: &str, lifetime: Lifetime) -> Result<(Token, String)> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > 40 {
        return Err(AppError::fields(vec![FieldError { field: "name".into(), problem: "token_name".into() }]).into());
    }
    let now = services.clock.now();
    let secret = secrets::token();
    let token = Token {
        id: TokenId::new(),
        name,
        prefix: secret.chars().take(8).collect(),
        created_at: now,
        expires_at: expiry(lifetime, now),
        last_used_at: None,
    };
    let mut tx = services.db.begin().await?;
    tx.insert_token(user.id, &token, &secrets::token_hash(&secret)).await?;
    tx.audit(now, Some(user.id), None, "token.create", &token.prefix).await?;
    tx.commit().await?;
    Ok((token, secret))
}

fn expiry(lifetime: Lifetime, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match lifetime {
        Lifetime::Days(days) => Some(now + Duration::days(days.clamp(1, 3650))),
        Lifetime::Forever => None,
    }
}

pub async fn tokens(services: &Services, user: &User) -> Result<Vec<Token>> {
    services.db.tokens_of(user.id).await
}

/// Takes a token back; only its owner can.
pub async fn revoke_token(services: &Services, user: &User, id: TokenId) -> Result<()> {
    let mut tx = services.db.begin().await?;
    if !tx.delete_token(id, user.id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    tx.audit(services.clock.now(), Some(user.id), None, "token.revoke", &id.to_string()).await?;
    tx.commit().await
}

/// Whether demo accounts exist, so that a banner says it.
pub async fn is_demo(services: &Services) -> Result<bool> {
    services.db.has_demo_users().await
}
