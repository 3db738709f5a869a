//! A question in the list, around the vote, which is each reader's own; and what organizers do with it.

use domain::address::{self, function};
use domain::boards::BoardKind;
use domain::live::{LIVE_ANSWER_MAX, LiveAsker, LiveQuestion, LiveState};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::words::asked_by;
use crate::api::live::{AnswerLive, HideLive, MarkLive, MoveLive, PinLive};
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::tf;
use crate::ui::{Badge, BadgeState, Button, Glyph, Icon, Size, StateBadge, TextArea, TextField, Tone};

/// Where a question stands: its competition's address and its session's number.
#[derive(Clone, Copy)]
pub struct LivePlace<'a> {
    pub slug: &'a str,
    pub session: i64,
}

/// Stands in a question's HTML where the vote goes; no text may hold it.
pub const VOTE_HERE: &str = "\u{1}";

/// A question; `asker` is given for organizers.
pub fn row(l: Locale, place: LivePlace<'_>, question: &LiveQuestion, asker: Option<&LiveAsker>) -> Html {
    let number = question.number;
    let classes = match (question.pinned, question.state) {
        (_, LiveState::Hidden) => "live-question hidden",
        (true, _) => "live-question pinned",
        (false, LiveState::Answered) => "live-question answered",
        (false, LiveState::Open) => "live-question",
    };
    let marks = [
        question
            .pinned
            .then(|| view! { <Badge tone=Tone::Accent icon=Icon::Pin>{t(l, k::live::PINNED)}</Badge> }.into_html()),
        (question.state == LiveState::Answered).then(|| view! { <StateBadge state=BadgeState::Answered/> }.into_html()),
        (question.state == LiveState::Hidden)
            .then(|| view! { <Badge tone=Tone::Danger icon=Icon::Lock>{t(l, k::live::HIDDEN)}</Badge> }.into_html()),
        question
            .moved_to
            .map(|_| view! { <Badge tone=Tone::Info icon=Icon::Chat>{t(l, k::live::MOVED)}</Badge> }.into_html()),
    ];
    let marks: Vec<_> = marks.into_iter().flatten().collect();
    view! {
        <li class=classes id=format!("q{number}") data-key=number>
            {VOTE_HERE}
            <div class="stack s">
                <p class="text" id=format!("q{number}-text")>{question.body.clone()}</p>
                <p class="row tight"><span class="caption">{asked_by(l, question)}</span>{marks}</p>
                {(!question.answer.is_empty()).then(|| answer(l, question))}
                {moved(l, place, question)}
                {asker.map(|asker| about(l, question, asker))}
                {asker.map(|_| controls(l, place, question))}
            </div>
        </li>
    }
    .into_html()
}

fn answer(l: Locale, question: &LiveQuestion) -> Html {
    view! {
        <div class="answer">
            <p class="caption strong">{t(l, k::live::ANSWER_OF)}</p>
            <p class="lines">{question.answer.clone()}</p>
        </div>
    }
    .into_html()
}

/// The way to the post that it became.
fn moved(l: Locale, place: LivePlace<'_>, question: &LiveQuestion) -> Option<Html> {
    let href = address::post(place.slug, BoardKind::Qna, question.moved_to?);
    Some(view! { <p><a href=href>{t(l, k::live::MOVED_SEE)}</a></p> }.into_html())
}

/// What organizers alone see: who asked, and why it is hidden.
fn about(l: Locale, question: &LiveQuestion, asker: &LiveAsker) -> Html {
    let name = if asker.name.is_empty() { t(l, k::live::GONE).to_owned() } else { asker.name.clone() };
    let who = match (&asker.team_name, asker.team_number) {
        (Some(team), Some(number)) => {
            let team = tf!(l, k::teams::ask::TEAM, n = number, name = team);
            tf!(l, k::live::ASKED_BY_OF, name = name, team = team)
        }
        _ => tf!(l, k::live::ASKED_BY, name = name),
    };
    let unnamed = (!question.named).then(|| view! { " · " {t(l, k::live::ONLY_YOU)} });
    let reason = (!asker.hidden_reason.is_empty())
        .then(|| view! { <p class="caption">{tf!(l, k::live::HIDDEN_FOR, reason = asker.hidden_reason)}</p> });
    view! {
        <p class="caption"><Glyph icon=Icon::Lock inline=true/>" "{who}{unnamed}</p>
        {reason}
    }
    .into_html()
}

