//! Teams: make one, enter by a link, rename, remove, leave. Who may do what when is `domain::access`'s; it is asked under the team's lock.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use domain::access::{Action, Obstacles, Visit};
use domain::accounts::User;
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::{TeamId, TeamNumber, UserId};
use domain::names;
use domain::participation::Part;
use domain::teams::{Invitation, Team};
use domain::{AppError, ErrorCode};
use storage::Tx;
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};
use crate::events::Event;
use crate::services::Services;
use crate::throttle::Seldom;
use crate::{competitions, participation, secrets};

/// How long an invitation link works.
const INVITATION: Duration = Duration::days(7);

/// Makes a team with the next public number; its maker leads it.
///
/// # Errors
/// `not_participant`, `already_in_team`, `team_name_taken`, `teams_frozen`, a wrong name.
pub async fn create(services: &Services, competition: &Competition, user: &User, name: &str) -> Result<Team> {
    let part = participation::of(services, competition, user).await?;
    let may = |now| {
        let obstacles = part.visit(competition, Some(user.id), now).create();
        obstacles.check().map_err(|obstacle| Error::refused(obstacle, competition))
    };
    may(services.clock.now())?;
    let name = names::team(name)?;
    let mut tx = services.db.begin().await?;
    tx.lock_competition(competition.id).await?;
    let now = services.clock.now();
    may(now)?;
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
        Err(error) if error.is_unique_violation() => Err(AppError::field("name", FieldProblem::TeamNameTaken).into()),
        other => Ok(other?),
    }
}

/// Makes a user a member; the primary key holds one team a competition for each user.
pub(crate) async fn enter(tx: &mut Tx, team: &Team, user: UserId, at: DateTime<Utc>) -> Result<()> {
    match tx.insert_member(team, user, at).await {
        Err(error) if error.is_unique_violation() => Err(ErrorCode::AlreadyInTeam.into()),
        other => Ok(other?),
    }
}

