//! The people room: everybody who takes part or did, by public names; real names and addresses for those alone who may know them.

use std::sync::Arc;

use domain::access::Action;
use domain::address::{self, file};
use leptos::prelude::*;
use platform::competitions::people::{self, ListedPerson, PeopleFilter, PeoplePage, PeopleWanted};

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::asked::{ListAsked, ListHead};
use crate::pages::console::frame::{Room, role_word, room};
use crate::request;
use crate::tf;
use crate::ui::{
    Badge, BadgeState, Empty, Icon, LinkButton, NoValue, Pagination, StateBadge, Tab, Table, Time, TimeForm,
};

const PER_PAGE: i64 = 50;

type Asked = ListAsked<PeopleFilter>;

/// `/competitions/:slug/manage/people`
#[component]
pub fn PeoplePage() -> impl IntoView {
    let asked = Asked::of_address();
    room(Room::People, move |here| async move {
        let wanted = PeopleWanted {
            filter: asked.state,
            text: asked.text.clone(),
            limit: PER_PAGE,
            offset: (asked.page - 1) * PER_PAGE,
        };
        let page = people::list(&request::services(), &here.competition, &request::actor(), &wanted).await?;
        let parts = [
            view! { <Filters here=Arc::clone(&here) asked=asked.clone() page=page.clone()/> }.into_html(),
            view! { <Found here asked page/> }.into_html(),
        ];
        Ok(parts.collect_view())
    })
}

fn filter_word(l: Locale, filter: PeopleFilter) -> &'static str {
    use k::console::people_list as w;
    t(
        l,
        match filter {
            PeopleFilter::TakesPart => w::TAKES_PART,
            PeopleFilter::InTeam => w::IN_TEAM,
            PeopleFilter::Alone => w::ALONE,
            PeopleFilter::Today => w::TODAY,
            PeopleFilter::Excluded => w::EXCLUDED,
            PeopleFilter::Withdrawn => w::WITHDRAWN,
        },
    )
}

#[component]
fn Filters(here: Arc<Here>, asked: Asked, page: PeoplePage) -> impl IntoView {
    use k::console::people_list as w;
    let l = locale();
    let base = address::manage_people(here.slug());
    let tab = |filter: Option<PeopleFilter>, word: &'static str, count: i64| {
        let href = Asked { state: filter, ..asked.clone() }.at(&base, None);
        view! { <Tab href current=asked.state == filter count>{word}</Tab> }.into_html()
    };
    // Ends that nobody has come to are left out.
    let shown = PeopleFilter::ALL.into_iter().filter(|filter| {
        let is_end = matches!(filter, PeopleFilter::Excluded | PeopleFilter::Withdrawn);
        !is_end || page.count(*filter) > 0 || asked.state == Some(*filter)
    });
    let tabs: Vec<_> = std::iter::once(tab(None, t(l, w::ALL), page.counts.everybody))
        .chain(shown.map(|filter| tab(Some(filter), filter_word(l, filter), page.count(filter))))
        .collect();
    let csv = (page.total > 0).then(|| asked.at(&file::people(here.slug()), None));
    let search = t(l, if page.knows { w::SEARCH_KNOWN } else { w::SEARCH });
    let total = tf!(l, w::TOTAL, n = page.total);
    view! { <ListHead label=t(l, k::console::applications::FILTER) tabs action=base.clone() search text=asked.text.clone() keep=asked.kept() total csv csv_of=t(l, w::CSV_OF)/> }
}

#[component]
fn Found(here: Arc<Here>, asked: Asked, page: PeoplePage) -> impl IntoView {
    use k::console::people_list as w;
    let l = locale();
    let base = address::manage_people(here.slug());
    if page.rows.is_empty() {
        let (title, text, href, word) = if page.counts.everybody == 0 {
            (w::NONE, w::NONE_TEXT, address::competition(here.slug()), k::console::OUTSIDE)
        } else {
            (w::NOTHING, w::NOTHING_TEXT, base, w::SEE_ALL)
        };
        return view! { <Empty whole_page=true icon=Icon::User title=t(l, title) text=t(l, text)><LinkButton href>{t(l, word)}</LinkButton></Empty> }
            .into_html();
    }
    let (shown, pages) = asked.shown(page.total, PER_PAGE);
    let decides = here.may(Action::DecideApplications);
    let rows: Vec<_> = page.rows.into_iter().map(|row| line(&here, row, decides)).collect();
    let at = asked.clone();
    view! {
        <Table caption=t(l, k::console::PEOPLE) class="roomy">
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, w::WHO)}</th>
                    <th scope="col" class="wide-only">{t(l, w::TEAM)}</th>
                    <th scope="col" class="wide-only">{t(l, w::CAME)}</th>
                    <th scope="col" class="wide-only end">{t(l, w::SUBMISSIONS)}</th>
                    <th scope="col" class="wide-only">{t(l, w::SUBMITTED)}</th>
                    <th scope="col">{t(l, w::STATE)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        <Pagination label=t(l, w::PAGES) page=shown pages href=move |page| at.at(&base, Some(page))/>
    }
    .into_html()
}

fn line(here: &Here, row: ListedPerson, decides: bool) -> impl IntoView + use<> {
    use k::console::people_list as w;
    let (l, zone) = (locale(), here.zone());
    let shown = row.public_name.clone().or_else(|| row.name.clone());
    let shown = if row.is_gone { Some(t(l, k::console::GONE).to_owned()) } else { shown };
    let shown = shown.unwrap_or_else(|| t(l, w::UNNAMED).to_owned());
    let real = row.name.filter(|name| *name != shown);
    let known: Vec<_> = [real, row.affiliation].into_iter().flatten().filter(|text| !text.is_empty()).collect();
    let known = (!known.is_empty()).then(|| view! { <span class="meta">{known.join(" · ")}</span> });
    let email = row.email.map(|email| view! { <span class="meta any-wrap">{email}</span> });
    let who = if decides {
        view! { <a href=address::manage_application(here.slug(), row.user_id)><strong>{shown}</strong></a> }.into_html()
    } else {
        view! { <strong>{shown}</strong> }.into_html()
    };
    let role = row.role.map(|role| view! { " " <Badge>{role_word(l, role)}</Badge> });
    let team = row.team_number.zip(row.team_name).map(|(number, name)| {
        let href = address::public_team(here.slug(), number);
        (href, tf!(l, k::teams::ask::TEAM, n = number, name = name))
    });
    let narrow =
        team.clone().map(|(href, word)| view! { <span class="meta narrow-only"><a href=href>{word}</a></span> });
    let team = match team {
        Some((href, word)) => view! { <a href=href>{word}</a> }.into_html(),
        None => view! { <span class="muted">{t(l, k::console::applications::NO_TEAM)}</span> }.into_html(),
    };
    let submitted = match row.submitted_at {
        Some(at) => view! { <Time at zone form=TimeForm::Short/> }.into_html(),
        None => view! { <NoValue/> }.into_html(),
    };
    view! {
        <tr>
            <th scope="row">
                {who}
                {role}
                {known}
                {email}
                {narrow}
                <span class="meta narrow-only num">{tf!(l, w::IN_SHORT, n = row.submissions)}</span>
            </th>
            <td class="wide-only tight-col nowrap">{team}</td>
            <td class="wide-only tight-col num"><Time at=row.came_at zone form=TimeForm::Short/></td>
            <td class="wide-only end num">{row.submissions}</td>
            <td class="wide-only tight-col num">{submitted}</td>
            <td class="tight-col"><StateBadge state=BadgeState::of_application(row.state, None)/></td>
        </tr>
    }
}
