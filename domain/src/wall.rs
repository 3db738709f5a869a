//! A wall-clock time as the screen writes it, in either language. Whose wall is the caller's to know: nothing here has a zone.

use chrono::{Datelike as _, NaiveDateTime, Timelike as _};

use crate::Locale;

const WEEKDAYS: [(&str, &str); 7] =
    [("월", "Mon"), ("화", "Tue"), ("수", "Wed"), ("목", "Thu"), ("금", "Fri"), ("토", "Sat"), ("일", "Sun")];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn weekday(locale: Locale, at: NaiveDateTime) -> &'static str {
    let (ko, en) = WEEKDAYS[at.weekday().num_days_from_monday() as usize];
    match locale {
        Locale::Ko => ko,
        Locale::En => en,
    }
}

/// `14:02`
pub fn clock(at: NaiveDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `11. 27.` · `27 Nov`
pub fn month_day(locale: Locale, at: NaiveDateTime) -> String {
    match locale {
        Locale::Ko => format!("{}. {}.", at.month(), at.day()),
        Locale::En => format!("{} {}", at.day(), MONTHS[at.month0() as usize]),
    }
}

/// `2026. 11. 2.` · `2 Nov 2026`
pub fn date(locale: Locale, at: NaiveDateTime) -> String {
    match locale {
        Locale::Ko => format!("{}. {}", at.year(), month_day(locale, at)),
        Locale::En => format!("{} {}", month_day(locale, at), at.year()),
    }
}

/// `11. 27.(금)` · `Fri 27 Nov`
pub fn day(locale: Locale, at: NaiveDateTime) -> String {
    match locale {
        Locale::Ko => format!("{}({})", month_day(locale, at), weekday(locale, at)),
        Locale::En => format!("{} {}", weekday(locale, at), month_day(locale, at)),
    }
}

/// `11. 21. 14:21` · `21 Nov 14:21`
pub fn short(locale: Locale, at: NaiveDateTime) -> String {
    format!("{} {}", month_day(locale, at), clock(at))
}

/// `2026. 11. 21.(토) 14:00` · `Sat 21 Nov 2026, 14:00`
pub fn date_time(locale: Locale, at: NaiveDateTime) -> String {
    match locale {
        Locale::Ko => format!("{}({}) {}", date(locale, at), weekday(locale, at), clock(at)),
        Locale::En => format!("{} {}, {}", weekday(locale, at), date(locale, at), clock(at)),
    }
}
