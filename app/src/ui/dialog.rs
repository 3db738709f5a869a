//! Dialogs, only for what cannot be undone, and menus. Native `<dialog>` and popovers: they open without WASM
//! (`boot.js` helps browsers that do not know `command` yet).

use leptos::prelude::*;

use crate::html::Children;

use super::{Glyph, Icon, Look, Size};

/// A dialog that names the consequence. Open it with [`DialogOpener`]; `actions` are its buttons, the deed last.
#[component]
pub fn Dialog(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    #[prop(into)] actions: ViewFn,
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    view! {
        <dialog class="dialog" id=id aria-labelledby=title_id>
            <h2 id=title_id.clone()>{title}</h2>
            {children.view()}
            <footer>{actions.run()}</footer>
        </dialog>
    }
}

/// A button that opens the dialog of that id.
#[component]
pub fn DialogOpener(
    #[prop(into)] dialog: String,
    #[prop(optional)] look: Look,
    #[prop(optional)] size: Size,
    #[prop(optional)] icon: Option<Icon>,
    children: Children,
) -> impl IntoView {
    command(dialog, "show-modal", look, size, icon, children)
}

/// A button that closes the dialog of that id and does nothing else (`계속 함께하기`).
#[component]
pub fn DialogCloser(#[prop(into)] dialog: String, #[prop(optional)] look: Look, children: Children) -> impl IntoView {
    command(dialog, "close", look, Size::Medium, None, children)
}

fn command(
    dialog: String,
    deed: &'static str,
    look: Look,
    size: Size,
    icon: Option<Icon>,
    children: Children,
) -> impl IntoView {
    let small = size == Size::Small;
    view! {
        <button class=super::button::class(look, size, false, false) type="button">
            {icon.map(|icon| view! { <Glyph icon small/> })}
            {children.view()}
        </button>
    }
    .attr("command", deed)
    .attr("commandfor", dialog)
}

/// A button that opens a menu of links and forms.
#[component]
pub fn Menu(
    #[prop(into)] id: String,
    /// Accessible name, where the button shows an icon only.
    #[prop(optional, into)]
    label: Option<String>,
    #[prop(optional)] look: Look,
    #[prop(optional)] size: Size,
    #[prop(default = Icon::More)] icon: Icon,
    /// The button's words; without them the icon stands alone.
    #[prop(optional, into)]
    words: Option<String>,
    children: Children,
) -> impl IntoView {
    let class = super::button::class(look, size, false, words.is_none());
    let small = size == Size::Small;
    view! {
        <button class=class type="button" popovertarget=id.clone() aria-label=label.clone() title=label>
            {words}
            <Glyph icon small/>
        </button>
        <div class="menu" id=id popover="auto">{children.view()}</div>
    }
}
