//! Words that nobody but the organizers may write on a competition's boards.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed};
use domain::boards::Unwanted;
use domain::competitions::Competition;
use domain::ids::CompetitionId;
use scoring::Hash;
use storage::Tx;

use crate::access;
use crate::error::Result;
use crate::services::Services;

/// A competition's list.
///
/// # Errors
/// `not_organizer`.
#[boxed]
pub async fn unwanted(services: &Services, competition: &Competition, actor: &Actor) -> Result<Unwanted> {
    access::check(services, competition, actor, Action::RunBoards).await?;
    let words = services.db.board_words(competition.id).await?.unwrap_or_default();
    Ok(Unwanted::stored(&words))
}

/// Sets it. What is on the boards already stays.
///
/// # Errors
/// `not_organizer`; the field `words`.
#[boxed]
pub async fn set_unwanted(services: &Services, competition: &Competition, actor: &Actor, lines: &str) -> Result<()> {
    access::check(services, competition, actor, Action::RunBoards).await?;
    let words = Unwanted::of_lines(lines)?;
    let (mut tx, now) = access::begin(services, competition, actor, Action::RunBoards).await?;
    tx.set_board_words(competition.id, &words.lines()).await?;
    let act = Act::of_competition(Deed::SetUnwantedWords, competition.id)
        .after("sha256", Hash::of(words.lines()).to_string());
    tx.record(now, actor, act.after("words", i64::try_from(words.len()).unwrap_or(i64::MAX)));
    Ok(tx.commit().await?)
}

/// Refuses texts, each of a field, that have one of the competition's words.
///
/// # Errors
/// The field, with the `word`.
pub(crate) async fn check(tx: &mut Tx, competition: CompetitionId, texts: &[(&str, &str)]) -> Result<()> {
    match tx.board_words(competition).await? {
        Some(words) => Ok(Unwanted::stored(&words).check(texts)?),
        None => Ok(()),
    }
}

/// The words of HTML, as whoever reads them sees them: what Markdown takes apart is one word again.
pub(super) fn seen(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut is_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            other if !is_tag => text.push(other),
            _ => {}
        }
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_markdown_takes_apart_is_one_word_for_who_reads_it() {
        assert_eq!(seen("<p>ca<strong>s</strong>ino &amp;lt; 1</p>\n"), "casino &lt; 1\n");
    }
}
