//! A case as it is read: by its team, and by organizers and judges.

use async_recursion::async_recursion as boxed;
use domain::ErrorCode;
use domain::access::{Action, Actor};
use domain::cases::{Case, CaseEntry, CaseEntryKind, CaseFile, CaseOutcome, CaseState, CaseSubmission};
use domain::competitions::Competition;
use domain::ids::CaseFileId;
use domain::teams::Team;
use storage::cases::StoredCaseFile;
use uuid::Uuid;

use super::course;
use crate::access;
use crate::error::Result;
use crate::markdown::{self, Breaks};
use crate::services::Services;

/// A case with all of it that its reader may see.
#[derive(Debug, Clone)]
pub struct CaseView {
    pub case: Case,
    /// Where it stands now.
    pub state: CaseState,
    /// With everybody who was in it when the case was opened.
    pub team: Team,
    /// In order, without votes.
    pub entries: Vec<ShownEntry>,
    pub submissions: Vec<CaseSubmission>,
    /// For organizers and judges, of a case that is decided by vote.
    pub votes: Option<VoteTally>,
    /// What an organizer may decide now.
    pub outcomes: Vec<CaseOutcome>,
    /// Whether the deadline can be moved.
    pub can_extend: bool,
}

/// An entry with its text as HTML and its files.
#[derive(Debug, Clone)]
pub struct ShownEntry {
    pub entry: CaseEntry,
    pub html: String,
    pub files: Vec<CaseFile>,
}

/// How a vote stands. Who voted how is told to nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VoteTally {
    /// Judges who were asked when the case was opened. A decision takes more than half of them, whoever is a judge by now.
    pub asked: usize,
    /// Of them, who can vote no more: their role was taken.
    pub gone: i64,
    pub given: usize,
    /// Whether the reader is one of them.
    pub is_asked: bool,
    /// The reader's own.
    pub mine: Option<CaseOutcome>,
    /// How many are for what, once it is decided: until then nobody votes by what others did.
    pub counts: Option<Vec<(CaseOutcome, usize)>>,
}

/// A case that its reader may see as this action says. To everybody else there is none under the number.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer` whatever the number; `not_found`.
async fn find(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    action: Action,
) -> Result<(Case, Team)> {
    let part = access::part(services, competition, actor).await?;
    let visit = part.visit(competition, actor, services.clock.now());
    course::check_door(&visit, action, competition)?;
    let case = services.db.case_by_number(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    let team = services.db.team_by_id(case.team_id).await?.ok_or(ErrorCode::NotFound)?;
    let team = course::with_parties(team, &services.db.case_parties(case.id).await?);
    course::check(&visit, action, &case, &team)?;
    if let Some(user) = actor.id().filter(|_| action != Action::AnswerCases)
        && services.db.was_in_team(case.team_id, user).await?
    {
        return Err(ErrorCode::NotFound.into());
    }
    Ok((case, team))
}

/// A case that its reader may see as one of its team, or as an organizer or judge, and as which.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_found`.
async fn find_either(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
) -> Result<(Case, Action)> {
    let own = find(services, competition, actor, number, Action::AnswerCases).await;
    match own {
        Err(error) if error.code() == Some(ErrorCode::NotFound) => {
            let found = find(services, competition, actor, number, Action::ReadCases).await;
            // Who has no role is told no more than that.
            found.map(|(case, _)| (case, Action::ReadCases)).map_err(|_| ErrorCode::NotFound.into())
        }
        own => own.map(|(case, _)| (case, Action::AnswerCases)),
    }
}

/// A case as organizers and judges see it: all but who voted how.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`; `not_found`, also for a case of one's own team.
#[boxed]
pub async fn of(services: &Services, competition: &Competition, actor: &Actor, number: i64) -> Result<CaseView> {
    let (case, team) = find(services, competition, actor, number, Action::ReadCases).await?;
    let entries = services.db.case_entries(case.id).await?;
    let (ballots, entries): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.kind == CaseEntryKind::Vote);
    let submissions = services.db.case_submissions(case.id).await?;
    let now = services.clock.now();
    let votes = if case.by_vote { Some(tally(services, &case, actor, &ballots).await?) } else { None };
    let (state, outcomes) = (case.state_at(now), case.outcomes(now, !submissions.is_empty()));
    let can_extend = case.can_extend(!ballots.is_empty());
    let entries = shown(services, &case, entries).await?;
    Ok(CaseView { case, state, team, entries, submissions, votes, outcomes, can_extend })
}

