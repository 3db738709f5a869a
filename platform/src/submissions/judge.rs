//! Scoring one stored file.

use chrono::{DateTime, Utc};
use domain::ids::StageId;
use domain::submissions::{Note, Secondary, Status};
use scoring::{Judged, ScoreError};
use storage::submissions::Outcome;

use crate::error::{Error, Result};
use crate::services::Services;
use crate::submissions;

/// How a scoring ended that came to an end.
#[derive(Debug)]
pub(crate) enum Verdict {
    Scored { public: f64, private: Option<f64>, secondary_public: Secondary, secondary_private: Secondary },
    Refused(Note),
}

impl Verdict {
    /// What is written of it.
    pub(crate) fn outcome(&self, at: DateTime<Utc>) -> Outcome<'_> {
        match self {
            Self::Scored { public, private, secondary_public, secondary_private } => Outcome {
                status: Status::Scored,
                public: Some(*public),
                private: *private,
                secondary: Some((secondary_public, secondary_private)),
                note: None,
                counts: true,
                at,
            },
            Self::Refused(note) => Outcome::failed(note, at),
        }
    }
}

impl From<Judged> for Verdict {
    fn from(Judged { public, private }: Judged) -> Self {
        let (private, beside) = private.and_then(Result::ok).map(|scores| (scores.score, scores.details)).unzip();
        Self::Scored {
            public: public.score,
            private,
            secondary_public: public.details.into_iter().collect(),
            secondary_private: beside.into_iter().flatten().collect(),
        }
    }
}

/// Scores a stored file against its stage's solution.
///
/// # Errors
/// Faults of ours only: the solution or the file cannot be read, a component cannot be run.
pub(crate) async fn judge(services: &Services, stage: StageId, storage_key: &str) -> Result<Verdict> {
    let loaded = submissions::solution(services, stage).await?;
    let bytes = services.files.get(storage_key).await?;
    let scored = tokio::task::spawn_blocking(move || scoring::judge(&loaded.solution, &loaded.scorer, &bytes));
    Ok(match scored.await.map_err(Error::other)? {
        Ok(judged) => {
            if let Some(Err(error)) = &judged.private {
                tracing::warn!(file = storage_key, problem = error.code(), "no private score");
            }
            judged.into()
        }
        Err(ScoreError::File(errors)) => Verdict::Refused(Note::File { errors: Box::new(errors) }),
        Err(ScoreError::Metric(error)) if error.is_ours() => {
            submissions::forget_solution(services, stage).await;
            return Err(Error::other(format!("a custom metric cannot be run: {error}")));
        }
        Err(ScoreError::Metric(error)) => Verdict::Refused(Note::Metric { error }),
    })
}
