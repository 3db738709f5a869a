//! Live questions: asked and voted on during set hours, under the team's name or without it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{FieldProblem, WrongFields};
use crate::ids::LiveSessionId;
use crate::names;
use crate::stages::Phase;
use crate::{AppError, Result};

/// Longest title, question and answer, in characters.
pub const LIVE_TITLE_MAX: usize = 80;
pub const LIVE_QUESTION_MAX: usize = 300;
pub const LIVE_ANSWER_MAX: usize = 2_000;

/// Questions that one person asks in a session, and that a session takes in all.
pub const LIVE_QUESTIONS_OF_PERSON: i64 = 10;
pub const LIVE_QUESTIONS_MAX: i64 = 1_000;

/// Sessions that a competition may have, and the longest of them.
pub const LIVE_SESSIONS_MAX: usize = 100;
pub const LIVE_HOURS_MAX: TimeDelta = TimeDelta::days(14);

/// Questions on the page before the rest is asked for, and on a projector's screen.
pub const LIVE_LISTED: usize = 100;
pub const LIVE_ON_SCREEN: usize = 5;

/// Hours in which questions are taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct LiveSession {
    pub id: LiveSessionId,
    /// Within its competition, from 1 up.
    pub number: i64,
    pub title: String,
    pub opens_at: DateTime<Utc>,
    /// From that moment on nothing is taken.
    pub closes_at: DateTime<Utc>,
}

impl LiveSession {
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        if now >= self.closes_at {
            Phase::Closed
        } else if now >= self.opens_at {
            Phase::Open
        } else {
            Phase::Upcoming
        }
    }

    /// The one that a competition's page shows: the open one, else the next to come, else the last that closed.
    pub fn shown(sessions: &[Self], now: DateTime<Utc>) -> Option<&Self> {
        let all = |phase| sessions.iter().filter(move |session| session.phase(now) == phase);
        all(Phase::Open)
            .min_by_key(|session| (session.opens_at, session.number))
            .or_else(|| all(Phase::Upcoming).min_by_key(|session| (session.opens_at, session.number)))
            .or_else(|| all(Phase::Closed).max_by_key(|session| (session.closes_at, session.number)))
    }
}

/// What an organizer says of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveDraft {
    pub title: String,
    /// None is what was no moment.
    pub opens_at: Option<DateTime<Utc>>,
    pub closes_at: Option<DateTime<Utc>>,
}

impl LiveDraft {
    /// A tidy title and hours, or every wrong field. A session ends after it begins, after `now`, and lasts no longer than a session may.
    ///
    /// # Errors
    /// `invalid_input`.
    pub fn validated(self, now: DateTime<Utc>) -> Result<(String, DateTime<Utc>, DateTime<Utc>)> {
        let title = names::tidy(&self.title);
        let mut wrong = WrongFields::default();
        if title.is_empty() || title.chars().count() > LIVE_TITLE_MAX || title.chars().any(char::is_control) {
            wrong.note("title", FieldProblem::LiveTitle);
        }
        if self.opens_at.is_none() {
            wrong.note("opens_at", FieldProblem::Moment);
        }
        let is_span =
            |opens_at, closes_at| closes_at > now && closes_at > opens_at && closes_at - opens_at <= LIVE_HOURS_MAX;
        match (self.opens_at, self.closes_at) {
            (_, None) => wrong.note("closes_at", FieldProblem::Moment),
            (Some(opens_at), Some(closes_at)) if !is_span(opens_at, closes_at) => {
                wrong.note("closes_at", FieldProblem::LiveHours);
            }
            _ => {}
        }
        let (opens_at, closes_at) = (self.opens_at.unwrap_or(now), self.closes_at.unwrap_or(now));
        wrong.or((title, opens_at, closes_at))
    }
}

/// A question on one line, or what is wrong with it.
///
/// # Errors
/// `invalid_input`.
pub fn live_question(text: &str) -> Result<String> {
    let tidy = names::tidy(text);
    if tidy.is_empty() || tidy.chars().count() > LIVE_QUESTION_MAX || tidy.chars().any(char::is_control) {
        return Err(AppError::field("question", FieldProblem::LiveQuestion));
    }
    Ok(tidy)
}

