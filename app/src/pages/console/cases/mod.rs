//! The cases room: all cases by where they stand, one of them, and opening one.

pub mod forms;
pub mod new;
pub mod one;

use std::sync::Arc;

use domain::address::{self, file};
use domain::cases::{CASES_PER_PAGE, CaseRow, CaseState};
use leptos::prelude::*;
use platform::cases::{self, CasesPage};

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::cases::words::{CaseBadge, case_state_word};
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::{Room, room};
use crate::request;
use crate::tf;
use crate::ui::{Empty, Icon, LinkButton, Look, NoValue, Pagination, Size, Tab, Table, Tabs, Time, TimeForm};

/// `/competitions/:slug/manage/cases`
#[component]
pub fn ManageCasesPage() -> impl IntoView {
    let state = request::query("state").and_then(|state| CaseState::from_key(&state));
    let page = request::query("page").and_then(|page| page.parse().ok()).unwrap_or(1_i64).clamp(1, 1_000_000);
    room(Room::Cases, move |here| async move {
        let l = locale();
        let span = (CASES_PER_PAGE, (page - 1) * CASES_PER_PAGE);
        let found = cases::list(&request::services(), &here.competition, &request::actor(), state, span).await?;
        let parts = [
            view! { <p class="muted">{t(l, k::cases::house::LEAD)}</p> }.into_html(),
            view! { <Filters here=Arc::clone(&here) state found=found.clone()/> }.into_html(),
            view! { <Found here state page found/> }.into_html(),
        ];
        Ok(parts.collect_view())
    })
}

/// The list's address with a state and a page.
fn at(base: &str, state: Option<CaseState>, page: Option<i64>) -> String {
    let page = page.map(|page| page.to_string());
    let fields = [("state", state.map(CaseState::key)), ("page", page.as_deref())];
    let fields: Vec<_> = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    address::asking(base, &fields)
}

#[component]
fn Filters(here: Arc<Here>, state: Option<CaseState>, found: CasesPage) -> impl IntoView {
    let l = locale();
    let base = address::manage_cases(here.slug());
    let tab = |of: Option<CaseState>, word: &'static str, count: i64| {
        view! { <Tab href=at(&base, of, None) current=state == of count>{word}</Tab> }
    };
    let all = tab(None, t(l, k::cases::house::ALL), found.counts.all());
    let states = CaseState::ALL.into_iter().map(|of| tab(Some(of), case_state_word(l, of), found.counts.of(of)));
    let tabs: Vec<_> = std::iter::once(all).chain(states).collect();
    let total = state.map_or(found.counts.all(), |state| found.counts.of(state));
    let csv = at(&file::cases(here.slug()), state, None);
    let opens = here.may(Room::CASES_LED_BY).then(|| {
        view! { <LinkButton href=address::new_case(here.slug()) size=Size::Small look=Look::Primary icon=Icon::Flag>{t(l, k::cases::house::NEW)}</LinkButton> }
    });
    view! {
        <Tabs label=t(l, k::cases::house::FILTER) inline=true>{tabs}</Tabs>
        <div class="row between">
            <span class="caption num">{tf!(l, k::cases::house::TOTAL, n = total)}</span>
            <div class="row tight">
                {(total > 0)
                    .then(|| view! { <LinkButton href=csv size=Size::Small icon=Icon::Download label=t(l, k::cases::house::CSV_OF)>{t(l, k::cases::house::CSV)}</LinkButton> })}
                {opens}
            </div>
        </div>
    }
}

#[component]
fn Found(here: Arc<Here>, state: Option<CaseState>, page: i64, found: CasesPage) -> impl IntoView {
    let l = locale();
    let base = address::manage_cases(here.slug());
    if found.rows.is_empty() {
        return if found.counts.all() == 0 {
            view! { <Empty whole_page=true icon=Icon::Flag title=t(l, k::cases::house::NONE) text=t(l, k::cases::house::NONE_TEXT)/> }
                .into_html()
        } else {
            view! {
                <Empty whole_page=true icon=Icon::Flag title=t(l, k::cases::house::NOTHING) text=t(l, k::cases::house::NOTHING_TEXT)>
                    <LinkButton href=base>{t(l, k::cases::house::SEE_ALL)}</LinkButton>
                </Empty>
            }
            .into_html()
        };
    }
    let total = state.map_or(found.counts.all(), |state| found.counts.of(state));
    let pages = (total - 1).max(0) / CASES_PER_PAGE + 1;
    let rows: Vec<_> = found.rows.into_iter().map(|row| line(&here, row)).collect();
    view! {
        <Table caption=t(l, k::cases::house::CAPTION) class="roomy">
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, k::cases::house::WHAT)}</th>
                    <th scope="col" class="wide-only">{t(l, k::cases::TEAM)}</th>
                    <th scope="col" class="wide-only">{t(l, k::cases::DUE)}</th>
                    <th scope="col" class="wide-only">{t(l, k::cases::house::CHANGED)}</th>
                    <th scope="col">{t(l, k::cases::house::STATE)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        <Pagination label=t(l, k::cases::house::PAGES) page pages href=move |page| at(&base, state, Some(page))/>
    }
    .into_html()
}

fn line(here: &Here, row: CaseRow) -> impl IntoView + use<> {
    let (l, zone) = (locale(), here.zone());
    let CaseRow { case, team_number, team_name } = row;
    let (state, number) = (case.state_at(here.now), tf!(l, k::cases::NUMBER, n = case.number));
    let team = tf!(l, k::teams::ask::TEAM, n = team_number, name = team_name);
    let due = match case.due_at {
        Some(at) => view! { <Time at zone form=TimeForm::Short/> }.into_html(),
        None => view! { <NoValue/> }.into_html(),
    };
    view! {
        <tr>
            <th scope="row">
                <a href=address::manage_case(here.slug(), case.number)><strong>{case.title.clone()}</strong></a>
                <span class="meta num">{number}</span>
                <span class="meta narrow-only">{team.clone()}</span>
            </th>
            <td class="wide-only"><a href=address::public_team(here.slug(), team_number)>{team}</a></td>
            <td class="wide-only tight-col num">{due}</td>
            <td class="wide-only tight-col num"><Time at=case.changed_at zone form=TimeForm::Short/></td>
            <td class="tight-col"><CaseBadge case state/></td>
        </tr>
    }
}
