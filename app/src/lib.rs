//! The pages of Madang. The server renders them whole; the browser wakes only the islands (`#[island]`) in them.

pub mod context;
pub mod format;
pub mod i18n;
pub mod pages;
pub mod routes;
pub mod shell;
pub mod ui;

/// Called by `boot.js` once the module is loaded, before it wakes the islands one by one.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
