//! A competition with many teams and submissions. One team goes the usual way and has every model scored; the others are written
//! straight into the tables after its example, so that 100,000 submissions take seconds.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use domain::access::Actor;
use domain::accounts::{SignUp, User};
use domain::competitions::Competition;
use domain::ids::{SubmissionId, TeamId, TokenId, UserId};
use domain::submissions::Door;
use platform::clock::Clock;
use platform::competitions::import;
use platform::submissions::Upload;
use platform::{Config, Services, accounts, jobs, participation, submissions, teams};
use scoring::Hash;
use sqlx::types::Json;
use storage::{Begun, Tx};
use uuid::Uuid;

use crate::note;
use crate::people::{PASSWORD, People, Person, SLUG, random};

/// Submissions of the first team, which the others' are made after.
const MODELS: [&str; 10] = [
    "tree.csv",
    "naive-bayes.csv",
    "knn.csv",
    "logistic.csv",
    "logistic-weak.csv",
    "forest.csv",
    "extra-trees.csv",
    "boosting.csv",
    "svc.csv",
    "mlp.csv",
];

#[derive(clap::Args)]
pub(crate) struct SeedArgs {
    /// Where the SQLite database, the files and the list of people go; made when it is not there
    folder: PathBuf,
    #[arg(long, default_value_t = 1000)]
    teams: usize,
    /// Scored submissions, over all teams
    #[arg(long, default_value_t = 3000)]
    submissions: usize,
    /// postgres://… instead of a SQLite file in the folder
    #[arg(long)]
    database_url: Option<String>,
    /// The demo competition's folder
    #[arg(long, default_value = "demo/breast-cancer")]
    demo: PathBuf,
    /// How often a team may submit in a day
    #[arg(long, default_value_t = 1_000_000)]
    per_day: i64,
}

impl SeedArgs {
    /// What `soak` seeds: teams that have not submitted yet.
    pub(crate) fn fresh(folder: &Path, demo: &Path, teams: usize, per_day: i64, database_url: Option<String>) -> Self {
        Self { folder: folder.to_owned(), teams, submissions: 0, database_url, demo: demo.to_owned(), per_day }
    }
}

/// Runs a statement in a transaction of either database.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match &mut $tx.begun {
            Begun::Sqlite(t) => { sqlx::query($sql)$(.bind($value))*.execute(&mut **t).await?; }
            Begun::Postgres(t) => { sqlx::query($sql)$(.bind($value))*.execute(&mut **t).await?; }
        }
    };
}

/// Reads all rows from either database.
macro_rules! rows {
    ($db:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match &$db {
            ::storage::Db::Sqlite { read, .. } => sqlx::query_as($sql)$(.bind($value))*.fetch_all(&mut *read.get().await?).await?,
            ::storage::Db::Postgres(pool) => sqlx::query_as($sql)$(.bind($value))*.fetch_all(pool).await?,
        }
    };
}
pub(crate) use {execute, rows};

/// A scored submission of the first team.
type Model = (
    String,
    String,
    i64,
    String,
    Option<f64>,
    Option<f64>,
    Option<Json<serde_json::Value>>,
    Option<Json<serde_json::Value>>,
);

pub(crate) async fn run(args: SeedArgs) -> anyhow::Result<()> {
    let started = std::time::Instant::now();
    let people = seed(&args).await?;
    note(&format!(
        "{} teams, {} submissions in {:.1} s: MADANG_DATABASE_URL={} MADANG_STORAGE_URL={}",
        people.leaders.len(),
        args.submissions,
        started.elapsed().as_secs_f64(),
        people.database_url,
        people.storage_url
    ));
    Ok(())
}

/// The services on a seeded folder.
pub(crate) async fn open(people: &People) -> anyhow::Result<Services> {
    let config = Config {
        database_url: people.database_url.clone(),
        storage_url: people.storage_url.clone(),
        ..Config::default()
    };
    Ok(Services::open(config, Clock::System).await?)
}

