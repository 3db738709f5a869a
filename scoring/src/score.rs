//! Scores a submission, and says it as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::csv::{Checker, FileErrors, Summary};
use crate::lang::Lang;
use crate::metric::{Direction, MetricError, Part, Problem, Scorer, Scores};
use crate::solution::Solution;
use crate::values::Values;

/// The score of a submission by hand: of all its parts, for whoever has the solution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    pub metric: String,
    pub direction: Direction,
    /// Over all rows that are not Ignored.
    pub score: f64,
    /// Only where the solution has a usage column with public rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<f64>,
    /// Only where the solution has private rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<f64>,
    /// Rows behind `score`; of events, series.
    pub rows: u64,
    /// What stands beside `score`: secondary metrics, and values that explain it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secondary: BTreeMap<String, f64>,
    /// The same beside `public`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secondary_public: BTreeMap<String, f64>,
    /// The same beside `private`: as secret as that.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secondary_private: BTreeMap<String, f64>,
}

/// The scores of a competition's submission.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Of the public rows: of all rows where the solution has no usage column. Nothing in it depends on another row.
    pub public: Scores,
    /// Of the private rows, where there are such. A secret until the results are revealed, and so is that there is none, and why.
    pub private: Option<Result<Scores, MetricError>>,
}

/// Why there is no score.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreError {
    /// The submission file is wrong: its author can mend it.
    #[error(transparent)]
    File(#[from] FileErrors),
    /// The metric has no score here: mostly the organizer's to mend.
    #[error(transparent)]
    Metric(#[from] MetricError),
}

/// `{"errors": …}`: what programs are told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub errors: ErrorReport,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorReport {
    pub total: u64,
    pub kinds: BTreeMap<String, u64>,
    pub first: Vec<ErrorLine>,
}

/// One row of the error table: line, column, value, what, how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorLine {
    pub line: Option<u64>,
    pub column: Option<String>,
    pub value: Option<String>,
    pub kind: String,
    /// What happened and what to do.
    pub message: String,
}

/// Scores a submission with the scorer its solution was read for. Nothing is scored unless the whole file is right.
///
/// # Errors
/// Everything that is wrong with the file, or why the metric has no score.
pub fn score(solution: &Solution, scorer: &Scorer, submission: &[u8]) -> Result<Scored, ScoreError> {
    let prediction = read_for(solution, scorer, submission)?;
    let mut scored = Scored {
        metric: scorer.id().to_owned(),
        direction: scorer.direction(),
        score: 0.0,
        public: None,
        private: None,
        rows: solution.scored_rows(),
        secondary: BTreeMap::new(),
        secondary_public: BTreeMap::new(),
        secondary_private: BTreeMap::new(),
    };
    for part in [Part::All, Part::Public, Part::Private] {
        let Some(scores) = solution.scores(part, scorer, &prediction) else { continue };
        let scores = scores?;
        let secondary = match part {
            Part::All => {
                scored.score = scores.score;
                &mut scored.secondary
            }
            Part::Public => {
                scored.public = Some(scores.score);
                &mut scored.secondary_public
            }
            Part::Private => {
                scored.private = Some(scores.score);
                &mut scored.secondary_private
            }
        };
        secondary.extend(scores.details);
    }
    Ok(scored)
}

/// Scores a competition's submission: its public rows, then its private ones, and never both together.
///
/// # Errors
/// As [`score()`], by the public rows alone and without a word of them; by any row what [`MetricError::is_ours`].
pub fn judge(solution: &Solution, scorer: &Scorer, submission: &[u8]) -> Result<Judged, ScoreError> {
    let prediction = read_for(solution, scorer, submission)?;
    let scores = |part| solution.scores(part, scorer, &prediction);
    let shown = if solution.has_usage() { Part::Public } else { Part::All };
    let public = scores(shown).unwrap_or_else(|| Err(Problem::NoRows.into()));
    let public = public.map_err(|error| error.in_part(Part::All))?;
    let private = match scores(Part::Private) {
        Some(Err(error)) if error.is_ours() => return Err(error.in_part(Part::All).into()),
        private => private,
    };
    Ok(Judged { public, private })
}

/// The dry run: everything but the score.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn check(solution: &Solution, submission: &[u8]) -> Result<Summary, FileErrors> {
    checker(solution).read(submission, false).map(Summary::from)
}

fn read_for(solution: &Solution, scorer: &Scorer, submission: &[u8]) -> Result<Vec<Values>, ScoreError> {
    if scorer.task() != solution.task() {
        return Err(MetricError::from(Problem::WrongColumns).into());
    }
    Ok(read(solution, submission)?)
}

/// A submission's columns, rows in the solution's order, if the whole file is right.
pub(crate) fn read(solution: &Solution, submission: &[u8]) -> Result<Vec<Values>, FileErrors> {
    let read = checker(solution).read(submission, true)?;
    Ok(read.columns.into_iter().map(|column| column.values).collect())
}

fn checker(solution: &Solution) -> Checker {
    Checker::new(solution.schema().clone(), solution.ids().clone()).within(solution.areas())
}

impl Judged {
    /// Itself where no part lacks its score, as an organizer wants it of their own files.
    ///
    /// # Errors
    /// Why the private part has none.
    pub fn whole(self) -> Result<Self, ScoreError> {
        match self.private {
            Some(Err(error)) => Err(error.into()),
            _ => Ok(self),
        }
    }
}

impl FileErrors {
    /// The errors with their messages, for programs.
    pub fn report(&self, lang: Lang) -> Report {
        let lines = self.first.iter().map(|error| ErrorLine {
            line: error.line,
            column: error.column.clone(),
            value: error.value.clone(),
            kind: error.kind.code().to_owned(),
            message: error.message(lang),
        });
        let kinds = self.kinds.iter().map(|(kind, &count)| (kind.code().to_owned(), count));
        Report { errors: ErrorReport { total: self.total, kinds: kinds.collect(), first: lines.collect() } }
    }
}

impl ScoreError {
    /// The errors with their messages, for programs.
    pub fn report(&self, lang: Lang) -> Report {
        match self {
            Self::File(errors) => errors.report(lang),
            Self::Metric(error) => {
                let kind = error.code().to_owned();
                let message = format!("{} {}", error.message(lang), error.fix(lang));
                let line = ErrorLine { line: None, column: None, value: None, kind: kind.clone(), message };
                Report { errors: ErrorReport { total: 1, kinds: BTreeMap::from([(kind, 1)]), first: vec![line] } }
            }
        }
    }
}
