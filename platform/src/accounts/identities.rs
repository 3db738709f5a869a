//! Accounts at an institution that open accounts here. Whoever comes from there for the first time makes an account, or proves the one
//! that they have: nothing is ever linked because two addresses are the same.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Obstacle, SiteAction};
use domain::accounts::{Identity, Newcomer, User};
use domain::audit::{Act, Deed, Fact};
use domain::error::FieldProblem;
use domain::ids::{IdentityId, UserId};
use domain::{AppError, ErrorCode, address, names};
use percent_encoding::percent_decode_str;
use storage::Tx;
use storage::accounts::{Arrival, CredentialsRow};
use subtle::ConstantTimeEq as _;

use super::codes;
use super::confirmed::confirm;
use super::known::Known;
use super::logging_in::pass;
use super::security_letters::changed;
use super::sessions::name;
use super::signing_up::store;
use crate::error::Result;
use crate::institution::Institution;
use crate::mail::letter::SecurityChange;
use crate::secrets;
use crate::services::Services;

/// How long somebody may be away at the institution, and how long what they say afterwards is waited for.
pub const PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// Accounts at institutions that open one account.
const IDENTITIES_MAX: usize = 10;
/// Longest way that is remembered of where somebody wanted to go.
const NEXT_MAX: usize = 500;

/// Somebody leaves for the log-in of the institution.
#[derive(Debug, Clone)]
pub struct Departure {
    /// Where to.
    pub address: String,
    /// What their browser keeps, so that whoever comes back is who left.
    pub kept: String,
}

/// What somebody comes back with.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub code: Option<String>,
    pub state: String,
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    pub issuer: Option<String>,
}

/// How it goes on for who came back.
#[derive(Debug, Clone)]
pub enum Arrived {
    /// They are who they said, and go on to where they wanted.
    In(Known, String),
    /// They were signed in already.
    There(String),
    /// Something is asked yet of whoever has this secret.
    Asked(String),
}

/// What is asked of who came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// A code of their second factor.
    Code,
    /// Who they are: they have no account yet.
    Who { email: String, name: String },
    /// Whether the account that they are signed in to is to be opened from there.
    Link { email: Option<String> },
}

fn institution(services: &Services) -> Result<&Institution> {
    services.institution.as_deref().ok_or(ErrorCode::NotFound.into())
}

/// The way to the log-in of the institution, and then on to `next`.
///
/// # Errors
/// `not_found` where there is none; `institution_down`.
#[boxed]
pub async fn depart(services: &Services, next: &str) -> Result<Departure> {
    let away = institution(services)?.leave(services.clock.now()).await?;
    let next = if next.len() > NEXT_MAX { address::HOME } else { next };
    // None of the three has a dot in it.
    let kept = format!("{}.{}.{}.{}", away.state, away.nonce, away.verifier, address::encoded(next));
    Ok(Departure { address: away.address.into(), kept })
}

/// Somebody comes back, with what their browser kept.
///
/// # Errors
/// `arrival_ended` where it did not leave like this; `account_suspended`; `institution_refused`, `institution_down`; `identity_taken`; `too_many_attempts`.
#[boxed]
pub async fn arrive(services: &Services, visitor: &Actor, kept: &str, answer: Answer) -> Result<Arrived> {
    let (institution, now) = (institution(services)?, services.clock.now());
    let parts: Vec<_> = kept.splitn(4, '.').collect();
    let [state, nonce, verifier, next] = parts[..] else { return Err(ErrorCode::ArrivalEnded.into()) };
    if !bool::from(state.as_bytes().ct_eq(answer.state.as_bytes())) {
        return Err(ErrorCode::ArrivalEnded.into());
    }
    let is_of_another = answer.issuer.is_some_and(|issuer| issuer != institution.issuer());
    let code = answer.code.filter(|_| answer.error.is_none() && !is_of_another);
    let code = code.ok_or(ErrorCode::InstitutionRefused)?;
    if let Some(from) = visitor.from {
        services.throttle.arrival(from, now)?;
    }
    let person = institution.person(code, nonce.to_owned(), verifier.to_owned(), now).await?;
    let next = percent_decode_str(next).decode_utf8_lossy().into_owned();
    let owner = services.db.owner_of_identity(institution.issuer(), &person.subject).await?;
    match (owner, &visitor.user) {
        (Some(owner), Some(user)) if owner == user.id => return Ok(Arrived::There(next)),
        (Some(_), Some(_)) => return Err(ErrorCode::IdentityTaken.into()),
        (Some(owner), None) => {
            let row = services.db.user_by_id(owner).await?.ok_or(ErrorCode::ArrivalEnded)?;
            if row.secret.is_none() {
                return Ok(Arrived::In(known(row)?, next));
            }
        }
        (None, _) => {}
    }
    let secret = secrets::session();
    let arrival = Arrival {
        id: name(&secret),
        issuer: institution.issuer().to_owned(),
        subject: person.subject,
        email: person.email,
        name: person.name,
        next,
        until: now + PATIENCE,
    };
    let mut tx = services.db.begin().await?;
    tx.insert_arrival(&arrival).await?;
    tx.commit().await?;
    Ok(Arrived::Asked(secret))
}

