//! What organizers do until a case is decided: open it, add evidence, ask the team for a statement, move the deadline.

use std::collections::BTreeSet;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor};
use domain::cases::{
    CASE_ENTRIES_MAX, CASE_TIME_MAX, CASE_TIME_MIN, CASE_TITLE_MAX, Case, CaseEntryKind, CaseState, FIRST_CASE,
    LAST_CASE, OPEN_CASES_MAX,
};
use domain::competitions::Competition;
use domain::error::{FieldProblem, WrongFields};
use domain::ids::{CaseId, TeamNumber};
use domain::jobs::JobKind;
use domain::names;
use domain::notifications::News;
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use rand::Rng as _;
use storage::Tx;
use storage::jobs::NewJob;

use super::attached;
use super::course::{self, Course, Said};
use crate::access;
use crate::attachments::Attachment;
use crate::error::Result;
use crate::services::Services;

/// Numbers that are tried before a case is not opened: of a million few are taken.
const TRIES: usize = 20;

/// A case to open.
#[derive(Debug, Clone, Default)]
pub struct NewCase {
    pub team: TeamNumber,
    pub title: String,
    /// What is suspected, and why.
    pub markdown: String,
    /// Numbers of the team's submissions, as they were typed.
    pub submissions: String,
    /// Judges decide, by vote.
    pub by_vote: bool,
    /// Whether the team will see what is written here, once it is asked.
    pub is_shown: bool,
    pub files: Vec<Attachment>,
}

/// Whether the actor may open and lead cases at all, before anything of what they sent is looked at.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`.
#[boxed]
pub async fn check_managing(services: &Services, competition: &Competition, actor: &Actor) -> Result<()> {
    course::allow(services, competition, actor, Action::ManageCases).await
}

/// The numbers that stand in a text, with commas or spaces between.
fn numbers(text: &str) -> Option<BTreeSet<i64>> {
    let parts = text.split([',', ' ', '#', '\n', '\r']).filter(|part| !part.is_empty());
    let numbers: Option<BTreeSet<i64>> = parts.map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| numbers.len() <= 200)
}

/// Opens a case and returns its number. The team learns nothing of it until it is asked for a statement.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`; every wrong field; `too_many_cases`.
#[boxed]
pub async fn open(services: &Services, competition: &Competition, actor: &Actor, new: NewCase) -> Result<i64> {
    check_managing(services, competition, actor).await?;
    let NewCase { team, title, markdown, submissions, by_vote, is_shown, files } = new;
    let title = names::tidy(&title);
    let mut wrong = WrongFields::default();
    if title.is_empty() || title.chars().count() > CASE_TITLE_MAX {
        wrong.note("title", FieldProblem::Title);
    }
    let found = services.db.team_by_number(competition.id, team).await?;
    // Nobody opens a case against a team of their own, nor learns whether others could.
    let mut found = found.filter(|team| !team.is_merged());
    if let (Some(team), Some(user)) = (&found, actor.id())
        && services.db.was_in_team(team.id, user).await?
    {
        found = None;
    }
    if found.is_none() {
        wrong.note("team", FieldProblem::TeamNumber);
    }
    let numbers = numbers(&submissions);
    if numbers.is_none() {
        wrong.note("submissions", FieldProblem::CaseSubmissions);
    }
    attached::check(&markdown, &files, wrong).await?;
    let (Some(team), Some(numbers)) = (found, numbers) else { return Err(ErrorCode::InvalidInput.into()) };
    let files = attached::store(services, competition, files).await?;
    let write = async {
        let (mut tx, now) = access::begin(services, competition, actor, Action::ManageCases).await?;
        // It may have become part of another meanwhile.
        let team = tx.team(team.id).await?.filter(|team| !team.is_merged());
        let team = team.ok_or_else(|| AppError::field("team", FieldProblem::TeamNumber))?;
        if tx.count_open_cases(competition.id).await? >= OPEN_CASES_MAX {
            return Err(AppError::new(ErrorCode::TooManyCases).with("max", OPEN_CASES_MAX).into());
        }
        let case = number(&mut tx, competition, &team, &title, by_vote, now).await?;
        for number in numbers {
            if !tx.put_case_submission(case.id, team.id, number).await? {
                return Err(AppError::field("submissions", FieldProblem::CaseSubmissions).into());
            }
        }
        if by_vote && tx.put_case_judges(case.id).await? == 0 {
            return Err(AppError::field("by_vote", FieldProblem::CaseJudges).into());
        }
        let number = case.number;
        let mut course = Course { competition: competition.id, case, team, now, events: Vec::new() };
        let said = Said { markdown: &markdown, is_shown, files: &files, ..Said::default() };
        course.enter(&mut tx, actor, CaseEntryKind::Opened, said).await?;
        tx.commit().await?;
        Ok(number)
    };
    let outcome = write.await;
    attached::or_discard(services, &files, outcome).await
}

