//! Reading one's notifications, and choosing what is marked as new and what is mailed.

use domain::notifications::Topic;
use leptos::prelude::*;

use super::Failure;
use crate::request;

/// Everything up to a notification is read, of one competition or, without one, of all.
#[server(prefix = "/api/fn", endpoint = "read_notifications")]
pub async fn read_notifications(until: i64, #[server(default)] competition: String) -> Result<(), Failure> {
    platform::notifications::read(&request::services(), &request::actor(), until, &competition).await?;
    Ok(())
}

/// One notification is read.
#[server(prefix = "/api/fn", endpoint = "read_notification")]
pub async fn read_notification(seq: i64) -> Result<(), Failure> {
    platform::notifications::read_one(&request::services(), &request::actor(), seq).await?;
    Ok(())
}

/// What the bell shows, as HTML.
#[server(prefix = "/api/fn", endpoint = "newest_notifications")]
pub async fn newest_notifications() -> Result<String, Failure> {
    let services = request::services();
    let (newest, unread) = platform::notifications::newest(&services, &request::actor()).await?;
    Ok(crate::pages::notifications::bell::newest(newest, unread, services.clock.now()))
}

/// Chooses by topics; one that is not checked is absent.
#[server(prefix = "/api/fn", endpoint = "set_notifications")]
pub async fn set_notifications(
    #[server(default)] marked: Vec<String>,
    #[server(default)] mailed: Vec<String>,
) -> Result<(), Failure> {
    let topics = |keys: Vec<String>| keys.iter().filter_map(|key| Topic::from_key(key)).collect();
    let wishes = platform::notifications::Wishes { marked: topics(marked), mailed: topics(mailed) };
    platform::notifications::set_wishes(&request::services(), &request::actor(), &wishes).await?;
    Ok(())
}
