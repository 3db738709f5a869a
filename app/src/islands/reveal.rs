use domain::address;
use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::islands::browser::call;
use crate::islands::copy::CopyControl;
use crate::ui::{Glyph, Icon};

/// The team's submission key, hidden until asked for. Without a script the form asks and the page comes back with the
/// key in `shown`.
#[island]
pub fn KeyReveal(slug: String, shown: Option<String>) -> impl IntoView {
    let l = locale();
    let key = RwSignal::new(shown);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(false);
    // Hiding needs the script; without it the key goes with the next page.
    let awake = RwSignal::new(false);
    Effect::new(move || awake.set(true));
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
                let answer = call(address::function::SHOW_KEY, &[("slug", &slug)]).await;
                busy.set(false);
                failed.set(answer.is_none());
                key.set(answer);
            });
        }
    };
    view! {
        <div class="stack s" aria-live="polite">
            <form class="row tight" method="post" action=address::function::SHOW_KEY on:submit=action hidden=move || key.get().is_some()>
                <input type="hidden" name="slug" value=slug/>
                <button class="btn wide" aria-busy=move || busy.get().then_some("true")>
                    <Glyph icon=Icon::Eye small=true/>
                    <span>{move || t(l, if busy.get() { k::teams::KEY_LOADING } else { k::teams::KEY_SHOW })}</span>
                </button>
            </form>
            {move || {
                key.get()
                    .map(|key_text| {
                        view! {
                            <input class="input mono" readonly aria-label=t(l, k::teams::KEY) value=key_text.clone()/>
                            <div class="row tight">
                                <CopyControl text=key_text what=t(l, k::teams::KEY).to_owned()/>
                                <button class="btn s ghost" type="button" hidden=move || !awake.get() on:click=move |_| key.set(None)>{t(l, k::teams::KEY_HIDE)}</button>
                            </div>
                        }
                    })
            }}
            {move || failed.get().then(|| view! { <p class="caption">{t(l, k::teams::KEY_FAILED)}</p> })}
        </div>
    }
}
