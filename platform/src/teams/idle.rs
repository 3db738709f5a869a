//! Idle teams: their leaders are warned, organizers exclude them or their moment does where that is set, and it can be undone. All of it
//! holds the competition's lock, whoever does it, and ends by filling what places are free.

use std::collections::BTreeSet;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::error::{FieldError, FieldProblem};
use domain::events::{Audience, Event};
use domain::idle::{Exclusion, Idleness};
use domain::ids::{CompetitionId, TeamId, TeamNumber};
use domain::notifications::News;
use domain::stages::Phase;
use domain::teams::{Team, TeamEnd};
use domain::text::REASON_MAX;
use domain::{AppError, ErrorCode};
use serde::{Deserialize, Serialize};
use storage::Tx;
use storage::cases::TeamFate;

use super::line;
use crate::access;
use crate::competitions::timers;
use crate::error::Result;
use crate::participation::{exclusion, places};
use crate::services::Services;

/// How often it is looked at the latest: a team that is made between has a day at least until then.
const LOOK_EVERY: TimeDelta = TimeDelta::hours(1);
/// And the soonest, where many teams' moments lie side by side.
const LOOK_AFTER: TimeDelta = TimeDelta::seconds(1);
/// Teams that are excluded at once.
const AT_ONCE: usize = 200;

/// What came of excluding many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcludedTeams {
    pub done: usize,
    /// Of which something came meanwhile, which have ended, or which never were idle.
    pub moved: usize,
}

/// Where a team stands; none where teams do not become idle now, or it has ended.
#[boxed]
pub async fn of(services: &Services, competition: &Competition, team: &Team) -> Result<Option<Idleness>> {
    if competition.settings.idle.is_none() || team.ended.is_some() {
        return Ok(None);
    }
    let signs = services.db.team_signs(team.id).await?;
    Ok(signs.and_then(|signs| competition.idleness(&signs, services.clock.now())))
}

/// A moment has come, or an hour has gone by.
pub(crate) async fn act(services: &Services, tx: &mut Tx, id: CompetitionId, now: DateTime<Utc>) -> Result<Vec<Event>> {
    tx.lock_competition(id).await?;
    match tx.rules(id).await? {
        Some(competition) => watch(services, tx, &competition, now).await,
        None => Ok(Vec::new()),
    }
}

/// Warns whom it is time to warn, excludes whose time is over where that is set, and has it looked at again. The caller holds the
/// competition's lock and commits.
async fn watch(services: &Services, tx: &mut Tx, competition: &Competition, now: DateTime<Utc>) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    let (Some(settings), false) = (competition.settings.idle, competition.phase(now) == Phase::Closed) else {
        return Ok(events);
    };
    let mut next = now + LOOK_EVERY;
    for mut team in tx.live_teams(competition.id).await? {
        let idleness = competition.idleness(&team.signs, now);
        if let Some(Idleness::Soon { at, warned: false }) = idleness {
            team.signs.warned_at = Some(now);
            events.extend(warn(tx, competition, team.id, at, now).await?);
        }
        if settings.exclusion == Exclusion::Automatic && matches!(idleness, Some(Idleness::Idle { .. })) {
            events.extend(exclude_idle(tx, competition, &Actor::TIMER, team.id, "", now).await?.unwrap_or_default());
        } else if let Some(at) = competition.idleness(&team.signs, now).and_then(|is| is.next(settings.exclusion, now))
        {
            next = next.min(at);
        }
    }
    places::fill(&services.mail, tx, competition, now).await?;
    timers::look_at_teams(tx, competition, next.max(now + LOOK_AFTER), now).await?;
    Ok(events)
}

