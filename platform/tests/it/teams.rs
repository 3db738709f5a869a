//! What is promised about teams and notices, on both databases.

use both::both;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::SignUp;
use domain::boards::{BoardKind, BoardReader, PostDraft, Sought};
use std::sync::Arc;

use crate::common::open_competition;
use chrono::Duration;
use platform::boards::{self, PostsAsked};
use platform::testing::{Store, by, demo_folder, form, noon, person, team_of_two};
use platform::{accounts, competitions, demo, participation, teams};

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_people_racing_for_the_last_two_places_fill_exactly_two(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let code = teams::renew_invitation(&services, &team, &by(&leader)).await.unwrap().code;
    let mut people = Vec::new();
    for index in 0..20 {
        let user = person(&services, &format!("racer{index}")).await;
        participation::join(&services, &competition, &by(&user), true).await.unwrap();
        people.push(user);
    }
    let shared = Arc::new((services.clone(), competition.clone(), code));
    let tasks: Vec<_> = people
        .into_iter()
        .map(|user| {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move { teams::join_by_link(&shared.0, &shared.1, &by(&user), &shared.2).await })
        })
        .collect();
    let mut entered = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => entered += 1,
            Err(error) => assert_eq!(error.code(), Some(ErrorCode::TeamFull)),
        }
    }
    let team = teams::by_number(&services, &competition, team.number).await.unwrap();
    assert_eq!((entered, team.members.len()), (2, 4));
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn teams_made_at_once_get_different_numbers_and_a_taken_name_is_said(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let mut tasks = Vec::new();
    for index in 0..12 {
        let user = person(&services, &format!("maker{index}")).await;
        participation::join(&services, &competition, &by(&user), true).await.unwrap();
        let (services, competition) = (services.clone(), competition.clone());
        // Six names, each wanted twice.
        tasks.push(tokio::spawn(async move {
            teams::create(&services, &competition, &by(&user), &format!("팀 {}", index % 6)).await
        }));
    }
    let mut numbers = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(team) => numbers.push(team.number),
            Err(platform::Error::App(error)) => assert_eq!(error.fields[0].problem.key(), "team_name_taken"),
            Err(error) => panic!("{}: {error}", store.name),
        }
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (101..107).collect::<Vec<_>>());
}

#[both]
async fn nobody_makes_or_enters_a_team_without_agreeing_to_the_rules_or_enters_a_second_one(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let newcomer = person(&services, "newcomer").await;
    let refused = teams::create(&services, &competition, &by(&newcomer), "새 팀").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotParticipant));
    let refused = participation::join(&services, &competition, &by(&newcomer), false).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::RulesNotAgreed));
    let refused = teams::create(&services, &competition, &by(&member), "두 번째 팀").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::AlreadyInTeam));
    let code = teams::renew_invitation(&services, &team, &by(&leader)).await.unwrap().code;
    let refused = teams::join_by_link(&services, &competition, &by(&newcomer), &code).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotParticipant));
    services.clock.advance(Duration::days(8));
    let refused = teams::join_by_link(&services, &competition, &by(&newcomer), &code).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::InviteExpired));
}

#[both]
async fn only_the_leader_renames_removes_and_renews_and_leaves_last(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let stranger = person(&services, "stranger").await;
    for user in [&member, &stranger] {
        assert_eq!(
            teams::rename(&services, &team, &by(user), "이름").await.unwrap_err().code(),
            Some(ErrorCode::NotLeader)
        );
        assert_eq!(
            teams::remove(&services, &team, &by(user), leader.id).await.unwrap_err().code(),
            Some(ErrorCode::NotLeader)
        );
        assert_eq!(
            teams::renew_invitation(&services, &team, &by(user)).await.unwrap_err().code(),
            Some(ErrorCode::NotLeader)
        );
        assert_eq!(
            teams::renew_submission_key(&services, &team, &by(user)).await.unwrap_err().code(),
            Some(ErrorCode::NotLeader)
        );
    }
    assert_eq!(
        teams::show_submission_key(&services, &team, &by(&stranger)).await.unwrap_err().code(),
        Some(ErrorCode::NotMember)
    );
    assert_eq!(
        teams::remove(&services, &team, &by(&leader), leader.id).await.unwrap_err().code(),
        Some(ErrorCode::LeaderCannotLeave)
    );
    teams::hand_over(&services, &team, &by(&leader), member.id).await.unwrap();
    let team = teams::by_number(&services, &competition, team.number).await.unwrap();
    assert_eq!(team.leader_id, member.id);
    teams::remove(&services, &team, &by(&leader), leader.id).await.unwrap();
    assert!(teams::of(&services, &competition, &leader).await.unwrap().is_none());
}

#[both]
async fn the_submission_key_finds_the_team_and_a_wrong_key_does_not(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let key = teams::show_submission_key(&services, &team, &by(&member)).await.unwrap();
    assert_eq!(teams::by_key(&services, &leader, team.number, &key).await.unwrap().id, team.id);
    assert_eq!(
        teams::by_key(&services, &leader, team.number, "wrong").await.unwrap_err().code(),
        Some(ErrorCode::WrongKey)
    );
    let stranger = person(&services, "stranger").await;
    assert_eq!(
        teams::by_key(&services, &stranger, team.number, &key).await.unwrap_err().code(),
        Some(ErrorCode::NotMember)
    );
    teams::renew_submission_key(&services, &team, &by(&leader)).await.unwrap();
    assert_eq!(
        teams::by_key(&services, &leader, team.number, &key).await.unwrap_err().code(),
        Some(ErrorCode::WrongKey)
    );
}

