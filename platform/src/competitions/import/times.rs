//! Stages and their times, as the folder writes them and as moments.

use chrono::{DateTime, Duration, NaiveDateTime, NaiveTime, Utc};
use domain::Text;
use domain::competitions::DataOpens;
use domain::ids::{CompetitionId, StageId};
use domain::stages::Stage;
use domain::zone::Zone;
use scoring::{Solution, josa};

use crate::competitions::folder::document::Document;
use crate::competitions::folder::problems::{Problem, said};
use crate::competitions::folder::{DATA_OPENS, MERGES_UNTIL, Manifest, STAGE, StageEntry};

/// What `data_opens` says for: as soon as one has joined.
const JOIN: &str = "join";

/// RFC 3339, or `-14d 10:00`: so many days from today, at that clock time in the zone.
///
/// # Errors
/// A sentence that quotes the text and says how to write it.
pub fn time(text: &str, zone: Zone, now: DateTime<Utc>) -> Result<DateTime<Utc>, Text> {
    if let Ok(absolute) = DateTime::parse_from_rfc3339(text) {
        return Ok(absolute.with_timezone(&Utc));
    }
    if let Some((days, clock)) = relative(text) {
        let today = zone.local(now).date();
        if let Some(date) = Duration::try_days(days).and_then(|days| today.checked_add_signed(days)) {
            return Ok(zone.moment(date.and_time(clock)));
        }
    }
    if let Some(wall) = wall(text) {
        let exact = zone.exact(zone.moment(wall));
        return Err(said(
            format!("{text}에는 시간대가 없어요. \"{exact}\"처럼 적어 주세요."),
            format!("{text} says no zone; write \"{exact}\""),
        ));
    }
    let exact = zone.exact(zone.day(now).0);
    Err(said(
        format!(
            "‘{text}’{} 시각이 아니에요. \"{exact}\"처럼 적거나, 오늘부터 며칠 뒤인지 \"+12d 18:00\"처럼 적어 주세요.",
            josa(text, "은", "는")
        ),
        format!("“{text}” is no time; write it as \"{exact}\", or from today as \"+12d 18:00\""),
    ))
}

/// The days and the clock time of `+12d 18:00`.
fn relative(text: &str) -> Option<(i64, NaiveTime)> {
    let (days, clock) = text.trim().split_once(' ')?;
    let days = days.strip_suffix('d')?.parse().ok()?;
    Some((days, NaiveTime::parse_from_str(clock.trim(), "%H:%M").ok()?))
}

/// A date with a clock time and without a zone.
fn wall(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim().replace('T', " ");
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"].iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
}

/// A time that is counted from the day of the import, and what it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    /// The stage's key; none for the opening of the data and the end of merges.
    pub(super) stage: Option<String>,
    pub(super) key: &'static str,
    pub(super) text: String,
    pub(super) line: Option<usize>,
}

/// The stages with their moments, when the data open, until when teams merge, and which times are counted from today.
pub(super) struct Schedule {
    pub(super) stages: Vec<Stage>,
    pub(super) data_opens: Option<DataOpens>,
    pub(super) merges_until: Option<DateTime<Utc>>,
    pub(super) counted: Vec<Counted>,
}

/// Reads times and notes what is wrong with them.
struct Clockwork<'a> {
    document: &'a Document<'a>,
    zone: Zone,
    now: DateTime<Utc>,
    counted: Vec<Counted>,
    problems: &'a mut Vec<Problem>,
}

impl Clockwork<'_> {
    fn time(&mut self, path: &str, stage: Option<&StageEntry>, key: &'static str, text: &str) -> Option<DateTime<Utc>> {
        if relative(text).is_some() {
            let (stage, text) = (stage.map(|stage| stage.key.clone()), text.to_owned());
            self.counted.push(Counted { stage, key, text, line: self.document.line(path) });
        }
        let read = time(text, self.zone, self.now);
        read.map_err(|text| self.problems.push(self.document.problem(path, text))).ok()
    }

    fn wrong(&mut self, path: &str, text: Text) {
        self.problems.push(self.document.problem(path, text));
    }

    fn stage(&mut self, at: usize, entry: &StageEntry, solution: Option<&Solution>) -> Option<Stage> {
        let path = |key: &str| format!("{STAGE}.{at}.{key}");
        let (starts, ends, reveal) = (path("starts"), path("ends"), path("reveal"));
        let starts_at = self.time(&starts, Some(entry), "starts", &entry.starts);
        let ends_at = entry.ends.as_deref().map(|text| self.time(&ends, Some(entry), "ends", text));
        let reveal_at = entry.reveal.as_deref().map(|text| self.time(&reveal, Some(entry), "reveal", text));
        // What could not be read was noted.
        let (starts_at, ends_at, reveal_at) = (starts_at?, transposed(ends_at)?, transposed(reveal_at)?);
        if ends_at.is_some_and(|end| end <= starts_at) {
            self.wrong(
                &ends,
                said(
                    "단계가 시작하기 전에 끝나요. ends를 starts보다 뒤로 적어 주세요.",
                    "The stage ends before it starts; write ends later than starts.",
                ),
            );
        }
        match (reveal_at, ends_at) {
            (Some(_), None) => self.wrong(&reveal, said(
                "끝나지 않는 단계의 비공개 점수를 열면 제출을 받는 동안 누구나 보게 돼요. ends를 적거나 reveal을 지워 주세요.",
                "A stage without an end would show its private scores while it takes submissions; write ends, or take reveal out.",
            )),
            (Some(open), Some(end)) if open < end => {
                let end = self.zone.exact(end);
                self.wrong(&reveal, said(
                    format!("제출을 받는 동안 비공개 점수가 열려요. 단계가 끝나는 때나 그 뒤로 적어 주세요: reveal = \"{end}\""),
                    format!("Private scores would be open while submissions are taken; write the end of the stage or later: reveal = \"{end}\""),
                ));
            }
            _ => {}
        }
        let rows = |rows: fn(&Solution) -> u64| {
            solution
                .filter(|_| entry.submissions)
                .map_or(0, |solution| i64::try_from(rows(solution)).unwrap_or(i64::MAX))
        };
        Some(Stage {
            id: StageId::at(self.now),
            competition_id: CompetitionId(uuid::Uuid::nil()),
            key: entry.key.clone(),
            name: entry.name.clone(),
            starts_at,
            ends_at,
            reveal_at,
            takes_submissions: entry.submissions,
            public_rows: rows(Solution::public_rows),
            private_rows: rows(Solution::private_rows),
            leaderboard_version: 0,
        })
    }
}

