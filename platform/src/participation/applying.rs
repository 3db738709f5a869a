//! What applicants do.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor};
use domain::applications::{Answers, ApplyMode};
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::ids::TeamId;
use domain::participation::{Part, ParticipationState, Step};
use domain::{ErrorCode, Locale};
use storage::Tx;
use storage::competitions::{NewApplication, Stand};

use super::answer_files::{self, AnswerFiles};
use super::{places, waiting};
use crate::access;
use crate::attachments::Attachment;
use crate::error::{Error, Result};
use crate::services::Services;
use crate::throttle::Seldom;

/// What somebody applies with.
#[derive(Debug, Clone, Default)]
pub struct ApplicationForm {
    /// To which version of the rules, that which was shown to them; none where the box was not checked.
    pub agreed: Option<i64>,
    /// By the keys of the questions, as they were typed.
    pub answers: BTreeMap<String, String>,
    /// Files that were chosen, by the same.
    pub files: BTreeMap<String, Attachment>,
    /// What they want to be written to in.
    pub locale: Locale,
    /// Of a team's link, by which they came.
    pub code: Option<String>,
}

/// Applies where nothing is asked but to agree to the rules, as they are in `competition`.
///
/// # Errors
/// As [`apply`]'s.
#[boxed]
pub async fn join(services: &Services, competition: &Competition, actor: &Actor, agreed: bool) -> Result<()> {
    let agreed = agreed.then_some(competition.settings.apply.rules);
    let form = ApplicationForm { agreed, ..ApplicationForm::default() };
    apply(services, competition, actor, form).await.map(|_| ())
}

/// Applies to take part, and where that led: where the competition is open and has a place, one takes part. Doing it twice changes
/// nothing.
///
/// # Errors
/// `rules_not_agreed`, `rules_changed` since they were shown; `invalid_input` for wrong answers; `stage_closed` once the competition is over; `has_role`, `excluded`,
/// `other_domain`, `not_verified`, `invitation_only`; `too_many_attempts`.
#[boxed]
pub async fn apply(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    form: ApplicationForm,
) -> Result<ParticipationState> {
    let user = actor.person()?;
    let part = super::of(services, competition, user).await?;
    let now = services.clock.now();
    may(&part, competition, actor, Action::TakePart, now)?;
    if let Some(state) = standing(&part, now) {
        return Ok(state);
    }
    let agreed = form.agreed.ok_or(ErrorCode::RulesNotAgreed)?;
    let kept = if competition.settings.apply.file_questions().next().is_some() {
        services.db.answer_files(competition.id, user.id).await?
    } else {
        Vec::new()
    };
    let answers = competition.settings.apply.answers(&form.answers, &answer_files::given(&kept, &form.files))?;
    let joins_team = match &form.code {
        Some(code) => invited_to(services, competition, code).await?,
        None => None,
    };
    let files = answer_files::store(services, competition, user.id, &answers, (kept, form.files)).await?;
    let new = NewAnswers { agreed, answers, locale: form.locale, joins_team, files: &files };
    let written = write(services, competition, actor, new).await;
    match written {
        Ok((state, true)) => {
            answer_files::tidy(services).await;
            Ok(state)
        }
        // After any other failure the application may have been stored all the same: then what is none is removed later.
        Ok((_, false)) | Err(Error::App(_)) => {
            answer_files::remove(services, &files).await;
            written.map(|(state, _)| state)
        }
        Err(error) => Err(error),
    }
}

/// What somebody applies with, looked through.
struct NewAnswers<'a> {
    agreed: i64,
    answers: Answers,
    locale: Locale,
    joins_team: Option<TeamId>,
    files: &'a AnswerFiles,
}

