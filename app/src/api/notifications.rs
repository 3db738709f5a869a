//! Reading one's notifications, and choosing letters.

use domain::notifications::Topic;
use leptos::prelude::*;

use super::Failure;

/// Everything up to a notification is read.
#[server(prefix = "/api/fn", endpoint = "read_notifications")]
pub async fn read_notifications(until: i64) -> Result<(), Failure> {
    platform::notifications::read(&crate::request::services(), &crate::request::actor(), until).await?;
    Ok(())
}

/// Chooses which letters one gets; a check box is absent when it is not checked.
#[server(prefix = "/api/fn", endpoint = "set_mailed")]
pub async fn set_mailed(
    #[server(default)] teams: String,
    #[server(default)] deliberations: String,
    #[server(default)] applications: String,
    #[server(default)] questions: String,
    #[server(default)] posts: String,
    #[server(default)] reports: String,
) -> Result<(), Failure> {
    let checked = [
        (teams, Topic::Teams),
        (deliberations, Topic::Deliberations),
        (applications, Topic::Applications),
        (questions, Topic::Questions),
        (posts, Topic::Posts),
        (reports, Topic::Reports),
    ];
    let wanted: Vec<_> = checked.into_iter().filter(|(value, _)| !value.is_empty()).map(|(_, topic)| topic).collect();
    platform::notifications::set_mailed(&crate::request::services(), &crate::request::actor(), &wanted).await?;
    Ok(())
}
