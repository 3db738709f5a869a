//! What is promised about a folder that is imported, and imported again.

use std::path::{Path, PathBuf};

use both::both;
use domain::access::Actor;
use domain::{ErrorCode, Locale};
use platform::competitions::import;
use platform::competitions::import::{ChangeKind, Imported};
use platform::competitions::{data_files, download};
use platform::testing::{Store, by, dated_folder, noon, team_of_two};
use platform::{Error, Services, competitions};
use scoring::Lang;

use crate::common::{again, behind_the_back, stored, submit_and_score};

/// The folder of the open competition on a store.
fn folder(store: &Store) -> PathBuf {
    folder_in(store, "")
}

/// One of several, without the component: compiling it is what takes long.
pub(crate) fn folder_in(store: &Store, within: &str) -> PathBuf {
    let folder = dated_folder("breast-cancer", &store.folder.path().join(within), noon());
    change(&folder.join("competition.toml"), |text| {
        let (head, rest) = text.split_once("# A metric of the organizer's own").unwrap();
        format!("{head}[columns]{}", rest.split_once("[columns]").unwrap().1)
    });
    std::fs::remove_file(folder.join("clinical_utility.wasm")).unwrap();
    folder
}

fn change(path: &Path, change: impl Fn(&str) -> String) {
    let text = std::fs::read_to_string(path).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed, "{}", path.display());
    std::fs::write(path, changed).unwrap();
}

/// The manifest with one text instead of another.
pub(crate) fn manifest(folder: &Path, from: &str, to: &str) {
    change(&folder.join("competition.toml"), |text| text.replacen(from, to, 1));
}

pub(crate) async fn refused(services: &Services, folder: &Path) -> String {
    match import::run(services, &Actor::COMMAND, folder, None).await.unwrap_err() {
        Error::Folder(problems) => problems.listing(Lang::En),
        other => panic!("{other}"),
    }
}

fn names(imported: &Imported, kind: ChangeKind) -> Vec<&str> {
    let changes = imported.changes.iter().filter(|change| change.kind == kind);
    changes.map(|change| change.what.get(Lang::En)).collect()
}

#[both]
async fn what_a_folder_no_longer_has_is_gone_after_the_next_import_which_says_so(store: Store) {
    let (services, folder) = (store.services(noon()).await, folder(&store));
    let labels = folder.join("data/labels.csv");
    std::fs::write(&labels, "id,malignant\nP4210,1\n").unwrap();
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    submit_and_score(&services, &competition, &team, &leader, "svc.csv").await;
    let stored = download(&services, &competition, "labels.csv", &by(&leader)).await.unwrap().storage_key;

    for gone in ["data/labels.csv", "pages/rules.en.md", "banner.svg"] {
        std::fs::remove_file(folder.join(gone)).unwrap();
    }
    change(&folder.join("competition.toml"), |text| {
        text[..text.find("[[stage]]\nkey = \"results\"").unwrap()].to_owned()
    });
    std::fs::write(folder.join("data/extra.csv"), "a\n1\n").unwrap();
    change(&folder.join("pages/data.ko.md"), |text| format!("{text}\n한 줄 더.\n"));
    let imported = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(names(&imported, ChangeKind::Added), ["data/extra.csv"]);
    assert_eq!(names(&imported, ChangeKind::Changed), ["pages/data.ko.md"]);
    assert_eq!(
        names(&imported, ChangeKind::Removed),
        ["stage results", "data/labels.csv", "pages/rules.en.md", "banner.svg"]
    );
    assert!(imported.listing(Lang::Ko).contains("\n지움: 단계 ‘결과 발표·시상’(results), data/labels.csv, "));

    let now = again(&services, &competition).await;
    let files = data_files(&services, &now).await.unwrap();
    let files: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(files, ["extra.csv", "sample_submission.csv", "test.csv", "train.csv"]);
    let gone = download(&services, &now, "labels.csv", &by(&leader)).await.unwrap_err();
    assert_eq!(gone.code(), Some(ErrorCode::NotFound));
    assert!(services.files.get(&stored).await.is_err(), "its bytes are gone too");
    let page = |locale| competitions::page(&services, &now, "rules", locale);
    assert_eq!(page(Locale::En).await.unwrap(), page(Locale::Ko).await.unwrap());
    assert_eq!(competitions::banner(&services, &now.slug).await.unwrap_err().code(), Some(ErrorCode::NotFound));
    assert!(!now.has_banner && now.stages.iter().all(|stage| stage.key != "results"));
    // The submission stays.
    assert_eq!(now.stages[1].leaderboard_version, 1);
}