/// None where something is there and could not be read.
#[expect(clippy::option_option, reason = "a time that is left out, one that is wrong, and one that is right")]
fn transposed<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        Some(None) => None,
        Some(read) => Some(read),
        None => Some(None),
    }
}

/// Everything that the manifest says of times.
pub(super) fn schedule(
    document: &Document<'_>,
    manifest: &Manifest,
    zone: Zone,
    now: DateTime<Utc>,
    solution: Option<&Solution>,
    problems: &mut Vec<Problem>,
) -> Schedule {
    let mut clockwork = Clockwork { document, zone, now, counted: Vec::new(), problems };
    if manifest.stages.iter().filter(|entry| entry.submissions).count() != 1 {
        clockwork.wrong(
            STAGE,
            said(
                "[[stage]] 가운데 꼭 하나에 submissions = true를 적어 주세요.",
                "Exactly one [[stage]] has submissions = true.",
            ),
        );
    }
    let mut stages: Vec<Stage> = Vec::new();
    for (at, entry) in manifest.stages.iter().enumerate() {
        if manifest.stages[..at].iter().any(|other| other.key == entry.key) {
            let key = &entry.key;
            clockwork.wrong(
                &format!("{STAGE}.{at}.key"),
                said(
                    format!("‘{key}’ 단계가 두 번 나와요. 다른 key를 적어 주세요."),
                    format!("There are two stages “{key}”; give one another key."),
                ),
            );
        }
        stages.extend(clockwork.stage(at, entry, solution));
    }
    let data_opens = match manifest.data_opens.as_deref() {
        Some(JOIN) => Some(DataOpens::Join),
        Some(text) => clockwork.time(DATA_OPENS, None, DATA_OPENS, text).map(DataOpens::At),
        None => None,
    };
    let merges_until =
        manifest.merges_until.as_deref().and_then(|text| clockwork.time(MERGES_UNTIL, None, MERGES_UNTIL, text));
    let end = stages.iter().find(|stage| stage.takes_submissions).and_then(|stage| stage.ends_at);
    if let (Some(until), Some(end)) = (merges_until, end)
        && until > end
    {
        let end = zone.exact(end);
        clockwork.wrong(
            MERGES_UNTIL,
            said(
                format!("단계가 끝나면 팀이 굳어서 그 뒤에는 합칠 수 없어요. 끝나는 때나 그 앞으로 적어 주세요: merges_until = \"{end}\""),
                format!("Teams stay as they are after the stage's end; write its end or earlier: merges_until = \"{end}\""),
            ),
        );
    }
    Schedule { stages, data_opens, merges_until, counted: clockwork.counted }
}

#[cfg(test)]
mod tests {
    use scoring::Lang;

    use super::*;

    #[test]
    fn relative_times_are_days_from_today_in_the_competitions_zone() {
        // 16:00 UTC is already the next day in Seoul.
        let now = "2026-11-21T16:00:00Z".parse().unwrap();
        let at = time("+12d 18:00", Zone::default(), now).unwrap();
        assert_eq!(at, "2026-12-04T09:00:00Z".parse::<DateTime<Utc>>().unwrap());
        assert!(time("next week", Zone::default(), now).unwrap_err().get(Lang::En).contains("next week"));
        assert!(time("+9223372036854775807d 10:00", Zone::default(), now).is_err());
    }

    #[test]
    fn a_time_without_a_zone_is_told_how_to_be_written() {
        let now = "2026-11-21T16:00:00Z".parse().unwrap();
        for text in ["2026-11-27T18:00:00", "2026-11-27 18:00"] {
            let told = time(text, Zone::default(), now).unwrap_err();
            assert!(told.get(Lang::En).ends_with("write \"2026-11-27T18:00:00+09:00\""), "{told:?}");
        }
    }
}
