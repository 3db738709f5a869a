//! `teams.toml`: the competition's baselines, and the teams of a demo, which an import passes over.

use domain::Text;
use serde::{Deserialize, Serialize};

use super::document::Document;
use super::problems::{Problem, Problems};
use super::{TEAMS, write_entries};
use crate::error::Result;

const TEAM: &str = "team";

/// The part that belongs to the competition itself.
#[derive(Deserialize)]
struct Baselines {
    #[serde(default)]
    baseline: Vec<BaselineEntry>,
}

/// A reference model's file, scored once and shown without a rank.
#[derive(Deserialize, Serialize)]
pub(crate) struct BaselineEntry {
    pub(crate) name: Text,
    pub(crate) file: String,
}

/// A team of the demo.
#[derive(Deserialize)]
pub(crate) struct TeamEntry {
    pub(crate) number: i64,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) members: Vec<String>,
    #[serde(default)]
    pub(crate) submission: Vec<SubmissionEntry>,
}

/// What it submitted, and when.
#[derive(Deserialize)]
pub(crate) struct SubmissionEntry {
    pub(crate) file: String,
    pub(crate) at: String,
    #[serde(default)]
    pub(crate) memo: String,
}

/// The baselines; what is wrong in a file that can be read all the same is added to `problems`.
///
/// # Errors
/// Everything that is wrong with a file that cannot.
pub(crate) fn baselines(text: &str, problems: &mut Vec<Problem>) -> Result<Vec<BaselineEntry>, Problems> {
    let document = Document::parse(TEAMS, text)?;
    let read = document.read::<Baselines>(&[TEAM], problems);
    read.map(|read| read.baseline).ok_or_else(|| Problems(std::mem::take(problems)))
}

/// The teams of a demo.
///
/// # Errors
/// Everything that is wrong with them.
pub(crate) fn teams(text: &str) -> Result<Vec<TeamEntry>, Problems> {
    let document = Document::parse(TEAMS, text)?;
    let mut problems = Vec::new();
    let read = document.key(TEAM, &mut problems);
    Problems::check(problems).map(|()| read.unwrap_or_default())
}

/// The file with these baselines.
pub(crate) fn write(baselines: &[BaselineEntry]) -> Result<String> {
    let mut text = String::new();
    write_entries(&mut text, "baseline", baselines)?;
    Ok(text.trim_start().to_owned())
}
