//! How scores are published: rounded alike wherever they stand, and what is told of digits that are not.

use both::both;
use bytes::Bytes;
use chrono::Duration;
use domain::access::Actor;
use domain::competitions::Competition;
use domain::ids::TeamId;
use domain::leaderboards::{Leaderboard, Side};
use platform::competitions::import;
use platform::leaderboards::certainty;
use platform::submissions::Upload;
use platform::testing::{Store, by, noon, team_of_two};
use platform::{Services, jobs, leaderboards, submissions};

use crate::common::{again, competition_folder, upload};

/// Constant predictions of a truth of zeros: each is its own error. Shown with four places they are the same.
const EARLY: f64 = 0.123_44;
const LATE: f64 = 0.123_42;
const SHOWN: f64 = 0.1234;

fn file(early: f64) -> String {
    (1..=8).fold("id,y\n".to_owned(), |text, row| format!("{text}q{row},{early}\n"))
}

/// Two teams, the later one a little better, on a leaderboard with four places.
async fn contest(store: &Store, slug: &str, settings: &str) -> (Services, Competition, [TeamId; 2]) {
    let services = store.services(noon()).await;
    let folder = store.folder.path().join(slug);
    let usage = |row: usize| if row.is_multiple_of(2) { "Public" } else { "Private" };
    let solution = (1..=8).fold("id,y,usage\n".to_owned(), |text, row| format!("{text}q{row},0,{}\n", usage(row)));
    let metric = "id = \"rmse\"\nsecondary = [{ id = \"mae\" }]";
    competition_folder(&folder, metric, &solution, &file(0.5), settings);
    std::fs::create_dir_all(folder.join("submissions")).unwrap();
    std::fs::write(folder.join("submissions/third.csv"), file(1.0 / 3.0)).unwrap();
    std::fs::write(folder.join("teams.toml"), "[[baseline]]\nname = { ko = \"셋\" }\nfile = \"third.csv\"\n").unwrap();
    let competition = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let mut teams = Vec::new();
    for (name, prediction) in [("early", EARLY), ("late", LATE)] {
        let (team, leader, _) = team_of_two(&services, &competition, &format!("{slug}-{name}")).await;
        services.clock.advance(Duration::minutes(1));
        let upload = Upload { bytes: Bytes::from(file(prediction)), ..upload("svc.csv") };
        let accepted = submissions::accept(&services, &competition, &team, &by(&leader), upload).await.unwrap();
        jobs::run_until_idle(&services).await.unwrap();
        let (_, own) = submissions::get(&services, accepted.submission.id.0, &by(&leader)).await.unwrap();
        assert_eq!((own.public_score, own.secondary_public.get("mae")), (Some(SHOWN), Some(&SHOWN)));
        teams.push(team.id);
    }
    let competition = again(&services, &competition).await;
    (services, competition, [teams[0], teams[1]])
}

async fn leaderboard(services: &Services, competition: &Competition, side: Side) -> Leaderboard {
    let stage = competition.current_stage(services.clock.now()).unwrap();
    leaderboards::get(services, competition, stage, side).await.unwrap().as_ref().clone()
}

#[both]
async fn scores_leave_with_the_competitions_places_and_rows_that_only_look_equal_say_so(store: Store) {
    let (services, competition, [early, late]) = contest(&store, "exact", "decimals = 4").await;
    services.clock.set(competition.stages[0].private_opens_at().unwrap());
    for which in [Side::Public, Side::Private] {
        let leaderboard = leaderboard(&services, &competition, which).await;
        let rows: Vec<_> = leaderboard.rows.iter().map(|row| (row.team_id, row.tied_first, row.ahead_unseen)).collect();
        assert_eq!(rows, [(late, false, true), (early, false, false)]);
        for row in &leaderboard.rows {
            assert_eq!((row.score, row.secondary.get("mae"), row.steps[0].1), (SHOWN, Some(&SHOWN), SHOWN));
        }
        assert_eq!(
            (leaderboard.baselines[0].score, leaderboard.baselines[0].secondary.get("mae")),
            (0.3333, Some(&0.3333))
        );
    }
}

#[both]
async fn where_shown_scores_tie_the_earlier_submission_stands_first_and_certainty_follows(store: Store) {
    let (services, competition, [early, late]) = contest(&store, "shown", "decimals = 4\nties = \"shown\"").await;
    let stage = &competition.stages[0];
    services.clock.set(stage.private_opens_at().unwrap());
    jobs::run_until_idle(&services).await.unwrap();
    for which in [Side::Public, Side::Private] {
        let leaderboard = leaderboard(&services, &competition, which).await;
        let rows: Vec<_> = leaderboard.rows.iter().map(|row| (row.team_id, row.tied_first, row.ahead_unseen)).collect();
        assert_eq!(rows, [(early, true, false), (late, false, false)]);
    }
    let report = certainty::get(&services, &competition, stage).await.unwrap();
    let ranks = [early, late].map(|team| report.team(team).map(|team| team.rank));
    assert_eq!(ranks, [Some(1), Some(2)]);
}

#[both]
async fn places_that_no_number_has_are_refused(store: Store) {
    let services = store.services(noon()).await;
    let folder = store.folder.path().join("many");
    let solution = "id,y,usage\nq1,1,Public\nq2,2,Private\n";
    competition_folder(&folder, "id = \"rmse\"", solution, "id,y\nq1,1\nq2,1\n", "decimals = 16");
    let refused = import::import(&services, &Actor::COMMAND, &folder, None).await.unwrap_err().to_string();
    assert!(refused.contains("It is 16; it may be 0 to 15."), "{refused}");
}
