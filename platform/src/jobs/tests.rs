//! What a worker may write, and when a job is nobody's any more.

use both::both;
use bytes::Bytes;
use domain::accounts::User;
use domain::competitions::Competition;
use domain::ids::StageId;
use domain::submissions::{Door, Note, Status, Submission};
use domain::teams::Team;
use storage::Db;

use super::*;
use crate::submissions;
use crate::submissions::Upload;
use crate::submissions::judge::judge;
use crate::submissions::score::Scored;
use crate::testing::{Store, by, demo_competition, demo_folder, noon, team_of_two, to_score};

/// How often a scoring may be taken.
const CLAIMS: i64 = JobKind::Score.rules().attempts;

fn model(file: &str) -> Bytes {
    std::fs::read(demo_folder("breast-cancer").join("submissions").join(file)).unwrap().into()
}

fn upload() -> Upload {
    Upload {
        door: Door::Api,
        file_name: "svc.csv".to_owned(),
        bytes: model("svc.csv"),
        memo: String::new(),
        dry_run: false,
        idempotency_key: None,
        received_at: None,
    }
}

struct Queue {
    services: Services,
    competition: Competition,
    team: Team,
    leader: User,
    submission: Submission,
}

impl Queue {
    /// One submission that waits.
    async fn of_one(store: &Store) -> Self {
        let services = store.services(noon()).await;
        let competition = demo_competition(&services, "breast-cancer").await;
        let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
        // What the team is told of itself.
        run_until_idle(&services).await.unwrap();
        let submission =
            submissions::accept(&services, &competition, &team, &by(&leader), upload()).await.unwrap().submission;
        Self { services, competition, team, leader, submission }
    }

    /// One more that waits.
    async fn another(&self) -> Submission {
        let accepted =
            submissions::accept(&self.services, &self.competition, &self.team, &by(&self.leader), upload()).await;
        accepted.unwrap().submission
    }

    async fn taken(&self) -> (Claim, Task) {
        let (claim, task) = claim(&self.services, Pool::Quick, ALL).await.unwrap().expect("a job that is due");
        (claim, task.expect("a job that is not dead"))
    }

    fn stage(&self) -> StageId {
        self.competition.stages.iter().find(|stage| stage.takes_submissions).unwrap().id
    }

    fn lease_passes(&self) {
        self.services.clock.advance(lease(&self.services) + TimeDelta::milliseconds(1));
    }

    async fn now(&self) -> Submission {
        submissions::get(&self.services, self.submission.id.0, &by(&self.leader)).await.unwrap().1
    }

    async fn status(&self, submission: &Submission) -> Status {
        submissions::get(&self.services, submission.id.0, &by(&self.leader)).await.unwrap().1.status
    }

    async fn leaderboard_version(&self) -> i64 {
        let competition = crate::competitions::get(&self.services, &self.competition.slug).await.unwrap();
        competition.stages.iter().find(|stage| stage.takes_submissions).unwrap().leaderboard_version
    }

    async fn used(&self) -> i64 {
        submissions::quota(&self.services, &self.competition, &self.team, &by(&self.leader)).await.unwrap().used.total
    }
}

fn scored(task: &Task) -> &Scored {
    let Task::Score(scored) = task else { panic!("not a scoring") };
    scored
}

