use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{CustomEvent, CustomEventInit, EventSource, MessageEvent};

use super::browser::Json;
use crate::context::locale;
use crate::i18n::{k, t};
use crate::tf;
use crate::ui::{Glyph, Icon};

/// What the document hears from the one connection of a page; `detail` is the event's JSON text.
pub const LEADERBOARD: &str = "madang:leaderboard";
pub const NOTICE: &str = "madang:notice";
pub const SUBMISSION: &str = "madang:submission";
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

/// How long to wait when the browser has given up (a server that answers with an error).
const AGAIN_AFTER: Duration = Duration::from_secs(5);
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

/// The page's one connection to its competition. Hands what it hears on to the document, where every island can
/// [`listen`], and shows new notices itself.
///
/// A page out of sight lets the connection go: a browser allows only a few to one server, and the first event after
/// coming back says whether something was missed.
#[island]
pub fn LiveEvents(slug: String) -> impl IntoView {
    let l = locale();
    let news = RwSignal::new(None::<News>);
    let said = RwSignal::new(String::new());
    let href = {
        let slug = slug.clone();
        move |number: i64| format!("/competitions/{slug}/boards/notice/{number}")
    };
    Effect::new(move || {
        let address = format!("/api/v1/competitions/{slug}/events");
        let source = StoredValue::new_local(None::<EventSource>);
        let follow = move || {
            let old = source.try_update_value(Option::take).flatten();
            if let Some(old) = old {
                old.close();
            }
            if !document().hidden() {
                source.set_value(open(&address, source));
            }
        };
        follow();
        let callback = Closure::<dyn FnMut()>::new(follow);
        let _ =
            document().add_event_listener_with_callback("visibilitychange", callback.into_js_value().unchecked_ref());
        listen(SAY, move |sentence| {
            // The same words twice would not be read again.
            said.set(String::new());
            set_timeout(move || said.set(sentence), Duration::from_millis(100));
        });
        listen(NOTICE, move |detail| {
            let Some(notice) = Json::parse(&detail) else { return };
            let (Some(number), Some(title)) = (notice.get("number").whole(), notice.get("title").text()) else {
                return;
            };
            say(&tf!(l, k::live::NOTICE, title = title));
            news.set(Some(News { number, title }));
            set_timeout(move || news.set(None), SHOWN_FOR);
        });
    });
    view! {
        <p class="sr-only" role="status">{said}</p>
        <div class="toasts">
            {move || {
                news.get().map(|news_shown| {
                    view! {
                        <div class="toast">
                            <Glyph icon=Icon::Bell/>
                            <span>{t(l, k::live::NEW_NOTICE)}": "<a href=href(news_shown.number)>{news_shown.title}</a></span>
                            <button class="close" type="button" aria-label=t(l, k::toast::CLOSE) on:click=move |_| news.set(None)><Glyph icon=Icon::X small=true/></button>
                        </div>
                    }
                })
            }}
        </div>
    }
}

/// Connects and hands on what comes. The browser reconnects by itself unless the server answered with an error.
fn open(address: &str, kept: StoredValue<Option<EventSource>, LocalStorage>) -> Option<EventSource> {
    let source = EventSource::new(address).ok()?;
    for (event, name) in [("leaderboard", LEADERBOARD), ("notice", NOTICE), ("submission", SUBMISSION)] {
        let callback = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            tell(name, &message.data().as_string().unwrap_or_default());
        });
        let _ = source.add_event_listener_with_callback(event, callback.into_js_value().unchecked_ref());
    }
    let opened = Closure::<dyn FnMut()>::new(|| tell(CONNECTED, ""));
    source.set_onopen(Some(opened.into_js_value().unchecked_ref()));
    let address = address.to_owned();
    let failed = Closure::<dyn FnMut()>::new(move || {
        tell(CUT_OFF, "");
        let given_up =
            kept.with_value(|source| source.as_ref().is_some_and(|source| source.ready_state() == EventSource::CLOSED));
        if given_up {
            kept.set_value(None);
            let address = address.clone();
            set_timeout(
                move || {
                    let free = kept.with_value(Option::is_none);
                    if free && !document().hidden() {
                        kept.set_value(open(&address, kept));
                    }
                },
                AGAIN_AFTER,
            );
        }
    });
    source.set_onerror(Some(failed.into_js_value().unchecked_ref()));
    Some(source)
}
