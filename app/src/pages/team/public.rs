use std::sync::Arc;

use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::teams;

use super::hero::{StandingFacts, TeamNumber};
use super::{Place as Standing, TeamBadge, head_count, place};
use crate::context::locale;
use crate::i18n::{k, t};
use crate::pages::competition::frame::{Here, Place, competition_page};
use crate::request;
use crate::tf;
use crate::ui::{
    Ago, Avatar, Badge, Card, Empty, Fact, Form, Icon, LinkButton, ScoreChart, ScoreSeries, Size, Time, Tone,
};

/// `/competitions/:slug/teams/:number`: what everyone may see of a team.
#[component]
pub fn PublicTeamPage() -> impl IntoView {
    let number = use_params_map().read_untracked().get("number").and_then(|number| number.parse().ok());
    competition_page(Place::Leaderboard, false, move |here| async move { page(here, number).await })
}

async fn page(here: Arc<Here>, number: Option<i64>) -> Result<impl IntoView, AppError> {
    let l = locale();
    let number = number.ok_or(ErrorCode::NotFound)?;
    let team = teams::by_number(&request::services(), &here.competition, number).await?;
    let standing = place(&here, team.id).await?;
    let is_ours = here.team.as_ref().is_some_and(|own| own.id == team.id);
    let me = here.user.as_ref().map(|user| user.id);
    let last = standing.as_ref().map(|standing| standing.row.last_submission_at);
    let members = team.members.clone();
    let (zone, now) = (here.zone(), here.now);
    let (number, name, made_on) = (team.number, team.name.clone(), team.created_at);
    let title = format!("{name} · {}", here.title());
    let count = tf!(l, k::team::ALONE_MEMBERS, n = head_count(&team));
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
                            {is_ours.then(|| view! { <Badge tone=Tone::Accent>{t(l, k::team::OURS)}</Badge> })}
                        </div>
                        {if is_ours {
                            view! { <LinkButton href=here.href("team") size=Size::Small>{t(l, k::team::TO_OURS)}</LinkButton> }
                        } else {
                            view! { <LinkButton href=here.board_href() size=Size::Small>{t(l, k::team::BACK_TO_BOARD)}</LinkButton> }
                        }}
                    </div>
                    <ul class="row tight" aria-label=count>
                        {members
                            .into_iter()
                            .map(|member| {
                                view! { <li class="row tight one"><Avatar name=member.name.clone() me=Some(member.user_id) == me/><span class="nowrap">{member.name}</span></li> }
                            })
                            .collect_view()}
                    </ul>
                    <StandingFacts standing=standing.clone()>
                        {last
                            .map(|at| {
                                view! {
                                    <Fact term=t(l, k::team::LAST_AT)>
                                        <Time at zone form=Form::Short/> " "
                                        <span class="caption"><Ago at now zone/></span>
                                    </Fact>
                                }
                            })}
                        <Fact term=t(l, k::team::MADE_ON)><Time at=made_on zone form=Form::Date/></Fact>
                    </StandingFacts>
                </div>
            </section>
            {match standing {
                Some(standing) => view! { <Scores here=Arc::clone(&here) name standing/> }.into_any(),
                None => view! {
                    <Card id="steps" title=t(l, k::team::STEPS)><Empty icon=Icon::Trophy title=t(l, k::team::NO_SCORE) text=t(l, k::team::NO_SCORE_TEXT)/></Card>
                }
                .into_any(),
            }}
        </div>
    })
}

/// How the team's best score rose.
#[component]
fn Scores(here: Arc<Here>, name: String, standing: Standing) -> impl IntoView {
    let l = locale();
    let note = t(l, if standing.is_final { k::team::STEPS_NOTE_FINAL } else { k::team::STEPS_NOTE });
    if standing.row.steps.len() < 2 {
        return view! {
            <Card id="steps" title=t(l, k::team::STEPS)>
                <Empty icon=Icon::Trophy title=t(l, k::chart::TOO_LITTLE) text=t(l, k::chart::TOO_LITTLE_TEXT)/>
            </Card>
        }
        .into_any();
    }
    let series = vec![ScoreSeries { name, steps: standing.row.steps }];
    view! {
        <section class="card" aria-labelledby="steps">
            <ScoreChart id="steps" title=t(l, k::team::STEPS) note series from=standing.from until=standing.until zone=here.zone() places=here.competition.settings.decimals/>
        </section>
    }
    .into_any()
}
