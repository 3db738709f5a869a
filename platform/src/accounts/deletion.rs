//! Deleting one's account. What others rely on stays and names nobody: results, the teams they were made in, notices, the record's chain.
//! All else goes.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Actor, Role, SiteAction};
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::CompetitionId;
use domain::participation::{ParticipationState, Step};
use domain::stages::Phase;
use domain::teams::TeamEnd;
use domain::{AppError, ErrorCode};
use storage::Tx;
use storage::accounts::Membership;
use storage::competitions::Stand;

use super::confirmed::confirm;
use crate::boards::files;
use crate::competitions;
use crate::error::Result;
use crate::events::Event;
use crate::participation::{answer_files, places};
use crate::services::Services;

/// What is typed to say that it is meant, in each language.
pub const WORDS: [&str; 2] = ["계정 삭제", "delete my account"];

/// What has to be done before, so that nobody is left without an owner or a leader.
#[derive(Debug, Clone)]
pub enum Hindrance {
    /// They are the only owner of a competition.
    OwnsAlone(Competition),
    /// They lead a team that others are in, and that goes on.
    LeadsOthers(Competition, String),
}

/// What somebody has to do before they can delete their account.
#[boxed]
pub async fn hindrances(services: &Services, user: &User) -> Result<Vec<Hindrance>> {
    let now = services.clock.now();
    let mut found = Vec::new();
    for (id, role) in services.db.roles_of(user.id).await? {
        let holders = services.db.role_holders(id).await?;
        if role == Role::Owner && holders.iter().filter(|holder| holder.role == Role::Owner).count() == 1 {
            found.push(Hindrance::OwnsAlone(competitions::by_id(services, id).await?));
        }
    }
    for membership in services.db.memberships(user.id).await? {
        let competition = competitions::by_id(services, membership.competition_id).await?;
        if leads_others(&membership, &competition, now) {
            found.push(Hindrance::LeadsOthers(competition, membership.team_name));
        }
    }
    Ok(found)
}

fn leads_others(membership: &Membership, competition: &Competition, now: DateTime<Utc>) -> bool {
    membership.leads && membership.members > 1 && goes_on(membership, competition, now)
}

/// Whether the team still changes: once its competition is over or its part in it has ended, who was in it stays.
fn goes_on(membership: &Membership, competition: &Competition, now: DateTime<Utc>) -> bool {
    membership.ended.is_none() && competition.phase(now) != Phase::Closed
}

/// Deletes one's own account.
///
/// # Errors
/// `login_required`; a word, password or code that is wrong; `owns_alone`, `leads_others`; `too_many_attempts`; `try_again` where they
/// enter a team in the same moment.
#[boxed]
pub async fn delete(services: &Services, actor: &Actor, word: &str, password: &str, code: &str) -> Result<()> {
    actor.may(SiteAction::ChangeAccount).check()?;
    if !WORDS.contains(&word.trim().to_lowercase().as_str()) {
        return Err(AppError::field("word", FieldProblem::WordWrong).into());
    }
    let user = actor.person()?;
    // Asked again under the locks.
    match hindrances(services, user).await?.first() {
        Some(Hindrance::OwnsAlone(_)) => return Err(ErrorCode::OwnsAlone.into()),
        Some(Hindrance::LeadsOthers(..)) => return Err(ErrorCode::LeadsOthers.into()),
        None => {}
    }
    let mut competitions = HashMap::new();
    for (id, _) in services.db.applications_of(user.id).await? {
        competitions.insert(id, competitions::by_id(services, id).await?);
    }
    let confirmed = confirm(services, actor, password).await?;
    // Where they came from would be a new personal detail.
    let actor = Actor { from: None, ..actor.clone() };
    let (mut tx, row, now) = confirmed.begin_with_code(services, &actor, code).await?;
    let user = row.user;
    // Of an address that was only typed others may be written to: it is whoever's it is.
    let address = user.is_verified().then_some(user.email.as_str());
    let named = tx.named_on(user.id).await?;
    let stays_in = part(&mut tx, &actor, &user, &competitions, now).await?;
    withdraw(services, &mut tx, &actor, &user, &competitions, &stays_in, now).await?;
    if let Some(address) = address {
        tx.forget_invited_address(address).await?;
    }
    tx.delete_second_factor(user.id).await?;
    tx.delete_identities_of(user.id).await?;
    tx.delete_tokens_of(user.id).await?;
    tx.renew_credentials(user.id).await?;
    tx.forget_notifications_of(user.id).await?;
    tx.drop_letters_of(user.id, address).await?;
    tx.forget_person(user.id, address).await?;
    tx.let_answer_files_of_person_go(user.id, now).await?;
    tx.delete_scheduled_notices_of(user.id).await?;
    tx.let_waiting_files_go(user.id, now).await?;
    tx.forget_reactions_of(user.id).await?;
    tx.forget_mentions_of(user.id).await?;
    tx.anonymise(user.id, now).await?;
    tx.record(now, &actor, Act::of_account(Deed::DeleteAccount, user.id));
    let mut events = Vec::new();
    for stage in named {
        let (competition, version) = tx.raise_for_names(stage).await?;
        events.push(Event::Leaderboard { competition, stage, version });
    }
    services.events.commit(tx, events).await?;
    answer_files::tidy(services).await;
    files::tidy(services).await;
    Ok(())
}

