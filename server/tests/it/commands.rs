//! Every command of the command line: that it stands among the rules, and leaves in the audit record what they say.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;

use both::both;
use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand as _;
use domain::Locale;
use domain::access::{COMMANDS, CommandRule};
use domain::audit::Deed;
use domain::jobs::{JobKind, Pool};
use platform::accounts::second_factors;
use platform::mail::Recipient;
use platform::mail::letter::Letter;
use platform::testing::{Store, TEST_PASSWORD, by, copy_folder, demo_folder, noon, person};
use platform::{Services, audit};
use server::command::Command;
use storage::Db;
use storage::jobs::NewJob;
use uuid::Uuid;

use crate::program::{load_demo, madang};

/// The words of a command and of all below it that can be run.
fn words(command: &clap::Command, before: &str, found: &mut BTreeSet<String>) {
    for one in command.get_subcommands() {
        let words_of = format!("{before}{}", one.get_name());
        // One with commands below it may still be run by itself.
        if !one.has_subcommands() || !one.is_subcommand_required_set() {
            found.insert(words_of.clone());
        }
        words(one, &format!("{words_of} "), found);
    }
}

#[test]
fn every_command_stands_among_the_rules() {
    let mut found = BTreeSet::new();
    words(&Command::augment_subcommands(clap::Command::new("madang")), "", &mut found);
    let rules: BTreeSet<_> = COMMANDS.iter().map(|rule| rule.words.to_owned()).collect();
    assert_eq!(found, rules, "domain/src/access/commands.rs has a row for each command");
    assert_eq!(rules.len(), COMMANDS.len(), "one stands twice");
    for deed in COMMANDS.iter().flat_map(|rule| rule.deeds) {
        assert!(Deed::from_key(deed).is_some(), "{deed}");
    }
}

/// Runs a command to its end with a line of input; what it says, and whether it went well.
fn run(store: &Store, line: &str, input: &str) -> (String, bool) {
    let mut command = madang(store, 0);
    // Where a server would be; none is started.
    command.env("MADANG_ADDR", "127.0.0.1:1").env("MADANG_MAIL_URL", "file://mail").args(line.split(' '));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = if output.status.success() { output.stdout } else { output.stderr };
    (String::from_utf8_lossy(&told).into_owned(), output.status.success())
}

/// A job that every worker died of.
async fn dead_job(services: &Services) -> String {
    let (now, subject): (DateTime<Utc>, _) = (noon(), Uuid::now_v7());
    let job =
        NewJob { kind: JobKind::Certainty, subject, competition: None, payload: None, run_at: now, unique_key: None };
    let mut tx = services.db.begin().await.unwrap();
    tx.put_job(job, now).await.unwrap();
    while tx.claim(Pool::Slow, now + TimeDelta::minutes(1), now, 0..=i64::MAX).await.unwrap().is_some() {}
    tx.commit().await.unwrap();
    let dead = platform::jobs::dead::list(services).await.unwrap();
    dead.iter().find(|job| job.subject == subject).unwrap().id.to_string()
}

async fn behind_the_back(db: &Db, sql: &'static str) {
    match db {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
    }
    .unwrap();
}

/// The last entry's number.
async fn last(services: &Services) -> i64 {
    let mut after = 0;
    loop {
        let entries = audit::entries(services, after, None).await.unwrap();
        match entries.last() {
            Some(entry) => after = entry.seq,
            None => return after,
        }
    }
}

/// The deeds that were recorded since, each by nobody through the door of commands.
async fn recorded(services: &Services, after: i64) -> BTreeSet<String> {
    let entries = audit::entries(services, after, None).await.unwrap();
    let by_command = entries.iter().filter(|entry| entry.via == "command");
    assert!(by_command.clone().all(|entry| entry.actor_id.is_none()));
    by_command.map(|entry| entry.deed.clone()).collect()
}

