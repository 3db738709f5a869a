//! That applications wait for a decision: those who decide are told once an hour at most, however many come, and only while some do.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use domain::access::Role;
use domain::events::{Audience, Event};
use domain::ids::CompetitionId;
use domain::jobs::JobKind;
use domain::notifications::News;
use domain::stages::Phase;
use storage::Tx;
use storage::jobs::NewJob;

use crate::error::Result;

/// All that come within one are told of together, at its end.
const PERIOD: TimeDelta = TimeDelta::hours(1);

/// Has it told that an application has come, with those that come until then.
pub(super) async fn note(tx: &mut Tx, competition: CompetitionId, now: DateTime<Utc>) -> Result<()> {
    let run_at = now.duration_trunc(PERIOD).unwrap_or(now) + PERIOD;
    let job = NewJob {
        kind: JobKind::Applications,
        subject: competition.0,
        competition: Some(competition),
        unique_key: Some(format!("applications {competition} {}", run_at.to_rfc3339())),
        payload: None,
        run_at,
    };
    tx.put_job(job, now).await?;
    Ok(())
}

/// What is said then: nothing where all have been decided about meanwhile, or the competition is over.
pub(crate) async fn tell(tx: &mut Tx, id: CompetitionId, now: DateTime<Utc>) -> Result<Vec<Event>> {
    let Some(competition) = tx.rules(id).await? else { return Ok(Vec::new()) };
    let count = tx.count_applied(id).await?;
    if count == 0 || competition.phase(now) == Phase::Closed {
        return Ok(Vec::new());
    }
    let to = Audience::Role(id, Role::Organizer);
    Ok(vec![Event::News { competition: id, to, news: News::ApplicationsWait { count }, by: None }])
}
