//! Days and clock times in a competition's zone.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use domain::{Locale, wall};

/// The zone of that IANA name; an unknown name (the import refuses it) reads as Asia/Seoul.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::Asia__Seoul)
}

/// The start of the day of `at` and the start of the next day, in the zone.
pub fn day(zone: Tz, at: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let date = at.with_timezone(&zone).date_naive();
    let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
    (start_of(zone, date), start_of(zone, next))
}

/// The first moment of a date; where a clock change skips midnight, the first moment that exists.
fn start_of(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    local(zone, date, NaiveTime::MIN)
}

/// A wall-clock time in the zone as a moment: the earlier one where it happens twice, the next hour where it is skipped.
pub fn local(zone: Tz, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let wall = date.and_time(time);
    zone.from_local_datetime(&wall)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(wall + chrono::Duration::hours(1))).earliest())
        .map_or_else(|| wall.and_utc(), |at| at.with_timezone(&Utc))
}

/// `2026. 11. 27.(금) 18:00 KST`
pub fn deadline(at: DateTime<Utc>, zone: Tz, locale: Locale) -> String {
    format!("{} {}", wall::date_time(locale, at.with_timezone(&zone).naive_local()), abbreviation(zone, at))
}

/// `KST`, `UTC`, `JST`…, or the offset where a zone has no letters.
pub fn abbreviation(zone: Tz, at: DateTime<Utc>) -> String {
    at.with_timezone(&zone).format("%Z").to_string()
}

/// RFC 3339 with the zone's offset.
pub fn rfc3339(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// RFC 3339 with the zone's offset and as many decimals as the moment has.
pub fn exact(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: &str) -> DateTime<Utc> {
        s.parse().unwrap()
    }

    #[test]
    fn a_day_in_seoul_begins_at_fifteen_hours_utc() {
        let (start, end) = day(zone("Asia/Seoul"), at("2026-11-21T05:33:00Z"));
        assert_eq!((start, end), (at("2026-11-20T15:00:00Z"), at("2026-11-21T15:00:00Z")));
        assert_eq!(day(zone("Asia/Seoul"), end).0, end);
    }

    #[test]
    fn a_day_with_a_clock_change_is_an_hour_longer_or_shorter() {
        let (start, end) = day(zone("Europe/Berlin"), at("2026-10-25T12:00:00Z"));
        assert_eq!((end - start).num_hours(), 25);
        let (start, end) = day(zone("Europe/Berlin"), at("2026-03-29T12:00:00Z"));
        assert_eq!((end - start).num_hours(), 23);
    }

    #[test]
    fn a_deadline_is_written_with_weekday_and_zone() {
        let end = at("2026-11-27T09:00:00Z");
        assert_eq!(deadline(end, zone("Asia/Seoul"), Locale::Ko), "2026. 11. 27.(금) 18:00 KST");
        assert_eq!(deadline(end, zone("Asia/Seoul"), Locale::En), "Fri 27 Nov 2026, 18:00 KST");
        assert_eq!(rfc3339(end, zone("Asia/Seoul")), "2026-11-27T18:00:00+09:00");
    }
}
