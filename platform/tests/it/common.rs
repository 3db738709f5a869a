//! A competition with teams, for the tests of the application.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::Duration;
use domain::ErrorCode;
use domain::accounts::User;
use domain::competitions::{Competition, Settings};
use domain::error::FieldProblem;
use domain::submissions::Door;
use domain::teams::Team;
use mail_parser::MessageParser;
use platform::mail::deliver;
use platform::submissions::{Accepted, Upload};
use platform::testing::{Store, by, copy_folder, demo_competition, demo_folder, noon};
use platform::{Error, Result, Services, competitions, jobs, submissions};
use sqlx::types::Json;
use storage::Db;

/// The breast-cancer demo on a store, without its teams.
pub(crate) async fn open_competition(store: &Store) -> (Services, Competition) {
    let services = store.services(noon()).await;
    let competition = demo_competition(&services, "breast-cancer").await;
    (services, competition)
}

pub(crate) fn upload(file: &str) -> Upload {
    let path = demo_folder("breast-cancer").join("submissions").join(file);
    Upload {
        door: Door::Api,
        file_name: file.into(),
        bytes: Bytes::from(std::fs::read(path).unwrap()),
        memo: String::new(),
        dry_run: false,
        idempotency_key: None,
        received_at: None,
    }
}

pub(crate) async fn submit(
    services: &Services,
    competition: &Competition,
    team: &Team,
    user: &User,
    file: &str,
) -> Result<Accepted> {
    submissions::accept(services, competition, team, &by(user), upload(file)).await
}

/// Submits and scores, a minute later than the last.
pub(crate) async fn submit_and_score(
    services: &Services,
    competition: &Competition,
    team: &Team,
    user: &User,
    file: &str,
) {
    services.clock.advance(Duration::minutes(1));
    submit(services, competition, team, user, file).await.unwrap();
    assert_eq!(jobs::run_until_idle(services).await.unwrap(), 1);
}

/// The competition read again, with its board's version of now.
pub(crate) async fn again(services: &Services, competition: &Competition) -> Competition {
    competitions::get(services, &competition.slug).await.unwrap()
}

/// The files that are stored below a folder, in their order.
pub(crate) fn stored(store: &Store, folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![store.folder.path().join("files").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// Changes rows behind the application's back, as a version with other code would have left them.
pub(crate) async fn behind_the_back(db: &Db, sql: &'static str) {
    match db {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
    }
    .unwrap();
}

/// A folder of a regression: its metric, its files and further settings; the pages are the demo's.
pub(crate) fn competition_folder(at: &Path, metric: &str, solution: &str, sample: &str, settings: &str) {
    copy_folder(&demo_folder("diabetes").join("pages"), &at.join("pages"));
    let manifest = format!(
        r#"title = {{ ko = "시험" }}
lead = {{ ko = "시험합니다." }}
kind = "regression"
{settings}

[columns]
id = "id"
target = ["y"]

[quota]
per_day = 100

[metric]
{metric}

[[stage]]
key = "main"
name = {{ ko = "본 대회" }}
starts = "2026-11-01T00:00:00+09:00"
ends = "2026-11-30T18:00:00+09:00"
reveal = "2026-12-01T18:00:00+09:00"
submissions = true
"#
    );
    for (name, text) in
        [("competition.toml", manifest.as_str()), ("solution.csv", solution), ("sample_submission.csv", sample)]
    {
        std::fs::write(at.join(name), text).unwrap();
    }
}

/// A letter that was sent.
pub(crate) struct Mailed {
    pub(crate) to: String,
    pub(crate) text: String,
    /// Of its link, where it has one.
    pub(crate) key: String,
}

/// Sends what waits into the store's folder, and what it says, in the order in which it was written.
pub(crate) async fn mailed(services: &Services, store: &Store) -> Vec<Mailed> {
    let folder = store.folder.path().join("mail");
    let sent = |folder: &Path| -> BTreeSet<PathBuf> {
        let files = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect()
    };
    let before = sent(&folder);
    deliver::deliver_due(services).await.unwrap();
    let letter = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        let letter = MessageParser::default().parse(&bytes).unwrap();
        let to = letter.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap().to_owned();
        let text = letter.body_text(0).unwrap().into_owned();
        let key = text.split_once("?key=").map(|(_, rest)| rest).unwrap_or_default();
        let key = key.chars().take_while(char::is_ascii_alphanumeric).collect();
        Mailed { to, text, key }
    };
    sent(&folder).difference(&before).map(letter).collect()
}

/// What a refusal was for.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T>) -> ErrorCode {
    result.unwrap_err().code().expect("a refusal")
}

/// Which field of a form was refused, and why.
pub(crate) fn wrong<T: std::fmt::Debug>(result: Result<T>) -> (String, FieldProblem) {
    let Err(Error::App(error)) = result else { panic!("{result:?}") };
    (error.fields[0].field.clone(), error.fields[0].problem)
}

/// The competition with other settings, as an import writes them.
pub(crate) async fn changed(
    store: &Store,
    competition: &Competition,
    change: impl FnOnce(&mut Settings),
) -> Competition {
    let mut competition = competition.clone();
    change(&mut competition.settings);
    let (settings, id) = (Json(&competition.settings), competition.id.0);
    let sql = "UPDATE competitions SET settings = $1 WHERE id = $2";
    match &store.db {
        Db::Sqlite { write, .. } => sqlx::query(sql).bind(settings).bind(id).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::query(sql).bind(settings).bind(id).execute(pool).await.map(|_| ()),
    }
    .unwrap();
    competition
}
