//! The queue, as administrators look over it: what waits, and what was given up.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::access::{Actor, SiteAction};
use domain::ids::JobId;
use domain::jobs::JobKind;
use domain::text::cell;
use domain::zone::Zone;
use storage::jobs::DeadAsked;

use super::found;
use crate::error::Result;
use crate::jobs::dead::{self, DeadJob};
use crate::jobs::{self, JobTally};
use crate::paging;
use crate::services::Services;

/// Which jobs that were given up are asked for.
#[derive(Debug, Clone, Default)]
pub struct JobsWanted {
    pub kind: Option<JobKind>,
    /// A part of what a job is about, or of why it failed; empty for all.
    pub text: String,
    pub limit: i64,
    pub offset: i64,
}

/// How the queue fares, with the dead jobs that were asked for, those that were due first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePage {
    pub tallies: Vec<JobTally>,
    pub dead: Vec<DeadJob>,
    /// How many were found.
    pub total: i64,
}

/// The queue and what of it was given up.
///
/// # Errors
/// `login_required`, `forbidden`.
#[boxed]
pub async fn queue(services: &Services, actor: &Actor, wanted: &JobsWanted) -> Result<QueuePage> {
    actor.may(SiteAction::ManageQueue).check()?;
    let JobsWanted { kind, text, limit, offset } = wanted.clone();
    let mut asked = DeadAsked { kind, text, limit, offset };
    let total = services.db.count_dead_jobs(&asked).await?;
    asked.offset = paging::offset(offset, limit, total);
    let dead = services.db.found_dead_jobs(&asked).await?;
    Ok(QueuePage { tallies: jobs::tallies(services).await?, dead, total })
}

/// The dead jobs that are asked for as a CSV that spreadsheets open as it is.
///
/// # Errors
/// `login_required`, `forbidden`.
#[boxed]
pub async fn queue_csv(services: &Services, actor: &Actor, wanted: &JobsWanted, locale: Locale) -> Result<String> {
    let wanted = JobsWanted { limit: i64::MAX, offset: 0, ..wanted.clone() };
    let page = queue(services, actor, &wanted).await?;
    let heads = match locale {
        Locale::Ko => ["종류", "대상", "대회", "만든 시각", "시도", "사유"],
        Locale::En => ["kind", "subject", "competition", "made", "attempts", "reason"],
    };
    let zone = Zone::default();
    let at = |at: DateTime<Utc>| zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let row = |cells: [String; 6]| cells.map(|text| cell(&text)).join(",") + "\r\n";
    let mut text = format!("\u{feff}{}", row(heads.map(str::to_owned)));
    for job in page.dead {
        text += &row([
            job.kind,
            job.subject.to_string(),
            job.competition_id.map(|id| id.to_string()).unwrap_or_default(),
            at(job.created_at),
            job.attempts.to_string(),
            job.last_error.unwrap_or_default(),
        ]);
    }
    Ok(text)
}

/// Puts a dead job back, or drops it.
///
/// # Errors
/// `login_required`, `forbidden`, `not_found`.
#[boxed]
pub async fn settle_job(services: &Services, actor: &Actor, id: JobId, drops: bool) -> Result<()> {
    actor.may(SiteAction::ManageQueue).check()?;
    let job = if drops { dead::drop(services, actor, id).await? } else { dead::retry(services, actor, id).await? };
    found(job)
}
