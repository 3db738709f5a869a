use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::context::locale;
use crate::i18n::{k, t};
use crate::ui::{Glyph, Icon};

/// How long a toast stays; the pointer or the focus on it stops the clock.
const SHOWN_FOR: Duration = Duration::from_secs(5);

/// A short message over the page: what was just done, and where to undo it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toast {
    pub text: String,
    /// A form's address that undoes the deed.
    pub undo: Option<String>,
}

/// Toasts with a number that tells them apart.
type List = RwSignal<Vec<(u64, Toast)>>;

thread_local! {
    /// The list on the page. Islands share one module, so any of them can add to it.
    static SHOWN: Cell<Option<List>> = const { Cell::new(None) };
}

/// Shows `text`. Needs [`Toasts`] on the page; without it nothing happens.
pub fn toast(text: impl Into<String>) {
    if let Some(shown) = SHOWN.get() {
        let toast = Toast { text: text.into(), undo: None };
        shown.update(|all| all.push((all.last().map_or(0, |(id, _)| id + 1), toast)));
    }
}

/// The place of toasts, read aloud politely. `first` are those that the server has to say, such as after a form.
#[island]
pub fn Toasts(first: Vec<Toast>) -> impl IntoView {
    let l = locale();
    let shown = List::new((0..).zip(first).collect());
    Effect::new(move || SHOWN.set(Some(shown)));
    view! {
        <div class="toasts" role="status">
            <For each=move || shown.get() key=|(id, _)| *id let((id, toast))>
                {
                    let away = move || shown.update(|all| all.retain(|(other, _)| *other != id));
                    let clock = StoredValue::new(None::<TimeoutHandle>);
                    let stop = move || { if let Some(handle) = clock.get_value() { handle.clear(); } };
                    let start = move || { stop(); clock.set_value(set_timeout_with_handle(away, SHOWN_FOR).ok()); };
                    Effect::new(start);
                    view! {
                        <div
                            class="toast"
                            on:pointerenter=move |_| stop()
                            on:pointerleave=move |_| start()
                            on:focusin=move |_| stop()
                            on:focusout=move |_| start()
                        >
                            <Glyph icon=Icon::Check/>
                            <span>{toast.text}</span>
                            {toast
                                .undo
                                .map(|action| {
                                    view! { <form method="post" action=action><button>{t(l, k::toast::UNDO)}</button></form> }
                                })}
                            <button class="close" type="button" aria-label=t(l, k::toast::CLOSE) on:click=move |_| away()>
                                <Glyph icon=Icon::X small=true/>
                            </button>
                        </div>
                    }
                }
            </For>
        </div>
    }
}