#[both]
async fn importing_the_same_folder_again_changes_nothing(store: Store) {
    let (services, folder) = (store.services(noon()).await, folder(&store));
    let first = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert!(first.is_new && first.changes.is_empty());
    let second = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!((second.changes.len(), second.is_new), (0, false));
    assert_eq!(second.competition, first.competition);
    for file in data_files(&services, &second.competition).await.unwrap().iter() {
        assert!(services.files.get(&file.storage_key).await.is_ok());
    }
}

#[both]
async fn what_scores_were_given_by_cannot_change_and_a_refused_import_changes_nothing(store: Store) {
    let services = store.services(noon()).await;
    let original = import::import(&services, &Actor::COMMAND, &folder(&store), None).await.unwrap();
    let cases: [(&str, &str, &str, &str); 7] = [
        ("solution.csv", "P4210,1", "P4210,0", "differs from the solution submissions were scored with"),
        ("competition.toml", "id = \"roc_auc\"", "id = \"brier\"", "The metric of a competition that exists"),
        ("competition.toml", "specificity = \"0.9\"", "specificity = \"0.8\"", "The metric of a competition"),
        (
            "competition.toml",
            "[[stage]]",
            "[[stage]]\nkey = \"new\"\nname = { ko = \"새\" }\nstarts = \"2027-01-01T00:00:00Z\"\n\n[[stage]]",
            "stage “new” is new",
        ),
        (
            "competition.toml",
            "key = \"qualifier\"",
            "key = \"final\"",
            "“qualifier” takes submissions and cannot be dropped",
        ),
        ("competition.toml", "submissions = false", "submissions = true", "Exactly one [[stage]]"),
        ("competition.toml", "id = \"id\"", "id = \"name\"", "name"),
    ];
    for (at, (file, from, to, why)) in cases.into_iter().enumerate() {
        let folder = folder_in(&store, &at.to_string());
        change(&folder.join(file), |text| text.replacen(from, to, 1));
        std::fs::remove_file(folder.join("data/train.csv")).unwrap();
        let told = refused(&services, &folder).await;
        assert!(told.contains(why), "{told}");
        assert_eq!(again(&services, &original).await, original);
        assert_eq!(data_files(&services, &original).await.unwrap().len(), 3);
    }
    // Renamed in every file, so that only the stored columns stand in the way.
    let folder = folder_in(&store, "columns");
    manifest(&folder, "target = [\"malignant\"]", "target = [\"label\"]");
    std::fs::remove_file(folder.join("teams.toml")).unwrap();
    for file in ["solution.csv", "sample_submission.csv"] {
        change(&folder.join(file), |text| text.replacen("malignant", "label", 1));
    }
    assert!(refused(&services, &folder).await.contains("The columns of a competition that exists"));
    // The stage that takes submissions is the one it was.
    let folder = folder_in(&store, "other");
    change(&folder.join("competition.toml"), |text| {
        text.replacen("submissions = true", "submissions = none", 1)
            .replacen("submissions = false", "submissions = true", 1)
            .replacen("submissions = none", "submissions = false", 1)
    });
    assert!(refused(&services, &folder).await.contains("submissions of the stage “application” cannot change"));
}

