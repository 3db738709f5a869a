//! Files: where one is dropped, the one that was chosen, and what was checked in it.

use leptos::either::Either;
use leptos::prelude::*;

use super::{Glyph, Icon, Tone};
use crate::context::locale;
use crate::i18n::{k, t};

/// The place to drop a file. A native file input, so that it works before and without WASM.
#[component]
pub fn DropZone<C: IntoView + 'static>(
    /// Also the id.
    #[prop(into)]
    name: String,
    #[prop(default = ".csv,text/csv")] accept: &'static str,
    /// A file is held over it.
    #[prop(optional)]
    over: bool,
    /// A line of small letters, such as the link to the sample file.
    children: TypedChildren<C>,
) -> impl IntoView {
    let l = locale();
    view! {
        <div class=if over { "drop over" } else { "drop" }>
            <Glyph icon=Icon::Upload/>
            <p><strong>{t(l, if over { k::ui::file::DROP_HERE } else { k::ui::file::DROP })}</strong></p>
            <p class="caption">{children.into_inner()()}</p>
            <label class="btn" for=name>
                <Glyph icon=Icon::File/>
                {t(l, k::ui::file::CHOOSE)}
                <input id=name.clone() name=name.clone() type="file" accept=accept/>
            </label>
        </div>
    }
}

/// What is known of a chosen file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    Checking,
    Right,
    Wrong,
    /// Chosen, nothing known yet.
    Plain,
}

/// A chosen file: its name, a line about it, and an action (take it away, choose another).
#[component]
pub fn FileCard<C: IntoView + 'static>(
    state: FileState,
    #[prop(into)] name: String,
    #[prop(into)] note: String,
    children: TypedChildren<C>,
) -> impl IntoView {
    let (tone, icon) = match state {
        FileState::Checking => (None, None),
        FileState::Right => (Some(Tone::Success), Some(Icon::Ok)),
        FileState::Wrong => (Some(Tone::Danger), Some(Icon::Bad)),
        FileState::Plain => (None, Some(Icon::File)),
    };
    view! {
        <div class="file" data-tone=tone.map(Tone::key)>
            {match icon {
                Some(icon) => Either::Left(view! { <Glyph icon/> }),
                None => Either::Right(view! { <span class="spinner" aria-hidden="true"></span> }),
            }}
            <div>
                <p class="name">{name}</p>
                <p class="caption num">{note}</p>
            </div>
            {children.into_inner()()}
        </div>
    }
}

/// One thing that was checked: whether it holds, its words, and the values behind it.
#[derive(Debug, Clone)]
pub struct Check {
    pub holds: bool,
    pub text: String,
    pub note: Option<String>,
}

/// What was checked, each with its mark.
#[component]
pub fn Checks(#[prop(into)] label: String, checks: Vec<Check>) -> impl IntoView {
    let l = locale();
    view! {
        <ul class="checks" aria-label=label>
            {checks
                .into_iter()
                .map(|check| {
                    let (icon, tone, word) = if check.holds {
                        (Icon::Check, Tone::Success, k::ui::file::HOLDS)
                    } else {
                        (Icon::X, Tone::Danger, k::ui::file::FAILS)
                    };
                    view! {
                        <li data-tone=tone.key()>
                            <Glyph icon/>
                            <span>
                                <span class="sr-only">{t(l, word)}" "</span>
                                {check.text}
                                {check.note.map(|note| view! { <span class="caption">" · "{note}</span> })}
                            </span>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
