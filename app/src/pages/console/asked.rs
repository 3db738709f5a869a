use domain::access::Role;
use domain::address;
use domain::cases::CaseState;
use domain::jobs::JobKind;
use domain::participation::ParticipationState;
use leptos::prelude::*;
use platform::administration::AccountsFilter;
use platform::competitions::letters::LetterState;
use platform::competitions::people::PeopleFilter;
use platform::teams::overview::TeamsFilter;

use crate::context::locale;
use crate::html::Html;
use crate::i18n::{k, t};
use crate::request;
use crate::ui::{Icon, LinkButton, Search, Size, Tabs};

/// What a list of a room is filtered by.
pub trait FilterKey: Copy {
    fn key(self) -> &'static str;
    fn from_key(key: &str) -> Option<Self>;
}

macro_rules! filter_keys {
    ($($filter:ty),+) => {
        $(impl FilterKey for $filter {
            fn key(self) -> &'static str {
                self.key()
            }

            fn from_key(key: &str) -> Option<Self> {
                Self::from_key(key)
            }
        })+
    };
}
filter_keys!(ParticipationState, AccountsFilter, TeamsFilter, PeopleFilter, LetterState, CaseState, Role, JobKind);

/// Which of a list the address asks for: `?state=…&q=…&page=…`.
#[derive(Debug, Clone)]
pub struct ListAsked<F> {
    pub state: Option<F>,
    pub text: String,
    /// From 1.
    pub page: i64,
}

impl<F: FilterKey> ListAsked<F> {
    pub fn of_address() -> Self {
        let page = request::query("page").and_then(|page| page.parse().ok()).unwrap_or(1_i64);
        Self {
            state: request::query("state").and_then(|state| F::from_key(&state)),
            text: request::query("q").unwrap_or_default().trim().chars().take(100).collect(),
            page: page.clamp(1, 1_000_000),
        }
    }

    /// The page that is shown of so many rows, and how many pages there are: past the end it is the last one.
    pub fn shown(&self, total: i64, per_page: i64) -> (i64, i64) {
        let pages = (total - 1).max(0) / per_page + 1;
        (self.page.min(pages), pages)
    }

    /// The same at an address, on a page of it.
    pub fn at(&self, base: &str, page: Option<i64>) -> String {
        let page = page.map(|page| page.to_string());
        let fields = [
            ("state", self.state.map(F::key)),
            ("q", Some(self.text.as_str()).filter(|text| !text.is_empty())),
            ("page", page.as_deref()),
        ];
        let fields: Vec<_> = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        address::asking(base, &fields)
    }

    /// What a search keeps of it.
    pub fn kept(&self) -> Vec<(String, String)> {
        self.state.map(|state| ("state".to_owned(), state.key().to_owned())).into_iter().collect()
    }
}

/// What stands above a list: what it is filtered by, the search, how much was found, and the way to have that as a table.
#[component]
pub fn ListHead(
    /// What the tabs are.
    #[prop(into)]
    label: String,
    tabs: Vec<Html>,
    #[prop(into)] action: String,
    #[prop(into)] search: String,
    #[prop(into)] text: String,
    keep: Vec<(String, String)>,
    #[prop(into)] total: String,
    /// Where there is anything.
    #[prop(optional_no_strip)]
    csv: Option<String>,
    #[prop(into)] csv_of: String,
    /// What else can be done.
    #[prop(optional_no_strip)]
    more: Option<Html>,
) -> impl IntoView {
    let l = locale();
    view! {
        <Tabs label inline=true>{tabs}</Tabs>
        <div class="row between">
            <Search action label=search.clone() placeholder=search value=text keep/>
            <div class="row tight">
                <span class="caption num">{total}</span>
                {csv.map(|href| view! { <LinkButton href size=Size::Small icon=Icon::Download label=csv_of>{t(l, k::console::applications::CSV)}</LinkButton> })}
                {more}
            </div>
        </div>
    }
}
