//! What people say of themselves: their names, where they belong, the language of their letters.

use async_recursion::async_recursion as boxed;
use domain::AppError;
use domain::access::{Actor, SiteAction};
use domain::accounts::{Profile, User, valid_public_name};
use domain::audit::{Act, Deed, Fact};
use domain::error::FieldProblem;
use domain::names;

use super::confirmed::hold;
use crate::error::Result;
use crate::events::Event;
use crate::services::Services;
use crate::throttle::Seldom;

/// Changes the real name, the affiliation and the language of letters.
///
/// # Errors
/// `login_required`; every wrong field at once; `too_many_attempts`.
#[boxed]
pub async fn set_profile(services: &Services, actor: &Actor, profile: Profile) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let user = actor.person()?;
    let profile = profile.validated()?;
    let now = services.clock.now();
    services.throttle.seldom(Seldom::SetProfile, user.id, now)?;
    let mut tx = services.db.begin().await?;
    hold(&mut tx, user.id).await?;
    tx.set_profile(user.id, &profile).await?;
    let own = |text: &str| Fact::Personal(user.id, text.to_owned());
    let (before, after): (&User, &Profile) = (user, &profile);
    let act = Act::of_account(Deed::SetProfile, user.id)
        .before("name", own(&before.name))
        .before("affiliation", own(&before.affiliation))
        .before("locale", before.locale.tag())
        .after("name", own(&after.name))
        .after("affiliation", own(&after.affiliation))
        .after("locale", after.locale.tag());
    tx.record(now, actor, act);
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
    hold(&mut tx, user.id).await?;
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
