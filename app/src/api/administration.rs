//! What administrators do: accounts, mail, the queue.

use domain::ids::{JobId, LetterId, UserId};
use leptos::prelude::*;
use platform::administration;
use uuid::Uuid;

use super::Failure;
use crate::request;

/// Lets nobody in by an account until it is resumed.
#[server(prefix = "/api/fn", endpoint = "suspend_account")]
pub async fn suspend_account(id: Uuid, #[server(default)] reason: String) -> Result<(), Failure> {
    Ok(administration::suspend(&request::services(), &request::actor(), UserId(id), &reason).await?)
}

/// Takes that back.
#[server(prefix = "/api/fn", endpoint = "resume_account")]
pub async fn resume_account(id: Uuid) -> Result<(), Failure> {
    Ok(administration::resume(&request::services(), &request::actor(), UserId(id)).await?)
}

/// Turns off the second factor of somebody who has lost it.
#[server(prefix = "/api/fn", endpoint = "reset_second_factor")]
pub async fn reset_second_factor(id: Uuid) -> Result<(), Failure> {
    administration::reset_second_factor(&request::services(), &request::actor(), UserId(id)).await?;
    Ok(())
}

/// Takes the administrator's word for whose an address is.
#[server(prefix = "/api/fn", endpoint = "vouch_for_address")]
pub async fn vouch_for_address(id: Uuid) -> Result<(), Failure> {
    administration::vouch(&request::services(), &request::actor(), UserId(id)).await?;
    Ok(())
}

/// Puts a failed letter back.
#[server(prefix = "/api/fn", endpoint = "resend_letter")]
pub async fn resend_letter(id: Uuid) -> Result<(), Failure> {
    Ok(administration::resend(&request::services(), &request::actor(), LetterId(id)).await?)
}

/// Puts a dead job back, or drops it.
#[server(prefix = "/api/fn", endpoint = "settle_job")]
pub async fn settle_job(id: Uuid, #[server(default)] drop: String) -> Result<(), Failure> {
    let drops = !drop.is_empty();
    Ok(administration::settle_job(&request::services(), &request::actor(), JobId(id), drops).await?)
}