/// Fills the folder's database and writes the list of people.
pub(crate) async fn seed(args: &SeedArgs) -> anyhow::Result<People> {
    std::fs::create_dir_all(&args.folder)?;
    let folder = args.folder.canonicalize()?;
    let sqlite = || format!("sqlite://{}/madang.db", folder.display());
    let mut people = People {
        database_url: args.database_url.clone().unwrap_or_else(sqlite),
        storage_url: format!("file://{}/files", folder.display()),
        leaders: Vec::new(),
    };
    let services = open(&people).await?;
    let competition = competition(&services, args).await?;
    let first = example(&services, &competition, args).await?;
    people.leaders = write(&services, &competition, &first, args).await?;
    services.db.close().await;
    people.write(&folder)?;
    Ok(people)
}

/// The demo's competition for teams of one, with the quota that was asked for.
async fn competition(services: &Services, args: &SeedArgs) -> anyhow::Result<Competition> {
    let temporary = tempfile::tempdir()?;
    let source = temporary.path().join(SLUG);
    copy(&args.demo, &source).with_context(|| format!("{} cannot be copied", args.demo.display()))?;
    let path = source.join("competition.toml");
    let manifest = std::fs::read_to_string(&path)?
        .replace("per_day = 10\n", &format!("per_day = {}\n", args.per_day))
        .replace("total = 200\n", "")
        .replace("in_flight = 2\n", "")
        .replace("min = 2\n", "min = 1\n");
    std::fs::write(&path, manifest)?;
    Ok(import::import(services, &Actor::COMMAND, &source, None).await?)
}

/// The first team: made, submitted and scored the usual way.
async fn example(services: &Services, competition: &Competition, args: &SeedArgs) -> anyhow::Result<User> {
    let form = SignUp {
        email: "bench0@madang.test".into(),
        name: "참가자0".into(),
        public_name: "별명0".into(),
        affiliation: String::new(),
        password: PASSWORD.into(),
        locale: domain::Locale::Ko,
    };
    let user = accounts::sign_up(services, &Actor::browser(None, None), form).await?.user;
    let maker = Actor::browser(Some(user.clone()), None);
    participation::join(services, competition, &maker, true).await?;
    let team = teams::create(services, competition, &maker, "벤치 팀 0").await?;
    let models: &[&str] = if args.submissions == 0 { &[] } else { &MODELS };
    for model in models {
        let bytes = Bytes::from(std::fs::read(args.demo.join("submissions").join(model))?);
        let upload = Upload {
            door: Door::Api,
            file_name: (*model).to_owned(),
            bytes,
            memo: String::new(),
            dry_run: false,
            idempotency_key: None,
            received_at: None,
        };
        submissions::accept(services, competition, &team, &maker, upload).await?;
    }
    jobs::run_until_idle(services).await?;
    Ok(user)
}

/// The other teams, everyone's tokens, and submissions until there are as many as asked for. Every second team has two members.
async fn write(
    services: &Services,
    competition: &Competition,
    first: &User,
    args: &SeedArgs,
) -> anyhow::Result<Vec<Person>> {
    let now = services.clock.now();
    let stage = competition.current_stage(now).context("no stage")?;
    let hashes: Vec<(String,)> = rows!(services.db, "SELECT password_hash FROM users WHERE id = $1", first.id.0);
    let (hash,) = hashes.into_iter().next().context("the first account is gone")?;
    let teams: Vec<(Uuid,)> = rows!(services.db, "SELECT id FROM teams WHERE leader_id = $1", first.id.0);
    let models: Vec<Model> = rows!(
        services.db,
        "SELECT file_name, storage_key, bytes, sha256, public_score, private_score, secondary_public, secondary_private
            FROM submissions WHERE stage_id = $1 AND status = 'scored' ORDER BY number",
        stage.id.0
    );
    let mut tx = services.db.begin().await?;
    let mut all = vec![(teams.first().context("the first team is gone")?.0, first.id.0)];
    for index in 1..args.teams {
        let at = now - Duration::days(11) + Duration::seconds(i64::try_from(index)?);
        let maker = Maker { competition: competition.id.0, hash: &hash, at };
        all.push(maker.team(&mut tx, index).await?);
    }
    let mut leaders = Vec::with_capacity(all.len());
    for (index, (_, user)) in all.iter().enumerate() {
        let token = format!("mdg_{}bench234", random());
        execute!(
            tx,
            "INSERT INTO tokens (id, user_id, name, prefix, hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
            TokenId::at(now).0,
            *user,
            "bench",
            token.chars().take(8).collect::<String>(),
            Hash::of(&token).0.to_vec(),
            now
        );
        leaders.push(Person { email: format!("bench{index}@madang.test"), token });
    }
    let written = i64::try_from(args.submissions.saturating_sub(models.len()))?;
    for index in 0..usize::try_from(written)? {
        // The first team's turn comes last: it has some already.
        let (team, user) = all[(index + 1) % all.len()];
        let number = i64::try_from(index / all.len() + models.len() + 1)?;
        let at = now - Duration::days(10) + Duration::seconds(i64::try_from(index)? * 10 * 86_400 / written);
        let model = &models[index % models.len()];
        insert(&mut tx, model, stage.id.0, (team, user), number, at, index).await?;
    }
    execute!(tx, "UPDATE stages SET leaderboard_version = leaderboard_version + $1 WHERE id = $2", written, stage.id.0);
    tx.commit().await?;
    Ok(leaders)
}

