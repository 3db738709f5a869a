//! The demo: three competitions with teams and real models' submissions, loaded through the same doors as everything else,
//! at the times they are said to have happened.

mod posts;

use std::path::Path;

use async_recursion::async_recursion as boxed;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::access::{Actor, Role};
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::boards::{BoardKind, PostDraft};
use domain::competitions::Competition;
use domain::ids::{TeamId, UserId};
use domain::names;
use domain::submissions::Door;
use domain::teams::Team;
use domain::zone::Zone;
use serde::Deserialize;

use crate::competitions::folder::teams::{SubmissionEntry, TeamEntry};
use crate::competitions::{folder, import, roles};
use crate::error::{Error, Result};
use crate::services::Services;
use crate::submissions::{Upload, accept};
use crate::{accounts, boards, jobs, secrets, teams};

/// The password of every demo account.
pub const PASSWORD: &str = "madang-demo-2026";
/// The submission key of the open competition's teams.
pub const SUBMISSION_KEY: &str = "madang-demo-key";
/// The open competition, which scripts rely on.
pub const OPEN: &str = "breast-cancer";

#[derive(Deserialize)]
struct Notices {
    #[serde(default)]
    notice: Vec<NoticeEntry>,
}

#[derive(Deserialize)]
struct NoticeEntry {
    title: String,
    body: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    pinned: bool,
    #[serde(default)]
    required: bool,
    at: String,
}

/// Loads every competition folder under `root`. Run on an empty installation.
///
/// # Errors
/// When demo accounts exist already, or a folder is wrong.
#[boxed]
pub async fn load(services: &Services, root: &Path) -> Result<Vec<Competition>> {
    if services.db.has_demo_users().await? {
        return Err(Error::other("the demo is loaded already"));
    }
    let hash = services.passwords.hash(PASSWORD, None).await?;
    let organizer =
        account(services, &hash, "organizer", ("운영팀", "운영팀"), "마당대학교 의료인공지능센터", false).await?;
    let admin = account(services, &hash, "admin", ("관리자", "관리자"), "마당", true).await?;
    load_site_notices(services, root, &admin).await?;

    let mut folders: Vec<_> = std::fs::read_dir(root)
        .map_err(Error::other)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("competition.toml").is_file())
        .collect();
    folders.sort();
    let mut loaded = Vec::new();
    for folder in folders {
        let competition = import::import(services, &Actor::COMMAND, &folder, None).await?;
        roles::give(services, &competition, &Actor::COMMAND, &organizer.email, Some(Role::Owner)).await?;
        load_notices(services, &competition, &folder, &organizer).await?;
        load_teams(services, &competition, &folder, &hash).await?;
        posts::load(services, &competition, &folder, &hash).await?;
        posts::read_required(services, &competition).await?;
        loaded.push(competition);
    }
    jobs::run_until_idle(services).await?;
    Ok(loaded)
}

async fn account(
    services: &Services,
    hash: &str,
    slug: &str,
    (name, public_name): (&str, &str),
    affiliation: &str,
    is_admin: bool,
) -> Result<User> {
    let email = format!("{slug}@madang.test");
    let user = User {
        id: UserId::at(services.clock.now()),
        email,
        name: name.to_owned(),
        public_name: Some(public_name.to_owned()),
        affiliation: affiliation.to_owned(),
        is_admin,
        verified_at: Some(services.clock.now()),
        locale: Locale::Ko,
        needs_factor: false,
    };
    accounts::create(services, &Actor::COMMAND, &user, hash, true).await?;
    Ok(user)
}

/// Someone who does something on the pages.
fn browser(user: &User) -> Actor {
    Actor::browser(Some(user.clone()), None)
}

fn at(competition: &Competition, text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let time = import::time(text, competition.settings.zone, now);
    time.map_err(|wrong| Error::other(wrong.get(Locale::En)))
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Error::Other(format!("{}: {error}", path.display())))
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T> {
    toml::from_str(&text(path)?).map_err(|error| Error::Other(format!("{}: {error}", path.display())))
}

/// Those of the site, if the demo has any.
async fn load_site_notices(services: &Services, root: &Path, admin: &User) -> Result<()> {
    let path = root.join("notices.toml");
    if !path.is_file() {
        return Ok(());
    }
    let now = services.clock.now();
    let notices: Notices = read(&path)?;
    for entry in notices.notice {
        let then =
            import::time(&entry.at, Zone::default(), now).map_err(|wrong| Error::other(wrong.get(Locale::En)))?;
        let NoticeEntry { title, body, category, pinned, .. } = entry;
        let markdown = body.trim().to_owned();
        let draft = PostDraft { title, markdown, category, pinned, ..PostDraft::default() };
        boards::site::write(&services.at(then), &browser(admin), draft).await?;
    }
    Ok(())
}

