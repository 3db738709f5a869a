//! All cases of a competition, as organizers and judges list them.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::access::{Action, Actor};
use domain::cases::{CaseOutcome, CaseRow, CaseState};
use domain::competitions::Competition;
use domain::ids::UserId;
use domain::text::cell;
use storage::cases::CasesAsked;
use uuid::Uuid;

use super::course;
use crate::error::Result;
use crate::paging;
use crate::services::Services;

/// How many cases stand where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseCounts(Vec<(CaseState, i64)>);

impl CaseCounts {
    pub fn of(&self, state: CaseState) -> i64 {
        self.0.iter().find(|(of, _)| *of == state).map_or(0, |(_, count)| *count)
    }

    pub fn all(&self) -> i64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// Those that nothing but a decision is missing of.
    pub fn waiting(&self) -> i64 {
        self.of(CaseState::Deliberating)
    }
}

/// What a state and an outcome are called.
type StateWord = fn(Locale, CaseState) -> &'static str;
type OutcomeWord = fn(Locale, CaseOutcome) -> &'static str;

/// A page of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasesPage {
    pub rows: Vec<CaseRow>,
    /// How many were found.
    pub total: i64,
    pub counts: CaseCounts,
}

/// Whose own cases are left out; the operator has none.
fn reader(actor: &Actor) -> UserId {
    actor.id().unwrap_or(UserId(Uuid::nil()))
}

/// How many cases stand where, for whoever reads them.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`.
#[boxed]
pub async fn counts(services: &Services, competition: &Competition, actor: &Actor) -> Result<CaseCounts> {
    course::allow(services, competition, actor, Action::ReadCases).await?;
    let now = services.clock.now();
    Ok(CaseCounts(services.db.case_counts(competition.id, reader(actor), now).await?))
}

/// What of the list is asked for.
#[derive(Debug, Clone, Default)]
pub struct CasesWanted {
    pub state: Option<CaseState>,
    /// In a title, a team's name or number, or a case's number.
    pub text: String,
    pub limit: i64,
    pub offset: i64,
}

/// The cases that are asked for, those that changed last first.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`.
#[boxed]
pub async fn list(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    wanted: &CasesWanted,
) -> Result<CasesPage> {
    let counts = counts(services, competition, actor).await?;
    let CasesWanted { state, text, limit, offset } = wanted.clone();
    let mut asked = CasesAsked { state, text, reader: reader(actor), now: services.clock.now(), limit, offset };
    let total = services.db.count_cases(competition.id, &asked).await?;
    asked.offset = paging::offset(asked.offset, asked.limit, total);
    Ok(CasesPage { rows: services.db.cases(competition.id, &asked).await?, total, counts })
}

/// The cases that are asked for as a CSV that spreadsheets open as it is: see `participation::decisions::csv`. The words are the screen's.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`.
#[boxed]
pub async fn csv(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    wanted: &CasesWanted,
    locale: Locale,
    (state_word, outcome_word): (StateWord, OutcomeWord),
) -> Result<String> {
    let wanted = CasesWanted { limit: i64::MAX, offset: 0, ..wanted.clone() };
    let page = list(services, competition, actor, &wanted).await?;
    let (zone, now) = (competition.settings.zone, services.clock.now());
    let heads = match locale {
        Locale::Ko => {
            ["사안 번호", "팀 번호", "팀", "제목", "상태", "결정", "결정 방식", "소명 기한", "연 시각", "바뀐 시각"]
        }
        Locale::En => {
            ["case", "team number", "team", "title", "state", "decision", "decided by", "due", "opened", "changed"]
        }
    };
    let by = |by_vote| match (locale, by_vote) {
        (Locale::Ko, true) => "심사위원 투표",
        (Locale::Ko, false) => "운영자 기록",
        (Locale::En, true) => "vote",
        (Locale::En, false) => "organizer",
    };
    let at = |at: DateTime<Utc>| zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let line = |cells: &mut dyn Iterator<Item = String>| cells.collect::<Vec<_>>().join(",") + "\r\n";
    let mut text = String::from("\u{feff}");
    text += &line(&mut heads.into_iter().map(cell));
    for CaseRow { case, team_number, team_name } in page.rows {
        let cells = [
            case.number.to_string(),
            team_number.to_string(),
            team_name,
            case.title.clone(),
            state_word(locale, case.state_at(now)).to_owned(),
            case.outcome.map(|outcome| outcome_word(locale, outcome).to_owned()).unwrap_or_default(),
            by(case.by_vote).to_owned(),
            case.due_at.map(at).unwrap_or_default(),
            at(case.opened_at),
            at(case.changed_at),
        ];
        text += &line(&mut cells.into_iter().map(|text| cell(&text)));
    }
    Ok(text)
}
