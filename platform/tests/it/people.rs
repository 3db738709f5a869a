//! The lists of people, roles and cases: who stands in them, what is found, and what each reader may know; on both databases.

use both::both;
use domain::access::{Action, Actor, Role, Scope, Via};
use domain::accounts::User;
use domain::cases::CaseState;
use domain::competitions::Competition;
use domain::participation::ParticipationState;
use domain::{ErrorCode, Locale};
use platform::accounts::deletion;
use platform::cases::{self, CasesWanted};
use platform::competitions::holders::{self, HoldersWanted};
use platform::competitions::letters::{self, LetterWords, LettersWanted};
use platform::competitions::people::{self, ListedPerson, PeopleFilter, PeoplePage, PeopleWanted};
use platform::competitions::roles;
use platform::mail::Recipient;
use platform::mail::letter::Letter;
use platform::participation::decisions::Decision;
use platform::teams::overview::{self, TeamsAsked};
use platform::testing::{Store, TEST_PASSWORD, applicant, by, person, team_of_two};
use platform::{Services, access, accounts, participation, teams};

use crate::applications::{decide, organizer};
use crate::cases::Scene;
use crate::common::{code, mailed, open_competition, submit_and_score};

/// All that are found with a text, on one page.
fn wanted(filter: Option<PeopleFilter>, text: &str) -> PeopleWanted {
    PeopleWanted { filter, text: text.into(), limit: 100, offset: 0 }
}

async fn found(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    filter: Option<PeopleFilter>,
    text: &str,
) -> PeoplePage {
    let page = people::list(services, competition, actor, &wanted(filter, text)).await.unwrap();
    assert_eq!(i64::try_from(page.rows.len()), Ok(page.total));
    page
}

fn row<'a>(page: &'a PeoplePage, user: &User) -> &'a ListedPerson {
    page.rows.iter().find(|row| row.user_id == user.id).unwrap()
}

async fn holder(services: &Services, competition: &Competition, name: &str, role: Role) -> Actor {
    let user = person(services, name).await;
    roles::give(services, competition, &Actor::COMMAND, &user.email, Some(role)).await.unwrap();
    by(&user)
}

fn state(_: Locale, state: ParticipationState) -> &'static str {
    state.key()
}

fn role(_: Locale, role: Role) -> &'static str {
    role.key()
}

#[both]
async fn everybody_who_takes_part_or_did_is_listed_with_what_they_did(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let (_, other, gone) = team_of_two(&services, &competition, "naru").await;
    let [alone, out] = [person(&services, "alone").await, person(&services, "out").await];
    for user in [&alone, &out] {
        participation::join(&services, &competition, &by(user), true).await.unwrap();
    }
    applicant(&services, &competition, "applicant").await;
    let desk = organizer(&services, &competition).await;
    decide(&services, &competition, &desk, &[&out], Decision::Exclude).await;
    submit_and_score(&services, &competition, &team, &leader, "tree.csv").await;
    submit_and_score(&services, &competition, &team, &leader, "svc.csv").await;
    let naru = teams::by_number(&services, &competition, 102).await.unwrap();
    teams::remove(&services, &naru, &by(&gone), gone.id).await.unwrap();
    participation::withdraw(&services, &competition, &by(&gone)).await.unwrap();

    let all = found(&services, &competition, &desk, None, "").await;
    let mut names: Vec<_> = all.rows.iter().map(|row| row.name.clone().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["alone", "garam-1", "garam-2", "naru-1", "naru-2", "out"], "no applicant, no organizer");
    let leads = row(&all, &leader);
    assert_eq!((leads.team_number, leads.submissions), (Some(101), 2));
    assert_eq!(leads.submitted_at, Some(services.clock.now()));
    assert_eq!((row(&all, &member).submissions, row(&all, &member).submitted_at), (0, None));
    let left = row(&all, &gone);
    assert_eq!((left.state, left.team_number), (ParticipationState::Withdrawn, None));
    assert_eq!(row(&all, &alone).role, None);

    for (filter, users) in [
        (PeopleFilter::TakesPart, vec![&leader, &member, &other, &alone]),
        (PeopleFilter::InTeam, vec![&leader, &member, &other]),
        (PeopleFilter::Alone, vec![&alone]),
        (PeopleFilter::Today, vec![&leader]),
        (PeopleFilter::Excluded, vec![&out]),
        (PeopleFilter::Withdrawn, vec![&gone]),
    ] {
        let page = found(&services, &competition, &desk, Some(filter), "").await;
        assert_eq!(page.total, all.count(filter), "the number on the tab is how many it leads to");
        let mut got: Vec<_> = page.rows.iter().map(|row| row.user_id).collect();
        let mut expected: Vec<_> = users.iter().map(|user| user.id).collect();
        got.sort();
        expected.sort();
        assert_eq!(got, expected, "{filter:?}");
    }
    // Tomorrow nobody has submitted today.
    services.clock.advance(chrono::Duration::days(1));
    assert_eq!(found(&services, &competition, &desk, Some(PeopleFilter::Today), "").await.total, 0);
    let page = PeopleWanted { limit: 2, offset: 4, ..PeopleWanted::default() };
    let page = people::list(&services, &competition, &desk, &page).await.unwrap();
    assert_eq!((page.rows.len(), page.total), (2, 6));
    let past = PeopleWanted { limit: 4, offset: 400, ..PeopleWanted::default() };
    let past = people::list(&services, &competition, &desk, &past).await.unwrap();
    assert_eq!((&past.rows, past.total), (&page.rows, 6), "past the end is the last page");
}

