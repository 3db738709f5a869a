use domain::address;
use domain::participation::ParticipationState;
use platform::administration::AccountsFilter;
use platform::teams::overview::TeamsFilter;

use crate::request;

/// What a list of a room is filtered by.
pub trait FilterKey: Copy {
    fn key(self) -> &'static str;
    fn from_key(key: &str) -> Option<Self>;
}

impl FilterKey for ParticipationState {
    fn key(self) -> &'static str {
        self.key()
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::from_key(key)
    }
}

impl FilterKey for AccountsFilter {
    fn key(self) -> &'static str {
        self.key()
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::from_key(key)
    }
}

impl FilterKey for TeamsFilter {
    fn key(self) -> &'static str {
        self.key()
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::from_key(key)
    }
}

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
}
