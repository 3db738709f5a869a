//! Progress: the steps of a submission, and a bar.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::{Glyph, Icon};

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    Done,
    Current,
    Waiting,
    Failed,
}

/// One step: its name and a line below it (`1.1초`, `이 화면을 닫아도 돼요`).
#[derive(Debug, Clone)]
pub struct Step {
    pub label: String,
    pub note: Option<String>,
    pub state: StepState,
}

/// Steps in a row, each joined to the one before.
#[component]
pub fn Stepper(#[prop(into)] label: String, steps: Vec<Step>) -> impl IntoView {
    view! {
        <ol class="stepper" aria-label=label>
            {steps
                .into_iter()
                .enumerate()
                .map(|(index, step)| {
                    let class = match step.state {
                        StepState::Done => Some("done"),
                        StepState::Failed => Some("failed"),
                        StepState::Current | StepState::Waiting => None,
                    };
                    let mark = match step.state {
                        StepState::Done => EitherOf3::A(view! { <Glyph icon=Icon::Check small=true/> }),
                        StepState::Failed => EitherOf3::A(view! { <Glyph icon=Icon::X small=true/> }),
                        StepState::Current => EitherOf3::B(view! { <span class="spinner" aria-hidden="true"></span> }),
                        StepState::Waiting => EitherOf3::C((index + 1).to_string()),
                    };
                    view! {
                        <li class=class aria-current=(step.state == StepState::Current).then_some("step")>
                            <span class="mark">{mark}</span>
                            <span class="label">{step.label}</span>
                            {step.note.map(|note| view! { <span class="num">{note}</span> })}
                        </li>
                    }
                })
                .collect_view()}
        </ol>
    }
}

/// A bar with its words above: `answer.csv 올리는 중 · 62%`.
#[component]
pub fn ProgressBar(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    /// From 0 to 100.
    #[prop(into)]
    percent: Signal<u32>,
) -> impl IntoView {
    view! {
        <div class="stack s">
            <label class="caption num" for=id.clone()>{label}</label>
            <progress id=id max="100" value=move || percent.get().to_string()></progress>
        </div>
    }
}