/// The fields that say which question is meant.
fn fields(place: LivePlace<'_>, number: i64) -> Html {
    view! {
        <input type="hidden" name="slug" value=place.slug.to_owned()/>
        <input type="hidden" name="session" value=place.session/>
        <input type="hidden" name="number" value=number/>
    }
    .into_html()
}

/// A form of one button that turns something on or off.
fn switch(
    place: LivePlace<'_>,
    number: i64,
    path: &'static str,
    (field, on): (&'static str, bool),
    icon: Icon,
    word: &'static str,
) -> Html {
    view! {
        <form method="post" action=path>
            {fields(place, number)}
            <input type="hidden" name=field value=if on { "on" } else { "" }/>
            <Button submit=true size=Size::Small icon>{word}</Button>
        </form>
    }
    .into_html()
}

fn controls(l: Locale, place: LivePlace<'_>, question: &LiveQuestion) -> Html {
    let number = question.number;
    let is_hidden = question.state == LiveState::Hidden;
    let is_open = question.state == LiveState::Open;
    let (pin, mark) = (
        if question.pinned { k::live::UNPIN } else { k::live::PIN },
        if is_open { k::live::MARK } else { k::live::UNMARK },
    );
    let switches = if is_hidden {
        vec![switch(place, number, HideLive::PATH, ("hidden", false), Icon::Eye, t(l, k::live::SHOW))]
    } else {
        let mut switches = vec![
            switch(place, number, PinLive::PATH, ("pinned", !question.pinned), Icon::Pin, t(l, pin)),
            switch(place, number, MarkLive::PATH, ("answered", is_open), Icon::Check, t(l, mark)),
        ];
        if is_open && question.moved_to.is_none() {
            switches.push(
                view! {
                    <form method="post" action=MoveLive::PATH>
                        {fields(place, number)}
                        <Button submit=true size=Size::Small icon=Icon::Chat>{t(l, k::live::MOVE)}</Button>
                    </form>
                }
                .into_html(),
            );
        }
        switches
    };
    let hide = (!is_hidden).then(|| {
        view! {
            <form class="stack s" method="post" action=HideLive::PATH>
                {fields(place, number)}
                <input type="hidden" name="hidden" value="on"/>
                <TextField id=format!("reason-{number}") name="reason" label=t(l, k::live::HIDE_REASON) hint=t(l, k::live::HIDE_HINT) max=500 autocomplete="off" required=true/>
                <p><Button submit=true size=Size::Small icon=Icon::X>{t(l, k::live::HIDE)}</Button></p>
            </form>
        }
    });
    let longest = u32::try_from(LIVE_ANSWER_MAX).unwrap_or(u32::MAX);
    view! {
        <div class="row tight">{switches}</div>
        <details>
            <summary>{t(l, k::live::RUN)}</summary>
            <div class="stack">
                <form class="stack s" method="post" action=AnswerLive::PATH>
                    {fields(place, number)}
                    <TextArea id=format!("answer-{number}") name="answer" label=t(l, k::live::ANSWER) value=question.answer.clone() max=longest rows=4 required=true/>
                    <p><Button submit=true size=Size::Small icon=Icon::Check>{t(l, k::live::ANSWER_DO)}</Button></p>
                </form>
                {hide}
            </div>
        </details>
    }
    .into_html()
}

/// The number of votes, and the button for whoever may vote now: `voted` says whether they have.
pub fn vote(l: Locale, place: LivePlace<'_>, number: i64, votes: i64, voted: Option<bool>) -> Html {
    let count = format::grouped(votes);
    let Some(voted) = voted else {
        return view! {
            <p class="vote"><Glyph icon=Icon::Up/><span class="num">{count}</span><span class="sr-only">{t(l, k::live::VOTES)}</span></p>
        }
        .into_html();
    };
    let label = if voted { tf!(l, k::live::UNVOTE, n = count) } else { tf!(l, k::live::VOTE, n = count) };
    view! {
        <form class="vote" method="post" action=function::VOTE_LIVE>
            {fields(place, number)}
            <input type="hidden" name="vote" value=if voted { "" } else { "on" }/>
            <button type="submit" aria-pressed=if voted { "true" } else { "false" } aria-label=label aria-describedby=format!("q{number}-text")>
                <Glyph icon=Icon::Up/>
                <span class="num">{count}</span>
            </button>
        </form>
    }
    .into_html()
}
