//! Questions that belong together (docs/decisions/0040-questions.md): a secret one that organizers publish without its author's name, one
//! that is the same as another, and those that resemble a title.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed};
use domain::boards::files::PostFile;
use domain::boards::{BoardKind, BoardReader, Post, Publication, QuestionTies, SimilarQuestion, TITLE_MAX};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::events::{Audience, Event};
use domain::ids::PostFileId;
use domain::notifications::News;
use domain::{AppError, ErrorCode};
use storage::boards::{NewComment, NewPost, PostHeld};

use super::files::{self, Wanted};
use super::reading::{self, search_turn};
use super::rendering::{html, rendered};
use crate::access;
use crate::error::{Error, Result};
use crate::services::Services;

/// The posts that a question has to do with, as far as they are for the reader, who may read the question.
#[boxed]
pub async fn ties(services: &Services, post: &Post, reader: BoardReader) -> Result<QuestionTies> {
    let (db, id) = (&services.db, post.row.id);
    Ok(QuestionTies {
        same: db.same_question(id, reader).await?,
        published: db.published_question(id, reader).await?,
        source: db.question_source(id, reader).await?,
        sames: db.count_same_questions(id, reader).await?,
    })
}

fn everything(actor: &Actor) -> BoardReader {
    BoardReader { user: actor.id(), team: None, organizes: true }
}

/// A secret question with its official answer, as the form that publishes it begins; with its files, which do not come along.
///
/// # Errors
/// `not_organizer`; `not_found`, also for one that is not secret, hidden or deleted.
#[boxed]
pub async fn publication(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
) -> Result<(Publication, Vec<PostFile>)> {
    access::check(services, competition, actor, Action::RunBoards).await?;
    let reader = everything(actor);
    let post = reading::get(services, competition, kind, reader, number).await?;
    if !post.row.secret || post.row.hidden || post.removed {
        return Err(ErrorCode::NotFound.into());
    }
    let answer = services.db.official_answer(post.row.id, reader).await?.unwrap_or_default();
    let (title, category) = (post.row.title, post.row.category);
    Ok((Publication { title, markdown: post.markdown, category, answer }, post.files))
}

/// Publishes a secret question as one of its own, without its author's name and with its answer where there is one; its number. It is written
/// in the organizer's name, which is not shown either: nothing of it leads to who asked. Published already, it is the same one.
///
/// # Errors
/// Those of [`publication`]; every wrong field, also where a text names a file of the secret question.
#[boxed]
pub async fn publish(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    publication: Publication,
) -> Result<i64> {
    access::check(services, competition, actor, Action::RunBoards).await?;
    let (mut draft, answer) = publication.validated(kind)?;
    let body = html(&draft.markdown, &competition.slug).await?;
    let answer = match answer {
        Some(markdown) => {
            let html = html(&markdown, &competition.slug).await.map_err(of_answer)?;
            Some((markdown, html))
        }
        None => None,
    };
    let wanted = Wanted::of(&mut draft, &body, &competition.slug)?;
    let (mut tx, now) = access::begin(services, competition, actor, Action::RunBoards).await?;
    let user = actor.person()?;
    let secret = tx.hold_post(competition.id, kind, number).await?;
    let is_here = |post: &PostHeld| post.draft.secret && !post.hidden && !post.removed;
    let secret = secret.filter(is_here).ok_or(ErrorCode::NotFound)?;
    if let Some(before) = tx.published_as(secret.id, everything(actor)).await? {
        let there = tx.hold_post(competition.id, kind, before).await?;
        // Sent twice it is the same; what another organizer would have published is not lost without a word.
        if there.is_some_and(|post| (&post.draft.title, &post.draft.markdown) == (&draft.title, &draft.markdown)) {
            return Ok(before);
        }
        return Err(AppError::field("title", FieldProblem::PublishedBefore).with("number", before).into());
    }
    let own: Vec<_> = tx.files_of_post(secret.id).await?.into_iter().map(|(id, _)| id).collect();
    let texts = [("title", &draft.title), ("markdown", &draft.markdown)];
    let texts = texts.into_iter().chain(answer.as_ref().map(|(markdown, _)| ("answer", markdown)));
    if let Some((field, _)) = texts.into_iter().find(|(_, text)| names_any(text, &own)) {
        return Err(AppError::field(field, FieldProblem::NamesSecretFile).into());
    }
    let (board, published) = tx.next_post(competition.id, kind, now).await?;
    let new = NewPost {
        board,
        number: published,
        draft: &draft,
        html: rendered(&body),
        author: user.id,
        team: None,
        by_staff: true,
        anonymous: true,
        at: now,
    };
    let post = tx.insert_post(new).await?;
    files::bind(&mut tx, competition, user.id, post, &wanted, now).await?;
    tx.set_following(post, user.id, true).await?;
    if let Some((markdown, html)) = &answer {
        let new = NewComment {
            post,
            answers: None,
            markdown,
            html: rendered(html),
            author: user.id,
            team: None,
            by_staff: true,
            official: true,
            at: now,
        };
        let (_, comment) = tx.insert_comment(new).await?;
        tx.answer_post(post, comment, now).await?;
    }
    tx.set_published_as(secret.id, published).await?;
    let act = Act::of_competition(Deed::PublishQuestion, competition.id);
    tx.record(now, actor, act.after("board", kind.key()).after("number", published));
    let news = News::QuestionPublished { board: kind, number, title: secret.draft.title };
    let to = Audience::Followers(secret.id);
    let told = Event::News { competition: competition.id, to, news, by: Some(user.id) };
    services.events.commit(tx, vec![told]).await?;
    Ok(published)
}

