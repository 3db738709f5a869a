use std::sync::Arc;

use domain::participation::ParticipationState;
use domain::text::REASON_MAX;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::participation::decisions::{Decided, Decision};

use crate::api::participation::DecideApplications;
use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::FormState;
use crate::tf;
use crate::ui::{Alert, Card, TextArea, Tone};

/// The form that the boxes of the rows belong to.
pub(super) const FORM: &str = "decide";

/// Decides about all that are chosen above.
#[component]
pub(super) fn Bulk(here: Arc<Here>, asked: Option<ParticipationState>, state: FormState) -> impl IntoView {
    let l = locale();
    let fits = |decision: &Decision| asked.is_none_or(|asked| decision.leads(asked, true).is_some());
    let decisions: Vec<_> = Decision::ALL.into_iter().filter(fits).collect();
    (!decisions.is_empty()).then(|| {
        view! {
            <Card id="bulk" title=t(l, k::console::applications::BULK)>
                <form class="stack" id=FORM method="post" action=DecideApplications::PATH>
                    <input type="hidden" name="slug" value=here.slug().to_owned()/>
                    <Reason state/>
                    {buttons(l, decisions)}
                </form>
            </Card>
        }
    })
}

/// What the applicant is told beside the decision.
#[component]
pub(super) fn Reason(state: FormState) -> impl IntoView {
    let l = locale();
    view! {
        // Of more lines than one: Enter would send the form with its first button.
        <TextArea
            name="reason"
            label=t(l, k::console::applications::REASON)
            hint=t(l, k::console::applications::REASON_HINT)
            value=state.value("reason")
            error=state.field_error("users").or_else(|| state.field_error("reason"))
            max=u32::try_from(REASON_MAX).unwrap_or(u32::MAX)
            rows=2
        />
    }
}

/// A button for each decision, of one form.
pub(super) fn buttons(l: Locale, decisions: Vec<Decision>) -> Html {
    let button = |decision: Decision| {
        let class = match decision {
            Decision::Approve => "btn primary",
            Decision::Exclude => "btn danger",
            _ => "btn",
        };
        view! { <button class=class type="submit" name="decision" value=decision.key()>{word(l, decision)}</button> }
    };
    view! { <div class="row tight">{decisions.into_iter().map(button).collect_view()}</div> }.into_html()
}

fn word(l: Locale, decision: Decision) -> &'static str {
    t(
        l,
        match decision {
            Decision::Approve => k::console::applications::APPROVE,
            Decision::Decline => k::console::applications::DECLINE,
            Decision::Exclude => k::console::applications::EXCLUDE,
            Decision::Wait => k::console::applications::WAIT,
            Decision::First => k::console::applications::FIRST,
        },
    )
}

/// What came of the decision that was just sent.
pub(super) fn said(state: &FormState) -> Option<Html> {
    use k::console::applications as a;
    let l = locale();
    let decided: Decided = serde_json::from_value(state.result()?.clone()).ok()?;
    let Decided { done, no_place, in_team, moved } = decided;
    let parts = [
        (done > 0).then(|| tf!(l, a::DONE, n = done)),
        (no_place > 0).then(|| tf!(l, a::NO_PLACE, n = no_place)),
        (in_team > 0).then(|| tf!(l, a::IN_TEAM, n = in_team)),
        (moved > 0).then(|| tf!(l, a::MOVED, n = moved)),
    ];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let tone = if no_place + in_team + moved == 0 { Tone::Success } else { Tone::Warning };
    Some(view! { <div role="status"><Alert tone>{text}</Alert></div> }.into_html())
}