#[both]
async fn the_solution_saved_by_another_program_is_the_same_solution(store: Store) {
    let (services, folder) = (store.services(noon()).await, folder(&store));
    let original = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let key = platform::leaderboards::commitments::of_stage(&services, &original.stages[1]).await.unwrap();
    change(&folder.join("solution.csv"), |text| {
        let (header, rows) = text.split_once('\n').unwrap();
        rows.lines().rev().fold(format!("\u{feff}{header}\r\n"), |text, row| format!("{text}{row}\r\n"))
    });
    let imported = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert!(imported.changes.is_empty(), "{:?}", imported.changes);
    assert_eq!(
        platform::leaderboards::commitments::of_stage(&services, &imported.competition.stages[1]).await.unwrap(),
        key
    );
}

#[both]
async fn times_counted_from_today_are_for_a_new_competition_only(store: Store) {
    let services = store.services(noon()).await;
    let folder = platform::testing::demo_folder("breast-cancer");
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let later = services.at(noon() + chrono::Duration::days(7));
    let told = refused(&later, &folder).await;
    assert!(told.starts_with("9 things are wrong with the folder; nothing was changed.\n"), "{told}");
    let line = "\"+12d 18:00\" is counted from the day of the import and would move a competition that exists; \
        its present value is ends = \"2026-12-03T18:00:00+09:00\"";
    assert!(told.contains(line) && told.contains("competition.toml:69: "), "{told}");
    assert_eq!(again(&services, &competition).await, competition);
}

#[both]
async fn private_scores_never_open_while_submissions_are_taken(store: Store) {
    let (services, folder) = (store.services(noon()).await, folder(&store));
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    // With the line after it: it is the stage that takes submissions.
    let ends = "ends = \"2026-12-03T09:00:00+00:00\"\nreveal";
    // The end is moved, and the reveal forgotten.
    manifest(&folder, ends, "ends = \"2026-12-06T18:00:00+09:00\"\nreveal");
    let told = refused(&services, &folder).await;
    assert!(told.contains("Private scores would be open while submissions are taken"), "{told}");
    let text = std::fs::read_to_string(folder.join("competition.toml")).unwrap();
    let line = text.lines().position(|line| line.starts_with("reveal")).unwrap() + 1;
    assert!(told.contains(&format!("competition.toml:{line}: ")), "{told}");
    assert!(told.ends_with("reveal = \"2026-12-06T18:00:00+09:00\""), "{told}");
    manifest(&folder, "ends = \"2026-12-06T18:00:00+09:00\"\n", "");
    let told = refused(&services, &folder).await;
    assert!(told.contains("A stage without an end would show its private scores"), "{told}");
    assert_eq!(again(&services, &competition).await, competition);
}

#[both]
async fn every_key_that_is_not_known_is_named_and_everything_is_told_at_once(store: Store) {
    let (services, folder) = (store.services(noon()).await, folder(&store));
    change(&folder.join("competition.toml"), |text| {
        let head = &text[..text.find("[[stage]]").unwrap()];
        let head = head.replacen("zone =", "file_mbs = 3\nzone =", 1).replacen("per_day = 10", "per_dya = 3", 1);
        let head = head.replacen("final_selection = 2", "final_selection = 2\nfinal_selections = 1", 1);
        format!(
            "{head}[[stage]]\nkey = \"main\"\nname = {{ ko = \"본선\" }}\nstarts = \"2026-11-01T00:00:00+09:00\"\n\
             end = \"2026-11-02T00:00:00+09:00\"\nreveals = \"2026-11-03T00:00:00+09:00\"\nsubmissions = true\n"
        )
    });
    let error = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap_err();
    let Error::Folder(problems) = error else { panic!("{error}") };
    let told = problems.listing(Lang::En);
    for (key, meant) in [
        ("file_mbs", "file_mb"),
        ("per_dya", "per_day"),
        ("final_selections", "final_selection"),
        ("end", "ends"),
        ("reveals", "reveal"),
    ] {
        assert!(told.contains(&format!("There is no key “{key}”. Did you mean “{meant}”?")), "{key} in {told}");
    }
    assert_eq!(problems.0.len(), 5, "{told}");
    assert!(problems.listing(Lang::Ko).contains("‘end’ 항목은 없어요. ‘ends’를 쓰려던 건가요?"));
    assert_eq!(competitions::get(&services, "breast-cancer").await.unwrap_err().code(), Some(ErrorCode::NotFound));
}

