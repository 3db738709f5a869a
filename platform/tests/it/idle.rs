//! Teams of which nothing comes: warned, excluded, replaced and taken back; on both databases.

use both::both;
use chrono::{DateTime, Duration, Utc};
use domain::ErrorCode;
use domain::access::{Actor, Role};
use domain::accounts::User;
use domain::applications::{ApplySettings, CapacityOf};
use domain::audit::Deed;
use domain::competitions::Competition;
use domain::idle::Idleness;
use domain::ids::TeamNumber;
use domain::leaderboards::Side;
use domain::participation::ParticipationState::{Approved, Excluded, Offered, Waiting};
use domain::teams::Team;
use futures::future::join_all;
use platform::competitions::import::import;
use platform::competitions::roles;
use platform::participation::decisions::Decision;
use platform::teams::idle::ExcludedTeams;
use platform::teams::overview::{self, TeamsAsked, TeamsFilter};
use platform::teams::{activity, idle};
use platform::testing::{Store, by, dated_folder, noon, person, team_of_two};
use platform::{Services, audit, jobs, leaderboards, participation, teams};

use crate::applications::{apply, decide, organizer, states};
use crate::common::{again, changed, code, mailed, submit, submit_and_score};

const REASON: &str = "사흘 동안 아무것도 없었어요.";

