//! What is promised while the file storage does not answer, on both databases.

use both::both;
use domain::submissions::Status;
use domain::{AppError, ErrorCode};
use platform::testing::{Store, by, team_of_two, to_score};
use std::path::{Path, PathBuf};

use crate::common::{again, open_competition, submit, submit_and_score};
use chrono::Duration;
use platform::{jobs, submissions};

/// Puts a file where the folder of all submissions was, so that nothing below it can be read or written.
struct Outage(PathBuf);

impl Outage {
    fn begin(store: &Path) -> Self {
        let folder = store.join("files/submissions");
        std::fs::rename(&folder, folder.with_extension("away")).unwrap();
        std::fs::write(&folder, "").unwrap();
        Self(folder)
    }

    fn end(self) {
        std::fs::remove_file(&self.0).unwrap();
        std::fs::rename(self.0.with_extension("away"), &self.0).unwrap();
    }
}

#[both]
async fn a_submission_is_refused_and_leaves_no_trace(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    submit_and_score(&services, &competition, &team, &leader, "tree.csv").await;
    let outage = Outage::begin(store.folder.path());
    let refused = AppError::from(submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap_err());
    assert_eq!((refused.code, refused.retry_after), (ErrorCode::Unavailable, Some(30)));
    assert_eq!(submissions::quota(&services, &competition, &team, &by(&leader)).await.unwrap().used.today, 1);
    assert_eq!(to_score(&services).await, (0, 0));
    outage.end();
    let accepted = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap();
    assert_eq!(accepted.submission.number, 2);
}

#[both]
async fn an_accepted_submission_waits_however_long_it_takes(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let waiting = submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap().submission;
    let outage = Outage::begin(store.folder.path());
    for attempt in 0..12 {
        assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 1, "attempt {attempt} on {}", store.name);
        services.clock.advance(Duration::minutes(1));
    }
    let (_, row) = submissions::get(&services, waiting.id.0, &by(&leader)).await.unwrap();
    assert!(!row.status.finished(), "{:?} on {}", row.status, store.name);
    outage.end();
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 1);
    let (_, row) = submissions::get(&services, waiting.id.0, &by(&leader)).await.unwrap();
    assert_eq!(row.status, Status::Scored);
    assert_eq!(again(&services, &competition).await.stages[1].leaderboard_version, 1);
}
