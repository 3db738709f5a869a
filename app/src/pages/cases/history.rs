//! What happened in a case, step by step.

use std::sync::Arc;

use domain::address;
use domain::cases::{CaseEntry, CaseEntryKind};
use leptos::prelude::*;
use platform::cases::ShownEntry;

use super::words::case_outcome_word;
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::tf;
use crate::ui::{Badge, Glyph, Icon, Section, Time, Tone};

/// The steps of a case in their order; for organizers and judges with who did them, and whether the team sees them.
#[component]
pub(crate) fn CaseHistory(here: Arc<Here>, number: i64, entries: Vec<ShownEntry>, house: bool) -> impl IntoView {
    let l = locale();
    let rows: Vec<_> = entries.into_iter().map(|shown| step(l, &here, number, shown, house)).collect();
    view! {
        <Section id="history" title=t(l, k::cases::HISTORY)>
            <ol class="stack">{rows}</ol>
        </Section>
    }
}

fn step(l: Locale, here: &Here, number: i64, shown: ShownEntry, house: bool) -> impl IntoView + use<> {
    let ShownEntry { entry, html, files } = shown;
    let what = what(l, &entry);
    let until = entry.until.map(|at| tf!(l, k::cases::kind::UNTIL, at = format::deadline(l, here.zone(), at)));
    // What is said to the team in any case needs no mark.
    let marked = house && matches!(entry.kind, CaseEntryKind::Opened | CaseEntryKind::Evidence);
    let mark = marked.then(|| {
        let (tone, word) =
            if entry.is_shown { (Tone::Info, k::cases::kind::SHOWN) } else { (Tone::Neutral, k::cases::kind::HIDDEN) };
        view! { <Badge tone>{t(l, word)}</Badge> }
    });
    let is_silent = entry.kind == CaseEntryKind::Decision && html.is_empty();
    let text = if is_silent {
        view! { <p>{t(l, k::cases::kind::NO_REASON)}</p> }.into_html()
    } else if html.is_empty() {
        ().into_html()
    } else {
        view! { <div class="prose" inner_html=html></div> }.into_html()
    };
    let who = who(l, &entry);
    let (zone, at) = (here.zone(), entry.at);
    let files: Vec<_> = files
        .into_iter()
        .map(|file| {
            let href = address::file::case_file(here.slug(), number, file.id);
            let size = format::bytes(u64::try_from(file.bytes).unwrap_or_default(), l);
            view! { <li><a class="any-wrap" href=href download><Glyph icon=Icon::Clip inline=true/> " " {file.name}</a> " " <span class="caption num">{size}</span></li> }
        })
        .collect();
    let files =
        (!files.is_empty()).then(|| view! { <ul class="stack s" aria-label=t(l, k::cases::FILES)>{files}</ul> });
    view! {
        <li class="card stack s">
            <div class="row between">
                <h3 class="card-title">{what}</h3>
                {mark}
            </div>
            <p class="caption num">{who} " · " <Time at zone/>{until.map(|until| format!(" · {until}"))}</p>
            {text}
            {files}
        </li>
    }
}

fn what(l: Locale, entry: &CaseEntry) -> String {
    use k::cases::kind as w;
    let plain = match entry.kind {
        CaseEntryKind::Opened => w::OPENED,
        CaseEntryKind::Evidence => w::EVIDENCE,
        CaseEntryKind::Asked => w::ASKED,
        CaseEntryKind::Extended => w::EXTENDED,
        CaseEntryKind::Statement => w::STATEMENT,
        CaseEntryKind::Deliberation | CaseEntryKind::Vote => w::DELIBERATION,
        CaseEntryKind::Decision => {
            let outcome = entry.outcome.map(|outcome| case_outcome_word(l, outcome)).unwrap_or_default();
            return tf!(l, w::DECISION, outcome = outcome);
        }
    };
    t(l, plain).to_owned()
}

/// By name, where it is for the reader to know; else as whom they did it.
fn who(l: Locale, entry: &CaseEntry) -> String {
    use k::cases::kind as w;
    match (&entry.author, entry.kind) {
        (Some(name), _) => format::person(l, name),
        (None, CaseEntryKind::Deliberation) => t(l, w::BY_SYSTEM).to_owned(),
        // A decision without an author is one by vote, or its author is not the team's to know.
        (None, CaseEntryKind::Decision) if entry.is_by_vote => t(l, w::BY_JUDGES).to_owned(),
        (None, _) => t(l, w::BY_ORGANIZERS).to_owned(),
    }
}
