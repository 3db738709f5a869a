use domain::address;
use leptos::html::Textarea;
use leptos::prelude::*;

use crate::context::locale;
use crate::format;
use crate::i18n::{k, t};
use crate::islands::browser::call;
use crate::ui::Field;

/// What the preview shows.
#[derive(Debug, Clone, PartialEq)]
enum Preview {
    Loading,
    Empty,
    Html(String),
    Failed,
}

/// The Markdown field of a post with a preview beside it. Without a script it is the field alone.
#[island]
pub fn PostEditor(slug: String, board: String, value: String, error: Option<String>) -> impl IntoView {
    let l = locale();
    let field = NodeRef::<Textarea>::new();
    let awake = RwSignal::new(false);
    let preview = RwSignal::new(None::<Preview>);
    Effect::new(move || awake.set(true));
    let show = move |_| {
        let markdown = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        if markdown.trim().is_empty() {
            preview.set(Some(Preview::Empty));
            return;
        }
        preview.set(Some(Preview::Loading));
        let (slug, board) = (slug.clone(), board.clone());
        leptos::task::spawn_local(async move {
            let answer =
                call(address::function::PREVIEW_POST, &[("slug", &slug), ("board", &board), ("markdown", &markdown)])
                    .await;
            // Whoever went back to writing meanwhile is not pulled away.
            if preview.get_untracked() == Some(Preview::Loading) {
                preview.set(Some(answer.map_or(Preview::Failed, Preview::Html)));
            }
        });
    };
    let words = move || match preview.get() {
        Some(Preview::Html(_)) => None,
        Some(Preview::Loading) => Some(t(l, k::boards::PREVIEW_LOADING)),
        Some(Preview::Failed) => Some(t(l, k::ui::error::UNAVAILABLE)),
        Some(Preview::Empty) | None => Some(t(l, k::boards::PREVIEW_EMPTY)),
    };
    let html = move || match preview.get() {
        Some(Preview::Html(html)) => html,
        _ => String::new(),
    };
    let pressed = move |wanted: bool| if preview.get().is_some() == wanted { "true" } else { "false" };
    let invalid = error.is_some().then_some("true");
    let described_by = if error.is_some() { "markdown-error" } else { "markdown-hint" };
    // A leading line break after the tag would be dropped, so one is given away.
    let text = format!("\n{}", format::between_tags(&value));
    view! {
        <div class="stack s editor">
            <div class="segmented" role="group" aria-label=t(l, k::boards::TABS) hidden=move || !awake.get()>
                <button type="button" aria-pressed=move || pressed(false) on:click=move |_| preview.set(None)>{t(l, k::boards::TAB_WRITE)}</button>
                <button type="button" aria-pressed=move || pressed(true) on:click=show>{t(l, k::boards::TAB_PREVIEW)}</button>
            </div>
            <div hidden=move || preview.get().is_some()>
                <Field id="markdown" label=t(l, k::boards::BODY) hint=Some(t(l, k::boards::BODY_HINT).to_owned()) error required=true>
                    <textarea
                        class="input mono"
                        id="markdown"
                        name="markdown"
                        rows="18"
                        aria-required="true"
                        aria-invalid=invalid
                        aria-describedby=described_by
                        node_ref=field
                        inner_html=text
                    ></textarea>
                </Field>
            </div>
            <div class="card" aria-live="polite" hidden=move || preview.get().is_none()>
                <p class="muted" hidden=move || words().is_none()>{words}</p>
                <div class="prose" inner_html=html></div>
            </div>
        </div>
    }
}
