//! Server functions: who is asking, one call into the application. Forms without a script reach the same addresses.

pub mod accounts;
pub mod administration;
pub mod boards;
pub mod cases;
pub mod letters;
pub mod live;
pub mod notifications;
pub mod participation;
pub mod questions;
pub mod reactions;
pub mod recruiting;
pub mod roles;
pub mod site_notices;
pub mod teams;

use std::fmt;

use domain::{AppError, ErrorCode};
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// An [`AppError`] on its way to the browser, with the HTTP status that fits it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Failure(pub AppError);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failure {}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    /// What the transport itself got wrong: arguments that do not fit are the caller's, the rest is the network's or ours.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                ErrorCode::BadRequest.into()
            }
            _ => ErrorCode::Unavailable.into(),
        }
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
            if let Ok(status) = axum::http::StatusCode::from_u16(error.status()) {
                response.set_status(status);
            }
            if let Some(seconds) = error.retry_after {
                response.insert_header(axum::http::header::RETRY_AFTER, seconds.into());
            }
        }
        Self(error)
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        AppError::from(code).into()
    }
}

impl From<platform::Error> for Failure {
    fn from(error: platform::Error) -> Self {
        AppError::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use domain::address::function;
    use leptos::server_fn::ServerFn as _;
    use leptos::server_fn::axum::server_fn_paths;

    use super::boards::PreviewPost;
    use super::live::VoteLive;
    use super::notifications::{NewestNotifications, ReadNotifications};
    use super::questions::SimilarQuestions;
    use super::teams::ShowKey;

    #[test]
    fn what_scripts_call_is_where_the_functions_are() {
        assert_eq!(function::SHOW_KEY, ShowKey::PATH);
        assert_eq!(function::PREVIEW_POST, PreviewPost::PATH);
        assert_eq!(function::NEWEST_NOTIFICATIONS, NewestNotifications::PATH);
        assert_eq!(function::READ_NOTIFICATIONS, ReadNotifications::PATH);
        assert_eq!(function::VOTE_LIVE, VoteLive::PATH);
        assert_eq!(function::SIMILAR_QUESTIONS, SimilarQuestions::PATH);
        assert!(server_fn_paths().all(|(path, _)| path.starts_with(function::FUNCTIONS)));
    }
}
