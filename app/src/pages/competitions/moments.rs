//! What begins, ends or is opened while a page is open.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::live::LiveSession;
use domain::stages::Stage;
use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::tf;
use crate::ui::{Glyph, Icon};

/// How far ahead a page looks.
const AHEAD: TimeDelta = TimeDelta::hours(36);

/// What the page will say at its moment, with an offer to load it again: what is being written on it stays until its
/// reader wants that. `boot.js` waits for the moments by the server's clock. A page that is kept in memory (`is_kept`)
/// does not say what time it is.
#[component]
pub fn Moments(here: Arc<Here>, is_kept: bool) -> impl IntoView {
    let l = locale();
    let moments = serde_json::to_string(&moments(l, &here.competition.stages, &here.competition.live, here.now))
        .unwrap_or_default();
    let now = (!is_kept).then(|| here.now.timestamp_millis());
    view! {
        <div class="toasts moments" role="status" data-now=now data-moments=moments>
            <template>
                <div class="toast">
                    <Glyph icon=Icon::Calendar/>
                    <span></span>
                    <button type="button">{t(l, k::site::live::RELOAD)}</button>
                    <button class="close" type="button" aria-label=t(l, k::ui::toast::CLOSE)><Glyph icon=Icon::X small=true/></button>
                </div>
            </template>
        </div>
    }
}

/// What will begin, end or be opened, for pages that are open then: the soonest first, one sentence a moment.
fn moments(l: Locale, stages: &[Stage], live: &[LiveSession], now: DateTime<Utc>) -> Vec<(i64, String)> {
    let mut moments: Vec<(DateTime<Utc>, String)> = Vec::new();
    for stage in stages {
        let name = stage.name.get(l);
        moments.push((stage.starts_at, tf!(l, k::site::live::BEGUN, stage = name)));
        if let Some(end) = stage.ends_at {
            moments.push((end, tf!(l, k::site::live::ENDED, stage = name)));
            moments.extend(stage.reveal_at.map(|at| (at.max(end), t(l, k::site::live::REVEALED).to_owned())));
        }
    }
    for session in live {
        moments.push((session.opens_at, tf!(l, k::live::BEGUN, title = session.title)));
        moments.push((session.closes_at, tf!(l, k::live::ENDED, title = session.title)));
    }
    moments.retain(|(at, _)| (TimeDelta::zero()..AHEAD).contains(&(*at - now)));
    moments.sort_by_key(|(at, _)| *at);
    moments.chunk_by(|a, b| a.0 == b.0).map(joined).collect()
}

/// The sentences of one moment as one.
fn joined(at_once: &[(DateTime<Utc>, String)]) -> (i64, String) {
    let sentences: Vec<_> = at_once.iter().map(|(_, sentence)| sentence.as_str()).collect();
    (at_once.first().map_or(0, |(at, _)| at.timestamp_millis()), sentences.join(" "))
}

#[cfg(test)]
mod tests {
    use domain::Text;
    use domain::ids::{CompetitionId, StageId};

    use super::*;

    #[test]
    fn an_open_page_knows_what_ends_begins_and_is_opened_soon_in_one_sentence_a_moment() {
        let now: DateTime<Utc> = "2026-11-27T08:00:00Z".parse().unwrap();
        let at = |hours| now + TimeDelta::hours(hours);
        let stage = |name: &str, starts_at, ends_at, reveal_at| Stage {
            id: StageId::random(),
            competition_id: CompetitionId::random(),
            key: name.to_owned(),
            name: Text { ko: name.to_owned(), en: None },
            starts_at,
            ends_at,
            reveal_at,
            takes_submissions: reveal_at.is_some(),
            public_rows: 0,
            private_rows: 0,
            leaderboard_version: 0,
        };
        let stages = [
            stage("참가 신청", at(-40), Some(at(-1)), None),
            stage("예선", at(-30), Some(at(1)), Some(at(1))),
            stage("코드 검증", at(20), Some(at(90)), None),
        ];
        let expected = vec![
            (at(1).timestamp_millis(), "예선이 끝났어요. 비공개 리더보드가 열렸어요.".to_owned()),
            (at(20).timestamp_millis(), "코드 검증이 시작됐어요.".to_owned()),
        ];
        assert_eq!(moments(Locale::Ko, &stages, &[], now), expected);
        // Results that an organizer opens before the end are open at the end.
        let early = [stage("예선", at(-30), Some(at(2)), Some(at(1)))];
        assert_eq!(moments(Locale::En, &early, &[], now)[0].1, "예선 is over. The private leaderboard is open.");
    }
}
