//! A competition and its settings, as the folder's `competition.toml` gives them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::CompetitionId;
use crate::quota::Quota;
use crate::stage::{Phase, Stage};
use crate::text::Text;

/// A competition with its stages in time order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Competition {
    pub id: CompetitionId,
    pub slug: String,
    pub settings: Settings,
    pub stages: Vec<Stage>,
    /// Whether it has a cover drawing of its own.
    pub has_banner: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub title: Text,
    /// One sentence for the list and the head of the page.
    pub lead: Text,
    #[serde(default)]
    pub hosts: Vec<Host>,
    /// IANA name of the zone in which days begin and times are shown.
    #[serde(default = "default_zone")]
    pub zone: String,
    pub kind: Kind,
    #[serde(default)]
    pub prize: Option<Text>,
    pub metric: scoring::MetricSpec,
    pub columns: Columns,
    #[serde(default)]
    pub quota: Quota,
    #[serde(default)]
    pub team: TeamSize,
    #[serde(default)]
    pub policy: Policy,
    /// Largest submission in megabytes of 1024 × 1024 bytes. The server holds it in memory while it is read and checked.
    #[serde(default = "default_file_mb")]
    pub file_mb: u32,
    /// When the data may be had; where it is left out, from the start of the first stage that takes submissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_opens: Option<DataOpens>,
}

/// When participants may have the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataOpens {
    /// As soon as they have joined.
    Join,
    #[serde(untagged)]
    At(DateTime<Utc>),
}

/// What [`Settings::file_mb`] may be: more than this is no submission but a data set.
pub const FILE_MB: std::ops::RangeInclusive<u32> = 1..=500;

/// Members that a team may have at most.
pub const TEAM_SIZE: std::ops::RangeInclusive<i64> = 1..=100;

fn default_file_mb() -> u32 {
    10
}

impl Settings {
    /// Largest submission in bytes.
    pub fn file_max(&self) -> u64 {
        u64::from(self.file_mb) * 1024 * 1024
    }
}

fn default_zone() -> String {
    "Asia/Seoul".to_owned()
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    pub role: HostRole,
    pub name: Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostRole {
    Host,
    OrganizerBody,
    Sponsor,
}

/// What is predicted; the badge beside the competition's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Binary,
    Multiclass,
    Regression,
}

/// The names of the solution's and the submissions' columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    pub id: String,
    pub target: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamSize {
    pub min: i64,
    pub max: i64,
}

impl Default for TeamSize {
    fn default() -> Self {
        Self { min: 2, max: 4 }
    }
}

/// Choices that the rules page says in sentences.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    #[serde(default)]
    pub external_data: bool,
    /// How many submissions of a team count on the private leaderboard.
    #[serde(default = "default_final_selection")]
    pub final_selection: u32,
    /// The share of the rows behind the public leaderboard that the rules announce, 0 to 1.
    #[serde(default)]
    pub public_share: Option<f64>,
}

fn default_final_selection() -> u32 {
    2
}

impl Default for Policy {
    fn default() -> Self {
        Self { external_data: false, final_selection: default_final_selection(), public_share: None }
    }
}

impl Competition {
    /// The stage whose leaderboard is shown at `now`: the open one, else the last closed one, else the next.
    pub fn current_stage(&self, now: DateTime<Utc>) -> Option<&Stage> {
        let scored = || self.stages.iter().filter(|s| s.takes_submissions);
        scored()
            .find(|s| s.phase(now) == Phase::Open)
            .or_else(|| scored().rfind(|s| s.phase(now) == Phase::Closed))
            .or_else(|| scored().next())
    }

    /// Whether the competition as a whole is ahead, under way or over: the phase of its current stage.
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        self.current_stage(now).map_or(Phase::Upcoming, |stage| stage.phase(now))
    }

    /// The moment from which the data may be had; none where they always may.
    pub fn data_opens_at(&self) -> Option<DateTime<Utc>> {
        match self.settings.data_opens {
            Some(DataOpens::Join) => None,
            Some(DataOpens::At(at)) => Some(at),
            None => self.stages.iter().filter(|s| s.takes_submissions).map(|s| s.starts_at).min(),
        }
    }

    pub fn direction(&self) -> scoring::Direction {
        self.settings.metric.direction()
    }
}

/// The address of a competition: lower-case letters, digits and single hyphens, 2 to 60 characters.
pub fn valid_slug(slug: &str) -> bool {
    (2..=60).contains(&slug.len())
        && !slug.starts_with('-')
        && !slug.ends_with('-')
        && !slug.contains("--")
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