#[both]
async fn a_worker_that_lost_its_lease_writes_nothing_of_what_it_found(mut store: Store) {
    store.config.lease = Duration::from_millis(30);
    let queue = Queue::of_one(&store).await;
    let services = &queue.services;
    let (first, task) = queue.taken().await;
    queue.lease_passes();
    let (second, again) = queue.taken().await;
    assert_eq!((first.attempt, second.attempt), (1, 2));

    // The first one comes back: with another score, with an error, asked to stop, with a sign of life.
    services.files.put("other.csv", model("tree.csv")).await.unwrap();
    let stale = judge(services, queue.stage(), "other.csv").await.unwrap();
    finish(services, &first, Done::Score(scored(&task), stale)).await.unwrap();
    put_back(services, &first, &Error::other("late")).await.unwrap();
    let mut last = first.clone();
    last.attempts_left = 0;
    put_back(services, &last, &Error::other("late, and the last time")).await.unwrap();
    release(services, &first).await.unwrap();
    let mut tx = services.db.begin().await.unwrap();
    assert!(!tx.extend_lease(&first, services.clock.now() + TimeDelta::days(1)).await.unwrap());
    assert!(tx.extend_lease(&second, services.clock.now() + lease(services)).await.unwrap());
    tx.commit().await.unwrap();
    keep_lease(services.clone(), first).await;
    assert_eq!(queue.now().await.status, Status::Scoring);
    assert_eq!((queue.leaderboard_version().await, to_score(services).await), (0, (0, 1)));

    let right = again.work(services, &second).await.unwrap();
    finish(services, &second, right).await.unwrap();
    let scored = queue.now().await;
    assert_eq!((scored.status, queue.leaderboard_version().await), (Status::Scored, 1));
    assert!((scored.public_score.unwrap() - 0.934_938_191_281_717_6).abs() < 1e-5);
}

#[both]
async fn a_scoring_longer_than_its_lease_keeps_it_by_signs_of_life(mut store: Store) {
    store.config.lease = Duration::from_millis(30);
    let queue = Queue::of_one(&store).await;
    let services = &queue.services;
    let (first, _) = queue.taken().await;
    let heartbeat = tokio::spawn(keep_lease(services.clone(), first.clone()));
    for _ in 0..3 {
        // Longer than the lease in all, never so long at once. The next sign of life is given from there.
        services.clock.advance(TimeDelta::milliseconds(25));
        let alive = services.clock.now() + lease(services);
        while lease_until(services).await < alive {
            tokio::task::yield_now().await;
        }
        assert!(claim(services, Pool::Quick, ALL).await.unwrap().is_none());
    }
    heartbeat.abort();
    assert!(heartbeat.await.unwrap_err().is_cancelled());
    queue.lease_passes();
    assert_eq!(queue.taken().await.0.attempt, 2);
}

async fn lease_until(services: &Services) -> DateTime<Utc> {
    let sql = "SELECT lease_until FROM jobs WHERE kind = 'score'";
    let until = match &services.db {
        Db::Sqlite { write, .. } => sqlx::query_scalar(sql).fetch_one(write).await,
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
    };
    until.unwrap()
}

#[both]
async fn a_job_that_never_comes_back_ends_as_our_fault_and_gives_the_quota_back(store: Store) {
    let queue = Queue::of_one(&store).await;
    for attempt in 1..=CLAIMS {
        // Its worker dies: nobody hears of it again.
        assert_eq!(queue.taken().await.0.unreturned, attempt);
        queue.lease_passes();
    }
    assert_eq!(run_until_idle(&queue.services).await.unwrap(), 1);
    let ended = queue.now().await;
    assert_eq!((ended.status, ended.counts, queue.used().await), (Status::Failed, false, 0));
    assert!(matches!(ended.note, Some(Note::Internal { .. })));
    assert_eq!(to_score(&queue.services).await, (0, 0));
    assert_eq!(queue.services.db.dead_jobs(10).await.unwrap(), []);
}

#[both]
async fn a_job_that_came_back_is_not_suspected_however_often(store: Store) {
    let queue = Queue::of_one(&store).await;
    for _ in 0..2 * CLAIMS {
        let (claim, _) = queue.taken().await;
        assert_eq!(claim.unreturned, 1);
        release(&queue.services, &claim).await.unwrap();
    }
    assert_eq!(run_until_idle(&queue.services).await.unwrap(), 1);
    assert_eq!(queue.now().await.status, Status::Scored);
}

#[both]
async fn a_suspected_submission_waits_until_nothing_else_is_scored_beside_it(store: Store) {
    let queue = Queue::of_one(&store).await;
    for _ in 0..=TRUSTED {
        queue.taken().await;
        queue.lease_passes();
    }
    let other = queue.services.alone.read().await;
    assert_eq!(run_until_idle(&queue.services).await.unwrap(), 0);
    drop(other);
    assert_eq!(run_until_idle(&queue.services).await.unwrap(), 1);
    assert_eq!(queue.now().await.status, Status::Scored);
}

