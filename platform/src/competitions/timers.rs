//! Stages' moments, each a job that is due then: whoever has the leaderboard open is told to look again.

use chrono::{DateTime, Utc};
use domain::competitions::Competition;
use domain::ids::StageId;
use domain::jobs::JobKind;
use domain::stages::{Phase, Stage};
use storage::Tx;
use storage::jobs::NewJob;

use crate::error::Result;
use crate::events::Event;
use crate::services::Services;

/// Puts a job for each moment of the stage that is to come. A moment that was moved has one at its old time too, which does
/// nothing then; what is past needs none, for whoever changed it has told everyone.
pub(crate) async fn set(tx: &mut Tx, stage: &Stage, now: DateTime<Utc>) -> Result<()> {
    for moment in stage.moments().filter(|moment| stage.takes_submissions && *moment > now) {
        let at = moment.to_rfc3339();
        let job = NewJob {
            kind: JobKind::Timer,
            subject: stage.id.0,
            competition: Some(stage.competition_id),
            unique_key: Some(format!("timer {} {at}", stage.id)),
            payload: Some(at),
            run_at: moment,
        };
        tx.put_job(job, now).await?;
    }
    Ok(())
}

/// Has it looked at whether teams are idle, unless that is going to be. Where they never are, or it is over, it is not.
pub(crate) async fn look_at_teams(
    tx: &mut Tx,
    competition: &Competition,
    run_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    if competition.settings.idle.is_none() || competition.phase(now) == Phase::Closed {
        return Ok(());
    }
    let job = NewJob {
        kind: JobKind::Idle,
        subject: competition.id.0,
        competition: Some(competition.id),
        unique_key: Some(format!("idle {}", competition.id)),
        payload: None,
        run_at,
    };
    tx.put_job(job, now).await?;
    Ok(())
}

/// The same for every stage there is: one that an older version imported has none yet.
pub(crate) async fn set_all(services: &Services) -> Result<()> {
    let now = services.clock.now();
    for competition in services.db.competitions().await? {
        let mut tx = services.db.begin().await?;
        // As an import does: two that put the same job in another order would wait for each other.
        tx.lock_competition(competition.id).await?;
        for stage in &competition.stages {
            set(&mut tx, stage, now).await?;
        }
        look_at_teams(&mut tx, &competition, now, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The moment has come. Without rebuilding anything: scores and names are as they were.
pub(crate) async fn act(tx: &mut Tx, stage: StageId, moment: DateTime<Utc>) -> Result<Vec<Event>> {
    let raised = tx.raise_for_moment(stage, moment).await?;
    Ok(raised.map(|(competition, version)| Event::Leaderboard { competition, stage, version }).into_iter().collect())
}
