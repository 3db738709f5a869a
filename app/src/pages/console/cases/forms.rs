//! What organizers and judges do with a case, each a form of its own.

use std::sync::Arc;

use domain::address;
use domain::cases::{Case, CaseOutcome, CaseState};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::cases::CaseView;

use crate::api::cases::{AskForStatement, DecideCase, ExtendStatement, VoteOnCase};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::cases::fields::{FilesField, MomentField, OutcomeField, evening_in};
use crate::pages::cases::words::case_outcome_word;
use crate::pages::competitions::here::Here;
use crate::pages::load::FormState;
use crate::tf;
use crate::ui::{Button, Card, Checkbox, Fact, Facts, Look, TextArea};

/// Days that a team has for its statement, and judges for their votes, where nothing else is said.
const DAYS: i64 = 7;

/// The fields that say which case is meant.
#[component]
fn CaseFields(here: Arc<Here>, number: i64) -> impl IntoView {
    view! {
        <input type="hidden" name="slug" value=here.slug().to_owned()/>
        <input type="hidden" name="number" value=number/>
    }
}

#[component]
pub(super) fn AskForm(here: Arc<Here>, view: CaseView, state: FormState) -> impl IntoView {
    use k::cases::house as h;
    let l = locale();
    view! {
        <Card id="ask" title=t(l, h::ASK)>
            <form class="stack" method="post" action=AskForStatement::PATH>
                <p class="caption">{t(l, h::ASK_TEXT)}</p>
                <CaseFields here=Arc::clone(&here) number=view.case.number/>
                <TextArea name="question" label=t(l, h::QUESTION) value=state.value("question") hint=t(l, h::QUESTION_HINT) error=state.field_error("question") rows=5 required=true/>
                <Deadlines here case=view.case.clone() state/>
                <p><Button look=Look::Primary submit=true>{t(l, h::ASK_DO)}</Button></p>
            </form>
        </Card>
    }
}

/// Until when the team answers, and judges vote where they do.
#[component]
fn Deadlines(here: Arc<Here>, case: Case, state: FormState) -> impl IntoView {
    let l = locale();
    // What was promised is only ever extended.
    let from = case.due_at.map_or(here.now, |promised| promised.max(here.now));
    let (due, votes) = (evening_in(&here, from, DAYS), evening_in(&here, from, 2 * DAYS));
    let votes = case.by_vote.then(|| {
        view! { <MomentField here=Arc::clone(&here) name="votes_until" label=t(l, k::cases::VOTES_UNTIL) at=votes state=state.clone()/> }
    });
    view! {
        <MomentField here=Arc::clone(&here) name="until" label=t(l, k::cases::DUE) at=due state=state.clone()/>
        {votes}
    }
}

#[component]
pub(super) fn ExtendForm(here: Arc<Here>, view: CaseView, state: FormState) -> impl IntoView {
    use k::cases::house as h;
    let l = locale();
    view! {
        <Card id="extend" title=t(l, h::EXTEND)>
            <form class="stack" method="post" action=ExtendStatement::PATH>
                <p class="caption">{t(l, h::EXTEND_TEXT)}</p>
                <CaseFields here=Arc::clone(&here) number=view.case.number/>
                <Deadlines here case=view.case.clone() state/>
                <p><Button submit=true>{t(l, h::EXTEND_DO)}</Button></p>
            </form>
        </Card>
    }
}

#[component]
pub(super) fn EvidenceForm(here: Arc<Here>, number: i64, state: FormState) -> impl IntoView {
    use k::cases::house as h;
    let l = locale();
    let shown = state.value("is_shown") == "on";
    view! {
        <Card id="evidence" title=t(l, h::EVIDENCE)>
            <form class="stack" method="post" enctype="multipart/form-data" action=address::manage_case(here.slug(), number)>
                <TextArea name="markdown" label=t(l, h::EVIDENCE_TEXT) value=state.value("markdown") hint=t(l, k::cases::MARKDOWN_HINT) error=state.field_error("markdown") rows=4 required=true/>
                <FilesField id="evidence-files" state/>
                <Checkbox name="is_shown" checked=shown>{t(l, h::SHOW)}</Checkbox>
                <p><Button submit=true>{t(l, h::EVIDENCE_DO)}</Button></p>
            </form>
        </Card>
    }
}