/// The demo with such an `[idle]`, imported at noon: its contest goes on for a week more.
async fn watched(store: &Store, idle: &str) -> (Services, Competition) {
    let services = store.services(noon()).await;
    let folder = dated_folder("breast-cancer", store.folder.path(), noon());
    let path = folder.join("competition.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, stages) = text.split_once("[[stage]]").unwrap();
    std::fs::write(&path, format!("{head}[idle]\n{idle}\n[[stage]]{stages}")).unwrap();
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    (services, competition)
}

/// Every job that is due at a moment is done.
async fn at(services: &Services, moment: DateTime<Utc>) {
    services.clock.set(moment);
    jobs::run_until_idle(services).await.unwrap();
}

async fn idleness(services: &Services, competition: &Competition, team: &Team) -> Option<Idleness> {
    let team = teams::by_number(services, competition, team.number).await.unwrap();
    idle::of(services, competition, &team).await.unwrap()
}

async fn is_excluded(services: &Services, competition: &Competition, team: &Team) -> bool {
    teams::by_number(services, competition, team.number).await.unwrap().is_excluded()
}

async fn board(services: &Services, competition: &Competition) -> Vec<(TeamNumber, i64, String)> {
    let competition = again(services, competition).await;
    let stage = competition.current_stage(services.clock.now()).unwrap();
    let board = leaderboards::get(services, &competition, stage, Side::Public).await.unwrap();
    board.rows.iter().map(|row| (row.team_number, row.rank, format!("{:?}", row.score))).collect()
}

async fn exclude(services: &Services, competition: &Competition, actor: &Actor, teams: &[&Team]) -> ExcludedTeams {
    let numbers: Vec<_> = teams.iter().map(|team| team.number).collect();
    idle::exclude(services, competition, actor, &numbers, REASON).await.unwrap()
}

/// To whom letters went that say this.
async fn written(services: &Services, store: &Store, what: &str) -> Vec<String> {
    jobs::run_until_idle(services).await.unwrap();
    let letters = mailed(services, store).await;
    let mut to: Vec<_> = letters.into_iter().filter(|one| one.text.contains(what)).map(|one| one.to).collect();
    to.sort();
    to
}

#[both]
async fn a_team_is_warned_a_day_before_excluded_by_a_click_and_taken_back_as_it_was(store: Store) {
    let (services, competition) = watched(&store, "submission_days = 3").await;
    let (silent, leader, member) = team_of_two(&services, &competition, "garam").await;
    let (busy, other, _) = team_of_two(&services, &competition, "naru").await;
    let organizer = organizer(&services, &competition).await;
    submit_and_score(&services, &competition, &silent, &leader, "tree.csv").await;
    submit_and_score(&services, &competition, &busy, &other, "svc.csv").await;
    let (before, last) = (board(&services, &competition).await, services.clock.now() - Duration::minutes(1));
    assert_eq!(before.len(), 2);

    at(&services, last + Duration::days(2) - Duration::minutes(2)).await;
    submit_and_score(&services, &competition, &busy, &other, "mlp.csv").await;
    assert_eq!(written(&services, &store, "제외될 수 있고").await, [""; 0]);
    at(&services, last + Duration::days(2) + Duration::minutes(1)).await;
    let told = written(&services, &store, "제외될 수 있고").await;
    assert_eq!(told, [leader.email.as_str()], "the leader alone, once");
    assert!(matches!(idleness(&services, &competition, &silent).await, Some(Idleness::Soon { warned: true, .. })));
    assert_eq!(
        exclude(&services, &competition, &organizer, &[&silent, &busy]).await,
        ExcludedTeams { done: 0, moved: 2 }
    );

    at(&services, last + Duration::days(3) + Duration::minutes(2)).await;
    assert!(matches!(idleness(&services, &competition, &silent).await, Some(Idleness::Idle { .. })));
    assert!(!is_excluded(&services, &competition, &silent).await, "organizers do it themselves");
    assert_eq!(written(&services, &store, "제외").await, [""; 0], "one warning for one silence");
    let before = board(&services, &competition).await;
    let done = exclude(&services, &competition, &organizer, &[&silent, &busy, &silent]).await;
    assert_eq!(done, ExcludedTeams { done: 1, moved: 1 });
    assert!(is_excluded(&services, &competition, &silent).await);
    let after = board(&services, &competition).await;
    assert_eq!(after.iter().map(|row| (row.0, row.1)).collect::<Vec<_>>(), [(busy.number, 1)], "ranks close up");
    let users = [leader.clone(), member.clone()];
    assert_eq!(states(&services, &competition, &users).await, [Excluded; 2]);
    let told = written(&services, &store, REASON).await;
    assert_eq!(told, [leader.email.clone(), member.email.clone()]);
    services.clock.advance(Duration::minutes(1));
    assert_eq!(code(submit(&services, &competition, &silent, &leader, "mlp.csv").await), ErrorCode::TeamEnded);
    assert_eq!(code(participation::join(&services, &competition, &by(&leader), true).await), ErrorCode::Excluded);

    let alone = decide(&services, &competition, &organizer, &[&leader], Decision::Approve).await;
    assert_eq!((alone.done, alone.moved), (0, 1), "they come back with their team");
    idle::restore(&services, &competition, &organizer, silent.number).await.unwrap();
    assert_eq!(board(&services, &competition).await, before, "to the last digit");
    assert_eq!(states(&services, &competition, &users).await, [Approved; 2]);
    assert_eq!(written(&services, &store, "되돌렸습니다").await.len(), 2);
    assert!(matches!(idleness(&services, &competition, &silent).await, Some(Idleness::Active { .. })), "counted anew");
    submit_and_score(&services, &competition, &silent, &leader, "mlp.csv").await;
    assert_eq!(code(idle::restore(&services, &competition, &organizer, silent.number).await), ErrorCode::NotFound);
    let history = audit::history(&services, &competition, &silent, &by(&leader), 1).await.unwrap().entries;
    for deed in [Deed::WarnIdleTeam, Deed::ExcludeTeam, Deed::UndoExclusion] {
        assert!(history.iter().any(|entry| entry.deed == deed), "{deed:?} on {}", store.name);
    }
    let entries = audit::entries(&services, 0, None).await.unwrap().into_iter();
    let of_team: Vec<_> = entries.filter(|entry| entry.team_id == Some(silent.id)).collect();
    let told = |deed: Deed| {
        let entry = of_team.iter().find(|entry| entry.deed == deed.key()).unwrap();
        (entry.actor_id, entry.via.clone(), entry.before.clone(), entry.after.clone())
    };
    let (by_timer, by_organizer) = ((None, "timer".to_owned()), (organizer.id(), "session".to_owned()));
    let (actor, via, _, after) = told(Deed::WarnIdleTeam);
    assert_eq!((actor, via), by_timer);
    assert!(after.contains("until"), "{after}");
    let (actor, via, before, after) = told(Deed::ExcludeTeam);
    assert_eq!((actor, via), by_organizer.clone());
    assert!(before.contains("submitted_at") && !after.contains(REASON), "{before} {after}");
    let (actor, via, ..) = told(Deed::UndoExclusion);
    assert_eq!((actor, via), by_organizer);
}

#[both]
async fn where_it_is_set_its_moment_excludes_once_and_after_a_downtime_not_without_a_day_of_warning(store: Store) {
    let idle = "submission_days = 3\nexclusion = \"automatic\"";
    let (services, competition) = watched(&store, idle).await;
    let (silent, leader, _) = team_of_two(&services, &competition, "garam").await;
    let made = teams::by_number(&services, &competition, silent.number).await.unwrap().created_at;
    // Nobody was there for more than three days.
    let back = made + Duration::days(3) + Duration::hours(5);
    at(&services, back).await;
    assert!(!is_excluded(&services, &competition, &silent).await);
    assert_eq!(written(&services, &store, "제외될 수 있고").await, [leader.email.as_str()]);
    at(&services, back + Duration::days(1) - Duration::seconds(1)).await;
    assert!(!is_excluded(&services, &competition, &silent).await);
    for _ in 0..2 {
        at(&services, back + Duration::days(1)).await;
        assert!(is_excluded(&services, &competition, &silent).await, "at the very moment, on {}", store.name);
    }
    assert_eq!(written(&services, &store, "정해진 기간").await.len(), 2, "each member once");
    let shut = services.clock.now() + Duration::days(60);
    at(&services, shut).await;
    let waiting = jobs::tallies(&services).await.unwrap();
    assert!(!waiting.iter().any(|tally| tally.kind == "idle"), "after the end nobody looks: {waiting:?}");
}

#[both]
async fn its_place_goes_to_whoever_waits_and_it_comes_back_beside_them(store: Store) {
    let (services, competition) = watched(&store, "submission_days = 2").await;
    let places = ApplySettings { capacity: Some(1), capacity_of: CapacityOf::Teams, ..ApplySettings::default() };
    let competition = changed(&store, &competition, |settings| settings.apply = places).await;
    let kim = person(&services, "kim").await;
    apply(&services, &competition, &kim).await.unwrap();
    let team = teams::create(&services, &competition, &by(&kim), "가람").await.unwrap();
    let next = person(&services, "next").await;
    assert_eq!(apply(&services, &competition, &next).await.unwrap(), Waiting);
    let organizer = organizer(&services, &competition).await;
    at(&services, noon() + Duration::days(1) + Duration::minutes(5)).await;
    at(&services, noon() + Duration::days(2) + Duration::minutes(10)).await;
    assert_eq!(exclude(&services, &competition, &organizer, &[&team]).await.done, 1);
    assert_eq!(states(&services, &competition, std::slice::from_ref(&next)).await, [Offered]);
    participation::accept(&services, &competition, &by(&next)).await.unwrap();
    idle::restore(&services, &competition, &organizer, team.number).await.unwrap();
    assert_eq!(states(&services, &competition, &[kim, next]).await, [Approved; 2]);
    let last = person(&services, "last").await;
    assert_eq!(apply(&services, &competition, &last).await.unwrap(), Waiting, "one too many is there already");
}

#[both]
async fn whoever_submits_while_they_are_excluded_is_in_or_out_and_never_both(store: Store) {
    let (services, competition) = watched(&store, "submission_days = 2").await;
    let organizer = organizer(&services, &competition).await;
    let mut all: Vec<(Team, User)> = Vec::new();
    for name in ["aa", "bb", "cc", "dd", "ee", "ff"] {
        let (team, leader, _) = team_of_two(&services, &competition, name).await;
        all.push((team, leader));
    }
    at(&services, noon() + Duration::days(1) + Duration::minutes(5)).await;
    at(&services, noon() + Duration::days(2) + Duration::minutes(10)).await;
    let numbers: Vec<_> = all.iter().map(|(team, _)| team.number).collect();
    let submits = join_all(all.iter().map(|(team, leader)| submit(&services, &competition, team, leader, "tree.csv")));
    let excluding =
        join_all(numbers.chunks(1).map(|one| idle::exclude(&services, &competition, &organizer, one, REASON)));
    let (submitted, excluded) = tokio::join!(submits, excluding);
    for ((submitted, excluded), (team, _)) in submitted.into_iter().zip(excluded).zip(&all) {
        let out = excluded.unwrap().done == 1;
        assert_eq!(is_excluded(&services, &competition, team).await, out);
        match submitted {
            Ok(_) => assert!(!out, "accepted and excluded on {}", store.name),
            Err(error) => assert_eq!((out, error.code()), (true, Some(ErrorCode::TeamEnded))),
        }
    }
}

#[both]
async fn what_a_service_reports_keeps_a_team_and_nobody_else_reports(store: Store) {
    let (services, competition) = watched(&store, "submission_days = 2\nactivity_days = 2").await;
    let (team, _, _) = team_of_two(&services, &competition, "garam").await;
    let token = activity::renew_token(&services, &competition, &Actor::COMMAND).await.unwrap();
    let report = async |token: &str, number: TeamNumber, at: Option<DateTime<Utc>>| {
        activity::report(&services, &competition, token, &[(team.number, at), (number, at)]).await
    };
    let later = noon() + Duration::days(1);
    services.clock.set(later);
    assert_eq!(code(report("mds_guessed", team.number, None).await), ErrorCode::BadCredentials);
    assert_eq!(code(report(&token, 999, None).await), ErrorCode::InvalidInput, "all of it or nothing");
    let until = async || idleness(&services, &competition, &team).await.map(Idleness::until);
    assert_eq!(until().await, None, "no service reports, so that nobody is idle by its silence");
    activity::report(&services, &competition, &token, &[]).await.unwrap();
    let made = teams::by_number(&services, &competition, team.number).await.unwrap().created_at;
    assert_eq!(until().await.unwrap(), (made + Duration::days(2)).max(later + Duration::days(1)));
    report(&token, team.number, Some(later + Duration::days(9))).await.unwrap();
    assert_eq!(until().await.unwrap(), later + Duration::days(2), "what is still to come is now");
    let leap = "2016-12-31T23:59:60Z".parse().unwrap();
    report(&token, team.number, Some(leap)).await.unwrap();
    report(&token, team.number, Some(noon())).await.unwrap();
    assert_eq!(until().await.unwrap(), later + Duration::days(2), "the latest counts");
    let newer = activity::renew_token(&services, &competition, &Actor::COMMAND).await.unwrap();
    assert_eq!(code(report(&token, team.number, None).await), ErrorCode::BadCredentials);
    report(&newer, team.number, None).await.unwrap();
    let unreported = async || {
        overview::list(&services, &competition, &Actor::COMMAND, &TeamsAsked::default()).await.unwrap().is_unreported
    };
    services.clock.set(later + Duration::days(1));
    assert!(!unreported().await && until().await.is_some(), "on {}", store.name);
    services.clock.advance(Duration::seconds(1));
    assert!(unreported().await && until().await.is_none(), "it has been silent for more than a day");
    assert!(activity::revoke_token(&services, &competition, &Actor::COMMAND).await.unwrap());
    assert_eq!(code(report(&newer, team.number, None).await), ErrorCode::BadCredentials);
}

#[both]
async fn a_warning_of_before_a_services_silence_counts_no_more_once_it_is_heard_again(store: Store) {
    let (services, competition) = watched(&store, "activity_days = 2\nexclusion = \"automatic\"").await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let token = activity::renew_token(&services, &competition, &Actor::COMMAND).await.unwrap();
    let report = async || activity::report(&services, &competition, &token, &[]).await.unwrap();
    report().await;
    services.clock.set(noon() + Duration::days(1));
    report().await;
    at(&services, noon() + Duration::days(1) + Duration::minutes(10)).await;
    assert_eq!(written(&services, &store, "제외될 수 있고").await, [leader.email.as_str()]);
    // The service is away for three days; the team might have been active all the time.
    at(&services, noon() + Duration::days(4)).await;
    assert!(!is_excluded(&services, &competition, &team).await);
    report().await;
    at(&services, noon() + Duration::days(4) + Duration::hours(2)).await;
    assert!(!is_excluded(&services, &competition, &team).await, "on {}", store.name);
    assert_eq!(written(&services, &store, "제외될 수 있고").await, [leader.email.as_str()], "warned once more");
    services.clock.set(noon() + Duration::days(5));
    report().await;
    at(&services, noon() + Duration::days(5) + Duration::hours(3)).await;
    assert!(is_excluded(&services, &competition, &team).await, "a day later it is");
}

#[both]
async fn the_leader_of_a_team_that_is_too_small_to_submit_is_told_so(store: Store) {
    let (services, competition) = watched(&store, "submission_days = 2").await;
    let (_, leader, _) = team_of_two(&services, &competition, "garam").await;
    changed(&store, &competition, |settings| settings.team.min = 3).await;
    at(&services, noon() + Duration::days(1) + Duration::minutes(5)).await;
    assert_eq!(
        written(&services, &store, "팀원이 1명 모자라 아직 제출하실 수 없습니다").await,
        [leader.email.as_str()]
    );
}

#[both]
async fn teams_that_take_part_and_those_that_ended_are_listed_apart_and_counted_as_on_the_dashboard(store: Store) {
    let (services, competition) = watched(&store, "submission_days = 2").await;
    for name in ["garam", "naru"] {
        team_of_two(&services, &competition, name).await;
    }
    let (_, leader, member) = team_of_two(&services, &competition, "bada").await;
    let team = teams::of(&services, &competition, &leader).await.unwrap().unwrap();
    for user in [&member, &leader] {
        teams::remove(&services, &team, &by(user), user.id).await.unwrap();
    }
    let organizer = organizer(&services, &competition).await;
    at(&services, noon() + Duration::days(1) + Duration::minutes(5)).await;
    at(&services, noon() + Duration::days(2) + Duration::minutes(10)).await;
    let excluded = idle::exclude(&services, &competition, &organizer, &[101], REASON).await.unwrap();
    assert_eq!(excluded.done, 1, "{excluded:?} on {}", store.name);
    let list = async |filter| {
        let asked = TeamsAsked { filter, ..TeamsAsked::default() };
        let page = overview::list(&services, &competition, &organizer, &asked).await.unwrap();
        let numbers: Vec<_> = page.lines.iter().map(|line| line.team.number).collect();
        assert!(filter.is_none_or(|filter| usize::try_from(page.count(filter)) == Ok(numbers.len())), "{filter:?}");
        numbers
    };
    assert_eq!(list(None).await, [101, 102, 103]);
    assert_eq!(list(Some(TeamsFilter::TakesPart)).await, [102], "whatever else they are");
    assert_eq!(list(Some(TeamsFilter::Ended)).await, [103]);
    assert_eq!(list(Some(TeamsFilter::Excluded)).await, [101]);
    let (teams, _) = platform::competitions::count(&services, &competition).await.unwrap();
    assert_eq!(usize::try_from(teams), Ok(list(Some(TeamsFilter::TakesPart)).await.len()));
}

#[both]
async fn those_who_run_it_see_all_teams_and_organizers_alone_exclude(store: Store) {
    let (services, competition) = watched(&store, "submission_days = 2").await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    let viewer = person(&services, "viewer").await;
    roles::give(&services, &competition, &Actor::COMMAND, &viewer.email, Some(Role::Viewer)).await.unwrap();
    at(&services, noon() + Duration::days(1) + Duration::minutes(5)).await;
    let list = async |actor: &Actor, filter, text: &str| {
        let asked = TeamsAsked { filter, text: text.to_owned() };
        overview::list(&services, &competition, actor, &asked).await
    };
    assert_eq!(code(list(&by(&leader), None, "").await), ErrorCode::NotOrganizer);
    let page = list(&by(&viewer), Some(TeamsFilter::IdleSoon), "GARAM").await.unwrap();
    assert_eq!((page.lines.len(), page.all, page.count(TeamsFilter::Idle)), (1, 1, 0));
    assert_eq!(list(&by(&viewer), Some(TeamsFilter::Excluded), "").await.unwrap().lines, []);
    for actor in [by(&leader), by(&viewer)] {
        let refused = idle::exclude(&services, &competition, &actor, &[team.number], REASON).await;
        assert_eq!(code(refused), ErrorCode::NotOrganizer);
        assert_eq!(code(idle::restore(&services, &competition, &actor, team.number).await), ErrorCode::NotOrganizer);
        assert_eq!(code(activity::renew_token(&services, &competition, &actor).await), ErrorCode::NotOwner);
    }
    let organizer = organizer(&services, &competition).await;
    let refused = idle::exclude(&services, &competition, &organizer, &[], " ").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::InvalidInput), "{refused} on {}", store.name);
}
