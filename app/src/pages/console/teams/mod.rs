//! The teams room: all teams with what was seen of them, those that are idle first where that is set, and their exclusion.

pub mod rows;
pub mod service;

use std::sync::Arc;

use domain::access::Action;
use domain::address::{self, file};
use domain::idle::Exclusion;
use domain::text::REASON_MAX;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::teams::idle::ExcludedTeams;
use platform::teams::overview::{self, TeamLine, TeamState, TeamsAsked, TeamsFilter, TeamsPage};

use self::rows::{EXCLUDE_FORM, TeamRows, team_state_word};
use self::service::Service;
use crate::api::teams::{ExcludeTeams, RenewServiceToken, RestoreTeam, RevokeServiceToken};
use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::asked::ListAsked;
use crate::pages::console::frame::{Room, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Card, Empty, Icon, LinkButton, Pagination, Search, Size, Tab, Tabs, TextArea, Tone};

const PER_PAGE: i64 = 50;

/// `/competitions/:slug/manage/teams`
#[component]
pub fn ManageTeamsPage() -> impl IntoView {
    let asked = Asked::of_address();
    let state = FormState::of_any(&[ExcludeTeams::PATH, RestoreTeam::PATH]);
    let token = FormState::of_any(&[RenewServiceToken::PATH, RevokeServiceToken::PATH]);
    room(Room::Teams, move |here| async move {
        let (services, actor) = (request::services(), request::actor());
        let wanted = TeamsAsked { filter: asked.state, text: asked.text.clone() };
        let page = overview::list(&services, &here.competition, &actor, &wanted).await?;
        let reports = here.competition.settings.idle.is_some_and(|idle| idle.activity_days.is_some());
        let reports = reports && here.may(Action::SetServiceToken);
        let said = said(&state);
        // Erased one by one: the type of the whole page would be too deep for the compiler.
        let parts = [
            view! { <FormError state=state.clone()/> {said} <Rule here=Arc::clone(&here) unreported=page.is_unreported/> }.into_html(),
            view! { <Filters here=Arc::clone(&here) asked=asked.clone() page=page.clone()/> }.into_html(),
            view! { <Found here=Arc::clone(&here) asked page state/> }.into_html(),
            reports.then(|| view! { <Service here state=token/> }).into_html(),
        ];
        Ok(parts.collect_view())
    })
}

type Asked = ListAsked<TeamsFilter>;

fn count_of(lines: &[TeamLine]) -> i64 {
    i64::try_from(lines.len()).unwrap_or(i64::MAX)
}

/// What a filter, and the state that it is of, is called.
fn filter_word(l: Locale, filter: TeamsFilter) -> &'static str {
    let state = match filter {
        TeamsFilter::TakesPart => TeamState::TakesPart,
        TeamsFilter::Ended => return t(l, k::console::team_list::ENDED),
        TeamsFilter::Idle => TeamState::Idle,
        TeamsFilter::IdleSoon => TeamState::IdleSoon,
        TeamsFilter::Small => TeamState::Small,
        TeamsFilter::Excluded => TeamState::Excluded,
    };
    team_state_word(l, state)
}

/// When teams are idle here, and who excludes them.
#[component]
fn Rule(here: Arc<Here>, unreported: bool) -> impl IntoView {
    use k::console::team_list as w;
    let l = locale();
    let text = match here.competition.settings.idle {
        None => t(l, w::RULE_NONE).to_owned(),
        Some(idle) => {
            let when = match (idle.submission_days, idle.activity_days) {
                (Some(n), Some(m)) => tf!(l, w::RULE_BOTH, n = n, m = m),
                (Some(n), None) => tf!(l, w::RULE_SUBMISSION, n = n),
                (None, m) => tf!(l, w::RULE_ACTIVITY, n = m.unwrap_or_default()),
            };
            let who = match idle.exclusion {
                Exclusion::Manual => w::RULE_MANUAL,
                Exclusion::Automatic => w::RULE_AUTOMATIC,
            };
            format!("{} {}", tf!(l, w::RULE, when = when), t(l, who))
        }
    };
    let silent = unreported.then(|| {
        view! { <Alert tone=Tone::Warning title=t(l, w::UNREPORTED)>{t(l, w::UNREPORTED_TEXT)}</Alert> }
    });
    view! { <p class="muted">{text}</p> {silent} }
}

