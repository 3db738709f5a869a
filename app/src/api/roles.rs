//! Roles in a competition: give, change, lay down, ask and accept.

use domain::access::Role;
use domain::error::FieldProblem;
use domain::ids::{RoleInvitationId, UserId};
use domain::{AppError, address};
use leptos::prelude::*;
use platform::competitions::roles;
use uuid::Uuid;

use super::Failure;
use crate::request;

/// The role of a form's field.
fn role(key: &str) -> Result<Role, AppError> {
    Role::from_key(key).ok_or_else(|| AppError::field("role", FieldProblem::Role))
}

/// Gives somebody who has a role another one, or none when `role` is empty; one's own can be laid down by everybody.
#[server(prefix = "/api/fn", endpoint = "change_role")]
pub async fn change_role(slug: String, user: Uuid, #[server(default)] role: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, user) = (request::actor(), UserId(user));
    let role = if role.is_empty() { None } else { Some(self::role(&role)?) };
    roles::change(&request::services(), &competition, &actor, user, role).await?;
    if role.is_none() && actor.id() == Some(user) {
        leptos_axum::redirect(&address::competition(&slug));
    }
    Ok(())
}

/// Asks whoever has an address to take a role, by mail.
#[server(prefix = "/api/fn", endpoint = "invite_to_role")]
pub async fn invite_to_role(slug: String, email: String, role: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let role = self::role(&role)?;
    let locale = crate::context::locale();
    roles::invite(&request::services(), &competition, &request::actor(), &email, role, locale).await?;
    Ok(())
}

/// Takes such a question back.
#[server(prefix = "/api/fn", endpoint = "withdraw_role_invitation")]
pub async fn withdraw_role_invitation(slug: String, id: Uuid) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    roles::withdraw(&request::services(), &competition, &request::actor(), RoleInvitationId(id)).await?;
    Ok(())
}

/// Takes the role of an invitation's link.
#[server(prefix = "/api/fn", endpoint = "accept_role")]
pub async fn accept_role(slug: String, key: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    roles::accept(&request::services(), &competition, &request::actor(), &key).await?;
    leptos_axum::redirect(&address::manage(&slug));
    Ok(())
}
