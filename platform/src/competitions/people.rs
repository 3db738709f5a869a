//! Everybody who takes part in a competition or did, as those who run it look over them. Public names are for all of these; real names,
//! addresses and affiliations for those alone who may read them, and never for a token.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::access::{Action, Actor, Role};
use domain::competitions::Competition;
use domain::participation::ParticipationState;
use domain::text::cell;
use storage::competitions::PeopleAsked;

use crate::access;
use crate::error::Result;
use crate::paging;
use crate::services::Services;

pub use storage::competitions::{ListedPerson, PeopleCounts};

/// Which people a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleFilter {
    TakesPart,
    /// In a team that has not ended.
    InTeam,
    /// Takes part and is in no such team.
    Alone,
    /// Has submitted since the day began.
    Today,
    Excluded,
    Withdrawn,
}

impl PeopleFilter {
    pub const ALL: [Self; 6] =
        [Self::TakesPart, Self::InTeam, Self::Alone, Self::Today, Self::Excluded, Self::Withdrawn];

    /// As it stands in addresses; the statement knows these words.
    pub fn key(self) -> &'static str {
        match self {
            Self::TakesPart => "takes_part",
            Self::InTeam => "team",
            Self::Alone => "alone",
            Self::Today => "today",
            Self::Excluded => "excluded",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.key() == key)
    }
}

/// What of the list is asked for.
#[derive(Debug, Clone, Default)]
pub struct PeopleWanted {
    pub filter: Option<PeopleFilter>,
    /// In a public name, a team's name or number; for those who may know, in a real name, an address or an affiliation.
    pub text: String,
    pub limit: i64,
    pub offset: i64,
}

/// The people that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeoplePage {
    pub rows: Vec<ListedPerson>,
    /// How many were found.
    pub total: i64,
    pub counts: PeopleCounts,
    /// Whether real names, addresses and affiliations are told.
    pub knows: bool,
}

impl PeoplePage {
    pub fn count(&self, filter: PeopleFilter) -> i64 {
        match filter {
            PeopleFilter::TakesPart => self.counts.takes_part,
            PeopleFilter::InTeam => self.counts.in_team,
            PeopleFilter::Alone => self.counts.alone,
            PeopleFilter::Today => self.counts.today,
            PeopleFilter::Excluded => self.counts.excluded,
            PeopleFilter::Withdrawn => self.counts.withdrawn,
        }
    }
}

/// The people that are asked for, whoever came last first.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn list(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    wanted: &PeopleWanted,
) -> Result<PeoplePage> {
    access::check(services, competition, actor, Action::Manage).await?;
    let knows = access::may(services, competition, actor, Action::ReadAddresses).await?;
    let (since, _) = competition.settings.zone.day(services.clock.now());
    let filter = wanted.filter.map(PeopleFilter::key).unwrap_or_default();
    let PeopleWanted { text, limit, offset, .. } = wanted;
    let mut asked = PeopleAsked { filter, since, text, knows, limit: *limit, offset: *offset };
    let total = services.db.count_people(competition.id, &asked).await?;
    asked.offset = paging::offset(asked.offset, asked.limit, total);
    Ok(PeoplePage {
        rows: services.db.people(competition.id, &asked).await?,
        total,
        counts: services.db.people_counts(competition.id, since).await?,
        knows,
    })
}

/// What whoever has deleted their account is called in a table.
pub(crate) fn gone(locale: Locale) -> &'static str {
    match locale {
        Locale::Ko => "탈퇴한 사람",
        Locale::En => "Deleted account",
    }
}

/// What a state and a role are called.
pub type PeopleWords = (fn(Locale, ParticipationState) -> &'static str, fn(Locale, Role) -> &'static str);

/// The same as a CSV that spreadsheets open as it is, with times in the competition's zone. Columns that the actor may not know are not
/// there.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn csv(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    wanted: &PeopleWanted,
    locale: Locale,
    (state, role): PeopleWords,
) -> Result<String> {
    let wanted = PeopleWanted { limit: i64::MAX, offset: 0, ..wanted.clone() };
    let page = list(services, competition, actor, &wanted).await?;
    let (known, heads) = match locale {
        Locale::Ko => (
            ["이름", "메일 주소", "소속"],
            ["공개 이름", "팀 번호", "팀", "신청 상태", "신청 시각", "제출", "마지막 제출", "역할"],
        ),
        Locale::En => (
            ["name", "email", "affiliation"],
            ["public name", "team number", "team", "application", "applied", "submissions", "last submission", "role"],
        ),
    };
    let zone = competition.settings.zone;
    let at = |at: DateTime<Utc>| zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let line = |cells: Vec<String>| cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + "\r\n";
    let known = if page.knows { known.map(str::to_owned).to_vec() } else { Vec::new() };
    let mut text = format!("\u{feff}{}", line([heads.map(str::to_owned).to_vec(), known].concat()));
    for one in page.rows {
        let gone = one.is_gone.then(|| gone(locale).to_owned());
        let open = vec![
            gone.or(one.public_name).unwrap_or_default(),
            one.team_number.map(|number| number.to_string()).unwrap_or_default(),
            one.team_name.unwrap_or_default(),
            state(locale, one.state).to_owned(),
            at(one.came_at),
            one.submissions.to_string(),
            one.submitted_at.map(at).unwrap_or_default(),
            one.role.map(|is| role(locale, is).to_owned()).unwrap_or_default(),
        ];
        let known = if page.knows { vec![one.name, one.email, one.affiliation] } else { Vec::new() };
        let known = known.into_iter().map(Option::unwrap_or_default).collect();
        text += &line([open, known].concat());
    }
    Ok(text)
}
