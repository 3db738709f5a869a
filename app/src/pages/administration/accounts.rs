use domain::address::{self, file};
use domain::zone::Zone;
use leptos::prelude::*;
use platform::administration::{self, AccountsAsked, AccountsFilter, AccountsPage, ListedAccount};

use super::{AdminRoom, room};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::console::asked::ListAsked;
use crate::request;
use crate::tf;
use crate::ui::{Badge, Empty, Icon, LinkButton, Pagination, Search, Size, Tab, Table, Tabs, Time, TimeForm, Tone};

const PER_PAGE: i64 = 50;

type Asked = ListAsked<AccountsFilter>;

/// `/admin/accounts`: everybody's.
#[component]
pub fn AdminAccountsPage() -> impl IntoView {
    let asked = Asked::of_address();
    room(AdminRoom::Accounts, move || async move {
        let wanted = AccountsAsked {
            filter: asked.state,
            text: asked.text.clone(),
            limit: PER_PAGE,
            offset: (asked.page - 1) * PER_PAGE,
        };
        let page = administration::accounts(&request::services(), &request::actor(), &wanted).await?;
        let parts = [
            view! { <Filters asked=asked.clone() page=page.clone()/> }.into_html(),
            view! { <Found asked page/> }.into_html(),
        ];
        Ok(parts.collect_view())
    })
}

#[component]
fn Filters(asked: Asked, page: AccountsPage) -> impl IntoView {
    use k::administration as w;
    let l = locale();
    let base = address::ADMIN_ACCOUNTS;
    let tab = |state: Option<AccountsFilter>, word: &'static str, count: i64| {
        let href = Asked { state, ..asked.clone() }.at(base, None);
        view! { <Tab href current=asked.state == state count>{word}</Tab> }
    };
    let word = |filter: AccountsFilter| {
        t(
            l,
            match filter {
                AccountsFilter::Suspended => w::SUSPENDED,
                AccountsFilter::Unverified => w::UNVERIFIED,
                AccountsFilter::Admins => w::ADMINS,
            },
        )
    };
    let tabs: Vec<_> = std::iter::once(tab(None, t(l, w::ALL), page.counts.all))
        .chain(AccountsFilter::ALL.map(|filter| tab(Some(filter), word(filter), page.count(filter))))
        .collect();
    let keep = asked.state.map(|state| ("state".to_owned(), state.key().to_owned())).into_iter().collect();
    let csv = asked.at(file::ADMIN_ACCOUNTS, None);
    view! {
        <Tabs label=t(l, w::FILTER) inline=true>{tabs}</Tabs>
        <div class="row between">
            <Search action=base label=t(l, w::SEARCH) placeholder=t(l, w::SEARCH) value=asked.text.clone() keep/>
            <div class="row tight">
                <span class="caption num">{tf!(l, w::TOTAL, n = page.total)}</span>
                {(page.total > 0)
                    .then(|| view! { <LinkButton href=csv size=Size::Small icon=Icon::Download label=t(l, w::CSV_OF)>{t(l, k::console::applications::CSV)}</LinkButton> })}
            </div>
        </div>
    }
}

#[component]
fn Found(asked: Asked, page: AccountsPage) -> impl IntoView {
    use k::administration as w;
    let l = locale();
    let base = address::ADMIN_ACCOUNTS;
    if page.rows.is_empty() {
        return view! {
            <Empty whole_page=true title=t(l, w::NOTHING) text=t(l, w::NOTHING_TEXT)><LinkButton href=base>{t(l, w::SEE_ALL)}</LinkButton></Empty>
        }
        .into_html();
    }
    let (shown, pages) = asked.shown(page.total, PER_PAGE);
    let at = asked.clone();
    view! {
        <Table caption=t(l, w::ACCOUNTS) class="roomy">
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, w::WHO)}</th>
                    <th scope="col" class="wide-only">{t(l, w::SIGNED_UP)}</th>
                    <th scope="col" class="wide-only end">{t(l, w::TEAMS)}</th>
                    <th scope="col">{t(l, w::STATE)}</th>
                </tr>
            </thead>
            <tbody>{page.rows.into_iter().map(|row| line(l, row)).collect_view()}</tbody>
        </Table>
        <Pagination label=t(l, w::PAGES) page=shown pages href=move |page| at.at(base, Some(page))/>
    }
    .into_html()
}

fn line(l: Locale, row: ListedAccount) -> impl IntoView + use<> {
    let zone = Zone::default();
    let marks = marks(l, &row);
    view! {
        <tr>
            <th scope="row">
                <a href=address::admin_account(row.id)><strong>{row.name}</strong></a>
                <span class="meta any-wrap">{row.email}</span>
                <span class="meta">{row.affiliation}</span>
            </th>
            <td class="wide-only tight-col num"><Time at=row.created_at zone form=TimeForm::Date/></td>
            <td class="wide-only end num">{row.teams}</td>
            <td class="tight-col">{marks}</td>
        </tr>
    }
}

/// What an account is, in words.
pub(super) fn marks(l: Locale, row: &ListedAccount) -> impl IntoView + use<> {
    use k::administration as w;
    let mark = |tone: Tone, word: &'static str| view! { <Badge tone>{word}</Badge> " " };
    [
        row.suspended_at.map(|_| mark(Tone::Danger, t(l, w::SUSPENDED))),
        row.verified_at.is_none().then(|| mark(Tone::Warning, t(l, w::UNVERIFIED))),
        row.is_admin.then(|| mark(Tone::Accent, t(l, w::ADMIN))),
        row.has_second_factor.then(|| mark(Tone::Success, t(l, w::SECOND_FACTOR))),
    ]
    .into_iter()
    .flatten()
    .collect_view()
}
