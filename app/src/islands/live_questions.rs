use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use domain::address::function;
use domain::json::LIVE_EVENT;
use js_sys::{Date, Math};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{DomParser, Element, Event, HtmlFormElement, HtmlInputElement, SupportedType};

use crate::context::locale;
use crate::i18n::{k, t};
use crate::islands::browser::{Json, get_text, send};
use crate::islands::live::{CONNECTED, CUT_OFF, LIVE, PASSED, WAIT, listen, say, tell};
use crate::islands::morph::morph;
use crate::tf;

/// Between two fetches of the list, at least.
const BETWEEN: Duration = Duration::from_secs(1);
/// Readers spread their fetches over so many milliseconds, unless the server says how many.
const SPREAD_MS: f64 = 600.0;
/// How long a new question is washed, and how often a change is said, at most.
const WASHED_FOR: Duration = Duration::from_secs(2);
const SAID_EVERY_MS: f64 = 20_000.0;

/// What the island remembers between events.
struct Live {
    address: String,
    /// Of the list on the page.
    version: Cell<i64>,
    /// A fetch is planned or under way; another change came meanwhile.
    busy: Cell<bool>,
    again: Cell<bool>,
    spread: Cell<f64>,
    said_at: Cell<f64>,
    /// The questions that were there when a change was last said.
    known: RefCell<Option<i64>>,
}

/// Keeps the list of live questions up to date: when the server has another version, the list is fetched and what differs is changed in
/// place. Votes are sent without loading the page. Says new questions, at most every 20 seconds. `moments` are those at which it is
/// another list whatever was asked, in milliseconds since 1970.
#[island]
pub fn LiveQuestions(address: String, version: i64, moments: Vec<i64>) -> impl IntoView {
    let l = locale();
    // None: nothing is known of a connection.
    let connected = RwSignal::new(None::<bool>);
    Effect::new(move || {
        let live = Rc::new(Live {
            address: address.clone(),
            version: Cell::new(version),
            busy: Cell::new(false),
            again: Cell::new(false),
            spread: Cell::new(SPREAD_MS),
            said_at: Cell::new(Date::now()),
            known: RefCell::new(list().and_then(|list| number(&list, "data-count"))),
        });
        let on_change = Rc::clone(&live);
        listen(LIVE, move |detail| on_change.heard(&detail));
        let on_moment = Rc::clone(&live);
        let awaited: Vec<_> = moments.iter().map(i64::to_string).collect();
        let expected = awaited.clone();
        listen(PASSED, move |moment| {
            if expected.contains(&moment) {
                on_moment.plan(Math::random() * on_moment.spread.get());
            }
        });
        for moment in &awaited {
            tell(WAIT, moment);
        }
        listen(CONNECTED, move |_| connected.set(Some(true)));
        listen(CUT_OFF, move |_| connected.set(Some(false)));
        Live::take_votes();
    });
    let words = move || match connected.get() {
        None => "",
        Some(true) => t(l, k::live::CONNECTED),
        Some(false) => t(l, k::live::CUT_OFF),
    };
    let key = move || match connected.get() {
        None => Some("still"),
        Some(true) => None,
        Some(false) => Some("stale"),
    };
    view! { <p class="live" data-state=key hidden=move || connected.get().is_none()><span>{words}</span></p> }
}

fn list() -> Option<Element> {
    document().get_element_by_id("live-questions")
}

fn number(element: &Element, name: &str) -> Option<i64> {
    element.get_attribute(name)?.parse().ok()
}

impl Live {
    fn heard(self: &Rc<Self>, detail: &str) {
        let message = Json::parse(detail);
        let field = |name| message.as_ref().map(|message| message.get(name));
        if let Some(spread) = field(LIVE_EVENT.spread).and_then(|spread| spread.number()) {
            self.spread.set(spread);
        }
        // No version says that some may have been missed.
        let theirs = field(LIVE_EVENT.version).and_then(|version| version.whole());
        if theirs.is_none_or(|theirs| theirs != self.version.get()) {
            self.plan(Math::random() * self.spread.get());
        }
    }

