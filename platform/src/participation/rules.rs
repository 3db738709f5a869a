//! What is new in the rules since somebody agreed to them.

use async_recursion::async_recursion as boxed;
use domain::Locale;
use domain::competitions::Competition;

use crate::changes::{self, Change};
use crate::error::Result;
use crate::services::Services;

/// The rules line by line, from a version to the one of now; lines of Markdown, with the settings' values. Nothing where the earlier
/// one was not kept.
#[boxed]
pub async fn changes(
    services: &Services,
    competition: &Competition,
    from: i64,
    locale: Locale,
) -> Result<Vec<(Change, String)>> {
    let to = competition.settings.apply.rules;
    let before = services.db.rules(competition.id, from, locale).await?;
    let after = services.db.rules(competition.id, to, locale).await?;
    Ok(before.zip(after).map(|(before, after)| lines(&before, &after)).unwrap_or_default())
}

fn lines(before: &str, after: &str) -> Vec<(Change, String)> {
    let all = changes::lines(before, after).into_iter().map(|(change, line)| (change, line.trim().to_owned()));
    all.filter(|(_, line)| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_stands_before_what_came_and_empty_lines_are_none() {
        let told = lines("## 팀\n\n- 2명에서 4명\n- 하루 10회\n", "## 팀\n\n- 2명에서 3명\n- 하루 10회\n\n- 새 규칙\n");
        let expected = [
            (Change::Same, "## 팀".into()),
            (Change::Removed, "- 2명에서 4명".into()),
            (Change::Added, "- 2명에서 3명".into()),
            (Change::Same, "- 하루 10회".into()),
            (Change::Added, "- 새 규칙".into()),
        ];
        assert_eq!(told, expected);
    }
}
