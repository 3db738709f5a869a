//! How a job scores a submission: what is written before, and at either end.

use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, StageId, SubmissionId, TeamId};
use domain::submissions::{Note, Status};
use storage::Tx;
use storage::submissions::Outcome;

use super::judge::{Verdict, judge};
use crate::error::{Error, Result};
use crate::events::Event;
use crate::secrets;
use crate::services::Services;

/// A submission that is being scored.
pub(crate) struct Scored {
    id: SubmissionId,
    competition: CompetitionId,
    stage: StageId,
    team: TeamId,
    number: i64,
    storage_key: String,
}

impl Scored {
    /// Says that it is being scored.
    pub(crate) async fn begin(tx: &mut Tx, id: SubmissionId, now: DateTime<Utc>) -> Result<(Self, Event)> {
        tx.set_scoring(id, now).await?;
        let scored = Self::read(tx, id).await?;
        let event = scored.announce(Status::Scoring);
        Ok((scored, event))
    }

    async fn read(tx: &mut Tx, id: SubmissionId) -> Result<Self> {
        let row = tx.for_scoring(id).await?.ok_or_else(|| Error::other("a job without a submission"))?;
        Ok(Self {
            id,
            competition: row.competition_id,
            stage: row.stage_id,
            team: row.team_id,
            number: row.number,
            storage_key: row.storage_key,
        })
    }

    fn announce(&self, status: Status) -> Event {
        Event::Submission { competition: self.competition, team: self.team, id: self.id, number: self.number, status }
    }

    /// # Errors
    /// Faults of ours only.
    pub(crate) async fn judge(&self, services: &Services) -> Result<Verdict> {
        judge(services, self.stage, &self.storage_key).await
    }

    /// Writes the score and the leaderboard's version.
    pub(crate) async fn write(&self, tx: &mut Tx, verdict: &Verdict, now: DateTime<Utc>) -> Result<Vec<Event>> {
        self.end(tx, verdict.outcome(now)).await
    }

    /// The submission fails through our fault: it does not count, and its number says where in the log to look.
    pub(crate) async fn give_up(tx: &mut Tx, id: SubmissionId, now: DateTime<Utc>) -> Result<Vec<Event>> {
        let incident = secrets::incident();
        tracing::error!(%incident, submission = %id, "gave up scoring");
        let note = Note::Internal { incident };
        Self::read(tx, id).await?.end(tx, Outcome::failed(&note, now)).await
    }

    async fn end(&self, tx: &mut Tx, outcome: Outcome<'_>) -> Result<Vec<Event>> {
        let status = outcome.status;
        let finished = tx.finish_submission(self.id, outcome).await?;
        // Its team may have become part of another meanwhile.
        let (team, number) = finished.unwrap_or((self.team, self.number));
        let mut events = vec![Event::Submission { competition: self.competition, team, id: self.id, number, status }];
        if finished.is_some() && status == Status::Scored {
            let (competition, version) = tx.raise_for_score(self.stage, self.id).await?;
            events.push(Event::Leaderboard { competition, stage: self.stage, version });
        }
        Ok(events)
    }
}
