//! Who the credentials belong to.

use axum::Json;
use axum::extract::State;
use domain::access::SiteAction;
use domain::accounts::User;
use platform::teams;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiResult, ErrorBody};
use crate::extract::Caller;
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub(super) struct MeOut {
    email: String,
    name: String,
    /// What everyone may call you; null and you are counted, not named.
    public_name: Option<String>,
    affiliation: String,
    teams: Vec<MyTeam>,
}

#[derive(Serialize, ToSchema)]
struct MyTeam {
    competition: String,
    number: i64,
    name: String,
    is_leader: bool,
}

/// You and your teams.
#[utoipa::path(get, path = "/api/v1/me", tag = "account", security(("token" = []), ("basic" = [])), responses((status = 200, body = MeOut), (status = 401, body = ErrorBody)))]
pub(super) async fn me(State(state): State<AppState>, Caller(actor): Caller) -> ApiResult<Json<MeOut>> {
    actor.may(SiteAction::ReadAccount).check()?;
    let user = actor.person()?;
    let mine = teams::all_of(&state.services, user).await?.into_iter();
    let teams = mine.map(|(competition, team)| MyTeam {
        competition: competition.slug,
        number: team.number,
        is_leader: team.leader_id == user.id,
        name: team.name,
    });
    let teams = teams.collect();
    let User { email, name, public_name, affiliation, .. } = user.clone();
    Ok(Json(MeOut { email, name, public_name, affiliation, teams }))
}