/// Until a worker waits for the moment in which nothing else is scored: from then on nobody else begins.
async fn waited_for(services: &Services) {
    while services.alone.try_read().is_ok() {
        tokio::task::yield_now().await;
    }
}

#[both]
async fn a_suspect_that_has_waited_a_minute_comes_before_all_others_and_they_wait_for_it(store: Store) {
    let queue = Queue::of_one(&store).await;
    let services = &queue.services;
    for _ in 0..=TRUSTED {
        queue.taken().await;
        queue.lease_passes();
    }
    let other = queue.another().await;
    let (_running, mut stop) = watch::channel(false);
    assert!(run_one(services, Pool::Quick, &mut stop).await.unwrap().is_some());
    assert_eq!(queue.now().await.status, Status::Scoring, "not yet, {}", store.name);
    assert_eq!(queue.status(&other).await, Status::Scored);

    let other = queue.another().await;
    services.clock.advance(OVERDUE);
    // Something is being scored beside it, and comes to its end.
    let scoring = services.alone.read().await;
    let ends = async {
        waited_for(services).await;
        drop(scoring);
    };
    let (taken, ()) = tokio::join!(run_one(services, Pool::Quick, &mut stop), ends);
    assert!(taken.unwrap().is_some());
    assert_eq!(queue.now().await.status, Status::Scored);
    assert_eq!(queue.status(&other).await, Status::Queued);
}

#[both]
async fn a_worker_that_is_asked_to_stop_while_it_waits_takes_nothing(store: Store) {
    let queue = Queue::of_one(&store).await;
    for _ in 0..=TRUSTED {
        queue.taken().await;
        queue.lease_passes();
    }
    queue.services.clock.advance(OVERDUE);
    let (stopping, mut stop) = watch::channel(false);
    let scoring = queue.services.alone.read().await;
    let asked = async {
        waited_for(&queue.services).await;
        stopping.send(true).unwrap();
        drop(scoring);
    };
    let (taken, ()) = tokio::join!(run_one(&queue.services, Pool::Quick, &mut stop), asked);
    assert!(taken.unwrap().is_none());
    assert_eq!(queue.now().await.status, Status::Scoring, "taken once more it would be scored, {}", store.name);
}

/// A file that nobody who opens it gets anything of, until [`Held::let_go`].
struct Held(std::path::PathBuf);

impl Held {
    fn hold(path: std::path::PathBuf) -> Self {
        std::fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        Self(path)
    }

    /// Whoever waits gets an empty file.
    async fn let_go(self) {
        tokio::task::spawn_blocking(|| std::fs::write(self.0, "")).await.unwrap().unwrap();
    }
}

#[both]
async fn what_is_slow_does_not_hold_up_scoring(store: Store) {
    let queue = Queue::of_one(&store).await;
    let services = &queue.services;
    run_until_idle(services).await.unwrap();
    // A contest that is over: how certain its ranking is, is a job, and that one goes on and on.
    let over = demo_competition(services, "digits").await;
    let folder = store.folder.path().join("files/solutions").join(over.id.to_string());
    let held = Held::hold(std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path());
    let (stopping, stop) = watch::channel(false);
    let workers = tokio::spawn(run(services.clone(), 1, stop));
    let is_running = async || {
        let tallies = tallies(services).await.unwrap();
        tallies.iter().any(|tally| tally.kind == JobKind::Certainty.key() && tally.running == 1)
    };
    let goes_on = async {
        while !is_running().await {
            tokio::task::yield_now().await;
        }
        for _ in 0..2 {
            let submission = queue.another().await;
            while queue.status(&submission).await != Status::Scored {
                tokio::task::yield_now().await;
            }
        }
    };
    let in_time = tokio::time::timeout(Duration::from_mins(1), goes_on).await;
    assert!(in_time.is_ok() && is_running().await, "{}", store.name);
    stopping.send(true).unwrap();
    workers.await.unwrap();
    assert!(!is_running().await, "it is given back at once");
    held.let_go().await;
}
