//! `[apply]` and `[idle]`, as far as they are no numbers: domains that are some, questions that can be asked, days that are set.

use std::collections::BTreeSet;

use domain::Text;
use domain::accounts::valid_email;
use domain::applications::{
    ApplyMode, ApplySettings, CHOICES, FILE_QUESTIONS_MAX, QUESTIONS_MAX, Question, QuestionKind,
};
use domain::attachments::endings;
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
    let (mut keys, mut files) = (BTreeSet::new(), 0);
    for (at, question) in apply.questions.iter().enumerate() {
        let path = |key: &str| format!("apply.question.{at}.{key}");
        if !valid_key(&question.key) {
            let ko = "key는 영어 소문자, 숫자, _로 1–30자를 써 주세요.";
            note(&path("key"), said(ko, "A key has 1 to 30 lower-case letters, digits and _."));
        } else if !keys.insert(question.key.as_str()) {
            note(&path("key"), said("같은 key가 두 번 있어요.", "Another question has this key."));
        }
        for (key, text) in misfits(question) {
            note(&path(&key), text);
        }
        files += usize::from(question.kind == QuestionKind::File);
        if files == FILE_QUESTIONS_MAX + 1 && question.kind == QuestionKind::File {
            let ko = format!("파일을 받는 질문은 {FILE_QUESTIONS_MAX}개까지예요.");
            note(&path("kind"), said(ko, format!("There may be {FILE_QUESTIONS_MAX} questions that ask for a file.")));
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

/// All that does not fit the question's kind, each with the key that it stands under.
fn misfits(question: &Question) -> Vec<(String, Text)> {
    let only = |key: &str, kind: &str| {
        let ko = format!("{key}{} kind = \"{kind}\"일 때만 써요.", scoring::josa(key, "은", "는"));
        (key.to_owned(), said(ko, format!("{key} is for kind = \"{kind}\" alone.")))
    };
    let kind = question.kind;
    let mut found = Vec::new();
    if kind == QuestionKind::Choice {
        found.extend(wrong_choices(question));
    } else if !question.choices.is_empty() {
        found.push(only("choices", "choice"));
    }
    if kind != QuestionKind::Text && question.max.is_some() {
        found.push(only("max", "text"));
    }
    if kind != QuestionKind::File && question.file_mb.is_some() {
        found.push(only("file_mb", "file"));
    }
    if kind != QuestionKind::File && !question.file_kinds.is_empty() {
        found.push(only("file_kinds", "file"));
        return found;
    }
    for (at, ending) in question.file_kinds.iter().enumerate() {
        if !endings().any(|one| one == ending) {
            let all = endings().collect::<Vec<_>>().join(", ");
            let ko = format!(
                "‘{ending}’{} 받을 수 없는 형식이에요. 이 가운데에서 골라 주세요: {all}",
                scoring::josa(ending, "은", "는")
            );
            let en = format!("“{ending}” is no kind of file that can be taken; choose among {all}.");
            found.push((format!("file_kinds.{at}"), said(ko, en)));
        }
    }
    found
}

fn wrong_choices(question: &Question) -> Option<(String, Text)> {
    let distinct: BTreeSet<_> = question.choices.iter().map(|choice| choice.ko.trim()).collect();
    let fits = CHOICES.contains(&question.choices.len())
        && distinct.len() == question.choices.len()
        && question.choices.iter().all(|choice| !choice.ko.is_empty() && choice.ko == choice.ko.trim());
    (!fits).then(|| {
        let (least, most) = (CHOICES.start(), CHOICES.end());
        let ko = format!("choices에 서로 다른 것을 {least}개에서 {most}개까지 적어 주세요.");
        ("choices".to_owned(), said(ko, format!("choices has {least} to {most} texts, each another.")))
    })
}
