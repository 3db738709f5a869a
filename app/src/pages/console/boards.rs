//! `/competitions/:slug/manage/boards`: what was reported and not seen to.

use std::sync::Arc;

use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::boards::{self, ReportRow};

use crate::api::boards::SettleReports;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::boards::words::{board_word, writer};
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::{Room, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Badge, Button, Empty, EmptyRow, Icon, Size, Table, Time, TimeForm, Tone};

#[component]
pub fn ManageBoardsPage() -> impl IntoView {
    let state = FormState::of::<SettleReports>();
    room(Room::Boards, move |here| async move {
        let reported = boards::reported(&request::services(), &here.competition, &request::actor()).await?;
        Ok(view! { <Reported here reported state/> })
    })
}

#[component]
fn Reported(here: Arc<Here>, reported: Vec<ReportRow>, state: FormState) -> impl IntoView {
    use k::console::boards as w;
    let l = locale();
    let none = reported.is_empty();
    let done = state.done().is_some();
    view! {
        <p class="muted">{t(l, w::LEAD)}</p>
        {done.then(|| view! { <div role="status"><Alert tone=Tone::Success>{t(l, w::SETTLED)}</Alert></div> })}
        <FormError state/>
        <Table caption=t(l, w::TITLE)>
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, w::WHAT)}</th>
                    <th scope="col" class="wide-only">{t(l, w::REASON)}</th>
                    <th scope="col" class="end">{t(l, w::TIMES)}</th>
                    <th scope="col">{t(l, w::DEED)}</th>
                </tr>
            </thead>
            <tbody>
                {reported.into_iter().map(|one| row(l, &here, one)).collect_view()}
                {none
                    .then(|| {
                        view! { <EmptyRow columns=4><Empty icon=Icon::Ok whole_page=true title=t(l, w::NONE) text=t(l, w::NONE_TEXT)/></EmptyRow> }
                    })}
            </tbody>
        </Table>
    }
}

fn row(l: Locale, here: &Here, one: ReportRow) -> impl IntoView + use<> {
    use k::console::boards as w;
    let (slug, kind, post, comment) = (here.competition.slug.clone(), one.kind, one.post, one.comment);
    let href = match comment {
        Some(comment) => address::comment(&slug, kind, post, comment),
        None => address::post(&slug, kind, post),
    };
    let what = match comment {
        Some(_) => tf!(l, w::COMMENT_ON, title = one.title),
        None => one.title.clone(),
    };
    let author = writer(l, &one.author, false, false);
    let (zone, at, hidden) = (here.zone(), one.at, one.hidden);
    let reason = one.reason.clone();
    view! {
        <tr>
            <th scope="row">
                <a class="title" href=href>{what}</a>
                {hidden.then(|| view! { " " <Badge tone=Tone::Danger>{t(l, k::boards::HIDDEN)}</Badge> })}
                <span class="meta">{board_word(l, kind)} " · " {author} " · " <Time at zone form=TimeForm::Short/></span>
                <span class="meta narrow-only">{reason.clone()}</span>
            </th>
            <td class="wide-only">{reason}</td>
            <td class="end num">{one.reports}</td>
            <td>
                <form method="post" action=SettleReports::PATH>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="board" value=kind.key()/>
                    <input type="hidden" name="number" value=post/>
                    {comment.map(|comment| view! { <input type="hidden" name="comment" value=comment/> })}
                    <Button submit=true size=Size::Small>{t(l, w::SETTLE)}</Button>
                </form>
            </td>
        </tr>
    }
    .into_html()
}
