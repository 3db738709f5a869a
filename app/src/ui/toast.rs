use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::context::locale;
use crate::i18n::{k, t};

/// A short message over the page, read aloud politely: what a form has just done, and the address of the form that undoes it.
/// `boot.js` takes it away after some seconds; the pointer or the focus on it stops the clock.
#[component]
pub fn Toast(text: String, undo: Option<String>) -> impl IntoView {
    let l = locale();
    let undo = undo.map(|action| {
        view! { <form method="post" action=action><button>{t(l, k::ui::toast::UNDO)}</button></form> }
    });
    view! {
        <div class="toasts" role="status">
            <div class="toast" data-fades="">
                <Glyph icon=Icon::Check/>
                <span>{text}</span>
                {undo}
                <button class="close" type="button" aria-label=t(l, k::ui::toast::CLOSE)><Glyph icon=Icon::X small=true/></button>
            </div>
        </div>
    }
}
