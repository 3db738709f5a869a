//! A competition without limits, with many teams of one and their submissions.

use std::path::Path;

use anyhow::Context as _;
use bytes::Bytes;
use chrono::Duration;
use domain::account::SignUp;
use domain::submission::Door;
use platform::accounts::Lifetime;
use platform::clock::Clock;
use platform::submissions::Upload;
use platform::{Config, Services, accounts, import, jobs, participation, submissions, teams};

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

/// Fills the database of `MADANG_DATABASE_URL` and prints a token of the first team.
pub(crate) async fn seed(demo: &str, count: usize) -> anyhow::Result<()> {
    let config = Config {
        database_url: std::env::var("MADANG_DATABASE_URL").context("MADANG_DATABASE_URL")?,
        storage_url: std::env::var("MADANG_STORAGE_URL").context("MADANG_STORAGE_URL")?,
        ..Config::default()
    };
    let services = Services::open(config, Clock::System).await?;
    let folder = tempfile::tempdir()?;
    let source = Path::new(demo);
    let competition = folder.path().join("bench");
    copy(source, &competition)?;
    let manifest = std::fs::read_to_string(competition.join("competition.toml"))?
        .replace("per_day = 10", "per_day = 1000000")
        .replace("total = 200\n", "")
        .replace("in_flight = 2\n", "")
        .replace("min = 2", "min = 1");
    std::fs::write(competition.join("competition.toml"), manifest)?;
    let competition = import::import(&services, &competition, None).await?;

    let mut token = String::new();
    for index in 0..count {
        let then = services.at(services.clock.now() - Duration::minutes(i64::try_from((count - index) * 9)?));
        let form = SignUp {
            email: format!("bench{index}@madang.test"),
            name: format!("참가자{index}"),
            affiliation: String::new(),
            password: "bench bench bench".into(),
        };
        let user = accounts::sign_up(&then, form).await?;
        participation::join(&then, &competition, &user, true).await?;
        let team = teams::create(&then, &competition, &user, &format!("벤치 팀 {index}")).await?;
        for turn in 0..3 {
            let at = services.at(then.clock.now() + Duration::minutes(2 * turn + 1));
            let file = MODELS[(index * 7 + usize::try_from(turn)? * 3) % MODELS.len()];
            let bytes = Bytes::from(std::fs::read(source.join("submissions").join(file))?);
            let upload = Upload {
                door: Door::Api,
                file_name: file.into(),
                bytes,
                memo: String::new(),
                dry_run: false,
                idempotency_key: None,
                received_at: None,
            };
            submissions::accept(&at, &competition, &team, &user, upload).await?;
        }
        if index == 0 {
            token = accounts::create_token(&services, &user, "bench", Lifetime::Forever).await?.1;
        }
    }
    jobs::run_until_idle(&services).await?;
    services.db.close().await;
    say(&token);
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

#[expect(clippy::print_stdout, reason = "the measured numbers are the program's output")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}
