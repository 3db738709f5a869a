//! A form's body: no larger than a form is, and here in time.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::HeaderMap;
use bytes::Bytes;
use domain::{AppError, ErrorCode};

use crate::rest::upload;

/// Largest form.
pub(super) const BODY_MAX: usize = 16 * 1024;
/// Largest form with a notice, from whoever is signed in.
pub(super) const NOTICE_MAX: usize = 512 * 1024;

/// The body, if it is no larger than `most` and all of it comes in time, however often a part of it does; one that says that it is
/// larger is not read at all.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    most: usize,
    beyond: ErrorCode,
    within: Duration,
) -> Result<Bytes, AppError> {
    // The layers around the body do not pass on what it knows of its size.
    if upload::length(headers).is_some_and(|length| length > most as u64) {
        return Err(beyond.into());
    }
    match tokio::time::timeout(within, to_bytes(body, most)).await {
        Ok(body) => body.map_err(|_| beyond.into()),
        Err(_) => Err(ErrorCode::TooSlow.into()),
    }
}
