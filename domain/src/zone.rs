//! Days and clock times in a competition's zone. The table of zones is large, so that only a build with the feature `zones` has it.
//! Without it, in the browser, every zone is UTC: pages never ask there.

use chrono::{DateTime, NaiveDateTime, Utc};
#[cfg(feature = "zones")]
use chrono::{Days, NaiveTime, SecondsFormat, TimeZone as _};
#[cfg(feature = "zones")]
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Locale, wall};

/// A time zone. Stored by its IANA name; Asia/Seoul where nothing is said.
#[cfg(feature = "zones")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

/// A time zone, which only a build with the table of zones tells from others.
#[cfg(not(feature = "zones"))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Zone(());

#[cfg(feature = "zones")]
impl Default for Zone {
    fn default() -> Self {
        Self(Tz::Asia__Seoul)
    }
}

#[cfg(feature = "zones")]
impl Zone {
    /// The zone of that IANA name, if it is one.
    pub fn find(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// Its IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The wall clock there.
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// `KST`, `CEST`, or `UTC+05` where there is no usual abbreviation.
    pub fn abbreviation(self, at: DateTime<Utc>) -> String {
        let word = at.with_timezone(&self.0).format("%Z").to_string();
        if word.starts_with(['+', '-']) { format!("UTC{word}") } else { word }
    }

    /// RFC 3339 with the zone's offset.
    pub fn rfc3339(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.0).to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// RFC 3339 with the zone's offset and as many decimals as the moment has.
    pub fn exact(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.0).to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    /// The start of the day of `at` and the start of the next day; where a clock change skips midnight, the first moment there is.
    pub fn day(self, at: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        let date = self.local(at).date();
        let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
        (self.moment(date.and_time(NaiveTime::MIN)), self.moment(next.and_time(NaiveTime::MIN)))
    }

    /// A wall-clock time there as a moment: the earlier one where it happens twice, the next hour where it is skipped.
    pub fn moment(self, wall: NaiveDateTime) -> DateTime<Utc> {
        self.0
            .from_local_datetime(&wall)
            .earliest()
            .or_else(|| self.0.from_local_datetime(&(wall + chrono::Duration::hours(1))).earliest())
            .map_or_else(|| wall.and_utc(), |at| at.with_timezone(&Utc))
    }
}

#[cfg(not(feature = "zones"))]
impl Zone {
    pub fn find(_name: &str) -> Option<Self> {
        Some(Self(()))
    }

    pub fn name(self) -> &'static str {
        "UTC"
    }

    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc()
    }

    pub fn abbreviation(self, _at: DateTime<Utc>) -> String {
        "UTC".to_owned()
    }
}

impl Zone {
    /// How many of its days there were from one moment to another, the first and the last among them.
    pub fn days(self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        (self.local(to).date() - self.local(from).date()).num_days() + 1
    }

    /// `2026. 11. 27.(금) 18:00 KST`
    pub fn deadline(self, locale: Locale, at: DateTime<Utc>) -> String {
        format!("{} {}", wall::date_time(locale, self.local(at)), self.abbreviation(at))
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    /// A name that is none (the import refuses it) reads as the default.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::find(&String::deserialize(deserializer)?).unwrap_or_default())
    }
}

#[cfg(test)]
#[cfg(feature = "zones")]
mod tests {
    use super::*;

    fn at(s: &str) -> DateTime<Utc> {
        s.parse().unwrap()
    }

    fn zone(name: &str) -> Zone {
        Zone::find(name).unwrap()
    }

    #[test]
    fn a_day_in_seoul_begins_at_fifteen_hours_utc() {
        let (start, end) = zone("Asia/Seoul").day(at("2026-11-21T05:33:00Z"));
        assert_eq!((start, end), (at("2026-11-20T15:00:00Z"), at("2026-11-21T15:00:00Z")));
        assert_eq!(zone("Asia/Seoul").day(end).0, end);
    }

    #[test]
    fn a_day_with_a_clock_change_is_an_hour_longer_or_shorter() {
        let (start, end) = zone("Europe/Berlin").day(at("2026-10-25T12:00:00Z"));
        assert_eq!((end - start).num_hours(), 25);
        let (start, end) = zone("Europe/Berlin").day(at("2026-03-29T12:00:00Z"));
        assert_eq!((end - start).num_hours(), 23);
    }

    #[test]
    fn a_deadline_is_written_with_weekday_and_zone() {
        let end = at("2026-11-27T09:00:00Z");
        assert_eq!(zone("Asia/Seoul").deadline(Locale::Ko, end), "2026. 11. 27.(금) 18:00 KST");
        assert_eq!(zone("Asia/Seoul").deadline(Locale::En, end), "Fri 27 Nov 2026, 18:00 KST");
        assert_eq!(zone("Asia/Seoul").rfc3339(end), "2026-11-27T18:00:00+09:00");
    }

    #[test]
    fn a_zone_without_letters_of_its_own_is_said_by_its_offset() {
        let end = at("2026-11-27T09:00:00Z");
        let written = ["Asia/Seoul", "Europe/Berlin", "Asia/Tashkent"].map(|name| zone(name).abbreviation(end));
        assert_eq!(written, ["KST", "CET", "UTC+05"]);
    }

    #[test]
    fn a_zone_is_stored_by_its_name_and_an_unknown_name_reads_as_seoul() {
        let read = |name: &str| serde_json::from_value::<Zone>(name.into()).unwrap();
        for name in ["Asia/Seoul", "ROK", "Europe/Berlin"] {
            assert_eq!(serde_json::to_value(read(name)).unwrap(), name);
        }
        assert_eq!(read("Seoul"), Zone::default());
    }
}
