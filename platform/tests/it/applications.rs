//! Applications: who comes to take part, what organizers decide, and what that opens; on both databases.

use both::both;
use chrono::{DateTime, Duration, Utc};
use domain::ErrorCode;
use domain::access::{Actor, Role};
use domain::accounts::User;
use domain::applications::{ApplyMode, ApplySettings};
use domain::competitions::Competition;
use domain::ids::UserId;
use domain::notifications::{News, NotificationFilter, Topic};
use domain::participation::ParticipationState::{self, Applied, Approved, Declined, Excluded, Offered, Waiting};
use futures::future::join_all;
use mail_parser::MessageParser;
use platform::competitions::roles;
use platform::mail::deliver;
use platform::notifications::Wishes;
use platform::participation::decisions::{self, Decided, Decision};
use platform::participation::{self, ApplicationForm};
use platform::testing::{Store, by, noon, organizes, person};
use platform::{Result, Services, access, competitions, jobs, notifications, teams};

use crate::common::{behind_the_back, changed, open_competition};

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T>) -> ErrorCode {
    result.unwrap_err().code().expect("a refusal")
}

/// The demo with `[apply]`.
pub(crate) async fn with(store: &Store, apply: ApplySettings) -> (Services, Competition) {
    let (services, competition) = open_competition(store).await;
    let competition = changed(store, &competition, |settings| settings.apply = apply).await;
    (services, competition)
}

pub(crate) fn of(mode: ApplyMode, capacity: Option<i64>) -> ApplySettings {
    ApplySettings { mode, capacity, ..ApplySettings::default() }
}

pub(crate) async fn people(services: &Services, name: &str, count: usize) -> Vec<User> {
    // One after the other: who applies in the same moment stands in the order of the accounts.
    let mut people = Vec::new();
    for index in 0..count {
        people.push(person(services, &format!("{name}{index}")).await);
    }
    people
}

pub(crate) async fn apply(services: &Services, competition: &Competition, user: &User) -> Result<ParticipationState> {
    let agreed = Some(competition.settings.apply.rules);
    let form = ApplicationForm { agreed, ..ApplicationForm::default() };
    participation::apply(services, competition, &by(user), form).await
}

/// Where each stands, and whoever waits at which place.
pub(crate) async fn states(services: &Services, competition: &Competition, users: &[User]) -> Vec<ParticipationState> {
    let mut states = Vec::new();
    for user in users {
        states.push(participation::own(services, competition, user).await.unwrap().expect("an application").state);
    }
    states
}

pub(crate) async fn offered_until(
    services: &Services,
    competition: &Competition,
    user: &User,
) -> Option<DateTime<Utc>> {
    participation::own(services, competition, user).await.unwrap().and_then(|own| own.offer_until)
}

/// All letters that were written, sent now: to whom, and what stands in them.
pub(crate) async fn letters(services: &Services, store: &Store) -> Vec<(String, String)> {
    while deliver::deliver_due(services).await.unwrap() > 0 {}
    let folder = store.folder.path().join("mail");
    let paths = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.is_file())
        .filter_map(|path| {
            let letter = std::fs::read(path).unwrap();
            let letter = MessageParser::default().parse(&letter)?;
            let to = letter.to()?.first()?.address()?.to_owned();
            Some((to, format!("{}\n{}", letter.subject()?, letter.body_text(0)?)))
        })
        .collect()
}

pub(crate) async fn organizer(services: &Services, competition: &Competition) -> Actor {
    let user = person(services, "organizer").await;
    organizes(services, competition, &user).await;
    by(&user)
}

pub(crate) async fn decide(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    users: &[&User],
    decision: Decision,
) -> Decided {
    let users: Vec<UserId> = users.iter().map(|user| user.id).collect();
    decisions::decide(services, competition, actor, &users, decision, "소속을 확인할 수 없어요.").await.unwrap()
}

#[both]
async fn without_settings_agreeing_is_enough_and_twice_is_once(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let kim = person(&services, "kim").await;
    let before = services.db.audit_last().await.unwrap();
    let all = join_all((0..100).map(|_| apply(&services, &competition, &kim))).await;
    assert!(all.into_iter().all(|state| state.unwrap() == Approved), "{}", store.name);
    assert_eq!(services.db.audit_last().await.unwrap(), before + 1, "{}", store.name);
    assert_eq!(competitions::count(&services, &competition).await.unwrap().1, 1);
}

