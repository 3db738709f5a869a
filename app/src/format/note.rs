//! How a submission ended, as a sentence.

use domain::Locale;
use domain::competitions::Competition;
use domain::quotas::QuotaState;
use domain::submissions::{Note, Submission};

use super::time::clock;
use crate::i18n::{k, t};
use crate::tf;

/// What there is to say beside the score.
pub fn sentence(l: Locale, note: &Note) -> String {
    match note {
        Note::Passed { rows, columns, ms } => {
            tf!(l, k::ui::note::PASSED, rows = rows, columns = columns.len() + 1, ms = ms)
        }
        Note::Metric { error } => format!("{} {}", error.message(l.lang()), error.fix(l.lang())),
        Note::NoPrivate => t(l, k::ui::note::NO_PRIVATE).to_owned(),
        Note::File { errors } => tf!(l, k::ui::note::FILE, total = errors.total),
        Note::Internal { incident } => tf!(l, k::ui::note::INTERNAL, incident = incident),
    }
}

/// The answer to an accepted submission: its number, what is left, when the count resets.
pub fn accepted(l: Locale, competition: &Competition, submission: &Submission, quota: &QuotaState) -> String {
    if submission.dry_run {
        return t(l, k::ui::note::DRY_RUN).to_owned();
    }
    match quota.left_today {
        Some(left) => {
            let zone = competition.settings.zone;
            let reset = format!("{} {}", clock(zone, quota.resets_at), zone.abbreviation(quota.resets_at));
            tf!(l, k::ui::note::ACCEPTED, number = submission.number, left = left, reset = reset)
        }
        None => tf!(l, k::ui::note::ACCEPTED_UNLIMITED, number = submission.number),
    }
}
