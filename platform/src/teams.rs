//! Teams: make one, enter by a link, rename, remove, leave.

use std::collections::HashMap;

use chrono::Duration;
use domain::account::User;
use domain::competition::Competition;
use domain::ids::{TeamId, TeamNumber, UserId};
use domain::team::{Invitation, Team, tidy_name};
use domain::{AppError, ErrorCode};
use subtle::ConstantTimeEq;

use crate::db::Tx;
use crate::error::Result;
use crate::services::Services;
use crate::{participation, secrets};

/// How long an invitation link works.
const INVITATION: Duration = Duration::days(7);

/// Makes a team with the next public number; its maker leads it.
///
/// # Errors
/// `not_participant`, `already_in_team`, `team_name_taken`, a wrong name.
pub async fn create(services: &Services, competition: &Competition, user: &User, name: &str) -> Result<Team> {
    participation::require(services, competition, user).await?;
    let (name, now) = (tidy_name(name)?, services.clock.now());
    let mut tx = services.db.begin().await?;
    tx.lock_competition(competition.id.0).await?;
    let team = Team {
        id: TeamId::new(),
        competition_id: competition.id,
        number: tx.next_team_number(competition.id).await?,
        name,
        leader_id: user.id,
        created_at: now,
        ended: None,
        members: Vec::new(),
    };
    insert(&mut tx, &team, &secrets::submission_key()).await?;
    enter(&mut tx, &team, user.id, now).await?;
    tx.audit(now, Some(user.id), Some(competition.id), "team.create", &team.number.to_string()).await?;
    let team = tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    tx.commit().await?;
    Ok(team)
}

/// Stores a team; a taken name is said as such.
pub(crate) async fn insert(tx: &mut Tx, team: &Team, submission_key: &str) -> Result<()> {
    match tx.insert_team(team, submission_key).await {
        Err(error) if error.is_unique_violation() => Err(AppError::field("name", "team_name_taken").into()),
        other => other,
    }
}

/// Makes a user a member; the primary key holds one team a competition for each user.
pub(crate) async fn enter(tx: &mut Tx, team: &Team, user: UserId, at: chrono::DateTime<chrono::Utc>) -> Result<()> {
    match tx.insert_member(team, user, at).await {
        Err(error) if error.is_unique_violation() => Err(ErrorCode::AlreadyInTeam.into()),
        other => other,
    }
}

/// The user's team in a competition.
pub async fn of(services: &Services, competition: &Competition, user: &User) -> Result<Option<Team>> {
    services.db.team_of(competition.id, user.id).await
}

/// All of the user's teams with their competitions, without their members; two reads, however many competitions there are.
pub async fn all_of(services: &Services, user: &User) -> Result<Vec<(Competition, Team)>> {
    let mut teams: HashMap<_, _> =
        services.db.teams_of(user.id).await?.into_iter().map(|team| (team.competition_id, team)).collect();
    if teams.is_empty() {
        return Ok(Vec::new());
    }
    let competitions = services.db.competitions().await?.into_iter();
    Ok(competitions.filter_map(|competition| teams.remove(&competition.id).map(|team| (competition, team))).collect())
}

/// # Errors
/// `not_found`.
pub async fn by_number(services: &Services, competition: &Competition, number: TeamNumber) -> Result<Team> {
    services.db.team_by_number(competition.id, number).await?.ok_or(ErrorCode::NotFound.into())
}

/// The team that a number and a submission key mean for this user. Numbers repeat between competitions, keys do not.
///
/// # Errors
/// `not_member` when no team of the user has that number; `wrong_key`.
pub async fn by_key(services: &Services, user: &User, number: TeamNumber, key: &str) -> Result<Team> {
    let teams = services.db.teams_of_by_number(user.id, number).await?;
    if teams.is_empty() {
        return Err(ErrorCode::NotMember.into());
    }
    for team in teams {
        let stored = services.db.submission_key(team.id).await?.unwrap_or_default();
        if bool::from(stored.as_bytes().ct_eq(key.as_bytes())) {
            return Ok(team);
        }
    }
    Err(ErrorCode::WrongKey.into())
}

/// The team behind an invitation link.
///
/// # Errors
/// `not_found`, `invite_expired`.
pub async fn invited_to(services: &Services, code: &str) -> Result<Team> {
    let (id, expires_at) = services.db.invited_to(code).await?.ok_or(ErrorCode::NotFound)?;
    if expires_at <= services.clock.now() {
        return Err(ErrorCode::InviteExpired.into());
    }
    services.db.team_by_id(id).await?.ok_or(ErrorCode::NotFound.into())
}

