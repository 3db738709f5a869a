//! Which rows of a leaderboard a page shows.

use domain::address;
use domain::leaderboards::{Leaderboard, Row, Side};

use crate::pages::competitions::here::Here;

/// Rows on a page.
pub const PER_PAGE: usize = 50;
/// What the address asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub side: Side,
    pub search: String,
    pub page: usize,
}

impl Asked {
    /// The leaderboard's address with these wishes, without what is the default.
    pub fn href(&self, here: &Here, page: usize) -> String {
        let number = page.to_string();
        let mut query = Vec::new();
        if self.side == Side::Private {
            query.push(("board", "private"));
        }
        if !self.search.is_empty() {
            query.push(("q", self.search.as_str()));
        }
        if page > 1 {
            query.push(("page", number.as_str()));
        }
        address::asking(&address::leaderboard(here.slug()), &query)
    }
}

/// The rows of one page, and how many there are.
#[derive(Debug, Clone)]
pub struct Shown {
    pub rows: Vec<Row>,
    /// Position of the first row among all that match, from 0.
    pub start: usize,
    pub total: usize,
    pub page: usize,
    pub pages: usize,
}

/// The rows that answer the search, by a part of the name or the beginning of the number, on the page that is asked for.
pub fn shown(leaderboard: &Leaderboard, asked: &Asked) -> Shown {
    let key = domain::names::plain(&asked.search);
    let finds = |row: &&Row| {
        key.is_empty()
            || domain::names::plain(&row.team_name).contains(&key)
            || row.team_number.to_string().starts_with(&key)
    };
    let matching: Vec<&Row> = leaderboard.rows.iter().filter(finds).collect();
    let (page, pages) = page_of(matching.len(), asked.page);
    let start = (page - 1) * PER_PAGE;
    let rows = matching.iter().skip(start).take(PER_PAGE).map(|row| (*row).clone()).collect();
    Shown { rows, start, total: matching.len(), page, pages }
}

/// Which page is shown of how many, when so many rows match and that page is asked for.
pub fn page_of(total: usize, asked: usize) -> (usize, usize) {
    let pages = total.div_ceil(PER_PAGE).max(1);
    (asked.clamp(1, pages), pages)
}
