//! All teams of a competition, as those who run it look over them.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::access::{Action, Actor};
use domain::competitions::Competition;
use domain::idle::Idleness;
use domain::teams::TeamEnd;
use domain::text::cell;
use storage::teams::TeamOverview;

use crate::access;
use crate::error::Result;
use crate::services::Services;

/// A team with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamLine {
    pub team: TeamOverview,
    pub is_small: bool,
    /// None where teams do not become idle now, or it has ended.
    pub idleness: Option<Idleness>,
}

/// What a team is called in a list: the most pressing of what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamState {
    TakesPart,
    /// It has too few members.
    Small,
    /// It will be idle within a day or so.
    IdleSoon,
    /// It may be excluded.
    Idle,
    Excluded,
    Merged,
    Disqualified,
    Withdrawn,
}

impl TeamLine {
    pub fn state(&self) -> TeamState {
        match (self.team.ended, self.idleness) {
            (Some(TeamEnd::Merged), _) => TeamState::Merged,
            (Some(TeamEnd::Excluded), _) => TeamState::Excluded,
            (Some(TeamEnd::Disqualified), _) => TeamState::Disqualified,
            (Some(TeamEnd::Withdrawn), _) => TeamState::Withdrawn,
            (None, Some(Idleness::Idle { .. })) => TeamState::Idle,
            (None, Some(Idleness::Soon { .. })) => TeamState::IdleSoon,
            (None, _) if self.is_small => TeamState::Small,
            (None, _) => TeamState::TakesPart,
        }
    }
}

/// Which teams a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamsFilter {
    /// It has not ended, whatever else it is.
    TakesPart,
    Idle,
    IdleSoon,
    Small,
    Excluded,
    /// In another way than by being excluded.
    Ended,
}

impl TeamsFilter {
    /// Those that take part, then the most pressing first.
    pub const ALL: [Self; 6] = [Self::TakesPart, Self::Idle, Self::IdleSoon, Self::Small, Self::Excluded, Self::Ended];

    /// As it stands in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::TakesPart => "takes_part",
            Self::Ended => "ended",
            Self::Idle => "idle",
            Self::IdleSoon => "soon",
            Self::Small => "small",
            Self::Excluded => "excluded",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.key() == key)
    }

    fn takes(self, line: &TeamLine) -> bool {
        match self {
            Self::TakesPart => line.team.ended.is_none(),
            Self::Ended => line.team.ended.is_some_and(|end| end != TeamEnd::Excluded),
            Self::Idle => line.state() == TeamState::Idle,
            Self::IdleSoon => line.state() == TeamState::IdleSoon,
            // Whatever else it is.
            Self::Small => line.is_small,
            Self::Excluded => line.state() == TeamState::Excluded,
        }
    }
}

/// What of a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct TeamsAsked {
    pub filter: Option<TeamsFilter>,
    /// In a team's number, its name or its leader's, as the reader knows it.
    pub text: String,
}

/// The teams that were asked for, and how many there are of each kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamsPage {
    pub lines: Vec<TeamLine>,
    pub all: i64,
    /// Whether nobody is idle because the service that is to report says nothing.
    pub is_unreported: bool,
    counts: Vec<(TeamsFilter, i64)>,
}

impl TeamsPage {
    pub fn count(&self, filter: TeamsFilter) -> i64 {
        self.counts.iter().find(|(of, _)| *of == filter).map_or(0, |(_, count)| *count)
    }
}

/// All teams that are asked for, those too that have ended, in the order of their numbers. Real names are for whoever may read
/// addresses; others see public ones.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn list(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    asked: &TeamsAsked,
) -> Result<TeamsPage> {
    access::check(services, competition, actor, Action::Manage).await?;
    let (now, min) = (services.clock.now(), competition.settings.team.min);
    // Whom somebody may not know by their real name stands there, and is found, by the public one.
    let knows = access::may(services, competition, actor, Action::ReadAddresses).await?;
    let mut leaders: HashMap<_, _> = services.db.team_leaders(competition.id, knows).await?.into_iter().collect();
    let mut line = |mut team: TeamOverview| {
        team.leader = leaders.remove(&team.id).unwrap_or_default();
        let lives = team.ended.is_none();
        let idleness = if lives { competition.idleness(&team.signs, now) } else { None };
        TeamLine { is_small: lives && team.members < min, idleness, team }
    };
    let mut lines: Vec<_> = services.db.team_overviews(competition.id).await?.into_iter().map(&mut line).collect();
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let count = |filter: TeamsFilter| (filter, number(lines.iter().filter(|line| filter.takes(line)).count()));
    let (all, counts) = (number(lines.len()), TeamsFilter::ALL.map(count).to_vec());
    let text = asked.text.trim().to_lowercase();
    lines.retain(|line| {
        let holds = |of: &str| of.to_lowercase().contains(&text);
        asked.filter.is_none_or(|filter| filter.takes(line))
            && (text.is_empty()
                || line.team.number.to_string() == text
                || holds(&line.team.name)
                || holds(&line.team.leader))
    });
    let reported_at = services.db.service_reported_at(competition.id).await?;
    let is_unreported = competition.settings.idle.is_some_and(|idle| idle.is_unreported(reported_at, now));
    Ok(TeamsPage { lines, all, is_unreported, counts })
}

/// The same as a CSV that spreadsheets open as it is, with times in the competition's zone. `state` is what a line's state is called.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn csv(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    asked: &TeamsAsked,
    locale: Locale,
    state: fn(Locale, TeamState) -> &'static str,
) -> Result<String> {
    let page = list(services, competition, actor, asked).await?;
    let heads = match locale {
        Locale::Ko => ["팀 번호", "팀", "팀장", "인원", "제출", "마지막 제출", "마지막 활동", "상태", "기한"],
        Locale::En => {
            ["number", "team", "leader", "members", "submissions", "last submission", "last activity", "state", "until"]
        }
    };
    let row = |cells: [String; 9]| cells.map(|text| cell(&text)).join(",") + "\r\n";
    let zone = competition.settings.zone;
    let at = |at: Option<DateTime<Utc>>| {
        at.map(|at| zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
    };
    let mut text = format!("\u{feff}{}", row(heads.map(str::to_owned)));
    for line in page.lines {
        let word = state(locale, line.state()).to_owned();
        let TeamLine { team, idleness, .. } = line;
        text += &row([
            team.number.to_string(),
            team.name,
            team.leader,
            team.members.to_string(),
            team.submissions.to_string(),
            at(team.signs.submitted_at),
            at(team.signs.active_at),
            word,
            at(idleness.map(Idleness::until)),
        ]);
    }
    Ok(text)
}