#[both]
async fn organizers_decide_one_by_one_and_many_at_once_and_each_is_told_why(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Approval, Some(2))).await;
    let users = people(&services, "p", 5).await;
    for user in &users {
        assert_eq!(apply(&services, &competition, user).await.unwrap(), Applied);
    }
    let actor = organizer(&services, &competition).await;
    let [one, two, three, four, five] = [0, 1, 2, 3, 4].map(|index| &users[index]);
    let without = decisions::decide(&services, &competition, &actor, &[one.id], Decision::Decline, " ").await;
    assert_eq!(code(without), ErrorCode::InvalidInput);
    let nobody = decisions::decide(&services, &competition, &actor, &[], Decision::Approve, "").await;
    assert_eq!(code(nobody), ErrorCode::InvalidInput);
    let stranger = decisions::decide(&services, &competition, &by(one), &[one.id], Decision::Approve, "").await;
    assert_eq!(code(stranger), ErrorCode::NotOrganizer);
    let decided = decide(&services, &competition, &actor, &[one, two, three], Decision::Approve).await;
    assert_eq!(decided.done, 3);
    decide(&services, &competition, &actor, &[four], Decision::Decline).await;
    assert_eq!(states(&services, &competition, &users).await, [Approved, Approved, Waiting, Declined, Applied]);
    // Out of turn there must be a place, and nothing is done twice.
    let again = decide(&services, &competition, &actor, &[one, three], Decision::Approve).await;
    assert_eq!(again, Decided { no_place: 1, moved: 1, ..Decided::default() });
    let of_four = participation::own(&services, &competition, four).await.unwrap().unwrap();
    assert_eq!(of_four.reason.as_deref(), Some("소속을 확인할 수 없어요."));
    // Who was declined corrects it and is looked at again.
    assert_eq!(apply(&services, &competition, four).await.unwrap(), Applied);
    // By hand into the waitlist and to its front; the place of whoever is excluded is theirs.
    decide(&services, &competition, &actor, &[five], Decision::Wait).await;
    decide(&services, &competition, &actor, &[five], Decision::First).await;
    decide(&services, &competition, &actor, &[two], Decision::Exclude).await;
    assert_eq!(states(&services, &competition, &users).await, [Approved, Excluded, Waiting, Applied, Offered]);
    assert_eq!(code(apply(&services, &competition, two).await), ErrorCode::Excluded);
    let told = letters(&services, &store).await;
    let told = |to: &str, what: &str| told.iter().any(|(one, text)| one.starts_with(to) && text.contains(what));
    assert!(told("p0", "승인되었습니다") && told("p1", "승인되었습니다") && told("p2", "대기자 명단에 올랐습니다"));
    assert!(told("p3", "반려되었습니다") && told("p3", "소속을 확인할 수 없어요."));
    assert!(told("p1", "제외되었습니다") && told("p4", "자리가 났습니다"));
}

#[both]
async fn until_it_is_approved_an_application_opens_nothing(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Approval, None)).await;
    let actor = organizer(&services, &competition).await;
    let [kim, lee] = [person(&services, "kim").await, person(&services, "lee").await];
    for user in [&kim, &lee] {
        apply(&services, &competition, user).await.unwrap();
    }
    decide(&services, &competition, &actor, &[&lee], Decision::Approve).await;
    let team = teams::create(&services, &competition, &by(&lee), "새벽").await.unwrap();
    let link = teams::renew_invitation(&services, &team, &by(&lee)).await.unwrap().code;
    let closed = async |user: &User| {
        let actor = by(user);
        let data = competitions::download(&services, &competition, "train.csv", &actor).await.map(|_| ());
        let made = teams::create(&services, &competition, &actor, "다른 팀").await.map(|_| ());
        let entered = teams::join_by_link(&services, &competition, &actor, &link).await.map(|_| ());
        [code(data), code(made), code(entered)]
    };
    assert_eq!(closed(&kim).await, [ErrorCode::NotParticipant; 3]);
    decide(&services, &competition, &actor, &[&kim], Decision::Decline).await;
    assert_eq!(closed(&kim).await, [ErrorCode::NotParticipant; 3]);
    assert_eq!(competitions::count(&services, &competition).await.unwrap(), (1, 1));
    apply(&services, &competition, &kim).await.unwrap();
    decide(&services, &competition, &actor, &[&kim], Decision::Approve).await;
    teams::join_by_link(&services, &competition, &by(&kim), &link).await.unwrap();
    // Who is in a team leaves it first, whoever would end their part.
    assert_eq!(code(participation::withdraw(&services, &competition, &by(&kim)).await), ErrorCode::AlreadyInTeam);
    let decided = decide(&services, &competition, &actor, &[&kim], Decision::Exclude).await;
    assert_eq!(decided, Decided { in_team: 1, ..Decided::default() });
}

#[both]
async fn nobody_is_excluded_and_enters_a_team_at_once(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let actor = organizer(&services, &competition).await;
    for round in 0..8 {
        let kim = person(&services, &format!("kim{round}")).await;
        apply(&services, &competition, &kim).await.unwrap();
        let (own, name) = (by(&kim), format!("새벽 {round}"));
        let users = [&kim];
        let (made, decided) = tokio::join!(
            teams::create(&services, &competition, &own, &name),
            decide(&services, &competition, &actor, &users, Decision::Exclude),
        );
        let part = access::part(&services, &competition, &own).await.unwrap();
        let excluded = part.application.unwrap().state == Excluded;
        assert!(excluded != part.team.is_some(), "round {round} on {}: {made:?}, {decided:?}", store.name);
    }
}

