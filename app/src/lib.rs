//! The pages of Madang. The server renders them whole; the browser wakes only the islands (`#[island]`) in them.

#![recursion_limit = "512"]

#[cfg(feature = "ssr")]
pub mod api;
pub mod context;
pub mod format;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
mod head;
pub mod html;
pub mod i18n;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod keeping;
#[cfg(feature = "ssr")]
pub mod mine;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod ui;

/// Called by `boot.js` once the module is loaded, before it wakes the islands one by one.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
