//! E-mail addresses: each counts once its owner has pressed the button behind a letter's link. The same link confirms the address of a
//! new account and one that an account is to have instead. Only the account that asked can press it, so that nobody vouches for an
//! account that a stranger has made under their address.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, SiteAction};
use domain::accounts::{User, normal_email, valid_email};
use domain::audit::{Act, Deed, Fact};
use domain::error::FieldProblem;
use domain::{AppError, ErrorCode, address};
use storage::Tx;

use super::confirmed::{confirm, hold};
use crate::error::Result;
use crate::mail::Recipient;
use crate::mail::letter::Letter;
use crate::mail::links::{self, OpenedLink};
use crate::services::Services;
use crate::throttle::Seldom;

/// The kind of letters that ask whether an address is the reader's.
pub(crate) const KIND: &str = Letter::VERIFY_ADDRESS;
/// How long such a letter's link can be used.
const WAITS: TimeDelta = TimeDelta::days(1);

/// Asks whoever reads an address whether it is the account's.
pub(crate) async fn post(services: &Services, tx: &mut Tx, user: &User, to: &str, now: DateTime<Utc>) -> Result<()> {
    let letter = Letter::VerifyAddress { page: address::VERIFY.to_owned(), until: now + WAITS };
    let to = Recipient { user: Some(user.id), competition: None, address: to, locale: user.locale, reply_to: None };
    services.mail.post(tx, to, &letter, now).await.map(|_| ())
}

/// Writes once more to the address of an account that is not confirmed; letters of before still work. Nothing, where it is.
///
/// # Errors
/// `login_required`, `too_many_attempts`.
#[boxed]
pub async fn send_again(services: &Services, actor: &Actor) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let user = actor.person()?;
    let now = services.clock.now();
    if user.is_verified() {
        return Ok(());
    }
    services.throttle.letter_to(KIND, &user.email, now)?;
    let mut tx = services.db.begin().await?;
    hold(&mut tx, user.id).await?;
    post(services, &mut tx, user, &user.email, now).await?;
    Ok(tx.commit().await?)
}

/// Writes to an address that the account is to have instead of its own; it has it once the letter's button was pressed. Whether somebody
/// has that address already is not said: who reads mail there is told.
///
/// # Errors
/// `login_required`; a wrong address or password; `too_many_attempts`.
#[boxed]
pub async fn ask_for_another(services: &Services, actor: &Actor, email: &str, password: &str) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let (email, now) = (normal_email(email), services.clock.now());
    if !valid_email(&email) {
        return Err(AppError::field("email", FieldProblem::Email).into());
    }
    if email == actor.person()?.email {
        return Err(AppError::field("email", FieldProblem::AddressSame).into());
    }
    let confirmed = confirm(services, actor, password).await?;
    services.throttle.seldom(Seldom::ChangeAddress, confirmed.user().id, now)?;
    // Apart from what an address is asked by its own account: others' wishes keep nobody from confirming theirs.
    services.throttle.letter_to("ask_for_another", &email, now)?;
    let (mut tx, row, now) = confirmed.begin(services).await?;
    // The last one that was asked for counts.
    tx.end_links_of(row.user.id, KIND, now).await?;
    post(services, &mut tx, &row.user, &email, now).await?;
    Ok(tx.commit().await?)
}

/// The address that an account is to have, and until when it can be confirmed.
#[boxed]
pub async fn awaited(services: &Services, user: &User) -> Result<Option<(String, DateTime<Utc>)>> {
    Ok(services.db.pending_letter(user.id, KIND, services.clock.now()).await?)
}

/// No longer waits for another address.
///
/// # Errors
/// `login_required`.
#[boxed]
pub async fn keep_old(services: &Services, actor: &Actor) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let mut tx = services.db.begin().await?;
    tx.end_links_of(actor.person()?.id, KIND, services.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// What the key of a letter's link leads to.
///
/// # Errors
/// `not_found` for one that never was or was forgotten; `link_used`, `link_ended`.
#[boxed]
pub async fn opened(services: &Services, key: &str) -> Result<OpenedLink> {
    links::open(services, KIND, key).await?.ok_or(ErrorCode::NotFound)?.fresh()
}

/// Confirms the address of a link, which the account then has. Whether it had another one before.
///
/// # Errors
/// `login_required`, `not_found`, `link_used`, `link_ended`; `not_your_link` for another account; `email_taken` where another account
/// has the address.
#[boxed]
pub async fn verify(services: &Services, actor: &Actor, key: &str) -> Result<bool> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let user = actor.person()?;
    let link = opened(services, key).await?;
    if link.user != Some(user.id) {
        return Err(ErrorCode::NotYourLink.into());
    }
    let mut tx = services.db.begin().await?;
    tx.lock_user(user.id).await?;
    let now = services.clock.now();
    let user = tx.user(user.id).await?.ok_or(ErrorCode::LoginRequired)?.user;
    if !links::take(&mut tx, link.letter, now).await? {
        return Err(ErrorCode::LinkUsed.into());
    }
    let moves = link.address != user.email;
    if moves {
        take_address(services, &mut tx, actor, &user, &link.address, now).await?;
    } else {
        note_verified(&mut tx, actor, &user, now).await?;
    }
    tx.commit().await?;
    Ok(moves)
}

/// Takes the operator's word for whose the address of an account is. Whether that was not known.
///
/// # Errors
/// `not_found` where nobody has an account under that address.
#[boxed]
pub async fn vouch(services: &Services, operator: &Actor, email: &str) -> Result<(User, bool)> {
    let user = services.db.user_by_email(&normal_email(email)).await?.ok_or(ErrorCode::NotFound)?.user;
    let mut tx = services.db.begin().await?;
    let is_news = note_verified(&mut tx, operator, &user, services.clock.now()).await?;
    tx.commit().await?;
    Ok((user, is_news))
}

/// Writes down that the address of an account is its owner's. Whether that is news.
pub(crate) async fn note_verified(tx: &mut Tx, actor: &Actor, user: &User, now: DateTime<Utc>) -> Result<bool> {
    let is_news = tx.verify_user(user.id, now).await?;
    if is_news {
        tx.record(now, actor, Act::of_account(Deed::VerifyAddress, user.id));
    }
    Ok(is_news)
}

async fn take_address(
    services: &Services,
    tx: &mut Tx,
    actor: &Actor,
    user: &User,
    email: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    match tx.set_email(user.id, email, now).await {
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::field("email", FieldProblem::EmailTaken).into());
        }
        other => other?,
    }
    tx.end_links_of(user.id, KIND, now).await?;
    let letter = Letter::AddressChanged { address: email.to_owned(), at: now };
    // An address that was never confirmed may be a stranger's, who is told nothing.
    let old = user.is_verified().then_some(user.email.as_str());
    for address in old.into_iter().chain([email]) {
        let to = Recipient { user: Some(user.id), competition: None, address, locale: user.locale, reply_to: None };
        services.mail.post(tx, to, &letter, now).await?;
    }
    let act = Act::of_account(Deed::ChangeAddress, user.id)
        .before("email", Fact::Personal(user.id, user.email.clone()))
        .after("email", Fact::Personal(user.id, email.to_owned()));
    tx.record(now, actor, act);
    Ok(())
}
