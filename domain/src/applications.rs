//! How one comes to take part in a competition: `[apply]` of its `competition.toml`, and what applicants are asked.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::error::{FieldProblem, WrongFields};
use crate::text::Text;

/// Places that a competition may have.
pub const CAPACITY: RangeInclusive<i64> = 1..=1_000_000;
/// Days that an offered place may be kept.
pub const OFFER_DAYS: RangeInclusive<i64> = 1..=60;
/// Versions of the rules.
pub const RULES: RangeInclusive<i64> = 1..=1000;
/// Questions at most.
pub const QUESTIONS_MAX: usize = 20;
/// Characters that an answer may have, unless its question says less.
pub const ANSWER_MAX: u32 = 2000;
/// Characters of a text whose question does not say.
const ANSWER_USUAL: u32 = 500;
/// Choices of one question.
pub const CHOICES: RangeInclusive<usize> = 2..=20;

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

/// Something that applicants are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its name in tables; lower-case letters, digits and `_`.
    pub key: String,
    pub kind: QuestionKind,
    pub label: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
    #[serde(default = "always")]
    pub required: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Text>,
    /// Characters of a text at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    Text,
    /// One of `choices`.
    Choice,
    /// A box to check.
    Consent,
}

/// Answers by their questions' keys. They are personal: for organizers and whoever gave them, and in no record or log.
pub type Answers = BTreeMap<String, String>;

/// The answer to a question of consent.
pub const CONSENT: &str = "yes";

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

fn always() -> bool {
    true
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

    /// What was typed as answers, tidied.
    ///
    /// # Errors
    /// Every question whose answer is missing, too long or none of the choices, as the field [`field`] names it.
    pub fn answers(&self, typed: &BTreeMap<String, String>) -> Result<Answers> {
        let mut wrong = WrongFields::default();
        let mut answers = Answers::new();
        for question in &self.questions {
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
}

/// The form field of a question's answer.
pub fn field(key: &str) -> String {
    format!("answers[{key}]")
}

impl Question {
    /// Characters that its answer may have.
    pub fn max(&self) -> u32 {
        self.max.unwrap_or(ANSWER_USUAL).min(ANSWER_MAX)
    }

    /// Why a tidied answer will not do.
    fn check(&self, given: &str) -> Option<FieldProblem> {
        if given.is_empty() {
            let problem =
                if self.kind == QuestionKind::Consent { FieldProblem::Consent } else { FieldProblem::AnswerEmpty };
            return self.required.then_some(problem);
        }
        let fits = match self.kind {
            QuestionKind::Text => given.chars().nth(self.max() as usize).is_none(),
            QuestionKind::Choice => return self.choice(given).is_none().then_some(FieldProblem::AnswerChoice),
            QuestionKind::Consent => true,
        };
        (!fits).then_some(FieldProblem::AnswerLong)
    }

    /// The choice that an answer is. It is kept in Korean, the language that every text has.
    pub fn choice(&self, answer: &str) -> Option<&Text> {
        self.choices.iter().find(|choice| choice.ko == answer)
    }
}

/// Without what surrounds it, with line ends of one kind and nothing that cannot be seen.
fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(ko: &str) -> Text {
        Text { ko: ko.to_owned(), en: None }
    }

    fn question(key: &str, kind: QuestionKind) -> Question {
        let choices = if kind == QuestionKind::Choice { vec![text("병원"), text("학교")] } else { Vec::new() };
        Question { key: key.to_owned(), kind, label: text(key), hint: None, required: true, choices, max: Some(5) }
    }

    fn settings() -> ApplySettings {
        let optional = Question { required: false, ..question("note", QuestionKind::Text) };
        ApplySettings {
            questions: vec![
                question("motive", QuestionKind::Text),
                question("where", QuestionKind::Choice),
                question("privacy", QuestionKind::Consent),
                optional,
            ],
            ..ApplySettings::default()
        }
    }

    fn typed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn right_answers_come_back_tidy_and_nothing_that_was_not_asked() {
        let given = typed(&[("motive", " 하나\r\n둘 "), ("where", "학교"), ("privacy", "on"), ("other", "x")]);
        let answers = settings().answers(&given).unwrap();
        assert_eq!(answers, typed(&[("motive", "하나\n둘"), ("where", "학교"), ("privacy", CONSENT)]));
    }

    #[test]
    fn every_wrong_answer_is_told_at_once_at_its_field() {
        let wrong = settings().answers(&typed(&[("motive", "여섯 글자나"), ("where", "집")])).unwrap_err();
        let told: Vec<_> = wrong.fields.iter().map(|wrong| (wrong.field.as_str(), wrong.problem)).collect();
        let expected = [
            ("answers[motive]", FieldProblem::AnswerLong),
            ("answers[where]", FieldProblem::AnswerChoice),
            ("answers[privacy]", FieldProblem::Consent),
        ];
        assert_eq!(told, expected);
        let none = settings().answers(&typed(&[])).unwrap_err();
        assert_eq!(none.fields[0].problem, FieldProblem::AnswerEmpty);
    }

    #[test]
    fn an_address_is_of_a_domain_or_of_one_below_it_and_of_none_that_only_ends_alike() {
        let settings =
            ApplySettings { domains: vec!["Hospital.kr".into(), "snu.ac.kr".into()], ..ApplySettings::default() };
        let takes = ["kim@hospital.kr", "kim@lab.hospital.kr", "lee@snu.ac.kr"];
        let refuses = ["kim@nohospital.kr", "kim@hospital.kr.example", "hospital.kr", "kim@ac.kr", "kim@kr"];
        assert!(takes.iter().all(|email| settings.takes(email)));
        assert!(!refuses.iter().any(|email| settings.takes(email)));
    }
}
