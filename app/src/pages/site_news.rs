//! What the first page says of the site itself: its newest notices.

use domain::address;
use domain::boards::PostRow;
use leptos::prelude::*;

use crate::context::{Zone, locale};
use crate::format;
use crate::i18n::{k, t};
use crate::pages::boards::row::Marks;
use crate::request;
use crate::ui::Card;

/// The notices that the first page shows; nothing where there are none.
#[component]
pub fn SiteNews(rows: Vec<PostRow>) -> impl IntoView {
    let l = locale();
    let now = request::services().clock.now();
    let all = move || view! { <a class="caption" href=address::NOTICES>{t(l, k::boards::site::SEE_ALL)}</a> };
    let lines = rows.into_iter().map(|row| {
        let day = format::list_day(l, Zone::default(), row.created_at, now);
        view! {
            <li class="row between">
                <span><Marks required=false pinned=row.pinned/> " " <a href=address::notice(row.number)>{row.title}</a></span>
                <time class="caption num" datetime=row.created_at.to_rfc3339()>{day}</time>
            </li>
        }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| view! { <Card id="site-news" title=t(l, k::boards::site::TITLE) note=all><ul class="items">{lines}</ul></Card> })
}
