//! How one comes to take part in a competition: `[apply]` of its `competition.toml`, and what applicants are asked.

pub mod questions;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use self::questions::tidy;
use crate::Result;
use crate::error::WrongFields;

pub use questions::{
    ANSWER_MAX, Answers, CHOICES, CONSENT, FILE_ANSWER_MB, FILE_QUESTIONS_MAX, GivenFile, QUESTIONS_MAX, Question,
    QuestionKind, answers_of, asked, field,
};

/// Places that a competition may have.
pub const CAPACITY: RangeInclusive<i64> = 1..=1_000_000;
/// Days that an offered place may be kept.
pub const OFFER_DAYS: RangeInclusive<i64> = 1..=60;
/// Versions of the rules.
pub const RULES: RangeInclusive<i64> = 1..=1000;
/// How one comes to take part. Left out, whoever agrees to the rules does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplySettings {
    #[serde(default)]
    pub mode: ApplyMode,
    /// What addresses may end in, where that decides: `hospital.kr` takes `kim@hospital.kr` and `kim@lab.hospital.kr`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// How many may take part; none is all who like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i64>,
    #[serde(default)]
    pub capacity_of: CapacityOf,
    /// How long an offered place is kept.
    #[serde(default = "default_offer_days")]
    pub offer_days: i64,
    /// The version of the rules: a greater one asks everyone again who agreed to a lesser.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub rules: i64,
    /// In the order in which they are asked.
    #[serde(default, rename = "question", skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
}

/// Who decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplyMode {
    /// Nobody: whoever agrees to the rules takes part.
    #[default]
    Open,
    /// Organizers, one by one.
    Approval,
    /// The address.
    Domain,
    /// Organizers, before: whom they have asked.
    Invitation,
}

/// What a place is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapacityOf {
    #[default]
    People,
    /// A team takes one place, and so does whoever is in none yet.
    Teams,
}

fn default_offer_days() -> i64 {
    3
}

fn first() -> i64 {
    1
}

#[cfg_attr(target_pointer_width = "64", expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so"))]
fn is_first(version: &i64) -> bool {
    *version == first()
}

impl Default for ApplySettings {
    fn default() -> Self {
        Self {
            mode: ApplyMode::default(),
            domains: Vec::new(),
            capacity: None,
            capacity_of: CapacityOf::default(),
            offer_days: default_offer_days(),
            rules: first(),
            questions: Vec::new(),
        }
    }
}

impl ApplySettings {
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether agreeing to the rules is all there is to it.
    pub fn is_plain(&self) -> bool {
        matches!(self.mode, ApplyMode::Open) && self.questions.is_empty()
    }

    /// How long an offered place is kept.
    pub fn offer(&self) -> TimeDelta {
        TimeDelta::days(self.offer_days)
    }

    /// Whether an address, in lower case, is of one of the domains.
    pub fn takes(&self, email: &str) -> bool {
        let Some((_, host)) = email.rsplit_once('@') else { return false };
        self.domains.iter().any(|domain| {
            let domain = domain.to_lowercase();
            host.strip_suffix(domain.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    }

    /// What was typed as answers, tidied, and the names of the files that were given.
    ///
    /// # Errors
    /// Every question whose answer is missing, too long, none of the choices or no file that is taken, as the field [`field`] names it.
    pub fn answers(&self, typed: &BTreeMap<String, String>, files: &BTreeMap<String, GivenFile>) -> Result<Answers> {
        let mut wrong = WrongFields::default();
        let mut answers = Answers::new();
        for question in &self.questions {
            if question.kind == QuestionKind::File {
                let file = files.get(&question.key);
                match (question.check_file(file), file) {
                    (Some(problem), _) => wrong.note(&field(&question.key), problem),
                    (None, Some(file)) => drop(answers.insert(question.key.clone(), file.name.clone())),
                    (None, None) => {}
                }
                continue;
            }
            let given = typed.get(&question.key).map(|text| tidy(text)).unwrap_or_default();
            match question.check(&given) {
                Some(problem) => wrong.note(&field(&question.key), problem),
                None if given.is_empty() => {}
                None if question.kind == QuestionKind::Consent => {
                    answers.insert(question.key.clone(), CONSENT.to_owned());
                }
                None => {
                    answers.insert(question.key.clone(), given);
                }
            }
        }
        wrong.or(answers)
    }

    /// The questions whose answer is a file.
    pub fn file_questions(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|question| question.kind == QuestionKind::File)
    }
}

#[cfg(test)]
mod tests;
