//! The cases of one's own team, on its page.

use std::sync::Arc;

use domain::AppError;
use domain::address;
use domain::cases::{Case, CaseState};
use domain::teams::Team;
use leptos::prelude::*;
use platform::cases;

use super::words::CaseBadge;
use crate::context::locale;
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::request;
use crate::tf;
use crate::ui::{Alert, Card, Tone};

/// What the team page says of the team's cases: nothing, where there are none.
pub(crate) async fn own_cases(here: &Arc<Here>, team: &Team) -> Result<Html, AppError> {
    let l = locale();
    let found = cases::of_team(&request::services(), &here.competition, &here.actor, team).await?;
    let disqualified =
        team.is_disqualified().then(|| view! { <Alert tone=Tone::Danger>{t(l, k::cases::own::DISQUALIFIED)}</Alert> });
    if found.is_empty() {
        return Ok(disqualified.into_html());
    }
    let rows: Vec<_> = found.into_iter().map(|case| row(here, case)).collect();
    Ok(view! {
        {disqualified}
        <Card id="cases" title=t(l, k::cases::own::CARD) note=move || view! { <span class="caption">{t(l, k::cases::own::CARD_TEXT)}</span> }>
            <ul class="stack s">{rows}</ul>
        </Card>
    }
    .into_html())
}

fn row(here: &Here, case: Case) -> impl IntoView + use<> {
    let l = locale();
    let (state, number) = (case.state_at(here.now), case.number);
    let until = case.due_at.filter(|_| matches!(state, CaseState::Asked | CaseState::Answered));
    let until = until.map(|at| tf!(l, k::cases::own::UNTIL, at = format::deadline(l, here.zone(), at)));
    view! {
        <li class="row between">
            <span class="row tight">
                <a href=address::case(here.slug(), number)>{tf!(l, k::cases::NUMBER, n = number)}</a>
                <CaseBadge case state/>
            </span>
            {until.map(|until| view! { <span class="caption num">{until}</span> })}
        </li>
    }
}
