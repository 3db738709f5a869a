//! Taking part: applying, withdrawing, accepting; and what organizers decide.

use std::collections::BTreeMap;

use domain::error::FieldProblem;
use domain::ids::UserId;
use domain::participation::ParticipationState;
use domain::{AppError, address};
use leptos::prelude::*;
use platform::participation::decisions::{self, Decided, Decision};
use platform::participation::invitations::{self, Invited};
use platform::participation::{self, ApplicationForm};
use uuid::Uuid;

use super::Failure;
use crate::request;

/// Applies to take part; `agree` is the check box's value, absent when it was not checked, `rules` the version that was shown. `next` is where whoever takes part then
/// goes, the team page if empty.
#[server(prefix = "/api/fn", endpoint = "join")]
pub async fn join(
    slug: String,
    #[server(default)] agree: String,
    #[server(default)] rules: Option<i64>,
    #[server(default)] next: String,
    #[server(default)] answers: BTreeMap<String, String>,
) -> Result<(), Failure> {
    let actor = request::actor();
    actor.person()?;
    let competition = request::competition(&slug).await?;
    let code = invited_by(&slug, &next);
    let (agreed, locale) = (agreed(&agree, rules), crate::context::locale());
    let form = ApplicationForm { agreed, answers, files: BTreeMap::new(), locale, code };
    let state = participation::apply(&request::services(), &competition, &actor, form).await?;
    leptos_axum::redirect(&led_to(&slug, &next, state));
    Ok(())
}

/// The code of the team's link that somebody came by.
pub fn invited_by(slug: &str, next: &str) -> Option<String> {
    next.strip_prefix(&address::invitation(slug, "")).map(str::to_owned)
}

/// Where somebody goes whose application stands there now.
pub fn led_to(slug: &str, next: &str, state: ParticipationState) -> String {
    match state {
        ParticipationState::Approved if next.is_empty() => address::team(slug),
        ParticipationState::Approved => crate::session::safe_path(next).to_owned(),
        _ => address::apply(slug),
    }
}

/// The version that is agreed to. Who does not say which one has seen the first.
pub fn agreed(agree: &str, rules: Option<i64>) -> Option<i64> {
    (!agree.is_empty()).then(|| rules.unwrap_or(1))
}

/// Withdraws one's own application, or takes part no longer.
#[server(prefix = "/api/fn", endpoint = "withdraw_application")]
pub async fn withdraw_application(slug: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    participation::withdraw(&request::services(), &competition, &request::actor()).await?;
    leptos_axum::redirect(&address::apply(&slug));
    Ok(())
}

/// Takes the place that is offered.
#[server(prefix = "/api/fn", endpoint = "accept_place")]
pub async fn accept_place(slug: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    participation::accept(&request::services(), &competition, &request::actor()).await?;
    leptos_axum::redirect(&address::apply(&slug));
    Ok(())
}

/// Agrees to another version of the rules; `agree` is the check box's value, absent when it was not checked, `rules` the version that
/// was shown.
#[server(prefix = "/api/fn", endpoint = "agree_to_rules")]
pub async fn agree_to_rules(
    slug: String,
    #[server(default)] agree: String,
    #[server(default)] rules: Option<i64>,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    participation::agree(&request::services(), &competition, &request::actor(), agreed(&agree, rules)).await?;
    Ok(())
}

/// Decides about applications, one or many.
#[server(prefix = "/api/fn", endpoint = "decide_applications")]
pub async fn decide_applications(
    slug: String,
    #[server(default)] users: Vec<Uuid>,
    #[server(default)] decision: String,
    #[server(default)] reason: String,
) -> Result<Decided, Failure> {
    let competition = request::competition(&slug).await?;
    let (services, actor) = (request::services(), request::actor());
    decisions::check(&services, &competition, &actor).await?;
    let decision = Decision::from_key(&decision).ok_or_else(|| AppError::field("decision", FieldProblem::Decision))?;
    let users: Vec<_> = users.into_iter().map(UserId).collect();
    Ok(decisions::decide(&services, &competition, &actor, &users, decision, &reason).await?)
}

/// Asks addresses to apply.
#[server(prefix = "/api/fn", endpoint = "invite_to_apply")]
pub async fn invite_to_apply(slug: String, #[server(default)] emails: String) -> Result<Invited, Failure> {
    let competition = request::competition(&slug).await?;
    let locale = crate::context::locale();
    Ok(invitations::invite(&request::services(), &competition, &request::actor(), &emails, locale).await?)
}

/// Takes such a question back.
#[server(prefix = "/api/fn", endpoint = "uninvite_to_apply")]
pub async fn uninvite_to_apply(slug: String, email: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    invitations::uninvite(&request::services(), &competition, &request::actor(), &email).await?;
    Ok(())
}
