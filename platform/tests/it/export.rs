//! What is promised about a competition as a folder, on both databases.

use both::both;
use domain::access::Actor;
use domain::competitions::Competition;
use domain::ids::{CompetitionId, StageId};
use domain::leaderboards::Side;
use domain::stages::Stage;
use domain::{Locale, Text};
use std::collections::BTreeMap;
use std::path::Path;

use chrono::Duration;
use platform::competitions::export;
use platform::competitions::import;
use platform::competitions::{self, PAGE_NAMES};
use platform::testing::{Store, demo_competition, demo_folder, noon};
use platform::{Services, leaderboards};

/// Every file below a folder: its path and its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_path_buf()]);
    while let Some(inner) = folders.pop() {
        for entry in std::fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// What two equal competitions have in common: everything but their ids and their address.
async fn content(services: &Services, competition: &Competition) -> impl PartialEq + std::fmt::Debug {
    let stage = |stage: &Stage| Stage {
        id: StageId(uuid()),
        competition_id: CompetitionId(uuid()),
        leaderboard_version: 0,
        ..stage.clone()
    };
    let stages: Vec<_> = competition.stages.iter().map(stage).collect();
    let mut pages = Vec::new();
    for name in PAGE_NAMES {
        for locale in [Locale::Ko, Locale::En] {
            pages.push(competitions::page(services, competition, name, locale).await.unwrap());
        }
    }
    let mut data = Vec::new();
    for file in competitions::data_files(services, competition).await.unwrap().iter() {
        data.push((file.name.clone(), file.is_open, services.files.get(&file.storage_key).await.unwrap()));
    }
    let banner = competitions::banner(services, &competition.slug).await.unwrap();
    // The private leaderboard is read where it is open; the public one always.
    let scored = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
    let leaderboard = leaderboards::get(services, competition, scored, Side::Public).await.unwrap();
    let baselines: Vec<(Text, f64)> = leaderboard.baselines.iter().map(|one| (one.name.clone(), one.score)).collect();
    (competition.settings.clone(), stages, pages, data, banner, baselines)
}

fn uuid() -> uuid::Uuid {
    uuid::Uuid::nil()
}

#[both]
async fn a_competition_exported_and_imported_at_another_time_under_another_name_is_equal(store: Store) {
    let services = store.services(noon()).await;
    for slug in ["breast-cancer", "diabetes", "digits"] {
        let competition = import::import(&services, &Actor::COMMAND, &demo_folder(slug), None).await.unwrap();
        let (first, second) =
            (store.folder.path().join("first").join(slug), store.folder.path().join("second").join(slug));
        let left_out = export::export(&services, &competition, &first).await.unwrap();
        assert!(left_out.is_empty(), "{left_out:?}");

        // Another day: a time that was still relative would have moved.
        let later = services.at(noon() + Duration::days(3));
        let copy = import::import(&later, &Actor::COMMAND, &first, Some(&format!("{slug}-again"))).await.unwrap();
        assert_ne!(copy.id, competition.id);
        let (original, copied) = (content(&later, &competition).await, content(&later, &copy).await);
        assert_eq!(original, copied, "{slug} on {}", store.name);

        // The rest, the solution and what pages are written in, shows in the files.
        export::export(&later, &copy, &second).await.unwrap();
        let (first, original) = (files(&first), files(&demo_folder(slug)));
        assert_eq!(first, files(&second), "{slug} on {}", store.name);
        let same = |name: &&String| {
            ["pages/", "data/", "solution.csv", "sample_", "clinical_utility.wasm"]
                .iter()
                .any(|part| name.starts_with(part))
        };
        for name in original.keys().filter(same) {
            assert_eq!(first.get(name), original.get(name), "{name} of {slug} on {}", store.name);
        }
    }
}

#[both]
async fn an_export_never_writes_into_a_folder_that_has_something_in_it(store: Store) {
    let services = store.services(noon()).await;
    let competition = demo_competition(&services, "diabetes").await;
    let folder = store.folder.path().join("full");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("thesis.tex"), "years of work").unwrap();
    let refused = export::export(&services, &competition, &folder).await.unwrap_err().to_string();
    assert!(refused.contains("full is not empty") && !refused.contains('\n'), "{refused}");
    assert_eq!(files(&folder).into_keys().collect::<Vec<_>>(), ["thesis.tex"]);
}

#[cfg(unix)]
#[both]
async fn only_the_one_who_exports_can_read_the_solution(store: Store) {
    use std::os::unix::fs::PermissionsExt as _;
    let services = store.services(noon()).await;
    let competition = demo_competition(&services, "diabetes").await;
    let folder = store.folder.path().join("out");
    export::export(&services, &competition, &folder).await.unwrap();
    let mode = std::fs::metadata(folder.join("solution.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[both]
async fn how_one_comes_to_take_part_is_exported_question_by_question(store: Store) {
    let services = store.services(noon()).await;
    let folder = platform::testing::dated_folder("breast-cancer", store.folder.path(), noon());
    let path = folder.join("competition.toml");
    let apply = r#"
[idle]
submission_days = 3
activity_days = 2
exclusion = "automatic"

[apply]
mode = "domain"
domains = ["hospital.kr"]
capacity = 60
capacity_of = "teams"
offer_days = 2

[[apply.question]]
key = "motive"
kind = "text"
label = { ko = "참가하는 까닭", en = "Why" }
hint = { ko = "한 문장이면 돼요." }
required = false
max = 300

[[apply.question]]
key = "work"
kind = "choice"
label = { ko = "하는 일" }
choices = [{ ko = "병원", en = "Hospital" }, { ko = "대학" }]

[[apply.question]]
key = "proof"
kind = "file"
label = { ko = "증명서" }
required = false
file_kinds = ["pdf", "hwp"]
file_mb = 3

[[stage]]"#;
    let text = std::fs::read_to_string(&path).unwrap().replacen("\n[[stage]]", apply, 1);
    std::fs::write(&path, text).unwrap();
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(competition.settings.apply.questions.len(), 3);
    let exported = store.folder.path().join("exported");
    export::export(&services, &competition, &exported).await.unwrap();
    let again = import::import(&services, &Actor::COMMAND, &exported, Some("again")).await.unwrap();
    assert_eq!(again.settings.apply, competition.settings.apply, "{}", store.name);
    assert!(competition.settings.idle.is_some() && again.settings.idle == competition.settings.idle);
}