#[both]
async fn whoever_took_part_before_there_were_applications_still_does(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let kim = person(&services, "kim").await;
    apply(&services, &competition, &kim).await.unwrap();
    // As rows of before were written.
    behind_the_back(&store.db, "UPDATE participations SET applied_at = NULL, changed_at = NULL, answers = NULL").await;
    let part = access::part(&services, &competition, &by(&kim)).await.unwrap();
    assert_eq!(part.agreed_at(), Some(noon()));
    let own = participation::own(&services, &competition, &kim).await.unwrap().unwrap();
    assert_eq!((own.state, own.applied_at, own.answers), (Approved, noon(), None));
}

#[both]
async fn a_decision_about_many_counts_once_and_there_are_so_many_at_once(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Approval, None)).await;
    let users = people(&services, "p", 3).await;
    for user in &users {
        apply(&services, &competition, user).await.unwrap();
    }
    let actor = organizer(&services, &competition).await;
    let all: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let too_many: Vec<UserId> = (0..201).map(|_| UserId::random()).collect();
    let refused = decisions::decide(&services, &competition, &actor, &too_many, Decision::Approve, "").await;
    assert_eq!(code(refused), ErrorCode::InvalidInput, "and that counts for nothing");
    for _ in 0..300 {
        decisions::decide(&services, &competition, &actor, &all, Decision::Approve, "").await.unwrap();
    }
    let one_more = decisions::decide(&services, &competition, &actor, &all[..1], Decision::Exclude, "이유").await;
    assert_eq!(code(one_more), ErrorCode::TooManyAttempts, "{}", store.name);
    services.clock.advance(Duration::seconds(10));
    decisions::decide(&services, &competition, &actor, &all, Decision::Exclude, "이유").await.unwrap();
}

#[both]
async fn organizers_are_told_once_an_hour_that_applications_wait_and_nobody_else_is(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Approval, None)).await;
    let users = people(&services, "p", 4).await;
    let actor = organizer(&services, &competition).await;
    let viewer = person(&services, "viewer").await;
    let role = Some(Role::Viewer);
    roles::give(&services, &competition, &Actor::COMMAND, &viewer.email, role).await.unwrap();
    let counts = async |actor: &Actor| {
        jobs::run_until_idle(&services).await.unwrap();
        let page = notifications::list(&services, actor, &NotificationFilter::default(), 1).await.unwrap();
        let news = page.notifications.into_iter().rev().filter_map(|one| match one.news {
            News::ApplicationsWait { count } => Some(count),
            _ => None,
        });
        news.collect::<Vec<_>>()
    };
    services.clock.advance(Duration::minutes(30));
    for user in &users[..3] {
        apply(&services, &competition, user).await.unwrap();
    }
    decide(&services, &competition, &actor, &[&users[0]], Decision::Approve).await;
    services.clock.advance(Duration::minutes(30) - Duration::microseconds(1));
    assert_eq!(counts(&actor).await, Vec::<i64>::new(), "before the hour ends, on {}", store.name);
    services.clock.advance(Duration::microseconds(1));
    assert_eq!(counts(&actor).await, [2], "together, without whom it was decided about");
    for other in [by(&viewer), by(&users[1])] {
        assert_eq!(counts(&other).await, Vec::<i64>::new());
    }
    // In the next hour another applies; in the one after all is decided before it ends.
    apply(&services, &competition, &users[3]).await.unwrap();
    let wishes = Wishes { marked: Topic::ALL.to_vec(), mailed: vec![Topic::Teams] };
    notifications::set_wishes(&services, &actor, &wishes).await.unwrap();
    services.clock.advance(Duration::hours(1));
    assert_eq!(counts(&actor).await, [2, 3]);
    let late = person(&services, "late").await;
    apply(&services, &competition, &late).await.unwrap();
    let rest = [&users[1], &users[2], &users[3], &late];
    decide(&services, &competition, &actor, &rest, Decision::Approve).await;
    services.clock.advance(Duration::hours(5));
    assert_eq!(counts(&actor).await, [2, 3], "nothing waits");
    let told = letters(&services, &store).await;
    let waiting: Vec<_> = told.iter().filter(|(_, text)| text.contains("결정을 기다리는 참가 신청이")).collect();
    assert_eq!(waiting.len(), 1, "none once they were turned off: {waiting:?}");
    assert!(waiting[0].0.starts_with("organizer@") && waiting[0].1.contains("2건"), "{waiting:?}");
    assert!(users.iter().all(|user| !waiting[0].1.contains(&user.name)), "nobody is named");
}