/// An answer as it was written, without blanks around it, or what is wrong with it.
///
/// # Errors
/// `invalid_input`.
pub fn live_answer(text: &str) -> Result<String> {
    let tidy = text.replace("\r\n", "\n").trim().to_owned();
    let foreign = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    if tidy.is_empty() || tidy.chars().count() > LIVE_ANSWER_MAX || tidy.chars().any(foreign) {
        return Err(AppError::field("answer", FieldProblem::LiveAnswer));
    }
    Ok(tidy)
}

/// Where a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LiveState {
    Open,
    /// On the page or aloud.
    Answered,
    /// Organizers alone see it.
    Hidden,
}

impl LiveState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Answered, Self::Hidden];

    /// As it is stored.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Hidden => "hidden",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A question as everyone sees it: of one that was asked without a name there is nothing here that says whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct LiveQuestion {
    /// Within its session, from 1 up.
    pub number: i64,
    pub body: String,
    pub state: LiveState,
    pub pinned: bool,
    pub votes: i64,
    pub answer: String,
    /// Asked under a name.
    pub named: bool,
    /// By whoever helps to run the competition, where it is named.
    pub by_staff: bool,
    /// The team under whose name it is.
    pub team_number: Option<i64>,
    pub team_name: Option<String>,
    /// Of the post that it became.
    pub moved_to: Option<i64>,
}

/// Who asked, for organizers alone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct LiveAsker {
    /// The question's.
    pub number: i64,
    /// Their real name; empty once their account is gone.
    pub name: String,
    pub team_number: Option<i64>,
    pub team_name: Option<String>,
    /// Why it is hidden.
    pub hidden_reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn session(number: i64, opens: i64, closes: i64) -> LiveSession {
        let (opens_at, closes_at) = (at(opens), at(closes));
        LiveSession { id: LiveSessionId::random(), number, title: String::new(), opens_at, closes_at }
    }

    #[test]
    fn a_session_is_open_from_its_first_moment_and_no_longer_at_its_last() {
        let session = session(1, 10, 12);
        let micro = TimeDelta::microseconds(1);
        assert_eq!(session.phase(at(10) - micro), Phase::Upcoming);
        assert_eq!(session.phase(at(10)), Phase::Open);
        assert_eq!(session.phase(at(12) - micro), Phase::Open);
        assert_eq!(session.phase(at(12)), Phase::Closed);
    }

    #[test]
    fn the_page_shows_the_open_session_else_the_next_else_the_last() {
        let sessions = [session(1, 10, 12), session(2, 20, 22), session(3, 30, 32)];
        let shown = |hour| LiveSession::shown(&sessions, at(hour)).map(|session| session.number);
        assert_eq!([0, 10, 12, 21, 25, 40].map(shown), [1, 1, 2, 2, 3, 3].map(Some));
        assert_eq!(LiveSession::shown(&[], at(0)), None);
    }

    #[test]
    fn a_session_has_a_title_and_hours_that_end_later_and_not_in_the_past() {
        let draft = |title: &str, opens: Option<i64>, closes: Option<i64>| {
            let draft = LiveDraft { title: title.into(), opens_at: opens.map(at), closes_at: closes.map(at) };
            draft
                .validated(at(11))
                .map_err(|error| error.fields.into_iter().map(|field| field.field).collect::<Vec<_>>())
        };
        assert_eq!(draft(" 설명회  1 ", Some(10), Some(12)), Ok(("설명회 1".into(), at(10), at(12))));
        assert_eq!(draft("", None, None).unwrap_err(), ["title", "opens_at", "closes_at"]);
        for (opens, closes) in [(12, 12), (13, 12), (9, 11), (12, 12 + 24 * 14 + 1)] {
            assert_eq!(draft("a", Some(opens), Some(closes)).unwrap_err(), ["closes_at"], "{opens} {closes}");
        }
    }

    #[test]
    fn questions_are_one_line_and_answers_may_be_several() {
        assert_eq!(live_question(" 두 \n 줄 ").unwrap(), "두 줄");
        assert!(live_question(&"가".repeat(LIVE_QUESTION_MAX)).is_ok());
        for wrong in ["", " ", &"가".repeat(LIVE_QUESTION_MAX + 1), "a\u{1}b"] {
            assert!(live_question(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(live_answer(" 네.\r\n\r\n그렇습니다. ").unwrap(), "네.\n\n그렇습니다.");
        assert!(live_answer(&"가".repeat(LIVE_ANSWER_MAX + 1)).is_err() && live_answer("\n").is_err());
    }
}
