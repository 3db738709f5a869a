//! Places on a leaderboard and how they move.

use domain::leaderboards::Change;
use leptos::prelude::*;

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::tf;

/// A place; the first three are filled. `tied` marks the earlier of two equal scores (`선착`), `ahead_unseen` the better of
/// two that look equal (`박빙`).
#[component]
pub fn Rank(rank: i64, #[prop(optional)] tied: bool, #[prop(optional)] ahead_unseen: bool) -> impl IntoView {
    let l = locale();
    let word = match (tied, ahead_unseen) {
        (true, _) => Some(k::leaderboards::ranks::TIED_FIRST),
        (_, true) => Some(k::leaderboards::ranks::AHEAD_UNSEEN),
        _ => None,
    };
    let place = (1..=3).contains(&rank).then(|| rank.to_string());
    view! {
        <span class="rank" data-place=place>{rank}</span>
        {word.map(|word| view! { <span class="tie">{t(l, word)}</span> })}
    }
}

/// How a place moved: ▲ rises, ▼ falls, each with its word for screen readers; `–` stays; `신규` is new.
#[component]
pub fn RankChange(
    /// `None` when there is nothing to compare with.
    change: Option<Change>,
    /// A class of its own, such as `narrow-only`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let l = locale();
    let class = format!("change {class}");
    match change {
        Some(Change::New) => view! { <span class=class>{t(l, k::leaderboards::ranks::NEW)}</span> }.into_html(),
        Some(Change::By(n)) if n != 0 => {
            let (way, word) = if n > 0 { ("up", k::leaderboards::ranks::UP) } else { ("down", k::leaderboards::ranks::DOWN) };
            view! { <span class=class data-way=way><span class="sr-only">{t(l, word)}" "</span>{n.abs()}</span> }.into_html()
        }
        _ => view! {
            <span class=class><span aria-hidden="true">"–"</span><span class="sr-only">{t(l, k::leaderboards::ranks::SAME)}</span></span>
        }
        .into_html(),
    }
}

/// A place in words with its number of teams: `7위 / 46팀`.
#[component]
pub fn Place(rank: i64, of: i64) -> impl IntoView {
    let l = locale();
    view! { {tf!(l, k::leaderboards::ranks::PLACE, n = rank)} " " <span class="muted">{tf!(l, k::leaderboards::ranks::OF, n = of)}</span> }
}
