//! What a post said before it was changed, with the differences.

use std::sync::Arc;

use domain::ErrorCode;
use domain::boards::{BoardKind, Post, Revision};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards;
use platform::changes::{self, Change};

use crate::context::locale;
use crate::i18n::{k, t};
use crate::keeping::{Keeping, say};
use crate::pages::boards::list::named_board;
use crate::pages::boards::place::BoardPlace;
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::request;
use crate::tf;
use crate::ui::{Empty, LinkButton, Time};

/// `/competitions/:slug/boards/:board/:number/history`
#[component]
pub fn PostHistoryPage() -> impl IntoView {
    let kind = named_board();
    let number = use_params_map().read_untracked().get("number").and_then(|number| number.parse().ok());
    say(Keeping::Secret);
    competition_page(CompetitionTab::Board(kind.unwrap_or(BoardKind::Notice)), false, move |here| async move {
        let kind = kind.ok_or(ErrorCode::NotFound)?;
        let number: i64 = number.ok_or(ErrorCode::NotFound)?;
        let reader = here.visit().board_reader();
        let found = boards::history(&request::services(), &here.competition, kind, reader, number).await?;
        let place = Arc::new(BoardPlace::of_competition(&here, kind));
        Ok(view! { <History place post=found.0 revisions=found.1/> })
    })
}

/// The versions of a post.
#[component]
pub fn History(place: Arc<BoardPlace>, post: Post, revisions: Vec<Revision>) -> impl IntoView {
    let l = locale();
    let zone = place.zone;
    let none = revisions.is_empty();
    let mut after = (post.row.title.clone(), post.markdown.clone());
    let versions = revisions
        .into_iter()
        .map(|revision| {
            let lines = changes::lines(
                &format!("{}\n\n{}", revision.title, revision.markdown),
                &format!("{}\n\n{}", after.0, after.1),
            );
            after = (revision.title, revision.markdown);
            let lines = lines
                .into_iter()
                .map(|(change, line)| match change {
                    Change::Same => view! { <span class="same">"  "{line}"\n"</span> }.into_any(),
                    Change::Added => view! { "+ "<ins>{line}</ins>"\n" }.into_any(),
                    Change::Removed => view! { "- "<del>{line}</del>"\n" }.into_any(),
                })
                .collect_view();
            view! {
                <section class="stack s">
                    <h2>{tf!(l, k::boards::history::VERSION, n = revision.version + 1)} " " <span class="caption num"><Time at=revision.at zone/></span></h2>
                    <pre class="diff" tabindex="0">{lines}</pre>
                </section>
            }
        })
        .collect_view();
    view! {
        <Title text=format!("{} · {}", t(l, k::boards::history::TITLE), place.title)/>
        <div class="page body stack">
            <header class="section-head"><h1>{t(l, k::boards::history::TITLE)}</h1><span class="caption">{post.row.title.clone()}</span></header>
            {none.then(|| view! { <Empty whole_page=true title=t(l, k::boards::history::NONE) text=t(l, k::boards::history::NONE_TEXT)/> })}
            {versions}
            <p><LinkButton href=place.post(post.row.number)>{t(l, k::boards::history::BACK)}</LinkButton></p>
        </div>
    }
}
