//! What comes back of an application that was refused: answers to what is asked, and no more of each than it may have twice over.

use std::collections::BTreeMap;

use domain::applications::{ANSWER_MAX, ApplySettings, QuestionKind, asked};
use platform::{Services, competitions};

/// Characters of the name of a file, or of a choice.
const SHORT: u32 = 200;

/// Leaves out what answers no question of the competition that the form names.
pub(super) async fn only_asked(services: &Services, values: &mut BTreeMap<String, String>) {
    let slug = values.get("slug").cloned().unwrap_or_default();
    match competitions::get(services, &slug).await {
        Ok(competition) => keep_asked(&competition.settings.apply, values),
        Err(_) => values.retain(|name, _| asked(name).is_none()),
    }
}

/// The same where the competition is known.
pub fn keep_asked(apply: &ApplySettings, values: &mut BTreeMap<String, String>) {
    values.retain(|name, value| {
        let Some(key) = asked(name) else { return !name.starts_with("answers") };
        let Some(question) = apply.questions.iter().find(|question| question.key == key) else { return false };
        let most = match question.kind {
            QuestionKind::Text => 2 * question.max().min(ANSWER_MAX),
            QuestionKind::Choice | QuestionKind::Consent | QuestionKind::File => SHORT,
        };
        if let Some((end, _)) = value.char_indices().nth(most as usize) {
            value.truncate(end);
        }
        true
    });
}

#[cfg(test)]
mod tests {
    use domain::Text;
    use domain::applications::Question;

    use super::*;

    #[test]
    fn what_answers_no_question_is_kept_nowhere_and_of_an_answer_not_much_more_than_it_may_have() {
        let text = Text { ko: "까닭".to_owned(), en: None };
        let question = Question {
            key: "motive".to_owned(),
            kind: QuestionKind::Text,
            label: text,
            hint: None,
            required: true,
            choices: Vec::new(),
            max: Some(5),
            file_kinds: Vec::new(),
            file_mb: None,
        };
        let apply = ApplySettings { questions: vec![question], ..ApplySettings::default() };
        let sent = [
            ("answers[motive]", "열두 글자가 넘는 대답이에요"),
            ("answers[other]", "x"),
            ("answers[", "x"),
            ("answers[motive][x]", "x"),
            ("answers", "x"),
            ("slug", "digits"),
        ];
        let mut values = sent.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        keep_asked(&apply, &mut values);
        let kept: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(kept, [("answers[motive]", "열두 글자가 넘는 "), ("slug", "digits")]);
    }
}
