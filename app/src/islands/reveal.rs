use leptos::prelude::*;

use super::copy::CopyControl;
use crate::api::teams::show_key;
use crate::context::locale;
use crate::i18n::{k, t};
use crate::ui::{Glyph, Icon};

/// The team's submission key, hidden until asked for. Without a script the form asks and the page comes back with the
/// key in `shown`.
#[island]
pub fn KeyReveal(slug: String, shown: Option<String>) -> impl IntoView {
    let l = locale();
    let key = RwSignal::new(shown);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let action = {
        let slug = slug.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if busy.get_untracked() {
                return;
            }
            busy.set(true);
            let slug = slug.clone();
            leptos::task::spawn_local(async move {
                let answer = show_key(slug).await;
                busy.set(false);
                failed.set(answer.is_err());
                key.set(answer.ok());
            });
        }
    };
    view! {
        <div class="stack s" aria-live="polite">
            <form class="row tight" method="post" action="/api/fn/show_key" on:submit=action hidden=move || key.get().is_some()>
                <input type="hidden" name="slug" value=slug/>
                <button class="btn wide" aria-busy=move || busy.get().then_some("true")>
                    <Glyph icon=Icon::Eye small=true/>
                    <span>{move || t(l, if busy.get() { k::team::KEY_LOADING } else { k::team::KEY_SHOW })}</span>
                </button>
            </form>
            {move || {
                key.get()
                    .map(|key_text| {
                        view! {
                            <input class="input mono" readonly aria-label=t(l, k::team::KEY) value=key_text.clone()/>
                            <div class="row tight">
                                <CopyControl text=key_text what=t(l, k::team::KEY).to_owned()/>
                                <button class="btn s ghost" type="button" on:click=move |_| key.set(None)>{t(l, k::team::KEY_HIDE)}</button>
                            </div>
                        }
                    })
            }}
            <p class="caption" role="alert">{move || failed.get().then(|| t(l, k::team::KEY_FAILED))}</p>
        </div>
    }
}
