//! The head and the menu that every room has.

use std::future::Future;
use std::sync::Arc;

use domain::AppError;
use domain::access::{Action, Role};
use domain::address;
use domain::participation::ParticipationState;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards;
use platform::cases;
use platform::competitions::letters::{self, LetterState};
use platform::participation::decisions;

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::keeping::{Keeping, say};
use crate::pages::competitions::frame::phase_word;
use crate::pages::competitions::here::Here;
use crate::pages::load::load;
use crate::request;
use crate::ui::{Badge, Band, Dday, Icon, LinkButton, SideGroup, SideLink, SideNav, Size};

/// The rooms, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    Overview,
    Applications,
    People,
    Teams,
    Cases,
    Notices,
    Boards,
    Live,
    Mail,
    Roles,
}

impl Room {
    const ALL: [Self; 10] = [
        Self::Overview,
        Self::Applications,
        Self::People,
        Self::Teams,
        Self::Cases,
        Self::Notices,
        Self::Boards,
        Self::Live,
        Self::Mail,
        Self::Roles,
    ];

    /// What whoever leads cases must be allowed to do.
    pub(super) const CASES_LED_BY: Action = Action::ManageCases;

    /// What whoever enters it must be allowed to do.
    fn needs(self) -> Action {
        match self {
            Self::Overview | Self::People | Self::Teams | Self::Roles => Action::Manage,
            Self::Live => Action::RunLive,
            Self::Mail => Action::ManageMail,
            Self::Notices => Action::WriteNotices,
            Self::Boards => Action::RunBoards,
            Self::Applications => Action::DecideApplications,
            Self::Cases => Action::ReadCases,
        }
    }

    fn word(self, l: Locale) -> &'static str {
        t(
            l,
            match self {
                Self::Overview => k::console::OVERVIEW,
                Self::Applications => k::console::applications::TITLE,
                Self::People => k::console::PEOPLE,
                Self::Teams => k::console::TEAMS,
                Self::Mail => k::console::mail::TITLE,
                Self::Cases => k::cases::TITLE,
                Self::Notices => k::boards::scheduled::TITLE,
                Self::Boards => k::console::boards::TITLE,
                Self::Live => k::live::TITLE,
                Self::Roles => k::console::roles::TITLE,
            },
        )
    }

    fn icon(self) -> Icon {
        match self {
            Self::Overview => Icon::Home,
            Self::Applications => Icon::Inbox,
            Self::People => Icon::User,
            Self::Teams => Icon::Users,
            Self::Mail => Icon::Mail,
            Self::Cases => Icon::Flag,
            Self::Notices => Icon::Calendar,
            Self::Boards => Icon::Chat,
            Self::Live => Icon::Bell,
            Self::Roles => Icon::Shield,
        }
    }

    fn href(self, slug: &str) -> String {
        match self {
            Self::Overview => address::manage(slug),
            Self::Applications => address::manage_applications(slug),
            Self::People => address::manage_people(slug),
            Self::Teams => address::manage_teams(slug),
            Self::Mail => address::manage_mail(slug),
            Self::Cases => address::manage_cases(slug),
            Self::Notices => address::manage_notices(slug),
            Self::Boards => address::manage_boards(slug),
            Self::Live => address::manage_live(slug),
            Self::Roles => address::manage_roles(slug),
        }
    }
}

/// What a role is called.
pub fn role_word(l: Locale, role: Role) -> &'static str {
    t(
        l,
        match role {
            Role::Viewer => k::console::role::VIEWER,
            Role::Judge => k::console::role::JUDGE,
            Role::Organizer => k::console::role::ORGANIZER,
            Role::Owner => k::console::role::OWNER,
        },
    )
}

/// A room: the address' `slug` is looked up and who may enter is asked, then `page` gives what stands beside the menu.
pub fn room<F, R, V>(room: Room, page: F) -> AnyView
where
    F: FnOnce(Arc<Here>) -> R + Send + 'static,
    R: Future<Output = Result<V, AppError>> + Send + 'static,
    V: IntoView + 'static,
{
    say(Keeping::Secret);
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    load(async move {
        let l = locale();
        let here = Here::find(&slug).await?;
        here.visit().may(room.needs(), None).check()?;
        let counts = decisions::counts(&request::services(), &here.competition, &request::actor()).await?;
        let pending = counts.iter().find(|(state, _)| *state == ParticipationState::Applied).map_or(0, |(_, n)| *n);
        let to_decide = if here.may(Action::ReadCases) {
            cases::counts(&request::services(), &here.competition, &request::actor()).await?.waiting()
        } else {
            0
        };
        let failed = if here.may(Action::ManageMail) {
            letters::counts(&request::services(), &here.competition, &request::actor()).await?.of(LetterState::Failed)
        } else {
            0
        };
        let reported = if here.may(Action::RunBoards) {
            boards::count_reported(&request::services(), &here.competition, &request::actor()).await?
        } else {
            0
        };
        let content = page(Arc::clone(&here)).await?.into_html();
        let (word, tone) = phase_word(l, &here.competition, here.now);
        let deadline = here.competition.counts_to(here.now);
        let crumbs = vec![
            (t(l, k::site::COMPETITIONS).to_owned(), Some(address::HOME.to_owned())),
            (here.title().to_owned(), Some(address::competition(here.slug()))),
            (t(l, k::console::TITLE).to_owned(), (room != Room::Overview).then(|| address::manage(here.slug()))),
        ];
        let links = Room::ALL.into_iter().filter(|one| here.may(one.needs())).map(|one| {
            let count = match one {
                Room::Applications => pending,
                Room::Cases => to_decide,
                Room::Mail => failed,
                Room::Boards => reported,
                Room::Overview | Room::People | Room::Teams | Room::Notices | Room::Live | Room::Roles => 0,
            };
            view! { <SideLink href=one.href(here.slug()) icon=one.icon() current=one == room count>{one.word(l)}</SideLink> }
        });
        let links: Vec<_> = links.collect();
        Ok(view! {
            <Title text=format!("{} · {} · {}", room.word(l), t(l, k::console::TITLE), here.title())/>
            <Band crumbs title=room.word(l) heading=true>
                <Badge tone>{word}</Badge>
                <Dday deadline now=here.now zone=here.zone()/>
                <LinkButton href=address::competition(here.slug()) size=Size::Small icon=Icon::External>{t(l, k::console::OUTSIDE)}</LinkButton>
            </Band>
            <div class="page body with-nav">
                <SideNav label=t(l, k::console::MENU)>
                    <SideGroup title=t(l, k::console::TITLE)>{links}</SideGroup>
                </SideNav>
                <div class="stack">{content}</div>
            </div>
        })
    })
}
