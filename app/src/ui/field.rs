//! Form fields: a label that is always visible, the control, and a hint; an error stands where the hint stood and is
//! wired to the control. Choices (check, radio, switch, search) are in `choice.rs`.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::context::locale;
use crate::i18n::k;
use crate::tf;

/// Ids of what describes a control.
fn described(id: &str, hint: bool, error: bool) -> Option<String> {
    match (error, hint) {
        (true, _) => Some(format!("{id}-error")),
        (false, true) => Some(format!("{id}-hint")),
        (false, false) => None,
    }
}

/// Label above, hint or error below whatever control stands between.
#[component]
pub fn Field<C: IntoView + 'static>(
    /// The control's id; hint and error get `{id}-hint` and `{id}-error`.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    /// Beside the label in small letters: `(선택, 우리 팀만 봐요)`.
    #[prop(optional_no_strip, into)]
    note: Option<String>,
    #[prop(optional_no_strip)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] required: bool,
    children: TypedChildren<C>,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let hint = hint.filter(|_| error.is_none());
    view! {
        <div class="field">
            <label for=id>
                {label}
                {required.then(|| view! { " " <span class="req" aria-hidden="true">"*"</span> })}
                {note.map(|note| view! { " " <span class="caption">{note}</span> })}
            </label>
            {children.into_inner()()}
            {hint.map(|hint| view! { <span class="hint" id=hint_id>{hint}</span> })}
            {error
                .map(|error| {
                    view! { <span class="error" id=error_id><Glyph icon=Icon::Alert small=true/><span>{error}</span></span> }
                })}
        </div>
    }
}

/// One line of text. `error` takes an `Option`, so that a form's errors can be handed on as they come.
#[component]
pub fn TextField(
    /// Also the id, unless `id` says otherwise.
    #[prop(into)]
    name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] value: String,
    /// `text`, `email`, `password`, `url`, `number`.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional, into)] note: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] autocomplete: Option<String>,
    #[prop(optional)] max: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let described_by = described(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <Field id=id.clone() label note hint error required>
            <input
                class="input"
                id=id
                name=name
                type=kind
                value=value
                placeholder=placeholder
                autocomplete=autocomplete
                maxlength=max.map(|max| max.to_string())
                required=required
                readonly=readonly
                disabled=disabled
                aria-invalid=invalid
                aria-describedby=described_by
            />
        </Field>
    }
}

/// Several lines of text; with `max` it counts characters (kept up to date by `boot.js`).
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] note: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    /// Most characters.
    #[prop(optional)]
    max: Option<u32>,
    #[prop(optional)] rows: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let l = locale();
    let counter =
        max.map(|max| (tf!(l, k::ui::field::COUNT, n = value.chars().count(), max = max), format!("{id}-count")));
    let described_by = [described(&id, hint.is_some(), error.is_some()), counter.as_ref().map(|(_, id)| id.clone())]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let invalid = error.is_some().then_some("true");
    let count_id = counter.as_ref().map(|(_, id)| id.clone());
    view! {
        <Field id=id.clone() label note hint error required>
            <textarea
                class="input"
                id=id
                name=name
                placeholder=placeholder
                rows=rows.map(|rows| rows.to_string())
                maxlength=max.map(|max| max.to_string())
                required=required
                readonly=readonly
                disabled=disabled
                aria-invalid=invalid
                aria-describedby=(!described_by.is_empty()).then_some(described_by)
                data-count=count_id
            >
                {value}
            </textarea>
            {counter.map(|(count, id)| view! { <span class="hint num" id=id>{count}</span> })}
        </Field>
    }
}

/// One of several, in a native select. `options` are values with their labels.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    options: Vec<(String, String)>,
    #[prop(optional, into)] id: Option<String>,
    /// The chosen option's value.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let described_by = described(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <Field id=id.clone() label hint error required>
            <select class="input" id=id name=name required=required disabled=disabled aria-invalid=invalid aria-describedby=described_by>
                {options
                    .into_iter()
                    .map(|(key, label)| {
                        let selected = key == value;
                        view! { <option value=key selected=selected>{label}</option> }
                    })
                    .collect_view()}
            </select>
        </Field>
    }
}
