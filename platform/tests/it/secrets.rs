//! What is private stays so: the split, the labels and the scores, whatever is submitted. On both databases.

use both::both;
use bytes::Bytes;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::User;
use domain::competitions::Competition;
use domain::leaderboards::Side;
use domain::scores::published;
use domain::submissions::{Note, Status, Submission};
use domain::teams::Team;
use platform::competitions::import;
use platform::leaderboards::certainty;
use platform::leaderboards::commitments;
use platform::submissions::Upload;
use platform::testing::{Store, by, noon, team_of_two};
use platform::{Services, jobs, leaderboards, submissions};
use scoring::Lang;

use crate::common::{again, behind_the_back, competition_folder, upload};

/// Rows 1 to 5 are public, 6 to 10 private; the private truth is another in each of two contests.
const PUBLIC: [f64; 5] = [0.5, 2.0, 0.5, 3.0, 1.0];
const PRIVATE: [[f64; 5]; 2] = [[0.5, 0.5, 2.0, 2.0, 0.25], [2.0, 0.25, 0.5, 4.0, 2.0]];
const METRICS: [&str; 3] = [
    "id = \"rmse\"\nsecondary = [{ id = \"pearson\" }]",
    "id = \"pearson\"",
    "id = \"mape\"\nsecondary = [{ id = \"rmse\" }]",
];

struct Contest {
    services: Services,
    competition: Competition,
    team: Team,
    leader: User,
}

/// A contest with this metric and this private truth, and a team in it.
async fn contest(store: &Store, slug: &str, metric: &str, private: [f64; 5]) -> Contest {
    let services = store.services(noon()).await;
    let folder = store.folder.path().join(slug);
    let truth = PUBLIC.iter().map(|truth| (truth, "Public")).chain(private.iter().map(|truth| (truth, "Private")));
    let rows = (1..).zip(truth).map(|(row, (truth, usage))| format!("q{row},{truth},{usage}\n"));
    let solution = format!("id,y,usage\n{}", rows.collect::<String>());
    competition_folder(&folder, metric, &solution, &file(&[1.0; 10]), "");
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let (team, leader, _) = team_of_two(&services, &competition, slug).await;
    Contest { services, competition, team, leader }
}

fn file(predictions: &[f64; 10]) -> String {
    let rows = (1..).zip(predictions).map(|(row, prediction)| format!("q{row},{prediction:e}\n"));
    format!("id,y\n{}", rows.collect::<String>())
}

/// All that its team can see of a submission and of what it cost, but for what is new each time: ids, times, the file itself.
#[derive(Debug, PartialEq)]
struct Seen {
    shown: serde_json::Value,
    sentences: Option<[String; 2]>,
    used: i64,
    leaderboard: Vec<(f64, i64)>,
    version: i64,
}

impl Contest {
    async fn submit(&self, predictions: &[f64; 10]) -> Submission {
        let upload = Upload { bytes: Bytes::from(file(predictions)), ..upload("svc.csv") };
        let Self { services, competition, team, leader } = self;
        let accepted = submissions::accept(services, competition, team, &by(leader), upload).await.unwrap();
        jobs::run_until_idle(services).await.unwrap();
        submissions::get(services, accepted.submission.id.0, &by(leader)).await.unwrap().1
    }

    async fn seen(&self, predictions: &[f64; 10]) -> Seen {
        let submission = self.submit(predictions).await;
        let competition = again(&self.services, &self.competition).await;
        let stage = competition.current_stage(self.services.clock.now()).unwrap();
        let leaderboard = leaderboards::get(&self.services, &competition, stage, Side::Public).await.unwrap();
        let quota = submissions::quota(&self.services, &competition, &self.team, &by(&self.leader)).await.unwrap();
        let mut shown = serde_json::to_value(&submission).unwrap();
        for own in ["id", "stage_id", "team_id", "user_id", "user_name", "sha256", "bytes"] {
            shown.as_object_mut().unwrap().remove(own);
        }
        Seen {
            shown,
            sentences: submission.note.as_ref().map(sentences),
            used: quota.used.total,
            leaderboard: leaderboard.rows.iter().map(|row| (row.score, row.submissions)).collect(),
            version: stage.leaderboard_version,
        }
    }
}

