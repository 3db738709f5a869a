//! What a leaderboard's page says of its reader alone. The rest of it is the same for everyone, so it is rendered once a version
//! and this is laid over it; the page is then what rendering it whole for the reader would give.

use std::sync::Arc;

use domain::AppError;
use domain::competitions::Competition;
use domain::ids::TeamNumber;
use domain::leaderboards::Leaderboard;
use leptos::prelude::*;
use platform::Services;

use crate::context::Viewer;
use crate::pages::competitions::here::Here;
use crate::pages::competitions::parts::metrics_beside;
use crate::pages::leaderboards::asked::{Asked, PER_PAGE, page_of};
use crate::pages::leaderboards::certainty::TeamLine;
use crate::pages::leaderboards::leaderboard::{quota, report};
use crate::pages::leaderboards::my_rank::MyRank;
use crate::pages::leaderboards::standings::TeamRow;
use crate::shell::{SignUpLink, UserMenu};

/// The marks of a page for everyone, in their order on it.
pub const MARKS: [&str; 3] = ["<mine-menu></mine-menu>", "<mine-links></mine-links>", "<mine-rank></mine-rank>"];

/// HTML of the reader's parts.
#[derive(Debug, Default)]
pub struct Mine {
    /// In the place of each mark.
    pub marks: [String; 3],
    /// The reader's team.
    pub team: Option<TeamNumber>,
    /// In the place of each row that the page has of the team, in their order.
    pub rows: Vec<String>,
}

/// Renders what page `page` of a leaderboard says of the reader.
///
/// # Errors
/// Faults of the database only.
pub async fn mine(
    services: &Services,
    viewer: Viewer,
    competition: Arc<Competition>,
    leaderboard: &Arc<Leaderboard>,
    page: usize,
) -> Result<Mine, AppError> {
    let here = Here::of(services, competition, viewer.user.clone()).await?;
    let quota = quota(services, &here).await?;
    let report = match here.competition.current_stage(here.now) {
        Some(stage) => report(services, &here, stage, leaderboard.side).await,
        None => None,
    };
    let asked = Asked { side: leaderboard.side, search: String::new(), page };
    let (page, _) = page_of(leaderboard.rows.len(), page);
    let own = here.team.as_ref().and_then(|team| {
        let rows = leaderboard.rows.chunks(PER_PAGE).nth(page - 1)?;
        rows.iter().find(|row| row.team_id == team.id)
    });
    let owner = Owner::new();
    let mine = owner.with(|| {
        provide_context(viewer.clone());
        let team = here.team.as_ref().map(|team| team.number);
        let mut rows = Vec::new();
        if let Some(row) = own {
            let beside = metrics_beside(viewer.locale, &here.competition);
            let labels: Arc<[String]> = beside.into_iter().map(|(label, _)| label).collect();
            let certain = report.and_then(|report| Some((*report.team(row.team_id)?, report.certainty.teams.len())));
            let place = row.clone();
            rows.push(view! { <TeamRow here=Arc::clone(&here) row=place scale=leaderboard.scale labels/> }.to_html());
            rows.extend(certain.map(|(team, of)| view! { <TeamLine row=row.clone() team of own=true/> }.to_html()));
        }
        let marks = [
            view! { <UserMenu viewer=viewer.clone()/> }.to_html(),
            view! { <SignUpLink viewer=viewer.clone()/> }.to_html(),
            view! { <MyRank here leaderboard=Arc::clone(leaderboard) asked quota/> }.to_html(),
        ];
        Mine { marks, team, rows }
    });
    owner.cleanup();
    Ok(mine)
}
