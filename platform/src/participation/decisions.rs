//! What organizers decide about applications, one by one or many at once, and what they see of them.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed, Fact};
use domain::competitions::Competition;
use domain::error::{FieldError, FieldProblem};
use domain::ids::{CompetitionId, UserId};
use domain::participation::{ParticipationState, Step};
use domain::stages::Phase;
use domain::teams::Team;
use domain::text::REASON_MAX;
use domain::{AppError, ErrorCode};
use serde::{Deserialize, Serialize};
use storage::Tx;
use storage::competitions::{Applicant, ApplicantsAsked, Stand};

use super::{letters, places};
use crate::access;
use crate::error::Result;
use crate::paging;
use crate::services::Services;

/// Applications that are decided about at once.
const AT_ONCE: usize = 200;

/// What organizers do with an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Decline,
    Exclude,
    /// To the end of the waitlist.
    Wait,
    /// To the front of it.
    First,
}

impl Decision {
    pub const ALL: [Self; 5] = [Self::Approve, Self::Decline, Self::Exclude, Self::Wait, Self::First];

    /// As a form sends it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
            Self::Exclude => "exclude",
            Self::Wait => "wait",
            Self::First => "first",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.key() == key)
    }

    fn needs_reason(self) -> bool {
        matches!(self, Self::Decline | Self::Exclude)
    }

    /// Where it leads from here; none where it does not.
    pub fn leads(self, from: ParticipationState, free: bool) -> Option<ParticipationState> {
        let step = match self {
            Self::Approve => Step::Approve { free },
            Self::Decline => Step::Decline,
            Self::Exclude => Step::Exclude,
            Self::Wait => Step::Wait,
            Self::First => return (from == ParticipationState::Waiting).then_some(from),
        };
        ParticipationState::after(Some(from), step)
    }
}

/// What came of a decision about many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub done: usize,
    /// Waiting, for whom there was no place.
    pub no_place: usize,
    /// In a team, which they have to leave before they are excluded.
    pub in_team: usize,
    /// Of whom something else was decided meanwhile, or whom it cannot be decided about so: oneself, who has a role, after the end.
    pub moved: usize,
}

/// Applications of a competition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicantsPage {
    pub rows: Vec<Applicant>,
    /// How many were found.
    pub total: i64,
    /// How many there are in each state, of all.
    pub counts: Vec<(ParticipationState, i64)>,
}

impl ApplicantsPage {
    pub fn count(&self, state: ParticipationState) -> i64 {
        self.counts.iter().find(|(of, _)| *of == state).map_or(0, |(_, count)| *count)
    }
}

/// Whether the actor may decide at all, before anything of what they sent is looked at.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn check(services: &Services, competition: &Competition, actor: &Actor) -> Result<()> {
    access::check(services, competition, actor, Action::DecideApplications).await
}

/// Decides about each of these under the competition's lock, and writes to them. Those who cannot be decided about so stay as they are
/// and are counted.
///
/// # Errors
/// `login_required`, `not_organizer`; `invalid_input` without a reason where one is needed, or with nobody named; `too_many_attempts`.
#[boxed]
pub async fn decide(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    users: &[UserId],
    decision: Decision,
    reason: &str,
) -> Result<Decided> {
    check(services, competition, actor).await?;
    let reason = reason.trim();
    let mut wrong = Vec::new();
    if users.is_empty() || users.len() > AT_ONCE {
        wrong.push(FieldError::new("users", FieldProblem::Applicants));
    }
    if (decision.needs_reason() && reason.is_empty()) || reason.chars().count() > REASON_MAX {
        wrong.push(FieldError::new("reason", FieldProblem::Reason));
    }
    if !wrong.is_empty() {
        return Err(AppError::fields(wrong).into());
    }
    if let Some(user) = actor.id() {
        services.throttle.decision(user, services.clock.now())?;
    }
    let (mut tx, now) = access::begin(services, competition, actor, Action::DecideApplications).await?;
    let rules = tx.rules(competition.id).await?.ok_or(ErrorCode::NotFound)?;
    let mut decided = Decided::default();
    // What timers that are late have not done: nobody goes before who waits for a place that is free by now.
    places::fill(&services.mail, &mut tx, &rules, now).await?;
    let mut done = Vec::new();
    for user in in_order(&mut tx, rules.id, users, decision).await? {
        match one(&mut tx, &rules, actor, (user, decision, reason), now).await? {
            Outcome::Done(before) => done.push((user, before)),
            Outcome::NoPlace => decided.no_place += 1,
            Outcome::InTeam => decided.in_team += 1,
            Outcome::Moved => decided.moved += 1,
        }
    }
    decided.done = done.len();
    places::fill(&services.mail, &mut tx, &rules, now).await?;
    // Last, so that nobody is told that they wait who was offered a place meanwhile.
    for (user, before) in done {
        let state = tx.application(rules.id, user).await?.map(|application| application.state);
        if let (Some(state), Some(to)) = (state.filter(|state| *state != before), tx.addressee(rules.id, user).await?) {
            letters::decided(&services.mail, &mut tx, &rules, &to, (state, reason), now).await?;
        }
    }
    tx.commit().await?;
    Ok(decided)
}

