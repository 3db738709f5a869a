//! Sends a file and reads the answer.

use domain::address;
use domain::json::{ACCEPTED, ERROR, QUOTA, REFUSAL, USED, WRONG_LINE};
use domain::quotas::{Quota, Reached, Usage};
use js_sys::{Date, Math, Promise};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

use crate::i18n::{Locale, k};
use crate::islands::browser::{Json, get_text, slice};
use crate::islands::submissions::check::percent;
use crate::islands::submissions::errors::ErrorRow;
use crate::islands::submissions::going::Going;
use crate::tf;

/// What is left of the quota, with its times in words: the browser knows no zones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuotaNow {
    /// A day, in all, and under way; none is no limit. No `Quota`: reading a type with names costs bytes, each.
    pub limits: (Option<i64>, Option<i64>, Option<i64>),
    /// Of today, in all, and under way.
    pub used: (i64, i64, i64),
    /// `00:00 KST`
    pub resets: String,
    /// The same in milliseconds since 1970.
    pub resets_at: i64,
    /// The next one is allowed later, while the minimum interval runs.
    pub wait: Option<Wait>,
    /// Abbreviation of the competition's zone.
    pub zone: String,
}

/// Until when to wait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    /// Milliseconds since 1970.
    pub until: i64,
    pub text: String,
}

impl QuotaNow {
    fn quota(&self) -> Quota {
        let (per_day, total, in_flight) = self.limits;
        // How long the interval is stands in the time to wait until.
        Quota { per_day, total, in_flight, min_interval_seconds: None }
    }

    fn usage(&self) -> Usage {
        let (today, total, in_flight) = self.used;
        Usage { today, total, in_flight, last_at: None }
    }

    /// How many are left today; `None` without any limit.
    pub(super) fn left(&self) -> Option<i64> {
        self.quota().left(&self.usage())
    }

    /// Why nothing that counts can be sent now.
    pub(super) fn refusal(&self, l: Locale) -> Option<String> {
        use k::submissions::submit as s;
        let next = self.wait.as_ref().map(|wait| wait.text.as_str());
        Some(match self.quota().reached(&self.usage(), next.is_some())? {
            Reached::Total(limit) => tf!(l, s::USED_UP_TOTAL, limit = limit),
            Reached::PerDay(limit) => tf!(l, s::USED_UP, limit = limit, time = self.resets),
            Reached::Interval(_) => tf!(l, s::INTERVAL, time = next.unwrap_or_default()),
            Reached::InFlight(limit) => tf!(l, s::IN_FLIGHT, limit = limit),
        })
    }

    /// The state that an answer of the server tells.
    fn read(&self, answer: &Json) -> Self {
        let clock = |at: &str| format!("{} {}", at.get(11..16).unwrap_or_default(), self.zone);
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds of our time are far below 2^53")]
        let moment = |at: &str| Date::parse(at) as i64;
        let wait = answer.get(QUOTA.next_allowed_at).text().map(|at| Wait { until: moment(&at), text: clock(&at) });
        let resets = answer.get(QUOTA.resets_at).text();
        let (total, in_flight) = (answer.get(QUOTA.total), answer.get(QUOTA.in_flight));
        let limit = |of: &Json| of.get(USED.limit).whole();
        let used = |of: &Json| of.get(USED.used).whole().unwrap_or_default();
        Self {
            limits: (limit(answer), limit(&total), limit(&in_flight)),
            used: (used(answer), used(&total), used(&in_flight)),
            resets: resets.as_deref().map_or_else(|| self.resets.clone(), clock),
            resets_at: resets.as_deref().map_or(self.resets_at, moment),
            wait,
            zone: self.zone.clone(),
        }
    }
}

/// How an attempt ended.
pub(super) enum Answer {
    Accepted {
        going: Box<Going>,
        quota: QuotaNow,
    },
    Refused {
        code: String,
        message: String,
        rows: Vec<ErrorRow>,
        total: u64,
    },
    /// Something before the server has turned it away, with this status.
    Stopped(u16),
    /// The file is no longer what was chosen, so the browser could not read it.
    Changed,
    /// No answer that can be understood: it is not known whether the submission was taken.
    Unreachable,
}

