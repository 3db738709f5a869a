//! What states and outcomes of a case are called.

use domain::cases::{Case, CaseOutcome, CaseState};
use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{Locale, Phrase, k, t};
use crate::ui::{Badge, Tone};

pub fn case_state_word(l: Locale, state: CaseState) -> &'static str {
    use k::cases::state as s;
    t(
        l,
        match state {
            CaseState::Suspected => s::SUSPECTED,
            CaseState::Asked => s::ASKED,
            CaseState::Answered => s::ANSWERED,
            CaseState::Deliberating => s::DELIBERATING,
            CaseState::Decided => s::DECIDED,
        },
    )
}

pub fn case_outcome_word(l: Locale, outcome: CaseOutcome) -> &'static str {
    use k::cases::outcome as o;
    t(
        l,
        match outcome {
            CaseOutcome::NoBreach => o::NO_BREACH,
            CaseOutcome::Warning => o::WARNING,
            CaseOutcome::Voided => o::VOIDED,
            CaseOutcome::Disqualified => o::DISQUALIFIED,
        },
    )
}

/// What follows of an outcome.
pub(crate) fn outcome_note(outcome: CaseOutcome) -> Phrase {
    use k::cases::outcome as o;
    match outcome {
        CaseOutcome::NoBreach => o::NO_BREACH_NOTE,
        CaseOutcome::Warning => o::WARNING_NOTE,
        CaseOutcome::Voided => o::VOIDED_NOTE,
        CaseOutcome::Disqualified => o::DISQUALIFIED_NOTE,
    }
}

fn outcome_tone(outcome: CaseOutcome) -> Tone {
    match outcome {
        CaseOutcome::NoBreach => Tone::Success,
        CaseOutcome::Warning => Tone::Warning,
        CaseOutcome::Voided | CaseOutcome::Disqualified => Tone::Danger,
    }
}

/// Where a case stands, or how it is decided.
#[component]
pub fn CaseBadge(case: Case, state: CaseState) -> impl IntoView {
    let l = locale();
    let (tone, word) = match (state, case.outcome) {
        (CaseState::Decided, Some(outcome)) => (outcome_tone(outcome), case_outcome_word(l, outcome)),
        (CaseState::Suspected, _) => (Tone::Neutral, case_state_word(l, state)),
        (CaseState::Asked, _) => (Tone::Info, case_state_word(l, state)),
        (CaseState::Answered, _) => (Tone::Accent, case_state_word(l, state)),
        _ => (Tone::Warning, case_state_word(l, state)),
    };
    view! { <Badge tone>{word}</Badge> }
}
