//! The form on the screen. Without a script it is a plain form.

use domain::address;
use domain::leaderboards::Ranking;
use leptos::ev;
use leptos::prelude::*;
use scoring::Direction;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::islands::submissions::check::{Chosen, FileVerdict, Wanted};
use crate::islands::submissions::desk::{Desk, DeskState, Failed, Next, Refusal, is_switched};
use crate::islands::submissions::going::{Going, Took};
use crate::islands::submissions::progress::progress_card;
use crate::islands::submissions::send::QuotaNow;
use crate::islands::submissions::verdict::{SavedErrors, chosen_view};
use crate::tf;
use crate::ui::{DropZone, Field, Message, Switch, Tone};

/// Longest memo in characters.
const MEMO_MAX: usize = domain::submissions::MEMO_MAX;

/// The submit page's form. `refusal` is how the plain form just ended and `memo` and `is_dry` what it was sent with, `going`
/// a submission that is still under way. `lower` scores are better, and scores are compared at `compared` places.
#[island]
pub fn SubmitForm(
    slug: String,
    wanted: Wanted,
    quota: QuotaNow,
    going: Option<Going>,
    best: Option<f64>,
    lower: bool,
    compared: Option<u32>,
    decimals: u32,
    refusal: Option<Refusal>,
    memo: String,
    is_dry: bool,
) -> impl IntoView {
    let l = locale();
    let (action, sample) = (address::submit(&slug), address::file::data(&slug, "sample_submission.csv"));
    let memo_length = memo.chars().count();
    let direction = if lower { Direction::Lower } else { Direction::Higher };
    let ranking = Ranking { direction, decimals: compared };
    // The button speaks of a dry run once the script can follow the switch.
    let state =
        DeskState { percent: 0, is_dry: false, is_tried: false, memo_length, quota, best, took: Took::default() };
    let desk = Desk::new((slug, wanted), (ranking, decimals), state, going, refusal);
    Effect::new(move || untrack(|| desk.wake()));
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !desk.is_closed() {
            desk.submit();
        }
    };
    let switched = move |_| {
        desk.forget_key();
        desk.state.update(|state| state.is_dry = is_switched());
    };
    view! {
        <form class="stack" method="post" enctype="multipart/form-data" action=action on:submit=send>
            <div on:change=move |_| desk.choose()>
                <DropZone name="file">
                    <span class="scripted">{t(l, k::submissions::submit::LOCAL_CHECK)} " "</span><a href=sample download="">{t(l, k::submissions::submit::SAMPLE)}</a>
                </DropZone>
            </div>
            {move || desk.failed.get().map(|failed| failed_view(desk, failed))}
            {move || desk.chosen.get().map(|chosen| chosen_view(desk, chosen))}
            {memo_field(desk, memo)}
            <div class="row between">
                <div on:change=switched><Switch name="dry_run" label=t(l, k::submissions::submit::DRY_RUN) note=t(l, k::submissions::submit::DRY_RUN_NOTE) checked=is_dry/></div>
                {send_button(desk)}
            </div>
            {limit(desk)}
        </form>
        {progress_card(desk)}
    }
}

fn memo_field(desk: Desk, memo: String) -> impl IntoView {
    let l = desk.l;
    let count = move || match desk.state.get().memo_length {
        0 => String::new(),
        n => tf!(l, k::ui::field::COUNT, n = n, max = MEMO_MAX),
    };
    let typed = move |event| {
        desk.forget_key();
        let length = event_target_value(&event).chars().count();
        desk.state.update(|state| state.memo_length = length);
    };
    view! {
        <Field id="memo" label=t(l, k::submissions::submit::MEMO) note=Some(t(l, k::submissions::submit::MEMO_NOTE).to_owned())>
            <input class="input" id="memo" name="memo" value=memo maxlength=MEMO_MAX.to_string() autocomplete="off" on:input=typed/>
            <span class="hint num">{count}</span>
        </Field>
    }
}

/// Says what it will do and how many are left.
fn send_button(desk: Desk) -> impl IntoView {
    let l = desk.l;
    let is_busy = Memo::new(move |_| desk.is_uploading());
    let words = move || {
        let state = desk.state.get();
        let phrase = match (is_busy.get(), state.is_dry) {
            (true, _) => k::submissions::submit::SENDING,
            (false, true) => k::submissions::submit::BUTTON_DRY,
            (false, false) if state.is_tried => k::submissions::submit::SUBMIT_TRIED,
            (false, false) => k::submissions::submit::BUTTON,
        };
        t(l, phrase)
    };
    let left = move || {
        let state = desk.state.get();
        let left = state.quota.left().filter(|_| !state.is_dry && !is_busy.get());
        left.map(|n| tf!(l, k::submissions::submit::BUTTON_LEFT, n = n)).unwrap_or_default()
    };
    view! {
        <button
            class="btn primary l submit"
            type="submit"
            aria-describedby="limit"
            aria-busy=move || is_busy.get().then_some("true")
            disabled=move || desk.is_closed()
        >
            {move || is_busy.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
            <span>{words} " " <span class="num">{left}</span></span>
        </button>
    }
}

/// Why nothing can be sent, or that only one more can be today.
fn limit(desk: Desk) -> impl IntoView {
    let l = desk.l;
    let words = move || {
        let state = desk.state.get();
        let last = (state.quota.left() == Some(1) && !state.is_dry)
            .then(|| tf!(l, k::submissions::submit::LAST, time = state.quota.resets));
        desk.refusal().or(last)
    };
    view! { <div id="limit">{move || words().map(|words| view! { <Message tone=Tone::Warning text=words/> })}</div> }
}

/// Why the last attempt failed, what was not lost, and what to do.
fn failed_view(desk: Desk, failed: Failed) -> impl IntoView {
    let l = desk.l;
    let Failed { refusal: Refusal { message, rows, total }, next } = failed;
    let message =
        if next == Next::Choose { message } else { format!("{message} {}", t(l, k::submissions::submit::KEPT)) };
    // What the browser has found in the file stands below already, said better.
    let is_known = matches!(desk.chosen.get_untracked(), Some(Chosen { verdict: Some(FileVerdict::Wrong { .. }), .. }));
    let again = (next == Next::Again)
        .then(|| view! { <p><button class="btn" type="button" on:click=move |_| desk.submit()>{t(l, k::submissions::submit::RETRY)}</button></p> });
    // In another tab, so that the file stays chosen here.
    let log_in = (next == Next::LogIn)
        .then(|| view! { <p><a class="btn" href=address::login_then(address::ACCOUNT) target="_blank" rel="noopener">{t(l, k::site::LOGIN)}</a></p> });
    view! {
        <Message tone=Tone::Danger text=message urgent=true/>
        {again}
        {log_in}
        {(!rows.is_empty() && !is_known).then(|| view! { <SavedErrors rows total/> })}
    }
}
