//! The applications room: who applied, filtered and searched, and decisions about many at once.

pub mod bulk;
pub mod invited;
pub mod one;
pub mod rows;

use std::sync::Arc;

use domain::address::{self, file};
use domain::applications::ApplyMode;
use domain::participation::ParticipationState;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::participation::decisions::ApplicantsPage;
use platform::participation::{ApplicantsAsked, decisions, invitations};

use self::bulk::Bulk;
use self::invited::InvitedList;
use self::rows::ApplicantRows;
use crate::api::participation::{DecideApplications, InviteToApply, UninviteToApply};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::asked::ListAsked;
use crate::pages::console::frame::{Room, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Empty, Icon, LinkButton, Pagination, Search, Size, Tab, Tabs, application_word};

const PER_PAGE: i64 = 50;

/// `/competitions/:slug/manage/applications`
#[component]
pub fn ApplicationsPage() -> impl IntoView {
    let asked = Asked::of_address();
    let state = FormState::of::<DecideApplications>();
    let invited = FormState::of_any(&[InviteToApply::PATH, UninviteToApply::PATH]);
    room(Room::Applications, move |here| async move {
        let (services, actor) = (request::services(), request::actor());
        let page = decisions::list(&services, &here.competition, &actor, &rows_of(&asked)).await?;
        let by_invitation = here.competition.settings.apply.mode == ApplyMode::Invitation;
        let addresses =
            if by_invitation { Some(invitations::list(&services, &here.competition, &actor).await?) } else { None };
        let said = bulk::said(&state);
        // Erased one by one: the type of the whole page would be too deep for the compiler.
        let parts = [
            view! { <FormError state=state.clone()/> {said} }.into_html(),
            view! { <Filters here=Arc::clone(&here) asked=asked.clone() page=page.clone()/> }.into_html(),
            view! { <Found here=Arc::clone(&here) asked page state/> }.into_html(),
            addresses.map(|addresses| view! { <InvitedList here addresses state=invited/> }).into_html(),
        ];
        Ok(parts.collect_view())
    })
}

type Asked = ListAsked<ParticipationState>;

fn rows_of(asked: &Asked) -> ApplicantsAsked {
    let offset = (asked.page - 1) * PER_PAGE;
    ApplicantsAsked { state: asked.state, text: asked.text.clone(), limit: PER_PAGE, offset }
}

/// The states that a list is filtered by, the most pressing first.
const FILTERS: [ParticipationState; 8] = [
    ParticipationState::Applied,
    ParticipationState::Waiting,
    ParticipationState::Offered,
    ParticipationState::Approved,
    ParticipationState::Declined,
    ParticipationState::Withdrawn,
    ParticipationState::Lapsed,
    ParticipationState::Excluded,
];

#[component]
fn Filters(here: Arc<Here>, asked: Asked, page: ApplicantsPage) -> impl IntoView {
    let l = locale();
    let base = address::manage_applications(here.slug());
    let all = page.counts.iter().map(|(_, count)| *count).sum::<i64>();
    let tab = |state: Option<ParticipationState>, word: &'static str, count: i64| {
        let href = Asked { state, ..asked.clone() }.at(&base, None);
        view! { <Tab href current=asked.state == state count>{word}</Tab> }
    };
    // States that nobody is in are left out, but for those that one looks for and the one that is shown.
    let shown = FILTERS.into_iter().filter(|state| {
        let always = matches!(state, ParticipationState::Applied | ParticipationState::Approved);
        always || page.count(*state) > 0 || asked.state == Some(*state)
    });
    let tabs: Vec<_> = std::iter::once(tab(None, t(l, k::console::applications::ALL), all))
        .chain(shown.map(|state| tab(Some(state), application_word(l, state), page.count(state))))
        .collect();
    let keep = asked.state.map(|state| ("state".to_owned(), state.key().to_owned())).into_iter().collect();
    let csv = asked.at(&file::applications(here.slug()), None);
    view! {
        <Tabs label=t(l, k::console::applications::FILTER) inline=true>{tabs}</Tabs>
        <div class="row between">
            <Search action=base.clone() label=t(l, k::console::applications::SEARCH) placeholder=t(l, k::console::applications::SEARCH) value=asked.text.clone() keep/>
            <div class="row tight">
                <span class="caption num">{tf!(l, k::console::applications::TOTAL, n = page.total)}</span>
                {(page.total > 0)
                    .then(|| view! { <LinkButton href=csv size=Size::Small icon=Icon::Download label=t(l, k::console::applications::CSV_OF)>{t(l, k::console::applications::CSV)}</LinkButton> })}
            </div>
        </div>
    }
}

#[component]
fn Found(here: Arc<Here>, asked: Asked, page: ApplicantsPage, state: FormState) -> impl IntoView {
    let l = locale();
    let base = address::manage_applications(here.slug());
    if page.rows.is_empty() {
        let is_new = page.counts.is_empty();
        let (title, text) = if is_new {
            (k::console::applications::NONE, k::console::applications::NONE_TEXT)
        } else {
            (k::console::applications::NOTHING, k::console::applications::NOTHING_TEXT)
        };
        let (href, word) = if is_new {
            (address::competition(here.slug()), k::console::OUTSIDE)
        } else {
            (base, k::console::applications::SEE_ALL)
        };
        return view! {
            <Empty whole_page=true title=t(l, title) text=t(l, text)><LinkButton href>{t(l, word)}</LinkButton></Empty>
        }
        .into_html();
    }
    let (shown, pages) = asked.shown(page.total, PER_PAGE);
    let at = asked.clone();
    view! {
        <ApplicantRows here=Arc::clone(&here) rows=page.rows chosen=true ticked=state.value("users[]")/>
        <Pagination label=t(l, k::console::applications::PAGES) page=shown pages href=move |page| at.at(&base, Some(page))/>
        <Bulk here asked=asked.state state/>
    }
    .into_html()
}