/// What is sent.
pub(super) struct Parcel {
    pub(super) file: File,
    pub(super) memo: String,
    pub(super) dry_run: bool,
    /// The same for every try of one submission, so that it is taken only once.
    pub(super) key: String,
}

/// A name for one submission that no other has.
pub(super) fn new_key() -> String {
    let digits = |value: f64| value.to_string().trim_start_matches("0.").to_owned();
    format!("{}-{}-{}", digits(Date::now()), digits(Math::random()), digits(Math::random()))
}

/// Sends the file; `progress` hears percents.
pub(super) async fn send(slug: &str, parcel: &Parcel, quota: &QuotaNow, progress: impl Fn(u32) + 'static) -> Answer {
    let Some((status, text)) = post(slug, parcel, progress).await else {
        let is_readable = slice(&parcel.file, 0.0, 1.0).await.is_some();
        return if is_readable { Answer::Unreachable } else { Answer::Changed };
    };
    // The server's refusals are JSON; a proxy's are pages. One of 500 and more may be over in a moment.
    let unclear = if (400..500).contains(&status) { Answer::Stopped(status) } else { Answer::Unreachable };
    let Some(answer) = Json::parse(&text) else { return unclear };
    if (200..300).contains(&status)
        && let Some(going) = Going::read(&answer.get(ACCEPTED.submission))
    {
        return Answer::Accepted { quota: quota.read(&answer.get(ACCEPTED.quota)), going: Box::new(going) };
    }
    let error = answer.get(REFUSAL.error);
    let (Some(code), Some(message)) = (error.get(ERROR.code).text(), error.get(ERROR.message).text()) else {
        return unclear;
    };
    let line = |line: Json| ErrorRow {
        line: line.get(WRONG_LINE.line).whole().and_then(|line| u64::try_from(line).ok()),
        column: line.get(WRONG_LINE.column).text(),
        value: line.get(WRONG_LINE.value).text(),
        what: line.get(WRONG_LINE.message).text().unwrap_or_default(),
        fix: String::new(),
    };
    let rows: Vec<_> = error.get(ERROR.details).list().into_iter().map(line).collect();
    let total = error.get(ERROR.total).whole().and_then(|total| u64::try_from(total).ok());
    Answer::Refused { code, message, total: total.unwrap_or(rows.len() as u64), rows }
}

/// The request itself, the old way: `fetch` does not tell how much has been sent.
async fn post(slug: &str, parcel: &Parcel, progress: impl Fn(u32) + 'static) -> Option<(u16, String)> {
    let form = FormData::new().ok()?;
    // The memo goes first, so that a server that stops at a wrong file has read it.
    form.append_with_str("memo", &parcel.memo).ok()?;
    form.append_with_str("dry_run", if parcel.dry_run { "true" } else { "false" }).ok()?;
    form.append_with_blob_and_filename("file", &parcel.file, &parcel.file.name()).ok()?;

    let request = XmlHttpRequest::new().ok()?;
    request.open("POST", &address::api::submissions(slug)).ok()?;
    request.set_request_header("Idempotency-Key", &parcel.key).ok()?;
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        progress(percent(event.loaded(), event.total()));
    });
    request.upload().ok()?.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    let over = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    request.send_with_opt_form_data(Some(&form)).ok()?;
    JsFuture::from(over).await.ok()?;
    let status = request.status().ok().filter(|status| *status != 0)?;
    Some((status, request.response_text().ok()??))
}

/// The quota as it is now.
pub(super) async fn quota_now(slug: &str, before: &QuotaNow) -> Option<QuotaNow> {
    Some(before.read(&Json::parse(&get_text(&address::api::quota(slug)).await?)?))
}

/// How a submission stands now.
pub(super) async fn look(id: &str) -> Option<Going> {
    Going::read(&Json::parse(&get_text(&address::api::submission(id)).await?)?)
}
