//! What the sweeper may remove, on both databases: a file that is gone is gone for good.

use std::path::PathBuf;

use both::both;
use chrono::{DateTime, Duration, Utc};
use domain::access::Actor;
use domain::competitions::Competition;
use domain::ids::uuid_at;
use platform::clock::Clock;
use platform::competitions::import;
use platform::competitions::{data_files, image};
use platform::testing::{Store, dated_folder, noon, team_of_two};
use platform::{Services, sweep};
use uuid::Uuid;

use crate::common::{behind_the_back, open_competition, stored, submit_and_score};

/// The files are of today, whatever the test's clock said.
fn days_later(services: &Services, days: i64) {
    services.clock.set(Clock::System.now() + Duration::days(days));
}

/// An open competition with so many scored submissions, and their files from the first to the last.
async fn with_submissions(store: &Store, count: usize) -> (Services, Competition, Vec<PathBuf>) {
    let (services, competition) = open_competition(store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    for _ in 0..count {
        submit_and_score(&services, &competition, &team, &leader, "svc.csv").await;
    }
    let files = stored(store, "submissions");
    assert_eq!(files.len(), count);
    (services, competition, files)
}

#[both]
async fn old_files_beside_younger_ones_go_when_no_row_names_them_and_nothing_else_does(store: Store) {
    let (services, _, kept) = with_submissions(&store, 2).await;
    let folder = kept[0].parent().unwrap();
    let lost = format!("{}.csv", Uuid::from_u128(7));
    std::fs::write(folder.join(&lost), "a file that was never accepted").unwrap();
    std::fs::write(folder.join(format!("{lost}#1")), "a write that broke off").unwrap();
    let younger = folder.join(format!("{}.csv", uuid_at(noon() + Duration::hours(1))));
    let own = folder.join("README.md");
    let elsewhere = folder.parent().unwrap().with_file_name(Uuid::from_u128(8).to_string()).join("team").join(&lost);
    std::fs::create_dir_all(elsewhere.parent().unwrap()).unwrap();
    for file in [&younger, &own, &elsewhere] {
        std::fs::write(file, "what this database cannot know of").unwrap();
    }
    days_later(&services, 6);
    assert_eq!(sweep::files(&services).await.unwrap(), 0);
    days_later(&services, 8);
    assert_eq!(sweep::files(&services).await.unwrap(), 2);
    let mut left = [kept, vec![younger, own, elsewhere]].concat();
    left.sort();
    assert_eq!(stored(&store, "submissions"), left);
}

#[both]
async fn a_wrong_or_empty_database_removes_nothing(store: Store) {
    let mut wrong = store.another().await;
    let (_, _, kept) = with_submissions(&store, 2).await;
    let everything = stored(&store, "");
    wrong.config.storage_url.clone_from(&store.config.storage_url);
    let empty = wrong.services(noon()).await;
    days_later(&empty, 8);
    assert_eq!(sweep::files(&empty).await.unwrap(), 0);
    assert_eq!(stored(&store, ""), everything);

    // The same competition under the same address, and submissions of its own.
    let (services, competition) = open_competition(&wrong).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    submit_and_score(&services, &competition, &team, &leader, "svc.csv").await;
    days_later(&services, 8);
    assert_eq!(sweep::files(&services).await.unwrap(), 0);
    let left = stored(&store, "submissions");
    assert!(left.len() == 3 && kept.iter().all(|file| left.contains(file)));
}

#[both]
async fn a_database_from_an_older_backup_removes_nothing_that_came_after_it(store: Store) {
    let (services, _, kept) = with_submissions(&store, 3).await;
    behind_the_back(&store.db, "DELETE FROM submissions WHERE number > 1").await;
    days_later(&services, 8);
    assert_eq!(sweep::files(&services).await.unwrap(), 0);
    assert_eq!(stored(&store, "submissions"), kept);
}

/// The bytes of the training data and of a picture, as whoever asks gets them.
async fn imported(services: &Services, competition: &Competition) -> [Vec<u8>; 2] {
    let files = data_files(services, competition).await.unwrap();
    let train = files.iter().find(|file| file.name == "train.csv").unwrap();
    let picture = image(services, competition, "cells.png").await.unwrap();
    let [train, picture] = [&train.storage_key, &picture.storage_key].map(|key| services.files.get(key));
    [train.await.unwrap().into(), picture.await.unwrap().into()]
}

#[both]
async fn what_an_interrupted_import_left_behind_goes_once_a_later_one_has_come_to_its_end(store: Store) {
    let services = store.services(noon()).await;
    let folder = dated_folder("diabetes", store.folder.path(), noon());
    let (train, picture) = (folder.join("data/train.csv"), folder.join("pages/cells.png"));
    let write = |number: u8| {
        std::fs::write(&train, format!("id,y\n{number},1\n")).unwrap();
        std::fs::write(&picture, [b"\x89PNG\r\n\x1a\n".as_slice(), &[number]].concat()).unwrap();
    };
    write(1);
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let first = imported(&services, &competition).await;
    let count = async || {
        sweep_at(&services, Clock::System.now() + Duration::days(8)).await;
        (stored(&store, "data").len(), stored(&store, "images").len())
    };
    let whole = count().await;

    write(2);
    behind_the_back(&store.db, "ALTER TABLE pages RENAME COLUMN html TO away").await;
    import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap_err();
    behind_the_back(&store.db, "ALTER TABLE pages RENAME COLUMN away TO html").await;
    assert_eq!(imported(&services, &competition).await, first);
    // It might be still under way.
    let left = count().await;
    assert_eq!(left, (whole.0 + 1, whole.1 + 1));

    write(3);
    import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let third = imported(&services, &competition).await;
    assert_eq!(count().await, whole);
    assert_eq!(imported(&services, &competition).await, third);
    assert_eq!(third[0], b"id,y\n3,1\n");
}

async fn sweep_at(services: &Services, at: DateTime<Utc>) {
    let now = services.clock.now();
    services.clock.set(at);
    sweep::files(services).await.unwrap();
    services.clock.set(now);
}
