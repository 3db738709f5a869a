//! The board that a list or a post stands on: where its pages are, and what the reader may do there.

use chrono::{DateTime, Utc};
use domain::access::SiteAction;
use domain::address;
use domain::boards::{BoardKind, PostRow, SITE_CATEGORIES};

use crate::context::{Zone, locale};
use crate::format;
use crate::i18n::{Locale, k, t};
use crate::pages::boards::words::writer;
use crate::pages::competitions::here::Here;
use crate::request;

/// A competition's board, or the notices of the site.
#[derive(Debug, Clone)]
pub struct BoardPlace {
    /// The competition's; none is the site.
    slug: Option<String>,
    pub kind: BoardKind,
    /// The name of the competition, or of the site's notices.
    pub title: String,
    pub zone: Zone,
    pub now: DateTime<Utc>,
    pub signed_in: bool,
    /// Whether the reader may write here.
    pub writes: bool,
    /// Whether the reader sees what a post that is not theirs said before.
    pub sees_history: bool,
}

impl BoardPlace {
    pub fn of_competition(here: &Here, kind: BoardKind) -> Self {
        Self {
            slug: Some(here.competition.slug.clone()),
            kind,
            title: here.title().to_owned(),
            zone: here.zone(),
            now: here.now,
            signed_in: here.actor.id().is_some(),
            writes: here.may(kind.writes()),
            sees_history: kind.shows_history() || here.visit().is_organizer(),
        }
    }

    pub fn of_site() -> Self {
        let actor = request::actor();
        Self {
            slug: None,
            kind: BoardKind::Notice,
            title: t(locale(), k::site::NOTICES).to_owned(),
            zone: Zone::default(),
            now: request::services().clock.now(),
            signed_in: actor.id().is_some(),
            writes: actor.may(SiteAction::WriteSiteNotices).check().is_ok(),
            sees_history: true,
        }
    }

    pub fn is_site(&self) -> bool {
        self.slug.is_none()
    }

    /// The address of the list.
    pub fn list(&self) -> String {
        self.of(|slug| address::board(slug, self.kind), || address::NOTICES.to_owned())
    }

    pub fn new_post(&self) -> String {
        self.of(|slug| address::new_post(slug, self.kind), || address::NEW_NOTICE.to_owned())
    }

    pub fn post(&self, number: i64) -> String {
        self.of(|slug| address::post(slug, self.kind, number), || address::notice(number))
    }

    pub fn history(&self, number: i64) -> String {
        self.of(|slug| address::post_history(slug, self.kind, number), || address::notice_history(number))
    }

    /// The address of the feed, which notices have.
    pub fn feed(&self) -> Option<String> {
        (self.kind == BoardKind::Notice)
            .then(|| self.of(address::api::notices_atom, || address::file::NOTICES_ATOM.to_owned()))
    }

    fn of(&self, in_competition: impl FnOnce(&str) -> String, on_site: impl FnOnce() -> String) -> String {
        self.slug.as_deref().map_or_else(on_site, in_competition)
    }

    /// What posts are about, by the keys of the words.
    pub fn categories(&self) -> &'static [&'static str] {
        if self.is_site() { SITE_CATEGORIES } else { self.kind.categories() }
    }

    /// Who wrote a post that the reader may read.
    pub fn author(&self, l: Locale, row: &PostRow) -> String {
        if self.is_site() {
            return format::administrator(l, &row.author);
        }
        writer(l, &row.author, row.by_staff, row.anonymous)
    }
}
