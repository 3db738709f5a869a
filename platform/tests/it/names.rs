//! Names: none passes for another, and a person's real one is nobody's but the team's and the organizers'; on both databases.

use both::both;
use platform::testing::{Store, by, noon, organizes, person, team_of_two};
use std::time::Duration;

use domain::ErrorCode;
use domain::access::{Actor, Role};
use domain::competitions::Competition;
use domain::leaderboards::Side;
use platform::competitions::roles;
use platform::events::Event;
use platform::{Error, Services, accounts, leaderboards, participation, teams};
use storage::Db;

use crate::common::{again, open_competition, submit_and_score};

fn problem(error: Error) -> String {
    match error {
        Error::App(error) => error.fields.first().map(|field| field.problem.key().to_owned()).unwrap_or_default(),
        fault => panic!("{fault}"),
    }
}

#[both]
async fn a_team_takes_no_name_that_looks_like_anothers(store: Store) {
    let (services, competition) = open_competition(&store).await;
    team_of_two(&services, &competition, "가람").await;
    team_of_two(&services, &competition, "AI").await;
    let user = person(&services, "kim").await;
    participation::join(&services, &competition, &by(&user), true).await.unwrap();
    for name in [
        "\u{1100}\u{1161}\u{1105}\u{1161}\u{11b7}",
        "\u{ac00}\u{00ad}\u{b78c}",
        "\u{ac00}\u{b78c}\u{fe0f}",
        "\u{ac00}\u{034f}\u{b78c}",
        "\u{ac00}\u{b78c}\u{e0061}",
        "\u{ac00}\u{180e}\u{b78c}",
        "가 람",
        "\u{0410}I",
        "\u{ff21}\u{ff29}",
        "ai",
    ] {
        let refused = teams::create(&services, &competition, &by(&user), name).await.unwrap_err();
        assert_eq!(problem(refused), "team_name_taken", "{name:?} on {}", store.name);
    }
    let team = teams::create(&services, &competition, &by(&user), "\u{1102}\u{1161}\u{1105}\u{116e}").await.unwrap();
    assert_eq!(team.name, "나루");
    let refused = teams::rename(&services, &team, &by(&user), "가람").await.unwrap_err();
    assert_eq!(problem(refused), "team_name_taken");
    // Its own name, in capitals or not, stays its own.
    teams::rename(&services, &team, &by(&user), "나 루").await.unwrap();
}

async fn execute(db: &Db, sql: &'static str) {
    match db {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
    }
    .unwrap();
}

#[both]
async fn names_of_before_get_their_keys_at_the_start_and_the_elder_of_two_alike_has_it(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (elder, ..) = team_of_two(&services, &competition, "가람").await;
    services.clock.advance(chrono::Duration::minutes(1));
    let (younger, leader, _) = team_of_two(&services, &competition, "나루").await;
    // As a database was that knew nothing of looks, after the migration's own step.
    execute(&services.db, "UPDATE teams SET name = '가\u{ad}람' WHERE name = '나루'").await;
    execute(&services.db, "UPDATE teams SET name_key = ' ' || number").await;
    for _ in 0..2 {
        services.db.migrate().await.unwrap();
    }
    let name = async |number| teams::by_number(&services, &competition, number).await.unwrap().name;
    assert_eq!((name(elder.number).await, name(younger.number).await), ("가람".into(), "가\u{ad}람".into()));
    let user = person(&services, "kim").await;
    participation::join(&services, &competition, &by(&user), true).await.unwrap();
    let refused = teams::create(&services, &competition, &by(&user), "가람").await.unwrap_err();
    assert_eq!(problem(refused), "team_name_taken");
    let other = teams::of(&services, &competition, &leader).await.unwrap().unwrap();
    teams::rename(&services, &other, &by(&leader), "나루").await.unwrap();
}

async fn leaderboard(services: &Services, competition: &Competition) -> Vec<(String, Vec<String>)> {
    let competition = again(services, competition).await;
    let leaderboard = leaderboards::get(services, &competition, &competition.stages[1], Side::Public).await.unwrap();
    leaderboard.rows.iter().map(|row| (row.team_name.clone(), row.members.clone())).collect()
}