fn sentences(note: &Note) -> [String; 2] {
    let Note::Metric { error } = note else { panic!("{note:?}") };
    [Lang::Ko, Lang::En].map(|lang| format!("{} {}", error.message(lang), error.fix(lang)))
}

/// What someone would submit who wants to know more than they should: nothing told apart, one row alone, one row beyond bounds.
fn probes() -> Vec<[f64; 10]> {
    let mut probes = vec![[0.0; 10], [1.0; 10]];
    for row in 0..10 {
        for value in [1.0, 1.7e308] {
            let mut probe = [0.0; 10];
            probe[row] = value;
            probes.push(probe);
        }
    }
    probes
}

#[both]
async fn nothing_a_team_sees_before_the_reveal_depends_on_a_private_label(store: Store) {
    for (at, metric) in METRICS.iter().enumerate() {
        let one = contest(&store, &format!("one-{at}"), metric, PRIVATE[0]).await;
        let other = contest(&store, &format!("other-{at}"), metric, PRIVATE[1]).await;
        for probe in probes() {
            assert_eq!(one.seen(&probe).await, other.seen(&probe).await, "{} {metric} {probe:?}", store.name);
        }
    }
}

#[both]
async fn what_is_predicted_for_private_rows_shows_nowhere_and_every_probe_costs_the_same(store: Store) {
    for (at, metric) in METRICS.iter().enumerate() {
        let plain = contest(&store, &format!("plain-{at}"), metric, PRIVATE[0]).await;
        let probed = contest(&store, &format!("probed-{at}"), metric, PRIVATE[0]).await;
        for (times, probe) in (1..).zip(probes()) {
            // The same to the public rows, and the truth to the others: a harmless file.
            let mut harmless = probe;
            harmless[5..].copy_from_slice(&PRIVATE[0]);
            let seen = probed.seen(&probe).await;
            assert_eq!(seen, plain.seen(&harmless).await, "{} {metric} {probe:?}", store.name);
            assert_eq!(seen.used, times, "{} {metric} {probe:?}", store.name);
            for sentence in seen.sentences.iter().flatten() {
                let told = ["공개", "구간", "ublic", "rivate", "part"].iter().any(|word| sentence.contains(word));
                assert!(!told, "{sentence}");
            }
        }
    }
}

#[both]
async fn a_private_part_without_a_score_is_told_with_the_results_and_not_before(store: Store) {
    let contest = contest(&store, "quiet", METRICS[1], PRIVATE[0]).await;
    let mut probe = [0.0; 10];
    probe[0] = 1.0;
    let before = contest.submit(&probe).await;
    assert_eq!((before.status, before.counts, &before.note), (Status::Scored, true, &None));
    assert!(before.public_score.is_some() && before.private_score.is_none());
    let right = contest.submit(&[0.5, 2.0, 0.5, 3.0, 1.0, 0.5, 0.5, 2.0, 2.0, 0.3]).await;

    let stage = contest.competition.current_stage(noon()).unwrap();
    contest.services.clock.set(stage.private_opens_at().unwrap());
    let of = async |id| submissions::get(&contest.services, id, &by(&contest.leader)).await.unwrap().1;
    assert_eq!(of(before.id.0).await.note, Some(Note::NoPrivate));
    let right = of(right.id.0).await;
    assert!(right.note.is_none() && right.private_score.is_some());
    let competition = again(&contest.services, &contest.competition).await;
    let stage = competition.current_stage(contest.services.clock.now()).unwrap();
    let leaderboard = leaderboards::get(&contest.services, &competition, stage, Side::Private).await.unwrap();
    assert_eq!(leaderboard.rows.iter().map(|row| row.best).collect::<Vec<_>>(), [right.id]);
}