/// Stores a case under a number that nobody can count by.
async fn number(
    tx: &mut Tx,
    competition: &Competition,
    team: &Team,
    title: &str,
    by_vote: bool,
    now: DateTime<Utc>,
) -> Result<Case> {
    for _ in 0..TRIES {
        let case = Case {
            id: CaseId::at(now),
            competition_id: competition.id,
            number: rand::rng().random_range(FIRST_CASE..=LAST_CASE),
            team_id: team.id,
            title: title.to_owned(),
            by_vote,
            state: CaseState::Suspected,
            due_at: None,
            votes_until: None,
            outcome: None,
            voted: None,
            opened_at: now,
            changed_at: now,
        };
        if tx.insert_case(&case).await? {
            return Ok(case);
        }
    }
    Err(ErrorCode::TryAgain.into())
}

/// Adds evidence; whether the team sees it, once it is asked.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`, `not_found`; every wrong field; `case_full`.
#[boxed]
pub async fn add_evidence(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    (markdown, is_shown): (&str, bool),
    files: Vec<Attachment>,
) -> Result<()> {
    check_managing(services, competition, actor).await?;
    attached::check(markdown, &files, WrongFields::default()).await?;
    let files = attached::store(services, competition, files).await?;
    let write = async {
        let (mut tx, mut course) = course::take(services, competition, actor, number, Action::ManageCases).await?;
        if tx.count_case_entries(course.case.id, CaseEntryKind::Evidence).await? >= CASE_ENTRIES_MAX {
            return Err(AppError::new(ErrorCode::CaseFull).with("max", CASE_ENTRIES_MAX).into());
        }
        let said = Said { markdown, is_shown, files: &files, ..Said::default() };
        course.enter(&mut tx, actor, CaseEntryKind::Evidence, said).await?;
        course.write(&mut tx).await?;
        services.events.commit(tx, course.events).await
    };
    let outcome = write.await;
    attached::or_discard(services, &files, outcome).await
}

/// Asks the team for a statement until a moment; where judges decide, they vote until another. From now on the team sees the case.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`, `not_found`; a wrong question or deadline; `case_moved` where it was asked
/// before or is decided.
#[boxed]
pub async fn ask(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    question: &str,
    (until, votes_until): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
) -> Result<()> {
    check_managing(services, competition, actor).await?;
    attached::check_text("question", question).await?;
    let (mut tx, mut course) = course::take(services, competition, actor, number, Action::ManageCases).await?;
    if course.case.state != CaseState::Suspected {
        return Err(ErrorCode::CaseMoved.into());
    }
    let until = set_deadlines(&mut course, until, votes_until)?;
    course.case.state = CaseState::Asked;
    let said = Said { markdown: question, is_shown: true, until: Some(until), ..Said::default() };
    course.enter(&mut tx, actor, CaseEntryKind::Asked, said).await?;
    tell_deadline(services, tx, course, actor, until).await
}

