//! The numbers of the settings, each within what it may be.

use std::ops::RangeInclusive;

use domain::applications::{ANSWER_MAX, CAPACITY, FILE_ANSWER_MB, OFFER_DAYS, RULES};
use domain::competitions::{FILE_MB, Settings, TEAM_SIZE};
use domain::idle::DAYS;
use domain::quotas::MIN_INTERVAL_SECONDS;
use domain::scores::DECIMALS;

use crate::competitions::folder::document::Document;
use crate::competitions::folder::problems::{Problem, said};

/// Any number of times, but once.
const ONCE_OR_MORE: RangeInclusive<i64> = 1..=1_000_000_000;

/// Every number that is out of its range.
pub(super) fn check(document: &Document<'_>, settings: &Settings) -> Vec<Problem> {
    let Settings { quota, team, policy, apply, idle, .. } = settings;
    let wrong = |path: &str, value: String, range: &RangeInclusive<i64>| {
        let (least, most) = (range.start(), range.end());
        document.problem(
            path,
            said(
                format!(
                    "{value}{} 쓸 수 없어요. {least}에서 {most}까지 적어 주세요.",
                    scoring::josa(&value, "은", "는")
                ),
                format!("It is {value}; it may be {least} to {most}."),
            ),
        )
    };
    let numbers = [
        ("file_mb", Some(i64::from(settings.file_mb)), i64::from(*FILE_MB.start())..=i64::from(*FILE_MB.end())),
        ("decimals", Some(i64::from(settings.decimals)), i64::from(*DECIMALS.start())..=i64::from(*DECIMALS.end())),
        ("quota.per_day", quota.per_day, ONCE_OR_MORE),
        ("quota.total", quota.total, ONCE_OR_MORE),
        ("quota.in_flight", quota.in_flight, ONCE_OR_MORE),
        ("quota.min_interval_seconds", quota.min_interval_seconds, MIN_INTERVAL_SECONDS),
        ("team.min", Some(team.min), TEAM_SIZE),
        ("team.max", Some(team.max), team.min.max(*TEAM_SIZE.start())..=*TEAM_SIZE.end()),
        ("apply.capacity", apply.capacity, CAPACITY),
        ("apply.rules", Some(apply.rules), RULES),
        ("apply.offer_days", Some(apply.offer_days), OFFER_DAYS),
        ("idle.submission_days", idle.and_then(|idle| idle.submission_days), DAYS),
        ("idle.activity_days", idle.and_then(|idle| idle.activity_days), DAYS),
        ("policy.final_selection", Some(i64::from(policy.final_selection)), ONCE_OR_MORE),
    ];
    let answers = apply.questions.iter().enumerate().map(|(at, question)| {
        (format!("apply.question.{at}.max"), question.max.map(i64::from), 1..=i64::from(ANSWER_MAX))
    });
    let files = apply.questions.iter().enumerate().map(|(at, question)| {
        let range = i64::from(*FILE_ANSWER_MB.start())..=i64::from(*FILE_ANSWER_MB.end());
        (format!("apply.question.{at}.file_mb"), question.file_mb.map(i64::from), range)
    });
    numbers
        .into_iter()
        .map(|(path, value, range)| (path.to_owned(), value, range))
        .chain(answers)
        .chain(files)
        .filter_map(|(path, value, range)| {
            value.filter(|value| !range.contains(value)).map(|value| wrong(&path, value.to_string(), &range))
        })
        .collect()
}
