use std::sync::Arc;

use domain::address;
use domain::cases::{CaseEntryKind, CaseState};
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::cases::{self, CaseView};

use super::fields::FilesField;
use super::history::CaseHistory;
use super::words::CaseBadge;
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::keeping::{Keeping, say};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Breadcrumb, Button, Card, Fact, Facts, Look, TextArea, Time, TimeForm, Tone};

/// `/competitions/:slug/cases/:number`: a case as its team sees it, and its statement.
#[component]
pub fn CasePage() -> impl IntoView {
    say(Keeping::Secret);
    let number = use_params_map().read_untracked().get("number").and_then(|number| number.parse().ok());
    let state = FormState::of_any(&[address::CASE]);
    competition_page(CompetitionTab::Team, false, move |here| async move { page(here, number, state).await })
}

async fn page(here: Arc<Here>, number: Option<i64>, state: FormState) -> Result<impl IntoView, AppError> {
    let l = locale();
    request::user()?;
    let number: i64 = number.ok_or(ErrorCode::NotFound)?;
    let view = cases::own(&request::services(), &here.competition, &here.actor, number).await?;
    let name = tf!(l, k::cases::NUMBER, n = number);
    let crumbs =
        vec![(t(l, k::competitions::tabs::TEAM).to_owned(), Some(address::team(here.slug()))), (name.clone(), None)];
    let lead = tf!(l, k::cases::own::LEAD, team = view.team.name);
    let sent = state
        .done()
        .map(|_| view! { <div role="status"><Alert tone=Tone::Success>{t(l, k::cases::own::SENT)}</Alert></div> });
    let (case, now) = (view.case.clone(), view.state);
    let about = view! { <About here=Arc::clone(&here) view=view.clone()/> }.into_html();
    let answer = view! { <Answer here=Arc::clone(&here) view=view.clone() state=state.clone()/> }.into_html();
    let history = view! { <CaseHistory here=Arc::clone(&here) number entries=view.entries house=false/> }.into_html();
    Ok(view! {
        <Title text=format!("{name} · {}", here.title())/>
        <div class="page body with-rail snug">
            <div class="stack l">
                <header class="stack s">
                    <Breadcrumb steps=crumbs/>
                    <div class="row"><h1>{name}</h1><CaseBadge case state=now/></div>
                    <p class="muted">{lead}</p>
                </header>
                {sent}
                <FormError state/>
                {answer}
                {history}
            </div>
            <aside class="stack" aria-label=t(l, k::cases::house::ABOUT)>{about}</aside>
        </div>
    })
}

#[component]
fn About(here: Arc<Here>, view: CaseView) -> impl IntoView {
    let (l, zone) = (locale(), here.zone());
    let submissions: Vec<_> = view
        .submissions
        .iter()
        .map(|one| {
            let word = tf!(l, k::cases::SUBMISSION_OF, n = one.number, name = one.file_name);
            view! { <li><a class="any-wrap" href=address::submission(here.slug(), one.id)>{word}</a></li> }
        })
        .collect();
    let none = submissions.is_empty();
    view! {
        <Card id="about" title=t(l, k::cases::house::ABOUT)>
            <Facts>
                {view.case.due_at.map(|at| view! { <Fact term=t(l, k::cases::DUE)><Time at zone form=TimeForm::Deadline/></Fact> })}
                <Fact term=t(l, k::cases::SUBMISSIONS)>
                    {if none { t(l, k::cases::NO_SUBMISSIONS).into_html() } else { view! { <ul class="stack s">{submissions}</ul> }.into_html() }}
                </Fact>
            </Facts>
        </Card>
    }
}

/// The form for the statement while there is time for it, and what comes next after that.
#[component]
fn Answer(here: Arc<Here>, view: CaseView, state: FormState) -> impl IntoView {
    let l = locale();
    let due = view.case.due_at.map(|at| format::deadline(l, here.zone(), at)).unwrap_or_default();
    match view.state {
        CaseState::Decided => {
            return view! { <Alert tone=Tone::Info>{t(l, k::cases::own::DECIDED)}</Alert> }.into_html();
        }
        CaseState::Deliberating => {
            let text = tf!(l, k::cases::own::CLOSED, at = due);
            return view! { <Alert tone=Tone::Info>{text}</Alert> }.into_html();
        }
        _ => {}
    }
    let mut given = view.entries.iter().rev().filter(|shown| shown.entry.kind == CaseEntryKind::Statement);
    let last = given.next().map(|shown| shown.entry.markdown.clone());
    let title = if last.is_some() { k::cases::own::AGAIN } else { k::cases::own::ANSWER };
    // The last version to go on from.
    let value = state.typed("markdown").cloned().or(last).unwrap_or_default();
    view! {
        <Card id="answer" title=t(l, title)>
            <form class="stack" method="post" enctype="multipart/form-data" action=address::case(here.slug(), view.case.number)>
                <p class="caption num">{tf!(l, k::cases::own::ANSWER_TEXT, at = due)}</p>
                <TextArea
                    name="markdown"
                    label=t(l, k::cases::own::TEXT)
                    hint=t(l, k::cases::MARKDOWN_HINT)
                    value
                    error=state.field_error("markdown")
                    rows=10
                    required=true
                />
                <FilesField id="files" state/>
                <p><Button look=Look::Primary submit=true>{t(l, k::cases::own::SEND)}</Button></p>
            </form>
        </Card>
    }
    .into_html()
}
