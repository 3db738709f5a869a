//! The wide head of a competition's first page: what it is, who holds it, until when, and the reader's next step.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::access::Obstacle;
use domain::address;
use domain::participation::ParticipationState;
use domain::stages::{Phase, Stage};
use leptos::prelude::*;

use crate::context::locale;
use crate::format;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::frame::{crumbs, phase_word};
use crate::pages::competitions::here::Here;
use crate::pages::competitions::parts::{Picture, role_word, task_word};
use crate::tf;
use crate::ui::{Badge, Breadcrumb, Countdown, Dday, Glyph, Icon, LinkButton, Look, Size, Time, TimeForm};

#[component]
pub fn Head(here: Arc<Here>, drawing: Option<String>) -> impl IntoView {
    let l = locale();
    let (word, tone) = phase_word(l, &here.competition, here.now);
    let settings = here.competition.settings.clone();
    let task = settings.metric.task();
    let crumbs = crumbs(l, &here);
    view! {
        <div class="comp-head">
            <Picture task drawing wide=true/>
            <div class="page">
                <div class="stack">
                    <Breadcrumb steps=crumbs/>
                    <div class="stack s">
                        <p class="row tight"><Badge tone>{word}</Badge><Badge>{task_word(l, task)}</Badge></p>
                        <h1>{here.title().to_owned()}</h1>
                        <p class="lead">{settings.lead.get(l).to_owned()}</p>
                    </div>
                    <dl class="comp-hosts">
                        {settings
                            .hosts
                            .iter()
                            .map(|host| view! { <div><dt>{role_word(l, host.role)}</dt><dd>{host.name.get(l).to_owned()}</dd></div> })
                            .collect_view()}
                    </dl>
                </div>
                <NextStep here=Arc::clone(&here)/>
                <StageTrack here/>
            </div>
        </div>
    }
}

/// The card at the end of the head: time left and the one action that fits the reader.
#[component]
fn NextStep(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let stage = here.competition.phase_stage(here.now).cloned();
    let label = stage.as_ref().map_or_else(|| here.title().to_owned(), |stage| clock_title(l, stage, here.now));
    view! {
        <section class="card stack" aria-label=label>
            {stage.map(|stage| view! { <Clock here=Arc::clone(&here) stage/> })}
            <div class="stack s"><Actions here/></div>
        </section>
    }
}

fn clock_title(l: Locale, stage: &Stage, now: DateTime<Utc>) -> String {
    let name = stage.name.get(l);
    match stage.phase(now) {
        Phase::Upcoming => tf!(l, k::competitions::UNTIL_START, stage = name),
        Phase::Open if stage.ends_at.is_none() => t(l, k::competitions::NO_DEADLINE).to_owned(),
        Phase::Open => tf!(l, k::competitions::UNTIL_DEADLINE, stage = name),
        Phase::Closed => tf!(l, k::competitions::ENDED, stage = name),
    }
}

#[component]
fn Clock(here: Arc<Here>, stage: Stage) -> impl IntoView {
    let l = locale();
    let (now, zone) = (here.now, here.zone());
    let phase = stage.phase(now);
    let until = if phase == Phase::Upcoming { Some(stage.starts_at) } else { stage.ends_at };
    let title = clock_title(l, &stage, now);
    let countdown = until.filter(|_| phase != Phase::Closed);
    let reveal = stage.private_opens_at().filter(|at| phase == Phase::Closed && *at > now);
    view! {
        <div>
            <p class="row between"><span class="strong">{title}</span><Dday deadline=until now zone/></p>
            {countdown.map(|at| view! { <Countdown until=at now/> })}
            {until.map(|at| view! { <p class="caption num"><Time at zone form=TimeForm::Deadline/></p> })}
            {reveal.map(|at| view! { <p class="caption num">{tf!(l, k::competitions::REVEAL_AT, at = format::deadline(l, zone, at))}</p> })}
        </div>
    }
}

