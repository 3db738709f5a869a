//! Applications: who comes to take part, who waits for whom, and that each free place is filled once; on both databases.

use std::collections::BTreeMap;

use both::both;
use chrono::{DateTime, Duration, Utc};
use domain::access::Actor;
use domain::accounts::User;
use domain::applications::{ApplyMode, ApplySettings, CapacityOf, Question, QuestionKind};
use domain::competitions::Competition;
use domain::ids::UserId;
use domain::participation::ParticipationState::{
    self, Applied, Approved, Declined, Excluded, Lapsed, Offered, Waiting,
};
use domain::{ErrorCode, Locale, Text};
use futures::future::join_all;
use mail_parser::MessageParser;
use platform::competitions::import::import;
use platform::mail::deliver;
use platform::participation::decisions::{self, Decided, Decision};
use platform::participation::rules::RulesLine;
use platform::participation::{self, ApplicantsAsked, ApplicationForm, invitations};
use platform::testing::{Store, by, dated_folder, noon, organizes, person};
use platform::{Result, Services, access, competitions, jobs, teams};

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

/// The same, whose address is shown to be theirs.
fn verified(user: User) -> User {
    User { verified_at: Some(noon()), ..user }
}

pub(crate) async fn people(services: &Services, name: &str, count: usize) -> Vec<User> {
    join_all((0..count).map(|index| async move { person(services, &format!("{name}{index}")).await })).await
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

async fn offered_until(services: &Services, competition: &Competition, user: &User) -> Option<DateTime<Utc>> {
    participation::own(services, competition, user).await.unwrap().and_then(|own| own.offer_until)
}

/// All letters that were written, sent now: to whom, and what stands in them.
async fn letters(services: &Services, store: &Store) -> Vec<(String, String)> {
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
async fn of_two_for_the_last_place_one_takes_part_and_the_other_is_first_in_line(store: Store) {
    for round in 0..4 {
        let store = store.another().await;
        let (services, competition) = with(&store, of(ApplyMode::Open, Some(2))).await;
        let users = people(&services, "p", 3).await;
        apply(&services, &competition, &users[2]).await.unwrap();
        let both = join_all(users[..2].iter().map(|user| apply(&services, &competition, user))).await;
        let mut led: Vec<_> = both.into_iter().map(Result::unwrap).collect();
        led.sort_unstable();
        assert_eq!(led, [Waiting, Approved], "round {round} on {}", store.name);
        let waits = users.iter().map(|user| participation::own(&services, &competition, user));
        let places: Vec<_> = join_all(waits).await.into_iter().filter_map(|own| own.unwrap().unwrap().place).collect();
        assert_eq!(places, [1]);
    }
}

#[both]
async fn places_that_become_free_are_offered_in_the_order_of_the_waitlist(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
    let users = people(&services, "p", 5).await;
    for user in &users {
        services.clock.advance(Duration::minutes(1));
        apply(&services, &competition, user).await.unwrap();
    }
    assert_eq!(states(&services, &competition, &users).await, [Approved, Waiting, Waiting, Waiting, Waiting]);
    participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
    // The next may wait no longer; then it is the one after.
    participation::withdraw(&services, &competition, &by(&users[2])).await.unwrap();
    let until = offered_until(&services, &competition, &users[1]).await.unwrap();
    assert_eq!(until, services.clock.now() + Duration::days(3));
    services.clock.set(until - Duration::microseconds(1));
    jobs::run_until_idle(&services).await.unwrap();
    assert_eq!(states(&services, &competition, &users[1..4]).await[0], Offered, "until the moment itself");
    services.clock.set(until);
    for _ in 0..2 {
        jobs::run_until_idle(&services).await.unwrap();
        let now = states(&services, &competition, &users).await;
        assert_eq!(now[1..], [Lapsed, ParticipationState::Withdrawn, Offered, Waiting], "once, on {}", store.name);
    }
    participation::accept(&services, &competition, &by(&users[3])).await.unwrap();
    // Who let it lapse goes to the end.
    assert_eq!(apply(&services, &competition, &users[1]).await.unwrap(), Waiting);
    let place = async |user: &User| participation::own(&services, &competition, user).await.unwrap().unwrap().place;
    assert_eq!((place(&users[4]).await, place(&users[1]).await), (Some(1), Some(2)));
    let told = letters(&services, &store).await;
    let mut to: Vec<_> = told.iter().map(|(to, _)| to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["p1@example.kr", "p3@example.kr"], "one letter an offer");
    assert!(told.iter().all(|(_, text)| text.contains("자리가 났습니다") && !text.contains("?key=")), "{told:?}");
}

#[both]
async fn offers_that_lapsed_while_nothing_ran_pass_on_once_with_the_whole_time_to_accept(store: Store) {
    let users = {
        let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
        let users = people(&services, "p", 3).await;
        for user in &users {
            apply(&services, &competition, user).await.unwrap();
        }
        participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
        users
    };
    let later = noon() + Duration::days(8);
    let restarted = store.services(later).await;
    let competition = competitions::get(&restarted, "breast-cancer").await.unwrap();
    jobs::run_until_idle(&restarted).await.unwrap();
    assert_eq!(states(&restarted, &competition, &users[1..]).await, [Lapsed, Offered], "{}", store.name);
    assert_eq!(offered_until(&restarted, &competition, &users[2]).await, Some(later + Duration::days(3)));
}

#[both]
async fn twenty_withdraw_and_twenty_are_approved_by_hand_at_once_and_each_place_is_filled_once(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(20))).await;
    let users = people(&services, "p", 60).await;
    for user in &users {
        apply(&services, &competition, user).await.unwrap();
    }
    let actor = organizer(&services, &competition).await;
    let (services_, competition_) = (&services, &competition);
    let leave = users[..20].iter().map(|user| async move {
        participation::withdraw(services_, competition_, &by(user)).await.unwrap();
    });
    // Of the middle and the end of the line, out of turn.
    let approve = users[30..50].iter().map(|user| {
        let actor = actor.clone();
        async move { decide(services_, competition_, &actor, &[user], Decision::Approve).await }
    });
    let (_, decided) = tokio::join!(join_all(leave), join_all(approve));
    let after = states(&services, &competition, &users).await;
    let count = |state| after.iter().filter(|one| **one == state).count();
    assert_eq!(count(Offered) + count(Approved), 20, "every place, and none twice, on {}: {after:?}", store.name);
    assert_eq!((count(ParticipationState::Withdrawn), count(Waiting)), (20, 20));
    let approved = decided.iter().filter(|decided| decided.done == 1).count();
    assert_eq!(decided.iter().filter(|decided| decided.no_place == 1).count(), 20 - approved);
    assert!(count(Approved) <= approved);
    let told = letters(&services, &store).await;
    let offered: Vec<_> = told.iter().filter(|(_, text)| text.contains("자리가 났습니다")).map(|(to, _)| to).collect();
    let distinct: std::collections::BTreeSet<_> = offered.iter().collect();
    assert_eq!(offered.len(), distinct.len(), "nobody is offered a place twice");
}