#[component]
fn Filters(here: Arc<Here>, asked: Asked, page: TeamsPage) -> impl IntoView {
    use k::console::team_list as w;
    let l = locale();
    let base = address::manage_teams(here.slug());
    let tab = |filter: Option<TeamsFilter>, word: &'static str, count: i64| {
        let href = Asked { state: filter, ..asked.clone() }.at(&base, None);
        view! { <Tab href current=asked.state == filter count>{word}</Tab> }
    };
    let is_set = here.competition.settings.idle.is_some();
    let shown = TeamsFilter::ALL.into_iter().filter(|filter| {
        let always = match filter {
            TeamsFilter::TakesPart => true,
            TeamsFilter::Idle | TeamsFilter::IdleSoon => is_set,
            _ => false,
        };
        always || page.count(*filter) > 0 || asked.state == Some(*filter)
    });
    let tabs: Vec<_> = std::iter::once(tab(None, t(l, w::ALL), page.all))
        .chain(shown.map(|filter| tab(Some(filter), filter_word(l, filter), page.count(filter))))
        .collect();
    let keep = asked.state.map(|filter| ("state".to_owned(), filter.key().to_owned())).into_iter().collect();
    let csv = asked.at(&file::teams(here.slug()), None);
    view! {
        <Tabs label=t(l, w::FILTER) inline=true>{tabs}</Tabs>
        <div class="row between">
            <Search action=base.clone() label=t(l, w::SEARCH) placeholder=t(l, w::SEARCH) value=asked.text.clone() keep/>
            <div class="row tight">
                <span class="caption num">{tf!(l, w::TOTAL, n = count_of(&page.lines))}</span>
                {(!page.lines.is_empty())
                    .then(|| view! { <LinkButton href=csv size=Size::Small icon=Icon::Download label=t(l, w::CSV_OF)>{t(l, k::console::applications::CSV)}</LinkButton> })}
            </div>
        </div>
    }
}

#[component]
fn Found(here: Arc<Here>, asked: Asked, page: TeamsPage, state: FormState) -> impl IntoView {
    use k::console::team_list as w;
    let l = locale();
    let base = address::manage_teams(here.slug());
    if page.lines.is_empty() {
        let (title, text, href, word) = if page.all == 0 {
            (w::NONE, w::NONE_TEXT, address::competition(here.slug()), k::console::OUTSIDE)
        } else {
            (w::NOTHING, w::NOTHING_TEXT, base, w::SEE_ALL)
        };
        return view! { <Empty whole_page=true title=t(l, title) text=t(l, text)><LinkButton href>{t(l, word)}</LinkButton></Empty> }
            .into_html();
    }
    let (shown, pages) = asked.shown(count_of(&page.lines), PER_PAGE);
    let lines = (1..).zip(page.lines).filter(|(place, _)| (place - 1) / PER_PAGE + 1 == shown);
    let lines: Vec<_> = lines.map(|(_, line)| line).collect();
    let excludes = here.may(Action::ExcludeTeam);
    let chosen = excludes && lines.iter().any(rows::is_idle);
    let at = asked.clone();
    view! {
        <TeamRows here=Arc::clone(&here) lines chosen restores=excludes ticked=state.value("teams[]")/>
        <Pagination label=t(l, w::PAGES) page=shown pages href=move |page| at.at(&base, Some(page))/>
        {chosen.then(|| view! { <Bulk here state/> })}
    }
    .into_html()
}

/// Excludes all that are chosen above.
#[component]
fn Bulk(here: Arc<Here>, state: FormState) -> impl IntoView {
    use k::console::team_list as w;
    let l = locale();
    view! {
        <Card id="bulk" title=t(l, w::BULK)>
            <form class="stack" id=EXCLUDE_FORM method="post" action=ExcludeTeams::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                // Of more lines than one: Enter would send the form with its first button.
                <TextArea
                    name="reason"
                    label=t(l, k::console::applications::REASON)
                    hint=t(l, w::REASON_HINT)
                    value=state.value("reason")
                    error=state.field_error("teams").or_else(|| state.field_error("reason"))
                    max=u32::try_from(REASON_MAX).unwrap_or(u32::MAX)
                    rows=2
                />
                <div class="row tight"><button class="btn danger" type="submit">{t(l, w::EXCLUDE)}</button></div>
            </form>
        </Card>
    }
}

/// What was just done.
fn said(state: &FormState) -> Option<Html> {
    use k::console::team_list as w;
    let l = locale();
    let (text, tone) = if state.done() == Some(RestoreTeam::PATH) {
        let name = state.result().and_then(|name| name.as_str()).unwrap_or_default().to_owned();
        (tf!(l, w::RESTORED, name = name), Tone::Success)
    } else {
        let ExcludedTeams { done, moved } = serde_json::from_value(state.result()?.clone()).ok()?;
        let parts = [(done > 0).then(|| tf!(l, w::DONE, n = done)), (moved > 0).then(|| tf!(l, w::MOVED, n = moved))];
        let tone = if moved == 0 { Tone::Success } else { Tone::Warning };
        (parts.into_iter().flatten().collect::<Vec<_>>().join(" "), tone)
    };
    Some(view! { <div role="status"><Alert tone>{text}</Alert></div> }.into_html())
}
