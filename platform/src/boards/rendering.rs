//! From what people write to what is shown.

use async_recursion::async_recursion as boxed;
use domain::AppError;
use domain::access::{Action, Actor};
use domain::boards::{BODY_MAX, BoardKind, PostDraft};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use storage::boards::Rendered;
use uuid::Uuid;

use super::mentions;
use crate::access;
use crate::error::Result;
use crate::markdown::{self, Marked, images};
use crate::services::Services;

/// Posts that are read at once to be converted anew.
const AT_ONCE: i64 = 200;

/// HTML as it is stored.
pub(crate) fn rendered(html: &str) -> Rendered<'_> {
    Rendered { text: html, revision: markdown::REVISION }
}

/// HTML of what somebody wrote, with the pictures of this competition.
///
/// # Errors
/// `invalid_input`, with the line where the text is nested too deep.
pub(crate) async fn html(markdown: &str, slug: &str) -> Result<String> {
    Ok(marked(markdown, slug).await?.plain())
}

/// The same of a notice of the site, beside which no pictures lie.
///
/// # Errors
/// As [`html`]; `invalid_input` for a picture.
pub(super) async fn site_html(markdown: &str) -> Result<String> {
    let html = converted(markdown).await?.plain();
    if images::named(&html).is_empty() {
        return Ok(html);
    }
    Err(AppError::field("markdown", FieldProblem::SitePicture).into())
}

async fn converted(markdown: &str) -> Result<Marked> {
    let converted = markdown::render_marked(markdown.to_owned()).await?;
    let refused =
        |refused: markdown::Refused| AppError::field("markdown", refused.problem()).with("line", refused.line);
    Ok(converted.map_err(refused)?)
}

/// The same, in which people and teams may be named.
///
/// # Errors
/// As [`html`].
pub(super) async fn marked(markdown: &str, slug: &str) -> Result<Marked> {
    Ok(converted(markdown).await?.with_images(slug))
}

/// The same of what is stored, with the names in it.
async fn anew(services: &Services, subject: Uuid, markdown: String, slug: Option<&str>) -> Result<String> {
    let converted = markdown::render_marked(markdown.clone()).await?;
    let marked = converted.unwrap_or_else(|_| Marked::literal(&markdown));
    // Beside notices of the site no pictures lie, and nobody is named in them.
    let Some(slug) = slug else { return Ok(marked.plain()) };
    let marked = marked.with_images(slug);
    Ok(marked.shown(&mentions::named(slug, services.db.mentions(subject).await?)))
}

/// A text as it will look on a board.
///
/// # Errors
/// What stands in the way of writing there (nobody shall borrow our renderer), and those of the text.
#[boxed]
pub async fn preview(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    markdown: String,
) -> Result<String> {
    // Whoever may comment has a preview too, also where they may write no post.
    let action = if kind == BoardKind::Notice { Action::WriteNotices } else { Action::Comment };
    access::check(services, competition, actor, action).await?;
    let markdown: String = markdown.chars().take(BODY_MAX + 1).collect();
    // Of the text alone; talk asks for nothing else.
    let draft = PostDraft { title: "-".to_owned(), markdown, ..PostDraft::default() }.validated(BoardKind::Talk)?;
    html(&draft.markdown, &competition.slug).await
}

/// Converts posts and comments anew whose HTML an earlier revision of the converter has made; says how many.
#[boxed]
pub async fn render_anew(services: &Services) -> Result<usize> {
    let mut count = 0;
    loop {
        let outdated = services.db.outdated_posts(markdown::REVISION, AT_ONCE).await?;
        let comments = services.db.outdated_comments(markdown::REVISION, AT_ONCE).await?;
        if outdated.is_empty() && comments.is_empty() {
            return Ok(count);
        }
        count += outdated.len() + comments.len();
        for post in outdated {
            let html = anew(services, post.id.0, post.markdown.clone(), post.slug.as_deref()).await?;
            let mut tx = services.db.begin().await?;
            tx.set_post_html(&post, rendered(&html)).await?;
            tx.commit().await?;
        }
        for (id, slug, markdown) in comments {
            let html = anew(services, id.0, markdown, Some(&slug)).await?;
            let mut tx = services.db.begin().await?;
            tx.set_comment_html(id, rendered(&html)).await?;
            tx.commit().await?;
        }
    }
}
