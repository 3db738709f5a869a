//! Applications as a table that organizers take along. It is read and sent piece by piece: however many there are, few are in memory.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::access::Actor;
use domain::competitions::Competition;
use domain::ids::UserId;
use domain::participation::ParticipationState;
use domain::text::cell;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use storage::competitions::{Applicant, ApplicantsAsked};
use uuid::Uuid;

use super::decisions;
use crate::error::Result;
use crate::services::Services;

/// Rows that are read at once.
const AT_ONCE: i64 = 500;

/// What a state is called.
type Word = fn(Locale, ParticipationState) -> &'static str;

/// All applications that are asked for as a CSV that spreadsheets open as it is: in UTF-8 with its mark, times in the competition's
/// zone, and no cell a formula; of a file its name. In the order of the accounts, so that each is in it once whatever changes meanwhile.
///
/// # Errors
/// `login_required`, `not_organizer`; also amid the table, for whoever loses their role meanwhile.
#[boxed]
pub async fn csv(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    asked: &ApplicantsAsked,
    locale: Locale,
    state: Word,
) -> Result<BoxStream<'static, Result<String>>> {
    decisions::check(services, competition, actor).await?;
    let reading = Reading {
        services: services.clone(),
        competition: competition.clone(),
        actor: actor.clone(),
        asked: asked.clone(),
        locale,
        state,
        after: UserId(Uuid::nil()),
    };
    let head = stream::iter([Ok(reading.head())]);
    let rows = stream::try_unfold(Some(reading), |reading| async move {
        let Some(mut reading) = reading else { return Ok(None) };
        let (lines, is_last) = reading.next().await?;
        Ok(Some((lines, (!is_last).then_some(reading))))
    });
    Ok(head.chain(rows).boxed())
}

/// A table that is being sent.
struct Reading {
    services: Services,
    competition: Competition,
    actor: Actor,
    asked: ApplicantsAsked,
    locale: Locale,
    state: Word,
    /// Whose row was the last.
    after: UserId,
}

impl Reading {
    fn head(&self) -> String {
        let known = match self.locale {
            Locale::Ko => ["이름", "메일 주소", "소속", "상태", "대기 순번", "신청 시각", "정한 시각", "팀", "사유"],
            Locale::En => ["name", "email", "affiliation", "state", "place", "applied", "decided", "team", "reason"],
        };
        let questions = self.competition.settings.apply.questions.iter();
        let asked = questions.map(|question| question.label.get(self.locale));
        format!("\u{feff}{}", line(known.into_iter().chain(asked).map(cell)))
    }

    /// The next lines, and whether they are the last.
    async fn next(&mut self) -> Result<(String, bool)> {
        decisions::check(&self.services, &self.competition, &self.actor).await?;
        let rows = self.services.db.applicants_after(self.competition.id, &self.asked, self.after, AT_ONCE).await?;
        let is_last = i64::try_from(rows.len()) != Ok(AT_ONCE);
        self.after = rows.last().map_or(self.after, |row| row.user_id);
        Ok((rows.into_iter().map(|row| self.row(row)).collect(), is_last))
    }

    fn row(&self, row: Applicant) -> String {
        let settings = &self.competition.settings;
        let answers = row.answers.unwrap_or_default();
        let at = |at: DateTime<Utc>| settings.zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string();
        let known = [
            row.name,
            row.email,
            row.affiliation,
            (self.state)(self.locale, row.state).to_owned(),
            row.place.map(|place| place.to_string()).unwrap_or_default(),
            at(row.applied_at),
            at(row.changed_at),
            row.team_name.unwrap_or_default(),
            row.reason.unwrap_or_default(),
        ];
        let questions = settings.apply.questions.iter();
        let answered = questions.map(|question| answers.get(&question.key).cloned().unwrap_or_default());
        line(known.into_iter().chain(answered).map(|text| cell(&text)))
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join(",") + "\r\n"
}