/// Enters the team behind an invitation link.
///
/// # Errors
/// `not_found`, `invite_expired`, `not_participant`, `already_in_team`, `team_full`, `team_ended`.
pub async fn join_by_link(services: &Services, competition: &Competition, user: &User, code: &str) -> Result<Team> {
    let team = invited_to(services, code).await?;
    if team.competition_id != competition.id {
        return Err(ErrorCode::NotFound.into());
    }
    participation::require(services, competition, user).await?;
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    tx.lock_team(team.id.0).await?;
    let team = tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    if team.ended.is_some() {
        return Err(ErrorCode::TeamEnded.into());
    }
    let max = competition.settings.team.max;
    if tx.count_members(team.id).await? >= max {
        return Err(AppError::new(ErrorCode::TeamFull).with("max", max).into());
    }
    enter(&mut tx, &team, user.id, now).await?;
    tx.audit(now, Some(user.id), Some(competition.id), "team.join", &team.number.to_string()).await?;
    let team = tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    tx.commit().await?;
    Ok(team)
}

/// Gives the team another name; the leader's.
pub async fn rename(services: &Services, team: &Team, user: &User, name: &str) -> Result<()> {
    team.check_leader(user.id)?;
    let name = tidy_name(name)?;
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    match tx.rename_team(team.id, &name).await {
        Err(error) if error.is_unique_violation() => return Err(AppError::field("name", "team_name_taken").into()),
        other => other?,
    }
    tx.audit(
        now,
        Some(user.id),
        Some(team.competition_id),
        "team.rename",
        &format!("{}: {} → {name}", team.number, team.name),
    )
    .await?;
    tx.commit().await?;
    services.boards.forget(team.competition_id);
    Ok(())
}

/// Removes a member (the leader's) or leaves (a member's own). What they submitted stays with the team.
/// The last one to leave takes a team without submissions with them.
///
/// # Errors
/// `not_leader`, `leader_cannot_leave` while others are in the team, `not_found`.
pub async fn remove(services: &Services, team: &Team, user: &User, member: UserId) -> Result<()> {
    if member != user.id {
        team.check_leader(user.id)?;
    }
    team.check_member(user.id)?;
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    tx.lock_team(team.id.0).await?;
    let current = tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    if current.leader_id == member && current.members.len() > 1 {
        return Err(ErrorCode::LeaderCannotLeave.into());
    }
    if !tx.delete_member(team.id, member).await? {
        return Err(ErrorCode::NotFound.into());
    }
    if current.members.len() == 1 && tx.count_submissions(team.id).await? == 0 {
        tx.delete_team(team.id).await?;
    }
    let action = if member == user.id { "team.leave" } else { "team.remove" };
    tx.audit(now, Some(user.id), Some(team.competition_id), action, &format!("{}: {member}", team.number)).await?;
    tx.commit().await?;
    services.boards.forget(team.competition_id);
    Ok(())
}

/// Makes another member the leader.
pub async fn hand_over(services: &Services, team: &Team, user: &User, member: UserId) -> Result<()> {
    team.check_leader(user.id)?;
    let mut tx = services.db.begin().await?;
    tx.lock_team(team.id.0).await?;
    let current = tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    current.check_leader(user.id)?;
    current.check_member(member)?;
    tx.set_leader(team.id, member).await?;
    tx.audit(
        services.clock.now(),
        Some(user.id),
        Some(team.competition_id),
        "team.hand_over",
        &format!("{}: {member}", team.number),
    )
    .await?;
    tx.commit().await
}

/// The link that invites, if one was made and still works; members may see it.
pub async fn invitation(services: &Services, team: &Team, user: &User) -> Result<Option<Invitation>> {
    team.check_member(user.id)?;
    let now = services.clock.now();
    Ok(services.db.invitation(team.id).await?.filter(|invitation| invitation.expires_at > now))
}

/// Makes a new invitation link; the old one stops working.
pub async fn renew_invitation(services: &Services, team: &Team, user: &User) -> Result<Invitation> {
    team.check_leader(user.id)?;
    let now = services.clock.now();
    let invitation = Invitation { code: secrets::invitation(), expires_at: now + INVITATION };
    let mut tx = services.db.begin().await?;
    tx.upsert_invitation(team.id, &invitation).await?;
    tx.audit(now, Some(user.id), Some(team.competition_id), "team.invite", &team.number.to_string()).await?;
    tx.commit().await?;
    Ok(invitation)
}

/// The team's submission key; showing it is recorded.
pub async fn show_submission_key(services: &Services, team: &Team, user: &User) -> Result<String> {
    team.check_member(user.id)?;
    let mut tx = services.db.begin().await?;
    tx.audit(services.clock.now(), Some(user.id), Some(team.competition_id), "team.show_key", &team.number.to_string())
        .await?;
    tx.commit().await?;
    services.db.submission_key(team.id).await?.ok_or(ErrorCode::NotFound.into())
}

/// Makes a new submission key; the old one stops working.
pub async fn renew_submission_key(services: &Services, team: &Team, user: &User) -> Result<String> {
    team.check_leader(user.id)?;
    let key = secrets::submission_key();
    let mut tx = services.db.begin().await?;
    tx.set_submission_key(team.id, &key).await?;
    tx.audit(
        services.clock.now(),
        Some(user.id),
        Some(team.competition_id),
        "team.renew_key",
        &team.number.to_string(),
    )
    .await?;
    tx.commit().await?;
    Ok(key)
}
