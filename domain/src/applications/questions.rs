//! What applicants are asked, and what an answer must be.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::attachments::{self, ATTACHMENT_MAX};
use crate::error::FieldProblem;
use crate::text::Text;

/// Questions at most.
pub const QUESTIONS_MAX: usize = 20;
/// Characters that an answer may have, unless its question says less.
pub const ANSWER_MAX: u32 = 2000;
/// Characters of a text whose question does not say.
const ANSWER_USUAL: u32 = 500;
/// Questions whose answer is a file.
pub const FILE_QUESTIONS_MAX: usize = 5;
/// Megabytes that the file of an answer may have.
pub const FILE_ANSWER_MB: RangeInclusive<u32> = 1..=10;
/// Choices of one question.
pub const CHOICES: RangeInclusive<usize> = 2..=20;

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
    /// Endings of the files that are taken; none named is all that may be attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_kinds: Vec<String>,
    /// Megabytes of a file at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_mb: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    Text,
    /// One of `choices`.
    Choice,
    /// A box to check.
    Consent,
    /// A file, whose name is the answer; it lies beside the application.
    File,
}

/// A file that answers a question, as far as it is looked at here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenFile {
    /// As it is kept.
    pub name: String,
    pub bytes: u64,
    /// Whether the content is what the name says.
    pub fits: bool,
}

/// Answers by their questions' keys. They are personal: for organizers and whoever gave them, and in no record or log.
pub type Answers = BTreeMap<String, String>;

/// The answer to a question of consent.
pub const CONSENT: &str = "yes";

fn always() -> bool {
    true
}

/// The form field of a question's answer.
pub fn field(key: &str) -> String {
    format!("answers[{key}]")
}

/// The key of the question that a form field's name is about; see [`field`].
pub fn asked(name: &str) -> Option<&str> {
    name.strip_prefix("answers[")?.strip_suffix(']')
}

/// Of a form's fields the answers, by their questions' keys.
pub fn answers_of(fields: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    fields.iter().filter_map(|(name, value)| Some((asked(name)?.to_owned(), value.clone()))).collect()
}

impl Question {
    /// Characters that its answer may have.
    pub fn max(&self) -> u32 {
        self.max.unwrap_or(ANSWER_USUAL).min(ANSWER_MAX)
    }

    /// Bytes that its file may have.
    pub fn file_max(&self) -> u64 {
        self.file_mb.map_or(ATTACHMENT_MAX, |mb| (u64::from(mb) << 20).min(ATTACHMENT_MAX))
    }

    /// Why a file, or that there is none, will not do.
    pub(super) fn check_file(&self, given: Option<&GivenFile>) -> Option<FieldProblem> {
        let Some(file) = given else { return self.required.then_some(FieldProblem::AnswerFile) };
        if !attachments::takes(&file.name, &self.file_kinds) {
            return Some(FieldProblem::AnswerFileKind);
        }
        if file.bytes > self.file_max() {
            return Some(FieldProblem::AnswerFileLarge);
        }
        (!file.fits).then_some(FieldProblem::FileContent)
    }

    /// Why a tidied answer will not do.
    pub(super) fn check(&self, given: &str) -> Option<FieldProblem> {
        if given.is_empty() {
            let problem =
                if self.kind == QuestionKind::Consent { FieldProblem::Consent } else { FieldProblem::AnswerEmpty };
            return self.required.then_some(problem);
        }
        let fits = match self.kind {
            QuestionKind::Text => given.chars().nth(self.max() as usize).is_none(),
            QuestionKind::Choice => return self.choice(given).is_none().then_some(FieldProblem::AnswerChoice),
            QuestionKind::Consent => true,
            // What is typed is none: see `check_file`.
            QuestionKind::File => return None,
        };
        (!fits).then_some(FieldProblem::AnswerLong)
    }

    /// The choice that an answer is. It is kept in Korean, the language that every text has.
    pub fn choice(&self, answer: &str) -> Option<&Text> {
        self.choices.iter().find(|choice| choice.ko == answer)
    }
}

/// Without what surrounds it, with line ends of one kind and nothing that cannot be seen.
pub(super) fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    kept.trim().to_owned()
}