/// Gives the team another deadline, until a judge has voted. Where the last one was over, it may answer again.
///
/// # Errors
/// As [`ask`]'s.
#[boxed]
pub async fn extend(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    until: Option<DateTime<Utc>>,
    votes_until: Option<DateTime<Utc>>,
) -> Result<()> {
    check_managing(services, competition, actor).await?;
    let (mut tx, mut course) = course::take(services, competition, actor, number, Action::ManageCases).await?;
    let voted = tx.count_case_entries(course.case.id, CaseEntryKind::Vote).await? > 0;
    let times = tx.count_case_entries(course.case.id, CaseEntryKind::Extended).await?;
    if !course.case.can_extend(voted) {
        return Err(ErrorCode::CaseMoved.into());
    }
    if times >= CASE_ENTRIES_MAX {
        return Err(AppError::new(ErrorCode::CaseFull).with("max", CASE_ENTRIES_MAX).into());
    }
    let until = set_deadlines(&mut course, until, votes_until)?;
    let answered = tx.count_case_entries(course.case.id, CaseEntryKind::Statement).await? > 0;
    course.case.state = if answered { CaseState::Answered } else { CaseState::Asked };
    let said = Said { is_shown: true, until: Some(until), ..Said::default() };
    course.enter(&mut tx, actor, CaseEntryKind::Extended, said).await?;
    tell_deadline(services, tx, course, actor, until).await
}

/// Sets both deadlines, as far as there are two. What a team was promised is never made shorter.
fn set_deadlines(
    course: &mut Course,
    until: Option<DateTime<Utc>>,
    votes_until: Option<DateTime<Utc>>,
) -> Result<DateTime<Utc>> {
    let fits = |at: &DateTime<Utc>, from| *at >= from + CASE_TIME_MIN && *at <= from + CASE_TIME_MAX;
    let mut wrong = WrongFields::default();
    let until = until.filter(|at| fits(at, course.now) && course.case.due_at.is_none_or(|promised| *at >= promised));
    if until.is_none() {
        wrong.note("until", FieldProblem::Deadline);
    }
    let from = until.unwrap_or(course.now);
    let votes_until = votes_until.filter(|at| course.case.by_vote && fits(at, from));
    if course.case.by_vote && votes_until.is_none() {
        wrong.note("votes_until", FieldProblem::VotesUntil);
    }
    let until = wrong.or(()).and_then(|()| until.ok_or_else(|| AppError::field("until", FieldProblem::Deadline)))?;
    (course.case.due_at, course.case.votes_until) = (Some(until), votes_until);
    Ok(until)
}

/// Writes the case with its deadlines, puts a job for each, tells the team, and commits.
async fn tell_deadline(
    services: &Services,
    mut tx: Tx,
    mut course: Course,
    actor: &Actor,
    until: DateTime<Utc>,
) -> Result<()> {
    course.write(&mut tx).await?;
    let (case, now) = (course.case.clone(), course.now);
    for run_at in [Some(until), case.votes_until].into_iter().flatten() {
        let job = NewJob {
            kind: JobKind::Case,
            subject: case.id.0,
            competition: Some(course.competition),
            payload: None,
            run_at,
            unique_key: Some(format!("case {} {}", case.id, run_at.to_rfc3339())),
        };
        tx.put_job(job, now).await?;
    }
    let news = News::CaseAsked { case: case.number, team: course.team.name.clone(), until };
    course.tell_team(&mut tx, actor.id(), &news).await?;
    services.events.commit(tx, course.events).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_typed_and_words_are_none() {
        let read = |text| numbers(text).map(|found| found.into_iter().collect::<Vec<_>>());
        assert_eq!(read("3, 5 #7,3"), Some(vec![3, 5, 7]));
        assert_eq!(read("  "), Some(vec![]));
        assert_eq!(read("3, five"), None);
        let many: Vec<_> = (0..300).map(|number: i64| number.to_string()).collect();
        assert_eq!(read(&many.join(",")), None);
    }
}
