use std::sync::Arc;

use domain::access::Action;
use domain::cases::CaseState;
use domain::{ErrorCode, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::hooks::use_params_map;
use platform::cases::{self, CaseView};

use super::forms::{AskForm, DecideForm, EvidenceForm, ExtendForm, Votes};
use crate::api::cases::{AskForStatement, DecideCase, ExtendStatement, VoteOnCase};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::cases::history::CaseHistory;
use crate::pages::cases::words::CaseBadge;
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::{Room, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Card, Fact, Facts, Icon, LinkButton, Size, Time, TimeForm, Tone};

/// `/competitions/:slug/manage/cases/:number`: a case with all that is known of it, and what can be done next.
#[component]
pub fn ManageCasePage() -> impl IntoView {
    let number = use_params_map().read_untracked().get("number").unwrap_or_default();
    let state = FormState::of_any(&[
        address::MANAGE_CASES,
        address::MANAGE_CASE,
        AskForStatement::PATH,
        ExtendStatement::PATH,
        VoteOnCase::PATH,
        DecideCase::PATH,
    ]);
    room(Room::Cases, move |here| async move {
        let l = locale();
        let number: i64 = number.parse().map_err(|_| ErrorCode::NotFound)?;
        let view = cases::of(&request::services(), &here.competition, &request::actor(), number).await?;
        let leads = here.may(Action::ManageCases);
        let of = |path: &str| if state.is_of(path) { state.clone() } else { FormState::default() };
        let one = || (Arc::clone(&here), view.clone());
        let votes = {
            let (here, view) = one();
            view! { <Votes here view state=of(VoteOnCase::PATH)/> }.into_html()
        };
        let ask = (leads && view.state == CaseState::Suspected).then(|| {
            let (here, view) = one();
            view! { <AskForm here view state=of(AskForStatement::PATH)/> }.into_html()
        });
        let decide = (leads && !view.outcomes.is_empty()).then(|| {
            let (here, view) = one();
            view! { <DecideForm here view state=of(DecideCase::PATH)/> }.into_html()
        });
        let extend = (leads && view.can_extend).then(|| {
            let (here, view) = one();
            view! { <ExtendForm here view state=of(ExtendStatement::PATH)/> }.into_html()
        });
        let evidence = leads.then(|| {
            let (here, view) = one();
            view! { <EvidenceForm here number=view.case.number state=of(address::MANAGE_CASE)/> }.into_html()
        });
        let about = {
            let (here, view) = one();
            view! { <About here view/> }.into_html()
        };
        let history = {
            let (here, view) = one();
            view! { <CaseHistory here number entries=view.entries house=true/> }.into_html()
        };
        let said = state.done().map(|path| {
            let phrase = match path {
                address::MANAGE_CASES => k::cases::house::OPENED,
                address::MANAGE_CASE => k::cases::house::EVIDENCE_DONE,
                AskForStatement::PATH => k::cases::house::ASKED,
                ExtendStatement::PATH => k::cases::house::EXTENDED,
                VoteOnCase::PATH => k::cases::house::VOTED,
                _ => k::cases::house::DECIDED,
            };
            view! { <div role="status"><Alert tone=Tone::Success>{t(l, phrase)}</Alert></div> }
        });
        let head = view! {
            <p><LinkButton href=address::manage_cases(here.slug()) size=Size::Small icon=Icon::Left>{t(l, k::cases::house::BACK)}</LinkButton></p>
            {said}
            <FormError state/>
        }
        .into_html();
        let parts = [Some(head), Some(about), Some(votes), ask, decide, Some(history), extend, evidence];
        Ok(parts.into_iter().flatten().collect_view())
    })
}

#[component]
fn About(here: Arc<Here>, view: CaseView) -> impl IntoView {
    let (l, zone) = (locale(), here.zone());
    let CaseView { case, state, team, submissions, .. } = view;
    let named = tf!(l, k::teams::ask::TEAM, n = team.number, name = team.name);
    let by = if case.by_vote { k::cases::house::BY_VOTE } else { k::cases::house::BY_ORGANIZER };
    let numbers: Vec<_> =
        submissions.iter().map(|one| tf!(l, k::cases::SUBMISSION_OF, n = one.number, name = one.file_name)).collect();
    let numbers = if numbers.is_empty() { t(l, k::cases::NO_SUBMISSIONS).to_owned() } else { numbers.join(", ") };
    let badge = case.clone();
    view! {
        <Card id="about" title=case.title.clone() note=move || view! { <CaseBadge case=badge.clone() state/> }>
            <Facts lines=true>
                <Fact term=t(l, k::cases::house::WHAT)><span class="num">{tf!(l, k::cases::NUMBER, n = case.number)}</span></Fact>
                <Fact term=t(l, k::cases::TEAM)><a href=address::public_team(here.slug(), team.number)>{named}</a></Fact>
                <Fact term=t(l, k::cases::SUBMISSIONS)><span class="any-wrap">{numbers}</span></Fact>
                <Fact term=t(l, k::cases::house::BY)>{t(l, by)}</Fact>
                <Fact term=t(l, k::cases::house::OPENED_AT)><Time at=case.opened_at zone/></Fact>
                {case.due_at.map(|at| view! { <Fact term=t(l, k::cases::DUE)><Time at zone form=TimeForm::Deadline/></Fact> })}
                {case.votes_until.map(|at| view! { <Fact term=t(l, k::cases::VOTES_UNTIL)><Time at zone form=TimeForm::Deadline/></Fact> })}
            </Facts>
        </Card>
    }
}
