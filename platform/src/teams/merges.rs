//! Two teams become one: one leader offers, the other accepts. Whose leader accepts stays, with number and name; what the other has
//! submitted and its members become this team's, and its part ends.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::error::FieldProblem;
use domain::events::Audience;
use domain::ids::{MergeOfferId, TeamId, TeamNumber};
use domain::notifications::News;
use domain::teams::{MERGES_MAX, Team};
use domain::{AppError, ErrorCode};
use storage::teams::MergeOffer;

use super::locked::Locked;
use crate::error::Result;
use crate::participation::places;
use crate::services::Services;
use crate::throttle::Seldom;

/// A team's open offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merges {
    pub made: Vec<MergeOffer>,
    pub got: Vec<MergeOffer>,
}

/// What a team has offered and was offered, for its members.
///
/// # Errors
/// `not_member`.
#[boxed]
pub async fn merges(services: &Services, team: &Team, user: &User) -> Result<Merges> {
    team.check_member(user.id)?;
    Ok(Merges {
        made: services.db.merges_offered_by(team.id).await?,
        got: services.db.merges_offered_to(team.id).await?,
    })
}

/// Offers the team of that number that this one becomes part of it. What could not be accepted as both stand now is not offered.
/// Offering twice changes nothing.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `merges_closed`, `team_ended`; a number that is no other team's; `merge_too_large`,
/// `merge_over_quota`, `too_many_merges`, `too_many_attempts`.
#[boxed]
pub async fn offer_merge(services: &Services, team: &Team, actor: &Actor, number: TeamNumber) -> Result<()> {
    let user = actor.person()?;
    let other = services.db.team_by_number(team.competition_id, number).await?;
    let Some(other) = other.filter(|other| other.id != team.id && other.ended.is_none()) else {
        Locked::take_for(services, team, actor, Action::MergeTeams).await?;
        return Err(AppError::field("number", FieldProblem::TeamNumber).into());
    };
    let (mut locked, other) = both(services, team, &other, actor).await?;
    services.throttle.seldom(Seldom::OfferMerge, user.id, locked.now)?;
    // Tried, and undone.
    locked.tx.command("SAVEPOINT merged").await?;
    join(&mut locked, team.id, other.id).await?;
    locked.tx.command("ROLLBACK TO merged").await?;
    if !locked.tx.offer_merge(team.id, other.id, locked.now).await? {
        return Ok(());
    }
    let made = locked.tx.count_merges_offered_by(team.id).await?;
    let got = locked.tx.count_merges_offered_to(other.id).await?;
    if made.max(got) > MERGES_MAX {
        return Err(AppError::new(ErrorCode::TooManyMerges).with("max", MERGES_MAX).into());
    }
    locked.record(locked.change(Deed::OfferMerge).after("number", number));
    Ok(locked.tx.commit().await?)
}

/// Takes an offer back.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `merges_closed`, `team_ended`, `not_found`.
#[boxed]
pub async fn withdraw_merge(services: &Services, team: &Team, actor: &Actor, id: MergeOfferId) -> Result<()> {
    let mut locked = Locked::take_for(services, team, actor, Action::MergeTeams).await?;
    if !locked.tx.withdraw_merge(id, team.id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    locked.record(locked.change(Deed::WithdrawMerge));
    Ok(locked.tx.commit().await?)
}

/// Refuses an offer.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `merges_closed`, `team_ended`, `not_found`.
#[boxed]
pub async fn refuse_merge(services: &Services, team: &Team, actor: &Actor, id: MergeOfferId) -> Result<()> {
    let mut locked = Locked::take_for(services, team, actor, Action::MergeTeams).await?;
    if !locked.tx.answer_merge(id, team.id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    locked.record(locked.change(Deed::RefuseMerge));
    Ok(locked.tx.commit().await?)
}

/// Accepts an offer: the team that made it becomes part of this one. Leaderboards and quota are the joint team's at once.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `merges_closed`, `team_ended`, `not_found`, `merge_too_large`, `merge_over_quota`.
#[boxed]
pub async fn accept_merge(services: &Services, team: &Team, actor: &Actor, id: MergeOfferId) -> Result<()> {
    let offer = services.db.merge_offered_to(id, team.id).await?;
    let other = match offer {
        Some(offer) => services.db.team_by_id(offer.from_team).await?,
        None => None,
    };
    let Some(other) = other else {
        Locked::take_for(services, team, actor, Action::MergeTeams).await?;
        return Err(ErrorCode::NotFound.into());
    };
    let (mut locked, other) = both(services, team, &other, actor).await?;
    // Taken back or answered meanwhile.
    if !locked.tx.answer_merge(id, team.id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    let mut stages = locked.tx.shown_on(team.id).await?;
    stages.extend(locked.tx.shown_on(other.id).await?);
    stages.sort_unstable();
    stages.dedup();
    join(&mut locked, other.id, team.id).await?;
    let joint = locked.members(i64::try_from(other.members.len()).unwrap_or(i64::MAX));
    if joint >= locked.competition.settings.team.max {
        locked.tx.end_join_requests_to(team.id).await?;
    }
    let merged = locked.change(Deed::MergeTeams).before("members", locked.members(0)).after("members", joint);
    locked.record(merged.after("merged", other.number));
    let (number, competition) = (locked.team.number, locked.team.competition_id);
    locked.record(Act::of_team(Deed::MergeTeams, competition, other.id).after("into", number));
    for member in &other.members {
        locked.record(locked.change(Deed::JoinByMerge).to(member.user_id).before("team", other.number));
        let news = News::MemberJoined { team: locked.team.name.clone(), number, who: member.user_id };
        locked.tell(Audience::Team(team.id), news);
    }
    // Where a team takes one place, two have become one.
    places::refill(&services.mail, &mut locked.tx, locked.competition.id, locked.now).await?;
    locked.commit_rebuilt(services, &stages).await
}

/// Both teams under their locks, where the actor may merge theirs, the other has not ended and together they are not too many.
async fn both(services: &Services, team: &Team, other: &Team, actor: &Actor) -> Result<(Locked, Team)> {
    let (locked, other) = Locked::take_both(services, team, other, actor).await?;
    locked.check(|visit, team| visit.may(Action::MergeTeams, Some(team)))?;
    if other.ended.is_some() {
        return Err(ErrorCode::TeamEnded.into());
    }
    let max = locked.competition.settings.team.max;
    let have = locked.members(i64::try_from(other.members.len()).unwrap_or(i64::MAX));
    if have > max {
        return Err(AppError::new(ErrorCode::MergeTooLarge).with("have", have).with("max", max).into());
    }
    Ok((locked, other))
}

/// Makes one team of two, where what they have submitted is no more than one team could have by now.
///
/// # Errors
/// `merge_over_quota`.
async fn join(locked: &mut Locked, ends: TeamId, stays: TeamId) -> Result<()> {
    let now = locked.now;
    locked.tx.merge_teams(ends, stays, now).await?;
    let settings = &locked.competition.settings;
    for stage in locked.competition.stages.iter().filter(|stage| stage.takes_submissions && stage.starts_at <= now) {
        let until = stage.ends_at.map_or(now, |end| end.min(now));
        let Some(most) = settings.quota.most_in(settings.zone.days(stage.starts_at, until)) else { continue };
        // Asked of the joint team: whom a submission counts for twice, it counts for once.
        let used = locked.tx.roster(stays, stage.id, settings.zone.day(now)).await?;
        let have = used.map_or(0, |(_, used)| used.total);
        if have > most {
            return Err(AppError::new(ErrorCode::MergeOverQuota).with("have", have).with("max", most).into());
        }
    }
    Ok(())
}