fn known(row: CredentialsRow) -> Result<Known> {
    Ok(Known { by_institution: true, ..Known::of(row)? })
}

async fn arrival(services: &Services, secret: &str) -> Result<Arrival> {
    let found = services.db.arrival(&name(secret), services.clock.now()).await?;
    found.ok_or(ErrorCode::ArrivalEnded.into())
}

/// What is asked of whoever came with this secret.
///
/// # Errors
/// `arrival_ended`; `address_not_vouched`, `account_exists` where no account can be made; `identity_taken`.
#[boxed]
pub async fn question(services: &Services, visitor: &Actor, secret: &str) -> Result<Question> {
    let arrival = arrival(services, secret).await?;
    let owner = services.db.owner_of_identity(&arrival.issuer, &arrival.subject).await?;
    match (owner, &visitor.user) {
        (Some(_), Some(_)) => Err(ErrorCode::IdentityTaken.into()),
        (Some(_), None) => Ok(Question::Code),
        (None, Some(_)) => Ok(Question::Link { email: arrival.email }),
        (None, None) => {
            let email = arrival.email.ok_or(ErrorCode::AddressNotVouched)?;
            if services.db.user_by_email(&email).await?.is_some() {
                return Err(ErrorCode::AccountExists.into());
            }
            Ok(Question::Who { email, name: arrival.name })
        }
    }
}

/// Lets somebody in who has a second factor. Where they wanted to go goes along.
///
/// # Errors
/// `arrival_ended`; `code_wrong` at the field `code`, also after too many.
#[boxed]
pub async fn finish(services: &Services, visitor: &Actor, secret: &str, code: &str) -> Result<(Known, String)> {
    let arrival = arrival(services, secret).await?;
    let owner = services.db.owner_of_identity(&arrival.issuer, &arrival.subject).await?;
    let owner = owner.ok_or(ErrorCode::ArrivalEnded)?;
    let row = services.db.user_by_id(owner).await?.ok_or(ErrorCode::ArrivalEnded)?;
    if row.secret.is_some() {
        let code = codes::read(services, Some(&row), code).await?;
        pass(services, &row, code, visitor.from).await.map_err(|error| {
            let is_wrong = error.code() == Some(ErrorCode::BadCredentials);
            if is_wrong { AppError::field("code", FieldProblem::CodeWrong).into() } else { error }
        })?;
    }
    let known = known(row)?;
    let mut tx = services.db.begin().await?;
    take(&mut tx, &arrival).await?;
    tx.commit().await?;
    Ok((known, arrival.next))
}

/// An arrival is used once.
async fn take(tx: &mut Tx, arrival: &Arrival) -> Result<()> {
    if tx.take_arrival(&arrival.id).await? { Ok(()) } else { Err(ErrorCode::ArrivalEnded.into()) }
}

