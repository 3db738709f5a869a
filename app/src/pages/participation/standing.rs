//! Where an application stands, and what the applicant can do about it.

use std::sync::Arc;

use domain::address;
use domain::applications::{Answers, CONSENT, Question, QuestionKind};
use domain::participation::ParticipationState;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::participation::{AnswerFile, Applicant};

use crate::api::participation::{AcceptPlace, WithdrawApplication};
use crate::context::locale;
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::pages::participation::questions::given as file_given;
use crate::tf;
use crate::ui::{
    Alert, BadgeState, Button, Card, Dialog, DialogCloser, DialogOpener, Fact, Facts, LinkButton, Look, Size,
    StateBadge, Tone,
};

/// An application that is under way, or taking part that was ended.
#[component]
pub(super) fn Standing(here: Arc<Here>, own: Applicant, files: Vec<AnswerFile>, step: FormState) -> impl IntoView {
    let l = locale();
    let (title, text, tone) = told(l, &here, &own);
    let answers = own.answers.clone().filter(|answers| !answers.is_empty());
    let actions = match own.state {
        ParticipationState::Offered => Some(view! {
            <form method="post" action=AcceptPlace::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                <Button look=Look::Primary size=Size::Large submit=true>{t(l, k::participation::status::ACCEPT)}</Button>
            </form>
            <Withdraw here=Arc::clone(&here)/>
        }
        .into_html()),
        ParticipationState::Excluded => None,
        _ => Some(view! { <Withdraw here=Arc::clone(&here)/> }.into_html()),
    };
    view! {
        <div class="door wide stack">
            <header class="stack s">
                <p><StateBadge state=BadgeState::of_application(own.state, own.place)/></p>
                <h1>{t(l, k::participation::TITLE)}</h1>
            </header>
            <FormError state=step/>
            <Alert tone title>{text}</Alert>
            {reason(l, &own)}
            {actions.map(|actions| view! { <div class="row tight">{actions}</div> })}
            {answers.map(|answers| given(l, &here, &answers, &files))}
        </div>
    }
}

/// What was answered, question by question.
fn given(l: Locale, here: &Here, answers: &Answers, files: &[AnswerFile]) -> Html {
    let rows: Vec<_> = answered(l, here, answers, files);
    view! { <Card id="answers" title=t(l, k::participation::status::ANSWERS)><Facts>{rows}</Facts></Card> }.into_html()
}

/// What is so, what it means, and how good that is.
fn told(l: Locale, here: &Here, own: &Applicant) -> (String, String, Tone) {
    use k::participation::status as s;
    let plain = |title, text, tone| (t(l, title).to_owned(), t(l, text).to_owned(), tone);
    match own.state {
        ParticipationState::Applied => {
            let time = format::date_time(l, here.zone(), own.applied_at);
            (t(l, s::APPLIED).to_owned(), tf!(l, s::APPLIED_TEXT, time = time), Tone::Info)
        }
        ParticipationState::Waiting => {
            let days = here.competition.settings.apply.offer_days;
            let place = own.place.unwrap_or_default();
            (tf!(l, s::WAITING, n = place), tf!(l, s::WAITING_TEXT, days = days), Tone::Info)
        }
        ParticipationState::Offered => {
            let until = own.offer_until.map(|at| format::deadline(l, here.zone(), at)).unwrap_or_default();
            (t(l, s::OFFERED).to_owned(), tf!(l, s::OFFERED_TEXT, until = until), Tone::Success)
        }
        ParticipationState::Declined => plain(s::DECLINED, s::DECLINED_TEXT, Tone::Warning),
        ParticipationState::Lapsed => plain(s::LAPSED, s::LAPSED_TEXT, Tone::Warning),
        ParticipationState::Excluded => plain(s::EXCLUDED, s::EXCLUDED_TEXT, Tone::Danger),
        ParticipationState::Withdrawn | ParticipationState::Approved => {
            plain(s::WITHDRAWN, s::WITHDRAWN_TEXT, Tone::Info)
        }
    }
}

fn reason(l: Locale, own: &Applicant) -> Option<impl IntoView + use<>> {
    let reason = own.reason.clone()?;
    Some(view! { <p>{tf!(l, k::participation::status::REASON, reason = reason)}</p> })
}

/// What was answered to each question, as it is read.
pub fn answered(l: Locale, here: &Here, answers: &Answers, files: &[AnswerFile]) -> Vec<Html> {
    let row = |question: &Question| {
        let term = question.label.get(l).to_owned();
        let file = files.iter().find(|file| file.question == question.key);
        let given = match file.filter(|_| question.kind == QuestionKind::File) {
            Some(file) => file_given(l, here, file),
            None => answer(l, question, answers.get(&question.key).map(String::as_str)),
        };
        view! { <Fact term>{given}</Fact> }.into_html()
    };
    here.competition.settings.apply.questions.iter().map(row).collect()
}