#[both]
async fn judges_viewers_and_tokens_know_public_names_alone(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (_, leader, _) = team_of_two(&services, &competition, "garam").await;
    accounts::set_public_name(&services, &by(&leader), "새벽별").await.unwrap();
    let desk = organizer(&services, &competition).await;
    let by_token = Actor { via: Via::Token(Scope::Organize.into()), ..desk.clone() };
    let judge = holder(&services, &competition, "judge", Role::Judge).await;
    let viewer = holder(&services, &competition, "viewer", Role::Viewer).await;
    let csv = async |actor: &Actor| {
        let words = (state as fn(_, _) -> _, role as fn(_, _) -> _);
        people::csv(&services, &competition, actor, &wanted(None, ""), Locale::En, words).await.unwrap()
    };
    for (who, actor, knows) in
        [("organizer", &desk, true), ("token", &by_token, false), ("judge", &judge, false), ("viewer", &viewer, false)]
    {
        let page = found(&services, &competition, actor, None, "").await;
        assert_eq!(page.knows, knows, "{who}");
        let one = row(&page, &leader);
        let known = knows.then(|| ("garam-1".to_owned(), "garam-1@example.kr".to_owned()));
        assert_eq!(one.name.clone().zip(one.email.clone()), known, "{who}");
        assert_eq!(one.affiliation.is_some(), knows, "{who}");
        assert_eq!(one.public_name.as_deref(), Some("새벽별"), "{who}");
        for (text, finds) in [("새벽", 1), ("GARAM", 2), ("101", 2), ("garam-1@", i64::from(knows)), ("%", 0), ("_", 0)]
        {
            assert_eq!(found(&services, &competition, actor, None, text).await.total, finds, "{text} for {who}");
        }
        let text = csv(actor).await;
        assert!(text.starts_with("\u{feff}\"public name\""), "{text}");
        assert_eq!(text.contains("garam-1@example.kr"), knows, "{who}");
        assert_eq!(text.contains("\"garam-1\""), knows, "{who}");
    }
    let refused = people::list(&services, &competition, &by(&leader), &wanted(None, "")).await;
    assert_eq!(code(refused), ErrorCode::NotOrganizer);
    let visitor = Actor::browser(None, None);
    assert_eq!(
        code(people::list(&services, &competition, &visitor, &wanted(None, "")).await),
        ErrorCode::LoginRequired
    );
}

