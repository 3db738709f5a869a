//! Reactions to a post or a comment: a form of small buttons, which `boot.js` sends without loading the page again.

use domain::boards::{BoardKind, Reaction, ReactionCount};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use uuid::Uuid;

use crate::api::reactions::ReactToPost;
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::tf;
use crate::ui::{Glyph, Icon};

fn word(l: Locale, reaction: Reaction) -> &'static str {
    use k::boards::reactions as w;
    t(
        l,
        match reaction {
            Reaction::Helpful => w::HELPFUL,
            Reaction::Thanks => w::THANKS,
            Reaction::Congratulations => w::CONGRATULATIONS,
            Reaction::Curious => w::CURIOUS,
        },
    )
}

/// The picture beside its word: from our own set, for not every machine of a hospital has coloured signs among its letters.
fn sign(reaction: Reaction) -> Icon {
    match reaction {
        Reaction::Helpful => Icon::Thumb,
        Reaction::Thanks => Icon::Heart,
        Reaction::Congratulations => Icon::Star,
        Reaction::Curious => Icon::Eye,
    }
}

/// The reactions of a post or a comment: buttons for whoever may give them, else those that there are.
#[component]
pub fn Reactions(
    slug: String,
    kind: BoardKind,
    number: i64,
    #[prop(optional_no_strip)] comment: Option<i64>,
    /// The post's or the comment's id.
    subject: Uuid,
    /// Of the whole page.
    counts: Vec<ReactionCount>,
    may: bool,
) -> impl IntoView {
    let l = locale();
    let label = match comment {
        Some(n) => tf!(l, k::boards::reactions::OF_COMMENT, n = n),
        None => t(l, k::boards::reactions::OF_POST).to_owned(),
    };
    let found = |reaction| {
        let one = counts.iter().find(|one| one.subject == subject && one.kind == reaction);
        one.map_or((0, false), |one| (one.count, one.mine))
    };
    let said = |reaction: Reaction, count: i64| {
        view! {
            <Glyph icon=sign(reaction) small=true/>
            <span class="word">{word(l, reaction)}</span>
            <span class="num" hidden=count == 0>{format::grouped(count)}</span>
        }
    };
    if !may {
        let given = Reaction::ALL.into_iter().map(|one| (one, found(one).0)).filter(|(_, count)| *count > 0);
        let given: Vec<_> = given.map(|(one, count)| view! { <li class="reaction">{said(one, count)}</li> }).collect();
        return (!given.is_empty()).then(|| view! { <ul class="reactions" aria-label=label>{given}</ul> }).into_html();
    }
    let buttons = Reaction::ALL.map(|reaction| {
        let (count, mine) = found(reaction);
        let (name, pressed) = if mine { ("take_back", "true") } else { ("give", "false") };
        view! {
            <button class="reaction" name=name value=reaction.key() aria-pressed=pressed title=word(l, reaction)>{said(reaction, count)}</button>
        }
    });
    view! {
        <form class="reactions" method="post" action=ReactToPost::PATH role="group" aria-label=label id=comment.is_none().then_some("reactions")>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="board" value=kind.key()/>
            <input type="hidden" name="number" value=number/>
            {comment.map(|comment| view! { <input type="hidden" name="comment" value=comment/> })}
            {buttons.into_iter().collect_view()}
        </form>
    }
    .into_html()
}