/// What is wrong with a text, at the field of the answer.
fn of_answer(error: Error) -> Error {
    match error {
        Error::App(mut error) => {
            for wrong in &mut error.fields {
                "answer".clone_into(&mut wrong.field);
            }
            Error::App(error)
        }
        other => other,
    }
}

/// Whether a text has the address of one of these files, however it is written.
fn names_any(text: &str, files: &[PostFileId]) -> bool {
    let text = text.to_lowercase();
    files.iter().any(|file| text.contains(&file.0.to_string()) || text.contains(&file.0.simple().to_string()))
}

/// Marks a question as the same as another one of its board, which answers it, or as the same as none. Where that one is the same as a third,
/// it is that, and what was the same as this one goes along: there are no chains. Whoever follows it is told.
///
/// # Errors
/// `not_organizer`, `not_found`; the field `same`: no such question, itself, or one that whoever asked may not read.
#[boxed]
pub async fn link_question(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    same: Option<i64>,
) -> Result<()> {
    let wrong = |problem| Error::from(AppError::field("same", problem));
    let (mut tx, now) = access::begin(services, competition, actor, Action::RunBoards).await?;
    if !kind.has_answers() {
        return Err(ErrorCode::NotFound.into());
    }
    let act =
        Act::of_competition(Deed::LinkQuestion, competition.id).after("board", kind.key()).after("number", number);
    let Some(same) = same else {
        let question = tx.hold_post(competition.id, kind, number).await?.filter(|post| !post.removed);
        if tx.unset_same(question.ok_or(ErrorCode::NotFound)?.id).await? {
            tx.record(now, actor, act);
        }
        return Ok(tx.commit().await?);
    };
    // What it leads to is held first: whoever takes that away lets go of what leads there.
    if same == number {
        return Err(wrong(FieldProblem::SameItself));
    }
    let last = tx.root_question(competition.id, kind, same).await?;
    let last = last.ok_or_else(|| wrong(FieldProblem::SameQuestion))?;
    if last == number {
        return Err(wrong(FieldProblem::SameItself));
    }
    let target = tx.hold_post(competition.id, kind, last).await?;
    let target = target.filter(|post| !post.removed && !post.hidden);
    let question = tx.hold_post(competition.id, kind, number).await?.filter(|post| !post.removed);
    let question = question.ok_or(ErrorCode::NotFound)?;
    let target = target.ok_or_else(|| wrong(FieldProblem::SameQuestion))?;
    let is_of_one_side =
        target.author_id == question.author_id || (target.team_id.is_some() && target.team_id == question.team_id);
    if target.draft.secret && !(question.draft.secret && is_of_one_side) {
        return Err(wrong(FieldProblem::SameUnreadable));
    }
    if tx.same_as(question.id).await? == last {
        return Ok(());
    }
    tx.set_same((question.board_id, question.id, number), last, now).await?;
    tx.record(now, actor, act.after("same", last));
    let news = News::QuestionSame { board: kind, number, title: question.draft.title };
    let to = Audience::Followers(question.id);
    let told = Event::News { competition: competition.id, to, news, by: actor.id() };
    services.events.commit(tx, vec![told]).await
}

/// The questions of a board that are for whoever types a title and resemble it most.
///
/// # Errors
/// What stands in the way of writing there; `too_many_attempts`; `try_again` where others search.
#[boxed]
pub async fn similar(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    title: &str,
) -> Result<Vec<SimilarQuestion>> {
    access::check(services, competition, actor, kind.writes()).await?;
    services.throttle.similar(actor.person()?.id, services.clock.now())?;
    let board = services.db.board(competition.id, kind).await?.filter(|_| kind.has_answers());
    let Some(board) = board else { return Ok(Vec::new()) };
    let title: String = title.chars().take(TITLE_MAX).collect();
    let reader = reading::reader(services, competition, actor).await?;
    let _turn = search_turn(services).await?;
    Ok(services.db.similar_questions(board.id, reader, &title).await?)
}

#[cfg(test)]
mod tests {
    use domain::address;

    use super::*;

    #[test]
    fn a_file_is_named_by_its_address_however_that_is_written() {
        let file = PostFileId::random();
        let address = address::file::post_file("breast-cancer", file);
        for text in
            [format!("![사진]({address})"), format!("<{}>", address.to_uppercase()), format!("{}", file.0.simple())]
        {
            assert!(names_any(&text, &[file]), "{text}");
        }
        assert!(!names_any(&address, &[PostFileId::random()]) && !names_any(&address, &[]));
    }
}