#[tokio::test]
async fn a_number_out_of_its_range_is_refused_with_the_range() {
    let store = platform::testing::sqlite().await;
    let services = store.services(noon()).await;
    for (at, (from, to, why)) in [
        ("per_day = 10", "per_day = 0", "It is 0; it may be 1 to"),
        ("total = 200", "total = -1", "It is -1"),
        ("in_flight = 2", "in_flight = 0", "It is 0"),
        ("per_day = 10", "min_interval_seconds = 604801", "It is 604801; it may be 0 to 604800."),
        ("zone =", "file_mb = 501\nzone =", "It is 501; it may be 1 to 500."),
        ("min = 2", "min = 5", "It is 4; it may be 5 to 100."),
        ("max = 4", "max = 101", "It is 101"),
        ("final_selection = 2", "final_selection = 0", "It is 0"),
        ("[team]", "[apply]\ncapacity = 0\n[team]", "It is 0; it may be 1 to 1000000."),
        ("[team]", "[apply]\noffer_days = 61\n[team]", "It is 61; it may be 1 to 60."),
        ("[team]", "[idle]\nsubmission_days = 1\n[team]", "It is 1; it may be 2 to 60."),
        ("[team]", "[idle]\nexclusion = \"automatic\"\n[team]", "Set submission_days"),
        ("zone = \"Asia/Seoul\"", "zone = \"Seoul\"", "“Seoul” is no IANA time zone"),
        (
            "ends = \"2026-12-03T09:00:00+00:00\"\nreveal",
            "ends = 2026-11-01T00:00:00Z\nreveal",
            "ends before it starts",
        ),
        (
            "ends = \"2026-12-03T09:00:00+00:00\"\nreveal",
            "ends = 2026-12-03T18:00:00\nreveal",
            "write \"2026-12-03T18:00:00+09:00\"",
        ),
        ("key = \"review\"", "key = \"results\"", "There are two stages “results”"),
        ("starts = \"2026-10-24T01:00:00+00:00\"\n", "", "The key “starts” is missing."),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = folder_in(&store, &at.to_string());
        manifest(&folder, from, to);
        let told = refused(&services, &folder).await;
        assert!(told.contains(why) && told.starts_with("competition.toml:") && !told.contains('\n'), "{told}");
    }
    // A time without quotes is the time it is.
    let folder = folder_in(&store, "last");
    let before = "reveal = \"2026-12-03T09:00:00+00:00\"";
    manifest(&folder, before, "reveal = 2026-12-03T19:00:00+09:00");
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(competition.stages[1].reveal_at, Some("2026-12-03T10:00:00Z".parse().unwrap()));
}

#[both]
async fn a_character_that_no_database_keeps_is_refused_with_its_line(store: Store) {
    let (services, folder) = (store.services(noon()).await, folder(&store));
    let told = async |place: &str| {
        let told = refused(&services, &folder).await;
        let says = |line: &&str| line.contains(place) && line.contains("U+0000");
        assert!(told.lines().any(|line| says(&line)), "{place} on {}: {told}", store.name);
    };
    manifest(&folder, "총상금", "총\\u0000상금");
    told("competition.toml:9").await;
    manifest(&folder, "총\\u0000상금", "총상금");
    change(&folder.join("pages/rules.ko.md"), |text| format!("# 규칙\n\n\0{text}"));
    told("pages/rules.ko.md:3").await;
}

#[both]
async fn a_first_import_that_breaks_off_leaves_no_file(store: Store) {
    let (services, folder) = (store.services(noon()).await, folder(&store));
    behind_the_back(&services.db, "ALTER TABLE data_files RENAME TO elsewhere").await;
    assert!(import::run(&services, &Actor::COMMAND, &folder, None).await.is_err());
    assert_eq!(stored(&store, ""), Vec::<PathBuf>::new());
    behind_the_back(&services.db, "ALTER TABLE elsewhere RENAME TO data_files").await;
    import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert!(stored(&store, "").len() > 2);
}

