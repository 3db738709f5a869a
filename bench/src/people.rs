//! Who takes part in a seeded competition: written by `seed`, read by everything else.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use domain::address;
use domain::json::{ACCEPTED, ERROR, REFUSAL, SUBMISSION};
use serde::{Deserialize, Serialize};

use crate::http;
use crate::place::{Place, source};

pub(crate) const SLUG: &str = "bench";
pub(crate) const PASSWORD: &str = "bench bench bench";
const FILE: &str = "bench.json";

/// The leader of a team.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) token: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct People {
    pub(crate) database_url: String,
    pub(crate) storage_url: String,
    /// One a team.
    pub(crate) leaders: Vec<Person>,
}

impl People {
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let text = std::fs::read(&path).with_context(|| format!("{}: was bench seed run there?", path.display()))?;
        Ok(serde_json::from_slice(&text)?)
    }

    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        Ok(std::fs::write(folder.join(FILE), serde_json::to_vec(self)?)?)
    }

    /// # Errors
    /// When fewer than `count` teams were seeded.
    pub(crate) fn first(&self, count: usize) -> anyhow::Result<&[Person]> {
        let seeded = self.leaders.len();
        self.leaders.get(..count).with_context(|| format!("{count} teams are asked for and {seeded} were seeded"))
    }
}

/// Signs people in through the form, two at a time, and returns their sessions' cookies.
pub(crate) async fn sign_in(place: Place, people: &[Person], each: usize) -> anyhow::Result<Vec<String>> {
    let turn = Arc::new(tokio::sync::Semaphore::new(2));
    let tasks: Vec<_> = people
        .iter()
        .cloned()
        .enumerate()
        .map(|(index, person)| {
            let turn = Arc::clone(&turn);
            tokio::spawn(async move {
                let _turn = turn.acquire().await?;
                cookie(place, source(index, each), &person).await
            })
        })
        .collect();
    let mut cookies = Vec::with_capacity(tasks.len());
    for task in tasks {
        cookies.push(task.await??);
    }
    Ok(cookies)
}

async fn cookie(place: Place, from: Ipv4Addr, person: &Person) -> anyhow::Result<String> {
    let fields = [("email", person.email.as_str()), ("password", PASSWORD), ("next", "/")];
    let body = serde_urlencoded::to_string(fields)?;
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
    let request = http::request("POST", "/api/fn/log_in", &headers, body.as_bytes());
    let (head, text) = http::once(place, from, &request).await?;
    match head.cookie {
        Some(cookie) => Ok(cookie),
        None => bail!("{} could not sign in: {} {text}", person.email, head.status),
    }
}

/// What is measured, and as whom.
#[derive(clap::Args)]
pub(crate) struct Target {
    /// The seeded folder
    folder: PathBuf,
    #[arg(long, default_value = "http://127.0.0.1:3999")]
    url: String,
    #[arg(long, default_value = "demo/breast-cancer")]
    demo: PathBuf,
}

impl Target {
    /// # Errors
    /// When the address is not on this machine, or the folder was not seeded.
    pub(crate) fn open(&self) -> anyhow::Result<(Place, People, Files)> {
        Ok((Place::new(&self.url)?, People::read(&self.folder)?, Files::read(&self.demo)?))
    }
}

/// Thirty-two random digits.
pub(crate) fn random() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// Files that all pass and all score differently: a model's predictions, each number a little off.
pub(crate) struct Files {
    header: String,
    rows: Vec<(String, f64)>,
}

impl Files {
    pub(crate) fn read(demo: &Path) -> anyhow::Result<Self> {
        let path = demo.join("submissions/logistic.csv");
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let mut lines = text.lines();
        let header = lines.next().unwrap_or_default().to_owned();
        let rows: Vec<_> = lines
            .filter_map(|line| line.split_once(',').and_then(|(id, value)| Some((id.to_owned(), value.parse().ok()?))))
            .collect();
        ensure!(!rows.is_empty(), "{} has no rows", path.display());
        Ok(Self { header, rows })
    }

    /// The `seed`th file.
    pub(crate) fn csv(&self, seed: u64) -> String {
        use std::fmt::Write as _;

        use rand::{Rng as _, SeedableRng as _};
        let mut random = rand::rngs::StdRng::seed_from_u64(seed);
        let mut text = format!("{}\n", self.header);
        for (id, value) in &self.rows {
            let moved = (value + random.random_range(-0.4..0.4)).clamp(0.0, 1.0);
            let _ = writeln!(text, "{id},{moved:.6}");
        }
        text
    }
}

/// The id in an accepting answer.
pub(crate) fn id(text: &str) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_str(text).ok()?;
    let id = answer.get(ACCEPTED.submission).unwrap_or(&answer).get(SUBMISSION.id)?;
    id.as_str().map(str::to_owned)
}

/// The code in a refusal; what it says where it has none.
pub(crate) fn refusal(text: &str) -> String {
    let answer: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let code = answer.as_ref().and_then(|answer| answer.get(REFUSAL.error)?.get(ERROR.code)?.as_str());
    code.map_or_else(|| text.chars().take(60).collect(), str::to_owned)
}

/// A submission with a token, ready to send.
pub(crate) fn submission(token: &str, csv: &str, idempotency_key: Option<&str>) -> Vec<u8> {
    const EDGE: &str = "madang-bench-edge";
    let body = format!(
        "--{EDGE}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"answer.csv\"\r\ncontent-type: text/csv\r\n\r\n{csv}\r\n--{EDGE}--\r\n"
    );
    let bearer = format!("Bearer {token}");
    let kind = format!("multipart/form-data; boundary={EDGE}");
    let mut headers = vec![("authorization", bearer.as_str()), ("content-type", kind.as_str())];
    headers.extend(idempotency_key.map(|key| ("idempotency-key", key)));
    http::request("POST", &address::api::submissions(SLUG), &headers, body.as_bytes())
}
