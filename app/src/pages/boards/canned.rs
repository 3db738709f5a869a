//! The answers that organizers keep, under the field of a comment: to copy, and with a script (`boot.js`) to be put into the field.

use domain::address;
use domain::boards::CannedAnswer;
use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::tf;

#[component]
pub fn CannedAnswers(slug: String, answers: Vec<CannedAnswer>) -> impl IntoView {
    use k::boards::questions as w;
    let l = locale();
    let none = answers.is_empty();
    let all: Vec<_> = answers
        .into_iter()
        .map(|one| {
            let put = tf!(l, w::CANNED_PUT, title = one.title);
            view! {
                <li class="stack s">
                    <p class="row tight"><strong>{one.title}</strong><button class="btn s" type="button" hidden data-put="comment" aria-label=put>{t(l, w::CANNED_PUT_DO)}</button></p>
                    <pre class="canned">{one.markdown}</pre>
                </li>
            }
        })
        .collect();
    view! {
        <details class="folded">
            <summary class="btn ghost s">{t(l, w::CANNED)}</summary>
            <div class="stack s">
                {none.then(|| view! { <p class="muted">{t(l, w::CANNED_NONE)}</p> })}
                <ul class="stack">{all}</ul>
                <p><a href=address::manage_answers(&slug)>{t(l, w::CANNED_MANAGE)}</a></p>
            </div>
        </details>
    }
}
