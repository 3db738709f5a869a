use std::time::Duration;

use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::ui::{Glyph, Icon};

/// How long a toast stays; the pointer or the focus on it stops the clock.
const SHOWN_FOR: Duration = Duration::from_secs(5);

/// A short message over the page, read aloud politely: what a form has just done, and the address of the form that undoes it.
#[island]
pub fn Toast(text: String, undo: Option<String>) -> impl IntoView {
    let l = locale();
    let is_gone = RwSignal::new(false);
    let away = move || is_gone.set(true);
    let clock = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(handle) = clock.get_value() {
            handle.clear();
        }
    };
    let start = move || {
        stop();
        clock.set_value(set_timeout_with_handle(away, SHOWN_FOR).ok());
    };
    Effect::new(start);
    let undo = undo.map(|action| {
        view! { <form method="post" action=action><button>{t(l, k::toast::UNDO)}</button></form> }
    });
    view! {
        <div class="toasts" role="status">
            <div
                class="toast"
                hidden=move || is_gone.get()
                on:pointerenter=move |_| stop()
                on:pointerleave=move |_| start()
                on:focusin=move |_| stop()
                on:focusout=move |_| start()
            >
                <Glyph icon=Icon::Check/>
                <span>{text}</span>
                {undo}
                <button class="close" type="button" aria-label=t(l, k::toast::CLOSE) on:click=move |_| away()>
                    <Glyph icon=Icon::X small=true/>
                </button>
            </div>
        </div>
    }
}
