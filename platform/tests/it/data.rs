//! What is promised about data files and pictures.

use both::both;
use chrono::Duration;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::User;
use domain::boards::{BoardKind, BoardReader, PostDraft};
use domain::competitions::{Competition, DataOpens};
use futures::TryStreamExt as _;
use platform::competitions::export;
use platform::competitions::import;
use platform::competitions::sample;
use platform::competitions::{download, image};
use platform::testing::{Store, by, dated_folder, noon, person};
use platform::{Error, Services, boards, competitions, participation, submissions};
use scoring::Lang;

/// The competition that opens in five days, with a line more in its settings.
async fn upcoming(store: &Store, services: &Services, line: &str) -> Competition {
    let folder = dated_folder("diabetes", store.folder.path(), noon());
    let path = folder.join("competition.toml");
    std::fs::write(&path, format!("{line}\n{}", std::fs::read_to_string(&path).unwrap())).unwrap();
    import::import(services, &Actor::COMMAND, &folder, None).await.unwrap()
}

async fn admin(services: &Services) -> User {
    User { is_admin: true, ..person(services, "admin").await }
}

#[both]
async fn the_data_open_with_the_first_stage_that_takes_submissions_and_organizers_have_them_before(store: Store) {
    let services = store.services(noon()).await;
    let competition = upcoming(&store, &services, "").await;
    let (visitor, admin) = (person(&services, "visitor").await, admin(&services).await);
    participation::join(&services, &competition, &by(&visitor), true).await.unwrap();
    let starts = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap().starts_at;
    assert_eq!(competition.data_opens_at(), Some(starts));
    let schema = submissions::schema(&services, &competition).await.unwrap();
    let version = sample::version(&services, &competition, &schema).await.unwrap().unwrap();

    services.clock.set(starts - Duration::microseconds(1));
    for name in ["train.csv", "sample_submission.csv"] {
        let early = download(&services, &competition, name, &by(&visitor)).await.unwrap_err();
        assert_eq!(early.code(), Some(ErrorCode::DataNotOpen), "{name} on {}", store.name);
        let Error::App(early) = early else { panic!("{early}") };
        assert_eq!(early.params["at"], starts.to_rfc3339());
        assert!(download(&services, &competition, name, &by(&admin)).await.is_ok());
    }
    let early = sample::packed_ids(&services, &competition, &version, &by(&visitor)).await.unwrap_err();
    assert_eq!(early.code(), Some(ErrorCode::DataNotOpen), "the ids of the test rows are of the data");
    assert!(sample::packed_ids(&services, &competition, &version, &by(&admin)).await.is_ok());
    // Who has not joined is told that first.
    let stranger = person(&services, "stranger").await;
    let refused = download(&services, &competition, "train.csv", &by(&stranger)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotParticipant));

    services.clock.set(starts);
    assert!(download(&services, &competition, "train.csv", &by(&visitor)).await.is_ok());
    assert!(download(&services, &competition, "sample_submission.csv", &Actor::browser(None, None)).await.is_ok());
    assert!(sample::packed_ids(&services, &competition, &version, &Actor::browser(None, None)).await.is_ok());
}

#[both]
async fn an_organizer_may_open_the_data_on_joining_or_at_a_moment(store: Store) {
    let services = store.services(noon()).await;
    let competition = upcoming(&store, &services, "data_opens = \"join\"").await;
    let visitor = person(&services, "visitor").await;
    participation::join(&services, &competition, &by(&visitor), true).await.unwrap();
    assert!(download(&services, &competition, "train.csv", &by(&visitor)).await.is_ok());

    let competition = upcoming(&store, &services, "data_opens = 2026-11-22T09:00:00+09:00").await;
    let at = "2026-11-22T00:00:00Z".parse().unwrap();
    assert_eq!(competition.settings.data_opens, Some(DataOpens::At(at)));
    let early = download(&services, &competition, "train.csv", &by(&visitor)).await.unwrap_err();
    assert_eq!(early.code(), Some(ErrorCode::DataNotOpen));
    services.clock.set(at);
    assert!(download(&services, &competition, "train.csv", &by(&visitor)).await.is_ok());

    let out = store.folder.path().join("out");
    export::export(&services, &competition, &out).await.unwrap();
    let written = std::fs::read_to_string(out.join("competition.toml")).unwrap();
    assert!(written.contains("data_opens = \"2026-11-22T09:00:00+09:00\""), "{written}");
    let copy = import::import(&services, &Actor::COMMAND, &out, Some("copy")).await.unwrap();
    assert_eq!(copy.settings, competition.settings);
}