async fn tally(services: &Services, case: &Case, actor: &Actor, ballots: &[CaseEntry]) -> Result<VoteTally> {
    let judges = services.db.case_judges(case.id).await?;
    let mine = ballots.iter().find(|ballot| ballot.author_id == actor.id()).and_then(|ballot| ballot.outcome);
    let is_open = case.state == CaseState::Decided;
    let gone = services.db.count_former_judges(case.id).await?;
    let count = |outcome| ballots.iter().filter(|ballot| ballot.outcome == Some(outcome)).count();
    let counts = is_open.then(|| CaseOutcome::ALL.map(|outcome| (outcome, count(outcome))).to_vec());
    let is_asked = actor.id().is_some_and(|user| judges.contains(&user));
    Ok(VoteTally { asked: judges.len(), gone, given: ballots.len(), is_asked, mine, counts })
}

/// A case as its team sees it: what is shown to it, and whose name but its own members' is in none of it.
///
/// # Errors
/// `login_required`, `token_not_allowed`; `not_found` for everybody else.
#[boxed]
pub async fn own(services: &Services, competition: &Competition, actor: &Actor, number: i64) -> Result<CaseView> {
    let (case, team) = find(services, competition, actor, number, Action::AnswerCases).await?;
    let mut entries = services.db.case_entries(case.id).await?;
    entries.retain(|entry| entry.is_shown);
    for entry in &mut entries {
        if entry.kind != CaseEntryKind::Statement {
            (entry.author_id, entry.author) = (None, None);
        }
    }
    let state = case.state_at(services.clock.now());
    let entries = shown(services, &case, entries).await?;
    let submissions = services.db.case_submissions(case.id).await?;
    let (votes, outcomes, can_extend) = (None, Vec::new(), false);
    // What only organizers know of it.
    let case = Case { title: String::new(), ..case };
    Ok(CaseView { case, state, team, entries, submissions, votes, outcomes, can_extend })
}

async fn shown(services: &Services, case: &Case, entries: Vec<CaseEntry>) -> Result<Vec<ShownEntry>> {
    let files = services.db.case_files(case.id).await?;
    let mut shown = Vec::with_capacity(entries.len());
    for entry in entries {
        let html = match entry.markdown.as_str() {
            "" => String::new(),
            text => markdown::render_any(text.to_owned(), Breaks::Line).await?,
        };
        let files = files.iter().filter(|file| file.entry_id == entry.id).cloned().collect();
        shown.push(ShownEntry { entry, html, files });
    }
    Ok(shown)
}

/// The cases of the actor's team of which it was told, the newest first.
///
/// # Errors
/// `login_required`, `not_member`.
#[boxed]
pub async fn of_team(services: &Services, competition: &Competition, actor: &Actor, team: &Team) -> Result<Vec<Case>> {
    let part = access::part(services, competition, actor).await?;
    let visit = part.visit(competition, actor, services.clock.now());
    visit.may(Action::AnswerCases, Some(team)).check()?;
    Ok(services.db.cases_of_team(team.id).await?)
}

/// A file of a case, for whoever sees the entry that it belongs to.
///
/// # Errors
/// `login_required`, `token_not_allowed`; `not_found` for everybody else.
#[boxed]
pub async fn stored_file(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    id: Uuid,
) -> Result<StoredCaseFile> {
    let (case, action) = find_either(services, competition, actor, number).await?;
    let found = services.db.case_file(CaseFileId(id), case.id).await?;
    let file = found.filter(|file| file.is_shown || action == Action::ReadCases);
    file.ok_or(ErrorCode::NotFound.into())
}
