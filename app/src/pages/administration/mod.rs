//! The rooms of those who run the installation: `/admin`.

pub mod account;
pub mod accounts;
pub mod mail;
pub mod overview;
pub mod queue;

use std::future::Future;

use domain::access::SiteAction;
use domain::{AppError, address};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::keeping::{Keeping, say};
use crate::pages::load::load;
use crate::request;
use crate::ui::{Badge, Band, Icon, SideGroup, SideLink, SideNav};

/// The rooms, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminRoom {
    Overview,
    Accounts,
    Mail,
    Queue,
}

impl AdminRoom {
    const ALL: [Self; 4] = [Self::Overview, Self::Accounts, Self::Mail, Self::Queue];

    fn needs(self) -> SiteAction {
        match self {
            Self::Accounts => SiteAction::ManageAccounts,
            Self::Overview | Self::Mail | Self::Queue => SiteAction::ManageQueue,
        }
    }

    fn word(self, l: Locale) -> &'static str {
        use k::administration as w;
        t(
            l,
            match self {
                Self::Overview => w::OVERVIEW,
                Self::Accounts => w::ACCOUNTS,
                Self::Mail => w::MAIL,
                Self::Queue => w::QUEUE,
            },
        )
    }

    fn icon(self) -> Icon {
        match self {
            Self::Overview => Icon::Home,
            Self::Accounts => Icon::Users,
            Self::Mail => Icon::Mail,
            Self::Queue => Icon::Clock,
        }
    }

    fn href(self) -> &'static str {
        match self {
            Self::Overview => address::ADMIN,
            Self::Accounts => address::ADMIN_ACCOUNTS,
            Self::Mail => address::ADMIN_MAIL,
            Self::Queue => address::ADMIN_QUEUE,
        }
    }
}

/// A room: who may enter is asked, then `page` gives what stands beside the menu.
fn room<F, R, V>(room: AdminRoom, page: F) -> AnyView
where
    F: FnOnce() -> R + Send + 'static,
    R: Future<Output = Result<V, AppError>> + Send + 'static,
    V: IntoView + 'static,
{
    say(Keeping::Secret);
    load(async move {
        let l = locale();
        request::actor().may(room.needs()).check()?;
        let content = page().await?.into_html();
        let title = t(l, k::administration::TITLE);
        let crumbs = vec![(title.to_owned(), (room != AdminRoom::Overview).then(|| address::ADMIN.to_owned()))];
        let links = AdminRoom::ALL.map(|one| {
            view! { <SideLink href=one.href() icon=one.icon() current=one == room>{one.word(l)}</SideLink> }
        });
        Ok(view! {
            <Title text=format!("{} · {title}", room.word(l))/>
            <Band crumbs title=room.word(l) heading=true><Badge>{format!("{} {}", t(l, k::site::NAME), env!("CARGO_PKG_VERSION"))}</Badge></Band>
            <div class="page body with-nav">
                <SideNav label=t(l, k::administration::MENU)>
                    <SideGroup title=title>
                        {links.collect_view()}
                        // Written where everyone reads them.
                        <SideLink href=address::NOTICES icon=Icon::Bell>{t(l, k::boards::site::TITLE)}</SideLink>
                    </SideGroup>
                </SideNav>
                <div class="stack">{content}</div>
            </div>
        })
    })
}
