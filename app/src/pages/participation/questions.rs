use std::sync::Arc;

use domain::applications::{Question, QuestionKind, field};
use leptos::prelude::*;

use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::FormState;
use crate::ui::{Checkbox, Choices, Select, TextArea};

/// What the organizers ask, each with what was typed before and what is wrong with it.
#[component]
pub(super) fn Questions(here: Arc<Here>, state: FormState) -> impl IntoView {
    let l = locale();
    let questions = &here.competition.settings.apply.questions;
    let fields: Vec<_> = questions.iter().map(|question| one(l, question, &state)).collect();
    (!fields.is_empty()).then(|| {
        view! {
            {fields}
            <p class="caption">{t(l, k::participation::ANSWERS_NOTE)}</p>
        }
    })
}

fn one(l: Locale, question: &Question, state: &FormState) -> Html {
    let name = field(&question.key);
    // A name with brackets is none for a style sheet or a label's `for` to trip over.
    let id = format!("answer-{}", question.key);
    let label = question.label.get(l).to_owned();
    let hint = question.hint.as_ref().map(|hint| hint.get(l).to_owned());
    let (value, error) = (state.value(&name), state.field_error(&name));
    let optional = (!question.required).then(|| t(l, k::participation::OPTIONAL).to_owned());
    match question.kind {
        QuestionKind::Text => {
            view! { <TextArea name id label value note=optional.unwrap_or_default() hint=hint.unwrap_or_default() error max=question.max() rows=3 required=question.required/> }
                .into_html()
        }
        QuestionKind::Choice => {
            let none = (String::new(), t(l, k::participation::CHOOSE).to_owned());
            let choices = question.choices.iter().map(|choice| (choice.ko.clone(), choice.get(l).to_owned()));
            let options = std::iter::once(none).chain(choices).collect();
            let label = optional.map_or_else(|| label.clone(), |optional| format!("{label} {optional}"));
            view! { <Select name id label options value hint=hint.unwrap_or_default() error required=question.required/> }.into_html()
        }
        QuestionKind::Consent => {
            let text = hint.unwrap_or_else(|| label.clone());
            let (checked, required) = (!value.is_empty(), question.required);
            view! {
                <Choices legend=label error>
                    <Checkbox name checked required>{text}</Checkbox>
                </Choices>
            }
            .into_html()
        }
    }
}
