//! What a post, or a comment of it, said before it was changed, with the differences.

use std::sync::Arc;

use domain::boards::{BoardKind, Post, Revision};
use domain::{ErrorCode, address};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards;
use platform::changes::{self, Change};

use crate::context::locale;
use crate::i18n::{Phrase, k, t};
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
        let (services, slug) = (request::services(), here.slug().to_owned());
        let asked = request::query("comment").map(|comment| comment.parse::<i64>().map_err(|_| ErrorCode::NotFound));
        let said = match asked {
            Some(comment) => {
                let comment = comment?;
                let found =
                    boards::comment_history(&services, &here.competition, kind, reader, number, comment).await?;
                let (title, back) = (k::boards::history::OF_COMMENT, address::comment(&slug, kind, number, comment));
                Said { heading: title, of: None, now: whole("", &found.0.markdown), revisions: found.1, back }
            }
            None => {
                let (post, revisions) = boards::history(&services, &here.competition, kind, reader, number).await?;
                Said::of_post(post, revisions, address::post(&slug, kind, number))
            }
        };
        let place = Arc::new(BoardPlace::of_competition(&here, kind));
        Ok(view! { <TextHistory place said/> })
    })
}

/// All that a post or a comment has said.
pub struct Said {
    heading: Phrase,
    /// The title of a post.
    of: Option<String>,
    now: String,
    /// The newest first.
    revisions: Vec<Revision>,
    /// Where it stands.
    back: String,
}

impl Said {
    pub fn of_post(post: Post, revisions: Vec<Revision>, back: String) -> Self {
        let now = whole(&post.row.title, &post.markdown);
        Self { heading: k::boards::history::TITLE, of: Some(post.row.title), now, revisions, back }
    }
}

/// A text with its title, where it has one.
fn whole(title: &str, markdown: &str) -> String {
    if title.is_empty() { markdown.to_owned() } else { format!("{title}\n\n{markdown}") }
}

/// The versions of a text.
#[component]
pub fn TextHistory(place: Arc<BoardPlace>, said: Said) -> impl IntoView {
    let l = locale();
    let zone = place.zone;
    let Said { heading, of, now: mut after, revisions, back } = said;
    let none = revisions.is_empty();
    let versions = revisions
        .into_iter()
        .map(|revision| {
            let before = whole(&revision.title, &revision.markdown);
            let lines = changes::lines(&before, &after);
            after = before;
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
        <Title text=format!("{} · {}", t(l, heading), place.title)/>
        <div class="page body stack">
            <header class="section-head"><h1>{t(l, heading)}</h1>{of.map(|title| view! { <span class="caption">{title}</span> })}</header>
            {none.then(|| view! { <Empty whole_page=true title=t(l, k::boards::history::NONE) text=t(l, k::boards::history::NONE_TEXT)/> })}
            {versions}
            <p><LinkButton href=back>{t(l, k::boards::history::BACK)}</LinkButton></p>
        </div>
    }
}
