//! The second factor: a secret that the person's device shares with us, from which both make codes, and ten codes for the day on which
//! that device is lost.

use async_recursion::async_recursion as boxed;
use domain::access::{Actor, Obstacle, SiteAction};
use domain::accounts::{User, normal_email};
use domain::audit::{Act, Deed};
use domain::error::FieldProblem;
use domain::{AppError, ErrorCode, address};
use totp_rs::Secret;

use super::codes;
use super::confirmed::confirm;
use super::security_letters;
use super::sessions;
use crate::error::Result;
use crate::mail::letter::SecurityChange;
use crate::qr::QrPicture;
use crate::secrets;
use crate::services::Services;

/// Bytes of a secret: as many as HMAC-SHA-1 makes of it (RFC 4226, 4).
const SECRET: usize = 20;
/// Recovery codes of a person.
const CODES: usize = 10;

/// What a device needs to make codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// In base32, as it is typed into a device that reads no pictures.
    pub secret: String,
    pub picture: QrPicture,
}

/// Whether somebody has a second factor, and how many recovery codes they have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorState {
    pub is_on: bool,
    pub codes_left: i64,
}

#[boxed]
pub async fn state(services: &Services, user: &User) -> Result<FactorState> {
    let row = services.db.user_by_id(user.id).await?;
    let is_on = row.is_some_and(|row| row.secret.is_some());
    Ok(FactorState { is_on, codes_left: services.db.count_recovery_codes(user.id).await? })
}

/// A new secret for somebody's device, or the one that they have scanned already. Nothing is stored before a code of it was seen.
///
/// # Errors
/// A fault where the picture cannot be drawn.
pub fn set_up(services: &Services, user: &User, scanned: Option<&str>) -> Result<Setup> {
    let bytes = scanned.and_then(bytes_of).unwrap_or_else(|| secrets::random_bytes()[..SECRET].to_vec());
    let secret = Secret::Raw(bytes).to_encoded().to_string();
    let base_url = services.config.base_url.as_str();
    let site = base_url.split_once("://").map_or(base_url, |(_, host)| host);
    let label = format!("{}:{}", address::encoded(site), address::encoded(&user.email));
    let uri = format!("otpauth://totp/{label}?secret={secret}&issuer={}", address::encoded(site));
    Ok(Setup { secret, picture: QrPicture::of(&uri)? })
}

fn bytes_of(secret: &str) -> Option<Vec<u8>> {
    Secret::Encoded(secret.to_owned()).to_bytes().ok().filter(|bytes| bytes.len() == SECRET)
}

/// Turns the second factor on, with a code of the device that has the secret; every other session ends. The recovery codes are shown now
/// and never again.
///
/// # Errors
/// `login_required`, `not_verified`, `second_factor_on`; a wrong code or password; `too_many_attempts`.
#[boxed]
pub async fn turn_on(
    services: &Services,
    actor: &Actor,
    secret: &str,
    code: &str,
    password: &str,
    session: Option<&str>,
) -> Result<Vec<String>> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let user = actor.person()?;
    if !user.is_verified() {
        return Err(Obstacle::NotVerified.into());
    }
    let wrong = || AppError::field("code", FieldProblem::CodeWrong);
    let secret = bytes_of(secret).ok_or_else(wrong)?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = codes::step(&secret, &code, services.clock.now()).ok_or_else(wrong)?;
    let (mut tx, row, now) = confirm(services, actor, password).await?.begin(services).await?;
    if !tx.insert_second_factor(row.user.id, secret, step, now).await? {
        return Err(ErrorCode::SecondFactorOn.into());
    }
    let (shown, hashes) = recovery_codes();
    tx.set_recovery_codes(row.user.id, hashes).await?;
    // Whoever came in with the password alone is out.
    tx.renew_credentials_but(row.user.id, &session.map(sessions::name).unwrap_or_default()).await?;
    tx.record(now, actor, change(&row.user, false, true));
    security_letters::changed(services, &mut tx, &row.user, SecurityChange::SecondFactorOn, now).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Turns it off.
