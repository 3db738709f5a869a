//! Small pieces that the list of competitions and a competition's own pages share.

use domain::competitions::{Competition, HostRole};
use leptos::prelude::*;
use platform::competitions;
use scoring::MetricSpec;
use scoring::metric::Task;

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::request;
use crate::tf;
use crate::ui::Cover;

/// The competition's own drawing, which may only draw (the import saw to that).
pub async fn drawing(competition: &Competition) -> Option<String> {
    if !competition.has_banner {
        return None;
    }
    competitions::banner(&request::services(), &competition.slug).await.ok()
}

/// The picture of a competition: its own drawing, else one by what is predicted.
#[component]
pub fn Picture(task: Task, drawing: Option<String>, #[prop(optional)] wide: bool) -> impl IntoView {
    match drawing {
        Some(svg) => view! { <div class="cover" aria-hidden="true" inner_html=svg></div> }.into_html(),
        None => view! { <Cover task wide/> }.into_html(),
    }
}

/// What is predicted, as the badge beside the competition's state says it.
pub fn task_word(l: Locale, task: Task) -> &'static str {
    use k::competitions::tasks;
    t(
        l,
        match task {
            Task::Label | Task::Probability => tasks::CLASSIFICATION,
            Task::Number => tasks::REGRESSION,
            Task::Survival => tasks::SURVIVAL,
            Task::Ranking => tasks::RANKING,
            Task::Segmentation => tasks::SEGMENTATION,
            Task::Events => tasks::EVENTS,
        },
    )
}

pub fn role_word(l: Locale, role: HostRole) -> &'static str {
    t(
        l,
        match role {
            HostRole::Host => k::competitions::HOST,
            HostRole::OrganizerBody => k::competitions::ORGANIZER_BODY,
            HostRole::Sponsor => k::competitions::SPONSOR,
        },
    )
}

/// The metrics beside the score, each with the name of its values and its own.
pub fn metrics_beside(l: Locale, competition: &Competition) -> Vec<(String, String)> {
    let named = |spec: &MetricSpec| {
        let name = spec.about(l.lang()).map_or(spec.id.as_str(), |about| about.name).to_owned();
        (spec.label(), name)
    };
    competition.settings.metric.beside().map(named).collect()
}

/// The metric's name as it says it itself.
pub fn metric_name(l: Locale, competition: &Competition) -> String {
    let spec = &competition.settings.metric;
    if !spec.combine.is_empty() {
        return t(l, k::competitions::METRIC_COMBINED).to_owned();
    }
    spec.about(l.lang()).map_or(spec.id.as_str(), |about| about.name).to_owned()
}

/// `46팀 · 163명`
pub fn counts(l: Locale, (teams, people): (i64, i64)) -> String {
    tf!(l, k::competitions::list::COUNTS, teams = teams, people = people)
}

/// The prize, or that there is none.
pub fn prize(l: Locale, competition: &Competition) -> String {
    competition
        .settings
        .prize
        .as_ref()
        .map_or_else(|| t(l, k::competitions::list::NO_PRIZE).to_owned(), |prize| prize.get(l).to_owned())
}

/// Hosts in one line: `주최 ○○병원 · 주관 ○○센터`.
#[component]
pub fn HostLine(competition: Competition) -> impl IntoView {
    let l = locale();
    let hosts = competition.settings.hosts.into_iter().filter(|host| host.role != HostRole::Sponsor);
    view! {
        <p class="muted">
            {hosts
                .enumerate()
                .map(|(index, host)| {
                    let name = format!("{} {}", role_word(l, host.role), host.name.get(l));
                    view! { {(index > 0).then_some(" · ")}<span class="whole">{name}</span> }
                })
                .collect_view()}
        </p>
    }
}