async fn warn(
    tx: &mut Tx,
    competition: &Competition,
    id: TeamId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<Event>> {
    let Some(team) = tx.team(id).await? else { return Ok(None) };
    tx.set_idle_warned(id, now).await?;
    tx.record(now, &Actor::TIMER, Act::of_team(Deed::WarnIdleTeam, competition.id, id).after("until", at));
    let have = i64::try_from(team.members.len()).unwrap_or(i64::MAX);
    let lacks = (competition.settings.team.min - have).max(0);
    let news = News::IdleSoon { team: team.name, number: team.number, at, lacks };
    Ok(Some(Event::News { competition: competition.id, to: Audience::Person(team.leader_id), news, by: None }))
}

/// Excludes a team under its lock, if it is idle there; what is to be said then.
async fn exclude_idle(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    id: TeamId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Option<Vec<Event>>> {
    // Something may be submitted this moment.
    tx.lock_team(id).await?;
    let (Some(team), Some(signs)) = (tx.team(id).await?, tx.team_signs(id).await?) else { return Ok(None) };
    let is_idle = matches!(competition.idleness(&signs, now), Some(Idleness::Idle { .. }));
    if team.ended.is_some() || !is_idle {
        return Ok(None);
    }
    tx.end_team(id, TeamEnd::Excluded).await?;
    let kept = (!reason.is_empty()).then_some(reason);
    for member in &team.members {
        exclusion::exclude(tx, competition.id, actor, member.user_id, kept, now).await?;
    }
    // The reason is about people: it stands at each of them.
    let act = Act::of_team(Deed::ExcludeTeam, competition.id, id).before("submitted_at", signs.submitted_at);
    tx.record(now, actor, act.before("active_at", signs.active_at));
    let news = News::TeamExcluded { team: team.name, number: team.number, reason: reason.to_owned() };
    Ok(Some(said(tx, competition.id, id, news, actor).await?))
}

/// What everyone and the team are told: leaderboards are read anew from everything.
async fn said(tx: &mut Tx, competition: CompetitionId, team: TeamId, news: News, actor: &Actor) -> Result<Vec<Event>> {
    let mut events = vec![Event::News { competition, to: Audience::Team(team), news, by: actor.id() }];
    for stage in tx.shown_on(team).await? {
        let (competition, version) = tx.raise_leaderboard_version(stage).await?;
        events.push(Event::Leaderboard { competition, stage, version });
    }
    Ok(events)
}

/// Excludes each of these teams that is idle, with its members, for a reason that they are told. Those of which something came meanwhile
/// stay and are counted.
///
/// # Errors
/// `login_required`, `not_organizer`; `invalid_input` without a reason or with no team named.
#[boxed]
pub async fn exclude(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    teams: &[TeamNumber],
    reason: &str,
) -> Result<ExcludedTeams> {
    access::check(services, competition, actor, Action::ExcludeTeam).await?;
    let mut wrong = Vec::new();
    if teams.is_empty() || teams.len() > AT_ONCE {
        wrong.push(FieldError::new("teams", FieldProblem::Teams));
    }
    let reason = line(reason, REASON_MAX, "reason", FieldProblem::Reason).unwrap_or_default();
    if reason.is_empty() {
        wrong.push(FieldError::new("reason", FieldProblem::Reason));
    }
    if !wrong.is_empty() {
        return Err(AppError::fields(wrong).into());
    }
    let (mut tx, now) = access::begin(services, competition, actor, Action::ExcludeTeam).await?;
    let rules = tx.rules(competition.id).await?.ok_or(ErrorCode::NotFound)?;
    let live = tx.live_teams(competition.id).await?;
    let (mut done, mut events) = (ExcludedTeams::default(), Vec::new());
    for number in teams.iter().collect::<BTreeSet<_>>() {
        let found = live.iter().find(|team| team.number == *number);
        let said = match found {
            Some(team) => exclude_idle(&mut tx, &rules, actor, team.id, &reason, now).await?,
            None => None,
        };
        match said {
            Some(said) => {
                done.done += 1;
                events.extend(said);
            }
            None => done.moved += 1,
        }
    }
    places::fill(&services.mail, &mut tx, &rules, now).await?;
    services.events.commit(tx, events).await?;
    Ok(done)
}

/// Takes a team back that was excluded, with its members; its days are counted anew. That its place was given to another meanwhile is no
/// reason against it: then there is one more than was meant, until somebody goes.
///
/// # Errors
/// `login_required`, `not_organizer`; `not_found` for a team that is not excluded.
#[boxed]
pub async fn restore(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: TeamNumber,
) -> Result<Team> {
    access::check(services, competition, actor, Action::ExcludeTeam).await?;
    let found = services.db.team_by_number(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    let (mut tx, now) = access::begin(services, competition, actor, Action::ExcludeTeam).await?;
    tx.lock_team(found.id).await?;
    let team = tx.team(found.id).await?.ok_or(ErrorCode::NotFound)?;
    if !tx.restore_team(team.id, TeamEnd::Excluded, now).await? {
        return Err(ErrorCode::NotFound.into());
    }
    for member in &team.members {
        exclusion::restore(&mut tx, competition.id, actor, member.user_id, now).await?;
    }
    tx.record(now, actor, Act::of_team(Deed::UndoExclusion, competition.id, team.id));
    let news = News::TeamRestored { team: team.name.clone(), number };
    let mut events = said(&mut tx, competition.id, team.id, news, actor).await?;
    // A case may have been decided meanwhile, of which the team was told then.
    if tx.apply_cases(team.id, now).await? == TeamFate::Disqualified {
        tx.record(now, actor, Act::of_team(Deed::DisqualifyTeam, competition.id, team.id));
        events.retain(|event| !matches!(event, Event::News { .. }));
    }
    services.events.commit(tx, events).await?;
    Ok(team)
}
