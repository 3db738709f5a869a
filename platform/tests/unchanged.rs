//! What is kept in memory is never older than the question, whoever wrote meanwhile. A process of its own: after what others wrote
//! in this one nothing would be kept.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "it/common.rs"]
#[expect(dead_code, reason = "most of it is for the other tests")]
mod common;

use both::both;
use platform::testing::{Store, by, scopes, team_of_two};
use std::net::{IpAddr, Ipv4Addr};

use domain::ErrorCode;
use platform::accounts::Lifetime;
use platform::accounts::sessions::{self, SessionPlace};
use platform::{accounts, competitions, submissions, teams};

use common::{behind_the_back, open_competition, submit};

#[both]
async fn what_another_process_ended_used_or_changed_counts_with_the_next_question(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    submit(&services, &competition, &team, &leader, "svc.csv").await.unwrap();
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let known = accounts::log_in(&services, &leader.email, "correct horse battery", here).await.unwrap();
    let session = sessions::begin(&services, &known, None, &SessionPlace::default()).await.unwrap();
    let token = accounts::create_token(&services, &by(&leader), "한 번", Lifetime::LONGEST, scopes()).await.unwrap().1;
    let used = async || submissions::quota(&services, &competition, &team, &by(&leader)).await.unwrap().used.total;
    let owner = async || accounts::user_of_token(&services, &token).await;

    // Twice: the second answer is one that is kept.
    for _ in 0..2 {
        assert!(sessions::find(&services, &session).await.unwrap().is_some());
        assert_eq!(owner().await.unwrap().0.id, leader.id);
        assert!(teams::of(&services, &competition, &member).await.unwrap().is_some());
        assert_eq!(used().await, 1);
        assert_eq!(competitions::get(&services, &competition.slug).await.unwrap().id, competition.id);
    }
    behind_the_back(&store.db, "DELETE FROM sessions").await;
    assert!(sessions::find(&services, &session).await.unwrap().is_none());
    behind_the_back(&store.db, "DELETE FROM tokens").await;
    assert_eq!(owner().await.unwrap_err().code(), Some(ErrorCode::BadCredentials));
    behind_the_back(&store.db, "UPDATE submissions SET counts = FALSE").await;
    assert_eq!(used().await, 0);
    behind_the_back(&store.db, "DELETE FROM members").await;
    assert!(teams::of(&services, &competition, &member).await.unwrap().is_none());
    behind_the_back(&store.db, "UPDATE competitions SET slug = 'another'").await;
    let moved = competitions::get(&services, &competition.slug).await.unwrap_err();
    assert_eq!(moved.code(), Some(ErrorCode::NotFound));
}
