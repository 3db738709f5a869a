//! A file that is on its way.

use domain::json::SUBMISSION;
use domain::submissions::Status;
use js_sys::Date;
use serde::{Deserialize, Serialize};

use crate::islands::browser::Json;

/// A submission as the server tells of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Going {
    pub id: String,
    pub number: i64,
    pub dry_run: bool,
    pub status: Status,
    pub file_name: String,
    /// RFC 3339 in the competition's zone.
    pub created_at: String,
    /// How many stand before it in the queue.
    pub ahead: Option<i64>,
    pub public_score: Option<f64>,
    /// A sentence about how it ended.
    pub note: Option<String>,
}

impl Going {
    pub(super) fn read(answer: &Json) -> Option<Self> {
        Some(Self {
            id: answer.get(SUBMISSION.id).text()?,
            number: answer.get(SUBMISSION.number).whole()?,
            dry_run: answer.get(SUBMISSION.dry_run).is_true(),
            status: Status::from_key(&answer.get(SUBMISSION.status).text()?),
            file_name: answer.get(SUBMISSION.file_name).text()?,
            created_at: answer.get(SUBMISSION.created_at).text()?,
            ahead: answer.get(SUBMISSION.ahead).whole(),
            public_score: answer.get(SUBMISSION.public_score).number(),
            note: answer.get(SUBMISSION.note).text(),
        })
    }
}

/// How long the steps took, in milliseconds, as seen from here.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Took {
    since: f64,
    pub(super) upload: Option<f64>,
    pub(super) queue: Option<f64>,
    pub(super) score: Option<f64>,
}

impl Took {
    pub(super) fn start() -> Self {
        Self { since: Date::now(), ..Self::default() }
    }

    /// The time since the last step, if this one began here.
    fn lap(&mut self) -> Option<f64> {
        let (now, before) = (Date::now(), self.since);
        self.since = now;
        (before > 0.0).then_some(now - before)
    }

    pub(super) fn uploaded(&mut self) {
        self.upload = self.lap();
    }

    /// A step may be seen too late or not at all; then it has no time.
    pub(super) fn moved(&mut self, from: Status, to: Status) {
        match (from, to) {
            (Status::Queued, Status::Scoring) => self.queue = self.lap(),
            (Status::Scoring, Status::Scored | Status::Failed) => self.score = self.lap(),
            _ => {}
        }
    }
}

/// What is on its way.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Track {
    #[default]
    Nothing,
    Uploading {
        name: String,
        percent: u32,
    },
    Going(Going),
}