/// Makes an account for whoever came for the first time. Its address is confirmed, by the institution's word, and nobody knows its
/// password: who wants one has a letter sent.
///
/// # Errors
/// Every wrong field; `arrival_ended`, `address_not_vouched`, `account_exists`, `identity_taken`; `too_many_attempts`.
#[boxed]
pub async fn join(services: &Services, visitor: &Actor, secret: &str, form: Newcomer) -> Result<(Known, String)> {
    let form = Newcomer { public_name: names::tidy(&form.public_name), ..form }.validated()?;
    let (arrival, now) = (arrival(services, secret).await?, services.clock.now());
    let email = arrival.email.clone().ok_or(ErrorCode::AddressNotVouched)?;
    if let Some(from) = visitor.from {
        services.throttle.sign_up(from, now)?;
    }
    let public_name = Some(form.public_name).filter(|name| !name.is_empty());
    let user = User {
        id: UserId::at(now),
        email,
        name: form.name,
        public_name,
        affiliation: form.affiliation,
        is_admin: false,
        verified_at: Some(now),
        locale: form.locale,
        needs_factor: false,
    };
    // As much work to guess at as any.
    let hash = services.passwords.hash(&secrets::session(), visitor.from).await?;
    let mut tx = services.db.begin().await?;
    take(&mut tx, &arrival).await?;
    let maker = Actor { user: None, ..visitor.clone() };
    store(services, &mut tx, &maker, &user, &hash, false).await.map_err(|error| {
        if error.code() == Some(ErrorCode::InvalidInput) { ErrorCode::AccountExists.into() } else { error }
    })?;
    let owner = Actor { user: Some(user.clone()), ..visitor.clone() };
    insert(&mut tx, &owner, &arrival, user.id, now).await?;
    tx.commit().await?;
    Ok((Known { user, version: 0, by_institution: true }, arrival.next))
}

async fn insert(tx: &mut Tx, actor: &Actor, arrival: &Arrival, user: UserId, now: DateTime<Utc>) -> Result<()> {
    if !tx.insert_identity(&arrival.issuer, &arrival.subject, user, now).await? {
        return Err(ErrorCode::IdentityTaken.into());
    }
    let act = Act::of_account(Deed::LinkIdentity, user)
        .after("issuer", arrival.issuer.as_str())
        .after("subject", Fact::Personal(user, arrival.subject.clone()));
    tx.record(now, actor, act);
    Ok(())
}

/// Lets the account at the institution that somebody has just come from open the account that they are signed in to.
///
/// # Errors
/// `login_required`, `not_verified`; a wrong password or code; `arrival_ended`, `identity_taken`, `too_many_identities`; `too_many_attempts`.
#[boxed]
pub async fn link(services: &Services, actor: &Actor, secret: &str, password: &str, code: &str) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    // Whoever signed up with another's address would keep a door after its owner has taken the account.
    if !actor.person()?.is_verified() {
        return Err(Obstacle::NotVerified.into());
    }
    let arrival = arrival(services, secret).await?;
    let confirmed = confirm(services, actor, password).await?;
    let (mut tx, row, now) = confirmed.begin_with_code(services, actor, code).await?;
    if tx.count_identities_of(row.user.id).await? >= IDENTITIES_MAX {
        return Err(AppError::new(ErrorCode::TooManyIdentities).with("max", IDENTITIES_MAX).into());
    }
    take(&mut tx, &arrival).await?;
    insert(&mut tx, actor, &arrival, row.user.id, now).await?;
    changed(services, &mut tx, &row.user, SecurityChange::InstitutionLinked, now).await?;
    Ok(tx.commit().await?)
}

/// Takes that back. Every other session ends: it may have begun there.
///
/// # Errors
/// `login_required`; a wrong password or code; `not_found`; `too_many_attempts`.
#[boxed]
pub async fn unlink(
    services: &Services,
    actor: &Actor,
    id: IdentityId,
    password: &str,
    code: &str,
    session: Option<&str>,
) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let linked = list(services, actor.person()?).await?.into_iter().find(|identity| identity.id == id);
    let linked = linked.ok_or(ErrorCode::NotFound)?;
    let confirmed = confirm(services, actor, password).await?;
    let (mut tx, row, now) = confirmed.begin_with_code(services, actor, code).await?;
    if !tx.delete_identity(id, row.user.id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    tx.renew_credentials_but(row.user.id, &session.map(name).unwrap_or_default()).await?;
    let act = Act::of_account(Deed::UnlinkIdentity, row.user.id)
        .before("issuer", linked.issuer)
        .before("subject", Fact::Personal(row.user.id, linked.subject));
    tx.record(now, actor, act);
    changed(services, &mut tx, &row.user, SecurityChange::InstitutionUnlinked, now).await?;
    Ok(tx.commit().await?)
}

/// The accounts at institutions that open somebody's.
#[boxed]
pub async fn list(services: &Services, user: &User) -> Result<Vec<Identity>> {
    Ok(services.db.identities_of(user.id).await?)
}

/// Forgets who came and said nothing.
#[boxed]
pub async fn sweep(services: &Services) -> Result<()> {
    let mut tx = services.db.begin().await?;
    tx.forget_arrivals(services.clock.now()).await?;
    Ok(tx.commit().await?)
}
