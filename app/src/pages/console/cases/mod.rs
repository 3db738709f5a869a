//! The cases room: all cases by where they stand, one of them, and opening one.

pub mod forms;
pub mod new;
pub mod one;

use std::sync::Arc;

use domain::address::{self, file};
use domain::cases::{CASES_PER_PAGE, CaseRow, CaseState};
use leptos::prelude::*;
use platform::cases::{self, CasesPage, CasesWanted};

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::cases::words::{CaseBadge, case_state_word};
use crate::pages::competitions::here::Here;
use crate::pages::console::asked::{ListAsked, ListHead};
use crate::pages::console::frame::{Room, room};
use crate::request;
use crate::tf;
use crate::ui::{Empty, Icon, LinkButton, Look, NoValue, Pagination, Size, Tab, Table, Time, TimeForm};

type Asked = ListAsked<CaseState>;

/// `/competitions/:slug/manage/cases`
#[component]
pub fn ManageCasesPage() -> impl IntoView {
    let asked = Asked::of_address();
    room(Room::Cases, move |here| async move {
        let l = locale();
        let wanted = CasesWanted {
            state: asked.state,
            text: asked.text.clone(),
            limit: CASES_PER_PAGE,
            offset: (asked.page - 1) * CASES_PER_PAGE,
        };
        let found = cases::list(&request::services(), &here.competition, &request::actor(), &wanted).await?;
        let parts = [
            view! { <p class="muted">{t(l, k::cases::house::LEAD)}</p> }.into_html(),
            view! { <Filters here=Arc::clone(&here) asked=asked.clone() found=found.clone()/> }.into_html(),
            view! { <Found here asked found/> }.into_html(),
        ];
        Ok(parts.collect_view())
    })
}

#[component]
fn Filters(here: Arc<Here>, asked: Asked, found: CasesPage) -> impl IntoView {
    use k::cases::house as h;
    let l = locale();
    let base = address::manage_cases(here.slug());
    let tab = |state: Option<CaseState>, word: &'static str, count: i64| {
        let href = Asked { state, ..asked.clone() }.at(&base, None);
        view! { <Tab href current=asked.state == state count>{word}</Tab> }.into_html()
    };
    let all = tab(None, t(l, h::ALL), found.counts.all());
    let states = CaseState::ALL.into_iter().map(|of| tab(Some(of), case_state_word(l, of), found.counts.of(of)));
    let tabs: Vec<_> = std::iter::once(all).chain(states).collect();
    let csv = (found.total > 0).then(|| asked.at(&file::cases(here.slug()), None));
    let more = here.may(Room::CASES_LED_BY).then(|| {
        view! { <LinkButton href=address::new_case(here.slug()) size=Size::Small look=Look::Primary icon=Icon::Flag>{t(l, h::NEW)}</LinkButton> }
            .into_html()
    });
    let total = tf!(l, h::TOTAL, n = found.total);
    view! { <ListHead label=t(l, k::console::applications::FILTER) tabs action=base.clone() search=t(l, h::SEARCH) text=asked.text.clone() keep=asked.kept() total csv csv_of=t(l, h::CSV_OF) more/> }
}

#[component]
fn Found(here: Arc<Here>, asked: Asked, found: CasesPage) -> impl IntoView {
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
    let (page, pages) = asked.shown(found.total, CASES_PER_PAGE);
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
        <Pagination label=t(l, k::cases::house::PAGES) page pages href=move |page| asked.at(&base, Some(page))/>
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
