//! The competition that a page is about, and what its reader is to it.

use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::AppError;
use domain::access::{Action, Actor, Visit};
use domain::accounts::User;
use domain::address;
use domain::competitions::Competition;
use domain::leaderboards::Side;
use domain::participation::Part;
use domain::stages::Phase;
use platform::{Services, competitions, participation};

use crate::context::{Zone, locale, viewer};
use crate::{format, request};

/// A competition as its pages need it: with the moment of the request and what the reader is to it.
#[derive(Debug, Clone)]
pub struct Here {
    pub competition: Arc<Competition>,
    pub now: DateTime<Utc>,
    pub actor: Actor,
    part: Part,
}

impl Deref for Here {
    type Target = Part;

    fn deref(&self) -> &Part {
        &self.part
    }
}

impl Here {
    /// The competition of the address' `slug`.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn find(slug: &str) -> Result<Arc<Self>, AppError> {
        let services = request::services();
        let competition = competitions::current(&services, slug).await?;
        Self::of(&services, competition, viewer().user).await
    }

    /// A competition and what a reader is to it.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn of(
        services: &Services,
        competition: Arc<Competition>,
        user: Option<User>,
    ) -> Result<Arc<Self>, AppError> {
        let now = services.clock.now();
        let part = match &user {
            Some(user) => participation::of(services, &competition, user).await?,
            None => Part::default(),
        };
        Ok(Arc::new(Self { competition, now, actor: Actor::browser(user, None), part }))
    }

    /// Whose answers say what the reader may do.
    pub fn visit(&self) -> Visit<'_> {
        self.part.visit(&self.competition, &self.actor, self.now)
    }

    /// Whether nothing stands in the way of what is no team's: to show it or not.
    pub fn may(&self, action: Action) -> bool {
        self.visit().may(action, None).check().is_ok()
    }

    pub fn zone(&self) -> Zone {
        self.competition.settings.zone
    }

    /// A score with the places this competition publishes.
    pub fn score(&self, value: f64) -> String {
        format::score(value, self.competition.settings.decimals)
    }

    pub fn title(&self) -> &str {
        self.competition.settings.title.get(locale())
    }

    /// Whether submissions are taken now.
    pub fn is_open(&self) -> bool {
        self.competition.phase(self.now) == Phase::Open
    }

    /// The leaderboard that counts: the private one once it is open to all.
    pub fn leaderboard_href(&self) -> String {
        let side = self.competition.current_stage(self.now).map(|stage| stage.side_that_counts(self.now));
        let address = address::leaderboard(self.slug());
        if side == Some(Side::Private) { address::asking(&address, &[("board", "private")]) } else { address }
    }

    /// The competition's name in addresses.
    pub fn slug(&self) -> &str {
        &self.competition.slug
    }
}
