//! Questions like the one whose title is being typed. `boot.js` asks for them and puts them below the title.

use domain::address;
use domain::boards::{BoardKind, SimilarQuestion};
use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::tf;
use crate::ui::{Badge, Tone};

/// Where they are put, for a board whose posts are answered; nothing without a script.
#[component]
pub fn SimilarField(slug: String, kind: BoardKind) -> impl IntoView {
    kind.has_answers().then(|| {
        view! {
            <div role="status" data-similar=address::function::SIMILAR_QUESTIONS data-slug=slug data-board=kind.key()></div>
        }
    })
}

/// What is put there. Each opens in a tab of its own, so that what was typed stays.
pub fn offered(slug: &str, kind: BoardKind, similar: Vec<SimilarQuestion>) -> String {
    if similar.is_empty() {
        return String::new();
    }
    let l = locale();
    let count = similar.len();
    let rows: Vec<_> = similar
        .into_iter()
        .map(|one| {
            let (tone, word) =
                if one.answered { (Tone::Success, k::boards::ANSWERED) } else { (Tone::Neutral, k::boards::WAITING) };
            view! {
                <li>
                    <Badge tone>{t(l, word)}</Badge>
                    " "
                    <a href=address::post(slug, kind, one.number) target="_blank" rel="noopener">{one.title}<span class="sr-only">{t(l, k::boards::questions::NEW_TAB)}</span></a>
                </li>
            }
        })
        .collect();
    view! {
        <div class="card stack s">
            <p><strong>{tf!(l, k::boards::questions::SIMILAR, n = count)}</strong> " " <span class="caption">{t(l, k::boards::questions::SIMILAR_NOTE)}</span></p>
            <ul class="items">{rows}</ul>
        </div>
    }
    .to_html()
}