#[both]
async fn each_command_that_changes_something_leaves_its_entry_and_no_other_does(store: Store) {
    let services = store.services(noon()).await;
    let before = last(&services).await;
    load_demo(&store);
    let mut seen: BTreeSet<(&str, String)> = BTreeSet::new();
    seen.extend(recorded(&services, before).await.into_iter().map(|deed| ("demo", deed)));

    let out = store.folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let changed = out.join("breast-cancer");
    let before = last(&services).await;
    let (told, ok) = run(&store, &format!("competition export breast-cancer {}", changed.display()), "");
    assert!(ok && recorded(&services, before).await.is_empty(), "{told}");
    let manifest = changed.join("competition.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let other = text.replace("per_day = 10", "per_day = 9");
    assert_ne!(text, other);
    std::fs::write(&manifest, other).unwrap();
    let new = store.folder.path().join("new-contest");
    copy_folder(&demo_folder("diabetes"), &new);
    let solution = store.folder.path().join("whole.csv");
    let rows = ["a,0", "b,1", "c,0", "d,1", "e,0", "f,1", "g,0", "h,1", "i,0", "j,1"].join("\n");
    std::fs::write(&solution, format!("id,label\n{rows}\n")).unwrap();
    let [changed, new, solution] = [changed, new, solution].map(|path| path.to_string_lossy().into_owned());
    let split = store.folder.path().join("split.csv").to_string_lossy().into_owned();
    let (to_retry, to_drop) = (dead_job(&services).await, dead_job(&services).await);
    let password = "pine-lantern-harbour-42\n";
    let kim = "kim@example.kr";

    let lines = [
        ("migrate", "migrate".to_owned(), ""),
        ("competition import", format!("competition import {new}"), ""),
        ("competition import", format!("competition import {changed}"), ""),
        ("user add", format!("user add {kim}"), password),
        ("user password", format!("user password {kim}"), "another-lantern-harbour-43\n"),
        ("competition role", format!("competition role digits {kim} judge"), ""),
        ("competition role", format!("competition role digits {kim} --remove"), ""),
        ("competition service-token", "competition service-token digits".to_owned(), ""),
        ("competition service-token", "competition service-token digits --revoke".to_owned(), ""),
        ("audit verify", "audit verify".to_owned(), ""),
        ("audit export", "audit export".to_owned(), ""),
        ("mail list", "mail list".to_owned(), ""),
        ("mail test", format!("mail test {kim}"), ""),
        ("rescore", "rescore digits".to_owned(), ""),
        ("jobs", "jobs".to_owned(), ""),
        ("jobs retry", format!("jobs retry {to_retry}"), ""),
        ("jobs drop", format!("jobs drop {to_drop}"), ""),
        ("metrics", "metrics".to_owned(), ""),
        ("split", format!("split --metric f1 --solution {solution} --public 0.3 --seed 7 --out {split}"), ""),
    ];
    for (words, line, input) in lines {
        let before = last(&services).await;
        let (told, ok) = run(&store, &line, input);
        assert!(ok, "{line}: {told}");
        seen.extend(recorded(&services, before).await.into_iter().map(|deed| (words, deed)));
    }

    // What has to be so first: an address that nobody confirmed, scores of another version, a second factor, a letter that failed.
    behind_the_back(&store.db, "UPDATE submissions SET public_score = 0.5 WHERE status = 'scored'").await;
    let lee = person(&services, "lee").await;
    let secret = second_factors::set_up(&services, &lee, None).unwrap().secret;
    let code = second_factors::code_at(&secret, noon()).unwrap();
    second_factors::turn_on(&services, &by(&lee), &secret, &code, TEST_PASSWORD, None).await.unwrap();
    let to = Recipient { user: None, competition: None, address: &lee.email, locale: Locale::Ko, reply_to: None };
    let mut tx = services.db.begin().await.unwrap();
    let letter = services.mail.post(&mut tx, to, &Letter::Test { at: noon() }, noon()).await.unwrap();
    tx.commit().await.unwrap();
    behind_the_back(&store.db, "UPDATE letters SET state = 'failed' WHERE kind = 'test'").await;
    behind_the_back(&store.db, "UPDATE users SET verified_at = NULL WHERE email = 'kim@example.kr'").await;
    for (words, line) in [
        ("user verify", format!("user verify {kim}")),
        ("rescore", "rescore breast-cancer --apply".to_owned()),
        ("user second-factor", format!("user second-factor {} --off", lee.email)),
        ("mail resend", format!("mail resend {letter}")),
    ] {
        let before = last(&services).await;
        let (told, ok) = run(&store, &line, "");
        assert!(ok, "{line}: {told}");
        seen.extend(recorded(&services, before).await.into_iter().map(|deed| (words, deed)));
    }

    // Those that are left open no database (`score`, `verify`) or run until they are stopped.
    for CommandRule { words, deeds, .. } in COMMANDS {
        let left: Vec<_> = seen.iter().filter(|(of, _)| of == words).map(|(_, deed)| deed.as_str()).collect();
        let mut expected = deeds.to_vec();
        expected.sort_unstable();
        assert_eq!(left, expected, "madang {words}");
    }
}
