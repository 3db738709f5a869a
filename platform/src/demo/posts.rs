//! What people of a demo have written on its boards.

use std::path::Path;

use async_recursion::async_recursion as boxed;
use domain::accounts::User;
use domain::boards::{BoardKind, BoardReader, CommentDraft, PostDraft, RecruitRole};
use domain::competitions::Competition;
use domain::events::Audience;
use domain::ids::UserId;
use serde::Deserialize;
use uuid::Uuid;

use super::{account, at, browser, read};
use crate::boards::{self, PostsAsked};
use crate::error::{Error, Result};
use crate::participation;
use crate::services::Services;

#[derive(Deserialize)]
struct Posts {
    /// Who takes part and is in no team.
    #[serde(default)]
    person: Vec<PersonEntry>,
    post: Vec<PostEntry>,
}

#[derive(Deserialize)]
struct PersonEntry {
    slug: String,
    name: String,
    public_name: String,
    affiliation: String,
    /// When they joined.
    at: String,
}

#[derive(Deserialize)]
struct PostEntry {
    board: BoardKind,
    by: String,
    at: String,
    title: String,
    body: String,
    #[serde(default)]
    category: String,
    /// Of a recruiting post.
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    secret: bool,
    #[serde(default)]
    comment: Vec<CommentEntry>,
}

#[derive(Deserialize)]
struct CommentEntry {
    by: String,
    at: String,
    body: String,
    #[serde(default)]
    official: bool,
    /// The number of the comment that it answers.
    #[serde(default)]
    to: Option<i64>,
}

/// Writes what a demo's folder has, if it has anything.
#[boxed]
pub(super) async fn load(services: &Services, competition: &Competition, folder: &Path, hash: &str) -> Result<()> {
    let path = folder.join("posts.toml");
    if !path.is_file() {
        return Ok(());
    }
    let now = services.clock.now();
    let posts: Posts = read(&path)?;
    for PersonEntry { slug, name, public_name, affiliation, at: joined } in posts.person {
        let then = services.at(at(competition, &joined, now)?);
        let person = account(&then, hash, &slug, (&name, &public_name), &affiliation, false).await?;
        participation::join(&then, competition, &browser(&person), true).await?;
    }
    for entry in posts.post {
        let author = writer(services, &entry.by).await?;
        let then = services.at(at(competition, &entry.at, now)?);
        let draft = PostDraft {
            title: entry.title,
            markdown: entry.body.trim().to_owned(),
            category: entry.category,
            secret: entry.secret,
            roles: RecruitRole::among(entry.roles.iter().map(String::as_str)),
            ..PostDraft::default()
        };
        let number = boards::write(&then, competition, entry.board, &browser(&author), draft).await?;
        for entry_comment in entry.comment {
            let author = writer(services, &entry_comment.by).await?;
            let then = services.at(at(competition, &entry_comment.at, now)?);
            let markdown = entry_comment.body.trim().to_owned();
            let draft = CommentDraft { markdown, official: entry_comment.official, asks_again: false };
            let to = entry_comment.to;
            boards::comment(&then, competition, entry.board, &browser(&author), number, to, draft).await?;
        }
    }
    Ok(())
}

/// All leaders but two have read what they must.
#[boxed]
pub(super) async fn read_required(services: &Services, competition: &Competition) -> Result<()> {
    let reader = BoardReader::EVERYONE;
    let notices = boards::list(services, competition, BoardKind::Notice, reader, &PostsAsked::default()).await?.pinned;
    let leaders = Audience::Leaders(competition.id);
    let leaders = services.db.addressees(leaders, UserId(Uuid::nil()), 1000, "").await?;
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    for notice in notices.iter().filter(|notice| notice.required) {
        for leader in leaders.iter().skip(2) {
            tx.note_read(notice.id, leader.id, now).await?;
        }
    }
    Ok(tx.commit().await?)
}

async fn writer(services: &Services, slug: &str) -> Result<User> {
    let email = format!("{slug}@madang.test");
    let found = services.db.user_by_email(&email).await?;
    let found = found.map(|row| row.user);
    found.ok_or_else(|| Error::Other(format!("the demo's posts name {email}, whom it does not have")))
}