#[both]
async fn whoever_has_deleted_their_account_is_called_so_and_has_no_address(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (_, leader, member) = team_of_two(&services, &competition, "garam").await;
    let desk = organizer(&services, &competition).await;
    deletion::delete(&services, &by(&member), deletion::WORDS[0], TEST_PASSWORD, "").await.unwrap();
    let mut tx = services.db.begin().await.unwrap();
    let address = format!("{}@deleted.invalid", member.id.0.simple());
    let to = Recipient {
        user: Some(member.id),
        competition: Some(competition.id),
        address: &address,
        locale: Locale::Ko,
        reply_to: None,
    };
    let letter = Letter::Test { at: services.clock.now() };
    services.mail.post(&mut tx, to, &letter, services.clock.now()).await.unwrap();
    tx.commit().await.unwrap();

    let page = found(&services, &competition, &desk, None, "").await;
    let gone = row(&page, &member);
    assert_eq!((gone.is_gone, gone.email.as_deref()), (true, None), "on {}", store.name);
    assert!(!row(&page, &leader).is_gone);
    assert_eq!(found(&services, &competition, &desk, None, "deleted").await.total, 0);
    let words = (state as fn(_, _) -> _, role as fn(_, _) -> _);
    let csv = people::csv(&services, &competition, &desk, &wanted(None, ""), Locale::Ko, words).await.unwrap();
    assert!(csv.contains("\"탈퇴한 사람\"") && !csv.contains("deleted.invalid"), "{csv}");
    for (text, finds) in [("", 1), ("deleted", 0)] {
        let wanted = LettersWanted { text: text.into(), limit: 9, ..LettersWanted::default() };
        let page = letters::list(&services, &competition, &desk, &wanted, (Locale::Ko, |_, _| None)).await.unwrap();
        assert_eq!(page.total, finds, "{text}");
        assert!(page.rows.iter().all(|one| one.address.is_empty() && one.name.is_none()), "{:?}", page.rows);
    }
    let words: LetterWords = (|_, _| None, |_, state| state.key(), |_, why| why.to_owned());
    let all = LettersWanted::default();
    let csv = letters::csv(&services, &competition, &desk, &all, Locale::En, words).await.unwrap();
    assert!(csv.contains("\"Deleted account\"") && !csv.contains("deleted.invalid"), "{csv}");
}

#[both]
async fn judges_viewers_and_tokens_know_teams_leaders_by_public_names_alone(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (_, leader, _) = team_of_two(&services, &competition, "garam").await;
    team_of_two(&services, &competition, "naru").await;
    accounts::set_public_name(&services, &by(&leader), "새벽별").await.unwrap();
    let left = person(&services, "left").await;
    participation::join(&services, &competition, &by(&left), true).await.unwrap();
    let ended = teams::create(&services, &competition, &by(&left), "빈 배").await.unwrap();
    teams::remove(&services, &ended, &by(&left), left.id).await.unwrap();
    let desk = organizer(&services, &competition).await;
    let by_token = Actor { via: Via::Token(Scope::Organize.into()), ..desk.clone() };
    let judge = holder(&services, &competition, "judge", Role::Judge).await;
    let viewer = holder(&services, &competition, "viewer", Role::Viewer).await;
    for (who, actor, knows) in
        [("organizer", &desk, true), ("token", &by_token, false), ("judge", &judge, false), ("viewer", &viewer, false)]
    {
        let list = async |text: &str| {
            let asked = TeamsAsked { text: text.into(), ..TeamsAsked::default() };
            overview::list(&services, &competition, actor, &asked).await.unwrap()
        };
        let page = list("").await;
        let leaders: Vec<_> = page.lines.iter().map(|line| line.team.leader.as_str()).collect();
        assert_eq!(leaders, if knows { ["garam-1", "naru-1", ""] } else { ["새벽별", "", ""] }, "{who}");
        for (text, finds) in [("garam-1", usize::from(knows)), ("새벽", usize::from(!knows)), ("left", 0), ("빈", 1)]
        {
            assert_eq!(list(text).await.lines.len(), finds, "{text} for {who}");
        }
        let asked = TeamsAsked::default();
        let csv = overview::csv(&services, &competition, actor, &asked, Locale::Ko, |_, _| "").await.unwrap();
        assert_eq!(csv.contains("naru-1"), knows, "{who}: {csv}");
        assert!(!csv.contains("left"), "whoever left leads it no more: {csv}");
    }
}