    /// Fetches in so many milliseconds, once for all changes that come until then.
    fn plan(self: &Rc<Self>, wait: f64) {
        if self.busy.replace(true) {
            self.again.set(true);
            return;
        }
        let live = Rc::clone(self);
        let fetch = move || {
            leptos::task::spawn_local(async move {
                let text = get_text(&live.address).await;
                let failed = text.is_none();
                if let Some(text) = text {
                    live.show(&text);
                }
                let between = BETWEEN.max(Duration::from_secs_f64(live.spread.get() / 1000.0));
                let next = move || {
                    live.busy.set(false);
                    if live.again.replace(false) || failed {
                        live.plan(0.0);
                    }
                };
                set_timeout(next, between);
            });
        };
        set_timeout(fetch, Duration::from_secs_f64(wait / 1000.0));
    }

    /// Changes the list to what `html` says.
    fn show(&self, html: &str) {
        let page =
            DomParser::new().ok().and_then(|parser| parser.parse_from_string(html, SupportedType::TextHtml).ok());
        let (Some(old), Some(new)) = (list(), page.and_then(|page| page.get_element_by_id("live-questions"))) else {
            return;
        };
        self.version.set(number(&new, "data-version").unwrap_or_default());
        morph(&old, &new);
        set_timeout(
            move || {
                let Ok(washed) = old.query_selector_all(".washed") else { return };
                for row in (0..washed.length()).filter_map(|index| washed.get(index)?.dyn_into::<Element>().ok()) {
                    let _ = row.class_list().remove_1("washed");
                }
            },
            WASHED_FOR,
        );
        self.say();
    }

    /// Says how many questions are new, unless something was said just now: then with the next change.
    fn say(&self) {
        let Some(count) = list().and_then(|list| number(&list, "data-count")) else { return };
        let new = self.known.borrow().map_or(0, |known| count - known);
        if Date::now() - self.said_at.get() < SAID_EVERY_MS {
            return;
        }
        self.known.replace(Some(count));
        if new > 0 {
            self.said_at.set(Date::now());
            say(&tf!(locale(), k::live::NEW, n = new));
        }
    }

    /// Sends votes without loading the page. What is refused is sent again as a form, so that the page says why.
    fn take_votes() {
        let on_submit = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
            let Some(form) = form.filter(|form| form.class_list().contains("vote")) else { return };
            event.prevent_default();
            leptos::task::spawn_local(async move {
                let value = |name: &str| {
                    let input = form.query_selector(&format!("input[name={name}]")).ok().flatten();
                    input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()).map(|input| input.value())
                };
                let names = ["slug", "session", "number", "vote"];
                let values = names.map(|name| value(name).unwrap_or_default());
                let fields: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
                if send(function::VOTE_LIVE, &fields).await {
                    turn(&form, values[3] == "on");
                } else {
                    let _ = form.submit();
                }
            });
        });
        let _ = document().add_event_listener_with_callback("submit", on_submit.as_ref().unchecked_ref());
        on_submit.forget();
    }
}

/// Shows a vote that was counted, until the list says the same.
fn turn(form: &HtmlFormElement, voted: bool) {
    let find = |selector| form.query_selector(selector).ok().flatten();
    let (Some(button), Some(count), Some(input)) = (find("button"), find(".num"), find("input[name=vote]")) else {
        return;
    };
    let shown: i64 = count.text_content().and_then(|text| text.replace(',', "").parse().ok()).unwrap_or_default();
    let votes = if voted { shown + 1 } else { shown - 1 };
    let l = locale();
    count.set_text_content(Some(&votes.to_string()));
    let label = if voted { tf!(l, k::live::UNVOTE, n = votes) } else { tf!(l, k::live::VOTE, n = votes) };
    for (element, name, value) in [
        (&button, "aria-pressed", if voted { "true" } else { "false" }),
        (&button, "aria-label", label.as_str()),
        (&input, "value", if voted { "" } else { "on" }),
    ] {
        let _ = element.set_attribute(name, value);
    }
}
