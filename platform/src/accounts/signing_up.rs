//! New accounts.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::AppError;
use domain::access::{Actor, Via};
use domain::accounts::{SignUp, User};
use domain::audit::{Act, Deed, Fact};
use domain::error::FieldProblem;
use domain::ids::UserId;
use domain::names;
use storage::Tx;
use storage::accounts::NewUser;

use super::addresses;
use super::known::Known;
use crate::error::Result;
use crate::services::Services;

/// Makes an account for a visitor, and writes to its address to have it confirmed. That an e-mail has an account already is said here
/// and nowhere else: whoever signs up is signed in at once.
///
/// # Errors
/// Every wrong field at once; `email_taken`; `too_many_attempts` after many accounts from this network.
#[boxed]
pub async fn sign_up(services: &Services, visitor: &Actor, form: SignUp) -> Result<Known> {
    let form = form.validated()?;
    if let Some(from) = visitor.from {
        services.throttle.sign_up(from, services.clock.now())?;
    }
    let user = make(services, visitor, shown(form), false, false).await?;
    Ok(Known { user, version: 0, by_institution: false })
}

/// The form with the public name as it will be shown.
fn shown(form: SignUp) -> SignUp {
    SignUp { public_name: names::tidy(&form.public_name), ..form }
}

/// Makes an account from the command line, where the operator answers for it, and for whose the address is.
#[boxed]
pub async fn add(services: &Services, actor: &Actor, form: SignUp, is_admin: bool) -> Result<User> {
    make(services, actor, form, is_admin, true).await
}

async fn make(services: &Services, actor: &Actor, form: SignUp, is_admin: bool, is_verified: bool) -> Result<User> {
    let form = form.validated()?;
    let hash = services.passwords.hash(&form.password, actor.from).await?;
    let user = new_user(form, is_admin, is_verified, services.clock.now());
    create(services, actor, &user, &hash, false).await?;
    Ok(user)
}

fn new_user(form: SignUp, is_admin: bool, is_verified: bool, now: DateTime<Utc>) -> User {
    let SignUp { email, name, public_name, affiliation, locale, .. } = form;
    let public_name = Some(public_name).filter(|name| !name.is_empty());
    let verified_at = is_verified.then_some(now);
    User {
        id: UserId::at(now),
        email,
        name,
        public_name,
        affiliation,
        is_admin,
        verified_at,
        locale,
        needs_factor: false,
    }
}

/// Stores an account whose data were checked. Where nobody knows whose the address is, it is asked by mail.
pub(crate) async fn create(
    services: &Services,
    actor: &Actor,
    user: &User,
    password_hash: &str,
    is_demo: bool,
) -> Result<()> {
    let mut tx = services.db.begin().await?;
    store(services, &mut tx, actor, user, password_hash, is_demo).await?;
    Ok(tx.commit().await?)
}

/// The same in a transaction.
pub(super) async fn store(
    services: &Services,
    tx: &mut Tx,
    actor: &Actor,
    user: &User,
    password_hash: &str,
    is_demo: bool,
) -> Result<()> {
    let at = services.clock.now();
    match tx.insert_user(NewUser { user, password_hash, is_demo, at }).await {
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::field("email", FieldProblem::EmailTaken).into());
        }
        other => other?,
    }
    if user.public_name.is_some() {
        tx.set_public_name(user.id, user.public_name.as_deref()).await?;
    }
    // Who makes accounts to have somebody written to writes no more often than this; the account can ask again.
    if !user.is_verified() && services.throttle.letter_to(addresses::KIND, &user.email, at).is_ok() {
        addresses::post(services, tx, user, &user.email, at).await?;
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
    Ok(())
}