#[both]
async fn every_server_shows_a_new_name_and_who_came_or_went_at_once(store: Store) {
    let (here, competition) = open_competition(&store).await;
    let there = store.services(noon()).await;
    let (team, leader, member) = team_of_two(&here, &competition, "garam").await;
    let newcomer = person(&here, "newcomer").await;
    participation::join(&here, &competition, &by(&newcomer), true).await.unwrap();
    for (user, name) in [(&leader, "하나"), (&member, "둘"), (&newcomer, "셋")] {
        accounts::set_public_name(&here, &by(user), name).await.unwrap();
    }
    submit_and_score(&here, &competition, &team, &leader, "tree.csv").await;
    let row = |name: &str, members: &[&str]| {
        vec![(name.to_owned(), members.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())]
    };
    assert_eq!(leaderboard(&there, &competition).await, row("garam", &["하나", "둘"]));
    let mut heard = here.events.listen(competition.id, &[]);

    teams::rename(&here, &team, &by(&leader), "가람").await.unwrap();
    let told = async {
        while !heard.next().await.is_some_and(|heard| matches!(heard.event, Event::Leaderboard { version: 2, .. })) {}
    };
    tokio::time::timeout(Duration::from_secs(10), told).await.unwrap();
    assert_eq!(leaderboard(&there, &competition).await, row("가람", &["하나", "둘"]));
    let code = teams::renew_invitation(&here, &team, &by(&leader)).await.unwrap().code;
    teams::join_by_link(&here, &competition, &by(&newcomer), &code).await.unwrap();
    assert_eq!(leaderboard(&there, &competition).await, row("가람", &["하나", "둘", "셋"]));
    teams::remove(&here, &team, &by(&leader), member.id).await.unwrap();
    assert_eq!(leaderboard(&there, &competition).await, row("가람", &["하나", "셋"]));
    accounts::set_public_name(&here, &by(&newcomer), " 새\u{200b}별 ").await.unwrap();
    assert_eq!(leaderboard(&there, &competition).await, row("가람", &["하나", "새별"]));
    accounts::set_public_name(&here, &by(&newcomer), "").await.unwrap();
    assert_eq!(leaderboard(&there, &competition).await, row("가람", &["하나", ""]));
}

#[both]
async fn strangers_see_public_names_and_insiders_the_real_ones(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let stranger = person(&services, "stranger").await;
    accounts::set_public_name(&services, &by(&leader), "별지기").await.unwrap();
    let names = |team: &domain::teams::Team| team.members.iter().map(|m| m.name.clone()).collect::<Vec<_>>();
    let public = teams::by_number(&services, &competition, team.number).await.unwrap();
    assert_eq!(names(&public), ["별지기", ""]);
    let code = teams::renew_invitation(&services, &team, &by(&leader)).await.unwrap().code;
    assert_eq!(names(&teams::invited_to(&services, &code).await.unwrap()), ["별지기", ""]);
    let refused = teams::for_insiders(&services, &competition, &by(&stranger), team.number).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotMember));
    for role in [Role::Viewer, Role::Judge] {
        roles::give(&services, &competition, &Actor::COMMAND, &stranger.email, Some(role)).await.unwrap();
        let refused = teams::for_insiders(&services, &competition, &by(&stranger), team.number).await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::NotMember), "{role:?}");
        let refused = teams::memberships(&services, &competition, &by(&stranger), &team).await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::NotOrganizer), "{role:?}");
    }
    organizes(&services, &competition, &stranger).await;
    for user in [&member, &stranger] {
        let seen = teams::for_insiders(&services, &competition, &by(user), team.number).await.unwrap();
        assert_eq!(names(&seen), ["garam-1", "garam-2"]);
    }
}

#[both]
async fn a_public_name_is_short_and_legible_and_none_until_someone_chooses_one(store: Store) {
    let services = store.services(noon()).await;
    let user = person(&services, "kim").await;
    assert_eq!(user.public_name, None);
    for wrong in ["가나다라마바사아자차카타파하가나다라마바사", "가\u{7}나"] {
        let refused = accounts::set_public_name(&services, &by(&user), wrong).await.unwrap_err();
        assert_eq!(problem(refused), "public_name");
    }
    accounts::set_public_name(&services, &by(&user), "  밤   올빼미 ").await.unwrap();
    let user =
        accounts::log_in(&services, "kim@example.kr", "correct horse battery", std::net::Ipv4Addr::LOCALHOST.into())
            .await
            .unwrap()
            .user;
    assert_eq!(user.public_name.as_deref(), Some("밤 올빼미"));
}
