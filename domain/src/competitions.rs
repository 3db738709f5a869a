//! A competition and its settings, as the folder's `competition.toml` gives them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::applications::ApplySettings;
use crate::idle::{IdleSettings, Idleness, Signs};
use crate::ids::CompetitionId;
use crate::leaderboards::Ranking;
use crate::live::LiveSession;
use crate::quotas::Quota;
use crate::stages::{Phase, Stage};
use crate::text::Text;
use crate::zone::Zone;

/// A competition with its stages in time order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Competition {
    pub id: CompetitionId,
    pub slug: String,
    pub settings: Settings,
    pub stages: Vec<Stage>,
    /// Whether it has a cover drawing of its own.
    pub has_banner: bool,
    /// Hours of live questions, by their numbers.
    #[serde(default)]
    pub live: Vec<LiveSession>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub title: Text,
    /// One sentence for the list and the head of the page.
    pub lead: Text,
    #[serde(default)]
    pub hosts: Vec<Host>,
    /// In which days begin and times are shown.
    #[serde(default)]
    pub zone: Zone,
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
    /// How one comes to take part.
    #[serde(default, skip_serializing_if = "ApplySettings::is_default")]
    pub apply: ApplySettings,
    /// Largest submission in megabytes of 1024 × 1024 bytes. The server holds it in memory while it is read and checked.
    #[serde(default = "default_file_mb")]
    pub file_mb: u32,
    /// Places that scores are published with, as in [`crate::scores::DECIMALS`].
    #[serde(default = "default_decimals")]
    pub decimals: u32,
    #[serde(default)]
    pub ties: Ties,
    /// When the data may be had; where it is left out, from the start of the first stage that takes submissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_opens: Option<DataOpens>,
    /// Until when teams may merge; where it is left out, until the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merges_until: Option<DateTime<Utc>>,
    /// When teams are idle; where it is left out, never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<IdleSettings>,
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

fn default_decimals() -> u32 {
    5
}

impl Settings {
    /// Largest submission in bytes.
    pub fn file_max(&self) -> u64 {
        u64::from(self.file_mb) * 1024 * 1024
    }
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
}

fn default_final_selection() -> u32 {
    2
}

impl Default for Policy {
    fn default() -> Self {
        Self { external_data: false, final_selection: default_final_selection() }
    }
}

impl Competition {
    /// Whether another has the same settings and stages: it may have been read after further scores.
    pub fn is_same_but_versions(&self, other: &Self) -> bool {
        let Self { id, slug, settings, stages, has_banner, live } = self;
        (id, slug, settings, has_banner, live)
            == (&other.id, &other.slug, &other.settings, &other.has_banner, &other.live)
            && stages.len() == other.stages.len()
            && stages.iter().zip(&other.stages).all(|(one, other)| one.is_same_but_version(other))
    }

    /// The stage whose leaderboard is shown at `now`: the open one, else the last closed one, else the next.
    pub fn current_stage(&self, now: DateTime<Utc>) -> Option<&Stage> {
        let scored = || self.stages.iter().filter(|s| s.takes_submissions);
        scored()
            .find(|s| s.phase(now) == Phase::Open)
            .or_else(|| scored().rfind(|s| s.phase(now) == Phase::Closed))
            .or_else(|| scored().next())
    }

    /// The stage that the competition's phase is of: the open one, else the next to come, else the last that closed. Between two
    /// stages it is the coming one, while [`Self::current_stage`] still shows the leaderboard of the one that is over.
    pub fn phase_stage(&self, now: DateTime<Utc>) -> Option<&Stage> {
        let scored = |phase| self.stages.iter().filter(move |s| s.takes_submissions && s.phase(now) == phase);
        scored(Phase::Open)
            .next()
            .or_else(|| scored(Phase::Upcoming).min_by_key(|stage| stage.starts_at))
            .or_else(|| scored(Phase::Closed).next_back())
    }

