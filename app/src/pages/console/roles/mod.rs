//! The roles room: who helps to run the competition, filtered and searched, and who is asked to.

pub mod rows;
pub mod waiting;

use std::sync::Arc;

use domain::access::{Action, Role};
use domain::address::{self, file};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::competitions::holders::{self, HoldersPage, HoldersWanted};

use self::rows::HolderRows;
use self::waiting::{Invite, WaitingRows};
use crate::api::roles::{ChangeRole, InviteToRole, WithdrawRoleInvitation};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::asked::{ListAsked, ListHead};
use crate::pages::console::frame::{Room, role_word, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Empty, Icon, LinkButton, Pagination, Tab, Tone};

const PER_PAGE: i64 = 50;

type Asked = ListAsked<Role>;

/// `/competitions/:slug/manage/roles`
#[component]
pub fn RolesPage() -> impl IntoView {
    let asked = Asked::of_address();
    let state = FormState::of_any(&[ChangeRole::PATH, WithdrawRoleInvitation::PATH]);
    let invited = FormState::of::<InviteToRole>();
    room(Room::Roles, move |here| async move {
        let l = locale();
        let wanted = HoldersWanted { role: asked.state, text: asked.text.clone() };
        let page = holders::list(&request::services(), &here.competition, &request::actor(), &wanted).await?;
        let gives = here.may(Action::GiveRoles);
        let done = [&state, &invited].into_iter().find_map(|state| state.done()).map(|path| said(l, path));
        let invitations = page.invitations.clone();
        let parts = [
            view! {
                {done.map(|text| view! { <Alert tone=Tone::Success>{text}</Alert> })}
                <FormError state/>
                <p class="muted">{t(l, k::console::roles::LEAD)}</p>
            }
            .into_html(),
            view! { <Filters here=Arc::clone(&here) asked=asked.clone() page=page.clone()/> }.into_html(),
            view! { <Found here=Arc::clone(&here) asked page gives/> }.into_html(),
            view! { <WaitingRows here=Arc::clone(&here) invitations gives/> }.into_html(),
            gives.then(|| view! { <Invite here state=invited/> }).into_html(),
        ];
        Ok(parts.collect_view())
    })
}

fn said(l: Locale, path: &str) -> &'static str {
    t(
        l,
        match path {
            InviteToRole::PATH => k::console::roles::INVITED,
            WithdrawRoleInvitation::PATH => k::console::roles::WITHDRAWN,
            _ => k::console::roles::CHANGED,
        },
    )
}

/// The roles to choose from, with their values, the most first.
fn choices(l: Locale) -> Vec<(String, String)> {
    let choice = |role: Role| (role.key().to_owned(), role_word(l, role).to_owned());
    Role::ALL.into_iter().rev().map(choice).collect()
}

#[component]
fn Filters(here: Arc<Here>, asked: Asked, page: HoldersPage) -> impl IntoView {
    use k::console::roles as w;
    let l = locale();
    let base = address::manage_roles(here.slug());
    let tab = |role: Option<Role>, word: &'static str, count: i64| {
        let href = Asked { state: role, ..asked.clone() }.at(&base, None);
        view! { <Tab href current=asked.state == role count>{word}</Tab> }.into_html()
    };
    let tabs: Vec<_> = std::iter::once(tab(None, t(l, w::ALL), page.all))
        .chain(Role::ALL.into_iter().rev().map(|role| tab(Some(role), role_word(l, role), page.count(role))))
        .collect();
    let csv = (!page.rows.is_empty()).then(|| asked.at(&file::roles(here.slug()), None));
    let search = t(l, if here.may(Action::ReadAddresses) { w::SEARCH_KNOWN } else { w::SEARCH });
    let total = tf!(l, w::TOTAL, n = page.rows.len());
    view! { <ListHead label=t(l, w::FILTER) tabs action=base.clone() search text=asked.text.clone() keep=asked.kept() total csv csv_of=t(l, w::CSV_OF)/> }
}

#[component]
fn Found(here: Arc<Here>, asked: Asked, page: HoldersPage, gives: bool) -> impl IntoView {
    use k::console::roles as w;
    let l = locale();
    let base = address::manage_roles(here.slug());
    if page.rows.is_empty() {
        return if page.all == 0 {
            view! { <Empty whole_page=true icon=Icon::Shield title=t(l, w::NONE) text=t(l, w::NONE_TEXT)/> }.into_html()
        } else {
            view! {
                <Empty whole_page=true icon=Icon::Shield title=t(l, w::NOTHING) text=t(l, w::NOTHING_TEXT)>
                    <LinkButton href=base>{t(l, w::SEE_ALL)}</LinkButton>
                </Empty>
            }
            .into_html()
        };
    }
    let (shown, pages) = asked.shown(i64::try_from(page.rows.len()).unwrap_or(i64::MAX), PER_PAGE);
    let holders = (1..).zip(page.rows).filter(|(place, _)| (place - 1) / PER_PAGE + 1 == shown);
    let holders: Vec<_> = holders.map(|(_, holder)| holder).collect();
    view! {
        <HolderRows here holders gives/>
        <Pagination label=t(l, w::PAGES) page=shown pages href=move |page| asked.at(&base, Some(page))/>
    }
    .into_html()
}