///
/// # Errors
/// `login_required`, `second_factor_off`; a wrong code or password; `too_many_attempts`.
#[boxed]
pub async fn turn_off(services: &Services, actor: &Actor, code: &str, password: &str) -> Result<()> {
    check_on(services, actor).await?;
    let confirmed = confirm(services, actor, password).await?;
    let (mut tx, row, now) = confirmed.begin_with_code(services, actor, code).await?;
    if !tx.delete_second_factor(row.user.id).await? {
        return Err(ErrorCode::SecondFactorOff.into());
    }
    tx.record(now, actor, change(&row.user, true, false));
    security_letters::changed(services, &mut tx, &row.user, SecurityChange::SecondFactorOff, now).await?;
    Ok(tx.commit().await?)
}

/// Makes other recovery codes, and those of before worthless.
///
/// # Errors
/// As [`turn_off`].
#[boxed]
pub async fn renew_recovery_codes(
    services: &Services,
    actor: &Actor,
    code: &str,
    password: &str,
) -> Result<Vec<String>> {
    check_on(services, actor).await?;
    let confirmed = confirm(services, actor, password).await?;
    let (mut tx, row, now) = confirmed.begin_with_code(services, actor, code).await?;
    if row.secret.is_none() {
        return Err(ErrorCode::SecondFactorOff.into());
    }
    let (shown, hashes) = recovery_codes();
    tx.set_recovery_codes(row.user.id, hashes).await?;
    tx.record(now, actor, Act::of_account(Deed::RenewRecoveryCodes, row.user.id));
    security_letters::changed(services, &mut tx, &row.user, SecurityChange::RecoveryCodesRenewed, now).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Turns off somebody's second factor for the operator, who knows who asks; every session of theirs ends. Whether it was on.
///
/// # Errors
/// `not_found` where nobody has an account under that address.
#[boxed]
pub async fn take_away(services: &Services, operator: &Actor, email: &str) -> Result<bool> {
    let user = services.db.user_by_email(&normal_email(email)).await?.ok_or(ErrorCode::NotFound)?.user;
    let mut tx = services.db.begin().await?;
    tx.lock_user(user.id).await?;
    let was_on = tx.delete_second_factor(user.id).await?;
    if was_on {
        tx.renew_credentials(user.id).await?;
        let now = services.clock.now();
        tx.record(now, operator, change(&user, true, false));
        security_letters::changed(services, &mut tx, &user, SecurityChange::SecondFactorOff, now).await?;
    }
    tx.commit().await?;
    Ok(was_on)
}

/// The code that a device with this secret shows at a moment.
#[cfg(any(test, feature = "testing"))]
pub fn code_at(secret: &str, now: chrono::DateTime<chrono::Utc>) -> Option<String> {
    codes::at(&bytes_of(secret)?, now.timestamp().unsigned_abs())
}

/// Before the password is asked: nothing is to be tried where there is nothing.
async fn check_on(services: &Services, actor: &Actor) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    if state(services, actor.person()?).await?.is_on { Ok(()) } else { Err(ErrorCode::SecondFactorOff.into()) }
}

fn change(user: &User, before: bool, after: bool) -> Act {
    Act::of_account(Deed::SetSecondFactor, user.id).before("on", before).after("on", after)
}

/// Codes as they are written down, in fours, and what is stored of them.
fn recovery_codes() -> (Vec<String>, Vec<Vec<u8>>) {
    let codes: Vec<_> = (0..CODES).map(|_| secrets::recovery_code()).collect();
    let shown = |code: &String| {
        let fours: Vec<_> = code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        fours.join("-")
    };
    (codes.iter().map(shown).collect(), codes.iter().map(|code| secrets::token_hash(code)).collect())
}
