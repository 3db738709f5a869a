//! Buttons and links that look like buttons. One primary action a screen.

use leptos::prelude::*;

use crate::html::{Children, IntoHtml as _};

use super::{Glyph, Icon};

/// How loud a button is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    #[default]
    Outlined,
    /// The screen's one action.
    Primary,
    Ghost,
    Danger,
}

/// Height: 32, 40 or 48 pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Size {
    Small,
    #[default]
    Medium,
    Large,
}

pub(super) fn class(look: Look, size: Size, wide: bool, icon_only: bool) -> String {
    let look = match look {
        Look::Outlined => "",
        Look::Primary => " primary",
        Look::Ghost => " ghost",
        Look::Danger => " danger",
    };
    let size = match size {
        Size::Small => " s",
        Size::Medium => "",
        Size::Large => " l",
    };
    format!("btn{look}{size}{}{}", if wide { " wide" } else { "" }, if icon_only { " icon-only" } else { "" })
}

/// A button. Without children it is its icon alone and needs `label`. Other attributes go through: `attr:name="theme"`.
#[component]
pub fn Button(
    #[prop(optional)] look: Look,
    #[prop(optional)] size: Size,
    #[prop(optional)] icon: Option<Icon>,
    /// Accessible name, where the visible words are missing or say too little.
    #[prop(optional, into)]
    label: Option<String>,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    #[prop(optional)] wide: bool,
    /// The deed is under way: a spinner stands for the icon, and the words should say so (`올리는 중`).
    #[prop(optional, into)]
    busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let icon_only = children.is_none();
    let small = size == Size::Small && !icon_only;
    let title = icon_only.then(|| label.clone());
    view! {
        <button
            class=class(look, size, wide, icon_only)
            type=if submit { "submit" } else { "button" }
            aria-label=label
            title=title
            aria-busy=move || busy.get().then_some("true")
            disabled=move || disabled.get()
        >
            {move || {
                if busy.get() {
                    Some(view! { <span class="spinner" aria-hidden="true"></span> }.into_html())
                } else {
                    icon.map(|icon| view! { <Glyph icon small/> }.into_html())
                }
            }}
            {children.map(Children::view)}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] look: Look,
    #[prop(optional)] size: Size,
    #[prop(optional)] icon: Option<Icon>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional)] wide: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let icon_only = children.is_none();
    let small = size == Size::Small && !icon_only;
    let title = icon_only.then(|| label.clone());
    view! {
        <a class=class(look, size, wide, icon_only) href=href aria-label=label title=title>
            {icon.map(|icon| view! { <Glyph icon small/> })}
            {children.map(Children::view)}
        </a>
    }
}