#[both]
async fn an_address_is_taken_once_whatever_its_case(store: Store) {
    let services = store.services(noon()).await;
    person(&services, "kim").await;
    let form = SignUp { email: "KIM@Example.kr".into(), ..form("kim") };
    let platform::Error::App(error) =
        accounts::sign_up(&services, &Actor::browser(None, None), form).await.unwrap_err()
    else {
        panic!()
    };
    assert_eq!(error.fields[0].problem.key(), "email_taken");
}

#[both]
async fn notices_are_numbered_pinned_searched_and_removed_by_organizers_only(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (admin, visitor) = (person(&services, "admin").await, person(&services, "visitor").await);
    let admin = domain::accounts::User { is_admin: true, ..admin };
    let draft = |title: &str, pinned| PostDraft {
        title: title.into(),
        markdown: "본문 100% _끝_".into(),
        pinned,
        required: false,
        ..PostDraft::default()
    };
    for caller in [Actor::browser(None, None), by(&visitor)] {
        let refused =
            boards::write(&services, &competition, BoardKind::Notice, &caller, draft("몰래", false)).await.unwrap_err();
        assert!(matches!(refused.code(), Some(ErrorCode::LoginRequired | ErrorCode::NotOrganizer)));
    }
    for index in 1..=22 {
        boards::write(
            &services,
            &competition,
            BoardKind::Notice,
            &by(&admin),
            draft(&format!("공지 {index}"), index == 3),
        )
        .await
        .unwrap();
    }
    let list = async |typed: &str, page| {
        let asked = PostsAsked { sought: Sought::of(typed, false), page, ..PostsAsked::default() };
        boards::list(&services, &competition, BoardKind::Notice, BoardReader::EVERYONE, &asked).await.unwrap()
    };
    let first = list("", 1).await;
    assert_eq!((first.total, first.pages, first.pinned.len(), first.rows.len()), (22, 2, 1, 20));
    assert_eq!(list("", 2).await.rows.len(), 1);
    assert_eq!(list("공지 1", 1).await.total, 11);
    assert_eq!(list("100%", 1).await.total, 22);
    assert_eq!(list("1%0", 1).await.total, 0);
    assert_eq!(
        boards::remove(&services, &competition, BoardKind::Notice, &by(&visitor), 5).await.unwrap_err().code(),
        Some(ErrorCode::NotOrganizer)
    );
    boards::remove(&services, &competition, BoardKind::Notice, &by(&admin), 5).await.unwrap();
    assert_eq!(
        boards::get(&services, &competition, BoardKind::Notice, BoardReader::EVERYONE, 5).await.unwrap_err().code(),
        Some(ErrorCode::NotFound)
    );
    let six = boards::get(&services, &competition, BoardKind::Notice, BoardReader::EVERYONE, 6).await.unwrap();
    assert_eq!((six.older.unwrap().number, six.newer.unwrap().number), (4, 7));
}

#[both]
async fn data_are_for_participants_and_the_sample_is_for_everyone(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let visitor = person(&services, "visitor").await;
    assert!(
        competitions::download(&services, &competition, "sample_submission.csv", &Actor::browser(None, None))
            .await
            .is_ok()
    );
    let refused =
        competitions::download(&services, &competition, "train.csv", &Actor::browser(None, None)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::LoginRequired));
    let refused = competitions::download(&services, &competition, "train.csv", &by(&visitor)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotParticipant));
    participation::join(&services, &competition, &by(&visitor), true).await.unwrap();
    assert!(competitions::download(&services, &competition, "train.csv", &by(&visitor)).await.is_ok());
    let solution = competitions::download(&services, &competition, "solution.csv", &by(&visitor)).await.unwrap_err();
    assert_eq!(solution.code(), Some(ErrorCode::NotFound));
}

#[both]
async fn the_demo_loads_with_every_submission_scored_in_its_own_time(store: Store) {
    let services = store.services(noon()).await;
    let loaded = demo::load(&services, demo_folder("breast-cancer").parent().unwrap()).await.unwrap();
    assert_eq!(loaded.len(), 3);
    let open = competitions::get(&services, "breast-cancer").await.unwrap();
    let leaderboard =
        platform::leaderboards::get(&services, &open, &open.stages[1], domain::leaderboards::Side::Public)
            .await
            .unwrap();
    assert_eq!(leaderboard.rows.len(), 11);
    let garam = leaderboard.rows.iter().find(|row| row.team_number == 101).unwrap();
    assert_eq!(garam.team_name, "가람");
    assert!(garam.last_submission_at < domain::zone::Zone::default().day(noon()).0);
    assert!(demo::load(&services, demo_folder("breast-cancer").parent().unwrap()).await.is_err());
}
