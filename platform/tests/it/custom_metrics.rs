//! Metrics of an organizer's own, from the folder to the board, on both databases.

use std::path::{Path, PathBuf};

use both::both;
use bytes::Bytes;
use domain::ErrorCode;
use domain::access::Actor;
use domain::submissions::{Note, Status};
use platform::competitions::import;
use platform::submissions::Upload;
use platform::testing::{Store, by, dated_folder, noon, team_of_two};
use platform::{jobs, submissions};
use scoring::MetricError;
use scoring::metric::{Fault, Part, Problem};

use crate::common::upload;

/// The breast-cancer folder, its manifest and its component changed.
fn folder(at: &Path, manifest: impl Fn(String) -> String, component: impl Fn(Vec<u8>) -> Vec<u8>) -> PathBuf {
    let folder = dated_folder("breast-cancer", at, noon());
    let (settings, wasm) = (folder.join("competition.toml"), folder.join("clinical_utility.wasm"));
    std::fs::write(&settings, manifest(std::fs::read_to_string(&settings).unwrap())).unwrap();
    std::fs::write(&wasm, component(std::fs::read(&wasm).unwrap())).unwrap();
    folder
}

/// The same program in another file: a section that says nothing at its end.
fn exchanged(mut wasm: Vec<u8>) -> Vec<u8> {
    wasm.extend([0, 2, 1, b'x']);
    wasm
}

/// It alone ranks, and a false positive costs so much that two have no number.
fn dear(manifest: String) -> String {
    let (head, others) = manifest.split_once("id = \"roc_auc\"\n").unwrap();
    let (_, own) = others.split_once("id = \"clinical_utility\"\n").unwrap();
    let own = own
        .replace("[metric.secondary.custom", "[metric.custom")
        .replace("threshold = \"0.1\"", "threshold = \"0.9\", false_positive = \"1e308\"");
    format!("{head}id = \"clinical_utility\"\n{own}")
}

#[both]
async fn a_submission_on_which_the_metric_fails_is_a_failure_of_its_own_and_the_worker_goes_on(store: Store) {
    let services = store.services(noon()).await;
    let folder = folder(&store.folder.path().join("in"), dear, |wasm| wasm);
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let everyone = std::fs::read_to_string(folder.join("sample_submission.csv")).unwrap().replace(",0.5", ",1");
    let all_ones = Upload { bytes: Bytes::from(everyone), ..upload("svc.csv") };
    let nobody = Bytes::from(std::fs::read(folder.join("sample_submission.csv")).unwrap());
    let nobody = Upload { bytes: nobody, ..upload("svc.csv") };
    for upload in [all_ones, nobody] {
        submissions::accept(&services, &competition, &team, &by(&leader), upload).await.unwrap();
    }
    assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 2);
    let (rows, _) = submissions::list(&services, &competition, &team, &by(&leader), 10, 0).await.unwrap();
    let [good, bad] = rows.as_slice() else { panic!("two submissions") };
    assert_eq!((good.status, good.public_score), (Status::Scored, Some(0.0)));
    assert_eq!((bad.status, bad.public_score, bad.counts), (Status::Failed, None, true));
    let Some(Note::Metric { error: MetricError { problem, .. } }) = &bad.note else { panic!("{:?}", bad.note) };
    let fault = Fault::NotFinite { name: "score".to_owned() };
    assert_eq!(*problem, Problem::Custom { metric: "clinical_utility".to_owned(), fault });
}

#[both]
async fn a_component_that_this_machine_cannot_run_now_is_tried_again_and_the_submission_is_scored(store: Store) {
    let services = store.services(noon()).await;
    let folder = folder(&store.folder.path().join("in"), dear, |wasm| wasm);
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let bytes = Bytes::from(std::fs::read(folder.join("sample_submission.csv")).unwrap());
    submissions::accept(&services, &competition, &team, &by(&leader), Upload { bytes, ..upload("svc.csv") })
        .await
        .unwrap();
    let components = store.folder.path().join("files/components");
    let stored = std::fs::read_dir(components).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&stored).unwrap();
    std::fs::write(&stored, "half of it").unwrap();
    let worker = store.services(noon()).await;
    let status =
        async || submissions::list(&services, &competition, &team, &by(&leader), 1, 0).await.unwrap().0[0].status;
    assert_eq!(jobs::run_until_idle(&worker).await.unwrap(), 1);
    assert!(!status().await.finished(), "{:?} on {}", status().await, store.name);
    std::fs::write(&stored, whole).unwrap();
    worker.clock.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(jobs::run_until_idle(&worker).await.unwrap(), 1);
    assert_eq!(status().await, Status::Scored);
}