async fn load_notices(services: &Services, competition: &Competition, folder: &Path, organizer: &User) -> Result<()> {
    let now = services.clock.now();
    let notices: Notices = read(&folder.join("notices.toml"))?;
    for entry in notices.notice {
        let then = services.at(at(competition, &entry.at, now)?);
        let draft = PostDraft {
            title: entry.title,
            markdown: entry.body,
            category: entry.category,
            pinned: entry.pinned,
            required: entry.required,
            ..PostDraft::default()
        };
        boards::write(&then, competition, BoardKind::Notice, &browser(organizer), draft).await?;
    }
    Ok(())
}

const AFFILIATIONS: [&str; 6] = [
    "마당대학교 의과대학",
    "마당대학교 컴퓨터공학부",
    "마당대학교병원 영상의학과",
    "한울대학교 통계학과",
    "한울의료원 병리과",
    "새봄공과대학교 의공학과",
];

async fn load_teams(services: &Services, competition: &Competition, folder: &Path, hash: &str) -> Result<()> {
    let now = services.clock.now();
    let entries = folder::teams::teams(&text(&folder.join(folder::TEAMS))?)?;
    let starts = competition.current_stage(now).map_or(now, |stage| stage.starts_at).min(now);
    let mut submissions: Vec<(DateTime<Utc>, Team, User, SubmissionEntry)> = Vec::new();
    for entry in entries {
        // Every team was made some days before the stage began.
        let made = services.at(starts - chrono::Duration::hours(26 + entry.number % 40));
        let mut people = Vec::new();
        for (index, name) in entry.members.iter().enumerate() {
            let slug = if index == 0 { entry.slug.clone() } else { format!("{}-{}", entry.slug, index + 1) };
            let affiliation = AFFILIATIONS[(usize::try_from(entry.number).unwrap_or(0) + index) % AFFILIATIONS.len()];
            // Before everyone they go by their given names.
            let given = name.strip_prefix(|_: char| true).unwrap_or(name);
            people.push(account(&made, hash, &slug, (name, given), affiliation, false).await?);
        }
        let team = make_team(&made, competition, &entry, &people).await?;
        for (index, submission) in entry.submission.into_iter().enumerate() {
            let by = people
                .get(index % people.len().max(1))
                .cloned()
                .ok_or_else(|| Error::other("a team without members"))?;
            submissions.push((at(competition, &submission.at, now)?, team.clone(), by, submission));
        }
    }
    submissions.sort_by_key(|(at, ..)| *at);
    for (time, team, by, entry) in submissions {
        let then = services.at(time);
        let path = folder.join(folder::SUBMISSIONS).join(&entry.file);
        let bytes = std::fs::read(&path).map_err(|error| Error::Other(format!("{}: {error}", path.display())))?;
        let upload = Upload {
            door: Door::Page,
            file_name: entry.file,
            bytes: Bytes::from(bytes),
            memo: entry.memo,
            dry_run: false,
            idempotency_key: None,
            received_at: None,
        };
        accept(&then, competition, &team, &browser(&by), upload).await?;
        // Scored right away, by the queue and at its own time.
        jobs::run_until_idle(&services.at(time + chrono::Duration::milliseconds(1400))).await?;
    }
    Ok(())
}

async fn make_team(made: &Services, competition: &Competition, entry: &TeamEntry, people: &[User]) -> Result<Team> {
    let now = made.clock.now();
    let leader = people.first().ok_or_else(|| Error::other("a team without members"))?;
    let team = Team {
        id: TeamId::at(now),
        competition_id: competition.id,
        number: entry.number,
        name: names::team(&entry.name)?,
        leader_id: leader.id,
        created_at: now,
        ended: None,
        members: Vec::new(),
    };
    let key = if competition.slug == OPEN { SUBMISSION_KEY.to_owned() } else { secrets::submission_key() };
    let mut tx = made.db.begin().await?;
    teams::insert(&mut tx, &team, &key).await?;
    for (index, person) in (0_i32..).zip(people) {
        let joined = now + chrono::Duration::minutes(i64::from(index) * 37);
        tx.join(competition.id, person.id, joined).await?;
        teams::enter(&mut tx, &team, person.id, joined).await?;
        let agreed = Act::of_competition(Deed::JoinCompetition, competition.id).to(person.id).after("agreed", true);
        tx.record(joined, &browser(person), agreed);
        let change = match index {
            0 => teams::made(&team),
            _ => Act::of_team(Deed::JoinTeam, competition.id, team.id)
                .to(person.id)
                .before("members", i64::from(index))
                .after("members", i64::from(index) + 1),
        };
        tx.record(joined, &browser(person), change);
    }
    let team = tx.team(team.id).await?.ok_or_else(|| Error::other("the team just made is missing"))?;
    tx.commit().await?;
    Ok(team)
}
