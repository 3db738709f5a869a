use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use domain::json::LEADERBOARD_EVENT;
use js_sys::{Array, Date, Math};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

use crate::context::locale;
use crate::i18n::{k, t};
use crate::islands::browser::{Json, fetch_page};
use crate::islands::leaderboards::rows::{ranked, slide, tops};
use crate::islands::live::{CONNECTED, CUT_OFF, LEADERBOARD, listen, refresh_times, say};
use crate::islands::morph::morph;
use crate::tf;

/// Between two fetches of the page, at least; longer where the server says that many watch.
const BETWEEN: Duration = Duration::from_secs(2);
/// Readers spread their fetches over so many milliseconds, unless the server says how many.
const SPREAD_MS: f64 = 600.0;
/// How long a changed row is washed, and how often a change is said, at most.
const WASHED_FOR: Duration = Duration::from_secs(2);
const SAID_EVERY_MS: f64 = 30_000.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Liveness {
    /// As the server sent it; nothing is known of a connection.
    Still,
    Live,
    CutOff,
    Paused,
}

/// What the island remembers between events.
struct Live {
    /// Of the rows on the page.
    version: Cell<i64>,
    /// A fetch is planned or under way; another change came meanwhile.
    busy: Cell<bool>,
    again: Cell<bool>,
    /// Over how many milliseconds readers spread their fetches: the more they are, the longer.
    spread: Cell<f64>,
    /// When a change was last said, in milliseconds.
    said_at: Cell<f64>,
    /// A sentence waits for its time.
    will_say: Cell<bool>,
    state: RwSignal<Liveness>,
    /// Whether there is a time to show at all.
    dated: RwSignal<bool>,
    time: NodeRef<leptos::html::Time>,
    observer: RefCell<Option<IntersectionObserver>>,
}

/// Keeps the leaderboard on the page up to date: when the server has another version, the page is fetched again and
/// what differs is changed in place. Shows how fresh the rows are (`at` is when they last changed, `ago` the same in
/// words) and says changes, at most every 30 seconds. It can be paused.
#[island]
pub fn LiveLeaderboard(version: i64, at: Option<String>, ago: String) -> impl IntoView {
    let l = locale();
    let state = RwSignal::new(Liveness::Still);
    let time = NodeRef::new();
    let dated = RwSignal::new(at.is_some());
    Effect::new(move || {
        let live = Rc::new(Live {
            version: Cell::new(version),
            busy: Cell::new(false),
            again: Cell::new(false),
            spread: Cell::new(SPREAD_MS),
            said_at: Cell::new(f64::NEG_INFINITY),
            will_say: Cell::new(false),
            state,
            dated,
            time,
            observer: RefCell::default(),
        });
        live.watch_own_row();
        let on_change = Rc::clone(&live);
        listen(LEADERBOARD, move |detail| on_change.heard(&detail));
        let on_connect = Rc::clone(&live);
        listen(CONNECTED, move |_| on_connect.turn(Liveness::Live));
        let on_cut = Rc::clone(&live);
        listen(CUT_OFF, move |_| on_cut.turn(Liveness::CutOff));
        // Coming back from a pause, what was missed is made up for.
        Effect::new(move |before: Option<Liveness>| {
            let now = state.get();
            if before == Some(Liveness::Paused) && now != Liveness::Paused {
                live.plan(0.0);
            }
            now
        });
    });
    let words = move || match state.get() {
        Liveness::Still => "",
        Liveness::Live => t(l, k::site::live::FRESH),
        Liveness::CutOff => t(l, k::site::live::STALE),
        Liveness::Paused => t(l, k::site::live::PAUSED),
    };
    let after = move || match state.get() {
        Liveness::Still | Liveness::Live => t(l, k::site::live::FRESH_AFTER),
        Liveness::CutOff | Liveness::Paused => t(l, k::site::live::STALE_AFTER),
    };
    let key = move || match state.get() {
        Liveness::Still => Some("still"),
        Liveness::Live => None,
        Liveness::CutOff => Some("stale"),
        Liveness::Paused => Some("paused"),
    };
    let paused = move || state.get() == Liveness::Paused;
    view! {
        <span class="live" data-state=key>
            <span>
                {words}
                <span hidden=move || !dated.get()>
                    {move || if state.get() == Liveness::Still { "" } else { " · " }}
                    <time node_ref=time datetime=at data-relative="">{ago}</time>
                    {after}
                </span>
            </span>
        </span>
        <button
            class="btn ghost s"
            type="button"
            hidden=move || state.get() == Liveness::Still
            aria-label=move || t(l, if paused() { k::site::live::RESUME_WHAT } else { k::site::live::PAUSE_WHAT })
            on:click=move |_| state.update(|state| *state = if *state == Liveness::Paused { Liveness::Live } else { Liveness::Paused })
        >
            {move || t(l, if paused() { k::site::live::RESUME } else { k::site::live::PAUSE })}
        </button>
    }
}

impl Live {
    fn paused(&self) -> bool {
        self.state.get_untracked() == Liveness::Paused
    }

