//! Files let go over the page.

use leptos::ev;
use leptos::prelude::*;
use web_sys::DragEvent;

/// A file may be let go anywhere in the window; beside the form the browser would open it and leave the page.
pub(super) fn listen_to_drops(dropped: impl Fn(&DragEvent) + 'static) {
    let has_files =
        |event: &DragEvent| event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0));
    let mark = |is_over: bool| {
        if let Ok(Some(zone)) = document().query_selector(".drop") {
            let _ = zone.class_list().toggle_with_force("over", is_over);
        }
    };
    // A page lives as long as its document, and so do its listeners.
    let _ = window_event_listener(ev::dragover, move |event| {
        if has_files(&event) {
            event.prevent_default();
            mark(true);
        }
    });
    let _ = window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            mark(false);
        }
    });
    let _ = window_event_listener(ev::drop, move |event| {
        if has_files(&event) {
            event.prevent_default();
            mark(false);
            dropped(&event);
        }
    });
}
