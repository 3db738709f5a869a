use leptos::prelude::*;
use platform::qr::QrPicture;

/// Dark on light in both themes: readers know no other.
pub fn qr(picture: &QrPicture, name: &'static str) -> impl IntoView + use<> {
    let (side, path) = (picture.size.to_string(), picture.path.clone());
    let sides = format!("0 0 {side} {side}");
    view! {
        <svg class="qr" role="img" aria-label=name viewBox=sides shape-rendering="crispEdges">
            <rect width=side.clone() height=side fill="white"/>
            <path d=path fill="black"/>
        </svg>
    }
}
