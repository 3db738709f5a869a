//! The rows of the leaderboard in the browser: their order, where they stand, and how they get to a new place.

use std::collections::HashMap;

use js_sys::{Function, JSON, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

/// How long a row's move takes, in milliseconds.
const MOVE_MS: f64 = 120.0;

fn rows(leaderboard: &Element) -> Vec<Element> {
    let Ok(rows) = leaderboard.query_selector_all("tr[data-team]") else { return Vec::new() };
    (0..rows.length()).filter_map(|index| rows.get(index)?.dyn_into().ok()).collect()
}

/// Teams in the order of their ranks.
pub(super) fn ranked(leaderboard: &Element) -> Vec<(Option<String>, Option<String>)> {
    rows(leaderboard).iter().map(|row| (row.get_attribute("data-team"), row.get_attribute("data-rank"))).collect()
}

/// Where each row stands.
pub(super) fn tops(leaderboard: &Element) -> HashMap<String, f64> {
    rows(leaderboard)
        .iter()
        .filter_map(|row| Some((row.get_attribute("data-team")?, row.get_bounding_client_rect().top())))
        .collect()
}

/// Lets rows that moved slide from where they stood, unless the reader wants less motion.
pub(super) fn slide(leaderboard: &Element, before: &HashMap<String, f64>) {
    let calm =
        window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|query| query.matches());
    if calm {
        return;
    }
    for row in rows(leaderboard) {
        let Some(old) = row.get_attribute("data-team").and_then(|team| before.get(&team).copied()) else { continue };
        let by = old - row.get_bounding_client_rect().top();
        if by.abs() < 1.0 {
            continue;
        }
        let frames = format!(r#"[{{"transform":"translateY({by}px)"}},{{"transform":"none"}}]"#);
        // `Element.animate` is behind a flag in web-sys.
        let animate = Reflect::get(&row, &"animate".into()).ok().and_then(|method| method.dyn_into::<Function>().ok());
        if let (Ok(frames), Some(animate)) = (JSON::parse(&frames), animate) {
            let _ = animate.call2(&row, &frames, &MOVE_MS.into());
        }
    }
}
