use domain::address;
use domain::boards::BoardKind;
use domain::json::NOTICE_EVENT;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{CustomEvent, CustomEventInit};

use crate::context::locale;
use crate::i18n::{k, t};
use crate::islands::browser::Json;
use crate::tf;
use crate::ui::{Glyph, Icon};

/// What the document hears from the one connection of a page; `detail` is the event's JSON text.
pub const LEADERBOARD: &str = "madang:leaderboard";
pub const LIVE: &str = "madang:live";
pub const NOTICE: &str = "madang:notice";
pub const SUBMISSION: &str = "madang:submission";
/// Asks `boot.js` to follow the events behind an address.
const FOLLOW: &str = "madang:follow";
/// A sentence for the page's one polite status line.
const SAY: &str = "madang:say";
/// Asks `boot.js` to write the relative times anew.
const TIMES: &str = "madang:times";
/// Asks `boot.js`, which knows the server's clock, to say [`PASSED`] once it has passed a moment; both carry it in
/// milliseconds since 1970.
pub(super) const WAIT: &str = "madang:wait";
pub(super) const PASSED: &str = "madang:passed";
/// The connection stands, or was cut off and is being made again.
pub const CONNECTED: &str = "madang:connected";
pub const CUT_OFF: &str = "madang:cut-off";

/// How long a notice stays on the screen.
const SHOWN_FOR: Duration = Duration::from_secs(12);

/// Calls `heard` with the `detail` of every such event of this page.
pub fn listen(name: &str, mut heard: impl FnMut(String) + 'static) {
    let callback = Closure::<dyn FnMut(CustomEvent)>::new(move |event: CustomEvent| {
        heard(event.detail().as_string().unwrap_or_default());
    });
    // A page lives as long as its document, and so do its listeners.
    let _ = document().add_event_listener_with_callback(name, callback.into_js_value().unchecked_ref());
}

pub(super) fn tell(name: &str, detail: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&detail.into());
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        let _ = document().dispatch_event(&event);
    }
}

/// Has a sentence read aloud when the reader is idle. Needs [`LiveEvents`] on the page.
pub fn say(sentence: &str) {
    tell(SAY, sentence);
}

/// Writes every relative time on the page anew.
pub fn refresh_times() {
    tell(TIMES, "");
}

/// A notice as the server announces it.
#[derive(Clone)]
struct News {
    number: i64,
    title: String,
}

/// Follows the competition's events. Hands what it hears on to the document, where every island can [`listen`], and shows new
/// notices itself. The connection is `live.js`'s: one for all tabs, and none for those out of sight; the first event after
/// coming back says whether something was missed.
#[island]
pub fn LiveEvents(slug: String) -> impl IntoView {
    let l = locale();
    let news = RwSignal::new(None::<News>);
    let said = RwSignal::new(String::new());
    let href = {
        let slug = slug.clone();
        move |number: i64| address::post(&slug, BoardKind::Notice, number)
    };
    Effect::new(move || {
        listen(SAY, move |sentence| {
            // The same words twice would not be read again.
            said.set(String::new());
            set_timeout(move || said.set(sentence), Duration::from_millis(100));
        });
        listen(NOTICE, move |detail| {
            let Some(notice) = Json::parse(&detail) else { return };
            let (Some(number), Some(title)) =
                (notice.get(NOTICE_EVENT.number).whole(), notice.get(NOTICE_EVENT.title).text())
            else {
                return;
            };
            say(&tf!(l, k::site::live::NOTICE, title = title));
            news.set(Some(News { number, title }));
            set_timeout(move || news.set(None), SHOWN_FOR);
        });
        tell(FOLLOW, &address::api::events(&slug));
    });
    view! {
        <p class="sr-only" role="status">{said}</p>
        <div class="toasts">
            {move || {
                news.get().map(|news_shown| {
                    view! {
                        <div class="toast">
                            <Glyph icon=Icon::Bell/>
                            <span>{t(l, k::site::live::NEW_NOTICE)}": "<a href=href(news_shown.number)>{news_shown.title}</a></span>
                            <button class="close" type="button" aria-label=t(l, k::ui::toast::CLOSE) on:click=move |_| news.set(None)><Glyph icon=Icon::X small=true/></button>
                        </div>
                    }
                })
            }}
        </div>
    }
}