/// Lays roles down and leaves the teams that can do without them, each under its locks. The competitions in whose teams they stay.
async fn part(
    tx: &mut Tx,
    actor: &Actor,
    user: &User,
    competitions: &HashMap<CompetitionId, Competition>,
    now: DateTime<Utc>,
) -> Result<Vec<CompetitionId>> {
    let (roles, teams) = (tx.roles_of(user.id).await?, tx.memberships(user.id).await?);
    let mut held: Vec<_> =
        roles.iter().map(|(id, _)| *id).chain(teams.iter().map(|team| team.competition_id)).collect();
    held.extend(tx.applications_of(user.id).await?.into_iter().map(|(id, _)| id));
    held.sort();
    held.dedup();
    for id in held {
        tx.lock_competition(id).await?;
    }
    for team in &teams {
        tx.lock_team(team.team_id).await?;
    }
    let (before, teams) = (teams, tx.memberships(user.id).await?);
    if tx.roles_of(user.id).await? != roles
        || teams.iter().any(|team| !before.iter().any(|was| was.team_id == team.team_id))
    {
        return Err(ErrorCode::TryAgain.into());
    }
    for (id, role) in roles {
        if role == Role::Owner && tx.count_owners(id).await? == 1 {
            return Err(ErrorCode::OwnsAlone.into());
        }
        tx.end_role_invitations_of(id, user.id).await?;
        tx.record(
            now,
            actor,
            Act::of_competition(Deed::SetRole, id).to(user.id).before("role", role.key()).after("role", None::<&str>),
        );
    }
    tx.take_roles_of(user.id).await?;
    tx.end_ways_into_teams_of(user.id).await?;
    let mut stays_in = Vec::new();
    for team in teams {
        let competition = competitions.get(&team.competition_id).ok_or(ErrorCode::TryAgain)?;
        if leads_others(&team, competition, now) {
            return Err(ErrorCode::LeadsOthers.into());
        }
        // Whoever has submitted stays in the team, under no name; so does the last one of a team that has.
        let stays = team.submissions > 0 || (team.members == 1 && team.team_submissions > 0);
        if stays || !goes_on(&team, competition, now) {
            if team.members == 1 {
                // Nobody is left to let anybody in.
                tx.delete_invitation(team.team_id).await?;
            }
            stays_in.push(team.competition_id);
            continue;
        }
        tx.delete_member(team.team_id, user.id, now).await?;
        if team.members == 1 {
            tx.end_team(team.team_id, TeamEnd::Withdrawn).await?;
        }
        let left = Act::of_team(Deed::LeaveTeam, team.competition_id, team.team_id).to(user.id);
        tx.record(now, actor, left.before("members", team.members).after("members", team.members - 1));
    }
    Ok(stays_in)
}

/// Ends what they have applied for, but where they stay in a team; a place that they held is the next one's. What they answered goes.
async fn withdraw(
    services: &Services,
    tx: &mut Tx,
    actor: &Actor,
    user: &User,
    competitions: &HashMap<CompetitionId, Competition>,
    stays_in: &[CompetitionId],
    now: DateTime<Utc>,
) -> Result<()> {
    for (id, before) in tx.applications_of(user.id).await? {
        tx.forget_answers(id, user.id, now).await?;
        let after = ParticipationState::after(Some(before), Step::Withdraw { decided: true })
            .filter(|_| !stays_in.contains(&id));
        let Some(state) = after else { continue };
        let stand = Stand { state, waitlist_number: None, offer_until: None, reason: None };
        tx.set_application(id, user.id, stand, now).await?;
        let act = Act::of_competition(Deed::WithdrawApplication, id).to(user.id);
        tx.record(now, actor, act.before("state", before.key()));
        let competition = competitions.get(&id).ok_or(ErrorCode::TryAgain)?;
        places::fill(&services.mail, tx, competition, now).await?;
    }
    Ok(())
}
