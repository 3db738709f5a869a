//! `[apply]` and `[idle]`, as far as they are no numbers: domains that are some, questions that can be asked, days that are set.

use std::collections::BTreeSet;

use domain::Text;
use domain::accounts::valid_email;
use domain::applications::{ApplyMode, ApplySettings, CHOICES, QUESTIONS_MAX, Question, QuestionKind};
use domain::idle::IdleSettings;

use crate::competitions::folder::document::Document;
use crate::competitions::folder::problems::{Problem, said};

/// Everything that cannot be meant so.
pub(super) fn check(document: &Document<'_>, apply: &ApplySettings) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut note = |path: &str, text: Text| problems.push(document.problem(path, text));
    if apply.mode == ApplyMode::Domain && apply.domains.is_empty() {
        note(
            "apply.mode",
            said("domains에 받을 메일 주소의 도메인을 적어 주세요.", "Name the domains of addresses in domains."),
        );
    }
    if apply.mode != ApplyMode::Domain && !apply.domains.is_empty() {
        note(
            "apply.domains",
            said("domains는 mode = \"domain\"일 때만 써요.", "domains are for mode = \"domain\" alone."),
        );
    }
    for (at, domain) in apply.domains.iter().enumerate() {
        if domain.contains('@') || !valid_email(&format!("a@{domain}")) {
            let ko = format!(
                "‘{domain}’{} 도메인이 아니에요. hospital.kr처럼 적어 주세요.",
                scoring::josa(domain, "은", "는")
            );
            note(
                &format!("apply.domains.{at}"),
                said(ko, format!("“{domain}” is no domain; write one such as hospital.kr")),
            );
        }
    }
    if apply.questions.len() > QUESTIONS_MAX {
        let (ko, en) =
            (format!("질문은 {QUESTIONS_MAX}개까지예요."), format!("There may be {QUESTIONS_MAX} questions."));
        note("apply.question", said(ko, en));
    }
    let mut keys = BTreeSet::new();
    for (at, question) in apply.questions.iter().enumerate() {
        let path = |key: &str| format!("apply.question.{at}.{key}");
        if !valid_key(&question.key) {
            let ko = "key는 영어 소문자, 숫자, _로 1–30자를 써 주세요.";
            note(&path("key"), said(ko, "A key has 1 to 30 lower-case letters, digits and _."));
        } else if !keys.insert(question.key.as_str()) {
            note(&path("key"), said("같은 key가 두 번 있어요.", "Another question has this key."));
        }
        if let Some((key, text)) = misfit(question) {
            note(&path(key), text);
        }
    }
    problems
}

/// `[idle]` without any days.
pub(super) fn check_idle(document: &Document<'_>, idle: Option<IdleSettings>) -> Option<Problem> {
    let says_nothing = idle.is_some_and(|idle| idle.submission_days.or(idle.activity_days).is_none());
    says_nothing.then(|| {
        let (ko, en) = (
            "submission_days(제출이 없는 날 수)나 activity_days(노트북 사용이 없는 날 수)를 적어 주세요.",
            "Set submission_days (days without a submission) or activity_days (days without use of a notebook).",
        );
        document.problem("idle", said(ko, en))
    })
}

fn valid_key(key: &str) -> bool {
    (1..=30).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// What does not fit the question's kind, and the key that it stands under.
fn misfit(question: &Question) -> Option<(&'static str, Text)> {
    let distinct: BTreeSet<_> = question.choices.iter().map(|choice| choice.ko.trim()).collect();
    let fits = CHOICES.contains(&question.choices.len())
        && distinct.len() == question.choices.len()
        && question.choices.iter().all(|choice| !choice.ko.is_empty() && choice.ko == choice.ko.trim());
    match question.kind {
        QuestionKind::Choice if !fits => {
            let (least, most) = (CHOICES.start(), CHOICES.end());
            let ko = format!("choices에 서로 다른 것을 {least}개에서 {most}개까지 적어 주세요.");
            Some(("choices", said(ko, format!("choices has {least} to {most} texts, each another."))))
        }
        QuestionKind::Text | QuestionKind::Consent if !question.choices.is_empty() => Some((
            "choices",
            said("choices는 kind = \"choice\"일 때만 써요.", "choices are for kind = \"choice\" alone."),
        )),
        QuestionKind::Choice | QuestionKind::Consent if question.max.is_some() => {
            Some(("max", said("max는 kind = \"text\"일 때만 써요.", "max is for kind = \"text\" alone.")))
        }
        _ => None,
    }
}