    /// Whether the competition as a whole is ahead, under way or over. It is over once no stage that takes submissions is to come.
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        self.phase_stage(now).map_or(Phase::Upcoming, |stage| stage.phase(now))
    }

    /// What the days are counted to: the start while it is ahead, else the deadline, where there is one.
    pub fn counts_to(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let stage = self.phase_stage(now)?;
        if stage.phase(now) == Phase::Upcoming { Some(stage.starts_at) } else { stage.ends_at }
    }

    /// What follows the last submissions, such as a code review: the first of it that is not over.
    pub fn afterwards(&self, now: DateTime<Utc>) -> Option<&Stage> {
        let last = self.phase_stage(now).filter(|stage| stage.phase(now) == Phase::Closed)?;
        let after = self.stages.iter().filter(|stage| !stage.takes_submissions && stage.starts_at > last.starts_at);
        after.filter(|stage| stage.phase(now) != Phase::Closed).min_by_key(|stage| stage.starts_at)
    }

    /// The moment from which the data may be had; none where they always may.
    pub fn data_opens_at(&self) -> Option<DateTime<Utc>> {
        match self.settings.data_opens {
            Some(DataOpens::Join) => None,
            Some(DataOpens::At(at)) => Some(at),
            None => self.stages.iter().filter(|s| s.takes_submissions).map(|s| s.starts_at).min(),
        }
    }

    /// When teams should have all their members: from then on none merges, or none changes. Unknown while there is no end.
    pub fn teams_settle_at(&self) -> Option<DateTime<Utc>> {
        let end = self.stages.iter().filter(|s| s.takes_submissions).map(|s| s.ends_at).max().flatten();
        match (self.settings.merges_until, end) {
            (Some(until), Some(end)) => Some(until.min(end)),
            (one, other) => one.or(other),
        }
    }

    /// Where a team that has not ended stands; none where teams do not become idle now.
    pub fn idleness(&self, signs: &Signs, now: DateTime<Utc>) -> Option<Idleness> {
        self.settings.idle?.judge(self.phase_stage(now)?, signs, now)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::StageId;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn stage(key: &str, from: &str, to: &str, takes_submissions: bool) -> Stage {
        Stage {
            id: StageId::random(),
            competition_id: CompetitionId::random(),
            key: key.into(),
            name: Text::default(),
            starts_at: at(from),
            ends_at: Some(at(to)),
            reveal_at: None,
            takes_submissions,
            public_rows: 0,
            private_rows: 0,
            leaderboard_version: 0,
        }
    }

    fn competition(stages: Vec<Stage>) -> Competition {
        let settings = serde_json::json!({
            "title": { "ko": "대회" }, "lead": { "ko": "" },
            "metric": { "id": "roc_auc" }, "columns": { "id": "id", "target": ["y"] },
        });
        Competition {
            id: CompetitionId::random(),
            slug: "contest".into(),
            settings: serde_json::from_value(settings).unwrap(),
            stages,
            has_banner: false,
            live: Vec::new(),
        }
    }

    #[test]
    fn between_two_stages_a_competition_is_not_over_and_shows_the_board_of_the_last() {
        let contest = competition(vec![
            stage("qualifier", "2026-11-01T00:00:00Z", "2026-11-10T00:00:00Z", true),
            stage("final", "2026-11-20T00:00:00Z", "2026-11-30T00:00:00Z", true),
            stage("review", "2026-12-02T00:00:00Z", "2026-12-05T00:00:00Z", false),
        ]);
        let seen = |now: &str| {
            let key = |stage: Option<&Stage>| stage.map(|stage| stage.key.clone()).unwrap_or_default();
            let now = at(now);
            (contest.phase(now), key(contest.phase_stage(now)), key(contest.current_stage(now)))
        };
        let is = |phase, of: &str, board: &str| (phase, of.to_owned(), board.to_owned());
        assert_eq!(seen("2026-10-01T00:00:00Z"), is(Phase::Upcoming, "qualifier", "qualifier"));
        assert_eq!(seen("2026-11-05T00:00:00Z"), is(Phase::Open, "qualifier", "qualifier"));
        assert_eq!(seen("2026-11-15T00:00:00Z"), is(Phase::Upcoming, "final", "qualifier"));
        assert_eq!(seen("2026-11-25T00:00:00Z"), is(Phase::Open, "final", "final"));
        assert_eq!(seen("2026-12-01T00:00:00Z"), is(Phase::Closed, "final", "final"));
        let counts_to = |now: &str| contest.counts_to(at(now));
        assert_eq!(counts_to("2026-10-01T00:00:00Z"), Some(at("2026-11-01T00:00:00Z")), "the start is ahead");
        assert_eq!(counts_to("2026-11-05T00:00:00Z"), Some(at("2026-11-10T00:00:00Z")));
        assert_eq!(counts_to("2026-11-15T00:00:00Z"), Some(at("2026-11-20T00:00:00Z")));
        assert_eq!(counts_to("2026-12-01T00:00:00Z"), Some(at("2026-11-30T00:00:00Z")), "closed");
        let after = |now: &str| contest.afterwards(at(now)).map(|stage| stage.key.as_str());
        assert_eq!((after("2026-12-01T00:00:00Z"), after("2026-12-06T00:00:00Z")), (Some("review"), None));
    }
}