#[both]
async fn an_offer_that_lapses_at_the_second_it_is_accepted_goes_one_way_alone(store: Store) {
    for round in 0..6 {
        let store = store.another().await;
        let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
        let users = people(&services, "p", 3).await;
        for user in &users {
            apply(&services, &competition, user).await.unwrap();
        }
        participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
        let until = offered_until(&services, &competition, &users[1]).await.unwrap();
        services.clock.set(until - Duration::microseconds(1));
        let actor = by(&users[1]);
        let accept = participation::accept(&services, &competition, &actor);
        let lapse = async {
            // Before it begins, or amid it: the moment passes.
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            services.clock.set(until);
            jobs::run_until_idle(&services).await.unwrap();
        };
        let (accepted, ()) = tokio::join!(accept, lapse);
        jobs::run_until_idle(&services).await.unwrap();
        let after = states(&services, &competition, &users[1..]).await;
        match accepted {
            Ok(()) => assert_eq!(after, [Approved, Waiting], "round {round} on {}", store.name),
            Err(error) => {
                assert_eq!(after, [Lapsed, Offered], "round {round} on {}", store.name);
                assert!(matches!(error.code(), Some(ErrorCode::OfferLapsed | ErrorCode::NoOffer)), "{error}");
            }
        }
    }
}

#[both]
async fn at_its_moment_an_offer_is_refused_though_no_timer_ran(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(1))).await;
    let users = people(&services, "p", 2).await;
    for user in &users {
        apply(&services, &competition, user).await.unwrap();
    }
    assert_eq!(code(participation::accept(&services, &competition, &by(&users[1])).await), ErrorCode::NoOffer);
    participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
    services.clock.set(offered_until(&services, &competition, &users[1]).await.unwrap());
    assert_eq!(code(participation::accept(&services, &competition, &by(&users[1])).await), ErrorCode::OfferLapsed);
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
async fn where_a_team_takes_a_place_two_who_come_together_free_one(store: Store) {
    let settings = ApplySettings { capacity_of: CapacityOf::Teams, ..of(ApplyMode::Open, Some(2)) };
    let (services, competition) = with(&store, settings).await;
    let users = people(&services, "p", 3).await;
    for user in &users {
        apply(&services, &competition, user).await.unwrap();
    }
    assert_eq!(states(&services, &competition, &users).await, [Approved, Approved, Waiting]);
    let team = teams::create(&services, &competition, &by(&users[0]), "새벽").await.unwrap();
    let link = teams::renew_invitation(&services, &team, &by(&users[0])).await.unwrap().code;
    assert_eq!(states(&services, &competition, &users).await[2], Waiting);
    teams::join_by_link(&services, &competition, &by(&users[1]), &link).await.unwrap();
    assert_eq!(states(&services, &competition, &users).await, [Approved, Approved, Offered], "{}", store.name);
}

