//! What every document's head has, made by the router or not.

use leptos::prelude::*;

/// What a document's head begins with, that of an error too.
pub(crate) fn first_in_head() -> impl IntoView {
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
    }
}
