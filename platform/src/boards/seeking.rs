//! Who may seek whom by a recruiting post, asked under the competition's lock.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::access::{Action, Actor, Obstacle, TeamRole};
use domain::boards::RecruitRole;
use domain::boards::recruiting::BY_TEAM;
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::TeamId;
use domain::participation::Part;
use domain::{AppError, ErrorCode};
use storage::Tx;
use storage::boards::PostHeld;

use crate::error::{Error, Result};

/// For which team the actor seeks people at this moment, or none where they seek a team themselves. The competition is locked: of two
/// at once one is refused.
///
/// # Errors
/// What stands in the way of recruiting; the field `category` for who cannot seek so; `recruit_open` with the number of the post that
/// does already.
pub(super) async fn seek(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    category: &str,
    now: DateTime<Utc>,
) -> Result<Option<TeamId>> {
    let user = actor.person()?.id;
    let (role, application) = (tx.role(competition.id, user).await?, tx.application(competition.id, user).await?);
    let part = Part { role, application, team: tx.team_of(competition.id, user).await?, ..Part::default() };
    let visit = part.visit(competition, actor, now);
    let refused = |obstacle| Error::refused(obstacle, competition);
    visit.may(Action::Recruit, None).check().map_err(refused)?;
    let wrong = |problem| Err(AppError::field("category", problem).into());
    let team = match (category == BY_TEAM, &part.team) {
        (true, Some(team)) if visit.team_role(team) == TeamRole::Leader => {
            let members = i64::try_from(team.members.len()).unwrap_or(i64::MAX);
            match competition.takes_in(team.ended.is_some(), members, now).into_iter().flatten().next() {
                None => Some(team.id),
                Some(Obstacle::Full { .. }) => return wrong(FieldProblem::SeeksFull),
                Some(obstacle) => return Err(refused(obstacle)),
            }
        }
        (true, _) => return wrong(FieldProblem::SeeksLeader),
        (false, None) => None,
        (false, Some(_)) => return wrong(FieldProblem::SeeksHasTeam),
    };
    if let Some(number) = tx.open_card_of(competition.id, team, user).await? {
        return Err(AppError::new(ErrorCode::RecruitOpen).with("number", number).into());
    }
    tx.close_cards_of(competition.id, team, user, now).await?;
    Ok(team)
}

/// Changes whom the card of a post seeks; who seeks stays. A post of before there were cards gets one.
///
/// # Errors
/// The field `category` where it is another; `not_author` for who leads the team no longer; those of [`seek`] where there is no card yet.
pub(super) async fn change(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    post: &PostHeld,
    category: &str,
    roles: &BTreeSet<RecruitRole>,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(card) = tx.hold_card(post.id).await? else {
        let team = seek(tx, competition, actor, category, now).await?;
        return Ok(tx.put_card(post.id, competition.id, team, roles).await?);
    };
    if let Some(team) = card.team_id
        && tx.team(team).await?.map(|team| team.leader_id) != actor.id()
    {
        // Whoever led the team then speaks for it no longer; they can take back what they wrote.
        return Err(ErrorCode::NotAuthor.into());
    }
    if category != post.draft.category {
        return Err(AppError::field("category", FieldProblem::SeeksFixed).into());
    }
    Ok(tx.set_card_roles(post.id, roles).await?)
}