/// However they stand in the form: of those who wait the next first, then whoever applied first. To the front of the line the last
/// goes first, so that they keep their order there.
async fn in_order(tx: &mut Tx, id: CompetitionId, users: &[UserId], decision: Decision) -> Result<Vec<UserId>> {
    let mut ordered = Vec::with_capacity(users.len());
    for user in users {
        let Some((number, applied_at)) = tx.application_order(id, *user).await? else {
            ordered.push((true, None, None, *user));
            continue;
        };
        ordered.push((number.is_none(), number, Some(applied_at), *user));
    }
    ordered.sort_unstable();
    ordered.dedup();
    if decision == Decision::First {
        ordered.reverse();
    }
    Ok(ordered.into_iter().map(|(.., user)| user).collect())
}

enum Outcome {
    /// Where they stood before.
    Done(ParticipationState),
    NoPlace,
    InTeam,
    Moved,
}

async fn one(
    tx: &mut Tx,
    rules: &Competition,
    actor: &Actor,
    (user, decision, reason): (UserId, Decision, &str),
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let Some(application) = tx.application(rules.id, user).await? else { return Ok(Outcome::Moved) };
    let before = application.state;
    // Nobody decides about themselves, and who runs the competition, or comes after its end, takes part no more.
    let lets_in = matches!(decision, Decision::Approve | Decision::Wait | Decision::First);
    let is_closed = rules.phase(now) == Phase::Closed;
    if actor.id() == Some(user) || lets_in && (is_closed || tx.role(rules.id, user).await?.is_some()) {
        return Ok(Outcome::Moved);
    }
    let team = tx.team_of(rules.id, user).await?;
    // They come back with their team alone.
    if lets_in && team.as_ref().is_some_and(Team::is_excluded) {
        return Ok(Outcome::Moved);
    }
    let free = places::has_place(tx, rules, application.joins_team).await?;
    let Some(state) = decision.leads(before, free) else {
        let lacks_place = !free && decision.leads(before, true).is_some();
        return Ok(if lacks_place { Outcome::NoPlace } else { Outcome::Moved });
    };
    let in_team = team.is_some_and(|team| team.ended.is_none() || team.is_disqualified());
    if decision == Decision::Exclude && in_team {
        return Ok(Outcome::InTeam);
    }
    let waitlist_number = match decision {
        Decision::First => Some(tx.waitlist_ends(rules.id).await?.0 - 1),
        _ => places::number(tx, rules.id, state).await?,
    };
    let kept = (!reason.is_empty()).then_some(reason);
    let stand = Stand { state, waitlist_number, offer_until: None, reason: kept.map(str::to_owned) };
    tx.set_application(rules.id, user, stand, now).await?;
    let act = Act::of_competition(Deed::DecideApplication, rules.id).to(user).before("state", before.key());
    let act = act.after("decision", decision.key()).after("state", state.key());
    tx.record(now, actor, act.after("reason", Fact::personal(user, kept)));
    Ok(Outcome::Done(before))
}

/// The applications that are asked for.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn list(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    asked: &ApplicantsAsked,
) -> Result<ApplicantsPage> {
    check(services, competition, actor).await?;
    let total = services.db.count_applicants(competition.id, asked).await?;
    let asked = ApplicantsAsked { offset: paging::offset(asked.offset, asked.limit, total), ..asked.clone() };
    Ok(ApplicantsPage {
        rows: services.db.applicants(competition.id, &asked).await?,
        total,
        counts: services.db.application_counts(competition.id).await?,
    })
}

/// How many applications stand where; for all who may enter the organizers' rooms.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn counts(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
) -> Result<Vec<(ParticipationState, i64)>> {
    access::check(services, competition, actor, Action::Manage).await?;
    Ok(services.db.application_counts(competition.id).await?)
}

/// One application with its answers.
///
/// # Errors
/// `login_required`, `not_organizer`, `not_found`.
#[boxed]
pub async fn of(services: &Services, competition: &Competition, actor: &Actor, user: UserId) -> Result<Applicant> {
    check(services, competition, actor).await?;
    services.db.applicant(competition.id, user).await?.ok_or(ErrorCode::NotFound.into())
}
