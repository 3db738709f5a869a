//! The ways into a team: a letter and a request; on both databases.

use std::sync::Arc;

use both::both;
use chrono::Duration;
use domain::access::Actor;
use domain::accounts::User;
use domain::competitions::Competition;
use domain::teams::Team;
use domain::{ErrorCode, Locale};
use mail_parser::MessageParser;
use platform::mail::deliver;
use platform::testing::{Store, by, organizes, person, team_of_two};
use platform::{Error, Result, Services, audit, participation, teams};

use crate::common::{changed, open_competition};

/// Somebody who takes part.
async fn participant(services: &Services, competition: &Competition, name: &str) -> User {
    let user = person(services, name).await;
    participation::join(services, competition, &by(&user), true).await.unwrap();
    user
}

async fn invite(services: &Services, team: &Team, by: &Actor, email: &str) -> Result<()> {
    teams::invite(services, team, by, email, Locale::Ko).await
}

/// The key of the newest letter to an address.
async fn key(store: &Store, services: &Services, email: &str) -> String {
    deliver::deliver_due(services).await.unwrap();
    let folder = std::fs::read_dir(store.folder.path().join("mail")).unwrap();
    let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    // Their names are ids, in the order in which they were posted.
    paths.sort();
    paths.reverse();
    let text = paths.iter().map(|path| std::fs::read(path).unwrap()).find_map(|letter| {
        let letter = MessageParser::default().parse(&letter).unwrap();
        let is_theirs = letter.to().unwrap().first().unwrap().address() == Some(email);
        is_theirs.then(|| letter.body_text(0).unwrap().into_owned())
    });
    let text = text.expect("a letter");
    let (_, rest) = text.split_once("/join?key=").expect("a link");
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Option<ErrorCode> {
    outcome.unwrap_err().code()
}

#[both]
async fn a_letter_lets_whoever_has_it_in_once_and_says_nothing_of_who_has_an_account(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let kim = participant(&services, &competition, "kim").await;
    // Of somebody with an account, of nobody and of a member: the same.
    for email in ["kim@example.kr", "nobody@example.kr", member.email.as_str()] {
        invite(&services, &team, &by(&leader), email).await.unwrap();
    }
    let waiting = teams::waiting(&services, &competition, &by(&leader), &team).await.unwrap();
    assert_eq!(waiting.len(), 3);
    let refused = teams::waiting(&services, &competition, &by(&member), &team).await;
    assert_eq!(code(refused), Some(ErrorCode::NotLeader), "addresses are the leader's to see");
    let key = key(&store, &services, "kim@example.kr").await;
    let (_, seen) = teams::invited_by_letter(&services, &competition, &key).await.unwrap();
    assert_eq!((seen.number, seen.members[0].name.as_str()), (team.number, ""), "as strangers see it");
    let visitor = teams::join_by_letter(&services, &competition, &Actor::browser(None, None), &key).await;
    assert_eq!(code(visitor), Some(ErrorCode::LoginRequired));
    let twice = teams::join_by_letter(&services, &competition, &by(&member), &key).await;
    assert_eq!(code(twice), Some(ErrorCode::AlreadyInTeam));
    let entered = teams::join_by_letter(&services, &competition, &by(&kim), &key).await.unwrap();
    assert_eq!(entered.members.len(), 3);
    let again = teams::join_by_letter(&services, &competition, &by(&kim), &key).await;
    assert_eq!(code(again), Some(ErrorCode::InviteUsed));
    assert_eq!(teams::waiting(&services, &competition, &by(&leader), &team).await.unwrap().len(), 2);
}

#[both]
async fn a_letter_that_was_taken_back_replaced_or_has_ended_opens_nothing(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let kim = participant(&services, &competition, "kim").await;
    invite(&services, &team, &by(&leader), "kim@example.kr").await.unwrap();
    let first = key(&store, &services, "kim@example.kr").await;
    services.clock.advance(Duration::minutes(1));
    invite(&services, &team, &by(&leader), "KIM@example.kr").await.unwrap();
    let second = key(&store, &services, "kim@example.kr").await;
    assert_ne!(first, second);
    let enter = async |key: &str| teams::join_by_letter(&services, &competition, &by(&kim), key).await;
    assert_eq!(code(enter(&first).await), Some(ErrorCode::NotFound), "replaced");
    let waiting = teams::waiting(&services, &competition, &by(&leader), &team).await.unwrap();
    assert_eq!(waiting.len(), 1, "an address is asked once");
    teams::take_back(&services, &team, &by(&leader), waiting[0].invitation.id).await.unwrap();
    assert_eq!(code(enter(&second).await), Some(ErrorCode::NotFound), "taken back");
    invite(&services, &team, &by(&leader), "kim@example.kr").await.unwrap();
    let third = key(&store, &services, "kim@example.kr").await;
    services.clock.advance(Duration::days(7));
    assert_eq!(code(enter(&third).await), Some(ErrorCode::InviteExpired));
    assert_eq!(code(enter("never").await), Some(ErrorCode::NotFound));
}

#[both]
async fn what_a_removed_member_has_sent_or_was_sent_lets_them_not_back_in(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    invite(&services, &team, &by(&leader), "second-address@example.kr").await.unwrap();
    invite(&services, &team, &by(&leader), "other@example.kr").await.unwrap();
    let own = key(&store, &services, "second-address@example.kr").await;
    teams::hand_over(&services, &team, &by(&leader), member.id).await.unwrap();
    teams::remove(&services, &team, &by(&member), leader.id).await.unwrap();
    let back = teams::join_by_letter(&services, &competition, &by(&leader), &own).await;
    assert_eq!(code(back), Some(ErrorCode::NotFound));
    let team = teams::of(&services, &competition, &member).await.unwrap().unwrap();
    assert!(teams::waiting(&services, &competition, &by(&member), &team).await.unwrap().is_empty());
}

#[both]
async fn twenty_invitations_wait_and_a_person_writes_no_more_than_now_and_then(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    for number in 0..20 {
        invite(&services, &team, &by(&leader), &format!("p{number}@example.kr")).await.unwrap();
    }
    let refused = invite(&services, &team, &by(&leader), "one@example.kr").await;
    assert_eq!(code(refused), Some(ErrorCode::TooManyAttempts));
    services.clock.advance(Duration::hours(1));
    let refused = invite(&services, &team, &by(&leader), "one@example.kr").await;
    assert_eq!(code(refused), Some(ErrorCode::TooManyInvitations));
    services.clock.advance(Duration::days(7));
    invite(&services, &team, &by(&leader), "one@example.kr").await.unwrap();
    for wrong in ["", "nobody", "a@b\r\nBcc: c@d.kr"] {
        let Err(Error::App(error)) = invite(&services, &team, &by(&leader), wrong).await else { panic!("{wrong}") };
        assert_eq!(error.fields[0].problem.key(), "email");
    }
}

#[both]
async fn who_asks_is_let_in_and_asks_nobody_else_any_more(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let (other, ..) = team_of_two(&services, &competition, "naru").await;
    let kim = participant(&services, &competition, "kim").await;
    for number in [team.number, other.number, team.number] {
        teams::ask(&services, &competition, &by(&kim), number, "  함께\n하고 싶어요 ").await.unwrap();
    }
    let own = teams::own_requests(&services, &competition, &kim).await.unwrap();
    assert_eq!(own.len(), 2, "asking again changes nothing");
    for reader in [&member, &kim] {
        let refused = teams::applicants(&services, &competition, &by(reader), &team).await;
        assert_eq!(code(refused), Some(ErrorCode::NotLeader), "names are the leader's to see");
    }
    let asks = teams::applicants(&services, &competition, &by(&leader), &team).await.unwrap();
    assert_eq!((asks[0].name.as_str(), asks[0].message.as_str()), ("kim", "함께 하고 싶어요"));
    let refused = teams::accept_request(&services, &team, &by(&member), asks[0].id).await;
    assert_eq!(code(refused), Some(ErrorCode::NotLeader));
    let refused = teams::accept_request(&services, &other, &by(&leader), asks[0].id).await;
    assert_eq!(code(refused), Some(ErrorCode::NotLeader), "of another team");
    teams::accept_request(&services, &team, &by(&leader), asks[0].id).await.unwrap();
    assert_eq!(teams::of(&services, &competition, &kim).await.unwrap().unwrap().id, team.id);
    assert!(teams::own_requests(&services, &competition, &kim).await.unwrap().is_empty());
    let again = teams::accept_request(&services, &team, &by(&leader), asks[0].id).await;
    assert_eq!(code(again), Some(ErrorCode::NotFound));
    // Neither of the two teams' histories says who asked it.
    let history = audit::history(&services, &competition, &team, &by(&member), 1).await.unwrap();
    assert_eq!(history.entries.len(), 4, "made, linked, entered, let in");
}

#[both]
async fn who_was_refused_does_not_ask_the_team_again_and_what_they_wrote_is_gone(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let kim = participant(&services, &competition, "kim").await;
    teams::ask(&services, &competition, &by(&kim), team.number, "비밀 이야기").await.unwrap();
    let asks = teams::applicants(&services, &competition, &by(&leader), &team).await.unwrap();
    teams::refuse_request(&services, &team, &by(&leader), asks[0].id).await.unwrap();
    let own = teams::own_requests(&services, &competition, &kim).await.unwrap();
    assert!(own[0].refused_at.is_some());
    assert!(teams::applicants(&services, &competition, &by(&leader), &team).await.unwrap().is_empty());
    let again = teams::ask(&services, &competition, &by(&kim), team.number, "다시").await;
    assert_eq!(code(again), Some(ErrorCode::RequestRefused));
    let withdrawn = teams::withdraw_request(&services, &competition, &by(&kim), own[0].id).await;
    assert_eq!(code(withdrawn), Some(ErrorCode::NotFound), "else they could ask again");
    let late = teams::accept_request(&services, &team, &by(&leader), asks[0].id).await;
    assert_eq!(code(late), Some(ErrorCode::NotFound));
    // An invitation is another matter, and ends it.
    let link = teams::renew_invitation(&services, &team, &by(&leader)).await.unwrap().code;
    teams::join_by_link(&services, &competition, &by(&kim), &link).await.unwrap();
    assert!(teams::own_requests(&services, &competition, &kim).await.unwrap().is_empty());
}

#[both]
async fn requests_are_few_for_a_person_and_for_a_team_and_end_where_it_is_full(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let kim = participant(&services, &competition, "kim").await;
    let mut last = team.clone();
    for name in ["naru", "dasan", "haneul"] {
        last = team_of_two(&services, &competition, name).await.0;
        teams::ask(&services, &competition, &by(&kim), last.number, "").await.unwrap();
    }
    let fourth = teams::ask(&services, &competition, &by(&kim), team.number, "").await;
    assert_eq!(code(fourth), Some(ErrorCode::TooManyRequests));
    let own = teams::own_requests(&services, &competition, &kim).await.unwrap();
    assert_eq!(own[0].team_id, last.id);
    teams::withdraw_request(&services, &competition, &by(&kim), own[0].id).await.unwrap();
    teams::ask(&services, &competition, &by(&kim), team.number, "").await.unwrap();
    for number in 0..19 {
        let someone = participant(&services, &competition, &format!("p{number}")).await;
        teams::ask(&services, &competition, &by(&someone), team.number, "").await.unwrap();
    }
    let late = participant(&services, &competition, "late").await;
    let refused = teams::ask(&services, &competition, &by(&late), team.number, "").await;
    assert_eq!(code(refused), Some(ErrorCode::TeamRequestsFull));
    let asks = teams::applicants(&services, &competition, &by(&leader), &team).await.unwrap();
    for one in &asks[..2] {
        teams::accept_request(&services, &team, &by(&leader), one.id).await.unwrap();
    }
    assert!(teams::applicants(&services, &competition, &by(&leader), &team).await.is_ok_and(|left| left.is_empty()));
    let refused = teams::ask(&services, &competition, &by(&late), team.number, "").await;
    assert_eq!(code(refused), Some(ErrorCode::TeamFull));
    let refused = teams::accept_request(&services, &team, &by(&leader), asks[5].id).await;
    assert_eq!(code(refused), Some(ErrorCode::TeamFull));
}

#[both]
async fn whoever_helps_to_run_the_competition_by_then_is_not_let_in(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let kim = participant(&services, &competition, "kim").await;
    teams::ask(&services, &competition, &by(&kim), team.number, "").await.unwrap();
    organizes(&services, &competition, &kim).await;
    let asks = teams::applicants(&services, &competition, &by(&leader), &team).await.unwrap();
    let refused = teams::accept_request(&services, &team, &by(&leader), asks[0].id).await;
    assert_eq!(code(refused), Some(ErrorCode::HasRole));
    let asks = teams::ask(&services, &competition, &by(&kim), team.number, "").await;
    assert_eq!(code(asks), Some(ErrorCode::HasRole));
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_requests_accepted_at_once_for_the_last_place_one_is(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let competition = changed(&store, &competition, |settings| settings.team.max = 3).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    for number in 0..10 {
        let someone = participant(&services, &competition, &format!("p{number}")).await;
        teams::ask(&services, &competition, &by(&someone), team.number, "").await.unwrap();
    }
    let asks = teams::applicants(&services, &competition, &by(&leader), &team).await.unwrap();
    assert_eq!(asks.len(), 10);
    let shared = Arc::new((services.clone(), team.clone(), leader));
    let tasks: Vec<_> = asks
        .iter()
        .map(|one| {
            let (shared, id) = (Arc::clone(&shared), one.id);
            tokio::spawn(async move { teams::accept_request(&shared.0, &shared.1, &by(&shared.2), id).await })
        })
        .collect();
    let mut entered = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => entered += 1,
            Err(error) => assert_eq!(error.code(), Some(ErrorCode::TeamFull), "{}", store.name),
        }
    }
    let team = teams::by_number(&services, &competition, team.number).await.unwrap();
    assert_eq!((entered, team.members.len()), (1, 3));
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_used_twice_at_once_lets_one_in(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let people = [participant(&services, &competition, "kim").await, participant(&services, &competition, "lee").await];
    invite(&services, &team, &by(&leader), "kim@example.kr").await.unwrap();
    let key = key(&store, &services, "kim@example.kr").await;
    let shared = Arc::new((services.clone(), competition.clone(), key));
    let tasks = people.map(|user| {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move { teams::join_by_letter(&shared.0, &shared.1, &by(&user), &shared.2).await })
    });
    let mut entered = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => entered += 1,
            Err(error) => {
                assert!(matches!(error.code(), Some(ErrorCode::NotFound | ErrorCode::InviteUsed)), "{error}");
            }
        }
    }
    assert_eq!(entered, 1, "{}", store.name);
}

#[both]
async fn who_was_in_a_team_when_is_kept_and_told_to_organizers(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let begun = services.clock.now();
    services.clock.advance(Duration::hours(1));
    teams::remove(&services, &team, &by(&leader), member.id).await.unwrap();
    services.clock.advance(Duration::hours(1));
    let link = teams::renew_invitation(&services, &team, &by(&leader)).await.unwrap().code;
    teams::join_by_link(&services, &competition, &by(&member), &link).await.unwrap();
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    let refused = teams::memberships(&services, &competition, &by(&leader), &team).await;
    assert_eq!(code(refused), Some(ErrorCode::NotOrganizer));
    let told = teams::memberships(&services, &competition, &by(&organizer), &team).await.unwrap();
    let hours = |at: chrono::DateTime<chrono::Utc>| (at - begun).num_hours();
    let told: Vec<_> = told.iter().map(|one| (one.user_id, hours(one.joined_at), one.left_at.map(hours))).collect();
    let mut expected = [(leader.id, 0, None), (member.id, 0, Some(1))];
    expected.sort_by_key(|(user, ..)| *user);
    assert_eq!(told, [expected[0], expected[1], (member.id, 2, None)]);
}
