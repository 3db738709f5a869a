//! Commands and code to copy.

use leptos::prelude::*;

use crate::islands::CopyButton;

/// A block of code with a button that copies it. `label` says what it is (`제출 명령`).
#[component]
pub fn Code(#[prop(into)] label: String, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <div class="code">
            <pre tabindex="0" role="region" aria-label=label.clone()><code>{text.clone()}</code></pre>
            <CopyButton text what=label/>
        </div>
    }
}