/// Writes it under the competition's lock, or says where an application stands that need not be made again; and which of both it was.
async fn write(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    new: NewAnswers<'_>,
) -> Result<(ParticipationState, bool)> {
    let user = actor.person()?.id;
    let NewAnswers { agreed, answers, locale, joins_team, files } = new;
    let mut tx = services.db.begin().await?;
    let (rules, mut part) = locked(&mut tx, competition, actor).await?;
    let now = services.clock.now();
    may(&part, &rules, actor, Action::TakePart, now)?;
    if let Some(state) = standing(&part, now) {
        return Ok((state, false));
    }
    if agreed < rules.settings.apply.rules {
        return Err(ErrorCode::RulesChanged.into());
    }
    services.throttle.seldom(Seldom::Apply, user, now)?;
    // What is free belongs to who waits, and what they were offered before may have lapsed a moment ago.
    places::fill(&services.mail, &mut tx, &rules, now).await?;
    part.application = tx.application(rules.id, user).await?;
    let state = enter(&mut tx, &rules, actor, (&part, answers, locale, joins_team), now).await?;
    answer_files::attach(&mut tx, rules.id, user, files, now).await?;
    tx.commit().await?;
    Ok((state, true))
}

/// The team behind a link that works, in this competition; a link that does not is no reason not to apply.
async fn invited_to(services: &Services, competition: &Competition, code: &str) -> Result<Option<TeamId>> {
    let Some((id, expires_at)) = services.db.invited_to(code).await? else { return Ok(None) };
    let team = services.db.team_by_id(id).await?.filter(|team| team.competition_id == competition.id);
    Ok(team.filter(|team| team.ended.is_none() && expires_at > services.clock.now()).map(|team| team.id))
}

/// Where an application stands that need not be made again.
fn standing(part: &Part, now: DateTime<Utc>) -> Option<ParticipationState> {
    let state = part.application?.state_at(now);
    (state.is_open() || state == ParticipationState::Approved).then_some(state)
}

/// Stores the application where it leads to.
async fn enter(
    tx: &mut Tx,
    rules: &Competition,
    actor: &Actor,
    (part, answers, locale, joins_team): (&Part, Answers, Locale, Option<TeamId>),
    now: DateTime<Utc>,
) -> Result<ParticipationState> {
    let user = actor.person()?.id;
    let before = part.application.map(|application| application.state);
    let decided = rules.settings.apply.mode == ApplyMode::Approval;
    let free = places::is_next(tx, rules, joins_team).await?;
    let state = ParticipationState::after(before, Step::Apply { decided, free }).ok_or(ErrorCode::TryAgain)?;
    let waitlist_number = places::number(tx, rules.id, state).await?;
    let (competition, rules_version) = (rules.id, rules.settings.apply.rules);
    tx.apply(NewApplication {
        competition,
        user,
        state,
        waitlist_number,
        answers,
        locale,
        rules_version,
        joins_team,
        at: now,
    })
    .await?;
    if state == ParticipationState::Applied {
        waiting::note(tx, competition, now).await?;
    }
    let act = Act::of_competition(Deed::JoinCompetition, competition).to(user).after("agreed", true);
    tx.record(now, actor, act.after("state", state.key()).after("rules", rules_version));
    Ok(state)
}

/// Agrees to the version of the rules that was shown, for whoever agreed to an earlier one; none where the box was not checked. Doing
/// it twice changes nothing.
///
/// # Errors
/// `rules_not_agreed`, `not_participant`.
#[boxed]
pub async fn agree(services: &Services, competition: &Competition, actor: &Actor, agreed: Option<i64>) -> Result<()> {
    let user = actor.person()?.id;
    let part = super::of(services, competition, actor.person()?).await?;
    may(&part, competition, actor, Action::AgreeToRules, services.clock.now())?;
    let agreed = agreed.ok_or(ErrorCode::RulesNotAgreed)?;
    let mut tx = services.db.begin().await?;
    let (rules, part) = locked(&mut tx, competition, actor).await?;
    let now = services.clock.now();
    may(&part, &rules, actor, Action::AgreeToRules, now)?;
    let before = part.application.map(|application| application.rules_version);
    // What they have read may be an earlier version by now: then they are asked again.
    let version = agreed.min(rules.settings.apply.rules);
    if before.is_some_and(|before| before < version) {
        tx.agree_to_rules(rules.id, user, version, now).await?;
        let act = Act::of_competition(Deed::AgreeToRules, rules.id).to(user);
        tx.record(now, actor, act.before("rules", before).after("rules", version));
        tx.commit().await?;
    }
    Ok(())
}

