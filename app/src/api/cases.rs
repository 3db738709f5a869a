//! Cases: what organizers and judges do with a form without files. Opening, evidence and statements come with files, and have
//! addresses of their own.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::cases::CaseOutcome;
use domain::competitions::Competition;
use leptos::prelude::*;
use platform::cases;

use super::Failure;
use crate::request;

/// A moment as a form sends it, on the competition's wall; none where it is not one.
pub fn moment(competition: &Competition, text: &str) -> Option<DateTime<Utc>> {
    let wall = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let wall = wall.into_iter().find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok())?;
    Some(competition.settings.zone.moment(wall))
}

/// Asks the team of a case for a statement.
#[server(prefix = "/api/fn", endpoint = "ask_for_statement")]
pub async fn ask_for_statement(
    slug: String,
    number: i64,
    #[server(default)] question: String,
    #[server(default)] until: String,
    #[server(default)] votes_until: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let until = (moment(&competition, &until), moment(&competition, &votes_until));
    cases::ask(&request::services(), &competition, &request::actor(), number, &question, until).await?;
    Ok(())
}

/// Gives the team of a case another deadline.
#[server(prefix = "/api/fn", endpoint = "extend_statement")]
pub async fn extend_statement(
    slug: String,
    number: i64,
    #[server(default)] until: String,
    #[server(default)] votes_until: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (until, votes_until) = (moment(&competition, &until), moment(&competition, &votes_until));
    cases::extend(&request::services(), &competition, &request::actor(), number, until, votes_until).await?;
    Ok(())
}

/// Votes on a case.
#[server(prefix = "/api/fn", endpoint = "vote_on_case")]
pub async fn vote_on_case(
    slug: String,
    number: i64,
    #[server(default)] outcome: String,
    #[server(default)] reason: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let outcome = CaseOutcome::from_key(&outcome);
    cases::vote(&request::services(), &competition, &request::actor(), number, outcome, &reason).await?;
    Ok(())
}

/// Records a decision of a case.
#[server(prefix = "/api/fn", endpoint = "decide_case")]
pub async fn decide_case(
    slug: String,
    number: i64,
    #[server(default)] outcome: String,
    #[server(default)] reason: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let outcome = CaseOutcome::from_key(&outcome);
    cases::decide(&request::services(), &competition, &request::actor(), number, outcome, &reason).await?;
    Ok(())
}