#[both]
async fn a_secondary_metric_without_a_value_fails_nothing_not_even_a_baseline(store: Store) {
    let services = store.services(noon()).await;
    let folder = store.folder.path().join("constant");
    let solution = "id,y,usage\nq1,1,Public\nq2,2,Public\nq3,1,Private\nq4,3,Private\n";
    let sample = "id,y\nq1,1\nq2,1\nq3,1\nq4,1\n";
    competition_folder(&folder, METRICS[0], solution, sample, "");
    std::fs::create_dir_all(folder.join("submissions")).unwrap();
    std::fs::write(folder.join("submissions/mean.csv"), sample).unwrap();
    std::fs::write(folder.join("teams.toml"), "[[baseline]]\nname = { ko = \"평균\" }\nfile = \"mean.csv\"\n").unwrap();
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let constant = Upload { bytes: Bytes::from(sample), ..upload("svc.csv") };
    let half = Upload { bytes: Bytes::from("id,y\nq1,1\nq2,2\nq3,1\nq4,1\n"), ..upload("svc.csv") };
    for upload in [constant, half] {
        submissions::accept(&services, &competition, &team, &by(&leader), upload).await.unwrap();
        jobs::run_until_idle(&services).await.unwrap();
    }
    let stage = competition.current_stage(noon()).unwrap();
    services.clock.set(stage.private_opens_at().unwrap());
    let (rows, _) = submissions::list(&services, &competition, &team, &by(&leader), 10, 0).await.unwrap();
    let [half, constant] = rows.as_slice() else { panic!("two submissions") };
    assert_eq!(constant.public_score, Some(published(0.5_f64.sqrt(), 5)));
    assert!(constant.secondary_public.is_empty() && constant.secondary_private.is_empty(), "{constant:?}");
    assert_eq!((half.secondary_public.len(), half.secondary_private.len()), (1, 0), "{half:?}");
    assert!(half.private_score.is_some() && half.note.is_none());
    for side in [Side::Public, Side::Private] {
        let leaderboard = leaderboards::get(&services, &competition, stage, side).await.unwrap();
        assert!(leaderboard.baselines[0].secondary.is_empty() && leaderboard.rows.len() == 1);
    }
}

#[both]
async fn a_solution_without_a_public_row_is_refused_for_its_private_score_would_be_the_public_one(store: Store) {
    let services = store.services(noon()).await;
    let folder = store.folder.path().join("all-private");
    let solution = "id,y,usage\nq1,1,Private\nq2,2,Private\n";
    competition_folder(&folder, "id = \"rmse\"", solution, "id,y\nq1,1\nq2,1\n", "");
    let refused = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap_err().to_string();
    assert!(refused.contains("solution.csv: No row is Public"), "{refused}");
}

#[both]
async fn nothing_is_revealed_while_a_stage_that_was_extended_takes_submissions(store: Store) {
    let contest = contest(&store, "extended", "id = \"rmse\"", PRIVATE[0]).await;
    contest.submit(&[1.0; 10]).await;
    // The end was moved beyond the reveal, or the reveal before the end.
    behind_the_back(&store.db, "UPDATE stages SET reveal_at = starts_at WHERE takes_submissions").await;
    let competition = again(&contest.services, &contest.competition).await;
    let stage = competition.current_stage(noon()).unwrap();
    let is_open = async || {
        let services = &contest.services;
        jobs::run_until_idle(services).await.unwrap();
        let (rows, _) =
            submissions::list(services, &competition, &contest.team, &by(&contest.leader), 10, 0).await.unwrap();
        let hidden = |error: platform::Error| assert_eq!(error.code(), Some(ErrorCode::PrivateNotRevealed));
        [
            leaderboards::get(services, &competition, stage, Side::Private).await.map_err(hidden).is_ok(),
            rows[0].private_score.is_some(),
            commitments::of_stage(services, stage).await.unwrap().unwrap().opening.is_some(),
            certainty::get(services, &competition, stage).await.map_err(hidden).is_ok(),
        ]
    };
    assert_eq!(is_open().await, [false; 4]);
    contest.services.clock.set(stage.ends_at.unwrap() - chrono::Duration::microseconds(1));
    assert_eq!(is_open().await, [false; 4]);
    contest.services.clock.set(stage.ends_at.unwrap());
    assert_eq!(is_open().await, [true; 4]);
}
