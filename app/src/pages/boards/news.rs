//! The newest notices of every competition, under those of the site.

use chrono::{DateTime, Utc};
use domain::boards::{BoardKind, BoardReader, PostRow};
use domain::competitions::Competition;
use domain::{AppError, address};
use leptos::prelude::*;
use platform::boards::PostsAsked;
use platform::{boards, competitions};

use crate::context::locale;
use crate::format;
use crate::i18n::{Locale, k, t};
use crate::pages::boards::row::{Marks, is_fresh};
use crate::pages::boards::words::empty_words;
use crate::request;
use crate::tf;
use crate::ui::{Badge, Empty, EmptyRow, Table, Tone};

/// Notices on the page.
const SHOWN: usize = 30;

/// The newest notices of every competition.
///
/// # Errors
/// Faults of the database only.
pub async fn competition_notices() -> Result<impl IntoView, AppError> {
    let l = locale();
    let services = request::services();
    let now = services.clock.now();
    let competitions = competitions::list(&services).await?;
    let mut newest: Vec<(Competition, PostRow)> = Vec::new();
    let asked = PostsAsked::default();
    for competition in competitions {
        let page = boards::list(&services, &competition, BoardKind::Notice, BoardReader::EVERYONE, &asked).await?;
        newest.extend(page.pinned.into_iter().chain(page.rows).map(|row| (competition.clone(), row)));
    }
    newest.sort_by_key(|(_, row)| std::cmp::Reverse(row.created_at));
    newest.truncate(SHOWN);
    let is_empty = newest.is_empty();
    Ok(view! {
        <section class="page body stack" aria-labelledby="of-competitions">
            <header class="section-head"><h2 id="of-competitions">{t(l, k::boards::news::TITLE)}</h2><span class="caption">{t(l, k::boards::news::LEAD)}</span></header>
            <Table caption=t(l, k::boards::news::CAPTION) class="posts">
                <thead>
                    <tr>
                        <th scope="col" class="wide-only">{t(l, k::boards::news::COMPETITION)}</th>
                        <th scope="col" class="fill">{t(l, k::boards::POST_TITLE)}</th>
                        <th scope="col" class="end wide-only">{t(l, k::boards::VIEWS)}</th>
                        <th scope="col" class="end wide-only">{t(l, k::boards::DATE)}</th>
                    </tr>
                </thead>
                <tbody>
                    {newest.into_iter().map(|(competition, row)| line(l, &competition, row, now)).collect_view()}
                    {is_empty.then(|| view! { <EmptyRow columns=4><Empty whole_page=true title=empty_words(l, BoardKind::Notice).0 text=empty_words(l, BoardKind::Notice).1/></EmptyRow> })}
                </tbody>
            </Table>
        </section>
    })
}

fn line(l: Locale, competition: &Competition, row: PostRow, now: DateTime<Utc>) -> impl IntoView + use<> {
    let zone = competition.settings.zone;
    let date = format::list_day(l, zone, row.created_at, now);
    let views = format::grouped(row.views);
    let board = address::board(&competition.slug, BoardKind::Notice);
    let title = competition.settings.title.get(l).to_owned();
    let meta = tf!(l, k::boards::META, author = title, views = views);
    let fresh = is_fresh(&row, now);
    view! {
        <tr>
            <td class="wide-only nowrap"><a class="title" href=board.clone()>{title}</a></td>
            <th scope="row">
                {(row.required || row.pinned).then(|| view! { <Marks required=row.required pinned=row.pinned/> " " })}
                <a class="title" href=address::post(&competition.slug, BoardKind::Notice, row.number)>{row.title}</a>
                {fresh.then(|| view! { " " <Badge tone=Tone::Warning>{t(l, k::boards::FRESH)}</Badge> })}
                <span class="meta narrow-only num">{meta} " · " {date.clone()}</span>
            </th>
            <td class="end wide-only">{views.clone()}</td>
            <td class="end wide-only nowrap"><time datetime=row.created_at.to_rfc3339()>{date}</time></td>
        </tr>
    }
}
