use std::sync::Arc;

use domain::access::Action;
use domain::address;
use domain::audit::HistoryPage;
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::teams::{self, TeamMembership};

use super::{People, TeamBadge, TeamRank, place};
use crate::api::teams::{AskToJoin, HandOver, MoveMember, RenameTeam, WithdrawRequest};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::pages::teams::cards::Settling;
use crate::pages::teams::entering::AskCard;
use crate::pages::teams::hero::{RenameForm, StandingFacts, TeamNumber};
use crate::pages::teams::history::{self, History};
use crate::pages::teams::members::Members;
use crate::pages::teams::memberships::Memberships;
use crate::request;
use crate::ui::{
    Ago, Alert, Badge, Card, Empty, Fact, Icon, LinkButton, ScoreChart, ScoreSeries, Size, Time, TimeForm, Tone,
};

/// `/competitions/:slug/teams/:number`: what everyone may see of a team.
#[component]
pub fn PublicTeamPage() -> impl IntoView {
    let number = use_params_map().read_untracked().get("number").and_then(|number| number.parse().ok());
    let state = FormState::of_any(&[RenameTeam::PATH, MoveMember::PATH, HandOver::PATH]);
    let asked = FormState::of_any(&[AskToJoin::PATH, WithdrawRequest::PATH]);
    competition_page(
        CompetitionTab::Leaderboard,
        false,
        move |here| async move { page(here, number, state, asked).await },
    )
}

async fn page(
    here: Arc<Here>,
    number: Option<i64>,
    state: FormState,
    asked: FormState,
) -> Result<impl IntoView, AppError> {
    let l = locale();
    let number = number.ok_or(ErrorCode::NotFound)?;
    let team = teams::by_number(&request::services(), &here.competition, number).await?;
    let managed = managed(&here, number).await?;
    let requests = match &here.actor.user {
        Some(user) if here.team.is_none() => teams::own_requests(&request::services(), &here.competition, user).await?,
        _ => Vec::new(),
    };
    let ask = view! { <AskCard here=Arc::clone(&here) team=team.clone() requests state=asked/> }.into_html();
    let standing = place(&here, team.id).await?;
    let is_ours = here.team.as_ref().is_some_and(|own| own.id == team.id);
    let me = here.actor.user.as_ref().map(|user| user.id);
    let last = standing.as_ref().map(|standing| standing.row.last_submission_at);
    let members = team.members.clone();
    let (zone, now) = (here.zone(), here.now);
    let (number, name, made_on) = (team.number, team.name.clone(), team.created_at);
    let title = format!("{name} · {}", here.title());
    Ok(view! {
        <Title text=title/>
        <div class="page body stack l">
            <section class="card team-card" aria-labelledby="team-name">
                <TeamNumber number/>
                <div class="stack s">
                    <div class="row between">
                        <div class="row tight">
                            <h1 id="team-name">{name.clone()}</h1>
                            <TeamBadge team=team.clone() min=here.competition.settings.team.min/>
                            {is_ours.then(|| view! { <Badge tone=Tone::Accent>{t(l, k::teams::OURS)}</Badge> })}
                        </div>
                        {if is_ours {
                            view! { <LinkButton href=address::team(here.slug()) size=Size::Small>{t(l, k::teams::TO_OURS)}</LinkButton> }
                        } else {
                            view! { <LinkButton href=here.leaderboard_href() size=Size::Small>{t(l, k::teams::BACK_TO_BOARD)}</LinkButton> }
                        }}
                    </div>
                    <People members me/>
                    <StandingFacts standing=standing.clone()>
                        {last
                            .map(|at| {
                                view! {
                                    <Fact term=t(l, k::teams::LAST_AT)>
                                        <Time at zone form=TimeForm::Short/> " "
                                        <span class="caption"><Ago at now zone/></span>
                                    </Fact>
                                }
                            })}
                        <Fact term=t(l, k::teams::MADE_ON)><Time at=made_on zone form=TimeForm::Date/></Fact>
                    </StandingFacts>
                </div>
            </section>
            {ask}
            {match standing {
                Some(standing) => view! { <Scores here=Arc::clone(&here) name standing/> }.into_html(),
                None => view! {
                    <Card id="steps" title=t(l, k::teams::STEPS)><Empty icon=Icon::Trophy title=t(l, k::teams::NO_SCORE) text=t(l, k::teams::NO_SCORE_TEXT)/></Card>
                }
                .into_html(),
            }}
            {managed.map(|(team, history, memberships)| view! { <Managed here team history memberships state/> })}
        </div>
    })
}

