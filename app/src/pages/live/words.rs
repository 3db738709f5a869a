use chrono::{DateTime, TimeDelta, Utc};
use domain::live::{LiveQuestion, LiveSession};
use domain::stages::Phase;

use crate::context::Zone;
use crate::format;
use crate::i18n::{Locale, k, t};
use crate::tf;
use crate::ui::BadgeState;

/// `2026. 11. 21.(토) 14:00 – 16:00 KST`, or both days where it ends on another.
pub fn hours(l: Locale, zone: Zone, session: &LiveSession) -> String {
    let (opens, closes) = (session.opens_at, session.closes_at);
    let from = format::date_time(l, zone, opens);
    if zone.local(opens).date() == zone.local(closes).date() {
        format!("{from} – {} {}", format::clock(zone, closes), zone.abbreviation(closes))
    } else {
        format!("{from} – {}", format::deadline(l, zone, closes))
    }
}

/// When an open page has its list anew, in milliseconds since 1970: a moment after the hours begin and end.
pub fn turns(session: &LiveSession, now: DateTime<Utc>) -> Vec<i64> {
    const AHEAD: TimeDelta = TimeDelta::hours(36);
    const AFTER: TimeDelta = TimeDelta::seconds(1);
    let soon = |at: &DateTime<Utc>| *at > now && *at - now < AHEAD;
    [session.opens_at, session.closes_at].into_iter().filter(soon).map(|at| (at + AFTER).timestamp_millis()).collect()
}

/// Whether it is ahead, open or over, as a mark.
pub fn mark(phase: Phase) -> BadgeState {
    match phase {
        Phase::Upcoming => BadgeState::Upcoming,
        Phase::Open => BadgeState::Open,
        Phase::Closed => BadgeState::Closed,
    }
}

/// Under which name a question stands.
pub fn asked_by(l: Locale, question: &LiveQuestion) -> String {
    match (&question.team_name, question.team_number) {
        (Some(name), Some(number)) => tf!(l, k::teams::ask::TEAM, n = number, name = name),
        _ if question.by_staff => t(l, k::live::STAFF).to_owned(),
        _ if question.named => t(l, k::live::NO_TEAM).to_owned(),
        _ => t(l, k::live::UNNAMED).to_owned(),
    }
}
