use std::sync::Arc;

use domain::address;
use domain::applications::{Question, QuestionKind, field};
use domain::attachments::accept;
use leptos::prelude::*;
use platform::participation::AnswerFile;

use crate::context::locale;
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::FormState;
use crate::tf;
use crate::ui::{Checkbox, Choices, Field, Glyph, Icon, Select, TextArea};

/// What the organizers ask, each with what was typed before and what is wrong with it.
#[component]
pub(super) fn Questions(
    here: Arc<Here>,
    state: FormState,
    /// The files of an earlier application, which it keeps.
    files: Vec<AnswerFile>,
) -> impl IntoView {
    let l = locale();
    let questions = &here.competition.settings.apply.questions;
    let fields: Vec<_> = questions
        .iter()
        .map(|question| match question.kind {
            QuestionKind::File => {
                let kept = files.iter().find(|file| file.question == question.key);
                file(l, &here, question, &state, kept)
            }
            _ => one(l, question, &state),
        })
        .collect();
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
        // Asked for by `file`.
        QuestionKind::File => ().into_html(),
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

/// A file to choose. What was chosen before is not in the page again, so it says what there is and what has to be chosen anew.
fn file(l: Locale, here: &Here, question: &Question, state: &FormState, kept: Option<&AnswerFile>) -> Html {
    use k::participation::file as f;
    let (name, id) = (field(&question.key), format!("answer-{}", question.key));
    let (chosen, error) = (state.value(&name), state.field_error(&name));
    let optional = (!question.required).then(|| t(l, k::participation::OPTIONAL).to_owned());
    let hint = question.hint.as_ref().map(|hint| view! { <span class="hint">{hint.get(l).to_owned()}</span> });
    let about = format!("{id}-about");
    let described = if error.is_some() { format!("{id}-error {about}") } else { about.clone() };
    let invalid = error.is_some().then_some("true");
    let (accept, required) = (accept(&question.file_kinds), question.required && kept.is_none());
    let taken = taken(l, question);
    let again = (!chosen.is_empty()).then(|| tf!(l, f::AGAIN, name = chosen));
    let kept = kept.map(|file| view! { <p class="any-wrap">{t(l, f::KEPT)} " " {given(l, here, file)} " " <span class="caption">{t(l, f::KEPT_NOTE)}</span></p> });
    view! {
        <div class="stack s">
            <Field id=id.clone() label=question.label.get(l).to_owned() note=optional error required=question.required>
                <input class="input" id=id name=name type="file" accept=accept required=required aria-invalid=invalid aria-describedby=described/>
            </Field>
            <div class="stack s caption" id=about>
                {hint}
                <span>{taken}</span>
                {again.map(|again| view! { <strong class="any-wrap">{again}</strong> })}
            </div>
            {kept}
        </div>
    }
    .into_html()
}

/// Which files a question takes, and how large.
fn taken(l: Locale, question: &Question) -> String {
    let mb = question.file_max() >> 20;
    if question.file_kinds.is_empty() {
        return tf!(l, k::participation::file::ANY, mb = mb);
    }
    let kinds: Vec<_> = question.file_kinds.iter().map(|kind| kind.to_uppercase()).collect();
    tf!(l, k::participation::file::KINDS, kinds = kinds.join(", "), mb = mb)
}

/// A file that was given, to be downloaded.
pub fn given(l: Locale, here: &Here, file: &AnswerFile) -> Html {
    let href = address::file::answer_file(here.slug(), file.id);
    let size = format::bytes(u64::try_from(file.bytes).unwrap_or_default(), l);
    let name = file.name.clone();
    view! { <a class="any-wrap" href=href download><Glyph icon=Icon::Clip inline=true/> " " {name}</a> " " <span class="caption num">{size}</span> }.into_html()
}
