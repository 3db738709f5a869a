//! The format of a competition's folder: what `import` reads is what `export` writes.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use domain::Text;
use domain::competitions::{DataOpens, Settings};
use domain::stages::Stage;
use domain::zone::Zone;
use scoring::SplitRule;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

pub(crate) mod document;
pub(crate) mod problems;
mod strict;
pub(crate) mod teams;
mod wrong;

use document::Document;
use problems::Problem;

pub(crate) const MANIFEST: &str = "competition.toml";
pub(crate) const SOLUTION: &str = "solution.csv";
/// The template: everyone's, and so not in [`DATA`].
pub(crate) const SAMPLE: &str = "sample_submission.csv";
pub(crate) const BANNER: &str = "banner.svg";
pub(crate) const TEAMS: &str = "teams.toml";
pub(crate) const PAGES: &str = "pages";
pub(crate) const DATA: &str = "data";
/// Keys of the manifest.
pub(crate) const STAGE: &str = "stage";
pub(crate) const DATA_OPENS: &str = "data_opens";
pub(crate) const MERGES_UNTIL: &str = "merges_until";
/// Said by folders of old what the metric says now; passed over.
const KIND: &str = "kind";
/// Where the files lie that `teams.toml` names.
pub(crate) const SUBMISSIONS: &str = "submissions";

/// `competition.toml`.
pub(crate) struct Manifest {
    pub(crate) settings: Settings,
    pub(crate) stages: Vec<StageEntry>,
    /// Divides a solution without a usage column. Not a setting: who knows the seed knows which rows are public.
    pub(crate) split: Option<SplitRule>,
    /// `join` or a time; as a moment it is one of the settings.
    pub(crate) data_opens: Option<String>,
    /// A time; as a moment it is one of the settings.
    pub(crate) merges_until: Option<String>,
}

impl Manifest {
    /// Keys of the file that the settings do not have, or have otherwise.
    const OTHERS: [&str; 5] = [STAGE, "split", DATA_OPENS, MERGES_UNTIL, KIND];

    /// None where something is wrong; the problems say what.
    pub(crate) fn read(document: &Document<'_>, problems: &mut Vec<Problem>) -> Option<Self> {
        let settings = document.read(&Self::OTHERS, problems);
        let stages: Vec<Option<StageEntry>> =
            (0..document.count(STAGE)).map(|at| document.key(&format!("{STAGE}.{at}"), problems)).collect();
        let before = problems.len();
        let (split, data_opens) = (document.key("split", problems), document.key(DATA_OPENS, problems));
        let merges_until = document.key(MERGES_UNTIL, problems);
        let rest = (problems.len() == before).then_some((split, data_opens, merges_until));
        let ((split, data_opens, merges_until), stages) = (rest?, stages.into_iter().collect::<Option<_>>()?);
        Some(Self { settings: settings?, stages, split, data_opens, merges_until })
    }
}

#[derive(Deserialize, Serialize)]
pub(crate) struct StageEntry {
    pub(crate) key: String,
    pub(crate) name: Text,
    pub(crate) starts: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ends: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reveal: Option<String>,
    #[serde(default)]
    pub(crate) submissions: bool,
}

impl StageEntry {
    /// A stage with its times as moments, in the zone's clock.
    pub(crate) fn of(stage: &Stage, zone: Zone) -> Self {
        let time = |at: DateTime<Utc>| zone.exact(at);
        Self {
            key: stage.key.clone(),
            name: stage.name.clone(),
            starts: time(stage.starts_at),
            ends: stage.ends_at.map(time),
            reveal: stage.reveal_at.map(time),
            submissions: stage.takes_submissions,
        }
    }
}

/// `competition.toml` as a person writes it: one line a value, a section for each group, the stages last.
///
/// # Errors
/// When the settings have something that the format cannot say.
pub(crate) fn manifest(settings: &Settings, stages: &[StageEntry]) -> Result<String> {
    const SECTIONS: [&str; 7] = ["metric", "columns", "quota", "team", "policy", "apply", "idle"];
    let mut table = toml::Table::try_from(settings).map_err(Error::other)?;
    if let Some(DataOpens::At(at)) = settings.data_opens {
        table.insert(DATA_OPENS.to_owned(), settings.zone.exact(at).into());
    }
    if let Some(at) = settings.merges_until {
        table.insert(MERGES_UNTIL.to_owned(), settings.zone.exact(at).into());
    }
    let (sections, values): (Vec<_>, Vec<_>) = table.into_iter().partition(|(key, _)| SECTIONS.contains(&key.as_str()));
    let mut text = String::new();
    write_values(&mut text, values);
    for (name, section) in sections {
        if let toml::Value::Table(section) = section {
            let _ = writeln!(text, "\n[{name}]");
            write_values(&mut text, section);
        }
    }
    write_entries(&mut text, STAGE, stages)?;
    let mut problems = Vec::new();
    let read = Manifest::read(&Document::parse(MANIFEST, &text)?, &mut problems);
    let read = read.map(|read| Settings {
        data_opens: settings.data_opens,
        merges_until: settings.merges_until,
        ..read.settings
    });
    if read.as_ref() != Some(settings) {
        return Err(Error::other("competition.toml has no way to write these settings"));
    }
    Ok(text)
}

fn write_entries(text: &mut String, name: &str, entries: &[impl Serialize]) -> Result<()> {
    for entry in entries {
        let _ = writeln!(text, "\n[[{name}]]");
        write_values(text, toml::Table::try_from(entry).map_err(Error::other)?);
    }
    Ok(())
}

fn write_values(text: &mut String, values: impl IntoIterator<Item = (String, toml::Value)>) {
    for (key, value) in values {
        let _ = writeln!(text, "{key} = {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_the_format_cannot_say_are_refused_rather_than_changed() {
        let text = std::fs::read_to_string(crate::testing::demo_folder("digits").join(MANIFEST)).unwrap();
        let document = Document::parse(MANIFEST, &text).unwrap();
        let mut settings = Manifest::read(&document, &mut Vec::new()).unwrap().settings;
        let written = manifest(&settings, &[]).unwrap();
        assert!(written.contains("\n[metric]\nid = \"f1\"\nparams = { average = \"macro\" }\n"), "{written}");
        // A missing limit a day reads as ten.
        settings.quota.per_day = None;
        assert!(manifest(&settings, &[]).is_err());
    }
}