fn answer(l: Locale, question: &Question, given: Option<&str>) -> Html {
    let Some(given) = given else {
        return view! { <span class="muted">{t(l, k::participation::status::UNANSWERED)}</span> }.into_html();
    };
    match question.kind {
        QuestionKind::Consent if given == CONSENT => t(l, k::participation::status::ANSWERED_YES).into_html(),
        QuestionKind::Choice => question.choice(given).map_or(given, |choice| choice.get(l)).to_owned().into_html(),
        // Line by line, as it was written.
        _ => given.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect_view().into_html(),
    }
}

/// What came of an earlier application, above the form of another.
#[component]
pub(super) fn Before(here: Arc<Here>, own: Applicant, step: FormState) -> impl IntoView {
    let l = locale();
    let (title, text, tone) = told(l, &here, &own);
    view! {
        <FormError state=step/>
        <Alert tone title>{text}</Alert>
        {reason(l, &own)}
        {withdraws(&here)}
    }
}

/// The same where it may be done, whatever else the page says.
pub(super) fn withdraws(here: &Arc<Here>) -> Option<Html> {
    let here = Arc::clone(here);
    let may = here.visit().withdraw().check().is_ok();
    may.then(|| view! { <div class="row tight"><Withdraw here/></div> }.into_html())
}

/// Withdraws, after one has been asked again.
#[component]
fn Withdraw(here: Arc<Here>) -> impl IntoView {
    use k::participation::status as s;
    let l = locale();
    let leaves = here.visit().takes_part();
    let (word, title, text) = if leaves {
        (s::LEAVE, s::LEAVE_TITLE, s::LEAVE_TEXT)
    } else {
        (s::WITHDRAW, s::WITHDRAW_TITLE, s::WITHDRAW_TEXT)
    };
    let slug = here.slug().to_owned();
    let actions = move || {
        view! {
            <DialogCloser dialog="withdraw">{t(l, s::KEEP)}</DialogCloser>
            <form method="post" action=WithdrawApplication::PATH>
                <input type="hidden" name="slug" value=slug.clone()/>
                <Button look=Look::Danger submit=true>{t(l, word)}</Button>
            </form>
        }
    };
    view! {
        <DialogOpener dialog="withdraw" look=Look::Ghost>{t(l, word)}</DialogOpener>
        <Dialog id="withdraw" title=t(l, title) actions><p>{t(l, text)}</p></Dialog>
    }
}

/// The page of whoever takes part.
#[component]
pub(super) fn Joined(here: Arc<Here>, step: FormState) -> impl IntoView {
    let l = locale();
    let agreed = here
        .agreed_at()
        .map(|at| tf!(l, k::participation::JOINED_TEXT, time = format::date_time(l, here.zone(), at)))
        .unwrap_or_default();
    let next = match &here.team {
        Some(team) => tf!(l, k::participation::NEXT_SUBMIT, team = team.name),
        None => t(l, k::participation::NEXT_TEAM).to_owned(),
    };
    let is_open = here.is_open();
    let accepted = (step.done() == Some(AcceptPlace::PATH)).then(|| t(l, k::participation::status::ACCEPTED));
    view! {
        <div class="door wide stack">
            <h1>{t(l, k::participation::TITLE)}</h1>
            <FormError state=step/>
            <Alert tone=Tone::Success title=accepted.unwrap_or(t(l, k::participation::JOINED))>{agreed}</Alert>
            <p>{next}</p>
            <div class="row tight">
                {match (&here.team, is_open) {
                    (None, _) => view! { <LinkButton href=address::team(here.slug()) look=Look::Primary>{t(l, k::participation::TO_TEAM)}</LinkButton> }.into_html(),
                    (Some(_), true) => view! {
                        <LinkButton href=address::submit(here.slug()) look=Look::Primary>{t(l, k::participation::TO_SUBMIT)}</LinkButton>
                        <LinkButton href=address::team(here.slug())>{t(l, k::participation::MY_TEAM)}</LinkButton>
                    }
                    .into_html(),
                    (Some(_), false) => view! { <LinkButton href=address::team(here.slug()) look=Look::Primary>{t(l, k::participation::MY_TEAM)}</LinkButton> }.into_html(),
                }}
            </div>
            {withdraws(&here)}
        </div>
    }
}
