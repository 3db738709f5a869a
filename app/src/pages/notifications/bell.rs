//! The bell of the site header: how many notifications are unread, and the newest ones. Without a script it is a link to all of them; `boot.js`
//! keeps the number and opens the panel.

use chrono::{DateTime, Utc};
use domain::address;
use domain::notifications::Notification;
use leptos::prelude::*;

use crate::context::{Viewer, locale};
use crate::i18n::{Locale, k, t};
use crate::pages::notifications::words;
use crate::tf;
use crate::ui::{Ago, Button, Empty, Glyph, Icon, Look, Size};

/// The number that is seen.
fn seen(unread: i64) -> String {
    if unread > 99 { "99+".to_owned() } else { unread.to_string() }
}

/// The bell of whoever is signed in, and its panel, which is filled when it is opened.
#[component]
pub fn Bell(viewer: Viewer) -> impl IntoView {
    let (l, unread) = (viewer.locale, viewer.unread);
    let none = t(l, k::notifications::TITLE);
    let some = |n: &str| tf!(l, k::notifications::BELL, n = n);
    let name = if unread > 0 { some(&unread.to_string()) } else { none.to_owned() };
    view! {
        <a
            class="btn ghost icon-only bell"
            id="bell"
            href=address::NOTIFICATIONS
            aria-label=name.clone()
            title=name
            data-none=none
            data-some=some("{}")
            data-events=address::api::MY_EVENTS
            data-newest=address::function::NEWEST_NOTIFICATIONS
        >
            <Glyph icon=Icon::Bell/>
            <span aria-hidden="true" hidden=unread == 0>{seen(unread)}</span>
        </a>
        <div class="menu bell-panel" id="bell-panel" popover="auto" role="dialog" aria-label=none tabindex="-1">
            <p class="caption" role="status" data-when="loading">{t(l, k::notifications::BELL_LOADING)}</p>
            <div class="stack s" role="alert" data-when="failed" hidden>
                <p class="caption">{t(l, k::notifications::BELL_FAILED)}</p>
                <Button size=Size::Small icon=Icon::Refresh>{t(l, k::notifications::BELL_AGAIN)}</Button>
                <a href=address::NOTIFICATIONS>{t(l, k::notifications::BELL_ALL)}</a>
            </div>
            <div data-when="shown" hidden></div>
        </div>
    }
}

/// What the panel shows.
pub fn newest(newest: Vec<Notification>, unread: i64, now: DateTime<Utc>) -> String {
    let l = locale();
    let nothing = newest.is_empty();
    let until = newest.first().map_or(0, |newest| newest.seq);
    let read = (unread > 0).then(|| {
        view! {
            <form method="post" action=address::function::READ_NOTIFICATIONS>
                <input type="hidden" name="until" value=until/>
                <Button size=Size::Small look=Look::Ghost submit=true>{t(l, k::notifications::READ_DO)}</Button>
            </form>
        }
    });
    let settings = format!("{}#settings", address::NOTIFICATIONS);
    view! {
        <div data-unread=unread.to_string()>
            <div class="bell-head"><h2>{t(l, k::notifications::TITLE)}</h2>{read}</div>
            {nothing
                .then(|| view! { <Empty icon=Icon::Bell title=t(l, k::notifications::NONE) text=t(l, k::notifications::NONE_TEXT)/> })}
            <ul>{newest.into_iter().map(|one| line(l, &one, now)).collect_view()}</ul>
            <div class="bell-foot">
                <a href=address::NOTIFICATIONS>{t(l, k::notifications::BELL_ALL)}</a>
                <a href=settings>{t(l, k::notifications::SETTINGS)}</a>
            </div>
        </div>
    }
    .to_html()
}

fn line(l: Locale, one: &Notification, now: DateTime<Utc>) -> impl IntoView + use<> {
    let unread = (!one.is_read).then(|| {
        view! { <span class="sr-only">{t(l, k::notifications::UNREAD)}</span> }
    });
    view! {
        <li>
            <a href=one.news.page(&one.slug) class:unread=!one.is_read>
                <Glyph icon=words::icon(one.news.topic())/>
                <span>
                    {unread} " "
                    <span class="title">{words::said(l, one)}</span>
                    <span class="meta">{one.competition.get(l).to_owned()} " · " <Ago at=one.at zone=one.zone now/></span>
                </span>
            </a>
        </li>
    }
}