#[both]
async fn a_folder_whose_component_is_wrong_is_refused_by_its_name_and_nothing_is_made(store: Store) {
    let services = store.services(noon()).await;
    let keep = |manifest: String| manifest;
    let sha256 = format!("component = \"clinical_utility.wasm\"\nsha256 = \"{}\"", "0".repeat(64));
    let cases: [(&str, PathBuf); 6] = [
        ("it is no WebAssembly file", folder(&store.folder.path().join("a"), keep, |_| b"print(1)".to_vec())),
        ("its SHA-256 is", {
            let pinned = |m: String| m.replace("component = \"clinical_utility.wasm\"", &sha256);
            folder(&store.folder.path().join("b"), pinned, |wasm| wasm)
        }),
        ("a component is a .wasm file beside the settings", {
            let elsewhere = |m: String| m.replace("\"clinical_utility.wasm\"", "\"../clinical_utility.wasm\"");
            folder(&store.folder.path().join("c"), elsewhere, |wasm| wasm)
        }),
        // It breaks off on the sample already.
        ("gave no finite number as “score”", {
            let worthless = |m: String| m.replace("threshold = \"0.1\"", "threshold = \"0.1\", benefit = \"0\"");
            folder(&store.folder.path().join("d"), worthless, |wasm| wasm)
        }),
        // By this direction the truth would lose to the sample.
        ("check direction", {
            let lower = |m: String| m.replace("direction = \"higher\"", "direction = \"lower\"");
            folder(&store.folder.path().join("f"), lower, |wasm| wasm)
        }),
        ("reads other columns than the ranking metric", {
            let numbers = |m: String| m.replace("task = \"probability\"", "task = \"number\"");
            folder(&store.folder.path().join("e"), numbers, |wasm| wasm)
        }),
    ];
    for (what, folder) in cases {
        let refused = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap_err().to_string();
        assert!(refused.contains(what) && !refused.contains('\n'), "{refused}");
        let missing = platform::competitions::get(&services, "breast-cancer").await.unwrap_err();
        assert_eq!(missing.code(), Some(ErrorCode::NotFound));
    }
}

#[both]
async fn the_component_of_a_competition_that_exists_cannot_be_exchanged(store: Store) {
    let services = store.services(noon()).await;
    let first = dated_folder("breast-cancer", &store.folder.path().join("first"), noon());
    import::import(&services, &Actor::COMMAND, &first, None).await.unwrap();
    let other = folder(&store.folder.path().join("in"), |manifest| manifest, exchanged);
    let refused = import::import(&services, &Actor::COMMAND, &other, None).await.unwrap_err().to_string();
    assert!(refused.starts_with("clinical_utility.wasm: This differs"), "{refused}");
    import::import(&services, &Actor::COMMAND, &other, Some("another")).await.unwrap();
}

#[both]
async fn a_component_that_fails_on_private_rows_alone_says_nothing_and_the_submission_counts(store: Store) {
    let services = store.services(noon()).await;
    let folder = folder(&store.folder.path().join("in"), dear, |wasm| wasm);
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let solution = std::fs::read_to_string(folder.join("solution.csv")).unwrap();
    // Two false alarms have no number: in the public part, in the private part, one in each.
    let alarms = |part: [&str; 2]| {
        let mut left = part.to_vec();
        let rows = solution.lines().skip(1).map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let at = left.iter().position(|part| fields[1] == "0" && fields[2] == *part);
            let alarm = at.map(|at| left.remove(at)).is_some();
            format!("{},{}\n", fields[0], u8::from(alarm))
        });
        let rows: String = rows.collect();
        Upload { bytes: Bytes::from(format!("id,malignant\n{rows}")), ..upload("svc.csv") }
    };
    for part in [["Public"; 2], ["Private"; 2]] {
        submissions::accept(&services, &competition, &team, &by(&leader), alarms(part)).await.unwrap();
        jobs::run_until_idle(&services).await.unwrap();
    }
    let (rows, _) = submissions::list(&services, &competition, &team, &by(&leader), 10, 0).await.unwrap();
    let [private, public] = rows.as_slice() else { panic!("two submissions") };
    assert_eq!((public.status, public.counts), (Status::Failed, true));
    let Some(Note::Metric { error }) = &public.note else { panic!("{:?}", public.note) };
    assert_eq!(error.part, Part::All, "which part it was is not said");
    assert_eq!((private.status, private.counts, &private.note), (Status::Scored, true, &None));
    assert_eq!((private.public_score, private.private_score), (Some(0.0), None));
    let quota = submissions::quota(&services, &competition, &team, &by(&leader)).await.unwrap();
    assert_eq!(quota.used.total, 2);
}

#[both]
async fn a_component_that_cannot_be_started_is_our_fault_and_the_quota_is_given_back(store: Store) {
    let services = store.services(noon()).await;
    let folder = folder(&store.folder.path().join("in"), dear, |wasm| wasm);
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    for kept in std::fs::read_dir(store.folder.path().join("files/components")).unwrap() {
        std::fs::write(kept.unwrap().path(), b"spoilt").unwrap();
    }
    let id = submissions::accept(&services, &competition, &team, &by(&leader), upload("svc.csv"))
        .await
        .unwrap()
        .submission
        .id;
    let now = async || submissions::get(&services, id.0, &by(&leader)).await.unwrap().1;
    jobs::run_until_idle(&services).await.unwrap();
    assert!(!now().await.status.finished(), "{}: it is tried again", store.name);
    for _ in 0..4 {
        services.clock.advance(chrono::Duration::minutes(1));
        jobs::run_until_idle(&services).await.unwrap();
    }
    let failed = now().await;
    assert_eq!((failed.status, failed.counts), (Status::Failed, false));
    assert!(matches!(failed.note, Some(Note::Internal { .. })), "{:?}", failed.note);
}