/// Withdraws one's application, or takes part no longer; what was answered is forgotten, and a place that was held is the next one's.
///
/// # Errors
/// `not_applied`, `already_in_team` for whoever has to leave theirs first.
#[boxed]
pub async fn withdraw(services: &Services, competition: &Competition, actor: &Actor) -> Result<()> {
    let user = actor.person()?.id;
    let part = super::of(services, competition, actor.person()?).await?;
    may(&part, competition, actor, Action::WithdrawApplication, services.clock.now())?;
    let mut tx = services.db.begin().await?;
    let (rules, part) = locked(&mut tx, competition, actor).await?;
    let now = services.clock.now();
    may(&part, &rules, actor, Action::WithdrawApplication, now)?;
    let decided = rules.settings.apply.mode == ApplyMode::Approval;
    let (before, state) = after(&part, Step::Withdraw { decided })?;
    let stand = Stand { state, waitlist_number: None, offer_until: None, reason: None };
    tx.set_application(rules.id, user, stand, now).await?;
    tx.forget_answers(rules.id, user, now).await?;
    let act = Act::of_competition(Deed::WithdrawApplication, rules.id).to(user);
    tx.record(now, actor, act.before("state", before.key()));
    places::fill(&services.mail, &mut tx, &rules, now).await?;
    tx.commit().await?;
    answer_files::tidy(services).await;
    Ok(())
}

/// Takes the place that is offered.
///
/// # Errors
/// `no_offer`, `offer_lapsed` from its moment on, `stage_closed`, `has_role`.
#[boxed]
pub async fn accept(services: &Services, competition: &Competition, actor: &Actor) -> Result<()> {
    let user = actor.person()?.id;
    let part = super::of(services, competition, actor.person()?).await?;
    may(&part, competition, actor, Action::AcceptOffer, services.clock.now())?;
    let mut tx = services.db.begin().await?;
    let (rules, part) = locked(&mut tx, competition, actor).await?;
    let now = services.clock.now();
    may(&part, &rules, actor, Action::AcceptOffer, now)?;
    let (before, state) = after(&part, Step::Accept)?;
    let stand = Stand { state, waitlist_number: None, offer_until: None, reason: None };
    tx.set_application(rules.id, user, stand, now).await?;
    let act = Act::of_competition(Deed::AcceptPlace, rules.id).to(user);
    tx.record(now, actor, act.before("state", before.key()).after("state", state.key()));
    Ok(tx.commit().await?)
}

/// Where a step leads that the rules allow.
fn after(part: &Part, step: Step) -> Result<(ParticipationState, ParticipationState)> {
    let before = part.application.map(|application| application.state);
    let after = ParticipationState::after(before, step);
    Ok((before.ok_or(ErrorCode::NotApplied)?, after.ok_or(ErrorCode::NotApplied)?))
}

/// Takes the actor's lock and then the competition's, in the order in which an account is deleted, and what both are under them.
async fn locked(tx: &mut Tx, competition: &Competition, actor: &Actor) -> Result<(Arc<Competition>, Part)> {
    let user = actor.person()?.id;
    tx.lock_user(user).await?;
    access::check_present(tx, user).await?;
    tx.lock_competition(competition.id).await?;
    let rules = tx.rules(competition.id).await?.ok_or(ErrorCode::NotFound)?;
    let part = Part {
        application: tx.application(competition.id, user).await?,
        is_invited: tx.is_invited_to_apply(competition.id, user).await?,
        role: tx.role(competition.id, user).await?,
        team: tx.team_of(competition.id, user).await?,
    };
    Ok((rules, part))
}

fn may(part: &Part, competition: &Competition, actor: &Actor, action: Action, now: DateTime<Utc>) -> Result<()> {
    let obstacles = part.visit(competition, actor, now).may(action, None);
    obstacles.check().map_err(|obstacle| Error::refused(obstacle, competition))
}