/// How a vote stands, and the form of whoever is asked and has not voted.
#[component]
pub(super) fn Votes(here: Arc<Here>, view: CaseView, state: FormState) -> impl IntoView {
    use k::cases::house as h;
    let l = locale();
    let Some(tally) = view.votes else { return ().into_html() };
    let takes_votes = view.case.takes_votes(here.now);
    if view.state != CaseState::Decided && !takes_votes && tally.given == 0 {
        return ().into_html();
    }
    let mine = tally.mine.map(|outcome| {
        let text = tf!(l, h::MINE, outcome = case_outcome_word(l, outcome));
        view! { <p>{text}</p> }
    });
    let given = if view.state == CaseState::Decided {
        tf!(l, h::GIVEN_ALL, asked = tally.asked, given = tally.given)
    } else {
        tf!(l, h::GIVEN, asked = tally.asked, given = tally.given)
    };
    let gone = (tally.gone > 0).then(|| {
        let text = tf!(l, h::GONE, n = tally.gone, asked = tally.asked);
        view! { <p class="caption">{text}</p> }
    });
    let counts = tally.counts.map(|counts| {
        let facts: Vec<_> = counts
            .into_iter()
            .map(|(outcome, n)| {
                let votes = tf!(l, h::VOTES, n = n);
                view! { <Fact term=case_outcome_word(l, outcome)><span class="num">{votes}</span></Fact> }
            })
            .collect();
        view! { <Facts lines=true>{facts}</Facts> }
    });
    let form = (tally.is_asked && tally.mine.is_none() && takes_votes).then(|| {
        let has_submissions = !view.submissions.is_empty();
        let outcomes = CaseOutcome::ALL.into_iter();
        let outcomes = outcomes.filter(|outcome| has_submissions || *outcome != CaseOutcome::Voided).collect();
        view! {
            <form class="stack" method="post" action=VoteOnCase::PATH>
                <p class="caption">{t(l, h::VOTE_TEXT)}</p>
                <CaseFields here=Arc::clone(&here) number=view.case.number/>
                <OutcomeField legend=t(l, h::VOTE_CHOICE_LEGEND) outcomes state=state.clone()/>
                <TextArea name="reason" id="vote-reason" label=t(l, h::VOTE_REASON) value=state.value("reason") error=state.field_error("reason") rows=4 required=true/>
                <p><Button look=Look::Primary submit=true>{t(l, h::VOTE_DO)}</Button></p>
            </form>
        }
        .into_html()
    });
    view! {
        <Card id="votes" title=t(l, h::TALLY)>
            <div class="stack">
                <p class="num">{given}</p>
                {gone}
                {mine}
                {counts}
                {form}
            </div>
        </Card>
    }
    .into_html()
}

#[component]
pub(super) fn DecideForm(here: Arc<Here>, view: CaseView, state: FormState) -> impl IntoView {
    use k::cases::house as h;
    let l = locale();
    let (title, text, hint, button) = match view.state {
        CaseState::Suspected => (h::DROP, h::DROP_TEXT, h::DROP_REASON_HINT, h::DROP),
        CaseState::Decided => (h::DECIDE_AGAIN, h::DECIDE_TEXT, h::REASON_HINT, h::DECIDE_DO),
        _ => (h::DECIDE, h::DECIDE_TEXT, h::REASON_HINT, h::DECIDE_DO),
    };
    let look = if view.state == CaseState::Deliberating { Look::Primary } else { Look::Outlined };
    let outcome = match view.outcomes.as_slice() {
        [only] if view.state == CaseState::Suspected => {
            view! { <input type="hidden" name="outcome" value=only.key()/> }.into_html()
        }
        _ => view! { <OutcomeField legend=t(l, h::DECIDE_LEGEND) outcomes=view.outcomes state=state.clone()/> }
            .into_html(),
    };
    view! {
        <Card id="decide" title=t(l, title)>
            <form class="stack" method="post" action=DecideCase::PATH>
                <p class="caption">{t(l, text)}</p>
                <CaseFields here number=view.case.number/>
                {outcome}
                <TextArea name="reason" id="decide-reason" label=t(l, h::REASON) value=state.value("reason") hint=t(l, hint) error=state.field_error("reason") rows=4 required=true/>
                <p><Button look submit=true>{t(l, button)}</Button></p>
            </form>
        </Card>
    }
}
