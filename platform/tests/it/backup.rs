//! A backup as docs/deploy.md says: the database first, then the files, while submissions arrive.

use std::path::Path;

use platform::testing::{by, sqlite, team_of_two};
use platform::{Config, Services, submissions};
use storage::Db;

use crate::common::{open_competition, submit, submit_and_score};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            // A file that is still on its way may be gone by now; no row names it.
            let _ = std::fs::copy(&path, &target);
        }
    }
}

#[tokio::test]
async fn a_copy_made_while_submissions_arrive_has_the_file_of_every_submission_and_opens_alone() {
    let store = sqlite().await;
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    submit_and_score(&services, &competition, &team, &leader, "tree.csv").await;
    let Db::Sqlite { read, .. } = &services.db else { panic!("not SQLite") };
    let arriving = async {
        for _ in 0..2 {
            submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap();
        }
    };
    let copying = async {
        let mut copies = Vec::new();
        for number in 0..4 {
            let at = store.folder.path().join(format!("backup-{number}"));
            std::fs::create_dir(&at).unwrap();
            let into = sqlx::AssertSqlSafe(format!("VACUUM INTO '{}/madang.db'", at.display()));
            sqlx::query(into).execute(&mut *read.get().await.unwrap()).await.unwrap();
            copy(&store.folder.path().join("files"), &at.join("files"));
            copies.push(at);
        }
        copies
    };
    let ((), copies) = tokio::join!(arriving, copying);
    for at in copies {
        let (database_url, storage_url) =
            (format!("sqlite://{}/madang.db", at.display()), format!("file://{}/files", at.display()));
        let config = Config { database_url, storage_url, ..Config::default() };
        let restored = Services::open(config, services.clock.clone()).await.unwrap();
        let (rows, total) = submissions::list(&restored, &competition, &team, &by(&leader), 10, 0).await.unwrap();
        assert!(total >= 1);
        for row in rows {
            let file = submissions::file(&restored, row.id.0, &by(&leader)).await.unwrap();
            let bytes = restored.files.get(&file.storage_key).await.unwrap();
            assert_eq!(i64::try_from(bytes.len()).unwrap(), row.bytes);
        }
    }
}
