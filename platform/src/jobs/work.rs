//! What is done for each kind of job: the one place that knows them all.

use chrono::{DateTime, Utc};
use domain::competitions::Competition;
use domain::ids::{CaseId, CompetitionId, LetterId, StageId, SubmissionId};
use domain::jobs::JobKind;
use storage::Tx;
use storage::jobs::Claim;

use crate::boards::scheduling::{self, Ready};
use crate::cases;
use crate::competitions::timers;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::leaderboards::certainty::{self, Made};
use crate::mail::sending::{self, Ending, Sending};
use crate::notifications::Batch;
use crate::participation::{places, waiting};
use crate::services::Services;
use crate::submissions::judge::Verdict;
use crate::submissions::score::Scored;
use crate::teams::idle;

/// A job that was taken.
pub(super) enum Task {
    Score(Scored),
    Certainty(StageId),
    Timer(StageId),
    Notify,
    Offer,
    Idle,
    /// Nothing, where there is no letter to send.
    Mail(Option<Box<Sending>>),
    Case(CaseId),
    Applications(CompetitionId),
    Publish,
}

/// What came of it, to be written in one transaction with the job's end.
pub(super) enum Done<'t> {
    Score(&'t Scored, Verdict),
    /// Nothing, where nothing needed to be made.
    Certainty(Option<Made>),
    Timer(StageId, DateTime<Utc>),
    /// Nothing, where what was said is no longer kept.
    Notify(Option<Box<Batch>>),
    Offer(CompetitionId),
    Idle(CompetitionId),
    Mail(Option<(&'t Sending, Ending)>),
    Case(CaseId),
    Applications(CompetitionId),
    /// Nothing, where it is scheduled for another moment or no more.
    Publish(Option<Box<(Competition, Ready)>>),
}

impl Task {
    /// In the transaction that takes it. What fails here is tried again without end: what may fail belongs into [`Self::work`].
    pub(super) async fn begin(tx: &mut Tx, claim: &Claim, now: DateTime<Utc>) -> Result<(Self, Vec<Event>)> {
        Ok(match claim.kind {
            JobKind::Score => {
                let (scored, event) = Scored::begin(tx, SubmissionId(claim.subject), now).await?;
                (Self::Score(scored), vec![event])
            }
            JobKind::Certainty => (Self::Certainty(StageId(claim.subject)), Vec::new()),
            JobKind::Timer => (Self::Timer(StageId(claim.subject)), Vec::new()),
            JobKind::Notify => (Self::Notify, Vec::new()),
            JobKind::Offer => (Self::Offer, Vec::new()),
            JobKind::Idle => (Self::Idle, Vec::new()),
            JobKind::Mail => {
                let sending = Sending::begin(tx, LetterId(claim.subject)).await?;
                (Self::Mail(sending.map(Box::new)), Vec::new())
            }
            JobKind::Case => (Self::Case(CaseId(claim.subject)), Vec::new()),
            JobKind::Applications => (Self::Applications(CompetitionId(claim.subject)), Vec::new()),
            JobKind::Publish => (Self::Publish, Vec::new()),
        })
    }

    /// The long part, outside any transaction.
    ///
    /// # Errors
    /// Then it is tried again.
    pub(super) async fn work(&self, services: &Services, claim: &Claim) -> Result<Done<'_>> {
        Ok(match self {
            Self::Score(scored) => Done::Score(scored, scored.judge(services).await?),
            Self::Certainty(stage) => {
                let competition = claim.competition.ok_or_else(|| Error::other("a ranking without a competition"))?;
                Done::Certainty(certainty::make(services, competition, *stage).await?)
            }
            Self::Timer(stage) => Done::Timer(*stage, moment(claim)?),
            Self::Offer => {
                let competition = claim.competition.ok_or_else(|| Error::other("an offer without a competition"))?;
                Done::Offer(competition)
            }
            Self::Idle => Done::Idle(CompetitionId(claim.subject)),
            Self::Case(case) => Done::Case(*case),
            Self::Applications(competition) => Done::Applications(*competition),
            Self::Publish => Done::Publish(scheduling::due(services, claim).await?.map(Box::new)),
            Self::Notify => Done::Notify(Batch::read(services, claim).await?.map(Box::new)),
            Self::Mail(None) => Done::Mail(None),
            Self::Mail(Some(sending)) => Done::Mail(Some((sending, sending.send(services).await?))),
        })
    }
}

/// The moment that a job is about.
fn moment(claim: &Claim) -> Result<DateTime<Utc>> {
    let moment = claim.payload.as_deref().unwrap_or_default();
    moment.parse().map_err(|error| Error::Other(format!("{moment:?}: {error}")))
}

impl Done<'_> {
    /// The competition that is held before the job ends.
    pub(super) fn competition(&self) -> Option<CompetitionId> {
        match self {
            Self::Offer(competition) | Self::Idle(competition) => Some(*competition),
            Self::Publish(Some(notice)) => Some(notice.0.id),
            _ => None,
        }
    }

    /// Whether it happened outside the house, so that it is so whoever has the job by now.
    pub(super) fn is_out(&self) -> bool {
        matches!(self, Self::Mail(Some((_, Ending::Sent))))
    }

    pub(super) async fn write(self, services: &Services, tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Event>> {
        match self {
            Self::Score(scored, verdict) => scored.write(tx, &verdict, now).await,
            Self::Certainty(None) | Self::Notify(None) | Self::Mail(None) | Self::Publish(None) => Ok(Vec::new()),
            Self::Certainty(Some(made)) => made.write(tx).await.map(|()| Vec::new()),
            Self::Timer(stage, moment) => timers::act(tx, stage, moment).await,
            Self::Notify(Some(batch)) => batch.write(tx, now).await,
            Self::Publish(Some(notice)) => scheduling::publish(tx, &notice, now).await,
            Self::Idle(competition) => idle::act(services, tx, competition, now).await,
            Self::Case(case) => cases::act(tx, case, now).await,
            Self::Applications(competition) => waiting::tell(tx, competition, now).await,
            Self::Offer(competition) => places::refill(&services.mail, tx, competition, now).await.map(|()| Vec::new()),
            Self::Mail(Some((sending, ending))) => sending.write(tx, &ending, now).await.map(|()| Vec::new()),
        }
    }
}

/// What is written when the job was given up and is dead.
pub(super) async fn give_up(tx: &mut Tx, claim: &Claim, error: &str, now: DateTime<Utc>) -> Result<Vec<Event>> {
    match claim.kind {
        JobKind::Score => {
            // Its team is told and has its quota back; from then on it is a matter of scoring again, not of the queue.
            tx.drop_job(claim.id).await?;
            Scored::give_up(tx, SubmissionId(claim.subject), now).await
        }
        JobKind::Certainty => certainty::give_up(tx, claim).await.map(|()| Vec::new()),
        JobKind::Mail => {
            // Failed letters are a list of their own, from which they are sent again.
            tx.drop_job(claim.id).await?;
            sending::give_up(tx, LetterId(claim.subject), error, now).await.map(|()| Vec::new())
        }
        JobKind::Timer
        | JobKind::Notify
        | JobKind::Offer
        | JobKind::Case
        | JobKind::Idle
        | JobKind::Applications
        | JobKind::Publish => Ok(Vec::new()),
    }
}
