//! From what people write to what is shown.

use async_recursion::async_recursion as boxed;
use domain::AppError;
use domain::access::{Action, Actor};
use domain::boards::{BODY_MAX, BoardKind, PostDraft};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use storage::boards::Rendered;

use crate::access;
use crate::error::Result;
use crate::markdown::{self, Breaks, images};
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
    Ok(images::shown(&converted(markdown).await?, slug))
}

/// The same of a notice of the site, beside which no pictures lie.
///
/// # Errors
/// As [`html`]; `invalid_input` for a picture.
pub(super) async fn site_html(markdown: &str) -> Result<String> {
    let html = converted(markdown).await?;
    if images::named(&html).is_empty() {
        return Ok(html);
    }
    Err(AppError::field("markdown", FieldProblem::SitePicture).into())
}

async fn converted(markdown: &str) -> Result<String> {
    let converted = markdown::render(markdown.to_owned(), Breaks::Line).await?;
    let refused =
        |refused: markdown::Refused| AppError::field("markdown", refused.problem()).with("line", refused.line);
    Ok(converted.map_err(refused)?)
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
            let html = markdown::render_any(post.markdown.clone(), Breaks::Line).await?;
            let html = post.slug.as_deref().map_or_else(|| html.clone(), |slug| images::shown(&html, slug));
            let mut tx = services.db.begin().await?;
            tx.set_post_html(&post, rendered(&html)).await?;
            tx.commit().await?;
        }
        for (id, slug, markdown) in comments {
            let html = images::shown(&markdown::render_any(markdown, Breaks::Line).await?, &slug);
            let mut tx = services.db.begin().await?;
            tx.set_comment_html(id, rendered(&html)).await?;
            tx.commit().await?;
        }
    }
}