#[both]
async fn a_list_of_roles_says_by_whom_and_is_searched_in_what_the_reader_knows(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let owner = holder(&services, &competition, "owner", Role::Owner).await;
    let viewer = holder(&services, &competition, "viewer", Role::Viewer).await;
    let kim = person(&services, "kim").await;
    roles::invite(&services, &competition, &owner, &kim.email, Role::Judge, Locale::Ko).await.unwrap();
    let letters = mailed(&services, &store).await;
    roles::accept(&services, &competition, &by(&kim), &letters[0].key).await.unwrap();
    roles::change(&services, &competition, &owner, viewer.id().unwrap(), Some(Role::Judge)).await.unwrap();
    roles::invite(&services, &competition, &owner, "lee@example.kr", Role::Judge, Locale::Ko).await.unwrap();

    let list = async |actor: &Actor, role, text: &str| {
        let wanted = HoldersWanted { role, text: text.into() };
        holders::list(&services, &competition, actor, &wanted).await.unwrap()
    };
    let page = list(&owner, None, "").await;
    let given: Vec<_> = page.rows.iter().map(|one| (one.name.as_str(), one.role, one.given_by.as_deref())).collect();
    assert_eq!(page.all, 3);
    assert!(given.contains(&("owner", Role::Owner, None)), "{given:?}");
    assert!(given.contains(&("kim", Role::Judge, Some("owner"))), "whoever has invited them: {given:?}");
    assert!(given.contains(&("viewer", Role::Judge, Some("owner"))), "{given:?}");
    assert_eq!((page.count(Role::Judge), list(&owner, Some(Role::Judge), "").await.rows.len()), (2, 2));
    assert_eq!(list(&owner, Some(Role::Judge), "KIM@").await.rows.len(), 1);

    let seen = list(&viewer, None, "").await;
    let other: Vec<_> = seen.rows.iter().filter(|one| Some(one.user_id) != viewer.id()).collect();
    assert!(other.iter().all(|one| one.email.is_empty() && one.affiliation.is_empty()), "{other:?}");
    assert_eq!(seen.invitations[0].invitation.email, "l***@example.kr");
    assert_eq!(list(&viewer, None, "kim@").await.rows.len(), 0, "nor can it be looked for");
    assert_eq!(list(&viewer, None, "kim").await.rows.len(), 1);
    let wanted = HoldersWanted::default();
    let csv = holders::csv(&services, &competition, &viewer, &wanted, Locale::Ko, role).await.unwrap();
    assert!(csv.starts_with("\u{feff}\"이름\"") && !csv.contains("kim@"), "{csv}");
    assert!(access::may(&services, &competition, &owner, Action::ReadAddresses).await.unwrap());
}

#[both]
async fn cases_are_found_by_title_team_and_number_and_only_by_whom_they_are_for(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, .. } = &scene;
    let first = scene.open(scene.suspicion()).await;
    team_of_two(services, competition, "naru").await;
    let other = cases::NewCase { team: 102, title: "계정을 나눠 쓴 의심".into(), ..scene.suspicion() };
    let second = scene.open(other).await;
    let found = async |actor: &Actor, state, text: &str| {
        let wanted = CasesWanted { state, text: text.into(), limit: 9, offset: 0 };
        let page = cases::list(services, competition, actor, &wanted).await.unwrap();
        assert_eq!(i64::try_from(page.rows.len()), Ok(page.total));
        page.rows.into_iter().map(|row| row.case.number).collect::<Vec<_>>()
    };
    let desk = by(organizer);
    assert_eq!(found(&desk, None, "").await.len(), 2);
    for (text, number) in [("나눠", second), ("NARU", second), ("102", second), ("garam", first)] {
        assert_eq!(found(&desk, None, text).await, [number], "{text}");
    }
    assert_eq!(found(&desk, None, &first.to_string()).await, [first]);
    assert_eq!(found(&desk, Some(CaseState::Suspected), "naru").await, [second]);
    assert_eq!(found(&desk, Some(CaseState::Decided), "naru").await, [0; 0]);
    // A former member who has a role by now finds nothing of it, whatever they look for.
    teams::remove(services, &scene.team, &by(&scene.member), scene.member.id).await.unwrap();
    roles::give(services, competition, &Actor::COMMAND, &scene.member.email, Some(Role::Judge)).await.unwrap();
    assert_eq!(found(&by(&scene.member), None, &first.to_string()).await, [0; 0]);
    assert_eq!(found(&by(&scene.member), None, "garam").await, [0; 0]);
    let words = ((|_, state: CaseState| state.key()) as fn(_, _) -> _, (|_, _| "") as fn(_, _) -> _);
    let wanted = CasesWanted { text: "naru".into(), ..CasesWanted::default() };
    let csv = cases::csv(services, competition, &desk, &wanted, Locale::Ko, words).await.unwrap();
    assert!(csv.contains("계정을") && !csv.contains("garam"), "{csv}");
}
