//! Fields that several forms of cases have.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use domain::attachments::{ATTACHMENT_MAX, accept};
use domain::cases::{CASE_FILES_MAX, CaseOutcome};
use leptos::prelude::*;

use super::words::{case_outcome_word, outcome_note};
use crate::context::{Zone, locale};
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::FormState;
use crate::tf;
use crate::ui::{Choices, Field, TextField};

/// Files to attach, several at once.
#[component]
pub(crate) fn FilesField(id: &'static str, state: FormState) -> impl IntoView {
    let l = locale();
    let hint = tf!(l, k::cases::ATTACH_HINT, n = CASE_FILES_MAX, mb = ATTACHMENT_MAX >> 20);
    let error = state.field_error("files");
    let described = format!("{id}-{}", if error.is_some() { "error" } else { "hint" });
    let invalid = error.is_some().then_some("true");
    view! {
        <Field id label=t(l, k::cases::ATTACH) note=t(l, k::cases::house::OPTIONAL).to_owned() hint=Some(hint) error>
            <input class="input" id=id name="files" type="file" multiple accept=accept(&[]) aria-invalid=invalid aria-describedby=described/>
        </Field>
    }
}

/// A moment on the competition's wall.
#[component]
pub(crate) fn MomentField(
    here: Arc<Here>,
    name: &'static str,
    label: &'static str,
    /// What stands there at first.
    at: DateTime<Utc>,
    state: FormState,
) -> impl IntoView {
    let l = locale();
    let value = state.typed(name).cloned().unwrap_or_else(|| wall(here.zone(), at));
    let hint = tf!(l, k::cases::house::ZONE_HINT, zone = here.zone().name());
    view! { <TextField name kind="datetime-local" label value hint error=state.field_error(name) required=true/> }
}

/// A moment as a form's field has it.
pub(crate) fn wall(zone: Zone, at: DateTime<Utc>) -> String {
    zone.local(at).format("%Y-%m-%dT%H:%M").to_string()
}

/// So many days from a moment, at six in the evening on the competition's wall.
pub(crate) fn evening_in(here: &Here, from: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    let day = here.zone().local(from + Duration::days(days)).date();
    day.and_hms_opt(18, 0, 0).map_or(from, |wall| here.zone().moment(wall))
}

/// Outcomes to choose from, each with what follows of it.
#[component]
pub(crate) fn OutcomeField(legend: &'static str, outcomes: Vec<CaseOutcome>, state: FormState) -> impl IntoView {
    let l = locale();
    let chosen = state.value("outcome");
    let choices: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| {
            let (word, note) = (case_outcome_word(l, outcome), t(l, outcome_note(outcome)));
            let checked = chosen == outcome.key();
            view! {
                <label class="check">
                    <input type="radio" name="outcome" value=outcome.key() checked=checked required/>
                    <span><strong>{word}</strong> " " <span class="caption">{note}</span></span>
                </label>
            }
        })
        .collect();
    let error = state.field_error("outcome");
    view! { <Choices legend error>{choices}</Choices> }
}
