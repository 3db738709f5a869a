//! For tests: throwaway databases of both kinds, services on them, a clock that is moved by hand; people, teams and contests.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

pub mod oidc;
pub mod smtp;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::Locale;
use domain::access::{Actor, Role, Scopes};
use domain::accounts::{SignUp, User};
use domain::applications::Answers;
use domain::competitions::Competition;
use domain::jobs::JobKind;
use domain::participation::ParticipationState;
use domain::teams::Team;
use domain::zone::Zone;
use storage::Db;
use storage::competitions::NewApplication;
use storage::testing::{self as databases, Database, World};
use tempfile::TempDir;

use crate::clock::Clock;
use crate::competitions::{import, roles};
use crate::services::{Config, Services};
use crate::{accounts, jobs, participation, teams};

/// Everybody's.
pub const TEST_PASSWORD: &str = "correct horse battery";

/// A migrated, empty database of its own.
pub struct Store {
    pub name: &'static str,
    pub db: Db,
    pub config: Config,
    /// Holds the folder for as long as the store is used.
    pub folder: TempDir,
}

impl Store {
    /// Services on this store, at a moment.
    pub async fn services(&self, now: DateTime<Utc>) -> Services {
        Services::open(self.config.clone(), Clock::at(now)).await.unwrap()
    }

    /// Another, empty one of the same kind.
    pub async fn another(&self) -> Self {
        match self.db {
            Db::Sqlite { .. } => sqlite().await,
            Db::Postgres(_) => postgres().await,
        }
    }
}

impl World for Store {
    async fn on(Database { name, url, db, folder }: Database) -> Self {
        let storage_url = format!("file://{}/files", folder.path().display());
        let mail_url = format!("file://{}/mail", folder.path().display());
        // What a test has changed it sees at once.
        let config = Config { database_url: url, storage_url, mail_url, gather: Duration::ZERO, ..Config::default() };
        Self { name, db, config, folder }
    }
}

/// A store for what has nothing to do with databases.
pub async fn sqlite() -> Store {
    Store::on(databases::sqlite().await).await
}

/// A store for what differs between databases.
pub async fn postgres() -> Store {
    Store::on(databases::postgres().await).await
}

/// Noon in Seoul, while the demo's contests are open.
pub fn noon() -> DateTime<Utc> {
    "2026-11-21T03:00:00Z".parse().unwrap()
}

/// How somebody signs up, who has no public name.
pub fn form(name: &str) -> SignUp {
    SignUp {
        email: format!("{name}@example.kr"),
        name: name.into(),
        public_name: String::new(),
        affiliation: String::new(),
        password: TEST_PASSWORD.into(),
        locale: Locale::Ko,
    }
}

/// Somebody signed in, in a browser.
pub fn by(user: &User) -> Actor {
    Actor::browser(Some(user.clone()), None)
}

/// Makes somebody an organizer.
pub async fn organizes(services: &Services, competition: &Competition, user: &User) {
    let role = Some(Role::Organizer);
    roles::give(services, competition, &Actor::COMMAND, &user.email, role).await.unwrap();
}

/// What most tokens may do: read and submit.
pub fn scopes() -> Scopes {
    Scopes::from_keys("read submit")
}

/// Makes an account whose address is its owner's.
pub async fn sign_up(services: &Services, form: SignUp) -> User {
    accounts::add(services, &Actor::browser(None, None), form, false).await.unwrap()
}

pub async fn person(services: &Services, name: &str) -> User {
    sign_up(services, form(name)).await
}

/// Somebody about whose application organizers have to decide, whatever the competition's settings.
pub async fn applicant(services: &Services, competition: &Competition, name: &str) -> User {
    let user = person(services, name).await;
    let at = services.clock.now();
    let mut tx = services.db.begin().await.unwrap();
    let new = NewApplication {
        competition: competition.id,
        user: user.id,
        state: ParticipationState::Applied,
        waitlist_number: None,
        answers: Answers::new(),
        locale: Locale::Ko,
        rules_version: 1,
        joins_team: None,
        at,
    };
    tx.apply(new).await.unwrap();
    tx.commit().await.unwrap();
    user
}

/// A team of two participants; the first leads it.
pub async fn team_of_two(services: &Services, competition: &Competition, name: &str) -> (Team, User, User) {
    let (leader, member) = (person(services, &format!("{name}-1")).await, person(services, &format!("{name}-2")).await);
    for user in [&leader, &member] {
        participation::join(services, competition, &by(user), true).await.unwrap();
    }
    let team = teams::create(services, competition, &by(&leader), name).await.unwrap();
    let invitation = teams::renew_invitation(services, &team, &by(&leader)).await.unwrap();
    let team = teams::join_by_link(services, competition, &by(&member), &invitation.code).await.unwrap();
    (team, leader, member)
}

/// A demo's competition, without its people.
pub async fn demo_competition(services: &Services, slug: &str) -> Competition {
    import::import(services, &Actor::COMMAND, &demo_folder(slug), None).await.unwrap()
}

/// Submissions that wait and that are being scored.
pub async fn to_score(services: &Services) -> (i64, i64) {
    let tallies = jobs::tallies(services).await.unwrap();
    let score = tallies.iter().find(|tally| tally.kind == JobKind::Score.key());
    score.map_or((0, 0), |tally| (tally.waiting, tally.running))
}

/// What waits in each session for its next page.
pub async fn left_in_sessions(services: &Services) -> Vec<String> {
    services.db.session_data().await.unwrap()
}

/// The demo's folder of a competition.
pub fn demo_folder(slug: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo").join(slug)
}

/// A copy of a demo's folder in which every time is a moment, counted from `now`: it can be imported again.
pub fn dated_folder(slug: &str, within: &Path, now: DateTime<Utc>) -> PathBuf {
    let folder = within.join(slug);
    copy_folder(&demo_folder(slug), &folder);
    let path = folder.join("competition.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let dated = |part: &str| match import::time(part, Zone::default(), now) {
        Ok(at) => at.to_rfc3339(),
        Err(_) => part.to_owned(),
    };
    let text: Vec<String> = text.split('"').map(dated).collect();
    std::fs::write(&path, text.join("\"")).unwrap();
    folder
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::write(target, std::fs::read(path).unwrap()).unwrap();
        }
    }
}