#[both]
async fn more_places_by_an_import_are_offered_at_once(store: Store) {
    let services = store.services(noon()).await;
    let folder = dated_folder("breast-cancer", store.folder.path(), noon());
    let path = folder.join("competition.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let with = |capacity: i64| format!("{text}\n[apply]\ncapacity = {capacity}\noffer_days = 2\n");
    std::fs::write(&path, with(1)).unwrap();
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    let users = people(&services, "p", 4).await;
    for user in &users {
        apply(&services, &competition, user).await.unwrap();
    }
    std::fs::write(&path, with(3)).unwrap();
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(states(&services, &competition, &users).await, [Approved, Offered, Offered, Waiting], "{}", store.name);
    assert_eq!(offered_until(&services, &competition, &users[1]).await, Some(noon() + Duration::days(2)));
}

fn text(ko: &str) -> Text {
    Text { ko: ko.into(), en: None }
}

fn question(key: &str, kind: QuestionKind) -> Question {
    Question { key: key.into(), kind, label: text(key), hint: None, required: true, choices: Vec::new(), max: None }
}

fn answered(motive: &str) -> ApplicationForm {
    let answers = BTreeMap::from([("motive".to_owned(), motive.to_owned()), ("consent".to_owned(), "on".to_owned())]);
    ApplicationForm { agreed: Some(1), answers, locale: Locale::En, code: None }
}

#[both]
async fn answers_are_kept_for_organizers_alone_and_go_with_the_application_and_after_the_competition(store: Store) {
    let questions = vec![question("motive", QuestionKind::Text), question("consent", QuestionKind::Consent)];
    let settings = ApplySettings { questions, ..of(ApplyMode::Approval, None) };
    let (services, competition) = with(&store, settings).await;
    let users = people(&services, "p", 3).await;
    assert_eq!(code(apply(&services, &competition, &users[0]).await), ErrorCode::InvalidInput, "unanswered");
    for (user, motive) in users.iter().zip(["=SUM(A1)", "병원에서\n일해요", "공부"]) {
        participation::apply(&services, &competition, &by(user), answered(motive)).await.unwrap();
    }
    let actor = organizer(&services, &competition).await;
    let asked = ApplicantsAsked { limit: 50, ..ApplicantsAsked::default() };
    assert_eq!(code(decisions::list(&services, &competition, &by(&users[0]), &asked).await), ErrorCode::NotOrganizer);
    assert_eq!(
        code(decisions::of(&services, &competition, &by(&users[0]), users[1].id).await),
        ErrorCode::NotOrganizer
    );
    let answers = async |user: &User| {
        decisions::of(&services, &competition, &actor, user.id).await.unwrap().answers.unwrap_or_default()
    };
    assert_eq!(answers(&users[1]).await["motive"], "병원에서\n일해요");
    let csv =
        decisions::csv(&services, &competition, &actor, &asked, Locale::Ko, |_, state| state.key()).await.unwrap();
    assert!(csv.starts_with("\u{feff}\"이름\",\"메일 주소\",") && csv.contains("\"'=SUM(A1)\""), "{csv}");
    assert_eq!(csv.matches("\r\n").count(), 4, "a head and three: {csv}");
    // Written in the language in which they applied.
    decide(&services, &competition, &actor, &[&users[0], &users[1]], Decision::Approve).await;
    assert!(letters(&services, &store).await.iter().all(|(_, text)| text.contains("your application was approved")));
    participation::withdraw(&services, &competition, &by(&users[0])).await.unwrap();
    assert!(answers(&users[0]).await.is_empty(), "gone with the application");
    services.clock.set("2027-03-12T08:59:59Z".parse().unwrap());
    participation::forget(&services).await.unwrap();
    let ends = competition.stages.iter().filter_map(|stage| stage.ends_at).max().unwrap();
    services.clock.set(ends + Duration::days(90) - Duration::seconds(1));
    participation::forget(&services).await.unwrap();
    assert!(!answers(&users[1]).await.is_empty());
    services.clock.advance(Duration::seconds(1));
    participation::forget(&services).await.unwrap();
    assert!(answers(&users[1]).await.is_empty() && answers(&users[2]).await.is_empty(), "{}", store.name);
}

#[both]
async fn answers_and_reasons_stand_in_no_audit_entry(store: Store) {
    let settings =
        ApplySettings { questions: vec![question("motive", QuestionKind::Text)], ..of(ApplyMode::Approval, None) };
    let (services, competition) = with(&store, settings).await;
    let kim = person(&services, "kim").await;
    participation::apply(&services, &competition, &by(&kim), answered("비밀 동기")).await.unwrap();
    let actor = organizer(&services, &competition).await;
    decide(&services, &competition, &actor, &[&kim], Decision::Decline).await;
    let entries = platform::audit::entries(&services, 0, None).await.unwrap();
    assert!(entries.iter().any(|entry| entry.deed == "participation.decide"));
    for entry in entries {
        let line = entry.line();
        assert!(!line.contains("비밀") && !line.contains("소속을"), "{line}");
    }
}

#[both]
async fn a_competition_for_a_domain_takes_its_addresses_and_one_by_invitation_whom_it_asked(store: Store) {
    let domains = vec!["example.kr".to_owned()];
    let (services, competition) = with(&store, ApplySettings { domains, ..of(ApplyMode::Domain, None) }).await;
    let kim = User { verified_at: None, ..person(&services, "kim").await };
    assert_eq!(code(apply(&services, &competition, &kim).await), ErrorCode::NotVerified, "only typed so far");
    let kim = verified(kim);
    assert_eq!(apply(&services, &competition, &kim).await.unwrap(), Approved);
    let competition =
        changed(&store, &competition, |settings| settings.apply.domains = vec!["hospital.kr".into()]).await;
    let lee = verified(person(&services, "lee").await);
    assert_eq!(code(apply(&services, &competition, &lee).await), ErrorCode::OtherDomain);
    let competition = changed(&store, &competition, |settings| settings.apply = of(ApplyMode::Invitation, None)).await;
    assert_eq!(code(apply(&services, &competition, &lee).await), ErrorCode::InvitationOnly);
    let actor = organizer(&services, &competition).await;
    let invite = async |emails: &str| invitations::invite(&services, &competition, &actor, emails, Locale::Ko).await;
    assert_eq!(code(invite("lee@example.kr, nobody").await), ErrorCode::InvalidInput);
    let invited = invite(" LEE@example.kr\nhan@example.kr; lee@example.kr").await.unwrap();
    assert_eq!((invited.sent, invited.known), (2, 0));
    let again = invite("han@example.kr").await.unwrap();
    assert_eq!((again.sent, again.known), (0, 1));
    let told = letters(&services, &store).await;
    assert_eq!(told.iter().filter(|(_, text)| text.contains("참가 신청에 초대합니다")).count(), 2, "{told:?}");
    assert_eq!(apply(&services, &competition, &lee).await.unwrap(), Approved);
    let list = invitations::list(&services, &competition, &actor).await.unwrap();
    let mut list: Vec<_> = list.iter().map(|one| (one.email.as_str(), one.has_applied)).collect();
    list.sort_unstable();
    assert_eq!(list, [("han@example.kr", false), ("lee@example.kr", true)]);
    invitations::uninvite(&services, &competition, &actor, "han@example.kr").await.unwrap();
    let han = verified(person(&services, "han").await);
    assert_eq!(code(apply(&services, &competition, &han).await), ErrorCode::InvitationOnly);
}

#[both]
async fn a_list_is_searched_filtered_and_paged_and_what_looks_like_a_pattern_is_meant_as_it_is(store: Store) {
    let (services, competition) = with(&store, of(ApplyMode::Open, Some(3))).await;
    for user in &people(&services, "p", 5).await {
        services.clock.advance(Duration::minutes(1));
        apply(&services, &competition, user).await.unwrap();
    }
    behind_the_back(&store.db, "UPDATE users SET affiliation = '100%_병원' WHERE name = 'p1'").await;
    let actor = organizer(&services, &competition).await;
    let found = async |state, text: &str, limit, offset| {
        let asked = ApplicantsAsked { state, text: text.into(), limit, offset };
        let page = decisions::list(&services, &competition, &actor, &asked).await.unwrap();
        let names: Vec<_> = page.rows.iter().map(|row| row.name.clone()).collect();
        (names.join(" "), page.total)
    };
    assert_eq!(found(None, "", 2, 0).await, ("p4 p3".into(), 5), "the newest first");
    assert_eq!(found(None, "", 2, 4).await, ("p0".into(), 5));
    assert_eq!(found(Some(Waiting), "", 9, 0).await, ("p3 p4".into(), 2), "of the waitlist the next first");
    assert_eq!(found(None, " P2@EXAMPLE ", 9, 0).await, ("p2".into(), 1));
    assert_eq!(found(None, "%_", 9, 0).await, ("p1".into(), 1));
    assert_eq!(found(Some(Applied), "", 9, 0).await, (String::new(), 0));
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
async fn whoever_agreed_to_an_earlier_version_of_the_rules_is_asked_again_and_shown_what_is_new(store: Store) {
    let services = store.services(noon()).await;
    let folder = dated_folder("breast-cancer", store.folder.path(), noon());
    let kim = person(&services, "kim").await;
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    apply(&services, &competition, &kim).await.unwrap();
    let rules = folder.join("pages/rules.ko.md");
    let text = std::fs::read_to_string(&rules).unwrap();
    // A text that is mended asks nobody; a version does.
    let owes = async |competition: &Competition, user: &User| {
        let part = access::part(&services, competition, &by(user)).await.unwrap();
        part.visit(competition, &by(user), services.clock.now()).owes_agreement()
    };
    std::fs::write(&rules, format!("{text}\n\n")).unwrap();
    let mended = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert!(!owes(&mended, &kim).await);
    std::fs::write(&rules, format!("{text}\n- 새로 생긴 규칙입니다.\n")).unwrap();
    let path = folder.join("competition.toml");
    let manifest = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{manifest}\n[apply]\nrules = 2\n")).unwrap();
    let newer = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert!(owes(&newer, &kim).await, "{}", store.name);
    let lines = participation::rules::changes(&services, &newer, 1, Locale::Ko).await.unwrap();
    let came: Vec<_> = lines.iter().filter(|line| matches!(line, RulesLine::New(_))).collect();
    assert_eq!(came, [&RulesLine::New("- 새로 생긴 규칙입니다.".into())], "{lines:?}");
    assert!(!lines.iter().any(|line| matches!(line, RulesLine::Same(text) if text.contains("{{"))), "filled in");
    let lee = person(&services, "lee").await;
    apply(&services, &newer, &lee).await.unwrap();
    assert!(!owes(&newer, &lee).await);
    assert_eq!(code(participation::agree(&services, &newer, &by(&kim), None).await), ErrorCode::RulesNotAgreed);
    let before = services.db.audit_last().await.unwrap();
    for _ in 0..2 {
        participation::agree(&services, &newer, &by(&kim), Some(2)).await.unwrap();
    }
    assert!(!owes(&newer, &kim).await);
    assert_eq!(services.db.audit_last().await.unwrap(), before + 1, "once");
    let stranger = person(&services, "stranger").await;
    assert_eq!(code(participation::agree(&services, &newer, &by(&stranger), Some(2)).await), ErrorCode::NotParticipant);
}

#[both]
async fn where_a_team_takes_a_place_whoever_enters_one_by_its_link_needs_none_and_makes_none_of_their_own(
    store: Store,
) {
    let settings = ApplySettings { capacity_of: CapacityOf::Teams, ..of(ApplyMode::Open, Some(1)) };
    let (services, competition) = with(&store, settings).await;
    let [kim, lee, park, han] = [0, 1, 2, 3].map(|index| format!("p{index}"));
    let [kim, lee, park, han] = [
        person(&services, &kim).await,
        person(&services, &lee).await,
        person(&services, &park).await,
        person(&services, &han).await,
    ];
    apply(&services, &competition, &kim).await.unwrap();
    let team = teams::create(&services, &competition, &by(&kim), "새벽").await.unwrap();
    let link = teams::renew_invitation(&services, &team, &by(&kim)).await.unwrap().code;
    let by_link = async |user: &User, code: &str| {
        let form = ApplicationForm { agreed: Some(1), code: Some(code.to_owned()), ..ApplicationForm::default() };
        participation::apply(&services, &competition, &by(user), form).await.unwrap()
    };
    assert_eq!(apply(&services, &competition, &lee).await.unwrap(), Waiting, "full");
    assert_eq!(by_link(&han, "no such link").await, Waiting);
    assert_eq!(by_link(&park, &link).await, Approved);
    assert_eq!(code(teams::create(&services, &competition, &by(&park), "다른 팀").await), ErrorCode::NoPlace);
    teams::join_by_link(&services, &competition, &by(&park), &link).await.unwrap();
    assert_eq!(states(&services, &competition, &[lee, han]).await, [Waiting, Waiting], "{}", store.name);
}
