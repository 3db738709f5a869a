//! Choices: check boxes, radios, switches, and the search box.

use leptos::prelude::*;

use crate::html::Children;

use super::{Glyph, Icon};

/// A group of choices under one legend.
#[component]
pub fn Choices(
    #[prop(into)] legend: String,
    #[prop(optional_no_strip)] error: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <fieldset class="field">
            <legend class="strong">{legend}</legend>
            {children.view()}
            {error.map(|error| view! { <span class="error"><Glyph icon=Icon::Alert small=true/><span>{error}</span></span> })}
        </fieldset>
    }
}

/// A check box with its words.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(default = "on".into(), into)] value: String,
    #[prop(optional)] checked: bool,
    #[prop(optional)] required: bool,
    #[prop(optional)] disabled: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value=value checked=checked required=required disabled=disabled/>
            <span>{children.view()}</span>
        </label>
    }
}

/// A radio button with its words.
#[component]
pub fn Radio(
    #[prop(into)] name: String,
    #[prop(into)] value: String,
    #[prop(optional)] checked: bool,
    #[prop(optional)] disabled: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <label class="check">
            <input type="radio" name=name value=value checked=checked disabled=disabled/>
            <span>{children.view()}</span>
        </label>
    }
}

/// On or off, taking effect with the form it stands in.
#[component]
pub fn Switch(
    /// Also the id.
    #[prop(into)]
    name: String,
    #[prop(into)] label: String,
    /// In small letters beside the label.
    #[prop(optional, into)]
    note: Option<String>,
    #[prop(optional)] checked: bool,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    view! {
        <label class="row one" for=name>
            <input
                class="switch"
                type="checkbox"
                role="switch"
                id=name.clone()
                name=name.clone()
                value="on"
                checked=checked
                disabled=disabled
            />
            <span>
                <strong>{label}</strong>
                {note.map(|note| view! { " " <span class="caption">{note}</span> })}
            </span>
        </label>
    }
}

/// A search box that sends its form with Enter.
#[component]
pub fn Search(
    /// The page that answers; the query goes into its address.
    #[prop(into)]
    action: String,
    #[prop(default = "q")] name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] value: String,
    /// Hidden values that the answering page must get back, such as the chosen board.
    #[prop(optional)]
    keep: Vec<(String, String)>,
) -> impl IntoView {
    view! {
        <form class="search" role="search" action=action method="get">
            <Glyph icon=Icon::Search/>
            <input class="input" type="search" name=name value=value aria-label=label placeholder=placeholder/>
            {keep.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
        </form>
    }
}
