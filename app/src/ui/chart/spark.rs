use std::fmt::Write as _;

use leptos::prelude::*;

use crate::html::IntoHtml as _;

use super::scale::round;

/// A team's way in a table cell, 88 by 32: stairs of its best scores, the last one marked. Decorative, as the score
/// stands beside it. `lowest` and `highest` are the same for every row, so that rows compare; for a metric where less
/// is better hand them over swapped.
#[component]
pub fn Spark(values: Vec<f64>, lowest: f64, highest: f64) -> impl IntoView {
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return ().into_html() };
    let span = if (highest - lowest).abs() < f64::EPSILON { 1.0 } else { highest - lowest };
    let y = |value: f64| round(29.0 - ((value - lowest) / span).clamp(0.0, 1.0) * 26.0);
    let width = 82.0 / (values.len().max(2) - 1) as f64;
    let mut d = format!("M3 {}", y(*first));
    for (index, value) in values.iter().enumerate().skip(1) {
        let _ = write!(d, "H{}V{}", round(3.0 + width * index as f64), y(*value));
    }
    if values.len() == 1 {
        d += "H85";
    }
    view! {
        <svg class="spark" viewBox="0 0 88 32" aria-hidden="true">
            <path d=d></path>
            <circle cx="85" cy=y(*last) r="2.5"></circle>
        </svg>
    }
    .into_html()
}