#[both]
async fn a_file_larger_than_a_part_is_stored_and_read_in_pieces(store: Store) {
    let services = store.services(noon()).await;
    let folder = dated_folder("digits", store.folder.path(), noon());
    let bytes: Vec<u8> = (0..=250_u8).flat_map(|byte| [byte; 1000]).cycle().take(20 * 1024 * 1024).collect();
    std::fs::write(folder.join("data/images.zip"), &bytes).unwrap();
    std::fs::write(folder.join("data/empty.txt"), "").unwrap();
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let admin = admin(&services).await;
    let file = download(&services, &competition, "images.zip", &by(&admin)).await.unwrap();
    assert_eq!(file.bytes, 20 * 1024 * 1024);
    let pieces: Vec<_> =
        services.files.stream(&file.storage_key, 0..20 * 1024 * 1024).await.unwrap().try_collect().await.unwrap();
    assert!(pieces.iter().all(|piece| piece.len() < 1024 * 1024));
    assert_eq!(pieces.concat(), bytes);
    let part: Vec<_> =
        services.files.stream(&file.storage_key, 9_000_000..9_000_010).await.unwrap().try_collect().await.unwrap();
    assert_eq!(part.concat(), bytes[9_000_000..9_000_010]);
    let empty = download(&services, &competition, "empty.txt", &by(&admin)).await.unwrap();
    let none: Vec<_> = services.files.stream(&empty.storage_key, 0..0).await.unwrap().try_collect().await.unwrap();
    assert!(none.concat().is_empty());
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

#[both]
async fn a_picture_beside_the_pages_is_shown_there_and_in_notices_and_goes_with_its_file(store: Store) {
    let services = store.services(noon()).await;
    let folder = dated_folder("diabetes", store.folder.path(), noon());
    let page = folder.join("pages/overview.ko.md");
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::write(
        &page,
        format!("{text}\n\n![세포](세포 그림.png)\n").replace("(세포 그림.png)", "(<세포 그림.png>)"),
    )
    .unwrap();
    let told = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap_err().to_string();
    let line = text.lines().count() + 3;
    let expected = format!("pages/overview.ko.md:{line}: There is no picture “세포 그림.png” in pages/");
    assert!(told.starts_with(&expected), "{told}");

    // The name as a Mac writes it.
    std::fs::write(folder.join("pages/세포 그림.png"), PNG).unwrap();
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let html = competitions::page(&services, &competition, "overview", domain::Locale::Ko).await.unwrap();
    let address = platform::markdown::images::address("diabetes", "세포 그림.png");
    assert!(html.contains(&format!("<img src=\"{address}\"")), "{html}");
    let found = image(&services, &competition, "세포 그림.png").await.unwrap();
    assert_eq!(services.files.get(&found.storage_key).await.unwrap(), PNG);

    let admin = admin(&services).await;
    let draft = PostDraft {
        title: "그림".to_owned(),
        markdown: "![x](<세포 그림.png>)".to_owned(),
        pinned: false,
        required: false,
        ..PostDraft::default()
    };
    let number = boards::write(&services, &competition, BoardKind::Notice, &by(&admin), draft).await.unwrap();
    assert!(
        boards::get(&services, &competition, BoardKind::Notice, BoardReader::EVERYONE, number)
            .await
            .unwrap()
            .html
            .contains(&address)
    );

    let out = store.folder.path().join("out");
    export::export(&services, &competition, &out).await.unwrap();
    assert_eq!(std::fs::read(out.join("pages/세포 그림.png")).unwrap(), PNG);

    std::fs::write(&page, text).unwrap();
    std::fs::remove_file(folder.join("pages/세포 그림.png")).unwrap();
    let again = import::run(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert!(again.listing(Lang::En).contains("Removed: pages/세포 그림.png"), "{}", again.listing(Lang::En));
    assert_eq!(image(&services, &competition, "세포 그림.png").await.unwrap_err().code(), Some(ErrorCode::NotFound));
    assert!(services.files.get(&found.storage_key).await.is_err());
}

#[tokio::test]
async fn what_is_no_picture_is_refused_by_its_name() {
    let store = platform::testing::sqlite().await;
    let services = store.services(noon()).await;
    let folder = dated_folder("diabetes", store.folder.path(), noon());
    std::fs::write(folder.join("pages/a.svg"), "<svg/>").unwrap();
    std::fs::write(folder.join("pages/b.png"), "<html>").unwrap();
    let page = folder.join("pages/rules.en.md");
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, format!("![x](https://example.org/x.png)\n\n{text}")).unwrap();
    let told = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap_err().to_string();
    for what in [
        "pages/a.svg: SVG is not taken",
        "pages/b.png: This is not the kind of picture",
        "pages/rules.en.md:1: A picture from elsewhere is not shown (https://example.org/x.png)",
    ] {
        assert!(told.contains(what), "{told}");
    }
}
