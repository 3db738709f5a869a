//! Messages in the page: alerts, and what stands where there is nothing (yet).

use leptos::prelude::*;

use super::{Glyph, Icon, Tone};
use crate::context::locale;
use crate::html::{Children, IntoHtml as _};
use crate::i18n::{k, t};

/// A message in the flow of the page. Says what happened, why, and what to do.
#[component]
pub fn Alert(
    tone: Tone,
    /// The first sentence, in strong letters.
    #[prop(optional, into)]
    title: Option<String>,
    /// Read aloud at once: only for what just went wrong.
    #[prop(optional)]
    urgent: bool,
    /// A button or link at the end.
    #[prop(optional, into)]
    action: ViewFn,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let words = view! {
        {title.map(|title| view! { <strong>{title}</strong>" " })}
        {children.map(Children::view)}
    };
    message(tone, urgent, words, action.run())
}

/// An [`Alert`] of words alone, as islands use it: children of any kind would weigh some kilobytes in the WASM.
#[component]
pub fn Message(
    tone: Tone,
    /// The first sentence, in strong letters; may be empty.
    #[prop(optional, into)]
    title: String,
    #[prop(into)] text: String,
    #[prop(optional)] urgent: bool,
) -> impl IntoView {
    let title = (!title.is_empty()).then(|| view! { <strong>{title}</strong> " " });
    message(tone, urgent, view! { {title} {text} }, ())
}

fn message(tone: Tone, urgent: bool, words: impl IntoView, action: impl IntoView) -> impl IntoView {
    let icon = match tone {
        Tone::Success => Icon::Ok,
        Tone::Warning => Icon::Alert,
        Tone::Danger => Icon::Bad,
        Tone::Neutral | Tone::Accent | Tone::Info => Icon::Info,
    };
    view! {
        <div class="alert" data-tone=tone.key() role=urgent.then_some("alert")>
            <Glyph icon/>
            <div><p>{words}</p></div>
            {action}
        </div>
    }
}

/// What stands where there is nothing: nothing yet, nothing found, could not load. Children are the one next action.
#[component]
pub fn Empty(
    #[prop(default = Icon::Inbox)] icon: Icon,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: Option<String>,
    /// It stands right under the page's `h1`, not in a section with an `h2`.
    #[prop(optional)]
    whole_page: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Glyph icon/>
            {if whole_page { view! { <h2>{title}</h2> }.into_html() } else { view! { <h3>{title}</h3> }.into_html() }}
            {text.map(|text| view! { <p>{text}</p> })}
            {children.map(Children::view)}
        </div>
    }
}

/// Lines in the shape of text that is still to come.
#[component]
pub fn SkeletonCard() -> impl IntoView {
    view! {
        <div class="card stack" aria-busy="true">
            <span class="sr-only">{t(locale(), k::ui::message::LOADING)}</span>
            <span class="skeleton short"></span>
            <span class="skeleton"></span>
            <span class="skeleton mid"></span>
            <span class="row"><span class="skeleton round"></span><span class="skeleton short"></span></span>
        </div>
    }
}
