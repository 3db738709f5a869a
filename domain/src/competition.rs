//! A competition and its settings, as the folder's `competition.toml` gives them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::CompetitionId;
use crate::leaderboard::Ranking;
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
    /// Places that scores are published with, as in [`crate::score::DECIMALS`].
    #[serde(default = "default_decimals")]
    pub decimals: u32,
    #[serde(default)]
    pub ties: Ties,
}

/// Which scores are equal, so that the earlier submission stands first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// The very same numbers.
    #[default]
    Exact,
    /// Those that are published alike.
    Shown,
}

/// What [`Settings::file_mb`] may be: more than this is no submission but a data set.
pub const FILE_MB: std::ops::RangeInclusive<u32> = 1..=500;

fn default_file_mb() -> u32 {
    10
}

fn default_decimals() -> u32 {
    5
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

    pub fn direction(&self) -> scoring::Direction {
        self.settings.metric.direction()
    }

    /// How its scores are ranked.
    pub fn ranking(&self) -> Ranking {
        let decimals = (self.settings.ties == Ties::Shown).then_some(self.settings.decimals);
        Ranking { direction: self.direction(), decimals }
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