/// The team with its members' real names, and its history, for organizers who are not in it.
async fn managed(here: &Here, number: i64) -> Result<Option<(Team, HistoryPage, Vec<TeamMembership>)>, AppError> {
    let is_ours = here.team.as_ref().is_some_and(|own| own.number == number);
    if !here.may(Action::ReadAddresses) || is_ours {
        return Ok(None);
    }
    let team = teams::for_insiders(&request::services(), &here.competition, &here.actor, number).await?;
    let history = history::asked(here, &team).await?;
    let memberships = teams::memberships(&request::services(), &here.competition, &here.actor, &team).await?;
    Ok(Some((team, history, memberships)))
}

/// Who is in the team and what was done; and what an organizer may put right: the name, the leader, who is in it.
#[component]
fn Managed(
    here: Arc<Here>,
    team: Team,
    history: HistoryPage,
    memberships: Vec<TeamMembership>,
    state: FormState,
) -> impl IntoView {
    let l = locale();
    let done = match state.done() {
        Some(RenameTeam::PATH) => Some(k::teams::RENAMED),
        Some(MoveMember::PATH) => Some(k::teams::MOVED),
        Some(HandOver::PATH) => Some(k::teams::HANDED_OVER),
        _ => None,
    };
    let error = state.field_error("name");
    let name = if error.is_some() { state.value("name") } else { team.name.clone() };
    // What was wrong in a dialog, which is closed by now.
    let wrong = state.field_error("reason").or_else(|| state.field_error("to"));
    let refused = state.error().is_some_and(|error| error.fields.is_empty());
    let base = address::public_team(here.slug(), team.number);
    let renames = here.visit().may(Action::RenameTeam, Some(&team)).check().is_ok();
    let number = Some(team.number);
    let form = renames.then(|| {
        let form = view! { <RenameForm here=Arc::clone(&here) number name error/> };
        view! { <Card id="other-name" title=t(l, k::teams::RENAME_TITLE)>{form}</Card> }
    });
    view! {
        <section class="stack" aria-labelledby="organizers">
            <div class="section-head">
                <h2 id="organizers">{t(l, k::teams::ORGANIZERS)}</h2>
                <span class="caption">{t(l, k::teams::ORGANIZERS_NOTE)}</span>
            </div>
            {done.map(|phrase| view! { <div role="status"><Alert tone=Tone::Success>{t(l, phrase)}</Alert></div> })}
            {refused.then(|| view! { <FormError state/> })}
            {wrong.map(|wrong| view! { <Alert tone=Tone::Danger urgent=true>{wrong}</Alert> })}
            <Settling here=Arc::clone(&here) team=team.clone()/>
            {form}
            <Members here=Arc::clone(&here) team/>
            <Memberships here=Arc::clone(&here) memberships/>
            <History here history base/>
        </section>
    }
}

/// How the team's best score rose.
#[component]
fn Scores(here: Arc<Here>, name: String, standing: TeamRank) -> impl IntoView {
    let l = locale();
    let note = t(l, if standing.is_final { k::teams::STEPS_NOTE_FINAL } else { k::teams::STEPS_NOTE });
    if standing.row.steps.len() < 2 {
        return view! {
            <Card id="steps" title=t(l, k::teams::STEPS)>
                <Empty icon=Icon::Trophy title=t(l, k::ui::chart::TOO_LITTLE) text=t(l, k::ui::chart::TOO_LITTLE_TEXT)/>
            </Card>
        }
        .into_html();
    }
    let series = vec![ScoreSeries { name, steps: standing.row.steps.clone() }];
    view! {
        <section class="card" aria-labelledby="steps">
            <ScoreChart id="steps" title=t(l, k::teams::STEPS) note series from=standing.from until=standing.until zone=here.zone() places=here.competition.settings.decimals/>
        </section>
    }
    .into_html()
}
