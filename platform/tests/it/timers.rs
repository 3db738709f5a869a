//! What happens by itself at a stage's moments, on both databases.

use std::path::Path;

use both::both;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Actor;
use domain::competitions::Competition;
use domain::stages::Stage;
use platform::competitions::import::import;
use platform::events::Event;
use platform::testing::{Store, dated_folder, noon};
use platform::{Services, jobs};
use tokio::sync::watch;

use crate::common::{again, behind_the_back};

const ENDS: &str = "ends = \"2026-12-03T09:00:00+00:00\"\nreveal = \"2026-12-03T09:00:00+00:00\"";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A folder whose contest ends on the third and is revealed on the fifth.
fn folder(within: &Path) -> std::path::PathBuf {
    let folder = dated_folder("breast-cancer", within, noon());
    let ends = "ends = \"2026-12-03T09:00:00+00:00\"\nreveal = \"2026-12-05T09:00:00+00:00\"";
    change(&folder, ENDS, ends);
    folder
}

fn change(folder: &Path, from: &str, to: &str) {
    let path = folder.join("competition.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

fn ranked(competition: &Competition) -> &Stage {
    competition.stages.iter().find(|stage| stage.takes_submissions).unwrap()
}

/// The leaderboard's version once everything is done that is due at a moment.
async fn version_at(services: &Services, competition: &Competition, moment: DateTime<Utc>) -> i64 {
    services.clock.set(moment);
    jobs::run_until_idle(services).await.unwrap();
    ranked(&again(services, competition).await).leaderboard_version
}

#[both]
async fn open_leaderboards_are_told_of_the_deadline_and_of_the_reveal_at_their_moments_and_once(store: Store) {
    let services = store.services(noon()).await;
    let competition = import(&services, &Actor::COMMAND, &folder(store.folder.path()), None).await.unwrap();
    let mut heard = services.events.listen(competition.id, &[]);
    let (ends, reveal) = (at("2026-12-03T09:00:00Z"), at("2026-12-05T09:00:00Z"));
    for (moment, version) in [(ends, 1), (reveal, 2)] {
        let before = moment - TimeDelta::microseconds(1);
        assert_eq!(version_at(&services, &competition, before).await, version - 1, "{}", store.name);
        assert_eq!(version_at(&services, &competition, moment).await, version);
        let told = Event::Leaderboard { competition: competition.id, stage: ranked(&competition).id, version };
        assert_eq!(heard.next().await.unwrap().event, told);
        assert_eq!(version_at(&services, &competition, moment + TimeDelta::hours(1)).await, version, "once");
    }
}

#[both]
async fn a_stages_opening_is_told_too_and_a_stage_without_submissions_has_no_leaderboard_to_tell_of(store: Store) {
    let services = store.services(noon()).await;
    let folder = folder(store.folder.path());
    let path = folder.join("competition.toml");
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let starts = ranked(&competition).starts_at.to_rfc3339();
    assert!(std::fs::read_to_string(&path).unwrap().contains(&starts));
    change(
        &folder,
        &format!("starts = \"{starts}\"\nends = \"2026-12-03"),
        "starts = \"2026-11-25T00:00:00Z\"\nends = \"2026-12-03",
    );
    import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let opens = at("2026-11-25T00:00:00Z");
    let before = version_at(&services, &competition, opens - TimeDelta::seconds(1)).await;
    assert_eq!(version_at(&services, &competition, opens).await, before + 1);
    let stages = again(&services, &competition).await.stages;
    assert!(stages.iter().all(|stage| stage.takes_submissions || stage.leaderboard_version == 0));
}

#[both]
async fn moments_that_passed_while_nothing_ran_are_made_up_for_once(store: Store) {
    let competition = {
        let services = store.services(noon()).await;
        import(&services, &Actor::COMMAND, &folder(store.folder.path()), None).await.unwrap()
    };
    let later = at("2026-12-24T00:00:00Z");
    let restarted = store.services(later).await;
    let version = version_at(&restarted, &competition, later).await;
    assert_eq!(version, 2, "the deadline and the reveal, {}", store.name);
    assert_eq!(version_at(&restarted, &competition, later + TimeDelta::days(1)).await, version);
}

#[both]
async fn a_moment_that_was_moved_is_told_at_its_new_time_alone(store: Store) {
    let services = store.services(noon()).await;
    let folder = folder(store.folder.path());
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    change(&folder, "ends = \"2026-12-03T09:00:00+00:00\"\nreveal", "ends = \"2026-12-04T09:00:00+00:00\"\nreveal");
    import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let moved = ranked(&again(&services, &competition).await).leaderboard_version;
    for (day, expected) in [(3, moved), (4, moved + 1), (5, moved + 2)] {
        let moment = at(&format!("2026-12-0{day}T09:00:00Z"));
        assert_eq!(version_at(&services, &competition, moment).await, expected, "the {day}., {}", store.name);
    }
}

#[both]
async fn workers_set_the_moments_of_what_an_older_version_imported(store: Store) {
    let services = store.services(noon()).await;
    let competition = import(&services, &Actor::COMMAND, &folder(store.folder.path()), None).await.unwrap();
    behind_the_back(&store.db, "DELETE FROM jobs").await;
    let (_stopping, stop) = watch::channel(true);
    for _ in 0..2 {
        jobs::run(services.clone(), 1, stop.clone()).await;
    }
    let tallies = jobs::tallies(&services).await.unwrap();
    let waiting: Vec<_> = tallies.iter().map(|tally| (tally.kind.as_str(), tally.waiting)).collect();
    assert_eq!(waiting, [("timer", 2)]);
    assert_eq!(version_at(&services, &competition, at("2026-12-03T09:00:00Z")).await, 1);
}
