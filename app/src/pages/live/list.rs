//! The list of questions as its page and its projector show it, and as an open page fetches it: rendered once a version for all, with the
//! reader's own votes laid over.

use std::collections::HashSet;
use std::fmt::Write as _;

use domain::access::Action;
use domain::live::{LIVE_LISTED, LIVE_ON_SCREEN, LiveQuestion, LiveSession, LiveState};
use domain::stages::Phase;
use domain::{AppError, Locale};
use leptos::prelude::*;
use platform::Services;
use platform::live::{self, LiveList, LiveWanted, RenderedQuestion};

use super::question::{LivePlace, VOTE_HERE, row, vote};
use super::words::asked_by;
use crate::context::Viewer;
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::tf;
use crate::ui::{Badge, Icon, Tone};

/// Which list a reader asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveListAsked {
    /// Every question, however many.
    pub all: bool,
    /// For a projector.
    pub screen: bool,
    /// Of this very moment: with what the reader has just done. Else what everyone was told of will do.
    pub now: bool,
}

/// The list of a competition's session as HTML.
///
/// # Errors
/// Faults of the database only.
pub async fn html(
    services: &Services,
    here: &Here,
    l: Locale,
    session: &LiveSession,
    asked: LiveListAsked,
) -> Result<String, AppError> {
    let phase = session.phase(here.now);
    let runs = !asked.screen && here.may(Action::RunLive);
    // Organizers see what each of them has just done.
    let at_least = if asked.now || runs {
        live::version(services, session).await?
    } else {
        live::newest(services, session).await?
    };
    let wanted = LiveWanted {
        session: session.id,
        phase,
        locale: l,
        runs,
        all: asked.all && !asked.screen,
        screen: asked.screen,
    };
    let (slug, number) = (here.slug().to_owned(), session.number);
    let render = move |list: LiveList| render(l, LivePlace { slug: &slug, session: number }, wanted, &list);
    let list = live::rendered(services, wanted, at_least, render).await?;
    let votes = phase == Phase::Open && !asked.screen && here.may(Action::VoteLive);
    let mine: HashSet<i64> = match here.actor.user.as_ref().filter(|_| votes) {
        Some(user) => live::votes_of(services, session, user).await?.into_iter().collect(),
        None => HashSet::new(),
    };
    let place = LivePlace { slug: here.slug(), session: session.number };
    let mut html = head(l, session, &list.questions, list.version, list.rest, wanted);
    for one in &list.questions {
        html.push_str(&one.before);
        let voted = votes.then(|| mine.contains(&one.number));
        html.push_str(&written(l, || vote(l, place, one.number, one.votes, voted)));
        html.push_str(&one.after);
    }
    html.push_str("</ol></div>");
    Ok(html)
}

/// What the list begins with: what it is of, and how many there are.
fn head(
    l: Locale,
    session: &LiveSession,
    questions: &[RenderedQuestion],
    version: i64,
    rest: usize,
    wanted: LiveWanted,
) -> String {
    let count = questions.len() + rest;
    let mut html = format!(
        "<div id=\"live-questions\" data-version=\"{version}\" data-session=\"{}\" data-count=\"{count}\">",
        session.number
    );
    let count_said = match (count, wanted.screen) {
        (0, _) => t(l, k::live::NONE).to_owned(),
        (_, true) => String::new(),
        _ => tf!(l, k::live::COUNT, n = format::grouped(i64::try_from(count).unwrap_or(i64::MAX))),
    };
    let said = match (wanted.phase, wanted.screen) {
        (Phase::Upcoming, _) => t(l, k::live::SCREEN_SOON).to_owned(),
        (Phase::Closed, true) => t(l, k::live::OVER_TITLE).to_owned(),
        (Phase::Closed, false) => format!("{count_said} {}", t(l, k::live::OVER_SHORT)),
        (Phase::Open, _) => count_said,
    };
    let _ = write!(html, "<p class=\"caption num\">{said}</p>");
    html.push_str("<ol class=\"live-list\">");
    html
}

/// A view as text, in a reader's language.
fn written(l: Locale, make: impl FnOnce() -> Html) -> String {
    Owner::new().with(|| {
        provide_context(Viewer { locale: l, ..Viewer::default() });
        make().to_html()
    })
}

fn render(l: Locale, place: LivePlace<'_>, wanted: LiveWanted, list: &LiveList) -> (Vec<RenderedQuestion>, usize) {
    let is_listed = |one: &LiveQuestion| !wanted.screen || (one.state == LiveState::Open && one.moved_to.is_none());
    let questions: Vec<_> = list.questions.iter().filter(|one| is_listed(one)).collect();
    let most = match wanted {
        LiveWanted { screen: true, .. } => LIVE_ON_SCREEN,
        LiveWanted { all: true, .. } => usize::MAX,
        _ => LIVE_LISTED,
    };
    let rest = questions.len().saturating_sub(most);
    let rendered = questions.into_iter().take(most).map(|question| {
        let asker = list.askers.iter().find(|asker| asker.number == question.number);
        let html = if wanted.screen {
            let pinned = question.pinned;
            let (body, by) = (question.body.clone(), asked_by(l, question));
            written(l, move || {
                view! {
                    <li data-key=question.number>
                        {VOTE_HERE}
                        <div>
                            <p class="text">{body}</p>
                            <p class="by">{by}" "{pinned.then(|| view! { <Badge tone=Tone::Accent icon=Icon::Pin>{t(l, k::live::PINNED)}</Badge> })}</p>
                        </div>
                    </li>
                }
                .into_html()
            })
        } else {
            written(l, || row(l, place, question, asker))
        };
        // The place of the vote comes before anything that a person wrote.
        let (before, after) = html.split_once(VOTE_HERE).unwrap_or((&html, ""));
        RenderedQuestion {
            number: question.number,
            votes: question.votes,
            before: before.to_owned(),
            after: after.to_owned(),
        }
    });
    (rendered.collect(), rest)
}
