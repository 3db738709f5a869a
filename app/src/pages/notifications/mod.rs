//! `/account/notifications`: what one was told, and which of it is marked as new or comes by mail.

pub mod bell;
pub mod choices;
mod words;

use chrono::{DateTime, Utc};
use domain::address;
use domain::notifications::{Notification, NotificationFilter, NotificationPage};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::notifications;

use self::choices::NewsChoices;
use crate::api::notifications::{ReadNotification, ReadNotifications, SetNotifications};
use crate::context::locale;
use crate::i18n::{Locale, k, t};
use crate::pages::accounts::room::{AccountRoom, account_room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{
    Ago, Badge, Button, Empty, EmptyRow, Icon, Look, Pagination, Segment, Segmented, Select, Size, Table, Tone,
};

/// The fields of the page's address.
const SHOW: &str = "show";
const UNREAD: &str = "unread";
const COMPETITION: &str = "competition";

#[component]
pub fn NotificationsPage() -> impl IntoView {
    let read = FormState::of_any(&[ReadNotifications::PATH, ReadNotification::PATH]);
    let chosen = FormState::of::<SetNotifications>();
    account_room(AccountRoom::Notifications, None, move |user| async move {
        let l = locale();
        let services = request::services();
        let page = request::query("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        let filter = NotificationFilter {
            only_unread: request::query(SHOW).is_some_and(|show| show == UNREAD),
            competition: request::query(COMPETITION).unwrap_or_default(),
        };
        let list = notifications::list(&services, &request::actor(), &filter, page).await?;
        let wishes = notifications::wishes(&services, user.id).await?;
        Ok(view! {
            <p class="muted">{t(l, k::notifications::LEAD)}</p>
            <FormError state=read/>
            <List list filter now=services.clock.now()/>
            <NewsChoices wishes state=chosen/>
        })
    })
}

/// The address of this list, of a page of it.
fn href(filter: &NotificationFilter, page: i64) -> String {
    let number = page.to_string();
    let fields = [
        (SHOW, if filter.only_unread { UNREAD } else { "" }),
        (COMPETITION, filter.competition.as_str()),
        ("page", if page > 1 { &number } else { "" }),
    ];
    let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    address::asking(address::NOTIFICATIONS, &fields)
}

#[component]
fn List(list: NotificationPage, filter: NotificationFilter, now: DateTime<Utc>) -> impl IntoView {
    let l = locale();
    let NotificationPage { notifications, unread, page, pages, competitions, .. } = list;
    let nothing = notifications.is_empty();
    // What came since this page was made stays unread.
    let until = notifications.first().map_or(0, |newest| newest.seq);
    let of = filter.competition.clone();
    let readable = (unread > 0 && page == 1).then(|| {
        view! {
            <form class="row" method="post" action=ReadNotifications::PATH>
                <span class="caption num">{tf!(l, k::notifications::UNREAD_COUNT, n = unread)}</span>
                <input type="hidden" name="until" value=until/>
                <input type="hidden" name="competition" value=of/>
                <Button size=Size::Small submit=true>{t(l, k::notifications::READ_DO)}</Button>
            </form>
        }
    });
    let (none, none_text) = if filter.only_unread {
        (k::notifications::NONE_UNREAD, k::notifications::NONE_UNREAD_TEXT)
    } else {
        (k::notifications::NONE, k::notifications::NONE_TEXT)
    };
    view! {
        <section class="stack" aria-labelledby="list">
            <div class="section-head"><h2 id="list">{t(l, k::notifications::LIST)}</h2>{readable}</div>
            <Filters filter=filter.clone() competitions/>
            <Table caption=t(l, k::notifications::LIST)>
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, k::notifications::WHAT)}</th>
                        <th scope="col" class="wide-only">{t(l, k::notifications::COMPETITION)}</th>
                        <th scope="col" class="end wide-only">{t(l, k::notifications::WHEN)}</th>
                        <th scope="col" class="end"><span class="sr-only">{t(l, k::notifications::READ_ONE)}</span></th>
                    </tr>
                </thead>
                <tbody>
                    {notifications.into_iter().map(|one| row(l, &one, now)).collect_view()}
                    {nothing
                        .then(|| view! { <EmptyRow columns=4><Empty icon=Icon::Bell title=t(l, none) text=t(l, none_text)/></EmptyRow> })}
                </tbody>
            </Table>
            <Pagination label=t(l, k::notifications::PAGES) page pages href=move |page| href(&filter, page)/>
        </section>
    }
}

/// All or the unread ones, and of which competition.
#[component]
fn Filters(filter: NotificationFilter, competitions: Vec<(String, domain::Text)>) -> impl IntoView {
    let l = locale();
    let with = |only_unread| href(&NotificationFilter { only_unread, ..filter.clone() }, 1);
    let (all, unread) = (with(false), with(true));
    let choice = (competitions.len() > 1 || !filter.competition.is_empty()).then(|| {
        let every = (String::new(), t(l, k::notifications::EVERY_COMPETITION).to_owned());
        let titles = competitions.into_iter().map(|(slug, title)| (slug, title.get(l).to_owned()));
        let options = [every].into_iter().chain(titles).collect();
        view! {
            <form class="row" method="get" action=address::NOTIFICATIONS>
                {filter.only_unread.then(|| view! { <input type="hidden" name=SHOW value=UNREAD/> })}
                <Select name=COMPETITION label=t(l, k::notifications::COMPETITION) options value=filter.competition.clone()/>
                <Button size=Size::Small submit=true>{t(l, k::notifications::FILTER_DO)}</Button>
            </form>
        }
    });
    view! {
        <div class="row filters">
            <Segmented label=t(l, k::notifications::FILTER)>
                <Segment href=all current=!filter.only_unread>{t(l, k::notifications::FILTER_ALL)}</Segment>
                <Segment href=unread current=filter.only_unread>{t(l, k::notifications::FILTER_UNREAD)}</Segment>
            </Segmented>
            {choice}
        </div>
    }
}

fn row(l: Locale, one: &Notification, now: DateTime<Utc>) -> impl IntoView + use<> {
    let text = words::said(l, one);
    let competition = one.competition.get(l).to_owned();
    let unread =
        (!one.is_read).then(|| view! { <Badge tone=Tone::Accent>{t(l, k::notifications::UNREAD)}</Badge> " " });
    let read = (!one.is_read).then(|| {
        let label = tf!(l, k::notifications::READ_ONE_NAMED, text = text);
        view! {
            <form method="post" action=ReadNotification::PATH>
                <input type="hidden" name="seq" value=one.seq/>
                <Button size=Size::Small look=Look::Ghost label submit=true>{t(l, k::notifications::READ_ONE)}</Button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">
                {unread}
                <a class="title" href=one.news.page(&one.slug)>{text.clone()}</a>
                <span class="meta narrow-only">{competition.clone()} " · " <Ago at=one.at zone=one.zone now/></span>
            </th>
            <td class="wide-only nowrap">{competition}</td>
            <td class="end wide-only tight-col num"><Ago at=one.at zone=one.zone now/></td>
            <td class="end tight-col">{read}</td>
        </tr>
    }
}
