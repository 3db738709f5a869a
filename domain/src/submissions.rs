//! A submission: one CSV given in by a team.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use scoring::metric::Part;
use serde::{Deserialize, Serialize};

use crate::ids::{StageId, SubmissionId, TeamId, UserId};
use crate::scores::publish;
use crate::stages::Stage;
use crate::{AppError, ErrorCode, Result};

/// Longest memo in characters.
pub const MEMO_MAX: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Queued,
    Scoring,
    Scored,
    Failed,
}

impl Status {
    /// The word in the database and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Scoring => "scoring",
            Self::Scored => "scored",
            Self::Failed => "failed",
        }
    }

    /// The status of a stored word; an unknown word is a failure rather than a panic.
    pub fn from_key(key: &str) -> Self {
        match key {
            "queued" => Self::Queued,
            "scoring" => Self::Scoring,
            "scored" => Self::Scored,
            _ => Self::Failed,
        }
    }

    pub fn finished(self) -> bool {
        matches!(self, Self::Scored | Self::Failed)
    }
}

/// The way a submission came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    Page,
    Api,
    DirectReport,
}

impl Door {
    pub fn key(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::DirectReport => "direct_report",
        }
    }
}

/// Scores beside the ranking one by their names, as [`scoring::Scored`] has them.
pub type Secondary = BTreeMap<String, f64>;

/// The same as it is stored: none at all where there are none.
#[cfg(feature = "sqlx")]
#[derive(sqlx::Type)]
#[sqlx(transparent, no_pg_array)]
pub struct Beside(Option<sqlx::types::Json<Secondary>>);

#[cfg(feature = "sqlx")]
impl From<Beside> for Secondary {
    fn from(stored: Beside) -> Self {
        stored.0.unwrap_or_default().0
    }
}

/// A submission as its own team sees it. What is private of its scores is present only once revealed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Submission {
    pub id: SubmissionId,
    pub stage_id: StageId,
    pub team_id: TeamId,
    pub user_id: UserId,
    pub user_name: String,
    /// Counts up from 1 within the team; dry runs have a count of their own.
    pub number: i64,
    pub file_name: String,
    pub bytes: i64,
    pub sha256: String,
    pub memo: String,
    pub dry_run: bool,
    pub status: Status,
    pub created_at: DateTime<Utc>,
    pub scoring_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub public_score: Option<f64>,
    pub private_score: Option<f64>,
    #[serde(default)]
    #[cfg_attr(feature = "sqlx", sqlx(try_from = "Beside"))]
    pub secondary_public: Secondary,
    #[serde(default)]
    #[cfg_attr(feature = "sqlx", sqlx(try_from = "Beside"))]
    pub secondary_private: Secondary,
    /// Whether it counts against the quota: not when scoring failed through our fault.
    pub counts: bool,
    /// Whether a case has taken it out of every ranking; it counts against the quota all the same.
    #[serde(default)]
    pub voided: bool,
    /// Why it failed, as the locale key of the sentence, or what the dry run found.
    #[cfg_attr(feature = "sqlx", sqlx(json(nullable)))]
    pub note: Option<Note>,
    /// How many stand before it in the queue, while it is queued.
    #[cfg_attr(feature = "sqlx", sqlx(skip))]
    pub ahead: Option<i64>,
}

impl Submission {
    /// The same without what the reveal will show.
    #[must_use]
    pub fn without_private(self) -> Self {
        Self { private_score: None, secondary_private: Secondary::new(), ..self }
    }

    /// As its team may see it at `now`: its stage says whether the private scores are open, its competition with how many
    /// places scores are published.
    #[must_use]
    pub fn published(self, stage: Option<&Stage>, decimals: u32, now: DateTime<Utc>) -> Self {
        let revealed = stage.is_some_and(|stage| stage.revealed(now));
        let mut shown = if revealed { self } else { self.without_private() };
        let scores = shown.public_score.iter_mut().chain(&mut shown.private_score);
        let beside = shown.secondary_public.values_mut().chain(shown.secondary_private.values_mut());
        publish(scores.chain(beside), decimals);
        let has_private = stage.is_some_and(|stage| stage.private_rows > 0);
        match &mut shown.note {
            // Kept by a version that said it.
            Some(Note::Metric { error }) => error.part = Part::All,
            note if revealed && has_private && shown.public_score.is_some() && shown.private_score.is_none() => {
                *note = Some(Note::NoPrivate);
            }
            _ => {}
        }
        shown
    }
}

/// What a finished submission has to say beside its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Note {
    /// A dry run that passed every check.
    Passed { rows: u64, columns: Vec<String>, ms: u64 },
    /// The metric is not defined for this file and solution.
    Metric { error: scoring::MetricError },
    /// The file was refused by the reader after all (the solution changed under it).
    File { errors: Box<scoring::FileErrors> },
    /// Scored, and the metric has no score for the private rows: said, and not kept, once the private scores are open.
    NoPrivate,
    /// Our fault: the quota was given back. The number is what to quote to the organizers.
    Internal { incident: String },
}

impl Note {
    /// Whether a submission that failed so uses up the quota: what a file brought about does, what was our fault does not.
    pub fn counts(&self) -> bool {
        matches!(self, Self::Metric { .. })
    }
}

/// A memo without control characters and surrounding space, cut to [`MEMO_MAX`] characters.
pub fn tidy_memo(memo: &str) -> String {
    memo.chars().filter(|c| !c.is_control()).collect::<String>().trim().chars().take(MEMO_MAX).collect()
}

/// Longest idempotency key in characters.
pub const KEY_MAX: usize = 200;

/// The idempotency key of a request's header: printable ASCII. A key that were cut or passed over would let a repeated request
/// submit twice.
pub fn idempotency_key(header: &[u8]) -> Result<String> {
    let printable = header.iter().all(|byte| matches!(byte, b' '..=b'~'));
    match std::str::from_utf8(header) {
        Ok(key) if printable && (1..=KEY_MAX).contains(&key.len()) => Ok(key.to_owned()),
        _ => Err(AppError::new(ErrorCode::BadIdempotencyKey).with("max", KEY_MAX)),
    }
}

/// The last part of a path, without control characters, at most 120 characters; `submission.csv` when nothing is left.
pub fn tidy_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let tidy: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    if tidy.trim().is_empty() { "submission.csv".to_owned() } else { tidy.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_loses_its_path_and_control_characters() {
        assert_eq!(tidy_file_name("C:\\Users\\kim\\최종.csv"), "최종.csv");
        assert_eq!(tidy_file_name("../../etc/passwd"), "passwd");
        assert_eq!(tidy_file_name("a\u{0}b\n.csv"), "ab.csv");
        assert_eq!(tidy_file_name(" / "), "submission.csv");
    }

    #[test]
    fn an_idempotency_key_is_printable_ascii_or_refused() {
        assert_eq!(idempotency_key(b"run 7~").unwrap(), "run 7~");
        for bad in ["", "실행-7", "a\u{7f}", &"k".repeat(KEY_MAX + 1)] {
            assert_eq!(idempotency_key(bad.as_bytes()).unwrap_err().code, ErrorCode::BadIdempotencyKey, "{bad}");
        }
    }

    #[test]
    fn a_memo_is_cut_at_two_hundred_characters_not_bytes() {
        assert_eq!(tidy_memo(&"가".repeat(300)).chars().count(), MEMO_MAX);
    }

    #[test]
    fn every_status_reads_back_from_its_word() {
        for status in [Status::Queued, Status::Scoring, Status::Scored, Status::Failed] {
            assert_eq!(Status::from_key(status.key()), status);
        }
    }
}
