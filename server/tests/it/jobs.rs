//! `madang jobs`, as one who runs the server has it.

use both::both;
use chrono::{DateTime, TimeDelta, Utc};
use domain::jobs::{JobKind, Pool};
use platform::Services;
use platform::testing::{Store, noon};
use serde_json::Value;
use storage::jobs::NewJob;
use uuid::Uuid;

use crate::program::madang;

/// What the command says, and whether it went well.
fn jobs(store: &Store, arguments: &[&str]) -> (String, bool) {
    let output = madang(store, 0).arg("jobs").args(arguments).stdout(std::process::Stdio::piped()).output().unwrap();
    let told = if output.status.success() { output.stdout } else { output.stderr };
    (String::from_utf8(told).unwrap(), output.status.success())
}

fn rows(store: &Store, arguments: &[&str]) -> Vec<Value> {
    let (text, ok) = jobs(store, arguments);
    assert!(ok, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// A job that every worker died of.
async fn dead(services: &Services, now: DateTime<Utc>) {
    let subject = Uuid::now_v7();
    let job =
        NewJob { kind: JobKind::Certainty, subject, competition: None, payload: None, run_at: now, unique_key: None };
    let mut tx = services.db.begin().await.unwrap();
    tx.put_job(job, now).await.unwrap();
    let later = now + TimeDelta::minutes(1);
    while tx.claim(Pool::Slow, later, now, 0..=i64::MAX).await.unwrap().is_some() {}
    tx.commit().await.unwrap();
}

#[both]
async fn dead_jobs_are_seen_put_back_and_dropped(store: Store) {
    let services = store.services(noon()).await;
    assert_eq!(rows(&store, &["--json"]), [] as [Value; 0]);
    assert_eq!(jobs(&store, &["--dead"]), ("No job is dead.\n".to_owned(), true));
    for _ in 0..3 {
        dead(&services, noon()).await;
    }
    let told =
        serde_json::json!({ "kind": "certainty", "waiting": 0, "running": 0, "dead": 3, "oldest_seconds": null });
    assert_eq!(rows(&store, &["--json"]), [told]);
    assert!(jobs(&store, &[]).0.contains("madang jobs --dead"));
    let listed = rows(&store, &["--dead", "--json"]);
    assert_eq!((listed.len(), &listed[0]["attempts"]), (3, &4.into()));
    let id = |row: usize| listed[row]["id"].as_str().unwrap();
    assert!(jobs(&store, &["--dead"]).0.contains(id(2)));

    assert!(jobs(&store, &["drop", id(0)]).1 && jobs(&store, &["retry", id(1)]).1);
    let (told, ok) = jobs(&store, &["retry", id(1)]);
    assert!(!ok && told.contains(&format!("there is no dead job {}", id(1))), "{told}");
    assert!(!jobs(&store, &["drop", id(0)]).1 && !jobs(&store, &["retry"]).1);
    assert_eq!(jobs(&store, &["retry", "--all"]), ("Back in the queue: 1.\n".to_owned(), true));
    let row = &rows(&store, &["--json"])[0];
    assert_eq!((&row["waiting"], &row["dead"]), (&2.into(), &0.into()));
}