    /// The connection stands or is cut off. Then the time says until when the rows were known to be right.
    fn turn(&self, to: Liveness) {
        let before = self.state.get_untracked();
        if before == Liveness::Paused || before == to {
            return;
        }
        if to == Liveness::CutOff && before == Liveness::Live {
            self.show_time(&String::from(Date::new_0().to_iso_string()));
        } else if before == Liveness::CutOff
            && let Some(at) = newest(&document())
        {
            self.show_time(&at);
        }
        self.state.set(to);
    }

    fn heard(self: &Rc<Self>, detail: &str) {
        self.turn(Liveness::Live);
        let message = Json::parse(detail);
        let field = |name| message.as_ref().map(|message| message.get(name));
        if let Some(spread) = field(LEADERBOARD_EVENT.spread).and_then(|spread| spread.number()) {
            self.spread.set(spread);
        }
        // No version says that some may have been missed.
        let theirs = field(LEADERBOARD_EVENT.version).and_then(|version| version.whole());
        if theirs != Some(self.version.get()) && !self.paused() {
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
                let page = fetch_page().await;
                let again = page.is_none();
                if let Some(page) = page.filter(|_| !live.paused()) {
                    live.show(&page);
                }
                let between = BETWEEN.max(Duration::from_secs_f64(live.spread.get() / 1000.0));
                let next = move || {
                    live.busy.set(false);
                    if live.again.replace(false) || again {
                        // Already at a moment of its own among all readers.
                        live.plan(0.0);
                    }
                };
                set_timeout(next, between);
            });
        };
        set_timeout(fetch, Duration::from_secs_f64(wait / 1000.0));
    }

    /// Changes the page to what `page` shows.
    fn show(self: &Rc<Self>, page: &Document) {
        let (Some(old), Some(new)) =
            (document().get_element_by_id("leaderboard"), page.get_element_by_id("leaderboard"))
        else {
            return;
        };
        if let Some(version) = new.get_attribute("data-version").and_then(|version| version.parse().ok()) {
            self.version.set(version);
        }
        let (order, tops) = (ranked(&old), tops(&old));
        morph(&old, &new);
        slide(&old, &tops);
        let washed = old.query_selector_all(".washed").ok();
        set_timeout(
            move || {
                for index in 0..washed.as_ref().map_or(0, web_sys::NodeList::length) {
                    let row =
                        washed.as_ref().and_then(|rows| rows.get(index)).and_then(|row| row.dyn_into::<Element>().ok());
                    if let Some(row) = row {
                        let _ = row.class_list().remove_1("washed");
                    }
                }
            },
            WASHED_FOR,
        );
        if let Some(at) = newest(page) {
            self.show_time(&at);
        }
        self.watch_own_row();
        if ranked(&old) != order {
            self.say();
        }
    }

    /// Says that ranks changed: now, or once the time since the last sentence is long enough.
    fn say(self: &Rc<Self>) {
        if self.will_say.get() {
            return;
        }
        let wait = self.said_at.get() + SAID_EVERY_MS - Date::now();
        if wait > 0.0 {
            self.will_say.set(true);
            let live = Rc::clone(self);
            let later = move || {
                live.will_say.set(false);
                live.say();
            };
            set_timeout(later, Duration::from_secs_f64(wait / 1000.0));
            return;
        }
        self.said_at.set(Date::now());
        let l = locale();
        let own = document()
            .query_selector(".my-rank[data-rank]")
            .ok()
            .flatten()
            .and_then(|own| own.get_attribute("data-rank"));
        say(&own
            .map_or_else(|| t(l, k::site::live::MOVED).to_owned(), |rank| tf!(l, k::site::live::MOVED_OWN, n = rank)));
    }

    fn show_time(&self, at: &str) {
        if let Some(time) = self.time.get_untracked() {
            let _ = time.set_attribute("datetime", at);
            self.dated.set(true);
            refresh_times();
        }
    }

    /// The docked place hides while the own row is in sight.
    fn watch_own_row(self: &Rc<Self>) {
        if let Some(old) = self.observer.borrow_mut().take() {
            old.disconnect();
        }
        let find = |selector| document().query_selector(selector).ok().flatten();
        let (Some(bar), row) = (find(".my-rank"), find("tr.own")) else { return };
        let Some(row) = row else {
            let _ = bar.class_list().remove_1("away");
            return;
        };
        let callback = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            let seen = entries.pop().dyn_into::<IntersectionObserverEntry>().is_ok_and(|entry| entry.is_intersecting());
            let _ = bar.class_list().toggle_with_force("away", seen);
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin("-110px 0px -80px");
        if let Ok(observer) = IntersectionObserver::new_with_options(callback.into_js_value().unchecked_ref(), &options)
        {
            observer.observe(&row);
            *self.observer.borrow_mut() = Some(observer);
        }
    }
}

/// When the rows last changed, as the page's own line says it.
fn newest(page: &Document) -> Option<String> {
    page.get_element_by_id("leaderboard")?.get_attribute("data-at")
}
