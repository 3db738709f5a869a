use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use domain::{Locale, wall};

use crate::context::Zone;
use crate::i18n::{k, t};
use crate::tf;

/// `2026. 11. 2.` · `2 Nov 2026`
pub fn date(locale: Locale, zone: Zone, at: DateTime<Utc>) -> String {
    wall::date(locale, zone.local(at))
}

/// `11. 27.(금)` · `Fri 27 Nov`
pub fn day(locale: Locale, zone: Zone, at: DateTime<Utc>) -> String {
    wall::day(locale, zone.local(at))
}

/// `14:02`
pub fn clock(zone: Zone, at: DateTime<Utc>) -> String {
    wall::clock(zone.local(at))
}

/// `11. 21. 14:21` · `21 Nov 14:21`
pub fn short(locale: Locale, zone: Zone, at: DateTime<Utc>) -> String {
    wall::short(locale, zone.local(at))
}

/// `2026. 11. 21.(토) 14:00` · `Sat 21 Nov 2026, 14:00`
pub fn date_time(locale: Locale, zone: Zone, at: DateTime<Utc>) -> String {
    wall::date_time(locale, zone.local(at))
}

/// [`date_time`] with the zone's abbreviation, as a deadline stands: `2026. 11. 27.(금) 18:00 KST`
pub fn deadline(locale: Locale, zone: Zone, at: DateTime<Utc>) -> String {
    zone.deadline(locale, at)
}

/// In a list: today's time, else the day, with the year when it is another one.
pub fn list_day(locale: Locale, zone: Zone, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (then, today) = (zone.local(at), zone.local(now));
    if then.date() == today.date() {
        wall::clock(then)
    } else if then.year() == today.year() {
        wall::month_day(locale, then)
    } else {
        date(locale, zone, at)
    }
}

/// `6일 3시간 27분`, `9시간 27분`, `27분`, `45초`: the length of a time that is not negative.
pub fn span(locale: Locale, length: TimeDelta) -> String {
    let seconds = length.num_seconds().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let mut words = Vec::new();
    if days > 0 {
        words.push(tf!(locale, k::ui::time::DAYS, n = days));
    }
    if hours > 0 {
        words.push(tf!(locale, k::ui::time::HOURS, n = hours));
    }
    if minutes > 0 {
        words.push(tf!(locale, k::ui::time::MINUTES, n = minutes));
    }
    if words.is_empty() {
        words.push(tf!(locale, k::ui::time::SECONDS, n = seconds));
    }
    words.join(" ")
}

/// `3분 전`, `어제`, `2일 후`: what `Intl.RelativeTimeFormat` says, so that `boot.js` goes on with the same words.
pub fn relative(locale: Locale, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (at - now).num_seconds();
    let past = seconds < 0;
    let length = seconds.abs();
    let (n, ago, ahead) = match length {
        0..5 => return t(locale, k::ui::time::NOW).to_owned(),
        5..60 => (length, k::ui::time::SECONDS_AGO, k::ui::time::SECONDS_AHEAD),
        60..3600 => (length / 60, k::ui::time::MINUTES_AGO, k::ui::time::MINUTES_AHEAD),
        3600..86_400 => (length / 3600, k::ui::time::HOURS_AGO, k::ui::time::HOURS_AHEAD),
        _ => (length / 86_400, k::ui::time::DAYS_AGO, k::ui::time::DAYS_AHEAD),
    };
    if length >= 86_400 {
        match (n, past, locale) {
            (1, true, _) => return t(locale, k::ui::time::YESTERDAY).to_owned(),
            (1, false, _) => return t(locale, k::ui::time::TOMORROW).to_owned(),
            (2, true, Locale::Ko) => return t(locale, k::ui::time::TWO_DAYS_AGO).to_owned(),
            (2, false, Locale::Ko) => return t(locale, k::ui::time::TWO_DAYS_AHEAD).to_owned(),
            _ => {}
        }
    }
    crate::i18n::fill(locale, if past { &ago } else { &ahead }, &[("n", &n)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn seoul() -> Zone {
        Zone::default()
    }

    #[test]
    fn a_deadline_names_its_weekday_and_zone() {
        let end = at("2026-11-27T09:00:00Z");
        assert_eq!(deadline(Locale::Ko, seoul(), end), "2026. 11. 27.(금) 18:00 KST");
        assert_eq!(deadline(Locale::En, seoul(), end), "Fri 27 Nov 2026, 18:00 KST");
    }

    #[test]
    fn a_list_shows_the_time_today_and_the_day_before() {
        let now = at("2026-11-21T05:32:00Z");
        let day = |then| list_day(Locale::Ko, seoul(), at(then), now);
        assert_eq!(day("2026-11-21T05:02:00Z"), "14:02");
        // 23:30 of the day before in Seoul, though the same day in UTC would be near.
        assert_eq!(day("2026-11-20T14:30:00Z"), "11. 20.");
        assert_eq!(day("2025-11-28T00:00:00Z"), "2025. 11. 28.");
    }

    #[test]
    fn a_span_drops_what_is_nothing() {
        let span = |seconds| span(Locale::Ko, TimeDelta::seconds(seconds));
        assert_eq!(span(6 * 86_400 + 3 * 3600 + 27 * 60 + 9), "6일 3시간 27분");
        assert_eq!(span(9 * 3600 + 27 * 60), "9시간 27분");
        assert_eq!(span(86_400), "1일");
        assert_eq!(span(45), "45초");
        assert_eq!(span(-3), "0초");
    }

    #[test]
    fn relative_times_speak_as_the_browser_does() {
        let now = at("2026-11-21T05:32:00Z");
        let ko = |seconds: i64| relative(Locale::Ko, now + TimeDelta::seconds(seconds), now);
        let en = |seconds: i64| relative(Locale::En, now + TimeDelta::seconds(seconds), now);
        assert_eq!([ko(-2), ko(-12), ko(-700), ko(-7300)], ["지금", "12초 전", "11분 전", "2시간 전"]);
        assert_eq!([ko(-90_000), ko(-180_000), ko(-700_000), ko(90_000)], ["어제", "그저께", "8일 전", "내일"]);
        assert_eq!(
            [en(-60), en(-120), en(-90_000), en(180_000)],
            ["1 minute ago", "2 minutes ago", "yesterday", "in 2 days"]
        );
    }
}
