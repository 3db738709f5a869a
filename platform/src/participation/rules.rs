//! What is new in the rules since somebody agreed to them.

use async_recursion::async_recursion as boxed;
use domain::Locale;
use domain::competitions::Competition;
use similar::{ChangeTag, TextDiff};

use crate::error::Result;
use crate::services::Services;

/// A line of the rules, and whether it went or came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulesLine {
    Same(String),
    Gone(String),
    New(String),
}

/// The rules line by line, from a version to the one of now; lines of Markdown, with the settings' values. Nothing where the earlier
/// one was not kept.
#[boxed]
pub async fn changes(
    services: &Services,
    competition: &Competition,
    from: i64,
    locale: Locale,
) -> Result<Vec<RulesLine>> {
    let to = competition.settings.apply.rules;
    let before = services.db.rules(competition.id, from, locale).await?;
    let after = services.db.rules(competition.id, to, locale).await?;
    Ok(before.zip(after).map(|(before, after)| lines(&before, &after)).unwrap_or_default())
}

fn lines(before: &str, after: &str) -> Vec<RulesLine> {
    let diff = TextDiff::from_lines(before, after);
    let line = |tag, text: &str| match tag {
        ChangeTag::Equal => RulesLine::Same(text.to_owned()),
        ChangeTag::Delete => RulesLine::Gone(text.to_owned()),
        ChangeTag::Insert => RulesLine::New(text.to_owned()),
    };
    let all = diff.iter_all_changes().map(|change| (change.tag(), change.value().trim()));
    all.filter(|(_, text)| !text.is_empty()).map(|(tag, text)| line(tag, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_stands_before_what_came_and_empty_lines_are_none() {
        let told = lines("## 팀\n\n- 2명에서 4명\n- 하루 10회\n", "## 팀\n\n- 2명에서 3명\n- 하루 10회\n\n- 새 규칙\n");
        let expected = [
            RulesLine::Same("## 팀".into()),
            RulesLine::Gone("- 2명에서 4명".into()),
            RulesLine::New("- 2명에서 3명".into()),
            RulesLine::Same("- 하루 10회".into()),
            RulesLine::New("- 새 규칙".into()),
        ];
        assert_eq!(told, expected);
    }
}