/// Rows of teams of the same age and password.
struct Maker<'a> {
    competition: Uuid,
    hash: &'a str,
    at: DateTime<Utc>,
}

impl Maker<'_> {
    /// A team and its leader.
    async fn team(&self, tx: &mut Tx, index: usize) -> anyhow::Result<(Uuid, Uuid)> {
        let (team, leader) = (TeamId::at(self.at).0, self.user(tx, &format!("bench{index}"), index).await?);
        execute!(
            *tx,
            "INSERT INTO teams (id, competition_id, number, name, name_key, leader_id, submission_key, created_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            team,
            self.competition,
            101 + i64::try_from(index)?,
            format!("벤치 팀 {index}"),
            format!("벤치 팀 {index}"),
            leader,
            format!("k-{}", random()),
            self.at
        );
        self.member(tx, team, leader).await?;
        if index % 2 == 1 {
            let second = self.user(tx, &format!("second{index}"), index).await?;
            self.member(tx, team, second).await?;
        }
        Ok((team, leader))
    }

    async fn user(&self, tx: &mut Tx, name: &str, index: usize) -> anyhow::Result<Uuid> {
        let id = UserId::at(self.at).0;
        execute!(
            *tx,
            "INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at, public_name, verified_at)
                VALUES ($1, $2, $3, '', $4, $5, $5, $6, $7, $6)",
            id,
            format!("{name}@madang.test"),
            format!("참가자{index}"),
            self.hash,
            false,
            self.at,
            format!("별명{index}")
        );
        execute!(
            *tx,
            "INSERT INTO participations (competition_id, user_id, agreed_at) VALUES ($1, $2, $3)",
            self.competition,
            id,
            self.at
        );
        Ok(id)
    }

    async fn member(&self, tx: &mut Tx, team: Uuid, user: Uuid) -> anyhow::Result<()> {
        execute!(
            *tx,
            "INSERT INTO members (competition_id, user_id, team_id, joined_at) VALUES ($1, $2, $3, $4)",
            self.competition,
            user,
            team,
            self.at
        );
        Ok(())
    }
}

/// A submission that was scored as `model` was, a little off, so that few are equal.
async fn insert(
    tx: &mut Tx,
    model: &Model,
    stage: Uuid,
    (team, user): (Uuid, Uuid),
    number: i64,
    at: DateTime<Utc>,
    index: usize,
) -> anyhow::Result<()> {
    let (file, key, bytes, sha256, public, private, beside_public, beside_private) = model;
    let off = (index * 7919 % 10_007) as f64 * 1e-6;
    execute!(
        *tx,
        "INSERT INTO submissions (id, stage_id, team_id, user_id, number, dry_run, door, file_name, storage_key, bytes, sha256, memo,
            status, counts, public_score, private_score, secondary_public, secondary_private, created_at, scoring_at, finished_at)
            VALUES ($1, $2, $3, $4, $5, $6, 'api', $7, $8, $9, $10, '', 'scored', $11, $12, $13, $14, $15, $16, $16, $16)",
        SubmissionId::at(at).0,
        stage,
        team,
        user,
        number,
        false,
        file,
        key,
        *bytes,
        sha256,
        true,
        public.map(|score| score - off),
        private.map(|score| score - off),
        beside_public,
        beside_private,
        at
    );
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