/// The user's team in a competition.
pub async fn of(services: &Services, competition: &Competition, user: &User) -> Result<Option<Team>> {
    Ok(participation::of(services, competition, user).await?.team)
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

/// A team as strangers see it: see [`Team::for_strangers`].
///
/// # Errors
/// `not_found`.
pub async fn by_number(services: &Services, competition: &Competition, number: TeamNumber) -> Result<Team> {
    let team = services.db.team_by_number(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    Ok(team.for_strangers())
}

/// A team with its members' real names.
///
/// # Errors
/// `not_found`; `not_member` but for its members and organizers of the competition.
pub async fn for_insiders(
    services: &Services,
    competition: &Competition,
    user: &User,
    number: TeamNumber,
) -> Result<Team> {
    let team = services.db.team_by_number(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    if team.member(user.id).is_none() && !competitions::is_organizer(services, competition, user).await? {
        return Err(ErrorCode::NotMember.into());
    }
    Ok(team)
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

/// The team behind an invitation link, as strangers see it: a link may go from hand to hand.
///
/// # Errors
/// `not_found`, `invite_expired`.
pub async fn invited_to(services: &Services, code: &str) -> Result<Team> {
    let (id, expires_at) = services.db.invited_to(code).await?.ok_or(ErrorCode::NotFound)?;
    if expires_at <= services.clock.now() {
        return Err(ErrorCode::InviteExpired.into());
    }
    let team = services.db.team_by_id(id).await?.ok_or(ErrorCode::NotFound)?;
    Ok(team.for_strangers())
}

/// A team as it stands under its lock, with the transaction that holds it, the moment it was taken, and who is acting.
struct Locked {
    tx: Tx,
    competition: Competition,
    team: Team,
    now: DateTime<Utc>,
    actor: UserId,
    part: Part,
}

impl Locked {
    /// Takes the lock and reads the team again.
    async fn take(services: &Services, team: &Team, user: &User) -> Result<Self> {
        // Before the transaction, which holds a connection of its own.
        let competition = competitions::by_id(services, team.competition_id).await?;
        let part = participation::of(services, &competition, user).await?;
        let mut tx = services.db.begin().await?;
        tx.lock_team(team.id).await?;
        let team = tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
        Ok(Self { tx, competition, team, now: services.clock.now(), actor: user.id, part })
    }

    /// The same where the user may do this to the team now.
    async fn take_for(services: &Services, team: &Team, user: &User, action: Action) -> Result<Self> {
        let locked = Self::take(services, team, user).await?;
        locked.check(|visit, team| visit.change(action, team))?;
        Ok(locked)
    }

    /// Refuses what stands in the user's way now.
    fn check(&self, ask: impl FnOnce(Visit<'_>, &Team) -> Obstacles) -> Result<()> {
        let visit = self.part.visit(&self.competition, Some(self.actor), self.now);
        ask(visit, &self.team).check().map_err(|obstacle| Error::refused(obstacle, &self.competition))
    }

    async fn audit(&mut self, action: &str, subject: &str) -> Result<()> {
        self.tx
            .audit(self.now, Some(self.actor), Some(self.team.competition_id), action, subject)
            .await
            .map_err(Error::from)
    }

    /// Commits; the leaderboards that show the team have a new version, on which its name and members are the new ones.
    async fn commit_shown(mut self, services: &Services) -> Result<()> {
        let mut events = Vec::new();
        for stage in self.tx.shown_on(self.team.id).await? {
            let (competition, version) = self.tx.raise_for_names(stage).await?;
            events.push(Event::Leaderboard { competition, stage, version });
        }
        services.events.commit(self.tx, events).await
    }
}

/// Enters the team behind an invitation link.
///
/// # Errors
/// `not_found`, `invite_expired`, `not_participant`, `already_in_team`, `team_full`, `team_ended`, `teams_frozen`.
pub async fn join_by_link(services: &Services, competition: &Competition, user: &User, code: &str) -> Result<Team> {
    let team = invited_to(services, code).await?;
    if team.competition_id != competition.id {
        return Err(ErrorCode::NotFound.into());
    }
    let mut locked = Locked::take(services, &team, user).await?;
    // The link may have been made anew since it was looked up.
    if locked.tx.invitation_code(team.id).await?.as_deref() != Some(code) {
        return Err(ErrorCode::NotFound.into());
    }
    locked.check(|visit, team| visit.join(team))?;
    enter(&mut locked.tx, &locked.team, user.id, locked.now).await?;
    locked.audit("team.join", &team.number.to_string()).await?;
    let team = locked.tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    locked.commit_shown(services).await?;
    Ok(team)
}

/// Gives the team another name; the leader's or an organizer's.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `team_name_taken`, a wrong name.
pub async fn rename(services: &Services, team: &Team, user: &User, name: &str) -> Result<()> {
    let mut locked = Locked::take_for(services, team, user, Action::Rename).await?;
    let name = names::team(name)?;
    match locked.tx.rename_team(team.id, &name).await {
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::field("name", FieldProblem::TeamNameTaken).into());
        }
        other => other?,
    }
    let subject = format!("{}: {} → {name}", locked.team.number, locked.team.name);
    locked.audit("team.rename", &subject).await?;
    locked.commit_shown(services).await
}

/// Removes a member (the leader's or an organizer's) or leaves (a member's own). What they submitted stays with the team.
/// The last one to leave takes a team without submissions with them. Who is removed cannot come back by the link they know.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `has_submitted`, `last_member`, `leader_cannot_leave` while others are in the team,
/// `not_found`.
pub async fn remove(services: &Services, team: &Team, user: &User, member: UserId) -> Result<()> {
    let leaves = member == user.id;
    let mut locked = Locked::take(services, team, user).await?;
    let has_submitted = !locked.tx.shown_on(team.id).await?.is_empty();
    locked.check(|visit, team| visit.remove(team, member, has_submitted))?;
    locked.tx.delete_member(team.id, member).await?;
    if !leaves {
        locked.tx.delete_invitation(team.id).await?;
    }
    if locked.team.members.len() == 1 {
        locked.tx.delete_team(team.id).await?;
    }
    let subject = format!("{}: {member}", locked.team.number);
    locked.audit(if leaves { "team.leave" } else { "team.remove" }, &subject).await?;
    locked.commit_shown(services).await
}

/// Makes another member the leader.
///
/// # Errors
/// `not_leader`, `not_member`, `teams_frozen`, `team_ended`.
pub async fn hand_over(services: &Services, team: &Team, user: &User, member: UserId) -> Result<()> {
    let mut locked = Locked::take_for(services, team, user, Action::HandOver).await?;
    locked.team.check_member(member)?;
    locked.tx.set_leader(team.id, member).await?;
    let subject = format!("{}: {member}", locked.team.number);
    locked.audit("team.hand_over", &subject).await?;
    Ok(locked.tx.commit().await?)
}

/// The link that invites, if one was made and still works; members may see it.
pub async fn invitation(services: &Services, team: &Team, user: &User) -> Result<Option<Invitation>> {
    team.check_member(user.id)?;
    let now = services.clock.now();
    Ok(services.db.invitation(team.id).await?.filter(|invitation| invitation.expires_at > now))
}

/// Makes a new invitation link; the old one stops working.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `too_many_attempts`.
pub async fn renew_invitation(services: &Services, team: &Team, user: &User) -> Result<Invitation> {
    services.throttle.seldom(Seldom::RenewInvitation, user.id, services.clock.now())?;
    let mut locked = Locked::take_for(services, team, user, Action::RenewInvitation).await?;
    let invitation = Invitation { code: secrets::invitation(), expires_at: locked.now + INVITATION };
    locked.tx.upsert_invitation(team.id, &invitation).await?;
    let subject = locked.team.number.to_string();
    locked.audit("team.invite", &subject).await?;
    locked.tx.commit().await?;
    Ok(invitation)
}

/// The team's submission key; showing it is recorded.
///
/// # Errors
/// `not_member`, `too_many_attempts`.
pub async fn show_submission_key(services: &Services, team: &Team, user: &User) -> Result<String> {
    services.throttle.seldom(Seldom::ShowKey, user.id, services.clock.now())?;
    let mut tx = services.db.begin().await?;
    tx.lock_team(team.id).await?;
    let current = tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    current.check_member(user.id)?;
    let key = tx.submission_key(team.id).await?;
    let (now, number) = (services.clock.now(), current.number.to_string());
    tx.audit(now, Some(user.id), Some(current.competition_id), "team.show_key", &number).await?;
    tx.commit().await?;
    Ok(key)
}

/// Makes a new submission key; the old one stops working.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `too_many_attempts`.
pub async fn renew_submission_key(services: &Services, team: &Team, user: &User) -> Result<String> {
    services.throttle.seldom(Seldom::RenewKey, user.id, services.clock.now())?;
    let mut locked = Locked::take_for(services, team, user, Action::RenewKey).await?;
    let key = secrets::submission_key();
    locked.tx.set_submission_key(team.id, &key).await?;
    let subject = locked.team.number.to_string();
    locked.audit("team.renew_key", &subject).await?;
    locked.tx.commit().await?;
    Ok(key)
}
