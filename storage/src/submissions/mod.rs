//! Submissions as their team reads them; how they come in, are counted and are scored has a file each.

mod accepting;
mod scoring;
mod usage;

use async_recursion::async_recursion as boxed;
use domain::ids::{SubmissionId, TeamId};
use domain::submissions::{Status, Submission};

use super::Db;
use crate::error::Result;

pub use accepting::{DryRuns, NewSubmission};
pub use scoring::{Outcome, ToScore};
pub use usage::Day;
pub(super) use usage::usage;

/// What a [`Submission`] is read from.
macro_rules! submissions {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.stage_id, s.team_id, s.user_id, u.name AS user_name, s.number, s.file_name, s.bytes, s.sha256, s.memo,
            s.dry_run, s.status, s.created_at, s.scoring_at, s.finished_at, s.public_score, s.private_score, s.secondary_public,
            s.secondary_private, s.counts, s.voided, s.note
            FROM submissions s JOIN users u ON u.id = s.user_id ",
            $rest
        )
    };
}

pub(super) use submissions;

sql! {
    ONE = submissions!("WHERE s.id = $1");
    AHEAD = "SELECT COUNT(*) FROM jobs j
        WHERE j.state = 'waiting' AND j.kind = 'score' AND j.created_at < (SELECT created_at FROM jobs WHERE submission_id = $1 AND state = 'waiting')";
    OF_TEAM = submissions!("WHERE s.team_id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT $2 OFFSET $3");
    COUNT_OF_TEAM = "SELECT COUNT(*) FROM submissions WHERE team_id = $1";
    FILE_OF = "SELECT storage_key FROM submissions WHERE id = $1 AND storage_key <> ''";
}

impl Db {
    #[boxed]
    pub async fn submission(&self, id: SubmissionId) -> Result<Option<Submission>> {
        let row: Option<Submission> = maybe!(self, ONE, id)?;
        let Some(mut submission) = row else { return Ok(None) };
        if submission.status == Status::Queued {
            submission.ahead = Some(value!(self, AHEAD, id)?);
        }
        Ok(Some(submission))
    }

    #[boxed]
    pub async fn submissions_of(&self, team: TeamId, limit: i64, offset: i64) -> Result<Vec<Submission>> {
        all!(self, OF_TEAM, team, limit, offset)
    }

    #[boxed]
    pub async fn count_submissions_of(&self, team: TeamId) -> Result<i64> {
        value!(self, COUNT_OF_TEAM, team)
    }

    #[boxed]
    pub async fn submission_file(&self, id: SubmissionId) -> Result<Option<String>> {
        maybe_value!(self, FILE_OF, id)
    }
}