#[cfg(unix)]
#[tokio::test]
async fn a_symbolic_link_is_refused_by_its_name_wherever_it_lies() {
    let store = platform::testing::sqlite().await;
    let services = store.services(noon()).await;
    let secret = store.folder.path().join("secret.txt");
    std::fs::write(&secret, "secret").unwrap();
    for (at, place) in
        ["data/secret.txt", "pages/overview.en.md", "pages/secret.png", "submissions/svc.csv", "data/more"]
            .into_iter()
            .enumerate()
    {
        let folder = folder_in(&store, &at.to_string());
        let _ = std::fs::remove_file(folder.join(place));
        std::os::unix::fs::symlink(&secret, folder.join(place)).unwrap();
        let told = refused(&services, &folder).await;
        assert!(told.contains(&format!("{place}: A symbolic link is not followed")), "{told}");
    }
}

#[tokio::test]
async fn what_is_left_out_is_named() {
    let store = platform::testing::sqlite().await;
    let (services, folder) = (store.services(noon()).await, folder(&store));
    std::fs::create_dir_all(folder.join("data/raw/deep")).unwrap();
    for file in [
        "data/Thumbs.db",
        "data/desktop.ini",
        "data/.DS_Store",
        "data/~$train.xlsx",
        "data/raw/a.csv",
        "data/raw/deep/b.csv",
        "pages/faq.ko.md",
        "README.txt",
    ] {
        std::fs::write(folder.join(file), "x").unwrap();
    }
    let imported = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let notes: Vec<String> = imported.notes.iter().map(|note| note.message(Lang::En)).collect();
    let left_out = [
        "README.txt",
        "data/.DS_Store",
        "data/Thumbs.db",
        "data/desktop.ini",
        "data/raw/",
        "data/~$train.xlsx",
        "expected.json",
        "notices.toml",
        "pages/faq.ko.md",
        "posts.toml",
    ];
    assert_eq!(notes, left_out.map(|name| format!("{name}: This was left out.")));
    let files = data_files(&services, &imported.competition).await.unwrap();
    assert_eq!(files.len(), 3, "{files:?}");
}

#[tokio::test]
async fn a_table_whose_ids_are_not_the_solutions_is_told_and_the_solution_itself_is_refused() {
    let store = platform::testing::sqlite().await;
    let (services, folder) = (store.services(noon()).await, folder(&store));
    change(&folder.join("data/test.csv"), |text| text.replacen("P4210", "P0000", 1));
    let imported = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let told = imported.listing(Lang::En);
    assert!(told.contains("data/test.csv: Of its ids the solution does not know 1, such as P0000"), "{told}");
    std::fs::copy(folder.join("solution.csv"), folder.join("data/answers.csv")).unwrap();
    let told = refused(&services, &folder).await;
    assert!(told.starts_with("data/answers.csv: This is the solution itself"), "{told}");
}

#[tokio::test]
async fn baselines_stay_and_the_import_says_so() {
    let store = platform::testing::sqlite().await;
    let (services, folder) = (store.services(noon()).await, folder(&store));
    import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let told = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap().listing(Lang::En);
    assert!(!told.contains("Baselines stay"), "{told}");
    change(&folder.join("teams.toml"), |text| text.replacen("(baseline)", "(reference)", 1));
    let told = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap().listing(Lang::En);
    assert!(told.contains("teams.toml: Baselines stay as they were first imported"), "{told}");
}

#[both]
async fn a_setting_that_the_board_is_computed_by_gives_the_board_a_new_version(store: Store) {
    let (services, folder) = (store.services(noon()).await, folder(&store));
    import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    manifest(&folder, "final_selection = 2", "final_selection = 1");
    let imported = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(names(&imported, ChangeKind::Changed), ["competition.toml"]);
    assert_eq!(imported.competition.stages[1].leaderboard_version, 1);
}
