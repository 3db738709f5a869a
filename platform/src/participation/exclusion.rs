//! Ending somebody's taking part, and taking that back, where it follows of what becomes of their team. The caller holds the competition's
//! lock and commits.

use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::audit::{Act, Deed, Fact};
use domain::ids::{CompetitionId, UserId};
use domain::participation::ParticipationState;
use domain::participation::Step;
use storage::Tx;
use storage::competitions::Stand;

use crate::error::Result;

/// Whoever takes part does no longer; nothing where they do not.
pub(crate) async fn exclude(
    tx: &mut Tx,
    competition: CompetitionId,
    by: &Actor,
    user: UserId,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    step(tx, competition, by, user, (Step::Exclude, "exclude", reason), now).await
}

/// Whoever was excluded takes part again, whether there is a place or not.
pub(crate) async fn restore(
    tx: &mut Tx,
    competition: CompetitionId,
    by: &Actor,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    if tx.application(competition, user).await?.map(|one| one.state) != Some(ParticipationState::Excluded) {
        return Ok(());
    }
    step(tx, competition, by, user, (Step::Approve { free: true }, "approve", None), now).await
}

async fn step(
    tx: &mut Tx,
    competition: CompetitionId,
    by: &Actor,
    user: UserId,
    (step, decision, reason): (Step, &'static str, Option<&str>),
    now: DateTime<Utc>,
) -> Result<()> {
    let before = tx.application(competition, user).await?.map(|application| application.state);
    let Some(state) = ParticipationState::after(before, step) else { return Ok(()) };
    let stand = Stand { state, waitlist_number: None, offer_until: None, reason: reason.map(str::to_owned) };
    tx.set_application(competition, user, stand, now).await?;
    let act = Act::of_competition(Deed::DecideApplication, competition).to(user);
    let act = act.before("state", before.map(ParticipationState::key)).after("decision", decision);
    let act = act.after("state", state.key());
    // As where it is decided about somebody alone.
    let act = match reason {
        Some(reason) => act.after("reason", Fact::Personal(user, reason.to_owned())),
        None => act,
    };
    tx.record(now, by, act);
    Ok(())
}
