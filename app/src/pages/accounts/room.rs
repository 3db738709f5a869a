//! The head and the menu that every room of one's own account has.

use std::future::Future;

use domain::AppError;
use domain::accounts::User;
use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;

use crate::api::accounts::LogOut;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::keeping::{Keeping, say};
use crate::pages::load::load;
use crate::request;
use crate::ui::{Band, Button, Icon, SideGroup, SideLink, SideNav, Size};

/// The rooms, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountRoom {
    Profile,
    Security,
    Tokens,
    Notifications,
    Data,
}

impl AccountRoom {
    const ALL: [Self; 5] = [Self::Profile, Self::Notifications, Self::Security, Self::Tokens, Self::Data];

    fn word(self, l: Locale) -> &'static str {
        t(
            l,
            match self {
                Self::Profile => k::accounts::rooms::PROFILE,
                Self::Security => k::accounts::rooms::SECURITY,
                Self::Tokens => k::accounts::tokens::TITLE,
                Self::Notifications => k::notifications::TITLE,
                Self::Data => k::accounts::rooms::DATA,
            },
        )
    }

    fn icon(self) -> Icon {
        match self {
            Self::Profile => Icon::User,
            Self::Security => Icon::Shield,
            Self::Tokens => Icon::Terminal,
            Self::Notifications => Icon::Bell,
            Self::Data => Icon::Download,
        }
    }

    fn href(self) -> &'static str {
        match self {
            Self::Profile => address::ACCOUNT,
            Self::Security => address::SECURITY,
            Self::Tokens => address::TOKENS,
            Self::Notifications => address::NOTIFICATIONS,
            Self::Data => address::OWN_DATA,
        }
    }
}

/// A room of whoever is signed in: `page` gives what stands beside the menu. `step` is the name of a page within the room.
pub fn account_room<F, R, V>(room: AccountRoom, step: Option<&'static str>, page: F) -> AnyView
where
    F: FnOnce(User) -> R + Send + 'static,
    R: Future<Output = Result<V, AppError>> + Send + 'static,
    V: IntoView + 'static,
{
    say(Keeping::Secret);
    load(async move {
        let l = locale();
        let content = page(request::user()?).await?.into_html();
        let account = t(l, k::accounts::TITLE);
        let mut crumbs = vec![(account.to_owned(), Some(address::ACCOUNT.to_owned()))];
        if step.is_some() {
            crumbs.push((room.word(l).to_owned(), Some(room.href().to_owned())));
        }
        let title = step.unwrap_or(room.word(l));
        let links = AccountRoom::ALL.map(|one| {
            view! { <SideLink href=one.href() icon=one.icon() current=one == room>{one.word(l)}</SideLink> }
        });
        Ok(view! {
            <Title text=format!("{title} · {account}")/>
            <Band crumbs title heading=true>
                <form method="post" action=LogOut::PATH><Button size=Size::Small submit=true>{t(l, k::site::LOGOUT)}</Button></form>
            </Band>
            <div class="page body with-nav">
                <SideNav label=t(l, k::accounts::rooms::MENU)>
                    <SideGroup title=account>{links.collect_view()}</SideGroup>
                </SideNav>
                <div class="stack xl">{content}</div>
            </div>
        })
    })
}