/// Log in, take part, make a team, submit or see the ranking: whichever comes next.
#[component]
fn Actions(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let leaderboard = (here.leaderboard_href(), Icon::Trophy, k::competitions::SEE_BOARD);
    let team = (address::team(here.slug()), Icon::Users, k::competitions::SEE_TEAM);
    let data = (address::data(here.slug()), Icon::Download, k::competitions::GET_DATA);
    let submit = here.visit().submit();
    let (first, second) = match (submit.told(), submit.check()) {
        (Err(Obstacle::HasRole), _) => {
            ((address::manage(here.slug()), Icon::Shield, k::console::OPEN), Some(leaderboard))
        }
        (Err(Obstacle::Closed { .. }), _) => (leaderboard, here.team.is_some().then_some(team)),
        (_, Err(Obstacle::NotSignedIn)) => {
            ((address::login_then(&address::apply(here.slug())), Icon::Right, k::competitions::LOGIN_JOIN), None)
        }
        (_, Err(Obstacle::NoTeam { takes_part: false })) => {
            let word = match here.application.map(|application| application.state) {
                Some(ParticipationState::Offered) => k::competitions::TAKE_PLACE,
                Some(state) if state.is_open() => k::competitions::SEE_APPLICATION,
                _ => k::competitions::JOIN,
            };
            ((address::apply(here.slug()), Icon::Check, word), None)
        }
        (_, Err(Obstacle::NoTeam { .. })) => {
            ((address::team(here.slug()), Icon::Users, k::competitions::MAKE_TEAM), Some(data))
        }
        (Err(Obstacle::NotOpen { .. } | Obstacle::NoStage), _) => (team, Some(data)),
        _ => ((address::submit(here.slug()), Icon::Upload, k::competitions::SUBMIT), Some(leaderboard)),
    };
    let (first, second) = if here.visit().owes_agreement() {
        ((address::apply(here.slug()), Icon::Check, k::participation::new_rules::SEE), Some(first))
    } else {
        (first, second)
    };
    view! {
        <LinkButton href=first.0 look=Look::Primary size=Size::Large wide=true icon=first.1>{t(l, first.2)}</LinkButton>
        {second.map(|(href, icon, word)| view! { <LinkButton href wide=true icon>{t(l, word)}</LinkButton> })}
    }
}

/// The stages in a row: done, current, to come.
#[component]
fn StageTrack(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let (now, zone) = (here.now, here.zone());
    let current =
        here.competition.current_stage(now).filter(|stage| stage.phase(now) == Phase::Open).map(|stage| stage.id);
    view! {
        <ol class="stages" aria-label=t(l, k::competitions::STAGES)>
            {here
                .competition
                .stages
                .iter()
                .map(|stage| {
                    let phase = stage.phase(now);
                    // Applications may stay open beside the stage that is under way; only one stage is the current one.
                    let is_current = current.map_or(phase == Phase::Open, |current| current == stage.id);
                    view! {
                        <li class=(phase == Phase::Closed).then_some("done") aria-current=is_current.then_some("step")>
                            <strong>{(phase == Phase::Closed).then(|| view! { <Glyph icon=Icon::Check small=true/> })}{stage.name.get(l).to_owned()}</strong>
                            <span class="num">{period(l, stage, zone)}</span>
                        </li>
                    }
                })
                .collect_view()}
        </ol>
    }
}

/// `11. 9.(월) – 11. 27.(금) 18:00`, or the moment alone where start and end fall on one day.
pub fn period(l: Locale, stage: &Stage, zone: crate::context::Zone) -> String {
    let start = format::day(l, zone, stage.starts_at);
    match stage.ends_at {
        None => format!("{start} –"),
        Some(end) if zone.local(end).date() == zone.local(stage.starts_at).date() => {
            format!("{start} {}", format::clock(zone, stage.starts_at))
        }
        Some(end) => format!("{start} – {} {}", format::day(l, zone, end), format::clock(zone, end)),
    }
}
