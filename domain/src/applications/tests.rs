use std::collections::BTreeMap;

use super::*;
use crate::error::FieldProblem;
use crate::text::Text;

fn text(ko: &str) -> Text {
    Text { ko: ko.to_owned(), en: None }
}

fn question(key: &str, kind: QuestionKind) -> Question {
    let choices = if kind == QuestionKind::Choice { vec![text("병원"), text("학교")] } else { Vec::new() };
    Question {
        key: key.to_owned(),
        kind,
        label: text(key),
        hint: None,
        required: true,
        choices,
        max: Some(5),
        file_kinds: Vec::new(),
        file_mb: None,
    }
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
    let answers = settings().answers(&given, &BTreeMap::new()).unwrap();
    assert_eq!(answers, typed(&[("motive", "하나\n둘"), ("where", "학교"), ("privacy", CONSENT)]));
}

#[test]
fn every_wrong_answer_is_told_at_once_at_its_field() {
    let wrong =
        settings().answers(&typed(&[("motive", "여섯 글자나"), ("where", "집")]), &BTreeMap::new()).unwrap_err();
    let told: Vec<_> = wrong.fields.iter().map(|wrong| (wrong.field.as_str(), wrong.problem)).collect();
    let expected = [
        ("answers[motive]", FieldProblem::AnswerLong),
        ("answers[where]", FieldProblem::AnswerChoice),
        ("answers[privacy]", FieldProblem::Consent),
    ];
    assert_eq!(told, expected);
    let none = settings().answers(&typed(&[]), &BTreeMap::new()).unwrap_err();
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

#[test]
fn a_file_is_of_the_kinds_and_the_size_that_its_question_takes_and_what_its_name_says() {
    let file =
        |key: &str| Question { file_kinds: vec!["pdf".into()], file_mb: Some(2), ..question(key, QuestionKind::File) };
    let keys = ["none", "kind", "large", "other", "right"];
    let optional = Question { required: false, ..file("optional") };
    let questions = keys.into_iter().map(file).chain([optional]).collect();
    let settings = ApplySettings { questions, ..ApplySettings::default() };
    let given = |key: &str, name: &str, bytes: u64, fits: bool| {
        (key.to_owned(), GivenFile { name: name.to_owned(), bytes, fits })
    };
    let files = BTreeMap::from([
        given("kind", "a.png", 1, true),
        given("large", "a.pdf", (2 << 20) + 1, true),
        given("other", "a.pdf", 1, false),
        given("right", "재직증명서.pdf", 2 << 20, true),
        given("unasked", "a.pdf", 1, true),
    ]);
    // A name that is typed is no file.
    let wrong = settings.answers(&typed(&[("none", "a.pdf")]), &files).unwrap_err();
    let told: Vec<_> = wrong.fields.iter().map(|wrong| (wrong.field.as_str(), wrong.problem)).collect();
    let expected = [
        ("answers[none]", FieldProblem::AnswerFile),
        ("answers[kind]", FieldProblem::AnswerFileKind),
        ("answers[large]", FieldProblem::AnswerFileLarge),
        ("answers[other]", FieldProblem::FileContent),
    ];
    assert_eq!(told, expected);
    let right = ApplySettings { questions: vec![file("right")], ..ApplySettings::default() };
    assert_eq!(right.answers(&typed(&[]), &files).unwrap(), typed(&[("right", "재직증명서.pdf")]));
}
