//! Metrics of an organizer's own, from the folder to the board, on both databases.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use domain::ErrorCode;
use domain::submission::{Note, Status};
use platform::submissions::Upload;
use platform::testing::{demo_folder, stores};
use platform::{import, jobs, submissions};
use scoring::MetricError;
use scoring::metric::{Fault, Problem};

use crate::common::{noon, team_of_two, upload};

/// The breast-cancer folder, its manifest and its component changed.
fn folder(at: &Path, manifest: impl Fn(String) -> String, component: impl Fn(Vec<u8>) -> Vec<u8>) -> PathBuf {
    let folder = at.join("breast-cancer");
    copy(&demo_folder("breast-cancer"), &folder);
    let (settings, wasm) = (folder.join("competition.toml"), folder.join("clinical_utility.wasm"));
    std::fs::write(&settings, manifest(std::fs::read_to_string(&settings).unwrap())).unwrap();
    std::fs::write(&wasm, component(std::fs::read(&wasm).unwrap())).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, target) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::write(target, std::fs::read(path).unwrap()).unwrap();
        }
    }
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

#[tokio::test]
async fn a_submission_on_which_the_metric_fails_is_a_failure_of_its_own_and_the_worker_goes_on() {
    for store in stores().await {
        let services = store.services(noon()).await;
        let folder = folder(&store.folder.path().join("in"), dear, |wasm| wasm);
        let competition = import::import(&services, &folder, None).await.unwrap();
        let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
        let everyone = std::fs::read_to_string(folder.join("sample_submission.csv")).unwrap().replace(",0.5", ",1");
        let all_ones = Upload { bytes: Bytes::from(everyone), ..upload("svc.csv") };
        let nobody = Bytes::from(std::fs::read(folder.join("sample_submission.csv")).unwrap());
        let nobody = Upload { bytes: nobody, ..upload("svc.csv") };
        for upload in [all_ones, nobody] {
            submissions::accept(&services, &competition, &team, &leader, upload).await.unwrap();
        }
        assert_eq!(jobs::run_until_idle(&services).await.unwrap(), 2);
        let (rows, _) = submissions::list(&services, &competition, &team, &leader, 10, 0).await.unwrap();
        let [good, bad] = rows.as_slice() else { panic!("two submissions") };
        assert_eq!((good.status, good.public_score), (Status::Scored, Some(0.0)), "{}", store.name);
        assert_eq!((bad.status, bad.public_score, bad.counts), (Status::Failed, None, false), "{}", store.name);
        let Some(Note::Metric { error: MetricError { problem, .. } }) = &bad.note else { panic!("{:?}", bad.note) };
        let fault = Fault::NotFinite { name: "score".to_owned() };
        assert_eq!(*problem, Problem::Custom { metric: "clinical_utility".to_owned(), fault });
    }
}

#[tokio::test]
async fn a_component_that_this_machine_cannot_run_now_is_tried_again_and_the_submission_is_scored() {
    for store in stores().await {
        let services = store.services(noon()).await;
        let folder = folder(&store.folder.path().join("in"), dear, |wasm| wasm);
        let competition = import::import(&services, &folder, None).await.unwrap();
        let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
        let bytes = Bytes::from(std::fs::read(folder.join("sample_submission.csv")).unwrap());
        submissions::accept(&services, &competition, &team, &leader, Upload { bytes, ..upload("svc.csv") })
            .await
            .unwrap();
        let components = store.folder.path().join("files/components");
        let stored = std::fs::read_dir(components).unwrap().next().unwrap().unwrap().path();
        let whole = std::fs::read(&stored).unwrap();
        std::fs::write(&stored, "half of it").unwrap();
        let worker = store.services(noon()).await;
        let status =
            async || submissions::list(&services, &competition, &team, &leader, 1, 0).await.unwrap().0[0].status;
        assert_eq!(jobs::run_until_idle(&worker).await.unwrap(), 1);
        assert!(!status().await.finished(), "{:?} on {}", status().await, store.name);
        std::fs::write(&stored, whole).unwrap();
        worker.clock.advance(chrono::TimeDelta::minutes(1));
        assert_eq!(jobs::run_until_idle(&worker).await.unwrap(), 1);
        assert_eq!(status().await, Status::Scored, "{}", store.name);
    }
}

#[tokio::test]
async fn a_folder_whose_component_is_wrong_is_refused_by_its_name_and_nothing_is_made() {
    for store in stores().await {
        let services = store.services(noon()).await;
        let keep = |manifest: String| manifest;
        let sha256 = format!("component = \"clinical_utility.wasm\"\nsha256 = \"{}\"", "0".repeat(64));
        let cases: [(&str, PathBuf); 5] = [
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
            ("reads other columns than the ranking metric", {
                let numbers = |m: String| m.replace("task = \"probability\"", "task = \"number\"");
                folder(&store.folder.path().join("e"), numbers, |wasm| wasm)
            }),
        ];
        for (what, folder) in cases {
            let refused = import::import(&services, &folder, None).await.unwrap_err().to_string();
            assert!(refused.contains(what) && !refused.contains('\n'), "{refused}");
            let missing = platform::competitions::get(&services, "breast-cancer").await.unwrap_err();
            assert_eq!(missing.code(), Some(ErrorCode::NotFound), "{}", store.name);
        }
    }
}

#[tokio::test]
async fn the_component_of_a_competition_that_exists_cannot_be_exchanged() {
    for store in stores().await {
        let services = store.services(noon()).await;
        import::import(&services, &demo_folder("breast-cancer"), None).await.unwrap();
        let other = folder(&store.folder.path().join("in"), |manifest| manifest, exchanged);
        let refused = import::import(&services, &other, None).await.unwrap_err().to_string();
        assert!(refused.starts_with("clinical_utility.wasm differs"), "{refused}");
        import::import(&services, &other, Some("another")).await.unwrap();
    }
}
