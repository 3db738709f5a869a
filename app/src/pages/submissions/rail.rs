//! What stands beside the form: how much may be submitted, and what counts in the end.

use std::sync::Arc;

use domain::ErrorCode;
use domain::quotas::QuotaState;
use leptos::prelude::*;
use scoring::Direction;

use crate::context::locale;
use crate::format;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::tf;
use crate::ui::{Card, Fact, Facts, Quota, Time, TimeForm};

/// The daily quota and the other limits, with what is used of them.
#[component]
pub(super) fn Used(here: Arc<Here>, quota: QuotaState) -> impl IntoView {
    let l = locale();
    let (zone, now) = (here.zone(), here.now);
    let stage = here.competition.current_stage(now).map(|stage| stage.name.get(l).to_owned()).unwrap_or_default();
    let clock = |at| format!("{} {}", format::clock(zone, at), zone.abbreviation(at));
    let next = match quota.check(now) {
        Ok(()) => t(l, k::submissions::submit::NEXT_NOW).to_owned(),
        Err(error) if error.code == ErrorCode::QuotaTotal => t(l, k::submissions::submit::NEXT_NEVER).to_owned(),
        Err(error) if error.code == ErrorCode::QuotaExceeded => {
            tf!(l, k::submissions::submit::NEXT_AT, time = clock(quota.resets_at))
        }
        Err(_) => quota.next_allowed_at.map_or_else(
            || t(l, k::submissions::submit::NEXT_BUSY).to_owned(),
            |at| tf!(l, k::submissions::submit::NEXT_AT, time = clock(at)),
        ),
    };
    let gap = quota.limits.min_interval_seconds.map(|seconds| {
        tf!(l, k::submissions::submit::GAP_VALUE, span = format::span(l, chrono::TimeDelta::seconds(seconds)))
    });
    let at_once = quota
        .limits
        .in_flight
        .map(|limit| tf!(l, k::submissions::submit::AT_ONCE_VALUE, used = quota.used.in_flight, limit = limit));
    let whole = quota
        .limits
        .total
        .map(|limit| tf!(l, k::submissions::submit::WHOLE_VALUE, used = quota.used.total, limit = limit));
    let stage_note = stage.clone();
    view! {
        <Card id="quota" title=t(l, k::submissions::submit::QUOTA) note=move || view! { <span class="caption">{stage_note.clone()}</span> }>
            <Quota state=quota now zone/>
        </Card>
        <Card id="limits" title=t(l, k::submissions::submit::LIMITS)>
            <Facts lines=true>
                <Fact term=t(l, k::submissions::submit::NEXT)>{next}</Fact>
                {gap.map(|gap| view! { <Fact term=t(l, k::submissions::submit::GAP)>{gap}</Fact> })}
                {at_once.map(|at_once| view! { <Fact term=t(l, k::submissions::submit::AT_ONCE)>{at_once}</Fact> })}
                {whole.map(|whole| view! { <Fact term=tf!(l, k::submissions::submit::WHOLE, stage = stage)>{whole}</Fact> })}
            </Facts>
        </Card>
    }
}

/// The limits as rules, for a reader without a team.
#[component]
pub(super) fn SubmitRules(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let limits = here.competition.settings.quota;
    let times = move |n: Option<i64>| {
        n.map_or_else(
            || t(l, k::submissions::submit::UNLIMITED).to_owned(),
            |n| tf!(l, k::submissions::submit::PER_DAY_VALUE, n = n),
        )
    };
    let gap = limits.min_interval_seconds.map(|seconds| {
        tf!(l, k::submissions::submit::GAP_VALUE, span = format::span(l, chrono::TimeDelta::seconds(seconds)))
    });
    view! {
        <Card id="quota" title=t(l, k::submissions::submit::QUOTA)>
            <Facts lines=true>
                <Fact term=t(l, k::submissions::submit::PER_DAY)>{times(limits.per_day)}</Fact>
                {gap.map(|gap| view! { <Fact term=t(l, k::submissions::submit::GAP)>{gap}</Fact> })}
                {limits.total.map(|n| view! { <Fact term=t(l, k::submissions::submit::IN_ALL)>{times(Some(n))}</Fact> })}
            </Facts>
        </Card>
    }
}

/// Which submissions count in the end.
#[component]
pub(super) fn Final(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let n = here.competition.settings.policy.final_selection;
    let text = match here.competition.direction() {
        Direction::Higher => tf!(l, k::submissions::submit::FINAL_TEXT, n = n),
        Direction::Lower => tf!(l, k::submissions::submit::FINAL_LOWER, n = n),
    };
    let ends = here.competition.current_stage(here.now).and_then(|stage| stage.ends_at);
    let zone = here.zone();
    view! {
        <section class="card stack s" aria-labelledby="final">
            <h2 class="card-title" id="final">{t(l, k::submissions::submit::FINAL)}</h2>
            <p class="caption">{text}</p>
            {ends.map(|at| view! { <p class="caption num">{t(l, k::submissions::submit::FINAL_CLOSES)} " " <Time at zone form=TimeForm::Deadline/></p> })}
        </section>
    }
}
