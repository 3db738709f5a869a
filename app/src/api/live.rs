//! Live questions: participants ask and vote, organizers set the hours and answer.

use domain::address;
use domain::live::LiveDraft;
use leptos::prelude::*;
use platform::live;

use super::Failure;
use super::cases::moment;
use crate::request;

/// The page of live questions at one of them: whoever has no script comes back to where they were.
fn at(slug: &str, number: i64) -> String {
    format!("{}#q{number}", address::live(slug))
}

/// Asks, under the team's name or without one (`named` is empty).
#[server(prefix = "/api/fn", endpoint = "ask_live")]
pub async fn ask_live(
    slug: String,
    session: i64,
    #[server(default)] question: String,
    #[server(default)] named: String,
) -> Result<i64, Failure> {
    let competition = request::competition(&slug).await?;
    let named = !named.is_empty();
    let number = live::ask(&request::services(), &competition, &request::actor(), session, &question, named).await?;
    leptos_axum::redirect(&at(&slug, number));
    Ok(number)
}

/// Votes for a question, or takes the vote back when `vote` is empty.
#[server(prefix = "/api/fn", endpoint = "vote_live")]
pub async fn vote_live(
    slug: String,
    session: i64,
    number: i64,
    #[server(default)] vote: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let votes = !vote.is_empty();
    live::vote(&request::services(), &competition, &request::actor(), (session, number), votes).await?;
    leptos_axum::redirect(&at(&slug, number));
    Ok(())
}

/// Answers a question.
#[server(prefix = "/api/fn", endpoint = "answer_live")]
pub async fn answer_live(
    slug: String,
    session: i64,
    number: i64,
    #[server(default)] answer: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    live::answer(&request::services(), &competition, &request::actor(), (session, number), &answer).await?;
    leptos_axum::redirect(&at(&slug, number));
    Ok(())
}

/// Marks a question as answered aloud, or as open again when `answered` is empty.
#[server(prefix = "/api/fn", endpoint = "mark_live")]
pub async fn mark_live(
    slug: String,
    session: i64,
    number: i64,
    #[server(default)] answered: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let answered = !answered.is_empty();
    live::mark(&request::services(), &competition, &request::actor(), (session, number), answered).await?;
    leptos_axum::redirect(&at(&slug, number));
    Ok(())
}

/// Pins a question, or unpins it when `pinned` is empty.
#[server(prefix = "/api/fn", endpoint = "pin_live")]
pub async fn pin_live(
    slug: String,
    session: i64,
    number: i64,
    #[server(default)] pinned: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let pinned = !pinned.is_empty();
    live::pin(&request::services(), &competition, &request::actor(), (session, number), pinned).await?;
    leptos_axum::redirect(&at(&slug, number));
    Ok(())
}

/// Hides a question for a reason, or shows it again when `hidden` is empty.
#[server(prefix = "/api/fn", endpoint = "hide_live")]
pub async fn hide_live(
    slug: String,
    session: i64,
    number: i64,
    #[server(default)] hidden: String,
    #[server(default)] reason: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let reason = (!hidden.is_empty()).then_some(reason.as_str());
    live::hide(&request::services(), &competition, &request::actor(), (session, number), reason).await?;
    leptos_axum::redirect(&at(&slug, number));
    Ok(())
}

/// Moves a question that was not answered to the board of questions.
#[server(prefix = "/api/fn", endpoint = "move_live")]
pub async fn move_live(slug: String, session: i64, number: i64) -> Result<i64, Failure> {
    let competition = request::competition(&slug).await?;
    let post = live::move_to_board(&request::services(), &competition, &request::actor(), (session, number)).await?;
    leptos_axum::redirect(&at(&slug, number));
    Ok(post)
}

/// Sets the title and hours of a session, or of a new one without a number.
#[server(prefix = "/api/fn", endpoint = "set_live")]
pub async fn set_live(
    slug: String,
    #[server(default)] session: String,
    #[server(default)] title: String,
    #[server(default)] opens_at: String,
    #[server(default)] closes_at: String,
) -> Result<i64, Failure> {
    let competition = request::competition(&slug).await?;
    // What is no number is no session, rather than a new one.
    let number = if session.is_empty() { None } else { Some(session.parse().unwrap_or(0)) };
    let (opens_at, closes_at) = (moment(&competition, &opens_at), moment(&competition, &closes_at));
    let draft = LiveDraft { title, opens_at, closes_at };
    let number = live::set(&request::services(), &competition, &request::actor(), number, draft).await?;
    leptos_axum::redirect(&address::manage_live(&slug));
    Ok(number)
}

/// Ends a session now, or takes one away that has not begun.
#[server(prefix = "/api/fn", endpoint = "close_live")]
pub async fn close_live(slug: String, session: i64) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    live::close(&request::services(), &competition, &request::actor(), session).await?;
    leptos_axum::redirect(&address::manage_live(&slug));
    Ok(())
}
