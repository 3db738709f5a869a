//! Naming people and teams in posts and comments: `@public name`, `@team name`. Who is meant is looked up once, when the text is written,
//! in its transaction, and kept with the name as it was typed: a name that changes or goes changes no text.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::boards::{BoardKind, MENTIONS_MAX};
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::ids::{CommentId, PostId, UserId};
use domain::names;
use domain::notifications::News;
use domain::{ErrorCode, address};
use storage::Tx;
use storage::boards::{CalledPerson, CalledTeam, Mention};
use uuid::Uuid;

use super::reading::reader;
use crate::access;
use crate::error::Result;
use crate::markdown::{Marked, Named, is_same};
use crate::services::Services;

/// Names that somebody may call under a post: their team's, and of those who have written there.
///
/// # Errors
/// What stands in the way of commenting; `not_found`.
#[boxed]
pub async fn names_to_call(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
) -> Result<Vec<String>> {
    access::check(services, competition, actor, Action::Comment).await?;
    let reader = reader(services, competition, actor).await?;
    let board = services.db.board(competition.id, kind).await?.ok_or(ErrorCode::NotFound)?;
    let post = services.db.post_row(board.id, reader, number).await?.filter(|post| post.readable);
    let post = post.ok_or(ErrorCode::NotFound)?;
    Ok(services.db.names_to_call(post.id, actor.person()?.id, reader).await?)
}

/// A text that was just stored, without the names in it.
pub(super) struct WrittenText<'a> {
    pub board: BoardKind,
    pub number: i64,
    pub title: &'a str,
    pub post: PostId,
    /// Of a comment.
    pub comment: Option<(CommentId, i64)>,
    pub writer: UserId,
    pub version: i64,
}

impl WrittenText<'_> {
    fn subject(&self) -> Uuid {
        self.comment.map_or(self.post.0, |(comment, _)| comment.0)
    }
}

/// Keeps whom a text names and shows it with the names; those who are new to it are to be told.
pub(super) async fn keep(
    tx: &mut Tx,
    competition: &Competition,
    of: WrittenText<'_>,
    text: &Marked,
) -> Result<Option<Event>> {
    let calls = text.calls();
    if calls.is_empty() {
        return Ok(None);
    }
    let mut kept = tx.mentions(of.subject()).await?;
    // Whom the text named before is still meant, whoever else has that name by now.
    let new: Vec<_> = calls
        .into_iter()
        .filter(|call| !call.iter().any(|name| kept.iter().any(|one| is_same(&one.name, name))))
        .collect();
    let people =
        tx.people_called(new.iter().flatten().flat_map(|name| lower(name)).collect(), of.post, of.writer).await?;
    let teams = tx.teams_called(new.iter().flatten().map(|name| names::key(name)).collect(), of.post).await?;
    let mut tells = false;
    for call in &new {
        let Some(found) = call.iter().find_map(|name| meant(name, &people, &teams)) else { continue };
        for one in found {
            let is_known = kept.iter().any(|before| before.target == one.target);
            if !is_known && kept.len() >= MENTIONS_MAX {
                continue;
            }
            if !is_known {
                tx.put_mention(of.subject(), of.post, &one, of.version).await?;
                tells = true;
            }
            // Under another spelling it is marked as well.
            kept.push(one);
        }
    }
    if kept.is_empty() {
        return Ok(None);
    }
    tx.show_mentions(of.post, of.comment.map(|(comment, _)| comment), &text.shown(&named(&competition.slug, kept)))
        .await?;
    let to = Audience::Mentioned(of.subject(), of.version);
    let comment = of.comment.map(|(_, number)| number);
    let news = News::Mentioned { board: of.board, number: of.number, comment, title: of.title.to_owned() };
    Ok(tells.then_some(Event::News { competition: competition.id, to, news, by: Some(of.writer) }))
}

/// The names of a text as they are shown: a team's leads to its page.
pub(super) fn named(slug: &str, mentions: Vec<Mention>) -> Vec<Named> {
    let named =
        |one: Mention| Named { name: one.name, page: one.number.map(|number| address::public_team(slug, number)) };
    mentions.into_iter().map(named).collect()
}

/// A name as both databases lower it.
fn lower(name: &str) -> impl Iterator<Item = String> + use<> {
    let (ascii, all) = (name.to_ascii_lowercase(), name.to_lowercase());
    let other = (ascii != all).then_some(all);
    std::iter::once(ascii).chain(other)
}

/// Who is meant by a name: of several people those who talk here, then the team, whose name nobody else has, then the one person.
fn meant(name: &str, people: &[CalledPerson], teams: &[CalledTeam]) -> Option<Vec<Mention>> {
    let people: Vec<_> = people.iter().filter(|one| is_same(&one.name, name)).collect();
    let of_person = |one: &CalledPerson| Mention {
        target: one.id.0,
        user_id: Some(one.id),
        team_id: None,
        name: name.to_owned(),
        number: None,
    };
    let talking: Vec<_> = people.iter().filter(|one| one.talks).map(|one| of_person(one)).collect();
    if !talking.is_empty() {
        return Some(talking);
    }
    let key = names::key(name);
    if let Some(team) = teams.iter().find(|team| team.name_key == key) {
        return Some(vec![Mention {
            target: team.id.0,
            user_id: None,
            team_id: Some(team.id),
            name: name.to_owned(),
            number: Some(team.number),
        }]);
    }
    match people[..] {
        [one] => Some(vec![of_person(one)]),
        _ => None,
    }
}
