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
    /// The slug and the wishes of one of the page's own links, where it may be kept: without a search. No other address may, so that
    /// odd ones do not fill the memory.
    pub fn kept(link: &str) -> Option<(&str, Self)> {
        let (path, query) = link.split_once('?').unwrap_or((link, ""));
        let slug = path.split('/').nth(2)?;
        let fields: Vec<(&str, &str)> = query.split('&').filter_map(|field| field.split_once('=')).collect();
        let field = |name| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| *value);
        let side = if field("board") == Some("private") { Side::Private } else { Side::Public };
        let page = field("page").map_or(Ok(1), str::parse::<u16>).ok()?.into();
        let asked = Self { side, search: String::new(), page };
        (asked.link(slug, page) == link).then_some((slug, asked))
    }

    /// The leaderboard's address with these wishes, without what is the default.
    pub fn href(&self, here: &Here, page: usize) -> String {
        self.link(here.slug(), page)
    }

    fn link(&self, slug: &str, page: usize) -> String {
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
        address::asking(&address::leaderboard(slug), &query)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pages_own_links_may_be_kept() {
        let kept =
            |link: &str| Asked::kept(link).map(|(slug, asked)| format!("{slug} {:?} {}", asked.side, asked.page));
        for (link, expected) in [
            ("/competitions/a/leaderboard", "a Public 1"),
            ("/competitions/a/leaderboard?page=2", "a Public 2"),
            ("/competitions/a/leaderboard?board=private", "a Private 1"),
            ("/competitions/a/leaderboard?board=private&page=3", "a Private 3"),
        ] {
            assert_eq!(kept(link).as_deref(), Some(expected));
        }
        for odd in [
            "/competitions/a",
            "/competitions/a/leaderboard/",
            "/competitions/a/leaderboard?",
            "/competitions/a/leaderboard?page=1",
            "/competitions/a/leaderboard?page=02",
            "/competitions/a/leaderboard?page=70000",
            "/competitions/a/leaderboard?page=2&board=private",
            "/competitions/a/leaderboard?board=public",
            "/competitions/a/leaderboard?q=x",
            "/competitions/%61/leaderboard",
            "/competitions/a/b/leaderboard",
        ] {
            assert_eq!(kept(odd), None, "{odd}");
        }
    }
}
