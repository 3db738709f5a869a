//! Pages about teams: one's own, an invitation, and what everyone may see of a team.

pub mod cards;
pub mod entering;
pub mod hero;
pub mod history;
pub mod idle;
pub mod invitation;
pub mod members;
pub mod memberships;
pub mod merging;
pub mod own;
pub mod public;
pub mod start;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::AppError;
use domain::ids::{TeamId, UserId};
use domain::leaderboards::{Row, Side};
use domain::teams::{Member, Team, TeamEnd};
use leptos::prelude::*;
use platform::leaderboards;

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::request;
use crate::tf;
use crate::ui::{Avatar, Badge, BadgeState, Icon, StateBadge, Tone};

/// Where a team stands on the leaderboard that counts now.
#[derive(Debug, Clone)]
pub struct TeamRank {
    pub row: Row,
    /// Its score as it is shown.
    pub score: String,
    /// Ranked teams.
    pub of: i64,
    /// The private leaderboard, which is open to everyone by now.
    pub is_final: bool,
    /// The stage's start, and its end or now.
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// The team's row of the public leaderboard, or of the private one once it is revealed; `None` without a score.
async fn place(here: &Arc<Here>, team: TeamId) -> Result<Option<TeamRank>, AppError> {
    let Some(stage) = here.competition.current_stage(here.now) else { return Ok(None) };
    let side = stage.side_that_counts(here.now);
    let is_final = side == Side::Private;
    let leaderboard = leaderboards::get(&request::services(), &here.competition, stage, side).await?;
    let of = i64::try_from(leaderboard.rows.len()).unwrap_or(i64::MAX);
    let row = leaderboard.rows.iter().find(|row| row.team_id == team).cloned();
    let until = stage.ends_at.map_or(here.now, |end| end.min(here.now));
    Ok(row.map(|row| TeamRank { score: here.score(row.score), row, of, is_final, from: stage.starts_at, until }))
}

fn head_count(team: &Team) -> i64 {
    i64::try_from(team.members.len()).unwrap_or(i64::MAX)
}

/// Whether the team takes part for good, is still gathering members, or how its part ended.
#[component]
pub fn TeamBadge(team: Team, min: i64) -> impl IntoView {
    let state = match team.ended {
        None if head_count(&team) < min => {
            return view! { <Badge tone=Tone::Warning icon=Icon::Users>{t(locale(), k::teams::WAITING_BADGE)}</Badge> }
                .into_html();
        }
        None => BadgeState::Confirmed,
        Some(TeamEnd::Merged) => {
            return view! { <Badge tone=Tone::Neutral icon=Icon::Users>{t(locale(), k::teams::MERGED_BADGE)}</Badge> }
                .into_html();
        }
        Some(TeamEnd::Disqualified) => BadgeState::Disqualified,
        Some(TeamEnd::Withdrawn) => BadgeState::Withdrawn,
        Some(TeamEnd::Excluded) => BadgeState::Excluded,
    };
    view! { <StateBadge state/> }.into_html()
}

/// A team's members one by one; those without a name to show are counted.
#[component]
fn People(members: Vec<Member>, me: Option<UserId>) -> impl IntoView {
    let l = locale();
    let (named, unnamed): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| !member.name.is_empty());
    let count = unnamed.len();
    let all = named.len() + count;
    view! {
        <ul class="row tight" aria-label=tf!(l, k::teams::ALONE_MEMBERS, n = all)>
            {named
                .into_iter()
                .map(|member| view! { <li class="row tight one"><Avatar name=member.name.clone() me=Some(member.user_id) == me/><span class="nowrap">{member.name}</span></li> })
                .collect_view()}
            {(count > 0).then(|| view! { <li class="row tight one"><Avatar name=""/><span class="nowrap muted">{tf!(l, k::teams::UNNAMED, n = count)}</span></li> })}
        </ul>
    }
}

/// How large a team may be, in one sentence.
fn size_sentence(l: Locale, here: &Here) -> String {
    let size = here.competition.settings.team;
    match (size.min, size.max) {
        (min, max) if min == max => tf!(l, k::teams::NEW_SIZE_EXACT, n = max),
        (1, max) => tf!(l, k::teams::NEW_SIZE_ONE, max = max),
        (min, max) => tf!(l, k::teams::NEW_SIZE, min = min, max = max),
    }
}
